# SPDX-License-Identifier: MIT
"""Serial port, clock, firmware configuration, test finisher."""
import struct
import time

from qtest import FREE
from scripts_irq import PLIC_TYPE

UART, UART_IRQ = 0x10000000, 10
RBR, IER, IIR, LCR, MCR, LSR, MSR, SCR = range(UART, UART + 8)
FCR = IIR
RTC, RTC_IRQ = 0x101000, 11
FW_CFG = 0x10100000
TEST = 0x100000


# ---- 16550A ----

def test_uart_registers_after_reset(m):
    assert [m.r8(r) for r in (IER, IIR, LCR, MCR, LSR, MSR, SCR)] == [0, 1, 0, 8, 0x60, 0xb0, 0]


def test_uart_scratch_and_divisor_are_kept(m):
    m.w8(SCR, 0x5a)
    assert m.r8(SCR) == 0x5a
    m.w8(IER, 0x5)
    m.w8(LCR, 0x83)
    m.w8(RBR, 0x34)
    m.w8(IER, 0x12)
    assert (m.r8(RBR), m.r8(IER)) == (0x34, 0x12)
    m.w8(LCR, 3)
    assert m.r8(IER) == 0x5 and m.r8(LCR) == 3


def test_uart_sends_what_is_written(m):
    c = m.console()
    time.sleep(0.1)
    for byte in b"hello":
        m.w8(RBR, byte)
        assert m.r8(LSR) & 0x60 == 0x60
    got = b""
    while len(got) < 5:
        got += c.recv(16)
    assert got == b"hello"


def test_uart_empty_transmitter_interrupts_when_enabled(m):
    m.listen(m.device(PLIC_TYPE))
    m.w8(IER, 2)
    assert m.irq(UART_IRQ) == 1
    assert m.r8(IIR) & 0xf == 2
    assert m.irq(UART_IRQ) == 0, "reading the cause takes it back"
    assert m.r8(IIR) & 0xf == 1


def test_uart_received_byte_interrupts_until_it_is_read(m):
    m.listen(m.device(PLIC_TYPE))
    m.w8(IER, 1)
    m.console().sendall(b"x")
    assert m.irq(UART_IRQ, 1) == 1
    assert m.r8(IIR) & 0xf == 4 and m.r8(LSR) & 1
    assert m.r8(RBR) == ord("x")
    assert m.irq(UART_IRQ) == 0 and m.r8(LSR) & 1 == 0 and m.r8(IIR) & 0xf == 1


def test_uart_fifo_below_its_trigger_is_told_after_a_while(m):
    m.listen(m.device(PLIC_TYPE))
    m.w8(LCR, 0x83)
    m.w8(RBR, 2)  # 115200 baud, more or less
    m.w8(LCR, 3)
    m.w8(FCR, 0x81)  # trigger at 8
    assert m.r8(IIR) == 0xc1
    m.w8(IER, 1)
    m.console().sendall(b"abc")
    end = time.monotonic() + 5
    while not m.r8(LSR) & 1 and time.monotonic() < end:
        pass
    time.sleep(0.1)
    m.advance(100_000_000)
    assert m.irq(UART_IRQ, 1) == 1 and m.r8(IIR) == 0xcc
    assert bytes(m.r8(RBR) for _ in range(3)) == b"abc"
    assert m.irq(UART_IRQ) == 0


def test_uart_loopback_returns_bytes_and_modem_lines(m):
    m.w8(MCR, 0x10)
    assert m.r8(MSR) & 0xf0 == 0
    m.w8(MCR, 0x1f)
    assert m.r8(MSR) & 0xf0 == 0xf0
    m.w8(RBR, 0x41)
    m.advance(10_000_000)
    assert m.r8(LSR) & 1 and m.r8(RBR) == 0x41


# ---- goldfish_rtc ----

TIME_LOW, TIME_HIGH, ALARM_LOW, ALARM_HIGH, IRQ_ENABLED, CLEAR_ALARM, ALARM_STATUS, CLEAR_INTERRUPT = \
    range(RTC, RTC + 0x20, 4)


def rtc_time(m):
    low = m.r32(TIME_LOW)
    return m.r32(TIME_HIGH) << 32 | low


def set_alarm(m, ns):
    m.w32(ALARM_HIGH, ns >> 32)
    m.w32(ALARM_LOW, ns & 0xffffffff)


def test_rtc_tells_the_time_of_the_host(m):
    assert abs(rtc_time(m) - time.time_ns()) < 2_000_000_000


def test_rtc_time_can_be_set(m):
    m.w32(TIME_HIGH, 0x100)
    m.w32(TIME_LOW, 0)
    assert 0 <= rtc_time(m) - (0x100 << 32) < 5_000_000_000


def test_rtc_goes_on_while_the_machine_stands_still(m):
    before, began = rtc_time(m), time.time_ns()
    m.monitor("stop")
    time.sleep(0.3)
    m.monitor("cont")
    assert abs(rtc_time(m) - before - (time.time_ns() - began)) < 200_000_000


def test_rtc_alarm_interrupts_when_its_time_comes(m):
    m.listen(m.device(PLIC_TYPE))
    m.w32(IRQ_ENABLED, 1)
    set_alarm(m, rtc_time(m) + 600_000_000)
    assert m.r32(ALARM_STATUS) == 1 and m.irq(RTC_IRQ) == 0
    time.sleep(0.65)
    assert m.irq(RTC_IRQ, 1) == 1 and m.r32(ALARM_STATUS) == 0
    m.w32(CLEAR_INTERRUPT, 1)
    assert m.irq(RTC_IRQ) == 0


def test_rtc_alarm_in_the_past_interrupts_at_once(m):
    m.listen(m.device(PLIC_TYPE))
    m.w32(IRQ_ENABLED, 1)
    set_alarm(m, 1)
    assert m.irq(RTC_IRQ) == 1
    m.w32(IRQ_ENABLED, 0)
    assert m.irq(RTC_IRQ) == 0


def test_rtc_alarm_can_be_taken_back(m):
    m.listen(m.device(PLIC_TYPE))
    m.w32(IRQ_ENABLED, 1)
    set_alarm(m, rtc_time(m) + 200_000_000)
    m.w32(CLEAR_ALARM, 1)
    assert m.r32(ALARM_STATUS) == 0
    time.sleep(0.25)
    assert m.irq(RTC_IRQ) == 0


# ---- fw_cfg ----

def fw_select(m, key): m.w16(FW_CFG + 8, key >> 8 | (key & 255) << 8)


def fw_read(m, key, n):
    fw_select(m, key)
    return bytes(m.r8(FW_CFG) for _ in range(n))


def test_fw_cfg_signs_and_counts_processors(m):
    assert fw_read(m, 0, 4) == b"QEMU"
    assert fw_read(m, 1, 4) == struct.pack("<I", 3)
    assert fw_read(m, 5, 2) == struct.pack("<H", 2)
    assert fw_read(m, 0x3fff, 4) == bytes(4)


test_fw_cfg_signs_and_counts_processors.args = ["-smp", "2"]


def test_fw_cfg_wide_reads_are_big_endian(m):
    fw_select(m, 0)
    assert m.r32(FW_CFG) == struct.unpack("<I", b"QEMU")[0]
    fw_select(m, 0)
    assert m.r64(FW_CFG) == struct.unpack("<Q", b"QEMU\0\0\0\0")[0]


def fw_files(m):
    count, = struct.unpack(">I", fw_read(m, 0x19, 4))
    data = fw_read(m, 0x19, 4 + 64 * count)[4:]
    entries = [struct.unpack(">IHH56s", data[i:i + 64]) for i in range(0, len(data), 64)]
    return {name.rstrip(b"\0").decode(): (size, key) for size, key, _, name in entries}


def test_fw_cfg_tells_the_uuid(m):
    assert fw_read(m, 2, 16).hex() == "1234567812345678" + "9abcdef012345678"


test_fw_cfg_tells_the_uuid.args = ["-uuid", "12345678-1234-5678-9abc-DEF012345678"]


def test_fw_cfg_dma_copies_into_memory(m):
    m.write(FREE, struct.pack(">IIQ", 0 << 16 | 8 | 2, 4, FREE + 64))
    m.w64(FW_CFG + 16, int.from_bytes(FREE.to_bytes(8, "big"), "little"))
    assert m.r32(FREE) == 0
    assert m.read(FREE + 64, 4) == b"QEMU"
    assert m.r64(FW_CFG + 16).to_bytes(8, "little") == b"QEMU CFG"


def test_fw_cfg_dma_by_halves_skips_and_fails(m):
    m.write(FREE, struct.pack(">IIQ", 0 << 16 | 8 | 4, 2, 0))  # select, skip 2
    for command, length in (None, None), (2, 2):
        if command:
            m.write(FREE, struct.pack(">IIQ", command, length, FREE + 64))
        m.w32(FW_CFG + 16, 0)
        m.w32(FW_CFG + 20, int.from_bytes(FREE.to_bytes(4, "big"), "little"))
        assert m.r32(FREE) == 0
    assert m.read(FREE + 64, 2) == b"MU"
    m.write(FREE, struct.pack(">IIQ", 2, 4, 0x4000000000))  # nobody is there
    m.w64(FW_CFG + 16, int.from_bytes(FREE.to_bytes(8, "big"), "little"))
    assert int.from_bytes(m.read(FREE, 4), "big") == 1


# ---- sifive_test ----

def test_finisher_pass_ends_the_emulator(m):
    m.ask_nothing(f"writel {TEST:#x} 0x5555")
    assert m.status() == 0


def test_finisher_fail_gives_the_exit_status(m):
    m.ask_nothing(f"writel {TEST:#x} {42 << 16 | 0x3333:#x}")
    assert m.status() == 42


def test_finisher_reset_puts_devices_back(m):
    m.w8(SCR, 7)
    m.w8(IER, 5)
    m.w8(MCR, 3)
    m.w32(TEST, 0x7777)
    end = time.monotonic() + 5
    while m.r8(IER) and time.monotonic() < end:
        time.sleep(0.01)
    assert m.r8(IER) == 0 and m.r8(MCR) == 8
    assert m.r32(TEST) == 0
