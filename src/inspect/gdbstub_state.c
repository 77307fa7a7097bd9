/* SPDX-License-Identifier: MIT */
/* Registers and memory, and their descriptions: target.xml and the memory map. */
#include "inspect/gdbstub_int.h"
#include "mem/address_space.h"
#include "target/gdb.h"

/* ---- registers ---- */

static unsigned core_registers(GdbServer *s)
{
    return s->cpu->ops->gdb ? s->cpu->ops->gdb->core : 0;
}

static bool read_registers(GdbServer *s, const char *args, size_t n, Str *reply)
{
    uint8_t value[GDB_REG_BYTES];

    for (unsigned i = 0; i < core_registers(s); i++) {
        gdb_append_hex(reply, value, gdb_get_reg(s->cpu, i, value));
    }
    return true;
}
GDB_PACKET(read_registers, "g", "the general registers", read_registers);

static bool write_registers(GdbServer *s, const char *args, size_t n, Str *reply)
{
    uint8_t value[GDB_REG_BYTES];

    for (unsigned i = 0; i < core_registers(s) && *args; i++) {
        unsigned size = gdb_get_reg(s->cpu, i, value);

        if (!gdb_parse_bytes(args, value, size)) {
            return gdb_error(reply, GDB_ERROR_INVALID);
        }
        gdb_set_reg(s->cpu, i, value);
        args += 2 * size;
    }
    return gdb_ok(reply);
}
GDB_PACKET(write_registers, "G", "G BYTES: set the general registers", write_registers);

static bool read_register(GdbServer *s, const char *args, size_t n, Str *reply)
{
    uint8_t value[GDB_REG_BYTES];
    uint64_t number;
    unsigned size = 0;

    if (gdb_parse_number(&args, &number) && !*args && number <= UINT32_MAX) {
        size = gdb_get_reg(s->cpu, number, value);
    }
    if (!size) {
        return gdb_error(reply, GDB_ERROR_FAULT);
    }
    gdb_append_hex(reply, value, size);
    return true;
}
GDB_PACKET(read_register, "p", "p N: register N", read_register);

static bool write_register(GdbServer *s, const char *args, size_t n, Str *reply)
{
    uint8_t value[GDB_REG_BYTES];
    uint64_t number;
    unsigned size;

    if (!gdb_parse_number(&args, &number) || !gdb_parse_char(&args, '=') || number > UINT32_MAX) {
        return gdb_error(reply, GDB_ERROR_INVALID);
    }
    size = gdb_get_reg(s->cpu, number, value);
    if (!size || !gdb_parse_bytes(args, value, size) || args[2 * size] ||
        !gdb_set_reg(s->cpu, number, value)) {
        return gdb_error(reply, GDB_ERROR_INVALID);
    }
    return gdb_ok(reply);
}
GDB_PACKET(write_register, "P", "P N=BYTES: set register N", write_register);

/* ---- memory ---- */

/* "ADDR,LEN" and @after. */
static bool parse_range(const char **args, char after, uint64_t *addr, uint64_t *len)
{
    return gdb_parse_number(args, addr) && gdb_parse_char(args, ',') &&
           gdb_parse_number(args, len) && (after ? gdb_parse_char(args, after) : !**args);
}

static bool access_memory(GdbServer *s, uint64_t addr, void *buf, size_t len, bool is_write)
{
    return s->physical ? cpu_physical_rw_debug(s->cpu, addr, buf, len, is_write)
                       : cpu_memory_rw_debug(s->cpu, addr, buf, len, is_write);
}

static bool read_memory(GdbServer *s, const char *args, size_t n, Str *reply)
{
    uint8_t buf[GDB_PACKET_MAX / 2];
    uint64_t addr, len;

    if (!parse_range(&args, 0, &addr, &len) || len > sizeof(buf)) {
        return gdb_error(reply, GDB_ERROR_INVALID);
    }
    if (!access_memory(s, addr, buf, len, false)) {
        return gdb_error(reply, GDB_ERROR_FAULT);
    }
    gdb_append_hex(reply, buf, len);
    return true;
}
GDB_PACKET(read_memory, "m", "m ADDR,LEN: read memory", read_memory);

static bool write_memory(GdbServer *s, const char *args, size_t n, Str *reply)
{
    uint8_t buf[GDB_PACKET_MAX / 2];
    uint64_t addr, len;

    if (!parse_range(&args, ':', &addr, &len) || len > sizeof(buf) ||
        !gdb_parse_bytes(args, buf, len) || args[2 * len]) {
        return gdb_error(reply, GDB_ERROR_INVALID);
    }
    return access_memory(s, addr, buf, len, true) ? gdb_ok(reply)
                                                  : gdb_error(reply, GDB_ERROR_FAULT);
}
GDB_PACKET(write_memory, "M", "M ADDR,LEN:BYTES: write memory", write_memory);

static bool write_binary(GdbServer *s, const char *args, size_t n, Str *reply)
{
    const char *end = args + n;
    uint64_t addr, len;

    if (!parse_range(&args, ':', &addr, &len) || len != (size_t)(end - args)) {
        return gdb_error(reply, GDB_ERROR_INVALID);
    }
    return access_memory(s, addr, (void *)args, len, true) ? gdb_ok(reply)
                                                           : gdb_error(reply, GDB_ERROR_FAULT);
}
GDB_PACKET(write_binary, "X", "X ADDR,LEN:DATA: write memory, as it stands", write_binary);

/* ---- documents: qXfer:OBJECT:read:ANNEX:OFFSET,LENGTH ---- */

static bool send_part(const Str *text, const char *args, Str *reply)
{
    uint64_t off, len;

    if (!parse_range(&args, 0, &off, &len) || off > text->len) {
        return gdb_error(reply, GDB_ERROR_INVALID);
    }
    len = MIN(len, (uint64_t)GDB_PACKET_MAX / 2); /* each byte may be escaped */
    len = MIN(len, text->len - off);
    str_append(reply, off + len < text->len ? "m" : "l");
    str_append_n(reply, str_get(text) + off, len);
    return true;
}

static bool read_features(GdbServer *s, const char *args, size_t n, Str *reply)
{
    static const char annex[] = "target.xml:";
    Str text = {0};

    if (!str_starts(args, annex)) {
        str_append(reply, "E00");
        return true;
    }
    gdb_describe_target(s->cpu, &text);
    send_part(&text, args + strlen(annex), reply);
    str_free(&text);
    return true;
}
GDB_FEATURE(features, "qXfer:features:read:", "...target.xml:OFF,LEN: what registers there are",
            read_features, "qXfer:features:read+");

/* The end of what is at @at: a piece of RAM, or all up to the next one. */
static hwaddr end_of_piece(AddressSpace *as, hwaddr at)
{
    MemoryRegionSection here = address_space_find(as, at), next = here;

    while (!here.ram && !next.ram && next.last != ~(hwaddr)0) {
        here = next;
        next = address_space_find(as, here.last + 1);
    }
    return here.ram || next.ram ? here.last : next.last;
}

/* gdb refuses addresses that the map does not mention.  The client's addresses are virtual most of
 * the time, so every address is mentioned, as memory that can be read and written: by us it can. */
static void describe_memory(GdbServer *s, Str *out)
{
    hwaddr at = 0, last;

    str_append(out, "<?xml version=\"1.0\"?>\n"
                    "<!DOCTYPE memory-map PUBLIC \"+//IDN gnu.org//DTD GDB Memory Map V1.0//EN\" "
                    "\"http://sourceware.org/gdb/gdb-memory-map.dtd\">\n<memory-map>\n");
    do {
        last = end_of_piece(s->cpu->as, at);
        str_printf(out, "  <memory type=\"ram\" start=\"%#" PRIx64 "\" length=\"%#" PRIx64
                        "\"/>\n", at, last - at + 1);
        at = last + 1;
    } while (at);
    str_append(out, "</memory-map>\n");
}

static bool read_memory_map(GdbServer *s, const char *args, size_t n, Str *reply)
{
    Str text = {0};

    describe_memory(s, &text);
    send_part(&text, args, reply);
    str_free(&text);
    return true;
}
GDB_FEATURE(memory_map, "qXfer:memory-map:read::", "...OFF,LEN: where RAM and ROM are",
            read_memory_map, "qXfer:memory-map:read+");
