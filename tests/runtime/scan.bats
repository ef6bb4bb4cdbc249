#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# runmask scan: which of the running containers reach the host's name service.

# shellcheck disable=SC2030,SC2031 # "status" and "output" are of one test each
# shellcheck disable=SC2154 # set by what is loaded

load lab
load more
load more-tool
load lab-podman

hex=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef

teardown() {
  [ -z "${other-}" ] || kill_and_wait KILL "$other"
  stop_daemon stand-ins
  lab_teardown
}

# ---- verdicts -----------------------------------------------------------------------------------

verdict() { # RUNTIME IMAGE KIND
  local words pid
  kind_words "$3"
  stays "$1" web --image "$2" "${words[@]}"
  scan --json
  [ "$(said_of "$pid")" = "${3%%-*} $pid" ] || claim_failed "not ${3%%-*}"
  [ -z "$stderr" ]
  [ "$(jq '.containers | length' <<<"$output")" = 1 ]
  [ "$(jq .unseen <<<"$output")" = 0 ]
  case $3 in
    exposed*) [ "$status" = 1 ] ;;
    *) [ "$status" = 0 ] ;;
  esac
}

@test "exposed, masked, kept and clear containers are told apart" {
  each verdict "runc crun" abs "exposed exposed-ro exposed-userns masked masked-by-tmpfs
    masked-socket masked-facade masked-facade-list keep keep-socket keep-in-run clear clear-elsewhere clear-own-run"
  each verdict runc "rel dir musl" "exposed keep clear"
}

@test "what the verdict says is what programs there are told" {
  local words kind pid
  for kind in exposed masked masked-by-tmpfs masked-facade keep clear; do
    kind_words "$kind"
    stays runc "$kind" "${words[@]}"
    exec_in "$kind" probe
    case $kind in
      exposed | keep) leaks ;;
      *) protected ;;
    esac
    scan --json
    [[ $(said_of "$pid") == "${kind%%-*} "* ]]
  done
}

@test "every process of a container is in one row, the lowest pid's" {
  bundle web --bind /run:/run -- sh -c 'sleep 600 & sleep 600 & wait'
  start_container runc web
  exec_in web true
  scan --json
  [ "$(jq -c '[.containers[].pid]' <<<"$output")" = "[$(container_pid web)]" ]
}

@test "the policy's channels are asked for" {
  local words pid
  mkdir -p /run/dbus
  stays runc web --bind /run:/run --bind /run/dbus:/run/dbus
  policy '{"channels": ["nscd", "dbus", "avahi"]}'
  scan --json --policy "$policy"
  [ "$status" = 1 ]
  [ "$(jq -c '.containers[0].channels' <<<"$output")" = \
    '{"nscd":"exposed","dbus":"keep","avahi":"clear"}' ]
  scan --policy "$policy"
  [[ $output == *"exposed  nscd "* ]]
  policy '{"channels": ["avahi"]}'
  scan --policy "$policy"
  [ "$status" = 0 ]
}

@test "a host without nscd exposes no container" {
  local pid
  stays runc web --bind /run:/run
  host_changes nscd_stop
  host_changes rm -rf /run/nscd
  scan --json
  [ "$status" = 0 ]
  [[ $(said_of "$pid") == "clear "* ]]
  [ "$(jq '.containers[0].listening' <<<"$output")" = false ]
  host_changes nscd_start
  scan --json
  [ "$status" = 1 ]
  [[ $(said_of "$pid") == "exposed "* ]]
}

@test "a mask that the host's renewed directory took away is gone" {
  local words pid
  kind_words masked
  stays runc web "${words[@]}"
  host_changes nscd_directory_renew
  scan --json
  [[ $(said_of "$pid") == "exposed "* ]]
}

# Where the /proc of a program leads is unknown to all others: that is not "clear".
@test "a path that leads through the container's /proc is not seen, and said so" {
  local pid
  bundle web --bind /run:/run -- sleep 600
  rm "$(bundle_dir web)/rootfs/var/run"
  ln -s /proc/self/root/run "$(bundle_dir web)/rootfs/var/run"
  start_container runc web
  pid=$(container_pid web)
  scan --json
  [ "$status" = 2 ]
  [ "$(jq -c '[.containers, .unseen]' <<<"$output")" = '[[],1]' ]
  [ "$stderr" = "pid $pid: its \"/var/run/nscd\" leads through its /proc, where only its own programs see what is there" ]
  fix --pid "$pid"
  [ "$status" = 2 ]
  fix --all
  [ "$status" = 2 ]
}

@test "links of the image lead nowhere but into the container" {
  local link pid
  for link in ../../../../../../run /proc/1/cwd/../run /etc ../../..; do
    bundle web -- sleep 600
    rm "$(bundle_dir web)/rootfs/var/run"
    ln -s "$link" "$(bundle_dir web)/rootfs/var/run"
    start_container runc web
    pid=$(container_pid web)
    scan --json
    [[ $(said_of "$pid") != "exposed "* ]] || claim_failed "$link"
    [[ $(said_of "$pid") == "clear "* ]] || [ "$(jq .unseen <<<"$output")" = 1 ] || claim_failed "$link"
  done
}

# ---- what is a container ------------------------------------------------------------------------

not_listed() { # CMD...
  "$@" 3>&- 4>&- </dev/null >/dev/null &
  other=$!
  eventually pgrep -fx '(/bin/)?sleep 601'
  scan --json
  [ "$status" = 0 ]
  [ "$output" = '{"version":1,"containers":[],"unseen":0}' ]
  scan
  [ "$output" = "0 containers" ]
  pkill -KILL -fx '(/bin/)?sleep 601' # of this private host
  kill_and_wait KILL "$other"
  other=
}

@test "services with the host's root are no containers" {
  not_listed unshare -m sleep 601
  # PrivateTmp=, PrivateDevices=, ProtectSystem= and their like
  not_listed unshare -m sh -c 'mount -t tmpfs private /tmp && mount -o bind,ro /etc /etc && exec sleep 601'
  not_listed unshare -m -u -i -p -f --kill-child sleep 601
}

in_background() { # CMD...
  "$@" 3>&- 4>&- </dev/null >/dev/null &
  other=$!
  eventually pgrep -fx '(/bin/)?sleep 601'
  pid=$(pgrep -fx '(/bin/)?sleep 601' | head -n 1)
}

@test "a chroot that shares the host's mounts is listed as such, not counted, and never masked" {
  local pid root
  bundle web -- true
  root=$(bundle_dir web)/rootfs
  in_background chroot "$root" /bin/sleep 601
  scan --json
  [ "$status" = 0 ]
  [ "$(jq -c '.containers[] | [.pid, .name, .kind, .channels.nscd]' <<<"$output")" = \
    "[$pid,\"$root\",\"chroot\",\"clear\"]" ]
  mkdir -p "$root/run"
  mount --bind /run "$root/run"
  scan --json
  [ "$status" = 0 ]
  [ "$(jq -c '[.containers[] | [.kind, .channels.nscd]]' <<<"$output")" = '[["chroot","exposed"]]' ]
  scan
  [[ $output == *"exposed  chroot "* ]]
  [[ $output == *"0 containers" ]]
  fix --all
  [ "$status" = 0 ]
  [ "$output" = "0 containers, 0 of them exposed: 0 masked" ]
  fix --pid "$pid"
  [ "$status" = 2 ]
  [[ $stderr == *"a chroot that shares the host's mounts"* ]]
  umount "$root/run"
  kill_and_wait KILL "$other"
  other=
}

@test "a program is seen after its first thread has ended" {
  local pid
  bundle web --bind /run:/run -- /headless
  cp "$lab/headless" "$(bundle_dir web)/rootfs/headless"
  start_container runc web
  pid=$(container_pid web)
  eventually grep -q '^State:.Z' "/proc/$pid/status"
  scan --json
  [ "$status" = 1 ]
  [ "$(said_of "$pid")" = "exposed $pid" ]
  fix --all
  [ "$status" = 0 ]
  scan --json
  [ "$status" = 0 ]
  [ "$(said_of "$pid")" = "masked $pid" ]
  kill_and_wait KILL "$pid"
}

# The container's own /run is its own; one thread has the host's in the place of it.
of_one_thread() { # WORDS...
  local pid thread
  bundle web --bind /run:/other/run \
    --jq '.process.capabilities |= map_values(. + ["CAP_SYS_ADMIN", "CAP_SYS_CHROOT"])' -- /apart "$@"
  cp "$lab/apart" "$(bundle_dir web)/rootfs/apart"
  image_change_for_thread
  start_container runc web
  pid=$(container_pid web)
  eventually 'grep -qx ready "$(bundle_dir web)/stdout"'
  thread=$(find "/proc/$pid/task" -mindepth 1 -maxdepth 1 ! -name "$pid" -printf '%f\n')
  scan --json
  [ "$status" = 1 ] || claim_failed "not exposed"
  [ "$(said_of "$thread")" = "exposed $thread" ] || claim_failed "not the thread's"
  fix --all
  [ "$status" = 0 ]
  scan --json
  [ "$status" = 0 ]
  lab_clean
}

image_change_for_thread() {
  mkdir -p "$(bundle_dir web)/rootfs/other/var"
  ln -s /run "$(bundle_dir web)/rootfs/other/var/run"
}

@test "a single thread with a mount namespace or a root of its own is seen, and mended" {
  of_one_thread mount /other/run /run
  of_one_thread chroot /other
}

@test "a first process that has chrooted far down hides nothing" {
  local pid deep
  # shellcheck disable=SC2016 # the container's
  bundle web --bind /run:/run -- sh -c 'd=/tmp; i=0; while [ $i -lt 60 ]; do d=$d/x; i=$((i + 1)); done
    mkdir -p $d; sleep 600 & wait'
  start_container runc web
  pid=$(container_pid web)
  deep=/tmp$(printf '/x%.0s' {1..60})
  eventually [ -d "/proc/$pid/root$deep" ]
  cp -r "$lab/images/abs/." "/proc/$pid/root$deep/"
  nsenter -t "$pid" -m -r"/proc/$pid/root$deep" /bin/sleep 601 3>&- 4>&- </dev/null &
  other=$!
  eventually pgrep -fx '/bin/sleep 601'
  scan --json
  [ "$status" = 1 ]
  [[ $(jq -c '[.containers[] | .channels.nscd]' <<<"$output") == '["exposed"]' ]]
}

@test "what only a chroot in the container reaches is the container's, and can be masked" {
  local pid inner
  bundle web --bind /run:/inner/run -- sleep 600
  mkdir -p "$(bundle_dir web)/rootfs/inner"
  cp -r "$lab/images/abs/." "$(bundle_dir web)/rootfs/inner/"
  start_container runc web
  pid=$(container_pid web)
  scan --json
  [[ $(said_of "$pid") == "clear "* ]]
  nsenter -t "$pid" -m -r"/proc/$pid/root/inner" /bin/sleep 601 3>&- 4>&- </dev/null &
  other=$!
  eventually pgrep -fx '/bin/sleep 601'
  scan --json
  [ "$status" = 1 ]
  [[ $(jq -c '[.containers[] | .channels.nscd]' <<<"$output") == '["exposed"]' ]]
  fix --all
  [ "$status" = 0 ]
  scan --json
  [ "$status" = 0 ]
  kill_and_wait KILL "$(pgrep -fx '/bin/sleep 601')"
  other=
}

# ---- a file system that does not answer ---------------------------------------------------------

@test "a container that does not answer is not seen, and keeps no other from it" {
  local words pid silent began
  bundle silent -- sleep 600
  start_container runc silent
  silent=$(container_pid silent)
  [ -e /dev/fuse ] || mknod /dev/fuse c 10 229 # of this private host
  "$lab/silent-fuse" "$silent" /var 3>&- 4>&- </dev/null >"$BATS_TEST_TMPDIR/ready" &
  other=$!
  eventually [ -s "$BATS_TEST_TMPDIR/ready" ]
  kind_words exposed
  stays runc web "${words[@]}"
  began=$SECONDS
  scan --json
  [ $((SECONDS - began)) -lt 8 ]
  [ "$status" = 2 ]
  [ "$(said_of "$pid")" = "exposed $pid" ]
  [ "$(jq .unseen <<<"$output")" = 1 ]
  [ "$stderr" = "pid $silent: no answer in time, from a file system in its mount namespace" ]
  fix --all
  [ "$status" = 2 ]
  [[ $output == *"masked \"/var/run/nscd\""* ]]
  exec_in web probe
  protected
  fix --pid "$silent"
  [ "$status" = 2 ]
  [[ $stderr == *"no answer in time"* ]]
  kill_and_wait KILL "$other"
  other=
}

@test "endless and odd files in the engines' directories keep it from nothing" {
  local words pid
  kind_words exposed
  stays crun web "${words[@]}"
  mkdir -p /run/crun/evil /run/crun/fifo /run/runc/huge /run/crun/directory/status
  ln -s /dev/zero /run/crun/evil/status
  mkfifo /run/crun/fifo/status
  truncate -s 40G /run/runc/huge/state.json
  ln -s / /run/runc/link
  run -0 timeout 10 "$RUNMASK" fix --pid "$pid"
  run -0 timeout 10 "$RUNMASK" scan --json
  [[ $(said_of "$pid") == "masked "* ]]
  rm -rf /run/crun/evil /run/crun/fifo /run/runc/huge /run/runc/link /run/crun/directory
}

# ---- the host -----------------------------------------------------------------------------------

@test "the host is process 1's: a pod with hostPID sees what is so" {
  local words pid root
  kind_words exposed
  stays runc web "${words[@]}"
  run -1 unshare -m sh -c 'mount -t tmpfs own /run && exec "$0" scan --json' "$RUNMASK"
  [[ $(said_of "$pid") == "exposed "* ]] || claim_failed "/run of its own"
  run -0 unshare -m sh -c 'mount -t tmpfs own /run && exec "$0" fix --all' "$RUNMASK"
  exec_in web probe
  protected
  run -0 unshare -m sh -c 'mount -t tmpfs own /run && exec "$0" scan --json' "$RUNMASK"
  [[ $(said_of "$pid") == "masked "* ]]
}

@test "where the host cannot be seen it refuses" {
  run --separate-stderr setpriv --reuid 4711 --regid 4711 --clear-groups "$RUNMASK" scan --json
  [ "$status" = 2 ]
  [ -z "$output" ]
  [ "$stderr" = "runmask: scan: the host cannot be seen through /proc/1: Permission denied" ]
  # a pod without hostPID: process 1 is its own
  run --separate-stderr env KUBERNETES_SERVICE_HOST=10.0.0.1 \
    unshare -m -p -f --mount-proc "$RUNMASK" scan --json
  [ "$status" = 2 ]
  [ -z "$output" ]
  [[ $stderr == "runmask: scan: the host cannot be seen: process 1 is a pod's own"* ]]
}

# ---- sockets ------------------------------------------------------------------------------------

@test "a dead socket is said to be stale, with its daemon" {
  local pid
  serve /run/docker.sock first
  host_record
  stays runc web --bind /run/docker.sock:/var/run/docker.sock
  scan --json
  [ "$(jq -c '.containers[0].sockets' <<<"$output")" = \
    '[{"destination":"/run/docker.sock","source":"/run/docker.sock","verdict":"live"}]' ]
  unserve /run/docker.sock
  scan --json
  [ "$status" = 0 ]
  [ "$(jq -r '.containers[0].sockets[0].verdict' <<<"$output")" = stale ]
  serve /run/docker.sock second
  scan --json
  [ "$status" = 0 ]
  [ "$(jq -c '.containers[0].sockets' <<<"$output")" = \
    '[{"destination":"/run/docker.sock","source":"/run/docker.sock","verdict":"stale"}]' ]
  scan
  [[ $output == *"holds a dead socket at"*"dockerd"* ]]
  host_record
  host_changes unserve /run/docker.sock
}

@test "a directory in which nothing listens is exposed, in words of its own, and exits 0" {
  local words pid
  kind_words exposed
  stays runc web "${words[@]}"
  host_changes nscd_stop
  host_changes rm -f /run/nscd/socket
  mkdir -p /run/nscd
  scan --json
  [ "$status" = 0 ]
  [ "$(jq -c '.containers[0] | [.channels.nscd, .listening]' <<<"$output")" = '["exposed",false]' ]
  scan
  [[ $output == *"Nothing listens in any of these"* ]]
  # a socket that was left over is not a daemon
  python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("/run/nscd/socket")'
  scan --json
  [ "$status" = 0 ]
  [ "$(jq -c '.containers[0] | [.channels.nscd, .listening]' <<<"$output")" = '["exposed",false]' ]
  rm -f /run/nscd/socket
  host_changes nscd_start
  scan --json
  [ "$status" = 1 ]
  [ "$(jq -c '.containers[0].listening' <<<"$output")" = true ]
}

# Its own root is what counts, not that of a process which went deeper.
@test "a container is seen whole when its first process has chrooted" {
  bundle web --bind /run:/run -- sh -c 'mkdir -p /tmp/x && sleep 600'
  start_container runc web
  local pid deeper
  pid=$(container_pid web)
  cp -r "$lab/images/abs" "$(bundle_dir web)/rootfs/inner"
  nsenter -t "$pid" -m -r"/proc/$pid/root/inner" /bin/sleep 601 3>&- 4>&- </dev/null &
  deeper=$!
  eventually pgrep -fx '/bin/sleep 601'
  scan --json
  [[ $(said_of "$pid") == "exposed "* ]]
  [ "$(jq '.containers | length' <<<"$output")" = 1 ]
  kill "$deeper" || true
}

@test "no namespace is entered, nothing is mounted, nothing is run" {
  local words pid
  kind_words exposed
  stays runc web "${words[@]}"
  kind_words masked-facade
  stays crun db "${words[@]}"
  strace -f -o "$BATS_TEST_TMPDIR/trace" -e \
    trace=setns,unshare,execve,mount,umount2,move_mount,open_tree,fsopen,chroot,pivot_root \
    "$RUNMASK" scan --json >"$BATS_TEST_TMPDIR/out" || [ $? = 1 ]
  [ "$(jq -c '[.containers[].channels.nscd]' "$BATS_TEST_TMPDIR/out")" = '["exposed","masked"]' ]
  [ "$(grep -c execve "$BATS_TEST_TMPDIR/trace")" = 1 ] # its own start
  [ "$(grep -cE 'setns|unshare|mount|open_tree|fsopen|chroot|pivot_root' "$BATS_TEST_TMPDIR/trace")" = 0 ]
}

# ---- names --------------------------------------------------------------------------------------

named() { # RUNTIME STATE-DIRECTORY
  bundle web --bind /run:/run -- sleep 600
  "$1" --root "$2" run --detach --bundle "$(bundle_dir web)" --pid-file "$BATS_TEST_TMPDIR/pid" my-web \
    </dev/null >/dev/null 3>&- 4>&-
  scan --json
  "$1" --root "$2" delete --force my-web
  [ "$(said_of "$(cat "$BATS_TEST_TMPDIR/pid")")" = "exposed my-web" ] || claim_failed "not my-web"
}

@test "the state of an OCI runtime tells the name" {
  named runc /run/runc
  named crun /run/crun
  named runc /run/docker/runtime-runc/moby
  rm -rf /run/docker/runtime-runc
}

podman_named() { # WHO RUNTIME
  podman_run "$1" "$2" -d --name my-web -v /run:/run -- sleep 60
  scan --json
  [ "$(jq -r '.containers[] | select(.name == "my-web") | .channels.nscd' <<<"$output")" = exposed ] ||
    claim_failed "not my-web"
}

@test "conmon tells the name of Podman's" {
  touch /run/.containerenv # Podman wants it where a container binds /run
  host_record
  each podman_named "root rootless" "runc crun"
  host_changes rm /run/.containerenv
}

@test "a cgroup of Docker's tells the id, and Docker's record the name" {
  local pid record
  stays runc web --bind /run:/run --jq ".linux.cgroupsPath = \"/$LAB_CGROUP/docker/$hex\""
  scan --json
  [ "$(said_of "$pid")" = "exposed ${hex:0:12}" ]
  mkdir -p "/var/lib/docker/containers/$hex"
  echo '{"ID": "x", "Name": "/the-web"}' >"/var/lib/docker/containers/$hex/config.v2.json"
  scan --json
  [ "$(said_of "$pid")" = "exposed the-web" ]
  scan
  [[ $output == *"exposed  the-web"* ]]
  [[ $output == *"runmask fix --pid $pid  # the-web"* ]]
  for record in '{"Name": ' '{"Name": ""}'; do
    echo "$record" >"/var/lib/docker/containers/$hex/config.v2.json"
    scan --json
    [ "$(said_of "$pid")" = "exposed ${hex:0:12}" ]
  done
  rm -rf /var/lib/docker
}

@test "a name with control characters does not reach the terminal as it is" {
  local pid
  stays runc web --bind /run:/run --jq ".linux.cgroupsPath = \"/$LAB_CGROUP/docker/$hex\""
  mkdir -p "/var/lib/docker/containers/$hex"
  printf '{"Name": "/a\\u001b[31mb\\nc"}' >"/var/lib/docker/containers/$hex/config.v2.json"
  scan
  rm -rf /var/lib/docker
  [[ $output == *'exposed  a\x1b[31mb\x0ac'* ]]
  [[ $output != *$'\033'* ]]
}

# ---- people -------------------------------------------------------------------------------------

@test "the table fits the line and says the next step" {
  local words pid
  kind_words exposed
  stays runc web "${words[@]}"
  kind_words masked
  stays crun db "${words[@]}"
  kind_words clear
  stays runc cache "${words[@]}"
  scan
  [ "$status" = 1 ]
  [[ ${lines[0]} == *PID*VERDICT*CONTAINER ]]
  [[ ${lines[1]} == *"$(container_pid web)"*exposed* ]]
  [[ ${lines[2]} == *masked* ]]
  [[ ${lines[3]} == *clear* ]]
  [[ $output == *"  runmask fix --pid $(container_pid web)"* ]]
  [[ $output == *"3 containers: 1 exposed, 1 masked, 1 clear" ]]
  [ "$(awk 'length($0) > 80' <<<"$output")" = "" ]
  [[ $output != *$'\033'* ]]
}

@test "colours only on a terminal, and not with NO_COLOR" {
  local words
  kind_words exposed
  stays runc web "${words[@]}"
  run script -qec "env -u NO_COLOR TERM=xterm $RUNMASK scan" /dev/null
  [[ $output == *$'\033[1;31mexposed'* ]]
  run script -qec "env NO_COLOR=1 TERM=xterm $RUNMASK scan" /dev/null
  [[ $output == *exposed* ]]
  [[ $output != *$'\033['* ]]
}

@test "progress on a terminal when it takes longer than a second, and only then" {
  local slow=openat:delay_enter=120000
  run script -qec "$RUNMASK scan" /dev/null
  [[ $output != *looking* ]]
  run script -qec "strace -f -o /dev/null -e inject=$slow $RUNMASK scan" /dev/null
  [[ $output == *"looking: "*" processes, 0 containers"* ]]
  run strace -f -o /dev/null -e inject="$slow" "$RUNMASK" scan
  [[ $output != *looking* ]]
}

@test "processes that vanish meanwhile are no error" {
  local words pid i
  kind_words exposed
  stays runc web "${words[@]}"
  (while :; do unshare -m true & done) >/dev/null 2>&1 3>&- 4>&- &
  other=$!
  for i in {1..30}; do
    scan --json
    [ "$status" = 1 ] || claim_failed "run $i"
    [ -z "$stderr" ]
    [ "$(jq .unseen <<<"$output")" = 0 ]
    [[ $(said_of "$pid") == "exposed "* ]]
  done
}

@test "the command line" {
  scan --help
  [ "$status" = 0 ]
  [[ $output == *Example:*"runmask scan"* ]]
  scan something
  [ "$status" = 2 ]
  [[ $stderr == 'runmask: scan: takes no "something"'* ]]
  scan --policy /nowhere
  [ "$status" = 2 ]
}

# ---- many ---------------------------------------------------------------------------------------

@test "500 containers in under a second of processor time" {
  local took TIMEFORMAT='%3U %3S'
  cp -r "$lab/images/abs" "$LAB_DIR/stand-in"
  "$lab/stand-ins" 500 10 "$LAB_DIR/stand-in" >"$BATS_TEST_TMPDIR/ready" 3>&- 4>&- &
  echo $! >"$(pid_file stand-ins)"
  eventually [ -s "$BATS_TEST_TMPDIR/ready" ]
  took=$({ time "$RUNMASK" scan --json >"$BATS_TEST_TMPDIR/out" || [ $? = 1 ]; } 2>&1)
  echo "500 containers: $took s"
  [[ $took =~ ^[0-9]+\.[0-9]+\ [0-9]+\.[0-9]+$ ]]
  awk '{ exit !($1 + $2 < 1) }' <<<"$took"
  [ "$(jq -c '[.containers[].channels.nscd] | group_by(.) | map([.[0], length])' "$BATS_TEST_TMPDIR/out")" = \
    '[["clear",450],["exposed",50]]' ]
  run -0 "$RUNMASK" fix --all
  [[ $output == *"500 containers, 50 of them exposed: 50 masked" ]]
  run -0 "$RUNMASK" scan
  [[ $output == *"500 containers: 50 masked, 450 clear" ]]
}
