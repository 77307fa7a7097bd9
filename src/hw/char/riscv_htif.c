/* SPDX-License-Identifier: MIT */
/* HTIF: two 64-bit words.  The guest writes a command to tohost and finds the answer in fromhost.
 *
 *     63    56 55    48 47                   0
 *    | device | command |       payload       |
 *
 *     device 0  odd payload: end with exit code payload / 2; even: address of a system call's
 *               arguments, of which write (64) to the console is known
 *     device 1  command 0: read a character, command 1: write one; answers have bit 8 set
 *
 * A 32-bit guest writes the low half first; the command begins with the high half. */
#include "hw/char/riscv_htif.h"
#include "backend/char/char.h"
#include "base/diagnose.h"
#include "base/log.h"
#include "hw/core/sysbus.h"
#include "loop/runstate.h"
#include "mem/dma.h"

enum { DEV_SYSCALL = 0, DEV_CONSOLE = 1, CONSOLE_GETC = 0, CONSOLE_PUTC = 1 };
enum { SYS_WRITE = 64, WRITE_MAX = 1 << 20, ANSWER = 0x100 };

typedef struct Htif {
    Device dev;
    MemoryRegion mr; /* from the lower of the two words to the end of the higher */
    CharFrontend chr;
    char *chardev;
    uint64_t tohost_at, fromhost_at, base; /* guest addresses */
    uint64_t tohost, fromhost;
    uint64_t reading; /* the command that waits for a character ... */
    bool is_reading;  /* ... if there is one */
} Htif;

/* ---- commands ---- */

/* Answer @command: its device and command with another payload. */
static void answer(Htif *s, uint64_t command, uint64_t payload)
{
    s->fromhost = deposit64(command, 0, 48, payload);
    s->tohost = 0;
}

/* write(fd, buf, len), arguments as four 64-bit words at @args; the result replaces the first. */
static void syscall_write(Htif *s, uint64_t args, uint64_t buf, uint64_t len)
{
    uint8_t chunk[256];
    uint64_t n = MIN(len, (uint64_t)WRITE_MAX), done = 0;

    while (done < n) {
        size_t part = MIN(n - done, (uint64_t)sizeof(chunk));

        if (dma_memory_read(&address_space_memory, s, buf + done, chunk, part) != MEMTX_OK) {
            break;
        }
        chr_fe_write(&s->chr, chunk, part);
        diagnose_console(chunk, part);
        done += part;
    }
    dma_st_le(&address_space_memory, s, args, done, 8, NULL);
}

static void run_syscall(Htif *s, uint64_t payload)
{
    uint64_t args[4];

    if (payload & 1) {
        system_shutdown_request_with_code(SHUTDOWN_CAUSE_GUEST_SHUTDOWN, (int)(payload >> 1));
        s->tohost = 0;
        return;
    }
    if (dma_memory_read(&address_space_memory, s, payload, args, sizeof(args)) != MEMTX_OK) {
        log_guest("htif", "system call with arguments at %#" PRIx64 ", where no memory is",
                  payload);
    } else if (args[0] != SYS_WRITE) {
        log_unimp("htif", "system call %" PRIu64 " is not known here", args[0]);
        dma_st_le(&address_space_memory, s, payload, -38, 8, NULL); /* ENOSYS */
    } else {
        syscall_write(s, payload, args[2], args[3]);
    }
    answer(s, 0, 1);
}

static void run_console(Htif *s, uint64_t command, unsigned cmd)
{
    uint8_t c = command;

    if (cmd == CONSOLE_GETC) {
        s->reading = command;
        s->is_reading = true;
        s->tohost = 0;
        chr_fe_accept_input(&s->chr);
    } else if (cmd == CONSOLE_PUTC) {
        chr_fe_write(&s->chr, &c, 1);
        diagnose_console(&c, 1);
        answer(s, command, ANSWER | c);
    } else {
        log_guest("htif", "console command %u does not exist", cmd);
        s->tohost = 0;
    }
}

static void run_command(Htif *s)
{
    uint64_t command = s->tohost;
    unsigned device = extract64(command, 56, 8), cmd = extract64(command, 48, 8);

    if (!command) {
        return;
    }
    if (device == DEV_SYSCALL && cmd == 0) {
        run_syscall(s, extract64(command, 0, 48));
    } else if (device == DEV_CONSOLE) {
        run_console(s, command, cmd);
    } else {
        log_unimp("htif", "device %u, command %u are not here", device, cmd);
        s->tohost = 0;
    }
}

/* ---- the console ---- */

static size_t chr_can_read(void *opaque)
{
    Htif *s = opaque;

    return s->is_reading && !s->fromhost;
}

static void chr_read(void *opaque, const uint8_t *buf, size_t n)
{
    Htif *s = opaque;

    s->is_reading = false;
    s->fromhost = deposit64(s->reading, 0, 48, ANSWER | buf[0]);
}

static const CharHandlers handlers = {.can_read = chr_can_read, .read = chr_read};

/* ---- registers ---- */

/* The word that @addr lies in and the first bit of it that is accessed, or NULL. */
static uint64_t *word_at(Htif *s, hwaddr addr, unsigned *pos)
{
    addr += s->base;
    *pos = addr % 8 * 8;
    return (addr & ~7ULL) == s->tohost_at     ? &s->tohost
           : (addr & ~7ULL) == s->fromhost_at ? &s->fromhost
                                              : NULL;
}

static uint64_t htif_read(void *opaque, hwaddr addr, unsigned size)
{
    unsigned pos;
    uint64_t *word = word_at(opaque, addr, &pos);

    return word ? extract64(*word, pos, size * 8) : 0;
}

static void htif_write(void *opaque, hwaddr addr, uint64_t data, unsigned size)
{
    Htif *s = opaque;
    unsigned pos;
    uint64_t *word = word_at(s, addr, &pos);

    if (!word) {
        log_guest("htif", "write between tohost and fromhost");
        return;
    }
    *word = deposit64(*word, pos, size * 8, data);
    if (word == &s->tohost && pos + size * 8 == 64) {
        run_command(s);
    } else if (word == &s->fromhost && !s->fromhost) {
        chr_fe_accept_input(&s->chr);
    }
}

static const MemoryRegionOps htif_ops = {
    .read = htif_read,
    .write = htif_write,
    .valid = {.min = 1, .max = 8},
    .impl = {.min = 1, .max = 8},
};

/* ---- life ---- */

static bool htif_realize(Device *dev, Error **errp)
{
    Htif *s = (Htif *)dev;
    Chardev *chr = s->chardev ? chardev_find(s->chardev) : NULL;
    uint64_t distance = MAX(s->tohost_at, s->fromhost_at) - MIN(s->tohost_at, s->fromhost_at);

    s->base = MIN(s->tohost_at, s->fromhost_at);
    if (s->chardev && !chr) {
        return err_set(errp, "there is no character device '%s'", s->chardev);
    }
    if (s->tohost_at % 8 || s->fromhost_at % 8 || distance == 0 || distance >= 64 * KiB) {
        return err_set(errp,
                       "tohost (%#" PRIx64 ") and fromhost (%#" PRIx64 ") must be two aligned "
                       "words less than 64 KiB apart",
                       s->tohost_at, s->fromhost_at);
    }
    if (!chr_fe_init(&s->chr, chr, &handlers, s, errp)) {
        return false;
    }
    memory_region_init_io(&s->mr, dev, &htif_ops, s, "riscv.htif.uart", distance + 8);
    dev->mmio = &s->mr;
    return true;
}

static void htif_unrealize(Device *dev)
{
    Htif *s = (Htif *)dev;

    memory_region_finalize(&s->mr);
    dev->mmio = NULL;
    chr_fe_deinit(&s->chr);
}

static void htif_reset(Device *dev)
{
    Htif *s = (Htif *)dev;

    s->tohost = s->fromhost = s->reading = 0;
    s->is_reading = false;
}

DEVICE(Htif, .name = "riscv.htif", .summary = "console and exit of spike", .bus = TYPE_SYSBUS,
       .fdt = "ucb,htif0",
       .props = PROPS(PROP_CHR(Htif, chardev, "chardev", "where the console leads to"),
                      PROP_U64(Htif, tohost_at, "tohost", 8, "address of tohost"),
                      PROP_U64(Htif, fromhost_at, "fromhost", 0, "address of fromhost")),
       .realize = htif_realize, .unrealize = htif_unrealize, .reset = htif_reset,
       .state = STATE(Htif, tohost, fromhost, reading, is_reading));

Device *htif_create(hwaddr tohost, hwaddr fromhost, const char *chardev, Error **errp)
{
    Device *dev = device_new("riscv.htif", errp);

    object_property_set_uint(&dev->obj, "tohost", tohost, NULL);
    object_property_set_uint(&dev->obj, "fromhost", fromhost, NULL);
    object_property_set_str(&dev->obj, "chardev", chardev, NULL);
    if (!sysbus_realize_and_unref(dev, errp)) {
        return NULL;
    }
    memory_region_add_subregion_overlap(get_system_memory(), MIN(tohost, fromhost), dev->mmio, 1);
    return dev;
}
