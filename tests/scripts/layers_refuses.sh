#!/usr/bin/env bash
# usage: layers_refuses.sh SOURCE_DIR - check-layers finds each kind of include that runs against an arrow.
set -euo pipefail
check=$1/scripts/check-layers
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

# A small tree in which everything is right.
mkdir -p "$tree"/lib/{protocol,ring,gpu,workload} "$tree"/lib/include/vyre/{base,protocol,ring,workload} "$tree"/apps/vyre
echo '#include <string>' >"$tree/lib/include/vyre/base/error.hpp"
echo '#include "vyre/base/error.hpp"' >"$tree/lib/include/vyre/protocol/layout.hpp"
echo '#include "vyre/protocol/layout.hpp"' >"$tree/lib/include/vyre/ring/publication.hpp"
echo '#include "vyre/ring/publication.hpp"' >"$tree/lib/include/vyre/workload/step.hpp"
echo '#include <vulkan/vulkan.hpp>' >"$tree/lib/gpu/device.cpp"
"$check" --root "$tree" >/dev/null || { echo "a right tree is refused"; exit 1; }

# refuses <file> <line> <words of the message>
refuses() {
  local output
  echo "$2" >"$tree/$1"
  if output=$("$check" --root "$tree" 2>&1); then
    echo "accepted in $1: $2"
    exit 1
  fi
  grep -qF "$1:1: error: $3" <<<"$output" || { printf 'for %s in %s it says:\n%s\n' "$2" "$1" "$output"; exit 1; }
  rm "$tree/$1"
}
refuses lib/protocol/a.cpp '#include "vyre/ring/publication.hpp"' 'protocol may not include ring'
refuses lib/ring/a.cpp '#  include "vyre/workload/step.hpp"' 'ring may not include workload'
refuses lib/workload/a.cpp '#include <vulkan/vulkan.h>' 'workload may not include <vulkan/vulkan.h>; it belongs to: gpu'
refuses lib/gpu/a.hpp '#include <CLI/CLI.hpp>' 'gpu may not include <CLI/CLI.hpp>'
refuses lib/ring/b.cpp '#include "ring/nowhere.hpp"' '"ring/nowhere.hpp" names no file of ours'
refuses lib/include/vyre/ring/bad.hpp '#include <fmt/format.h>' 'an installed header may not include <fmt/format.h>'
refuses lib/include/vyre/ring/bad.hpp '#include <sys/mman.h>' 'an installed header may not include <sys/mman.h>'
mkdir "$tree/lib/attic"
refuses lib/attic/a.cpp '#include <string>' "'attic' is no room"
echo "8 wrong includes refused"
