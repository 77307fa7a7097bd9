/* SPDX-License-Identifier: MIT */
/* Commands that read and write as a device's DMA would: registers of devices, and memory.
 *
 * An access that a region does not take as it is, for its size or its alignment, is done in pieces
 * that it does take.  What nobody answers reads as 0, and such a write is lost, without a word: the
 * bus error is what a CPU would see, and there is none here. */
#include "accel/qtest/qtest.h"
#include "base/alloc.h"
#include "mem/address_space.h"

/* ---- one access of one size ---- */

static void load(QTest *q, AddressSpace *as, const QTestArgs *a, unsigned size)
{
    uint64_t value = 0;
    MemTxResult result = address_space_read(as, a->num[0], &value, size);

    qtest_ok(q, as == &address_space_io ? "0x%04" PRIx64 : "0x%016" PRIx64,
             result == MEMTX_OK ? value : 0);
}

static void store(QTest *q, AddressSpace *as, const QTestArgs *a, unsigned size)
{
    address_space_write(as, a->num[0], &a->num[1], size);
    qtest_done(q);
}

#define MEMORY(letter, bytes)                                                                      \
    static void read##letter(QTest *q, const QTestArgs *a)                                         \
    {                                                                                              \
        load(q, &address_space_memory, a, bytes);                                                  \
    }                                                                                              \
    QTEST_COMMAND(read##letter, "ADDR", "read a number of " #bytes " bytes", read##letter);        \
    static void write##letter(QTest *q, const QTestArgs *a)                                        \
    {                                                                                              \
        store(q, &address_space_memory, a, bytes);                                                 \
    }                                                                                              \
    QTEST_COMMAND(write##letter, "ADDR VALUE", "write a number of " #bytes " bytes", write##letter)

MEMORY(b, 1);
MEMORY(w, 2);
MEMORY(l, 4);
MEMORY(q, 8);

#define PORT(letter, bytes)                                                                        \
    static void in##letter(QTest *q, const QTestArgs *a)                                           \
    {                                                                                              \
        load(q, &address_space_io, a, bytes);                                                      \
    }                                                                                              \
    QTEST_COMMAND(in##letter, "PORT", "read a port of " #bytes " bytes", in##letter);              \
    static void out##letter(QTest *q, const QTestArgs *a)                                          \
    {                                                                                              \
        store(q, &address_space_io, a, bytes);                                                     \
    }                                                                                              \
    QTEST_COMMAND(out##letter, "PORT VALUE", "write a port of " #bytes " bytes", out##letter)

PORT(b, 1);
PORT(w, 2);
PORT(l, 4);

/* ---- many bytes ---- */

/* False, with the answer given, if @size is more than one command may move. */
static bool size_is_fine(QTest *q, uint64_t size)
{
    if (size > QTEST_MAX_DATA) {
        qtest_fail(q, "at most %d bytes at a time", QTEST_MAX_DATA);
        return false;
    }
    return true;
}

static uint8_t *read_bytes(QTest *q, const QTestArgs *a)
{
    uint8_t *buf;

    if (!size_is_fine(q, a->num[1])) {
        return NULL;
    }
    buf = xnew_n(uint8_t, a->num[1] + 1);
    if (address_space_read(&address_space_memory, a->num[0], buf, a->num[1]) != MEMTX_OK) {
        memset(buf, 0, a->num[1]);
    }
    return buf;
}

static void read_hex(QTest *q, const QTestArgs *a)
{
    uint8_t *buf = read_bytes(q, a);
    Str hex = {0};

    if (buf) {
        for (uint64_t i = 0; i < a->num[1]; i++) {
            str_printf(&hex, "%02x", buf[i]);
        }
        qtest_ok(q, "0x%s", str_get(&hex));
    }
    str_free(&hex);
    free(buf);
}
QTEST_COMMAND(read, "ADDR SIZE", "read SIZE bytes, in hex", read_hex);

static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void read_base64(QTest *q, const QTestArgs *a)
{
    uint8_t *buf = read_bytes(q, a);
    uint64_t n = buf ? a->num[1] : 0;
    Str out = {0};

    if (!buf) {
        return;
    }
    for (uint64_t i = 0; i < n; i += 3) {
        uint32_t v = 0;

        for (uint64_t k = i; k < i + 3; k++) {
            v = v << 8 | (k < n ? buf[k] : 0);
        }
        for (int k = 0; k < 4; k++) {
            bool pad = i + k > n;

            str_append_n(&out, pad ? "=" : &base64_digits[v >> (18 - 6 * k) & 63], 1);
        }
    }
    qtest_ok(q, "%s", str_get(&out));
    str_free(&out);
    free(buf);
}
QTEST_COMMAND(b64read, "ADDR SIZE", "read SIZE bytes, in base64", read_base64);

/* @size bytes from @text by @decode, which says how many it found; fewer: the rest are 0. */
static void write_bytes(QTest *q, const QTestArgs *a,
                        bool (*decode)(const char *text, uint8_t *buf, size_t size))
{
    uint8_t *buf;

    if (!size_is_fine(q, a->num[1])) {
        return;
    }
    buf = xnew_n(uint8_t, a->num[1] + 1);
    if (decode(a->text[2], buf, a->num[1])) {
        address_space_write(&address_space_memory, a->num[0], buf, a->num[1]);
        qtest_done(q);
    } else {
        qtest_fail(q, "%.40s: not such data", a->text[2]);
    }
    free(buf);
}

static bool decode_hex(const char *text, uint8_t *buf, size_t size)
{
    text += str_starts(text, "0x") ? 2 : 0;
    for (size_t i = 0; *text; i++, text += 2) {
        char digits[3] = {text[0], text[1]}, *end;
        unsigned long byte = strtoul(digits, &end, 16);

        if (end != digits + 2) {
            return false;
        }
        if (i < size) {
            buf[i] = byte;
        }
    }
    return true;
}

static void write_hex(QTest *q, const QTestArgs *a)
{
    write_bytes(q, a, decode_hex);
}
QTEST_COMMAND(write, "ADDR SIZE DATA", "write SIZE bytes, given in hex", write_hex);

static bool decode_base64(const char *text, uint8_t *buf, size_t size)
{
    uint32_t bits = 0;
    unsigned nbits = 0;
    size_t n = 0;

    for (; *text && *text != '='; text++) {
        const char *digit = strchr(base64_digits, *text);

        if (!digit) {
            return false;
        }
        bits = bits << 6 | (digit - base64_digits);
        nbits += 6;
        if (nbits >= 8) {
            nbits -= 8;
            if (n < size) {
                buf[n++] = bits >> nbits;
            }
        }
    }
    return true;
}

static void write_base64(QTest *q, const QTestArgs *a)
{
    write_bytes(q, a, decode_base64);
}
QTEST_COMMAND(b64write, "ADDR SIZE DATA", "write SIZE bytes, given in base64", write_base64);

static void set_bytes(QTest *q, const QTestArgs *a)
{
    if (size_is_fine(q, a->num[1])) {
        address_space_set(&address_space_memory, a->num[0], a->num[2], a->num[1]);
        qtest_done(q);
    }
}
QTEST_COMMAND(memset, "ADDR SIZE VALUE", "write SIZE times the byte VALUE", set_bytes);

static void endianness(QTest *q, const QTestArgs *a)
{
    qtest_ok(q, "little");
}
QTEST_COMMAND(endianness, "", "the byte order of the target", endianness);
