/* SPDX-License-Identifier: MIT */
/* Commands of the monitors about the board and the command line. */
#include "base/alloc.h"
#include "hw/core/board.h"
#include "inspect/monitor.h"
#include "inspect/qmp.h"
#include "main/config.h"

LINKSET_DECLARE(boards);

static bool dump_tree(const char *path, Error **errp)
{
    Machine *m = current_machine();

    return m && m->fdt ? dt_dump(m->fdt, path, errp)
                       : err_set(errp, "This machine doesn't have an FDT");
}

static void dumpdtb(Monitor *mon, const CommandArgs *args)
{
    Error *err = NULL;

    if (dump_tree(arg_str(args, "filename"), &err)) {
        monitor_printf(mon, "dtb dumped to %s\n", arg_str(args, "filename"));
    } else {
        monitor_error(mon, err);
    }
}
COMMAND(dumpdtb, "dumpdtb", "filename:f", "write the device tree to a file", dumpdtb);

static bool qmp_dumpdtb(QmpCall *call, Error **errp)
{
    return dump_tree(qmp_str(call, "filename"), errp);
}
QMP_COMMAND(dumpdtb, "dumpdtb", "filename:s", "write the device tree to a file", qmp_dumpdtb);

static void info_name(Monitor *mon, const CommandArgs *args)
{
    if (config.name) {
        monitor_printf(mon, "%s\n", config.name);
    }
}
COMMAND(info_name, "info name", "", "the machine's -name", info_name);

static bool query_name(QmpCall *call, Error **errp)
{
    if (config.name) {
        str_append(&call->ret, "{\"name\": ");
        json_write_string(&call->ret, config.name);
        str_append(&call->ret, "}");
    }
    return true;
}
QMP_COMMAND(query_name, "query-name", "", "the machine's -name", query_name);

/* "12345678-1234-..."; all zeroes without -uuid. */
static void write_uuid(Str *out)
{
    for (unsigned i = 0; i < sizeof(config.uuid); i++) {
        str_printf(out, i == 4 || i == 6 || i == 8 || i == 10 ? "-%02x" : "%02x", config.uuid[i]);
    }
}

static void info_uuid(Monitor *mon, const CommandArgs *args)
{
    Str text = {0};

    write_uuid(&text);
    monitor_printf(mon, "%s\n", str_get(&text));
    str_free(&text);
}
COMMAND(info_uuid, "info uuid", "", "the machine's -uuid", info_uuid);

static bool query_uuid(QmpCall *call, Error **errp)
{
    str_append(&call->ret, "{\"UUID\": \"");
    write_uuid(&call->ret);
    str_append(&call->ret, "\"}");
    return true;
}
QMP_COMMAND(query_uuid, "query-uuid", "", "the machine's -uuid", query_uuid);

static void info_memory_size(Monitor *mon, const CommandArgs *args)
{
    monitor_printf(mon, "base memory: %" PRIu64 "\n", current_machine()->ram_size);
}
COMMAND(info_memory_size, "info memory_size_summary", "", "how much RAM the machine has",
        info_memory_size);

static bool query_memory_size(QmpCall *call, Error **errp)
{
    str_printf(&call->ret, "{\"base-memory\": %" PRIu64 "}", current_machine()->ram_size);
    return true;
}
QMP_COMMAND(query_memory_size, "query-memory-size-summary", "", "how much RAM the machine has",
            query_memory_size);

static bool query_machines(QmpCall *call, Error **errp)
{
    str_append(&call->ret, "[");
    LINKSET_FOREACH(r, boards) {
        const Board *b = r->row;

        qmp_item(&call->ret);
        str_printf(&call->ret, "{\"hotpluggable-cpus\": false, \"name\": \"%s\", "
                               "\"numa-mem-supported\": false, \"cpu-max\": %u, "
                               "\"deprecated\": false", b->name, b->max_cpus ? b->max_cpus : 1);
        if (b->is_default) {
            str_append(&call->ret, ", \"is-default\": true");
        }
        if (b->alias) {
            str_printf(&call->ret, ", \"alias\": \"%s\"", b->alias);
        }
        if (b->default_cpu) {
            str_printf(&call->ret, ", \"default-cpu-type\": \"%s-%s\"", b->default_cpu,
                       b->cpu_base);
        }
        if (b->ram_id) {
            str_printf(&call->ret, ", \"default-ram-id\": \"%s\"", b->ram_id);
        }
        str_append(&call->ret, "}");
    }
    str_append(&call->ret, "]");
    return true;
}
QMP_COMMAND(query_machines, "query-machines", "", "the boards", query_machines);
