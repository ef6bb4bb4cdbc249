# SPDX-License-Identifier: Apache-2.0
# fish completion for runmask: verbs and options come from the program's own --help.

function __runmask_verbs
    runmask --help 2>/dev/null | sed -n '/^Verbs:/,/^$/s/^  \([a-z]*\)  *\(.*\)/\1\t\2/p'
end

function __runmask_options
    set -l words (commandline -opc)
    test (count $words) -ge 2; or return
    runmask $words[2] --help 2>/dev/null |
        sed -n '/^Options:/,/^$/s/^  \(--[a-z]*\)[A-Z ]* \(.*\)/\1\t\2/p'
end

complete -c runmask -n 'test (count (commandline -opc)) -eq 1' -f -a '(__runmask_verbs)'
complete -c runmask -n 'string match -q -- "-*" (commandline -ct)' -f -a '(__runmask_options)'
complete -c runmask -n 'string match -q -- --format (commandline -opc)[-1]' -f -a 'text json sarif github gcc'
