# SPDX-License-Identifier: MIT
"""Figures of the labs: a chapter's NAME.py prints NAME.svg, `make figures` writes it (scripts/figures).

    from svg import Figure, teemu
    fig = Figure(640, 200, "what a reader who cannot see it should know")
    fig.box(20, 40, 120, 60, "first line\\nsecond line", "blue")
    fig.arrow((140, 70), (220, 70), label="then")
    fig.print()

Rules that are checked here, since nobody looks at each figure on a phone: text is at least 13 high in a figure 640
wide, stays inside the figure, and fits its box.  Keep figures 640 wide and below 560 high, with few words; a phone
shows them at half of that size.  A figure is the same in every run: no addresses of the host, no times."""
import os
import re
import subprocess
import sys
from html import escape

# name: (fill, edge).  A colour means the same thing in all figures of a chapter.
PALETTE = {
    "blue": ("#e6effa", "#4a76b0"), "yellow": ("#fdf1d8", "#c08a1d"), "green": ("#e3f2e1", "#4b8b4f"),
    "red": ("#fae1da", "#b3400e"), "purple": ("#efe7f8", "#7a58a8"), "grey": ("#e9ebef", "#7c8798"),
    "white": ("#ffffff", "#7c8798"), "none": ("none", "#7c8798"),
}
INK, PAPER, EDGE = "#1b2233", "#fbfaf6", "#c9c4b5"
SANS, MONO = "Helvetica, Arial, sans-serif", "'DejaVu Sans Mono', Menlo, Consolas, monospace"
SIZE, SMALLEST = 16, 13


def text_width(line, size, mono=False, bold=False):
    """About how wide @line is, on the safe side: fonts differ from reader to reader."""
    if mono:
        return 0.61 * size * len(line)
    wide, narrow = len(re.findall(r"[A-Zmw@%_=+<>—→]", line)), len(re.findall(r"[ijlt.,:;'|!()\[\] ]", line))
    return size * (0.55 * (len(line) - wide - narrow) + 0.74 * wide + 0.32 * narrow) * (1.06 if bold else 1)


class Figure:
    def __init__(self, width, height, title):
        self.width, self.height, self.title, self.parts, self.colors = width, height, title, [], {}

    # ---- words ----

    def text(self, x, y, words, size=SIZE, anchor="start", color=INK, mono=False, bold=False):
        """@words with the base line of the first line at @y.  @anchor: start, middle or end of the line is at @x."""
        color = PALETTE[color][1] if color in PALETTE else color
        assert size * 640 / self.width >= SMALLEST, f"{words!r}: {size} is too small in a figure {self.width} wide"
        for number, line in enumerate(words.split("\n")):
            wide = text_width(line, size, mono, bold)
            left = x - {"start": 0, "middle": wide / 2, "end": wide}[anchor]
            base = y + number * round(1.25 * size)
            assert 0 <= left and left + wide <= self.width and size <= base <= self.height - 2, \
                f"{line!r} sticks out of the figure: {left:.0f}..{left + wide:.0f}, base line {base}"
            style = f' fill="{color}"' if color != INK else ""
            style += f' font-family="{MONO}"' if mono else ""
            style += ' font-weight="bold"' if bold else ""
            style += f' font-size="{size}"' if size != SIZE else ""
            style += f' text-anchor="{anchor}"' if anchor != "start" else ""
            self.parts.append(f'<text x="{x:g}" y="{base:g}"{style} xml:space="preserve">{escape(line)}</text>')

    # ---- shapes ----

    def box(self, x, y, w, h, words="", color="white", size=SIZE, mono=False, bold=False, dashed=False, round=6):
        """A box with centred @words, whose first of several lines is a heading if @bold."""
        fill, edge = PALETTE[color]
        dash = ' stroke-dasharray="6 4"' if dashed else ""
        self.parts.append(f'<rect x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}" rx="{round}" fill="{fill}" '
                          f'stroke="{edge}" stroke-width="1.5"{dash}/>')
        lines = words.split("\n") if words else []
        step = 1.25 * size
        for number, line in enumerate(lines):
            heavy = bold and number == 0
            wide = text_width(line, size, mono, heavy)
            assert wide <= w and len(lines) * step <= h + 2, f"{line!r} does not fit a box {w} x {h}: {wide:.0f} wide"
            base = y + h / 2 + 0.36 * size + (number - (len(lines) - 1) / 2) * step
            self.text(x + w / 2, base, line, size, "middle", mono=mono, bold=heavy)

    def cells(self, x, y, h, cells, size=SIZE, mono=True):
        """Boxes side by side from @x on, [(width, words, color), ...]: fields of a word, or an array."""
        for w, words, color in cells:
            self.box(x, y, w, h, words, color, size, mono, round=0)
            x += w

    def line(self, *points, color="#33415c", dashed=False, arrow=False):
        path = "M" + " L".join(f"{x:g} {y:g}" for x, y in points)
        stroke = PALETTE[color][1] if color in PALETTE else color
        head = ""
        if arrow:
            name = self.colors.setdefault(stroke, f"to{len(self.colors)}")
            head = f' marker-end="url(#{name})"'
        dash = ' stroke-dasharray="6 4"' if dashed else ""
        self.parts.append(f'<path d="{path}" fill="none" stroke="{stroke}" stroke-width="2"{dash}{head}/>')

    def arrow(self, *points, label="", color="#33415c", dashed=False, size=SIZE, side="above"):
        """From the first point over the others to the last.  The label goes to the middle of the first stretch:
        above, below, left or right of it."""
        self.line(*points, color=color, dashed=dashed, arrow=True)
        if label:
            (x1, y1), (x2, y2) = points[:2]
            x, y = (x1 + x2) / 2, (y1 + y2) / 2
            dx, dy, anchor = {"above": (0, -7, "middle"), "below": (0, size + 3, "middle"),
                              "left": (-8, 5, "end"), "right": (8, 5, "start")}[side]
            self.text(x + dx, y + dy, label, size, anchor)

    def bracket(self, x1, x2, y, label="", above=False, color="#33415c", size=SIZE, mono=False):
        """A brace over (or under) what lies between @x1 and @x2, with its label outside."""
        tip = -8 if above else 8
        self.line((x1, y), (x1, y + tip), (x2, y + tip), (x2, y), color=color)
        if label:
            self.text((x1 + x2) / 2, y + (-15 if above else 10 + size), label, size, "middle", mono=mono)

    def print(self):
        markers = "".join(
            f'<marker id="{name}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="6" markerHeight="6" '
            f'orient="auto-start-reverse"><path d="M0 0L10 5L0 10z" fill="{color}"/></marker>'
            for color, name in self.colors.items())
        print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" '
              f'width="{self.width}" height="{self.height}" font-family="{SANS}" font-size="{SIZE}" fill="{INK}" '
              f'role="img">\n<!-- Drawn by {os.path.relpath(sys.argv[0])}; make figures draws it anew. -->\n'
              f'<title>{escape(self.title)}</title>' + (f"\n<defs>{markers}</defs>" if markers else "") +
              f'\n<rect x="0.5" y="0.5" width="{self.width - 1}" height="{self.height - 1}" rx="10" fill="{PAPER}" '
              f'stroke="{EDGE}"/>')
        print("\n".join(self.parts))
        print("</svg>")


# ---- facts ----

def output(*command, typed=""):
    """What @command prints, stdout and stderr as they come.  "build/" at the start of a word means $B/."""
    build = os.environ.get("B", "build")
    real = [re.sub(r"^build/", build + "/", str(word)) for word in command]
    return subprocess.run(real, input=typed, text=True, errors="replace", stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=60, check=False).stdout.replace("\r\n", "\n")


def teemu(*options, typed=""):
    return output("build/teemu", *options, typed=typed)


def monitor(*commands, options=("-M", "virt", "-bios", "none")):
    """What the monitor of a machine that has not started yet answers to @commands."""
    said = teemu(*options, "-S", "-display", "none", "-serial", "null", "-monitor", "stdio",
                 typed="\n".join([*commands, "quit", ""]))
    return said.replace("\x1b[K", "")
