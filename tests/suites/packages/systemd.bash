# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# A real systemd beside the tests: process 1 of a namespace of its own, with this host's /run, /usr and /etc.
# It has no units but those that "make install" and a test put there: other units would change
# kernel settings and clear the machine's /tmp.
#
#   systemd_only_ours       before "make install", after own_usr: no units, no generators, no tmpfiles.d
#   systemd_start           is there when it has answered
#   systemd_stop            with all that it started
#   systemd_do CMD...       as a process beside its process 1
#   as_user NAMES...        asks /run/nscd/socket as uid 1000, in nscd-ask's words

# shellcheck disable=SC2154 # "lab" is lab.bash's

systemd_only_ours() {
  local place target
  for place in /usr/lib/systemd/system /usr/lib/systemd/system-generators /etc/systemd/system /usr/lib/tmpfiles.d; do
    mkdir -p "$place"
    mount -n -t tmpfs -o mode=755 tmpfs "$place"
  done
  for target in lab basic sysinit shutdown; do
    printf '[Unit]\nDescription=of the tests\nDefaultDependencies=no\n' >"/etc/systemd/system/$target.target"
  done
}

# Cgroups of this private host alone, so that they go with it.
systemd_cgroups() {
  local kind=cgroup2 options=rw parent=/sys/fs/cgroup
  [ ! -d /sys/fs/cgroup/systemd ] || kind=cgroup options=none,name=systemd parent=/sys/fs/cgroup/systemd
  mkdir -p "$parent/$LAB_CGROUP/systemd"
  echo "$kind $options $parent/$LAB_CGROUP/systemd"
}

systemd_start() {
  local kind options group tries
  read -r kind options group <<<"$(systemd_cgroups)"
  (
    echo "$BASHPID" >"$group/cgroup.procs"
    # Its own mounts below /sys; what it mounts elsewhere stays with it.
    # shellcheck disable=SC2016 # for the shell inside
    exec unshare -C -m -p -u -i -f --kill-child --mount-proc --propagation private bash -c '
      mount -n --bind /proc/sys /proc/sys && mount -n -o remount,bind,ro /proc/sys || exit 1
      mount -n -t tmpfs -o mode=1777 tmpfs /tmp && mount -n -t tmpfs -o mode=1777 tmpfs /var/tmp || exit 1
      umount -n -R -l /sys/fs/cgroup && mount -n -t tmpfs tmpfs /sys/fs/cgroup
      place=/sys/fs/cgroup
      [ "$1" = cgroup2 ] || mkdir /sys/fs/cgroup/systemd && place=/sys/fs/cgroup/systemd
      [ "$1" = cgroup ] || place=/sys/fs/cgroup
      mount -n -t "$1" -o "$2" cgroup "$place"
      exec env container=lab SYSTEMD_LOG_TARGET=console /lib/systemd/systemd --system --unit=lab.target \
        --show-status=no' bash "$kind" "$options"
  ) </dev/null >"$LAB_DIR/state/systemd.log" 2>&1 3>&- 4>&- &
  echo $! >"$(pid_file systemd)"
  for tries in {1..200}; do
    ! systemd_do systemctl is-system-running >/dev/null 2>&1 || return 0
    sleep 0.05
  done
  echo "systemd does not answer (asked $tries times):"
  tail -n 20 "$LAB_DIR/state/systemd.log"
  return 1
}

systemd_stop() {
  stop_daemon systemd KILL
}

systemd_do() {
  local first
  first=$(pgrep -o -P "$(cat "$(pid_file systemd)")")
  nsenter -t "$first" -m -p -- "$@"
}

as_user() {
  setpriv --reuid 1000 --regid 1000 --clear-groups "$lab/nscd-ask" /run/nscd/socket "$@" 2>&1
}
