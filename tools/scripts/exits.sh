# exits.sh N COMMAND...: succeeds iff COMMAND exits with exactly N. For lit
# tests of exit codes; a command that does not end in a minute fails.
want=$1
shift
timeout 60 "$@"
got=$?
if [ "$got" -ne "$want" ]; then
  echo "exits.sh: expected exit code $want, got $got: $*" >&2
  exit 1
fi
