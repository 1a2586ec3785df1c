#!/usr/bin/env bash
# lit as Debian's llvm-19-tools brings it, which puts it on no PATH.
exec python3 /usr/lib/llvm-19/build/utils/lit/lit.py "$@"
