#!/usr/bin/env python3
"""Holds a check that remembers to one that does not.

Takes a generated set (thousand_rules.py), edits it at random, again and again,
and after each edit checks it with the answers of all runs before, with those in
a damaged file now and then, and with none: output and exit code must be the
same to the byte. After an edit of one rule only what hangs on that rule's tools
may be checked anew, and only their slices are encoded. Exit: 0 if all that held, 1 otherwise.
"""

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

import thousand_rules

STATS = re.compile(r"polc: (\d+) parts checked, (\d+) remembered, "
                   r"(\d+) by a solver; (\d+) of (\d+) slices encoded")
RULE = re.compile(r"(allow|ask|deny) [rg]\d+")


def check(polc, directory, *options):
    """Exit code and output; parts checked, remembered; slices encoded."""
    run = subprocess.run([polc, "check", "--stats", *options, directory],
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                         check=False)
    stats = STATS.search(run.stderr.decode())
    counts = (int(stats[1]), int(stats[2]), int(stats[4])) if stats else None
    return (run.returncode, run.stdout), counts


class Policy:
    """The text of main.pol, line by line."""

    def __init__(self, path):
        self.path = path
        with open(path, encoding="utf-8") as text:
            self.lines = text.read().split("\n")

    def write(self):
        with open(self.path, "w", encoding="utf-8") as out:
            out.write("\n".join(self.lines))

    def rules(self):
        return [i for i, line in enumerate(self.lines) if RULE.match(line)]


def change_number(rng, policy):
    i = rng.choice([i for i in policy.rules()
                    if re.search(r"amount (<=|>) \d", policy.lines[i])])
    policy.lines[i] = re.sub(r"(amount (?:<=|>)) \d",
                             lambda m: f"{m[1]} {rng.randrange(9)}",
                             policy.lines[i])


def change_effect(rng, policy):
    i = rng.choice(policy.rules())
    policy.lines[i] = re.sub(r"^\w+", rng.choice(["allow", "ask", "deny"]),
                             policy.lines[i])


def delete(rng, policy):
    del policy.lines[rng.choice(policy.rules())]


def move(rng, policy):
    line = policy.lines.pop(rng.choice(policy.rules()))
    policy.lines.insert(rng.choice(policy.rules()), line)


def copy(rng, policy):
    line = policy.lines[rng.choice(policy.rules())]
    name = f"r9{rng.randrange(10**6)}"
    policy.lines.insert(rng.choice(policy.rules()),
                        re.sub(r"^(\w+) \w+", rf"\1 {name}", line))


def widen(rng, policy):
    i = rng.choice(policy.rules())
    policy.lines[i] = re.sub(r' tool "[^"]*"', ' tool "*_0?"',
                             policy.lines[i])


def comment(rng, policy):
    policy.lines.insert(rng.choice(policy.rules()), "// A line more.")


def lay_out(rng, policy):
    i = rng.choice(policy.rules())
    policy.lines[i] = policy.lines[i].replace(" when ", "\n  when ")


def hour(rng, policy):
    """What no list answers."""
    i = rng.choice([i for i in policy.rules() if policy.lines[i].endswith(");")])
    policy.lines[i] = (policy.lines[i][:-1] +
                       " and now in zone \"UTC\".hour >= 9;")


def assertion(rng, policy):
    n = rng.randrange(10**6)
    policy.lines.append(f"assert a{n}: never allow tool \"*_0?\" "
                        f"when args.amount > {rng.randrange(9)};")


EDITS = [change_number, change_number, change_effect, delete, move, copy,
         widen, comment, lay_out, hour, assertion]


def damage(rng, cache):
    """Leaves the file as another program might, or a full disk."""
    name = os.path.join(cache, rng.choice(sorted(os.listdir(cache))))
    with open(name, "r+b") as out:
        data = bytearray(out.read())
        kind = rng.randrange(4)
        if kind == 0:
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        elif kind == 1:
            del data[rng.randrange(len(data)):]
        elif kind == 2:
            data += b"more"
        else:
            os.chmod(name, 0o666)  # anyone may have written it
        out.seek(0)
        out.truncate()
        out.write(data)


def run(polc, rounds, seed, base):
    rng = random.Random(seed)
    tools = [thousand_rules.Tool(rng, i) for i in range(12)]
    rules = thousand_rules.make(rng, 160, tools)
    directory = os.path.join(base, "set")
    cache = os.path.join(base, "cache")
    os.mkdir(directory)
    thousand_rules.write(directory, rules, tools)
    path = os.path.join(directory, "main.pol")
    problems = []
    with_cache = ["--cache", cache]
    check(polc, directory, *with_cache)
    result, (parts, remembered, encoded) = check(polc, directory, *with_cache)
    if parts != remembered or encoded > 1:
        problems.append(f"nothing changed, and {parts - remembered} parts "
                        f"were checked again, {encoded} slices encoded")
    # One rule of one tool: its own tool's parts, and no more.
    policy = Policy(path)
    before = list(policy.lines)
    i = next(i for i in policy.rules()
             if re.search(r'tool "[^"*]*" when .*amount > \d', before[i]))
    policy.lines[i] = re.sub(r"amount > \d", "amount > 4", before[i])
    policy.write()
    result, (parts, remembered, _) = check(polc, directory, *with_cache)
    if not parts * 6 < remembered * 10 or remembered == parts:
        problems.append(f"one rule was edited, and {parts - remembered} of "
                        f"{parts} parts were checked again")
    for number in range(rounds):
        policy = Policy(path)
        edit = rng.choice(EDITS)
        edit(rng, policy)
        policy.write()
        told = edit.__name__
        if rng.random() < 0.2:
            damage(rng, cache)
            told += ", damaged"
        cold, _ = check(polc, directory, "--no-cache")
        warm, _ = check(polc, directory, *with_cache)
        again, _ = check(polc, directory, *with_cache)
        if not cold == warm == again:
            problems.append(f"round {number} ({told}): the output differs")
            break
        if cold[0] not in (0, 1, 3):
            problems.append(f"round {number} ({told}): exit {cold[0]}")
            break
    return problems


def untouched(polc, base):
    """Of the slices that an edit does not touch none is encoded, though a rule
    hangs on all of them."""
    rng = random.Random(1)
    tools = [thousand_rules.Tool(rng, i) for i in range(12)]
    directory = os.path.join(base, "untouched")
    os.mkdir(directory)
    thousand_rules.write(directory, thousand_rules.make_alive(119, tools), tools)
    policy = Policy(os.path.join(directory, "main.pol"))
    policy.lines.insert(policy.rules()[0],
                        'ask wide tool "*_*" when args.amount == 5;')
    policy.write()
    with_cache = ["--cache", os.path.join(base, "untouched-cache")]
    check(polc, directory, *with_cache)
    i = policy.rules()[-1]
    policy.lines[i] = policy.lines[i].replace("amount == 0", "amount <= 1")
    policy.write()
    _, (parts, remembered, encoded) = check(polc, directory, *with_cache)
    # Its tool's, and the one that shows that the policies allow something.
    if not remembered < parts or encoded > 2:
        return [f"one rule was edited, {parts - remembered} of {parts} parts "
                f"were checked again, and {encoded} slices encoded"]
    return []


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--polc", required=True)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    base = tempfile.mkdtemp(prefix="polc-remembered-")
    problems = run(options.polc, options.rounds, options.seed, base)
    problems += untouched(options.polc, base)
    print(f"seed {options.seed}: {options.rounds} edits, "
          f"{len(problems)} problems")
    for problem in problems:
        print(problem)
    if problems:
        print(f"the set is in {base}")
        return 1
    shutil.rmtree(base)
    return 0


if __name__ == "__main__":
    sys.exit(main())
