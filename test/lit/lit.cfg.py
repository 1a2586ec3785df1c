# How lit runs the tests here: a file is a test if it has RUN lines.
#
#   %polc %polc-shim   the programs of the build under test
#   %exits N COMMAND   succeeds iff COMMAND exits with N
#   not %polc ...      one of the exit codes that say no; a crash is none
#   %examples %cases   the trees of examples/ and test/cases/
#   %s %S %t           the file, its folder, a name for temporary files
#
# FileCheck, not, split-file and count are on the PATH.
import os
import resource

import lit.formats

config.name = "polc"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".pol", ".test", ".ir", ".yaml"]
config.excludes = ["Inputs", "CMakeLists.txt"]
config.test_source_root = os.path.dirname(__file__)

source = config.polc_source
exits = "bash " + os.path.join(source, "tools/scripts/exits.sh")
# lit replaces these one after the other: the longer name goes first. Its own
# `not` would take a crash for a failure that was expected.
config.substitutions += [
    (r"\bnot (?=%polc)", exits + " failing "),
    ("%polc-shim", os.path.join(config.polc_bin, "polc-shim")),
    ("%polc", os.path.join(config.polc_bin, "polc")),
    ("%exits", exits),
    ("%examples", os.path.join(source, "examples")),
    ("%cases", os.path.join(source, "test/cases")),
]

config.environment["PATH"] = "/usr/lib/llvm-19/bin:" + os.environ["PATH"]
config.environment["TZ"] = "UTC"
config.environment["NO_COLOR"] = "1"
# The shim's state goes to the user's state directory unless told otherwise.
config.environment["HOME"] = config.test_exec_root
config.environment["XDG_STATE_HOME"] = os.path.join(
    config.test_exec_root, "state")
# abort(): a report of a sanitizer must not look like an exit code of ours.
config.environment["ASAN_OPTIONS"] = "abort_on_error=1"
config.environment["UBSAN_OPTIONS"] = "abort_on_error=1:print_stacktrace=1"
for name in ("LLVM_PROFILE_FILE",):
    if name in os.environ:
        config.environment[name] = os.environ[name]

if config.polc_sanitize:
    config.available_features.add("sanitized")

# A program that hangs dies by a signal, which `not` takes for a failure too.
resource.setrlimit(resource.RLIMIT_CPU, (180, 180))
