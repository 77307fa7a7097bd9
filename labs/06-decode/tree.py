# SPDX-License-Identifier: MIT
"""The way of one word down the decision tree: at each node, the rows of the running emulator that are left."""
import re

from svg import Figure, teemu

WORD, BOUND = 0x00c58533, 8
WIDTHS = {"aq": 1, "rl": 1, "rm": 3, "csr": 12, "pred": 4, "succ": 4, "fm": 4}


def width(piece):
    if re.fullmatch("[01]+", piece):
        return len(piece)
    name, _, places = piece.partition("[")
    if not places:
        return 3 if name.endswith("'") else WIDTHS.get(name.split("!")[0], 5)
    ends = (part.partition(":") for part in places.split("]")[0].split("|"))
    return sum(int(first) - int(last or first) + 1 for first, _, last in ends)


rows = []  # (name, mask, match) of those with four bytes
for name, pattern in re.findall(r"^(\w+) +(.*?)  \(src", teemu("-list", "insns"), re.M):
    mask = match = bits = 0
    for piece in pattern.split():
        n, fixed = width(piece), re.fullmatch("[01]+", piece)
        mask = mask << n | ((1 << n) - 1 if fixed else 0)
        match = match << n | (int(piece, 2) if fixed else 0)
        bits += n
    assert bits in (16, 32), (name, bits)
    if bits == 32:
        rows.append((name, mask, match))

steps, looked = [], 0  # (rows before, high bit, low bit, value)
left = rows
while len(left) > 1:
    common = ~looked & 0xffffffff
    for _name, mask, _match in left:
        common &= mask
    if not common:
        break
    low = (common & -common).bit_length() - 1
    high = low
    while high < 31 and common >> high + 1 & 1 and high - low + 1 < BOUND:
        high += 1
    run = (1 << high - low + 1) - 1 << low
    steps.append((left, high, low, (WORD & run) >> low))
    looked |= run
    left = [row for row in left if row[2] & run == WORD & run]
assert [name for name, *_ in left] == ["add"], left

fig = Figure(640, 76 + 104 * len(steps) + 40, "The way of the word 0x00c58533 through the decision tree")
fig.text(24, 36, f"0x{WORD:08x}", 18, mono=True, bold=True)
fig.text(290, 36, "rows that may still be meant", 18)
for number, (before, high, low, value) in enumerate(steps):
    y = 56 + 104 * number
    names = [name for name, *_ in before]
    few = ", ".join(names) if len(names) < 5 else ", ".join(names[:4]) + " ..."
    fig.box(24, y, 220, 46, f"bits {high}..{low} ?", "blue", 18)
    fig.text(290, y + 20, f"{len(names)} rows", 18, bold=True)
    fig.text(290, y + 42, few, 17)
    fig.arrow((134, y + 46), (134, y + 104), label=f"{value:0{high - low + 1}b}", side="right", size=18)
    for x in (64, 204):
        fig.line((x, y + 46), (x, y + 66), color="grey", dashed=True)
y = 56 + 104 * len(steps)
fig.box(24, y, 220, 46, "add", "green", 18, bold=True)
fig.text(290, y + 20, "1 row", 18, bold=True)
fig.text(290, y + 40, "compared with the whole word", 17)
fig.print()
