# SPDX-License-Identifier: MIT
"""QMP: answers have the members and the types of QEMU's, and the values where a value means the
same; errors have its class and begin with its words (teemu's go on with what would help); events
come in the same order with the same data."""
import re
import select

from console import CONFIGURATIONS, Failure, check, test
from peers import OUT, QEMU, TEEMU, ask, emulator, same
from session import Watched

CACHE = {}


def of_both(name, function, *args, accel="tcg", ran=False):
    """What @function gets from QMP on QEMU (asked once) and on teemu."""
    def questions(m, hmp):
        return function(m.qmp())
    if name not in CACHE:
        CACHE[name] = ask(QEMU, questions, *args, ran=ran)
    return CACHE[name], ask(TEEMU, questions, "-accel", accel, *args, ran=ran)


def kind(value):
    return "number" if type(value) in (int, float) else type(value).__name__


def covers(what, qemu, teemu, may=()):
    """Each member that QEMU's @qemu has is in @teemu, of the same type; lists by first elements."""
    same(f"{what}: the type", kind(qemu), kind(teemu))
    if isinstance(qemu, dict):
        for key, value in qemu.items():
            if key not in may:
                check(key in teemu, f"{what} has no member '{key}'")
                covers(f"{what}.{key}", value, teemu[key], may)
    elif isinstance(qemu, list) and qemu and teemu:
        covers(f"{what}[0]", qemu[0], teemu[0], may)


# ---- what is there ----

@test("QMP: query-status and query-cpus-fast on each engine")
def _():
    for label, accel in CONFIGURATIONS.items():
        for ran in (False, True):
            qemu, teemu = of_both(f"status {ran}", lambda q: (q.do("query-status"),
                                                              q.do("query-cpus-fast")),
                                  accel=accel, ran=ran)
            same(f"query-status ({label})", qemu[0], teemu[0])
            covers("query-cpus-fast", qemu[1], teemu[1])
            for theirs, ours in zip(qemu[1], teemu[1]):
                check(ours.pop("thread-id") > 0, "there is no thread")
                theirs.pop("thread-id", None)
                same(f"query-cpus-fast ({label})", theirs, ours)


@test("QMP: the greeting and query-version")
def _():
    qemu, teemu = of_both("greeting", lambda q: (q.greeting, q.do("query-version")))
    covers("the greeting", qemu[0], teemu[0])
    covers("query-version", qemu[1], teemu[1])


@test("QMP: query-block, query-chardev, query-iothreads")
def _():
    def questions(q):
        return [q.do(c) for c in ("query-block", "query-chardev", "query-iothreads")]
    (blocks, chars, threads), (our_blocks, our_chars, our_threads) = \
        of_both("block", questions, "-object", "iothread,id=io0")
    qemu = [b for b in blocks if b["device"] == "d0"][0]
    teemu = [b for b in our_blocks if b["device"] == "d0"][0]
    covers("query-block", qemu, teemu, may=("node-name",))  # layers have no names here
    for key in ("io-status", "device", "locked", "removable", "qdev", "type"):
        same(f"query-block: {key}", qemu[key], teemu[key])
    qemu, teemu = qemu["inserted"], teemu["inserted"]
    for key in ("ro", "drv", "encrypted", "file", "cache", "image", "detect_zeroes"):
        same(f"query-block: {key}", qemu[key], teemu[key])

    def by_label(chardevs):
        # not ours: the parallel port, which the board does not have
        return {c["label"]: (c["frontend-open"], re.sub("/tmp/[^,]*", "PATH", c["filename"]))
                for c in chardevs if c["label"] != "parallel0"}
    same("query-chardev", by_label(chars), by_label(our_chars))
    covers("query-chardev", chars, our_chars)
    covers("query-iothreads", threads, our_threads,
           may=("poll-grow", "poll-shrink", "poll-max-ns", "aio-max-batch"))  # nothing is polled


@test("QMP: query-machines has each member, and the same values")
def _():
    qemu, teemu = of_both("machines", lambda q: q.do("query-machines"))
    theirs, ours = ({m["name"]: m for m in side} for side in (qemu, teemu))
    may = {"cpu-max",             # we stop at 8 harts
           "numa-mem-supported"}  # there is no -numa yet
    for name in ours:
        for key in theirs[name].keys() - may - ({"default-ram-id"} if name == "none" else set()):
            same(f"query-machines: {name}: {key}", theirs[name][key], ours[name].get(key))
        covers(f"query-machines: {name}", {k: theirs[name][k] for k in may}, ours[name])


@test("QMP: name, kvm, target, uuid, memory size")
def _():
    def questions(q):
        return [q.do(c) for c in ("query-name", "query-kvm", "query-target", "query-uuid",
                                  "query-memory-size-summary", "query-status")]
    args = ("-uuid", "12345678-9abc-def0-1234-56789abcdef0")
    same("the answers", *of_both("small", questions, *args))


# ---- objects ----

@test("QMP: properties of CPUs, machine and devices that both have are equal")
def _():
    places = ("/machine", "/machine/soc0/harts[0]", "/machine/peripheral/vr",
              "/machine/peripheral-anon/device[0]")

    def questions(q):
        found = {}
        for path in places:
            for p in q.do("qom-list", path=path):
                if p["type"] in ("bool", "string", "str") or p["type"].startswith("uint"):
                    answer = q.ask("qom-get", path=path, property=p["name"])
                    found[path, p["name"]] = p["type"], answer.get("return", answer)
        return found
    qemu, teemu = of_both("properties", questions)
    may = {"marchid", "mimpid",  # QEMU's hold its own version
           "mvendorid",          # of 64 bits here
           "h",                  # QEMU's rv64 has it
           "any_layout",         # QEMU's disk does not offer it
           "memory-backend"}     # QEMU makes one by itself
    both = [key for key in qemu if key in teemu and key[1] not in may]
    check(len(both) > 50, f"only {len(both)} are in both")
    for path, name in both:
        (type_of, value), (our_type, our_value) = qemu[path, name], teemu[path, name]
        same(f"{path} {name}", value, our_value)
        # a string of a device is "str" in QEMU, one of another object "string"
        same(f"{path} {name}: the type", type_of.replace("string", "str"),
             our_type.replace("string", "str"))


@test("QMP: parents, buses and types")
def _():
    def questions(q):
        get = [("/machine/peripheral/vr", "parent_bus"), ("/machine/soc0/harts[0]", "parent_bus"),
               ("/machine/unattached/device[3]", "parent_bus"), ("/machine/fw_cfg", "hotpluggable"),
               ("/machine/unattached/device[4]", "type"), ("/machine/virt.flash1", "type"),
               ("/machine/unattached/sysbus", "type"), ("/machine/soc0/harts[1]", "hotpluggable")]
        return [q.do("qom-get", path=p, property=n) for p, n in get], \
            {b["name"]: b for b in q.do("qom-list-types", implements="bus", abstract=True)}, \
            {b["name"]: b for b in q.do("qom-list-types", implements="machine")}
    qemu, teemu = of_both("types", questions)
    same("qom-get", qemu[0], teemu[0])
    for theirs, ours in zip(qemu[1:], teemu[1:]):
        for name in ours:
            same(f"the type {name}", theirs[name], ours[name])


@test("QMP: device-list-properties has QEMU's form")
def _():
    devices = ("virtio-rng-device", "virtio-blk-device", "virtconsole", "virtio-mmio")

    def questions(q):
        return {d: {p["name"]: p for p in q.do("device-list-properties", typename=d)}
                for d in devices}
    qemu, teemu = of_both("device properties", questions)
    may = {"write-cache"}  # a string that is checked when the device is made: no type of its own
    for device in devices:
        check(teemu[device], f"{device} has no property")
        for name in (teemu[device].keys() & qemu[device].keys()) - may:
            theirs, ours = qemu[device][name], teemu[device][name]
            same(f"{device}.{name}: the type", theirs["type"], ours["type"])
            same(f"{device}.{name}: the default", theirs.get("default-value"),
                 ours.get("default-value"))


# ---- errors ----

ERRORS = (
    ("nosuch", {}), ("qmp_capabilities", {}), ("stop", {"x": 1}), ("qom-get", {"path": "/machine"}),
    ("qom-get", {"path": 3, "property": "x"}), ("qom-get", {"path": "/nobody", "property": "x"}),
    ("qom-get", {"path": "/machine", "property": "nosuch"}), ("qom-list", {}),
    ("qom-list", {"path": "/nobody"}),
    ("qom-set", {"path": "/machine", "property": "type", "value": "x"}),
    ("qom-set", {"path": "/machine", "property": "nosuch", "value": "x"}),
    ("qom-set", {"path": "/machine", "property": "graphics", "value": "x"}),
    ("qom-set", {"path": "/machine", "property": "append", "value": 3}),
    ("qom-set", {"path": "/machine/peripheral/vr", "property": "period", "value": 3}),
    ("qom-set", {"path": "/machine/soc0/harts[0]", "property": "i", "value": False}),
    ("device-list-properties", {"typename": "nosuch"}), ("device-list-properties", {}),
    ("device-list-properties", {"typename": "virt-machine"}),
    ("device-list-properties", {"typename": "device"}),
    ("device_add", {}), ("device_add", {"driver": "nosuch"}),
    ("device_add", {"driver": "virtio-rng-device", "id": "z"}),
    ("device_add", {"driver": "virtio-rng-device", "id": "1x"}),
    ("device_add", {"driver": "virtio-rng-device", "bus": "nosuch"}),
    ("device_add", {"driver": "serial-mm"}), ("device_del", {}), ("device_del", {"id": "nosuch"}),
    ("device_del", {"id": "vr"}), ("human-monitor-command", {}),
    ("human-monitor-command", {"command-line": 3}),
    ("human-monitor-command", {"command-line": "info cpus", "cpu-index": 7}),
    ("memsave", {"val": 0x123456789000, "size": 4, "filename": f"{OUT}/saved"}),
    ("memsave", {"val": -1, "size": 4, "filename": f"{OUT}/saved"}),
    ("memsave", {"val": 0x80000000, "size": 4, "filename": "/nowhere/x"}),
    ("memsave", {"val": 0, "size": 4, "filename": f"{OUT}/saved", "cpu-index": 9}),
    ("memsave", {"val": 0, "size": 4}), ("memsave", {"val": "x", "size": 4, "filename": "x"}),
    ("pmemsave", {"val": 0x80000000, "size": 4, "filename": "/nowhere/x"}),
    ("inject-nmi", {}), ("system_wakeup", {}), ("ringbuf-read", {"device": "nobody", "size": 1}),
    ("ringbuf-read", {"device": "serial0", "size": 1}),
)
RAW = ("[1]", "foo", '{"execute": 3}', '{"foo": 3}', "{}", '{"execute": "stop", "bar": 1}', '"x"',
       '{"execute": "stop", "arguments": []}', '{"execute" 1}', "3", "nul", "}",
       '{"execute": "query-name", "execute": "stop"}', '{"execute": "query-name", "arguments": null}',
       '{"exec-oob": "query-name"}')


@test("QMP: errors have QEMU's class, and begin with its words")
def _():
    def questions(q):
        return [q.ask(command, **args) for command, args in ERRORS]
    qemu, teemu = of_both("errors", questions)
    for (command, args), theirs, ours in zip(ERRORS, qemu, teemu):
        what = f"{command} {args}"
        check("error" in theirs, f"{what} is no error in QEMU: {theirs}")
        check("error" in ours, f"{what} is no error: {ours}")
        same(f"{what}: the class", theirs["error"]["class"], ours["error"]["class"])
        check(ours["error"]["desc"].startswith(theirs["error"]["desc"]),
              f"{what}: {ours['error']['desc']!r} does not begin as {theirs['error']['desc']!r}")


@test("QMP: what is no request at all is answered as QEMU does")
def _():
    def questions(q):
        answers = []
        for line in RAW:
            q.send(line + "\n")
            answers.append(q.answer())
        return answers
    qemu, teemu = of_both("raw", questions)
    for line, theirs, ours in zip(RAW, qemu, teemu):
        same(line, theirs.get("error", {}).get("class"), ours.get("error", {}).get("class"))
        same(line, theirs.get("error", {}).get("desc"), ours.get("error", {}).get("desc"))


# ---- events ----

def events(path, program, script, *args, accel="tcg", status=0):
    """The events of a run, with their data: @script gets the QMP client; the machine ends then."""
    with emulator(path), Watched("-accel", accel, "-kernel", f"{OUT}/{program}.elf", *args) as m:
        q = m.qmp()
        script(q)
        try:
            while True:
                q.events.append(q.message())
        except (Failure, ConnectionError) as failure:
            check(isinstance(failure, ConnectionError) or "hung up" in str(failure), str(failure))
        m.end(status)
        return [(e["event"], e.get("data")) for e in q.events if "event" in e]


def quiet(q, seconds=0.1):
    """Take in what comes, so that the order of events is not that of their causes' threads."""
    kept = q.events
    q.events = []
    while q_ready(q, seconds):
        kept.append(q.message())
    q.events = kept


def q_ready(q, seconds):
    return b"\n" in q.data or select.select([q.socket], [], [], seconds)[0]


def scripted(q):
    for command in ("cont", "stop", "stop", "system_reset", "cont", "cont", "system_reset",
                    "system_powerdown", "stop", "system_reset", "quit"):
        q.do(command)
        if command != "quit":
            quiet(q)


def go(q):
    q.do("cont")


def reboot_once(q):
    q.do("cont")
    while not any(e["event"] == "RESET" for e in q.events):
        q.events.append(q.message())
    q.do("stop")
    q.do("quit")
    # how often it came round is a matter of speed
    q.events = [e for i, e in enumerate(q.events)
                if e["event"] != "RESET" or e not in q.events[:i]
                and not any(x["event"] == "RESET" for x in q.events[:i])]


def same_events(name, program, script, *args, more=()):
    """@more: what only teemu says."""
    for label, accel in CONFIGURATIONS.items():
        if name not in CACHE:
            CACHE[name] = events(QEMU, program, script, *args)
        same(f"the events ({label})", CACHE[name] + list(more),
             events(TEEMU, program, script, *args, accel=accel))


@test("QMP: events of cont, stop, system_reset, system_powerdown and quit come in QEMU's order")
def _():
    same_events("scripted", "still", scripted)


@test("QMP: events of a guest that powers off")
def _():
    # QEMU's test finisher ends the process on the spot, and so without an event
    same_events("off", "poweroff", go,
                more=[("SHUTDOWN", {"guest": True, "reason": "guest-shutdown"})])


@test("QMP: events of a guest that reboots, and of -no-reboot")
def _():
    same_events("reboot", "reboot", reboot_once)
    same_events("no-reboot", "reboot", go, "-no-reboot")
