# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# facts.bash: what the manual pages in $pages say, what the programs in $build say, and comparing the two.
# Sourced by check.

# shellcheck disable=SC2154 # "pages" and "build" are check's

# ---- judging ------------------------------------------------------------------------------------

# NAME CMD...: the command must say nothing and succeed.
check() {
  local name=$1 said status=0
  shift
  said=$("$@" 2>&1) || status=$?
  if [ "$status" = 0 ] && [ -z "$said" ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf '# %s\n%s\n' "$name" "$said"
  fi
}

# PAGE_SAYS PROGRAM_KNOWS: two commands that print a word a line. What prints nothing at all compares
# nothing.
same() {
  local page program
  page=$($1 | sort -u) program=$($2 | sort -u)
  [ -n "$page" ] || { echo "nothing found by: $1" && return; }
  [ -n "$program" ] || { echo "nothing found by: $2" && return; }
  comm -23 <(echo "$page") <(echo "$program") | sed 's/^/in the page, not in the program: /'
  comm -13 <(echo "$page") <(echo "$program") | sed 's/^/in the program, not in the page: /'
}

# ---- what the pages say (facts.awk) -------------------------------------------------------------

facts() { # PAGE KIND
  awk -f tests/suites/man/facts.awk "$pages/$1" | awk -F '\t' -v kind="$2" '$1 == kind'
}

items() { # PAGE SECTION MACRO [SUBSECTION]
  facts "$1" item | awk -F '\t' -v section="$2" -v macro="$3" -v below="${4-}" \
    '$2 == section && $3 == below && $5 == macro { print $6 }'
}

exit_items() { # PAGE [VERB]
  facts "$1" item | awk -F '\t' -v section="${2:+VERBS}" -v below="${2-}" \
    '$2 == (section ? section : "EXIT STATUS") && $3 == below && $5 ~ /^[0-9]+$/ { print $5 }'
}

synopsis() { # PAGE [COMMAND]
  facts "$1" option | awk -F '\t' -v command="${2-}" '$2 == "SYNOPSIS" && $3 == command { print $4 }'
}

# The lists of verdicts below a verb.
verdict_items() { # VERB
  items runmask.1 VERBS Cm "$1"
}

key_words() { # KEY: the words listed below it
  facts oci-runmask-policy.5 item | awk -F '\t' -v key="$1" '$4 == key && $5 == "Cm" { print $6 }'
}

# ---- what the programs say ----------------------------------------------------------------------

help_of() { # PROGRAM [VERB]
  "$build/$1" ${2:+"$2"} --help
}

help_block() { # TITLE PROGRAM [VERB]
  help_of "${@:2}" | sed -n "/^$1:/,/^\$/p" | sed -n 's/^  \([^ ].*\)/\1/p'
}

# "--policy FILE", one a line
help_options() { # PROGRAM [VERB]
  help_block Options "$@" | sed -e 's/  .*//' -e 's/^\(--[^ ]*\) [a-z].*/\1/' | sed 's/, /\n/g'
}

help_words() { # TITLE PROGRAM
  help_block "$@" | sed 's/ .*//'
}

help_exits() { # PROGRAM [VERB]
  help_of "$@" | sed -n '/^Exit /,/^$/p' | grep -oE '(: |[,;] )[0-9]+ ' | grep -oE '[0-9]+'
}

without_help() { # CMD...: every verb has it
  "$@" | grep -vx -e --help
}

policy_text() { # TEXT: the program's answer
  "$build/runmask" policy - <<<"$1" 2>&1
}
