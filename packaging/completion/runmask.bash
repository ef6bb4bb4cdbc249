# SPDX-License-Identifier: Apache-2.0
# bash completion for runmask: verbs, options and the words that they take come from the program's own
# --help, as those of zsh and fish do.

# _runmask_say WORD...: those that begin with what is typed.
_runmask_say() {
  mapfile -t COMPREPLY < <(compgen -W "$*" -- "${COMP_WORDS[COMP_CWORD]}")
}

_runmask() {
  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} verb=${COMP_WORDS[1]} help takes

  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    _runmask_say "$(runmask --help 2>/dev/null | sed -n '/^Verbs:/,/^$/s/^  \([a-z]*\) .*/\1/p') --help --version"
    return
  fi
  help=$(runmask "$verb" --help 2>/dev/null)
  takes=$(sed -n "/^Options:/,/^\$/s/^  $previous  *\([A-Za-z0-9|-]*\)  *.*/\1/p" <<<"$help" | grep -E '^[A-Z]+$|[|]')
  case $takes in
  *'|'*) _runmask_say "${takes//|/ }" ;;
  DIR)
    compopt -o filenames
    mapfile -t COMPREPLY < <(compgen -d -- "$word")
    ;;
  N) _runmask_say "$(cd /proc && printf '%s ' [0-9]*)" ;;
  *)
    if [[ -z $takes && $word == -* ]]; then
      _runmask_say "$(sed -n '/^Options:/,/^$/s/^  \(--[a-z-]*\).*/\1/p' <<<"$help")"
      return
    fi
    takes=$(sed -n '1s/^Usage: runmask [a-z]* \([a-z|-]*|[a-z|-]*\) .*/\1/p' <<<"$help")
    if [ -n "$takes" ]; then
      _runmask_say "${takes//|/ }"
    else
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$word")
    fi
    ;;
  esac
}

complete -F _runmask runmask
