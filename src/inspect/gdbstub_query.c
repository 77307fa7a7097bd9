/* SPDX-License-Identifier: MIT */
/* What server and client say of themselves, points, and QEMU's own packets. */
#include "inspect/gdbstub_int.h"
#include "target/debug.h"

LINKSET_DECLARE(gdb_packets);

/* ---- features ---- */

static bool supported(GdbServer *s, const char *args, size_t n, Str *reply)
{
    s->multiprocess = strstr(args, "multiprocess+") != NULL;
    str_printf(reply, "PacketSize=%x;multiprocess+", GDB_PACKET_MAX);
    LINKSET_FOREACH(r, gdb_packets) {
        const GdbPacket *p = r->row;

        if (p->offer) {
            str_printf(reply, ";%s", p->offer);
        }
    }
    return true;
}
GDB_PACKET(supported, "qSupported", "qSupported[:FEATURE;...]: what can we both do?", supported);

static bool no_ack_mode(GdbServer *s, const char *args, size_t n, Str *reply)
{
    s->no_ack = true;
    return gdb_ok(reply);
}
GDB_FEATURE(no_ack, "QStartNoAckMode", "no + and - from now on", no_ack_mode, "QStartNoAckMode+");

/* ---- breakpoints and watchpoints ---- */

enum { POINT_SOFTWARE, POINT_HARDWARE, POINT_WRITE, POINT_READ, POINT_ACCESS };

/* "TYPE,ADDR,KIND"; kind is the length of a watchpoint.  Conditions, which may follow, are not
 * offered. */
static bool change_point(const char *args, bool insert, Str *reply)
{
    static const uint8_t kinds[] = {[POINT_WRITE] = WATCH_WRITE, [POINT_READ] = WATCH_READ,
                                    [POINT_ACCESS] = WATCH_READ | WATCH_WRITE};
    uint64_t type, addr, kind;
    bool done;

    if (!gdb_parse_number(&args, &type) || !gdb_parse_char(&args, ',') ||
        !gdb_parse_number(&args, &addr) || !gdb_parse_char(&args, ',') ||
        !gdb_parse_number(&args, &kind)) {
        return gdb_error(reply, GDB_ERROR_INVALID);
    }
    if (type > POINT_ACCESS) {
        return true;
    }
    if (type <= POINT_HARDWARE) {
        done = insert ? debug_break_insert(addr) : debug_break_remove(addr);
    } else {
        done = insert ? debug_watch_insert(addr, kind, kinds[type])
                      : debug_watch_remove(addr, kind, kinds[type]);
    }
    return done ? gdb_ok(reply) : gdb_error(reply, GDB_ERROR_INVALID);
}

static bool insert_point(GdbServer *s, const char *args, size_t n, Str *reply)
{
    return change_point(args, true, reply);
}
GDB_PACKET(insert_point, "Z", "Z TYPE,ADDR,LEN: set a breakpoint or a watchpoint", insert_point);

static bool remove_point(GdbServer *s, const char *args, size_t n, Str *reply)
{
    return change_point(args, false, reply);
}
GDB_PACKET(remove_point, "z", "z TYPE,ADDR,LEN: remove it", remove_point);

/* ---- QEMU's ---- */

static bool qemu_supported(GdbServer *s, const char *args, size_t n, Str *reply)
{
    str_append(reply, "sstepbits;sstep;PhyMemMode");
    return true;
}
GDB_PACKET(qemu_supported, "qqemu.Supported", "which packets of QEMU's are known", qemu_supported);

static bool sstep_bits(GdbServer *s, const char *args, size_t n, Str *reply)
{
    str_printf(reply, "ENABLE=%x,NOIRQ=%x,NOTIMER=%x", SSTEP_ENABLE, SSTEP_NOIRQ, SSTEP_NOTIMER);
    return true;
}
GDB_PACKET(sstep_bits, "qqemu.sstepbits", "what the bits of sstep mean", sstep_bits);

static bool get_sstep(GdbServer *s, const char *args, size_t n, Str *reply)
{
    str_printf(reply, "0x%x", s->sstep);
    return true;
}
GDB_PACKET(get_sstep, "qqemu.sstep", "how steps are made: interrupts and time off?", get_sstep);

static bool set_sstep(GdbServer *s, const char *args, size_t n, Str *reply)
{
    uint64_t v;

    if (!gdb_parse_char(&args, '=')) {
        return gdb_error(reply, GDB_ERROR_INVALID);
    }
    args += str_starts(args, "0x") ? 2 : 0;
    if (!gdb_parse_number(&args, &v) || *args ||
        v & ~(uint64_t)(SSTEP_ENABLE | SSTEP_NOIRQ | SSTEP_NOTIMER)) {
        return gdb_error(reply, GDB_ERROR_INVALID);
    }
    s->sstep = v | SSTEP_ENABLE; /* a step is a step */
    return gdb_ok(reply);
}
GDB_PACKET(set_sstep, "Qqemu.sstep", "Qqemu.sstep=BITS: set that", set_sstep);

static bool get_physical(GdbServer *s, const char *args, size_t n, Str *reply)
{
    str_append(reply, s->physical ? "1" : "0");
    return true;
}
GDB_PACKET(get_physical, "qqemu.PhyMemMode", "are addresses physical?", get_physical);

static bool set_physical(GdbServer *s, const char *args, size_t n, Str *reply)
{
    uint64_t v;

    if (!gdb_parse_char(&args, ':') || !gdb_parse_number(&args, &v) || *args) {
        return gdb_error(reply, GDB_ERROR_INVALID);
    }
    s->physical = v != 0;
    return gdb_ok(reply);
}
GDB_PACKET(set_physical, "Qqemu.PhyMemMode", "Qqemu.PhyMemMode:1: they are from now on",
           set_physical);
