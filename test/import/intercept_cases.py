#!/usr/bin/env python3
"""Every recorded case of Intercept and PolicyLayer, imported and decided.

Each policy of test/cases/intercept.jsonl is imported, given a server of its
own, and decided by one `polc eval` of all of them. What a case recommends (or
else expects) is what polc decides, or something stricter that the list in
docs/migrating.md names with its reason: neither more nor fewer cases than are
stricter, at most one in ten, and never one that is more permissive. What the
format refuses, polc refuses, with a place in the file.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "test/cases/intercept.jsonl"
MIGRATING = ROOT / "docs/migrating.md"
NOW = "2026-01-15T10:30:00Z"


def load():
    cases = [json.loads(line) for line in CASES.open()]
    kinds = ("decision", "validate", "policy_json")
    return [(f"case_{i}", case) for i, case in enumerate(cases)
            if case["kind"] in kinds]


def is_json(case):
    return case["kind"] == "policy_json"


def write_policy(folder, name, case):
    path = folder / (name + (".json" if is_json(case) else ".yaml"))
    path.write_text(json.dumps(case["policy_json"]) if is_json(case)
                    else case["policy_yaml"])
    return path


def run(polc, *args, **kwargs):
    return subprocess.run([polc, *map(str, args)], text=True,
                          capture_output=True, timeout=300, **kwargs)


def refused_files(text):
    """Files with an error that has a place in them."""
    return set(re.findall(r"(case_\d+)\.(?:yaml|json):\d+:\d+: error: ", text))


def outcomes(case):
    """What each call of the sequence is to become."""
    return [each["decision"]
            for each in case.get("recommended", case["expect"])]


def seeding(name, case):
    """Calls that bring the counters to where the case begins."""
    left = dict(case.get("state_seed", {}))
    for key in list(left):
        tool = key.split(".")[0]
        if tool == "_global":
            continue
        for _ in range(left.pop(key)):
            yield {"server": name, "tool": tool, "now": NOW}
            if "_global.all_calls" in left:
                left["_global.all_calls"] -= 1
    for key, count in left.items():
        for _ in range(count):
            yield {"server": name, "tool": "another_tool", "now": NOW}


def requests(name, case):
    for call in seeding(name, case):
        yield False, json.dumps(call)
    for call in case["sequence"]:
        if "raw" in call:
            yield True, call["raw"]
            continue
        yield True, json.dumps({"server": name, "tool": call["tool"],
                                "args": call.get("args", {}),
                                "now": call.get("at", NOW)})


def decide(polc, folder, cases):
    """Decisions by case."""
    lines, owners = [], []
    for name, case in cases:
        for counts, line in requests(name, case):
            lines.append(line)
            owners.append(name if counts else None)
    done = run(polc, "eval", folder, "--request", "-",
               input="\n".join(lines) + "\n")
    decisions = done.stdout.splitlines()
    if done.returncode != 0 or len(decisions) != len(lines):
        sys.exit(f"polc eval exits with {done.returncode} after "
                 f"{len(decisions)} of {len(lines)} decisions\n{done.stderr}")
    by_case = {}
    for owner, text in zip(owners, decisions):
        if owner is not None:
            by_case.setdefault(owner, []).append(json.loads(text))
    return by_case


def bind(path, name):
    """Gives the policy a server, so that all of them fit into one set."""
    text = path.read_text()
    bound, count = re.subn(rf"^policy {name};$",
                           f'policy {name} for server "{name}";', text,
                           flags=re.M)
    assert count == 1, text
    path.write_text(bound)


def listed_as_stricter():
    """The names in the first column of the table below that heading."""
    _, _, section = MIGRATING.read_text().partition("\n## What is stricter\n")
    section = section.partition("\n## ")[0]
    rows = re.findall(r"^\| `([^`|]+)` \| *([^|]+?) *\|$", section, re.M)
    return dict(rows)


def compare(cases, by_case, problems):
    """The names of the cases that came out stricter."""
    stricter = set()
    for name, case in cases:
        got = [each["decision"] for each in by_case.get(name, [])]
        want = outcomes(case)
        if len(got) != len(want):
            problems.append(f"{case['name']}: {len(got)} decisions")
        for i, (is_, should) in enumerate(zip(got, want)):
            if is_ == should:
                continue
            if is_ == "deny":
                stricter.add(case["name"])
            else:
                problems.append(f"{case['name']}: call {i + 1} is {is_}, "
                                f"more permissive than {should}")
    return stricter


def compare_reasons(cases, by_case, problems):
    """A written text of denial arrives, where a rule is what denies."""
    for _, case in cases:
        said = {r.get("on_deny") for t in policy_tools(case)
                for r in t.get("rules") or []} if not is_json(case) else None
        for got, want in zip(by_case.get(_, []), case["expect"]):
            message = want.get("message")
            if got["decision"] == "deny" and got["by"] == "rule" and message \
                    and (said is None or message in said) \
                    and got["reason"] != message:
                problems.append(f"{case['name']}: the reason is "
                                f"{got['reason']!r}, not {message!r}")


def policy_tools(case):
    """The tools of a policy, read without a YAML library: by their texts."""
    texts = re.findall(r"on_deny: '?(.*?)'?$", case["policy_yaml"], re.M)
    return [{"rules": [{"on_deny": text} for text in texts]}]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--polc", required=True)
    polc = parser.parse_args().polc
    problems = []
    cases = load()
    with tempfile.TemporaryDirectory() as temporary:
        source, made = Path(temporary) / "source", Path(temporary) / "made"
        source.mkdir()
        made.mkdir()
        files = [write_policy(source, name, case) for name, case in cases]
        refused = refused_files(run(polc, "import", *files, "-o", made).stderr)
        valid = []
        for name, case in cases:
            wants = case["expect"][0].get("valid", True)
            if wants == (name in refused):
                problems.append(f"{case['name']}: valid is {not wants}")
            if name not in refused:
                bind(made / f"{name}.pol", name)
                valid.append((name, case))
        checked = run(polc, "check", made)
        if checked.returncode == 2:
            problems.append("polc check cannot run:\n" + checked.stdout)
        decided = [c for c in valid if c[1]["kind"] != "validate"]
        by_case = decide(polc, made, decided)
        stricter = compare(decided, by_case, problems)
        compare_reasons(decided, by_case, problems)
    listed = listed_as_stricter()
    problems += [f"{name}: is stricter, and docs/migrating.md does not say so"
                 for name in sorted(stricter - set(listed))]
    problems += [f"{name}: docs/migrating.md lists it, but it is not stricter"
                 for name in sorted(set(listed) - stricter)]
    if len(stricter) * 10 > len(cases):
        problems.append(f"{len(stricter)} of {len(cases)} cases are stricter")
    for problem in problems:
        print(problem)
    print(f"{len(cases)} cases: {len(refused)} refused, {len(stricter)} "
          f"stricter, {len(problems)} problems")
    return 1 if problems or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
