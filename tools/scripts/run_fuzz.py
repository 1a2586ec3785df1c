#!/usr/bin/env python3
"""Runs the fuzz targets of build/fuzz, two at a time, with bounds on an input's
size, time and memory.

    run_fuzz.py [--seconds N] [--runs N] [--seed N] [--keep] [TARGET...]

The seeds are test/fuzz/corpus/TARGET and what the tree has anyway: policies of
the documentation and of lit tests, their IR (by the release build), hostile
messages. What a run finds new stays in build/fuzz/corpus/TARGET and is the next
run's beginning with `--keep`; without it each run begins with the seeds alone,
so that the same seed does the same work. An input that fails is kept in
build/fuzz/failed, to be made a test.
"""

import argparse
import base64
import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "test/fuzz/corpus"
BUILD = ROOT / "build/fuzz"
POLC = ROOT / "build/release/bin/polc"
SECONDS = 60
SEED = 20260115
AT_A_TIME = 2
BOUNDS = ["-max_len=100000", "-timeout=20", "-rss_limit_mb=2048",
          "-malloc_limit_mb=1024"]
WORD = re.compile(rb"[A-Za-z_]{2,24}|[^\sA-Za-z0-9_]{2,3}")
DONE = re.compile(r"stat::number_of_executed_units:\s*(\d+)")
EDGES = re.compile(r"cov: (\d+)")


def targets():
    return sorted(p.stem for p in (ROOT / "test/fuzz").glob("*.cpp")
                  if (CORPUS / p.stem).is_dir())


def policies():
    """Policies that the tree shows or tests, without what is for lit."""
    page = (ROOT / "docs/language.md").read_text()
    for text in re.findall(r"^```pol[^\n]*\n(.*?)^```", page, re.M | re.S):
        yield text.encode()
    for path in sorted((ROOT / "test/lit/lower").glob("*.pol")):
        lines = path.read_text().splitlines(keepends=True)
        yield "".join(x for x in lines if not x.startswith("//")).encode()


def modules():
    for path in sorted((ROOT / "test/lit/lower").glob("*.pol")):
        done = subprocess.run([str(POLC), "build", "--emit=ir", str(path)],
                              stdin=subprocess.DEVNULL, capture_output=True)
        if done.returncode == 0:
            yield done.stdout


def messages():
    """A line from the server begins with `<` (test/fuzz/message.cpp)."""
    for line in (ROOT / "test/cases/hostile.jsonl").read_text().splitlines():
        case = json.loads(line)
        text = case.get("input", "").encode()
        if "input_b64" in case:
            text = base64.b64decode(case["input_b64"])
        if not 0 < len(text) < 1000:
            continue
        if case["layer"] in ("message", "name", "value"):
            yield text
        elif case["layer"] == "response":
            yield b"<" + text


def imports():
    for line in (ROOT / "test/cases/intercept.jsonl").read_text().splitlines():
        case = json.loads(line)
        for member in ("policy_yaml", "policy_json"):
            text = case.get(member)
            if text:
                text = text if isinstance(text, str) else json.dumps(text)
                yield text.encode()


DERIVED = {"policy": policies, "ir": modules, "message": messages,
           "import": imports}


def write_seeds(target, folder):
    shutil.copytree(CORPUS / target, folder)
    for i, text in enumerate(DERIVED.get(target, lambda: [])()):
        (folder / f"derived{i}").write_bytes(text)
    return len(list(folder.iterdir()))


def write_dictionary(seeds, path):
    """The words of the seeds: what the fuzzer then puts in whole."""
    words = set()
    for seed in seeds.iterdir():
        words.update(WORD.findall(seed.read_bytes()))
    quoted = ("".join(chr(b) if 0x20 < b < 0x7f and b not in b'"\\'
                      else f"\\x{b:02x}" for b in word)
              for word in sorted(words))
    path.write_text("".join(f'"{word}"\n' for word in quoted))


def environment():
    env = dict(os.environ)
    # What is out of bounds is an error, not a null that nobody expects.
    env["ASAN_OPTIONS"] = "allocator_may_return_null=0:detect_leaks=1"
    env["UBSAN_OPTIONS"] = "print_stacktrace=1:halt_on_error=1"
    return env


def run(target, amount, seed, keep):
    """Fuzzes one target; returns (passed, what to print)."""
    program = BUILD / "fuzz" / target
    if not program.exists():
        return False, f"{target}: build/fuzz has no such program"
    failed = BUILD / "failed"
    failed.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        found = BUILD / "corpus" / target if keep else Path(scratch) / "found"
        found.mkdir(parents=True, exist_ok=True)
        seeds = Path(scratch) / "seeds"
        seed_count = write_seeds(target, seeds)
        words = Path(scratch) / "words"
        write_dictionary(seeds, words)
        done = subprocess.run(
            [str(program), f"-seed={seed}", amount, *BOUNDS, f"-dict={words}",
             "-print_final_stats=1", f"-artifact_prefix={failed}/{target}-",
             str(found), str(seeds)],
            cwd=ROOT, env=environment(), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    output = done.stdout.decode(errors="replace")
    count = DONE.search(output)
    edges = EDGES.findall(output)
    ran = int(count[1]) if count else 0
    line = (f"  {target:<10} {'ok' if done.returncode == 0 else 'FAILED':<7}"
            f"{ran:>9} inputs from {seed_count} seeds,"
            f" {edges[-1] if edges else '?'} edges")
    if done.returncode != 0:
        return False, line + "\n" + output[-8000:]
    # A target that stops at once has tried nothing.
    if ran <= seed_count or seed_count < 2:
        return False, line + "\n" + output[-2000:]
    return True, line


def run_all(names=None, amount=f"-max_total_time={SECONDS}", seed=SEED,
            keep=False):
    """Yields (target, passed)."""
    names = names or targets()
    print(f"  seed {seed}, {amount[1:]}", flush=True)
    with concurrent.futures.ThreadPoolExecutor(AT_A_TIME) as pool:
        results = pool.map(lambda t: run(t, amount, seed, keep), names)
        for name, (passed, text) in zip(names, results):
            print(text, flush=True)
            yield name, passed


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("targets", nargs="*", metavar="TARGET")
    parser.add_argument("--seconds", type=int, default=SECONDS)
    parser.add_argument("--runs", type=int)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    amount = (f"-runs={options.runs}" if options.runs
              else f"-max_total_time={options.seconds}")
    results = list(run_all(options.targets, amount, options.seed,
                           options.keep))
    return 0 if all(passed for _, passed in results) else 1


if __name__ == "__main__":
    sys.exit(main())
