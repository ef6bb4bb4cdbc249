# SPDX-License-Identifier: Apache-2.0
# fish completion for runmask: verbs, options and the words that they take come from the program's own
# --help, as those of bash and zsh do.

function __runmask_verbs
    runmask --help 2>/dev/null | sed -n '/^Verbs:/,/^$/s/^  \([a-z]*\)  *\(.*\)/\1\t\2/p'
end

function __runmask_help
    set -l words (commandline -opc)
    test (count $words) -ge 2; and runmask $words[2] --help 2>/dev/null
end

function __runmask_options
    __runmask_help |
        sed -n '/^Options:/,/^$/s/^  \(--[a-z-]*\) *\([A-Z][A-Z]* \|N \|[a-z|]*|[a-z|]* \)\{0,1\} *\(.*\)/\1\t\3/p'
end

# What the option before the cursor takes: words with bars between them, FILE, DIR, N; nothing: it takes none.
function __runmask_takes
    set -l previous (commandline -opc)[-1]
    string match -q -- '--*' $previous
    and __runmask_help |
        sed -n "/^Options:/,/^\$/s/^  $previous  *\([A-Za-z0-9|-]*\)  *.*/\1/p" | string match -r '^[A-Z]+$|.*[|].*'
end

# What the verb itself takes, where that is one of some words.
function __runmask_operands
    test (count (commandline -opc)) -eq 2
    and __runmask_help | sed -n '1s/^Usage: runmask [a-z]* \([a-z|-]*|[a-z|-]*\) .*/\1/p' | string split '|'
end

function __runmask_takes_words
    set -l takes (__runmask_takes)
    string match -q -- '*|*' "$takes"
end

function __runmask_takes_directory
    set -l takes (__runmask_takes)
    test "$takes" = DIR
end

function __runmask_has_operands
    set -l operands (__runmask_operands)
    test (count $operands) -gt 0
end

function __runmask_begins_option
    test (count (commandline -opc)) -ge 2
    and string match -q -- '-*' (commandline -ct)
end

complete -c runmask -n 'test (count (commandline -opc)) -eq 1' -f -a '(__runmask_verbs)'
complete -c runmask -n __runmask_begins_option -f -a '(__runmask_options)'
complete -c runmask -n __runmask_takes_words -f -a '(__runmask_takes | string split "|")'
complete -c runmask -n __runmask_takes_directory -f -a '(__fish_complete_directories (commandline -ct))'
complete -c runmask -n __runmask_has_operands -f -a '(__runmask_operands)'
