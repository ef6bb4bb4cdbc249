# shellcheck shell=bash
# shellcheck disable=SC2154 # set by bats' run
# shellcheck disable=SC2054 # mount options have commas
# shellcheck disable=SC2034 # words, pid: the test's
# SPDX-License-Identifier: Apache-2.0
#
# For tests of scan, fix and doctor that say "load lab", "load more" and "load more-tool".
#
#   scan [ARGS...], fix ARGS...   run the tool: $status, $output, $stderr
#   said_of PID                   "VERDICT NAME" of the last scan --json; nothing: not listed
#   kind_words KIND               the words of bundle for a container that is exposed, masked, …: $words
#   stays RUNTIME NAME WORDS...   a container that sleeps; its process is in $pid

scan() {
  run --separate-stderr "$RUNMASK" scan "$@"
}

fix() {
  run --separate-stderr "$RUNMASK" fix "$@"
}

said_of() {
  gojq -r --argjson pid "$1" \
    '.containers[] | select(.pid == $pid) | "\(.channels.nscd) \(.name)"' <<<"$output"
}

kind_words() {
  case $1 in
    exposed) words=(--bind /var/run:/var/run) ;;
    exposed-ro) words=(--bind /var/run:/var/run:rbind,ro --readonly) ;;
    exposed-userns) words=(--bind /var/run:/var/run --userns) ;;
    masked) words=(--bind /var/run:/var/run --hook createRuntime) ;;
    masked-by-tmpfs) words=(--bind /var/run:/var/run --tmpfs /var/run/nscd) ;;
    masked-socket) words=(--bind /var/run:/var/run --bind /dev/null:/var/run/nscd/socket) ;;
    masked-facade)
      policy '{"strategy": "facade"}'
      words=(--bind /var/run:/var/run --hook "createRuntime:--policy $policy")
      ;;
    masked-facade-list)
      policy '{"strategy": "facade", "facade": {"expose": ["docker.sock"]}}'
      words=(--bind /var/run:/var/run --hook "createRuntime:--policy $policy")
      ;;
    keep) words=(--bind /run/nscd:/var/run/nscd) ;;
    keep-socket) words=(--bind /run/nscd/socket:/var/run/nscd/socket) ;;
    keep-in-run) words=(--bind /var/run:/var/run --bind /run/nscd:/var/run/nscd) ;;
    clear) words=() ;;
    clear-elsewhere) words=(--bind /run:/host/run --bind /:/host/root:rbind,rslave) ;;
    clear-own-run) words=(--tmpfs /run) ;;
    *) echo "no kind is called \"$1\"" >&2 && return 2 ;;
  esac
}

stays() {
  bundle "$2" "${@:3}" -- sleep 600
  start_container "$1" "$2"
  pid=$(container_pid "$2")
}
