# SPDX-License-Identifier: MIT
"""A machine without a CPU, driven over the qtest protocol.

Two ways to have none: "-accel qtest", where time passes only by clock_step; and "-accel tcg" with a guest that waits
for an interrupt that it does not take, for a QEMU that was built without the first (Debian's is).  There time passes
by itself, and advance() sleeps."""
import re
import select
import socket
import struct
import subprocess
import tempfile
import time
from pathlib import Path

RAM, FREE = 0x80000000, 0x80100000  # FREE: for the scripts; what is before belongs to the waiting guest
WAIT_FOR_EVER = struct.pack("<II", 0x10500073, 0xffdff06f)  # 1: wfi; j 1b
SECONDS = 20


ANSWERED = set()  # (emulator, command) of all that was answered with OK


def connect(path, process):
    end = time.monotonic() + SECONDS
    while True:
        s = socket.socket(socket.AF_UNIX)
        try:
            s.connect(str(path))
            return s
        except OSError:
            s.close()
            if process.poll() is not None or time.monotonic() > end:
                raise AssertionError(f"the emulator did not start ({process.poll()}): " + process.stderr.read().decode()) from None
            time.sleep(0.01)


class Machine:
    def __init__(self, name, emulator, accel, *args, files=None):
        """@args may name the @files (name -> contents), which lie in the directory that the emulator starts in."""
        self.name = name
        self.exact = accel == "qtest"
        self.dir = tempfile.TemporaryDirectory()
        d = self.path = Path(self.dir.name)
        for file, contents in {"wait.bin": WAIT_FOR_EVER, **(files or {})}.items():
            (d / file).write_bytes(contents)
        command = [emulator, "-M", "virt", "-accel", accel, "-display", "none", "-bios", d / "wait.bin",
                   "-qtest-log", "/dev/null"]
        for option, name in ("-qtest", "qtest"), ("-serial", "serial"), ("-monitor", "monitor"):
            command += [option, f"unix:{d / name},server=on,wait=off"]
        self.process = subprocess.Popen([*command, *args], cwd=d, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE)
        self.lines, self.events, self.buffer = {}, [], b""
        self.socket = connect(d / "qtest", self.process)
        self.serial = None

    def __enter__(self):
        return self

    def __exit__(self, *why):
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()
        for s in (self.socket, self.serial):
            if s:
                s.close()
        self.dir.cleanup()

    # ---- the protocol ----

    def _line(self, seconds):
        """The next line, or None when none comes in time."""
        while b"\n" not in self.buffer:
            if not select.select([self.socket], [], [], seconds)[0]:
                return None
            data = self.socket.recv(65536)
            assert data, "the emulator closed the connection"
            self.buffer += data
        line, self.buffer = self.buffer.split(b"\n", 1)
        return line.decode()

    def _irq(self, line):
        _, what, n = line.split()
        self.lines[int(n)] = int(what == "raise")
        self.events.append((int(n), int(what == "raise")))

    def ask(self, command):
        """The answer to @command, with its OK or FAIL."""
        self.socket.sendall(command.encode() + b"\n")
        while True:
            line = self._line(SECONDS)
            assert line is not None, f"no answer to {command}"
            if not line.startswith("IRQ "):
                if line.startswith("OK"):
                    ANSWERED.add((self.name, command.split()[0]))
                return line
            self._irq(line)

    def ask_nothing(self, command):
        """@command ends the emulator, maybe before it answers."""
        self.socket.sendall(command.encode() + b"\n")

    def do(self, command):
        answer = self.ask(command)
        assert answer.startswith("OK"), f"{command}: {answer}"
        return answer[3:]

    def r8(self, a): return int(self.do(f"readb {a:#x}"), 16)
    def r16(self, a): return int(self.do(f"readw {a:#x}"), 16)
    def r32(self, a): return int(self.do(f"readl {a:#x}"), 16)
    def r64(self, a): return int(self.do(f"readq {a:#x}"), 16)
    def w8(self, a, v): self.do(f"writeb {a:#x} {v:#x}")
    def w16(self, a, v): self.do(f"writew {a:#x} {v:#x}")
    def w32(self, a, v): self.do(f"writel {a:#x} {v:#x}")
    def w64(self, a, v): self.do(f"writeq {a:#x} {v:#x}")
    def read(self, a, n): return bytes.fromhex(self.do(f"read {a:#x} {n:#x}")[2:])
    def write(self, a, data): self.do(f"write {a:#x} {len(data):#x} 0x{data.hex()}")

    # ---- interrupt lines ----

    def listen(self, path):
        """To the inputs of the device at @path, from now on; they are taken to be low."""
        self.do(f"irq_intercept_in {path}")

    def pull(self, path, n, level):
        self.do(f"set_irq_in {path} unnamed-gpio-in {n} {level}")

    def irq(self, n, level=None):
        """The level of line @n that was told last; with @level, wait until it is that."""
        end = time.monotonic() + 2
        while True:
            while (line := self._line(0)) is not None:
                self._irq(line)
            if level is None or self.lines.get(n, 0) == level or time.monotonic() > end:
                return self.lines.get(n, 0)
            time.sleep(0.002)

    # ---- time ----

    def advance(self, ns):
        """Let virtual time pass: exactly @ns, or, where it passes by itself, a little more."""
        if self.exact:
            self.do(f"clock_step {ns}")
        else:
            time.sleep(ns / 1e9 + 0.02)

    # ---- beside the protocol ----

    def monitor(self, command):
        with connect(self.path / "monitor", self.process) as s:
            text = ""
            for c in (None, command):
                if c:
                    s.sendall(c.encode() + b"\n")
                    text = ""
                while not re.search(r"\((qemu|teemu)\) (\x1b\[K)?$", text):
                    data = s.recv(65536)
                    assert data, "the monitor closed the connection"
                    text += data.decode(errors="replace")
            return text

    def device(self, typename):
        """The path of the first device of that type."""
        stack = []
        for line in self.monitor("info qom-tree").replace("\r", "").split("\n"):
            m = re.match(r"( *)/(.+) \((.+)\)$", line)
            if m:
                stack[len(m[1]) // 2:] = [m[2]]
                if m[3] == typename:
                    return "/" + "/".join(stack)
        raise AssertionError(f"no {typename} in the tree")

    def console(self):
        """The other end of the serial port."""
        if not self.serial:
            self.serial = connect(self.path / "serial", self.process)
            self.serial.settimeout(5)
        return self.serial

    def status(self):
        """Wait until the emulator ends; its exit status."""
        return self.process.wait(SECONDS)
