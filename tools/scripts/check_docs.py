#!/usr/bin/env python3
"""What the documentation shows is true of the program that was built.

Every ```pol block of README.md and docs/ is a whole policy file that `polc
check` accepts (exit 0); `pol findings` marks one that shows a finding (exit
1), `pol invalid` one that shows an error (exit 2), and `pol part` one or more
declarations, checked as part of a module. Catalogs that a block names are
found under examples/ and test/cases/. Links between files lead somewhere, and
no file of the project names a machine's paths or a package host.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import tree

POLC = tree.ROOT / "build/release/bin/polc"
FENCE = re.compile(r"^```(\w*)([^\n]*)\n(.*?)^```\s*$", re.M | re.S)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
WANTED = {"": 0, "part": 0, "findings": 1, "invalid": 2}
# Spelled so that this file does not match itself.
MACHINE = re.compile(
    r"(?:^|[^\w.])/(?:wor[k]|roo[t]|far[m])/|/tmp/[b]uild-|npm[j]s|"
    r"deb\.[d]ebian|registry\.[n]pm|localhos[t]:\d+/v1")


def pages():
    return [n for n in tree.files(".md")
            if n.startswith("docs/") or "/" not in n or n.endswith("README.md")]


def catalog_files(block):
    for name in set(re.findall(r'"([\w./-]+\.(?:json|txt|pol))"', block)):
        for folder in ("examples", "test/cases"):
            for path in (tree.ROOT / folder).rglob(Path(name).name):
                yield name, path
                break


def check_block(kind, block):
    """The problem with one policy block, or None."""
    if kind not in WANTED:
        return f"`pol {kind}` is no kind of block"
    with tempfile.TemporaryDirectory() as folder:
        for name, path in catalog_files(block):
            target = Path(folder) / "set" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
        page = Path(folder) / "set" / "page.pol"
        page.parent.mkdir(exist_ok=True)
        page.write_text(("module page;\n" if kind == "part" else "") + block)
        level = "warning" if kind == "findings" else "error"
        done = subprocess.run([str(POLC), "check", "--fail-on", level,
                               str(page)],
                              capture_output=True, text=True, timeout=60)
    if done.returncode != WANTED[kind]:
        return (f"polc check exits with {done.returncode}, not "
                f"{WANTED[kind]}:\n{done.stdout}{done.stderr}")
    return None


def check_blocks(name, text):
    for match in FENCE.finditer(text):
        if match[1] == "pol":
            problem = check_block(match[2].strip(), match[3])
            if problem:
                line = text.count("\n", 0, match.start()) + 1
                yield f"{name}:{line}: {problem}"


def slug(heading):
    words = re.sub(r"[`*_]", "", heading.strip().lower())
    return re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", words))


def check_links(name, text):
    bare = FENCE.sub("", text)
    for target in LINK.findall(bare):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (tree.ROOT / name).parent / path if path else tree.ROOT / name
        if not file.exists():
            yield f"{name}: the link to {target} leads nowhere"
        elif anchor and file.suffix == ".md":
            headings = re.findall(r"^#+ (.*)$", file.read_text(), re.M)
            if anchor not in map(slug, headings):
                yield f"{name}: {target} names no heading"


def check_words():
    for name in tree.files():
        text = (tree.ROOT / name).read_text(encoding="utf-8",
                                            errors="replace")
        for number, line in enumerate(text.splitlines(), 1):
            match = MACHINE.search(line)
            if match:
                yield f"{name}:{number}: names a machine: {match[0]}"


def main():
    problems = list(check_words())
    if not POLC.exists():
        problems.append("there is no build/release/bin/polc to check with")
    for name in pages():
        text = tree.read(name)
        problems += check_links(name, text)
        if POLC.exists():
            problems += check_blocks(name, text)
    return tree.report(problems, "see check_docs.py")


if __name__ == "__main__":
    sys.exit(main())
