#!/usr/bin/env bash
# usage: manual.sh SOURCE_DIR - the manual pages are well formed, listed, and name only pages that exist.
set -euo pipefail
command -v mandoc >/dev/null || { echo "skipped: no mandoc"; exit 77; }
cd "$1/man"
mandoc -T lint -W warning ./*.[1-8]
for page in *.[1-8]; do
  grep -qE "^ +$page\)?\$" CMakeLists.txt || { echo "$page is not in man/CMakeLists.txt"; exit 1; }
done
sed -n 's/^\.Xr \(vyre[a-z-]*\|libvyre\) \([1-8]\).*/\1.\2/p' ./*.[1-8] | sort -u | while read -r page; do
  [ -e "$page" ] || { echo "a page refers to $page, which does not exist"; exit 1; }
done
# Each opcode and each fault reason of the library has its entry.
# described <header> <sed pattern of a name>
described() {
  local names
  names=$(sed -n "s/$2/\\1/p" "../lib/include/vyre/protocol/$1")
  [ -n "$names" ] || { echo "found no names in $1"; exit 1; }
  while read -r name; do
    grep -qiF "Ta $name Ta" vyre-protocol.7 || { echo "$name of $1 is not in vyre-protocol(7)"; exit 1; }
  done <<<"$names"
}
described opcodes.hpp '^ *{kOp[A-Za-z0-9]*, "\([a-z0-9_]*\)".*'
described faults.hpp '^ *{FaultCode::k[A-Za-z]*, "\([a-z_]*\)".*'
