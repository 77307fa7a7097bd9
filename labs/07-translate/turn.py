# SPDX-License-Identifier: MIT
"""One turn of the sieve's inner loop: guest instructions, their IR, and the host code made of it."""
import os
import re
import subprocess
import tempfile

from svg import Figure, teemu

SIEVE = os.environ.get("B", "build") + "/labs/07-translate/sieve.elf"
COLORS = ("green", "blue", "yellow")  # of what belongs to the same guest instruction

log = teemu("-M", "virt", "-m", "32M", "-nographic", "-bios", "none", "-kernel", SIEVE, "-d", "in_asm,op_opt,out_asm")
guest = re.findall(r"^0x0{8}800000(3c|40|44):  (.*)$", log, re.M)[:3]
guest = [text.replace("\t", " ").replace("0x8000003c", "cross") for _, text in guest]

block = log[log.index(" ---- $0x8000003c #0"):]
ir = [part.split("\n")[1:] for part in re.split(r"^ ---- ", block.split("\n\n")[0], flags=re.M)[1:4]]
ir = [[re.sub(r"\.i64|linear|, slot 0", "", op).replace("$0x8000003c", "cross").strip() for op in ops]
      for ops in ir]
ir = [[op for op in ops if op and not op.startswith("L")] for ops in ir]  # the label takes no time

bytes_ = re.search(r"^OUT:.*\n((?:0x.*\n)+)", block, re.M)[1]
with tempfile.NamedTemporaryFile() as file:
    file.write(bytes.fromhex("".join(line.split(":")[1] for line in bytes_.splitlines())))
    file.flush()
    asm = subprocess.run(["objdump", "-D", "-b", "binary", "-m", "i386:x86-64", "-M", "intel", file.name], text=True,
                         capture_output=True, check=True).stdout
asm = re.findall(r"^ +[0-9a-f]+:\t[0-9a-f ]+\t(\w+) *(.*)$", asm, re.M)
host = [[], [], []]
for name, operands in asm:  # the addition ends the store, and the first test what is added
    if name.startswith("nop") or name == "xchg":
        continue
    operands = re.sub(r"[A-Z]+ PTR ", "", operands)
    operands = re.sub(r"\[rbp\+rcx[^]]*\]", "[cpu + rcx + ..]", operands)
    operands = re.sub(r"\[rbp[^]]*\]", "[cpu + ..]", operands)
    operands = re.sub(r"^0x[0-9a-f]+$", "..", operands.replace("*1]", "]")).replace("fffffffffffff000", "f..f000")
    which = 2 if host[1] else 1 if name == "add" else 0
    host[which].append(f"{name} {operands}".replace(",", ", "))
    if name in ("jb", "jae"):
        break

STEP, TOP = 22, 66
rows = sum(map(len, host))
fig = Figure(640, TOP + STEP * rows + 66, "One turn of a loop: guest, IR and host instructions")
for x, words in ((20, "guest"), (176, "IR"), (392, "host")):
    fig.text(x, 34, words, bold=True)
y = TOP
for insn, ops, code, color in zip(guest, ir, host, COLORS):
    height = STEP * max(len(ops), len(code)) + 4
    for x, width, lines in ((14, 146, [insn]), (170, 206, ops), (386, 240, code)):
        fig.box(x, y - 18, width, height, "", color, round=3)
        for number, line in enumerate(lines):
            fig.text(x + 7, y + STEP * number, line, 13, mono=True)
    y += height + 8
counts = [len(guest), sum(map(len, ir)), rows]
for x, count, words in zip((20, 176, 392), counts, ("instructions", "ops", "instructions")):
    fig.text(x, y + 8, f"{count} {words}", bold=True)
fig.print()
