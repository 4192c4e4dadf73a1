# shellcheck shell=bash
# What every script here shares; sourced, never run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
jobs=$(nproc 2>/dev/null || echo 2)

# Messages go to standard error; standard output belongs to what the script makes.
say() { printf '==> %s\n' "$*" >&2; }
die() {
  printf '%s: error: %s\n' "${0##*/}" "$1" >&2
  [ -z "${2:-}" ] || printf 'fix: %s\n' "$2" >&2
  exit 2
}

# Shows a command, then runs it.
run() {
  printf '  $ %s\n' "$*" >&2
  "$@"
}

# The comment at the head of the calling script is its help.
usage() { sed -n '2,/^[^#]/{s/^# \{0,1\}//p}' "$0"; }

# configure <preset> [<cmake arguments>...]
configure() {
  local preset=$1
  shift
  (cd "$root" && run cmake --preset "$preset" "$@")
}
# build <preset> [<targets>...]
build() {
  local preset=$1
  shift
  (cd "$root" && run cmake --build --preset "$preset" --parallel "$jobs" ${1:+--target "$@"})
}
