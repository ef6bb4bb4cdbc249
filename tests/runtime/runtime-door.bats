#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# The runtime door: in front of runc and crun, it puts the hook into the bundle, and is otherwise not
# there.

# shellcheck disable=SC2030,SC2031 # "status" and "output" are of one test each
# shellcheck disable=SC2154 # set by what is loaded
# shellcheck disable=SC2094 # cmp only reads
load lab
load more
load doors

protects() { # RUNTIME IMAGE
  local before=$BATS_TEST_TMPDIR/before config
  bundle web --image "$2" --bind /var/run:/var/run
  config=$(bundle_dir web)/config.json
  container "$1" web
  leaks
  cp "$config" "$before"
  door "$1"
  container "$door" web
  protected
  docker_sock_answers
  [ "$(hook_count web)" = 1 ]
  keeps_its_bytes "$before" "$config"
  cp "$config" "$before"
  container "$door" web
  protected
  cmp "$before" "$config"
}

@test "a container that binds /var/run is protected, and its config.json edited once" {
  each protects "runc crun" "abs rel dir musl"
}

# ---- the life of a container, as containerd's shim asks for it ------------------------------------

by_shim() { # ARGS...: in the bundle, as the shim stands there
  (cd "$dir" && "${shim[@]}" --root "$LAB_DIR/state/shim" --log "$dir/log.json" --log-format json "$@")
}

life() { # RUNTIME
  local dir shim out=$BATS_TEST_TMPDIR/out
  bundle web --bind /run:/run -- sleep 60
  dir=$(bundle_dir web)
  administrator "{\"runtime\": \"$(type -P "$1")\"}"
  shim=("$runtime_program")
  by_shim create --bundle "$dir" --pid-file "$dir/init.pid" web </dev/null >"$out" 2>&1 3>&- 4>&-
  by_shim start web
  by_shim state web | jq -e '.status == "running"'
  # shellcheck disable=SC2034 # read by "protected"
  image_of_last=abs
  run --separate-stderr by_shim exec web probe
  protected
  [ "$(masks "$(cat "$dir/init.pid")" | wc -l)" = 1 ]
  by_shim kill web KILL
  eventually "by_shim state web | jq -e '.status == \"stopped\"'"
  by_shim delete web
  run by_shim state web
  [ "$status" != 0 ]
  [ "$(hook_count web)" = 1 ]
}

@test "create, start, state, exec, kill and delete" {
  each life "runc crun"
}

# ---- passing on ---------------------------------------------------------------------------------

# A runtime that tells all it was given.
telling() {
  telling=$BATS_TEST_TMPDIR/telling
  cat >"$telling" <<'END'
#!/bin/bash
printf 'argument %q\n' "$@"
env | grep -v '^_=' | sort
pwd
grep -E '^Sig(Blk|Ign)|^Cap|^Umask' /proc/self/status
for fd in /proc/$$/fd/*; do
  ! [ -L "$fd" ] || { printf ' %s -> ' "${fd##*/}" && readlink "$fd"; }
done
cat
exit 7
END
  chmod 755 "$telling"
}

told() { # PROGRAM ARGS...: with odd surroundings
  (
    cd "$BATS_TEST_TMPDIR" || exit 1
    trap '' USR1
    umask 027
    printf 'resources\0of it' | env -i --block-signal=USR2 A=1 LD_X='b c' "$@" 5<"$LAB_ROOT/Makefile" 2>&1
  ) | sed 's/pipe:\[[0-9]*\]/pipe/'
  return "${PIPESTATUS[0]}"
}

passes_on() { # ARGS...
  local status=0
  told "$telling" "$@" >"$BATS_TEST_TMPDIR/alone" || status=$?
  [ "$status" = 7 ]
  grep -aq ' 5 -> ' "$BATS_TEST_TMPDIR/alone"
  grep -aqE '^SigBlk:.*[1-9a-f]' "$BATS_TEST_TMPDIR/alone"
  status=0
  told "$OCI_RUNMASK" runtime --runtime "$telling" "$@" >"$BATS_TEST_TMPDIR/behind" || status=$?
  [ "$status" = 7 ]
  diff -a "$BATS_TEST_TMPDIR/alone" "$BATS_TEST_TMPDIR/behind"
  administrator "{\"runtime\": \"$telling\"}"
  status=0
  told "$runtime_program" "$@" >"$BATS_TEST_TMPDIR/behind" || status=$?
  [ "$status" = 7 ]
  diff -a "$BATS_TEST_TMPDIR/alone" "$BATS_TEST_TMPDIR/behind"
}

@test "arguments, environment, directory, stdin, files, signals and exit status pass untouched" {
  telling
  passes_on features
  passes_on --version
  passes_on --root '/r s' update '--resources=-' web
  passes_on exec --process /p --detach --pid-file /f web
  passes_on delete --force web ''
  passes_on
  bundle web
  passes_on --log /dev/null create --bundle "$(bundle_dir web)" web
  bundle web --bind /run:/run
  passes_on --log /dev/null create --bundle "$(bundle_dir web)" web
}

real_commands() { # RUNTIME
  door "$1"
  $door --version | cmp - <("$1" --version)
  $door features >"$BATS_TEST_TMPDIR/behind" 2>&1 || true
  "$1" features >"$BATS_TEST_TMPDIR/alone" 2>&1 || true
  [ -s "$BATS_TEST_TMPDIR/alone" ] # the old ones know no features, and say so
  diff -a "$BATS_TEST_TMPDIR/alone" "$BATS_TEST_TMPDIR/behind"
}

@test "what the real runtimes say of themselves" {
  each real_commands "runc crun"
}

# ---- which bundle -------------------------------------------------------------------------------

edits() { # ARGS...
  bundle web --bind /run:/run
  (cd "$(bundle_dir web)" && "$OCI_RUNMASK" runtime --runtime /bin/true "$@")
  [ "$(hook_count web)" = 1 ] || { echo "not edited: $*" && return 1; }
}

@test "create, run and restore, in every form" {
  local dir
  dir=$(bundle_dir web)
  edits create web
  edits --root /r --log=/dev/null --log-format json create --bundle "$dir" --pid-file /p web
  edits --debug --systemd-cgroup run -b "$dir" web
  edits --criu /c --rootless true restore --image-path /i --bundle="$dir" --detach web
  edits --cgroup-manager cgroupfs --unknown value run "-b$dir" web
}

@test "other commands leave a bundle alone" {
  local command dir
  bundle web --bind /run:/run
  dir=$(bundle_dir web)
  cp "$dir/config.json" "$BATS_TEST_TMPDIR/before"
  for command in start state exec update spec "create --help"; do
    # shellcheck disable=SC2086 # words
    (cd "$dir" && "$OCI_RUNMASK" runtime --runtime /bin/true $command web)
    cmp "$BATS_TEST_TMPDIR/before" "$dir/config.json"
  done
}

# ---- what is edited -----------------------------------------------------------------------------

@test "bytes, mode and owner of config.json stay; nothing else is left in the bundle" {
  local dir before=$BATS_TEST_TMPDIR/before
  bundle web --bind /run:/run
  dir=$(bundle_dir web)
  { jq . "$dir/config.json" | head -n -1 && printf '%s\n' ', "odd" : [ 18446744073709551615,1.0e5,' \
    '  "\u0041\/\ud83d\ude00" ]	} '; } >"$before"
  cp "$before" "$dir/config.json"
  chmod 640 "$dir/config.json"
  chown 12:34 "$dir/config.json"
  find "$dir" -maxdepth 1 | sort >"$BATS_TEST_TMPDIR/names"
  "$OCI_RUNMASK" runtime --runtime /bin/true create --bundle "$dir" web
  [ "$(stat -c '%a %u %g' "$dir/config.json")" = "640 12 34" ]
  find "$dir" -maxdepth 1 | sort | cmp - "$BATS_TEST_TMPDIR/names"
  keeps_its_bytes "$before" "$dir/config.json"
  grep -qF '18446744073709551615,1.0e5,' "$dir/config.json"
  jq -e '.hooks.createRuntime | length == 1' "$dir/config.json"
}

@test "a container that is not a candidate passes, whatever the policy looks like" {
  local dir picture
  mkdir -p /etc/oci-runmask
  echo '{"version": 1, "stratgy": "off"}' >/etc/oci-runmask/policy.json
  for runtime in runc crun; do
    bundle web --bind /usr/share:/mnt
    dir=$(bundle_dir web)
    picture=$(stat -c '%i %Y %s' "$dir/config.json")
    door "$runtime"
    container "$door" web
    protected
    [ "$(stat -c '%i %Y %s' "$dir/config.json")" = "$picture" ]
    silent
  done
}

@test "a broken policy's runtime is used all the same, unless others can write to it" {
  mkdir -p /etc/oci-runmask
  echo '{"version": 1, "stratgy": "off", "runtime": "/bin/echo"}' >/etc/oci-runmask/policy.json
  [ "$("$runtime_program" state web)" = "state web" ]
  chmod 666 /etc/oci-runmask/policy.json
  run "$runtime_program" --version
  [[ $output == "runc version"* ]]
}

# ---- refusing -----------------------------------------------------------------------------------

# The engine's log has one line, in its form, with TEXT; stderr has it, too; nothing was changed.
refuses_to_engine() { # TEXT ARGS...
  local text=$1 dir log=$BATS_TEST_TMPDIR/log.json
  shift
  dir=$(bundle_dir web)
  rm -f "$log"
  forget_log
  rm -f "$BATS_TEST_TMPDIR/before"
  [ ! -f "$dir/config.json" ] || cp "$dir/config.json" "$BATS_TEST_TMPDIR/before"
  status=0
  "$runtime_program" --log "$log" --log-format json create --bundle "$dir" "$@" web \
    >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" || status=$?
  output=$(cat "$BATS_TEST_TMPDIR/out" "$log") stderr=$(cat "$BATS_TEST_TMPDIR/err")
  [ "$status" = 2 ] || claim_failed "not refused" || return 1
  [ ! -s "$BATS_TEST_TMPDIR/out" ] || claim_failed "something is on stdout" || return 1
  one_line "$BATS_TEST_TMPDIR/err" || claim_failed "not one line on stderr" || return 1
  one_line "$log" || claim_failed "not one line in the log" || return 1
  [[ $stderr == "oci-runmask-runtime: container web: "*"$text"* ]] ||
    claim_failed "not on stderr: \"$text\"" || return 1
  jq -e --arg text "$text" '.level == "error" and (.msg | contains($text)) and
    (.time | fromdateiso8601 > 0) and (keys | length == 3)' "$log" >/dev/null ||
    claim_failed "not in the log: \"$text\"" || return 1
  logged refused "$text" || return 1
  [ ! -e "$BATS_TEST_TMPDIR/before" ] || cmp "$BATS_TEST_TMPDIR/before" "$dir/config.json" || return 1
  [ -z "$(find "$dir" -maxdepth 1 -name '.config*' 2>&1)" ]
}

@test "a candidate with a broken policy is refused, and the engine can read why" {
  bundle web --bind /run:/run
  mkdir -p /etc/oci-runmask
  echo '{"version": 1, "stratgy": "off", "runtime": "/bin/true"}' >/etc/oci-runmask/policy.json
  refuses_to_engine 'unknown key "stratgy" (did you mean "strategy"?)'
  echo '{"version": 1, "onError": "warn", "runtime": "x"}' >/etc/oci-runmask/policy.json
  refuses_to_engine "runtime: must be an absolute path"
}

@test "a config.json that cannot be judged" {
  local config
  administrator '{"runtime": "/bin/true"}'
  bundle web --bind /run:/run
  config=$(bundle_dir web)/config.json
  mv "$config" "$config.real"
  refuses_to_engine "No such file or directory"
  ln -s config.json.real "$config"
  refuses_to_engine "is a symbolic link"
  rm "$config" && mkfifo "$config"
  refuses_to_engine "is not a regular file"
  rm "$config" && echo '{"root": {' >"$config"
  refuses_to_engine "config.json:2:1: "
  mv "$config.real" "$config"
  refuses_to_engine "only the bundle's own config.json" --config /c
  rm -rf "${config%/*}/config.json"
}

@test "the text form of the log, and a log that cannot be written" {
  local log=$BATS_TEST_TMPDIR/log.txt
  bundle web --bind /run:/run
  administrator '{"strategy": "off", "runtime": "/nonexistent/runtime"}'
  run "$runtime_program" --log "$log" create --bundle "$(bundle_dir web)" web
  [ "$status" = 2 ]
  one_line "$log"
  grep -qE '^time="[^"]+" level=error msg="[^ ]+: key runtime: runtime \\"/nonexistent/runtime\\": No such file' "$log"
  run "$runtime_program" --log /nonexistent/log state web
  [ "$status" = 2 ]
  [[ $output == 'oci-runmask-runtime: '*'policy.json: key runtime: runtime "/nonexistent/runtime"'* ]]
}

@test "a bundle that cannot be written: onError decides" {
  local program=$BATS_TEST_TMPDIR/read-only runtime
  cat >"$program" <<END
#!/bin/sh
mount --rbind $(bundle_dir web) $(bundle_dir web) && mount -o remount,bind,ro $(bundle_dir web) && exec "\$@"
END
  chmod 755 "$program"
  for runtime in runc crun; do
    bundle web --bind /run:/run
    door "$runtime"
    administrator '{"onError": "fail"}'
    container "unshare -m $program $door" web
    refused "Read-only file system"
    administrator '{"onError": "warn"}'
    forget_log
    container "unshare -m $program $door" web
    leaks
    logged warned "Read-only file system"
  done
}

@test "without a mount namespace: onForeign decides" {
  local dir
  bundle web --no-mount-namespace --jq '.root.path = "/"'
  dir=$(bundle_dir web)
  cp "$dir/config.json" "$BATS_TEST_TMPDIR/before"
  administrator '{"runtime": "/bin/true"}'
  "$runtime_program" create --bundle "$dir" web
  cmp "$BATS_TEST_TMPDIR/before" "$dir/config.json"
  logged skipped "config.json asks for no mount namespace"
  administrator '{"runtime": "/bin/true", "onForeign": "fail"}'
  refuses_to_engine "onForeign: fail"
}

# ---- which runtime ------------------------------------------------------------------------------

@test "a mistake in our own options does not wait for stdin" {
  mkfifo "$BATS_TEST_TMPDIR/never"
  run timeout 10 "$OCI_RUNMASK" runtime --runtime runc create web <>"$BATS_TEST_TMPDIR/never"
  [ "$status" = 2 ]
  [[ $output == *"option --runtime: must be an absolute path"* ]]
}

@test "never itself, by whatever name" {
  local link=$BATS_TEST_TMPDIR/link
  ln -s "$runtime_program" "$link"
  administrator "{\"runtime\": \"$link\"}"
  run "$runtime_program" --version
  [ "$status" = 2 ]
  [[ $output == *"is this program itself"* ]]
  run "$OCI_RUNMASK" runtime --runtime "$OCI_RUNMASK" --version
  [ "$status" = 2 ]
  [[ $output == *"is this program itself"* ]]
  rm -r /etc/oci-runmask
  # what lies in a usual place and is ourselves is passed over
  run unshare -m sh -c "mount --bind $runtime_program $(type -P runc) && exec $runtime_program --version"
  [ "$status" = 0 ]
  [[ $output == "crun version"* ]]
  run unshare -m sh -c "mount --bind $runtime_program $(type -P runc) &&
    mount --bind $runtime_program $(type -P crun) && exec $runtime_program --version"
  [ "$status" = 2 ]
  [[ $output == *"no runtime"* ]]
}

# ---- --rewrite ----------------------------------------------------------------------------------

rewrites() { # RUNTIME IMAGE BIND
  local before=$BATS_TEST_TMPDIR/before config
  bundle web --image "$2" --bind "$3"
  config=$(bundle_dir web)/config.json
  cp "$config" "$before"
  container "$1" web
  leaks
  door "$1" --rewrite
  container "$door" web
  protected
  docker_sock_answers
  [ "$(hook_count web)" = 0 ]
  keeps_its_bytes "$before" "$config"
  cp "$config" "$before"
  container "$door" web
  protected
  cmp "$before" "$config"
}

@test "--rewrite masks by a mount of the container's own" {
  each rewrites "runc crun" "abs dir" "/var/run:/var/run /run:/var/run:rbind,ro"
  each rewrites "runc crun" "rel musl" "/run:/run"
}

@test "--rewrite refuses what only the hook can do, and names who can" {
  bundle web --bind /run:/run --bind /run/docker.sock:/s
  for policy in '{"strategy": "facade"}' '{"channels": ["resolved"]}' \
    '{"sockets": [{"path": "/run/docker.sock", "directory": "/run/docker"}]}'; do
    administrator "$policy"
    [ "$policy" != '{"channels": ["resolved"]}' ] || host_changes mkdir /run/systemd/resolve
    run "$OCI_RUNMASK" runtime --rewrite --runtime /bin/true create --bundle "$(bundle_dir web)" web
    [ "$status" = 2 ] || { echo "not refused: $policy" && return 1; }
    [[ $output == *"createRuntime, prestart, createContainer, precreate, runtime without --rewrite"* ]]
  done
  host_changes rmdir /run/systemd/resolve
}

@test "where the host has no such directory, nothing is put in and nothing made" {
  host_changes nscd_stop
  host_changes rm -rf /run/nscd
  bundle web --bind /run:/run
  cp "$(bundle_dir web)/config.json" "$BATS_TEST_TMPDIR/before"
  "$OCI_RUNMASK" runtime --rewrite --runtime /bin/true create --bundle "$(bundle_dir web)" web
  cmp "$BATS_TEST_TMPDIR/before" "$(bundle_dir web)/config.json"
  [ ! -e /run/nscd ]
  host_changes mkdir /run/nscd
  host_changes nscd_start
}

# ---- facade and sockets -------------------------------------------------------------------------

by_facade() { # RUNTIME
  bundle web --bind /run:/run
  administrator '{"strategy": "facade"}'
  door "$1"
  container "$door" web
  protected
  docker_sock_answers
}

@test "facade: the hook does it" {
  each by_facade "runc crun"
}

by_tcp() { # RUNTIME OPTIONS
  # shellcheck disable=SC2016 # for the container's shell
  local probe='echo "$DOCKER_HOST $DOCKER_TLS_VERIFY $(cat "$DOCKER_CERT_PATH/ca.pem")"
    [ -e /var/run/docker.sock ] || echo gone
    touch "$DOCKER_CERT_PATH/x" 2>/dev/null || echo read-only'
  local certificates=$BATS_TEST_TMPDIR/certificates
  mkdir -p "$certificates"
  echo certificate >"$certificates/ca.pem"
  administrator "{\"sockets\": [{\"path\": \"/run/docker.sock\", \"tcp\": \"tcp://host:2376\",
    \"certificates\": \"$certificates\"}]}"
  bundle web --bind /run/docker.sock:/var/run/docker.sock -- sh -c "$probe"
  # shellcheck disable=SC2086 # words
  door "$1" ${2#none}
  container "$door" web
  report_says "tcp://host:2376 1 certificate" gone read-only
  cp "$(bundle_dir web)/config.json" "$BATS_TEST_TMPDIR/before"
  container "$door" web
  report_says gone
  cmp "$BATS_TEST_TMPDIR/before" "$(bundle_dir web)/config.json"
}

@test "tcp: the socket goes, environment and certificates come" {
  each by_tcp "runc crun" "none --rewrite"
}

cannot_set() { # RUNTIME STAGE
  administrator '{"sockets": [{"path": "/run/docker.sock", "tcp": "tcp://host:2376",
    "certificates": "/etc"}]}'
  bundle web --bind /run/docker.sock:/var/run/docker.sock --hook "$2"
  forget_log
  container "$1" web
  refused
  logged refused "which the door $2 cannot set" "precreate, runtime"
  bundle web --bind /run:/run --hook "$2"
  container "$1" web
  protected
}

@test "tcp: the doors that cannot set the environment say which ones can" {
  each cannot_set "runc crun" "createRuntime prestart createContainer"
}

@test "certificates that are not there" {
  bundle web --bind /run/docker.sock:/s
  administrator '{"runtime": "/bin/true", "sockets": [{"path": "/run/docker.sock",
    "tcp": "tcp://host:2376", "certificates": "/nonexistent"}]}'
  refuses_to_engine 'certificates "/nonexistent" (policy key sockets): No such file'
}

# ---- annotations and options --------------------------------------------------------------------

@test "annotation, policy and options decide as at the other doors" {
  local config
  bundle web --bind /run:/run --annotation io.github.oci-runmask.strategy=off
  config=$(bundle_dir web)/config.json
  cp "$config" "$BATS_TEST_TMPDIR/before"
  "$OCI_RUNMASK" runtime --runtime /bin/true create --bundle "$(bundle_dir web)" web
  cmp "$config" "$BATS_TEST_TMPDIR/before"
  administrator '{"annotations": "ignore"}'
  "$OCI_RUNMASK" runtime --runtime /bin/true create --bundle "$(bundle_dir web)" web
  [ "$(hook_count web)" = 1 ]
  bundle web --bind /run:/run --annotation io.github.oci-runmask.strategy=of
  administrator '{}'
  refuses_to_engine "must be off, mask or facade"
  policy '{}'
  bundle web --bind /run:/run
  "$OCI_RUNMASK" runtime --policy "$policy" --strategy facade --runtime /bin/true create \
    --bundle "$(bundle_dir web)" web
  jq -e --arg policy "$policy" '.hooks.createRuntime[0].args ==
    ["oci-runmask", "createRuntime", "--policy", $policy, "--strategy", "facade"]' "$config"
}
