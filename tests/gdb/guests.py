# SPDX-License-Identifier: MIT
"""Real guests under gdb: firmware and Debian's kernel, from the first instruction through the switch
to virtual addresses to the first user program; and xv6, where XV6= names a folder with its kernel,
fs.img and user programs."""
import os
import re
import shutil

from console import PEER, Machine, check, everywhere, host
from session import CROSS, OUT, SCRATCH, Debuggee, said

GUEST = "build/cache/linux-riscv64"
NAMES = ("_start relocate_enable_mmu _start_kernel start_kernel system_state rest_init "
         "run_init_process handle_exception").split()
LINKED, LOADED = 0xffffffff80000000, 0x80200000


def linux(*args, **kwargs):
    return ("-M", "virt", "-m", "256M", "-kernel", f"{GUEST}/Image", "-initrd",
            f"{GUEST}/initramfs.cpio.gz", *args)


def kernel_symbols():
    """Debian's kernel comes without symbols, but tells them when it runs."""
    path = f"{OUT}/kallsyms"
    if not os.path.exists(path) or os.path.getmtime(path) < os.path.getmtime(f"{GUEST}/Image"):
        names = " ".join(f"-e {name}" for name in NAMES)
        command = f'console=ttyS0 teemu.run="grep -w {names} /proc/kallsyms"'
        with Machine(*linux("-nographic", "-append", command)) as m:
            m.expect(r"^teemu.run: status 0$")
            m.end()
        lines = re.findall(r"^f{8}[0-9a-f]{8} \w \w+$", m.log, re.M)
        check(len(lines) >= len(NAMES), "the kernel does not tell its symbols")
        with open(path, "w") as f:
            f.write("\n".join(lines) + "\n")
    return {line.split()[2]: int(line.split()[0], 16) for line in open(path)}


def user_entry():
    header = host(f"{CROSS}readelf", "-h", f"{GUEST}/root/bin/busybox")
    return int(re.search(r"Entry point address:\s+(0x\w+)", header)[1], 16)


@everywhere("linux: from the first instruction to the first one of init")
def _():
    host("scripts/guest-linux")
    at = kernel_symbols()
    switch = at["relocate_enable_mmu"] - LINKED + LOADED
    names = () if PEER else ("-symbols", f"{OUT}/kallsyms")
    with Debuggee(*linux("-append", "console=ttyS0"), "-smp", "2", *names, board=(),
                  limit=120) as m:
        log = m.gdb(f"""
            tbreak *0x80000000
            continue
            p $priv
            tbreak *{LOADED:#x}
            continue
            p $priv
            p/x $satp
            tbreak *{switch:#x}
            continue
            p/x $pc
            while $pc < {LINKED:#x}
              stepi
            end
            p $pc < {switch:#x} - {LOADED:#x} + {LINKED:#x} + 200
            p $satp != 0
            p *(int *)$pc != 0
            watch *(int *){at["system_state"]:#x}
            tbreak *{at["start_kernel"]:#x}
            continue
            p/x $pc
            x/2i $pc
            continue
            p *(int *){at["system_state"]:#x}
            p $pc > {at["rest_init"]:#x} && $pc < {at["rest_init"]:#x} + 1000
            delete
            tbreak *{at["run_init_process"]:#x}
            continue
            p/x $pc
            tbreak *{user_entry():#x}
            continue
            p/x $pc
            p $priv
            set $user_satp = $satp
            tbreak *{at["handle_exception"]:#x}
            continue
            p $priv
            p $sepc < 0x4000000000
            p $scause == 8 || $scause == 12 || $scause == 13 || $scause == 15 || $scause < 0
            monitor where
            info threads
        """)
        said(log, r".*Temporary breakpoint 1, ", r"\$1 = (3|prv:3 \[Machine\])$",
             r".*Temporary breakpoint 2, ", r"\$2 = (1|prv:1 \[Supervisor\])$", r"\$3 = 0x0$",
             rf"\$4 = {switch:#x}$", r"\$5 = 1$", r"\$6 = 1$", r"\$7 = 1$",
             r"Hardware watchpoint 4", rf"\$8 = {at['start_kernel']:#x}$", r"New value = 1$", r"\$9 = 1$",
             r"\$10 = 1$", rf"\$11 = {at['run_init_process']:#x}$", rf"\$12 = {user_entry():#x}$",
             r"\$13 = (0|prv:0 \[User/Application\])$", r"\$14 = (1|prv:1 \[Supervisor\])$",
             r"\$15 = 1$", r"\$16 = 1$", *([] if PEER else [
                 r"CPU#\d: S mode, pc 0x\w+ \(handle_exception\+0\); last trap: [a-z ]+ .*at 0x"]))


@everywhere("opensbi: a call from S mode and back, and the hart that waits in it")
def _():
    host("scripts/guest-linux")
    at = kernel_symbols()
    with Debuggee(*linux("-append", "console=ttyS0"), "-smp", "2", board=(), limit=120) as m:
        log = m.gdb(f"""
            tbreak *0x80000000
            continue
            awatch *(char *)0x10000000
            continue
            p $priv
            p $pc > 0x80000000 && $pc < 0x80080000
            delete
            tbreak *{LOADED:#x}
            continue
            p $priv
            set $vector = $mtvec & -4
            break *$vector if $mcause == 9
            continue
            p $priv
            set $call = $mepc
            delete
            tbreak *($call + 4)
            continue
            p $priv
            p $pc == $call + 4
            tbreak *$call
            continue
            p *(int *)$pc == 0x73
            stepi
            p $pc == $vector
            p $priv
            p $mepc == $call
            p $mcause
            while $priv != 1
              stepi
            end
            p $pc == $call + 4
            tbreak *{at["start_kernel"]:#x}
            continue
            set $other = 3 - $_thread
            thread $other
            p $priv
            p/x *(int *)($pc - 4)
        """)
        said(log, r".*Temporary breakpoint 1, ", r"Hardware access", r"\$1 = (3|prv:3 \[Machine\])$",
             r"\$2 = 1$", r".*Temporary breakpoint 3, ", r"\$3 = (1|prv:1 \[Supervisor\])$",
             r".*Breakpoint 4, ", r"\$4 = (3|prv:3 \[Machine\])$", r".*Temporary breakpoint 5, ",
             r"\$5 = (1|prv:1 \[Supervisor\])$", r"\$6 = 1$", r".*Temporary breakpoint 6, ",
             r"\$7 = 1$", r"\$8 = 1$", r"\$9 = (3|prv:3 \[Machine\])$", r"\$10 = 1$",
             r"\$11 = 9$", r"\$12 = 1$", r".*Temporary breakpoint 7, ", r"\[Switching to thread",
             r"\$13 = (3|prv:3 \[Machine\])$", r"\$14 = 0x10500073$")


def xv6():
    """The machine of xv6's own Makefile, on a copy of its disk."""
    folder = os.environ["XV6"]
    disk = f"{SCRATCH}/xv6.img"
    shutil.copy(f"{folder}/fs.img", disk)
    return Debuggee("-m", "128M", "-smp", "3", "-kernel", f"{folder}/kernel/kernel", "-global",
                    "virtio-mmio.force-legacy=false", "-drive",
                    f"file={disk},if=none,format=raw,id=x0", "-device",
                    "virtio-blk-device,drive=x0,bus=virtio-mmio-bus.0", limit=120)


if "XV6" in os.environ:
    @everywhere("xv6: its kernel, and a program of its user")
    def _():
        folder = os.environ["XV6"]
        with xv6() as m:
            log = m.gdb(f"""
                tbreak main
                continue
                p $priv
                tbreak scheduler
                continue
                p $satp != 0
                tbreak exec
                continue
                tbreak exec
                continue
                add-symbol-file {folder}/user/_sh 0
                tbreak getcmd
                continue
                p $priv
                p nbuf
                bt 2
                stepi
                p $pc
                p $priv
                watch ticks
                continue
                p $priv
            """, f"{folder}/kernel/kernel")
            said(log, r".*Temporary breakpoint 1, main", r"\$1 = (1|prv:1 \[Supervisor\])$",
                 r".*Temporary breakpoint 2, ", r"\$2 = 1$", r".*breakpoint 3, exec.*/init",
                 r".*breakpoint 4, exec.*sh", r".*breakpoint 5, getcmd",
                 r"\$3 = (0|prv:0 \[User/Application\])$", r"\$4 = 100$", r"#0  .*getcmd",
                 r"#1 .*main", r"\$5 = .*0x2", r"\$6 = (0|prv:0)",
                 r".*atchpoint 6: ticks", r"New value = \d+", r"\$7 = (1|prv:1)")
