# SPDX-License-Identifier: MIT
"""How the classes of the rng objects come about: a copy each of the parent's, and of its interface class."""
import re

from svg import Figure, teemu

log = teemu("-M", "virt", "-bios", "none", "-S", "-display", "none", "-serial", "null", "-monitor", "stdio", "-d", "qom",
            typed="info types\nquit\n")
size = dict(re.findall(r"qom: class (\S+): parent \S+, (\d+) bytes", log))

LEFT, MIDDLE, RIGHT, WIDE = 14, 14, 356, 270
fig = Figure(640, 420, "A class is a copy of its parent's class, and so is its interface class")
fig.text(LEFT, 32, "classes", bold=True)
fig.text(RIGHT, 32, "their copies of user-creatable", bold=True)


def pair(y, name, mine, copy, color):
    fig.box(LEFT, y, WIDE, 64, f"{name} ({size[name]} bytes)\n{mine}", color, 14, bold=True)
    fig.box(RIGHT, y, WIDE, 64, copy, "purple", 14, bold=True)
    fig.arrow((LEFT + WIDE, y + 32), (RIGHT, y + 32))


fig.box(RIGHT, 48, WIDE, 64, f"user-creatable ({size['user-creatable']} bytes)\ncomplete = NULL", "purple", 14, bold=True,
        dashed=True)
pair(152, "rng-backend", "abstract", "concrete = rng-backend\ncomplete = NULL", "grey")
pair(248, "rng-random", "props = filename", "concrete = rng-random\ncomplete = rng_random_complete", "green")
pair(344, "rng-builtin", "changes nothing", "concrete = rng-builtin\ncomplete = NULL", "green")
for x in (LEFT, RIGHT):
    fig.arrow((x + 20, 216), (x + 20, 248))
    fig.text(x + 30, 238, "copied", 14)
    fig.text(x + 30, 334, "copied from rng-backend", 14)
fig.arrow((RIGHT + 20, 112), (RIGHT + 20, 152))
fig.text(RIGHT + 30, 138, "copied", 14)
fig.text(LEFT, 138, "an arrow to the right: implements", 14)
fig.print()
