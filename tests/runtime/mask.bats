#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# The main job: a container that binds the host's /run keeps its own names. Whatever is protected here
# has run without the hook first, and leaked.

# shellcheck disable=SC2030,SC2031 # "status" and "output" are of one test each
# shellcheck disable=SC2154 # set by what is loaded

load lab
load more

# BINDS: "SRC:DST[:OPTIONS]", more of them joined by "+". WORDS: of bundle.
run_bound() { # RUNTIME IMAGE BINDS [WORDS...]
  local words=(--image "$2") bind
  for bind in ${3//+/ }; do
    words+=(--bind "$bind")
  done
  bundle web "${words[@]}" "${@:4}"
  container "$1" web
}

leaks_bound() {
  run_bound "$@"
  leaks
}

protects_bound() {
  leaks_bound "$@"
  run_bound "$@" --hook createRuntime
  protected
  docker_sock_answers
}

protects_bound_from_inside() {
  leaks_bound "$@"
  run_bound "$@" --hook createContainer
  protected
  docker_sock_answers
}

stages_protect() { # RUNTIME IMAGE
  local stage
  forget_log
  leaks_bound "$@" /var/run:/var/run
  silent
  for stage in createRuntime prestart createContainer; do
    run_bound "$@" /var/run:/var/run --hook "$stage"
    protected
    docker_sock_answers
    logged "done" "masked" "id=web door=$stage strategy=mask channel=nscd"
  done
}

@test "a container that binds /var/run knows its own names, and docker.sock answers" {
  each stages_protect "runc crun" "abs rel dir musl"
}

both="/run:/var/run+/var/run:/run"

@test "a bind of /run, of /var/run/, of both, read-only, a slave, not recursive" {
  each protects_bound "runc crun" abs "/run:/run $both /var/run/:/var/run/ /var/run:/var/run:rbind,ro"
  each protects_bound "runc crun" dir "/run:/var/run $both /var/run/:/var/run/ /run:/var/run:rbind,ro"
  each protects_bound "runc crun" abs "/var/run:/var/run:rbind,rslave /var/run:/var/run:bind,ro"
  each protects_bound "runc crun" "rel musl" "$both"
}

@test "the same binds, from inside the container's namespaces" {
  each protects_bound_from_inside "runc crun" "abs dir" "$both /var/run:/var/run:rbind,ro"
}

@test "the host's / at /var brings its /run along" {
  each protects_bound "runc crun" "abs rel dir musl" "/:/var"
  each protects_bound "runc crun" abs "/:/var:rbind,ro"
}

# The link in there leads to the container's own /run.
host_var() { # RUNTIME IMAGE
  run_bound "$@" /var:/var
  protected
  forget_log
  bundle web --image "$2" --bind /var:/var --hook createRuntime -- sleep 60
  start_container "$1" web
  silent
  [ -z "$(masks "$(container_pid web)")" ]
  exec_in web probe
  protected
}

@test "the host's /var at /var does not lead to its nscd, and is left alone" {
  each host_var "runc crun" "abs dir musl"
}

covered_tmpfs() { # RUNTIME IMAGE
  local stage words=(--image "$2" --tmpfs /var/run/nscd --bind /var/run:/var/run)
  bundle web "${words[@]}"
  container "$1" web
  leaks
  for stage in createRuntime createContainer; do
    bundle web "${words[@]}" --hook "$stage"
    container "$1" web
    protected
    docker_sock_answers
  done
}

@test "a tmpfs listed before the bind that covers it protects nobody: the hook does" {
  each covered_tmpfs "runc crun" "abs dir musl"
}

readonly_root() { # RUNTIME IMAGE
  local stage
  leaks_bound "$@" /var/run:/var/run --readonly
  for stage in createRuntime createContainer; do
    run_bound "$@" /var/run:/var/run --readonly --hook "$stage"
    protected
    docker_sock_answers
  done
}

@test "a read-only root" {
  each readonly_root "runc crun" "abs musl"
}

# Its network is its own, and no name server is there.
protected_without_network() {
  report_says "host onlyhost -" "host redis 172.20.0.5" "ahost redis 172.20.0.5" \
    "host both 172.20.0.6" "user hostuser -" "user contuser 6001" "user both 6000" \
    "group hostgroup -" "group contgroup 6001"
}

user_namespace() { # RUNTIME IMAGE
  local stage
  leaks_bound "$@" /var/run:/var/run --userns
  for stage in createRuntime createContainer; do
    run_bound "$@" /var/run:/var/run --userns --hook "$stage"
    protected_without_network
    docker_sock_answers
  done
}

@test "a user namespace" {
  each user_namespace "runc crun" "abs dir"
}

# It makes its socket in the mask. The host's own daemon is as before: every test ends with that.
own_nscd() { # RUNTIME IMAGE WORDS
  local words=(--image "$2" --bind /var/run:/var/run "${@:3}")
  local ask="nscd-ask /var/run/nscd/socket user:contuser user:hostuser host:redis"
  bundle web "${words[@]}" -- sh -c "$ask"
  container "$1" web
  report_says "user contuser -" "user hostuser 4242" "host redis -"
  bundle web "${words[@]}" --hook createRuntime -- sh -c "nscd && $ask"
  container "$1" web
  report_says "user contuser 6001" "user hostuser -" "host redis 172.20.0.5"
}

@test "an image's own nscd serves it under the mask" {
  each own_nscd "runc crun" "abs dir"
  each own_nscd "runc crun" abs "--readonly --userns"
}

mask_options() { # RUNTIME OWNER
  local words=(--bind /var/run:/var/run --hook createRuntime) pid mount option
  [ "$2" = 0 ] || words+=(--userns)
  bundle web "${words[@]}" -- sleep 60
  start_container "$1" web
  pid=$(container_pid web)
  mount=$(masks "$pid")
  echo "mount: $mount"
  [ "$(wc -l <<<"$mount")" = 1 ]
  [[ $mount == "/run/nscd tmpfs "* ]]
  for option in nosuid nodev noexec mode=755; do
    [[ ,${mount##* }, == *",$option,"* ]]
  done
  [[ $mount =~ ,size=[0-9]+k,nr_inodes=[0-9]+ ]]
  [ "$(stat -c '%a %u %g' "/proc/$pid/root/run/nscd")" = "755 $2 $2" ]
  [ -z "$(ls -A "/proc/$pid/root/run/nscd" 2>&1)" ]
}

@test "the mask is one small empty tmpfs of the container's root, without suid, devices and programs" {
  each mask_options "runc crun" "0 100000"
}

@test "the mask stays when nscd is restarted and its socket is another" {
  for runtime in runc crun; do
    bundle web --bind /var/run:/var/run --hook createRuntime -- sleep 60
    start_container "$runtime" web
    exec_in web probe
    protected
    host_changes nscd_restart
    exec_in web probe
    protected
  done
}
