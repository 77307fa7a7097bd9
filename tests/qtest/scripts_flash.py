# SPDX-License-Identifier: MIT
"""Flash with the Intel command set: the second bank of virt, two 16-bit chips side by side."""
BANK, BLOCK = 0x22000000, 0x40000
SIZE = 32 << 20
READ, PROGRAM, ERASE, STATUS, CLEAR, ID, CFI, CONFIRM, BUFFER = (
    x << 16 | x for x in (0xff, 0x40, 0x20, 0x70, 0x50, 0x90, 0x98, 0xd0, 0xe8))
READY = 0x00800080


def with_image(f):
    f.files = {"flash": bytes(range(256)) * 16 + bytes(SIZE - 4096)}
    f.args = ["-drive", "if=pflash,unit=1,format=raw,file=flash"]
    return f


def image(m, at, n):
    with open(m.path / "flash", "rb") as f:
        f.seek(at)
        return f.read(n)


def ready(m):
    m.w32(BANK, STATUS)
    for _ in range(1000):
        status = m.r32(BANK)
        if status & READY == READY:
            return status
        m.advance(1_000_000)
    raise AssertionError("the flash does not become ready")


@with_image
def test_flash_shows_its_image(m):
    assert m.read(BANK, 512) == bytes(range(256)) * 2
    assert m.r8(BANK + 7) == 7 and m.r16(BANK + 0x12) == 0x1312 and m.r64(BANK + 8) == 0x0f0e0d0c0b0a0908


@with_image
def test_flash_answers_the_cfi_query(m):
    m.w32(BANK + 4 * 0x55, CFI)
    assert [m.r32(BANK + 4 * n) for n in (0x10, 0x11, 0x12)] == [0x510051, 0x520052, 0x590059]
    assert m.r32(BANK + 4 * 0x13) == 0x10001, "the Intel command set"
    assert m.r32(BANK + 4 * 0x27) == 0x180018, "2^24 bytes in each chip"
    m.w32(BANK, READ)
    assert m.r32(BANK) == 0x03020100


@with_image
def test_flash_tells_who_made_it(m):
    m.w32(BANK, ID)
    assert (m.r32(BANK), m.r32(BANK + 4)) == (0x00890089, 0x00180018)
    m.w32(BANK, READ)
    assert m.r32(BANK + 4) == 0x07060504


@with_image
def test_flash_is_erased_by_blocks_and_programmed_by_words(m):
    at = BANK + BLOCK
    m.w32(at, ERASE)
    m.w32(at, CONFIRM)
    assert ready(m) == READY
    m.w32(BANK, READ)
    assert m.read(at, 16) == b"\xff" * 16 and m.read(at + BLOCK - 4, 4) == b"\xff" * 4
    assert m.read(at - 4, 4) == bytes(4) and m.read(at + BLOCK, 4) == bytes(4)
    m.w32(at + 4, PROGRAM)
    m.w32(at + 4, 0x12345678)
    assert ready(m) == READY
    m.w32(BANK, READ)
    assert m.r64(at) == 0x12345678ffffffff
    assert image(m, BLOCK, 8) == b"\xff\xff\xff\xff\x78\x56\x34\x12"


@with_image
def test_flash_programs_a_buffer_at_once(m):
    at = BANK + 2 * BLOCK
    m.w32(at, ERASE)
    m.w32(at, CONFIRM)
    ready(m)
    m.w32(at, BUFFER)
    assert m.r32(at) & READY == READY
    m.w32(at, 3 << 16 | 3)  # four words
    for n in range(4):
        m.w32(at + 4 * n, 0x01010101 * (n + 1))
    m.w32(at, CONFIRM)
    assert ready(m) == READY
    m.w32(BANK, READ)
    expected = b"".join(bytes([n + 1]) * 4 for n in range(4)) + b"\xff" * 4
    assert m.read(at, 20) == expected
    assert image(m, 2 * BLOCK, 20) == expected


@with_image
def test_flash_erasure_that_is_not_confirmed_is_an_error(m):
    """The data sheet's answer.  QEMU erases at the first command already, and is never ready after CLEAR."""
    m.w32(BANK, ERASE)
    m.w32(BANK, READ)
    m.w32(BANK, STATUS)
    assert m.r32(BANK) == {"teemu": 0x00b000b0, "qemu": READY}[m.name]
    m.w32(BANK, CLEAR)
    m.w32(BANK, STATUS)
    assert m.r32(BANK) == {"teemu": READY, "qemu": 0}[m.name]
    m.w32(BANK, READ)
    assert m.r32(BANK) == {"teemu": 0x03020100, "qemu": 0xffffffff}[m.name]


# ---- an image in the second bank is the firmware of S mode ----

def item(m, key, n):
    m.w16(0x10100008, key << 8)  # the selector is big endian
    return bytes(m.r8(0x10100000) for _ in range(n))


def test_flash_of_the_second_bank_is_started_and_takes_the_kernel_from_fw_cfg(m):
    assert m.r64(0x1038) == BANK, "the next address of fw_dynamic"
    assert item(m, 0x08, 4) == b"\6\0\0\0" and item(m, 0x11, 7) == b"kernel\0"
    assert item(m, 0x0b, 4) == b"\3\0\0\0" and item(m, 0x12, 4) == b"ram\0"
    assert item(m, 0x14, 4) == b"\5\0\0\0" and item(m, 0x15, 5) == b"root\0"
    assert m.read(0x80200000, 6) == bytes(6), "nothing is in memory"


test_flash_of_the_second_bank_is_started_and_takes_the_kernel_from_fw_cfg.files = {
    "flash": bytes(SIZE), "k": b"kernel", "i": b"ram"}
test_flash_of_the_second_bank_is_started_and_takes_the_kernel_from_fw_cfg.args = [
    "-drive", "if=pflash,unit=1,format=raw,file=flash", "-kernel", "k", "-initrd", "i", "-append", "root"]
