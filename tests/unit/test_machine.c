/* SPDX-License-Identifier: MIT */
/* hw/core/board, hw/riscv: whole boards with CPUs are made, run, and destroyed, again and again in
 * one process; nothing of them is left. */
#include "accel/accel.h"
#include "backend/block/block.h"
#include "backend/char/char.h"
#include "base/log.h"
#include "base/phase.h"
#include "hw/core/board.h"
#include "hw/core/loader.h"
#include "loop/main_loop.h"
#include "loop/runstate.h"
#include "loop/thread.h"
#include "mem/address_space.h"
#include "mem/ram.h"
#include "qom/module.h"
#include "qom/user_creatable.h"
#include "target/cpu.h"
#include "unit/turn.h"
#include "unit/unit.h"

#include <unistd.h>

#define DRAM 0x80000000ULL

enum { RAM_SIZE = 16 << 20, COUNTERS = 0x1000, PATIENCE_MS = 20000 };

/* Each hart counts in a word of its own. */
static const uint32_t counts[] = {
    0x00001297, /* auipc t0, 1 */
    0xf1402573, /* csrr  a0, mhartid */
    0x00351513, /* slli  a0, a0, 3 */
    0x00550533, /* add   a0, a0, t0 */
    0x00158593, /* addi  a1, a1, 1 */
    0x00b53023, /* sd    a1, 0(a0) */
    0xff9ff06f, /* j     back */
};

static size_t objects_before;

/* ---- harness ---- */

static bool object(const char *text)
{
    KeyVals *kv = keyval_parse("-object", text, "qom-type", NULL);
    bool ok = user_creatable_add(kv, NULL) != NULL;

    keyval_free(kv);
    return ok;
}

static void device(const char *text)
{
    KeyVals *kv = keyval_parse("-device", text, "driver", NULL);
    Error *err = NULL;

    if (!device_add(kv, &err)) {
        fail_msg("%s", err_msg(err));
    }
    keyval_free(kv);
}

static void power_on(ShutdownCause cause)
{
    CPUState *cpu;

    bus_cold_reset(system_bus());
    rom_reset();
    CPU_FOREACH(cpu) {
        device_cold_reset(&cpu->dev);
    }
}

static Machine *new_machine(const char *board, unsigned cpus)
{
    Machine *m;

    phase_reset();
    io_mem_init();
    memory_map_init();
    m = machine_new(board_find(board, NULL));
    m->smp = (SmpTopology){cpus, cpus, 1, cpus, 1};
    m->ram_size = RAM_SIZE;
    assert_true(object_property_parse(&m->obj, "firmware", "none", NULL));
    phase_advance(PHASE_MACHINE_CREATED);
    phase_advance(PHASE_ACCEL_CREATED);
    return m;
}

static void run(Machine *m)
{
    Error *err = NULL;

    rom_add_blob("counts", NULL, counts, sizeof(counts), sizeof(counts), DRAM, NULL);
    if (!m->board->complete(m, &err) || !rom_check_and_register(&err)) {
        fail_msg("%s", err_msg(err));
    }
    runstate_set_reset_hook(power_on);
    power_on(SHUTDOWN_CAUSE_NONE);
    device_set_machine_running(true);
    vm_start();
}

static void expect_progress(unsigned hart)
{
    hwaddr at = DRAM + COUNTERS + 8 * hart;

    for (int ms = 0; ms < PATIENCE_MS; ms++) {
        if (address_space_ld_le(&address_space_memory, at, 8, NULL) > 1000) {
            return;
        }
        turn_main_loop();
    }
    fail_msg("hart %u does not run", hart);
}

static void count_thread(const Thread *t, void *opaque)
{
    ++*(unsigned *)opaque;
}

static void count_block(RAMBlock *b, void *opaque)
{
    ++*(unsigned *)opaque;
}

/* The machine goes while its CPUs would run on, had they not been stopped. */
static void destroy(void)
{
    unsigned threads = 0, blocks = 0;

    vm_shutdown();
    blk_drain(NULL);
    machine_destroy();
    rom_clear();
    user_creatable_cleanup();
    object_root_destroy();
    blk_cleanup();
    chardev_cleanup();
    memory_map_destroy();
    thread_foreach(count_thread, &threads);
    ram_block_foreach(count_block, &blocks);
    assert_int_equal(threads, 0);
    assert_int_equal(blocks, 0);
    assert_int_equal(object_count(), objects_before);
    assert_true(list_empty(&cpu_list));
    assert_null(current_machine());
}

static int up(const char *accel)
{
    static bool once;

    if (!once) {
        once = true;
        if (!init_main_loop(NULL)) {
            return -1;
        }
        module_call_init(MODULE_INIT_BLOCK);
        module_call_init(MODULE_INIT_QOM);
        log_set_file("/dev/null", NULL);
    }
    if (!configure_accelerators(&accel, 1, NULL)) {
        return -1;
    }
    accel_init_interfaces();
    objects_before = object_count();
    return 0;
}

static int multi(void **state)
{
    return up("tcg,thread=multi");
}

static int single(void **state)
{
    return up("tcg,thread=single");
}

static int interp(void **state)
{
    return up("tcg,engine=interp");
}

/* ---- tests ---- */

static void test_boards_come_run_and_go(void **state)
{
    static const char *const boards[] = {"virt", "spike"};
    Error *err = NULL;

    for (unsigned round = 0; round < 12; round++) {
        unsigned cpus = 1 + round % 4;
        Machine *m = new_machine(boards[round % 2], cpus);

        if (!machine_run_board_init(m, &err)) {
            fail_msg("%s", err_msg(err));
        }
        run(m);
        for (unsigned hart = 0; hart < cpus; hart++) {
            expect_progress(hart);
        }
        destroy();
    }
}

static void test_a_board_goes_with_its_devices_and_what_is_behind_them(void **state)
{
    char image[] = "/tmp/teemu-machine-XXXXXX";
    int fd = mkstemp(image);

    assert_int_equal(ftruncate(fd, 1 << 20), 0);
    close(fd);
    for (int round = 0; round < 3; round++) {
        Machine *m = new_machine("virt", 2);

        assert_true(object("memory-backend-ram,id=ram,size=16M"));
        assert_true(object("iothread,id=io"));
        assert_true(object("rng-builtin,id=rng"));
        assert_true(object_property_parse(&m->obj, "memory-backend", "ram", NULL));
        assert_true(serial_hd_add("null", NULL));
        assert_non_null(blk_new_open("disk", image, "raw", 0, NULL));
        assert_true(machine_run_board_init(m, NULL));
        device("virtio-blk-device,drive=disk,iothread=io,id=d0");
        device("virtio-rng-device,rng=rng");
        device("virtio-serial-device");
        device("virtserialport,name=port");
        assert_non_null(bus_find("virtio-mmio-bus.0")); /* the names are those of the first one */
        run(m);
        expect_progress(1);
        destroy();
    }
    unlink(image);
}

static void test_a_board_that_never_ran_or_is_half_made_goes_too(void **state)
{
    Machine *m = new_machine("virt", 3);
    Error *err = NULL;

    assert_true(machine_run_board_init(m, NULL)); /* threads are there, and wait */
    destroy();
    m = new_machine("virt", 3);
    destroy();
    m = new_machine("virt", 3);
    m->dtb = strdup("/nonexistent/dtb");
    assert_false(machine_run_board_init(m, &err)); /* RAM, but no CPU */
    err_free(err);
    destroy();
    m = new_machine("virt", 3);
    device_add_global("riscv.sifive.plic", "nonsense", "0");
    err = NULL;
    assert_false(machine_run_board_init(m, &err)); /* CPUs, but not all devices */
    err_free(err);
    device_clear_globals();
    destroy();
}

#define ALL(f)                                                                                     \
    {"multi: " #f, f, multi, NULL, NULL}, {"single: " #f, f, single, NULL, NULL},                  \
    {"interp: " #f, f, interp, NULL, NULL}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ALL(test_boards_come_run_and_go),
        ALL(test_a_board_goes_with_its_devices_and_what_is_behind_them),
        ALL(test_a_board_that_never_ran_or_is_half_made_goes_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
