# SPDX-License-Identifier: Apache-2.0
# bash completion for runmask: verbs, their options, and files where files go.

_runmask() {
  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} verb=${COMP_WORDS[1]}
  local -A options=(
    [check]="--format --json --quiet --all --exclude --policy --strict --help"
    [policy]="--help"
    [scan]="--json --policy --help"
    [fix]="--pid --all --dry-run --json --policy --help"
    [watch]="--metrics --policy --help"
    [setup]="--dry-run --undo --help"
    [doctor]="--json --offline --root --help"
  )

  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    mapfile -t COMPREPLY < <(compgen -W "check scan fix watch setup doctor policy --help --version" -- "$word")
    return
  fi
  case $previous in
  --format)
    mapfile -t COMPREPLY < <(compgen -W "text json sarif github gcc" -- "$word")
    return
    ;;
  --root)
    compopt -o filenames
    mapfile -t COMPREPLY < <(compgen -d -- "$word")
    return
    ;;
  --pid)
    mapfile -t COMPREPLY < <(compgen -W "$(cd /proc && printf '%s ' [0-9]*)" -- "$word")
    return
    ;;
  esac
  if [[ $word == -* && $previous != --policy && $previous != --metrics ]]; then
    mapfile -t COMPREPLY < <(compgen -W "${options[$verb]-}" -- "$word")
    return
  fi
  case $verb in
  setup) mapfile -t COMPREPLY < <(compgen -W "docker podman cri-o containerd" -- "$word") ;;
  check | policy | fix | scan | watch)
    compopt -o filenames
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
    ;;
  esac
}

complete -F _runmask runmask
