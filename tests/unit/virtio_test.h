/* SPDX-License-Identifier: MIT */
/* A virtio driver for tests: sets a device up through its virtio-mmio slot and makes chains by
 * hand.
 *
 * Queue q has its rings at RINGS(q), num = QSIZE entries; data buffers are the test's, from DATA
 * on. */
#ifndef VIRTIO_TEST_H
#define VIRTIO_TEST_H

#include "hw/virtio/virtio.h"
#include "unit/device_test.h"
#include "unit/turn.h"

enum { SLOT = 0x10001000, QSIZE = 8 };
#define RINGS(q) (TEST_RAM + 0x10000 * (1 + (q)))
#define AVAIL(q) (RINGS(q) + 0x1000)
#define USED(q)  (RINGS(q) + 0x2000)
#define TABLE(q) (RINGS(q) + 0x4000) /* for indirect descriptors */
#define DATA     (TEST_RAM + 0x100000)

enum { F_NEXT = 1, F_WRITE = 2, F_INDIRECT = 4 };

static Wire vwire;

/* A slot, of version 2 unless @legacy. */
static inline Device *slot_at(hwaddr addr, bool legacy)
{
    Device *dev = device_new("virtio-mmio", NULL);

    assert_true(object_property_set_bool(&dev->obj, "force-legacy", legacy, NULL));
    realize_at(dev, addr);
    device_connect_irq(dev, 0, wire_init(&vwire));
    return dev;
}

/* -device @text into the slot. */
static inline VirtioDevice *plug(const char *text)
{
    KeyVals *kv = keyval_parse("-device", text, "driver", NULL);
    Error *err = NULL;
    Device *dev = device_add(kv, &err);

    if (!dev) {
        fail_msg("%s", err_msg(err));
    }
    keyval_free(kv);
    return VIRTIO_DEVICE(dev);
}

static inline uint32_t vread(unsigned reg)
{
    return mem_read32(SLOT + reg);
}

static inline void vwrite(unsigned reg, uint32_t v)
{
    mem_write32(SLOT + reg, v);
}

static inline uint64_t offered(void)
{
    uint64_t low;

    vwrite(0x14, 0);
    low = vread(0x10);
    vwrite(0x14, 1);
    return (uint64_t)vread(0x10) << 32 | low;
}

static inline void accept(uint64_t features)
{
    vwrite(0x24, 0);
    vwrite(0x20, features);
    vwrite(0x24, 1);
    vwrite(0x20, features >> 32);
}

/* Give queue @q its rings. */
static inline void setup_queue(unsigned q)
{
    address_space_set(&address_space_memory, RINGS(q), 0, 0x10000);
    vwrite(0x30, q);
    vwrite(0x38, QSIZE);
    vwrite(0x80, RINGS(q));
    vwrite(0x84, RINGS(q) >> 32);
    vwrite(0x90, AVAIL(q));
    vwrite(0x94, AVAIL(q) >> 32);
    vwrite(0xa0, USED(q));
    vwrite(0xa4, USED(q) >> 32);
    vwrite(0x44, 1);
}

/* Reset and set up a version 2 device with @queues queues and all features but @without. */
static inline void drive(unsigned queues, uint64_t without)
{
    vwrite(0x70, 0);
    vwrite(0x70, 1);
    vwrite(0x70, 3);
    accept(offered() & ~without);
    vwrite(0x70, 0xb);
    assert_int_equal(vread(0x70), 0xb);
    for (unsigned q = 0; q < queues; q++) {
        setup_queue(q);
    }
    vwrite(0x70, 0xf);
}

static inline void desc_at(uint64_t table, unsigned i, uint64_t addr, uint32_t len, uint16_t flags,
                           uint16_t next)
{
    mem_write(table + 16 * i, addr, 8);
    mem_write(table + 16 * i + 8, len, 4);
    mem_write(table + 16 * i + 12, flags, 2);
    mem_write(table + 16 * i + 14, next, 2);
}

static inline void desc(unsigned q, unsigned i, uint64_t addr, uint32_t len, uint16_t flags,
                        uint16_t next)
{
    desc_at(RINGS(q), i, addr, len, flags, next);
}

/* Make @head available, without a kick. */
static inline void offer(unsigned q, uint16_t head)
{
    uint16_t idx = mem_read(AVAIL(q) + 2, 2);

    mem_write(AVAIL(q) + 4 + 2 * (idx % QSIZE), head, 2);
    mem_write(AVAIL(q) + 2, (uint16_t)(idx + 1), 2);
}

static inline void kick(unsigned q)
{
    vwrite(0x50, q);
}

static inline uint16_t used_idx(unsigned q)
{
    return mem_read(USED(q) + 2, 2);
}

/* Entry @i of the used ring. */
static inline uint32_t used_id(unsigned q, unsigned i)
{
    return mem_read32(USED(q) + 4 + 8 * (i % QSIZE));
}

static inline uint32_t used_len(unsigned q, unsigned i)
{
    return mem_read32(USED(q) + 8 + 8 * (i % QSIZE));
}

/* Take the interrupt: its status, acknowledged. */
static inline uint32_t ack(void)
{
    uint32_t isr = vread(0x60);

    vwrite(0x64, isr);
    return isr;
}

static inline void put_string(hwaddr addr, const char *s)
{
    assert_int_equal(address_space_write(&address_space_memory, addr, s, strlen(s)), MEMTX_OK);
}

/* Turn the main loop until @used entries came back on queue @q. */
static inline void wait_used(unsigned q, uint16_t used)
{
    for (int i = 0; i < 5000 && used_idx(q) != used; i++) {
        turn_main_loop();
    }
    assert_int_equal(used_idx(q), used);
}

#endif
