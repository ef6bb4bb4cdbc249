#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# runmask setup: an engine's configuration gets our keys, keeps all others, and gets back what it was.
# The engines' validators are stand-ins here; the real ones are asked in tests/engines.

# shellcheck disable=SC2030,SC2031 # "status" and "output" are of one test each
# shellcheck disable=SC2154 # set by what is loaded

load lab
load more
load more-tool

programs=/usr/libexec/oci/hooks.d
hooks=/usr/share/containers/oci/hooks.d
daemon=/etc/docker/daemon.json
toml=/etc/containerd/config.toml

setup_file() {
  local place
  for place in libexec local; do
    mkdir -p "$LAB_DIR/state/$place/upper" "$LAB_DIR/state/$place/work"
    mount -t overlay overlay \
      -o "lowerdir=/usr/$place,upperdir=$LAB_DIR/state/$place/upper,workdir=$LAB_DIR/state/$place/work" "/usr/$place"
  done
  mkdir -p "$programs"
  install -m 755 "$LAB_ROOT/build/oci-runmask" "$LAB_ROOT/build/oci-runmask-runtime" "$programs"
}

teardown_file() {
  umount -l /usr/libexec /usr/local
}

teardown() {
  rm -rf /etc/docker /etc/crio /etc/containerd /etc/containers/containers.conf* /usr/local/bin/dockerd /usr/local/bin/containerd
  rm -f "$hooks"/*.json
  lab_teardown
}

setup_verb() {
  run --separate-stderr "$RUNMASK" setup "$@"
}

# dockerd as 23.0 and newer have it, by jq; it refuses an unknown runtime as the default.
dockerd() {
  cat >/usr/local/bin/dockerd <<'EOF'
#!/bin/sh
[ "$1 $2" = "--validate --config-file" ] || { echo "Docker version 26.1.5, build x"; exit 0; }
jq -e '."default-runtime" as $d | $d == null or $d == "runc" or .runtimes[$d] != null' "$3" >/dev/null || exit 1
echo "configuration OK"
EOF
  chmod 755 /usr/local/bin/dockerd
}

# containerd config dump: what it read, and that file among the imports.
containerd() { # VERSION
  cat >/usr/local/bin/containerd <<EOF
#!/bin/sh
[ "\$1" != --version ] || { echo "containerd github.com/containerd/containerd $1"; exit; }
[ "\$1 \$3 \$4" = "--config config dump" ] || exit 1
echo "imports = [\"\$2\"]" && cat "\$2"
EOF
  chmod 755 /usr/local/bin/containerd
}

foreign='{
    "bip": "10.1.0.1/24",	"debug": false,
    "data-root": "/srv/docker", "log-driver": "journald",
    "log-opts": { "tag": "{{.Name}}", "labels": "a,b" },
    "registry-mirrors": [ "https://a.example", "https://b.example" ],
    "insecure-registries": [], "dns": ["10.0.0.1"], "dns-opts": [], "dns-search": [ ],
    "live-restore": true, "mtu": 18446744073709551615, "max-concurrent-downloads": 1e1,
    "features": {"buildkit": true}, "storage-driver": "overlay2", "userland-proxy": false,
    "default-ulimits": {"nofile": {"Name": "nofile", "Soft": 20000, "Hard": 20000}},
    "labels": ["\u00e9=\"x\""], "experimental": false, "ipv6": false, "iptables": true
}'

# As it is, and as setup and --undo leave it.
there_and_back() { # FILE ENGINE TEXT
  mkdir -p "${1%/*}"
  printf '%s' "$3" >"$1"
  chmod 640 "$1"
  chown 0:4711 "$1"
  setup_verb "$2"
  [ "$status" = 0 ]
  [ "$(stat -c '%a %u %g' "$1")" = "640 0 4711" ]
  cmp "$1.before-runmask" <(printf '%s' "$3")
  if cmp -s "$1" <(printf '%s' "$3"); then claim_failed "nothing was written"; fi
  cp "$1" "$BATS_TEST_TMPDIR/once"
  setup_verb "$2"
  [ "$status" = 0 ]
  [ "$output" = "$2 calls the hook already: nothing changed." ]
  cmp "$1" "$BATS_TEST_TMPDIR/once"
  setup_verb "$2" --undo
  [ "$status" = 0 ]
  cmp "$1" <(printf '%s' "$3")
  [ "$(stat -c '%a %u %g' "$1")" = "640 0 4711" ]
  [ "$(ls -A "${1%/*}")" = "${1##*/}" ]
}

@test "docker: a file with 20 foreign keys comes back byte for byte" {
  dockerd
  there_and_back "$daemon" docker "$foreign"
}

@test "docker: other keys keep their values, and ours are there" {
  dockerd
  mkdir -p /etc/docker
  printf '%s' "$foreign" >"$daemon"
  setup_verb docker
  [ "$(jq -c '.runtimes, ."default-runtime"' "$daemon")" = "{\"runmask\":{\"path\":\"$programs/oci-runmask-runtime\"}}"$'\n"runmask"' ]
  [ "$(jq -S 'del(.runtimes, ."default-runtime")' "$daemon")" = "$(jq -S . <<<"$foreign")" ]
  # every line of before is there, but the first got company
  [ "$(printf '%s\n' "$foreign" | grep -vxFf - "$daemon" | wc -l)" -le 3 ]
}

@test "docker: many shapes of the file" {
  local text
  dockerd
  for text in '{}' '{ }' $'{\n}\n' '{"debug":true}' $'{\n\t"debug": true\n}\n' '{"runtimes":{}}' '{"runtimes": { }, "debug": true}' \
    '{"runtimes": {"nvidia": {"path": "/usr/bin/nvidia-container-runtime"}}}' \
    $'{\n  "runtimes": {\n    "nvidia": {\n      "path": "/x"\n    }\n  }\n}\n' \
    '{"default-runtime": "runc"}' '{"default-runtime": "runc", "runtimes": {"a": {"path": "/a"}}, "debug": true}' \
    '{"runtimes": {"a": {"path": "/a"}}, "x": [{"runtimes": 1}], "default-runtime": "runc"}' \
    '{"runtimes": {"runmask": {"path": "/usr/libexec/oci/hooks.d/oci-runmask"}}, "default-runtime": "runmask"}'; do
    there_and_back "$daemon" docker "$text"
  done
}

@test "docker: undo of a file that was edited since takes out our keys alone" {
  dockerd
  mkdir -p /etc/docker
  echo '{"debug": true, "runtimes": {"a": {"path": "/a"}}}' >"$daemon"
  setup_verb docker
  jq '.mtu = 1400' "$daemon" >"$daemon.new"
  mv "$daemon.new" "$daemon"
  setup_verb docker --undo
  [ "$status" = 0 ]
  [ "$(jq -cS . "$daemon")" = '{"debug":true,"mtu":1400,"runtimes":{"a":{"path":"/a"}}}' ]
  setup_verb docker --undo
  [ "$output" = "$daemon has nothing of runmask setup: left as it is." ]
}

@test "docker: no file, and none after --undo" {
  dockerd
  setup_verb docker
  [ "$status" = 0 ]
  [ "$(jq -r '."default-runtime"' "$daemon")" = runmask ]
  setup_verb docker --undo
  [ "$status" = 0 ]
  [ "$(ls -A /etc/docker)" = "" ]
}

@test "docker: what it does not understand is refused, and nothing is changed" {
  local text
  dockerd
  mkdir -p /etc/docker
  refuses() { # TEXT WORDS
    printf '%s\n' "$1" >"$daemon"
    setup_verb docker
    [ "$status" = 2 ]
    [[ $stderr == "runmask: setup: docker: "*"$2"* ]]
    cmp "$daemon" <(printf '%s\n' "$1")
    [ "$(ls -A /etc/docker)" = daemon.json ]
  }
  refuses '{"debug": true,}' "/etc/docker/daemon.json: 1:"
  refuses '[]' "must be an object"
  refuses '{"runtimes": []}' '"runtimes" must be an object'
  refuses '{"default-runtime": "nvidia", "runtimes": {"nvidia": {"path": "/n"}}}' "default-runtime is another runtime"
  refuses '{"runtimes": {"runmask": {"path": "/usr/bin/other"}}}' "runtimes.runmask is there"
  refuses '{"a": 1, "a": 2}' '"a"'
  refuses '{"Runtimes": {}}' "in case alone"
  rm "$daemon"
  ln -s /dev/zero "$daemon"
  setup_verb docker
  [ "$status" = 2 ]
  rm "$daemon"
  # what dockerd refuses
  printf '#!/bin/sh\n[ "$1" != --validate ] || { echo "merged: conflict"; exit 1; }\n' >/usr/local/bin/dockerd
  refuses '{"debug": true}' "dockerd --validate refuses it: merged: conflict"
  mkdir -p /etc/systemd/system
  printf '[Service]\nExecStart=/usr/bin/dockerd --default-runtime=x\n' >/etc/systemd/system/docker.service
  refuses '{"debug": true}' "command line has --default-runtime"
  rm /etc/systemd/system/docker.service
  mv "$programs/oci-runmask-runtime" "$programs/away"
  refuses '{"debug": true}' "oci-runmask-runtime is not there: install oci-runmask first"
  mv "$programs/away" "$programs/oci-runmask-runtime"
}

@test "docker: a daemon.json that is a link is changed where it leads, and the link stays" {
  dockerd
  mkdir -p /etc/docker/real
  echo '{}' >/etc/docker/real/d.json
  ln -s real/d.json "$daemon"
  setup_verb docker
  [ "$status" = 0 ]
  [ -L "$daemon" ]
  [ "$(jq -r '."default-runtime"' /etc/docker/real/d.json)" = runmask ]
}

@test "--dry-run shows a diff that patch takes, and writes nothing" {
  dockerd
  mkdir -p /etc/docker
  printf '%s\n' "$foreign" >"$daemon"
  cp "$daemon" "$BATS_TEST_TMPDIR/patched"
  setup_verb docker --dry-run
  [ "$status" = 0 ]
  [ "$(ls -A /etc/docker)" = daemon.json ]
  cmp "$daemon" "$BATS_TEST_TMPDIR/patched"
  patch -s "$BATS_TEST_TMPDIR/patched" <<<"$output"
  setup_verb docker
  cmp "$daemon" "$BATS_TEST_TMPDIR/patched"
}

@test "killed at each system call it leaves the old file or the new one" {
  local call count=0 times old new
  dockerd
  mkdir -p /etc/docker
  printf '%s\n' "$foreign" >"$BATS_TEST_TMPDIR/old"
  cp "$BATS_TEST_TMPDIR/old" "$daemon"
  setup_verb docker
  cp "$daemon" "$BATS_TEST_TMPDIR/new"
  for call in openat openat2 write read fsync rename unlink fchmod fchown mkdir close newfstatat clone pipe2 wait4; do
    for times in {1..400}; do
      rm -f /etc/docker/.* /etc/docker/* 2>/dev/null || true
      cp "$BATS_TEST_TMPDIR/old" "$daemon"
      if strace -qq -o /dev/null -e "trace=$call" -e "inject=$call:signal=KILL:when=$times" "$RUNMASK" setup docker >/dev/null 2>&1; then
        break
      fi
      cmp -s "$daemon" "$BATS_TEST_TMPDIR/old" || cmp "$daemon" "$BATS_TEST_TMPDIR/new"
      # and the next run goes through
      setup_verb docker
      [ "$status" = 0 ]
      cmp "$daemon" "$BATS_TEST_TMPDIR/new"
      [ "$(ls -A /etc/docker | grep -vc new$)" = 2 ]
      count=$((count + 1))
      [[ $call != @(read|close|openat|openat2|newfstatat) ]] || [ "$times" -lt 25 ] || break
    done
  done
  [ "$count" -gt 60 ]
}

# The directory of FILE is as DIR before each run of "setup ARGS", which is killed once at each call.
killed_at_each() { # DIR FILE AFTER ARGS...
  local place=$1 file=$2 after=$3 call times count=0
  shift 3
  for call in write fsync rename unlink mkdir clone pipe2 wait4; do
    for times in {1..60}; do
      rm -rf "${file%/*}"
      cp -a "$place" "${file%/*}"
      ! strace -qq -o /dev/null -e "trace=$call" -e "inject=$call:signal=KILL:when=$times" \
        "$RUNMASK" setup "$@" >/dev/null 2>&1 || break
      same_file "$file" "$place/${file##*/}" || same_file "$file" "$after"
      "$RUNMASK" setup "$@" >/dev/null # and the next run goes through
      same_file "$file" "$after"
      count=$((count + 1))
    done
  done
  [ "$count" -ge 2 ] # Podman's undo removes one file
  kills=$((kills + count))
}

same_file() { # both may be missing
  [ -e "$1" ] || [ -e "$2" ] || return 0
  cmp -s "$1" "$2"
}

@test "containerd, Podman, CRI-O and --undo: killed at each call, the old file or the new one" {
  local work=$BATS_TEST_TMPDIR engine file kills=0
  sed "s|@HOOK@|$programs/oci-runmask|" "$LAB_ROOT/packaging/hooks.d/oci-runmask.json.in" >"$hooks/oci-runmask.json"
  containerd v1.7.24
  dockerd
  for engine in docker:$daemon containerd:$toml podman:/etc/containers/containers.conf.d/99-oci-runmask.conf \
    cri-o:/etc/crio/crio.conf.d/99-oci-runmask.conf; do
    file=${engine#*:} engine=${engine%%:*}
    rm -rf "${file%/*}" "$work/old" "$work/new"
    mkdir -p "${file%/*}"
    case $engine in
      docker) printf '%s' "$foreign" >"$file" ;;
      containerd) toml_of 2 io.containerd.grpc.v1.cri >"$file" ;;
      podman) printf '[engine]\nhooks_dir = ["/etc/other"]\n' >"${file%/*}/10.conf" ;;
      cri-o) printf '[crio.runtime]\nhooks_dir = ["/etc/other"]\n' >"${file%/*}/10.conf" ;;
    esac
    cp -a "${file%/*}" "$work/old"
    "$RUNMASK" setup "$engine"
    cp -a "${file%/*}" "$work/new"
    [ "$engine" = docker ] || killed_at_each "$work/old" "$file" "$work/new/${file##*/}" "$engine"
    killed_at_each "$work/new" "$file" "$work/old/${file##*/}" "$engine" --undo
  done
  [ "$kills" -ge 40 ]
}

@test "podman and cri-o: nothing to do where the hooks directory is read; else a file of our own" {
  local engine dir
  sed "s|@HOOK@|$programs/oci-runmask|" "$LAB_ROOT/packaging/hooks.d/oci-runmask.json.in" >"$hooks/oci-runmask.json"
  for engine in podman:/etc/containers/containers.conf:engine cri-o:/etc/crio/crio.conf:crio.runtime; do
    IFS=: read -r engine file table <<<"$engine"
    setup_verb "$engine"
    [ "$output" = "$engine calls the hook already: nothing changed." ]
    mkdir -p "${file%/*}"
    printf '# mine\n[%s]\nhooks_dir = ["/etc/other"] # that one\n' "$table" >"$file"
    cp "$file" "$BATS_TEST_TMPDIR/before"
    setup_verb "$engine"
    [ "$status" = 0 ]
    [ -e "$file.d/99-oci-runmask.conf" ]
    cmp "$file" "$BATS_TEST_TMPDIR/before"
    [ "$(grep -c '^  "' "$file.d/99-oci-runmask.conf")" = 2 ]
    cp "$file.d/99-oci-runmask.conf" "$BATS_TEST_TMPDIR/once"
    setup_verb "$engine"
    [ "$status" = 0 ]
    cmp "$file.d/99-oci-runmask.conf" "$BATS_TEST_TMPDIR/once"
    setup_verb "$engine" --undo
    [ "$status" = 0 ]
    [ "$(ls -A "$file.d")" = "" ]
    setup_verb "$engine" --undo
    [ "$status" = 0 ]
  done
}

@test "podman and cri-o: a drop-in that is read after ours and leaves the directory out is named" {
  local engine file table
  sed "s|@HOOK@|$programs/oci-runmask|" "$LAB_ROOT/packaging/hooks.d/oci-runmask.json.in" >"$hooks/oci-runmask.json"
  for engine in podman:/etc/containers/containers.conf.d:engine cri-o:/etc/crio/crio.conf.d:crio.runtime; do
    IFS=: read -r engine file table <<<"$engine"
    mkdir -p "$file"
    printf '[%s]\nhooks_dir = ["/etc/other"]\n' "$table" >"$file/zz-mine.conf"
    setup_verb "$engine"
    [ "$status" = 2 ]
    [ "$stderr" = "runmask: setup: $engine: $file/zz-mine.conf is read after 99-oci-runmask.conf and has hooks_dir without \"$hooks\": add it there" ]
    [ "$(ls -A "$file")" = zz-mine.conf ]
    # one that came after setup as well, and --undo works all the same
    mv "$file/zz-mine.conf" "$file/10-mine.conf"
    setup_verb "$engine"
    [ "$status" = 0 ]
    cp "$file/10-mine.conf" "$file/zz-mine.conf"
    setup_verb "$engine"
    [ "$status" = 2 ]
    setup_verb "$engine" --undo
    [ "$status" = 0 ]
    [ ! -e "$file/99-oci-runmask.conf" ]
    # and one that has it is enough
    printf '[%s]\nhooks_dir = ["/etc/other", "%s"]\n' "$table" "$hooks" >"$file/zz-mine.conf"
    setup_verb "$engine"
    [ "$output" = "$engine calls the hook already: nothing changed." ]
  done
}

toml_of() { # VERSION PLUGIN
  cat <<EOF
# this node's; do not touch
version = $1
root = "/srv/containerd" # a disk of its own
oom_score = -999

[grpc]
  address = "/run/containerd/containerd.sock"
  uid = 0

[plugins."$2"]
  sandbox_image = "registry.k8s.io/pause:3.9"
  max_container_log_line_size = 16384
  [plugins."$2".containerd]
    snapshotter = "overlayfs"
    default_runtime_name = "runc"
    [plugins."$2".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."$2".containerd.runtimes.runc.options]
        SystemdCgroup = true
  [plugins."$2".registry]
    config_path = "/etc/containerd/certs.d"
EOF
}

@test "containerd: both versions, with comments and foreign keys, there and back" {
  containerd v1.7.24
  there_and_back "$toml" containerd "$(toml_of 2 io.containerd.grpc.v1.cri)"
  there_and_back "$toml" containerd "$(toml_of 2 io.containerd.grpc.v1.cri)"$'\n'
  containerd v2.1.9
  there_and_back "$toml" containerd "$(toml_of 3 io.containerd.cri.v1.runtime)"
  toml_of 3 io.containerd.cri.v1.runtime >"$toml"
  setup_verb containerd
  grep -q '^\[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runmask\]' "$toml"
  grep -q '^  SystemdCgroup = true' "$toml"
  run "$RUNMASK" doctor --json
  [[ $(jq -r '.checks[] | select(.id == "containerd-door") | .says' <<<"$output") == "The runtime handler runmask in "* ]]
}

@test "containerd: a key that another file or version would lose keeps the old file" {
  toml_of 2 io.containerd.grpc.v1.cri >"$BATS_TEST_TMPDIR/old"
  mkdir -p /etc/containerd
  cp "$BATS_TEST_TMPDIR/old" "$toml"
  # with our table this containerd forgets the registries
  containerd v1.7.24
  sed -i 's|cat "$2"|if grep -q runmask "$2"; then grep -v config_path "$2"; else cat "$2"; fi|' /usr/local/bin/containerd
  setup_verb containerd
  [ "$status" = 2 ]
  [[ $stderr == *'containerd would no longer have "'*config_path* ]]
  cmp "$toml" "$BATS_TEST_TMPDIR/old"
  [ "$(ls -A /etc/containerd)" = config.toml ]
}

# containerd 1.6 takes the whole CRI table of the last file that has one.
imported_file_wins() {
  sed -i 's|cat "$2"|if [ -e /etc/containerd/other.toml ]; then cat /etc/containerd/other.toml; else cat "$2"; fi|' \
    /usr/local/bin/containerd
  toml_of 2 io.containerd.grpc.v1.cri >/etc/containerd/other.toml
}

@test "containerd: a file that imports names and that replaces our table is found out, by setup and by doctor" {
  containerd v1.6.20
  mkdir -p /etc/containerd
  { echo 'imports = ["/etc/containerd/other.toml"]' && toml_of 2 io.containerd.grpc.v1.cri; } >"$toml"
  setup_verb containerd # without that file
  [ "$status" = 0 ]
  run "$RUNMASK" doctor --json
  [ "$(jq -r '.checks[] | select(.id == "containerd-door") | .found' <<<"$output")" = handler ]
  imported_file_wins
  run "$RUNMASK" doctor --json
  [ "$(jq -r '.checks[] | select(.id == "containerd-door") | .found' <<<"$output")" = no-door ]
  setup_verb containerd --undo
  [ "$status" = 0 ]
  cp "$toml" "$BATS_TEST_TMPDIR/before"
  setup_verb containerd
  [ "$status" = 2 ]
  [[ $stderr == *'does not have the handler runmask: a file that "imports" names replaces the table'* ]]
  cmp "$toml" "$BATS_TEST_TMPDIR/before"
}

@test "containerd: what it does not understand is refused" {
  containerd v1.7.24
  mkdir -p /etc/containerd
  refuses() { # TEXT WORDS
    printf '%s\n' "$1" >"$toml"
    setup_verb containerd
    [ "$status" = 2 ]
    [[ $stderr == *"$2"* ]]
    cmp "$toml" <(printf '%s\n' "$1")
  }
  refuses '[plugins.cri]' "its version is 1"
  refuses $'disabled_plugins = ["cri"]\nversion = 2' "no pods run"
  refuses 'version = 2
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runmask]
runtime_type = "x"' "is there already"
  rm "$toml"
  setup_verb containerd
  [ "$status" = 0 ]
  [ "$(head -n 1 "$toml")" = "version = 2" ]
  setup_verb containerd --undo
  [ ! -e "$toml" ]
  rm /usr/local/bin/containerd
  setup_verb containerd
  [ "$status" = 2 ]
}

@test "--program: the runtime door elsewhere is what the engine is told, and it must be there" {
  containerd v1.7.24
  mkdir -p /etc/containerd "$BATS_TEST_TMPDIR/elsewhere"
  echo 'version = 2' >"$toml"
  setup_verb containerd --program "$BATS_TEST_TMPDIR/elsewhere/oci-runmask-runtime"
  [ "$status" = 2 ]
  [[ $stderr == *"elsewhere/oci-runmask-runtime"*"install oci-runmask first"* ]]
  cp "$programs"/* "$BATS_TEST_TMPDIR/elsewhere"
  setup_verb containerd --program "$BATS_TEST_TMPDIR/elsewhere/oci-runmask-runtime"
  [ "$status" = 0 ]
  grep -qF "BinaryName = \"$BATS_TEST_TMPDIR/elsewhere/oci-runmask-runtime\"" "$toml"
  setup_verb containerd --undo
  [ "$(cat "$toml")" = 'version = 2' ]
  for wrong in oci-runmask-runtime /bin/true '/a"b/oci-runmask-runtime' $'/a\nb/oci-runmask-runtime'; do
    setup_verb containerd --program "$wrong"
    [ "$status" = 2 ]
    [[ $stderr == *"--program: must be the absolute path of oci-runmask-runtime"* ]]
  done
}

@test "the command line" {
  setup_verb
  [ "$status" = 2 ]
  [ "$stderr" = "runmask: setup: takes one engine: docker, podman, cri-o or containerd" ]
  setup_verb dokcer
  [[ $stderr == *'did you mean "docker"?'* ]]
  setup_verb --help
  [[ $output == *"--dry-run"*"--undo"* ]]
}
