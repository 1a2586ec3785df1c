#!/usr/bin/env python3
"""Holds `polc check` to enumeration on a generated policy of many rules.

Writes a policy set (of 1,000 rules, unless told otherwise) and a catalog of
tools whose arguments take few values (enums, small ranges), so that every call
can be listed. Some rules are dead on purpose: under one earlier rule, only under several together, under another
policy, or in contradiction with themselves; more are dead by chance. What is
dead, and what explains it, follows from the list; `polc check --format json`
must say exactly that, in less than the time and memory given.

Sets of calls are Python integers, one bit a call. Exit: 0 equal and in bounds,
1 otherwise.
"""

import argparse
import fnmatch
import json
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time

PATHS = ["/srv/app/main.py", "/srv/app/test.py", "/srv/app/notes.md",
         "/srv/data/a.csv", "/srv/data/b.csv", "/srv/data/secret.key",
         "/etc/passwd", "/etc/ssl/private.key", "/home/ci/notes.md",
         "/home/ci/.ssh/id.key", "/tmp/a.csv", "/tmp/run.log"]
GLOBS = ["/srv/*", "/srv/data/*", "*.key", "*.csv", "/etc/*", "/home/*",
         "/srv/*/*.md", "*secret*", "/tmp/*", "/srv/app/*.py", "*/a.csv",
         "*.?*", "/*/*/*.*"]
PREFIXES = ["/srv/", "/srv/data/", "/etc/", "/home/ci/", "/tmp/", "/"]
SUFFIXES = [".key", ".csv", ".py", ".md", ".log", "a.csv"]
PARTS = ["secret", "ssh", "app", "data", "a.", "notes"]
REGEXES = ["/srv/(app|data)/.*", ".*[.](key|csv)", "/[a-z]+/[a-z]+/.*",
           "/(etc|home)/.*[^y]", "[^.]*[.][a-z]{2,3}"]
REGIONS = ["eu-1", "eu-2", "us-1", "us-2", "ap-1"]
RATES = [0.5, 1, 2.5, 10]
AMOUNTS = list(range(10))
VERBS = ["read", "write", "list", "delete", "run"]
CHECKS = {"unreachable-allow", "shadowed-rule", "never-matches"}


class Tool:
    """A tool and all calls of it that its schema accepts."""

    def __init__(self, rng, number):
        self.name = f"{VERBS[number % len(VERBS)]}_{number:02d}"
        self.optional = {"region": rng.random() < 0.5,
                         "rate": rng.random() < 0.5}
        regions = REGIONS + ([None] if self.optional["region"] else [])
        rates = RATES + ([None] if self.optional["rate"] else [])
        self.calls = [
            {"path": p, "region": r, "amount": a, "rate": q}
            for p in PATHS for r in regions for a in AMOUNTS for q in rates]
        self.all = (1 << len(self.calls)) - 1
        # By argument and value: its calls. An atom is about one argument, so it
        # is tried on values and not on calls.
        self.calls_with = {a: {} for a in self.calls[0]}
        for i, call in enumerate(self.calls):
            for argument, value in call.items():
                calls = self.calls_with[argument]
                calls[value] = calls.get(value, 0) | 1 << i
        self.cache = {}

    def schema(self):
        properties = {
            "path": {"type": "string", "enum": PATHS},
            "region": {"type": "string", "enum": REGIONS},
            "amount": {"type": "integer", "minimum": 0, "maximum": 9},
            "rate": {"type": "number", "enum": RATES}}
        required = [a for a in properties if not self.optional.get(a)]
        return {"name": self.name, "description": "A generated tool.",
                "inputSchema": {"type": "object", "properties": properties,
                                "required": required,
                                "additionalProperties": False}}

    def masks(self, atom):
        """The calls on which the atom is true, and false."""
        if atom.text not in self.cache:
            true = false = 0
            for value, calls in self.calls_with[atom.argument].items():
                verdict = atom.absent if value is None else atom.test(value)
                true |= calls if verdict is True else 0
                false |= calls if verdict is False else 0
            self.cache[atom.text] = (true, false)
        return self.cache[atom.text]


class Atom:
    def __init__(self, argument, text, test, absent=None):
        self.argument = argument
        self.text = text
        self.test = test
        self.absent = absent  # the verdict where it is missing; None: error

    def masks(self, tool):
        return tool.masks(self)


class Both:
    def __init__(self, word, parts):
        self.word = word
        self.parts = parts
        self.text = "(" + f" {word} ".join(p.text for p in parts) + ")"

    def masks(self, tool):
        true, false = self.parts[0].masks(tool)
        for part in self.parts[1:]:
            t, f = part.masks(tool)
            if self.word == "and":
                true, false = true & t, false | f
            else:
                true, false = true | t, false & f
        return true, false


class Inverse:
    def __init__(self, part):
        self.part = part
        self.text = f"not {part.text}"

    def masks(self, tool):
        true, false = self.part.masks(tool)
        return false, true


def path_atom(rng):
    kind = rng.randrange(7)
    if kind == 0:
        g = rng.choice(GLOBS)
        return Atom("path", f'args.path like "{g}"',
                    lambda v: fnmatch.fnmatchcase(v, g))
    if kind == 1:
        p = rng.choice(PREFIXES)
        return Atom("path", f'args.path starts with "{p}"',
                    lambda v: v.startswith(p))
    if kind == 2:
        s = rng.choice(SUFFIXES)
        return Atom("path", f'args.path ends with "{s}"',
                    lambda v: v.endswith(s))
    if kind == 3:
        c = rng.choice(PARTS)
        return Atom("path", f'args.path contains "{c}"', lambda v: c in v)
    if kind == 4:
        r = rng.choice(REGEXES)
        return Atom("path", f'args.path matches "{r}"',
                    lambda v: re.fullmatch(r, v) is not None)
    chosen = sorted(rng.sample(PATHS, rng.randint(1, 4)))
    text = ", ".join(f'"{c}"' for c in chosen)
    return Atom("path", f"args.path in {{{text}}}", lambda v: v in chosen)


def region_atom(rng):
    chosen = sorted(rng.sample(REGIONS, rng.randint(1, 3)))
    text = ", ".join(f'"{c}"' for c in chosen)
    if rng.random() < 0.7:
        default = rng.choice(REGIONS)
        return Atom("region", f'(args.region ?? "{default}") in {{{text}}}',
                    lambda v: v in chosen, default in chosen)
    if rng.random() < 0.5:
        return Atom("region", "has args.region", lambda v: True, False)
    return Atom("region", f"args.region in {{{text}}}", lambda v: v in chosen)


def amount_atom(rng):
    lo = rng.randint(0, 8)
    hi = rng.randint(lo, 9)
    kind = rng.randrange(3)
    if kind == 0:
        return Atom("amount", f"args.amount <= {hi}", lambda v: v <= hi)
    if kind == 1:
        return Atom("amount", f"args.amount > {lo}", lambda v: v > lo)
    return Atom("amount", f"args.amount in {lo}..{hi}",
                lambda v: lo <= v <= hi)


def rate_atom(rng):
    at = rng.choice(RATES)
    default = rng.choice(RATES)
    return Atom("rate", f"(args.rate ?? {default}) >= {at}",
                lambda v: v >= at, default >= at)


def condition(rng):
    # One test an argument, mostly: two of one argument often exclude each
    # other, and a policy of contradictions is no policy.
    makers = [path_atom, amount_atom, region_atom, rate_atom]
    count = rng.choice([2, 2, 3, 3])
    chosen = (rng.sample(makers, count) if rng.random() < 0.9
              else rng.choices(makers, k=count))
    parts = [make_atom(rng) for make_atom in chosen]
    parts = [Inverse(p) if rng.random() < 0.08 else p for p in parts]
    return Both("or" if rng.random() < 0.03 else "and", parts)


class Rule:
    def __init__(self, policy, name, effect, targets, when):
        self.policy = policy
        self.name = name
        self.qualified = f"{policy}.{name}"
        self.effect = effect
        self.targets = targets  # names and globs
        self.when = when
        self.cache = {}

    def text(self):
        quoted = ", ".join(f'"{t}"' for t in self.targets)
        when = f" when {self.when.text}" if self.when else ""
        return f"{self.effect} {self.name} tool {quoted}{when};"

    def covers(self, tool):
        return any(fnmatch.fnmatchcase(tool.name, t) for t in self.targets)

    def masks(self, tool):
        if tool.name not in self.cache:
            self.cache[tool.name] = (
                (0, tool.all) if not self.covers(tool)
                else self.when.masks(tool) if self.when else (tool.all, 0))
        return self.cache[tool.name]


def effect(rng):
    return rng.choice(["deny", "ask", "allow", "allow"])


def plant(rng, tools, number, rules):
    """One to four rules, the last of them dead."""
    tool = rng.choice(tools).name
    base = path_atom(rng)
    name = f"r{number}"
    kind = rng.randrange(3)
    if kind == 0:  # one earlier rule takes more
        rules.append(Rule("main", name + "a", "deny", [tool], base))
        rules.append(Rule("main", name + "b", "deny", [tool],
                          Both("and", [base, amount_atom(rng)])))
    elif kind == 1:  # three ranges take it together
        cuts = [(0, 3), (3, 6), (6, 9)]
        for i, (lo, hi) in enumerate(cuts):
            a = Atom("amount", f"args.amount in {lo}..{hi}",
                     lambda v, lo=lo, hi=hi: lo <= v <= hi)
            first = rng.choice(["deny", "ask"])
            rules.append(Rule("main", f"{name}{'abc'[i]}", first, [tool],
                              Both("and", [base, a])))
        rules.append(Rule("main", name + "d", "allow", [tool], base))
    else:  # no call satisfies it
        lo = rng.randint(1, 8)
        low = Atom("amount", f"args.amount < {lo}", lambda v: v < lo)
        high = Atom("amount", f"args.amount > {lo}", lambda v: v > lo)
        rules.append(Rule("main", name + "a", effect(rng), [tool],
                          Both("and", [low, base, high])))


def make(rng, count, tools):
    rules = []
    while len(rules) < count - 10:
        number = len(rules)
        if rng.random() < 0.06:
            plant(rng, tools, number, rules)
            continue
        if rng.random() < 0.08:
            glob = rng.choice([f"{rng.choice(VERBS)}_*", "*_0?",
                               f"*_{rng.randrange(5)}*"])
            if not fnmatch.filter((t.name for t in tools), glob):
                continue
            targets = [glob]
        else:
            chosen = rng.sample(tools, rng.choice([1, 1, 1, 2]))
            targets = [t.name for t in chosen]
        rules.append(Rule("main", f"r{number}", effect(rng), targets,
                          condition(rng)))
    for i in range(count - len(rules)):
        rules.append(Rule("guard", f"g{i}", "deny", [rng.choice(tools).name],
                          condition(rng)))
    return rules


def make_alive(count, tools):
    """No two rules of a tool meet: what a set without mistakes costs."""
    rules = []
    for number in range(count):
        turn = number // len(tools)
        p, a = PATHS[turn % len(PATHS)], AMOUNTS[turn // len(PATHS)]
        path = Atom("path", f'args.path == "{p}"', lambda v, p=p: v == p)
        amount = Atom("amount", f"args.amount == {a}", lambda v, a=a: v == a)
        rules.append(Rule("main", f"r{number}", "allow",
                          [tools[number % len(tools)].name],
                          Both("and", [path, amount])))
    return rules


def in_trial_order(rules):
    return ([r for r in rules if r.effect == "deny"] +
            [r for r in rules if r.effect != "deny"])


class Oracle:
    """What takes what, a tool at a time."""

    def __init__(self, rules, tools):
        self.tools = tools
        self.by_name = {r.qualified: r for r in rules}
        self.by_tool = {t.name: {"main": [], "guard": []} for t in tools}
        self.covered = {}
        self.place = {}
        for place, rule in enumerate(in_trial_order(rules)):
            self.place[rule.qualified] = place
            self.covered[rule.qualified] = [
                t for t in tools if rule.covers(t)]
            for tool in self.covered[rule.qualified]:
                self.by_tool[tool.name][rule.policy].append(rule)

    def takes(self, taker, rule):
        """May it come before the rule?"""
        if taker.policy == rule.policy:
            return self.place[taker.qualified] < self.place[rule.qualified]
        return rule.effect == "allow" and taker.policy == "guard"

    def left(self, rule, takers):
        """Does some call of the rule's escape all of the takers?"""
        for tool in self.covered[rule.qualified]:
            matched = rule.masks(tool)[0]
            for taker in takers:
                if not matched:
                    break
                matched &= taker.masks(tool)[1]
            if matched:
                return True
        return False

    def expected(self):
        matched, decides = set(), set()
        for tool in self.tools:
            # The guard only denies, and its default says nothing.
            spared = tool.all
            for rule in self.by_tool[tool.name]["guard"]:
                true, false = rule.masks(tool)
                if true:
                    matched.add(rule.qualified)
                if true & spared:
                    decides.add(rule.qualified)
                spared &= false
            left = tool.all
            for rule in self.by_tool[tool.name]["main"]:
                true, false = rule.masks(tool)
                if true:
                    matched.add(rule.qualified)
                if true & left & (spared if rule.effect == "allow"
                                  else tool.all):
                    decides.add(rule.qualified)
                left &= false
        found = set()
        for name, rule in self.by_name.items():
            if name not in matched:
                found.add(("never-matches", name))
            elif name not in decides:
                check = ("unreachable-allow" if rule.effect == "allow"
                         else "shadowed-rule")
                found.add((check, name))
        return found

    def explains(self, rule, by):
        """None, or what is wrong with the explanation."""
        takers = [self.by_name[n] for n in by]
        if not all(self.takes(t, rule) for t in takers):
            return "names a rule that takes nothing from it"
        if self.left(rule, takers):
            return "the rules named do not take everything"
        for taker in takers:
            rest = [t for t in takers if t is not taker]
            if not self.left(rule, rest):
                return f"{taker.qualified} is dispensable"
        return None


def write(directory, rules, tools):
    catalog = os.path.join(directory, "tools.json")
    with open(catalog, "w", encoding="utf-8") as out:
        json.dump({"tools": [t.schema() for t in tools]}, out)
    for policy, default in (("main", "deny"), ("guard", "none")):
        path = os.path.join(directory, policy + ".pol")
        with open(path, "w", encoding="utf-8") as out:
            out.write(f'policy {policy} for server "generated";\n\n')
            out.write('catalog "tools.json";\n\n')
            for rule in rules:
                if rule.policy == policy:
                    out.write(rule.text() + "\n")
            out.write(f"\ndefault {default};\n")


def compare(oracle, report):
    problems = []
    found = set()
    for finding in report["findings"]:
        if finding["check"] == "unknown":
            problems.append("unknown: " + finding["message"])
        if finding["check"] not in CHECKS:
            continue
        found.add((finding["check"], finding["rule"]))
        rule = oracle.by_name[finding["rule"]]
        if finding["check"] == "never-matches":
            continue
        wrong = oracle.explains(rule, finding["by"])
        if wrong:
            problems.append(f"{finding['rule']} by {finding['by']}: {wrong}")
        if not finding.get("witness_shadowed"):
            problems.append(f"{finding['rule']}: no request that it matches")
    expected = oracle.expected()
    problems += [f"missing: {f}" for f in sorted(expected - found)]
    problems += [f"not dead: {f}" for f in sorted(found - expected)]
    return problems, expected


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--polc", required=True)
    parser.add_argument("--rules", type=int, default=1000)
    parser.add_argument("--tools", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--mib", type=float, default=500.0)
    parser.add_argument("--alive", action="store_true",
                        help="no rule is dead (at most 120 a tool)")
    parser.add_argument("--keep", help="write the policy set here and keep it")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    tools = [Tool(rng, i) for i in range(options.tools)]
    rules = (make_alive(options.rules, tools) if options.alive
             else make(rng, options.rules, tools))
    directory = options.keep or tempfile.mkdtemp(prefix="polc-rules-")
    os.makedirs(directory, exist_ok=True)
    write(directory, rules, tools)
    start = time.monotonic()
    run = subprocess.run([options.polc, "check", "--no-cache", "--format", "json",
                          directory],
                         stdout=subprocess.PIPE, check=False)
    wall = time.monotonic() - start
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = used.ru_utime + used.ru_stime  # of one core, however busy
    mib = used.ru_maxrss / 1024
    try:
        report = json.loads(run.stdout)
    except ValueError:
        print(f"exit {run.returncode}, no report; the set is in {directory}")
        return 1
    problems, expected = compare(Oracle(rules, tools), report)
    if seconds > options.seconds:
        problems.append(f"took {seconds:.2f} s of processor time")
    if mib > options.mib:
        problems.append(f"took {mib:.0f} MiB")
    for problem in problems[:20]:
        print(problem)
    print(f"seed {options.seed}: {len(rules)} rules, {options.tools} tools, "
          f"{len(expected)} dead, {len(problems)} problems, "
          f"{wall:.2f} s ({seconds:.2f} s of a core), {mib:.0f} MiB")
    if problems:
        print(f"the set is in {directory}")
        return 1
    if not options.keep:
        for name in os.listdir(directory):
            os.remove(os.path.join(directory, name))
        os.rmdir(directory)
    return 0


if __name__ == "__main__":
    sys.exit(main())
