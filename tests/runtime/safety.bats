#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# What must never happen. That the host is as before, seen from itself and from a peer of its mounts,
# is the end of every test here and elsewhere.

# shellcheck disable=SC2030,SC2031 # "status" and "output" are of one test each
# shellcheck disable=SC2154 # set by what is loaded

load lab
load more

# ---- nothing shows on the host ------------------------------------------------------------------

variant() { # RUNTIME BIND-WORD ROOTFS-WORD STAGE
  local words=(--bind "/run:/run:rbind,$2")
  [ "$2" != unset ] || words=(--bind /run:/run:rbind)
  [ "$3" = unset ] || words+=(--rootfs-propagation "$3")
  policy '{"onShared": "slave"}'
  bundle web "${words[@]}" --hook "$4:--policy $policy" -- sleep 60
  start_container "$1" web
  [ "$(masks "$(container_pid web)" | wc -l)" = 1 ]
  host_unchanged
}

@test "in no variant of sharing does anything show on the host" {
  each variant "runc crun" "unset rprivate rslave shared rshared" "unset rslave shared rshared" \
    createRuntime
}

@test "nor from inside the container's namespaces" {
  each variant "runc crun" "unset rshared" "unset rslave rshared" createContainer
}

shows() { # RUNTIME BIND
  local pid
  bundle web --rootfs-propagation rshared --bind "$2" -- sleep 60
  start_container "$1" web
  pid=$(container_pid web)
  nsenter --target "$pid" --mount --no-fork mount -t tmpfs naive /run/nscd
  not host_unchanged >"$BATS_TEST_TMPDIR/changes"
  nsenter --target "$pid" --mount --no-fork umount /run/nscd
  grep -q naive "$BATS_TEST_TMPDIR/changes"
}

@test "a mount made without care would have shown" {
  each shows "runc crun" "/run:/run:rbind /run:/run:rbind,rshared"
}

# ---- links of the image -------------------------------------------------------------------------

# /var/run in the image; what its words lead to in the host's eyes must not be touched.
linked() { # RUNTIME LINK [STAGE]
  local root words=(--bind /run:/run)
  [ -z "${3-}" ] || words+=(--hook "$3")
  bundle web "${words[@]}"
  root=$(bundle_dir web)/rootfs
  rm "$root/var/run"
  ln -s "$2" "$root/var/run"
  container "$1" web
}

link_leaks() {
  linked "$@"
  leaks
}

link_protects() {
  linked "$@"
  protected
}

@test "a link of the image out of its root leads nowhere but into its root" {
  each link_leaks "runc crun" "/run ../../../../../run /../../run"
  each link_protects "runc crun" "/run ../../../../../run /../../run" "createRuntime createContainer"
}

# Through /proc it leads elsewhere for the hook than for the container's programs: refused in doubt.
link_never_leaks() {
  linked "$@"
  [ "$status" != 0 ] || protected
}

@test "a link of the image through /proc does not lead past the hook" {
  each link_leaks "runc crun" "/proc/1/root/run /proc/self/root/run"
  each link_never_leaks "runc crun" "/proc/1/root/run /proc/self/root/run /proc/self/cwd/run" \
    "createRuntime createContainer"
}

# ---- what did not take hold ---------------------------------------------------------------------

# The kernel is made to say yes and to do nothing.
pretended() { # RUNTIME
  bundle web --bind /run:/run --hook createRuntime --jq '.hooks.createRuntime[0] |=
    (.args = ["strace", "-qq", "-o", "/dev/null", "-e", "inject=move_mount:retval=0", .path]
      + .args[1:] | .path = "/usr/bin/strace")'
  forget_log
  container "$1" web
  refused
  logged refused "container web" "verifying"
}

# By then something is attached, as far as anybody knows: onError warn does not soften it.
@test "a mount that did not take hold is an error" {
  each pretended "runc crun"
  forget_log
  policy '{"onError": "warn"}'
  target --bind /run:/run
  status=0
  strace -qq -o /dev/null -e inject=move_mount:retval=0 "$OCI_RUNMASK" createRuntime \
    --policy "$policy" <"$state" \
    >"$BATS_TEST_TMPDIR/said.out" 2>"$BATS_TEST_TMPDIR/said.err" || status=$?
  stderr=$(cat "$BATS_TEST_TMPDIR/said.err")
  refuses "container target" "verifying"
}

failing_call() { # CALL ON-ERROR STATUS
  policy "{\"onError\": \"$2\"}"
  target --bind /run:/run
  status=0
  strace -qq -o /dev/null -e "inject=$1:error=EPERM" "$OCI_RUNMASK" createRuntime \
    --policy "$policy" <"$state" 2>"$BATS_TEST_TMPDIR/said.err" || status=$?
  stderr=$(cat "$BATS_TEST_TMPDIR/said.err")
  [ "$status" = "$3" ] || claim_failed "not $3"
  one_line "$BATS_TEST_TMPDIR/said.err"
  [[ $stderr == "oci-runmask: container target: "*"Operation not permitted" ]]
  untouched
}

@test "a system call that fails is an error, and says which container it hit" {
  each failing_call "fsopen fsconfig fsmount mount_setattr,mount move_mount setns openat2" fail 2
}

@test "onError warn lets it start as long as nothing is attached" {
  each failing_call "fsopen fsconfig fsmount mount_setattr,mount setns openat2" warn 0
}

# What waits on the directory above the bind, for a moment, would show there on the host.
@test "where the host shares the mount above the bind, a facade does not show on it" {
  local target_propagation=unchanged
  target --bind /run:/run
  host_record
  hook createRuntime --strategy facade
  [ "$status" = 0 ]
  host_unchanged
  [[ $(mounts_of "$target_pid") != "$target_before" ]]
  stop_daemon target
  umount -n -R -l "$target_root"
  host_record
}

@test "where a filter refuses mount_setattr with EPERM, mount does the same" {
  target --bind /run:/run
  status=0
  strace -qq -o "$BATS_TEST_TMPDIR/trace" -e trace=mount_setattr -e inject=mount_setattr:error=EPERM \
    "$OCI_RUNMASK" createRuntime <"$state" >"$BATS_TEST_TMPDIR/said.out" 2>&1 || status=$?
  output=$(cat "$BATS_TEST_TMPDIR/said.out")
  stderr=
  masked
  grep -q '^mount_setattr(.*INJECTED' "$BATS_TEST_TMPDIR/trace"
}

# openat2(2) says EAGAIN where a name on the way is being renamed.
@test "a path that is being renamed is looked up again" {
  target --bind /run:/run
  status=0
  strace -qq -o "$BATS_TEST_TMPDIR/trace" -e trace=openat2 -e inject=openat2:error=EAGAIN:when=1+3 \
    "$OCI_RUNMASK" createRuntime <"$state" >"$BATS_TEST_TMPDIR/said.out" 2>&1 || status=$?
  output=$(cat "$BATS_TEST_TMPDIR/said.out")
  stderr=
  masked
  grep -q 'EAGAIN.*INJECTED' "$BATS_TEST_TMPDIR/trace"
}

# ---- SELinux ------------------------------------------------------------------------------------

label=system_u:object_r:container_file_t:s0:c1,c2

@test "the container's mount label is the tmpfs's context" {
  target --bind /run:/run --mount-label "$label"
  strace -qq -s 200 -e trace=fsconfig -o "$BATS_TEST_TMPDIR/trace" "$OCI_RUNMASK" createRuntime \
    <"$state" 2>"$BATS_TEST_TMPDIR/said.err" || true
  grep -qF "FSCONFIG_SET_STRING, \"context\", \"$label\"" "$BATS_TEST_TMPDIR/trace"
}

@test "where the kernel cannot label, nothing is mounted without one" {
  [ ! -d /sys/fs/selinux/class ] || false "this kernel has SELinux"
  target --bind /run:/run --mount-label "$label"
  forget_log
  hook createRuntime
  refuses "container target" "context=$label"
}

@test "no label, no context" {
  target --bind /run:/run
  config '.linux.mountLabel = ""'
  hook createRuntime
  masked
}

# ---- ro -----------------------------------------------------------------------------------------

readonly_bind() { # RUNTIME STAGE
  bundle web --bind /run:/run:rbind,ro --hook "$2" -- \
    sh -c 'probe; touch /run/made-here 2>/dev/null && echo made; touch /run/nscd/socket && echo mask'
  container "$1" web
  protected
  report_says mask
  [[ $output != *made* ]]
}

@test "a read-only bind stays read-only beside the mask" {
  each readonly_bind "runc crun" "createRuntime createContainer"
}
