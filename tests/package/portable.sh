#!/usr/bin/env bash
# usage: portable.sh PREFIX - the portable program links libc and libm, nothing else; Vulkan's loader is opened at run time.
set -euo pipefail
needed=$(readelf -d "$1/bin/vyre" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' | sort)
foreign=$(grep -vE '^(libc|libm|libpthread|libdl|ld-linux-[a-z0-9-]+)\.so\.[0-9]+$' <<<"$needed" || true)
[ -z "$foreign" ] || { printf 'the portable program needs:\n%s\n' "$foreign"; exit 1; }
printf 'needs: %s\n' "${needed//$'\n'/ }"
