#!/usr/bin/env python3
"""Joins the profiles that instrumented programs left behind into one report.

    coverage_report.py BUILD_DIR

Prints a line a file and the total; BUILD_DIR/report has the marked sources.
"""

import subprocess
import sys
from pathlib import Path

import tree

LLVM = Path("/usr/lib/llvm-19/bin")


def main(build):
    build = Path(build)
    profiles = sorted(map(str, (build / "profiles").glob("*.profraw")))
    if not profiles:
        print("no profiles: nothing instrumented has run")
        return 1
    data = build / "coverage.profdata"
    listing = build / "profiles.txt"
    listing.write_text("\n".join(profiles) + "\n")
    subprocess.run([LLVM / "llvm-profdata", "merge", "-sparse", "-f",
                    listing, "-o", data], check=True)
    programs = sorted(p for folder in ("bin", "test", "lib")
                      for p in (build / folder).glob("*")
                      if p.is_file() and p.suffix in ("", ".so"))
    objects = [argument for p in programs for argument in ("-object", p)][1:]
    common = [*objects, f"-instr-profile={data}",
              "-ignore-filename-regex=/usr/|/build/|/test/"]
    subprocess.run([LLVM / "llvm-cov", "report", *common], cwd=tree.ROOT,
                   check=True)
    subprocess.run([LLVM / "llvm-cov", "show", "-format=html",
                    f"-output-dir={build / 'report'}", *common],
                   cwd=tree.ROOT, check=True)
    print(f"marked sources: {build / 'report' / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
