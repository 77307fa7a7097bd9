/* SPDX-License-Identifier: MIT */
/* The orderly exit: what init() has made goes, in the opposite order.
 *
 *     who looks      gdb, monitors, qtest: the vCPUs have stopped, nobody gives orders any more
 *     the machine    devices, CPUs with their threads, RAM
 *     the host side  -object (iothreads, memory), images flushed and closed, terminal restored
 *     the ground     address spaces, workers, the main loop
 *     words          logs, traces, options
 *
 * init() may have failed anywhere, so each step is harmless when its part was not reached.  At the
 * end the main thread is alone, and no object is left: -d qom says so. */
#include "accel/tcg/itrace.h"
#include "backend/block/block.h"
#include "backend/char/char.h"
#include "base/log.h"
#include "base/phase.h"
#include "base/rcu.h"
#include "base/symbols.h"
#include "base/trace.h"
#include "hw/core/board.h"
#include "hw/core/loader.h"
#include "inspect/gdbstub.h"
#include "inspect/monitor.h"
#include "loop/coroutine.h"
#include "loop/main_loop.h"
#include "loop/runstate.h"
#include "loop/thread_pool.h"
#include "main/config.h"
#include "main/init.h"
#include "main/qtest.h"
#include "qom/user_creatable.h"

#include <unistd.h>

LOG_ITEM_EXTERN(qom);

/* Nobody looks into the machine any more, and it stands still. */
static void stop_machine(int status)
{
    if (phase_reached(PHASE_MACHINE_INITIALIZED)) {
        pause_all_vcpus();
        itrace_print_all();
        gdbserver_exit(status);
        vm_shutdown();
    }
    monitor_cleanup();
    qtest_cleanup();
}

/* What a request under way touches stays until it is done. */
static void destroy_machine(void)
{
    blk_drain(NULL);
    machine_destroy();
    rom_clear();
    device_clear_globals();
    user_creatable_cleanup();
    object_root_destroy();
    if (log_on(qom)) {
        log_printf("qom: %zu objects left\n", object_count());
    }
}

static void close_backends(void)
{
    blk_cleanup();
    chardev_cleanup();
}

static void leave_main_loop(void)
{
    memory_map_destroy();
    thread_pool_cleanup();
    coroutine_pool_cleanup();
    main_loop_cleanup();
}

void cleanup(int status)
{
    stop_machine(status);
    if (bql_locked()) { /* else there was no main loop, and so nothing on top of it */
        destroy_machine();
        close_backends();
        leave_main_loop();
    }
    if (config.pidfile) {
        unlink(config.pidfile);
    }
    trace_cleanup();
    symbols_clear();
    log_close_file();
    config_free();
}
