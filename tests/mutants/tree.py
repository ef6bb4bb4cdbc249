# SPDX-License-Identifier: Apache-2.0
"""What the programs of this folder share: a change, the trees in which it is tried, and the tests that may notice it."""
import fcntl
import os
import pathlib
import queue
import re
import shlex
import shutil
import signal
import subprocess
import sys
import threading

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILD_LIMIT, UNIT_LIMIT, BATS_LIMIT = 600, 120, 600  # seconds
SCRIPTS = ("check", "doctor", "rewrite")
ENVIRONMENT = {key: value for key, value in os.environ.items()
               if key not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "UPDATE_GOLDEN")}


class Mutant:
    """A paragraph of a table: FILE and what is changed, "KEY: VALUE" lines, "-" and "+" lines."""

    def __init__(self, table, first, paragraph):
        lines = paragraph.splitlines()
        self.table, self.first, self.where = table, first, f"{table.name}:{first}"
        head = re.fullmatch(r"(\S+): (.+)", lines[0])
        if not head:
            sys.exit(f"{self.where}: not \"FILE: what is changed\": {lines[0]}")
        self.path, self.what = head.groups()
        self.test = self.reason = None
        old, new = [], []
        for line in lines[1:]:
            if line.startswith("test: "):
                self.test = line[6:]
            elif line.startswith("why: "):
                self.reason = line[5:]
            elif line[:1] in ("-", "+"):
                (old if line[0] == "-" else new).append(line[1:])
            else:
                sys.exit(f"{self.where}: neither test, why, - nor +: {line}")
        self.old, self.new = "".join(f"{line}\n" for line in old), "".join(f"{line}\n" for line in new)
        if not old or self.old == self.new:
            sys.exit(f"{self.where}: changes nothing")

    def is_fast(self):
        return self.test is not None and ".bats" not in self.test

    def misfit(self, root=ROOT):
        """None, or why it does not apply to the sources."""
        path = root / self.path
        if not path.is_file():
            return f"{self.path} is not there"
        count = path.read_text(encoding="utf-8").count(self.old)
        return None if count == 1 else f"the old text is in {self.path} {count} times"


def read_table(path):
    text = path.read_text(encoding="utf-8")
    for found in re.finditer(r"(?:^(?!#).+\n)+", text, re.M):
        yield Mutant(path, text.count("\n", 0, found.start()) + 1, found.group(0))


def sources():
    listed = subprocess.run(["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"], cwd=ROOT, check=True,
                            capture_output=True).stdout.decode().split("\0")
    return {name for name in listed if name and ((ROOT / name).is_symlink() or (ROOT / name).is_file())}


def is_same(one, other):
    if one.is_symlink() or other.is_symlink():
        return one.is_symlink() and other.is_symlink() and os.readlink(one) == os.readlink(other)
    return (other.is_file() and one.stat().st_mode == other.stat().st_mode
            and one.read_bytes() == other.read_bytes())


class Tree:
    """A copy of the sources with a build of its own, in which one mutant at a time is alive. It is kept
    in build/mutants, so that the next run builds only what has changed."""

    def __init__(self, place):
        self.place = place
        names = sources()
        for path in [path for path in place.rglob("*") if not path.is_relative_to(place / "build")]:
            if (path.is_symlink() or not path.is_dir()) and str(path.relative_to(place)) not in names:
                path.unlink()
        for name in names:
            if not is_same(ROOT / name, place / name):
                (place / name).parent.mkdir(parents=True, exist_ok=True)
                (place / name).unlink(missing_ok=True)
                shutil.copy(ROOT / name, place / name, follow_symlinks=False)
        (place / "build/lab").mkdir(parents=True, exist_ok=True)
        if (ROOT / "build/lab/debs").exists() and not (place / "build/lab/debs").exists():
            subprocess.run(["cp", "-a", "--reflink=auto", ROOT / "build/lab/debs", place / "build/lab/debs"], check=True)

    def run(self, command, limit, stop_at=None):
        """(exit status, output); the status is None when time is up, and "stopped" at a line that stop_at matches."""
        process = subprocess.Popen(command, cwd=self.place, env={**ENVIRONMENT, "LC_ALL": "C"}, text=True,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                   errors="replace", start_new_session=True)
        ended = []

        def end(why):
            if not ended and process.poll() is None:
                ended.append(why)
                os.killpg(process.pid, signal.SIGTERM)

        timer = threading.Timer(limit, end, (None,))
        timer.start()
        output = []
        for line in process.stdout:
            output.append(line)
            if stop_at and re.search(stop_at, line):
                end("stopped")
        status = process.wait()
        timer.cancel()
        return (ended[0] if ended else status), "".join(output)

    def build(self, *targets):
        return self.run(["make", "-s", "LINK=static", "WERROR=", *targets], BUILD_LIMIT)

    def change(self, mutant):
        """None, or why it does not apply."""
        why = mutant.misfit(self.place)
        if not why:
            path = self.place / mutant.path
            path.write_text(path.read_text(encoding="utf-8").replace(mutant.old, mutant.new), encoding="utf-8")
        return why

    def restore(self, name):
        shutil.copyfile(ROOT / name, self.place / name)


def bats_command(files, name=None):
    return ["tests/lab/private-host", "bats", "--tap", *(["--filter", f"^{re.escape(name)}$"] if name else []),
            *(f"tests/{file}" for file in files)]


class Test:
    """A named test: what is to be built, what is run, and whether its output says that this very test failed."""

    def __init__(self, text):
        words = shlex.split(text)
        self.targets, self.limit = ["all"], UNIT_LIMIT
        if words[0].endswith(".bats") and len(words) == 2:
            name = re.escape(words[1])
            self.command = bats_command(words[:1], words[1])
            self.passed, self.failed = rf"^ok 1 {name}$", rf"^not ok 1 {name}$"
            self.limit = BATS_LIMIT
        elif words[0] == "golden" and words[1] in SCRIPTS:
            program = {"rewrite": "oci-runmask"}.get(words[1], "runmask")
            self.command = [f"tests/golden/{words[1]}/run", f"build/{program}", words[2]]
            self.passed, self.failed = r"^1 passed, 0 failed$", rf"^FAILED: {re.escape(words[2])}$"
        elif words[:2] == ["golden", "plan"] and len(words) == 3:
            self.targets = ["build/tests/golden/plan"]
            self.command = [self.targets[0], words[2]]
            self.passed, self.failed = r"^1 passed, 0 failed$", r"^0 passed, 1 failed$"
        elif words[0] in ("unit", "golden", "property") and len(words) == 3:
            program = f"build/tests/{words[0]}/{words[1]}"
            self.targets = [program]
            name = words[2].replace("/", "::")
            self.command = [program, "--filter", words[2], "--verbose", "--color=never"]
            self.passed = rf"\[PASS\] {re.escape(name)}"
            self.failed = rf"\[(FAIL|CRASH)\] {re.escape(name)}|{re.escape(name)}: CRASH|\[----\].*{re.escape(name)}.*CRASH"
        else:
            sys.exit(f"mutants: what test is \"{text}\"?")

    def look(self, tree):
        status, output = tree.run(self.command, self.limit)
        if status is None:
            return "took too long", output
        if status != 0 and re.search(self.failed, output, re.M):
            return "failed", output
        if status == 0 and re.search(self.passed, output, re.M):
            return "passed", output
        return f"ended with {status} and neither passed nor failed", output


def claim_trees(count):
    """(place, lock) of so many trees that no other run has."""
    number = 0
    while count:
        place = ROOT / "build/mutants" / str(number)
        place.mkdir(parents=True, exist_ok=True)
        lock = open(place.with_suffix(".lock"), "w", encoding="utf-8")
        number += 1
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            continue
        count -= 1
        yield place, lock


def workers(jobs, todo_list, work):
    """work(tree, one) for each of the list, on so many trees; yields (one, result) as they end."""
    todo, done = queue.Queue(), queue.Queue()
    for one in todo_list:
        todo.put(one)

    def loop(place):
        try:
            tree = Tree(place)
            status, output = tree.build("all")
            if status != 0:
                done.put((None, "the sources as they are do not compile:\n" + output[-2000:]))
            while status == 0:
                one = todo.get_nowait()
                done.put((one, work(tree, one)))
        except queue.Empty:
            pass
        except Exception as error:  # pylint: disable=broad-except
            done.put((None, f"{type(error).__name__}: {error}"))
        done.put(None)

    count = max(1, min(jobs, len(todo_list)))
    trees = list(claim_trees(count))
    for place, _ in trees:
        threading.Thread(target=loop, args=(place,), daemon=True).start()
    while count:
        answer = done.get()
        count -= answer is None
        if answer is not None:
            yield answer
