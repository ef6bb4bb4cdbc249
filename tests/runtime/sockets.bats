#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# A socket bound as a file dies with its inode when the daemon makes it anew. Where the policy names a
# directory that holds it, the same path stays alive.

# shellcheck disable=SC2030,SC2031,SC2154 # "status", "output", "policy" are of one test each

load lab
load more
load more-facade

runtimes="runc crun"
stages="createRuntime prestart createContainer"
sock=/var/run/docker.sock

docker_policy() { # [MORE-KEYS]
  policy "$(jq -n --argjson more "${1:-null}" \
    '{sockets: [{path: "/run/docker.sock", directory: "/run/docker-api"}]} + $more')"
}

# Both are the daemon's, and different files.
api_says_its_own() {
  api_start docker-by-its-directory
}

@test "docker.sock stays alive at the same path, whatever the image, runtime and stage" {
  docker_policy
  host_changes api_start
  start_each file "--policy $policy" "$runtimes" "abs rel dir" "$stages" --bind $sock:$sock
  start_each bare "" "$runtimes" "abs dir" none --bind $sock:$sock
  in_each file protected_with_docker
  in_each bare protected_with_docker
  host_changes docker_and_api_restart
  in_each file protected_with_docker docker-started-again
  answers_in_each bare $sock -
}

# PREFIX DESTINATION WORDS...: the container and its control
with_destination() {
  start_each "$1" "--policy $policy" "$runtimes" abs "createRuntime createContainer" "${@:3}"
  start_each "bare-$1" "" "$runtimes" abs none "${@:3}"
  destination[$1]=$2
}

deep=/opt/a/b/c/docker.sock

@test "whatever the destination, ro or rw, the root read-only or not" {
  local -A destination
  local prefix
  docker_policy
  host_changes api_start
  with_destination tmp /tmp/docker.sock --bind /run/docker.sock:/tmp/docker.sock
  with_destination tmpfs /tmp/docker.sock --tmpfs /tmp:mode=1777 --bind /run/docker.sock:/tmp/docker.sock
  with_destination user /tmp/docker.sock --bind /run/docker.sock:/tmp/docker.sock \
    --jq '.process.user = {uid: 6001, gid: 6001} | .process.capabilities = {}'
  with_destination deep $deep --bind /var/run/docker.sock:$deep
  with_destination ro $sock --bind $sock:$sock:bind,ro
  with_destination root-ro $sock --bind $sock:$sock --readonly
  with_destination all-ro $deep --bind $sock:$deep:rbind,ro --readonly
  with_destination slave $sock --bind $sock:$sock:rbind,rslave
  with_destination below /srv/docker.sock --bind "$BATS_TEST_TMPDIR:/srv" --bind $sock:/srv/docker.sock
  with_destination twice $sock --bind /run/docker.sock:/run/docker.sock --bind $sock:$sock
  for prefix in "${!destination[@]}"; do
    answers_in_each "$prefix" "${destination[$prefix]}" docker-of-the-host
    each_started "$prefix" routes_are 1
  done
  host_changes docker_and_api_restart
  for prefix in "${!destination[@]}"; do
    answers_in_each "$prefix" "${destination[$prefix]}" docker-started-again
    answers_in_each "bare-$prefix" "${destination[$prefix]}" -
  done
}

too_many_binds() { # RUNTIME STAGE
  local i words=()
  for ((i = 0; i < 9; i++)); do
    words+=(--bind $sock:$sock)
  done
  bundle web "${words[@]}" --hook "$2:--policy $policy"
  container "$1" web
  refused
  logged refused "container web" "more than 8 binds lie on one another"
}

@test "more binds of the socket on one another than are moved away: the container does not start" {
  docker_policy
  host_changes api_start
  each too_many_binds "$runtimes" "createRuntime createContainer"
}

# Who follows a link in a sticky directory must own it, or the directory's owner must.
@test "in a sticky directory the link belongs to the directory's owner" {
  local owner
  docker_policy
  host_changes api_start
  for runtime in $runtimes; do
    for owner in 0 6002; do
      bundle web --tmpfs "/tmp:mode=1777,uid=$owner" --bind $sock:/tmp/docker.sock \
        --hook "createRuntime:--policy $policy" \
        --jq '.process.user = {uid: 6001, gid: 6001} | .process.capabilities = {}' \
        -- sh -c 'stat -c "%F %u" /tmp/docker.sock; stat -L -c %F /tmp/docker.sock; ask /tmp/docker.sock'
      container "$runtime" web
      [ "$output" = "symbolic link $owner
socket
docker-of-the-host" ] || claim_failed "the link is not uid $owner's"
    done
  done
}

routes_are() { # NAME COUNT
  local count
  count=$(mounts_of "$(container_pid "$1")" | grep -cE '^/dev/\.oci-runmask(\.[0-9]+)? ') || true # none: 0
  [ "$count" = "$2" ] || claim_failed "$count routes"
}

@test "two sockets, and one of them at two places" {
  policy '{"sockets": [{"path": "/var/run/docker.sock", "directory": "/run/docker-api"},
    {"path": "/run/podman/podman.sock", "directory": "/run/podman"}]}'
  podman_and_api() {
    api_start
    mkdir -p /run/podman
    serve /run/podman/podman.sock podman-of-the-host
  }
  podman_and_api_restart() {
    docker_and_api_restart
    unserve /run/podman/podman.sock
    serve /run/podman/podman.sock podman-started-again
  }
  local binds=(--bind "$sock:$sock" --bind /run/docker.sock:/srv/docker.sock
    --bind /run/podman/podman.sock:/var/run/podman/podman.sock)
  host_changes podman_and_api
  start_each file "--policy $policy" "$runtimes" "abs dir" "$stages" "${binds[@]}"
  start_each bare "" "$runtimes" abs none "${binds[@]}"
  host_changes podman_and_api_restart
  each_started file routes_are 3
  answers_in_each file $sock docker-started-again
  answers_in_each file /srv/docker.sock docker-started-again
  answers_in_each file /var/run/podman/podman.sock podman-started-again
  answers_in_each bare /var/run/podman/podman.sock -
  answers_in_each bare /srv/docker.sock -
}

@test "the directory's socket is another file than the one bound: compared by path" {
  docker_policy
  host_changes api_says_its_own
  [ "$(stat -c %i /run/docker.sock)" != "$(stat -c %i /run/docker-api/docker.sock)" ]
  start_each file "--policy $policy" "$runtimes" "abs dir" "createRuntime createContainer" --bind $sock:$sock
  answers_in_each file $sock docker-by-its-directory
}

another_name() {
  api_start
  ln /run/docker.sock /run/engine.sock
}

no_other_name() {
  rm /run/engine.sock
}

@test "and the same file under another name of the host's is it, too" {
  docker_policy
  host_changes another_name
  start_each file "--policy $policy" "$runtimes" abs "createRuntime createContainer" --bind /run/engine.sock:$sock
  host_changes no_other_name
  host_changes docker_and_api_restart
  answers_in_each file $sock docker-started-again
}

# ---- no more than that --------------------------------------------------------------------------

secret_beside() {
  api_start
  mkdir -p /run/secret
  echo secret >/run/secret/file
}

# Of the host: the directory, its socket, and the bind that was there. Nothing leads further up.
no_more_in_reach() { # NAME
  local attached options
  attached=$(host_run_in "$(container_pid "$1")" | sed 's|//deleted$||')
  [ "$attached" = "/docker-api
/docker-api/docker.sock
/docker.sock" ] || claim_failed "attached of the host's /run: $attached" || return 1
  exec_in "$1" sh -c 'cd /dev/.oci-runmask/directory && ls -A . .. && touch new 2>&1'
  [[ $output == ".:
docker.sock

..:
bound
directory
socket
"*"Read-only file system" ]] || claim_failed "in reach: $output" || return 1
  exec_in "$1" findmnt -rn -o OPTIONS,PROPAGATION --mountpoint /dev/.oci-runmask/directory
  for options in ro nosuid nodev noexec; do
    [[ ,${output%% *}, == *,$options,* ]] || claim_failed "the directory is not $options" || return 1
  done
  [[ $output == *" private" ]] || claim_failed "the directory is not private" || return 1
  exec_in "$1" sh -c 'ls -A /var/run; grep -rs secret /run /var/run /dev/.oci-runmask'
  [ "$output" = docker.sock ] || claim_failed "in /var/run: $output"
}

@test "no more of the host than that directory is in reach" {
  docker_policy
  host_changes secret_beside
  start_each file "--policy $policy" "$runtimes" "abs dir" "$stages" --bind $sock:$sock
  each_started file no_more_in_reach
}

# The bind that was there is kept where only the container's root could look, and is of no use.
elsewhere() {
  mkdir -p "$LAB_DIR/elsewhere"
  mount -n -t tmpfs elsewhere "$LAB_DIR/elsewhere"
  serve "$LAB_DIR/elsewhere/docker.sock" docker-from-elsewhere
}

not_elsewhere() {
  unserve "$LAB_DIR/elsewhere/docker.sock"
  umount -n "$LAB_DIR/elsewhere"
  rmdir "$LAB_DIR/elsewhere"
}

# The host's file system there has programs and devices: the container is not given them.
@test "a directory elsewhere than in /run is locked down, too" {
  local options word
  policy "{\"sockets\": [{\"path\": \"/run/docker.sock\", \"directory\": \"$LAB_DIR/elsewhere\"}]}"
  host_changes elsewhere
  bundle web --bind $sock:$sock --hook "createRuntime:--policy $policy" -- sleep 600
  start_container runc web
  answer_is web $sock docker-from-elsewhere
  options=$(findmnt --task "$(container_pid web)" -rn -o OPTIONS --mountpoint /dev/.oci-runmask/directory)
  for word in ro nosuid nodev noexec; do
    [[ ,$options, == *,$word,* ]] || claim_failed "it is not $word: $options"
  done
  stop_container web
  host_changes not_elsewhere
}

@test "the container's user cannot get at what lies behind the link" {
  docker_policy
  host_changes api_start
  start_each file "--policy $policy" "$runtimes" abs "$stages" --bind $sock:$sock \
    --jq '.process.user = {uid: 6001, gid: 6001} | .process.capabilities = {}'
  answers_in_each file $sock docker-of-the-host
  says_in_each file "700 0" stat -c '%a %u' /dev/.oci-runmask/bound
  says_in_each file "755 0" stat -c '%a %u' /dev/.oci-runmask
}

image_and_leftovers() { # RUNTIME IMAGE DESTINATION [HOOK]
  local root words=(--image "$2" --bind "$sock:$3")
  [ -z "${4-}" ] || words+=(--hook "$4:--policy $policy")
  bundle web "${words[@]}" -- sh -c 'cat /var/run/own /opt/a/own /tmp/own; echo changed >/opt/a/own; ask '"$3"
  root=$(bundle_dir web)/rootfs
  mkdir "$root/opt/a"
  # A link of the image would lead out of it.
  echo "the image's own" | tee "$root/opt/a/own" "$root/tmp/own" >"$root/run/own"
  [ "$2" != dir ] || echo "the image's own" >"$root/var/run/own"
  container "$1" web
  [ "$output" = "the image's own
the image's own
the image's own
docker-of-the-host" ] || claim_failed "the image's files are others"
  leftovers=$(cd "$(bundle_dir web)/upper" && find . -printf '%p %y %m %U:%G %s %l\n' | sort)
}

nothing_left() { # RUNTIME IMAGE DESTINATION STAGE
  local leftovers control
  image_and_leftovers "$1" "$2" "$3"
  control=$leftovers
  image_and_leftovers "$@"
  [ "$leftovers" = "$control" ] || claim_failed "left in the image: $(diff <(echo "$control") <(echo "$leftovers"))"
}

@test "the image's own files around stay, and nothing more than without the hook is left in it" {
  docker_policy
  host_changes api_start
  each nothing_left "$runtimes" "abs dir" "$sock $deep" "createRuntime createContainer"
  each nothing_left "$runtimes" abs /tmp/docker.sock "$stages"
}

# ---- other binds beside it ----------------------------------------------------------------------

# In the host's own directory the path is alive by itself.
@test "a socket bound into a bind of /run is alive with the mask, too" {
  docker_policy
  host_changes api_start
  start_each mask "--policy $policy" "$runtimes" "abs dir" "$stages" \
    --bind /var/run:/var/run --bind $sock:$sock
  in_each mask protected_with_docker
  each_started mask routes_are 0
  host_changes docker_and_api_restart
  in_each mask protected_with_docker docker-started-again
}

@test "a socket bound elsewhere, beside a bind of /run: both are done" {
  docker_policy
  host_changes api_start
  start_each mask "--policy $policy" "$runtimes" abs "$stages" \
    --bind /var/run:/var/run --bind $sock:/srv/docker.sock
  start_each facade "--strategy facade --policy $policy" "$runtimes" dir "createRuntime createContainer" \
    --bind /var/run:/var/run --bind $sock:/srv/docker.sock
  host_changes docker_and_api_restart
  for prefix in mask facade; do
    in_each $prefix protected_with_docker docker-started-again
    answers_in_each $prefix /srv/docker.sock docker-started-again
  done
}

# ---- left as it is ------------------------------------------------------------------------------

untouched_bind() { # RUNTIME STAGE RESULT ARGS...
  local control
  forget_log
  bundle web --bind $sock:$sock -- sleep 600
  start_container "$1" web
  control=$(mounts_table "$(container_pid web)")
  bundle web --bind $sock:$sock --hook "$2:${*:4}" -- sleep 600
  start_container "$1" web
  [ "$(mounts_table "$(container_pid web)")" = "$control" ]
  answer_is web $sock docker-of-the-host
  if [ "$3" = silent ]; then silent; else logged "$3" "${missing[@]}"; fi
}

@test "no directory named, none for this socket, or strategy off: the bind is left as it is" {
  host_changes api_start
  policy '{}'
  each untouched_bind "$runtimes" "$stages" silent --policy "$policy"
  policy '{"sockets": [{"path": "/run/podman/podman.sock", "directory": "/run/docker-api"}]}'
  each untouched_bind "$runtimes" createRuntime silent --policy "$policy"
  docker_policy '{"strategy": "off"}'
  each untouched_bind "$runtimes" createRuntime silent --policy "$policy"
}

no_directory() { # RUNTIME STAGE
  forget_log
  bundle web --bind $sock:$sock --hook "$2:--policy $policy"
  container "$1" web
  refused
  logged refused /run/docker-api "No such file or directory"
}

@test "the directory is missing: no container, or with onError a warning and the bind as it is" {
  local missing=(/run/docker-api "No such file or directory")
  host_changes no_api
  docker_policy
  each no_directory "$runtimes" "$stages"
  docker_policy '{"onError": "warn"}'
  each untouched_bind "$runtimes" "$stages" warned --policy "$policy"
}

# A daemon that is down has a directory, and no socket in it: it will have one.
@test "the directory is there and its socket is not yet" {
  docker_policy
  empty_api() {
    no_api
    mkdir /run/docker-api
  }
  host_changes empty_api
  start_each file "--policy $policy" "$runtimes" "abs dir" "$stages" --bind $sock:$sock
  answers_in_each file $sock -
  host_changes api_start
  answers_in_each file $sock docker-of-the-host
}

# Nothing of ours goes into the host's own /dev.
dev_of_host='.mounts |= (map(select(.destination | startswith("/dev") | not)) +
  [{destination: "/dev", type: "bind", source: "/dev", options: ["rbind", "rslave"]}])'

foreign_dev() { # RUNTIME STAGE
  local control
  forget_log
  bundle web --jq "$dev_of_host" --bind $sock:/srv/docker.sock -- sleep 600
  start_container "$1" web
  control=$(mounts_table "$(container_pid web)")
  bundle web --jq "$dev_of_host" --bind $sock:/srv/docker.sock --hook "$2:--policy $policy" -- sleep 600
  start_container "$1" web
  answer_is web /srv/docker.sock docker-of-the-host
  [ "$(mounts_table "$(container_pid web)")" = "$control" ]
  [ ! -e /dev/.oci-runmask ]
  logged skipped /srv/docker.sock "no /dev of its own"
}

@test "the host's /dev bound: the bind is left as it is, and a warning says that it will go stale" {
  docker_policy
  host_changes api_start
  each foreign_dev "$runtimes" "$stages"
}

dev_readonly='.mounts |= map(if .destination == "/dev" then .options += ["ro"] else . end)'

# Runtimes make it so after the hook, and a link that is there by then is as good as any. crun has done
# it when createContainer comes.
readonly_dev() { # NAME
  answer_is "$1" $sock docker-started-again || return 1
  exec_in "$1" sh -c 'touch /dev/new 2>&1'
  [[ $output == *"Read-only file system" ]] || claim_failed "/dev is not read-only"
}

@test "a /dev that becomes read-only after the hook" {
  docker_policy
  host_changes api_start
  start_each file "--policy $policy" "$runtimes" abs "createRuntime prestart" --bind $sock:$sock --jq "$dev_readonly"
  start_each file "--policy $policy" runc abs createContainer --bind $sock:$sock --jq "$dev_readonly"
  host_changes docker_and_api_restart
  each_started file readonly_dev
}

@test "a /dev that is read-only already: left as it is, and a warning says so" {
  docker_policy
  host_changes api_start
  bundle web --bind $sock:$sock --hook "createContainer:--policy $policy" --jq "$dev_readonly"
  container crun web
  docker_sock_answers
  logged skipped $sock read-only
  target --bind $sock:/srv/docker.sock
  nsenter --mount="/proc/$target_pid/ns/mnt" mount -n -t tmpfs -o ro dev "$target_root/dev"
  # shellcheck disable=SC2034 # for "untouched"
  target_before=$(mounts_of "$target_pid")
  forget_log
  hook createRuntime --policy "$policy"
  [ "$status" = 0 ]
  untouched
  logged skipped /srv/docker.sock read-only
}

file_twice() { # RUNTIME IMAGE FIRST SECOND
  local once
  bundle web --image "$2" --bind $sock:$sock --hook "$3:--policy $policy" -- sleep 600
  start_container "$1" web
  once=$(mounts_table "$(container_pid web)")
  [[ $once == *" oci-runmask "* ]]
  forget_log
  bundle web --image "$2" --bind $sock:$sock --hook "$3:--policy $policy" --hook "$4:--policy $policy" -- sleep 600
  start_container "$1" web
  [ -z "$(diff <(echo "$once") <(mounts_table "$(container_pid web)"))" ]
  logged "done" routed
}

@test "a second run finds nothing to do" {
  docker_policy
  host_changes api_start
  each file_twice "$runtimes" "abs dir" createRuntime "createRuntime createContainer"
  each file_twice "$runtimes" abs createContainer createContainer
}

@test "a /dev that shares mounts: left as it is, and a warning says so" {
  docker_policy
  host_changes api_start
  target --bind $sock:/srv/docker.sock
  nsenter --mount="/proc/$target_pid/ns/mnt" sh -ec \
    'mount -n -t tmpfs dev "$1/dev"; mount -n --make-shared "$1/dev"' shared "$target_root"
  # shellcheck disable=SC2034 # for "untouched"
  target_before=$(mounts_of "$target_pid")
  forget_log
  hook createRuntime --policy "$policy"
  [ "$status" = 0 ]
  untouched
  logged skipped /srv/docker.sock "shares mounts"
}

# Shared mounts: nothing of the hook shows on the host.
shared_file() { # RUNTIME STAGE WORDS...
  bundle web "${@:3}" --hook "$2:--policy $policy" -- sleep 600
  start_container "$1" web
  host_unchanged
  [[ $(mounts_table "$(container_pid web)") == *" oci-runmask "* ]]
  answer_is web $sock docker-of-the-host
}

@test "nothing is seen on the host when mounts are shared with it" {
  docker_policy
  host_changes api_start
  each shared_file "$runtimes" "createRuntime createContainer" --rootfs-propagation "shared rslave" --bind \
    "$sock:$sock:rbind,rshared $sock:$sock:rbind"
}
