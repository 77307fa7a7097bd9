/* SPDX-License-Identifier: MIT */
/* QMP: what there is. */
#include "backend/block/block.h"
#include "backend/char/char.h"
#include "base/alloc.h"
#include "inspect/cpu_view.h"
#include "inspect/qmp_call.h"
#include "loop/iothread.h"

#include <stdlib.h>

static bool query_version(QmpCall *call, Error **errp)
{
    str_append(&call->ret, QMP_VERSION);
    return true;
}
QMP_COMMAND(query_version, "query-version", "", "the version of the emulator", query_version);

static bool query_kvm(QmpCall *call, Error **errp)
{
    bool enabled = !strcmp(cpus_accel->name, "kvm");

    str_printf(&call->ret, "{\"enabled\": %s, \"present\": %s}", enabled ? "true" : "false",
               enabled ? "true" : "false");
    return true;
}
QMP_COMMAND(query_kvm, "query-kvm", "", "is KVM there, and is it used", query_kvm);

static const char *target_name(CPUState *cpu)
{
    const char *type = object_get_typename(&cpu->dev.obj);

    return str_starts(type, "rv32") ? "riscv32" : strstr(type, "riscv") ? "riscv64" : type;
}

static bool query_cpus_fast(QmpCall *call, Error **errp)
{
    CPUState *cpu;

    str_append(&call->ret, "[");
    CPU_FOREACH(cpu) {
        char *path = object_get_path(&cpu->dev.obj);

        qmp_item(&call->ret);
        str_printf(&call->ret, "{\"thread-id\": %d, \"props\": {\"core-id\": %d}, \"qom-path\": ",
                   cpu_thread_id(cpu), cpu->index);
        json_write_string(&call->ret, path);
        str_printf(&call->ret, ", \"cpu-index\": %d, \"target\": \"%s\"}", cpu->index,
                   target_name(cpu));
        free(path);
    }
    str_append(&call->ret, "]");
    return true;
}
QMP_COMMAND(query_cpus_fast, "query-cpus-fast", "", "the CPUs and their threads",
            query_cpus_fast);

static bool query_target(QmpCall *call, Error **errp)
{
    CPUState *cpu = cpu_by_index(0);

    str_printf(&call->ret, "{\"arch\": \"%s\"}", cpu ? target_name(cpu) : "none");
    return true;
}
QMP_COMMAND(query_target, "query-target", "", "the guest's instruction set", query_target);

static void add_chardev(Chardev *chr, const char *id, const char *description, bool open,
                        void *opaque)
{
    Str *ret = opaque;

    qmp_item(ret);
    str_printf(ret, "{\"frontend-open\": %s, \"filename\": ", open ? "true" : "false");
    json_write_string(ret, description);
    str_append(ret, ", \"label\": ");
    json_write_string(ret, id);
    str_append(ret, "}");
}

static bool query_chardev(QmpCall *call, Error **errp)
{
    str_append(&call->ret, "[");
    chardev_foreach(add_chardev, &call->ret);
    str_append(&call->ret, "]");
    return true;
}
QMP_COMMAND(query_chardev, "query-chardev", "", "the character devices", query_chardev);

/* The image of a drive, with the members that QEMU's clients rely on. */
static void add_image(BlockBackend *blk, const BlockInfo *info, Str *ret)
{
    str_printf(ret, "{\"virtual-size\": %" PRIu64 ", \"filename\": ", blk_getlength(blk));
    json_write_string(ret, info->path);
    str_printf(ret, ", \"format\": \"%s\", \"actual-size\": %" PRIu64 ", \"dirty-flag\": false}",
               info->format, info->actual_size);
}

static void add_inserted(BlockBackend *blk, const BlockInfo *info, Str *ret)
{
    static const char *const limits[] = {"iops", "iops_rd", "iops_wr", "bps", "bps_rd", "bps_wr",
                                         "write_threshold", "backing_file_depth"};

    str_append(ret, "{\"detect_zeroes\": \"off\", \"image\": ");
    add_image(blk, info, ret);
    for (size_t i = 0; i < ARRAY_SIZE(limits); i++) { /* there are none */
        str_printf(ret, ", \"%s\": 0", limits[i]);
    }
    str_printf(ret, ", \"ro\": %s, \"drv\": \"%s\", \"encrypted\": false, "
                    "\"cache\": {\"no-flush\": %s, \"direct\": false, \"writeback\": %s}, "
                    "\"file\": ",
               blk_is_read_only(blk) ? "true" : "false", info->format,
               info->no_flush ? "true" : "false", blk_enable_write_cache(blk) ? "true" : "false");
    json_write_string(ret, info->path);
    str_append(ret, "}");
}

static void add_block(BlockBackend *blk, const BlockInfo *info, void *opaque)
{
    Str *ret = opaque;

    qmp_item(ret);
    str_append(ret, info->dev ? "{\"io-status\": \"ok\", " : "{");
    str_append(ret, "\"device\": ");
    json_write_string(ret, info->id);
    str_printf(ret, ", \"locked\": false, \"removable\": %s, \"inserted\": ",
               blk_is_cdrom(blk) ? "true" : "false");
    add_inserted(blk, info, ret);
    if (info->dev) {
        str_append(ret, ", \"qdev\": ");
        json_write_string(ret, info->dev);
    }
    str_append(ret, ", \"type\": \"unknown\"}");
}

static bool query_block(QmpCall *call, Error **errp)
{
    str_append(&call->ret, "[");
    blk_foreach(add_block, &call->ret);
    str_append(&call->ret, "]");
    return true;
}
QMP_COMMAND(query_block, "query-block", "", "the drives", query_block);

static void add_iothread(IOThread *t, void *opaque)
{
    Str *ret = opaque;

    qmp_item(ret);
    str_append(ret, "{\"id\": ");
    json_write_string(ret, iothread_name(t));
    str_printf(ret, ", \"thread-id\": %d}", thread_tid(iothread_get_thread(t)));
}

static bool query_iothreads(QmpCall *call, Error **errp)
{
    str_append(&call->ret, "[");
    iothread_foreach(add_iothread, &call->ret);
    str_append(&call->ret, "]");
    return true;
}
QMP_COMMAND(query_iothreads, "query-iothreads", "", "the iothreads", query_iothreads);
