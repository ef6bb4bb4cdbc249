#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Final is final: each system call of mask, facade and sockets fails once, from the first mount on,
# under a policy that says onError: warn. The container is as it was, and a warning says why; or the
# hook has done all; or it has refused.

# shellcheck disable=SC2154 # set by what is loaded

load lab
load more
load final

@test "each call of a mask fails once, onError warn" {
  each_fails '{"onError":"warn"}'
}

@test "each call of a facade fails once, onError warn" {
  each_fails '{"onError":"warn","strategy":"facade"}'
}

@test "each call of a socket's route fails once, onError warn" {
  host_changes own_api
  bound=(--bind /run/docker.sock:/srv/docker.sock)
  each_fails "$socket_policy"
  host_changes no_api
}

@test "each call of a list of sockets fails once, onError warn" {
  host_changes own_api
  each_fails '{"onError":"warn","strategy":"facade","facade":{"expose":["docker.sock"]},
    "sockets":[{"path":"/run/docker.sock","directory":"/run/docker-api"}]}'
  host_changes no_api
}

# A kernel that says yes and does nothing.
pretended() { # CALL NTH
  hook_traced -e "inject=$1:retval=0:when=$2"
  [ "$status" = 2 ] || [ "$(picture)" = "$good" ] ||
    claim_failed "$1 $2: a mount that was never made passes"
  renew
}

each_is_pretended() { # POLICY
  local nth
  policy "$1"
  fresh
  hook_traced
  good=$(picture)
  grep -c '^move_mount(' "$BATS_TEST_TMPDIR/trace" >"$BATS_TEST_TMPDIR/moves"
  fresh
  for ((nth = 1; nth <= $(cat "$BATS_TEST_TMPDIR/moves"); nth++)); do pretended move_mount "$nth"; done
}

@test "a mount that the kernel only pretends to make is noticed: mask, facade, socket" {
  each_is_pretended '{"onError":"warn"}'
  each_is_pretended '{"onError":"warn","strategy":"facade"}'
  host_changes own_api
  bound=(--bind /run/docker.sock:/srv/docker.sock)
  each_is_pretended "$socket_policy"
  host_changes no_api
}

# Without a socket yet, nothing else tells that the directory is not there.
@test "a directory that only seems to be mounted is noticed, its socket not there yet" {
  host_changes mkdir /run/docker-api
  bound=(--bind /run/docker.sock:/srv/docker.sock)
  each_is_pretended "$socket_policy"
  host_changes rmdir /run/docker-api
}

# ---- the facade's own check ---------------------------------------------------------------------

hidden_name() { # RUNTIME
  policy '{"onError":"warn","strategy":"facade"}'
  forget_log
  bundle web --bind /run:/run --hook "createRuntime:--policy $policy"
  ln -sfn /run/.host-run "$(bundle_dir web)/rootfs/var/run"
  container "$1" web
  refused
  log_lines | grep -q 'verifying: the container.s "/var/run/nscd" leads to the host' ||
    claim_failed "the log does not say why"
}

@test "a link of the image to what a facade makes is found by the hook's own check, and final" {
  each hidden_name "runc crun"
}

private_run() {
  mount --make-private /run
}

shared_run() {
  mount --make-shared /run
}

@test "a bind that asks to share a /run that is private on the host is protected" {
  private_run
  host_record
  target --bind /run:/run:rbind,rshared # its mounts are private yet
  hook createRuntime
  masked
  shared_run
  host_record
}
