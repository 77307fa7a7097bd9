/* SPDX-License-Identifier: MIT */
/* The fw_cfg device, memory-mapped form with DMA.
 *
 *     0x00  data      reading takes the next bytes of the selected item, zeroes behind its end
 *     0x08  selector  big endian, 16 bits: choose an item and start at its first byte
 *     0x10  dma       big endian, 64 bits: address of a descriptor; writing the low half starts it
 *
 *     descriptor, big endian:  | control 32 | length 32 | address 64 |
 *     control:  bit 0 error, 1 read, 2 skip, 3 select (the key is in bits 31..16), 4 write
 *
 * The device answers by clearing control, or by setting only its error bit. */
#include "hw/nvram/fw_cfg.h"
#include "base/alloc.h"
#include "base/log.h"
#include "mem/dma.h"
#include <endian.h>

enum {
    REG_DATA = 0x00,
    REG_SELECTOR = 0x08,
    REG_DMA = 0x10,
    ID_TRADITIONAL = 1,
    ID_DMA = 2,
    DMA_ERROR = 1,
    DMA_READ = 2,
    DMA_SKIP = 4,
    DMA_SELECT = 8,
    DMA_WRITE = 16,
    NAME_SIZE = 56,
    ITEMS = FW_CFG_FILE_FIRST + FW_CFG_FILES_MAX,
    KEY_WRITE = 0x4000, /* "to be written", which no item can be: the same item without it */
};

#define DMA_SIGNATURE 0x51454d5520434647ULL /* "QEMU CFG" */

typedef struct Item {
    uint8_t *data;
    size_t len;
    char name[NAME_SIZE]; /* of files */
} Item;

typedef struct FwCfg {
    Device dev;
    Item item[ITEMS];
    uint32_t files;
    uint16_t key;
    uint32_t offset; /* the next byte of the item */
    uint64_t dma_addr;
} FwCfg;

/* A file's row in the directory item. */
typedef struct DirEntry {
    uint32_t size;
    uint16_t select, reserved;
    char name[NAME_SIZE];
} DirEntry;

/* ---- the board's side ---- */

void fw_cfg_add_bytes(Device *dev, uint16_t key, const void *data, size_t len)
{
    FwCfg *s = (FwCfg *)dev;

    assert(key < ITEMS && len <= UINT32_MAX);
    free(s->item[key].data);
    s->item[key].data = xcalloc(1, len + 1);
    memcpy(s->item[key].data, data, len);
    s->item[key].len = len;
}

void fw_cfg_add_string(Device *dev, uint16_t key, const char *value)
{
    fw_cfg_add_bytes(dev, key, value, strlen(value) + 1);
}

void fw_cfg_add_u16(Device *dev, uint16_t key, uint16_t value)
{
    value = htole16(value);
    fw_cfg_add_bytes(dev, key, &value, sizeof(value));
}

void fw_cfg_add_u32(Device *dev, uint16_t key, uint32_t value)
{
    value = htole32(value);
    fw_cfg_add_bytes(dev, key, &value, sizeof(value));
}

/* The directory: the number of files, then a row for each, in the order of their keys. */
static void make_directory(FwCfg *s)
{
    size_t len = 4 + s->files * sizeof(DirEntry);
    uint8_t *dir = xcalloc(1, len);
    uint32_t count = htobe32(s->files);

    memcpy(dir, &count, 4);
    for (uint32_t i = 0; i < s->files; i++) {
        const Item *item = &s->item[FW_CFG_FILE_FIRST + i];
        DirEntry e = {htobe32(item->len), htobe16(FW_CFG_FILE_FIRST + i), 0, {0}};

        memcpy(e.name, item->name, NAME_SIZE);
        memcpy(dir + 4 + i * sizeof(e), &e, sizeof(e));
    }
    fw_cfg_add_bytes(&s->dev, FW_CFG_FILE_DIR, dir, len);
    free(dir);
}

bool fw_cfg_add_file(Device *dev, const char *name, const void *data, size_t len, Error **errp)
{
    FwCfg *s = (FwCfg *)dev;
    uint32_t i = 0;

    if (strlen(name) >= NAME_SIZE) {
        return err_set(errp, "fw_cfg file name '%s' is longer than %d characters", name,
                       NAME_SIZE - 1);
    }
    if (len > UINT32_MAX) {
        return err_set(errp, "fw_cfg file '%s' is larger than 4 GiB", name);
    }
    while (i < s->files && strcmp(s->item[FW_CFG_FILE_FIRST + i].name, name)) {
        i++;
    }
    if (i == FW_CFG_FILES_MAX) {
        return err_set(errp, "there are more than %d fw_cfg files", FW_CFG_FILES_MAX);
    }
    s->files = MAX(s->files, i + 1);
    strcpy(s->item[FW_CFG_FILE_FIRST + i].name, name);
    fw_cfg_add_bytes(dev, FW_CFG_FILE_FIRST + i, data, len);
    make_directory(s);
    return true;
}

/* ---- the guest's side ---- */

static void fw_cfg_select(FwCfg *s, uint16_t key)
{
    s->key = key & ~KEY_WRITE;
    s->offset = 0;
}

/* What is left of the selected item; an unknown key is an empty item. */
static size_t remaining(const FwCfg *s, const uint8_t **data)
{
    if (s->key >= ITEMS || s->offset >= s->item[s->key].len) {
        return 0;
    }
    *data = s->item[s->key].data + s->offset;
    return s->item[s->key].len - s->offset;
}

static void advance(FwCfg *s, uint64_t n)
{
    s->offset = MIN(s->offset + n, (uint64_t)UINT32_MAX);
}

/* Zeroes, up to the first place where there is no memory: a guest that asks for 4 GiB of them gets
 * no more of our time than it has RAM. */
static bool write_zeroes(FwCfg *s, uint64_t addr, uint64_t len)
{
    while (len) {
        uint64_t n = MIN(len, MiB);

        if (dma_memory_set(&address_space_memory, s, addr, 0, n) != MEMTX_OK) {
            return false;
        }
        addr += n;
        len -= n;
    }
    return true;
}

/* Carry out the part of a descriptor behind select; false: a bad address or a forbidden write. */
static bool transfer(FwCfg *s, uint32_t control, uint32_t length, uint64_t addr)
{
    const uint8_t *data = NULL;
    size_t n = MIN(remaining(s, &data), (size_t)length);
    bool ok = true;

    if (control & DMA_READ) {
        ok = (!n || dma_memory_write(&address_space_memory, s, addr, data, n) == MEMTX_OK) &&
             write_zeroes(s, addr + n, length - n);
    } else if (control & DMA_WRITE) {
        ok = length == 0; /* every item is read only */
    } else if (!(control & DMA_SKIP)) {
        return true;
    }
    advance(s, length);
    return ok;
}

static void run_dma(FwCfg *s)
{
    uint64_t at = s->dma_addr;
    uint32_t words[4], control, answer = 0;

    s->dma_addr = 0;
    if (dma_memory_read(&address_space_memory, s, at, words, sizeof(words)) != MEMTX_OK) {
        log_guest("fw_cfg", "there is no memory for a descriptor at %#" PRIx64, at);
        return;
    }
    control = be32toh(words[0]);
    if (control & DMA_SELECT) {
        fw_cfg_select(s, control >> 16);
    }
    if (!transfer(s, control, be32toh(words[1]),
                  (uint64_t)be32toh(words[2]) << 32 | be32toh(words[3]))) {
        answer = htobe32(DMA_ERROR);
    }
    dma_memory_write(&address_space_memory, s, at, &answer, sizeof(answer));
}

/* The data register gives bytes in the order of memory, whatever the size of the access. */
static uint64_t read_data(FwCfg *s, unsigned size)
{
    const uint8_t *data = NULL;
    size_t n = MIN(remaining(s, &data), (size_t)size);
    uint64_t v = 0;

    for (size_t i = 0; i < n; i++) {
        v |= (uint64_t)data[i] << (8 * i);
    }
    advance(s, size);
    return v;
}

/* @v of @size bytes with its bytes reversed. */
static uint64_t swap(uint64_t v, unsigned size)
{
    return __builtin_bswap64(v) >> (64 - 8 * size);
}

static uint64_t fw_cfg_read(void *dev, uint64_t off, unsigned size)
{
    if (off < REG_SELECTOR) {
        return read_data(dev, size);
    }
    if (off >= REG_DMA) { /* the register reads as a signature, of which this is a piece */
        unsigned end = off - REG_DMA + size;

        return swap(extract64(DMA_SIGNATURE, 64 - 8 * end, 8 * size), size);
    }
    return 0;
}

static void fw_cfg_write(void *dev, uint64_t off, uint64_t val, unsigned size)
{
    FwCfg *s = dev;

    if (off == REG_SELECTOR && size == 2) {
        fw_cfg_select(s, swap(val, 2));
    } else if (off == REG_DMA && size == 8) {
        s->dma_addr = swap(val, 8);
        run_dma(s);
    } else if (off == REG_DMA && size == 4) {
        s->dma_addr = swap(val, 4) << 32;
    } else if (off == REG_DMA + 4 && size == 4) {
        s->dma_addr |= swap(val, 4);
        run_dma(s);
    } else {
        log_guest("fw_cfg", "write of %u bytes at %#x has no meaning", size, (unsigned)off);
    }
}

/* ---- life ---- */

static void fw_cfg_init(Device *dev)
{
    FwCfg *s = (FwCfg *)dev;

    fw_cfg_add_bytes(dev, FW_CFG_SIGNATURE, "QEMU", 4);
    fw_cfg_add_u32(dev, FW_CFG_ID, ID_TRADITIONAL | ID_DMA);
    make_directory(s);
}

static void fw_cfg_finalize(Device *dev)
{
    for (int i = 0; i < ITEMS; i++) {
        free(((FwCfg *)dev)->item[i].data);
    }
}

static void fw_cfg_reset(Device *dev)
{
    FwCfg *s = (FwCfg *)dev;

    fw_cfg_select(s, FW_CFG_SIGNATURE);
    s->dma_addr = 0;
}

DEVICE(FwCfg, .name = TYPE_FW_CFG_MEM, .summary = "configuration for firmware", .bus = TYPE_SYSBUS,
       .fdt = "qemu,fw-cfg-mmio",
       .mmio = {fw_cfg_read, fw_cfg_write, .size = 0x18, .min = 1, .max = 8}, .init = fw_cfg_init,
       .reset = fw_cfg_reset, .finalize = fw_cfg_finalize,
       .state = STATE(FwCfg, key, offset, dma_addr));
