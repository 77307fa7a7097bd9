# SPDX-License-Identifier: MIT
"""A machine with a text monitor and a QMP monitor on sockets, and a client for each."""
import json
import os
import re
import select
import socket
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "boot"))
from console import LIMIT, PEER, Failure, Machine, accel, check, host, record  # noqa: E402

OUT = os.path.join(os.environ.get("B", "build"), "tests/monitor")
CROSS = os.environ.get("CROSS", "riscv64-linux-gnu-")
SCRATCH = tempfile.mkdtemp(prefix="teemu-monitor-")


def program(name):
    """Build tests/monitor/NAME.S; returns the ELF file."""
    elf = f"{OUT}/{name}.elf"
    os.makedirs(OUT, exist_ok=True)
    host(f"{CROSS}gcc", "-march=rv64gc_zicsr_zifencei", "-mabi=lp64d", "-mcmodel=medany", "-c",
         f"tests/monitor/{name}.S", "-o", f"{elf}.o")
    host(f"{CROSS}ld", "-m", "elf64lriscv", "-T", "tests/guest/link.ld", "--no-relax",
         "--no-warn-rwx-segments", "-o", elf, f"{elf}.o")
    return elf


class Watched(Machine):
    """A machine with two harts and both monitors, stopped unless told otherwise."""

    def __init__(self, *args, board=("-M", "virt", "-bios", "none", "-smp", "2"), stopped=True,
                 limit=30):
        unique = time.monotonic_ns()
        self.hmp_path = os.path.join(SCRATCH, f"hmp{unique}")
        self.qmp_path = os.path.join(SCRATCH, f"qmp{unique}")
        super().__init__(*board, *accel(), "-display", "none", "-serial", "null",
                         "-monitor", f"unix:{self.hmp_path},server=on,wait=off",
                         "-qmp", f"unix:{self.qmp_path},server=on,wait=off",
                         *(["-S"] if stopped else []), *args, limit=limit)
        self.clients = []
        self.wait_for(self.hmp_path)
        self.wait_for(self.qmp_path)

    def wait_for(self, path):
        end = time.monotonic() + 10 * LIMIT
        while not os.path.exists(path):
            if time.monotonic() > end or self.process.poll() is not None:
                while self.listen(0):
                    pass
                raise Failure(f"there is no monitor\n{self.log}")
            time.sleep(0.01)

    def hmp(self):
        self.clients.append(Hmp(self.hmp_path, self.limit))
        return self.clients[-1]

    def qmp(self, negotiate=True):
        self.clients.append(Qmp(self.qmp_path, self.limit, negotiate))
        return self.clients[-1]

    def __exit__(self, kind, value, trace):
        for client in self.clients:
            client.socket.close()
        log = getattr(value, "log", "")
        super().__exit__(kind, value, trace)
        if log:
            value.log = log


class Client:
    def __init__(self, path, limit):
        self.data = b""
        self.socket = socket.socket(socket.AF_UNIX if isinstance(path, str) else socket.AF_INET)
        self.socket.settimeout(limit)
        end = time.monotonic() + limit
        while self.socket.connect_ex(path):  # between bind and listen it is refused
            check(time.monotonic() < end, "there is no connection")
            time.sleep(0.01)

    def fail(self, sentence):
        failure = Failure(sentence)
        failure.log = self.data.decode(errors="replace")
        raise failure

    def receive(self):
        try:
            data = self.socket.recv(65536)
        except socket.timeout:
            self.fail("the monitor did not answer in time")
        if not data:
            self.fail("the monitor hung up")
        self.data += data

    def ended(self):
        """Does the emulator close the connection?"""
        try:
            while self.socket.recv(65536):
                pass
        except ConnectionError:
            pass
        return True


class Hmp(Client):
    PROMPT = b"(qemu) " if PEER else b"(teemu) "

    def __init__(self, path, limit):
        super().__init__(path, limit)
        self.until_prompt()

    def until_prompt(self):
        while not (self.data.endswith(self.PROMPT) or self.data.endswith(self.PROMPT + b"\x1b[K")):
            self.receive()
        text, self.data = self.data, b""
        return text

    def send(self, text):
        self.socket.sendall(text.encode() if isinstance(text, str) else text)

    def read(self, command):
        """Somebody looks at what @command says."""
        words = re.split(r"[ /]", command)
        record("hmp", " ".join(words[:2 if words[0] == "info" else 1]))

    def do(self, command):
        """Type @command; returns the lines that it says.  Whoever compares them uses `says`."""
        self.send(command + "\n")
        text = self.until_prompt().decode(errors="replace").replace("\r\n", "\n")
        text = text[text.index("\n") + 1:]  # behind the echo
        return re.sub(r"\r?\(\w+\) (\x1b\[K)?$", "", text)

    def says(self, command, *patterns):
        """@command's answer holds the patterns in this order, each at the beginning of a line."""
        text = self.do(command)
        at = 0
        for pattern in patterns:
            match = re.compile("^" + pattern, re.M).search(text, at)
            if not match:
                self.data = text.encode()
                self.fail(f"{command}: there is no {pattern!r} (or not in this order)")
            at = match.end()
            self.read(command)
        return text

    def answers(self, command, text=""):
        """All that @command says is @text."""
        said = self.do(command)
        check(said == text, f"{command} says {said!r}, not {text!r}")
        self.read(command)

    def value(self, expression):
        value = int(self.do(f"print/x {expression}").strip(), 0)
        self.read("print")
        return value


class Qmp(Client):
    def __init__(self, path, limit, negotiate=True):
        super().__init__(path, limit)
        self.events = []
        self.greeting = self.message()
        if negotiate:
            self.do("qmp_capabilities")

    def message(self):
        while b"\n" not in self.data:
            self.receive()
        line, self.data = self.data.split(b"\n", 1)
        try:
            return json.loads(line)
        except ValueError:
            self.fail(f"this is no JSON: {line!r}")

    def send(self, text):
        self.socket.sendall(text.encode() if isinstance(text, str) else text)

    def answer(self):
        """The next message that is no event; events are kept."""
        while True:
            message = self.message()
            if "event" not in message:
                return message
            self.events.append(message)

    def ask(self, command, **arguments):
        request = {"execute": command}
        if arguments:
            request["arguments"] = {key.replace("_", "-"): v for key, v in arguments.items()}
        self.send(json.dumps(request) + "\n")
        return self.answer()

    def do(self, command, **arguments):
        answer = self.ask(command, **arguments)
        if "return" not in answer:
            self.fail(f"{command}: {answer}")
        record("qmp", command)
        return answer["return"]

    def fails(self, command, error_class, words, **arguments):
        error = self.ask(command, **arguments).get("error", {})
        check(error.get("class") == error_class and words in error.get("desc", ""),
              f"{command}: {error}, not {error_class}: {words}")
        record("qmp", command)

    def event(self, name):
        """Wait for the event @name; returns it.  Those before it are dropped."""
        while True:
            message = self.events.pop(0) if self.events else self.message()
            if message.get("event") == name:
                record("event", name)
                return message

    def names_until_quiet(self, seconds=0.3):
        """The names of the events that came, and that come soon."""
        while select.select([self.socket], [], [], seconds)[0]:
            self.events.append(self.message())
        names = [e.get("event") for e in self.events]
        self.events = []
        return names
