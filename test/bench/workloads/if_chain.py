#!/usr/bin/env python3
"""Writes a workload's rules as C: an `if` for each rule, denies first.

usage: if_chain.py DIR

Reads DIR/rules.json of generate.py and leaves DIR/chain.so, compiled by clang
with -O1 (-O2 takes minutes and decides no faster). Regular expressions are left
to the caller, who has a good library for them.
"""
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
CLANG = "clang-19"
FIELDS = ("caller.claims.id", "caller.claims.role", "caller.claims.team", "caller.claims.trust",
          "caller.claims.calls", "args.path", "args.url", "args.amount", "args.count", "args.region", "args.branch",
          "args.dry_run")
HEAD = """#include <string.h>
#include "runtime/abi/native.h"
typedef int (*match_fn)(const void*, unsigned, const char*, unsigned);
static int is(const pol_slot* s, const char* t, unsigned n) {
  return s->length == n && memcmp(s->u.text, t, n) == 0;
}
static int begins(const pol_slot* s, const char* t, unsigned n) {
  return s->length >= n && memcmp(s->u.text, t, n) == 0;
}
static int like(const char* p, unsigned np, const char* t, unsigned n) {
  unsigned i = 0, k = 0, star = ~0u, from = 0;
  while (k < n) {
    if (i < np && p[i] == '*') { star = i++; from = k; }
    else if (i < np && p[i] == t[k]) { ++i; ++k; }
    else if (star != ~0u) { i = star + 1; k = ++from; }
    else return 0;
  }
  while (i < np && p[i] == '*') ++i;
  return i == np;
}
"""


def text(value):
    return f"{json.dumps(value)}, {len(value)}"


def cond(path, op, want, regexes):
    slot = f"(&s[f[{FIELDS.index(path)}]])"
    if op in ("matches", "finds"):
        regexes.append(want)
        return f"m(r, {len(regexes) - 1}, {slot}->u.text, {slot}->length)"
    if op == "in":
        return "(" + " || ".join(f"is({slot}, {text(one)})" for one in want) + ")"
    if op == "starts with":
        return f"begins({slot}, {text(want)})"
    if op == "like":
        return f"like({text(want)}, {slot}->u.text, {slot}->length)"
    if isinstance(want, bool):
        return f"({slot}->u.boolean == {int(want)})"
    if isinstance(want, str):
        return f"is({slot}, {text(want)})"
    return f"({slot}->u.number {op} {want})"


def main():
    folder = Path(sys.argv[1])
    regexes, lines = [], {True: [], False: []}
    for rule in json.loads((folder / "rules.json").read_text()):
        tool = rule["tool"]
        tests = [f"begins(&t, {text(tool[:-1])})" if tool.endswith("*") else f"is(&t, {text(tool)})"]
        tests += [cond(*one, regexes) for one in rule["conds"]]
        lines[rule["deny"]].append(f"  if ({' && '.join(tests)}) return {int(not rule['deny'])};\n")
    names = ", ".join(json.dumps(name) for name in FIELDS)
    source = folder / "chain.c"
    source.write_text(f"{HEAD}const char* const field_names[] = {{{names}, 0}};\n"
                      "int allows(const char* tool, unsigned n, const pol_slot* s, const unsigned* f, match_fn m,\n"
                      "           const void* r) {\n  pol_slot t = {.kind = POL_STRING, .length = n, .u.text = tool};\n"
                      f"{''.join(lines[True] + lines[False])}  return 0;\n}}\n")
    subprocess.run([CLANG, "-std=c11", "-O1", "-shared", "-fPIC", "-I", ROOT, source, "-o", folder / "chain.so"],
                   check=True)


if __name__ == "__main__":
    main()
