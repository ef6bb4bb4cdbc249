# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# What the tests of real runtimes say. A file of tests begins with "load lab" and is run by
# tests/lab/run-bats, which gives it a private host with nscd, docker.sock and a log.
#
#   bundle NAME [OPTIONS] [-- CMD...]     a bundle with a fresh rootfs; without CMD: probe
#     --image abs|rel|dir|musl            tests/lab/build-image; abs unless given
#     --bind SRC:DST[:OPTIONS]            rbind,rprivate unless given; any number, in order,
#     --tmpfs DST[:OPTIONS]                 together with these
#     --readonly                          root.readonly
#     --rootfs-propagation WORD           linux.rootfsPropagation
#     --annotation KEY=VALUE
#     --userns                            maps 0 to 100000; with a network of its own
#     --no-mount-namespace                and no mounts. runc changes the table that it is in:
#                                           run it as "unshare -m runc"
#     --mount-label LABEL                 linux.mountLabel
#     --hook STAGE[:ARGS]                 $OCI_RUNMASK as "oci-runmask STAGE ARGS"
#     --jq FILTER                         changes config.json at the end
#
#   container RUNTIME NAME                runs it to its end: $status, $output, $stderr
#   start_container RUNTIME NAME          runs it in the background; give it a CMD that stays
#   exec_in NAME CMD...                   $status, $output, $stderr
#   stop_container NAME
#   container_pid NAME
#
#   RUNTIME is runc, crun, or a command line ending in what precedes the runtime's own arguments.
#
#   leaks, protected          what the last probe said: the host's names, or the container's own
#   docker_sock_answers       the last probe reached the host's daemon by /var/run/docker.sock
#   refused [TEXT]            the last container did not start, and TEXT is in what was said
#   report_says LINE          any line of the last probe, in full
#   mounts_of PID [TARGET]    "TARGET FSTYPE SOURCE PROPAGATION OPTIONS", by libmount
#   log_lines                 what was sent to /dev/log
#   host_unchanged            also the end of every test
#   host_changes CMD...       CMD changes the host on purpose
#   each FUNCTION WORDS...    FUNCTION for each combination of one word out of every list of WORDS
#
# The host's own daemons: tests/lab/host.bash. Podman: lab-podman.bash.

# shellcheck disable=SC2154 # "status" is set by bats' run
# shellcheck disable=SC2001 # a prefix for each line is sed's

if [ -z "${LAB_WITNESS_PID-}" ]; then
  echo "these tests run in a private host only: tests/lab/run-bats FILE" >&2
  exit 1
fi
bats_require_minimum_version 1.5.0

# shellcheck source=tests/lab/host.bash
. "$LAB_ROOT/tests/lab/host.bash"

: "${OCI_RUNMASK:=$LAB_DIR/bin/oci-runmask}"
: "${RUNMASK:=$LAB_DIR/bin/runmask}"

setup() {
  lab_setup
}

teardown() {
  lab_teardown
}

lab_setup() {
  chmod 755 "$BATS_RUN_TMPDIR" # hooks and policies in it are read by containers' roots, too
  host_repair
  host_record
}

# Every test ends with a look at the host.
lab_teardown() {
  local failed=0
  lab_clean || failed=1
  host_unchanged || failed=1
  return "$failed"
}

# ---- bundles ------------------------------------------------------------------------------------

bundle_dir() {
  echo "$LAB_DIR/bundles/$1"
}

bundle() {
  local name=$1 image=abs filter=. dir words=()
  shift
  while [ $# -gt 0 ]; do
    case $1 in
      --) shift && break ;;
      --image) image=$2 && shift 2 ;;
      --jq) filter="$filter | $2" && shift 2 ;;
      --readonly | --userns | --no-mount-namespace) words+=("${1#--}=") && shift ;;
      --*) words+=("${1#--}=$2") && shift 2 ;;
      *) echo "bundle: what is \"$1\"?" >&2 && return 2 ;;
    esac
  done
  [ $# -gt 0 ] || set -- probe
  dir=$(bundle_dir "$name")
  discard_bundle "$name"
  mkdir "$dir"
  make_rootfs "$image" "$dir" "lab-bundle-$name"
  echo "$image" >"$dir/image"
  write_config "$name" "$filter" "${#words[@]}" "${words[@]}" "$@" >"$dir/config.json" || return 1
  [[ " ${words[*]} " != *" userns= "* ]] || give_directories "$dir/rootfs" 100000
}

# The words of bundle in its first arguments, then "--" and the command. gojq starts in a tenth of jq's time.
write_config() {
  local name=$1 filter=$2 program
  shift 2
  # shellcheck disable=SC2016 # jq's variables
  program='{words: $ARGS.positional[:$count], command: $ARGS.positional[$count:], $cgroup, $hook} |'
  program+=$(<"$LAB_ROOT/tests/lab/config.jq")
  gojq -n --argjson count "$1" --arg cgroup "/$LAB_CGROUP/$name" --arg hook "$OCI_RUNMASK" \
    "$program | $filter" --args -- "${@:2}"
}

# A root that may be written to, of an image that all tests share: as the overlay drivers make it.
# $more_layers (DIRECTORY:...) lie above the image.
make_rootfs() {
  local image=$1 dir=$2 source=$3
  [ -d "$lab/images/$image" ] || { echo "no image is called \"$image\"" >&2 && return 2; }
  mkdir "$dir"/{upper,work,rootfs}
  mount -t overlay \
    -o "lowerdir=${more_layers:+$more_layers:}$lab/images/$image,upperdir=$dir/upper,workdir=$dir/work" "$source" "$dir/rootfs"
}

# Engines hand the rootfs over to the container's root. The directories will do, to make mount
# points in.
give_directories() {
  find "$1" -xdev -type d -exec chown "$2:$2" {} +
}

discard_bundle() {
  local dir
  dir=$(bundle_dir "$1")
  [ -d "$dir" ] || return 0
  stop_container "$1" || return 1
  ! mountpoint -q "$dir/rootfs" || umount "$dir/rootfs" || return 1
  rm -rf "$dir"
}

# What a test leaves: its containers and bundles, and nothing else.
lab_clean() {
  local dir failed=0
  for dir in "$LAB_DIR"/bundles/*/; do
    [ ! -d "$dir" ] || discard_bundle "$(basename "$dir")" || failed=1
  done
  ! declare -F podman_clean >/dev/null || podman_clean || failed=1
  return "$failed"
}

# ---- containers ---------------------------------------------------------------------------------

# The runtime's command line, in the array "command". The state is out of the host's /run.
runtime_command() {
  local runtime=$1
  read -ra command <<<"$runtime"
  command+=(--root "$LAB_DIR/state/${runtime##*[ /]}")
}

container() {
  local command dir
  dir=$(bundle_dir "$2")
  runtime_command "$1"
  echo "$1" >"$dir/runtime"
  image_of_last=$(cat "$dir/image")
  run --separate-stderr "${command[@]}" run --bundle "$dir" "$2" </dev/null
}

start_container() {
  local command dir
  dir=$(bundle_dir "$2")
  runtime_command "$1"
  echo "$1" >"$dir/runtime"
  # The container keeps what it is given: neither the test's output nor the runner's descriptors.
  "${command[@]}" run --detach --bundle "$dir" --pid-file "$dir/pid" "$2" \
    </dev/null >"$dir/stdout" 2>"$dir/stderr" 3>&- 4>&- || {
    cat "$dir/stderr"
    return 1
  }
}

exec_in() {
  local command name=$1
  shift
  image_of_last=$(cat "$(bundle_dir "$name")/image")
  runtime_command "$(cat "$(bundle_dir "$name")/runtime")"
  run --separate-stderr "${command[@]}" exec "$name" "$@" </dev/null
}

stop_container() {
  local command dir
  dir=$(bundle_dir "$1")
  [ -e "$dir/runtime" ] || return 0
  runtime_command "$(cat "$dir/runtime")"
  "${command[@]}" delete --force "$1" >/dev/null 2>&1 || true
  if [ -e "${command[-1]}/$1" ]; then # both runtimes keep a container's state there
    echo "container $1 cannot be removed"
    return 1
  fi
  rm -f "$dir/runtime" "$dir/pid"
}

container_pid() {
  cat "$(bundle_dir "$1")/pid"
}

# ---- what is claimed ----------------------------------------------------------------------------

# A failed claim shows all that is known about the last container.
claim_failed() {
  echo "$1"
  echo "exit status: $status"
  sed 's/^/  stdout: /' <<<"${output-}"
  sed 's/^/  stderr: /' <<<"${stderr-}"
  [ ! -s "$log_file" ] || sed 's/^/  log: /' "$log_file"
  return 1
}

report_says() {
  local line
  [ "$status" = 0 ] || claim_failed "the container failed" || return 1
  for line; do
    [[ $'\n'$output$'\n' == *$'\n'"$line"$'\n'* ]] || claim_failed "not said: \"$line\"" || return 1
  done
}

# The host's names are known, the container's own are not, and who is in both is who the host says.
leaks() {
  if [ "$image_of_last" = musl ]; then
    leaks_accounts
    return
  fi
  report_says "host onlyhost 10.9.9.9" "ahost onlyhost 10.9.9.9" "host redis -" "ahost redis -" \
    "host both 10.9.9.10" "host hostdns.example 10.8.8.8" "ahost dnsonly.example -" \
    "user hostuser 4242" "user contuser -" "user both 5000" \
    "group hostgroup 4242" "group contgroup -" "group both 5000"
}

# musl asks nscd for users and groups alone, and only for those that its files do not have.
leaks_accounts() {
  report_says "host onlyhost -" "host redis 172.20.0.5" "user hostuser 4242" "user contuser 6001" \
    "user both 6000" "group hostgroup 4242" "group contgroup 6001"
}

protected() {
  report_says "host onlyhost -" "ahost onlyhost -" "host redis 172.20.0.5" \
    "ahost redis 172.20.0.5" "host both 172.20.0.6" "ahost hostdns.example -" \
    "host dnsonly.example 172.20.0.7" "user hostuser -" "user contuser 6001" \
    "user both 6000" "group hostgroup -" "group contgroup 6001" "group both 6000"
}

docker_sock_answers() {
  report_says "docker ${1:-docker-of-the-host}"
}

refused() {
  [ "$status" != 0 ] || claim_failed "the container started" || return 1
  [[ "${output-} ${stderr-}" == *"${1-}"* ]] || claim_failed "not said: \"$1\""
}

mounts_of() {
  findmnt --task "$1" -rn -o TARGET,FSTYPE,SOURCE,PROPAGATION,OPTIONS ${2:+--mountpoint "$2"}
}

# ---- tables -------------------------------------------------------------------------------------

# each FUNCTION "runc crun" "abs rel dir"...: one call for each combination. All rows are tried; the
# test fails if any did, and says which.
each() {
  local function=$1 row rows=("") word list more failed=0
  shift
  for list; do
    more=()
    for row in "${rows[@]}"; do
      for word in $list; do
        more+=("$row$word ")
      done
    done
    rows=("${more[@]}")
  done
  for row in "${rows[@]}"; do
    one_row "$function" "$row"
    [ -z "$row_failed" ] || failed=$((failed + 1))
  done
  [ "$failed" = 0 ] || echo "$failed of ${#rows[@]} rows failed"
  [ "$failed" = 0 ]
}

# In the background, and with its answer in a variable, since bash ignores "set -e" in a command
# when its status is tested.
one_row() {
  local said=$BATS_TEST_TMPDIR/row
  row_failed=
  (
    trap - ERR DEBUG
    set -e
    # shellcheck disable=SC2086 # a row is words
    "$1" $2
  ) >"$said" 2>&1 &
  wait $! || row_failed=yes
  lab_clean >>"$said" 2>&1 || row_failed=yes
  host_unchanged >>"$said" 2>&1 || row_failed=yes
  [ -z "$row_failed" ] || { echo "row failed: $1 $2" && sed 's/^/  /' "$said"; }
}
