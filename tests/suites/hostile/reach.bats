#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Ways to the host's name service that are not there when the hook looks, or not under the name that
# it looks for: links through /proc, links that lead to what a facade makes, hard links, binds that
# only look as if they named the channel. Without the hook each leaks. With it, the container is
# protected, or refused with the image's path and the reason.

# shellcheck disable=SC2154 # set by what is loaded

load ../../runtime/lab
load ../../runtime/more
load hostile

runtimes="runc crun"

teardown() {
  local failed=0
  stop_daemon target
  sibling_gone
  decoy_unchanged || failed=1
  rm -rf "$decoy"
  lab_teardown && [ "$failed" = 0 ]
}

# What a neighbour who has the host's /run may have made there.
sibling_gone() {
  rm -rf /run/x /run/app
  ! mountpoint -q /run/nscd || umount -l /run/nscd
}

# Started and protected, or refused in one sentence that names the path and says why.
closed() { # PATH
  if [ "$status" = 0 ]; then
    protected
  else
    log_lines | grep -qE "\"$1[^\"]*\".* result=refused\"?$" || claim_failed "no sentence about $1: $(log_lines)"
  fi
}

# ---- links through /proc ------------------------------------------------------------------------

nscd_of_image() { rm var/run && mkdir -p var/run/nscd; }
socket_self() { nscd_of_image && ln -s /proc/self/root/run/nscd/socket var/run/nscd/socket; }
socket_thread() { nscd_of_image && ln -s /proc/thread-self/root/run/nscd/socket var/run/nscd/socket; }
socket_one() { nscd_of_image && ln -s ../../../proc/1/root/run/nscd/socket var/run/nscd/socket; }
socket_twice() { nscd_of_image && ln -s /opt/a var/run/nscd/socket && ln -s /proc/self/root/proc/self/root/run/nscd/socket opt/a; }
socket_cwd() { nscd_of_image && ln -s /proc/self/cwd/run/nscd/socket var/run/nscd/socket; }
run_long() {
  rm var/run && ln -s proc/self/root/run l2
  ln -s "$(printf '/.%.0s' {1..2040})/l2" var/run
}
run_long_twice() {
  rm var/run && ln -s "$(printf 'proc/.%.0s' {1..1})/self/root/run" l3
  ln -s "$(printf '/.%.0s' {1..2040})/l3" l2
  ln -s "$(printf '/.%.0s' {1..2040})/l2" var/run
}
socket_long() {
  nscd_of_image && ln -s /proc/self/root/run/nscd/socket l2
  ln -s "$(printf '/.%.0s' {1..2040})/l2" var/run/nscd/socket
}
links_36() {
  local i
  rm var/run && ln -s l1 l0 && ln -s ../l0 var/run
  for i in {1..33}; do ln -s "l$((i + 1))" "l$i"; done
  ln -s /proc/self/root/run l34
}

shape_leaks() {
  shaped "$@"
  leaks
}

shape_is_closed() {
  forget_log
  shaped "$@"
  closed /var/run
}

through_proc="socket_self socket_thread socket_one socket_twice socket_cwd run_long run_long_twice
  socket_long links_36"

@test "control: links through /proc, short and long, of directory and socket, lead to the host" {
  each shape_leaks runc "$through_proc"
}

@test "links through /proc are refused" {
  each shape_is_closed "$runtimes" "$through_proc" createRuntime "mask facade"
  each shape_is_closed "$runtimes" "$through_proc" createContainer mask
  each shape_is_closed runc "$through_proc" prestart mask
}

# ---- what a facade makes ------------------------------------------------------------------------

hidden_run() { rm var/run && ln -s /run/.host-run var/run; }
hidden_nscd() { rm var/run && mkdir var/run && ln -s /run/.host-run/nscd var/run/nscd; }
hidden_socket() { nscd_of_image && ln -s ../../../run/.host-run/nscd/socket var/run/nscd/socket; }
hidden_var() { mv var other && mkdir other2 && ln -s /run/.host-run other2/run && ln -s other2 var; }
hidden_dots() { rm var/run && ln -s /run/docker.sock/../.host-run/./systemd/.. var/run; }

hidden="hidden_run hidden_nscd hidden_socket hidden_var hidden_dots"

not_hidden_by_mask() { # RUNTIME SHAPE
  shaped "$1" "$2" createRuntime mask
  protected # nothing is there, and nothing is made
}

@test "control: links to the hidden name lead nowhere but behind a facade" {
  each not_hidden_by_mask runc "$hidden"
}

by_policy() { # RUNTIME SHAPE POLICY
  policy "$3"
  forget_log
  bundle web --bind /run:/run --hook "createRuntime:--policy $policy"
  image_change web "$2"
  container "$1" web
  closed /var/run
}

facades='{"strategy":"facade"} {"strategy":"facade","facade":{"expose":["docker.sock"]}}
  {"strategy":"facade","facade":{"expose":["docker.sock","nscd","systemd"]}}'

@test "links to a facade's hidden name are refused" {
  each by_policy "$runtimes" "$hidden" "$facades"
}

late() { # RUNTIME SHAPE
  forget_log
  bundle web --bind /run:/run --hook "createRuntime:--strategy facade" -- sleep 60
  image_change web "$2"
  if start_container "$1" web >/dev/null; then
    host_changes nscd_start
    exec_in web probe
    protected
    host_changes nscd_gone
  else
    status=1 closed /var/run
  fi
}

nscd_gone() {
  nscd_stop
  rm -rf /run/nscd
}

@test "the same links, and an nscd that starts later" {
  host_changes nscd_gone
  each late "$runtimes" "hidden_run hidden_nscd hidden_socket"
  host_changes nscd_start
}

# ---- hard links ---------------------------------------------------------------------------------

hard_link() {
  mkdir -p /run/x/nscd
  ln /run/nscd/socket /run/x/nscd/socket
}

run_x() { rm var/run && ln -s /run/x var/run; }

hard_linked() { # RUNTIME BIND SHAPE [STAGE STRATEGY]
  local words=(--bind "$2")
  [ -z "${4-}" ] || words+=(--hook "$4:--strategy $5")
  forget_log
  bundle web "${words[@]}"
  image_change web "$3"
  container "$1" web
}

hard_linked_leaks() {
  hard_linked "$@"
  leaks
}

hard_linked_is_closed() {
  hard_linked "$@"
  closed /var/run
}

@test "a neighbour's hard link of nscd's socket is the host's socket" {
  host_changes hard_link
  each hard_linked_leaks runc /run:/run run_x
  each hard_linked_leaks runc /run/x:/run true
  each hard_linked_is_closed "$runtimes" /run:/run run_x createRuntime "mask facade"
  each hard_linked_is_closed "$runtimes" /run/x:/run true createRuntime "mask facade"
  each hard_linked_leaks runc /run/x:/srv/y run_y
  each hard_linked_is_closed "$runtimes" /run/x:/srv/y run_y createRuntime "mask facade"
  host_changes sibling_gone
}

run_y() { rm var/run && ln -s /srv/y var/run; }

# ---- a mount that only looks as if it named the channel ------------------------------------------

nscd_own_mount() {
  nscd_stop
  mount -t tmpfs lab-own /run/nscd
  nscd_start
}

nscd_no_mount() {
  nscd_stop
  umount -l /run/nscd
  nscd_start
}

to_nscd() { mkdir -p run/nscd && ln -s /run/nscd data; }

misnamed() { # RUNTIME [STAGE STRATEGY]
  mkdir -p "$LAB_DIR/vol"
  bundle web --bind "$LAB_DIR/vol:/data" --bind /run:/run ${2:+--hook "$2:--strategy $3"}
  image_change web to_nscd
  container "$1" web
}

misnamed_leaks() {
  misnamed "$@"
  leaks
}

misnamed_is_closed() {
  misnamed "$@"
  protected
}

named_is_kept() { # RUNTIME STRATEGY
  bundle web --bind /run:/run --bind /run/nscd:/run/nscd --hook "createRuntime:--strategy $2"
  container "$1" web
  leaks
}

@test "a volume behind a link of the image to /run/nscd does not name the channel" {
  host_changes nscd_own_mount
  each misnamed_leaks "$runtimes"
  each misnamed_is_closed "$runtimes" createRuntime "mask facade"
  each misnamed_is_closed "$runtimes" createContainer mask
  each named_is_kept "$runtimes" "mask facade"
  host_changes nscd_no_mount
}

# ---- the channels' directories by other names ----------------------------------------------------

resolved_socket=/run/systemd/resolve/io.systemd.Resolve

serve_channels() {
  mkdir -p /run/systemd/resolve /run/systemd/userdb
  serve "$resolved_socket" resolved-of-the-host
  serve /run/systemd/userdb/io.systemd.Home userdb-of-the-host
}

unserve_channels() {
  unserve "$resolved_socket"
  unserve /run/systemd/userdb/io.systemd.Home
  rm -rf /run/systemd/resolve /run/systemd/userdb
}

other_names() {
  serve_channels
  mkdir -p "$LAB_DIR/copy"
  ln -s /run/systemd "$LAB_DIR/link"
  mount --bind /run/systemd "$LAB_DIR/copy"
}

no_other_names() {
  umount "$LAB_DIR/copy"
  rm -rf "$LAB_DIR/link" "$LAB_DIR/copy"
  unserve_channels
}

renamed() { # RUNTIME BIND STRATEGY ("": no hook)
  policy "{\"strategy\":\"${3:-off}\",\"channels\":[\"nscd\",\"resolved\",\"userdb\"]}"
  bundle web --bind "$2" ${3:+--hook "createRuntime:--policy $policy"} -- ask "$resolved_socket"
  container "$1" web
}

renamed_leaks() {
  renamed "$1" "$2" ""
  [ "$output" = resolved-of-the-host ]
}

renamed_is_closed() {
  renamed "$@"
  [ "$output" != resolved-of-the-host ] || claim_failed "it reaches"
}

@test "a channel's directory, or the one above, as a source by another name" {
  local binds
  host_changes other_names
  binds="$LAB_DIR/link:/run/systemd $LAB_DIR/copy:/run/systemd
    /usr/../run/systemd:/run/systemd /run//./systemd/resolve/../:/run/systemd"
  each renamed_leaks runc "$binds"
  each renamed_is_closed "$runtimes" "$binds" "mask facade"
  host_changes no_other_names
}

# ---- what a neighbour, or the host itself, has moved and left a link for ---------------------------

# The clients of the host follow the link; a bind of where it leads brings the socket along.
socket_moved() { mkdir /run/x && mv /run/nscd/socket /run/x/socket && ln -s /run/x/socket /run/nscd/socket; }
socket_back() { rm /run/nscd/socket && mv /run/x/socket /run/nscd/socket && rmdir /run/x; }
directory_moved() { mkdir /run/x && mv /run/nscd /run/x/nscd && ln -s x/nscd /run/nscd; }
directory_back() { rm /run/nscd && mv /run/x/nscd /run/nscd && rmdir /run/x; }
other_system() { nscd_stop && rm -rf /run/nscd && mkdir -p "$LAB_DIR/far/nscd" && ln -s "$LAB_DIR/far/nscd" /run/nscd && nscd_start; }
other_system_back() { nscd_stop && rm -rf /run/nscd "$LAB_DIR/far" && nscd_start; }

moved_leaks() { # RUNTIME BIND [STAGE STRATEGY]
  bundle web --bind "$2" ${3:+--hook "$3:--strategy $4"}
  mkdir -p "$(bundle_dir web)/rootfs/run/nscd"
  container "$1" web
  leaks
}

moved_is_closed() {
  moved_leaks "$@" >/dev/null || true
  protected
}

moved() { # BIND CHANGE UNDO
  host_changes "$2"
  moved_leaks runc "$1"
  each moved_is_closed "$runtimes" "$1" createRuntime "mask facade"
  each moved_is_closed runc "$1" createContainer mask
  host_changes "$3"
}

@test "a bind of where a link in the host's /run leads: of the socket, of its directory, of another file system" {
  moved /run/x:/run/nscd socket_moved socket_back
  moved /run/x:/run directory_moved directory_back
  moved "$LAB_DIR/far:/run" other_system other_system_back
}

# ---- a root that lies in the host's /run ----------------------------------------------------------

root_in_run() {
  cp -a "$lab/images/abs" /run/x
  rm /run/x/var/run
  mkdir -p /run/x/var/run/nscd
  ln /run/nscd/socket /run/x/var/run/nscd/socket
}

in_run() { # RUNTIME [STAGE STRATEGY]
  bundle web ${2:+--hook "$2:--strategy $3"} --jq '.root.path = "/run/x"'
  container "$1" web
}

in_run_leaks() { in_run "$@" && leaks; }
in_run_is_closed() { in_run "$@" && protected; }

@test "a root below the host's /run, with a hard link of the socket" {
  host_changes root_in_run
  in_run_leaks runc
  each in_run_is_closed "$runtimes" createRuntime mask
  host_changes sibling_gone
}

# ---- the host's /proc -----------------------------------------------------------------------------

traces='.process.capabilities |= map_values(. + ["CAP_SYS_PTRACE"])'

# SOURCE: a procfs, or a directory in it; at /hp, the image's link leads through it to the host's root
proc_of_host() { # RUNTIME SOURCE [STAGE STRATEGY]
  local image=to_root_of_$(basename "$2")
  forget_log
  bundle web --bind "$2:/hp" --jq "$traces" ${3:+--hook "$3:--strategy $4"}
  image_change web "$image"
  container "$1" web
}

to_root_of_proc() { rm var/run && mkdir hp && ln -s /hp/1/root/run var/run; }
to_root_of_second() { to_root_of_proc; }
to_root_of_1() { rm var/run && mkdir hp && ln -s /hp/root/run var/run; }
to_root_of_task() { to_root_of_proc; }
to_root_of_fd() { rm var/run && mkdir hp && ln -s /hp/77/run var/run; }
proc_leaks() { proc_of_host "$@" && leaks; }
proc_is_closed() { proc_of_host "$@" && closed /var/run; }

procs=$LAB_DIR/procs

# An instance of its own has another device number. Below "link" are links to a process's directory in it, and to that of
# a process's open files, of which 77 is the root.
second_proc() {
  mkdir -p "$procs/second" "$procs/link"
  mountpoint -q "$procs/second" || mount -t proc -o hidepid=2 proc "$procs/second"
  ln -sfn "$procs/second/1" "$procs/link/1"
  ln -sfn "$procs/second/$$/fd" "$procs/link/fd"
}

no_second_proc() {
  umount "$procs/second"
  rm -r "$procs"
}

writable_proc() { second_proc && chmod u+w "$procs/second"; }

@test "a link of the image through the host's own /proc, or a second one, is refused" {
  exec 77</
  host_changes second_proc
  each proc_leaks runc "/proc /proc/1 /proc/1/task $procs/second $procs/second/1 $procs/second/1/task $procs/link/1 $procs/link/fd"
  each proc_is_closed "$runtimes" "/proc /proc/1 $procs/second $procs/second/1 $procs/second/1/task $procs/link/1 $procs/link/fd" \
    createRuntime "mask facade"
  each proc_is_closed runc "/proc/1/task $procs/second/1" "createContainer prestart" mask
  host_changes writable_proc
  proc_is_closed runc "$procs/second" createRuntime mask
  host_changes no_second_proc
  exec 77<&-
}

# ---- a source that leads each process elsewhere ----------------------------------------------------

# runc mounts from a process that stands in the root: there the image decides. The sources have a
# directory in common, which is opened once.
by_reader() { # RUNTIME SOURCE [STAGE STRATEGY]
  local way=$BATS_TEST_TMPDIR/way/of/many/sources
  mkdir -p "$way/other"
  ln -sfn /proc/self/cwd "$way/here"
  ln -sfn /proc/self/cwd/rootfs "$way/link"
  bundle web --bind "$way/other:/srv/a" --bind "$way/$2:/run" ${3:+--hook "$3:--strategy $4"}
  ln -s /run "$(bundle_dir web)/rootfs/rootfs"
  container "$1" web
}

by_reader_leaks() { by_reader "$@" && leaks; }
by_reader_is_closed() { by_reader "$@" && protected; }

@test "a bind of a link of the host into /proc/self" {
  each by_reader_leaks runc "link here/rootfs"
  each by_reader_is_closed runc "link here/rootfs" "createRuntime createContainer" mask
  each by_reader_is_closed runc "link here/rootfs" createRuntime facade
}

# ---- a relative source that runc and the kernel read differently ----------------------------------

by_words() { # RUNTIME [STAGE STRATEGY]
  local dir
  bundle web ${2:+--hook "$2:--strategy $3"} --jq \
    '.mounts += [{destination: "/run", type: "bind", source: "x/../r", options: ["rbind"]}]'
  dir=$(bundle_dir web)
  mkdir -p "$dir/elsewhere"/{deep,r}
  ln -s elsewhere/deep "$dir/x"
  ln -s /run "$dir/r"
  container "$1" web
}

by_words_leaks() {
  by_words "$@"
  leaks
}

by_words_is_closed() {
  by_words "$@"
  protected
}

@test "a relative source with \"..\" behind a link of the bundle" {
  by_words_leaks runc
  each by_words_is_closed "$runtimes" createRuntime "mask facade"
  each by_words_is_closed runc createContainer mask
}

# ---- directories with sockets of any name --------------------------------------------------------

userdb_link() { mkdir -p run/systemd/userdb && ln -s "/host/run/systemd/userdb/io.systemd.Home" run/systemd/userdb/x; }
userdb_proc() { mkdir -p run/systemd/userdb && ln -s "/proc/self/root/host/run/systemd/userdb/io.systemd.Home" run/systemd/userdb/x; }
userdb_resolve() { mkdir -p run/systemd/userdb && ln -s "/host$resolved_socket" run/systemd/userdb/x; }

any_name() { # RUNTIME SHAPE STRATEGY ("": no hook)
  policy "{\"strategy\":\"${3:-off}\",\"channels\":[\"nscd\",\"resolved\",\"userdb\"]}"
  forget_log
  bundle web --bind /run:/host/run ${3:+--hook "createRuntime:--policy $policy"} -- ask /run/systemd/userdb/x
  image_change web "$2"
  container "$1" web
}

any_name_leaks() {
  any_name "$1" "$2" ""
  [ "$output" = userdb-of-the-host ]
}

any_name_is_closed() {
  any_name "$@"
  [ "$output" != userdb-of-the-host ] || claim_failed "it reaches"
  [ "$status" = 0 ] || [[ $stderr == *No\ such\ file* ]] || closed /run/systemd/userdb
}

# VERDICT SHAPE: of a container that runs, by scan
any_name_is_seen() {
  policy '{"channels":["userdb"]}'
  bundle web --bind /run:/host/run -- sleep 60
  image_change web "$2"
  start_container runc web
  exec_in web ask /run/systemd/userdb/x
  run --separate-stderr "$RUNMASK" scan --json --policy "$policy"
  [ "$(jq -r --argjson pid "$(container_pid web)" '.containers[] | select(.pid == $pid) | .channels.userdb' <<<"$output")" = "$1" ] ||
    claim_failed "scan says $output $stderr"
  stop_container web
}

userdb_own() { mkdir -p run/systemd/userdb && mkfifo run/systemd/userdb/x; }

@test "scan sees an image's own directory with a link of any name to a socket of the host's" {
  host_changes serve_channels
  any_name_is_seen exposed userdb_link
  any_name_is_seen clear userdb_own
  host_changes unserve_channels
}

@test "an image's own directory with a link of any name to a socket of the host's" {
  host_changes serve_channels
  each any_name_leaks runc "userdb_link userdb_proc"
  each any_name_is_closed "$runtimes" "userdb_link userdb_proc" "mask facade"
  host_changes unserve_channels
}

# ---- what a neighbour makes of the host's /run ----------------------------------------------------

no_harm() { # RUNTIME STRATEGY
  policy "{\"strategy\":\"$2\",\"channels\":[\"nscd\",\"resolved\"]}"
  bundle web --bind /run:/run --hook "createRuntime:--policy $policy"
  container "$1" web
  protected
}

loop_nscd() { nscd_stop && mv /run/nscd /run/nscd.real && ln -s nscd /run/nscd; }
unloop_nscd() { rm /run/nscd && mv /run/nscd.real /run/nscd && nscd_start; }
loop_socket() { nscd_stop && rm -f /run/nscd/socket && ln -s socket /run/nscd/socket; }
unloop_socket() { rm /run/nscd/socket && nscd_start; }
loop_resolve() { mkdir -p /run/systemd && ln -s resolve /run/systemd/resolve; }
unloop_resolve() { rm /run/systemd/resolve; }
loop_systemd() { mv /run/systemd /run/systemd.real && ln -s systemd /run/systemd; }
unloop_systemd() { rm /run/systemd && mv /run/systemd.real /run/systemd; }

@test "loops in the host's /run stop no container" {
  local loop
  for loop in nscd socket resolve; do
    host_changes "loop_$loop"
    each no_harm "$runtimes" "mask facade"
    host_changes "unloop_$loop"
  done
}

proc_nscd() { mv /run/nscd /run/nscd.real && ln -s /proc/self/root/run/nscd.real /run/nscd; }
unproc_nscd() { rm /run/nscd && mv /run/nscd.real /run/nscd; }

proc_named() { # RUNTIME STRATEGY
  forget_log
  bundle web --bind /run:/run ${2:+--hook "createRuntime:--strategy $2"}
  container "$1" web
}

proc_named_leaks() {
  proc_named "$@"
  leaks
}

@test "a link through /proc in the place of the host's nscd: a facade hides it, a mask refuses" {
  host_changes proc_nscd
  proc_named_leaks runc
  for runtime in $runtimes; do
    proc_named "$runtime" facade
    protected
    docker_sock_answers
    lab_clean
    proc_named "$runtime" mask
    refused
    closed /var/run
    [[ $(log_lines) == *"/proc"* ]]
    lab_clean
  done
  host_changes unproc_nscd
}
