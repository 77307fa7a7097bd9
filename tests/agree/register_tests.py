# SPDX-License-Identifier: MIT
"""Random accesses to the registers of each device, the same to both emulators: each answer and each
interrupt line is equal after each of them.

The machines stand still, so timers do not run.  SEED=N in the environment chooses other accesses.
What may differ stands in KNOWN, each with its reason; what a generator never does, because the two
would part for good, stands in its comments."""
import os
import random
import re
import sys

from console import Failure, check, test
from peers import QEMU, TEEMU

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "qtest"))
from qtest import Machine  # noqa: E402  (found there)

SEED = int(os.environ.get("SEED", "1"))
PLIC_TYPE = "riscv.sifive.plic"
SUFFIX = {1: "b", 2: "w", 4: "l", 8: "q"}
CHUNK = 64  # commands that are sent before the answers are read

# (commands, what is compared of the answer, reason)
KNOWN = [
    (r"readb 0x10000006$", lambda v: v & 0xf0,
     "QEMU has no delta bits in loopback; the data sheet has them"),
    (r"readl 0x1000.010$", lambda v: v & ~(1 << 27 | 1 << 7 | 1 << 8),
     "features are optional: ANY_LAYOUT here, SCSI and (bit 40) RING_RESET there"),
    (r"readl 0x1000.034$", bool, "QEMU's slot offers 1024 entries for each queue, ours queue-size"),
    (r"readl 0x1000.0[ab].$", lambda v: 0,
     "QEMU has no base for a shared memory region that there is not; the standard says ones"),
]


def rd(address, size):
    return f"read{SUFFIX[size]} {address:#x}"


def wr(address, size, value):
    return f"write{SUFFIX[size]} {address:#x} {value & (1 << 8 * size) - 1:#x}"


def compared(command, answer):
    """What of @answer must be equal."""
    for pattern, what, _ in KNOWN:
        if answer.startswith("OK 0x") and re.match(pattern, command):
            return what(int(answer[3:], 16))
    return answer


class Pair:
    """The same machine twice; @listen is the device whose inputs are watched."""

    def __init__(self, listen, *args, files=None):
        self.machines = [Machine("qemu", QEMU, "tcg", "-S", *args, files=files),
                         Machine("teemu", os.path.abspath(TEEMU), "qtest", *args,
                                 files=files)]
        self.said = []
        self.listen = listen

    def __enter__(self):
        for m in self.machines:
            m.listen(self.listen if self.listen.startswith("/") else m.device(self.listen))
        self.plic = [m.device(PLIC_TYPE) for m in self.machines]
        return self

    def __exit__(self, *why):
        for m in self.machines:
            m.__exit__(*why)

    @staticmethod
    def answers(m, commands):
        """(answer, the lines that are up) for each."""
        found = []
        for at in range(0, len(commands), CHUNK):
            part = commands[at:at + CHUNK]
            m.socket.sendall(("\n".join(part) + "\n").encode())
            for command in part:
                while True:
                    line = m._line(20)
                    check(line is not None, f"{m.name} does not answer {command}")
                    if not line.startswith("IRQ "):
                        break
                    m._irq(line)
                found.append((line, {n for n, level in m.lines.items() if level}))
        return found

    def do(self, *commands):
        """The answers of QEMU, after they have been found to be those of teemu."""
        qemu, teemu = (self.answers(m, [c.replace("PLIC", path) for c in commands])
                       for m, path in zip(self.machines, self.plic))
        for command, q, t in zip(commands, qemu, teemu):
            self.said.append(f"  {command}: {q[0][:60]}")
            if compared(command, q[0]) != compared(command, t[0]) or q[1] != t[1]:
                raise Failure("\n".join(self.said[-20:-1]) + f"\nSEED={SEED} {command}: QEMU says "
                              f"{q[0][:200]}, lines {q[1]}; teemu {t[0][:200]}, lines {t[1]}")
        return [q[0] for q in qemu]

    def number(self, command):
        return int(self.do(command)[0][3:], 16)


@test("random accesses: the serial port")
def _():
    uart = 0x10000000
    r = random.Random(SEED)
    with Pair(PLIC_TYPE) as p:
        for loop in (False, True):
            # what an empty receiver shows is nobody's business; modem interrupts: see KNOWN
            p.do(wr(uart + 4, 1, 0x10 if loop else 0))
            for _ in range(1500):
                n = r.randrange(8)
                v = r.choice([r.randrange(256), r.randrange(16), 0, 1, 2, 7, 0xc7, 3])
                if r.random() < 0.05:
                    size = r.choice([2, 4, 8])
                    p.do(rd(uart + 8 + r.randrange(8) // size * size, size))
                elif r.random() < 0.5:
                    if n or p.number(rd(uart + 5, 1)) & 1:
                        p.do(rd(uart + n, 1))
                else:
                    v = {1: v & ~8, 3: v & 0x7f if r.random() < 0.7 else v,
                         4: v & ~0x10 | 0x10 * loop}.get(n, v)
                    p.do(wr(uart + n, 1, v))


@test("random accesses: the PLIC")
def _():
    plic, harts = 0xc000000, 3
    sources = [1, 2, 10, 11, 31, 32, 33, 63, 64, 94, 95]
    r = random.Random(SEED)
    claimed, enabled, threshold = {}, {}, {}
    with Pair(f"/machine/soc0/harts[{r.randrange(harts)}]", "-smp", str(harts)) as p:
        for _ in range(2500):
            kind, context, source = r.random(), r.randrange(2 * harts), r.choice(sources)
            gate = plic + 0x200000 + 0x1000 * context
            if kind < 0.15:
                p.do(wr(plic + 4 * source, 4, r.randrange(10)))
            elif kind < 0.3:
                p.do(rd(plic + r.choice([4 * source, 0, 4 * 1023, 0x1000 + 4 * r.randrange(8)]), 4))
            elif kind < 0.4:  # not bit 0; QEMU looks at enable bits only when a priority changes
                word = r.randrange(3)
                at = plic + 0x2000 + 0x80 * context + 4 * word
                v = r.choice([r.getrandbits(32), 0, 0xffffffff, 6]) & (~1 if word == 0 else ~0)
                enabled[context, word] = v
                for m in p.machines:
                    p.answers(m, [wr(at, 4, v), wr(plic + 4 * 40, 4, 0), wr(plic + 4 * 40, 4, 3)])
                p.do(rd(at, 4))
            elif kind < 0.5:
                threshold[context] = r.choice([0, 0, 0, 1, 3, 7, 8, 9])
                p.do(wr(gate, 4, threshold[context]), rd(gate, 4))
            elif kind < 0.65:  # QEMU's claim looks at the threshold, the standard's does not
                if threshold.get(context):
                    p.do(wr(gate, 4, 0))
                    threshold[context] = 0
                source = p.number(rd(gate + 4, 4))
                if source:  # QEMU forgets a request when its line falls too early
                    claimed[source] = context
                    p.do(f"set_irq_in PLIC unnamed-gpio-in {source} 0")
            elif kind < 0.8 and claimed:
                source = r.choice(list(claimed))
                context = claimed[source]
                if enabled.get((context, source // 32), 0) >> source % 32 & 1:
                    del claimed[source]
                    p.do(wr(plic + 0x200004 + 0x1000 * context, 4, source))
            elif source not in claimed:
                p.do(f"set_irq_in PLIC unnamed-gpio-in {source} 1")


@test("random accesses: software interrupts and timer of the harts")
def _():
    clint, harts = 0x2000000, 3
    r = random.Random(SEED)
    with Pair(f"/machine/soc0/harts[{r.randrange(harts)}]", "-smp", str(harts)) as p:
        p.do(*[wr(clint + 0x4000 + 8 * n, 8, ~0) for n in range(harts)])
        for _ in range(2000):
            size, hart = r.choice([4, 8]), r.randrange(harts + 1)
            half = 4 * r.randrange(2) if size == 4 else 0
            at = r.choice([clint + 0x4000 + 8 * hart + half, clint + 0xbff8 + half])
            if r.random() < 0.4:
                p.do(wr(clint + 4 * hart, 4, r.choice([0, 1, 2, 3, ~0])), rd(clint + 4 * hart, 4))
            elif r.random() < 0.5:
                p.do(rd(at, size))
            else:
                p.do(wr(at, size, r.getrandbits(r.choice([1, 8, 20, 32, 63]))))


@test("random accesses: the real-time clock")
def _():
    rtc = 0x101000
    r = random.Random(SEED)
    with Pair(PLIC_TYPE) as p:
        for _ in range(1000):  # never a new time under a set alarm: QEMU does not look at it then
            high = r.choice([0, 1, 0x18000000, 0x20000000, 0x40000000])
            p.do(*r.choice([
                [rd(rtc + 4 * r.randrange(2, 9), 4)],
                [wr(rtc + 0x10, 4, r.choice([0, 1, 2, 3]))],
                [wr(rtc + r.choice([0x14, 0x1c, 0x18, 0x20]), 4, 1)],
                [wr(rtc + 12, 4, high), wr(rtc + 8, 4, r.getrandbits(32))],
                [wr(rtc + 0x14, 4, 1), wr(rtc + 4, 4, high), wr(rtc, 4, r.getrandbits(20))]]))


@test("random accesses: flash")
def _():
    bank, block, size = 0x22000000, 0x40000, 32 << 20
    r = random.Random(SEED)
    image = bytearray(r.randbytes(1 << 20) + bytes([255]) * (1 << 20) + bytes(size - (2 << 20)))

    def both(command):  # one for each of the two chips
        return command << 16 | command

    def programmed(at):
        """A word that can be programmed at @at: with no bit that is not there.  QEMU stores others."""
        old = int.from_bytes(image[at - bank:at - bank + 4], "little")
        new = old & r.getrandbits(32)
        image[at - bank:at - bank + 4] = new.to_bytes(4, "little")
        return wr(at, 4, new)

    def erased(at):
        start = (at - bank) // block * block
        image[start:start + block] = bytes([255]) * block
        return wr(at, 4, both(0xd0))

    with Pair(PLIC_TYPE, "-drive", "if=pflash,unit=1,format=raw,file=flash",
              files={"flash": bytes(image)}) as p:
        for _ in range(600):
            at = bank + r.choice([0, block, 2 * block, 1 << 20]) + 4 * r.randrange(64)
            kind = r.randrange(6)
            if kind == 0:
                p.do(wr(at, 4, both(r.choice([0x70, 0x90, 0x98, 0x00, 0xf0]))),
                     *[rd(bank + 4 * r.randrange(0x60), 4) for _ in range(6)])
            elif kind == 1:
                p.do(wr(at, 4, both(r.choice([0x40, 0x10]))), rd(at, 4), programmed(at), rd(at, 4))
            elif kind == 2:
                p.do(wr(at, 4, both(0x20)), erased(at), rd(at, 4))
            elif kind == 3:
                words = r.choice([1, 2, 5, 16])
                p.do(wr(at, 4, both(0xe8)), rd(at, 4), wr(at, 4, both(words - 1)),
                     *[programmed(at + 4 * n) for n in range(words)], wr(at, 4, both(0xd0)),
                     rd(at, 4))
            elif kind == 4:
                p.do(wr(at, 4, both(0x60)), wr(at, 4, both(r.choice([0x01, 0xd0]))), rd(at, 4))
            p.do(wr(at, 4, both(0xff)), rd(at, 4), rd(at + r.randrange(4), 1), rd(at & ~7, 8),
                 rd(bank + block + 4 * r.randrange(64), 4))
        files = [(m.path / "flash").read_bytes() for m in p.machines]
        check(files[0] == files[1], "what was written to the files differs")
        check(files[0] == bytes(image), "the files do not hold what was programmed")


@test("random accesses: fw_cfg")
def _():
    fw_cfg, descriptor = 0x10100000, 0x80100000
    r = random.Random(SEED)

    def at_once(address):  # big endian
        return int.from_bytes(address.to_bytes(8, "big"), "little")

    with Pair(PLIC_TYPE, "-smp", "3") as p:
        p.do(f"memset {descriptor:#x} 0x1000 0x55")
        p.do(*[rd(fw_cfg + n, 1) for n in range(0x10, 0x18)], rd(fw_cfg + 0x10, 8))
        for _ in range(600):  # not the files, which each has of its own
            key = r.choice([0, 1, 2, 5, 0x11, 0x3f, 0x4000, 0x4005, 0x8001, 0xfff])
            if r.random() < 0.3:
                p.do(wr(fw_cfg + 8, 2, key >> 8 | key << 8),
                     *[rd(fw_cfg, r.choice([1, 2, 4, 8])) for _ in range(4)])
                continue
            control = key << 16 | r.choice([2, 4, 8, 10, 12, 16, 24, 18, 6, 0, 1, 14, 0x20])
            length = r.choice([0, 1, 4, 5, 16, 64, 300])
            target = r.choice([0x100, 0x101, 0x300]) + descriptor
            target = r.choice([target, target, target, 0x90000000, 1 << 63])
            head = control.to_bytes(4, "big") + length.to_bytes(4, "big") + target.to_bytes(8, "big")
            place = at_once(r.choice([descriptor, descriptor, descriptor + 3, 0x90000000]))
            start = [wr(fw_cfg + 0x10, 8, place)]
            if r.random() < 0.5:
                start = [wr(fw_cfg + 0x10, 4, place), wr(fw_cfg + 0x14, 4, place >> 32)]
            p.do(f"write {descriptor:#x} 16 0x{head.hex()}", *start,
                 f"read {descriptor:#x} 0x500", rd(fw_cfg, 1))


VIRTIO = {"blk": ["-drive", "if=none,id=d,format=raw,file=disk",
                  "-device", "virtio-blk-device,drive=d,bus=virtio-mmio-bus.2,serial=abc"],
          "rng": ["-device", "virtio-rng-device,bus=virtio-mmio-bus.2"],
          "serial": ["-device", "virtio-serial-device,bus=virtio-mmio-bus.2,max_ports=4",
                     "-device", "virtconsole"],
          "empty": []}


def negotiation(r, slot, legacy):
    """Commands of a driver that is mostly in its senses: feature words and queues are those that
    there are, QEMU's rules for others are its own."""
    def w(register, value):
        return wr(slot + register, 4, value)

    def g(register):
        return rd(slot + register, 4)

    kind = r.randrange(10)
    if kind == 0:
        return [g(r.choice([0, 4, 8, 12, 0x34, 0x40, 0x44, 0x60, 0x70, 0xfc]))]
    if kind == 1:
        return [w(0x14, r.randrange(2)), g(0x10)]
    if kind == 2:
        return [w(0x30, r.choice([0, 1, 63, 1023])), *map(g, (0x34, 0x40, 0x44)), w(0x30, 0)]
    if kind == 3:  # with features that were not offered, QEMU sets FEATURES_OK all the same
        states = [0, 0, 1, 3, 7, 0x83] + ([] if legacy else [0xb, 0xf])
        return [w(0x70, r.choice(states)), g(0x70), w(0x14, 0)]
    if kind == 4:
        return [w(0x24, 0), w(0x20, r.choice([0, 1 << 28, 1 << 29, 3 << 28]))] + \
            ([] if legacy else [w(0x24, 1), w(0x20, 1)])
    if kind == 5:
        return [w(0x38, r.choice([8, 64])), g(0x34), w(0x3c, r.choice([4096, 16]))]
    if kind == 6 and legacy:  # not 0: it resets QEMU's device
        return [w(0x28, 4096), w(0x40, r.choice([0x80100, 0x80200])), g(0x40), g(0x70)]
    if kind == 6:
        return [w(r.choice([0x80, 0x90, 0xa0]), 0x80100000), w(0x44, r.randrange(2)), g(0x44)]
    if kind == 7:
        return [w(0x64, r.choice([1, 3])), g(0x60)]
    size = r.choice([1, 2, 4, 8])  # the bytes from 57 on are padding, of which QEMU has none
    return [rd(slot + 0x100 + r.randrange(56) // size * size, size)]


@test("random accesses: virtio slots, legacy and modern")
def _():
    for legacy in (True, False):
        for name, device in VIRTIO.items():
            r = random.Random(SEED)
            mode = [] if legacy else ["-global", "virtio-mmio.force-legacy=false"]
            with Pair(PLIC_TYPE, *mode, *device, files={"disk": bytes(64 * 512)}) as p:
                for _ in range(250):
                    p.do(*negotiation(r, 0x10003000, legacy))
