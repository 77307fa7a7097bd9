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
