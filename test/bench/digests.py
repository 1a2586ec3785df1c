#!/usr/bin/env python3
"""Every engine decides every workload as the generator says it must.

    digests.py --polc PROGRAM

`polc bench` holds native code, the same from a message's bytes, a library made
ahead of time and the reference evaluator to each other and prints the digest of
their decisions; here that is held to the decisions that generate.py works out
from the rules by itself. What else is printed has to be there and make sense;
how long anything took is nobody's business here.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

GENERATE = Path(__file__).parent / "workloads/generate.py"
PROFILES = ("wide", "narrow", "glob", "range", "regex")
TIMES = ("decide", "parse+decide", "parse", "eval")


def check(polc, folder, profile, rules, passes):
    subprocess.run([sys.executable, GENERATE, "--profile", profile, "--rules", str(rules), "--requests", "120",
                    "--out", folder], check=True)
    command = [polc, "bench", folder / "policy.pol", "--requests", folder / "requests.jsonl"]
    done = subprocess.run(command + passes, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{profile}: exit code {done.returncode}:\n{done.stderr[-3000:]}")
    found = json.loads(done.stdout)
    expected = hashlib.sha256((folder / "decisions.jsonl").read_bytes()).hexdigest()
    if found["digest"] != expected:
        sys.exit(f"{profile}: the digest is {found['digest']}, not {expected}")
    assert found["rules"] == rules and found["requests"] == 120, found
    for name in ("front_ms", "compile_ms", "code_bytes"):
        assert found[name] > 0, (name, found)
    assert found["resident_bytes"] >= 0, found
    assert found["library"]["bytes"] > 0 and found["library"]["open_ms"] > 0, found
    for name in TIMES:
        times = found[name]
        assert 0 < times["min"] <= times["median"] <= times["p99"], (name, times)
        if not passes:
            assert times["passes"] >= 200, (name, times)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--polc", type=Path, required=True)
    polc = parser.parse_args().polc
    for profile in PROFILES:
        with tempfile.TemporaryDirectory() as folder:
            check(polc, Path(folder), profile, 300, ["--passes", "3"])
    with tempfile.TemporaryDirectory() as folder:
        check(polc, Path(folder), "wide", 12, [])


if __name__ == "__main__":
    main()
