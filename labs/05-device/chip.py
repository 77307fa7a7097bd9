# SPDX-License-Identifier: MIT
"""What the serial port is made of, between the guest and the host."""
import re

from svg import Figure, monitor, teemu

view = monitor("info mtree -f")
first, last = re.search(r"([0-9a-f]{16})-([0-9a-f]{16}) \(prio 0, i/o\): serial$", view, re.M).groups()
address = f"{int(first, 16):08x} - {int(last, 16):08x}"
plic = re.search(r"^(/\S+) \(riscv.sifive.plic\)", monitor("info state"), re.M)[1]
said = teemu("-M", "virt", "-accel", "qtest", "-qtest", "stdio", "-qtest-log", "none", "-display", "none", "-serial",
             "null", "-bios", "none", typed=f"irq_intercept_in {plic}\nwriteb 0x{first} 0\nwriteb 0x{first[:-1]}1 2\n"
             "writel 0x100000 0x5555\n")
source = re.search(r"IRQ raise (\d+)", said)[1]

fig = Figure(640, 430, "The serial port: eight registers, two FIFOs, and a wire, between the guest and the host")
fig.box(172, 20, 296, 390, "", "grey")
fig.text(320, 46, "the chip: serial.c", anchor="middle", bold=True)

fig.box(16, 76, 96, 230, "guest\n(a CPU)", "yellow", bold=True)
fig.box(528, 76, 96, 230, "host\n(your\nterminal)", "green", bold=True)
fig.text(528, 334, "serial_mm.c", 14)

for row, (at, read, write) in enumerate((("0", "RBR", "THR"), ("1", "IER", "IER"), ("2", "IIR", "FCR"), ("3", "LCR", "LCR"),
                                         ("4", "MCR", "MCR"), ("5", "LSR", ""), ("6", "MSR", ""), ("7", "SCR", "SCR"))):
    y = 84 + 28 * row
    fig.text(186, y + 19, at, 14, mono=True)
    fig.box(204, y, 52, 26, read, "blue", 14, mono=True, round=2)
    if write:
        fig.box(258, y, 52, 26, write, "purple", 14, mono=True, round=2)
fig.text(230, 324, "read", 14, anchor="middle")
fig.text(284, 324, "write", 14, anchor="middle")

fig.box(350, 84, 104, 54, "tx FIFO\n16 bytes", "purple", 14)
fig.box(350, 170, 104, 54, "rx FIFO\n16 bytes", "blue", 14)
fig.arrow((310, 97), (350, 97))
fig.arrow((350, 197), (330, 197), (330, 66), (230, 66), (230, 84), color="blue")
fig.arrow((454, 111), (528, 111), label="send")
fig.arrow((528, 197), (454, 197), label="receive")

fig.arrow((112, 120), (172, 120), label="store")
fig.arrow((172, 180), (112, 180), label="load")
fig.text(10, 62, address, 13, mono=True)

fig.box(204, 336, 250, 54, "is there a cause,\nand is it enabled?", "red", 14)
fig.arrow((204, 363), (64, 363), (64, 306), color="red")
fig.text(16, 390, f"wire to the PLIC,\nits input {source}", 14)
fig.print()
