# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Many containers of one kind. They share a root file system, and have a config.json each.
#
#   many COUNT            $LAB_DIR/many/with/1 … and many/without/1 …: bundles with and without hook
#   at_once RUNTIME KIND  all of that kind together; their output is in KIND/N.out
#   in_a_row COUNT        that many, one after the other, runc and crun in turn
#   told KIND WORDS       how many of that kind were told so
#   said_of KIND          what the first that failed has said
#   machine               all that a start must not leave behind, as text

load ../../runtime/lab

many=$LAB_DIR/many
question=(lookup user:hostuser host:redis)
protected_words="user hostuser - host redis 172.20.0.5 "
# shellcheck disable=SC2034 # for the files of tests
leaked_words="user hostuser 4242 host redis - "

many() { # COUNT
  local template number kind
  count=$1
  rm -rf "$many"
  mkdir -p "$many/with" "$many/without"
  bundle load --bind /var/run:/var/run --hook createRuntime -- "${question[@]}"
  for kind in with without; do
    template=$(gojq --arg root "$(bundle_dir load)/rootfs" --arg kind "$kind" \
      '.root.path = $root | .linux.cgroupsPath += "-@N@" | if $kind == "without" then del(.hooks) else . end' \
      "$(bundle_dir load)/config.json")
    for ((number = 1; number <= count; number++)); do
      mkdir "$many/$kind/$number"
      printf '%s\n' "${template//@N@/$number}" >"$many/$kind/$number/config.json"
    done
  done
}

one_of_many() { # KIND NUMBER
  local place=$many/$1/$2 status=0
  "${command[@]}" run --bundle "$place" "$1-$2" </dev/null >"$place.out" 2>"$place.err" 3>&- 4>&- || status=$?
  [ "$status" = 0 ] || echo "failed: exit code $status" >>"$place.out"
}

at_once() { # RUNTIME KIND
  local command number
  runtime_command "$1"
  for ((number = 1; number <= count; number++)); do
    one_of_many "$2" "$number" &
  done
  wait
}

in_a_row() { # COUNT
  local command number runtime
  for ((number = 1; number <= $1; number++)); do
    runtime=runc
    [ $((number % 2)) = 0 ] || runtime=crun
    runtime_command "$runtime"
    one_of_many with 1
    is_told "$many/with/1.out" "$protected_words" || { echo "start $number, $runtime:" && said_of with && return 1; }
  done
}

is_told() { # FILE WORDS
  local lines=
  mapfile -t lines <"$1"
  [ "${lines[*]} " = "$2" ]
}

told() { # KIND WORDS
  local number sum=0
  for ((number = 1; number <= count; number++)); do
    ! is_told "$many/$1/$number.out" "$2" || sum=$((sum + 1))
  done
  echo "$sum"
}

said_of() { # KIND
  local number
  for ((number = 1; number <= count; number++)); do
    is_told "$many/$1/$number.out" "$protected_words" && continue
    sed "s|^|  $number: |" "$many/$1/$number.out" "$many/$1/$number.err"
    return
  done
}

# Open files of every process here, without a new one that would be seen. The test's own are others
# each time.
open_files() {
  local process name files
  for process in /proc/[0-9]*; do
    read -r name 2>/dev/null <"$process/comm" || continue
    files=("$process"/fd/*)
    [ "${process#/proc/}" = "$BASHPID" ] || echo "$name ${#files[@]}"
  done
}

machine() {
  echo "== processes, and how many files they have open"
  open_files
  echo "== mounts, and those that the witness sees"
  cat /proc/self/mountinfo "/proc/$LAB_WITNESS_PID/mountinfo"
  echo "== files"
  find "$LAB_DIR" /run /dev -xdev | sort
  echo "== cgroups"
  find /sys/fs/cgroup -type d -path "*/$LAB_CGROUP/*" | sort
}
