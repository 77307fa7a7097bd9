# SPDX-License-Identifier: MIT
"""A machine that waits for gdb, gdb itself as its client, and a client of our own for what gdb never
sends."""
import functools
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "boot"))
from console import EMU, LIMIT, PEER, Failure, Machine, accel, check, host, record  # noqa: E402

OUT = os.path.join(os.environ.get("B", "build"), "tests/gdb")
CROSS = os.environ.get("CROSS", "riscv64-linux-gnu-")
SCRATCH = tempfile.mkdtemp(prefix="teemu-gdb-")


# ---- what was asked, and answered ----

@functools.cache
def rows():
    """The packets that the emulator knows, by the beginnings of their names."""
    return [] if PEER else [line.split()[0] for line in host(EMU, "-list", "gdb").splitlines()]


def note(packet, reply):
    """Somebody reads the @reply to @packet: that is one for its row, and for what it names."""
    row = max((name for name in rows() if packet.startswith(name)), key=len, default="")
    if reply and not re.fullmatch("E[0-9a-f]{2}", reply):
        record("gdb", row)
        record("gdb", packet[:2])  # as in Z2, Hg
        for action in re.findall(r";([cCsSr])", packet) if row == "vCont" else []:
            record("gdb", f"vCont;{action}")


def note_log(path):
    """The same for all that gdb itself has sent, from its own log."""
    packet = ""
    with open(path, errors="replace") as f:
        for line in f:
            if match := re.match(r"w .*?\$(.*)#[0-9a-f]{2}", line):
                packet = match[1]
            elif match := re.match(r"r .*?\$(.+?)(#[0-9a-f]{2}|$)", line):
                note(packet, match[1])


# ---- programs and machines ----

def program(name, bits=64):
    """Build tests/gdb/NAME.S; returns the ELF file."""
    elf = f"{OUT}/{name}.{bits}.elf"
    abi, emulation = ("lp64d", "elf64lriscv") if bits == 64 else ("ilp32d", "elf32lriscv")
    os.makedirs(OUT, exist_ok=True)
    host(f"{CROSS}gcc", f"-march=rv{bits}gc_zicsr_zifencei", f"-mabi={abi}", "-mcmodel=medany",
         "-c", f"tests/gdb/{name}.S", "-o", f"{elf}.o")
    host(f"{CROSS}ld", "-m", emulation, "-T", "tests/guest/link.ld", "--no-relax",
         "--no-warn-rwx-segments", "-o", elf, f"{elf}.o")
    return elf


def symbols(elf):
    return {line.split()[2]: int(line.split()[0], 16) for line in
            host(f"{CROSS}nm", elf).split("\n") if line}


class Debuggee(Machine):
    """A stopped machine with a gdb server on a socket."""

    def __init__(self, *args, board=("-M", "virt", "-bios", "none"), stopped=True, limit=60,
                 wait=None):
        self.socket = os.path.join(SCRATCH, f"gdb{time.monotonic_ns()}")
        mine = () if {"-gdb", "-s"} & set(args) else ("-gdb", f"unix:{self.socket},server=on,wait=off")
        monitor = () if "-monitor" in args else ("-monitor", "none")
        super().__init__(*board, *accel(), "-display", "none", "-serial", "stdio", *monitor, *mine,
                         *(["-S"] if stopped else []), *args, limit=limit)
        self.wait_for(wait or self.socket)

    def wait_for(self, path):
        end = time.monotonic() + 10 * LIMIT
        while not os.path.exists(path):
            if time.monotonic() > end or self.process.poll() is not None:
                while self.listen(0):
                    pass
                raise Failure(f"there is no {path}\n{self.log}")
            time.sleep(0.01)

    def __exit__(self, kind, value, trace):
        log = getattr(value, "log", "")  # what gdb said says more than the console
        super().__exit__(kind, value, trace)
        if log:
            value.log = log

    def gdb(self, commands, elf=None, limit=None, target=None, interrupt=None):
        """Run gdb with @commands, one a line, after connecting; returns what it said.  @interrupt is
        a text at which, when gdb has said it, Ctrl-C is pressed soon."""
        script = os.path.join(SCRATCH, "script.gdb")
        with open(script, "w") as f:
            f.write("set pagination off\nset confirm off\nset width 0\nset osabi none\n"
                    "set architecture riscv:rv64\n" if not elf else
                    "set pagination off\nset confirm off\nset width 0\nset osabi none\n")
            f.write(f"set remotelogbase ascii\nset remotelogfile {script}.log\n"
                    f"target remote {target or self.socket}\n")
            f.write("\n".join(line.strip() for line in commands.strip().split("\n")) + "\n")
        said_all = run_gdb(["gdb-multiarch", "-nx", "-batch", "-x", script] + ([elf] if elf else []),
                           (limit or self.limit) * LIMIT, interrupt)
        note_log(f"{script}.log")
        return said_all


def run_gdb(command, limit, interrupt):
    log = os.path.join(SCRATCH, "gdb.log")
    end = time.monotonic() + limit
    pressed = False
    with open(log, "wb") as out:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                   start_new_session=True)
    try:
        while process.poll() is None:
            time.sleep(0.02)
            if interrupt and not pressed and interrupt in open(log, errors="replace").read():
                time.sleep(0.5)
                process.send_signal(signal.SIGINT)
                pressed = True
            if time.monotonic() > end:
                failure = Failure("gdb did not end in time")
                failure.log = open(log, errors="replace").read()
                raise failure
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    return open(log, errors="replace").read()


def said(log, *patterns):
    """The patterns stand in @log in this order, each at the beginning of a line or behind the name
    of the first hart."""
    at = 0
    for pattern in patterns:
        match = re.compile("^(?:Thread 1 hit )?" + pattern, re.M).search(log, at)
        if not match:
            failure = Failure(f"gdb did not say {pattern!r} (or not in this order)")
            failure.log = log
            raise failure
        at = match.end()


class Client:
    """A client that speaks bytes."""

    def __init__(self, machine, limit=10):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(limit * LIMIT)
        end = time.monotonic() + limit * LIMIT
        while True:
            try:
                self.socket.connect(machine.socket)
                break
            # Others are in the queue that have left already; or it is bound, but not yet listening.
            except (BlockingIOError, ConnectionRefusedError):
                check(time.monotonic() < end, "the gdb server lets nobody in")
                time.sleep(0.01)
        self.buffer = b""
        self.ack = True

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def byte(self):
        if not self.buffer:
            try:
                self.buffer = self.socket.recv(65536)
            except OSError as e:
                raise Failure(f"the gdb server did not answer: {e}")
            if not self.buffer:
                raise Failure("the gdb server closed the connection")
        c, self.buffer = self.buffer[:1], self.buffer[1:]
        return c

    def receive(self):
        """The next packet, acknowledged."""
        while self.byte() != b"$":
            pass
        data = bytearray()
        total = 0
        while (c := self.byte()) != b"#":
            total += c[0]
            if c == b"}":
                c = self.byte()
                total += c[0]
                c = bytes([c[0] ^ 0x20])
            data += c
        check(int(self.byte() + self.byte(), 16) == total & 255, "a reply with a wrong sum")
        if self.ack:
            self.send(b"+")
        return bytes(data)

    def packet(self, data):
        data = data if isinstance(data, bytes) else data.encode()
        self.send(b"$" + data + b"#%02x" % (sum(data) & 255))

    def ask(self, data):
        self.packet(data)
        reply = self.receive().decode(errors="replace")
        note(data if isinstance(data, str) else data.decode(errors="replace"), reply)
        return reply

    def expect(self, data, reply):
        got = self.ask(data)
        check(got == reply, f"the answer to {data!r} is {got!r}, not {reply!r}")


def steps(*args, harts=2):
    """The first hart runs the program, the others sleep.  (QEMU's atomics at watchpoints are right
    only where nobody else runs.)"""
    elf = f"{OUT}/steps.64.elf"
    return Debuggee("-smp", "1" if PEER else str(harts), "-kernel", elf, *args), elf


def symbol(name):
    return symbols(f"{OUT}/steps.64.elf")[name]
