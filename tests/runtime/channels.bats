#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# The channels other than nscd, with the client libraries of Debian: who listens on the host counts
# who comes. A container without the hook comes, one with it does not.

# shellcheck disable=SC2154 # "status", "output", "policy" are of one test each

load lab
load more
load more-facade

runtimes="runc crun"

# ---- the host -----------------------------------------------------------------------------------

counts() {
  echo "$LAB_DIR/state/connects-$1"
}

listen() { # CHANNEL PATH
  mkdir -p "${2%/*}"
  serve "$2" "$1-of-the-host" "$(counts "$1")"
}

channels_start() {
  listen resolved /run/systemd/resolve/io.systemd.Resolve
  listen userdb /run/systemd/userdb/io.systemd.DynamicUser
  listen dbus /run/dbus/system_bus_socket
  listen nslcd /run/nslcd/socket
  listen avahi /run/avahi-daemon/socket
  listen winbind /run/samba/winbindd/pipe
  listen kanidm /run/kanidm-unixd/sock
  mkdir -p /run/userdb /run/host/userdb
  drop_in /run/userdb dropin 4300
  drop_in /run/host/userdb hostdropin 4301
  printf 'nameserver 127.0.0.2\n# of the host\n' |
    tee /run/systemd/resolve/resolv.conf >/run/systemd/resolve/stub-resolv.conf
}

drop_in() { # DIRECTORY NAME UID
  echo "{\"userName\": \"$2\", \"uid\": $3, \"gid\": $3, \"disposition\": \"regular\"}" >"$1/$2.user"
  ln -sf "$2.user" "$1/$3.user"
}

connects() {
  touch "$(counts "$1")"
  wc -l <"$(counts "$1")"
}

# ---- the container ------------------------------------------------------------------------------

# What a distribution's own image has: the modules (a layer of their own), and nsswitch.conf that asks them first.
use_clients() { # NAME NSSWITCH-LINES
  local root
  root=$(bundle_dir "$1")/rootfs
  printf '%b' "$2" >"$root/etc/nsswitch.conf"
}

more_layers=$BATS_FILE_TMPDIR/clients

setup_file() {
  local module program place clients=$BATS_FILE_TMPDIR/clients
  mkdir -p "$clients/usr/bin"
  cp "$(type -P dbus-send)" "$clients/usr/bin"
  for module in "$lab"/debs/libnss-*/{usr/lib,lib}/*/libnss_*.so.2; do
    [ -e "$module" ] || continue
    place=$clients/usr/lib/${module##*/lib/}
    mkdir -p "${place%/*}"
    cp "$module" "$place"
  done
  for program in "$clients"/usr/bin/* "$clients"/usr/lib/*/libnss_*; do
    add_libraries "$program"
  done
}

add_libraries() { # PROGRAM
  local library
  for library in $(ldd "$1" | grep -o '/[^ ]*\.so[^ ]*'); do
    library=${library#/usr}
    mkdir -p "$clients/usr${library%/*}"
    cp -Lu "$library" "$clients/usr$library"
  done
}

# Files say who "redis" and "contuser" are, and no file knows the others.
asks() { # CHANNEL: sets nsswitch, command
  case $1 in
    resolved) nsswitch='hosts: resolve files dns\n' && command=(lookup ahost:redis) ;;
    userdb) nsswitch='passwd: files systemd\n' && command=(lookup user:unknown) ;;
    dbus)
      nsswitch=
      command=(sh -c 'dbus-send --system --print-reply --dest=org.freedesktop.DBus / \
        org.freedesktop.DBus.ListNames >/dev/null 2>&1; true')
      ;;
    nslcd) nsswitch='passwd: files ldap\n' && command=(lookup user:unknown) ;;
    avahi) nsswitch='hosts: mdns4_minimal files\n' && command=(lookup host:printer.local) ;;
    winbind) nsswitch='passwd: files winbind\n' && command=(lookup user:unknown) ;;
    kanidm) # its library is not in Debian 12: what goes to the library's path
      nsswitch=
      command=(sh -c 'ask /var/run/kanidm-unixd/sock >/dev/null 2>&1; true')
      ;;
  esac
}

# How many connections it made is in $made.
client() { # RUNTIME CHANNEL WORDS...
  local nsswitch command before
  asks "$2"
  before=$(connects "$2")
  bundle web "${@:3}" -- "${command[@]}"
  use_clients web "$nsswitch"
  container "$1" web
  [ "$status" = 0 ] || claim_failed "the client failed" || return 1
  made=$(($(connects "$2") - before))
}

hidden_channel() { # RUNTIME CHANNEL
  local made stage words=(--bind /var/run:/var/run)
  # nscd answers for all others where it is in sight.
  client "$1" "$2" "${words[@]}" --tmpfs /var/run/nscd
  [ "$made" -gt 0 ] || claim_failed "without the hook no client came to $2"
  policy "{\"channels\": [\"nscd\"]}"
  client "$1" "$2" "${words[@]}" --hook "createRuntime:--policy $policy"
  [ "$made" -gt 0 ] || claim_failed "with nscd alone hidden no client came to $2"
  policy "{\"channels\": [\"nscd\", \"$2\"]}"
  for stage in createRuntime prestart createContainer; do
    client "$1" "$2" "${words[@]}" --hook "$stage:--policy $policy"
    [ "$made" = 0 ] || claim_failed "mask, $stage: $made connections to $2"
    client "$1" "$2" "${words[@]}" --hook "$stage:--policy $policy --strategy facade"
    [ "$made" = 0 ] || claim_failed "facade, $stage: $made connections to $2"
  done
}

@test "the client of a channel comes to the host without the hook, and does not with it" {
  host_changes channels_start
  each hidden_channel "$runtimes" "resolved userdb dbus nslcd avahi winbind kanidm"
}

all_channels='["nscd", "resolved", "userdb", "dbus", "nslcd", "avahi", "winbind", "kanidm"]'

all_channels_hidden() { # RUNTIME IMAGE STRATEGY BINDS
  local bind made channel words=(--image "$2")
  for bind in ${4//+/ }; do
    words+=(--bind "$bind")
  done
  for channel in resolved userdb dbus nslcd avahi winbind kanidm; do
    client "$1" "$channel" "${words[@]}" --hook "createRuntime:--policy $policy --strategy $3"
    [ "$made" = 0 ] || claim_failed "$made connections to $channel"
  done
  bundle web "${words[@]}" --hook "createRuntime:--policy $policy --strategy $3"
  container "$1" web
  protected_with_docker
}

@test "all channels at once, on images with a link and with a real /var/run" {
  host_changes channels_start
  policy "{\"channels\": $all_channels}"
  each all_channels_hidden "$runtimes" "abs dir" "mask facade" "/run:/run+/var/run:/var/run"
}

# ---- userdb's records ---------------------------------------------------------------------------

drop_ins() { # RUNTIME HOOK RESULT-1 RESULT-2
  local words=(--bind /var/run:/var/run)
  [ "$2" = none ] && words+=(--tmpfs /var/run/nscd)
  [ "$2" = none ] || words+=(--hook "$2")
  bundle web "${words[@]}" -- lookup user:dropin user:hostdropin user:contuser
  use_clients web 'passwd: files systemd\n'
  container "$1" web
  report_says "user dropin $3" "user hostdropin $4" "user contuser 6001"
}

@test "userdb's drop-in records are the host's without the hook, and not with it" {
  local stage
  host_changes channels_start
  policy '{"channels": ["nscd", "userdb"]}'
  for runtime in $runtimes; do
    drop_ins "$runtime" none 4300 4301
    for stage in createRuntime prestart createContainer; do
      drop_ins "$runtime" "$stage:--policy $policy" - -
      drop_ins "$runtime" "$stage:--policy $policy --strategy facade" - -
    done
    # The hidden name of a facade is not among the places where they are looked for.
    drop_ins "$runtime" "createRuntime:--strategy facade" 4300 4301
  done
}

# ---- resolved's files ---------------------------------------------------------------------------

resolv_container() { # PREFIX RUNTIME STRATEGY STAGE WORDS...
  local name=$1-$2-$3-$4 words=(--bind /var/run:/var/run)
  [ "$4" = none ] || words+=(--hook "$4:--policy $policy --strategy $3")
  bundle "$name" "${words[@]}" "${@:5}" -- sleep 600
  ln -sfn ../run/systemd/resolve/stub-resolv.conf "$(bundle_dir "$name")/rootfs/etc/resolv.conf"
  start_container "$2" "$name" || claim_failed "$name does not start"
}

resolv_containers() { # PREFIX WORDS...
  local runtime strategy stage
  for runtime in $runtimes; do
    resolv_container "bare-$1" "$runtime" off none "${@:2}"
    for strategy in mask facade; do
      for stage in createRuntime prestart createContainer; do
        resolv_container "$1" "$runtime" "$strategy" "$stage" "${@:2}"
      done
    done
  done
}

resolved_restart() {
  printf 'nameserver 127.0.0.2\n# of the host, later\n' >/run/systemd/resolve/new
  mv /run/systemd/resolve/new /run/systemd/resolve/stub-resolv.conf
  unserve /run/systemd/resolve/io.systemd.Resolve
  listen resolved /run/systemd/resolve/io.systemd.Resolve
}

hidden_resolved="ls: cannot access '/run/systemd/resolve/io.systemd.Resolve': No such file or directory"

@test "resolv.conf of the host stays in sight, when it is written anew, too" {
  host_changes channels_start
  policy '{"channels": ["nscd", "resolved"]}'
  resolv_containers file
  in_each file protected_with_docker
  in_each bare-file leaks_with_docker
  says_in_each file "$hidden_resolved" sh -c 'ls /run/systemd/resolve/io.systemd.Resolve 2>&1'
  says_in_each bare-file /run/systemd/resolve/io.systemd.Resolve ls /run/systemd/resolve/io.systemd.Resolve
  for prefix in file bare-file; do
    says_in_each $prefix "nameserver 127.0.0.2
# of the host" cat /etc/resolv.conf
    says_in_each $prefix "nameserver 127.0.0.2
# of the host" cat /run/systemd/resolve/resolv.conf
  done
  host_changes resolved_restart
  for prefix in file bare-file; do
    says_in_each $prefix "nameserver 127.0.0.2
# of the host, later" cat /etc/resolv.conf
  done
  says_in_each file "$hidden_resolved" sh -c 'ls /run/systemd/resolve/io.systemd.Resolve 2>&1'
}

@test "the engine's resolv.conf, which runtimes mount upon the host's, stays" {
  host_changes channels_start
  policy '{"channels": ["nscd", "resolved"]}'
  printf 'nameserver 127.0.0.2\n# of the engine\n' >"$BATS_TEST_TMPDIR/resolv.conf"
  resolv_containers engine --bind "$BATS_TEST_TMPDIR/resolv.conf:/etc/resolv.conf:rbind,ro,rprivate"
  in_each engine protected_with_docker
  for prefix in engine bare-engine; do
    says_in_each $prefix "nameserver 127.0.0.2
# of the engine" cat /etc/resolv.conf
    says_in_each $prefix "nameserver 127.0.0.2
# of the engine" cat /run/systemd/resolve/stub-resolv.conf
    says_in_each $prefix "read-only" sh -c '[ -w /etc/resolv.conf ] || echo read-only'
  done
  says_in_each engine "$hidden_resolved" sh -c 'ls /run/systemd/resolve/io.systemd.Resolve 2>&1'
}

# ---- parts of /run, and what is named on purpose ------------------------------------------------

@test "a part of /run bound: the channel in it is masked, with strategy facade, too" {
  local made
  host_changes channels_start
  policy '{"channels": ["nscd", "resolved"]}'
  for runtime in $runtimes; do
    client "$runtime" resolved --bind /run/systemd:/run/systemd
    [ "$made" -gt 0 ]
    for strategy in mask facade; do
      forget_log
      client "$runtime" resolved --bind /run/systemd:/run/systemd \
        --hook "createRuntime:--policy $policy --strategy $strategy"
      [ "$made" = 0 ]
      report_says "ahost redis 172.20.0.5"
      logged "done" "masked" "channel=resolved"
    done
  done
}

@test "a channel's directory bound on purpose is kept" {
  local made
  host_changes channels_start
  policy "{\"channels\": $all_channels}"
  for runtime in $runtimes; do
    for strategy in mask facade; do
      for stage in createRuntime createContainer; do
        client "$runtime" resolved --bind /var/run:/var/run \
          --bind /run/systemd/resolve:/run/systemd/resolve \
          --hook "$stage:--policy $policy --strategy $strategy"
        [ "$made" -gt 0 ] || claim_failed "$strategy: not kept"
      done
    done
  done
}

@test "what lies beside a channel stays in reach" {
  beside() {
    listen journal /run/systemd/journal/other
    listen samba /run/samba/other
  }
  host_changes channels_start
  host_changes beside
  policy "{\"channels\": $all_channels}"
  start_each mask "--policy $policy" "$runtimes" "abs dir" createRuntime --bind /run:/run
  start_each facade "--policy $policy --strategy facade" "$runtimes" "abs dir" \
    "createRuntime createContainer" --bind /run:/run
  for prefix in mask facade; do
    answers_in_each $prefix /run/systemd/journal/other journal-of-the-host
    answers_in_each $prefix /run/samba/other samba-of-the-host
    answers_in_each $prefix /run/docker.sock docker-of-the-host
    answers_in_each $prefix /run/samba/winbindd/pipe -
    answers_in_each $prefix /run/dbus/system_bus_socket -
  done
}
