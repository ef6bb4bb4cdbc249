#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# The facade: a /run of the container's own that shows the host's entries but nscd, by name. It
# outlives what the host does to its files, and what a mask does not.

# shellcheck disable=SC2030,SC2031,SC2154 # "status", "output", "policy" are of one test each

load lab
load more
load more-facade

runtimes="runc crun"
stages="createRuntime prestart createContainer"
facade="--strategy facade"

# ---- what the host does -------------------------------------------------------------------------

nobody_serves() {
  nscd_stop
  rm -rf /run/nscd
  docker_stop
}

everybody_serves() {
  nscd_start
  docker_start
}

@test "nscd and docker.sock that come after the container: names stay, the socket answers" {
  host_changes nobody_serves
  start_each facade "$facade" "$runtimes" "abs rel dir" "$stages" --bind /var/run:/var/run
  start_each mask "--strategy mask" "$runtimes" "abs dir" createRuntime --bind /var/run:/var/run
  host_changes everybody_serves
  in_each facade protected_with_docker
  in_each mask leaks_with_docker
}

@test "nscd, its directory removed and made again" {
  start_each facade "$facade" "$runtimes" "abs rel dir" "$stages" --bind /var/run:/var/run
  start_each mask "--strategy mask" "$runtimes" "abs dir" createRuntime --bind /var/run:/var/run
  in_each mask protected
  host_changes nscd_directory_renew
  in_each facade protected_with_docker
  in_each mask leaks
}

nscd_and_docker_restart() {
  nscd_restart
  docker_restart
}

@test "nscd and docker restarted, then nscd's directory renamed away" {
  start_each facade "$facade" "$runtimes" "abs rel dir" "$stages" --bind /var/run:/var/run
  start_each mask "--strategy mask" "$runtimes" abs createRuntime --bind /var/run:/var/run
  start_each file "--strategy mask" "$runtimes" abs createRuntime \
    --bind /var/run/docker.sock:/var/run/docker.sock
  start_each bare "" "$runtimes" dir none --bind /var/run:/var/run
  in_each file protected_with_docker
  host_changes nscd_and_docker_restart
  in_each facade protected_with_docker docker-started-again
  in_each mask protected
  in_each file report_says "docker -"
  in_each bare leaks
  host_changes nscd_directory_rename
  in_each facade protected_with_docker docker-started-again
  in_each mask leaks
}

well_known="docker.sock podman/podman.sock containerd/containerd.sock crio/crio.sock cri-dockerd.sock"

no_sockets() {
  local name
  docker_stop
  for name in $well_known own/listed.sock unlisted.sock; do
    unserve "/run/$name"
  done
  rm -rf /run/podman /run/containerd /run/crio /run/own
}

all_sockets() {
  local name
  mkdir /run/podman /run/containerd /run/crio /run/own
  docker_start docker.sock
  for name in ${well_known#docker.sock} own/listed.sock unlisted.sock; do
    serve "/run/$name" "$name"
  done
}

@test "well-known and listed sockets that are not there yet are reachable once they are" {
  local name
  policy '{"strategy": "facade",
    "sockets": [{"path": "/var/run/own/listed.sock", "directory": "/run/own-api"}]}'
  host_changes no_sockets
  start_each facade "--policy $policy" "$runtimes" "abs dir" "$stages" --bind /var/run:/var/run
  host_changes all_sockets
  for name in $well_known own/listed.sock; do
    answers_in_each facade "/var/run/$name" "$name"
  done
  # An entry that no list names is there by the hidden name alone.
  answers_in_each facade /var/run/unlisted.sock -
  answers_in_each facade /var/run/.host-run/unlisted.sock unlisted.sock
  host_changes no_sockets
}

# ---- what is mounted below /run -----------------------------------------------------------------

# The runtime would make the mount points in the host's /run itself.
mount_points_on_host() {
  mkdir -p /run/secrets/kubernetes.io/serviceaccount /run/volume /run/systemd/resolve
  touch /run/.containerenv
  echo "nameserver 127.0.0.1 of the host" >/run/systemd/resolve/stub-resolv.conf
}

make_engine() {
  engine=$BATS_TEST_TMPDIR/engine
  mkdir -p "$engine/token" "$engine/volume"
  echo "the pod's token" >"$engine/token/token"
  echo "engine=podman" >"$engine/containerenv"
  echo "nameserver 127.0.0.2" >"$engine/resolv.conf"
}

# The directories that a facade has for engines that may come later are its own, and left out.
# What a program in the container sees: all files below /run, what is where, and where it may write.
# shellcheck disable=SC2016 # for the container's shell
look_around='
  cat /var/run/secrets/kubernetes.io/serviceaccount/token /run/.containerenv /etc/resolv.conf
  echo mine >/run/volume/file && cat /run/volume/file
  for place in /run /var/run /var/run/docker /var/run/lock /run/volume /var/run/user/4711 \
    /var/run/secrets/kubernetes.io/serviceaccount; do
    if touch "$place/written" 2>/dev/null; then
      rm "$place/written" && echo "$place may be written"
    else
      echo "$place may not be written"
    fi
  done
  cd /var/run && find -L . -mindepth 1 \( -path ./.host-run -o -path ./nscd -o -path ./podman -o \
    -path ./containerd -o -path ./crio \) -prune -o \
    ! -type l -printf "%P %y %m %U:%G %i\n" 2>/dev/null | sort'

# What the facade itself adds is left out: "own" is one line for each place.
mounts_in='findmnt -rn -o TARGET,FSTYPE,SOURCE,OPTIONS,PROPAGATION |
  sed "s|/run/\.host-run|/run|" | sort'

furnished() { # RUNTIME IMAGE BINDS MODE [HOOK]
  local words=(--image "$2") bind
  for bind in ${3//+/ }; do
    words+=(--bind "$bind:rbind,rprivate,$4")
  done
  words+=(--bind "$engine/token:/var/run/secrets/kubernetes.io/serviceaccount:rbind,ro,rprivate"
    --bind "$engine/containerenv:/run/.containerenv"
    --bind "$engine/resolv.conf:/etc/resolv.conf:rbind,ro,rprivate"
    --tmpfs "/run/volume:size=64k" --bind "$engine/volume:/var/run/user/4711:rbind,ro,rprivate")
  [ -z "${5-}" ] || words+=(--hook "$5:$facade")
  bundle web "${words[@]}" -- sh -c "$look_around; echo; $mounts_in; echo; probe"
  ln -sfn ../run/systemd/resolve/stub-resolv.conf "$(bundle_dir web)/rootfs/etc/resolv.conf"
  container "$1" web
  [ "$status" = 0 ] || claim_failed "it failed" || return 1
  seen=${output%%$'\n\n'*}
  table=${output#*$'\n\n'}
  table=${table%%$'\n\n'*}
  output=${output##*$'\n\n'}
}

stays_as_it_was() { # RUNTIME IMAGE BINDS MODE
  local seen table seen_before table_before stage
  make_engine
  furnished "$@"
  leaks
  seen_before=$seen
  table_before=$table
  [[ $seen == "the pod's token
engine=podman
nameserver 127.0.0.2
mine"* ]] || claim_failed "the control sees: $seen"
  for stage in $stages; do
    furnished "$@" "$stage"
    protected_with_docker
    [ "$seen" = "$seen_before" ] ||
      claim_failed "$stage: seen differently: $(diff <(echo "$seen_before") <(echo "$seen"))"
    [ -z "$(lost "$table_before" "$table")" ] ||
      claim_failed "$stage: mounts are lost: $(diff <(echo "$table_before") <(echo "$table"))"
    # A bind is moved with all that is mounted on it, not cloned; the rest is the facade's own.
    [[ $3 == /:* ]] || ! grep -qv '^\(/var\)\?/run tmpfs oci-runmask ' < <(lost "$table" "$table_before") ||
      claim_failed "$stage: mounts are new: $(diff <(echo "$table_before") <(echo "$table"))"
  done
}

@test "token, volume, .containerenv, resolv.conf, files and modes are what they are without a hook" {
  host_changes mount_points_on_host
  each stays_as_it_was "$runtimes" "abs dir" "/run:/run+/var/run:/var/run" "rw ro"
  each stays_as_it_was "$runtimes" abs "/var/run:/var/run" ro
  each stays_as_it_was "$runtimes" rel "/run:/run" rw
  each stays_as_it_was "$runtimes" "abs dir" "/:/var" rw
}

# ---- read and write -----------------------------------------------------------------------------

readonly_facade() { # RUNTIME IMAGE BINDS
  local bind stage words=(--image "$2")
  for bind in ${3//+/ }; do
    words+=(--bind "$bind:rbind,ro,rprivate")
  done
  for stage in $stages; do
    # shellcheck disable=SC2016 # for the container's shell
    bundle web "${words[@]}" --hook "$stage:$facade" -- sh -c 'probe
      for place in /var/run /var/run/nscd /var/run/docker /var/run/.host-run; do
        touch "$place/new" 2>/dev/null && rm "$place/new" && echo "$place is written"
      done; true'
    container "$1" web
    protected_with_docker
    [[ $output != *" is written"* ]] || claim_failed "$stage: something can be written"
  done
}

@test "an ro bind stays read-only, the facade and nscd's directory in it too" {
  each readonly_facade "$runtimes" "abs dir" "/var/run:/var/run /run:/run+/var/run:/var/run /:/var"
}

reaches_host() {
  exec_in "$1" sh -c 'echo from the container >/var/run/docker/'"$1"
  [ "$(cat "/run/docker/$1")" = "from the container" ]
}

write_in_each() {
  each_started facade reaches_host
}

no_writes() {
  rm /run/docker/facade-*
}

@test "writes below a directory of the host reach the host, and what it writes is seen" {
  start_each facade "$facade" "$runtimes" "abs dir" "$stages" --bind /var/run:/var/run
  host_changes write_in_each
  says_in_each facade "from the container" cat /var/run/docker/facade-runc-abs-createRuntime
  host_changes no_writes
  in_each facade protected
}

# shellcheck disable=SC2016 # such a name, and no command
odd_entries() {
  local i
  mkdir /run/many "/run/with space" "/run/with"$'\n'"newline" "/run/-dash" "/run/$(printf '%0255d' 0)"
  touch "/run/with space/file" "/run/ä" '/run/$(id)' /run/.hidden
  ln -s docker /run/link
  ln -s ../srv /run/upwards
  ln -s /run/docker /run/absolute
  for i in {1..600}; do
    ln -s docker "/run/entry-$i"
  done
}

# shellcheck disable=SC2016 # such a name, and no command
no_odd_entries() {
  rm -rf /run/many "/run/with space" "/run/with"$'\n'"newline" "/run/-dash" "/run/$(printf '%0255d' 0)" \
    "/run/ä" '/run/$(id)' /run/.hidden /run/link /run/upwards /run/absolute /run/entry-*
}

list_of() { # RUNTIME IMAGE [HOOK]
  local words=(--image "$2" --bind /var/run:/var/run)
  [ -z "${3-}" ] || words+=(--hook "$3:$facade")
  bundle web "${words[@]}" -- sh -c "$(sed -n '/find -L/,$p' <<<"$look_around" | sed 's|.*cd /|cd /|'); echo; probe"
  container "$1" web
  [ "$status" = 0 ] || claim_failed "it failed" || return 1
  seen=${output%%$'\n\n'*}
  output=${output##*$'\n\n'}
}

same_entries() { # RUNTIME IMAGE
  local seen before stage
  list_of "$1" "$2"
  before=$seen
  [ "$(wc -l <<<"$before")" -gt 610 ]
  for stage in createRuntime createContainer; do
    list_of "$1" "$2" "$stage"
    protected_with_docker
    [ "$seen" = "$before" ] || claim_failed "seen differently: $(diff <(echo "$before") <(echo "$seen"))"
  done
}

@test "600 entries, and odd names and links, are all there" {
  host_changes odd_entries
  each same_entries "$runtimes" "abs dir"
  host_changes no_odd_entries
}

# ---- mounts of the host -------------------------------------------------------------------------

mount_late() {
  mount -t tmpfs late /run/docker
  echo "mounted late" >/run/docker/late
}

umount_late() {
  umount /run/docker
}

@test "later mounts of the host arrive where they did before, and go" {
  local prefix stage
  for prefix in bare facade; do
    stage=none
    [ "$prefix" = bare ] || stage="createRuntime createContainer"
    start_each "$prefix-slave" "$facade" "$runtimes" "abs dir" "$stage" \
      --rootfs-propagation rslave --bind /run:/var/run:rbind,rslave
    start_each "$prefix-part" "$facade" "$runtimes" abs "$stage" \
      --rootfs-propagation rslave --bind /:/var:rbind,rslave
    start_each "$prefix-stacked" "$facade" "$runtimes" abs "$stage" \
      --rootfs-propagation rslave --bind /run:/run:rbind,rslave --bind /var/run:/var/run:rbind,rslave
    start_each "$prefix-closed" "$facade" "$runtimes" abs "$stage" --bind /run:/run:rbind,rprivate
  done
  host_changes mount_late
  for prefix in bare facade; do
    says_in_each "$prefix-slave" "mounted late" cat /var/run/docker/late
    says_in_each "$prefix-part" "mounted late" cat /var/run/docker/late
    says_in_each "$prefix-stacked" "mounted late" cat /var/run/docker/late
    says_in_each "$prefix-closed" "" ls /run/docker
  done
  host_changes umount_late
  for prefix in bare facade; do
    says_in_each "$prefix-slave" "" ls /var/run/docker
    says_in_each "$prefix-part" "" ls /var/run/docker
    says_in_each "$prefix-stacked" "" ls /var/run/docker
  done
  in_each facade protected
  in_each bare leaks
}

# From a mount namespace that does not share with the host, "rshared" makes a peer group of its own.
# shellcheck disable=SC2054 # commas between the options of one bind
sharing_words() { # VARIANT
  from=
  case $1 in
    shared) words=(--rootfs-propagation shared --bind /var/run:/var/run:rbind,rshared) ;;
    shared-root) words=(--rootfs-propagation rshared --bind /var/run:/var/run:rbind) ;;
    shared-bind) words=(--bind /var/run:/var/run:rbind,rshared) ;;
    own-group) words=(--bind /var/run:/var/run:rbind,rshared) && from=private ;;
    own-group-slave) words=(--bind /var/run:/var/run:rbind,rshared) && from=slave ;;
    own-group-twice)
      words=(--bind /run:/run:rbind,rshared --bind /var/run:/var/run:rbind,rshared) && from=slave
      ;;
    nothing-said) words=(--bind /var/run:/var/run:rbind) ;;
    slave-root) words=(--rootfs-propagation rslave --bind /var/run:/var/run:rbind) ;;
    part-of-shared) words=(--bind /:/var:rbind,rshared) ;;
    userns) words=(--userns --bind /var/run:/var/run:rbind) ;;
  esac
}

# While it runs, and afterwards: the end of each row looks once more.
unseen_on_host() { # RUNTIME IMAGE VARIANT
  local words from stage runtime=$1
  sharing_words "$3"
  [ -z "$from" ] || runtime="unshare -m --propagation $from $1"
  bundle bare "${words[@]}" --image "$2" -- sleep 600
  start_container "$runtime" bare
  exec_in bare probe
  report_says "host onlyhost 10.9.9.9"
  host_unchanged
  for stage in $stages; do
    bundle web "${words[@]}" --image "$2" --hook "$stage:--policy $policy" -- sleep 600
    start_container "$runtime" web
    host_unchanged
    exec_in web probe
    protected_by_files
    docker_sock_answers
  done
}

@test "nothing is seen on the host, whatever shares mounts with it" {
  policy '{"strategy": "facade", "onShared": "slave"}'
  each unseen_on_host "$runtimes" abs "shared shared-root shared-bind own-group own-group-slave
    own-group-twice nothing-said slave-root part-of-shared userns"
  each unseen_on_host "$runtimes" dir "shared own-group-slave userns"
}

# ---- twice, kept, or of another tool ------------------------------------------------------------

twice() { # RUNTIME IMAGE FIRST SECOND
  local words=(--image "$2" --bind /run:/run --bind /var/run:/var/run) once
  bundle web "${words[@]}" --hook "$3" -- sleep 600
  start_container "$1" web
  once=$(mounts_table "$(container_pid web)")
  grep -q ' oci-runmask ' <<<"$once"
  forget_log
  bundle web "${words[@]}" --hook "$3" --hook "$4" -- sleep 600
  start_container "$1" web
  [ "$(mounts_table "$(container_pid web)")" = "$once" ] || {
    diff <(echo "$once") <(mounts_table "$(container_pid web)")
    false
  }
  logged "done"
}

# What lies below the bind shares mounts: the kernel moves nothing out of that.
stacked_on_shared() { # RUNTIME [STAGE]
  bundle web --bind /run:/run:rbind,rshared --bind /run:/run ${2:+--hook "$2:$facade"}
  container "$1" web
}

stacked_leaks() { stacked_on_shared "$@" && leaks; }

stacked_is_closed() {
  stacked_on_shared "$@"
  protected
  docker_sock_answers
}

@test "a bind on one that shares mounts with the host" {
  each stacked_leaks runc
  each stacked_is_closed "$runtimes" "createRuntime createContainer"
}

@test "a second run finds nothing to do, at whatever stage, with whatever strategy" {
  local again=()
  policy '{"strategy": "facade"}'
  for image in abs dir; do
    for runtime in $runtimes; do
      for again in "createRuntime:$facade" "createContainer:$facade" "createContainer:--strategy mask"; do
        twice "$runtime" "$image" "createRuntime:$facade" "$again"
      done
      twice "$runtime" "$image" "createContainer:$facade" "createContainer:$facade"
    done
  done
}

kept() { # RUNTIME IMAGE STAGE
  bundle web --image "$2" --bind /var/run:/var/run --bind /run/nscd:/var/run/nscd --hook "$3:$facade"
  forget_log
  container "$1" web
  leaks_with_docker
  logged kept
}

@test "nscd's directory bound on purpose is kept" {
  each kept "$runtimes" "abs rel dir" "$stages"
}

# Another channel is hidden at the same time.
kept_beside_hidden() { # RUNTIME IMAGE STAGE
  bundle web --image "$2" --bind /var/run:/var/run --bind /run/nscd:/var/run/nscd \
    --hook "$3:--policy $policy" -- sh -c 'probe; ls -A /var/run/nslcd'
  container "$1" web
  leaks_with_docker
  [ "${lines[-1]}" = "docker docker-of-the-host" ] || claim_failed "nslcd is there"
}

nslcd_start() {
  mkdir -p /run/nslcd
  serve /run/nslcd/socket nslcd-of-the-host
}

@test "nscd kept on purpose, and another channel hidden" {
  policy '{"strategy": "facade", "channels": ["nscd", "nslcd"]}'
  host_changes nslcd_start
  each kept_beside_hidden "$runtimes" "abs dir" "$stages"
}

own_tmpfs() { # RUNTIME IMAGE STAGE BINDS
  local bind words=()
  for bind in ${4//+/ }; do
    words+=(--bind "$bind")
  done
  bundle web --image "$2" "${words[@]}" --tmpfs /var/run/nscd:size=36k --hook "$3:$facade" \
    -- sh -c 'probe; touch /var/run/nscd/x && findmnt -n -o OPTIONS -T /var/run/nscd'
  container "$1" web
  protected_with_docker
  [[ ,${lines[-1]}, == *,size=36k,* ]] || claim_failed "it is another tmpfs"
}

@test "a user's own tmpfs on nscd's directory stays his" {
  each own_tmpfs "$runtimes" "abs dir" "$stages" "/var/run:/var/run /:/var"
  each own_tmpfs "$runtimes" abs createRuntime "/run:/run+/var/run:/var/run"
}

# ---- other binds --------------------------------------------------------------------------------

facade_of() { # RUNTIME IMAGE STAGE BINDS [WORDS...]
  local bind words=(--image "$2")
  for bind in ${4//+/ }; do
    words+=(--bind "$bind")
  done
  words+=("${@:5}")
  bundle web "${words[@]}"
  container "$1" web
  leaks_with_docker
  bundle web "${words[@]}" --hook "$3:$facade"
  container "$1" web
  protected_with_docker
}

# The place that libraries and engines ask for and the other one: both are the facade's.
both_places() { # RUNTIME STAGE
  bundle web --image dir --bind /run:/run --bind /var/run:/var/run --hook "$2:$facade" \
    -- sh -c 'probe; ls -A /run/nscd /var/run/nscd; ask /run/docker.sock'
  container "$1" web
  protected_with_docker
  [ "$(tail -n 5 <<<"$output")" = "docker docker-of-the-host
/run/nscd:

/var/run/nscd:
docker-of-the-host" ] || claim_failed "one place is not veiled"
}

@test "binds of both /run and /var/run: both places are veiled" {
  each both_places "$runtimes" "$stages"
  each facade_of "$runtimes" "abs rel dir" createRuntime "/run:/run+/var/run:/var/run"
}

@test "a read-only root, a tmpfs below the bind, a bind by another path" {
  each facade_of "$runtimes" "abs dir" "$stages" /var/run/:/var/run/ --readonly
  each facade_of "$runtimes" "abs rel dir" createRuntime "/run:/var/run /:/var"
  for runtime in $runtimes; do
    bundle web --tmpfs /run --bind /var/run:/var/run --hook "createRuntime:$facade"
    container "$runtime" web
    protected_with_docker
  done
}

# ---- a host without a mount of its own on /run --------------------------------------------------

# As on hosts older than /run: /var/run is a directory of the host's /var, and a plain part of a bind
# of that.
old_host() {
  rm /var/run
  mkdir -p /var/run/nscd /var/run/docker /var/run/mounted
  mount --bind /run/nscd /var/run/nscd
  mount -t tmpfs mounted /var/run/mounted
  echo "a mount of the host's" >/var/run/mounted/below
  serve /var/run/docker.sock docker-of-the-host
}

no_old_host() {
  unserve /var/run/docker.sock
  umount /var/run/nscd /var/run/mounted
  rm -r /var/run
  ln -s /run /var/run
}

# shellcheck disable=SC2016 # for the container's shell
part_of_bind() { # RUNTIME STAGE MODE
  local words=(--image dir --bind "/var:/var:rbind,rprivate,$3" --tmpfs /var/run/docker:size=64k
    --bind "$engine/token:/var/run/secrets/kubernetes.io/serviceaccount:rbind,ro,rprivate")
  local script="probe"' 
    cat /var/run/secrets/kubernetes.io/serviceaccount/token
    cat /var/run/mounted/below
    for place in /var/run /var/run/nscd /var/run/docker /var/run/lib /var/run/.host-run /var/run/secrets/kubernetes.io/serviceaccount; do
      [ -d "$place" ] || continue
      touch "$place/new" 2>/dev/null && rm "$place/new" && echo "$place is written"
    done; true'
  bundle web "${words[@]}" -- sh -c "$script"
  container "$1" web
  leaks_with_docker
  bundle web "${words[@]}" --hook "$2:$facade" -- sh -c "$script"
  container "$1" web
  protected_with_docker
  report_says "the pod's token" "a mount of the host's" "/var/run/docker is written"
  [[ $output != *"serviceaccount is written"* ]] || claim_failed "the token's mount is not read-only"
  [ "$3" = rw ] || [[ $output != *"/var/run is written"* && $output != *"nscd is written"* && $output != *"host-run is written"* ]] ||
    claim_failed "the facade is not read-only"
}

@test "the host's /run as a plain part of a bigger bind" {
  make_engine
  host_changes old_host
  mkdir -p /var/run/secrets/kubernetes.io/serviceaccount
  each part_of_bind "$runtimes" "$stages" "rw ro"
  host_changes no_old_host
}

# ---- what it does not give ----------------------------------------------------------------------

later_entry() {
  mkdir /run/later
  echo later >/run/later/file
}

no_later_entry() {
  rm -r /run/later
}

# shellcheck disable=SC2016 # for the container's shell
@test "its limits are those that are told, and no others; the hidden name is not /run/host" {
  start_each facade "$facade" "$runtimes" "abs dir" "$stages" --bind /var/run:/var/run
  host_changes later_entry
  says_in_each facade "later" cat /var/run/.host-run/later/file
  says_in_each facade "not there" sh -c '[ -e /var/run/later ] || echo not there'
  says_in_each facade "symbolic link" stat -c %F /var/run/docker.sock
  says_in_each facade "socket" stat -L -c %F /var/run/docker.sock
  says_in_each facade "user hostuser 4242" nscd-ask /var/run/.host-run/nscd/socket user:hostuser
  says_in_each facade "no /run/host" sh -c '[ -e /var/run/host ] || echo no /run/host'
  # A new entry at the top is the container's own: host_unchanged sees to the host.
  says_in_each facade "mine" sh -c 'echo mine >/var/run/mine && cat /var/run/mine'
  host_changes no_later_entry
}

@test "an image's own nscd serves it in the facade" {
  local ask='nscd && probe && nscd-ask /var/run/nscd/socket user:contuser user:hostuser host:redis'
  for runtime in $runtimes; do
    for image in abs dir; do
      bundle web --image $image --bind /var/run:/var/run --hook "createRuntime:$facade" -- sh -c "$ask"
      container "$runtime" web
      protected_with_docker
      report_says "user contuser 6001" "user hostuser -" "host redis 172.20.0.5"
    done
  done
}
