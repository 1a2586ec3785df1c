#!/usr/bin/env python3
"""The cases of layer `compile` of test/cases/hostile.jsonl: hostile policy
files against `polc check` of the release build. Each ends in the verdict that
its case demands, in bounded time and memory, with a place and a reason, and
never by a signal.

    compile_cases.py [ID...]

Time is the processor's, which a busy machine does not change; every program
runs under a bound of address space and of time.
"""

import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
POLC = ROOT / "build/release/bin/polc"
CASES = ROOT / "test/cases/hostile.jsonl"
# What the cases' recipes are made of.
T = {"rule_open": b"policy p;\nallow r tool echo when ",
     "rule_close": b";\n",
     "ok": b"policy p;\nallow r tool echo;\n"}
ADDRESS_SPACE_MB = 6144
CPU_SECONDS = 60
DEFAULT_RSS_MB = 1024
DEFAULT_MS = 20_000
PLACE = re.compile(r"^[^\n:]+:\d+:\d+: error: ", re.M)
# Words of ours for the diagnostics that the cases suggest.
CHECKS = {
    "bom-twice": "invalid-character", "confusable-identifier": "invalid-character",
    "const-overflow": "invalid-number", "duplicate-rule": "duplicate-name",
    "file-too-large": "too-large", "identifier-too-long": "too-large",
    "int-out-of-range": "invalid-number", "line-too-long": "too-large",
    "not-a-regular-file": "cannot-read", "regex-syntax": "pattern",
    "regex-too-large": "pattern-too-large pattern",
    "tool-name-charset": "invalid-character tool-name-charset",
    "unbalanced": "unbalanced-bracket too-deep",
}


class Wrong(Exception):
    """A case did not end as it must."""


@dataclass
class Outcome:
    code: int  # negative: a signal
    text: str
    milliseconds: float
    rss_mb: float


def bound():
    size = ADDRESS_SPACE_MB << 20
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def polc(*arguments, prepare=bound):
    return run(POLC, *arguments, prepare=prepare)


def run(program, *arguments, prepare=bound):
    """Runs a program under the bounds; what it prints is cut, not kept."""
    with tempfile.TemporaryFile() as output:
        child = subprocess.Popen(
            [str(program), *map(str, arguments)], stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            preexec_fn=prepare, env={**os.environ, "NO_COLOR": "1", "CI": ""})
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read(1 << 20).decode(errors="replace")
    return Outcome(child.returncode, text,
                   1000 * (used.ru_utime + used.ru_stime),
                   used.ru_maxrss / 1024)


def require(holds, what, outcome):
    if not holds:
        raise Wrong(f"{what}; exit code {outcome.code}, "
                    f"{outcome.milliseconds:.0f} ms, {outcome.rss_mb:.0f} MB\n"
                    + outcome.text[:1500])


def judge(case, outcome):
    """Holds an outcome against what every case and this one expect."""
    expected = case["expected"]
    require(outcome.code in (0, 1, 2, 3), "no exit code of the contract",
            outcome)
    require(len(outcome.text) < 200_000, "prints too much", outcome)
    require(outcome.rss_mb <= expected.get("max_rss_mb", DEFAULT_RSS_MB),
            "too much memory", outcome)
    limit = expected.get("max_ms", 1000 * expected.get("max_s", 0))
    require(outcome.milliseconds <= (limit or DEFAULT_MS), "too slow", outcome)
    verdict = expected["verdict"]
    if verdict == "compile_error":
        refused(outcome, expected.get("diagnostic"),
                expected.get("location", False))
    elif verdict == "ok":
        require(outcome.code in (0, 1), "not accepted", outcome)
    elif verdict == "io_error":
        require(outcome.code == 2, "not refused", outcome)
    elif verdict == "unknown":
        require(outcome.code == expected["exit_code"], "decided", outcome)
    elif verdict == "ok_or_limit":
        if outcome.code == 2:
            refused(outcome, None, True)
    else:
        raise Wrong(f"nobody knows the verdict `{verdict}`")


def refused(outcome, diagnostic, has_place):
    require(outcome.code == 2, "not refused", outcome)
    if has_place:
        require(PLACE.search(outcome.text), "no place", outcome)
    if diagnostic:
        names = CHECKS.get(diagnostic, diagnostic).split()
        require(any(f"[{name}]" in outcome.text for name in names),
                f"no {' or '.join(names)}", outcome)


# ---- cases that are a file ----

def check_file(case, folder):
    text = (case["input"].encode() if "input" in case
            else eval(case["gen"], {"T": T}))  # our own recipes
    path = folder / "case.pol"
    path.write_bytes(text)
    del text
    judge(case, polc("check", path))


# ---- cases that are a scenario ----

def write(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def device_or_fifo(case, folder):
    os.mkfifo(folder / "fifo.pol")
    for path in ("/dev/zero", folder / "fifo.pol", folder):
        judge(case, polc("check", path))


def unreadable(case, folder):
    path = folder / "p.pol"
    path.write_bytes(T["ok"])
    path.chmod(0)
    folder.chmod(0o755)

    def as_nobody():
        bound()
        if os.getuid() == 0:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
    judge(case, polc("check", path, prepare=as_nobody))


def cycle(case, folder):
    write(folder, {"a.pol": 'policy a;\nimport "b.pol";\n',
                   "b.pol": 'module b;\nimport "c.pol";\n',
                   "c.pol": 'module c;\nimport "b.pol";\n'})
    outcome = polc("check", folder)
    judge(case, outcome)
    require("b.pol -> " in outcome.text, "does not name the circle", outcome)


def self_import(case, folder):
    write(folder, {"a.pol": 'policy a;\nimport "a.pol";\nallow r tool t;\n'})
    judge(case, polc("check", folder))


def long_chain(case, folder):
    files = {f"f{i}.pol": f'module f{i};\nimport "f{i + 1}.pol";\n'
                          + (f'import "f{i + 2}.pol";\n' if i < 997 else "")
             for i in range(999)}
    files["f999.pol"] = "module f999;\n"
    files["p.pol"] = 'policy p;\nimport "f0.pol";\nallow r tool t;\n'
    write(folder, files)
    judge(case, polc("check", folder / "p.pol"))


def outside(case, folder):
    for i, name in enumerate(["../../etc/passwd", "/etc/passwd", "https://x"]):
        inner = folder / f"d{i}"
        write(inner, {"p.pol": f'policy p;\nimport "{name}";\n'
                               "allow r tool t;\n"})
        outcome = polc("check", inner)
        require("root:" not in outcome.text, "shows the file", outcome)
        judge(case, outcome)


def two_names(case, folder):
    """One file is one module however it is spelled; two files are two, and
    may not share a name."""
    write(folder, {"lib/a.pol": "module a;\nset s = {\"x\"};\n",
                   "p.pol": 'policy p;\nimport "lib/a.pol";\n'
                            'import "./lib/../lib/a.pol" as b;\n'
                            "allow r tool t when args.x in a.s or args.x in "
                            "b.s;\n"})
    require(polc("check", folder).code in (0, 1), "two spellings are one file",
            polc("check", folder))
    write(folder, {"lib/c.pol": "module a;\n",
                   "p.pol": 'policy p;\nimport "lib/a.pol";\n'
                            'import "lib/c.pol" as b;\nallow r tool t;\n'})
    judge(case, polc("check", folder))


def swapped(case, folder):
    """Whatever happens meanwhile, what was compiled is one text: the digest is
    that of one of the two, and so is the rule."""
    path = folder / "p.pol"
    other = folder / "other"
    texts = {tool: f"policy p;\n// {tool * 5000}\nallow r tool {tool};\n"
             for tool in ("aa", "bb")}

    def put(tool):
        other.write_text(texts[tool])
        os.replace(other, path)

    def emit():
        return polc("build", "--emit=ir", path)
    whole = {}
    for tool in texts:
        put(tool)
        whole[tool] = emit().text
    done = threading.Event()

    def swap():
        while not done.is_set():
            for tool in texts:
                put(tool)
    thread = threading.Thread(target=swap)
    thread.start()
    try:
        for _ in range(20):
            outcome = emit()
            require(outcome.text in whole.values(), "neither text", outcome)
    finally:
        done.set()
        thread.join()


def limits_out_of_range(case, folder):
    for amount in ("0 per day", "-1 per day"):
        write(folder, {"p.pol": f"policy p;\nlimit l = {amount};\n"
                                "allow r tool t charge l;\n"})
        judge(case, polc("check", folder))
    # Windows have names: a length is no Pol at all.
    for amount in ("10 per 0s", "10 per 1000000000000000000s"):
        write(folder, {"p.pol": f"policy p;\nlimit l = {amount};\n"
                                "allow r tool t charge l;\n"})
        refused(polc("check", folder), None, True)


def bad_output(case, folder):
    write(folder, {"p.pol": T["ok"].decode(), "kept": "old"})
    outcome = polc("build", "--emit=ir", "-o", "/dev/full", folder / "p.pol")
    judge(case, outcome)
    (folder / "link").symlink_to("kept")
    ok = polc("build", "--emit=ir", "-o", folder / "link", folder / "p.pol")
    require(ok.code == 0 and (folder / "link").is_symlink()
            and (folder / "kept").read_text().startswith("ir 1"),
            "a link is written through", ok)
    names = sorted(p.name for p in folder.iterdir())
    require(names == ["kept", "link", "p.pol"], f"left {names}", ok)


def hard_query(case, folder):
    """What nobody can decide is refused as a policy, or said to be unknown;
    it is never taken for proved, and does not take long."""
    for right in ("args.c", "7919"):
        write(folder, {"p.pol": "policy p;\nallow r tool t when args.a * "
                                f"args.b == {right};\n"
                                "assert x: never allow tool t when args.a > 2 "
                                "and args.b > 2 and args.a < args.b;\n"})
        outcome = polc("check", "--fail-on", "unknown", folder)
        require(outcome.code in (2, 3), "taken for proved", outcome)
        require(outcome.milliseconds <= 1000 * case["expected"]["max_s"],
                "too slow", outcome)
        if outcome.code == 2:
            refused(outcome, None, True)


def damaged_code(_case, folder):
    """The shim does not start on half of what was compiled, or on none."""
    write(folder, {"p.pol": T["ok"].decode()})
    made = polc("build", "--emit=obj", "-o", folder / "whole", folder / "p.pol")
    require(made.code == 0, "not built", made)
    code = (folder / "whole").read_bytes()
    (folder / "half").write_bytes(code[:len(code) // 2])
    (folder / "other").write_bytes(b"\x7fELF" + code[4:].replace(
        b"polcmanf", b"polcmang"))
    for name in ("half", "other"):
        outcome = run(POLC.with_name("polc-shim"), "--policy", folder / name,
                      "--state", "memory:", "--", "cat")
        require(outcome.code == 78, "it starts", outcome)
        require(name in outcome.text, "does not name the file", outcome)


SCENARIOS = {"C24": device_or_fifo, "C25": unreadable, "C26": cycle,
             "C27": self_import, "C28": long_chain, "C30": outside,
             "C31": two_names, "C32": swapped, "C45": limits_out_of_range,
             "C46": hard_query, "C48": bad_output, "C53": damaged_code}


def all_cases():
    for line in CASES.read_text().splitlines():
        case = json.loads(line)
        if case["layer"] == "compile":
            yield case


def run_all(ids=()):
    """Yields (case, passed)."""
    for case in all_cases():
        if ids and case["id"] not in ids:
            continue
        name = f"{case['id']} {case['title'][:60]}"
        with tempfile.TemporaryDirectory() as folder:
            try:
                if "scenario" not in case:
                    check_file(case, Path(folder))
                elif case["id"] in SCENARIOS:
                    SCENARIOS[case["id"]](case, Path(folder))
                else:
                    raise Wrong("nobody plays this scenario")
                yield name, True
            except Wrong as wrong:
                print(f"{name}: {wrong}", flush=True)
                yield name, False


if __name__ == "__main__":
    results = list(run_all(sys.argv[1:]))
    failed = [name for name, ok in results if not ok]
    print(f"{len(results) - len(failed)} passed, {len(failed)} failed")
    sys.exit(1 if failed or not results else 0)
