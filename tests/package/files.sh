#!/usr/bin/env bash
# usage: files.sh PREFIX VERSION - what else gets installed: the program, its manual, its completions.
set -euo pipefail
prefix=$1 version=$2
fail() {
  echo "$1"
  exit 1
}

# The installed program finds its library and knows its version.
said=$("$prefix/bin/vyre" --version) || fail "vyre --version ended with $?"
[[ $said == *"$version"* ]] || fail "vyre --version says '$said', not $version"

# Each verb has a page, and each page of the tree is installed. `help` speaks for itself.
for source in "$VYRE_SOURCE"/man/*.[1-8]; do
  page=${source##*/}
  [ -e "$prefix/share/man/man${page##*.}/$page" ] || fail "$page is not installed"
done
# shellcheck source=/dev/null
source "$prefix/share/bash-completion/completions/vyre" || fail "the bash completion cannot be read"
COMP_WORDS=(vyre "") COMP_CWORD=1
_vyre
verbs=0
for verb in "${COMPREPLY[@]}"; do
  case $verb in -* | help) continue ;; esac
  [ -e "$prefix/share/man/man1/vyre-$verb.1" ] || fail "the verb $verb has no manual page"
  verbs=$((verbs + 1))
done
[ "$verbs" -ge 5 ] || fail "the completion knows only $verbs verbs"
[ -s "$prefix/share/zsh/site-functions/_vyre" ] || fail "no zsh completion is installed"
[ -s "$prefix/share/fish/vendor_completions.d/vyre.fish" ] || fail "no fish completion is installed"
