#!/usr/bin/env python3
"""Measures decisions and prints docs/performance.md's tables.

    bench.py [--build DIR] [--rules N,N...] [--profiles P,P...] [--smoke]

Workloads are made by test/bench/workloads, policies and requests alike, and every
decision is checked before anything is measured. The programs are test/bench's.
Times are nanoseconds a decision, the least of a few runs, and milliseconds where
it says so. `--smoke` does everything once, on a few rules, and prints nothing: a
test.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WORKLOADS = ROOT / "test/bench/workloads"
PROFILES = ["wide", "narrow", "glob", "range", "regex"]
RULES = [10, 100, 1000, 10_000, 100_000]
# An if-chain of more takes the C compiler minutes.
MOST_IN_CHAIN = 1000
TIMES = ("decide/real_time/threads:1", "decide/real_time/threads:2", "parse+decide", "parse", "dom", "votes",
         "interpreter", "chain", "eval")
STEPS = ("load", "again", "reload", "edit", "open", "close")


def run(*command):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{Path(str(command[0])).name} exits with {done.returncode}:\n{done.stderr[-3000:]}")
    return done.stdout


def make(folder, profile, rules, *more, requests=1000):
    run(sys.executable, WORKLOADS / "generate.py", "--profile", profile, "--rules", rules, "--requests", requests,
        "--out", folder, *more)
    if rules <= MOST_IN_CHAIN:
        run(sys.executable, WORKLOADS / "if_chain.py", folder)
    return folder


def measure(build, folder, seconds, repetitions):
    """{benchmark: nanoseconds a decision, or milliseconds}."""
    text = run(build / "bin/bench_decide", "--benchmark_format=json", f"--benchmark_min_time={seconds}",
               f"--benchmark_repetitions={repetitions}", folder)
    found = {}
    for one in json.loads(text)["benchmarks"]:
        if one["run_type"] != "iteration":
            continue
        name = one["run_name"].split("/", 1)[1]
        if name not in TIMES + STEPS:
            continue
        time = one["real_time"] if name in STEPS else 1e9 / one["items_per_second"]
        found[name] = min(time, found.get(name, time))
    return found


def row(cells):
    return "| " + " | ".join(cells) + " |"


def show(value):
    if value is None:
        return ""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def table(title, rows):
    heads = ["decide", "two threads", "parse+decide", "parse", "simdjson DOM", "votes", "interpreter", "if-chain",
             "evaluator", "load ms", "again ms", "reload ms", "edit ms", "open ms", "close ms"]
    print(f"\n{title}\n")
    print(row(["", *heads]))
    print(row(["---"] + ["---:"] * len(heads)))
    for name, found in rows:
        print(row([name, *(show(found.get(key)) for key in TIMES + STEPS)]), flush=True)


def memory(build, folder):
    """Bytes of code and tables a rule, and by how many MB compiling and the engine made a process grow."""
    found = json.loads(run(build / "bin/polc", "bench", folder / "policy.pol", "--requests", folder / "requests.jsonl",
                           "--passes", 1, "--eval-seconds", 0))
    return found["code_bytes"] / found["rules"], found["resident_bytes"] / 1e6


def reload(build, folder, seconds):
    library = folder / "policy.so"
    run(build / "bin/polc", "build", folder / "policy.pol", "-o", library)
    return json.loads(run(build / "bin/bench_reload", folder / "policy.pol", library, folder / "mcp.jsonl", seconds))


def smoke(build, top):
    first = measure(build, make(top / "a", "regex", 25, requests=20), 0.001, 1)
    assert set(first) >= set(TIMES + STEPS), first
    second = make(top / "b", "glob", 25, "--no-schema", "--pad", 500, requests=20)
    assert set(measure(build, second, 0.001, 1)) >= set(TIMES + STEPS)
    assert min(memory(build, second)) > 0
    found = reload(build, second, 0.05)
    assert found["reloads"] > 0 and found["two_threads"]["ratio"] > 0, found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=Path, default=ROOT / "build/release")
    parser.add_argument("--rules", default=",".join(map(str, RULES)))
    parser.add_argument("--profiles", default=",".join(PROFILES))
    parser.add_argument("--seconds", type=float, default=0.2)
    parser.add_argument("--smoke", action="store_true")
    options = parser.parse_args()
    build = options.build.resolve()
    with tempfile.TemporaryDirectory() as name:
        top = Path(name)
        if options.smoke:
            return smoke(build, top)
        print(f"Load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors.")
        for profile in options.profiles.split(","):
            rows, sizes = [], []
            for rules in map(int, options.rules.split(",")):
                folder = make(top / f"{profile}-{rules}", profile, rules)
                rows.append((f"{profile} {rules:,}", measure(build, folder, options.seconds, 3)))
                sizes.append([f"{profile} {rules:,}", *map(show, memory(build, folder))])
            table(f"**{profile}**", rows)
            print("\n" + "\n".join(map(row, [["", "bytes a rule", "resident MB"], ["---", "---:", "---:"], *sizes])))
        sizes = []
        for words, more in (("300 B", []), ("300 B, no schema", ["--no-schema"]), ("2 KB", ["--pad", 1700]),
                            ("64 KB", ["--pad", 62_000])):
            folder = make(top / words, "wide", 1000, *more, requests=200)
            sizes.append((words, measure(build, folder, options.seconds, 3)))
        table("**wide, 1,000 rules, by message**", sizes)
        print("\n**Reloading all the while**\n")
        print(json.dumps(reload(build, make(top / "reload", "wide", 1000), 1), indent=1))
    return None


if __name__ == "__main__":
    sys.exit(main())
