#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# The policy key dryRun: every door says what it would do, changes nothing and refuses no container.

# shellcheck disable=SC2030,SC2031 # "status" and "output" are of one test each
# shellcheck disable=SC2154 # set by what is loaded

load lab
load more
load doors

socket_policy='"sockets": [{"path": "/run/docker.sock", "directory": "/run/docker-api"}]'

dry() { # RUNTIME STAGE KEYS WORDS...
  policy "{\"dryRun\": true, $3}"
  forget_log
  bundle web --hook "$2:--policy $policy" "${@:4}" -- sh -c 'probe; ! grep " tmpfs oci-runmask " /proc/self/mountinfo'
  container "$1" web
  [ "$status" = 0 ] || claim_failed "a mount of ours, or it did not run" || return 1
  leaks
}

would_mask() { # RUNTIME STAGE
  dry "$1" "$2" '"strategy": "mask"' --bind /run:/run
  logged dry-run 'would mask "/var/run/nscd" (channel nscd)' "strategy=mask"
}

would_give_a_facade() { # RUNTIME STAGE
  dry "$1" "$2" '"strategy": "facade"' --bind /run:/run
  logged dry-run 'would give "/run" a facade'
}

control() { # RUNTIME STAGE
  policy '{"dryRun": false}'
  bundle web --hook "$2:--policy $policy" --bind /run:/run
  container "$1" web
  protected
}

@test "the hook says what it would do, and changes nothing" {
  each control "runc crun" "createRuntime createContainer"
  each would_mask "runc crun" "createRuntime prestart createContainer"
  each would_give_a_facade "runc crun" "createRuntime createContainer"
}

mkdir_api() {
  mkdir -p /run/docker-api
}

@test "a socket: would be routed, and stays a bind" {
  host_changes mkdir_api
  policy "{\"dryRun\": true, $socket_policy}"
  forget_log
  bundle web --hook "createRuntime:--policy $policy" --bind /run/docker.sock:/srv/docker.sock \
    -- sh -c 'ls -A /dev/.oci-runmask; stat -c %F /srv/docker.sock; ask /srv/docker.sock'
  container runc web
  report_says socket docker-of-the-host
  logged dry-run 'would route "/srv/docker.sock" through "/run/docker-api"'
}

# What would keep a container from starting is a warning: a roll-out's first week refuses nothing.
would_refuse() { # RUNTIME KEYS TEXT WORDS...
  policy "{\"dryRun\": true, $2}"
  forget_log
  bundle web --hook "createRuntime:--policy $policy" "${@:4}"
  container "$1" web
  [ "$status" = 0 ] || claim_failed "it did not start" || return 1
  logged dry-run "would refuse it: " "$3"
  policy "{$2}"
  bundle web --hook "createRuntime:--policy $policy" "${@:4}"
  container "$1" web
  refused
}

@test "what would be refused starts, and the log says why it would be" {
  local key=io.github.oci-runmask.strategy
  host_changes no_api
  would_refuse runc "$socket_policy" '/run/docker-api' --bind /run/docker.sock:/srv/docker.sock
  would_refuse crun "$socket_policy" '/run/docker-api' --bind /run/docker.sock:/srv/docker.sock
  would_refuse runc '"onShared": "fail"' "onShared: fail" \
    --bind /run:/run:rbind,rshared --rootfs-propagation rshared
  would_refuse runc '"log": "syslog"' "must be off, mask or facade" --bind /run:/run --annotation "$key=maks"
  would_refuse crun '"sockets": [{"path": "/run/docker.sock", "tcp": "tcp://a:1", "certificates": "/etc"}]' \
    "needs the environment" --bind /run/docker.sock:/srv/docker.sock
  policy "{\"dryRun\": true, \"onError\": \"warn\", $socket_policy}"
  forget_log
  bundle web --hook "createRuntime:--policy $policy" --bind /run/docker.sock:/srv/docker.sock
  container runc web
  [ "$status" = 0 ]
  logged dry-run "would start it unprotected: " /run/docker-api
}

@test "by hand: one line on stderr as well" {
  target --bind /run:/run
  policy '{"dryRun": true}'
  hook createRuntime --policy "$policy"
  [ "$status" = 0 ]
  [ -z "$output" ]
  [[ $stderr == "oci-runmask: container target: would mask "*nscd* ]]
  untouched
}

@test "a policy that is wrong is refused, dryRun or not" {
  target --bind /run:/run
  policy '{"dryRun": true, "stratgy": "mask"}'
  hook createRuntime --policy "$policy"
  refuses 'unknown key "stratgy"'
  policy '{"dryRun": "yes"}'
  hook createRuntime --policy "$policy"
  refuses "dryRun: must be true or false"
}

# ---- the doors that edit ------------------------------------------------------------------------

runtime_door() { # RUNTIME WORDS WOULD
  local config before=$BATS_TEST_TMPDIR/before
  bundle web --bind /run:/run
  config=$(bundle_dir web)/config.json
  cp "$config" "$before"
  forget_log
  # shellcheck disable=SC2086 # options
  door "$1" $2
  container "$door" web
  leaks
  cmp "$before" "$config"
  logged dry-run "$3"
}

@test "the runtime door and precreate leave config.json as it is" {
  local config out=$BATS_TEST_TMPDIR/out
  administrator '{"dryRun": true}'
  runtime_door runc "" "would put the hook into config.json"
  runtime_door crun "" "would put the hook into config.json"
  runtime_door runc --rewrite 'would put a mask on "/run/nscd"'
  config=$(bundle_dir web)/config.json
  forget_log
  "$OCI_RUNMASK" precreate <"$config" >"$out" 2>"$out.err"
  cmp "$config" "$out"
  grep -q "would put" "$out.err"
  logged dry-run "would put"
  administrator '{"dryRun": true, "sockets": [{"path": "/run/docker.sock", "tcp": "tcp://a:1",
    "certificates": "/nowhere"}]}'
  bundle web --bind /run/docker.sock:/srv/docker.sock --jq '.root.path = "/x"'
  config=$(bundle_dir web)/config.json
  forget_log
  "$OCI_RUNMASK" precreate <"$config" >"$out" 2>"$out.err"
  cmp "$config" "$out"
  logged dry-run "would refuse it: " /nowhere
}

# ---- annotations --------------------------------------------------------------------------------

unknown_annotation() { # RUNTIME STAGE KEY
  policy '{}'
  forget_log
  bundle web --bind /run:/run --hook "$2:--policy $policy" --annotation "$3=off"
  container "$1" web
  protected
  said=$(hook_log)
  [ "$(wc -l <<<"$said")" = 2 ] || claim_failed "not two datagrams: $said"
  [[ $said == *"<28>oci-runmask: annotation \"$3\" is ignored: "*" result=ignored"* ]] ||
    claim_failed "no warning: $said"
}

known_annotation() { # KEY=VALUE
  policy '{}'
  forget_log
  bundle web --bind /run:/run --hook "createRuntime:--policy $policy" --annotation "$1"
  container runc web
  logged "done"
}

@test "a key below io.github.oci-runmask. that is not known is a warning in the log" {
  local ours=io.github.oci-runmask.
  each unknown_annotation "runc crun" "createRuntime createContainer" \
    "${ours}stratgy ${ours}Strategy ${ours}strategy/ ${ours}strategy.web ${ours}check/web"
  known_annotation ${ours}check=ignore
  known_annotation ${ours}strategy/web=off
  known_annotation ${ours}strategy=mask
  known_annotation io.github.oci-runmaskstratgy=off
  known_annotation io.github.oci-runmask=off
  # who does not heed annotations has no use for the warning
  policy '{"annotations": "ignore"}'
  forget_log
  bundle web --bind /run:/run --hook "createRuntime:--policy $policy" --annotation "${ours}stratgy=off"
  container runc web
  logged "done"
}
