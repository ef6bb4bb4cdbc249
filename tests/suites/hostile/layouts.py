#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""layouts SEED COUNT: layouts of links on the way to a name service, as shell lines, the same for the same seed.

A layout is one line: RUNTIME STAGE POLICY BINDS COMMANDS, separated by tabs. BINDS are the words of the lab's "bundle";
COMMANDS run in the rootfs; /var/run leads to /run there."""
import random
import shlex
import sys

PROC = ["/proc/self/root", "/proc/thread-self/root", "/proc/1/root", "/proc/self/cwd", "/proc/self/task/1/root",
        "/proc/./self/../self/root", "/proc/self/root/proc/1/root", "/dev/fd/../root", "/data/proc/self/root"]
POLICIES = ['{"strategy":"mask"}', '{"strategy":"facade"}',
            '{"strategy":"facade","facade":{"expose":["docker.sock"]}}',
            '{"strategy":"mask","channels":["nscd","resolved","userdb"]}']
# Binds, and where the host's /run (or the directory with the second name of its socket) is in the container then.
BINDS = [(["/run:/run"], "/run"), (["/run:/host/run"], "/host/run"), (["/run:/run", "/run:/host/run"], "/host/run"),
         (["/run/x:/run"], "/run"), (["/run/x:/host/run"], "/host/run"), (["/:/host:rbind,ro"], "/host/run"),
         (["/run:/run:rbind,ro"], "/run"), (["/run:/run:rbind,rslave"], "/run"), (["/run:/run"], "/run/x")]


def spell(random_, path):
    """The same path, written otherwise."""
    form = random_.randrange(6)
    if form == 0:
        return "../../../.." + path
    if form == 1:
        return path.replace("/", "//")
    if form == 2:
        return path.replace("/", "/./")
    if form == 3:
        return "/opt/.." + path
    if form == 4:
        return "/." * random_.choice([1, 30, 200, 1000, 1990]) + path
    return path


def end(random_, place, rest):
    """Where a chain of links leads in the end; place is the host's /run, rest what is below it."""
    kind = random_.randrange(10)
    if kind < 4:
        return random_.choice(PROC) + place + rest
    if kind < 7:
        return place + random_.choice(["", "", "/x/..", "/nscd/.."]) + rest
    if kind < 9:
        return random_.choice(["/run/.host-run", "/run/./.host-run", place + "/x/../.host-run"]) + rest
    return random_.choice(["/nowhere", "/opt/l0", "/etc/hosts", "/run/docker.sock"]) + rest


def layout(random_):
    where, rest = random_.choice([("var/run", ""), ("var/run/nscd", "/nscd"), ("var/run/nscd/socket", "/nscd/socket")])
    commands = ["mkdir -p opt data host run"]
    if where != "var/run":
        commands.append(f"rm var/run && mkdir -p {where.rsplit('/', 1)[0]}")
    else:
        commands.append("rm var/run")
    links = random_.choice([0, 0, 0, 1, 1, 2, 2, 5, 17, 33, 36, 38, 39, 40, 41])
    binds, place = random_.choice(BINDS)
    binds = list(binds)
    target = spell(random_, end(random_, place, rest))
    for i in range(links):
        commands.append(f"ln -s {shlex.quote(target)} opt/l{i}")
        target = spell(random_, f"/opt/l{i}")
    commands.append(f"ln -s {shlex.quote(target)} {where}")
    if random_.randrange(4) == 0:
        commands.append("mv var other && ln -s /other var")
    if random_.randrange(5) == 0:
        binds.append("/proc:/data/proc")
    words = " ".join("--bind " + bind for bind in binds)
    stage = random_.choice(["createRuntime", "createRuntime", "prestart", "createContainer"])
    return "\t".join([random_.choice(["runc", "crun"]), stage, random_.choice(POLICIES), words, "; ".join(commands)])


def main():
    random_ = random.Random(int(sys.argv[1]))
    for _ in range(int(sys.argv[2])):
        print(layout(random_))


main()
