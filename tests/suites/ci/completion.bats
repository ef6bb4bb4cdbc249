#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# The completions, typed into the real shells on a terminal: what the command then gets.

# shellcheck disable=SC2154 # set by what is loaded

load ../../runtime/lab

make_shells() {
  shells=$BATS_TEST_TMPDIR/shells
  mkdir -p "$shells/bin" "$shells/home/.config/fish/completions" "$shells/in/deploy"
  touch "$shells/in/clear.yaml"
  # The program says its --help; all else is only noted.
  cat >"$shells/bin/runmask" <<END
#!/bin/sh
case "\$*" in
*--help) exec "$RUNMASK" "\$@" ;;
*) echo "\$*" >"$shells/log" ;;
esac
END
  chmod +x "$shells/bin/runmask"
  cp "$LAB_ROOT/packaging/completion/runmask.fish" "$shells/home/.config/fish/completions/"
}

# typed SHELL KEYS: the arguments that runmask is started with.
typed() {
  rm -f "$shells/log"
  python3 - "$1" "$2" "$shells" "$LAB_ROOT/packaging/completion" <<'PYTHON'
import os, pty, select, sys, time
shell, keys, place, completion = sys.argv[1:]
begin = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], f". {completion}/runmask.bash\n"),
    "zsh": (["zsh", "-f", "-i"], f"fpath=({completion} $fpath); autoload -Uz compinit; compinit -u -D\n"),
    "fish": (["fish", "--interactive"], "\n"),
}[shell]
child, terminal = pty.fork()
if child == 0:
    os.chdir(place + "/in")
    os.execvpe(begin[0][0], begin[0], {"PATH": place + "/bin:" + os.environ["PATH"], "HOME": place + "/home",
               "TERM": "xterm", "LANG": "C.UTF-8", "PS1": "> ", "XDG_CONFIG_HOME": place + "/home/.config"})

def quiet(seconds, most):
    """Reads until nothing comes for so long."""
    end = time.time() + most
    while time.time() < end and select.select([terminal], [], [], seconds)[0]:
        try:
            if not os.read(terminal, 65536):
                return
        except OSError:
            return

quiet(1, 20)
os.write(terminal, begin[1].encode())
quiet(1, 20)
for part in keys.split("\t"):
    os.write(terminal, part.encode())
    if part is not keys.split("\t")[-1]:
        os.write(terminal, b"\t")
        quiet(1, 20)
os.write(terminal, b"\r")
end = time.time() + 20
while time.time() < end and not os.path.exists(place + "/log"):
    quiet(0.2, 1)
os.kill(child, 9)
os.waitpid(child, 0)
PYTHON
  cat "$shells/log"
}

# rows SHELL: what is typed, and what the program gets.
rows() {
  local keys expected
  while IFS='>' read -r keys expected; do
    keys=$(printf '%b' "$keys")
    # zsh takes a directory's slash off again
    [ "$(typed "$1" "$keys" | sed s,/$,,)" = "$expected" ] || {
      echo "$1: \"$keys\" gives \"$(cat "$shells/log")\", not \"$expected\""
      return 1
    }
  done <<'END'
runmask che\t--for\tsar\tcl\t>check --format sarif clear.yaml
runmask chec\t--fix tm\t--dif\tclear.yaml>check --fix tmpfs --diff clear.yaml
runmask set\tpod\t--dry\t>setup podman --dry-run
runmask doc\t--roo\tdep\t>doctor --root deploy
END
}

@test "bash completes verbs, options, words and files" {
  make_shells
  rows bash
}

@test "zsh completes verbs, options, words and files" {
  make_shells
  rows zsh
}

@test "fish completes verbs, options, words and files" {
  make_shells
  rows fish
}

@test "every verb and option that the program knows has a help text of one line" {
  local verb option rest verbs=0 count=0
  for verb in $("$RUNMASK" --help | sed -n '/^Verbs:/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
    run -0 "$RUNMASK" "$verb" --help
    while read -r option rest; do
      [ -n "$rest" ] || { echo "$verb $option has no text"; return 1; }
      count=$((count + 1))
    done < <(sed -n '/^Options:/,/^$/s/^  \(--.*\)/\1/p' <<<"$output")
    verbs=$((verbs + 1))
  done
  [ "$verbs" -ge 7 ]
  [ "$count" -ge 20 ]
}
