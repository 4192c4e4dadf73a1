# Fish completion for vyre. Verbs and options are read from `vyre --help` and `vyre VERB --help`.

function __vyre_verbs
    vyre --help 2>/dev/null | sed -n '/^[A-Za-z]*[Cc]ommands:/,/^$/s/^  \([a-z][a-z-]*\)  *\(.*\)/\1\t\2/p'
end

function __vyre_options
    set -l words (commandline -opc)
    set -l verb
    if test (count $words) -gt 1; and not string match -q -- '-*' $words[2]
        set verb $words[2]
    end
    vyre $verb --help 2>/dev/null | grep -oE -- '--[a-z][a-z-]*' | sort -u
end

complete -c vyre -n __fish_use_subcommand -f -a '(__vyre_verbs)'
complete -c vyre -n 'string match -q -- "-*" (commandline -ct)' -f -a '(__vyre_options)'
