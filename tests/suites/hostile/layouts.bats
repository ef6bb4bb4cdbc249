#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Layouts of links from a seed (layouts.py): of many lengths, through /proc, hidden names and hard
# links, of directories and of the socket. Each is started on a real runtime, without the hook and with
# it. What getent says in the container judges: with the hook no name of the host's is known, or one
# sentence says why the container did not start; and what reaches is never clear to scan.
#
# LAYOUTS: how many (20); LAYOUTS_SEED: which (1). The suite's run asks for 500 of two seeds.

# shellcheck disable=SC2154 # set by what is loaded

load ../../runtime/lab
load ../../runtime/more
load hostile

teardown() {
  local failed=0
  rm -rf /run/x
  decoy_unchanged || failed=1
  rm -rf "$decoy"
  lab_teardown && [ "$failed" = 0 ]
}

hard_link() {
  mkdir -p /run/x/nscd
  ln /run/nscd/socket /run/x/nscd/socket
}

no_hard_link() { rm -rf /run/x; }

# "yes" or "no": does a name that only the host knows stand there?
reaches() { # TEXT
  [[ $1 == *10.9.9.9* || $1 == *hostuser* ]] && echo yes || echo no
}

ask_names='getent hosts onlyhost; getent passwd hostuser; true'

# Without the hook: does it reach, and what does scan say of it?
without_hook() {
  local verdict asked
  # shellcheck disable=SC2086 # words
  bundle web $binds -- sh -c "$ask_names; echo asked; sleep 600"
  image_change web eval "$commands" || return 1
  before=-
  start_container "$runtime" web >/dev/null 2>&1 || return 0
  asked=$(bundle_dir web)/stdout
  eventually grep -qx asked "$asked" || { echo "it does not answer" && return; }
  before=$(reaches "$(<"$asked")")
  [ "$before" = yes ] || return 0
  verdict=$("$LAB_ROOT/build/runmask" scan --json 2>/dev/null | jq -r '.containers[].channels.nscd, .unseen')
  [[ $verdict =~ ^((exposed|masked|keep)$'\n')*[0-9]+$ ]] || echo "scan says \"$verdict\""
}

with_hook() {
  policy "$given"
  forget_log
  # shellcheck disable=SC2086 # words
  bundle web $binds --hook "$stage:--policy $policy" -- sh -c "$ask_names"
  image_change web eval "$commands" || return 1
  container "$runtime" web
  after=-
  [ "$status" != 0 ] || after=$(reaches "$output")
  case $before$after in
    *yes) echo "it reaches" ;;
    --) ;; # the runtime's own refusal, or both
    *-) log_lines | grep -q 'result=refused' || echo "it does not start, and nothing says why" ;;
  esac
}

@test "layouts of links, from a seed: protected, or refused with a sentence; never clear to scan" {
  local runtime stage given binds commands said count=0 reached=0 wrong=0 refused=0
  echo "# ${LAYOUTS:-20} layouts of seed ${LAYOUTS_SEED:-1}" >&3
  host_changes hard_link
  while IFS=$'\t' read -r runtime stage given binds commands; do
    before='' after=''
    without_hook >"$BATS_TEST_TMPDIR/said" </dev/null
    lab_clean
    with_hook >>"$BATS_TEST_TMPDIR/said" </dev/null
    lab_clean
    said=$(cat "$BATS_TEST_TMPDIR/said")
    count=$((count + 1))
    [ "$before" != yes ] || reached=$((reached + 1))
    [ "$after" != - ] || refused=$((refused + 1))
    [ -z "$said" ] && continue
    wrong=$((wrong + 1))
    printf '%s\n  %s %s %s %s\n  %s\n  status %s: %s\n' "$said" "$runtime" "$stage" "$given" "$binds" \
      "${commands:0:600}" "$status" "$stderr"
  done < <("$BATS_TEST_DIRNAME/layouts.py" "${LAYOUTS_SEED:-1}" "${LAYOUTS:-20}")
  echo "# $count layouts: $reached reach without the hook, $refused do not start with it, $wrong are wrong" >&3
  [ "$count" = "${LAYOUTS:-20}" ]
  [ "$reached" -gt 0 ] # the control
  host_changes no_hard_link
  [ "$wrong" = 0 ]
}
