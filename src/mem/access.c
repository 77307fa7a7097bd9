/* SPDX-License-Identifier: MIT */
/* One access to an I/O region: is it allowed, in which pieces does the device see it, and is the
 * device free?
 *
 *     8 bytes at 0x10, impl 4..4:   read(0x10, 4), read(0x14, 4), put together
 *     1 byte  at 0x11, impl 4..4:   read(0x10, 4), byte 1 of it
 *
 * Values are little endian all along; a big endian device's pieces are swapped on their way in and
 * out. */
#include "base/bql.h"
#include "base/log.h"
#include "base/trace.h"
#include "mem/dma.h"
#include "mem/memory_int.h"

TRACE_EVENT(memory_region_ops_read, "a device's register is read");
TRACE_EVENT(memory_region_ops_write, "a device's register is written");

/* ---- sizes ---- */

static uint64_t ones(unsigned size)
{
    return ~0ULL >> (64 - 8 * size);
}

static AccessSizes with_defaults(AccessSizes s, unsigned max)
{
    s.min = s.min ? s.min : 1;
    s.max = s.max ? s.max : max;
    return s;
}

static bool access_valid(MemoryRegion *mr, hwaddr addr, unsigned size, bool is_write)
{
    AccessSizes valid = with_defaults(mr->ops->valid, 8);
    bool aligned = valid.unaligned || !(addr & (size - 1));
    Str where = {0};

    if (aligned && size >= valid.min && size <= valid.max) {
        return true;
    }
    append_whereabouts(&where);
    if (aligned) {
        log_guest(mr->name, "%s of %u bytes at offset %#" PRIx64 ": takes only %u to %u%s",
                  is_write ? "write" : "read", size, addr, valid.min, valid.max, str_get(&where));
    } else {
        log_guest(mr->name, "%s of %u bytes at offset %#" PRIx64 " is not aligned%s",
                  is_write ? "write" : "read", size, addr, str_get(&where));
    }
    str_free(&where);
    return false;
}

/* ---- one piece: a size that the device knows ---- */

static uint64_t swap(const MemoryRegion *mr, uint64_t v, unsigned size)
{
    return mr->ops->endianness == DEVICE_BIG_ENDIAN ? __builtin_bswap64(v) >> (64 - 8 * size) : v;
}

static MemTxResult read_piece(MemoryRegion *mr, hwaddr addr, uint64_t *data, unsigned size)
{
    MemTxResult r = MEMTX_OK;
    uint64_t v = ones(size);

    if (mr->ops->read_result) {
        r = mr->ops->read_result(mr->opaque, addr, &v, size);
    } else if (mr->ops->read) {
        v = mr->ops->read(mr->opaque, addr, size);
    } else {
        r = MEMTX_DECODE_ERROR;
    }
    *data = swap(mr, v & ones(size), size);
    return r;
}

static MemTxResult write_piece(MemoryRegion *mr, hwaddr addr, uint64_t data, unsigned size)
{
    data = swap(mr, data & ones(size), size);
    if (mr->ops->write_result) {
        return mr->ops->write_result(mr->opaque, addr, data, size);
    }
    if (!mr->ops->write) {
        return MEMTX_DECODE_ERROR;
    }
    mr->ops->write(mr->opaque, addr, data, size);
    return MEMTX_OK;
}

/* Shift @v left by @bytes, which may be negative. */
static uint64_t shift_bytes(uint64_t v, int64_t bytes)
{
    if (bytes <= -8 || bytes >= 8) {
        return 0;
    }
    return bytes < 0 ? v >> (-8 * bytes) : v << (8 * bytes);
}

/* The pieces of an access: @step bytes each, from @first on.  They cover it, and more where it is
 * narrow. */
typedef struct Pieces {
    hwaddr first;
    unsigned step;
} Pieces;

static Pieces pieces_of(const MemoryRegion *mr, hwaddr addr, unsigned size)
{
    AccessSizes impl = with_defaults(mr->ops->impl, 4);

    if (size < impl.min) {
        return (Pieces){align_down(addr, impl.min), impl.min};
    }
    return (Pieces){addr, MIN(size, impl.max)};
}

/* Most accesses are one piece. */
static MemTxResult read_pieces(MemoryRegion *mr, hwaddr addr, uint64_t *data, unsigned size)
{
    Pieces p = pieces_of(mr, addr, size);
    MemTxResult result = MEMTX_OK;

    if (likely(p.step == size)) {
        return read_piece(mr, addr, data, size);
    }
    *data = 0;
    for (hwaddr at = p.first; at - p.first < addr - p.first + size; at += p.step) {
        uint64_t piece;

        result |= read_piece(mr, at, &piece, p.step);
        *data |= shift_bytes(piece, (int64_t)(at - addr));
    }
    return result;
}

static MemTxResult write_pieces(MemoryRegion *mr, hwaddr addr, uint64_t data, unsigned size)
{
    Pieces p = pieces_of(mr, addr, size);
    MemTxResult result = MEMTX_OK;

    if (likely(p.step == size)) {
        return write_piece(mr, addr, data, size);
    }
    for (hwaddr at = p.first; at - p.first < addr - p.first + size; at += p.step) {
        result |= write_piece(mr, at, shift_bytes(data, (int64_t)(addr - at)), p.step);
    }
    return result;
}

MemTxResult memory_region_dispatch_read(MemoryRegion *mr, hwaddr addr, uint64_t *data,
                                        unsigned size)
{
    int64_t since = trace_on(memory_region_ops_read) ? trace_clock_ns() : 0;
    MemTxResult result;
    DeviceBusy busy;
    uint64_t v;

    assert(bql_locked());
    *data = ones(size);
    if (!mr->ops || !access_valid(mr, addr, size, false)) {
        return MEMTX_DECODE_ERROR;
    }
    if (!device_enter(&busy, mr->owner ? mr->owner : mr, addr, mr->name)) {
        return MEMTX_ERROR;
    }
    result = read_pieces(mr, addr, &v, size);
    device_leave(&busy);
    if (result == MEMTX_OK) {
        *data = v & ones(size);
    }
    if (since) {
        trace_span(memory_region_ops_read, mr->name, since,
                   "addr %#" PRIx64 " value %#" PRIx64 " size %u", addr, *data, size);
    }
    return result;
}

MemTxResult memory_region_dispatch_write(MemoryRegion *mr, hwaddr addr, uint64_t data,
                                         unsigned size)
{
    int64_t since = trace_on(memory_region_ops_write) ? trace_clock_ns() : 0;
    MemTxResult result;
    DeviceBusy busy;

    assert(bql_locked());
    if (!mr->ops || !access_valid(mr, addr, size, true)) {
        return MEMTX_DECODE_ERROR;
    }
    if (!device_enter(&busy, mr->owner ? mr->owner : mr, addr, mr->name)) {
        return MEMTX_ERROR;
    }
    data &= ones(size);
    result = write_pieces(mr, addr, data, size);
    device_leave(&busy);
    if (since) {
        trace_span(memory_region_ops_write, mr->name, since,
                   "addr %#" PRIx64 " value %#" PRIx64 " size %u", addr, data, size);
    }
    return result;
}
