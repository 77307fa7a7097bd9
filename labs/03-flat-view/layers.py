# SPDX-License-Identifier: MIT
"""From the tree to the flat view, on the chapter's example: regions as sheets one over the other, seen from the front."""
from svg import Figure

END, LEFT, WIDTH = 0x1000, 20, 600
SHEETS = [  # the winner first: name, first, end, who shows, from which of its bytes, colour
    ("dev, priority 1", 0x400, 0x500, "dev", 0, "blue"),
    ("ram, priority 0", 0x000, 0x800, "ram", 0, "green"),
    ("window onto ram", 0xc00, 0xd00, "ram", 0x100, "green"),
]


def at(address):
    return LEFT + WIDTH * address / END


owner = {}  # the slow and obviously right way: ask for each address who is in front
for address in range(END):
    owner[address] = next(((who, address - first + start, color) for _, first, end, who, start, color in SHEETS
                           if first <= address < end), None)
view = []  # (first, end, who, offset, color)
for address in range(END):
    here = owner[address]
    if here and view and view[-1][1] == address and view[-1][2] == here[0] \
            and view[-1][3] + address - view[-1][0] == here[1]:
        view[-1][1] += 1
    elif here:
        view.append([address, address + 1, *here])

fig = Figure(640, 396, "Three regions that overlap, and the flat view: what is seen of them from the front")
fig.text(LEFT, 34, "the tree: each region is a sheet, the winner in front", bold=True)
edges = sorted({edge for first, end, *_ in view for edge in (first, end)})
for edge in edges:
    fig.line((at(edge), 50), (at(edge), 232), color="grey", dashed=True)
for number, (name, first, end, _who, _start, color) in enumerate(SHEETS):
    y = 54 + 58 * number
    fig.box(at(first), y, at(end) - at(first), 40, "", color, round=3)
    beside = at(end) - at(first) < 200
    fig.text(at(first) - 8 if beside and first > END / 2 else at(end) + 8 if beside else at(first) + 8, y + 26, name, 14,
             "end" if beside and first > END / 2 else "start")
fig.text(LEFT, 254, "the flat view: what is seen from the front", bold=True)
for first, end, who, _offset, color in view:
    fig.box(at(first), 266, at(end) - at(first), 40, "" if end - first < 0x100 else who, color, 14, round=3)
for edge in edges:
    fig.text(max(at(edge), LEFT + 6), 324, f"{edge:x}", 13, "end" if edge in (0x400, 0xc00) else "start" if edge == 0xd00
             else "middle", mono=True)
fig.text(LEFT, 358, "   ".join(f"{first:03x}-{end - 1:03x} {who}+{offset:x}" for first, end, who, offset, _ in view), 13,
         mono=True)
fig.text(LEFT, 382, "800-bff and d00-fff: holes, nobody answers", 14)
fig.print()
