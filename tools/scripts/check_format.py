#!/usr/bin/env python3
"""Every C++ file is as clang-format-19 would write it."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import tree


def unformatted(name):
    done = subprocess.run(["clang-format-19", "--dry-run", "-Werror", name],
                          cwd=tree.ROOT, capture_output=True)
    return name if done.returncode else None


if __name__ == "__main__":
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        bad = [n for n in pool.map(unformatted, tree.files(".cpp", ".h")) if n]
    sys.exit(tree.report(bad, "run clang-format-19 -i on them"))
