/* SPDX-License-Identifier: MIT */
/* Parallel NOR flash with the Intel command set: a ROM that commands can write.
 *
 * A bank is `width` bytes wide and made of chips that are `device-width` wide, side by side; each
 * gets its own copy of every command and gives its own copy of every answer.  Reads are plain
 * memory until a command makes them show status, identification or the CFI table.
 *
 *     0x10, 0x40  program a word        0x50  clear status     0xe8  program a buffer
 *     0x20 0xd0   erase a block         0x70  read status      0x98  read the CFI table
 *     0x60        lock, unlock          0x90  read ids         0xff  read memory
 *
 * Common Flash Interface (JESD68), Intel StrataFlash data sheet.  With a drive the contents live
 * there: what is programmed is written through. */
#include "backend/block/block.h"
#include "base/alloc.h"
#include "base/log.h"
#include "hw/core/sysbus.h"
#include "mem/ram.h"

enum {
    CMD_READ = 0xff,
    CMD_PROGRAM_ALT = 0x10,
    CMD_ERASE = 0x20,
    CMD_PROGRAM = 0x40,
    CMD_CLEAR_STATUS = 0x50,
    CMD_LOCK = 0x60,
    CMD_STATUS = 0x70,
    CMD_ID = 0x90,
    CMD_CFI = 0x98,
    CMD_CONFIRM = 0xd0,
    CMD_BUFFER = 0xe8,
    STATUS_LOCKED = 0x02,
    STATUS_PROGRAM_ERROR = 0x10,
    STATUS_ERASE_ERROR = 0x20,
    STATUS_READY = 0x80,
    CFI_TABLE_SIZE = 0x52,
    BUFFER_BITS = 11, /* log2 of a chip's write buffer */
};

typedef struct Pflash {
    Device dev;
    MemoryRegion mr;
    BlockBackend *blk;
    uint8_t *memory;
    char *drive, *label;
    uint32_t num_blocks;
    uint64_t sector_length; /* of the bank */
    uint8_t width, device_width;
    uint16_t id0, id1;
    uint8_t cfi[CFI_TABLE_SIZE];
    /* state */
    uint8_t cmd;   /* what reads show, and what the next writes belong to; CMD_READ: memory */
    uint8_t cycle; /* how many writes of this command have come */
    uint8_t status;
    uint32_t count;                  /* words that a buffer write still takes */
    uint64_t dirty_first, dirty_end; /* bytes that a buffer write has changed so far */
} Pflash;

static uint64_t bank_size(const Pflash *s)
{
    return s->num_blocks * s->sector_length;
}

/* ---- reading ---- */

/* The answer @v of one chip, given by all chips of the bank, as @size bytes at @addr see it. */
static uint64_t from_all_chips(const Pflash *s, uint64_t v, hwaddr addr, unsigned size)
{
    uint64_t word = 0;

    for (unsigned at = 0; at < s->width; at += s->device_width) {
        word |= v << (8 * at);
    }
    return word >> addr % s->width * 8 & (~0ULL >> (64 - 8 * size));
}

static uint64_t identification(const Pflash *s, hwaddr addr)
{
    switch (addr / s->width & 0xff) {
    case 0:
        return s->id0;
    case 1:
        return s->id1;
    default:
        return 0; /* not locked, no extensions */
    }
}

static uint64_t cfi_entry(const Pflash *s, hwaddr addr)
{
    uint64_t i = addr / s->width;

    return i < CFI_TABLE_SIZE ? s->cfi[i] : 0;
}

static uint64_t pflash_read(void *opaque, hwaddr addr, unsigned size)
{
    Pflash *s = opaque;
    uint64_t v = 0;

    switch (s->cmd) {
    case CMD_READ:
        memcpy(&v, s->memory + addr, size);
        return v;
    case CMD_ID:
        return from_all_chips(s, identification(s, addr), addr, size);
    case CMD_CFI:
        return from_all_chips(s, cfi_entry(s, addr), addr, size);
    default:
        return from_all_chips(s, s->status, addr, size);
    }
}

/* ---- changing contents ---- */

/* Write [first, end) through to the drive; the bits of @error in the status if that fails. */
static void store(Pflash *s, uint64_t first, uint64_t end, uint8_t error)
{
    memory_region_set_dirty(&s->mr, first, end - first);
    if (s->blk && blk_pwrite(s->blk, first, s->memory + first, end - first) < 0) {
        log_guest("pflash", "the drive '%s' could not be written", s->drive);
        s->status |= error;
    }
}

static bool writable(Pflash *s, uint8_t error)
{
    if (s->blk && blk_is_read_only(s->blk)) {
        s->status |= error | STATUS_LOCKED;
        return false;
    }
    return true;
}

/* Programming only turns ones into zeroes; erasing brings the ones back. */
static void program(Pflash *s, hwaddr addr, uint64_t data, unsigned size)
{
    for (unsigned i = 0; i < size; i++) {
        s->memory[addr + i] &= data >> (8 * i);
    }
}

static void erase(Pflash *s, hwaddr addr)
{
    uint64_t first = align_down(addr, s->sector_length);

    if (writable(s, STATUS_ERASE_ERROR)) {
        memset(s->memory + first, 0xff, s->sector_length);
        store(s, first, first + s->sector_length, STATUS_ERASE_ERROR);
    }
}

/* ---- commands ---- */

static void read_memory(Pflash *s)
{
    s->cmd = CMD_READ;
    s->cycle = 0;
    memory_region_rom_device_set_romd(&s->mr, true);
}

static void show(Pflash *s, uint8_t cmd)
{
    s->cmd = cmd;
    s->cycle = 0;
    memory_region_rom_device_set_romd(&s->mr, false);
}

static void first_cycle(Pflash *s, uint8_t cmd)
{
    switch (cmd) {
    case CMD_CLEAR_STATUS:
        s->status = STATUS_READY;
        read_memory(s);
        break;
    case CMD_STATUS:
    case CMD_ID:
    case CMD_CFI:
        show(s, cmd);
        break;
    case CMD_PROGRAM:
    case CMD_PROGRAM_ALT:
    case CMD_ERASE:
    case CMD_LOCK:
    case CMD_BUFFER:
        show(s, cmd);
        s->status |= STATUS_READY;
        s->cycle = 1;
        break;
    default:
        if (cmd != CMD_READ && cmd != 0x00 && cmd != 0xf0) {
            log_guest("pflash", "command %#x does not exist", cmd);
        }
        read_memory(s);
    }
}

/* A buffer write: the number of words less one, the words, then CONFIRM. */
static void buffer_cycle(Pflash *s, hwaddr addr, uint64_t data, unsigned size)
{
    uint32_t chips = s->width / s->device_width,
             words = data & (s->device_width > 1 ? 0xffff : 0xff);

    if (s->cycle == 1) {
        if (words >= ((uint32_t)chips << BUFFER_BITS) / s->width) {
            s->status |= STATUS_PROGRAM_ERROR;
            show(s, CMD_STATUS);
            return;
        }
        s->count = words + 1;
        s->dirty_first = UINT64_MAX;
        s->dirty_end = 0;
        s->cycle = 2;
    } else if (s->cycle == 2) {
        if (writable(s, STATUS_PROGRAM_ERROR)) {
            program(s, addr, data, size);
            s->dirty_first = MIN(s->dirty_first, addr);
            s->dirty_end = MAX(s->dirty_end, addr + size);
        }
        if (--s->count == 0) {
            s->cycle = 3;
        }
    } else {
        if ((data & 0xff) != CMD_CONFIRM) {
            s->status |= STATUS_PROGRAM_ERROR;
        }
        if (s->dirty_first < s->dirty_end) {
            store(s, s->dirty_first, s->dirty_end, STATUS_PROGRAM_ERROR);
        }
        show(s, CMD_STATUS);
    }
}

static void pflash_write(void *opaque, hwaddr addr, uint64_t data, unsigned size)
{
    Pflash *s = opaque;
    uint8_t cmd = data;

    if (s->cycle == 0) {
        first_cycle(s, cmd);
        return;
    }
    switch (s->cmd) {
    case CMD_BUFFER:
        buffer_cycle(s, addr, data, size);
        return;
    case CMD_PROGRAM:
    case CMD_PROGRAM_ALT:
        if (writable(s, STATUS_PROGRAM_ERROR)) {
            program(s, addr, data, size);
            store(s, addr, addr + size, STATUS_PROGRAM_ERROR);
        }
        break;
    case CMD_ERASE:
        if (cmd == CMD_CONFIRM) {
            erase(s, addr);
        } else {
            s->status |= STATUS_ERASE_ERROR | STATUS_PROGRAM_ERROR; /* a bad sequence */
        }
        break;
    default: /* lock and unlock: blocks here are never locked */
        break;
    }
    if (cmd == CMD_READ && s->cmd != CMD_PROGRAM && s->cmd != CMD_PROGRAM_ALT) {
        read_memory(s);
    } else {
        show(s, CMD_STATUS);
    }
}

static const MemoryRegionOps pflash_ops = {
    .read = pflash_read,
    .write = pflash_write,
    .valid = {.min = 1, .max = 8},
    .impl = {.min = 1, .max = 4},
};

/* ---- life ---- */

/* What a chip says of itself; sizes are a chip's, not the bank's. */
static void fill_cfi(Pflash *s)
{
    uint32_t chips = s->width / s->device_width, blocks = s->num_blocks - 1;
    uint64_t sector = s->sector_length / chips;
    static const uint8_t head[] = {'Q', 'R', 'Y', 0x01, 0x00, 0x31};
    static const uint8_t volts_and_times[] = {0x45, 0x55, 0x00, 0x00, 0x07, 0x07,
                                              0x0a, 0x00, 0x04, 0x04, 0x04, 0x00};

    memset(s->cfi, 0, sizeof(s->cfi));
    memcpy(s->cfi + 0x10, head, sizeof(head));
    memcpy(s->cfi + 0x1b, volts_and_times, sizeof(volts_and_times));
    s->cfi[0x27] = __builtin_ctzll(sector * s->num_blocks); /* only exact for powers of two */
    s->cfi[0x28] = s->device_width > 1 ? 0x02 : 0x00;       /* x8/x16 */
    s->cfi[0x2a] = BUFFER_BITS;
    s->cfi[0x2c] = 1; /* one region of equal blocks */
    s->cfi[0x2d] = blocks;
    s->cfi[0x2e] = blocks >> 8;
    s->cfi[0x2f] = sector >> 8;
    s->cfi[0x30] = sector >> 16;
    memcpy(s->cfi + 0x31, "PRI10", 5);
    s->cfi[0x3f] = 1; /* protection fields */
}

static bool check_geometry(Pflash *s, Error **errp)
{
    bool widths = is_power_of_two(s->width) && s->width <= 4 && is_power_of_two(s->device_width) &&
                  s->device_width <= s->width;

    if (!widths) {
        return err_set(errp, "width (%u) must be 1, 2 or 4 and device-width (%u) divide it",
                       s->width, s->device_width);
    }
    if (!is_power_of_two(s->sector_length) || s->sector_length < 1024 ||
        s->sector_length > 16 * MiB || !is_power_of_two(s->num_blocks) || s->num_blocks > 65536 ||
        bank_size(s) > GiB) {
        return err_set(errp,
                       "num-blocks (%u) and sector-length (%" PRIu64 ") must be powers of "
                       "two, and the bank at most 1 GiB",
                       s->num_blocks, s->sector_length);
    }
    return true;
}

static bool load_contents(Pflash *s, Error **errp)
{
    uint64_t have = blk_getlength(s->blk);
    int ret;

    if (have != bank_size(s)) {
        return err_set(errp,
                       "drive '%s' has %" PRIu64 " bytes, but the flash bank has %" PRIu64
                       ": pad the file with 'truncate -s %" PRIu64 "'",
                       s->drive, have, bank_size(s), bank_size(s));
    }
    ret = blk_pread(s->blk, 0, s->memory, have);
    return ret == 0 || err_set(errp, "drive '%s' cannot be read: %s", s->drive, strerror(-ret));
}

static bool pflash_realize(Device *dev, Error **errp)
{
    Pflash *s = (Pflash *)dev;

    if (!check_geometry(s, errp)) {
        return false;
    }
    s->blk = s->drive ? blk_by_name(s->drive) : NULL;
    if (s->drive && !s->blk) {
        return err_set(errp, "there is no drive '%s'", s->drive);
    }
    if (s->blk && !blk_attach_dev(s->blk, s->label ? s->label : "pflash", errp)) {
        return false;
    }
    if (!memory_region_init_rom_device(&s->mr, dev, &pflash_ops, s, s->label ? s->label : "pflash",
                                       bank_size(s), errp)) {
        goto detach;
    }
    s->memory = memory_region_get_ram_ptr(&s->mr);
    if (s->blk && !load_contents(s, errp)) {
        memory_region_finalize(&s->mr);
        goto detach;
    }
    fill_cfi(s);
    dev->mmio = &s->mr;
    return true;
detach:
    if (s->blk) {
        blk_detach_dev(s->blk);
    }
    return false;
}

static void pflash_unrealize(Device *dev)
{
    Pflash *s = (Pflash *)dev;

    memory_region_finalize(&s->mr);
    dev->mmio = NULL;
    if (s->blk) {
        blk_detach_dev(s->blk);
    }
}

static void pflash_reset(Device *dev)
{
    Pflash *s = (Pflash *)dev;

    s->status = STATUS_READY;
    read_memory(s);
}

static bool pflash_post_load(Device *dev, Error **errp)
{
    Pflash *s = (Pflash *)dev;

    if (s->cycle > 3 || (s->cmd == CMD_BUFFER && s->cycle == 2 && s->count == 0) ||
        (s->dirty_first < s->dirty_end && s->dirty_end > bank_size(s))) {
        return err_set(errp, "a command is in a state that does not exist");
    }
    if (dev->realized) {
        memory_region_rom_device_set_romd(&s->mr, s->cmd == CMD_READ);
    }
    return true;
}

DEVICE(Pflash, .name = "cfi.pflash01", .summary = "NOR flash bank", .bus = TYPE_SYSBUS,
       .fdt = "cfi-flash",
       .props = PROPS(PROP_DRIVE(Pflash, drive, "drive", "contents; none: blank"),
                      PROP_STR(Pflash, label, "name", "of its memory region"),
                      PROP_U32(Pflash, num_blocks, "num-blocks", 128, "erase blocks"),
                      PROP_U64(Pflash, sector_length, "sector-length", 256 * KiB, "bytes of one"),
                      PROP_U8(Pflash, width, "width", 4, "bytes of the bank's bus"),
                      PROP_U8(Pflash, device_width, "device-width", 2, "bytes of a chip's bus"),
                      PROP_U16(Pflash, id0, "id0", 0x89, "manufacturer"),
                      PROP_U16(Pflash, id1, "id1", 0x18, "device")),
       .realize = pflash_realize, .unrealize = pflash_unrealize, .reset = pflash_reset,
       .post_load = pflash_post_load,
       .state = STATE(Pflash, cmd, cycle, status, count, dirty_first, dirty_end));
