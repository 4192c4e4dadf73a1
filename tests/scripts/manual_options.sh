#!/usr/bin/env bash
# usage: manual_options.sh SOURCE_DIR VYRE - every option of every verb stands in the verb's manual page.
set -euo pipefail
man=$1/man vyre=$2

# shellcheck disable=SC2016
verbs=$(sed -n 's/^\.It Cm \([a-z]*\)$/\1/p' "$man/vyre.1" | grep -vxE 'auto|dumb')
for verb in $verbs; do
  "$vyre" "$verb" --help >/dev/null || { echo "vyre.1 lists the verb $verb, the program has none"; exit 1; }
  [ "$verb" != help ] || continue
  options=$("$vyre" "$verb" --help | grep -oE '^ +(-[a-z],? *)?--[a-z-]+' | grep -oE -- '--[a-z-]+' | sort -u)
  [ -n "$options" ] || { echo "vyre $verb --help lists no options"; exit 1; }
  for option in $options; do
    case $option in --help | --color) page=vyre.1 ;; *) page=vyre-$verb.1 ;; esac
    grep -qE "Fl (. , )?-${option#--}( |\$)" "$man/$page" || { echo "$option of vyre $verb is not in $page"; exit 1; }
  done
done
while read -r verb; do
  grep -qx ".It Cm $verb" "$man/vyre.1" || { echo "the verb $verb is not in vyre.1"; exit 1; }
done < <("$vyre" completion bash | sed -n "s/.*compgen -W '\([a-z ]*\) --help --version'.*/\1/p" | tr ' ' '\n')
