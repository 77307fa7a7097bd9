# SPDX-License-Identifier: MIT
"""Who is in which scratch register while a block of the guest's Euclid runs, from -d op_ra."""
import re

from svg import Figure, teemu

REGS = ("rax", "rcx", "rdx")
COLORS = {"s6": "blue", "t5": "purple", "t6": "yellow", "s7": "green", "s8": "red"}

log = teemu("-M", "virt", "-nographic", "-bios", "none", "-kernel", "build/labs/08-registers/registers.elf",
            "-d", "op_ra", "-dfilter", "0x800000fe+1")
block = log.split("OP with places:\n")[1].split(" exit_tb")[0]

rows = []  # (what happens, registers read, register written, value written)
for line in block.splitlines():
    op = re.fullmatch(r" +(\w+)(?:\.\w+)? (?:(\S+) <- )?(.*)", line)
    if not op or "----" in line:
        continue
    name, to, sources = op[1], op[2] or "", op[3]
    value = [re.sub(r".*\((\w+)\)", r"\1", place) for place in [to] + sources.split(", ") if place]
    read = [r for r in REGS if re.search(rf"\b{r}\(", sources)]
    written = next((r for r in REGS if to.startswith(r)), None)
    if name == "move":
        words = f"load {value[0]}" if written else f"store {value[1]}"
        words += f" as {value[0]}" if value[0] != value[1] else ""
    else:
        words = f"{name} " + ", ".join(value)
    rows.append((words, read, written, value[0]))

STEP, TOP = 27, 62
fig = Figure(640, TOP + STEP * len(rows) + 14,
             "Which value is in rax, rcx and rdx from its definition to its last use, op by op")
fig.text(20, 34, "operations and moves", bold=True)
for column, reg in enumerate(REGS):
    x = 305 + 110 * column
    fig.text(x + 50, 34, reg, anchor="middle", mono=True, bold=True)
    held = None
    for number, (_, read, written, value) in enumerate(rows + [("", [], reg, "")]):
        if held and reg in read:
            held[2] = number
        if written == reg:
            if held:
                first, who, last = held
                fig.box(x, TOP + STEP * first + 1, 100, STEP * (last - first) - 2, "", COLORS[who], round=4)
                fig.text(x + 50, TOP + STEP * (first + last) / 2 + 5, who, 15, "middle", mono=True)
            held = [number, value, number]
for number, (words, *_) in enumerate(rows):
    move = words.split()[0] in ("load", "store")
    fig.text(48 if move else 20, TOP + STEP * number + 5, words, 14, mono=True, color="grey" if move else "#1b2233")
fig.print()
