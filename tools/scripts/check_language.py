#!/usr/bin/env python3
"""docs/language.md against the grammar: it lists the words that the lexer
reserves, and those that are keywords in their place, and no other; and each of
these words, each symbol and each construct of the language stands in one of its
examples, which check_docs.py runs. What is not built yet is on a list here, and
must leave it with its first example.
"""

import re
import sys

import tree
from check_docs import FENCE

PAGE = "docs/language.md"
GRAMMAR = "grammar/PolLexer.g4"
WORD = re.compile(r"^K_\w+: '(\w+)';", re.M)
SYMBOL = re.compile(r"^[A-Z_]+: '([^\w\s']+)';", re.M)
LISTS = {"reserved words": "Reserved (",
         "words that are keywords in their place only": "Keywords in their"}
COMMENT = re.compile(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*|/\*.*?\*/', re.S)
STRING = re.compile(r'r?"(?:[^"\\\n]|\\.)*"')

# Forms that no keyword or symbol of their own stands for. Strings are `""`.
CONSTRUCTS = {
    "a raw string": r'\br""',
    "a quoted member": r'\["\w*"\]|\[""\]',
    "an element by its place": r"\w\[\d+\]",
    "a quoted tool": r'\btool (?:\w+, )*""',
    "an import of a file": r'\bimport "" as \w+;',
    "an import of the library": r"\bimport std\.[\w.]+;",
    "the union of sets": r"[}\w] \| [{\w]",
    "the intersection of sets": r"[}\w] & [{\w]",
    "the difference of sets": r"\bset \w+ = [^;]*[}\w] - [{\w]",
    "a negative number": r"[<>=] -\d",
    "a number with an exponent": r"\d[eE]\d",
    "a predicate's parameters": r"\bpredicate \w+\(\w+",
    "`path`": r"\bpath\(", "a joined path": r'\bunder "" / [\w.]+',
    "`url`": r"\burl\(", ".scheme": r"\.scheme\b", ".host": r"\.host\b",
    ".port": r"\.port\b", ".path": r"\)\.path\b", ".query": r"\)\.query\b",
    "`ip`": r"\bip\(", "`is ip`": r"\bis ip\b", "`cidr`": r'\bcidr\(""\)',
    "`time`": r"[^t] time\(", ".hour": r"\.hour\b",
    ".weekday": r"\.weekday\b", ".date": r"\.date\b",
    "a product": r"\w \* \w", "a sum": r"\w \+ \w",
    "an element in another list": r"\(v in args",
    "`length`": r"\blength\(", "`size`": r"\bsize\(",
    "`not in`": r"\bnot in\b", "`not like`": r"\bnot like\b",
    "`not matches`": r"\bnot matches\b", "`not finds`": r"\bnot finds\b",
    "a list's members looked for": r'"" in (?:args|caller)\.',
    "caller.grant": r"\bcaller\.grant\b",
    "caller.subject": r"\bcaller\.subject\b",
    "caller.roles": r"\bcaller\.roles\b",
    "caller.claims": r"\bcaller\.claims\.\w",
    "a class as target": r"\bclass \w+(?=\s+(?:when|charge|by)|;)",
    "a reason": r'\bdeny \w+\s+""', "`else ask`": r"\belse ask\)",
    "`by default`": r"\bby default\b", "`by limit`": r"\bby limit \w",
    "a call repeated": r"\bcall [^;]*\btimes \d+;",
    "an expectation repeated": r"\bexpect [^;]*\btimes \d+",
}


def without_comments(text):
    return COMMENT.sub(lambda m: m[0] if m[0][0] == '"' else " ", text)


def examples(page):
    blocks = "".join(m["block"] for m in FENCE.finditer(page)
                     if m["language"] == "pol"
                     and not m["kind"].strip().startswith("invalid"))
    return STRING.sub(lambda m: 'r""' if m[0][0] == "r" else '""',
                      without_comments(blocks))


def check_lists(page, grammar):
    for heading, begin in LISTS.items():
        section = grammar[grammar.index(f"---- {heading} ----"):]
        section = section[:section.index("\n\n")]
        wanted = set(WORD.findall(section))
        paragraph = page[page.index(begin):]
        paragraph = paragraph[paragraph.index(":"):paragraph.index("\n\n")]
        listed = set(re.findall(r"`(\w+)`", paragraph))
        for word in sorted(wanted - listed):
            yield f"{PAGE}: `{word}` is missing in the list of {heading}"
        for word in sorted(listed - wanted):
            yield f"{PAGE}: `{word}` is in the list of {heading}, but is none"


def check_examples(page, grammar):
    text = examples(page)
    words = set(re.findall(r"[A-Za-z_]\w*", text))
    forms = {word: word in words for word in WORD.findall(grammar)}
    forms |= {symbol: symbol in text for symbol in SYMBOL.findall(grammar)}
    forms |= {name: re.search(pattern, text) is not None
              for name, pattern in CONSTRUCTS.items()}
    for form, is_there in sorted(forms.items()):
        if not is_there:
            yield f"{PAGE}: no example shows {form}"


def main():
    page = tree.read(PAGE)
    grammar = tree.read(GRAMMAR)
    return tree.report([*check_lists(page, grammar),
                        *check_examples(page, grammar)], "see " + PAGE)


if __name__ == "__main__":
    sys.exit(main())
