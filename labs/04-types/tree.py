# SPDX-License-Identifier: MIT
"""Some of teemu's types and their parents, as the monitor's `info types` says them."""
import re

from svg import Figure, monitor

LEAVES = ["rv64-riscv-cpu", "serial-mm", "virtio-rng-device", "virtio-blk-device", "virtio-serial-bus", "virtio-mmio-bus",
          "rng-builtin", "rng-random", "user-creatable"]
WIDE, HIGH, STEP, TOP = 142, 30, 40, 62
COLUMNS = [14, 172, 330, 488]

types = {name: (parent, bool(abstract)) for name, parent, abstract in
         re.findall(r"^(\S+) +(\S+) +(\(abstract\))?$", monitor("info types"), re.M)}


def ancestors(name):
    """From the root to @name itself."""
    parent = types[name][0]
    return (ancestors(parent) if parent != "-" else []) + [name]


rows = {}  # type: the rows of the leaves below it
for row, leaf in enumerate(LEAVES):
    for name in ancestors(leaf):
        rows.setdefault(name, []).append(row)

fig = Figure(640, TOP + STEP * len(LEAVES) + 44, "A part of the tree of types: parents left, children right")
for x, word, color, dashed in ((14, "abstract", "grey", True), (130, "has objects", "green", False),
                               (270, "interface", "purple", True)):
    fig.box(x, 17, 18, 18, "", color, dashed=dashed, round=3)
    fig.text(x + 26, 32, word, 14)
place = {}
for name, mine in rows.items():
    depth = len(ancestors(name)) - 1
    place[name] = (COLUMNS[depth], TOP + STEP * (mine[0] + mine[-1]) / 2)
for name, (x, y) in place.items():
    parent, abstract = types[name]
    interface = ancestors(name)[0] == "interface"
    fig.box(x, y, WIDE, HIGH, name, "purple" if interface else "grey" if abstract else "green", 13, dashed=abstract)
    if parent != "-":
        px, py = place[parent]
        fig.line((px + WIDE, py + HIGH / 2), (px + WIDE + 8, py + HIGH / 2), (px + WIDE + 8, y + HIGH / 2),
                 (x, y + HIGH / 2))
x, y = place["rng-backend"]
ix, iy = place["user-creatable"]
fig.arrow((x + WIDE / 2, y + HIGH), (x + WIDE / 2, iy), color="purple", dashed=True)
fig.text(14, TOP + STEP * len(LEAVES) + 26, "A dashed arrow: implements that interface.", 15)
fig.print()
