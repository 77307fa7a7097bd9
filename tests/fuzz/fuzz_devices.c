/* SPDX-License-Identifier: MIT */
/* Whatever a guest does to the devices of the RISC-V boards, and whatever a saved state claims,
 * they survive it: an input is a list of operations on registers, guest memory, clock and state. */
#include "backend/block/block.h"
#include "backend/char/char.h"
#include "base/log.h"
#include "fuzz/fuzz.h"
#include "hw/char/riscv_htif.h"
#include "hw/core/sysbus.h"
#include "loop/main_loop.h"
#include "loop/runstate.h"
#include "mem/address_space.h"
#include "qom/module.h"
#include <sys/mman.h>

#define TEST_RAM 0x80000000ULL
enum { TEST_RAM_SIZE = 2 << 20 };

typedef struct Op {
    uint8_t kind, where, size, spare;
    uint32_t off;
    uint64_t val;
} Op;

enum {
    OP_WRITE,
    OP_READ,
    OP_MEMORY,
    OP_KICK,
    OP_TIME,
    OP_TURN,
    OP_SAVE,
    OP_LOAD,
    OP_RESET,
    OP_KINDS
};
enum { SLOTS = 4, SLOT = 0x10001000, RINGS_AT = 0x10000, DATA_AT = 0x100000 };

static const uint64_t places[] = {
    SLOT,       SLOT + 0x1000, SLOT + 0x2000, SLOT + 0x3000, /* first: the virtio slots */
    0x100000,   0x101000,      0x2000000,     0x2004000,     0xc000000,
    0x10000000, 0x10100000,    0x20000000,    0x1000000,
};

static Str saved[16]; /* states, of the n-th device of the bus */

/* ---- the machine ---- */

static void drive(const char *id, size_t size, const char *format)
{
    int fd = memfd_create("fuzz", 0);
    char *text = xasprintf(format, fd, id);
    KeyVals *kv = keyval_parse("-drive", text, NULL, NULL);

    assert(ftruncate(fd, size) == 0);
    if (!blk_new_from_opts(kv, false, NULL)) {
        abort();
    }
    keyval_free(kv);
    free(text);
}

static void chardev(const char *text)
{
    KeyVals *kv = keyval_parse("-chardev", text, "backend", NULL);

    if (!chardev_new_from_opts(kv, NULL)) {
        abort();
    }
    keyval_free(kv);
}

static void device(const char *type, const char *prop, const char *value, uint64_t addr)
{
    Device *dev = device_new(type, NULL);

    if (prop && !device_set_prop(dev, prop, value, NULL)) {
        abort();
    }
    if (!device_realize_and_unref(dev, system_bus(), NULL)) {
        abort();
    }
    sysbus_mmio_map(dev, addr);
}

static void plug(const char *text)
{
    KeyVals *kv = keyval_parse("-device", text, "driver", NULL);

    if (!device_add(kv, NULL)) {
        abort();
    }
    keyval_free(kv);
}

static int64_t now;

static int64_t fake_clock(void)
{
    return now;
}

static void make_machine(void)
{
    static MemoryRegion ram;

    log_set_file("/dev/null", NULL);
    if (!init_main_loop(NULL)) { /* returns with the big lock held */
        abort();
    }
    module_call_init(MODULE_INIT_QOM);
    clock_virtual_set_source(fake_clock);
    clock_virtual_enable(true);
    io_mem_init();
    memory_map_init();
    memory_region_init_ram(&ram, NULL, "ram", TEST_RAM_SIZE, NULL);
    memory_region_add_subregion(get_system_memory(), TEST_RAM, &ram);
}

static void setup(void)
{
    static bool done;

    if (done) {
        return;
    }
    done = true;
    make_machine();
    drive("disk", 1 << 20, "file=/dev/fd/%d,if=none,format=raw,file.locking=off,id=%s");
    drive("flash", 32 << 20, "file=/dev/fd/%d,if=none,format=raw,file.locking=off,id=%s");
    chardev("ringbuf,id=c0,size=1K");
    chardev("ringbuf,id=c1,size=1K");
    chardev("ringbuf,id=c2,size=1K");
    device("riscv.sifive.test", NULL, NULL, 0x100000);
    device("goldfish_rtc", NULL, NULL, 0x101000);
    device("riscv.aclint.swi", "num-harts", "2", 0x2000000);
    device("riscv.aclint.mtimer", "num-harts", "2", 0x2004000);
    device("riscv.sifive.plic", "hart-config", "MS,MS", 0xc000000);
    device("serial-mm", "chardev", "c0", 0x10000000);
    device("fw_cfg_mem", NULL, NULL, 0x10100000);
    device("cfi.pflash01", "drive", "flash", 0x20000000);
    for (int i = 0; i < SLOTS; i++) {
        device("virtio-mmio", "force-legacy", i == 3 ? "on" : "off", SLOT + 0x1000 * i);
    }
    htif_create(0x1000000, 0x1000008, "c2", NULL);
    plug("virtio-blk-device,drive=disk,bus=virtio-mmio-bus.0");
    plug("virtio-rng-device,bus=virtio-mmio-bus.1");
    plug("virtio-serial-device,max_ports=3,bus=virtio-mmio-bus.2");
    plug("virtconsole,chardev=c1");
    plug("virtserialport,name=org.test");
    plug("virtio-rng-device,max-bytes=1000,period=1,bus=virtio-mmio-bus.3");
}

/* ---- operations ---- */

typedef struct Nth {
    unsigned n;
    Device *dev;
} Nth;

static void count_down(Device *dev, void *opaque)
{
    Nth *nth = opaque;

    if (nth->n-- == 0) {
        nth->dev = dev;
    }
}

static Device *nth_device(unsigned n)
{
    Nth nth = {n % ARRAY_SIZE(saved), NULL};

    bus_walk(system_bus(), count_down, &nth);
    return nth.dev;
}

static void load(Device *dev, Str *s, const Op *op)
{
    StateReader in;

    if (!s->len) {
        return;
    }
    s->s[op->off % s->len] ^= op->val; /* anything may have happened to it */
    in = (StateReader){(uint8_t *)s->s, (uint8_t *)s->s + s->len};
    state_load(dev, &in, NULL);
}

static void run(const Op *op)
{
    unsigned size = 1 << (op->size & 3), n = op->where % ARRAY_SIZE(saved);
    hwaddr at = places[op->where % ARRAY_SIZE(places)] + op->off % (8 << 20);
    Device *dev = nth_device(op->where);

    switch (op->kind % OP_KINDS) {
    case OP_WRITE:
        address_space_st_le(&address_space_memory, at, op->val, size, NULL);
        break;
    case OP_READ:
        address_space_ld_le(&address_space_memory, at, size, NULL);
        break;
    case OP_MEMORY:
        address_space_st_le(&address_space_memory, TEST_RAM + op->off % TEST_RAM_SIZE, op->val,
                            size, NULL);
        break;
    case OP_KICK:
        address_space_st_le(&address_space_memory, SLOT + 0x1000 * (op->where % SLOTS) + 0x50,
                            op->val, 4, NULL);
        break;
    case OP_TIME:
        now += op->val % (10 * NANOSECONDS_PER_SECOND);
        timer_run_clock(VM_CLOCK_VIRTUAL);
        break;
    case OP_TURN:
        main_loop_wait(true);
        break;
    case OP_SAVE:
        str_free(&saved[n]);
        if (dev) {
            state_save(dev, &saved[n]);
        }
        break;
    case OP_LOAD:
        if (dev) {
            load(dev, &saved[n], op);
        }
        break;
    default:
        if (dev) {
            device_cold_reset(dev);
        }
    }
}

static void fuzz_one(const uint8_t *data, size_t len)
{
    int status;
    Op op;

    setup();
    bus_cold_reset(system_bus());
    for (; len >= sizeof(op); data += sizeof(op), len -= sizeof(op)) {
        memcpy(&op, data, sizeof(op));
        run(&op);
    }
    blk_drain(NULL);
    main_loop_wait(true);
    main_loop_should_exit(&status);
}

/* ---- seeds: drivers that do it right ---- */

enum { OPS_MAX = 128 };

static Op virtio_ops[SLOTS][OPS_MAX], other_ops[OPS_MAX];

static const FuzzSeed seeds[] = {
    {virtio_ops[0], sizeof(virtio_ops[0])}, {virtio_ops[1], sizeof(virtio_ops[1])},
    {virtio_ops[2], sizeof(virtio_ops[2])}, {virtio_ops[3], sizeof(virtio_ops[3])},
    {other_ops, sizeof(other_ops)},
};

static void put(Op *ops, unsigned *n, uint8_t kind, uint8_t where, uint32_t off, uint64_t val,
                unsigned log2)
{
    assert(*n < OPS_MAX);
    ops[(*n)++] = (Op){kind, where, log2, 0, off, val};
}

/* Queue @q of slot @s, with a chain: 16 bytes out, 512 bytes of the other kind, 1 byte in. */
static void seed_queue(Op *ops, unsigned *n, unsigned s, unsigned q, uint32_t type)
{
    uint32_t rings = RINGS_AT * (1 + q);
    const uint64_t desc[][2] = {{TEST_RAM + DATA_AT, 16 | 1ULL << 32 | 1ULL << 48},
                                {TEST_RAM + DATA_AT + 64, 512 | 3ULL << 32 | 2ULL << 48},
                                {TEST_RAM + DATA_AT + 32, 1 | 2ULL << 32}};
    const struct {
        unsigned reg;
        uint64_t val;
    } regs[] = {{0x30, q},
                {0x38, 8},
                {0x80, TEST_RAM + rings},
                {0x90, TEST_RAM + rings + 0x1000},
                {0xa0, TEST_RAM + rings + 0x2000},
                {0x40, (TEST_RAM + rings) >> 12},
                {0x44, 1}};

    for (size_t i = 0; i < ARRAY_SIZE(regs); i++) {
        put(ops, n, OP_WRITE, s, regs[i].reg, regs[i].val, 2);
    }
    for (size_t i = 0; i < ARRAY_SIZE(desc); i++) {
        put(ops, n, OP_MEMORY, 0, rings + 16 * i, desc[i][0], 3);
        put(ops, n, OP_MEMORY, 0, rings + 16 * i + 8, desc[i][1], 3);
    }
    put(ops, n, OP_MEMORY, 0, DATA_AT, type, 3);
    put(ops, n, OP_MEMORY, 0, rings + 0x1000, 2 << 16, 3); /* two entries, both of head 0 */
}

static void seed_virtio(unsigned s)
{
    Op *ops = virtio_ops[s];
    unsigned n = 0, queues = s == 2 ? 4 : 1;

    put(ops, &n, OP_WRITE, s, 0x70, 3, 2);
    put(ops, &n, OP_WRITE, s, 0x28, 4096, 2);
    put(ops, &n, OP_WRITE, s, 0x24, 1, 2);
    put(ops, &n, OP_WRITE, s, 0x20, s != 3, 2);
    put(ops, &n, OP_WRITE, s, 0x24, 0, 2);
    put(ops, &n, OP_WRITE, s, 0x20, 0x30000002, 2);
    put(ops, &n, OP_WRITE, s, 0x70, 0xb, 2);
    for (unsigned q = 0; q < queues; q++) {
        seed_queue(ops, &n, s, q, q);
    }
    put(ops, &n, OP_WRITE, s, 0x70, 0xf, 2);
    for (unsigned q = 0; q < queues; q++) {
        put(ops, &n, OP_KICK, s, 0, q, 2);
    }
    put(ops, &n, OP_TURN, 0, 0, 0, 0);
    put(ops, &n, OP_READ, s, 0x60, 0, 2);
    put(ops, &n, OP_SAVE, 15 - s, 0, 0, 0);
    put(ops, &n, OP_LOAD, 15 - s, 100, 1, 0);
    put(ops, &n, OP_KICK, s, 0, 0, 2);
    put(ops, &n, OP_TIME, 0, 0, 2000000, 0);
}

static void seed_others(void)
{
    static const Op list[] = {
        {OP_WRITE, 9, 0, 0, 2, 0x81},
        {OP_WRITE, 9, 0, 0, 1, 0x0f},
        {OP_WRITE, 9, 0, 0, 4, 0x1f},
        {OP_WRITE, 9, 0, 0, 0, 'x'},
        {OP_READ, 9, 0, 0, 5, 0},
        {OP_WRITE, 8, 2, 0, 40, 1},
        {OP_WRITE, 8, 2, 0, 0x2000, 0x400},
        {OP_READ, 8, 2, 0, 0x200004, 0},
        {OP_WRITE, 8, 2, 0, 0x200004, 10},
        {OP_WRITE, 7, 3, 0, 0, 5000},
        {OP_WRITE, 7, 3, 0, 0x7ff8, 4000},
        {OP_TIME, 0, 0, 0, 0, 1000000},
        {OP_WRITE, 6, 2, 0, 4, 1},
        {OP_READ, 5, 2, 0, 0, 0},
        {OP_WRITE, 5, 2, 0, 8, 1000},
        {OP_WRITE, 5, 2, 0, 16, 1},
        {OP_WRITE, 11, 2, 0, 0, 0x200020},
        {OP_WRITE, 11, 2, 0, 0, 0xd000d0},
        {OP_WRITE, 11, 2, 0, 64, 0xe800e8},
        {OP_WRITE, 11, 2, 0, 64, 0x10001},
        {OP_WRITE, 11, 2, 0, 64, 5},
        {OP_WRITE, 11, 2, 0, 68, 6},
        {OP_WRITE, 11, 2, 0, 64, 0xd000d0},
        {OP_WRITE, 11, 2, 0, 0, 0xff00ff},
        {OP_WRITE, 10, 1, 0, 8, 0x1900},
        {OP_READ, 10, 3, 0, 0, 0},
        {OP_MEMORY, 0, 3, 0, 0, 0x10000000a001900},
        {OP_WRITE, 10, 3, 0, 16, 0x80},
        {OP_WRITE, 12, 3, 0, 0, 0x0101000000000041},
        {OP_WRITE, 12, 3, 0, 0, TEST_RAM},
        {OP_WRITE, 4, 2, 0, 0, 0x7777},
        {OP_SAVE, 3, 0, 0, 0, 0},
        {OP_LOAD, 3, 0, 0, 60, 0x80},
        {OP_RESET, 3, 0, 0, 0, 0},
    };

    memcpy(other_ops, list, sizeof(list));
}

static void __attribute__((constructor)) make_seeds(void)
{
    for (unsigned s = 0; s < SLOTS; s++) {
        seed_virtio(s);
    }
    seed_others();
}

FUZZ_MAIN(seeds)
