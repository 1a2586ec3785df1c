#!/usr/bin/env python3
"""Rewrites the CHECK lines of lit tests from what the programs print now.

    update_checks.py [--check] [PATH...]

Only tests that carry the marker `AUTOUPDATE` in a comment are touched, and of
them only the CHECK lines, which end up in one block per prefix at the end of
the file, or before its first part for split-file. Every RUN line of such a test is `COMMAND | FileCheck %s ...`, or has
no FileCheck and prepares files. Names of temporary files and times become
patterns. With --check nothing is written and a test that would change is a
problem. A changed expectation is reviewed like changed code.

Written for FileCheck's --match-full-lines; with --strict-whitespace as well,
carets must stand in their column.
"""

import argparse
import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import tree

LIT = tree.ROOT / "test" / "lit"
SUFFIXES = (".pol", ".test", ".ir", ".yaml")
MARKER = re.compile(r"^\s*(//|#|;)\s*AUTOUPDATE\s*$", re.M)
RUN = re.compile(r"^\s*(?://|#|;)\s*RUN:\s*(.*?)\s*$", re.M)
SPLIT = re.compile(r"^(?://|#|;)---", re.M)
PIPE = re.compile(r"\|\s*FileCheck\b(.*)$")
MAX_ROUNDS = 4


class Problem(Exception):
    """Why a test cannot be updated."""


def run_lines(text):
    """The RUN lines, with those that end in a backslash joined."""
    lines, pending = [], ""
    for line in RUN.findall(text):
        pending += line
        if pending.endswith("\\"):
            pending = pending[:-1] + " "
            continue
        lines.append(pending)
        pending = ""
    return lines


def substitute(command, path, folder, build):
    """lit's substitutions, and those of test/lit/lit.cfg.py."""
    temp = os.path.join(folder, path.name + ".tmp")
    table = [
        ("%polc-shim", build / "bin/polc-shim"),
        ("%polc", build / "bin/polc"),
        ("%exits", f"bash {tree.ROOT / 'tools/scripts/exits.sh'}"),
        ("%examples", tree.ROOT / "examples"),
        ("%cases", tree.ROOT / "test/cases"),
        ("%s", path), ("%S", path.parent), ("%t", temp), ("%T", folder),
    ]
    for name, value in table:
        command = re.sub(re.escape(name) + r"(?![A-Za-z-])",
                         lambda _, v=str(value): v, command)
    return command


def execute(command, folder):
    env = {
        "PATH": "/usr/lib/llvm-19/bin:" + os.environ["PATH"],
        "TZ": "UTC", "NO_COLOR": "1", "HOME": folder,
        "XDG_STATE_HOME": os.path.join(folder, "state"), "LANG": "C.UTF-8",
    }
    done = subprocess.run(["bash", "-c", "set -o pipefail; " + command],
                          cwd=folder, env=env, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=120)
    if done.returncode != 0:
        raise Problem(f"`{command}` exited with {done.returncode}\n"
                      + done.stderr.decode(errors="replace"))
    return done.stdout.decode("utf-8", errors="surrogateescape")


def pattern(line, path, folder):
    """`line` as FileCheck text: literal but for what differs by machine."""
    # Placeholders first: what stands for them must not be escaped again.
    for name in (str(path.parent), folder, str(tree.ROOT)):
        line = line.replace(name + "/", "\0any\0")
    line = re.sub(r'("milliseconds": ?)[\d.]+', "\\1\0num\0", line)
    line = re.sub(r"\b[0-9a-f]{64}\b|(?<=; set )[0-9a-f]{16}\b", "\0hex\0",
                  line)
    line = line.replace("{{", "\0brace\0").replace("[[", "\0bracket\0")
    return (line.replace("\0any\0", "{{.*}}").replace("\0num\0", "{{[0-9.]+}}")
            .replace("\0hex\0", "{{[0-9a-f]+}}")
            .replace("\0brace\0", "{{[{][{]}}")
            .replace("\0bracket\0", "{{[[][[]}}"))


def block(output, leader, prefix, strict, path, folder):
    space = "" if strict else " "
    lines, word = [], prefix
    for line in output.splitlines():
        if line == "":
            if word != prefix:
                lines.append(f"{leader} {prefix}-EMPTY:")
            continue
        line = pattern(line if strict else line.strip(), path, folder)
        lines.append(f"{leader} {word}:{space}{line}")
        word = prefix + "-NEXT"
    if not lines:
        raise Problem("a RUN line prints nothing to check")
    return lines


def expected_blocks(path, leader, text, build):
    """{prefix: lines} from running the test's RUN lines."""
    blocks = {}
    with tempfile.TemporaryDirectory() as folder:
        for line in run_lines(text):
            pipe = PIPE.search(line)
            command = line[:pipe.start()] if pipe else line
            output = execute(substitute(command, path, folder, build), folder)
            if not pipe:
                continue
            options = shlex.split(pipe[1])
            prefix = "CHECK"
            for option in options:
                match = re.match(r"--?check-prefix(?:es)?=(\w[\w-]*)", option)
                prefix = match[1] if match else prefix
            strict = "--strict-whitespace" in options
            lines = block(output, leader, prefix, strict, path, folder)
            if blocks.setdefault(prefix, lines) != lines:
                raise Problem(f"two RUN lines differ in what {prefix} means")
    if not blocks:
        raise Problem("no RUN line pipes into FileCheck")
    return blocks


def rewrite(text, leader, blocks):
    prefixes = "|".join(map(re.escape, blocks))
    old = re.compile(rf"^\s*{re.escape(leader)}\s*(?:{prefixes})"
                     r"(?:-[A-Z]+)?:.*\n?", re.M)
    kept = old.sub("", text)
    split = SPLIT.search(kept)
    head, tail = (kept, "") if split is None else (
        kept[:split.start()], "\n" + kept[split.start():])
    return head.rstrip("\n") + "\n" + "".join(
        "\n" + "\n".join(lines) + "\n" for lines in blocks.values()) + tail


def update(path, build, check):
    """Brings the test up to date; returns whether it was not. With `check`
    the file stays as it is."""
    text = path.read_text(encoding="utf-8", errors="surrogateescape")
    leader = MARKER.search(text)[1]
    # A test that prints where its own file ends needs a second round.
    for done in range(MAX_ROUNDS):
        new = rewrite(text, leader,
                      expected_blocks(path, leader, text, build))
        if new == text:
            return done > 0
        if check:
            return True
        path.write_text(new, encoding="utf-8", errors="surrogateescape")
        text = new
    raise Problem(f"still changes after {MAX_ROUNDS} rounds")


def tests(paths):
    for name in paths or [LIT]:
        path = Path(name).resolve()
        found = [path] if path.is_file() else sorted(path.rglob("*"))
        for one in found:
            if one.suffix in SUFFIXES and "Inputs" not in one.parts:
                data = one.read_text(encoding="utf-8",
                                     errors="surrogateescape")
                if MARKER.search(data):
                    yield one


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--build", default="release")
    parser.add_argument("paths", nargs="*")
    options = parser.parse_args()
    build = tree.ROOT / "build" / options.build
    problems, count = [], 0
    for path in tests(options.paths):
        count += 1
        name = path.relative_to(tree.ROOT)
        try:
            changed = update(path, build, options.check)
        except (Problem, subprocess.TimeoutExpired) as problem:
            problems.append(f"{name}: {problem}")
            continue
        if changed and options.check:
            problems.append(f"{name}: its CHECK lines are out of date")
        elif changed:
            print(f"updated {name}")
    if not options.check:
        print(f"{count} test(s) looked at")
    return tree.report(problems, "run tools/dev update-lit and review")


if __name__ == "__main__":
    sys.exit(main())
