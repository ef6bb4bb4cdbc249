#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# runmask check, policy and the command line, as a person meets them. RUNMASK: the program.

setup() {
  bats_require_minimum_version 1.5.0
  RUNMASK=${RUNMASK:-$LAB_DIR/bin/runmask}
  cd "$BATS_TEST_TMPDIR"
  printf '%s\n' 'services:' '  web:' '    image: x' '    volumes: ["/var/run:/var/run"]' > compose.yaml
  printf '%s\n' 'services:' '  web:' '    image: x' '    volumes: ["/run/a.sock:/run/a.sock"]' > socket.yaml
  printf '%s\n' 'services:' '  web:' '    image: x' > clear.yaml
}

@test "exit codes: 0 none, 1 exposed, 2 wins over 1" {
  run -0 "$RUNMASK" check clear.yaml
  run -1 "$RUNMASK" check clear.yaml compose.yaml
  run -2 "$RUNMASK" check missing.yaml compose.yaml
}

@test "--strict counts sockets that will go dead" {
  run -0 "$RUNMASK" check socket.yaml
  run -1 "$RUNMASK" check --strict socket.yaml
}

@test "standard input, and several files" {
  run -1 --separate-stderr "$RUNMASK" check - clear.yaml < compose.yaml
  [[ $output == *"-:4"* ]]
  [ -z "$stderr" ]
}

@test "a bad file has one line on standard error, the others are judged" {
  printf 'services: [\n' > bad.yaml
  run -2 --separate-stderr "$RUNMASK" check bad.yaml compose.yaml
  [[ $stderr =~ ^bad\.yaml:[0-9]+:[0-9]+:\ .+$ ]]
  [ "${#stderr_lines[@]}" -eq 1 ]
  [[ $output == *exposed* ]]
}

@test "a directory that cannot be read, or lies too deep, is not passed over in silence" {
  local tree=$LAB_DIR/tree deep
  deep=$tree/a$(printf '/d%.0s' {1..70})
  mkdir -p "$tree/secret" "$deep"
  echo 'services: {web: {image: a, volumes: ["/var/run:/var/run"]}}' | tee "$tree/secret/compose.yml" >"$deep/compose.yml"
  echo 'services: {}' >"$tree/compose.yml"
  install -m 755 "$RUNMASK" "$LAB_DIR/runmask"
  run --separate-stderr setpriv --reuid 4711 --regid 4711 --clear-groups "$LAB_DIR/runmask" check "$tree/secret"
  [ "$status" = 1 ]
  chmod 0 "$tree/secret"
  run --separate-stderr setpriv --reuid 4711 --regid 4711 --clear-groups "$LAB_DIR/runmask" check "$tree"
  [ "$status" = 2 ]
  [[ $stderr == *"$tree/secret: opening it: Permission denied"* ]]
  [[ $stderr == *": more than 64 directories below one another"* ]]
}

@test "--json is one line of JSON, errors included" {
  run -2 --separate-stderr "$RUNMASK" check --json missing.yaml compose.yaml
  [ "${#lines[@]}" -eq 1 ]
  [ -z "$stderr" ]
  [ "$(jq -r '.containers[0].channels.nscd, .containers[0].mount.line, .errors[0].file' <<< "$output" | paste -sd' ')" = "exposed 4 missing.yaml" ]
  [ "$(jq -c '.containers[0] | keys_unsorted' <<< "$output")" = '["name","object","file","line","channels","mount","mounts","sockets","because","remedies"]' ]
  [ "$(jq -c '[.containers[0].remedies[].way]' <<< "$output")" = '["hook","directory","tmpfs","elsewhere","tcp"]' ]
}

@test "the ways out, pasted, end it" {
  for way in directory tmpfs elsewhere tcp; do
    "$RUNMASK" check --json compose.yaml > report.json || true
    {
      printf '%s\n' 'services:' '  web:' '    image: x'
      [ "$way" != tmpfs ] || printf '%s\n' '    volumes: ["/var/run:/var/run"]'
      jq -r --arg way "$way" '.containers[0].remedies[] | select(.way == $way) | .lines[] | "    " + .' report.json
    } > mended.yaml
    run -0 "$RUNMASK" check --strict mended.yaml
  done
}

@test "colours only on a terminal, and not with NO_COLOR" {
  run -1 "$RUNMASK" check compose.yaml
  [[ $output != *$'\033'* ]]
  command -v script > /dev/null || skip "no script(1)"
  run script -qec "env -u NO_COLOR TERM=xterm $RUNMASK check compose.yaml" /dev/null
  [[ $output == *$'\033[1;31mexposed'* ]]
  run script -qec "env NO_COLOR=1 TERM=xterm $RUNMASK check compose.yaml" /dev/null
  [[ $output != *$'\033['* ]]
}

# The files are a stranger's, and so are their names.
@test "progress on a terminal when it takes longer than a second, and only then; names escaped" {
  local i slow=openat:delay_enter=50000
  mkdir many
  for i in {1..70}; do : >"many/$(printf 'a\033[31m%s.yaml' "$i")"; done
  run script -qec "$RUNMASK check many" /dev/null
  [[ $output == *"70 files skipped"* && $output != *" files, at "* ]]
  run script -qec "strace -f -o /dev/null -e inject=$slow $RUNMASK check many" /dev/null
  [[ $output == *"64 files, at "*'a\x1b[31m'* && $output != *$'\033[31m'* ]] || { echo "$output" | cat -v && false; }
  run strace -f -o /dev/null -e inject="$slow" "$RUNMASK" check many
  [[ $output != *" files, at "* ]]
}

@test "too large is said at once" {
  truncate -s 100M large.yaml
  run -2 timeout 1 "$RUNMASK" check large.yaml
  [[ $output == "large.yaml: larger than 64 MiB" ]]
}

@test "FIFOs, endless files and links to them end at once, and hide nothing beside them" {
  mkdir config walk variables override devcontainer
  mkfifo config/config.json walk/deploy.yml policy.fifo
  cp compose.yaml walk
  ln -s /dev/zero walk/z.yaml
  cp compose.yaml variables
  ln -s /dev/zero variables/.env
  cp compose.yaml override
  mkfifo override/docker-compose.override.yml
  echo '{"dockerComposeFile": "none.yml", "service": "web"}' > devcontainer/devcontainer.json
  echo '~' > devcontainer/none.yml

  run -1 timeout 5 "$RUNMASK" check walk
  [[ $output == *"walk/compose.yaml:4: exposed"* ]]
  run -1 timeout 5 "$RUNMASK" check variables
  for file in config walk/z.yaml override/compose.yaml /dev/zero devcontainer/devcontainer.json; do
    run -2 --separate-stderr timeout 5 "$RUNMASK" check "$file"
    [[ $stderr == "$file:"* ]]
    [ "${#stderr_lines[@]}" -eq 1 ]
  done
  for policy in policy.fifo /dev/zero; do
    run -2 timeout 5 "$RUNMASK" check --policy "$policy" compose.yaml
    [[ $output == *"\"$policy\": is not a regular file" ]]
  done
  run -2 timeout 5 "$RUNMASK" policy policy.fifo
  [[ $output == *"policy.fifo: is not a regular file" ]]
}

@test "marks that turn the direction of a line do not reach the terminal" {
  local marks=$'\xe2\x80\xae|\xe2\x81\xa6' format
  printf 'services:\n  "a\xe2\x80\xaeb\xe2\x81\xa6":\n    image: x\n    volumes: ["/run:/run", "/run/docker.sock:/\xe2\x80\xae"]\n' \
    > $'turned\xe2\x80\xae.yaml'
  LC_ALL=C grep -qE "$marks" $'turned\xe2\x80\xae.yaml'
  for format in text gcc github; do
    "$RUNMASK" check --format "$format" $'turned\xe2\x80\xae.yaml' > report 2>&1 || [ $? = 1 ]
    grep -q 'a\\xe2\\x80\\xaeb' report
    run ! env LC_ALL=C grep -E "$marks" report
  done
}

@test "binds that are not all listed: it says so" {
  echo $'services:\n  web:\n    volumes:' | tee more.yaml > few.yaml
  awk 'BEGIN { for (i = 0; i < 20000; i++) printf "      - /run:/run%s\n", substr("////////////////////", 1, i % 20 + 1) }' >> more.yaml
  echo '      - /run:/run' >> few.yaml
  run -1 bash -c 'timeout 20 "$0" check --json more.yaml > more.json' "$RUNMASK"
  grep -q "There are more such binds than are listed" more.json
  run -1 "$RUNMASK" check --json few.yaml
  [[ $output != *"There are more such binds"* ]]
}

@test "an override with very many volumes is refused at once" {
  local file
  for file in compose.yaml compose.override.yml; do
    awk -v at="/$file" 'BEGIN { print "services:\n  web:\n    volumes:"
      for (i = 0; i < 60000; i++) printf "    - /srv:%s/%d\n", at, i }' >$file
  done
  run -2 timeout 5 "$RUNMASK" check compose.yaml
  [[ $output == *"compose.override.yml beside it"*"brings too many volumes" ]]
}

@test "ten thousand documents in a second and 200 MB" {
  for ((i = 0; i < 10000; i++)); do
    printf -- '---\napiVersion: v1\nkind: Pod\nmetadata: {name: p%d}\nspec:\n  containers:\n  - name: a\n    volumeMounts: [{name: r, mountPath: /run}]\n  volumes:\n  - {name: r, hostPath: {path: /run}}\n' "$i"
  done > many.yaml
  # processor time: what else this machine does is not counted
  run -1 bash -c 'ulimit -v 204800; TIMEFORMAT="%U %S"; time "$0" check --json many.yaml > many.json' "$RUNMASK"
  awk '{ exit $1 + $2 > 2 }' <<< "$output"
  [ "$(jq '.containers | length' many.json)" -eq 10000 ]
}

# The memory is 10 MB; the limit counts what is set aside, too.
@test "ten thousand services of 300 bytes in a second and 12 MB, and a hundred thousand in ten times that" {
  local format='  s%d:
    image: nginx
    ports: ["80%d:80"]
    environment:
      DB_HOST: db.example
      DB_PASSWORD: not a secret
    labels: {traefik.enable: "true"}
    healthcheck:
      test: ["CMD", "curl", "-f", "http://localhost"]
      interval: 30s
    volumes:
      - ./data%d:/data
'
  for count in 10000 100000; do
    awk -v count="$count" -v format="$format" \
      'BEGIN { print "services:"; for (i = 0; i < count; i++) printf format, i, i, i }' >services.yaml
    run -0 bash -c 'ulimit -v "$1"; TIMEFORMAT="%U %S"; time "$0" check --quiet services.yaml' "$RUNMASK" $((count * 12 / 10))
    awk -v limit="$((count / 10000))" '{ exit $1 + $2 > limit }' <<<"$output"
  done
}

@test "the command line: help fits a screen, mistakes get one line and exit 2" {
  run -0 "$RUNMASK" --help
  [ "${#lines[@]}" -le 24 ]
  for line in "${lines[@]}"; do [ "${#line}" -le 80 ]; done
  run -0 "$RUNMASK" check --help
  [[ $output == *Example:* ]]
  run -0 "$RUNMASK" policy --help
  [[ $output == *Example:* ]]
  for word in --version -V version; do
    run -0 "$RUNMASK" "$word"
    [[ $output == "runmask "* ]]
  done
  for word in -h help; do
    run -0 "$RUNMASK" "$word"
    [[ $output == "Usage: runmask "* ]]
  done
  run -2 "$RUNMASK" chek
  [[ $output == *'did you mean "check"?'* ]]
  run -2 "$RUNMASK" check --jsn compose.yaml
  [[ $output == *'did you mean "--json"?'* ]]
  run -2 "$RUNMASK"
  [ "${#lines[@]}" -eq 1 ]
  run -2 "$RUNMASK" check
}

@test "policy validates and prints every key, and its own output is a policy" {
  echo '{"version": 1, "channels": ["nscd", "dbus"]}' > policy.json
  "$RUNMASK" policy - < policy.json > effective.json
  [ "$(jq -c '[.strategy, .channels, .facade.expose]' effective.json)" = '["mask",["nscd","dbus"],"all"]' ]
  "$RUNMASK" policy - < effective.json | cmp - effective.json
  echo '{"version": 1, "stratgy": "mask"}' > policy.json
  run -2 "$RUNMASK" policy - < policy.json
  [[ $output == *'did you mean "strategy"'* ]]
}

@test "--policy with onNamed: mask: a mount that names the channel is exposed" {
  cd "$BATS_TEST_TMPDIR"
  printf '{"version": 1, "onNamed": "mask"}' >policy.json
  cat >compose.yaml <<'Y'
services:
  named: {image: a, volumes: ["/run/nscd:/run/nscd"]}
  socket: {image: a, volumes: ["/var/run/nscd/socket:/var/run/nscd/socket"]}
  asks: {image: a, runtime: runmask, volumes: ["/run/nscd:/run/nscd"]}
Y
  run -0 "$RUNMASK" check --json compose.yaml
  [ "$(jq -c '[.containers[].channels.nscd]' <<<"$output")" = '["keep","keep","keep"]' ]
  run -1 "$RUNMASK" check --json --policy policy.json compose.yaml
  [ "$(jq -c '[.containers[].channels.nscd]' <<<"$output")" = '["exposed","exposed","masked"]' ]
  [ "$(jq -c '[.containers[0].mounts[].source]' <<<"$output")" = '["/run/nscd"]' ]
}

@test "--policy: its channels, and on a bundle what the hook would do" {
  mkdir bundle
  echo '{"version": 1, "channels": ["nscd", "dbus"]}' > policy.json
  echo '{"ociVersion": "1.0.2", "root": {"path": "r"}, "mounts": [{"destination": "/run", "type": "bind", "source": "/run", "options": ["rbind"]}]}' > bundle/config.json
  run -1 "$RUNMASK" check --policy policy.json bundle
  [[ ${output//$'\n'/ } == *"would cover /var/run/nscd, /run/dbus with an empty tmpfs"* ]]
  run -1 "$RUNMASK" check --json --policy policy.json bundle
  [ "$(jq -c '.containers[0].channels' <<< "$output")" = '{"nscd":"exposed","dbus":"exposed"}' ]
  echo '{"version": 2}' > policy.json
  run -2 "$RUNMASK" check --policy policy.json bundle
}
