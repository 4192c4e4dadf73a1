#!/usr/bin/env bash
# usage: exports.sh PREFIX VERSION - the shared library exports names of vyre and nothing else.
set -euo pipefail
prefix=$1 version=$2
library=$(find "$prefix" -name "libvyre.so.$version")
[ -n "$library" ] || { echo "no libvyre.so.$version under $prefix"; exit 1; }
names=$(nm -DC --defined-only "$library" | cut -d' ' -f3-)
count=$(grep -c '^vyre::' <<<"$names" || true)
[ "$count" -ge 5 ] || { echo "only $count functions are exported"; exit 1; }
foreign=$(grep -vE '^((typeinfo( name)?|vtable|VTT|guard variable) for )?(non-virtual thunk to )?vyre::' <<<"$names" || true)
[ -z "$foreign" ] || { printf 'exported, but not of vyre:\n%s\n' "$foreign"; exit 1; }

soname=$(readelf -d "$library" | sed -n 's/.*SONAME.*\[\(.*\)\]/\1/p')
[ "$soname" = "libvyre.so.${version%.*}" ] || { echo "SONAME is $soname"; exit 1; }
echo "$count functions exported"
