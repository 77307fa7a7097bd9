# SPDX-License-Identifier: MIT
"""Where the bits of an instruction go: rows of the running emulator, each with a word and what it says."""
import re

from svg import Figure, output, teemu

LINES = ["add a0,a1,a2", "addi a5,a5,-2", "sw a2,8(a1)", "beq a0,a1,.+16", "lui a0,0x80000"]
COLORS = {"rd": "red", "rs1": "blue", "rs2": "purple"}
LEFT, BIT = 20, 600 / 32

source = "\n".join(LINES) + "\n"
assert not output("riscv64-linux-gnu-gcc", "-march=rv64i", "-mabi=lp64", "-c", "-x", "assembler", "-o", "build/labs/fields.o",
                  "-", typed=".option norelax\n" + source)
words = [int(w, 16) for w in re.findall(r"^ +[0-9a-f]+:\t([0-9a-f]{8}) ",
                                        output("riscv64-linux-gnu-objdump", "-d", "build/labs/fields.o"), re.M)]
rows = dict(re.findall(r"^(\w+) +(.*?)  \(src", teemu("-list", "insns"), re.M))


def width(piece):
    """How many bits a piece of a pattern has."""
    if re.fullmatch("[01]+", piece):
        return len(piece)
    if "[" not in piece:
        return 5
    bits = 0
    for part in piece[piece.index("[") + 1:-1].split("|"):
        first, _, last = part.partition(":")
        bits += int(first) - int(last or first) + 1
    return bits


fig = Figure(640, 30 + 84 * len(LINES), "Five rows of the instruction table over words that match them")
for number, (line, word) in enumerate(zip(LINES, words)):
    name, y, bit = line.split()[0], 30 + 84 * number, 32
    fig.text(LEFT, y + 4, line.replace(".+16", "16 ahead"), 17, mono=True, bold=True)
    fig.text(LEFT + 600, y + 4, f"{word:08x}", 17, "end", mono=True)
    for piece in rows[name].split():
        n = width(piece)
        value = word >> bit - n & (1 << n) - 1
        fixed = re.fullmatch("[01]+", piece)
        assert not fixed or value == int(piece, 2), (line, piece)
        color = "grey" if fixed else COLORS.get(piece, "green")
        x, w = LEFT + BIT * (32 - bit), BIT * n
        fig.box(x, y + 12, w, 26, f"{value:0{n}b}", color, 16, mono=True, round=0)
        if not fixed:
            fig.text(x + w / 2, y + 55, piece.replace("imm", "") if w < 96 and "imm" in piece else piece, 15, "middle")
        bit -= n
    assert bit == 0, line
fig.print()
