#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# What programs do in /run, which a facade must not break: owners, room, programs, mkdir -p, locks, what
# is made later. Each with its control, a container without the hook.

# shellcheck disable=SC2030,SC2031,SC2154 # "status", "output", "policy" are of one test each

load lab
load more
load more-facade

facade="--strategy facade"

with_and_without() { # WORDS...: "bare" and "facade", on both runtimes
  start_each bare "" runc abs none --bind /var/run:/var/run "$@"
  start_each facade "$facade" "runc crun" "abs dir" "createRuntime createContainer" --bind /var/run:/var/run "$@"
}

owned_entries() {
  mkdir -p /run/owned /run/systemd/journal
  chown 1000:991 /run/owned
  touch /run/owned-file
  chown 4711:4712 /run/owned-file
  ln -sfn owned /run/owned-link
  chown -h 7:8 /run/owned-link
  chown 33:34 /run/docker.sock
}

no_owned_entries() {
  rm -rf /run/owned /run/owned-file /run/owned-link
  chown 0:0 /run/docker.sock
}

# As stat(1) sees them, which does not follow a link.
@test "owner and group of every entry are what they are without the hook" {
  host_changes owned_entries
  with_and_without
  for prefix in bare facade; do
    says_in_each $prefix "1000:991
4711:4712
7:8
33:34" stat -c %u:%g /var/run/owned /var/run/owned-file /var/run/owned-link /var/run/docker.sock
  done
  host_changes no_owned_entries
}

# Ids that the container does not know are its root's, not the overflow id's.
unmapped() { # RUNTIME STAGE
  bundle web --userns --bind /run:/run --hook "$2:$facade" -- \
    stat -c %u:%g /run/owned /run/mapped
  container "$1" web
  [ "$output" = "0:0
5:6" ] || claim_failed "not the container's root's"
}

mapped_entry() {
  touch /run/mapped
  chown 100005:100006 /run/mapped
}

no_mapped_entry() {
  rm /run/mapped
}

@test "in a user namespace: ids that it maps, and its root's for all others" {
  host_changes owned_entries
  host_changes mapped_entry
  each unmapped "runc crun" "createRuntime createContainer"
  host_changes no_mapped_entry
  host_changes no_owned_entries
}

# shellcheck disable=SC2016 # for the container's shell
run_program='mkdir -p /var/run/service && printf "#!/bin/sh\necho it runs\n" >/var/run/service/run &&
  chmod +x /var/run/service/run && { /var/run/service/run 2>/dev/null || echo "it does not run"; }; rm -rf /var/run/service'

run_noexec() {
  mount -o remount,noexec /run
}

run_exec() {
  mount -o remount,exec /run
}

# As with the bind alone: runc's has the host's noexec, crun gives a bind the flags of config.json only.
runs_as_before() { # RUNTIME IMAGE STAGE
  local before
  bundle web --image "$2" --bind /var/run:/var/run -- sh -c "$run_program"
  container "$1" web
  before=$output
  bundle web --image "$2" --bind /var/run:/var/run --hook "$3:$facade" -- sh -c "$run_program; ls -d /var/run/.host-run"
  container "$1" web
  [ "$output" = "$before
/var/run/.host-run" ] || claim_failed "without the hook: $before"
}

@test "programs run from /run where they do without the hook, and only there" {
  each runs_as_before "runc crun" "abs dir" "createRuntime createContainer"
  host_changes run_noexec
  each runs_as_before "runc crun" "abs dir" "createRuntime createContainer"
  bundle web --bind /run:/run --hook "createRuntime:$facade" -- sh -c "$run_program"
  container runc web
  [ "$output" = "it does not run" ] || claim_failed "the host's /run is noexec"
  host_changes run_exec
  container runc web
  [ "$output" = "it runs" ] || claim_failed "the host's /run is not noexec"
}

@test "set-user-id programs and devices stay without force" {
  start_each facade "$facade" runc abs createRuntime --bind /run:/run
  exec_in facade-runc-abs-createRuntime findmnt -rn -o OPTIONS --mountpoint /run
  for option in nosuid nodev; do
    [[ ,$output, == *,$option,* ]] || claim_failed "the veil is not $option"
  done
}

long_names() {
  local i
  for i in {1..300}; do
    ln -s docker "/run/$(printf '%0130d' "$i")"
  done
}

no_long_names() {
  rm /run/000*
}

# shellcheck disable=SC2016 # for the container's shell
fill_run='
  mkdir /run/own && cd /run/own || exit 1
  i=0; while [ $i -lt 2000 ]; do : >"$i" || exit 1; i=$((i + 1)); done
  head -c 30000000 /dev/zero >big || exit 1
  echo room'

@test "room for 2,000 files and 30 MB of the container's own, and for 300 long names of the host's" {
  host_changes long_names
  start_each facade "$facade" "runc crun" "abs dir" createRuntime --bind /run:/run --bind /var/run:/var/run
  says_in_each facade room sh -c "$fill_run"
  # no more than is meant: it is the node's memory
  exec_in facade-runc-abs-createRuntime sh -c 'head -c 200000000 /dev/zero >/run/own/more'
  [ "$status" != 0 ] || claim_failed "200 MB fit"
  host_changes no_long_names
}

makes_directories() { # NAME
  exec_in "$1" sh -euc 'mkdir -p /var/run/podman/x /var/run/containerd/y /var/run/crio/z
    echo made && rm -rf /var/run/podman/x /var/run/containerd/y /var/run/crio/z'
  [ "$output" = made ] || claim_failed "mkdir -p fails"
}

podman_serves() {
  mkdir -p /run/podman
  serve /run/podman/podman.sock podman-of-the-host
}

podman_is_gone() {
  unserve /run/podman/podman.sock
  rm -rf /run/podman
}

@test "mkdir -p where a well-known socket may come later, and the socket answers when it does" {
  start_each facade "$facade" "runc crun" "abs dir" "createRuntime createContainer" --bind /var/run:/var/run
  each_started facade makes_directories
  host_changes podman_serves
  answers_in_each facade /var/run/podman/podman.sock podman-of-the-host
  host_changes podman_is_gone
}

born_later() {
  mkdir -p /run/netns /run/flannel
  echo "FLANNEL_NETWORK=10.0.0.0/8" >/run/flannel/subnet.env
  touch /run/netns/ns1 /run/unlisted
}

none_born() {
  rm -rf /run/netns /run/flannel /run/unlisted
}

@test "facade.later: names that the host makes after the container started" {
  policy '{"strategy": "facade", "facade": {"expose": "all", "later": ["netns", "flannel", "nscd"]}}'
  start_each later "--policy $policy" "runc crun" "abs dir" "createRuntime createContainer" --bind /var/run:/var/run
  start_each all "$facade" runc abs createRuntime --bind /var/run:/var/run
  host_changes born_later
  says_in_each later "FLANNEL_NETWORK=10.0.0.0/8
ns1" sh -c 'cat /var/run/flannel/subnet.env; ls /var/run/netns'
  says_in_each all "" sh -c 'ls -A /var/run/flannel /var/run/netns 2>/dev/null'
  says_in_each later "" sh -c 'ls /var/run/unlisted 2>/dev/null'
  in_each later protected_with_docker
  host_changes none_born
}

locks() { # NAME
  exec_in "$1" sh -c 'echo from "$0" >>/var/run/xtables.lock' "$1"
  grep -q "from $1" /run/xtables.lock || claim_failed "another file"
}

all_lock() {
  each_started facade locks
}

no_lock() {
  rm -f /run/xtables.lock
}

@test "xtables.lock: host and container lock the same file, whichever makes it" {
  start_each facade "$facade" "runc crun" "abs dir" "createRuntime createContainer" --bind /var/run:/var/run
  [ ! -e /run/xtables.lock ]
  host_changes all_lock
  host_changes no_lock
}

# A bind of docker.sock inside the bind of /run lies on the host's own file: without the hook the kernel
# drops it when the daemon makes its socket anew, and the new one answers.
binds_its_own() { # PREFIX KEYS RUNTIMES [IMAGES [OPTIONS]]
  policy "{\"strategy\": \"facade\"${2:+, $2}}"
  cp "$policy" "$BATS_TEST_TMPDIR/$1.json"
  start_each "$1" "--policy $BATS_TEST_TMPDIR/$1.json" "$3" "${4-abs}" createRuntime \
    --bind /var/run:/var/run --bind "/var/run/docker.sock:/var/run/docker.sock${5-}"
}

@test "a bind of docker.sock in the bind of /run lives on behind a facade, as without one" {
  local list='"facade": {"expose": ["docker.sock"]}' prefix through
  through="$list, \"sockets\": [{\"path\": \"/run/docker.sock\", \"directory\": \"/run/docker-api\"}]"
  host_changes api_start
  start_each bare "" runc abs none --bind /var/run:/var/run --bind /var/run/docker.sock:/var/run/docker.sock
  binds_its_own all "" runc
  binds_its_own list "$list" "runc crun" "abs dir"
  binds_its_own other '"facade": {"expose": ["dbus"]}' runc
  binds_its_own through "$through" "runc crun"
  binds_its_own ro "$list" crun abs :rbind,ro
  binds_its_own throughro "$through" crun abs :rbind,ro
  for prefix in bare all list other through ro throughro; do
    answers_in_each $prefix /var/run/docker.sock docker-of-the-host
  done
  for prefix in ro throughro; do
    says_in_each $prefix "Read-only file system" sh -c "chgrp 7 /var/run/docker.sock 2>&1 | sed 's/.*: //'"
  done
  host_changes docker_and_api_restart
  for prefix in bare all list other through ro throughro; do
    answers_in_each $prefix /var/run/docker.sock docker-started-again
  done
  in_each list protected_with_docker docker-started-again
}

# ---- onNamed, onShared --------------------------------------------------------------------------

named() { # RUNTIME STRATEGY STAGE BINDS CLAIM KEYS
  local words=() bind
  policy "{\"strategy\": \"$2\", $6}"
  for bind in ${4//+/ }; do
    words+=(--bind "$bind")
  done
  bundle web --hook "$3:--policy $policy" "${words[@]}"
  container "$1" web
  "$5"
}

@test "onNamed: what a mount names is kept, or masked" {
  local all=/var/run:/var/run directory=/var/run/nscd:/var/run/nscd socket=/var/run/nscd/socket:/var/run/nscd/socket
  each named "runc crun" "mask facade" "createRuntime createContainer" \
    "$all+$directory $directory $all+$socket" leaks '"onNamed":"keep"'
  each named "runc crun" "mask facade" "createRuntime createContainer" \
    "$all+$directory $directory $all+$socket $socket" protected '"onNamed":"mask"'
  each named runc facade createRuntime "$all+$directory $all+$socket" protected \
    '"onNamed":"mask","facade":{"expose":["docker.sock"]}'
}

# A bind of the socket alone lies in a directory of the image's: what else is mounted there keeps its
# sharing.
@test "onNamed: mask cuts no sharing of other binds" {
  policy '{"onNamed": "mask"}'
  mkdir -p "$BATS_TEST_TMPDIR/shared"
  host_changes mount -t tmpfs --make-shared shared "$BATS_TEST_TMPDIR/shared"
  bundle web --bind /var/run/nscd/socket:/var/run/nscd/socket --rootfs-propagation rshared \
    --bind "$BATS_TEST_TMPDIR/shared:/srv:rbind,rshared" --hook "createRuntime:--policy $policy" -- \
    sh -c 'probe; findmnt -rn -o PROPAGATION --mountpoint /srv >&2'
  container runc web
  protected
  [[ $stderr == *shared* ]] || claim_failed "it is shared no more: $stderr"
  lab_clean
  host_changes umount "$BATS_TEST_TMPDIR/shared"
}

nothing_listens() {
  nscd_stop
  rm -f /run/nscd/socket
}

idle_share() { # RUNTIME STRATEGY ON-SHARED STAGE
  policy "{\"strategy\": \"$2\", \"onShared\": \"$3\"}"
  forget_log
  bundle web --bind /run:/run:rbind,rshared --rootfs-propagation rshared --hook "$4:--policy $policy" -- \
    sh -c 'findmnt -rn -o PROPAGATION --mountpoint /run; ls -d /run/nscd'
  container "$1" web
  [ "$status" = 0 ] && [[ $output == *shared* ]] || claim_failed "it is shared no more" || return 1
  logged skipped "nothing listens there"
}

masked_all_the_same() { # RUNTIME
  bundle web --bind /run:/run --hook createRuntime -- sleep 60
  start_container "$1" web
  [ "$(masks "$(container_pid web)" | wc -l)" = 1 ] || claim_failed "no mask"
}

@test "onShared waits for a socket; a bind that shares nothing is masked all the same" {
  host_changes nothing_listens
  each idle_share "runc crun" "mask facade" "skip fail" "createRuntime createContainer"
  each masked_all_the_same "runc crun"
  lab_clean
  host_changes nscd_start
}
