#!/usr/bin/env python3
"""`tools/dev check`: everything about the sources that a machine can hold
them to. Each check is a script of its own, usable alone, that prints one line
a problem and exits 1 if there was one; all of them end within a minute.
"""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

CHECKS = {
    "format": ["check_format.py"],
    "layers": ["check_layers.py"],
    "wording": ["check_wording.py"],
    "docs": ["check_docs.py"],
    "language": ["check_language.py"],
    "size": ["check_size.py"],
    "lit-updates": ["update_checks.py", "--check"],
}


def run_all():
    """Runs every check; yields (name, passed)."""
    for name, command in CHECKS.items():
        start = time.monotonic()
        script = ROOT / "tools/scripts" / command[0]
        done = subprocess.run([sys.executable, str(script), *command[1:]],
                              cwd=ROOT, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        ok = done.returncode == 0
        seconds = time.monotonic() - start
        print(f"  {name:<12} {'ok' if ok else 'FAILED':<7} {seconds:5.1f} s",
              flush=True)
        if not ok:
            print("".join(f"    {line}\n" for line in
                          done.stdout.splitlines()), end="", flush=True)
        yield name, ok


if __name__ == "__main__":
    print("==> checks")
    results = list(run_all())
    failed = [name for name, ok in results if not ok]
    print(f"{len(results) - len(failed)} passed, {len(failed)} failed")
    sys.exit(1 if failed else 0)
