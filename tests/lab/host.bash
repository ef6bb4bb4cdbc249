# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# The daemons of the private host. Sourced by private-host and by the tests.
#
#   nscd_start, nscd_stop, nscd_restart
#   nscd_directory_renew    /run/nscd removed and made again, as systemd's RuntimeDirectory= does it
#   nscd_directory_rename   /run/nscd moved to /run/nscd.old, a new one made
#   docker_start, docker_stop, docker_restart    a daemon with a socket, /run/docker.sock
#   log_start, log_stop, log_stall    /dev/log has a reader, none, one that has stopped
#   log_lines               all that was sent to it in this test, or since forget_log
#   dns_start               the host's name server, and the one that containers have
#   serve PATH WORDS        any other socket; unserve PATH
#   docker_connects         how often it was asked in this test
#   eventually CMD..., eventually 'LINE OF SHELL'    tries it until it succeeds, 6,000 times, for a minute or longer
#   host_repair             all of these as they were at first
#   host_record, host_unchanged, host_changes CMD...    see the end

lab=$LAB_ROOT/build/lab
nscd=$lab/debs/nscd/usr/sbin/nscd
log_file=$LAB_DIR/state/log

# ---- processes ----------------------------------------------------------------------------------

eventually() {
  local tries
  for tries in {1..6000}; do
    if [ $# = 1 ]; then
      ! eval "$1" || return 0 # one command
    else
      ! "$@" || return 0 # one command
    fi
    sleep 0.01
  done
  echo "not after $tries tries: $*"
  return 1
}

# Gone, and not merely asked to go. The first process of the namespace takes in all orphans.
kill_and_wait() {
  local signal=$1 pid=$2
  kill "-$signal" "$pid" 2>/dev/null || return 0
  while [ -e "/proc/$pid" ] && ! grep -q '^State:.Z' "/proc/$pid/status" 2>/dev/null; do
    sleep 0.01
  done
}

pid_file() {
  echo "$LAB_DIR/pids/${1//\//_}"
}

stop_daemon() {
  local file
  file=$(pid_file "$1")
  [ -e "$file" ] || return 0
  kill_and_wait "${2:-KILL}" "$(cat "$file")"
  rm -f "$file"
}

serve() {
  stop_daemon "$1"
  "$lab/socket-server" "$1" "$2" "${@:3}" >"$(pid_file "$1")"
}

unserve() {
  stop_daemon "$1"
  stop_daemon "$1"
  rm -f "$1"
}

# ---- nscd ---------------------------------------------------------------------------------------

# It comes back when its socket answers. Descriptors of the test runner are not its affair.
nscd_start() {
  mkdir -p /run/nscd
  "$nscd" -f /etc/nscd.conf </dev/null >/dev/null 2>&1 3>&- 4>&-
  cp /run/nscd/nscd.pid "$(pid_file nscd)"
}

# SIGTERM: it takes its socket and pid file with it. Until its threads have ended, too, and it is
# reaped, /proc shows a process that is called nscd.
nscd_stop() {
  local pid tries
  pid=$(cat "$(pid_file nscd)" 2>/dev/null) || return 0
  stop_daemon nscd TERM
  for tries in {1..1000}; do
    [ -e "/proc/$pid" ] || return 0
    sleep 0.01
  done
  echo "nscd (pid $pid) is still there after $tries looks" >&2
  return 1
}

nscd_restart() {
  nscd_stop
  nscd_start
}

nscd_directory_renew() {
  nscd_stop
  rm -rf /run/nscd
  nscd_start
}

nscd_directory_rename() {
  nscd_stop
  mv /run/nscd /run/nscd.old
  nscd_start
}

# ---- docker -------------------------------------------------------------------------------------

docker_start() {
  serve /run/docker.sock "${1:-docker-of-the-host}" "$LAB_DIR/state/docker-connects"
}

docker_connects() {
  wc -l <"$LAB_DIR/state/docker-connects"
}

docker_stop() {
  unserve /run/docker.sock
}

# Live restore: the containers stay, the socket is another.
docker_restart() {
  docker_stop
  docker_start docker-started-again
}

# ---- name servers -------------------------------------------------------------------------------

dns_start() {
  "$lab/dns-server" 127.0.0.1 hostdns.example=10.8.8.8 >"$(pid_file dns)"
  "$lab/dns-server" 127.0.0.2 dnsonly.example=172.20.0.7 >"$(pid_file dns-container)"
}

# ---- the log ------------------------------------------------------------------------------------

log_start() {
  stop_daemon log
  touch "$LAB_DIR/state/log-is-read"
  : >"$log_file"
  ln -sfn /run/systemd/journal/dev-log /dev/log
  "$lab/log-reader" /run/systemd/journal/dev-log "$log_file" >"$(pid_file log)"
}

log_stop() {
  stop_daemon log
  rm -f "$LAB_DIR/state/log-is-read"
  rm -f /run/systemd/journal/dev-log /dev/log
}

log_stall() {
  stop_daemon log
  rm -f "$LAB_DIR/state/log-is-read"
  "$lab/log-reader" /run/systemd/journal/dev-log >"$(pid_file log)"
}

# The log without our own mark, and without what conmon tells it: what it thinks of the cgroups, and what
# a runtime said, in several lines.
without_conmons() { # MARK FILE
  awk -v mark="$1" '/^</ { shown = $0 !~ mark && $0 !~ / conmon: / } shown' "$2"
}

# The reader writes in the order of arrival: what came before our own line is there with it.
log_lines() {
  local mark="that was all $BASHPID $RANDOM"
  if [ -e "$LAB_DIR/state/log-is-read" ]; then
    logger --socket /dev/log --tag lab "$mark"
    eventually grep -qF "$mark" "$log_file"
  fi
  without_conmons ' lab: that was all ' "$log_file"
}

# All that was sent until now has arrived, and is gone.
forget_log() {
  log_lines >/dev/null
  : >"$log_file"
}

# ---- before a test ------------------------------------------------------------------------------

# What the last test stopped on purpose runs again; a host that is as usual is left alone.
host_repair() {
  local nscd_pid
  nscd_pid=$(cat "$(pid_file nscd)" 2>/dev/null) || true
  rm -rf /run/nscd.old
  [ -e "/proc/${nscd_pid:-none}" ] || nscd_start
  [ "$("$lab/ask" /run/docker.sock 2>/dev/null)" = docker-of-the-host ] || docker_start
  [ -e "$LAB_DIR/state/log-is-read" ] || log_start
  forget_log
  : >"$LAB_DIR/state/docker-connects"
}

# ---- what must stay as it is --------------------------------------------------------------------

# A bundle's own rootfs is the tests' doing; anything put upon it is not.
mounts_seen_by() {
  grep -v ' - overlay lab-bundle-' "/proc/$1/mountinfo" || true
}

run_listing() {
  # crun keeps the filters of seccomp there that it has compiled
  find /run -xdev -path /run/crun/.cache -prune -o \( -type f -printf '%p %y %m %U:%G %i %s bytes\n' \
    -o -printf '%p %y %m %U:%G %i %l\n' \) | sort
}

# Asked of nscd itself: the library would read the files if it were silent.
host_answers() {
  local docker_words
  "$lab/nscd-ask" /var/run/nscd/socket host:onlyhost host:redis user:hostuser user:contuser \
    group:hostgroup
  if docker_words=$("$lab/ask" /run/docker.sock 2>&1); then
    truncate -s -8 "$LAB_DIR/state/docker-connects" # our own is not counted
  fi
  echo "docker $docker_words"
}

host_picture() {
  echo "== mounts"
  mounts_seen_by self
  echo "== mounts, as the witness sees them"
  mounts_seen_by "$LAB_WITNESS_PID"
  echo "== /run"
  run_listing
  echo "== answers"
  host_answers
}

host_record() {
  host_picture >"$LAB_DIR/state/host"
}

# Fails, and says what differs, when the host is not as host_record found it.
host_unchanged() {
  local changes
  changes=$(host_picture | diff -U 0 --label before --label now "$LAB_DIR/state/host" -) && return 0
  echo "the host has changed:"
  printf '%s\n' "$changes"
  return 1
}

# The test itself is about to change the host: what came before must be clean, what follows is
# compared with the new picture.
host_changes() {
  local ended
  host_unchanged || return 1
  "$@" # not tested here: bash would ignore "set -e" in it
  ended=$?
  host_record
  return "$ended"
}
