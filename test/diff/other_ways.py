#!/usr/bin/env python3
"""Other ways to find dead rules, on the sets of thousand_rules.py.

pairs   Each rule is held against each rule before it, alone: does that one take
        everything? What several take only together is missed, and so is what
        takes nothing of a rule but leaves it nothing. Calls are bits of Python
        integers, so asking costs next to nothing.
cvc5    Each rule is one question to a solver with its own theory of strings:
        is there a call that it matches and that those before it leave?

Says what each found of the dead rules that enumeration gives, and how long it
took. Exit: 0, or 1 if cvc5 contradicts enumeration.
"""

import argparse
import random
import re
import subprocess
import sys
import time

import thousand_rules
from cvc5_strings import smt_string


def pairs(oracle):
    found = set()
    asked = 0
    for name, rule in oracle.by_name.items():
        takers = {r.qualified: r for t in oracle.covered[name]
                  for policy in oracle.by_tool[t.name].values()
                  for r in policy if oracle.takes(r, rule)}
        asked += len(takers)
        if (not oracle.left(rule, []) or
                any(not oracle.left(rule, [t]) for t in takers.values())):
            found.add(name)
    return found, asked


def union(parts):
    return parts[0] if len(parts) == 1 else f"(re.union {' '.join(parts)})"


CHARS = {".": "re.allchar", "[.]": '(str.to_re ".")',
         "[a-z]": '(re.range "a" "z")',
         "[^y]": '(re.diff re.allchar (str.to_re "y"))',
         "[^.]": '(re.diff re.allchar (str.to_re "."))'}
TOKEN = re.compile(r"(\([a-z|]+\)|\[[^\]]*\]|.)(\*|\+|\{2,3\})?")


def smt_regex(text):
    """Of the few forms that thousand_rules.REGEXES has."""
    out = []
    for atom, times in TOKEN.findall(text):
        if atom.startswith("("):
            one = union([f"(str.to_re {smt_string(w)})"
                         for w in atom[1:-1].split("|")])
        else:
            one = CHARS.get(atom, f"(str.to_re {smt_string(atom)})")
        out.append({"*": f"(re.* {one})", "+": f"(re.+ {one})",
                    "{2,3}": f"((_ re.loop 2 3) {one})"}.get(times, one))
    return f"(re.++ {' '.join(out)} (str.to_re \"\"))"


def smt_glob(text):
    out = [{"*": "re.all", "?": "re.allchar"}.get(
        c, f"(str.to_re {smt_string(c)})") for c in text]
    return f"(re.++ {' '.join(out)} (str.to_re \"\"))"


def any_of(field, texts):
    return "(or false " + " ".join(
        f"(= {field} {smt_string(t)})" for t in texts) + ")"


def atom(text):
    """When it is true and when it is false, in SMT-LIB."""
    def exact(formula):
        return formula, f"(not {formula})"
    if text == "has args.region":
        return exact("has_region")
    quoted = re.findall(r'"([^"]*)"', text)
    if text.startswith("(args.region"):
        default, listed = quoted[0], quoted[1:]
        field = f"(ite has_region region {smt_string(default)})"
        return exact(any_of(field, listed))
    if text.startswith("args.region in"):
        formula = any_of("region", quoted)
        return f"(and has_region {formula})", f"(and has_region (not {formula}))"
    if text.startswith("(args.rate"):
        default, at = re.fullmatch(r"\(args.rate \?\? (\S+)\) >= (\S+)",
                                   text).groups()
        return exact(f"(>= (ite has_rate rate {float(default)}) {float(at)})")
    if text.startswith("args.amount in"):
        lo, hi = re.search(r"(\d+)\.\.(\d+)", text).groups()
        return exact(f"(<= {lo} amount {hi})")
    if text.startswith("args.amount"):
        _, op, n = text.split()
        return exact(f"({op} amount {n})")
    word = text.split('"')[0][len("args.path "):].strip()
    value = quoted[0]
    return exact({
        "like": lambda: f"(str.in_re path {smt_glob(value)})",
        "starts with": lambda: f"(str.prefixof {smt_string(value)} path)",
        "ends with": lambda: f"(str.suffixof {smt_string(value)} path)",
        "contains": lambda: f"(str.contains path {smt_string(value)})",
        "matches": lambda: f"(str.in_re path {smt_regex(value)})",
        "in {": lambda: any_of("path", quoted),
        "==": lambda: any_of("path", quoted)}[word]())


def condition(when):
    if when is None:
        return "true", "false"
    if isinstance(when, thousand_rules.Inverse):
        return condition(when.part)[::-1]
    if not isinstance(when, thousand_rules.Both):
        return atom(when.text)
    parts = [condition(p) for p in when.parts]
    word, other = ("and", "or") if when.word == "and" else ("or", "and")
    return (f"({word} {' '.join(t for t, _ in parts)})",
            f"({other} {' '.join(f for _, f in parts)})")


def accepted(tool):
    out = ["(<= 0 amount 9)", any_of("path", thousand_rules.PATHS),
           any_of("region", thousand_rules.REGIONS),
           "(or " + " ".join(f"(= rate {float(r)})"
                             for r in thousand_rules.RATES) + ")"]
    for name in ("region", "rate"):
        if not tool.optional[name]:
            out.append(f"has_{name}")
    return out


def ask_cvc5(oracle, milliseconds):
    """Rules that no call is left for; those that it gave up on."""
    alive, open_ = set(), set()
    for tool in oracle.tools:
        of = oracle.by_tool[tool.name]
        rules = of["guard"] + of["main"]
        if not rules:
            continue
        lines = ["(set-logic ALL)", "(declare-const path String)",
                 "(declare-const region String)", "(declare-const amount Int)",
                 "(declare-const rate Real)", "(declare-const has_region Bool)",
                 "(declare-const has_rate Bool)"]
        lines += [f"(assert {a})" for a in accepted(tool)]
        for rule in rules:
            true, _ = condition(rule.when)
            lines += ["(push 1)", f"(assert {true})"]
            for other in rules:
                if oracle.takes(other, rule):
                    lines.append(f"(assert {condition(other.when)[1]})")
            lines += ["(check-sat)", "(pop 1)"]
        run = subprocess.run(
            ["cvc5", "--lang=smt2.6", "--strings-exp", "--incremental",
             f"--tlimit-per={milliseconds}", "-"],
            input="\n".join(lines), stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, check=False)
        answers = run.stdout.split()
        for i, rule in enumerate(rules):
            answer = answers[i] if i < len(answers) else "unknown"
            if answer == "sat":
                alive.add(rule.qualified)
            elif answer != "unsat":
                open_.add(rule.qualified)
    return set(oracle.by_name) - alive - open_, open_ - alive


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rules", type=int, default=100)
    parser.add_argument("--tools", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--milliseconds", type=int, default=2000,
                        help="for one question to cvc5; 0: it is not asked")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    tools = [thousand_rules.Tool(rng, i) for i in range(options.tools)]
    rules = thousand_rules.make(rng, options.rules, tools)
    oracle = thousand_rules.Oracle(rules, tools)
    dead = {name for _, name in oracle.expected()}
    print(f"{len(rules)} rules, {options.tools} tools, {len(dead)} dead")
    start = time.process_time()
    found, asked = pairs(oracle)
    took = time.process_time() - start
    if not found <= dead:
        print(f"pairs: contradicts enumeration on {sorted(found - dead)}")
        return 1
    print(f"pairs: {asked} pairs, {took:.2f} s, {len(found)} found, "
          f"{len(dead - found)} missed")
    if options.milliseconds == 0:
        return 0
    start = time.monotonic()
    found, unknown = ask_cvc5(oracle, options.milliseconds)
    took = time.monotonic() - start
    wrong = (found - dead) | (dead - found - unknown)
    print(f"cvc5: {took:.2f} s, {len(found)} found, {len(unknown)} given up, "
          f"{len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
