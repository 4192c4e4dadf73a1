#!/usr/bin/env bash
# usage: help.sh SOURCE_DIR - every script says what it does, from any folder, and refuses what it does not know.
set -euo pipefail
cd /
for script in "$1"/scripts/*; do
  [ -x "$script" ] || continue
  name=scripts/${script##*/}
  help=$("$script" --help) || { echo "$name --help ended with $?"; exit 1; }
  [[ $help == "usage: $name"* ]] || { printf '%s --help begins: %s\n' "$name" "${help%%$'\n'*}"; exit 1; }
  [ "$(wc -l <<<"$help")" -ge 3 ] || { echo "$name --help explains nothing"; exit 1; }
done
if "$1/scripts/deps" --list no-such-group 2>/dev/null; then
  echo "scripts/deps accepts a group that does not exist"
  exit 1
fi
[ "$("$1/scripts/deps" --list coverage)" = gcovr ] || { echo "scripts/deps --list prints no packages"; exit 1; }
