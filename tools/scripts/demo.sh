# `tools/dev demo`: a policy checked, then enforced, on real input. Shows the
# commands that it runs; exits 0 only if everything behaved.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
PATH=$PWD/build/release/bin:$PATH

heading() { printf '\n=== %s\n\n' "$*"; }

# run EXPECTED_EXIT_CODE COMMAND...
run() {
  local want=$1 got
  shift
  printf '$ %s\n' "$*"
  "$@"
  got=$?
  if [ "$got" -ne "$want" ]; then
    printf '\ndemo: exit code %s, expected %s: %s\n' "$got" "$want" "$*" >&2
    exit 1
  fi
  printf '(exit code %s)\n' "$got"
}

heading "1. A recommended policy, held against the server's real tools"
run 1 polc check --catalog examples/ecs/awslabs.ecs-mcp-server.json \
  examples/seeds/run_checkov.json

heading "2. A policy for the same server that means something"
run 0 polc check examples/ecs
run 0 polc test examples/ecs

heading "3. The same, enforced: server-filesystem behind polc-shim"
run 0 polc check examples/filesystem
echo
run 0 node tools/scripts/demo_client.mjs

heading "demo: everything behaved"
