#!/usr/bin/env bash
# usage: completion.sh SOURCE_DIR VYRE - the bash completion offers the program's own verbs and options.
set -euo pipefail
# shellcheck source=completions/vyre.bash
source "$1/completions/vyre.bash"
vyre=$2

# offers <expected word> <words typed...>: completes the last word.
offers() {
  local expected=$1
  shift
  COMP_WORDS=("$vyre" "$@")
  COMP_CWORD=$#
  _vyre
  printf '%s\n' "${COMPREPLY[@]}" | grep -qxF -- "$expected" ||
    { echo "no '$expected' after: vyre $*; offered: ${COMPREPLY[*]}"; exit 1; }
}
offers run ru
offers validate va
offers devices dev
offers --observe run --obs
offers --format run --stable --fo
offers --version --v
offers json run --format js
