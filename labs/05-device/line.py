# SPDX-License-Identifier: MIT
"""How many bytes are in the receiver, and when its interrupt line is up: asked of the running chip."""
import re

from svg import Figure, monitor, teemu

UART, TRIGGER = 0x10000000, 8
CHARACTER = 520833  # nanoseconds of 10 bits at 19200 baud, which is what the divisor says after reset

plic = re.search(r"^(/\S+) \(riscv.sifive.plic\)", monitor("info state"), re.M)[1]

# (x in characters' times, change of the number of bytes, commands); loop-back stands for a line that brings bytes
script = [(0, 0, [f"irq_intercept_in {plic}", f"writeb {UART + 4} 0x10", f"writeb {UART + 2} 0x81", f"writeb {UART + 1} 1"])]
wait, come, go = [f"clock_step {CHARACTER + 10}"], f"writeb {UART} 0x61", f"readb {UART}"
script += [(1, 1, wait + [come]) for _ in range(3)]
script += [(1, 0, wait) for _ in range(6)]
script += [(0.5, -1, [go]) for _ in range(3)]
script += [(1, 1, wait + [come]) for _ in range(10)]
script += [(0.5, -1, [go]) for _ in range(10)]
script += [(1, 0, wait) for _ in range(2)]
commands = [c for _, _, part in script for c in part] + ["writel 0x100000 0x5555"]
said = teemu("-M", "virt", "-accel", "qtest", "-qtest", "stdio", "-qtest-log", "none", "-display", "none", "-serial", "null",
             "-bios", "none", typed="\n".join(commands) + "\n")
answers = iter(re.findall(r"^OK.*|^IRQ \w+ 10$", said, re.M))

LEFT, UNIT, FLOOR, HIGH = 90, 19, 208, 14
LINE_LOW, LINE_HIGH = 304, 264
x, count, level = LEFT, 0, False
bytes_in, wire, marks = [(x, FLOOR)], [(x, LINE_LOW)], []
for step, change, part in script:
    x += step * UNIT
    bytes_in += [(x, FLOOR - count * HIGH), (x, FLOOR - (count + change) * HIGH)]
    count += change
    left = len(part)
    while left:
        answer = next(answers)
        if answer.startswith("OK"):
            left -= 1
        else:
            wire.append((x, LINE_HIGH if level else LINE_LOW))
            level = "raise" in answer
            wire.append((x, LINE_HIGH if level else LINE_LOW))
            marks.append((x, level))
wire.append((x, LINE_HIGH if level else LINE_LOW))
assert [up for _, up in marks] == [True, False, True, False], said

fig = Figure(640, 372, "Bytes in the receiver over time, and the interrupt line: it goes up at the trigger level, or after a wait")
for n in (0, TRIGGER, 10):
    fig.text(LEFT - 12, FLOOR - n * HIGH + 5, str(n), 14, "end")
fig.line((LEFT, FLOOR - TRIGGER * HIGH), (x, FLOOR - TRIGGER * HIGH), color="red", dashed=True)
fig.text(LEFT + 6, FLOOR - TRIGGER * HIGH - 8, "trigger level", 14, color="red")
fig.line(*bytes_in, color="blue")
fig.line(*wire, color="red")
fig.text(14, 34, "bytes in the receiver", bold=True)
fig.text(14, LINE_HIGH - 14, "interrupt line", bold=True)
for y, word in ((LINE_HIGH + 5, "up"), (LINE_LOW + 5, "down")):
    fig.text(LEFT - 12, y, word, 14, "end")
for (at, up), words in zip(marks, ("3 bytes have waited\nfor 4 characters", "", "8 bytes\nare there", "")):
    fig.line((at, LINE_HIGH - 6), (at, FLOOR), color="grey", dashed=True)
    if words:
        fig.text(at - 4, LINE_LOW + 26, words, 14, "start")
fig.print()
