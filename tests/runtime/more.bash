# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# For tests that say "load lab" and "load more": policies, what the hook said to the log, what lies on
# nscd's directory, and the hook by hand.
#
#   policy JSON               a policy of these keys; its path is in $policy
#   logged RESULT [TEXT...]   the hook sent exactly one datagram, with this result, and TEXT is in it
#   silent                    it sent none
#   hook_log                  its datagrams, a line each
#                             All three: since the last of them, or since forget_log.
#   not CMD...                bash heeds "set -e" for no command after "!", but for this one; a grep, cmp or diff
#                             that cannot read its file fails
#   own_api, no_api           dockerd also listens in a directory of its own, /run/docker-api; not any more
#   masks PID                 each tmpfs that is mounted on nscd's directory in that process's root
#
# By hand, where a runtime would be in the way of what is tested:
#
#   target [OPTIONS]          a process in the moment of the hook: its mount namespace has the binds of
#                             the bundle "target" (bundle's OPTIONS), its root is not yet its own.
#                             $target_pid, $config (its config.json), $state (of the hook: a file)
#                             target_propagation=unchanged: with mounts that the host shares
#   state JQ-FILTER           changes $state
#   config JQ-FILTER          changes $config
#   hook ARGS...              runs it with $state, and 1 MB of blanks behind that, on stdin: $status,
#                             $output, $stderr. Its writer must never get EPIPE: status 141
#   hook_fed FILE ARGS...     the same with FILE alone
#   masked, untouched         the target has one mask; it is as it was before the hook
#   refuses TEXT...           it ended with 2; on stderr is one line that has every TEXT, on stdout
#                             nothing; one datagram says so; the target is untouched
#   does_nothing              it ended with 0 and said nothing anywhere; the target is untouched

# shellcheck disable=SC2154 # set by lab.bash and by host.bash

teardown() {
  stop_daemon target
  lab_teardown
}

policy() {
  policy=$BATS_TEST_TMPDIR/policy.json
  gojq -n '{version: 1} + ($ARGS.positional[0] | fromjson)' --args "$1" >"$policy"
  chmod 644 "$policy"
}

not() {
  local status=0
  "$@" || status=$? # one command
  case $1 in
    grep | cmp | diff) [ "$status" = 1 ] ;; # 2: it has not looked
    *) [ "$status" != 0 ] ;;
  esac
}

# ---- dockerd's second socket --------------------------------------------------------------------

own_api() {
  mkdir -p /run/docker-api
  serve /run/docker-api/docker.sock docker-of-the-host
}

no_api() {
  unserve /run/docker-api/docker.sock
  rm -rf /run/docker-api
}

# ---- the log ------------------------------------------------------------------------------------

hook_log() {
  log_lines
  : >"$log_file"
}

logged() {
  local result=$1 said text
  shift
  said=$(hook_log)
  [ "$(wc -l <<<"$said")" = 1 ] || claim_failed "not one datagram: \"$said\"" || return 1
  [[ $said =~ ' id='.*' door='.*' strategy='.*' channel='.*" result=$result"$ ]] ||
    claim_failed "no datagram with result=$result: \"$said\"" || return 1
  for text; do
    [[ $said == *"$text"* ]] || claim_failed "the log has no \"$text\"" || return 1
  done
}

silent() {
  local said
  said=$(hook_log)
  [ -z "$said" ] || claim_failed "the hook is not silent: \"$said\""
}

# ---- mounts -------------------------------------------------------------------------------------

# By libmount. A bind of a directory in a tmpfs says "tmpfs[/directory]".
masks() {
  local mounts
  mounts=$(mounts_of "$1") || { echo "no mounts of \"$1\"" && return 1; }
  grep -E '^[^ ]*/run/nscd tmpfs [^[ ]+ ' <<<"$mounts" || true
}

# ---- by hand ------------------------------------------------------------------------------------

target() {
  local dir
  dir=$(bundle_dir target)
  stop_daemon target
  bundle target "$@"
  config=$dir/config.json
  target_root=$dir/rootfs
  target_enter
  state=$BATS_TEST_TMPDIR/state.json
  gojq -n --argjson pid "$target_pid" --arg bundle "$dir" \
    '{ociVersion: "1.0.2", id: "target", status: "creating", pid: $pid, bundle: $bundle}' >"$state"
  target_before=$(mounts_of "$target_pid")
  # A hook that hangs must not hang the tests.
  [ -s "$BATS_TEST_TMPDIR/blanks" ] || printf '%1048576s' '' >"$BATS_TEST_TMPDIR/blanks"
}

# As runtimes do it: the rootfs is made a mount point, and then every bind is put below it. /var/run
# is /run in the image, by a link that only the image's own root may follow.
target_enter() {
  local ready=$BATS_TEST_TMPDIR/target-is-ready
  rm -f "$ready"
  gojq -r '.mounts[] | select(.type == "bind") | "\(.source) \(.destination)"' "$config" |
    sed 's, /var/run, /run,' >"$BATS_TEST_TMPDIR/target-binds"
  # shellcheck disable=SC2016 # for the inner shell
  unshare --mount --propagation "${target_propagation-private}" -- bash -eu -c '
    mount --rbind "$1" "$1"
    while read -r source destination; do
      mkdir -p "$1$(dirname "$destination")"
      [ -d "$source" ] && mkdir -p "$1$destination" || touch "$1$destination"
      mount --rbind "$source" "$1$destination"
    done <"$2"
    touch "$3"
    exec sleep infinity
  ' target "$target_root" "$BATS_TEST_TMPDIR/target-binds" "$ready" </dev/null 3>&- 4>&- &
  target_pid=$!
  disown
  echo "$target_pid" >"$(pid_file target)"
  eventually test -e "$ready"
}

state() {
  gojq "$1" "$state" >"$state.new"
  mv "$state.new" "$state"
}

config() {
  gojq "$1" "$config" >"$config.new"
  mv "$config.new" "$config"
}

feed() { # FILE ARGS...
  local statuses
  # shellcheck disable=SC2002 # "<" would be no pipe
  cat "$1" | timeout 10 "$OCI_RUNMASK" "${@:2}"
  statuses=("${PIPESTATUS[@]}")
  [ "${statuses[0]}" = 0 ] || return "${statuses[0]}"
  return "${statuses[1]}"
}

hook_fed() {
  local said=$BATS_TEST_TMPDIR/said
  status=0
  feed "$@" >"$said.out" 2>"$said.err" || status=$?
  output=$(cat "$said.out")
  stderr=$(cat "$said.err")
}

hook() {
  cat "$state" "$BATS_TEST_TMPDIR/blanks" >"$state.fed"
  hook_fed "$state.fed" "$@"
}

untouched() {
  local now
  now=$(mounts_of "$target_pid")
  [ "$now" = "$target_before" ] ||
    claim_failed "the target's mounts have changed: $(diff <(echo "$target_before") <(echo "$now"))"
}

masked() {
  [ "$status" = 0 ] || claim_failed "the hook failed" || return 1
  [ -z "$output$stderr" ] || claim_failed "the hook is not quiet" || return 1
  [ "$(masks "$target_pid" | wc -l)" = 1 ] ||
    claim_failed "not one mask: \"$(masks "$target_pid")\"" || return 1
  [ -z "$(ls -A "/proc/$target_pid/root$target_root/run/nscd" 2>&1)" ] ||
    claim_failed "the mask is not empty"
}

one_line() { # FILE
  [ "$(wc -l <"$1")" = 1 ] && [ "$(tail -c 1 "$1" | wc -l)" = 1 ]
}

refuses() {
  local text
  [ "$status" = 2 ] || claim_failed "not refused" || return 1
  [ ! -s "$BATS_TEST_TMPDIR/said.out" ] || claim_failed "something is on stdout" || return 1
  one_line "$BATS_TEST_TMPDIR/said.err" || claim_failed "not one line on stderr" || return 1
  for text in "oci-runmask: " "$@"; do
    [[ $stderr == *"$text"* ]] || claim_failed "not said: \"$text\"" || return 1
  done
  untouched || return 1
  logged refused "$@"
}

does_nothing() {
  [ "$status" = 0 ] || claim_failed "the hook failed" || return 1
  [ -z "$output$stderr" ] || claim_failed "the hook is not quiet" || return 1
  untouched || return 1
  silent
}
