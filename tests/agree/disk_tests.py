# SPDX-License-Identifier: MIT
"""Random requests to a virtio disk, the same to both emulators: status, data, used ring and the
image behind it are equal.  SEED=N in the environment chooses others."""
import random
import struct
import time

from console import check, test
from register_tests import PLIC_TYPE, SEED, Pair, rd

SLOT, RING, TABLE, DATA = 0x10001000, 0x80100000, 0x80108000, 0x80110000
PAYLOAD, STATUS = DATA + 0x1000, DATA + 0x8000
SIZE, SECTORS, WRITABLE, NEXT, INDIRECT = 16, 256, 2, 1, 4
IN, OUT, FLUSH, GET_ID, DISCARD, WRITE_ZEROES = 0, 1, 4, 8, 11, 13


class Driver:
    """Of the disk of one machine; a ring of SIZE entries, laid out as a legacy device knows it."""

    def __init__(self, m, legacy, features):
        self.m, self.added = m, 0
        self.desc, self.avail, self.used = RING, RING + 16 * SIZE, RING + 0x1000
        words = [(0x70, 0), (0x70, 1), (0x70, 3), (0x24, 0), (0x20, features)]
        if legacy:
            words += [(0x28, 4096), (0x30, 0), (0x38, SIZE), (0x3c, 4096), (0x40, RING >> 12),
                      (0x70, 7)]
        else:
            words += [(0x24, 1), (0x20, 1), (0x70, 11), (0x30, 0), (0x38, SIZE), (0x80, self.desc),
                      (0x90, self.avail), (0xa0, self.used), (0x44, 1), (0x70, 15)]
        for register, value in words:
            m.w32(SLOT + register, value)

    def request(self, header, payload, buffers, indirect):
        """What can be seen of it when it is over."""
        m = self.m
        m.write(DATA, header)
        m.write(PAYLOAD, payload)
        m.w8(STATUS, 0xee)
        last = len(buffers) - 1
        chain = b"".join(struct.pack("<QIHH", address, n, flags | NEXT * (i < last), i + 1)
                         for i, (address, n, flags) in enumerate(buffers))
        m.write(TABLE if indirect else self.desc, chain)
        if indirect:
            m.write(self.desc, struct.pack("<QIHH", TABLE, len(chain), INDIRECT, 0))
        m.w16(self.avail + 4 + 2 * (self.added % SIZE), 0)
        self.added += 1
        m.w16(self.avail + 2, self.added & 0xffff)
        m.w32(SLOT + 0x50, 0)
        end = time.monotonic() + 10
        while m.r16(self.used + 2) != self.added & 0xffff:
            check(time.monotonic() < end, f"{m.name}: the request does not end")
            time.sleep(0.0002)
        used = m.read(self.used + 4 + 8 * ((self.added - 1) % SIZE), 8)
        status = m.r8(STATUS)
        line = m.irq(1, None), m.r32(SLOT + 0x60)
        m.w32(SLOT + 0x64, 1)
        return status, used, m.read(PAYLOAD, 0x2000), line, m.r32(SLOT + 0x70)


def random_request(r):
    """(type, header, payload, buffers) that no device has to call broken."""
    kind = r.choice([IN, IN, OUT, OUT, FLUSH, 5, GET_ID, DISCARD, WRITE_ZEROES, 99, 20])
    sector = r.choice([0, 1, 7, 100, 250, 254, 255, 256, 257, 1 << 55, 1 << 63, (1 << 64) - 1])
    payload = bytearray(r.randbytes(0x2000))
    n = r.choice([512, 512, 1024, 4096, 511, 513, 20, 1])
    if kind in (DISCARD, WRITE_ZEROES):
        n = 16
        payload[:16] = struct.pack("<QII", r.choice([0, 1, 8, 250, 256, 300, 1 << 60]),
                                   r.choice([1, 2, 6, 8, 200, 1 << 22]), 0)
    elif kind == GET_ID:
        n = r.choice([20, 32])
    if kind in (FLUSH, 5):
        middle = []
    else:
        flags = WRITABLE if kind in (IN, GET_ID, 99, 20) else 0
        cut = r.randrange(1, n) if n > 1 and r.random() < 0.3 else n
        middle = [(PAYLOAD, cut, flags), (PAYLOAD + cut, n - cut, flags)][:1 + (cut < n)]
    header = [(DATA, 8, 0), (DATA + 8, 8, 0)] if r.random() < 0.1 else [(DATA, 16, 0)]
    return (kind, struct.pack("<IIQ", kind, 0, sector), bytes(payload),
            [*header, *middle, (STATUS, 1, WRITABLE)])


def what_counts(kind, seen):
    """QEMU says that an unsuccessful request has filled its buffers, and gives of a serial number
    what it has, where the standard says 20 bytes."""
    status, used, data, *rest = seen
    if kind == GET_ID:
        used, data = used[:4], data[:4]
    return status, used if status == 0 else used[:4], data, *rest


@test("random requests to a virtio disk")
def _():
    image = random.Random(SEED).randbytes(SECTORS * 512)
    for legacy, features, options, device in (
            (True, 0, "", "num-queues=4"), (False, 1 << 28, "", "write-cache=off"),
            (False, 3 << 28, ",readonly=on", "opt_io_size=64k,min_io_size=4k,queue-size=64"),
            (True, 3 << 28, "", "logical_block_size=1k,physical_block_size=4k")):
        r = random.Random(SEED)
        mode = [] if legacy else ["-global", "virtio-mmio.force-legacy=false"]
        with Pair(PLIC_TYPE, *mode, "-drive",
                  "if=none,id=d,format=raw,file=disk,discard=unmap" + options, "-device",
                  f"virtio-blk-device,drive=d,bus=virtio-mmio-bus.0,serial=abc,{device}",
                  files={"disk": image}) as p:
            p.do(*[rd(SLOT + 0x100 + n, 1) for n in range(57)])  # its configuration
            drivers = [Driver(m, legacy, features) for m in p.machines]
            for n in range(120):
                kind, *request = random_request(r)
                indirect = features >> 28 & 1 and r.random() < 0.5
                qemu, teemu = (what_counts(kind, d.request(*request, indirect)) for d in drivers)
                check(qemu == teemu, f"SEED={SEED} request {n}, {request[0].hex()}, "
                      f"{request[2]}: QEMU says {qemu[0]}, {qemu[1].hex()}, {qemu[3:]}; "
                      f"teemu {teemu[0]}, {teemu[1].hex()}, {teemu[3:]}")
            files = [(m.path / "disk").read_bytes() for m in p.machines]
            check(files[0] == files[1], "the images differ")
            check((files[0] == image) == bool(options), "only a disk that can be written changes")
