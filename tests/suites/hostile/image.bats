#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Images, hosts and bundles with names that are not what belongs there: links, loops, FIFOs, devices,
# sockets, files, mounts over mounts. The container is protected or refused, nothing hangs, and
# nothing outside of it is touched. (/var/run as a link: safety.bats.)

# shellcheck disable=SC2154 # set by what is loaded

load ../../runtime/lab
load ../../runtime/more
load hostile

runtimes="runc crun"

# ---- other ways to the host's /run --------------------------------------------------------------

# Each changes the rootfs that it stands in; /var/run leads to /run there.
run_elsewhere() { rm -rf run && mkdir elsewhere && ln -s /elsewhere run; }
run_upwards() { rm -rf run && mkdir elsewhere && ln -s ../../../../../elsewhere run; }
run_in_var() { rm -rf run && mkdir -p var/lib/run && ln -s var/lib/run run; }
var_elsewhere() { mv var other && ln -s /other var; }
var_upwards() { mv var other && ln -s ../../../..//other/. var; }
nscd_in_image() { rm var/run && mkdir var/run && ln -s /run/nscd var/run/nscd && ln -s /run/docker.sock var/run; }
socket_in_image() { rm var/run && mkdir -p var/run/nscd && ln -s ../../../run/nscd/socket var/run/nscd; }
chain() {
  local i
  rm var/run
  for i in {1..20}; do ln -s "../var/link$((i + 1))" "var/link$i"; done
  ln -s /run var/link21
  ln -s link1 var/run
}

way_leaks() {
  shaped "$@"
  leaks
}

way_is_closed() {
  shaped "$@"
  protected
  docker_sock_answers
}

ways="run_elsewhere run_upwards run_in_var var_elsewhere var_upwards nscd_in_image chain"

@test "links in front of, in and behind /run and /var lead to the host's nscd, and to the mask" {
  each way_leaks "$runtimes" "$ways"
  each way_is_closed "$runtimes" "$ways" createRuntime "mask facade"
  each way_is_closed "$runtimes" "$ways" createContainer mask
}

socket_is_safe() { # RUNTIME STAGE STRATEGY
  shaped "$1" socket_in_image "$2" "$3"
  never_leaks
}

@test "a link of the image to the socket alone leads to the host, and then to nothing" {
  each way_leaks "$runtimes" socket_in_image
  each socket_is_safe "$runtimes" "createRuntime createContainer" "mask facade"
}

# ---- not a directory -----------------------------------------------------------------------

run_loop() { rm -rf run && ln -s run run; }
run_file() { rm -rf run && : >run; }
run_fifo() { rm -rf run && mkfifo run; }
run_device() { rm -rf run && mknod run c 1 3; }
run_to_proc() { rm -rf run && ln -s "/proc/1/root$decoy/run" run; }
var_loop() { rm -rf var && ln -s var/. var; }
var_file() { rm -rf var && : >var; }
var_run_loop() { rm var/run && ln -s run var/run; }
var_run_file() { rm var/run && : >var/run; }
var_run_fifo() { rm var/run && mkfifo var/run; }
var_run_device() { rm var/run && mknod var/run c 1 5; }
var_run_socket() { rm var/run && mksocket var/run; }
var_run_decoy() { rm var/run && ln -s "$decoy/run" var/run; }
nscd_fifo() { rm var/run && mkdir var/run && mkfifo var/run/nscd; }
nscd_file() { rm var/run && mkdir var/run && : >var/run/nscd; }
nscd_loop() { rm var/run && mkdir var/run && ln -s nscd var/run/nscd; }
nscd_decoy() { rm var/run && mkdir var/run && ln -s "../../../../..$decoy/nscd" var/run/nscd; }

mksocket() {
  python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$1"
}

# Whatever the runtime makes of it: in time, and never with a leak.
survives() { # RUNTIME SHAPE STAGE STRATEGY
  local started=$SECONDS
  shaped "$@"
  [ $((SECONDS - started)) -lt 30 ] || claim_failed "it hangs"
  never_leaks
}

odd="run_loop run_file run_fifo run_device run_to_proc var_loop var_file var_run_loop var_run_file
  var_run_fifo var_run_device var_run_socket var_run_decoy nscd_fifo nscd_file nscd_loop nscd_decoy"

@test "loops, files, FIFOs, devices and sockets where directories belong" {
  each survives "$runtimes" "$odd" createRuntime "mask facade"
}

@test "the same from inside the container's namespaces" {
  each survives "$runtimes" "$odd" createContainer mask
}

# ---- mounts over mounts -------------------------------------------------------------------------

stacked() { # RUNTIME STAGE STRATEGY
  bundle web --bind /run:/run --tmpfs /run --bind /run:/run --bind /var/run:/var/run \
    --bind /run/nscd:/opt --bind /run:/run ${2:+--hook "$2:--strategy $3"}
  container "$1" web
}

stacked_leaks() {
  stacked "$@"
  leaks
}

stacked_is_safe() {
  stacked "$@"
  protected
  docker_sock_answers
}

@test "binds, a tmpfs and binds again on one another" {
  each stacked_leaks "$runtimes"
  each stacked_is_safe "$runtimes" "createRuntime createContainer" "mask facade"
}

# ---- a socket's destination ---------------------------------------------------------------------

socket_link() { mkdir -p srv && : >srv/there && ln -s /srv/there opt/docker.sock; }
socket_up() { mkdir -p srv && : >srv/there && ln -s ../../../../../srv/there opt/docker.sock; }
socket_decoy() { ln -s "$decoy/file" opt/docker.sock; }
socket_self() { ln -s "/proc/self/root$decoy/file" opt/docker.sock; }
socket_loop() { ln -s docker.sock opt/docker.sock; }
socket_directory() { mkdir opt/docker.sock; }
socket_fifo() { mkfifo opt/docker.sock; }
opt_decoy() { rm -rf opt && ln -s "$decoy" opt; }

routed_image() {
  mkdir -p opt
  "$1"
}

# Without the hook, then with it: a client that had an answer has one, or is refused.
routed() { # RUNTIME STAGE SHAPE
  local before=''
  bundle web --bind /run/docker.sock:/opt/docker.sock -- ask /opt/docker.sock
  image_change web routed_image "$3"
  container "$1" web
  [ "$status" != 0 ] || before=$output
  bundle web --bind /run/docker.sock:/opt/docker.sock --hook "$2:--policy $policy" -- \
    ask /opt/docker.sock
  image_change web routed_image "$3"
  container "$1" web
  decoy_unchanged
  [ "$status" != 0 ] || [ "$output" = "$before" ] || claim_failed "before, it said: $before"
  [ -n "$before" ] || [ "$status" != 0 ]
}

@test "docker.sock's place in the image is a link, a loop, a directory, a FIFO" {
  policy '{"sockets": [{"path": "/run/docker.sock", "directory": "/run/docker-api"}]}'
  host_changes own_api
  each routed "$runtimes" "createRuntime createContainer" "socket_link socket_up socket_decoy
    socket_self socket_loop socket_directory socket_fifo opt_decoy"
  host_changes no_api
}

into_run() { ln -s /run/docker.sock opt/docker.sock; }

left_alone() { # RUNTIME STAGE SHAPE
  forget_log
  bundle web --bind /run:/run --bind /run/docker.sock:/opt/docker.sock --hook "$2:--policy $policy" -- \
    ask /opt/docker.sock
  image_change web routed_image "$3"
  container "$1" web
  [ "$status" = 0 ] && [ "$output" = docker-of-the-host ] || claim_failed "no answer"
  [[ $(log_lines) == *"behind a link of the image"* ]] || claim_failed "nothing is said"
}

@test "docker.sock's place in the image is a link: the bind is left as it is, and that is said" {
  policy '{"sockets": [{"path": "/run/docker.sock", "directory": "/run/docker-api"}]}'
  host_changes own_api
  each left_alone "$runtimes" "createRuntime createContainer" "socket_link into_run"
  host_changes no_api
}

# ---- the host's own names -----------------------------------------------------------------------

host_nscd_is() { # COMMAND...: in place of the host's directory
  mv -T /run/nscd /run/nscd.real
  (cd /run && "$@")
}

host_nscd_back() {
  rm -rf /run/nscd
  mv -T /run/nscd.real /run/nscd
}

# By hand: nothing but the hook looks. It never hangs, says one line at most, and mounts nothing
# but masks.
odd_host() { # STRATEGY COMMAND
  host_nscd_is $2
  target --bind /run:/run
  hook createRuntime --strategy "$1"
  host_nscd_back
  [ "$status" = 0 ] || [ "$status" = 2 ] || claim_failed "neither done nor refused"
  [ ! -s "$BATS_TEST_TMPDIR/said.err" ] || one_line "$BATS_TEST_TMPDIR/said.err"
  decoy_unchanged
}

is_loop() { ln -s nscd nscd; }
is_file() { : >nscd; }
is_fifo() { mkfifo nscd; }
is_device() { mknod nscd c 1 3; }
is_socket() { mksocket nscd; }
is_decoy() { ln -s "$decoy/nscd" nscd; }
is_proc() { ln -s "/proc/self/root$decoy/nscd" nscd; }
is_other() { mkdir -p nscd/socket; }

@test "the host's nscd is a loop, a file, a FIFO, a device, a socket, a link, another directory" {
  each odd_host "mask facade" \
    "is_loop is_file is_fifo is_device is_socket is_decoy is_proc is_other"
}

is_link() { ln -s nscd.real nscd; }

linked_host() { # STRATEGY
  host_nscd_is is_link
  target --bind /run:/run
  [ "$(stat -c %i "/proc/$target_pid/root$target_root/run/nscd.real/socket")" = \
    "$(stat -c %i /run/nscd/socket)" ]
  hook createRuntime --strategy "$1"
  [ "$status" = 0 ] || claim_failed "refused"
  # as the container sees it, by the image's /var/run and the host's link
  [ ! -e "/proc/$target_pid/root$target_root/run/nscd/socket" ] || claim_failed "it leads to the host"
  host_nscd_back
}

@test "the host's /run/nscd is a link to where nscd is" {
  each linked_host "mask facade"
}

# ---- the bundle ---------------------------------------------------------------------------------

rooted() { # ROOT.PATH STRATEGY
  target --bind /run:/run
  ln -sfn / "$(bundle_dir target)/slash"
  config ".root.path = \"$1\""
  hook createRuntime --strategy "$2"
  [ "$status" = 0 ] || [ "$status" = 2 ] || claim_failed "neither done nor refused"
  [ ! -s "$BATS_TEST_TMPDIR/said.err" ] || one_line "$BATS_TEST_TMPDIR/said.err"
  host_unchanged
}

@test "a root that is the host's own by any name, or none: nothing shows on the host" {
  each rooted "/ /. slash slash/. rootfs/../../../.. ../../../../.. /proc/1/root /proc/self/root
    /proc/self/cwd /proc /dev/null config.json not/there" "mask facade"
}

# ---- words --------------------------------------------------------------------------------------

# A name must not be able to write a second line, or to a terminal.
spelt() { # FILTER-OF-STATE FILTER-OF-CONFIG
  target --bind /run:/run
  state "$1"
  config "$2"
  hook createRuntime
  [ "$status" = 2 ] || claim_failed "not refused"
  one_line "$BATS_TEST_TMPDIR/said.err" || claim_failed "not one line"
  not grep -qP '[\x00-\x08\x0b-\x1f\x7f]' "$BATS_TEST_TMPDIR/said.err"
}

@test "no name of a container's breaks the one line" {
  local bad='a\nb\u001b[2Jc\u0007\u007f'
  spelt ".id = \"$bad\" | .pid = 1" .
  spelt ".bundle = \"/not/$bad\"" .
  spelt . ".annotations[\"io.github.oci-runmask.strategy\"] = \"$bad\""
  spelt . ".root.path = \"$bad\""
}
