# exits.sh N COMMAND...: succeeds iff COMMAND exits with exactly N, for lit
# tests of exit codes. N may be `failing`: one of the codes that mean "no" and
# not a crash or a bug of ours. A command that does not end in a minute fails.
want=$1
shift
timeout 60 "$@"
got=$?
case "$want:$got" in
  "$got:$got" | failing:[123] | failing:78) exit 0 ;;
esac
echo "exits.sh: expected exit code $want, got $got: $*" >&2
exit 1
