#!/usr/bin/env bash
# usage: examples.sh SOURCE_DIR VYRE - the workloads and the handler that README and manual show really run.
set -euo pipefail
source_dir=$1 vyre=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_CACHE_HOME=$work/cache

# blocks <file> <first line> <last line> <prefix>: writes each such block to prefix-N.yaml.
blocks() {
  awk -v first="$2" -v last="$3" -v prefix="$4" '
    inside && $0 ~ last { inside = 0; close(name) }
    inside { print > name }
    $0 ~ first { inside = 1; name = prefix "-" ++count ".yaml" }' "$1"
}
# shellcheck disable=SC2016
blocks "$source_dir/README.md" '^```yaml$' '^```$' "$work/readme"
blocks "$source_dir/man/vyre-workload.5" '^\.Bd -literal -offset indent$' '^\.Ed$' "$work/manual"
found=$(find "$work" -name '*.yaml' | wc -l)
[ "$found" -ge 2 ] || { echo "found only $found examples"; exit 1; }
for file in "$work"/*.yaml; do
  echo "$file"
  "$vyre" run --backend reference --quiet "$file"
done

blocks "$source_dir/man/vyre-handler.7" '^\.Bd -literal -offset indent$' '^\.Ed$' "$work/handler"
mv "$work/handler-1.yaml" "$work/sum_range.glsl"
cat >"$work/custom.yaml" <<'YAML'
vyre: 1
control: {initial: [1, 2, 3]}
handlers: [{opcode: 0x40000001, name: sum_range, file: sum_range.glsl}]
steps:
  - sum_range: [observable(0), 3, 8]
expect: {observables: {8: 6}}
YAML
"$vyre" validate --quiet "$work/custom.yaml"
