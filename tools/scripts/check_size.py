#!/usr/bin/env python3
"""Sources stay small enough to read, and plain enough to trust.

No source file is longer than 700 lines (tables, that is .def files, data and
lock files, are exempt) and sources outside test/ are ASCII, so that what a
reviewer sees is what the compiler reads.
"""

import sys

import tree

MAX_LINES = 700
CODE = (".cpp", ".h", ".py", ".mjs", ".sh", ".g4", ".cmake", ".pol",
        "CMakeLists.txt", "tools/dev")


def problems():
    for name in tree.files(*CODE):
        data = (tree.ROOT / name).read_bytes()
        lines = data.count(b"\n")
        if lines > MAX_LINES:
            yield f"{name}: {lines} lines; the limit is {MAX_LINES}"
        if name.startswith("test/"):
            continue
        for number, line in enumerate(data.split(b"\n"), 1):
            if not line.isascii():
                yield f"{name}:{number}: not ASCII"


if __name__ == "__main__":
    sys.exit(tree.report(list(problems()), "see check_size.py"))
