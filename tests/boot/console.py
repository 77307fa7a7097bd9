# SPDX-License-Identifier: MIT
"""A machine with a user at its console: starts the emulator on a pseudo-terminal, types, and waits
for answers.

Every wait has a limit, and the emulator is killed on each way out, so a hung guest costs one failed
test.  `suite` runs test functions and prints the lines that tests/run counts.  LIMIT=N stretches
all limits N times (for sanitizer builds).

What the running machine shows or obeys is tested by `everywhere`: once in each configuration of
tests/configurations.  What was read there is recorded, and the test at a suite's end (`complete`)
compares that with what the emulator says that it has."""
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import termios
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
EMU = os.environ.get("EMU") or os.path.join(os.environ.get("B", "build"), "teemu")
# QEMU proves the tests themselves: the few that ask for what only teemu has are left out there.
PEER = os.path.basename(EMU).startswith("qemu-")
LIMIT = float(os.environ.get("LIMIT", "1"))
TESTS = []
LAST = []  # tests of whether the others left anything out


class Failure(Exception):
    """What the test found wrong, in words."""


class Machine:
    """One run of the emulator; use it in a `with` statement."""

    def __init__(self, *args, limit=60):
        self.limit = limit * LIMIT
        self.log = ""   # all that the console said
        self.seen = 0   # how much of it expect() has consumed
        self.terminal, self.slave = pty.openpty()
        self.settings = termios.tcgetattr(self.slave)
        self.process = subprocess.Popen([EMU, *args], stdin=self.slave, stdout=self.slave,
                                        stderr=self.slave, start_new_session=True)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.terminal)
        os.close(self.slave)
        if isinstance(value, Failure):
            value.log = self.log

    def listen(self, seconds):
        """Take in what the console says now; False when it said nothing for so long."""
        if not select.select([self.terminal], [], [], seconds)[0]:
            return False
        self.log += os.read(self.terminal, 65536).decode(errors="replace").replace("\r", "")
        return True

    def expect(self, pattern, limit=None):
        """Wait until the console says @pattern, a regular expression; returns the match."""
        end = time.monotonic() + (limit * LIMIT if limit else self.limit)
        while True:
            match = re.compile(pattern, re.M).search(self.log, self.seen)
            if match:
                self.seen = match.end()
                return match
            if not self.listen(0.05) and self.process.poll() is not None and not self.listen(0):
                raise Failure(f"the emulator ended (status {self.process.returncode}) "
                              f"before the console said {pattern!r}")
            if time.monotonic() > end:
                raise Failure(f"the console did not say {pattern!r} in time")

    def type(self, text):
        os.write(self.terminal, text.encode())

    def command(self, text, prompt="# "):
        """Type a command at the guest's prompt; returns what it printed."""
        self.type(text + "\n")
        start = self.seen
        self.expect(re.escape(prompt))  # the echo of the command comes before it
        return self.log[start:self.seen]

    def end(self, status=0):
        """Wait until the emulator ends by itself, which must be with @status."""
        end = time.monotonic() + self.limit
        while self.process.poll() is None:
            self.listen(0.05)
            if time.monotonic() > end:
                raise Failure("the emulator did not end in time")
        while self.listen(0):
            pass
        if status is not None and self.process.returncode != status:
            raise Failure(f"the emulator ended with status {self.process.returncode}, not {status}")
        if termios.tcgetattr(self.slave) != self.settings:
            raise Failure("the emulator left the terminal in another mode than it found it in")

    def processor_time(self):
        """Seconds of host processor time used so far."""
        with open(f"/proc/{self.process.pid}/stat") as f:
            fields = f.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def check(condition, sentence):
    if not condition:
        raise Failure(sentence)


def host(*command):
    """Run a program of the host, which must succeed; returns its output."""
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said = result.stdout.decode(errors="replace")
    if result.returncode:
        raise Failure(f"{' '.join(command)}: status {result.returncode}\n{said}")
    return said


def test(name, teemu_only=False):
    """Mark a function as the test called @name."""
    def add(function):
        if not (teemu_only and PEER):
            TESTS.append((name, function))
        return function
    return add


# ---- configurations, and what was read in each ----

def read_configurations():
    with open(os.path.join(ROOT, "tests/configurations")) as f:
        return dict(line.split() for line in f if not line.startswith("#"))


CONFIGURATIONS = {"qemu": "tcg"} if PEER else read_configurations()
now = None   # the name of the configuration that the running test is for
READ = set()  # (configuration, kind, name): this test read what NAME, a command or the like, says


def accel():
    """The options for the configuration of the running test."""
    return ("-accel", CONFIGURATIONS[now]) if now else ()


def everywhere(name, teemu_only=False, only=""):
    """Mark a function as a test for each configuration; machines are made with accel().  @only:
    part of the names of the configurations in which there is such a thing at all."""
    def add(function):
        def run(label):
            global now
            now = label
            try:
                function()
            finally:
                now = None
        for label in CONFIGURATIONS:
            if PEER or only in label:
                test(f"{name} ({label})", teemu_only)(lambda label=label: run(label))
        return function
    return add


def record(kind, name):
    READ.add((now, kind, name))


def complete(kind, name):
    """Mark a function that asks the emulator for all names of @kind (a set of aliases each, or a
    string): each of them must have been read in each configuration."""
    def add(function):
        def run():
            missing = [f"{'|'.join(sorted(aliases))} ({label})"
                       for aliases in ({n} if isinstance(n, str) else n for n in function())
                       for label in CONFIGURATIONS
                       if not any((label, kind, alias) in READ for alias in aliases)]
            check(not missing, "no test reads " + ", ".join(missing))
        if not PEER:
            LAST.append((name, run))
        return function
    return add


def report(name, failure):
    print(f"not ok {name}")
    print(f"  | {failure}")
    for line in getattr(failure, "log", "").split("\n")[-25:]:
        print(f"  | {line}")


def suite(prepare):
    """Run the tests whose name holds one of the arguments (all without); 1 if any failed."""
    # A killed suite must not leave its emulator behind: leave by the `with` statements.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    os.chdir(ROOT)
    failed = 0
    try:
        check(shutil.which(EMU), f"there is no {EMU}: run make, or name an emulator with EMU=")
        prepare()
    except Failure as failure:
        report("preparation", failure)
        return 1
    for name, function in TESTS + ([] if sys.argv[1:] else LAST):
        if sys.argv[1:] and not any(word in name for word in sys.argv[1:]):
            continue
        start = time.monotonic()
        try:
            function()
            print(f"ok {name}  ({time.monotonic() - start:.1f} s)", flush=True)
        except Failure as failure:
            failed += 1
            report(name, failure)
            sys.stdout.flush()
    return 1 if failed else 0
