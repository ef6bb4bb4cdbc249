#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# The doors that edit a config.json, and images and command lines that are not what they seem: links
# of the image on the way of a bind, keys in another case, words of a runtime's that are not known.

# shellcheck disable=SC2154 # set by what is loaded

load ../../runtime/lab
load ../../runtime/more
load hostile
load ../../runtime/doors

runtimes="runc crun"

teardown() {
  rm -rf /etc/oci-runmask "$decoy"
  lab_teardown
}

# ---- the image's links --------------------------------------------------------------------------

# Each changes the rootfs that it stands in; the word behind it is the bind.
to_elsewhere() { rm var/run && mkdir -p host && ln -s /host/run var/run; }
to_run() { mkdir data && ln -s ../run data/run; }
as_it_is() { :; }
nscd_elsewhere() { rm var/run && mkdir -p var/run && ln -s ../../host/run/nscd var/run/nscd; }
socket_elsewhere() { rm var/run && mkdir -p var/run/nscd && ln -s /host/run/nscd/socket var/run/nscd/socket; }
in_volume() { rm -rf var && mkdir -p var host; }

layouts="to_elsewhere=/run:/host/run nscd_elsewhere=/run:/host/run socket_elsewhere=/run:/host/run
  to_run=/run:/data/run as_it_is=/run:/x/../run as_it_is=/run:/./run/. in_volume=/run:/host/run"

linked() { # SHAPE=BIND
  local volume=$BATS_TEST_TMPDIR/volume words=()
  mkdir -p "$volume/cache/nscd"
  ln -sfn /host/run "$volume/run"
  [[ $1 != in_volume=* ]] || words=(--bind "$volume:/var")
  bundle web "${words[@]}" --bind "${1#*=}" --jq ".root.path = \"$(bundle_dir web)/rootfs\""
  image_change web "${1%%=*}"
}

linked_leaks() { # RUNTIME LAYOUT
  linked "$2"
  container "$1" web
  leaks
}

rewritten() { # RUNTIME LAYOUT
  linked "$2"
  door "$1" --rewrite
  container "$door" web
  protected
}

created_before() { # RUNTIME LAYOUT
  local config
  linked "$2"
  config=$(bundle_dir web)/config.json
  "$OCI_RUNMASK" precreate <"$config" >"$config.new"
  mv "$config.new" "$config"
  container "$1" web
  protected
}

@test "control: a bind behind links of the image leaks" {
  each linked_leaks runc "$layouts"
}

@test "--rewrite and precreate follow the image's links" {
  each rewritten "$runtimes" "$layouts"
  each created_before "$runtimes" "$layouts"
}

relative_root() { # RUNTIME [precreate]
  local config
  bundle web --bind /run:/host/run --jq '.root.path = "rootfs"'
  image_change web to_elsewhere
  config=$(bundle_dir web)/config.json
  [ -z "${2-}" ] || { "$OCI_RUNMASK" precreate <"$config" >"$config.new" && mv "$config.new" "$config"; }
  container "$1" web
}

relative_root_leaks() { relative_root "$1" && leaks; }
relative_root_is_closed() { relative_root "$1" precreate && [ "$(hook_count web)" = 1 ] && protected; }

@test "precreate does not know the bundle: with a relative root the hook goes in" {
  each relative_root_leaks "$runtimes"
  each relative_root_is_closed "$runtimes"
}

through_proc() { rm var/run && mkdir -p var/run/nscd && ln -s /proc/self/root/run/nscd/socket var/run/nscd/socket; }

@test "what cannot be followed: --rewrite says so, precreate puts the hook in, which refuses" {
  bundle web --bind /run:/run --jq ".root.path = \"$(bundle_dir web)/rootfs\""
  image_change web through_proc
  door runc --rewrite
  forget_log
  container "$door" web
  [ "$status" = 0 ]
  [[ $stderr == *'"/var/run/nscd/socket" leads through its /proc'* ]] || claim_failed "not said"
  logged skipped '"/var/run/nscd/socket" leads through its /proc'
  lab_clean
  bundle web --bind /run:/run --jq ".root.path = \"$(bundle_dir web)/rootfs\""
  image_change web through_proc
  "$OCI_RUNMASK" precreate <"$(bundle_dir web)/config.json" >"$BATS_TEST_TMPDIR/config.json"
  cp "$BATS_TEST_TMPDIR/config.json" "$(bundle_dir web)/config.json"
  [ "$(hook_count web)" = 1 ]
  container runc web
  refused "leads through its /proc"
}

# ---- what only the runtime, or only one of them, makes of a mount ---------------------------------

# Each makes the bundle "web"; without the hook all of them lead to the host.
by_copy() { bundle web --tmpfs /var:mode=755,tmpcopyup --bind /run:/run; }
by_copied_link() {
  bundle web --tmpfs /var:mode=755,tmpcopyup --bind /run:/host/run
  image_change web to_elsewhere
}
by_words() {
  local dir
  bundle web --jq '.mounts += [{destination: "/run", type: "bind", source: "x/../r", options: ["rbind"]}]'
  dir=$(bundle_dir web)
  mkdir -p "$dir/elsewhere"/{deep,r}
  ln -s elsewhere/deep "$dir/x"
  ln -s /run "$dir/r"
}
by_proc() {
  mkdir -p "$BATS_TEST_TMPDIR/volume"
  ln -sfn /host/run "$BATS_TEST_TMPDIR/volume/run"
  bundle web --bind /run:/host/run --bind "$BATS_TEST_TMPDIR/volume:/x"
  image_change web destination_by_proc
}
destination_by_proc() { mkdir -p host/run && ln -s proc/self/root/var x; }
by_many() {
  bundle web --bind /run:/host/run --jq \
    '.mounts += [range(2001) | {destination: "/tmp/m", type: "tmpfs", source: "tmpfs", options: ["size=4k"]}]'
  image_change web to_elsewhere
}
# /dev/fd is not in the image: both runtimes make that link in the new /dev.
by_dev_fd() {
  bundle web --bind /run:/run
  image_change web run_by_dev_fd
}
by_own_dev_fd() {
  bundle web --bind /run:/run --jq '.mounts |= map(select(.destination | startswith("/dev") | not))'
  image_change web run_by_dev_fd
}
run_by_dev_fd() { rm var/run && ln -s /dev/fd/../root/run var/run; }
# A link of sysfs leads elsewhere than its name says.
by_sysfs() {
  bundle web --bind /run:/run
  image_change web run_by_sysfs
}
run_by_sysfs() { rm var/run && ln -s /sys/devices/virtual/net/lo/subsystem/../../../run var/run; }
# A file system that the kernel mounts may have any link.
by_file_system() {
  local layer=$BATS_TEST_TMPDIR/layer
  mkdir -p "$layer"/{a,b}
  ln -sfn /host/run "$layer/a/run"
  bundle web --bind /run:/host/run --jq \
    ".mounts += [{destination: \"/data\", type: \"overlay\", source: \"overlay\", options: [\"lowerdir=$layer/a:$layer/b\"]}]"
  image_change web run_by_file_system
}
run_by_file_system() { rm var/run && mkdir -p host/run && ln -s /data/run var/run; }
# A link into /proc/self leads the door, and each runtime, elsewhere.
by_reader() {
  ln -sfn /proc/self/cwd "$BATS_TEST_TMPDIR/way"
  bundle web --bind "$BATS_TEST_TMPDIR/way/rootfs:/run"
  ln -s /run "$(bundle_dir web)/rootfs/rootfs"
}
# The same link, by a path that begins with a process that is the same for all.
by_reader_of_root() {
  by_reader
  jq --arg way "/proc/1/root$BATS_TEST_TMPDIR/way/rootfs" '.mounts[-1].source = $way' "$(bundle_dir web)/config.json" >"$BATS_TEST_TMPDIR/config"
  cp "$BATS_TEST_TMPDIR/config" "$(bundle_dir web)/config.json"
}
by_length() {
  bundle web --bind /run:/host/run
  image_change web long_way
}
# Each link is short enough for the kernel; the way that they make is longer than a path.
long_way() {
  local name i
  name=$(printf 'd%.0s' {1..250})
  rm var/run && mkdir -p host/run
  for i in {1..20}; do mkdir "$name" && cd "$name"; done
  ln -s /host/run last
  for i in {1..10}; do cd ..; done
  ln -s "$(printf "$name/%.0s" {1..10})last" next
  cd "$LAB_DIR/bundles/web/rootfs"
  ln -s "../$(printf "$name/%.0s" {1..10})next" var/run
}

for_doors() { # SHAPE
  "$1"
  config ".root.path = \"$(bundle_dir web)/rootfs\""
}

shape_leaks() { # RUNTIME SHAPE
  config=$(bundle_dir web)/config.json
  for_doors "$2"
  container "$1" web
  leaks
}

shape_before() { # RUNTIME SHAPE
  config=$(bundle_dir web)/config.json
  for_doors "$2"
  "$OCI_RUNMASK" precreate <"$config" >"$config.new"
  mv "$config.new" "$config"
  container "$1" web
  protected
}

shape_refused() { # RUNTIME SHAPE
  config=$(bundle_dir web)/config.json
  for_doors "$2"
  "$OCI_RUNMASK" precreate <"$config" >"$config.new"
  mv "$config.new" "$config"
  container "$1" web
  refused
  [[ $(log_lines) == *"leads through its /proc"*"result=refused"* ]] || claim_failed "no reason"
}

shape_rewritten() { # RUNTIME SHAPE CLAIM
  config=$(bundle_dir web)/config.json
  forget_log
  for_doors "$2"
  door "$1" --rewrite
  container "$door" web
  "$3"
}

said() {
  [[ $stderr == *"left as it is"* ]] || claim_failed "nothing is said"
  logged skipped "left as it is"
}

followed="by_copy by_copied_link by_words by_proc by_many by_length by_dev_fd by_own_dev_fd
  by_sysfs by_file_system by_reader by_reader_of_root"

@test "control: copies, words, /proc, many mounts, long ways, links of new file systems lead to the host" {
  each shape_leaks runc "$followed"
}

@test "precreate follows them or puts the hook in, --rewrite follows them or says so" {
  each shape_before runc "by_copy by_copied_link by_words by_proc by_many by_length by_sysfs by_file_system by_reader by_reader_of_root"
  each shape_before crun "by_copy by_copied_link by_many by_length by_sysfs by_file_system"
  each shape_refused "$runtimes" "by_dev_fd by_own_dev_fd"
  each shape_rewritten runc "by_copy by_copied_link" protected
  each shape_rewritten runc "by_words by_proc by_many by_length by_dev_fd by_own_dev_fd by_sysfs
    by_file_system by_reader by_reader_of_root" said
}

# ---- a NUL, at which crun stops to read ------------------------------------------------------------

with_nul() { # FROM TO, in sed's words
  bundle web --bind /run:/run:rbind "${@:3}"
  sed -i "s/$1/$2/" "$(bundle_dir web)/config.json"
  container crun web
}

@test "a NUL in a key, an option, a source is refused" {
  local hook=(--hook createRuntime) nul='\\u0000'
  with_nul '"rbind"' "\"rbind${nul}x\""
  leaks
  lab_clean
  with_nul '"source"' "\"source${nul}\""
  leaks
  lab_clean
  forget_log
  with_nul '"rbind"' "\"rbind${nul}x\"" "${hook[@]}" --jq '.mounts[-1].type = "none"'
  refused
  logged refused "an option: must not hold"
  lab_clean
  with_nul '"source"' "\"source${nul}\"" "${hook[@]}"
  refused
  logged refused "differs from a known key in case alone, or behind a"
  lab_clean
  with_nul '"source": "\/run"' "\"source\": \"\/run${nul}x\"" "${hook[@]}"
  refused
  logged refused "source: must not hold"
}

# ---- keys in another case -----------------------------------------------------------------------

otherwise_spelled() { # FROM TO
  bundle web --bind /run:/run --hook createRuntime
  sed -i "s/\"$1\"/\"$2\"/" "$(bundle_dir web)/config.json"
  container runc web
  refused "differs from a known key in case alone"
}

@test "a key that runc takes in any case is refused" {
  bundle web --bind /run:/run
  sed -i 's/"mounts"/"Mounts"/' "$(bundle_dir web)/config.json"
  container runc web
  leaks
  lab_clean
  otherwise_spelled mounts Mounts
  otherwise_spelled source SOURCE
  otherwise_spelled destination desTination
  otherwise_spelled type Type
}

# ---- command lines ------------------------------------------------------------------------------

judged() { # COUNT WORDS...
  local bundle
  bundle web --bind /run:/run
  bundle=$(bundle_dir web)
  "$OCI_RUNMASK" runtime --runtime /bin/true "${@:2}"
  [ "$(hook_count web)" = "$1" ] || { echo "not $1: ${*:2}" && return 1; }
}

@test "a command line that is not understood is judged as a create of its bundle" {
  local dir
  dir=$(bundle_dir web)
  judged 0 state --bundle "$dir" web
  judged 1 create --bundle "$dir" web
  judged 1 run --bundle "$dir" -- -x
  judged 1 --newglobal state create --bundle "$dir" web
  judged 1 create --bundle "$dir" --unknown -h web
  judged 1 launch --bundle "$dir" web
  judged 0 delete --bundle "$dir" web
  "$OCI_RUNMASK" runtime --runtime /bin/true launch --bundle "$BATS_TEST_TMPDIR" web
}
