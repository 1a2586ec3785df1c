#!/usr/bin/env python3
"""Holds `polc check` to cvc5's own theory of strings on small policy sets.

The verifier never asks a solver about strings: it makes automata, and tells
its solver how they relate. Here the same rules are written twice from one
tree, as Pol and as SMT-LIB over strings and integers, after the language's
manual and nothing of polc's; another solver, in a process of its own, says of
every rule whether some call matches it and whether some call is left for it.
`polc check --format json` must find exactly the same rules dead.

A query that cvc5 gives up on is counted, not guessed; more than one in twenty
is a failure. Exit: 0 equal, 1 otherwise.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile

LETTERS = "abk/.-"
CHECKS = {"unreachable-allow", "shadowed-rule", "never-matches"}
# What simple case folding joins with the letters used here.
FOLDED = {"a": "aA", "b": "bB", "k": "kK\u212a"}


def smt_string(text):
    return '"' + "".join(c if c.isascii() and c not in '"\\' else
                         "\\u{%x}" % ord(c) for c in text) + '"'


def smt_chars(chars):
    parts = [f"(str.to_re {smt_string(c)})" for c in sorted(chars)]
    return parts[0] if len(parts) == 1 else "(re.union " + " ".join(parts) + ")"


def smt_concat(parts):
    if not parts:
        return '(str.to_re "")'
    return parts[0] if len(parts) == 1 else "(re.++ " + " ".join(parts) + ")"


def literal(text, fold):
    return smt_concat([smt_chars(FOLDED.get(c, c) if fold else c)
                       for c in text])


class Regex:
    """A regular expression, in RE2's syntax and in SMT-LIB's."""

    def __init__(self, text, smt, atomic=True):
        self.text = text
        self.smt = smt
        self.atomic = atomic

    def grouped(self):
        return self.text if self.atomic else f"({self.text})"


def regex(rng, depth):
    kind = rng.randrange(4) if depth == 0 else rng.randrange(9)
    if kind <= 1:
        c = rng.choice(LETTERS)
        return Regex("\\" + c if c in ".-" else c, smt_chars(c))
    if kind == 2:
        chosen = sorted(rng.sample("abk", 2))
        inside = smt_chars(chosen)
        if rng.random() < 0.3:
            return Regex(f"[^{''.join(chosen)}]",
                         f"(re.diff re.allchar {inside})")
        return Regex(f"[{''.join(chosen)}]", inside)
    if kind == 3:
        return Regex(".", r'(re.diff re.allchar (str.to_re "\u{a}"))')
    a = regex(rng, depth - 1)
    if kind == 4:
        return Regex(a.grouped() + "*", f"(re.* {a.smt})", False)
    if kind == 5:
        lo = rng.randrange(3)
        hi = lo + rng.randrange(1, 3)
        return Regex(f"{a.grouped()}{{{lo},{hi}}}",
                     f"((_ re.loop {lo} {hi}) {a.smt})", False)
    b = regex(rng, depth - 1)
    if kind == 6:
        return Regex(f"{a.text}|{b.text}", f"(re.union {a.smt} {b.smt})",
                     False)
    return Regex(a.grouped() + b.grouped(), f"(re.++ {a.smt} {b.smt})", False)


class Condition:
    """Pol's text, and SMT-LIB terms for true and for false (else: error)."""

    def __init__(self, text, true, false):
        self.text = text
        self.true = true
        self.false = false


def over(text, values, test):
    """A test of arguments, an error if one is absent."""
    there = " ".join(v.present for v in values if v.present != "true")
    if not there:
        return Condition(text, test, f"(not {test})")
    return Condition(text, f"(and {there} {test})",
                     f"(and {there} (not {test}))")


class Value:
    def __init__(self, text, term, present):
        self.text = text
        self.term = term
        self.present = present


def string_value(rng):
    if rng.random() < 0.55:
        return Value("args.s", "s", "true")
    if rng.random() < 0.5:
        return Value("args.o", "o", "has_o")
    default = word(rng)
    return Value(f'(args.o ?? "{default}")',
                 f"(ite has_o o {smt_string(default)})", "true")


def word(rng, low=0):
    return "".join(rng.choice(LETTERS) for _ in range(rng.randint(low, 3)))


def string_test(rng):
    v = string_value(rng)
    kind = rng.randrange(9)
    fold = rng.random() < 0.25
    tail = " ignoring case" if fold else ""
    if kind == 0:
        chosen = sorted({word(rng) for _ in range(rng.randint(1, 3))})
        inside = "(or false " + " ".join(
            f"(= {v.term} {smt_string(c)})" for c in chosen) + ")"
        text = ", ".join(f'"{c}"' for c in chosen)
        return over(f"{v.text} in {{{text}}}", [v], inside)
    if kind == 1:
        parts = [word(rng) for _ in range(rng.randint(2, 3))]
        one = rng.random() < 0.3
        wild = "re.allchar" if one else "re.all"
        smt = []
        for i, part in enumerate(parts):
            smt += ([wild] if i else []) + [literal(part, fold)]
        pattern = ("?" if one else "*").join(parts)
        return over(f'{v.text} like "{pattern}"{tail}', [v],
                    f"(str.in_re {v.term} {smt_concat(smt)})")
    if kind <= 3:
        r = regex(rng, 2)
        if kind == 2:
            return over(f'{v.text} matches r"{r.text}"', [v],
                        f"(str.in_re {v.term} {r.smt})")
        return over(f'{v.text} finds r"{r.text}"', [v],
                    f"(str.in_re {v.term} (re.++ re.all {r.smt} re.all))")
    text = word(rng, 1)
    if kind == 4:
        return over(f'{v.text} starts with "{text}"{tail}', [v],
                    f"(str.in_re {v.term} (re.++ {literal(text, fold)} "
                    "re.all))")
    if kind == 5:
        return over(f'{v.text} ends with "{text}"{tail}', [v],
                    f"(str.in_re {v.term} (re.++ re.all "
                    f"{literal(text, fold)}))")
    if kind == 6:
        return over(f'{v.text} contains "{text}"', [v],
                    f"(str.contains {v.term} {smt_string(text)})")
    if kind == 7:
        op = rng.choice(["<", "<=", ">", ">=", "=="])
        n = rng.randint(0, 4)
        return over(f"length({v.text}) {op} {n}", [v],
                    f"({op.replace('==', '=')} (str.len {v.term}) {n})")
    s = Value("args.s", "s", "true")
    o = Value("args.o", "o", "has_o")
    return over("args.s == args.o", [s, o], "(= s o)")


def number_test(rng):
    op = rng.choice(["<", "<=", ">", ">=", "=="])
    n = rng.randint(-1, 10)
    test = "(%s %%s %d)" % (op.replace("==", "="), n)
    if n < 0:
        test = "(%s %%s (- %d))" % (op.replace("==", "="), -n)
    v = Value("args.n", "n", "has_n")
    return over(f"args.n {op} {n}", [v], test % "n")


def condition(rng, depth):
    kind = rng.randrange(6)
    if depth == 0 or kind <= 1:
        kind = rng.randrange(7)
        if kind == 0:
            name = rng.choice("on")
            return Condition(f"has args.{name}", f"has_{name}",
                             f"(not has_{name})")
        return number_test(rng) if kind == 1 else string_test(rng)
    a = condition(rng, depth - 1)
    if kind == 2:
        return Condition(f"not ({a.text})", a.false, a.true)
    b = condition(rng, depth - 1)
    if kind <= 4:
        return Condition(f"({a.text}) and ({b.text})",
                         f"(and {a.true} {b.true})",
                         f"(or {a.false} {b.false})")
    return Condition(f"({a.text}) or ({b.text})",
                     f"(or {a.true} {b.true})", f"(and {a.false} {b.false})")


def make_rules(rng, count):
    effects = ["deny", "deny", "ask", "allow", "allow"]
    rules = [(f"r{i}", rng.choice(effects), condition(rng, 2))
             for i in range(count)]
    # A rule under the union of two, so that some are dead not by chance.
    low = condition(rng, 1)
    high = condition(rng, 1)
    rules.append(("u0", "deny", low))
    rules.append(("u1", rng.choice(effects), high))
    rules.append(("u2", "allow", Condition(
        f"({low.text}) and ({high.text})", f"(and {low.true} {high.true})",
        f"(or {low.false} {high.false})")))
    return ([r for r in rules if r[1] == "deny"] +
            [r for r in rules if r[1] != "deny"])


def write(directory, rules):
    properties = {"s": {"type": "string"}, "o": {"type": "string"},
                  "n": {"type": "integer", "minimum": 0, "maximum": 9}}
    schema = {"type": "object", "properties": properties, "required": ["s"],
              "additionalProperties": False}
    with open(os.path.join(directory, "tools.json"), "w",
              encoding="utf-8") as out:
        json.dump({"tools": [{"name": "t", "inputSchema": schema}]}, out)
    with open(os.path.join(directory, "p.pol"), "w", encoding="utf-8") as out:
        out.write('policy p for server "s";\ncatalog "tools.json";\n')
        for name, effect, when in rules:
            out.write(f"{effect} {name} tool t when {when.text};\n")


def script(rules, rlimit):
    """Two questions a rule: is it ever true, and is anything left for it?"""
    lines = ["(set-logic QF_SLIA)", "(set-option :incremental true)",
             f"(set-option :reproducible-resource-limit {rlimit})",
             "(declare-const s String)", "(declare-const o String)",
             "(declare-const n Int)", "(declare-const has_o Bool)",
             "(declare-const has_n Bool)",
             "(assert (<= 0 n 9))"]
    # Neither U+0000 nor surrogates come into a request; what lies above them
    # behaves like what lies below in these patterns.
    for name in "so":
        lines.append(f"(assert (str.in_re {name} "
                     r'(re.* (re.range "\u{1}" "\u{d7ff}"))))')
    for i, (_, _, when) in enumerate(rules):
        lines.append(f"(define-fun t{i} () Bool {when.true})")
        lines.append(f"(define-fun f{i} () Bool {when.false})")
        earlier = " ".join(f"f{j}" for j in range(i)) or "true"
        for query in (f"t{i}", f"(and t{i} {earlier})"):
            lines += ["(push 1)", f"(assert {query})", "(check-sat)",
                      "(pop 1)"]
    return "\n".join(lines) + "\n"


def ask_cvc5(cvc5, directory, text):
    path = os.path.join(directory, "queries.smt2")
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)
    run = subprocess.run([cvc5, "--lang=smt2.6", "--strings-exp", path],
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                         check=False)
    return run.stdout.decode().split("\n")[:-1]


def one_set(options, rng, directory, counts):
    rules = make_rules(rng, options.rules)
    write(directory, rules)
    answers = ask_cvc5(options.cvc5, directory,
                       script(rules, options.rlimit))
    if len(answers) != 2 * len(rules):
        return [f"cvc5 answered {len(answers)} of {2 * len(rules)}: "
                f"{answers[-1:]}"]
    run = subprocess.run([options.polc, "check", "--format", "json",
                          directory], stdout=subprocess.PIPE, check=False)
    try:
        findings = json.loads(run.stdout)["findings"]
    except ValueError:
        return [f"polc: exit {run.returncode}, no report"]
    # Whether an ask can be walked around is not asked of cvc5.
    problems = [f["message"] for f in findings
                if f["check"] == "unknown" and
                "walked around" not in f["message"] or
                f["code"].startswith("POL2")]
    found = {f["rule"]: f["check"] for f in findings if f["check"] in CHECKS}
    for i, (name, effect, _) in enumerate(rules):
        matched, left = answers[2 * i:2 * i + 2]
        if "unknown" in (matched, left):
            counts["unknown"] += 1
            continue
        expected = None
        if matched == "unsat":
            expected = "never-matches"
        elif left == "unsat":
            expected = ("unreachable-allow" if effect == "allow"
                        else "shadowed-rule")
        counts["rules"] += 1
        counts["dead"] += expected is not None
        if found.get(f"p.{name}") != expected:
            problems.append(f"p.{name}: cvc5 says {expected}, polc says "
                            f"{found.get(f'p.{name}')}")
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--polc", required=True)
    parser.add_argument("--cvc5", default="cvc5")
    parser.add_argument("--sets", type=int, default=60)
    parser.add_argument("--rules", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rlimit", type=int, default=100000)
    options = parser.parse_args()
    counts = {"rules": 0, "dead": 0, "unknown": 0}
    failed = 0
    for i in range(options.sets):
        seed = options.seed * 100003 + i
        with tempfile.TemporaryDirectory(prefix="polc-cvc5-") as directory:
            problems = one_set(options, random.Random(seed), directory, counts)
            for problem in problems:
                print(f"set {seed}: {problem}")
            if problems:
                failed += 1
                with open(os.path.join(directory, "p.pol"),
                          encoding="utf-8") as policy:
                    print(policy.read())
    print(f"seed {options.seed}: {options.sets} sets, {counts['rules']} rules, "
          f"{counts['dead']} dead, cvc5 gave up on {counts['unknown']}, "
          f"{failed} sets differ")
    if counts["dead"] < counts["rules"] // 20:
        print("too few dead rules to mean anything")
        return 1
    if counts["unknown"] * 20 > counts["rules"]:
        print("cvc5 gave up too often to mean anything")
        return 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
