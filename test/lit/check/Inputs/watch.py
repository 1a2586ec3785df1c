"""Runs `polc check --watch` on a file and says what it says after each save."""

import subprocess
import sys

polc, path = sys.argv[1:]
BROKEN = 'policy p for server "s";\n\nallow a tool t;\n\ndeny b tool t when'
FIXED = 'policy p for server "s";\n\nallow a tool t;\n'


def save(text):
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)


def until(line_has):
    for line in run.stdout:
        if line_has in line:
            print(line.strip().split("; set ")[0], flush=True)
            return


save(FIXED)
run = subprocess.Popen([polc, "check", "--watch", path],
                       stdout=subprocess.PIPE, text=True)
try:
    until("0 refuted")
    save(BROKEN)
    until("error:")
    save(FIXED)
    until("0 refuted")
finally:
    run.kill()
    run.wait()
