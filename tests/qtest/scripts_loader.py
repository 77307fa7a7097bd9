# SPDX-License-Identifier: MIT
"""-device loader: files and numbers in memory before the machine starts, and again after a reset."""
RAM = 0x80000000


def test_loader_puts_files_and_numbers_into_memory(m):
    assert m.read(RAM + 0x1000, 6) == b"first\0" and m.read(RAM + 0x2000, 7) == b"second\0"
    assert m.r64(RAM + 0x3000) == 0x12345 and m.read(RAM + 0x4000, 8) == bytes.fromhex("0000000000012345")
    m.w32(RAM + 0x1000, 0)
    m.monitor("system_reset")
    assert m.read(RAM + 0x1000, 6) == b"first\0"


test_loader_puts_files_and_numbers_into_memory.files = {"one": b"first", "two": b"second"}
test_loader_puts_files_and_numbers_into_memory.args = [
    "-device", f"loader,file=one,addr={RAM + 0x1000:#x}",
    "-device", f"loader,file=two,addr={RAM + 0x2000:#x},force-raw=on",
    "-device", f"loader,addr={RAM + 0x3000:#x},data=0x12345,data-len=8",
    "-device", f"loader,addr={RAM + 0x4000:#x},data=0x12345,data-len=8,data-be=on"]
