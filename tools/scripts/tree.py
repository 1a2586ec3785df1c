"""What the checks share: the project's own files, as git knows them."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CPP = (".cpp", ".h", ".def")


def files(*suffixes):
    """Tracked and new (not ignored) files that exist, relative to the root."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others",
         "--exclude-standard"], cwd=ROOT, capture_output=True, check=True)
    names = sorted(set(listed.stdout.decode().split("\0")) - {""})
    return [n for n in names
            if (ROOT / n).is_file() and (not suffixes or
                                         n.endswith(suffixes))]


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def report(problems, what):
    """Prints the problems and returns the exit code."""
    for problem in problems:
        print(problem)
    if problems:
        print(f"{len(problems)} problem(s): {what}")
    return 1 if problems else 0
