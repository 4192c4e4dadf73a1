#!/usr/bin/env bash
# usage: completion.sh VYRE - the bash completion that the program prints offers its verbs, options and files.
set -euo pipefail
vyre=$1
# Bash offers this only while it completes a line.
compopt() { :; }
# shellcheck disable=SC1090 # made by the program
source <("$vyre" completion bash)

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
offers cut cu
offers export expo
offers --opcode cut --op
offers --observe run --obs
offers --format run --stable --fo
offers --version --v
offers json run --format js
