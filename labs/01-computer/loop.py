# SPDX-License-Identifier: MIT
"""Fetch, decode, execute: one instruction of hello.S, with the words in memory and the registers as they really are."""
import re

from svg import Figure, output

ELF = "build/labs/01-computer/hello.elf"
AT = 0x80000014  # the instruction to be looked at: the one that goes on to the next letter

listing = output("riscv64-linux-gnu-objdump", "-d", ELF)
memory = [(int(a, 16), int(w, 16)) for a, w in re.findall(r"^([0-9a-f]{8}):\t([0-9a-f]{8}) ", listing, re.M)][:8]
word = dict(memory)[AT]
imm, rs1, funct, rd, opcode = word >> 20, word >> 15 & 31, word >> 12 & 7, word >> 7 & 31, word & 127

output("gcc", "-I.", "-o", "build/labs/computer", "labs/01-computer/main.c", "labs/01-computer/computer.c")
said = output("build/labs/computer", "build/labs/01-computer/hello.bin", "-trace")  # with what the guest prints
trace = [(int(pc, 16), {int(n): int(v, 16) for n, v in re.findall(r"x(\d+)=(\w+)", regs)})
         for pc, regs in re.findall(r"([0-9a-f]{8})  ((?:x\d+=[0-9a-f]+ ?)*)", said)]
before = next(i for i, (pc, _) in enumerate(trace) if pc == AT)
value = [trace[i][1][rd] for i in (before, before + 1)]
after_pc = trace[before + 1][0]
assert value[1] == value[0] + imm and opcode == 0b0010011 and funct == 0

fig = Figure(640, 452, "One turn: the word at pc is fetched, taken apart, and done")
fig.text(24, 34, "memory", bold=True)
for number, (address, code) in enumerate(memory):
    y = 48 + 30 * number
    here = address == AT
    fig.box(24, y, 96, 26, f"{code:08x}", "yellow" if here else "white", 16, mono=True, round=3)
    fig.text(128, y + 18, f"{address:08x}" + (" ← pc" if here else ""), 15, mono=True, bold=here)

fig.text(284, 34, "1  fetch", bold=True)
fig.box(284, 48, 332, 34, f"{word:08x}", "yellow", 18, mono=True)
fig.arrow((450, 82), (450, 118))

fig.text(284, 112, "2  decode", bold=True)
fig.cells(284, 124, 30, [(112, f"{imm:012b}", "green"), (56, f"{rs1:05b}", "blue"), (40, f"{funct:03b}", "grey"),
                         (54, f"{rd:05b}", "red"), (70, f"{opcode:07b}", "grey")], 15)
for x, label in ((340, f"imm {imm}"), (424, f"rs1 {rs1}"), (519, f"rd {rd}")):
    fig.text(x, 173, label, 16, "middle")
fig.text(581, 173, "addi", 16, "middle", bold=True)
fig.arrow((450, 180), (450, 216))

fig.text(284, 210, "3  execute", bold=True)
fig.box(284, 222, 332, 62, "", "white")
fig.text(298, 246, f"x{rd} = {value[0]:08x} + {imm} = {value[1]:08x}", 16, mono=True)
fig.text(298, 270, f"pc  = {AT:08x} + 4 = {after_pc:08x}", 16, mono=True)
fig.arrow((450, 284), (450, 334), (72, 334), (72, 292), color="red")
fig.text(262, 326, "and again, for ever", 17, "middle", color="red")

fig.text(24, 374, "registers", bold=True)
registers = [("pc", after_pc), *((f"x{n}", v) for n, v in trace[before + 1][1].items())]
for number, (name, content) in enumerate(registers[:4]):
    x = 24 + 150 * number
    changed = name in ("pc", f"x{rd}")
    fig.text(x, 410, name, 15, mono=True)
    fig.box(x + 34, 392, 104, 28, f"{content:08x}", "red" if changed else "white", 15, mono=True, round=3)
fig.text(24, 440, "after this turn; red is what it changed", 15)
fig.print()
