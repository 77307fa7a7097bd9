# SPDX-License-Identifier: MIT
"""One turn of the main loop: the five steps, as `-d loop` logs them, over two contexts with one sleep."""
import re
from pathlib import Path

from svg import Figure, teemu

log = teemu("-M", "virt", "-nographic", "-bios", "none", "-kernel", "build/labs/02-event-loop/wait.elf", "-d", "loop",
            typed="hello\n")
turn = re.findall(r"^loop: (prepare|query|check|dispatch|poll) (iohandler|main|\d)", log, re.M)[:9]
functions = re.findall(r"^(?:bool|void|int) (aio_\w+)\(", Path("src/loop/aio_steps.h").read_text(), re.M)[:5]
steps = list(dict.fromkeys(step for step, _ in turn))
assert all(step in function for step, function in zip(steps, functions)), (steps, functions)

DOES = {"prepare": ("how long may", "we sleep?"), "query": ("which", "descriptors?"), "poll": ("sleep", "(ppoll)"),
        "check": ("who is", "ready?"), "dispatch": ("call them", "")}
WIDTH, GAP, LEFT, TOP = 112, 10, 20, 60

fig = Figure(640, 380, "One turn of the main loop: five steps over two contexts, with one sleep for both")
for number, (step, function) in enumerate(zip(steps, functions)):
    x = LEFT + (WIDTH + GAP) * number
    color = {"poll": "grey", "dispatch": "green"}.get(step, "blue")
    fig.box(x, TOP, WIDTH, 96, "\n".join([step, *(w for w in DOES[step] if w)]), color, 15, bold=True,
            dashed=step == "poll")
    fig.text(x + WIDTH / 2, TOP - 14, function, 13, "middle", mono=True)
    contexts = [context for s, context in turn if s == step]
    if step == "poll":
        fig.box(x, TOP + 108, WIDTH, 66, "once\nfor both", "grey", 15, dashed=True)
    else:
        for place, context in enumerate(contexts):
            fig.box(x, TOP + 108 + 36 * place, WIDTH, 30, context, "white", 15, mono=True)
    if number:
        fig.line((x - GAP, TOP + 40), (x, TOP + 40), arrow=False)
end = LEFT + 4 * (WIDTH + GAP) + WIDTH / 2
fig.arrow((end, TOP + 178), (end, TOP + 206), (LEFT + WIDTH / 2, TOP + 206), (LEFT + WIDTH / 2, TOP + 180))
fig.text(320, TOP + 200, "next turn", 15, "middle")
fig.text(LEFT, 312, "dispatch alone calls anybody, in this order:", 15)
for x, w, words in ((20, 130, "bottom halves"), (180, 220, "handlers of descriptors"), (430, 90, "timers")):
    fig.box(x, 326, w, 32, words, "green", 15)
fig.arrow((150, 342), (180, 342))
fig.arrow((400, 342), (430, 342))
fig.print()
