# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# A real containerd on the private host. For files that "load engines" first.
#
#   containerd_with [LINES]   its configuration, in version 2 of that file, and LINES; started anew
#   containerd_start          with $conf as it is
#   containerd_restart
#   containerd_cell WAY [RESULT]

# shellcheck disable=SC2154 # "lab" and others come from host.bash and bats

conf=/etc/containerd/config.toml

# ---- the daemon -----------------------------------------------------------------------------------

# Version 2 is read by all that are here; the newer ones translate it.
write_conf() { # [LINES]
  mkdir -p /etc/containerd
  cat >"$conf" <<END_OF_CONF
version = 2
root = "$LAB_DIR/containerd"
state = "/run/containerd"
[grpc]
address = "/run/containerd/containerd.sock"
${1-}
END_OF_CONF
}

containerd_start() {
  local tries
  : >"$LAB_DIR/state/containerd.log"
  containerd -c "$conf" </dev/null >>"$LAB_DIR/state/containerd.log" 2>&1 3>&- 4>&- &
  echo $! >"$(pid_file containerd)"
  for tries in {1..300}; do
    ! timeout 10 ctr version >/dev/null 2>&1 || return 0
    sleep 0.1
  done
  echo "containerd does not answer (asked $tries times); the end of what it said:"
  tail -n 20 "$LAB_DIR/state/containerd.log"
  return 1
}

containerd_with() { # [LINES]
  stop_daemon containerd TERM
  write_conf "$@"
  containerd_start
}

containerd_restart() {
  stop_daemon containerd TERM
  containerd_start
}

containerd_version() {
  echo "$(ctr version | sed -n '/^Server:/,$s/^ *Version: *//p'), runc $(runc --version | sed -n 's/^runc version //p')"
}

containerd_cell() {
  cell containerd "$(containerd_version)" "$@"
}

# ---- the host: what is below /run/containerd is the engine's own --------------------------------

run_listing() {
  find /run -xdev -path '/run/containerd/*' -prune \
    -o \( -type f -printf '%p %y %m %U:%G %i %s bytes\n' -o -printf '%p %y %m %U:%G %i %l\n' \) | sort
}
