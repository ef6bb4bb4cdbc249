#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Kernels before 6.8 have no statmount, those before 5.12 no mount_setattr, and some engines' filters
# refuse both with EPERM. The hook's other ways lead to the same mounts.

# shellcheck disable=SC2154 # "status", "output", "policy" are of one test each

load lab
load more
load more-facade

runtimes="runc crun"
stages="createRuntime createContainer"
refusals="ENOSYS EPERM"

# The numbers are those of amd64, arm64 and every other architecture since 5.1.
statmount=457
listmount=458
mount_setattr=442

setup_file() {
  make -s -C "$LAB_ROOT/tests/lab" ../../build/lab/refuse
}

# The hook where these calls are refused.
old_kernel() { # ENOSYS|EPERM NUMBERS
  old_hook=$BATS_TEST_TMPDIR/oci-runmask-$1-$2
  cat >"$old_hook" <<END
#!/bin/sh
exec $LAB_ROOT/build/lab/refuse $1 $2 $OCI_RUNMASK oci-runmask "\$@"
END
  chmod 755 "$old_hook"
}

both=$statmount,$listmount,$mount_setattr

# Statement of what the wrapper does, without which all that follows says nothing.
@test "the calls are made, and are refused" {
  local trace=$BATS_TEST_TMPDIR/trace
  cat >"$BATS_TEST_TMPDIR/traced" <<END
#!/bin/sh
exec strace -o $trace $LAB_ROOT/build/lab/refuse ENOSYS $both $OCI_RUNMASK oci-runmask "\$@"
END
  chmod 755 "$BATS_TEST_TMPDIR/traced"
  policy '{"onShared": "slave"}'
  OCI_RUNMASK=$BATS_TEST_TMPDIR/traced bundle web --bind /var/run:/var/run:rbind,rshared \
    --hook "createRuntime:--policy $policy"
  container runc web
  protected
  grep -E '(statmount|syscall_0x1c9)\(.* = -1 ENOSYS' "$trace"
  grep -E 'mount_setattr\(.* = -1 ENOSYS' "$trace"
}

# RUNTIME STAGE REFUSAL NAME WORDS...: the same mounts as with the kernel that is here.
same_mounts() {
  local table
  bundle web "${@:4}" --hook "$2:$args" -- sleep 600
  start_container "$1" web
  table=$(mounts_table "$(container_pid web)")
  [[ $table == *" oci-runmask "* ]]
  old_kernel "$3" "$both"
  OCI_RUNMASK=$old_hook bundle web "${@:4}" --hook "$2:$args" -- sleep 600
  start_container "$1" web
  host_unchanged
  [ -z "$(diff <(echo "$table") <(mounts_table "$(container_pid web)"))" ] || {
    diff <(echo "$table") <(mounts_table "$(container_pid web)")
    false
  }
  exec_in web probe
}

mask_and_facade() { # RUNTIME STAGE REFUSAL STRATEGY WORDS...
  args="--strategy $4"
  same_mounts "$1" "$2" "$3" "${@:5}"
  protected_with_docker
}

@test "mask and facade, of a bind of either kind" {
  each mask_and_facade "$runtimes" "$stages" "$refusals" "mask facade" --bind /var/run:/var/run
  each mask_and_facade "$runtimes" createRuntime ENOSYS "mask facade" --image dir --bind /var/run:/var/run
  each mask_and_facade "$runtimes" createRuntime ENOSYS facade \
    --bind "/var/run:/var/run:rbind,ro /:/var /:/var:rbind,ro"
  each mask_and_facade "$runtimes" "$stages" ENOSYS facade --bind /run:/run --bind /var/run:/var/run:rbind,ro
}

list_of() { # RUNTIME STAGE REFUSAL WORDS...
  args="--policy $policy"
  same_mounts "$@"
  protected_with_docker
  [ "$(host_run_in "$(container_pid web)")" = "/docker-api
/docker-api/docker.sock" ]
}

@test "a list of sockets" {
  list_policy
  host_changes api_start
  each list_of "$runtimes" "$stages" "$refusals" --bind "/var/run:/var/run /var/run:/var/run:rbind,ro"
}

# Its directory is read-only here, too: by mount(2).
socket_of() { # RUNTIME STAGE REFUSAL DESTINATION
  args="--policy $policy"
  same_mounts "$1" "$2" "$3" --bind "/run/docker.sock:$4"
  answer_is web "$4" docker-of-the-host
  serve /run/docker-api/docker.sock docker-started-again
  answer_is web "$4" docker-started-again
  serve /run/docker-api/docker.sock docker-of-the-host
}

@test "a socket bound as a file" {
  policy '{"sockets": [{"path": "/run/docker.sock", "directory": "/run/docker-api"}]}'
  mkdir -p /run/docker-api
  # On a file system of its own: a socket made anew does not change /run.
  own_directory() {
    mount -t tmpfs api /run/docker-api
    api_start
  }
  no_own_directory() {
    unserve /run/docker-api/docker.sock
    umount /run/docker-api
  }
  host_record
  host_changes own_directory
  each socket_of "$runtimes" "$stages" "$refusals" "/var/run/docker.sock /tmp/docker.sock"
  host_changes no_own_directory
}

# Who shares with whom is read from mountinfo.
# shellcheck disable=SC2054 # commas between the options of one bind
shared_as_policy_says() { # RUNTIME STAGE REFUSAL STRATEGY
  local words=(--rootfs-propagation shared --bind /var/run:/var/run:rbind,rshared)
  old_kernel "$3" "$both"
  policy "{\"strategy\": \"$4\", \"onShared\": \"slave\"}"
  args="--policy $policy"
  same_mounts "$1" "$2" "$3" "${words[@]}"
  protected_with_docker
  policy "{\"strategy\": \"$4\", \"onShared\": \"skip\"}"
  forget_log
  OCI_RUNMASK=$old_hook bundle web "${words[@]}" --hook "$2:--policy $policy"
  container "$1" web
  leaks_with_docker
  logged skipped "shares mounts with the host"
  policy "{\"strategy\": \"$4\", \"onShared\": \"fail\"}"
  forget_log
  OCI_RUNMASK=$old_hook bundle web "${words[@]}" --hook "$2:--policy $policy"
  container "$1" web
  refused
  logged refused "onShared: fail"
}

@test "a bind that shares mounts with the host is known to, and treated as the policy says" {
  each shared_as_policy_says "$runtimes" "$stages" "$refusals" "mask facade"
}

not_shared() { # RUNTIME STAGE REFUSAL OPTIONS
  old_kernel "$3" "$statmount,$listmount"
  policy '{"onShared": "fail"}'
  OCI_RUNMASK=$old_hook bundle web --rootfs-propagation rslave --bind "/var/run:/var/run:$4" \
    --hook "$2:--policy $policy"
  container "$1" web
  protected_with_docker
}

@test "a bind without a peer group is known as such" {
  each not_shared "$runtimes" "$stages" ENOSYS "rbind rbind,rslave rbind,rprivate"
}

userns_of() { # RUNTIME STAGE REFUSAL STRATEGY
  args="--strategy $4"
  same_mounts "$1" "$2" "$3" --userns --bind /var/run:/var/run:rbind,ro,nosuid,nodev
  protected_by_files
  docker_sock_answers
}

@test "in a user namespace" {
  each userns_of "$runtimes" "$stages" "$refusals" "mask facade"
}

# An older kernel's file may be a part of a row: nothing that lies below it is lost.
@test "what is mounted below stays where it was" {
  mount_point_on_host() {
    mkdir -p /run/volume
  }
  host_changes mount_point_on_host
  args="--strategy facade"
  for runtime in $runtimes; do
    for stage in $stages; do
      same_mounts "$runtime" "$stage" ENOSYS --bind /var/run:/var/run:rbind,ro --tmpfs /var/run/volume:size=20k
      output_is web mine sh -c 'echo mine >/run/volume/file && cat /run/volume/file'
      output_is web "size=20k" sh -c 'findmnt -rn -o OPTIONS -T /run/volume | grep -o size=20k'
    done
  done
}

# glibc answers a refused statx(2) by fstatat(2), which knows no mounts: by that answer
# no container would have a mount of the host.
@test "where a filter refuses statx, the container is refused" {
  cat >"$BATS_TEST_TMPDIR/traced" <<END
#!/bin/sh
exec strace -qq -o /dev/null -e inject=statx:error=ENOSYS $OCI_RUNMASK "\$@"
END
  chmod 755 "$BATS_TEST_TMPDIR/traced"
  OCI_RUNMASK=$BATS_TEST_TMPDIR/traced bundle web --bind /var/run:/var/run --hook createRuntime
  container runc web
  refused
  logged refused "looking at the host's /run: Function not implemented"
}
