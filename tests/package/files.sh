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

# Each verb has a page, and each page of the tree is installed.
for source in "$VYRE_SOURCE"/man/*.[1-8]; do
  page=${source##*/}
  [ -e "$prefix/share/man/man${page##*.}/$page" ] || fail "$page is not installed"
done
while read -r verb; do
  [ -e "$prefix/share/man/man1/vyre-$verb.1" ] || fail "the verb $verb has no manual page"
done < <("$prefix/bin/vyre" --help | sed -n '/^[A-Za-z]*[Cc]ommands:/,/^$/s/^  \([a-z]\{1,\}\) .*/\1/p')

[ -e "$prefix/share/bash-completion/completions/vyre" ] || fail "no bash completion is installed"
