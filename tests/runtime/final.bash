# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# For tests that say "load lab", "load more" and "load final".
#
#   each_fails POLICY     under this policy, each system call of the hook's from the first mount on
#                         fails once: the target is as it was, and a warning says why; or the hook has
#                         done all; or it has refused
#   bound=(WORDS)         what the target binds
#   stage=STAGE           the hook's; at createContainer it runs in the target's mount namespace
#   hook_traced WORDS...  one run under strace with these words: $status, $output, $stderr
#   fresh, renew          another target; the same where the last run left something
#   picture               the target's mounts; those of a good run: $good

# shellcheck disable=SC2034,SC2154 # read by the tests; set by what is loaded

bound=(--bind /run:/run)
stage=createRuntime
socket_policy='{"onError":"warn","sockets":[{"path":"/run/docker.sock","directory":"/run/docker-api"}]}'

# A target with a /dev of its own, for sockets.
fresh() {
  target "${bound[@]}"
  nsenter --target "$target_pid" --mount mount -t tmpfs -o mode=755 lab-dev "$target_root/dev"
  target_before=$(mounts_of "$target_pid")
}

# After a run that left something, a mount or a name in its /dev.
renew() {
  [ "$(mounts_of "$target_pid")" = "$target_before" ] &&
    [ -z "$(ls -A "/proc/$target_pid/root$target_root/dev" 2>&1)" ] || fresh
}

hook_traced() { # STRACE-WORDS...
  local said=$BATS_TEST_TMPDIR/said inside=()
  status=0
  [ "$stage" != createContainer ] || inside=(nsenter --target "$target_pid" --mount --)
  "${inside[@]}" strace -qq -o "$BATS_TEST_TMPDIR/trace" "$@" "$OCI_RUNMASK" "$stage" --policy "$policy" \
    <"$state" >"$said.out" 2>"$said.err" || status=$?
  output=$(cat "$said.out")
  stderr=$(cat "$said.err")
}

# Where a bind waits does not matter.
picture() {
  mounts_of "$target_pid" | sed 's,/bound/[0-9]* ,/bound/N ,'
}

# "CALL NTH", from the first mount on.
calls() {
  sed -n 's/^\([a-z0-9_]*\)(.*/\1/p' "$BATS_TEST_TMPDIR/trace" | awk '
    { nth[$1]++ }
    $1 == "fsopen" { on = 1 }
    on && $1 !~ /^(exit_group|exit|close|write|sendto)$/ { print $1, nth[$1] }'
}

one_failure() { # CALL NTH
  local now
  hook_traced -e "inject=$1:error=EIO:when=$2"
  now=$(mounts_of "$target_pid")
  if [ "$status" = 2 ]; then
    one_line "$BATS_TEST_TMPDIR/said.err" || claim_failed "$1 $2: not one line"
  elif [ -n "$stderr" ]; then
    [ "$now" = "$target_before" ] || claim_failed "$1 $2: softened behind the first attach"
  else
    [ "$(picture)" = "$good" ] || claim_failed "$1 $2: neither done nor said"
  fi
  [ "$status" = 0 ] || [ "$status" = 2 ]
  renew
}

each_fails() { # POLICY
  local call count=0
  policy "$1"
  fresh
  hook_traced
  [ "$status" = 0 ]
  good=$(picture)
  [ "$(mounts_of "$target_pid")" != "$target_before" ]
  calls >"$BATS_TEST_TMPDIR/calls"
  fresh
  while read -r call nth; do
    one_failure "$call" "$nth" </dev/null
    count=$((count + 1))
  done <"$BATS_TEST_TMPDIR/calls"
  [ "$count" -ge 8 ] || claim_failed "only $count calls"
}
