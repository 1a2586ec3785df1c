#!/usr/bin/env python3
"""Makes build/package/polc_VERSION_ARCH.deb and polc-VERSION-ARCH.tar.gz.

    package.py [--build DIR] [--out DIR]

What is in them: polc, polc-shim, the compiler that the shim loads, and
libpolrt for hosts with its header and examples, without debug symbols. LLVM must be linked in (Debian 12 has no LLVM 19); every other
library that a program names must belong to a Debian package, which the .deb
depends on. Then both are tried: each program starts from the unpacked
archive, in an environment that holds nothing else, and checks and enforces
nothing worse than a small policy.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# Where each file goes below /usr.
FILES = (("bin/polc", "bin/polc"), ("bin/polc-shim", "bin/polc-shim"),
         ("lib/libpolc_compiler.so", "lib/polc/libpolc_compiler.so"),
         ("lib/libpolrt.so", "lib/libpolrt.so.0"))
LINKS = (("lib/libpolrt.so", "libpolrt.so.0"),)
# Of the sources, as they are.
TEXTS = (("LICENSE", "share/doc/polc/copyright"),
         ("runtime/polrt.h", "include/polrt.h"),
         ("examples/embed/embed.c", "share/doc/polc/examples/embed.c"),
         ("examples/embed/embed.py", "share/doc/polc/examples/embed.py"))
CALL = ('{"jsonrpc":"2.0","id":1,"method":"tools/call",'
        '"params":{"name":"get"}}\n')
POLICY = "policy p;\nallow a tool get;\nallow b tool get;\n"


def run(*command, **more):
    done = subprocess.run(command, capture_output=True, text=True, **more)
    if done.returncode != 0:
        sys.exit(f"package: {' '.join(map(str, command))} failed:\n"
                 f"{done.stdout}{done.stderr}")
    return done.stdout


def version():
    text = (ROOT / "CMakeLists.txt").read_text()
    return re.search(r"project\(polc\s+VERSION\s+([\d.]+)", text)[1]


def needed(path):
    """The libraries that the file names."""
    text = run("llvm-readelf-19", "--dynamic-table", path)
    return re.findall(r"\(NEEDED\).*\[(.*)\]", text)


def package_of(library, program):
    """The Debian package that has the library."""
    text = run("ldd", program)
    found = re.search(rf"^\s*{re.escape(library)} => (\S+)", text, re.M)
    if not found:  # the loader itself
        found = re.search(rf"^\s*(\S*/{re.escape(library)}) ", text, re.M)
    if not found:
        sys.exit(f"package: {program} names {library}, which is not there")
    path = found[1]
    for name in (path, os.path.realpath(path),
                 path.removeprefix("/usr"), "/usr" + path):
        done = subprocess.run(["dpkg-query", "-S", name], text=True,
                              capture_output=True)
        if done.returncode == 0:
            return done.stdout.split(":")[0].split(",")[0]
    sys.exit(f"package: {library} ({path}) is of no Debian package")


def stage(build, tree):
    """Copies and strips; returns the packages that the programs need."""
    packages = set()
    for source, target in FILES:
        path = tree / "usr" / target
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(build / source, path)
        run("llvm-strip-19", "--strip-unneeded", path)
        path.chmod(0o755 if target.startswith("bin/") else 0o644)
        for library in needed(path):
            if library.startswith(("libLLVM", "libpolc")):
                sys.exit(f"package: {source} needs {library}; build it with "
                         "POLC_STATIC_LLVM=ON, as `tools/dev build` does")
            packages.add(package_of(library, path))
    for link, target in LINKS:
        (tree / "usr" / link).symlink_to(target)
    for source, target in TEXTS:
        path = tree / "usr" / target
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / source, path)
        path.chmod(0o644)
    return sorted(packages)


def control(packages, arch, tree):
    kib = sum(p.stat().st_size for p in tree.rglob("*") if p.is_file()) // 1024
    return (f"Package: polc\nVersion: {version()}\nArchitecture: {arch}\n"
            "Maintainer: the polc authors <polc@localhost>\n"
            f"Installed-Size: {kib}\nDepends: {', '.join(packages)}\n"
            "Recommends: lld-19 | lld\nSuggests: git\nSection: admin\nPriority: optional\n"
            "Description: policies for what AI agents may do with MCP tools\n"
            " polc checks, reviews and compiles policies; polc-shim stands\n"
            " before an MCP server and enforces them on every call.\n")


def owned_by_root(info):
    info.uid = info.gid = 0
    info.uname = info.gname = "root"
    info.mtime = 0
    return info


def try_programs(usr):
    """The programs work where they were unpacked, and with nothing else set."""
    with tempfile.TemporaryDirectory() as folder:
        env = {"PATH": "/usr/bin:/bin", "HOME": folder}
        (Path(folder) / "p.pol").write_text(POLICY)
        done = subprocess.run([usr / "bin/polc", "check", "p.pol"], cwd=folder,
                              env=env, capture_output=True, text=True)
        if done.returncode != 1 or "unreachable-allow" not in done.stdout:
            sys.exit(f"package: polc does not work:\n{done.stdout}{done.stderr}")
        # The shim loads the compiler from beside itself.
        done = subprocess.run([usr / "bin/polc-shim", "--policy", "p.pol",
                               "--state", "memory:", "--", "/bin/cat"],
                              cwd=folder, env=env, capture_output=True,
                              text=True, stdin=subprocess.DEVNULL, timeout=60)
        if done.returncode != 0:
            sys.exit(f"package: polc-shim does not work:\n{done.stderr}")
        # And libpolrt decides with what polc compiled.
        done = subprocess.run([usr / "bin/polc", "build", "p.pol", "-o",
                               "p.so"], cwd=folder, env=env,
                              capture_output=True, text=True)
        if done.returncode == 0:
            done = subprocess.run(
                [sys.executable, usr / "share/doc/polc/examples/embed.py",
                 usr / "lib/libpolrt.so", "p.so", "s", "g"], cwd=folder,
                env=env, capture_output=True, text=True, input=CALL)
        if done.returncode != 0 or '"rule": "p.a"' not in done.stdout:
            sys.exit(f"package: libpolrt does not work:\n{done.stdout}"
                     f"{done.stderr}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=Path, default=ROOT / "build/release")
    parser.add_argument("--out", type=Path, default=ROOT / "build/package")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    arch = run("dpkg", "--print-architecture").strip()
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        packages = stage(options.build, tree)
        archive = options.out / f"polc-{version()}-{arch}.tar.gz"
        with tarfile.open(archive, "w:gz") as tar:
            tar.add(tree / "usr", f"polc-{version()}", filter=owned_by_root)
        (tree / "DEBIAN").mkdir()
        (tree / "DEBIAN/control").write_text(control(packages, arch, tree))
        deb = options.out / f"polc_{version()}_{arch}.deb"
        run("dpkg-deb", "--root-owner-group", "--build", tree, deb)
        unpacked = Path(folder) / "unpacked"
        run("dpkg-deb", "-x", deb, unpacked)
        try_programs(unpacked / "usr")
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
        try_programs(Path(folder) / f"polc-{version()}")
    for path in (deb, archive):
        print(f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path}"
              f"  {path.stat().st_size / 2**20:.1f} MiB")
    print(f"depends on {', '.join(packages)}")


if __name__ == "__main__":
    main()
