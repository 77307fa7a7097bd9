/* SPDX-License-Identifier: MIT */
/* Boards: from row to type to the machine object, and its RAM. */
#include "hw/core/board.h"

#include "base/alloc.h"
#include "base/phase.h"
#include "mem/hostmem.h"
#include "qom/module.h"

LINKSET_DECLARE(boards);

enum { DEFAULT_RAM_MIB = 128 };

static Machine *machine;

Machine *current_machine(void)
{
    return machine;
}

/* ---- rows ---- */

static int compare_boards(const void *a, const void *b)
{
    return strcmp((*(const Board *const *)a)->name, (*(const Board *const *)b)->name);
}

/* All rows by name; *count of them.  Free the array. */
static const Board **sorted_boards(size_t *count)
{
    const Board **list = NULL;
    size_t n = 0;

    LINKSET_FOREACH(r, boards) {
        list = xrealloc(list, (n + 1) * sizeof(*list));
        list[n++] = r->row;
    }
    if (n) {
        qsort(list, n, sizeof(*list), compare_boards);
    }
    *count = n;
    return list;
}

const Board *board_default(void)
{
    LINKSET_FOREACH(r, boards) {
        const Board *b = r->row;

        if (b->is_default) {
            return b;
        }
    }
    return NULL;
}

const Board *board_find(const char *name, Error **errp)
{
    Nearest near;

    nearest_init(&near, name);
    LINKSET_FOREACH(r, boards) {
        const Board *b = r->row;

        if (strcmp(b->name, name) == 0 || (b->alias && strcmp(b->alias, name) == 0)) {
            return b;
        }
        nearest_offer(&near, b->name);
    }
    if (nearest_get(&near)) {
        err_set(errp, "-M %s: no such board; did you mean '%s'?", name, nearest_get(&near));
    } else {
        err_set(errp, "-M %s: no such board; '-M help' lists them", name);
    }
    return NULL;
}

void board_help(FILE *out)
{
    size_t count;
    const Board **list = sorted_boards(&count);

    fprintf(out, "Supported machines are:\n");
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "%-20s %s%s\n", list[i]->name, list[i]->summary,
                list[i]->is_default ? " (default)" : "");
        if (list[i]->alias) {
            fprintf(out, "%-20s %s (alias of %s)\n", list[i]->alias, list[i]->summary,
                    list[i]->name);
        }
    }
    free(list);
}

static char *type_name(const Board *board)
{
    return xasprintf("%s-machine", board->name);
}

static void print_prop(ObjectClass *class, const Property *p, void *opaque)
{
    Str type = {0};
    char *left;

    prop_type_name(p, NULL, &type);
    left = xasprintf("%s=<%s>", p->name, str_get(&type));
    fprintf(opaque, "  %-24s - %s\n", left, p->help ? p->help : "");
    free(left);
    str_free(&type);
}

void board_help_props(const Board *board, FILE *out)
{
    char *type = type_name(board);

    fprintf(out, "%s options:\n", type);
    object_class_property_foreach(object_class_by_name(type), print_prop, out);
    free(type);
}

/* ---- types ---- */

static const Property machine_props[] = {
    PROP_STR(Machine, firmware, "firmware", "as -bios: a file, default, or none"),
    PROP_STR(Machine, kernel, "kernel", "as -kernel: an ELF file, a Linux Image, or raw"),
    PROP_STR(Machine, initrd, "initrd", "as -initrd: the initial RAM disk"),
    PROP_STR(Machine, append, "append", "as -append: the kernel's command line"),
    PROP_STR(Machine, dtb, "dtb", "as -dtb: use this device tree"),
    PROP_STR(Machine, dumpdtb, "dumpdtb", "write the device tree to this file and exit"),
    PROP_STR(Machine, memory_backend, "memory-backend",
             "id of the -object that is the board's RAM"),
    PROP_BOOL(Machine, graphics, "graphics", true, "off: the console is a serial port"),
    PROP_BOOL(Machine, dump_guest_core, "dump-guest-core", true,
              "guest RAM is part of our core dumps"),
    PROP_BOOL(Machine, usb, "usb", false, "the board has a USB controller"),
    {.name = NULL},
};

static void machine_class_init(ObjectClass *class, const void *data)
{
    object_class_add_properties(class, machine_props);
}

static void board_class_init(ObjectClass *class, const void *data)
{
    const Board *board = data;

    class->user_name = board->name;
    if (board->props) {
        object_class_add_properties(class, board->props);
    }
}

static void machine_finalize(Object *obj)
{
    Machine *m = (Machine *)obj;

    free(m->cpu_model);
}

static const TypeInfo machine_info = {
    .name = TYPE_MACHINE,
    .parent = TYPE_OBJECT,
    .abstract = true,
    .instance_size = sizeof(Machine),
    .class_init = machine_class_init,
    .instance_finalize = machine_finalize,
};

static void register_types(void)
{
    size_t count;
    const Board **list = sorted_boards(&count);
    TypeInfo *infos = xnew_n(TypeInfo, count + 1); /* types live for ever */

    type_register_static(&machine_info);
    for (size_t i = 0; i < count; i++) {
        infos[i] = (TypeInfo){
            .name = type_name(list[i]),
            .parent = TYPE_MACHINE,
            .instance_size = list[i]->instance_size,
            .class_init = board_class_init,
            .class_data = list[i],
        };
        type_register_static(&infos[i]);
    }
    free(list);
}
type_init(register_types);

/* ---- the machine ---- */

Machine *machine_new(const Board *board)
{
    char *type = type_name(board);
    Machine *m = (Machine *)object_new(type);

    free(type);
    m->board = board;
    m->ram_size = board->default_ram ? board->default_ram : DEFAULT_RAM_MIB * MiB;
    m->smp = (SmpTopology){1, 1, 1, 1, 1};
    m->cpu_model = xstrdup(board->default_cpu);
    object_property_add_child(object_get_root(), "machine", m);
    object_unref(m); /* the tree holds it */
    container_get("/machine/peripheral");
    container_get("/machine/peripheral-anon");
    if (!OBJECT(system_bus())->parent) {
        object_property_add_child(container_get("/machine/unattached"), "sysbus", system_bus());
    }
    machine = m;
    return m;
}

/* Some live device below @obj: into *@opaque. */
static bool find_realized(Object *obj, const char *name, void *opaque)
{
    Device *dev = (Device *)object_dynamic_cast(obj, TYPE_DEVICE);

    if (dev && dev->realized) {
        *(Device **)opaque = dev;
        return true;
    }
    return object_child_foreach(obj, find_realized, opaque);
}

/* The RAM is the board's own, or lent by the back end that -machine memory-backend= names. */
static void release_ram(Machine *m)
{
    if (m->has_ram_region) {
        memory_region_remove(&m->ram_region);
    } else if (m->ram) {
        if (m->ram->container) {
            memory_region_del_subregion(m->ram->container, m->ram);
        }
        host_memory_backend_set_mapped(host_memory_backend_find(m->memory_backend, NULL), false,
                                       NULL);
    }
}

void machine_destroy(void)
{
    Machine *m = machine;
    Device *dev;

    if (!m) {
        return;
    }
    device_set_machine_running(false);
    memory_region_clear(get_system_memory()); /* at once: the rest is seen by nobody */
    memory_region_clear(get_system_io());
    system_bus_destroy();
    while (object_child_foreach(&m->obj, find_realized, &dev)) {
        device_unrealize(dev);
    }
    if (m->board->finalize) {
        m->board->finalize(m);
    }
    release_ram(m);
    machine = NULL;
    object_unparent(m);
}

/* The board's RAM is the back end that -machine memory-backend= names. */
static bool use_memdev(Machine *m, Error **errp)
{
    HostMemoryBackend *b = host_memory_backend_find(m->memory_backend, errp);

    if (!b || !host_memory_backend_set_mapped(b, true, errp)) {
        return false;
    }
    m->ram_size = host_memory_backend_size(b);
    m->ram = host_memory_backend_get_memory(b);
    return true;
}

static bool machine_consume_memdev(Machine *m, Error **errp)
{
    INIT_STEP();
    if (!m->board->ram_id) {
        return true;
    }
    if (m->memory_backend) {
        return use_memdev(m, errp);
    }
    m->has_ram_region =
        memory_region_init_ram(&m->ram_region, m, m->board->ram_id, m->ram_size, errp);
    m->ram = m->has_ram_region ? &m->ram_region : NULL;
    if (!m->ram) {
        err_prepend(errp, "-m %" PRIu64 "M: ", (uint64_t)(m->ram_size / MiB));
    }
    return m->has_ram_region;
}

bool machine_run_board_init(Machine *m, Error **errp)
{
    INIT_STEP();
    phase_check(PHASE_ACCEL_CREATED);
    if (!machine_consume_memdev(m, errp)) {
        return false;
    }
    init_trace("%s: %u CPUs %s, %" PRIu64 " MiB", m->board->name, m->smp.cpus,
               m->cpu_model ? m->cpu_model : "none", (uint64_t)(m->ram_size / MiB));
    return m->board->init(m, errp);
}
