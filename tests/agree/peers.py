# SPDX-License-Identifier: MIT
"""The same machine on QEMU and on teemu, and what may differ between their answers.

`ask` starts an emulator with the program still.S, lets it come to its end, stops it, and gives what
a function asks of its monitors.  Answers are compared after the rules of DIFFERENCES; each says
why the two differ, so that there is no difference without a reason."""
import contextlib
import os
import re
import shutil
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "monitor"))
import session  # noqa: E402
import console  # noqa: E402  (found by session)
from console import LIMIT, Failure, check, host  # noqa: E402
from session import Watched  # noqa: E402

TEEMU = console.EMU
QEMU = shutil.which("qemu-system-riscv64")
OUT = os.path.join(os.environ.get("B", "build"), "tests/agree")
POWEROFF, REBOOT = 0x5555, 0x7777  # what the test finisher takes

# (whose answer, pattern, replacement, reason); patterns span lines, ^ and $ are at each line
NO_PCI = "there is no PCI host and no platform bus yet"
NO_OBJECT = "memory regions, lines and back ends are no objects here"
NO_H = "QEMU's rv64 has the H extension, teemu's has not"
DIFFERENCES = {
    "mtree": [
        ("qemu", r"^address-space: cpu-memory-\d+\n", "", "one address space serves all CPUs"),
        ("qemu", r"^(address-space|memory-region): (gpex-root|pcie|gpex_mmio|bus master)[^\n]*\n"
                 r"( [^\n]*\n)*\n?", "", NO_PCI),
        ("qemu", r"^ [^\n]*(gpex|pcie-|platform bus)[^\n]*\n", "", NO_PCI),
        ("qemu", r"^memory-region: system\n( [^\n]*\n)*\n?", "",
         "it is shown once more as what PCI's DMA sees"),
        ("qemu", r"^ *0000000010100000-0000000010100007 [^\n]*fwcfg.data\n[^\n]*fwcfg.ctl\n"
                 r"( *)(0000000010100010-0000000010100017) ([^\n]*)fwcfg.dma$",
         r"\g<1>0000000010100000-0000000010100017 \3fw_cfg_mem",
         "one region holds the three registers"),
    ],
    "flat": [
        ("qemu", r"^ AS \"cpu-memory-\d+\", root: system\n", "", "one address space for all CPUs"),
        ("qemu", r"^FlatView #\d+\n AS \"gpex-root\"[^\n]*\n( [^\n]*\n)*\n?", "", NO_PCI),
        ("qemu", r"^ [^\n]*(gpex|pcie-|platform bus)[^\n]*\n", "", NO_PCI),
        ("qemu", r"^ *0000000010100000-0000000010100007 [^\n]*fwcfg.data\n[^\n]*fwcfg.ctl\n"
                 r"( *)(0000000010100010-0000000010100017) ([^\n]*)fwcfg.dma$",
         r"\g<1>0000000010100000-0000000010100017 \3fw_cfg_mem",
         "one region holds the three registers"),
    ],
    "registers": [
        ("qemu", r"^ (V|hstatus|vsstatus|hideleg|hedeleg|vstvec|vsepc|vscause|htval|mtval2) "
                 r"[^\n]*\n", "", NO_H),
        ("qemu", r"^( mideleg +[0-9a-f]{12})1([46])(..)$",
         lambda m: f"{m[1]}0{int(m[2]) & 3}{int(m[3], 16) & 0x33:02x}", NO_H),
    ],
    "cpus": [("teemu", r"(thread_id=\d+)  .*$", r"\1", "what the CPU does stands behind it"),
             ("both", r"thread_id=\d+", "thread_id=N", "numbers of this run")],
    "qtree": [],
    "roms": [("both", r"(size=)0x[0-9a-f]+( .* name=\"fdt\")", r"\1N\2",
              "the trees differ (PCI), and QEMU leaves room in its own"),
             ("both", r'name="[^"]*/(fw_dynamic|opensbi)[^"]*"', 'name="OpenSBI"',
              "QEMU brings a copy of OpenSBI, teemu takes the one that is installed")],
    "one drive": [("qemu", r" \(#block\d+\)", "", "layers have no names here")],
    "block": [("qemu", r" \(#block\d+\)", "", "layers have no names here"),
              ("qemu", r"^\n(none\d|floppy0|sd0): [^\n]*\n( [^\n]*\n)*", "",
               "drives that no virt board has a place for")],
    "chardev": [("qemu", r"^parallel0: [^\n]*\n", "", "the board has no parallel port"),
                ("both", r"/tmp/[^,\n]*", "PATH", "names of this run")],
    "small ones": [("teemu", r"^harts\[\d\] +line +7 [^\n]*\n?", "",
                    "in QEMU no hart counts its interrupts; the timer is due at power-on")],
    "addresses": [("both", r"is 0x[0-9a-f]+", "is HERE", "our own memory")],
}


def normal(kind, whose, text):
    for side, pattern, replacement, _ in DIFFERENCES.get(kind, []):
        if side in (whose, "both"):
            text = re.compile(pattern, re.M).sub(replacement, text)
    return text


def peer():
    """Is there a QEMU whose answers are the model?  (what is there, or None)"""
    if not QEMU:
        return None
    said = subprocess.run([QEMU, "--version"], capture_output=True, text=True).stdout
    match = re.search(r"version (\d+\.\d+)", said)
    return match.group(1) if match else None


@contextlib.contextmanager
def emulator(path):
    """Machines that are made inside run on the emulator @path."""
    old = console.EMU, session.Hmp.PROMPT
    console.EMU = path
    session.Hmp.PROMPT = b"(qemu) " if path == QEMU else b"(teemu) "
    try:
        yield
    finally:
        console.EMU, session.Hmp.PROMPT = old


def build():
    os.makedirs(OUT, exist_ok=True)
    cross = os.environ.get("CROSS", "riscv64-linux-gnu-")
    for name, ending in (("still", 0), ("poweroff", POWEROFF), ("reboot", REBOOT)):
        host(f"{cross}gcc", "-march=rv64gc_zicsr_zifencei", "-mabi=lp64d", "-mcmodel=medany",
             f"-DENDING={ending}", "-c", "tests/agree/still.S", "-o", f"{OUT}/{name}.o")
        host(f"{cross}ld", "-m", "elf64lriscv", "-T", "tests/guest/link.ld", "--no-relax",
             "--no-warn-rwx-segments", "-o", f"{OUT}/{name}.elf", f"{OUT}/{name}.o")


def symbol(name):
    said = host(os.environ.get("CROSS", "riscv64-linux-gnu-") + "nm", f"{OUT}/still.elf")
    return {line.split()[2]: int(line.split()[0], 16) for line in said.split("\n") if line}[name]


def machine(*args):
    """Two harts, a disk, a source of randomness; stopped before they begin."""
    disk = os.path.join(OUT, "disk")
    with open(disk, "wb") as f:
        f.truncate(1 << 20)
    return Watched("-m", "128M", "-name", "agree", "-kernel", f"{OUT}/still.elf",
                   "-drive", f"file={disk},if=none,id=d0,format=raw,file.locking=off",
                   "-device", "virtio-blk-device,drive=d0",
                   "-device", "virtio-rng-device,id=vr", *args)


def run_to_the_end(hmp):
    """Let the program come to its end on both harts, and stop there."""
    hmp.do("cont")
    end = time.monotonic() + 20 * LIMIT
    while [int(n, 16) for n in re.findall(r" 0x(\w+)", hmp.do(f"xp/2xg {symbol('done'):#x}"))] \
            != [1, 1]:
        check(time.monotonic() < end, "the program does not come to its end")
    time.sleep(0.05)  # from the store to the loop behind it
    hmp.do("stop")


def ask(path, function, *args, ran=True):
    """What @function asks of a machine on the emulator @path."""
    with emulator(path), machine(*args) as m:
        hmp = m.hmp()
        if ran:
            run_to_the_end(hmp)
        return function(m, hmp)


def same(what, qemu, teemu):
    """The two answers, already normalised, are equal; says where not."""
    if qemu == teemu:
        return
    if isinstance(qemu, str):
        qemu, teemu = qemu.split("\n"), teemu.split("\n")
    if isinstance(qemu, list):
        only_qemu = [line for line in qemu if line not in teemu]
        only_teemu = [line for line in teemu if line not in qemu]
        shown = "\n".join([f"  only QEMU:  {line}" for line in only_qemu[:12]] +
                          [f"  only teemu: {line}" for line in only_teemu[:12]])
        raise Failure(f"{what} differs:\n{shown or '  the order of lines'}")
    raise Failure(f"{what}: QEMU says {qemu!r}, teemu {teemu!r}")
