# SPDX-License-Identifier: MIT
"""The protocol itself."""
from qtest import FREE
from scripts_irq import HART, MTIMECMP, PLIC_TYPE, PRIORITY, claim, enable


def test_protocol_moves_numbers_and_bytes(m):
    m.w64(FREE, 0x8877665544332211)
    assert [m.r8(FREE + 1), m.r16(FREE + 2), m.r32(FREE + 4)] == [0x22, 0x4433, 0x88776655]
    m.w8(FREE, 0x1ff)
    assert m.read(FREE, 3) == b"\xff\x22\x33"
    m.write(FREE, b"\1\2\3\4\5")
    assert m.do(f"b64read {FREE:#x} 5") == "AQIDBAU="
    m.do(f"b64write {FREE:#x} 4 /+7dzA==")
    m.do(f"memset {FREE + 4:#x} 2 0x55")
    assert m.read(FREE, 6) == b"\xff\xee\xdd\xcc\x55\x55"


def test_protocol_data_shorter_or_longer_than_told(m):
    m.do(f"memset {FREE:#x} 8 0xaa")
    m.do(f"write {FREE:#x} 4 0x0102")
    assert m.read(FREE, 5) == b"\1\2\0\0\xaa"
    m.do(f"write {FREE:#x} 2 0x0a0b0c0d")
    assert m.read(FREE, 4) == b"\x0a\x0b\0\0"


def test_protocol_answers_are_spelled_alike(m):
    assert m.ask(f"readb {FREE:#x}") == "OK 0x0000000000000000"
    assert m.ask(f"writeb {FREE:#x} 1") == "OK"
    assert m.ask(f"read {FREE:#x} 2") == "OK 0x0100"
    assert m.ask("endianness") == "OK little"
    assert m.ask("inb 0x70") == "OK 0x00ff"
    assert m.ask("whatever 1") == "FAIL Unknown command 'whatever'"
    assert m.ask("irq_intercept_in /machine/nobody") == "FAIL Unknown device"


def test_protocol_reaches_ports_that_no_device_has(m):
    for letter, ones in ("b", 0xff), ("w", 0xffff), ("l", 0xffffffff):
        assert m.ask(f"in{letter} 0x80") == f"OK {ones:#06x}", letter
        assert m.ask(f"out{letter} 0x80 1") == "OK"


def test_protocol_listens_to_outputs(m):
    plic = m.device(PLIC_TYPE)
    assert m.ask(f"irq_intercept_out {plic}") == "OK"
    m.w32(PRIORITY + 4 * 9, 1)
    m.w32(enable(0), 1 << 9)
    m.pull(plic, 9, 1)
    m.r32(claim(0))
    assert [level for _, level in m.events] == [1, 0], f"{m.events}"


def test_protocol_reads_nothing_where_nobody_lives(m):
    assert m.r32(0x5000000) == 0 and m.r8(0x5000000) == 0
    m.w32(0x5000000, 1)
    assert m.read(0x5000000, 4) == bytes(4)


def test_protocol_takes_an_access_to_pieces_that_the_device_knows(m):
    m.w64(PRIORITY + 4 * 8, 0x0000000200000001)  # the PLIC takes four bytes at once, no more
    assert (m.r32(PRIORITY + 4 * 8), m.r32(PRIORITY + 4 * 9)) == (1, 2)
    assert m.r64(PRIORITY + 4 * 8) == 0x0000000200000001
    m.w8(0x10000003, 3)
    assert m.r16(0x10000003) == 0x0803, "LCR and MCR of the serial port: not aligned"


def test_protocol_listens_to_one_device(m):
    assert m.ask(f"irq_intercept_in {HART}") == "OK"
    assert m.ask(f"irq_intercept_in {HART}") == "OK"
    assert m.ask(f"irq_intercept_in {m.device(PLIC_TYPE)}") == "FAIL IRQ intercept already enabled"
    m.pull(HART, 7, 1)
    m.pull(HART, 7, 1)
    m.pull(HART, 7, 0)
    assert m.events == [(7, 1), (7, 0)], "each change is told once"


def test_protocol_writes_a_log(m):
    m.do("endianness")
    m.ask_nothing("writel 0x100000 0x5555")
    assert m.status() == 0  # QEMU's log is complete when it ends
    log = (m.path / "log").read_text().splitlines()
    assert log[0].startswith("[I 0.0") and log[0].endswith("] OPENED")
    assert log[1].startswith("[R +") and log[1].endswith("] endianness")
    assert log[2].startswith("[S +") and log[2].endswith("] OK little")


test_protocol_writes_a_log.args = ["-qtest-log", "log"]


def test_protocol_clock_goes_from_timer_to_timer(m):
    if not m.exact:
        assert m.ask("clock_step 1").startswith("FAIL")
        return
    m.listen(HART)
    m.w64(MTIMECMP, 50)
    assert m.ask("clock_step") == "OK 5000" and m.events == [(7, 1)]
    assert m.ask("clock_set 7000") == "OK 7000"
    assert m.ask("clock_set 6000") == "OK 7000"
