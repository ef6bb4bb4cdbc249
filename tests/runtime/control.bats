#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# The lab tells the truth: without a hook the host's names leak, and what must not happen to the
# host is noticed when it does.

# shellcheck disable=SC2030,SC2031 # "status" and "output" are of one test each

load lab
load lab-podman

bound() { # RUNTIME IMAGE BIND
  bundle c --image "$2" --bind "$3"
  container "$1" c
}

# ---- who is exposed -----------------------------------------------------------------------------

exposed() {
  bound "$@"
  leaks
  docker_sock_answers
}

@test "a bind of the host's /run leaks" {
  each exposed "runc crun" "abs rel musl" "/var/run:/var/run /run:/run /run:/var/run/"
  each exposed "runc crun" dir "/var/run:/var/run /run:/var/run/"
}

@test "a bind of an ancestor of the host's /run leaks" {
  each exposed "runc crun" "abs dir" "/:/var"
}

exposed_without_docker() {
  bound "$@"
  leaks
  report_says "docker -"
}

@test "a bind of nscd's directory leaks" {
  each exposed_without_docker "runc crun" "abs rel dir musl" "/run/nscd:/var/run/nscd"
}

@test "a bind of nscd's socket leaks" {
  each exposed_without_docker "runc crun" "abs" "/run/nscd/socket:/var/run/nscd/socket"
}

exposed_by_bind_options() { # RUNTIME OPTIONS
  bundle c --bind "/run:/run:$2"
  container "$1" c
  leaks
}

@test "a bind leaks whatever its options are" {
  each exposed_by_bind_options "runc crun" \
    "bind rbind rbind,ro rbind,rslave rbind,rshared rbind,nosuid,nodev,noexec"
}

@test "a bind leaks in a user namespace" {
  for runtime in runc crun; do
    bundle c --userns --bind /var/run:/var/run
    container "$runtime" c
    leaks
  done
}

@test "a read-only root leaks" {
  for runtime in runc crun; do
    bundle c --readonly --rootfs-propagation rslave --bind /var/run:/var/run
    container "$runtime" c
    leaks
  done
}

# ---- who is not ---------------------------------------------------------------------------------

unexposed() {
  bound "$@"
  protected
}

@test "other binds do not leak" {
  each unexposed "runc crun" "abs rel" "/srv:/srv /var:/var /run:/host/run"
  each unexposed "runc crun" dir "/srv:/srv /run:/run"
}

unbound() {
  bundle c --image "$2"
  container "$1" c
  protected
  report_says "docker -"
}

@test "without a bind nothing leaks" {
  each unbound "runc crun" "abs rel dir musl"
}

# ---- Podman -------------------------------------------------------------------------------------

podman_exposed() { # WHO RUNTIME IMAGE VOLUME
  podman_run "$1" "$2" --image "$3" -v "$4"
  leaks
  docker_sock_answers
}

@test "Podman: a bind of the host's /run leaks" {
  each podman_exposed "root rootless" "runc crun" "abs musl" "/var/run:/var/run"
  each podman_exposed "root rootless" crun "rel dir" "/run:/var/run:ro"
}

podman_unexposed() {
  podman_run "$@"
  protected
}

@test "Podman: without a bind nothing leaks" {
  each podman_unexposed "root rootless" "runc crun"
}

@test "Podman: a hook of the default directory runs" {
  printf '#!/bin/sh\ncat >/dev/null\necho "$@" >&2\nexit 1\n' >"$BATS_TEST_TMPDIR/hook"
  chmod 755 "$BATS_TEST_TMPDIR/hook"
  OCI_RUNMASK=$BATS_TEST_TMPDIR/hook podman_hook createRuntime "--policy /none"
  for who in root rootless; do
    podman_run "$who" runc
    refused "stderr: createRuntime --policy /none"
  done
}

@test "Podman: a container that stays" {
  for who in root rootless; do
    podman_run "$who" crun -d --name web -v /run:/run -- sleep 60
    podman_exec "$who" web probe
    leaks
  done
}

# ---- what people do by hand ---------------------------------------------------------------------

masked_by_hand() {
  bundle c --image "$2" --bind /var/run:/var/run --tmpfs /var/run/nscd
  container "$1" c
  protected
  docker_sock_answers
}

@test "a tmpfs on nscd's directory protects" {
  each masked_by_hand "runc crun" "abs dir musl"
}

@test "a tmpfs that is listed before the bind is covered by it" {
  for runtime in runc crun; do
    bundle c --tmpfs /var/run/nscd --bind /var/run:/var/run
    container "$runtime" c
    leaks
  done
}

@test "a tmpfs stays when nscd is restarted, and goes when the directory is made anew" {
  bundle c --bind /var/run:/var/run --tmpfs /var/run/nscd -- sleep 60
  start_container runc c
  exec_in c probe
  protected
  host_changes nscd_restart
  exec_in c probe
  protected
  host_changes nscd_directory_renew
  exec_in c probe
  leaks
}

@test "docker.sock bound alone goes dead, in a directory it lives" {
  bundle alone --bind /run/docker.sock:/var/run/docker.sock -- sleep 60
  bundle directory --bind /run:/run -- sleep 60
  start_container runc alone
  start_container crun directory
  exec_in alone probe
  docker_sock_answers
  [ "$(docker_connects)" = 1 ]
  host_changes docker_restart
  exec_in alone probe
  report_says "docker -"
  exec_in directory probe
  docker_sock_answers docker-started-again
}

@test "an image's own nscd answers it" {
  for image in abs rel dir; do
    bundle c --image "$image" -- \
      sh -c 'mkdir -p /var/run/nscd && nscd && probe && nscd-ask /var/run/nscd/socket user:contuser'
    container runc c
    protected
    [ "${lines[-1]}" = "user contuser 6001" ]
  done
}

# ---- the host is watched ------------------------------------------------------------------------

notices() { # TEXT
  run host_unchanged
  [ "$status" = 1 ]
  [[ $output == *"$1"* ]]
}

@test "a mount that a container makes on the host is noticed" {
  bundle c --rootfs-propagation rshared --bind /run:/run:rbind,rshared -- sleep 60
  start_container runc c
  nsenter --target "$(container_pid c)" --mount --no-fork mount -t tmpfs propagated /run/nscd
  notices "/run/nscd rw,relatime shared:"
  notices "host onlyhost ?"
  umount /run/nscd
}

@test "a mount that only the witness sees is noticed" {
  host_changes mount -t tmpfs --make-private spare /run/lock/subsys
  nsenter --target "$LAB_WITNESS_PID" --mount mount -t tmpfs elsewhere /run/lock/subsys
  notices "/run/lock/subsys rw,relatime shared:"
  nsenter --target "$LAB_WITNESS_PID" --mount umount /run/lock/subsys
  host_changes umount /run/lock/subsys
}

@test "a new file, another mode and another inode in /run are noticed" {
  touch /run/nscd/new
  notices "/run/nscd/new f 644"
  rm /run/nscd/new
  chmod 700 /run/nscd
  notices "/run/nscd d 700"
  chmod 755 /run/nscd
  mv /run/init.pid /run/.init.pid
  cp -p /run/.init.pid /run/init.pid
  notices "/run/init.pid"
  mv /run/.init.pid /run/init.pid
}

@test "a lookup that has broken is noticed" {
  mount -t tmpfs --make-private hidden /run/nscd
  notices "host onlyhost ?"
  umount /run/nscd
}

@test "the rootfs of a bundle does not count as a change, a mount on it does" {
  bundle c
  host_unchanged
  mount -t tmpfs upon "$(bundle_dir c)/rootfs/run"
  notices "bundles/c/rootfs/run"
  umount "$(bundle_dir c)/rootfs/run"
}

@test "a change that a test makes on purpose hides none that came before" {
  touch /run/before
  run host_changes nscd_restart
  [ "$status" = 1 ]
  rm /run/before
  host_changes nscd_restart
}

# ---- the log ------------------------------------------------------------------------------------

@test "the log has a reader, a reader that has stopped, or none" {
  for number in {1..50}; do
    logger --socket /dev/log "hello $number"
  done
  [[ $(log_lines | wc -l) == 50 ]]
  [[ $(log_lines) == *"hello 50" ]]
  host_changes nscd_restart # has much to say, but not there
  [[ $(log_lines | wc -l) == 50 ]]
  host_changes log_stall
  run timeout 0.3 logger --socket /dev/log waits
  [ "$status" = 124 ]
  host_changes log_stop
  run logger --socket /dev/log nobody
  [ "$status" != 0 ]
}

@test "a test that stops the host's daemons harms no other: the first of two" {
  host_changes nscd_stop
  host_changes docker_stop
  host_changes log_stop
  container_of_a_quiet_host() {
    bundle c --bind /var/run:/var/run
    container "$1" c
    protected
    report_says "docker -"
  }
  each container_of_a_quiet_host "runc crun"
}

@test "a test that stops the host's daemons harms no other: the second" {
  bound runc abs /run:/run
  leaks
  docker_sock_answers
  logger --socket /dev/log hello
  [[ $(log_lines) == *hello ]]
}

# ---- the table ----------------------------------------------------------------------------------

odd() {
  echo "row $1$2"
  [ "$1" != 2 ]
  [ "$2" != b ]
  echo "good"
}

@test "each tries all rows and fails for any" {
  # Not by "run", which takes "set -e" from all that it runs.
  each odd "1 2" "a b" >"$BATS_TEST_TMPDIR/said" &
  failed=no
  wait $! || failed=yes
  [ "$failed" = yes ]
  said=$(cat "$BATS_TEST_TMPDIR/said")
  [[ $said == *"3 of 4 rows failed"* ]]
  [[ $said == *"row failed: odd 1 b"* ]]
  [[ $said != *good* ]]
}
