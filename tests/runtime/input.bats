#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Bad input of a container that is a candidate: refused with one line that says the container, the object and the place,
# and nothing is mounted. Legal but odd input: works.

# shellcheck disable=SC2030,SC2031 # "status" and "output" are of one test each
# shellcheck disable=SC2154 # set by what is loaded

load lab
load more

setup() {
  lab_setup
  fed=$BATS_TEST_TMPDIR/fed
  huge=18446744073709551615
}

# A line and a column, with the file in front.
place='[0-9]+:[0-9]+'

@test "the target leaks without the hook, and is masked with good input" {
  target --bind /run:/run
  root=/proc/$target_pid/root$target_root
  [ "$(stat -c %i "$root/run/nscd")" = "$(stat -c %i /run/nscd)" ]
  hook createRuntime
  masked
  [ "$(stat -c %i "$root/run/nscd")" != "$(stat -c %i /run/nscd)" ]
}

# ---- the state ----------------------------------------------------------------------------------

state_refused() { # TEXT...
  hook_fed "$fed" createRuntime
  refuses "container state on stdin" "$@" || { echo "state: $(head -c 200 "$fed")" && false; }
}

refused_at_place() {
  [[ $stderr =~ stdin:\ ?$place ]] || claim_failed "no line and column"
}

@test "a state that is not a JSON object" {
  target --bind /run:/run
  : >"$fed"
  state_refused empty
  for text in ' ' '{' '[' 'null' '[]' '"text"' '1' '{}{}' '{"id": "x"' '{"id": }' '{"id" "x"}' \
    $'{"id": "\x01"}' $'{"id": "\xff"}' "{'id': 1}" '{"pid": 01}' '{"pid": +1}' '{"pid": NaN}' \
    $'\xef\xbb\xbf{}'; do
    printf '%s' "$text" >"$fed"
    state_refused
    refused_at_place
  done
  head -c 60 "$state" >"$fed"
  state_refused
  refused_at_place
  { cat "$state" && printf '\0'; } >"$fed"
  state_refused
  refused_at_place
  { cat "$state" && echo '}'; } >"$fed"
  state_refused
  refused_at_place
}

@test "a state with a key twice" {
  target --bind /run:/run
  sed 's/"pid":/"pid": 1, "pid":/' "$state" >"$fed"
  state_refused '"pid"'
  refused_at_place
  sed 's/"pid":/"p\\u0069d": 1, "pid":/' "$state" >"$fed"
  state_refused '"pid"'
  sed 's/"pid":/"unknown": {"x": 1, "x": 2}, "pid":/' "$state" >"$fed"
  state_refused '"x"'
}

@test "a state with members missing or of another kind" {
  target --bind /run:/run
  while read -r filter text; do
    jq "${filter//_/ }" "$state" >"$fed"
    state_refused "$text"
  done <<'ROWS'
del(.id) id
del(.bundle) bundle
.id=1 id
.id={} id
.bundle=[] bundle
.bundle="relative/path" bundle
.bundle="" bundle
.pid="12" pid
.pid=1.5 pid
.pid=[] pid
ROWS
  for pid in "$huge" -9223372036854775809 1e3 1000.0; do
    sed "s/\"pid\": [0-9]*/\"pid\": $pid/" "$state" >"$fed"
    state_refused pid
  done
}

@test "a state of 64 MiB is read to its end and refused, at once" {
  target --bind /run:/run
  { head -c 40 "$state" && head -c 67108864 /dev/zero | tr '\0' ' '; } >"$fed"
  start=${EPOCHREALTIME/./}
  state_refused
  took=$((${EPOCHREALTIME/./} - start))
  echo "took $took us"
  [ "$took" -lt 3000000 ]
  rm "$fed"
}

at_once() { # FILE ARGS...
  status=0
  timeout 5 "$OCI_RUNMASK" "${@:2}" <"$1" >/dev/null 2>"$BATS_TEST_TMPDIR/said.err" || status=$?
  [ "$status" = 2 ] || { echo "status $status: $*" && return 1; }
  one_line "$BATS_TEST_TMPDIR/said.err"
}

@test "what never ends, or is 40 GiB by its size, is refused at once" {
  target --bind /run:/run
  at_once /dev/zero createRuntime
  truncate -s 40G "$BATS_TEST_TMPDIR/large"
  at_once "$BATS_TEST_TMPDIR/large" createRuntime
  at_once "$BATS_TEST_TMPDIR/large" precreate
  at_once "$state" createRuntime --policy "$BATS_TEST_TMPDIR/large"
  mkfifo "$BATS_TEST_TMPDIR/fifo"
  at_once "$state" createRuntime --policy "$BATS_TEST_TMPDIR/fifo"
  truncate -s 40G "$config"
  at_once "$state" createRuntime
  at_once /dev/null runtime --runtime /bin/true create --bundle "$(bundle_dir target)" target
  rm "$config"
  mkfifo "$config"
  at_once "$state" createRuntime
  at_once /dev/null runtime --runtime /bin/true create --bundle "$(bundle_dir target)" target
  untouched
}

@test "a state that is nested without end" {
  target --bind /run:/run
  { printf '{"id":' && printf '%100000s' '' | tr ' ' '['; } >"$fed"
  state_refused
  refused_at_place
}

# ---- the pid ------------------------------------------------------------------------------------

@test "a pid that cannot be a container process" {
  target --bind /run:/run
  sleep 0 &
  dead=$!
  wait "$dead"
  for pid in 0 1 -1 -2147483648 "$dead" 4194305 4294967297 "$((4294967296 + target_pid))" null; do
    state ".pid = $pid"
    hook createRuntime
    refuses "container target: state: " "${pid/null/0}"
  done
  state 'del(.pid)'
  hook prestart
  refuses "container target: state: pid"
}

# ---- the bundle and its config.json -------------------------------------------------------------

@test "a bundle that is not there, or is not a bundle" {
  target --bind /run:/run
  good=$(jq -r .bundle "$state")
  for bundle in /not/there /etc/hostname "$BATS_TEST_TMPDIR"; do
    state ".bundle = \"$bundle\""
    hook createRuntime
    refuses "container target" "$bundle"
  done
  state ".bundle = \"$good\""
  hook createRuntime
  masked
}

config_refused() { # TEXT...
  hook createRuntime
  refuses "container target" "$config" "$@" || { echo "config: $(head -c 200 "$config")" && false; }
}

config_refused_at() { # TEXT...
  config_refused "$@"
  [[ $stderr =~ config\.json:$place ]] || claim_failed "no line and column"
}

@test "a config.json that is not a JSON object" {
  target --bind /run:/run
  cp "$config" "$config.good"
  : >"$config"
  config_refused empty
  for text in '{' '[]' 'null' '{"mounts": [}' '{"root": {"path": "rootfs"}}}'; do
    printf '%s' "$text" >"$config"
    config_refused_at
  done
  for bytes in 1 100 1000 3000; do
    head -c "$bytes" "$config.good" >"$config"
    config_refused_at
  done
  sed 's/"mounts":/"mounts": [], "mounts":/' "$config.good" >"$config"
  config_refused_at '"mounts"'
}

@test "a config.json that is not a file" {
  target --bind /run:/run
  rm "$config"
  config_refused
  mkdir "$config"
  config_refused
  rmdir "$config"
  mkfifo "$config"
  config_refused
}

@test "a config.json with members of another kind" {
  target --bind /run:/run
  cp "$config" "$config.good"
  while read -r filter text; do
    jq "$filter" "$config.good" >"$config"
    config_refused_at "$text"
  done <<'ROWS'
.mounts={} mounts
.mounts="/run" mounts
.mounts=7 mounts
.mounts[8]="/run" mounts[8]
.mounts[8]=[] mounts[8]
.mounts[8]=null mounts[8]
.mounts[7].options="rbind" mounts[7]
.mounts[7].options=[1] mounts[7]
.mounts[7].source=1 mounts[7]
.mounts[7].destination=1 mounts[7]
.mounts[7].type=[] mounts[7]
del(.mounts[7].destination) mounts[7]
.root="rootfs" root
.root={} root
.root.path=1 root.path
.linux=[] linux
.linux.namespaces={} linux.namespaces
.linux.mountLabel=1 linux.mountLabel
.linux.rootfsPropagation=[] linux.rootfsPropagation
.annotations=[] annotations
.annotations["io.github.oci-runmask.strategy"]=1 io.github.oci-runmask.strategy
ROWS
  jq 'del(.root)' "$config.good" >"$config"
  config_refused "config.json:1:1: root is missing"
}

@test "the place of an error in config.json is the line and the column of it" {
  target --bind /run:/run
  jq '.mounts = [{destination: "/run", source: "/run", options: ["rbind"]}, 7]' "$config" >"$fed"
  line=$(grep -n '^    7$' "$fed" | cut -d: -f1)
  cp "$fed" "$config"
  config_refused "config.json:$line:5"
}

# ---- the command line ---------------------------------------------------------------------------

line_refused() { # TEXT ARGS...
  hook "${@:2}"
  refuses "$1" || { echo "arguments: ${*:2}" && false; }
}

@test "an unknown door, or no door" {
  target --bind /run:/run
  line_refused "no door"
  line_refused "no door" --dry-run
  line_refused '"start"' start
  line_refused '"createruntime"' createruntime
  line_refused '"poststop"' poststop
  line_refused '""' ""
  line_refused '"startContainer"' startContainer --dry-run
}

@test "an unknown option, or one without a value, or with a wrong one" {
  target --bind /run:/run
  line_refused '"--frobnicate"' createRuntime --frobnicate
  line_refused '"--polcy" (did you mean "--policy"?)' createRuntime --polcy /etc/policy.json
  line_refused '"-p"' createRuntime -p
  line_refused "--policy" createRuntime --policy
  line_refused "--policy" createRuntime --policy relative.json
  line_refused "--strategy" createRuntime --strategy
  line_refused '"mesk"' createRuntime --strategy mesk
  line_refused "--dry-run" createRuntime --dry-run=yes
  line_refused '"again"' createRuntime again
}

# ---- the policy ---------------------------------------------------------------------------------

policy_refused() { # TEXT...
  chmod 644 "$policy"
  hook createRuntime --policy "$policy"
  refuses "container target" "$policy" "$@" || { cat "$policy" && false; }
}

policy_refused_at() {
  policy_refused "$@"
  [[ $stderr == *"$policy:"[0-9]*:[0-9]*": "* ]] || claim_failed "no line and column"
}

@test "a policy with an unknown, mistyped, doubled or wrong key" {
  target --bind /run:/run
  policy=$BATS_TEST_TMPDIR/policy.json
  while IFS='|' read -r text words; do
    printf '%s' "$text" >"$policy"
    policy_refused_at "$words"
  done <<'ROWS'
{"version": 1, "stratgy": "mask"}|"stratgy" (did you mean "strategy"?)
{"version": 1, "qqqqqqqqq": 1}|"qqqqqqqqq"
{"version": 1, "strategy": "mesk"}|strategy
{"version": 1, "strategy": true}|strategy
{"version": 1, "strategy": null}|strategy
{"version": 1, "channels": "nscd"}|channels
{"version": 1, "channels": ["nsdc"]}|channels
{"version": 1, "channels": [1]}|channels
{"version": 1, "facade": []}|facade
{"version": 1, "facade": {"expose": "some"}}|expose
{"version": 1, "facade": {"expose": ["a/b"]}}|expose
{"version": 1, "facade": {"exposed": "all"}}|"exposed"
{"version": 1, "sockets": {}}|sockets
{"version": 1, "sockets": [{"path": "docker.sock", "directory": "/run/x"}]}|path
{"version": 1, "sockets": [{"path": "/run/docker.sock", "directory": "x"}]}|directory
{"version": 1, "sockets": [{"path": "/run/docker.sock"}]}|sockets
{"version": 1, "sockets": [{"path": "/run/docker.sock", "dir": "/run/x"}]}|"dir"
{"version": 1, "onShared": "yes"}|onShared
{"version": 1, "onForeign": "slave"}|onForeign
{"version": 1, "onError": 1}|onError
{"version": 1, "annotations": "honor"}|annotations
{"version": 1, "runtime": "runc"}|runtime
{"version": 1, "log": "stderr"}|log
{"version": 2}|version
{"version": "1"}|version
{"version": 18446744073709551615}|version
{"version": 1, "log": "none", "log": "syslog"}|"log"
{"version": 1, "log": "syslog"|
[]|object
ROWS
}

@test "the place of an error in the policy is the line and the column of it" {
  target --bind /run:/run
  policy=$BATS_TEST_TMPDIR/policy.json
  printf '{\n  "version": 1,\n  "onShared": "skip",\n  "stratgy": "mask"\n}\n' >"$policy"
  policy_refused "container target: $policy:4:3: unknown key \"stratgy\""
}

@test "a policy that is empty, not there, or no file" {
  target --bind /run:/run
  policy=$BATS_TEST_TMPDIR/policy.json
  : >"$policy"
  policy_refused empty
  rm "$policy"
  hook createRuntime --policy "$policy"
  refuses "container target" "$policy" "No such file"
  mkdir "$policy"
  policy_refused
  rmdir "$policy"
  mkfifo "$policy"
  policy_refused
}

@test "a policy that others may write, or that is not root's" {
  target --bind /run:/run
  for mode in 664 646 666 777; do
    policy '{}'
    chmod "$mode" "$policy"
    hook createRuntime --policy "$policy"
    refuses "container target" "$policy" writable
  done
  policy '{}'
  chown rootless "$policy"
  hook createRuntime --policy "$policy"
  refuses "container target" "$policy" root
  chown root "$policy"
  hook createRuntime --policy "$policy"
  masked
}

@test "a policy that is wrong is refused in a real container, too" {
  policy '{"strategy": "mesk"}'
  for runtime in runc crun; do
    bundle web --bind /run:/run --hook "createRuntime:--policy $policy"
    forget_log
    container "$runtime" web
    refused
    logged refused "container web" "$policy:" strategy
  done
}

# ---- legal but odd ------------------------------------------------------------------------------

# Each changes $state, $config or both as another serializer would write it.
crun_1_28() {
  jq . "$state" | sed 's,/,\\/,g' >"$state.new" && mv "$state.new" "$state"
  jq --tab . "$config" | sed 's,/,\\/,g' >"$config.new" && mv "$config.new" "$config"
}

one_line_each() {
  state . && jq -cj . "$state" >"$state.new" && mv "$state.new" "$state"
  jq -cj . "$config" >"$config.new" && mv "$config.new" "$config"
}

escaped() {
  sed 's,"bundle",b\\u0075ndle,; s,b\\u0075ndle,"&",; s,media,\\u006dedia,' "$state" >"$state.new"
  mv "$state.new" "$state"
  sed 's,"source": "/run","s\\u006furce": "\\u002frun",' "$config" >"$config.new"
  mv "$config.new" "$config"
  grep -q '\\u006d' "$state"
  grep -q '\\u002frun' "$config"
}

windows_lines() {
  sed -i 's/$/\r/' "$state" "$config"
}

many_annotations() {
  local filter='.annotations = ([range(3000)] | map({key: "com.example/\(.)", value: ("x" * 90)})
    | from_entries)'
  state "$filter"
  config "$filter"
  [ "$(stat -c %s "$state")" -gt 300000 ]
}

huge_numbers() {
  state '.spare = {"n": [0]} | .annotations = {}'
  config '.process.rlimits = [{type: "RLIMIT_NOFILE", hard: 77777, soft: 77777}]
    | .linux.resources.memory = {limit: 77777} | .spare = 77777 | .process.user.uid = 77777
    | .mounts |= map(. + {spare: 77777}) | .root.spare = 77777 | .linux.spare = [77777, {x: 77777}]'
  sed -i "s/\\[0\\]/[$huge, -$huge, 1e999, 0.1E-99]/" "$state"
  sed -i "s/\\b77777\\b/$huge/" "$config"
  [ "$(grep -c "$huge" "$config")" -gt 10 ]
}

no_source_or_type() {
  config '.mounts |= (.[:-1] + [{destination: "/a"}, {destination: "/b", type: "tmpfs"},
    {destination: "/c", source: "tmpfs", options: []}, (.[-1] | del(.type))])'
}

nulls() {
  state '.annotations = null | .status = null'
  config '.annotations = null | .hooks = null | .mounts[0].options = null | .mounts[0].type = null
    | .linux.rootfsPropagation = null | .linux.mountLabel = null | .linux.resources = null'
}

unknown_fields() {
  state '.root = "/x" | .spare = {"mounts": [{"source": "/etc"}]} | .[""] = [] | .["id "] = 7'
  config '.spare = {"mounts": {}} | .mounts[0].spare = [[]] | .root.spare = "x" | .linux.spare = {}
    | .vm = {} | .windows = null | .annotations = {"": "", "io.github.oci-runmask.strategie": "x"}'
}

bare() {
  state 'del(.ociVersion, .status)'
  config '{root: {path: "rootfs"}, mounts: [.mounts[-1]]}'
}

absolute_root() {
  config ".root.path = \"$target_root\""
}

roundabout_root() {
  config '.root.path = "./rootfs/../rootfs/."'
}

link_to_bundle() {
  ln -s "$(bundle_dir target)" "$BATS_TEST_TMPDIR/link"
  state ".bundle = \"$BATS_TEST_TMPDIR/link/\""
}

odd_name() {
  state '.id = "\u0001 \"quoted\" \u00e4 \ud83d\ude00 %s%n"'
}

odd_input() { # CHANGE
  target --bind /run:/run
  "$1"
  hook createRuntime
  masked
}

@test "legal but odd input works" {
  each odd_input "crun_1_28 one_line_each escaped windows_lines many_annotations huge_numbers
    no_source_or_type nulls unknown_fields bare absolute_root roundabout_root link_to_bundle odd_name"
}

real_odd() { # RUNTIME ODDITY STAGE
  local jq=.
  case $2 in
    annotations)
      jq='.annotations = ([range(3000)] | map({key: "com.example/\(.)", value: ("x" * 90)})
        | from_entries)' ;;
    numbers) jq='.process.rlimits = [{type: "RLIMIT_CORE", hard: 77777, soft: 77777}] | .x = 77777' ;;
    typeless) jq='.mounts[-1] |= del(.type)' ;;
    sourceless) jq='.mounts += [{destination: "/a", type: "tmpfs"}]' ;;
    absolute) jq=".root.path = \"$(bundle_dir web)/rootfs\"" ;;
    unknown) jq='.spare = {"mounts": 7} | .mounts[0].spare = [7]' ;;
  esac
  bundle web --bind /run:/run --jq "$jq"
  sed -i "s/\\b77777\\b/$huge/" "$(bundle_dir web)/config.json"
  container "$1" web
  leaks
  bundle web --bind /run:/run --jq "$jq" --hook "$3"
  sed -i "s/\\b77777\\b/$huge/" "$(bundle_dir web)/config.json"
  container "$1" web
  protected
}

@test "legal but odd input works in real containers" {
  each real_odd "runc crun" "annotations numbers typeless sourceless absolute unknown" createRuntime
  each real_odd crun "annotations numbers" "createContainer prestart"
}
