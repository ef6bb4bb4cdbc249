#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# The rules of decision, in real containers: who is protected, who is left as he is, and who says so.

# shellcheck disable=SC2030,SC2031 # "status" and "output" are of one test each
# shellcheck disable=SC2154 # set by what is loaded

load lab
load more

strategy_key=io.github.oci-runmask.strategy

# A container that binds the host's /run, and more WORDS of bundle, for "container".
bound() { # RUNTIME [WORDS...]
  bundle web --bind /run:/run "${@:2}"
  container "$1" web
}

with_policy() { # RUNTIME JSON [WORDS...]
  policy "$2"
  forget_log
  bound "$1" --hook "createRuntime:--policy $policy" "${@:3}"
}

# ---- what is meant -----------------------------------------------------------------------------

keeps() { # RUNTIME STAGE BINDS
  local bind words=()
  for bind in ${3//+/ }; do
    words+=(--bind "$bind")
  done
  bundle web "${words[@]}" --hook "$2"
  container "$1" web
  leaks
  bundle web "${words[@]}" --hook "$2" -- sleep 60
  start_container "$1" web
  [ -z "$(masks "$(container_pid web)")" ]
}

@test "nscd's directory or socket, bound by name, is kept" {
  each keeps "runc crun" "createRuntime createContainer" \
    "/run/nscd:/var/run/nscd /run/nscd/socket:/var/run/nscd/socket /run:/run+/run/nscd:/run/nscd
     /run:/var/run+/run/nscd/socket:/run/nscd/socket"
}

# The host's own mounts below /run come along with a recursive bind; config.json names none of them.
@test "a mount of the host on nscd's directory is not the user's word" {
  host_changes mount --bind /run/nscd /run/nscd
  for runtime in runc crun; do
    bound "$runtime"
    leaks
    bound "$runtime" --hook createRuntime
    protected
    # where sharing is asked for, the bind that brought the place is looked for above it
    bundle web --rootfs-propagation rshared --bind /run:/run:rbind,rprivate --hook createRuntime
    container "$runtime" web
    protected
    # … and what is said of another bind is not said of this one, though "private" leaves a peer below it
    bundle web --rootfs-propagation rshared --bind /run:/run:rbind,private --bind /run:/mnt:rbind,shared \
      --hook createRuntime
    container "$runtime" web
    protected
  done
  host_changes umount /run/nscd
}

# COUNT: so many mounts, each in the one before, and nscd's directory in the last.
nest_mounts() {
  local i at=/run
  for ((i = 0; i < $1; i++)); do
    at+=/d
    mkdir "$at"
    mount -n -t tmpfs nested "$at"
  done
  mkdir "$at/nscd"
  mount -n --bind /run/nscd "$at/nscd"
}

unnest_mounts() {
  umount -n -R /run/d
  rmdir /run/d
}

nested() { # COUNT: the image's /var/run is a link to the last of them
  host_changes nest_mounts "$1"
  bundle web --rootfs-propagation rshared --bind /run:/run:rbind,private --bind /run:/mnt:rbind,shared --hook createRuntime
  rm -rf "$(bundle_dir web)/rootfs/var/run"
  ln -s "/run$(printf '/d%.0s' $(seq "$1"))" "$(bundle_dir web)/rootfs/var/run"
  container runc web
  host_changes unnest_mounts
}

@test "between a place and its bind 64 mounts are looked through; with more the start is refused" {
  nested 40
  protected
  nested 70
  refused "looking for the bind that brought"
}

many_names() { # COUNT
  local directory
  directory=$(bundle_dir web)/rootfs/run/systemd/userdb
  mkdir -p "$directory"
  (cd "$directory" && seq "$1" | xargs touch)
}

# Sockets of any name: all names of the directory are looked at.
in_its_userdb() { # COUNT: of the image's own names
  policy '{"channels": ["userdb"]}'
  bundle web --bind /run:/host/run --hook "createRuntime:--policy $policy" -- sh -c 'ls /run/systemd/userdb | wc -l'
  many_names "$1"
  container runc web
}

serve_userdb() {
  mkdir -p /run/systemd/userdb
  serve /run/systemd/userdb/io.systemd.Home userdb-of-the-host
}

unserve_userdb() {
  unserve /run/systemd/userdb/io.systemd.Home
  rm -r /run/systemd/userdb
}

@test "of an image's own directory 4096 names are looked at; with more the start is refused" {
  host_changes serve_userdb
  in_its_userdb 4096
  [ "$status" = 0 ]
  [ "$output" = 4096 ]
  in_its_userdb 4097
  refused "has more than 4096 names"
  bundle web --bind /run:/host/run -- sleep 60
  many_names 4097
  start_container runc web
  run -2 --separate-stderr "$RUNMASK" scan --policy "$policy"
  [[ $stderr == *"has more than 4096 names"* ]]
  host_changes unserve_userdb
}

# What config.json says of a place is what its last bind says: it covers the others.
last_of_two() { # RUNTIME FIRST LAST
  bundle web --bind "/run:/run:rbind,$2" --bind "/run:/run:rbind,$3" --hook "createRuntime:--strategy facade" -- \
    sh -c 'probe; touch /run/made-here 2>/dev/null && echo made; true'
  container "$1" web
  protected
  if [ "$3" = ro ]; then [[ $output != *made* ]]; else report_says made; fi
}

@test "of two binds at one place the last one counts" {
  each last_of_two "runc crun" "rw ro" "rw ro"
}

# ---- masked already -----------------------------------------------------------------------------

masked_by_user() { # RUNTIME STAGE
  local pid
  forget_log
  bundle web --bind /run:/run --tmpfs /run/nscd --hook "$2" -- sleep 60
  start_container "$1" web
  pid=$(container_pid web)
  [ "$(masks "$pid" | wc -l)" = 1 ]
  [[ $(masks "$pid") == *size=64k* ]]
  silent
  exec_in web probe
  protected
}

@test "who has masked nscd himself gets no second mount" {
  each masked_by_user "runc crun" "createRuntime createContainer"
}

socket_covered() { # RUNTIME
  forget_log
  bundle web --bind /run:/run --bind /dev/null:/run/nscd/socket --hook createRuntime -- sleep 60
  start_container "$1" web
  [ "$(masks "$(container_pid web)" | wc -l)" = 0 ]
  silent
  exec_in web probe
  protected
}

@test "who has covered the socket alone gets no mask" {
  each socket_covered "runc crun"
}

own_directory() { # RUNTIME
  bundle web --bind /run:/run --bind "$BATS_TEST_TMPDIR:/run/nscd" --hook createRuntime
  forget_log
  container "$1" web
  protected
  silent
}

@test "who has put a directory of his own there is left alone" {
  each own_directory "runc crun"
}

unrelated_bind() { # RUNTIME STAGE
  local words=(--bind "/etc/hostname:/run/nscd/nscd.pid")
  bound "$1" "${words[@]}"
  leaks
  bound "$1" "${words[@]}" --hook "$2"
  protected
}

@test "an unrelated bind in nscd's directory does not protect" {
  each unrelated_bind "runc crun" "createRuntime createContainer"
}

# ---- strategies ---------------------------------------------------------------------------------

# The policy's strategy and annotations, what the container's annotation says, and who
# wins. "-": without an annotation.
annotated() { # RUNTIME ROW
  local strategy honour asked winner words=()
  IFS=/ read -r strategy honour asked winner <<<"$2"
  [ "$asked" = - ] || words=(--annotation "$strategy_key=$asked")
  with_policy "$1" "{\"strategy\": \"$strategy\", \"annotations\": \"$honour\"}" "${words[@]}"
  if [ "$winner" = off ]; then
    leaks
    silent
  else
    protected
    logged "done" strategy=mask
  fi
}

@test "the container's annotation: honoured, only to raise, ignored" {
  each annotated "runc crun" \
    "mask/honour/-/mask mask/honour/off/off off/honour/-/off off/honour/mask/mask
     off/raise/mask/mask mask/raise/off/mask off/raise/off/off
     mask/ignore/off/mask off/ignore/mask/off mask/ignore/facade/mask"
}

@test "an unknown annotation is an error" {
  for runtime in runc crun; do
    for honour in honour raise; do
      with_policy "$runtime" "{\"annotations\": \"$honour\"}" --annotation "$strategy_key=mesk"
      refused
      logged refused "container web" "annotation $strategy_key" '"mesk"'
    done
  done
}

# A pod's annotations reach every container of it; the engine says which one it is.
in_pod() { # RUNTIME NAME-KEY
  local pod=(--annotation "$strategy_key=off" --annotation "$strategy_key/db=mask")
  bound "$1" --hook createRuntime "${pod[@]}" --annotation "$2=web"
  leaks
  bound "$1" --hook createRuntime "${pod[@]}" --annotation "$2=db"
  protected
  bound "$1" --hook createRuntime "${pod[@]}"
  leaks
  bound "$1" --hook createRuntime --annotation "$strategy_key/web=off" --annotation "$2=web"
  leaks
  forget_log
  bound "$1" --hook createRuntime --annotation "$strategy_key/web=of" --annotation "$2=web"
  refused
  logged refused "$strategy_key/web"
}

@test "in a pod the container's own key wins" {
  each in_pod "runc crun" \
    "io.kubernetes.cri.container-name io.kubernetes.container.name"
}

@test "--strategy stands above the policy's, and below the annotation" {
  for runtime in runc crun; do
    policy '{"strategy": "off"}'
    bound "$runtime" --hook "createRuntime:--policy $policy"
    leaks
    bound "$runtime" --hook "createRuntime:--policy $policy --strategy mask"
    protected
    bound "$runtime" --hook "createRuntime:--strategy off"
    leaks
    bound "$runtime" --hook "createRuntime:--strategy mask" --annotation "$strategy_key=off"
    leaks
    bound "$runtime" --hook "createRuntime:--strategy off" --annotation "$strategy_key=mask"
    protected
  done
}

dry_run() { # RUNTIME STAGE
  bundle web --bind /run:/run --hook "$2:--dry-run"
  container "$1" web
  leaks
}

@test "--dry-run changes nothing, and says what would be done" {
  each dry_run "runc crun" "createRuntime createContainer"
  target --bind /run:/run
  hook createRuntime --dry-run
  [ "$status" = 0 ]
  [ -z "$output" ]
  [ "${#stderr}" -gt 0 ]
  [[ $stderr == *"container target"*"would mask"*nscd* ]]
  untouched
  hook createRuntime
  masked
}

# ---- more than once -----------------------------------------------------------------------------

run_twice() { # RUNTIME STAGES
  local stage words=()
  for stage in ${2//,/ }; do
    words+=(--hook "$stage")
  done
  forget_log
  bundle web --bind /run:/run "${words[@]}" -- sleep 60
  start_container "$1" web
  [ "$(masks "$(container_pid web)" | wc -l)" = 1 ]
  logged "done"
  exec_in web probe
  protected
}

@test "a second run, and a second stage, find nothing to do" {
  each run_twice "runc crun" \
    "createRuntime,createRuntime prestart,createRuntime,createContainer createContainer,createContainer"
}

# ---- sharing mounts with the host ---------------------------------------------------------------

# The bind is a peer of the host's /run: what the container mounts below it shows on the host.
share=(--rootfs-propagation rshared)
shared_bind=/run:/run:rbind,rshared

shared() { # RUNTIME STAGE BIND ON-SHARED
  policy "{\"onShared\": \"$4\"}"
  bundle web "${share[@]}" --bind "$3"
  container "$1" web
  leaks
  forget_log
  bundle web "${share[@]}" --bind "$3" --hook "$2:--policy $policy"
  container "$1" web
}

shared_skip() {
  shared "$@" skip
  leaks
  logged skipped channel=nscd onShared
}

shared_fail() {
  shared "$@" fail
  refused
  logged refused "container web" onShared
}

shared_slave() {
  shared "$@" slave
  protected
  docker_sock_answers
  logged "done" channel=nscd
}

@test "a bind that shares mounts with the host is left as it is, with a warning" {
  each shared_skip "runc crun" "createRuntime createContainer" "$shared_bind /run:/run:rbind"
  bundle web "${share[@]}" --bind "$shared_bind" --hook createRuntime
  container runc web
  leaks
}

@test "onShared fail: it does not start" {
  each shared_fail "runc crun" "createRuntime createContainer" "$shared_bind /run:/run:rbind"
}

@test "onShared fail is not softened by onError warn" {
  policy '{"onShared": "fail", "onError": "warn"}'
  for runtime in runc crun; do
    forget_log
    bundle web "${share[@]}" --bind "$shared_bind" --hook "createRuntime:--policy $policy"
    container "$runtime" web
    refused
    logged refused "container web" onShared
  done
}

@test "onShared slave: it is cut off from the host, and protected" {
  each shared_slave "runc crun" "createRuntime createContainer" "$shared_bind /run:/run:rbind"
}

# What the host mounts still arrives, and what is mounted inside does not come out.
@test "onShared slave: the way back is cut, the way in is not" {
  policy '{"onShared": "slave"}'
  for runtime in runc crun; do
    bundle web "${share[@]}" --bind "$shared_bind" --hook "createRuntime:--policy $policy" -- sleep 60
    start_container "$runtime" web
    pid=$(container_pid web)
    nsenter --target "$pid" --mount --no-fork mount -t tmpfs inside /run/docker
    host_unchanged
    host_changes mount -t tmpfs outside /run/log
    [[ $(mounts_of "$pid") == */run/log\ tmpfs\ outside* ]]
    host_changes umount /run/log
  done
}

protects_group() { # RUNTIME WORDS
  local words
  IFS=+ read -ra words <<<"$2"
  bundle web "${words[@]}"
  container "$1" web
  leaks
  policy '{"onShared": "fail"}'
  forget_log
  bundle web "${words[@]}" --hook "createRuntime:--policy $policy"
  container "$1" web
  report_says "host onlyhost -" "user hostuser -" "host redis 172.20.0.5"
  logged "done"
}

@test "a peer group of its own is not shared with the host" {
  each protects_group "runc crun" \
    "--bind+$shared_bind --bind+/run:/run:rbind,shared --userns+--bind+/run:/run:rbind
     --rootfs-propagation+rshared+--bind+/run:/run:rbind,rslave
     --rootfs-propagation+shared+--bind+/run:/run --rootfs-propagation+rslave+--bind+/run:/run:rbind"
  each protects_group runc "--userns+--bind+$shared_bind"
}

# ---- no mount namespace of its own --------------------------------------------------------------

foreign_skip() {
  hook createRuntime
  [ "$status" = 0 ]
  [ -z "$output" ]
  [[ $stderr == "oci-runmask: container target: "*onForeign* ]]
  untouched
  host_unchanged
  logged skipped
}

foreign_fail() {
  policy '{"onForeign": "fail"}'
  hook createRuntime --policy "$policy"
  refuses "container target" onForeign
}

# Who is not to be protected is not looked at.
foreign_off() {
  policy '{"strategy": "off", "onForeign": "fail"}'
  hook createRuntime --policy "$policy"
  does_nothing
}

@test "a process on the host's own mounts is left alone, or refused" {
  target --bind /run:/run
  sleep 60 &
  state ".pid = $!"
  foreign_off
  foreign_skip
  foreign_fail
  kill "$!"
}

# gVisor's sentry, for one, sees nothing of the container's root.
@test "a process with a namespace that lacks the root is left alone, or refused" {
  local pid ready=$BATS_TEST_TMPDIR/elsewhere
  target --bind /run:/run
  # shellcheck disable=SC2016 # for the inner shell
  unshare --mount --propagation private -- sh -ec 'umount "$1"; touch "$2"; exec sleep 60' \
    elsewhere "$target_root" "$ready" </dev/null 3>&- 4>&- &
  pid=$!
  eventually test -e "$ready"
  state ".pid = $pid"
  foreign_skip
  foreign_fail
  kill "$pid"
}

# A runtime makes the container's root a mount; a namespace in which it is a directory is another's.
@test "root.path as a plain directory of another namespace: left alone, or refused" {
  local pid ready=$BATS_TEST_TMPDIR/elsewhere
  target --bind /run:/run
  mkdir "$BATS_TEST_TMPDIR/plain"
  unshare --mount --propagation private -- sh -ec 'touch "$1"; exec sleep 60' \
    elsewhere "$ready" </dev/null 3>&- 4>&- &
  pid=$!
  eventually test -e "$ready"
  config ".root.path = \"$BATS_TEST_TMPDIR/plain\""
  state ".pid = $pid"
  foreign_skip
  foreign_fail
  kill "$pid"
}

# Some runtimes call the hooks twice then.
no_namespace() { # RUNTIME ON-FOREIGN
  policy "{\"onForeign\": \"$2\"}"
  bundle web --no-mount-namespace --jq '.root.path = "/"' \
    --hook "createRuntime:--policy $policy" -- true
  forget_log
  container "unshare --mount --propagation private $1" web
  said=$(hook_log)
  echo "log: $said"
}

no_namespace_skip() {
  no_namespace "$1" skip
  [ "$status" = 0 ]
  [ "$(grep -c 'onForeign.* result=skipped$' <<<"$said")" = "$(wc -l <<<"$said")" ]
}

no_namespace_fail() {
  no_namespace "$1" fail
  refused
  [[ $said == *onForeign*" result=refused" ]]
}

@test "a container without a mount namespace of its own is left alone, or refused" {
  each no_namespace_skip "runc crun"
  each no_namespace_fail "runc crun"
}

# ---- failures before anything has changed -------------------------------------------------------

@test "onError warn: the container starts with a warning; fail, the default: it does not" {
  target --bind /run:/run
  state '.pid = 4194305'
  hook createRuntime
  refuses "container target" 4194305
  policy '{"onError": "warn"}'
  hook createRuntime --policy "$policy"
  [ "$status" = 0 ]
  [ -z "$output" ]
  [[ $stderr == "oci-runmask: container target: "*4194305* ]]
  untouched
  logged warned
}

@test "onError warn does not soften a policy that is wrong" {
  target --bind /run:/run
  policy '{"onError": "warn", "strategy": "mesk"}'
  hook createRuntime --policy "$policy"
  refuses "$policy:" strategy
}
