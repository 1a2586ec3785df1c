#!/usr/bin/env python3
"""Holds every #include to the table of rooms in docs/architecture.md.

Reports includes of rooms that the table does not open, third-party headers
where it does not name their library, heavy ones in our headers, and LLVM or
Z3 inside the finished polc-shim.
"""

import os
import re
import subprocess
import sys

import tree

TABLE = "docs/architecture.md"

# Whose header is it? By its beginning; what is not here is the system's.
LIBRARIES = {
    "CLI/": "CLI11",
    "antlr4-runtime": "antlr4",
    "benchmark/": "benchmark",
    "boost/": "boost",
    "clang/": "LLVM",
    "fmt/": "fmt",
    "gmock/": "googletest",
    "gtest/": "googletest",
    "hiredis/": "hiredis",
    "llvm-c/": "LLVM",
    "llvm/": "LLVM",
    "nlohmann/": "nlohmann-json",
    "openssl/": "openssl",
    "re2/": "re2",
    "simdjson": "simdjson",
    "sqlite3": "sqlite3",
    "xxhash": "xxhash",
    "yaml-cpp/": "yaml-cpp",
    "z3": "z3",
}
LIGHT = {"fmt", "CLI11", "googletest"}
STANDARD = re.compile(
    r"^([a-z_]+|(sys|linux|netinet|arpa|asm)/[a-z_]+\.h|"
    r"(dirent|dlfcn|elf|errno|fcntl|grp|limits|link|malloc|math|netdb|poll|pthread|pwd|sched|signal|"
    r"spawn|stddef|stdint|stdlib|string|syslog|termios|time|unistd)\.h)$")
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]')
# What the rooms are made of; test/ may include everything.
SOURCES = ("grammar/", "compiler/", "verifier/", "runtime/", "stdlib/",
           "tools/")


def cells(line):
    return [c.strip() for c in line.strip().strip("|").split("|")]


def read_table():
    """Returns {room: (rooms it may include, libraries)}, as written."""
    text = tree.read(TABLE)
    begin = text.index("<!-- layers: begin -->")
    rows = text[begin:text.index("<!-- layers: end -->")].splitlines()
    rows = [cells(r) for r in rows if r.startswith("| `")]
    return {row[0].strip("`"): (re.findall(r"`([^`]+)`", row[2]),
                                set(filter(None, re.split(r"[ ,]+", row[3]))))
            for row in rows}


def closure(table, room):
    """Every room and file that `room` may include."""
    seen, todo = set(), [room]
    while todo:
        at = todo.pop()
        if at not in seen:
            seen.add(at)
            todo += table[at][0] if at in table else []
    return seen


def room_of(path, table):
    """The innermost room that holds `path`."""
    fits = [r for r in table if path.startswith(r + "/")]
    return max(fits, key=len) if fits else None


def library_of(header):
    for prefix, library in LIBRARIES.items():
        if header.startswith(prefix):
            return library
    return None


def check_quoted(name, room, header, table, allowed):
    if not header.startswith(SOURCES):
        # Made by ANTLR or CMake: it is in no folder of the sources.
        if header.startswith("Pol") and "grammar" in allowed:
            return None
        return f"`{header}` is not written from the project's root"
    if not (tree.ROOT / header).is_file():
        return f"`{header}` does not exist"
    target = room_of(header, table)
    if target is None:
        return f"`{header}` is in no room of {TABLE}"
    if target in allowed or header in allowed:
        return None
    return f"`{room}` may not include `{target}` (`{header}`)"


def check_angle(name, room, header, libraries):
    library = library_of(header)
    if library is None:
        if STANDARD.match(header):
            return None
        return f"<{header}>: of what library? see check_layers.py"
    if library not in libraries:
        return f"`{room}` may not use {library} (<{header}>)"
    if name.endswith(".h") and library not in LIGHT:
        return f"<{header}> of {library} belongs in a .cpp file"
    return None


def check_file(name, table):
    room = room_of(name, table)
    if room is None:
        yield f"{name}: in no room of {TABLE}"
        return
    allowed = closure(table, room)
    for number, line in enumerate(tree.read(name).splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        if match[1] == '"' and library_of(match[2]) is None:
            problem = check_quoted(name, room, match[2], table, allowed)
        else:
            problem = check_angle(name, room, match[2], table[room][1])
        if problem:
            yield f"{name}:{number}: {problem}"


def check_table(table):
    for room, (rooms, _) in table.items():
        for other in rooms:
            if other not in table and not other.endswith(".h"):
                yield f"{TABLE}: `{room}` names `{other}`, which is no room"
        if any(room in closure(table, r) for r in rooms):
            yield f"{TABLE}: `{room}` may include itself in a circle"
    for one, two in (("compiler/codegen", "verifier"),
                     ("verifier", "compiler/codegen"),
                     ("runtime/shim", "compiler/support")):
        if two in closure(table, one):
            yield f"{TABLE}: `{one}` must never reach `{two}`"


def check_shim(program):
    """The shim must stay free of LLVM and Z3 when it has been built."""
    if not os.path.exists(program):
        return
    symbols = subprocess.run(["/usr/lib/llvm-19/bin/llvm-nm", "-A", program],
                             capture_output=True, text=True).stdout
    needed = subprocess.run(
        ["/usr/lib/llvm-19/bin/llvm-readelf", "--needed-libs", program],
        capture_output=True, text=True).stdout
    for mark in ("_ZN4llvm", "Z3_mk_"):
        if mark in symbols:
            yield f"polc-shim contains symbols `{mark}...`"
    for library in re.findall(r"lib(?:LLVM|z3)\S*", needed):
        yield f"polc-shim needs {library}"


def main():
    table = read_table()
    problems = list(check_table(table))
    for name in tree.files(*tree.CPP):
        if name.startswith(SOURCES):
            problems += check_file(name, table)
    problems += check_shim(tree.ROOT / "build/release/bin/polc-shim")
    return tree.report(problems, f"the table is in {TABLE}")


if __name__ == "__main__":
    sys.exit(main())
