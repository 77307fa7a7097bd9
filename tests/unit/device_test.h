/* SPDX-License-Identifier: MIT */
/* For tests of devices: memory, a clock that the test turns, and no CPU.
 *
 * machine_up and machine_down are for cmocka's setup and teardown.  RAM is at TEST_RAM. */
#ifndef DEVICE_TEST_H
#define DEVICE_TEST_H

#include "base/bql.h"
#include "base/log.h"
#include "hw/core/sysbus.h"
#include "loop/main_loop.h"
#include "loop/timer.h"
#include "mem/address_space.h"
#include "qom/module.h"
#include "unit/unit.h"

enum { TEST_RAM_SIZE = 0x200000 };
#define TEST_RAM 0x80000000ULL

static MemoryRegion test_ram;
static int64_t test_now;
static int64_t test_stood_still; /* wall time that passed while virtual time did not */

static int64_t test_clock(void)
{
    return test_now;
}

/* The wall clock: 2020 and after. */
static int64_t test_wall_clock(void)
{
    return 1577836800 * NANOSECONDS_PER_SECOND + test_now + test_stood_still;
}

/* Let @ns of virtual time, and of the host's, pass; due timers run. */
static inline void clock_step(int64_t ns)
{
    test_now += ns;
    while (timer_run_clock(VM_CLOCK_VIRTUAL) || timer_run_clock(VM_CLOCK_HOST)) {
    }
}

static inline int machine_up(void **state)
{
    static bool once;

    if (!once) {
        once = true;
        assert_true(init_main_loop(NULL)); /* returns with the big lock held */
        module_call_init(MODULE_INIT_QOM);
        clock_virtual_set_source(test_clock);
        clock_host_set_source(test_wall_clock);
        clock_virtual_enable(true);
    }
    log_set_file("/dev/null", NULL);
    io_mem_init();
    memory_map_init();
    assert_true(memory_region_init_ram(&test_ram, NULL, "ram", TEST_RAM_SIZE, NULL));
    memory_region_add_subregion(get_system_memory(), TEST_RAM, &test_ram);
    return 0;
}

static inline int machine_down(void **state)
{
    system_bus_destroy();
    device_clear_globals();
    if (object_resolve_path("/machine")) {
        object_unparent(object_resolve_path("/machine"));
    }
    memory_region_del_subregion(get_system_memory(), &test_ram);
    memory_region_finalize(&test_ram);
    memory_map_destroy();
    aio_poll(aio_get_main_context(), false); /* frees deleted bottom halves */
    return 0;
}

/* Realize @dev on the system bus and show it at @addr; gives the reference to the tree. */
static inline void *realize_at(Device *dev, hwaddr addr)
{
    Error *err = NULL;

    if (!device_realize_and_unref(dev, system_bus(), &err)) {
        fail_msg("%s", err_msg(err));
    }
    sysbus_mmio_map(dev, addr);
    return dev;
}

static inline uint64_t mem_read(hwaddr addr, unsigned size)
{
    MemTxResult r;
    uint64_t v = address_space_ld_le(&address_space_memory, addr, size, &r);

    assert_int_equal(r, MEMTX_OK);
    return v;
}

static inline void mem_write(hwaddr addr, uint64_t v, unsigned size)
{
    MemTxResult r;

    address_space_st_le(&address_space_memory, addr, v, size, &r);
    assert_int_equal(r, MEMTX_OK);
}

static inline uint32_t mem_read32(hwaddr addr)
{
    return mem_read(addr, 4);
}

static inline void mem_write32(hwaddr addr, uint32_t v)
{
    mem_write(addr, v, 4);
}

/* The access is a bus error. */
static inline bool access_fails(hwaddr addr, unsigned size, bool write)
{
    MemTxResult r;

    if (write) {
        address_space_st_le(&address_space_memory, addr, 0, size, &r);
    } else {
        address_space_ld_le(&address_space_memory, addr, size, &r);
    }
    return r != MEMTX_OK;
}

/* A line to look at: connect a device's output to &w->irq. */
typedef struct Wire {
    Irq irq;
    int level;
} Wire;

static inline void wire_set(void *opaque, int n, int level)
{
    ((Wire *)opaque)->level = level;
}

static inline Irq *wire_init(Wire *w)
{
    *w = (Wire){.irq = {.handler = wire_set, .opaque = w}};
    return &w->irq;
}

#define MACHINE_TEST(f) cmocka_unit_test_setup_teardown(f, machine_up, machine_down)

#endif
