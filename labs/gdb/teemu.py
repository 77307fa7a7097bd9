# SPDX-License-Identifier: MIT
"""gdb looks into teemu with this: (gdb) source labs/gdb/teemu.py

Pretty-printers: Object and Device with their type and name, MemoryRegion, AddressSpace, FlatView, AioContext, its
handlers, bottom halves and timers, TranslationBlock, Ir and Irq.  Nothing of the program is called, so a core file
will do.  Commands: help teemu."""
import re

import gdb

MAX64 = 2 ** 64 - 1


# ---- reading ----

def text(v):
    """A C string, or None."""
    return v.string(errors="replace") if int(v) else None


def static(file, name):
    """A static variable of one file."""
    return gdb.parse_and_eval(f"'{file}'::{name}")


def offset_of(kind, member):
    return int(gdb.parse_and_eval(f"(unsigned long)&(({kind} *)0)->{member}"))


def elements(head, kind, member):
    """The elements of a List: each embeds its link as @member."""
    first, pointer = int(head.address), gdb.lookup_type(kind).pointer()
    away, link = offset_of(kind, member), head["next"]
    while int(link) and int(link) != first:
        yield gdb.Value(int(link) - away).cast(pointer).dereference()
        link = link["next"]


def function(v):
    """The name of the function at a pointer."""
    symbol = re.search(r"<(\w+)", v.format_string(symbols=True))
    return symbol[1] if symbol else "0" if not int(v) else hex(int(v))


def type_name(obj):
    cls = obj["class"]
    return text(cls["type"]["info"]["name"]) if int(cls) and int(cls["type"]) else "no class yet"


def object_name(obj):
    """Its place in the composition tree."""
    parent = obj["parent"]
    if not int(parent):
        return ""
    for p in elements(parent["props"], "InstanceProp", "link"):
        if int(p["child"]) == int(obj.address):
            return f"{object_name(parent.dereference())}/{text(p['name'])}"
    return "?"


def size_text(n):
    if n == MAX64:
        return "2^64 bytes"
    for shift, unit in (30, "GiB"), (20, "MiB"), (10, "KiB"):
        if n >= 1 << shift and n % (1 << shift) == 0:
            return f"{n >> shift} {unit}"
    return f"{n} bytes"


def region_kind(mr):
    if int(mr["alias"]):
        return "alias"
    if mr["rom_device"]:
        return "romd"
    if int(mr["ram_block"]):
        return "rom" if mr["readonly"] else "ram"
    return "i/o" if mr["terminates"] else "container"


def site(s):
    """Who registered a callback."""
    if not int(s):
        return "?"
    return f"{text(s['name'])}, registered by {text(s['func'])} ({text(s['file'])}:{int(s['line'])})"


# ---- one line for each ----

def show_object(v):
    return f"{type_name(v)} {object_name(v) or '(not in the tree)'}, {int(v['refs'])} references"


def show_device(v):
    identity = text(v["id"])
    return (f"{type_name(v['obj'])} {object_name(v['obj']) or '(not in the tree)'}"
            f"{' id=' + identity if identity else ''}, {'live' if v['realized'] else 'not realized'}")


def show_region(v):
    where = f" at {int(v['addr']):#x} in {text(v['container']['name'])}" if int(v["container"]) else ""
    return f"{text(v['name'])} ({region_kind(v)}, {size_text(int(v['size']))}){where}"


def show_space(v):
    root = text(v["root"]["name"]) if int(v["root"]) else "nothing"
    return f"{text(v['name'])}: shows {root}"


def show_range(v):
    return f"{int(v['first']):016x}-{int(v['last']):016x} {text(v['mr']['name'])} @{int(v['offset']):#x}"


def show_view(v):
    root = text(v["root"]["name"]) if int(v["root"]) else "nothing"
    return f"view {int(v['id'])} of {root}, {int(v['count'])} ranges"


def show_context(v):
    kinds = (("handlers", "AioHandler"), ("bhs", "BH"))
    counts = [len(list(elements(v[field], kind, "link"))) for field, kind in kinds]
    return f"{text(v['name'])}: {counts[0]} handlers, {counts[1]} bottom halves, {len(list(timers_of(v)))} timers armed"


def show_handler(v):
    return f"fd {int(v['fd'])}: {site(v['site'])}"


def show_bh(v):
    return f"bottom half {site(v['site'])}"


def show_timer(v):
    when = int(v["expire_ns"])
    return f"{'not armed' if when < 0 else f'at {when} ns'}: {site(v['site'])}"


def show_irq(v):
    return f"line {int(v['n'])} is {int(v['level'])}, raised {int(v['count'])} times, goes to {function(v['handler'])}"


def show_tb(v):
    code = v["code"]
    return (f"block at {int(code['pc']):#x}: {int(code['ninsns'])} instructions, {int(v['nbytes'])} bytes -> "
            f"{int(code['size'])} bytes of host code{' (invalid)' if v['invalid'] else ''}")


def show_ir(v):
    return f"{int(v['nops'])} ops, {int(v['nvals'])} values, {int(v['nexits'])} exits"


PRINTERS = {"Object": show_object, "Device": show_device, "MemoryRegion": show_region, "AddressSpace": show_space,
            "FlatRange": show_range, "FlatView": show_view, "AioContext": show_context, "AioHandler": show_handler,
            "BH": show_bh, "Timer": show_timer, "Irq": show_irq, "TranslationBlock": show_tb, "Ir": show_ir}


class Printer:
    def __init__(self, value, show):
        self.value, self.show = value, show

    def to_string(self):
        try:
            return self.show(self.value)
        except (gdb.error, gdb.MemoryError):
            return "(not made yet)"


def find_printer(value):
    """For the struct itself: `print *mr`; pointers stay addresses."""
    kind = value.type.strip_typedefs().unqualified()
    name = kind.tag or value.type.unqualified().name
    if kind.code == gdb.TYPE_CODE_STRUCT and name in PRINTERS:
        return Printer(value, PRINTERS[name])
    return None


# ---- commands ----

def timers_of(context):
    group = context["timers"]
    for clock in range(3):
        heap = group["heap"][clock]
        for i in range(int(heap["n"])):
            yield clock, heap["t"][i].dereference()


def print_region(mr, at, depth):
    size = int(mr["size"])
    last = MAX64 if size == MAX64 else at + size - 1
    alias = f" -> {text(mr['alias']['name'])}" if int(mr["alias"]) else ""
    print(f"{'  ' * depth}{at:016x}-{last:016x} ({region_kind(mr)}): {text(mr['name'])}{alias}")
    children = list(elements(mr["subregions"], "MemoryRegion", "subregions_link"))
    for child in sorted(children, key=lambda c: int(c["addr"])):
        print_region(child, at + int(child["addr"]), depth + 1)


def mtree(_args):
    for space in elements(static("address_space.c", "address_spaces"), "AddressSpace", "link"):
        print(f"address-space: {text(space['name'])}")
        if int(space["root"]):
            print_region(space["root"].dereference(), 0, 1)


def print_bus(bus, depth):
    print(f"{'  ' * depth}bus: {text(bus['name'])}")
    for dev in reversed(list(elements(bus["children"], "Device", "bus_link"))):
        print(f"{'  ' * depth}  dev: {show_device(dev)}")
        for below in elements(dev["buses"], "Bus", "owner_link"):
            print_bus(below, depth + 2)


def qtree(_args):
    root = static("bus.c", "root")
    if int(root):
        print_bus(root.dereference(), 0)
    else:
        print("there is no device yet")


def handlers(_args):
    for context in elements(static("aio_context.c", "contexts"), "AioContext", "link"):
        print(f"context {show_context(context)}")
        for h in elements(context["handlers"], "AioHandler", "link"):
            print(f"  {show_handler(h)}")
        for b in elements(context["bhs"], "BH", "link"):
            print(f"  {show_bh(b)}")
        for clock, t in timers_of(context):
            print(f"  timer of the {('realtime', 'virtual', 'host')[clock]} clock {show_timer(t)}")


def tb(args):
    """The block in the variable `tb` of this frame, or at an address; else the ops being made."""
    if args:
        block = gdb.parse_and_eval(args)
        block = block.cast(gdb.lookup_type("TranslationBlock").pointer()).dereference()
        print(show_tb(block))
        entry = int(block["code"]["entry"])
        gdb.execute(f"x/8i {entry:#x}")
        return
    ir = static("translate_all.c", "ir")
    info = gdb.parse_and_eval("ir_op_info")
    print(f"the block being made: {show_ir(ir)}")
    for i in range(int(ir["nops"])):
        op = ir["ops"][i]
        row = info[int(op["opc"])]
        names = [value_name(ir, v) for v in [op["d"]] + [op["in"][k] for k in range(4)] if int(v["n"])]
        imm = f"  imm {int(op['imm']):#x}" if int(op["imm"]) else ""
        print(f"  {text(row['name']):10} {', '.join(names)}{imm}")


def value_name(ir, v):
    info = ir["vals"][int(v["n"])]
    kind = int(info["kind"])
    if kind == 1:
        return text(ir["globals"][int(info["global"])]["name"])
    return f"{int(info['value']):#x}" if kind == 3 else f"t{int(v['n'])}"


def where(_args):
    """How far start-up is, whose thread this is, and where each guest CPU is."""
    phase = static("phase.c", "current").format_string()
    thread = gdb.selected_thread()
    state = gdb.Value(int(static("runstate.c", "state"))).cast(gdb.lookup_type("RunState"))
    print(f"{phase}, the machine is {state.format_string()}")
    print(f"this thread: {thread.name if thread else 'none'}")
    for cpu in elements(gdb.parse_and_eval("cpu_list"), "CPUState", "link"):
        env = cpu["env"]
        arch = env.cast(gdb.lookup_type("CPURISCVState").pointer())
        mode = {0: "U", 1: "S", 3: "M"}.get(int(arch["priv"]), "?")
        state = "stopped" if cpu["stopped"] else "halted" if cpu["halted"] else "runs"
        print(f"  {text(cpu['name'])}: pc {int(env['pc']):#x}, {mode} mode, {state}")


ours = set()  # numbers of the breakpoints that are steps


def stop_at(command, name):
    gdb.execute(f"{command} {name}", to_string=True)
    b = gdb.breakpoints()[-1]
    if b.pending:
        b.delete()
        raise gdb.GdbError(f"there is no function {name}")
    b.silent = True
    ours.add(b.number)


def on_stop(event):
    if isinstance(event, gdb.BreakpointEvent) and any(b.number in ours for b in event.breakpoints):
        gdb.execute("frame")


step_names = set()


def steps(args):
    """Once at each function that the file names, and at each end of a phase."""
    with open(args or "labs/gdb/virt.steps", encoding="utf-8") as f:
        names = [line.split()[0] for line in f if line.strip() and line[0] not in "#["]
    if not ours:
        gdb.events.stop.connect(on_stop)
    for name in names:
        stop_at("tbreak", name)
    stop_at("break", "phase_advance")
    step_names.update([*names, "phase_advance"])
    print(f"{len(names)} steps: `run`, then `continue` from each to the next, or `teemu go FUNCTION`")


def go(args):
    """From step to step, without a word, to the one named."""
    if not gdb.selected_inferior().pid:
        gdb.execute("run", to_string=True)
    if args not in step_names:
        raise gdb.GdbError(f"{args} is no step; tbreak {args} and continue stop anywhere")
    while gdb.selected_inferior().pid and gdb.selected_frame().name() != args:
        gdb.execute("continue", to_string=True)
    if gdb.selected_inferior().pid:
        gdb.execute("frame")


SUBCOMMANDS = {"mtree": (mtree, "memory regions, as `info mtree` in the monitor"),
               "qtree": (qtree, "buses and devices"),
               "handlers": (handlers, "event contexts with descriptors, bottom halves and timers, and who made them"),
               "tb": (tb, "the ops of the block that is being translated; teemu tb EXPR: that TranslationBlock"),
               "where": (where, "the phase, the thread, and where each guest CPU is"),
               "steps": (steps, "stop at each function of start-up (teemu steps [FILE])"),
               "go": (go, "go on to the step FUNCTION (teemu go FUNCTION)")}


class Teemu(gdb.Command):
    def __init__(self):
        super().__init__("teemu", gdb.COMMAND_DATA, prefix=True)


class Sub(gdb.Command):
    def __init__(self, name, run, summary):
        self.__doc__ = f"{summary[0].upper()}{summary[1:]}."
        self.run = run
        super().__init__(f"teemu {name}", gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        try:
            self.run(argument)
        except gdb.error as e:
            raise gdb.GdbError(f"not now: {e}") from None


Teemu.__doc__ = "Look into teemu: " + ", ".join(SUBCOMMANDS) + "."
Teemu()
for sub_name, (sub_run, sub_summary) in SUBCOMMANDS.items():
    Sub(sub_name, sub_run, sub_summary)
gdb.pretty_printers.append(find_printer)
