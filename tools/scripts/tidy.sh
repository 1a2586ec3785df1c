# clang-tidy over the given files, or all of the project's; needs build/dev.
set -euo pipefail
if [ $# -eq 0 ]; then
  mapfile -t files < <(git ls-files '*.cpp')
  set -- "${files[@]}"
fi
printf '%s\0' "$@" |
  xargs -0 -n 4 -P "$(nproc)" clang-tidy-19 --quiet -p build/dev
