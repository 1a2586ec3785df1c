# Sourced by tools/dev: installs what building and testing need and lack.
# Each part remembers in build/.stamps what it did it for, so that a second
# run costs a few milliseconds and touches neither apt nor npm.

# stamp_path NAME FILE...: where the work for exactly these inputs is noted.
stamp_path() {
  local name=$1
  shift
  echo "build/.stamps/$name-$(cat "$@" | sha256sum | cut -c1-16)"
}

set_stamp() {
  mkdir -p build/.stamps
  rm -f "build/.stamps/$1"-*
  touch "$2"
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null 2>&1; then
    sudo "$@"
  else
    fail "must be root, or have sudo, to install packages"
  fi
}

installed() {
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Prints the packages of packages.txt that this machine lacks.
missing_packages() {
  local package word command
  while read -r package word command; do
    case "$package" in '' | '#'*) continue ;; esac
    if [ "$word" = unless ] && command -v "$command" >/dev/null 2>&1; then
      continue
    fi
    installed "$package" || echo "$package"
  done <tools/scripts/packages.txt
}

setup_packages() {
  local stamp missing
  stamp=$(stamp_path packages tools/scripts/packages.txt)
  [ -e "$stamp" ] && return 0
  missing=$(missing_packages)
  if [ -n "$missing" ]; then
    say "installing packages:" $missing
    as_root apt-get update -qq || fail "apt-get update failed"
    # shellcheck disable=SC2086  # one word a package
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y -o Dpkg::Use-Pty=0 \
      --no-install-recommends $missing || fail "apt-get install failed"
  fi
  set_stamp packages "$stamp"
}

# The official MCP client and servers, for the end-to-end tests and the demo.
setup_npm() {
  local stamp
  stamp=$(stamp_path npm test/e2e/package.json test/e2e/package-lock.json)
  [ -e "$stamp" ] && [ -d test/e2e/node_modules ] && return 0
  say "installing npm packages for test/e2e"
  (cd test/e2e && npm ci --no-audit --no-fund --loglevel=error) ||
    fail "npm ci failed"
  set_stamp npm "$stamp"
}
