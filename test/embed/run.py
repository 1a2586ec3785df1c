#!/usr/bin/env python3
"""The hosts of examples/embed decide as they should.

    run.py --polc PROGRAM --library libpolrt.so --cc COMPILER
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EMBED = ROOT / "examples/embed"


def call(number, tool, arguments):
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": "tools/call",
                       "params": {"name": tool, "arguments": arguments}})


def pay(number, amount, to="ACME Hosting"):
    return call(number, "pay", {"invoice": str(number), "to": to, "amount": amount, "currency": "EUR"})


# A message, its effect, a part of the reason, what it is charged to.
CASES = (
    (pay(1, 100), "allow", "", {"payments.pocket": "100", "payments.budget": "100", "payments.pace": "1"}),
    (pay(2, 300), "ask", "Above 200 a person pays.", None),
    (pay(3, 5, "Nobody & Sons"), "ask", "This supplier is not on the list.", None),
    (pay(4, -5), "deny", "An amount is more than nothing.", {}),
    (call(5, "pay", {"amount": 5}), "deny", "`args", {}),
    (call(6, "transfer", {}), "deny", "the server has no tool `transfer`", {}),
    ('{"jsonrpc":"2.0","id":7,"id":8,"method":"ping"}', "deny", "json.dup_key", {}),
    ("[1]", "deny", "rpc.batch", {}),
    ('{"jsonrpc":"2.0","id":9,"method":"tools/list"}', "allow", "", {}),
)


def run(*command, lines):
    done = subprocess.run([str(c) for c in command], input="".join(line + "\n" for line in lines), text=True,
                          capture_output=True)
    if done.returncode != 0:
        sys.exit(f"{command[0]} exits with {done.returncode}: {done.stderr}")
    return done.stdout.splitlines()


def check_c(options, folder, library):
    program = folder / "embed"
    subprocess.run([options.cc, "-std=gnu11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-I", ROOT / "runtime",
                    EMBED / "embed.c", options.library, f"-Wl,-rpath,{options.library.parent}", "-o", program],
                   check=True)
    found = [line for line in run(program, library, "payments", "agent-7", lines=[c[0] for c in CASES])
             if not line.startswith("  takes ")]
    assert len(found) == len(CASES), found
    words = {"ask": "to be asked: ", "deny": "denied: "}
    for line, (message, effect, reason, _) in zip(found, CASES):
        expected = message if effect == "allow" else words[effect] + reason
        assert line == message if effect == "allow" else line.startswith(expected), (line, expected)
    bad = folder / "bad.so"
    bad.write_bytes(library.read_bytes()[:-9])
    done = subprocess.run([program, bad, "payments", "agent-7"], capture_output=True, text=True)
    assert done.returncode == 1 and "cut off" in done.stderr, done


def check_python(options, library):
    found = run(sys.executable, EMBED / "embed.py", options.library, library, "payments", "agent-7",
                lines=[c[0] for c in CASES])
    assert len(found) == len(CASES), found
    for line, (message, effect, reason, charges) in zip(map(json.loads, found), CASES):
        assert line["decision"] == effect and reason in line["reason"], (message, line)
        if charges is not None:
            taken = {charge["limit"]: charge["amount"] for charge in line["charges"]}
            assert taken == charges, (message, line)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--polc", type=Path, required=True)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--cc", required=True)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        library = folder / "payments.so"
        subprocess.run([options.polc, "build", ROOT / "examples/spending", "-o", library], check=True)
        check_c(options, folder, library)
        check_python(options, library)


if __name__ == "__main__":
    main()
