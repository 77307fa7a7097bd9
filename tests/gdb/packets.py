# SPDX-License-Identifier: MIT
"""What gdb never sends, or never in this order: a client of our own."""
import re
import time

from console import PEER, check, complete, everywhere, record
from session import Client, Debuggee, rows, steps, symbol


@everywhere("what both sides can do", teemu_only=True)
def _():
    with steps()[0] as m, Client(m) as c:
        offer = c.ask("qSupported:multiprocess+;swbreak+").split(";")
        check(set(offer) == {"PacketSize=4000", "multiprocess+", "vContSupported+", "QStartNoAckMode+",
                             "qXfer:features:read+", "qXfer:memory-map:read+"}, f"{offer} is offered")
        c.expect("?", "T05thread:p01.01;")
        c.expect("vCont?", "vCont;c;C;s;S;r")
        c.expect("qAttached", "1")
        c.expect("qC", "QCp01.01")
        c.expect("qfThreadInfo", "mp01.01,p01.02")
        c.expect("qsThreadInfo", "l")
        c.expect("Tp1.1", "OK")
        c.expect("Tp1.2", "OK")
        c.expect("Tp1.3", "E16")
        c.expect("Hgp0.0", "OK")
        c.expect("Hg7", "E16")
        c.expect("vAttach;1", "T05thread:p01.01;")
        c.expect("vAttach;2", "E16")
        c.expect("!", "OK")
        c.expect("qqemu.Supported", "sstepbits;sstep;PhyMemMode")
        c.expect("qqemu.sstepbits", "ENABLE=1,NOIRQ=2,NOTIMER=4")
        c.expect("qqemu.sstep", "0x7")
        c.expect("Qqemu.sstep=0x9", "E16")
        c.expect("qNonsense", "")
        c.expect("qCRC:0,4", "")
        c.expect("vMustReplyEmpty", "")
        check("CPU#0 [running] M mode" in bytes.fromhex(c.ask("qThreadExtraInfo,p1.1")).decode(),
              "the thread is not described")
        c.expect("QStartNoAckMode", "OK")
        c.ack = False
        c.expect("qqemu.sstep", "0x7")
        check(not c.buffer, "an acknowledgement after they were switched off")


@everywhere("registers and memory in packets")
def _():
    with steps()[0] as m, Client(m) as c:
        pc = "0010000000000000"
        c.ask("qXfer:features:read:target.xml:0,fff")  # QEMU has no p before that
        check(c.ask("g").startswith("0" * 16 * 32 + pc), "g begins with 32 zeroes and the pc")
        c.expect("p20", pc)
        c.expect("Pa=8877665544332211", "OK")
        c.expect("pa", "8877665544332211")
        c.expect("G" + "ff" * 8 * 33, "OK")
        check(c.ask("g").startswith("0" * 16 + "f" * 16 * 31), "G sets all but x0")
        c.expect("M80000100,3:a1b2c3", "OK")
        c.expect("m800000ff,5", c.ask("m800000ff,1") + "a1b2c3" + c.ask("m80000103,1"))
        if not PEER:
            c.expect(b"X80000100,4:}\x03}\x04}\x5d\x00", "OK")
            c.expect("m80000100,4", "23247d00")
        check("<feature name=\"org.gnu.gdb.riscv." in c.ask("qXfer:features:read:riscv-64bit-cpu.xml:0,fff")
              if PEER else "riscv:rv64" in c.ask("qXfer:features:read:target.xml:0,fff"),
              "no description of registers")


@everywhere("a hart with 32 bits has registers of 4 bytes", teemu_only=True)
def _():
    with Debuggee("-cpu", "rv32") as m, Client(m) as c:
        check(c.ask("g") == "0" * 8 * 32 + "00100000", "g is not 33 registers of 4 bytes")
        text = c.ask("qXfer:features:read:target.xml:0,3fff")
        for part in ("riscv:rv32", 'name="sp" bitsize="32"', 'name="mstatush"', 'name="ft0" bitsize="64"'):
            check(part in text, f"no {part} in target.xml")
        c.expect("Pa=ddccbbaa", "OK")
        c.expect("s", "T05thread:01;")
        c.expect("p20", "04100000")


@everywhere("the memory map leaves nothing out, so that gdb asks for every address", teemu_only=True)
def _():
    with steps()[0] as m, Client(m) as c:
        text = c.ask("qXfer:memory-map:read::0,3fff")
        at = 0
        for start, length in re.findall(r'start="(\w+)" length="(\w+)"', text):
            check(int(start, 0) == at, f"a gap or an overlap at {at:#x}")
            at += int(length, 0)
        check(at == 1 << 64, f"it ends at {at:#x}")
        check('start="0x80000000" length="0x8000000"' in text, "RAM is not a piece of its own")


@everywhere("wrong packets get an error and do no harm", teemu_only=True)
def _():
    with steps()[0] as m, Client(m) as c:
        for packet in ("m", "m80000000", "m80000000,", "m80000000,ffffffff", "m,4", "M80000000,4:00",
                       "M80000000,4:0011223344", "Mzz", "Px", "P20", "P20=12", "Pffffffff=00", "Hx1", "H",
                       "T", "Tz", "Z0", "Z0,", "Z0,80000000", "Z2,80000000,0", "z0,80000000,4", "vCont;",
                       "vCont;x", "vCont;c:9", "vCont;r80000000", "vCont;s:p2.1", "czz", "szz", "Szz", "vAttach;",
                       "qThreadExtraInfo", "qThreadExtraInfo,", "qThreadExtraInfo,9", "Qqemu.sstep",
                       "Qqemu.sstep=x", "Qqemu.PhyMemMode:", "qRcmd", "qRcmd,", "qRcmd,7", "qRcmd,zz",
                       "qXfer:features:read:target.xml:", "qXfer:features:read:target.xml:fffff,1",
                       "qXfer:features:read:target.xml:0,10junk", "qXfer:memory-map:read::", "G00"):
            reply = c.ask(packet)
            check(re.fullmatch(r"E[0-9a-f]{2}", reply), f"the answer to {packet!r} is {reply!r}")
        for packet in ("p5000", "pffffffff", "p", "m60000000,4"):
            c.expect(packet, "E0e")
        c.expect("Z5,80000000,4", "")
        c.expect("p20", "0010000000000000")


@everywhere("the packets of old clients: c, s, C and S, with an address or without")
def _():
    with steps()[0] as m, Client(m) as c:
        def check_pc(packet, name):
            check(c.ask(packet).startswith("T05"), f"no stop after {packet}")
            c.expect("p20", symbol(name).to_bytes(8, "little").hex())

        def run_to(packet, name):
            c.expect(f"Z0,{symbol(name):x},4", "OK")
            check_pc(packet, name)
            c.expect(f"z0,{symbol(name):x},4", "OK")

        c.ask("qXfer:features:read:target.xml:0,fff")
        run_to("c", "store")
        run_to("C05", "loop_body")
        run_to("c", "loop_end")
        run_to(f"c{symbol('store'):x}", "load")
        check_pc("s", "narrow")
        check_pc(f"s{symbol('store'):x}", "load")
        check_pc("s" if PEER else "S05", "narrow")
        # At a breakpoint the guest goes no further.
        c.expect(f"Z1,{symbol('narrow'):x},4", "OK")
        check_pc("c", "narrow")
        c.expect("D", "OK")


@everywhere("vCont: signals are taken and mean nothing, each thread does what it is told", teemu_only=True)
def _():
    with steps()[0] as m, Client(m) as c:
        def pcs():
            c.expect("Hg2", "OK")
            other = c.ask("p20")
            c.expect("Hg1", "OK")
            return [int.from_bytes(bytes.fromhex(pc), "little") for pc in (c.ask("p20"), other)]

        c.expect("vCont;S05:1", "T05thread:01;")
        check(pcs() == [0x1004, 0x1000], "S steps not the first thread, or not it alone")
        c.expect("vCont;s:2", "T05thread:02;")
        check(pcs() == [0x1004, 0x1004], "s steps not the second thread alone")
        c.expect("vCont;s:2;C05:1", "T05thread:02;")
        check(pcs()[1] == 0x1008, "the second thread does not step while the first one runs")
        c.expect(f"Z0,{symbol('store'):x},4", "OK")
        c.expect("vCont;C05", "T05thread:01;")
        check(pcs()[0] == symbol("store"), "C does not continue")


@everywhere("damaged packets are asked for again")
def _():
    with steps()[0] as m, Client(m) as c:
        c.ask("qXfer:features:read:target.xml:0,fff")
        c.send(b"$p20#00")
        check(c.byte() == b"-", "a wrong sum is not refused")
        c.send(b"$p20#d2")
        check(c.byte() == b"+", "the right one is not taken")
        check(c.receive() == b"0010000000000000", "the wrong answer")
        c.packet("p20")
        check(c.byte() == b"+", "the right one is not taken")
        first = c.receive()
        c.ack = True
        c.packet("p20")
        c.byte()
        while c.byte() != b"#":
            pass
        c.byte(), c.byte()
        c.send(b"-")
        check(c.receive() == first, "the answer is not sent again")


@everywhere("physical memory mode")
def _():
    with steps()[0] as m, Client(m) as c:
        window = "40004000"  # `variable` in address space A
        c.expect(f"Z0,{symbol('window_a'):x},4", "OK")
        c.packet("vCont;c")
        check(c.receive().startswith(b"T05"), "no stop")
        variable = symbol("variable")
        window = f"{variable - 0x40000000:x}"
        c.expect(f"M{variable:x},8:1122334455667788", "OK")
        c.expect(f"m{window},8", "1122334455667788")
        c.expect("qqemu.PhyMemMode", "0")
        c.expect("Qqemu.PhyMemMode:1", "OK")
        c.expect("qqemu.PhyMemMode", "1")
        c.expect(f"m{variable:x},8", "1122334455667788")
        reply = c.ask(f"m{window},8")
        check(reply != "1122334455667788", "the physical address is not virtual")
        c.expect("Qqemu.PhyMemMode:0", "OK")
        c.expect(f"m{window},8", "1122334455667788")


@everywhere("clients that vanish, and come back", teemu_only=True)
def _():
    with steps()[0] as m:
        for round in range(5):
            with Client(m) as c:
                c.expect(f"Z0,{symbol('loop_body'):x},4", "OK")
                c.expect(f"Z2,{symbol('variable'):x},8", "OK")
                c.packet("vCont;c")
                check(c.receive().startswith(b"T05thread:"), "no stop")
                c.packet("vCont;c")  # and gone
            with Client(m) as c:
                c.send(b"$m80000000,")  # in the middle of a packet
            with Client(m) as c:
                c.send(b"\x03")
                c.send(b"+++$qSupported:multi")
        # No point is left of theirs: the program goes round and round.
        with Client(m) as c:
            c.expect("?", "T05thread:01;")
            c.packet("c")
            time.sleep(0.3)
            c.send(b"\x03")
            check(c.receive().startswith(b"T02"), "Ctrl-C is not answered")
            rounds = int.from_bytes(bytes.fromhex(c.ask("p12")), "little")
            check(rounds > 5, f"it only went round {rounds} times")


@everywhere("a client that sends while the guest runs stops it")
def _():
    with steps()[0] as m, Client(m) as c:
        c.packet("c")
        time.sleep(0.2)
        c.packet("p12")
        if PEER:
            return  # it swallows the first byte
        check(c.receive().startswith(b"T02"), "no stop")
        first = c.receive()
        c.expect("p12", first.decode())


@everywhere("a client that never reads costs no memory", teemu_only=True)
def _():
    with steps()[0] as m, Client(m) as c:
        c.socket.setblocking(False)
        sent = 0
        end = time.monotonic() + 1
        while time.monotonic() < end:
            try:
                sent += c.socket.send(b"$g#67$m80000000,1fff#ba" * 100)
            except BlockingIOError:
                time.sleep(0.01)
        with open(f"/proc/{m.process.pid}/status") as f:
            rss = int(re.search(r"VmRSS:\s+(\d+)", f.read())[1])
        check(rss < 400000, f"{rss} kB after {sent} bytes")


@everywhere("the end of the program is told", teemu_only=True)
def _():
    with steps()[0] as m, Client(m) as c:
        c.packet("c")
        time.sleep(0.2)
        c.ack = False
        m.process.terminate()
        check(c.receive() == b"W00", "no farewell")
        m.end(0)


@everywhere("k ends the emulator", teemu_only=True)
def _():
    with steps()[0] as m, Client(m) as c:
        c.packet("k")
        m.end(0)
        record("gdb", "k")


@complete("gdb", "each packet, each point, each action of vCont was answered in each configuration")
def _():
    with steps()[0] as m, Client(m) as c:
        points = [kind for kind in range(10) if c.ask(f"Z{kind},80000000,4")]
        actions = c.ask("vCont?").split(";")[1:]
    return rows() + [f"{z}{kind}" for kind in points for z in "zZ"] + [f"vCont;{a}" for a in actions]
