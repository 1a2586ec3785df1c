#!/usr/bin/env python3
"""What the documentation shows is true of the program that was built.

Every ```pol block of README.md and docs/ is a whole policy file that `polc
check` accepts (exit 0), its tests included; `pol findings` marks one that shows
a finding (exit 1), `pol invalid` one that shows an error (exit 2), each with the
check's name behind it if the example is of one, and `pol part` one or more
declarations, checked as part of a module. A line `// ---- NAME` begins another
file of the same set. An example in docs/checks reports the check of its
heading, and every check has one. Catalogs that a block names are found under
examples/ and test/cases/. A ```yaml or ```json block marked `imported NAME` is
a policy of another format: `polc import` of a file of that name gives the
```pol block after it. Links between files lead somewhere, and no file of the
project names a machine's paths or a package host.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import tree

POLC = tree.ROOT / "build/release/bin/polc"
FENCE = re.compile(
    r"^```(?P<language>\w*)(?P<kind>[^\n]*)\n(?P<block>.*?)^```\s*$",
    re.M | re.S)
CHECKS = "docs/checks/"
CHECK = re.compile(r"^## `(?P<check>[\w-]+)` \((?P<code>POL\d{4})\)$", re.M)
KIND = re.compile(r'^POLC_DIAG\((\d+), \w+, "([\w-]+)"', re.M)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FILE = re.compile(r"^// ---- (\S+)\n", re.M)
WANTED = {"": 0, "part": 0, "findings": 1, "invalid": 2}
# Spelled so that this file does not match itself.
MACHINE = re.compile(
    r"(?:^|[^\w.])/(?:wor[k]|roo[t]|far[m])/|/tmp/[b]uild-|npm[j]s|"
    r"deb\.[d]ebian|registry\.[n]pm|localhos[t]:\d+/v1")


def pages():
    return [n for n in tree.files(".md")
            if n.startswith("docs/") or "/" not in n or n.endswith("README.md")]


def catalog_files(block):
    here = FILE.findall(block)
    for name in set(re.findall(r'"([\w./-]+\.(?:json|txt|pol))"', block)):
        if name in here:
            continue
        for folder in ("examples", "test/cases"):
            for path in (tree.ROOT / folder).rglob(Path(name).name):
                yield name, path
                break


def check_pair(before, after, check=None):
    """The problem with two versions of a policy, or None."""
    with tempfile.TemporaryDirectory() as folder:
        for side, block in (("before", before), ("after", after)):
            target = Path(folder) / side
            target.mkdir()
            for name, path in catalog_files(block):
                (target / name).write_bytes(path.read_bytes())
            (target / "page.pol").write_text(block)
        done = subprocess.run([str(POLC), "diff", "--format", "json",
                               f"{folder}/before", f"{folder}/after"],
                              capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        return (f"polc diff exits with {done.returncode}:\n"
                f"{done.stdout}{done.stderr}")
    found = [f["check"] for f in json.loads(done.stdout)["findings"]]
    if not found or (check and check not in found):
        return f"polc diff reports {found}, not {check or 'a difference'}"
    return None


def check_block(kind, block, check=None):
    """The problem with one policy block, or None. `check`: one of the findings
    that it must have."""
    kind, _, named = kind.partition(" ")
    check = named or check
    if kind not in WANTED:
        return f"`pol {kind}` is no kind of block"
    with tempfile.TemporaryDirectory() as folder:
        for name, path in catalog_files(block):
            target = Path(folder) / "set" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
        page = Path(folder) / "set" / "page.pol"
        page.parent.mkdir(exist_ok=True)
        first, *others = FILE.split(block)
        page.write_text(("module page;\n" if kind == "part" else "") + first)
        for other, text in zip(others[::2], others[1::2]):
            (page.parent / other).parent.mkdir(parents=True, exist_ok=True)
            (page.parent / other).write_text(text)
        level = "note" if kind == "findings" else "error"
        shape = ["--format", "json"] if check else []
        if check == "surviving-mutant":
            shape.append("--mutate")
        done = subprocess.run([str(POLC), "check", "--fail-on", level, *shape,
                               str(page.parent)],
                              capture_output=True, text=True, timeout=60)
    if done.returncode != WANTED[kind]:
        return (f"polc check exits with {done.returncode}, not "
                f"{WANTED[kind]}:\n{done.stdout}{done.stderr}")
    if check and not any(f["check"] == check
                         for f in json.loads(done.stdout)["findings"]):
        return f"polc check does not report {check}"
    return None


def check_imported(name, block, following, check):
    """The problem with a policy of another format, or None. `check`: one of the
    diagnostics that it must have."""
    if following is None or following["language"] != "pol":
        return f"no policy block follows {name}"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_text(block)
        done = subprocess.run([str(POLC), "import", str(path)],
                              capture_output=True, text=True, timeout=60)
    if check and f"[{check}]" not in done.stderr:
        return f"polc import {name} does not report {check}"
    if done.stdout == following["block"]:
        return None
    return (f"polc import {name} gives something else than the next block:\n"
            f"{done.stdout}{done.stderr}")


def check_blocks(name, text):
    check, imported, before = None, False, None
    matches = list(re.finditer(
        f"(?:{CHECK.pattern})|(?:{FENCE.pattern})", text, re.M | re.S))
    for match, following in zip(matches, [*matches[1:], None]):
        problem = None
        if match["check"]:
            check = match["check"] if name.startswith(CHECKS) else None
        elif match["language"] == "pol":
            kind = match["kind"].strip()
            if kind == "before":
                before = match["block"]
            elif kind == "after" and before is not None:
                problem = check_pair(before, match["block"], check)
            else:
                problem = check_block(kind, match["block"],
                                      None if imported else check)
        imported = (match["kind"] or "").startswith(" imported ")
        if imported:
            problem = check_imported(match["kind"].split()[1], match["block"],
                                     following, check)
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


def check_checks():
    """`polc explain` knows every kind of diagnostic, and no other."""
    kinds = {(f"POL{code}", check) for code, check in
             KIND.findall(tree.read("compiler/diag/kind.def"))}
    pages = {(code, check) for name in tree.files(".md")
             if name.startswith(CHECKS)
             for check, code in CHECK.findall(tree.read(name))}
    for code, check in sorted(kinds - pages):
        yield f"{CHECKS}: nothing is said of {check} ({code})"
    for code, check in sorted(pages - kinds):
        yield f"{CHECKS}: {check} ({code}) is no kind of diagnostic"


def check_words():
    for name in tree.files():
        text = (tree.ROOT / name).read_text(encoding="utf-8",
                                            errors="replace")
        for number, line in enumerate(text.splitlines(), 1):
            match = MACHINE.search(line)
            if match:
                yield f"{name}:{number}: names a machine: {match[0]}"


def main():
    problems = [*check_words(), *check_checks()]
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
