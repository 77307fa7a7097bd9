# SPDX-License-Identifier: MIT
"""A wake-up cannot be lost: what the loop and another thread do, in which order."""
from svg import Figure

fig = Figure(640, 372, "The loop announces its sleep before it looks; the other thread puts its work in before it asks")
fig.text(160, 34, "the loop", bold=True, anchor="middle")
fig.text(480, 34, "another thread", bold=True, anchor="middle")
for x in (160, 480):
    fig.line((x, 44), (x, 262), dashed=True, color="grey")
for y, number, words in ((52, "1", "about_to_sleep = 1"), (126, "2", "look into the queue"), (200, "3", "ppoll, with the eventfd")):
    fig.box(40, y, 240, 44, f"{number}. {words}", "blue", 15)
for y, number, words in ((90, "A", "bottom half into the queue"), (164, "B", "about_to_sleep? then wake")):
    fig.box(366, y, 228, 44, f"{number}. {words}", "yellow", 15)
fig.arrow((366, 190), (282, 222), color="red")
fig.text(330, 246, "eventfd", 14, color="red", anchor="middle")
fig.line((20, 272), (620, 272), color="grey")
fig.text(24, 300, "2 before A: then 1 was before B, so B wakes ppoll.", 15)
fig.text(24, 326, "A before 2: then the loop finds the work itself.", 15)
fig.text(24, 352, "There is no third case.", 15, bold=True)
fig.print()
