# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# What entrypoints do with docker.sock before they drop root, in a container of any engine. IN is how a
# command is run in it ("docker exec web"); WORDS is what the daemon answers.
#
#   joins WORDS IN...    asks for the socket's group, puts a user into it, drops root, dials
#   forces WORDS IN...   chgrp and chmod, and dials as a user of no group; changes the host's socket
#   dead_in IN...        nothing answers any more

# shellcheck disable=SC2154 # set by bats' run
# shellcheck disable=SC2016 # for the container's shell

join_script='group=$(stat -c %g /var/run/docker.sock)
  echo "group $group"
  ! [ -w /etc/group ] || grep -q "^api:" /etc/group || echo "api:x:$group:contuser" >>/etc/group
  exec setpriv --reuid=6001 --regid=6001 --groups="$group" --inh-caps=-all ask /var/run/docker.sock'
force_script='chgrp 7001 /var/run/docker.sock
  chmod 666 /var/run/docker.sock
  stat -Lc "%g %a" /var/run/docker.sock
  exec setpriv --reuid=6001 --regid=6001 --clear-groups --inh-caps=-all ask /var/run/docker.sock'

joins() {
  run --separate-stderr "${@:2}" sh -euc "$join_script"
  [ "$status" = 0 ] && [[ $output == "group ${group-$(stat -c %g /run/docker.sock)}"$'\n'"$1" ]] ||
    claim_failed "not in the socket's group, or no answer: ${*:2}"
}

forces() {
  run --separate-stderr "${@:2}" sh -euc "$force_script"
  [ "$status" = 0 ] && [[ $output == "7001 666"$'\n'"$1" ]] || claim_failed "chgrp or chmod did not do: ${*:2}"
}

dead_in() {
  run "$@" ask /var/run/docker.sock
  [ "$status" = 1 ] && [[ $output == *"Connection refused"* ]] || claim_failed "it answers: $*"
}

# ---- with the lab's daemon ----------------------------------------------------------------------

# Both of its sockets, as a daemon leaves them.
stand_in() { # OWNER WORDS
  local socket
  docker_stop
  docker_start "$2"
  mkdir -p /run/docker-api
  for socket in /run/docker.sock /run/docker-api/docker.sock; do
    [ "$socket" = /run/docker.sock ] || unserve "$socket"
    [ "$socket" = /run/docker.sock ] || serve "$socket" "$2"
    chown "$1" "$socket"
    chmod 660 "$socket"
  done
}

# "web" and "list" run with the policies below, "bare" without the hook; IN NAME CMD... runs CMD there.
# Changes the host.
entrypoints_before_and_after() { # OWNER IN...
  local name
  for name in bare web list; do
    joins docker-of-the-host "${@:2}" "$name"
  done
  for name in bare web list; do
    forces docker-of-the-host "${@:2}" "$name"
    stand_in_keeps "$1"
  done
  stand_in "$1" docker-started-again
  dead_in "${@:2}" bare
  for name in web list; do
    joins docker-started-again "${@:2}" "$name"
  done
}

# Group and mode as they were, of the same sockets.
stand_in_keeps() { # OWNER
  chown "$1" /run/docker.sock /run/docker-api/docker.sock
  chmod 660 /run/docker.sock /run/docker-api/docker.sock
}

# shellcheck disable=SC2034 # for the tests
through_directory='"sockets": [{"path": "/run/docker.sock", "directory": "/run/docker-api"}]'
# shellcheck disable=SC2034
list_of_one="\"strategy\": \"facade\", \"facade\": {\"expose\": [\"docker.sock\"]}, $through_directory"
# shellcheck disable=SC2034
socket_bind=/var/run/docker.sock:/var/run/docker.sock
