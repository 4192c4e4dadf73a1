# Bash completion for vyre. Verbs and options are read from `vyre --help` and `vyre VERB --help`, so this
# file never needs to know them.
# shellcheck shell=bash

_vyre_verbs() {
  "$1" --help 2>/dev/null | sed -n '/^[A-Za-z]*[Cc]ommands:/,/^$/s/^  \([a-z][a-z-]*\) .*/\1/p'
}

_vyre_options() {
  "$1" ${2:+"$2"} --help 2>/dev/null | grep -oE -- '(^|[ ,])--[a-z][a-z-]*' | tr -d ' ,' | sort -u
}

_vyre() {
  local program=${COMP_WORDS[0]} word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local verb='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in -*) ;; *) verb=${COMP_WORDS[i]} && break ;; esac
  done
  COMPREPLY=()
  case $previous in
    --backend) mapfile -t COMPREPLY < <(compgen -W 'vulkan reference' -- "$word") ;;
    --color) mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$word") ;;
    --device) mapfile -t COMPREPLY < <(compgen -W 'auto cpu' -- "$word") ;;
    --format) mapfile -t COMPREPLY < <(compgen -W 'text json' -- "$word") ;;
    *)
      if [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_vyre_options "$program" "$verb")" -- "$word")
      elif [[ -z $verb ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_vyre_verbs "$program")" -- "$word")
      else
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
        compopt -o filenames 2>/dev/null || true
      fi
      ;;
  esac
}
complete -F _vyre vyre
