# SPDX-License-Identifier: MIT
"""virtio-mmio, both versions, and devices behind it; the script is the driver and builds the rings."""
import struct
import time

from qtest import FREE, SECONDS
from scripts_irq import PLIC_TYPE

SLOT, SLOT_IRQ = 0x10001000, 1
(MAGIC, VERSION, DEVICE_ID, VENDOR, FEATURES, FEATURES_SEL, DRIVER, DRIVER_SEL, PAGE_SIZE, QUEUE, QUEUE_MAX, QUEUE_NUM,
 QUEUE_ALIGN, QUEUE_PFN, QUEUE_READY, NOTIFY, ISR, ACK, STATUS, DESC, AVAIL, USED, GENERATION, CONFIG) = (
    SLOT + r for r in (0, 4, 8, 0xc, 0x10, 0x14, 0x20, 0x24, 0x28, 0x30, 0x34, 0x38, 0x3c, 0x40, 0x44, 0x50, 0x60, 0x64,
                       0x70, 0x80, 0x90, 0xa0, 0xfc, 0x100))
ACKNOWLEDGE, DRIVER_IS, DRIVER_OK, FEATURES_OK = 1, 2, 4, 8
VERSION_1 = 1 << 32
NEXT, WRITE = 1, 2
RING, DATA = FREE, FREE + 0x10000
SIZE = 8  # of the queue
SECTORS = b"".join(bytes([n]) * 512 for n in range(64))

MODERN = ["-global", "virtio-mmio.force-legacy=false"]
DISK = ["-drive", "if=none,id=d,format=raw,file=disk", "-device", "virtio-blk-device,drive=d,bus=virtio-mmio-bus.0"]
RNG = ["-device", "virtio-rng-device,bus=virtio-mmio-bus.0"]


def machine(*args):
    def mark(f):
        f.args, f.files = list(args), {"disk": SECTORS}
        return f
    return mark


# ---- a driver ----

def features(m):
    result = 0
    for half in 1, 0:
        m.w32(FEATURES_SEL, half)
        result = result << 32 | m.r32(FEATURES)
    return result


def negotiate(m, wanted):
    m.w32(STATUS, 0)
    m.w32(STATUS, ACKNOWLEDGE)
    m.w32(STATUS, ACKNOWLEDGE | DRIVER_IS)
    for half in 0, 1:
        m.w32(DRIVER_SEL, half)
        m.w32(DRIVER, wanted >> 32 * half & 0xffffffff)


class Queue:
    """Queue @n; the descriptors at RING, in the layout that a legacy device knows too."""

    def __init__(self, m, n=0):
        self.m, self.n, self.added, self.next = m, n, 0, 0
        self.desc, self.avail = RING, RING + 16 * SIZE
        self.used = RING + 0x1000
        m.do(f"memset {RING:#x} 0x2000 0")

    def legacy(self):
        m = self.m
        m.w32(PAGE_SIZE, 4096)
        m.w32(QUEUE, self.n)
        assert m.r32(QUEUE_MAX) >= SIZE and m.r32(QUEUE_PFN) == 0
        m.w32(QUEUE_NUM, SIZE)
        m.w32(QUEUE_ALIGN, 4096)
        m.w32(QUEUE_PFN, RING // 4096)
        assert m.r32(QUEUE_PFN) == RING // 4096
        return self

    def modern(self):
        m = self.m
        m.w32(QUEUE, self.n)
        assert m.r32(QUEUE_MAX) >= SIZE and m.r32(QUEUE_READY) == 0
        m.w32(QUEUE_NUM, SIZE)
        for register, address in (DESC, self.desc), (AVAIL, self.avail), (USED, self.used):
            m.w32(register, address & 0xffffffff)
            m.w32(register + 4, address >> 32)
        m.w32(QUEUE_READY, 1)
        assert m.r32(QUEUE_READY) == 1
        return self

    def add(self, *buffers):
        """A chain of (address, length, writable by the device)."""
        m, head = self.m, self.next
        for k, (address, length, writable) in enumerate(buffers):
            last = k == len(buffers) - 1
            flags = (0 if last else NEXT) | (WRITE if writable else 0)
            m.write(self.desc + 16 * self.next, struct.pack("<QIHH", address, length, flags, (self.next + 1) % SIZE))
            self.next = (self.next + 1) % SIZE
        m.w16(self.avail + 4 + 2 * (self.added % SIZE), head)
        self.added += 1
        m.w16(self.avail + 2, self.added & 0xffff)
        return head

    def kick(self):
        self.m.w32(NOTIFY, self.n)

    def wait(self):
        """Wait for all chains to be used; the last one's (head, length).  A host's disk may take its time."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            if self.m.r16(self.used + 2) == self.added & 0xffff:
                return struct.unpack("<II", self.m.read(self.used + 4 + 8 * ((self.added - 1) % SIZE), 8))
            self.m.advance(1_000_000)
        raise AssertionError("the device does not use the chain")


def blk_request(m, q, kind, sector, data=b"", length=0):
    """(status, what was read, bytes written by the device)"""
    m.write(DATA, struct.pack("<IIQ", kind, 0, sector))
    m.w8(DATA + 0x8000, 0xee)
    if data:
        m.write(DATA + 0x1000, data)
    middle = [(DATA + 0x1000, length or len(data), bool(length))] if length or data else []
    head = q.add((DATA, 16, False), *middle, (DATA + 0x8000, 1, True))
    q.kick()
    used = q.wait()
    assert used[0] == head
    return m.r8(DATA + 0x8000), m.read(DATA + 0x1000, length) if length else b"", used[1]


def start(m, legacy, wanted=0):
    if legacy:
        negotiate(m, wanted)
        q = Queue(m).legacy()
        m.w32(STATUS, ACKNOWLEDGE | DRIVER_IS | DRIVER_OK)
    else:
        negotiate(m, wanted | VERSION_1)
        m.w32(STATUS, ACKNOWLEDGE | DRIVER_IS | FEATURES_OK)
        assert m.r32(STATUS) & FEATURES_OK
        q = Queue(m).modern()
        m.w32(STATUS, ACKNOWLEDGE | DRIVER_IS | FEATURES_OK | DRIVER_OK)
    return q


# ---- the slot ----

@machine()
def test_virtio_empty_slot_says_so(m):
    assert [m.r32(r) for r in (MAGIC, VERSION, DEVICE_ID, VENDOR)] == [0x74726976, 1, 0, 0x554d4551]
    assert m.r32(STATUS) == 0 and m.r32(FEATURES) == 0


@machine(*DISK)
def test_virtio_slot_is_legacy_by_default(m):
    assert [m.r32(r) for r in (MAGIC, VERSION, DEVICE_ID)] == [0x74726976, 1, 2]


@machine(*DISK)
def test_virtio_handshake_of_the_legacy_version(m):
    assert not features(m) & VERSION_1
    start(m, True)
    assert m.r32(STATUS) == ACKNOWLEDGE | DRIVER_IS | DRIVER_OK
    m.w32(STATUS, 0)
    m.w32(QUEUE, 0)
    assert m.r32(STATUS) == 0 and m.r32(QUEUE_PFN) == 0


@machine(*MODERN, *DISK)
def test_virtio_handshake_of_version_2(m):
    assert m.r32(VERSION) == 2 and features(m) & VERSION_1
    start(m, False)
    assert m.r32(STATUS) == ACKNOWLEDGE | DRIVER_IS | FEATURES_OK | DRIVER_OK
    m.w32(STATUS, 0)
    m.w32(QUEUE, 0)
    assert m.r32(STATUS) == 0 and m.r32(QUEUE_READY) == 0


@machine(*MODERN, *DISK)
def test_virtio_queue_that_is_not_there_has_no_room(m):
    m.w32(QUEUE, 0)
    assert m.r32(QUEUE_MAX) == {"teemu": 256, "qemu": 1024}[m.name], "queue-size, or what the slot could take"
    m.w32(QUEUE, 7)
    assert m.r32(QUEUE_MAX) == 0


# ---- virtio-blk ----

@machine(*DISK)
def test_virtio_blk_capacity_is_in_its_configuration(m):
    assert m.r64(CONFIG) == 64 and m.r32(CONFIG) == 64 and m.r8(CONFIG) == 64


def read_and_interrupt(m, legacy):
    m.listen(m.device(PLIC_TYPE))
    q = start(m, legacy)
    status, data, written = blk_request(m, q, 0, 5, length=1024)
    assert (status, data, written) == (0, SECTORS[5 * 512:7 * 512], 1025)
    assert m.irq(SLOT_IRQ, 1) == 1 and m.r32(ISR) == 1
    m.w32(ACK, 1)
    assert m.irq(SLOT_IRQ) == 0 and m.r32(ISR) == 0


@machine(*DISK)
def test_virtio_blk_reads_through_a_legacy_ring(m):
    read_and_interrupt(m, True)


@machine(*MODERN, *DISK)
def test_virtio_blk_reads_through_a_modern_ring(m):
    read_and_interrupt(m, False)


@machine(*MODERN, *DISK)
def test_virtio_blk_writes_and_reads_back(m):
    q = start(m, False)
    data = bytes(range(256)) * 2
    assert blk_request(m, q, 1, 63, data=data)[0] == 0
    assert blk_request(m, q, 0, 63, length=512)[:2] == (0, data)
    assert blk_request(m, q, 0, 62, length=512)[:2] == (0, SECTORS[62 * 512:63 * 512])


@machine(*MODERN, *DISK)
def test_virtio_blk_refuses_what_is_outside(m):
    q = start(m, False)
    assert blk_request(m, q, 0, 64, length=512)[0] == 1
    assert blk_request(m, q, 0, 63, length=1024)[0] == 1
    assert blk_request(m, q, 1, 2 ** 63, data=bytes(512))[0] == 1


@machine(*MODERN, *DISK)
def test_virtio_blk_does_not_know_every_request(m):
    q = start(m, False)
    assert blk_request(m, q, 99, 0, length=512)[0] == 2


@machine(*MODERN, "-drive", "if=none,id=d,format=raw,file=disk", "-device",
         "virtio-blk-device,drive=d,bus=virtio-mmio-bus.0,serial=qtest-disk")
def test_virtio_blk_tells_its_serial_number(m):
    q = start(m, False)
    status, data, _ = blk_request(m, q, 8, 0, length=20)
    assert status == 0 and data.rstrip(b"\0") == b"qtest-disk"


@machine(*MODERN, *DISK)
def test_virtio_ring_goes_round_many_times(m):
    q = start(m, False)
    for n in range(3 * SIZE):
        assert blk_request(m, q, 0, n, length=512)[:2] == (0, SECTORS[n * 512:(n + 1) * 512])
    assert m.r16(q.used + 2) == 3 * SIZE


@machine(*MODERN, *DISK)
def test_virtio_broken_chain_stops_the_device_until_its_reset(m):
    q = start(m, False)
    q.m.write(q.desc, struct.pack("<QIHH", DATA, 16, NEXT, 77))  # there is no descriptor 77
    m.w16(q.avail + 2, 1)
    q.kick()
    for _ in range(100):
        if m.r32(STATUS) & 0x40:
            break
        m.advance(1_000_000)
    assert m.r32(STATUS) & 0x40, "DEVICE_NEEDS_RESET"
    q = start(m, False)
    assert blk_request(m, q, 0, 1, length=512)[:2] == (0, SECTORS[512:1024])


@machine(*MODERN, *DISK)
def test_virtio_eight_bytes_are_two_registers(m):
    assert m.r64(MAGIC) == 2 << 32 | 0x74726976
    negotiate(m, VERSION_1)
    m.w32(STATUS, ACKNOWLEDGE | DRIVER_IS | FEATURES_OK)
    q = Queue(m)
    m.w32(QUEUE, 0)
    m.w32(QUEUE_NUM, SIZE)
    for register, address in (DESC, q.desc), (AVAIL, q.avail), (USED, q.used):
        m.w64(register, address)
    m.w32(QUEUE_READY, 1)
    m.w32(STATUS, ACKNOWLEDGE | DRIVER_IS | FEATURES_OK | DRIVER_OK)
    assert blk_request(m, q, 0, 1, length=512)[:2] == (0, SECTORS[512:1024])


# ---- virtio-rng ----

@machine(*MODERN, *RNG)
def test_virtio_rng_fills_buffers_with_different_bytes(m):
    assert m.r32(DEVICE_ID) == 4
    q = start(m, False)
    got = []
    for _ in range(2):
        m.do(f"memset {DATA:#x} 64 0")
        q.add((DATA, 64, True))
        q.kick()
        assert 0 < q.wait()[1] <= 64
        got.append(m.read(DATA, 64))
    assert got[0] != got[1] and bytes(64) not in got


@machine(*RNG)
def test_virtio_rng_works_with_the_legacy_version(m):
    m.listen(m.device(PLIC_TYPE))
    q = start(m, True)
    q.add((DATA, 16, True))
    q.kick()
    assert 0 < q.wait()[1] <= 16
    assert m.irq(SLOT_IRQ, 1) == 1
