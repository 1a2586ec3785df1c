#!/usr/bin/env python3
"""The wording of diagnostics, and that each kind of them is alive.

Looks at the string literals of every Report, Note, Help and Error call: they
start in lower case (or with code), end without a period, stay on one line and
put what the user wrote in backticks. Each kind of compiler/diag/kind.def is
reported somewhere and seen by a lit or unit test, but for the kinds listed in
wording_exempt.txt; a kind that is listed there and seen is a problem, so that
the list can only shrink.
"""

import re
import sys

import tree

EMITTERS = ("compiler/", "verifier/", "tools/")
CALL = re.compile(r"\b(?:Report|Note|Help|Fail|FailAt)\s*\(|\bError\s*\{")
LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
JOINED = re.compile(r'"((?:[^"\\\n]|\\.)*)"(?:\s*"(?:[^"\\\n]|\\.)*")*')
FORBIDDEN = re.compile(r"\b(illegal|please|sorry|oops|TODO|FIXME)\b", re.I)
KIND = re.compile(r'POLC_DIAG\((\d+), (\w+), "([^"]+)", (\w+)\)')
EXEMPT = "tools/scripts/wording_exempt.txt"


def without_comments(text):
    return re.sub(r"^\s*//.*$", "", text, flags=re.M)


def argument_text(text, start):
    """The text of a call's arguments, from just after its bracket."""
    depth, i = 1, start
    while i < len(text) and depth:
        literal = LITERAL.match(text, i)
        if literal:
            i = literal.end()
            continue
        depth += (text[i] in "({[") - (text[i] in ")}]")
        i += 1
    return text[start:i]


def messages(text):
    """(line, message) of each first literal of an emitting call."""
    for call in CALL.finditer(text):
        arguments = argument_text(text, call.end())
        found = JOINED.search(arguments)
        if not found:
            continue
        whole = "".join(LITERAL.findall(found[0]))
        line = text.count("\n", 0, call.end() + found.start()) + 1
        yield line, whole


def faults(message):
    if re.match(r"[A-Z][a-z ]", message):
        yield "starts with a capital letter"
    if message.endswith("."):
        yield "ends with a period"
    if "\\n" in message:
        yield "holds a line break"
    if re.search(r"'\{[^}]*\}'|\\\"\{", message):
        yield "quotes with something else than backticks"
    if FORBIDDEN.search(message):
        yield f"says `{FORBIDDEN.search(message)[0]}`"


def check_messages():
    for name in tree.files(".cpp"):
        if name.startswith(EMITTERS):
            for line, message in messages(without_comments(tree.read(name))):
                for fault in faults(message):
                    yield f"{name}:{line}: \"{message}\" {fault}"


def read_exempt():
    lines = tree.read(EXEMPT).splitlines()
    return {line.split()[0] for line in lines
            if line.strip() and not line.startswith("#")}


def check_kinds():
    kinds = [m.groups() for m in
             KIND.finditer(tree.read("compiler/diag/kind.def"))]
    for column, what in ((0, "code"), (1, "name"), (2, "check")):
        values = [k[column] for k in kinds]
        for value in sorted({v for v in values if values.count(v) > 1}):
            yield f"compiler/diag/kind.def: the {what} {value} is not unique"
    sources = "".join(tree.read(n) for n in tree.files(".cpp", ".h")
                      if n.startswith(EMITTERS))
    tests = "".join(
        (tree.ROOT / n).read_text(encoding="utf-8", errors="replace")
        for n in tree.files() if n.startswith(("test/lit/", "test/unit/",
                                               "test/e2e/")))
    exempt = read_exempt()
    for code, name, check, _ in kinds:
        emitted = re.search(rf"\bk{name}\b", sources)
        seen = re.search(rf"\[{check}\]|POL{code}\b|\bk{name}\b|\"{check}\"",
                         tests)
        if not emitted and name not in exempt:
            yield f"compiler/diag/kind.def: {name} is reported nowhere"
        if not seen and name not in exempt:
            yield f"compiler/diag/kind.def: no test sees {name} [{check}]"
        if emitted and seen and name in exempt:
            yield f"{EXEMPT}: {name} has a test now; take it off the list"
    for name in sorted(exempt - {k[1] for k in kinds}):
        yield f"{EXEMPT}: {name} is no kind"


if __name__ == "__main__":
    sys.exit(tree.report([*check_messages(), *check_kinds()],
                         "see compiler/diag/diag.h"))
