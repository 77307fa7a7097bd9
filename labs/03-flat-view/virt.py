# SPDX-License-Identifier: MIT
"""The flat view of the board virt: who answers where, with the holes between."""
import re

from svg import Figure, monitor

KINDS = {"i/o": ("blue", "device"), "ram": ("green", "RAM"), "rom": ("yellow", "ROM"), "romd": ("yellow", "flash")}

view = monitor("info mtree -f").split("FlatView #1")[0]
ranges = [(int(first, 16), int(last, 16), kind, name) for first, last, kind, name in
          re.findall(r"^ +([0-9a-f]{16})-([0-9a-f]{16}) \(prio 0, ([a-z/]+)\): (\S+)", view, re.M)]

rows = []  # neighbours of one name are one row: eight virtio-mmio
for first, last, kind, name in ranges:
    if rows and rows[-1][3] == name:
        rows[-1][1], rows[-1][4] = last, rows[-1][4] + 1
    else:
        rows.append([first, last, kind, name, 1])

STEP, TOP = 27, 66
fig = Figure(640, TOP + STEP * len(rows) + 46, "The flat view of the board virt: one line for each range of addresses")
fig.text(24, 34, "first", bold=True)
fig.text(140, 34, "last", bold=True)
fig.text(262, 34, "who answers", bold=True)
for color, word, x in (("blue", "device", 400), ("yellow", "ROM, flash", 480), ("green", "RAM", 584)):
    fig.box(x - 22, 22, 14, 14, "", color, round=2)
    fig.text(x, 34, word, 14)
for number, (first, last, kind, name, count) in enumerate(rows):
    y = TOP + STEP * number
    fig.text(24, y, f"{first:08x}", 14, mono=True)
    fig.text(140, y, f"{last:08x}", 14, mono=True)
    fig.box(250, y - 18, 366, 25, "", KINDS[kind][0], round=3)
    fig.text(262, y, name + (f" ({count} of them)" if count > 1 else ""), 14, mono=True)
fig.text(24, TOP + STEP * len(rows) + 20, "Between these lines, and after the last, nobody answers.")
fig.print()
