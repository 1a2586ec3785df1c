#!/usr/bin/env python3
"""Runs suites of tests, counts every case, and ends with one line:

    N passed, N failed, N skipped

A suite is `unit:PRESET` (all CTest programs; GoogleTest's cases are counted
one by one), `lit:PRESET`, `e2e` (node's test runner on the release build),
`hostile` (test/hostile, on the release build), `fuzz` (each fuzz target for a
minute: tools/scripts/run_fuzz.py) or `checks` (tools/scripts/check.py). A skipped test, a program that is missing
and a suite that ran nothing count as failures: a test that did not run has
shown nothing. Paths after `--` narrow the lit tests.
"""

import concurrent.futures
import importlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
JOBS = os.cpu_count() or 1
PROGRAM_SECONDS = 900


@dataclass
class Tally:
    """What happened in one suite, or in all."""
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    failures: list = field(default_factory=list)

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.failures += other.failures

    def fail(self, name):
        self.failed += 1
        self.failures.append(name)

    @property
    def total(self):
        return self.passed + self.failed + self.skipped


def sanitizer_environment():
    env = dict(os.environ)
    env.setdefault("ASAN_OPTIONS", "abort_on_error=1")
    env.setdefault("UBSAN_OPTIONS", "print_stacktrace=1:halt_on_error=1")
    env.setdefault("TSAN_OPTIONS", "halt_on_error=1:second_deadlock_stack=1")
    return env


def count_gtest(report, program, tally):
    for suite in report["testsuites"]:
        for case in suite["testsuite"]:
            name = f"{program}: {suite['name']}.{case['name']}"
            if case.get("failures"):
                tally.fail(name)
            elif case.get("result") == "SKIPPED" or case["status"] == "NOTRUN":
                tally.skipped += 1
                tally.failures.append(name + " (skipped)")
            else:
                tally.passed += 1


def run_program(test):
    """One CTest entry: a GoogleTest program, or one that just exits 0."""
    tally = Tally()
    name = test["name"]
    properties = {p["name"]: p["value"] for p in test.get("properties", [])}
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = test["command"]
        if "python" not in Path(command[0]).name:
            command = command + [f"--gtest_output=json:{report}",
                                 "--gtest_color=no"]
        try:
            done = subprocess.run(
                command, cwd=properties.get("WORKING_DIRECTORY", ROOT),
                env=sanitizer_environment(), stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                timeout=PROGRAM_SECONDS)
            code, output = done.returncode, done.stdout
        except subprocess.TimeoutExpired as late:
            code, output = 124, late.stdout or b""
            tally.fail(f"{name}: did not end in {PROGRAM_SECONDS} s")
        except OSError as error:
            code, output = 127, str(error).encode()
        if report.exists() and report.stat().st_size:
            count_gtest(json.loads(report.read_text()), name, tally)
            if code != 0 and not tally.failed:
                tally.fail(f"{name}: exit code {code}")
        elif code != 0:
            if not tally.failed:
                tally.fail(f"{name}: exit code {code}")
        else:
            tally.passed += 1
        if tally.failed:
            sys.stdout.write(output.decode(errors="replace")[-20000:])
    return tally


def run_unit(preset, _paths):
    tally = Tally()
    build = ROOT / "build" / preset
    listing = subprocess.run(
        ["ctest", "--show-only=json-v1", "--test-dir", str(build)],
        capture_output=True, text=True)
    if listing.returncode != 0:
        tally.fail(f"ctest cannot list the tests of {preset}")
        return tally
    tests = []
    for test in json.loads(listing.stdout)["tests"]:
        if "command" in test:
            tests.append(test)
        else:
            tally.fail(f"{test['name']}: not built")
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        for part in pool.map(run_program, tests):
            tally.add(part)
    return tally


LIT_SKIPS = {"UNSUPPORTED", "SKIPPED", "EXCLUDED", "XFAIL"}


def run_lit(preset, paths):
    tally = Tally()
    root = ROOT / "build" / preset / "test" / "lit"
    targets = [str(root / Path(p).resolve().relative_to(ROOT / "test/lit"))
               for p in paths] or [str(root)]
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "lit.json"
        subprocess.run(
            ["bash", str(ROOT / "tools/scripts/lit.sh"), "-sv",
             "--no-progress-bar", "-j",
             str(JOBS), "--output", str(report), *targets],
            stdin=subprocess.DEVNULL, timeout=3600)
        if not report.exists():
            tally.fail(f"lit:{preset}: lit did not run")
            return tally
        for test in json.loads(report.read_text())["tests"]:
            if test["code"] == "PASS":
                tally.passed += 1
            elif test["code"] in LIT_SKIPS:
                tally.skipped += 1
                tally.failures.append(f"{test['name']} ({test['code']})")
            else:
                tally.fail(test["name"])
    return tally


def run_e2e(_preset, _paths):
    tally = Tally()
    files = sorted(str(p) for p in (ROOT / "test/e2e").glob("*.test.mjs"))
    if not files:
        return tally
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.tap"
        done = subprocess.run(
            ["node", "--test", "--test-reporter=spec",
             "--test-reporter-destination=stdout", "--test-reporter=tap",
             f"--test-reporter-destination={report}", *files],
            cwd=ROOT, stdin=subprocess.DEVNULL, timeout=1800)
        text = report.read_text() if report.exists() else ""
    counts = {key: int(value) for key, value in
              re.findall(r"^# (pass|fail|cancelled|skipped|todo) (\d+)$",
                         text, re.M)}
    tally.passed = counts.get("pass", 0)
    tally.skipped = counts.get("skipped", 0) + counts.get("todo", 0)
    for name in re.findall(r"^\s*not ok \d+ - (.*)$", text, re.M):
        tally.failures.append(f"e2e: {name}")
    tally.failed = counts.get("fail", 0) + counts.get("cancelled", 0)
    if done.returncode != 0 and not tally.failed:
        tally.fail(f"e2e: node exited with {done.returncode}")
    return tally


def run_named(folder, module, what):
    """A suite whose module's run_all() yields (name, passed)."""
    def run(_preset, _paths):
        sys.path.insert(0, str(ROOT / folder))
        tally = Tally()
        for name, ok in importlib.import_module(module).run_all():
            if ok:
                tally.passed += 1
            else:
                tally.fail(f"{what} {name}")
        return tally
    return run


SUITES = {
    "unit": run_unit,
    "lit": run_lit,
    "e2e": run_e2e,
    "hostile": run_named("test/hostile", "compile_cases", "hostile"),
    "fuzz": run_named("tools/scripts", "run_fuzz", "fuzz"),
    "checks": run_named("tools/scripts", "check", "check"),
}


def main(arguments):
    paths = []
    if "--" in arguments:
        split = arguments.index("--")
        arguments, paths = arguments[:split], arguments[split + 1:]
    total = Tally()
    rows = []
    for suite in arguments:
        kind, _, preset = suite.partition(":")
        print(f"==> {suite}", flush=True)
        start = time.monotonic()
        tally = SUITES[kind](preset, paths)
        if tally.total == 0:
            tally.fail(f"{suite}: no test ran")
        rows.append((suite, tally, time.monotonic() - start))
        total.add(tally)
    print("\n==> summary")
    for suite, tally, seconds in rows:
        print(f"  {suite:<14} pass {tally.passed:>5}  fail {tally.failed:>3}"
              f"  skip {tally.skipped:>3}  {seconds:7.1f} s")
    for name in total.failures:
        print(f"  FAILED: {name}")
    print(f"{total.passed} passed, {total.failed} failed, "
          f"{total.skipped} skipped", flush=True)
    return 0 if total.passed and not total.failed and not total.skipped else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
