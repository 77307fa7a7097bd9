# SPDX-License-Identifier: MIT
"""PLIC and ACLINT: who is interrupted, and when."""
HART = "/machine/soc0/harts[0]"
HART1 = "/machine/soc0/harts[1]"
SSI, MSI, MTI, SEI, MEI = 1, 3, 7, 9, 11
PLIC_TYPE = "riscv.sifive.plic"

PLIC = 0xc000000
PRIORITY, PENDING, ENABLE, CONTEXT = PLIC, PLIC + 0x1000, PLIC + 0x2000, PLIC + 0x200000
MSIP, MTIMECMP, MTIME, SSWI = 0x2000000, 0x2004000, 0x200bff8, 0x2f00000
NEVER = 2 ** 64 - 1


def threshold(context): return CONTEXT + 0x1000 * context
def claim(context): return CONTEXT + 0x1000 * context + 4
def enable(context, word=0): return ENABLE + 0x80 * context + 4 * word


def set_enable(m, context, word, bits):
    """QEMU 7.2 looks at the enable bits only when something else changes as well: silicon at once."""
    m.w32(enable(context, word), bits)
    if m.name == "qemu":
        m.w32(threshold(context), m.r32(threshold(context)))


def test_plic_registers_keep_what_they_have_room_for(m):
    m.w32(PRIORITY + 4 * 10, 0xffffffff)
    assert m.r32(PRIORITY + 4 * 10) == 7
    m.w32(PRIORITY + 4 * 10, 5)
    assert m.r32(PRIORITY + 4 * 10) == 5
    m.w32(threshold(1), 3)
    assert m.r32(threshold(1)) == 3 and m.r32(threshold(0)) == 0
    m.w32(enable(1), 0xffffffff)
    m.w32(enable(1, 2), 0xffffffff)
    assert m.r32(enable(1, 2)) == 0xffffffff and m.r32(enable(0, 2)) == 0
    assert m.r32(PENDING) == 0
    assert m.r32(claim(0)) == 0


def test_plic_hands_over_the_best_source_once(m):
    plic = m.device(PLIC_TYPE)
    m.listen(HART)
    for source, priority in (3, 1), (4, 2), (5, 2):
        m.w32(PRIORITY + 4 * source, priority)
    m.w32(enable(0), 1 << 3 | 1 << 4 | 1 << 5)
    for source in 3, 4, 5:
        m.pull(plic, source, 1)
    assert m.r32(PENDING) == 0x38
    assert m.irq(MEI) == 1 and m.irq(SEI) == 0
    assert [m.r32(claim(0)) for _ in range(4)] == [4, 5, 3, 0]
    assert m.r32(PENDING) == 0 and m.irq(MEI) == 0


def test_plic_source_that_stays_high_comes_again_after_completion(m):
    plic = m.device(PLIC_TYPE)
    m.listen(HART)
    m.w32(PRIORITY + 4 * 9, 1)
    m.w32(enable(1), 1 << 9)
    m.pull(plic, 9, 1)
    assert m.irq(SEI) == 1 and m.irq(MEI) == 0
    assert m.r32(claim(1)) == 9
    assert m.irq(SEI) == 0
    m.pull(plic, 9, 0)
    m.w32(claim(1), 9)
    assert m.irq(SEI) == 0 and m.r32(claim(1)) == 0


def test_plic_threshold_and_priority_zero_hold_back(m):
    plic = m.device(PLIC_TYPE)
    m.listen(HART)
    m.w32(enable(0), 1 << 7)
    m.pull(plic, 7, 1)
    assert m.irq(MEI) == 0, "priority 0 never interrupts"
    m.w32(PRIORITY + 4 * 7, 3)
    assert m.irq(MEI) == 1
    m.w32(threshold(0), 3)
    assert m.irq(MEI) == 0
    m.w32(threshold(0), 2)
    assert m.irq(MEI) == 1
    set_enable(m, 0, 0, 0)
    assert m.irq(MEI) == 0


def test_plic_contexts_of_two_harts(m):
    plic = m.device(PLIC_TYPE)
    m.listen(HART1)
    m.w32(PRIORITY + 4 * 40, 1)
    m.w32(enable(2, 1), 1 << 8)
    m.pull(plic, 40, 1)
    assert m.irq(MEI) == 1 and m.irq(SEI) == 0
    set_enable(m, 2, 1, 0)
    set_enable(m, 3, 1, 1 << 8)
    assert m.irq(MEI) == 0 and m.irq(SEI) == 1
    assert m.r32(claim(2)) == 0 and m.r32(claim(3)) == 40


test_plic_contexts_of_two_harts.args = ["-smp", "2"]


def test_msip_is_the_software_interrupt_of_its_hart(m):
    m.listen(HART1)
    m.w32(MSIP, 1)
    assert m.irq(MSI) == 0
    m.w32(MSIP + 4, 0xffffffff)
    assert m.irq(MSI) == 1 and m.r32(MSIP + 4) == 1
    m.w32(MSIP + 4, 0)
    assert m.irq(MSI) == 0
    assert m.events == [(MSI, 1), (MSI, 0)]


test_msip_is_the_software_interrupt_of_its_hart.args = ["-smp", "2"]


def test_mtime_counts_ten_million_a_second(m):
    before = m.r64(MTIME)
    m.advance(50_000_000)
    passed = m.r64(MTIME) - before
    assert passed == 500_000 if m.exact else 500_000 <= passed < 100_000_000, passed


def test_mtimecmp_fires_at_exactly_its_time(m):
    m.listen(HART)
    m.w64(MTIMECMP, NEVER)
    assert m.irq(MTI) == 0
    at = m.r64(MTIME) + 5_000_000
    m.w64(MTIMECMP, at)
    assert m.r64(MTIMECMP) == at
    if m.exact:
        m.advance(499_999_999)
        assert m.irq(MTI) == 0 and m.r64(MTIME) == at - 1
        m.advance(1)
        assert m.irq(MTI) == 1 and m.r64(MTIME) == at
    else:
        assert m.irq(MTI) == 0
        m.advance(500_000_000)
        assert m.irq(MTI, 1) == 1 and m.r64(MTIME) >= at
    m.w64(MTIMECMP, NEVER)
    assert m.irq(MTI) == 0


def test_mtimecmp_in_the_past_fires_at_once(m):
    m.listen(HART)
    m.w64(MTIMECMP, NEVER)
    m.advance(1000)
    m.w64(MTIMECMP, 1)
    assert m.irq(MTI) == 1


def test_mtimecmp_and_mtime_by_halves(m):
    m.w64(MTIMECMP, NEVER)
    m.w32(MTIMECMP, 0x12345678)
    assert m.r64(MTIMECMP) == 0xffffffff12345678
    m.w32(MTIMECMP + 4, 0x9abcdef0)
    assert m.r64(MTIMECMP) == 0x9abcdef012345678
    assert (m.r32(MTIMECMP), m.r32(MTIMECMP + 4)) == (0x12345678, 0x9abcdef0)
    m.w32(MTIME + 4, 5)
    assert m.r32(MTIME + 4) == 5


def test_mtime_can_be_set_and_the_timer_follows(m):
    m.listen(HART)
    m.w64(MTIMECMP, 1 << 40)
    assert m.irq(MTI) == 0
    m.w64(MTIME, (1 << 40) - 1_000_000)
    assert m.irq(MTI) == 0
    m.advance(100_000_000)
    assert m.irq(MTI, 1) == 1
    m.w64(MTIME, 0)
    assert m.irq(MTI) == 0


def test_aclint_interrupts_supervisors(m):
    """The message is an edge: a second one counts, and nothing but the hart takes it back."""
    m.listen(HART1)
    m.w32(SSWI + 4, 0)
    assert m.irq(SSI) == 0
    m.w32(SSWI + 4, 1)
    assert m.irq(SSI) == 1 and m.r32(SSWI + 4) == 0
    m.w32(MSIP + 4, 1)
    assert m.irq(MSI) == 1


test_aclint_interrupts_supervisors.args = ["-M", "virt,aclint=on", "-smp", "2"]
