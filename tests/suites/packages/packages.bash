# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# What the tests of packages say. A file of them begins with "load ../../runtime/lab", "load
# ../../runtime/lab-podman" and "load packages"; "make check-packages" has built what they try.
#
#   $packages                 where it is; $version is the tree's, $next_version that of the second build
#   own_usr                   /usr may be written to, on this host alone; no hooks are there
#   traced CMD...             slowly: after each change of a name everybody else has a while. The changes
#                             are in $trace
#   never_alone [--present]   by $trace, the hooks.d file was at no moment there without its program
#   traffic_start             containers that bind /var/run, one after the other, by runc and by crun
#   traffic_goes_on           until each of them has had two more, from their start to their end
#   traffic_stop
#   now                       in microseconds
#   were VERDICT FROM TO      all containers started after FROM and ended before TO, of which there are
#                             some, were "protected" or had "leaks"
#   none_refused            all containers started
#   lookup [RUNTIME]          a container that binds /var/run: "protected", "leaks" or what it said
#   life INSTALL REPLACE REMOVE    three commands, among containers all the time
#   $first_version            0.1.0's packages are there, too
#   started_during REMOVE WHEN     a container that Podman has read hooks.d for before REMOVE; its
#                             runtime goes on as soon as the shell's words WHEN are true: $verdict

# shellcheck disable=SC2154 # LAB_*, hooks_directory
# shellcheck disable=SC2034 # read by the tests

packages=${PACKAGES:-$LAB_ROOT/build/packages}
version=$(sed -n 's/^VERSION := //p' "$LAB_ROOT/Makefile")
next_version=$version.1
first_version=0.1.0
hooks_file=$hooks_directory/oci-runmask.json
hook_program=/usr/libexec/oci/hooks.d/oci-runmask
admin_policy=/etc/oci-runmask/policy.json

own_usr() {
  local cover=$LAB_DIR/cover/usr
  mkdir -p "$cover/upper" "$cover/work"
  mount -t overlay -o "lowerdir=/usr,upperdir=$cover/upper,workdir=$cover/work" lab/usr /usr
  rm -rf /usr/share/containers/oci /etc/cdi /etc/oci-runmask
  # The machine's accounts, which overrides and triggers name, are not on this host.
  rm -f /var/lib/dpkg/statoverride
  printf '%s\n' no-triggers force-unsafe-io >/etc/dpkg/dpkg.cfg.d/lab
}

now() {
  echo "${EPOCHREALTIME/./}"
}

# ---- step by step -------------------------------------------------------------------------------

traced() {
  local names=rename,renameat,renameat2,unlink,unlinkat
  trace=$BATS_TEST_TMPDIR/trace
  strace -f -y -qq -o "$trace" -e "trace=$names,link,linkat,symlink,symlinkat,open,openat,creat" \
    -e "inject=$names:delay_exit=20000" "$@" 3>&- 4>&-
}

never_alone() {
  "$LAB_ROOT/tests/suites/packages/replay" "$@" "$trace" "$hooks_file" "$hook_program"
}

# ---- containers meanwhile -----------------------------------------------------------------------

# In "verdict". Who is told the container's own name of redis is protected.
look_up() { # RUNTIME ROOTFS ERRORS
  local said status=0
  said=$(podman_do root "$1" run --rm --no-hosts --network host --dns 127.0.0.2 \
    --ulimit nofile=1024:1024 --ulimit nproc=1024:1024 --cgroup-parent "/$LAB_CGROUP" \
    -v /var/run:/var/run --rootfs "$2" \
    sh -c 'getent hosts redis || getent hosts onlyhost' 2>"$3") || status=$?
  case $status:$said in
    0:172.20.0.5*) verdict=protected ;;
    0:10.9.9.9*) verdict=leaks ;;
    *) verdict="refused: status $status, $said $(tr '\n' ' ' <"$3")" ;;
  esac
}

lookup() {
  local rootfs verdict
  podman_make root
  podman_containerenv
  podman_rootfs root abs
  look_up "${1-crun}" "$rootfs" "$BATS_TEST_TMPDIR/lookup"
  echo "$verdict"
}

# The policy files of the roll-out in docs/policy.md, a line each.
weeks() {
  awk '/^## / { on = /A roll-out in three weeks/ } on && /<!-- file: \/etc\/oci-runmask\/policy.json -->/ { here = 1 }
    /^```/ { inside = here && /json/; if (!inside) here = 0; next } inside' "$LAB_ROOT/docs/policy.md"
}

# INSTALL VERSION installs the package over the one that is there.
roll_out_survives() { # INSTALL
  local week weeks before=()
  mapfile -t weeks < <(weeks)
  [ ${#weeks[@]} = 3 ]
  for week in "${weeks[@]}"; do
    "$1" "$version"
    echo "$week" >"$admin_policy"
    before+=("$(lookup)")
    "$1" "$next_version"
    [ "$(cat "$admin_policy")" = "$week" ]
    [ "$(lookup)" = "${before[-1]}" ]
  done
  [ "${before[*]}" = "leaks leaks protected" ]
}

started_during() {
  local runtime=$BATS_TEST_TMPDIR/runtime
  rm -f "$runtime".*
  cat >"$runtime" <<END
#!/bin/bash
if [[ " \$* " == *" create "* ]]; then
  touch $runtime.reached
  until $2; do sleep 0.02; done
fi
exec crun "\$@"
END
  chmod 755 "$runtime"
  lookup "$runtime" >"$runtime.verdict" 3>&- 4>&- &
  eventually [ -e "$runtime.reached" ]
  # shellcheck disable=SC2086 # a command line
  $1 >/dev/null
  wait $!
  verdict=$(cat "$runtime.verdict")
}

traffic_start() {
  local runtime rootfs
  traffic=$BATS_TEST_TMPDIR/traffic
  traffic_pids=()
  mkdir "$traffic"
  podman_make root
  podman_containerenv
  for runtime in runc crun; do
    podman_rootfs root abs
    : >"$traffic/$runtime"
    containers_of "$runtime" "$rootfs" 3>&- 4>&- &
    traffic_pids+=($!)
  done
}

containers_of() { # RUNTIME ROOTFS
  local verdict start
  until [ -e "$traffic/stop" ]; do
    start=$(now)
    look_up "$1" "$2" "$traffic/$1.errors"
    echo "$start $(now) $1 $verdict" >>"$traffic/$1"
  done
}

# The one that is under way does not count.
traffic_goes_on() {
  local runtime seen
  for runtime in runc crun; do
    seen=$(wc -l <"$traffic/$runtime")
    eventually '[ "$(wc -l <"$traffic/$runtime")" -ge $((seen + 3)) ]'
  done
}

traffic_stop() {
  touch "$traffic/stop"
  wait "${traffic_pids[@]}"
}

were() { # VERDICT FROM TO
  cat "$traffic/runc" "$traffic/crun" | awk -v verdict="$1" -v from="$2" -v to="$3" '
    $1 >= from && $2 <= to { seen[$3]++; if ($4 != verdict) { print "not " verdict ": " $0; bad = 1 } }
    END {
      if (!seen["runc"] || !seen["crun"]) { print "no container by runc, or none by crun"; bad = 1 }
      exit bad
    }'
}

none_refused() {
  local refusals
  refusals=$(cat "$traffic/runc" "$traffic/crun" | grep -vE ' (protected|leaks)$') || return 0
  printf '%s\n' "$refusals"
  return 1
}

# shellcheck disable=SC2086 # command lines
life() {
  local start installed removal removed
  start=$(now)
  traffic_start
  traffic_goes_on
  were leaks "$start" "$(now)"

  traced $1
  installed=$(now)
  never_alone
  traffic_goes_on
  traced $2
  never_alone --present
  [ "$(runmask --version)" = "runmask $next_version" ]
  traffic_goes_on

  removal=$(now)
  traced $3
  removed=$(now)
  never_alone --present
  traffic_goes_on
  traffic_stop

  none_refused
  were protected "$installed" "$removal"
  were leaks "$removed" "$(now)"
}

# ---- what an engine's configuration says --------------------------------------------------------

configure_docker() {
  mkdir -p /etc/docker
  echo '{"runtimes": {"runmask": {"path": "/usr/libexec/oci/hooks.d/oci-runmask-runtime"}}}' >/etc/docker/daemon.json
}

# A comment in containerd's file does not use it.
configure_containerd() {
  mkdir -p /etc/containerd
  printf '%s\n' '# BinaryName = "/usr/bin/oci-runmask-runtime"' "${1-}" >/etc/containerd/config.toml
}
