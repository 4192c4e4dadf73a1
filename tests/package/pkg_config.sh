#!/usr/bin/env bash
# usage: pkg_config.sh PREFIX VERSION - builds and runs the consumer with what pkg-config says.
set -euo pipefail
prefix=$1 version=$2
command -v pkg-config >/dev/null || { echo "skipped: no pkg-config"; exit 77; }

pc=$(find "$prefix" -name vyre.pc)
PKG_CONFIG_PATH=$(dirname "$pc")
export PKG_CONFIG_PATH
found=$(pkg-config --modversion vyre)
[ "$found" = "$version" ] || { echo "vyre.pc says version $found, installed was $version"; exit 1; }
libdir=$(pkg-config --variable=libdir vyre)
[ "$(realpath "$libdir")" = "$(realpath "$(dirname "$pc")/..")" ] || { echo "vyre.pc says libdir $libdir"; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
read -r -a flags <<<"$(pkg-config --cflags vyre)"
read -r -a libs <<<"$(pkg-config --libs vyre)"
"${CXX:-c++}" -std=c++23 "${flags[@]}" "$(dirname "$0")/consumer/publish.cpp" -o "$work/consumer" "${libs[@]}"
LD_LIBRARY_PATH=$libdir "$work/consumer" "$version"
