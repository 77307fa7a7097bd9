/* SPDX-License-Identifier: MIT */
/* Start-up, told in order: read init() at the end of this file first, then each function when its
 * call comes.
 *
 * `teemu -trace-init ...` prints these steps as they are taken, with the phases between them:
 *
 *     machine created -> accelerator created -> late back ends created -> machine initialized
 *     -> machine ready
 */
#include "main/init.h"

#include "accel/accel.h"
#include "accel/sigbus.h"
#include "backend/block/block.h"
#include "backend/char/char.h"
#include "base/alloc.h"
#include "base/log.h"
#include "base/phase.h"
#include "base/trace.h"
#include "hw/core/board.h"
#include "hw/core/loader.h"
#include "inspect/diagnose_boot.h"
#include "inspect/gdbstub.h"
#include "inspect/monitor.h"
#include "loop/main_loop.h"
#include "loop/runstate.h"
#include "main/config.h"
#include "main/firmware.h"
#include "main/monitors.h"
#include "main/options.h"
#include "main/qtest.h"
#include "mem/address_space.h"
#include "qom/module.h"
#include "qom/user_creatable.h"
#include "target/cpu.h"

#include <errno.h>
#include <unistd.h>

/* ---- options ---- */

static bool start_tracing(Error **errp)
{
    for (size_t i = 0; i < config.traces.count; i++) {
        if (!trace_option(config.traces.v[i], errp)) {
            return false;
        }
    }
    return !config.trace_json || trace_json_open(config.trace_json, errp);
}

static bool start_logging(Error **errp)
{
    INIT_STEP();
    return (!config.symbols || load_symbols(config.symbols, errp)) &&
           (!config.log_file || log_set_file(config.log_file, errp)) &&
           (!config.log_filter || log_set_filter(config.log_filter, errp)) &&
           (!config.log_items || log_set_items(config.log_items, errp)) &&
           start_tracing(errp);
}

/* Is @text "help", or "?"? */
static bool is_help(const char *text)
{
    return strcmp(text, "help") == 0 || strcmp(text, "?") == 0;
}

/* "-device help" and the like, which want all types but no machine. */
static bool answer_help(Error **errp)
{
    INIT_STEP();
    for (size_t i = 0; i < config.objects.count; i++) {
        if (is_help(config.objects.v[i])) {
            user_creatable_help(stdout);
            exit(0);
        }
    }
    for (size_t i = 0; i < config.devices.count; i++) {
        const char *text = config.devices.v[i];
        char *type = xstrdup(text);

        type[strcspn(type, ",")] = 0;
        if (is_help(type)) {
            device_help(stdout);
            exit(0);
        }
        if (asks_for_help(text)) {
            bool ok = device_help_props(type, stdout, errp);

            if (!ok) {
                err_prepend(errp, "-device %s: ", type);
            }

            free(type);
            if (ok) {
                exit(0);
            }
            return false;
        }
        free(type);
    }
    return true;
}

static void trace_module(ModuleInitType type, const ModuleEntry *entry)
{
    init_trace("%s: %s (%s)", module_type_name(type), entry->name, entry->file);
}

/* ---- the machine ---- */

/* -M NAME, or the default board. */
static const Board *select_machine(Error **errp)
{
    INIT_STEP();
    const char *name = config.machine ? keyval_get(config.machine, "type") : NULL;
    const Board *board = board_default();

    if (name && is_help(name)) {
        board_help(stdout);
        exit(0);
    }
    if (name) {
        board = board_find(name, errp);
    } else if (!board) {
        err_set(errp, "no board was chosen, and there is no default: choose one with -M ('-M help' "
                      "lists them)");
    }
    if (board && config.machine && keyval_get(config.machine, "help")) {
        board_help_props(board, stdout);
        exit(0);
    }
    return board;
}

/* What must exist before the first CPU or region. */
static void cpu_exec_init_all(void)
{
    INIT_STEP();
    io_mem_init();
    memory_map_init();
}

/* Every key of -machine is a property, but for the board's name and "accel", which is as old as
 * -accel. */
static bool machine_apply_properties(Machine *m, Error **errp)
{
    KeyVal *kv;

    if (!config.machine) {
        return true;
    }
    LIST_FOREACH(kv, &config.machine->list, link) {
        if (strcmp(kv->key, "type") == 0) {
            continue;
        }
        if (strcmp(kv->key, "accel") == 0) {
            values_add(&config.accels, kv->value);
        } else if (!object_property_parse(&m->obj, kv->key, kv->value, errp)) {
            err_prepend(errp, "-machine %s: ", m->board->name);
            return false;
        }
    }
    return true;
}

/* -cpu, once it is known whose models are meant.  Without it the program chooses: one emulator has
 * the CPUs of either width. */
static bool machine_choose_cpu(Machine *m, Error **errp)
{
    if (!config.cpu) {
        if (m->board->cpu_32bit && (file_is_elf32(m->kernel) || file_is_elf32(m->firmware))) {
            config_set(&m->cpu_model, m->board->cpu_32bit);
        }
        return true;
    }
    if (!m->board->cpu_base) {
        return err_set(errp, "-cpu %s: the board %s has no CPU", config.cpu, m->board->name);
    }
    if (is_help(config.cpu)) {
        cpu_help(m->board->cpu_base, stdout);
        exit(0);
    }
    config_set(&m->cpu_model, config.cpu);
    return true;
}

/* Without -serial and -nodefaults the first port is this terminal, unless something else takes it
 * or -display none wants nothing to be seen. */
static void create_default_devices(void)
{
    INIT_STEP();
    bool taken = monitors_use_stdio() || qtest_uses_stdio();

    if (!config.serials.count && !config.nodefaults && (config.nographic || !config.no_display)) {
        values_add(&config.serials, taken ? "null" : "mon:stdio");
        init_trace("-serial %s", config.serials.v[0]);
    }
}

static Machine *create_machine(Error **errp)
{
    INIT_STEP();
    const Board *board = select_machine(errp);
    Machine *m;

    if (!board) {
        return NULL;
    }
    cpu_exec_init_all();
    m = machine_new(board);
    init_trace("/machine is a %s", object_get_typename(&m->obj));
    m->graphics = !config.nographic;
    if (!machine_apply_properties(m, errp) || !machine_choose_cpu(m, errp) ||
        (config.smp && !machine_parse_smp(m, config.smp, errp)) ||
        (config.memory && !machine_parse_memory(m, config.memory, errp))) {
        return NULL;
    }
    create_default_devices();
    phase_advance(PHASE_MACHINE_CREATED);
    return m;
}

static bool configure_accelerator(Error **errp)
{
    INIT_STEP();
    if (config.icount && !accel_set_icount(config.icount, errp)) {
        return false;
    }
    if (!configure_accelerators((const char *const *)config.accels.v, config.accels.count, errp)) {
        return false;
    }
    init_sigbus();
    init_trace("accelerator %s", current_accel()->name);
    phase_advance(PHASE_ACCEL_CREATED);
    return true;
}

/* ---- the host's side of devices ---- */

/* Call @fn with each of @values, parsed. */
static bool foreach_device_config(const Values *values, const char *option, const char *implied,
                                  bool (*fn)(KeyVals *opts, Error **errp), Error **errp)
{
    bool ok = true;

    if (!values->count) {
        return true;
    }
    INIT_STEP();
    for (size_t i = 0; ok && i < values->count; i++) {
        KeyVals *kv = keyval_parse(option, values->v[i], implied, errp);

        ok = kv && fn(kv, errp);
        if (ok) {
            init_trace("%s", kv->what);
        }
        keyval_free(kv);
    }
    return ok;
}

static bool create_object(KeyVals *opts, Error **errp)
{
    const char *type = keyval_get(opts, "qom-type");

    if (type && keyval_get(opts, "help")) {
        if (user_creatable_help_props(type, stdout, errp)) {
            exit(0);
        }
        return false;
    }
    if (!user_creatable_add(opts, errp)) {
        keyval_blame(opts, errp);
        return false;
    }
    return true;
}

static bool create_chardev(KeyVals *opts, Error **errp)
{
    if (!chardev_new_from_opts(opts, errp)) {
        keyval_blame(opts, errp);
        return false;
    }
    return true;
}

static bool create_drive(KeyVals *opts, Error **errp)
{
    if (!keyval_get(opts, "if")) {
        keyval_set(opts, "if", "virtio");
    }
    return blk_new_from_opts(opts, config.snapshot, errp) != NULL;
}

static bool create_serials(Error **errp)
{
    INIT_STEP();
    for (size_t i = 0; i < config.serials.count; i++) {
        if (!serial_hd_add(config.serials.v[i], errp)) {
            return false;
        }
    }
    return true;
}

static bool create_late_backends(Error **errp)
{
    INIT_STEP();
    if (!foreach_device_config(&config.objects, "-object", "qom-type", create_object, errp) ||
        !foreach_device_config(&config.chardevs, "-chardev", "backend", create_chardev, errp) ||
        !foreach_device_config(&config.drives, "-drive", NULL, create_drive, errp) ||
        !create_serials(errp) || !create_monitors(errp)) {
        return false;
    }
    phase_advance(PHASE_LATE_BACKENDS_CREATED);
    return true;
}

/* ---- the board and its devices ---- */

static bool init_board(Machine *m, Error **errp)
{
    INIT_STEP();
    accel_init_interfaces();
    if (!machine_run_board_init(m, errp) || !firmware_options_apply(errp)) {
        return false;
    }
    phase_advance(PHASE_MACHINE_INITIALIZED);
    return true;
}

static bool create_device(KeyVals *opts, Error **errp)
{
    return device_add(opts, errp) != NULL;
}

/* A drive of an interface that brings its device along, if no -device has taken it. */
static void create_drive_device(BlockBackend *blk, const BlockInfo *info, void *opaque)
{
    Error **errp = opaque;
    const char *interface = blk_interface(blk);
    char *text;
    KeyVals *kv;

    if (*errp || !blk_attach_dev(blk, "nobody", NULL)) {
        return;
    }
    blk_detach_dev(blk);
    if (strcmp(interface, "none") == 0) {
        warn_report("drive %s: no device uses it; -device virtio-blk-device,drive=%s would",
                    blk_name(blk), blk_name(blk));
        return;
    }
    if (strcmp(interface, "pflash") == 0) {
        err_set(errp, "drive %s: the board has no flash bank of this number (unit=)",
                blk_name(blk));
        return;
    }
    if (strcmp(interface, "virtio") != 0) {
        err_set(errp, "drive %s: the board has no place for if=%s; use if=none and a -device",
                blk_name(blk), interface);
        return;
    }
    text = xasprintf("virtio-blk-device,drive=%s", blk_name(blk));
    kv = keyval_parse("-device", text, "driver", errp);
    if (!*errp) {
        device_add(kv, errp);
    }
    keyval_free(kv);
    free(text);
}

static bool create_cli_devices(Error **errp)
{
    INIT_STEP();
    if (!foreach_device_config(&config.devices, "-device", "driver", create_device, errp)) {
        return false;
    }
    blk_foreach(create_drive_device, errp);
    return !*errp;
}

/* The machine's reset: everything as at power-on. */
static void machine_reset(ShutdownCause cause)
{
    CPUState *cpu;

    bus_cold_reset(system_bus());
    rom_reset();
    CPU_FOREACH(cpu) {
        device_cold_reset(&cpu->dev);
    }
}

/* -machine dumpdtb=FILE: the tree is what was asked for; the machine is not to run. */
static bool dump_device_tree(const Machine *m, Error **errp)
{
    if (!m->dumpdtb) {
        return true;
    }
    if (!m->fdt) {
        return err_set(errp, "-machine dumpdtb=%s: the board %s has no device tree", m->dumpdtb,
                       m->board->name);
    }
    if (!dt_dump(m->fdt, m->dumpdtb, errp)) {
        return false;
    }
    fprintf(stderr, "teemu: device tree written to %s\n", m->dumpdtb);
    cleanup(0);
    exit(0);
}

/* Every device is there: power on. */
static void qdev_machine_creation_done(void)
{
    INIT_STEP();
    device_warn_unused_globals();
    runstate_set_reset_hook(machine_reset);
    system_reset(SHUTDOWN_CAUSE_NONE);
    device_set_machine_running(true); /* what comes now is hot-plugged */
    phase_advance(PHASE_MACHINE_READY);
}

/* Nothing will be added any more: the device tree can be written, what is loaded can be checked. */
static bool machine_creation_done(Machine *m, Error **errp)
{
    INIT_STEP();
    if (m->board->complete && !m->board->complete(m, errp)) {
        return false;
    }
    if (!dump_device_tree(m, errp) || !rom_check_and_register(errp)) {
        return false;
    }
    qdev_machine_creation_done();
    return true;
}

static bool exit_preconfig(Machine *m, Error **errp)
{
    INIT_STEP();
    return init_board(m, errp) && create_cli_devices(errp) && machine_creation_done(m, errp) &&
           (!config.gdb || gdbserver_start(config.gdb, errp)) && create_qtest(errp);
}

static bool os_setup_post(Error **errp)
{
    INIT_STEP();
    FILE *f = config.pidfile ? fopen(config.pidfile, "w") : NULL;

    if (config.pidfile && !f) {
        return err_set(errp, "-pidfile %s: %s", config.pidfile, strerror(errno));
    }
    if (f) {
        fprintf(f, "%d\n", (int)getpid());
        fclose(f);
    }
    return true;
}

bool init(int argc, char **argv, Error **errp)
{
    Machine *m;

    module_trace = trace_module;
    if (!options_parse(argc, argv, errp) || !start_logging(errp)) {
        return false;
    }
    module_call_init(MODULE_INIT_BLOCK);
    module_call_init(MODULE_INIT_QOM);
    if (!answer_help(errp) || !init_main_loop(errp)) {
        return false;
    }
    m = create_machine(errp);
    if (!m || !configure_accelerator(errp) || !create_late_backends(errp) ||
        !exit_preconfig(m, errp) || !os_setup_post(errp)) {
        return false;
    }
    diagnose_boot_start();
    if (!config.start_stopped) {
        vm_start();
    }
    monitor_start();
    init_trace("main loop entered");
    init_trace_enable(NULL); /* start-up is over */
    return true;
}
