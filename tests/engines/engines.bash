# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# For tests of whole engines, in the tree of their suite. "load engines" brings tests/runtime/lab.bash
# with it, and:
#
#   cell ENGINE VERSION DOOR [RESULT]    one line of the table of engines. VERSION is what the running
#                                        program says of itself; RESULT is "verdict" unless given
#   verdict                              what the last probe said, in the words of the table

# shellcheck disable=SC2154 # "status" is set by bats' run

load ../runtime/lab

# shellcheck disable=SC2034 # for the tests
runtime_program=/usr/libexec/oci/hooks.d/oci-runmask-runtime

# Our own sentence if there is one, without what is another in each run.
said_in_short() {
  tr '\n\t|' '   ' <<<"${stderr:-$output}" |
    sed -E 's/^.*(oci-runmask[a-z-]*: )/\1/; s/time="[^"]*" //g; s/[0-9a-f]{12,}/ID/g; s/ +$//' |
    cut -c 1-160
}

verdict() {
  if [ "$status" != 0 ]; then
    echo "refused: $(said_in_short)"
  elif protected >/dev/null 2>&1; then
    echo "protected"
  elif leaks >/dev/null 2>&1; then
    echo "not protected: the host's names are seen"
  else
    echo "not protected: neither the host's nor the container's names alone are seen"
  fi
}

cell() {
  local engine=$1 version=$2 door=$3 result
  result=${4:-$(verdict)}
  [ -n "$version" ] || { echo "cell: $engine did not say its version" && return 1; }
  case "$engine$version$door$result" in
    *[$'\t|\n']*) echo "cell: a tab, a bar or a line's end in: $*" && return 1 ;;
  esac
  printf '%s\t%s\t%s\t%s\n' "$engine" "$version" "$door" "$result" >>"$ENGINES_CELLS"
}
