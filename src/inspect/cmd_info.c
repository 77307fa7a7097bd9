/* SPDX-License-Identifier: MIT */
/* Commands that show one table each and need nothing but a flag or two.  Tables without flags are
 * rows of base/view.h, beside what they show. */
#include "base/view.h"
#include "inspect/monitor_int.h"
#include "mem/address_space.h"
#include "mem/ram.h"
#include "qom/device.h"

static void info_mtree(Monitor *mon, const CommandArgs *args)
{
    mtree_print(&mon->out, (arg_given(args, "f") ? MTREE_FLAT : 0) |
                               (arg_given(args, "d") ? MTREE_DISPATCH : 0) |
                               (arg_given(args, "o") ? MTREE_OWNER : 0));
}
COMMAND(info_mtree, "info mtree", "f:-,d:-,o:-", "the memory tree, or (-f) the flat views; with "
        "owners (-o), and how views are searched (-d)", info_mtree);

/* Where the device's registers are in memory. */
static void print_mmio(Device *dev, unsigned indent, Str *out)
{
    hwaddr addr = 0;

    if (!dev->mmio) {
        return;
    }
    for (const MemoryRegion *mr = dev->mmio; mr; mr = mr->container) {
        addr += mr->addr;
    }
    str_printf(out, "%*smmio %016" PRIx64 "/%016" PRIx64 "\n", (int)indent, "", addr,
               dev->mmio->size);
}

static void print_qtree(Str *out)
{
    bus_print_tree(system_bus(), 0, out, print_mmio);
}
VIEW(qtree, "devices and the buses that they sit on", print_qtree);

static void info_qom_tree(Monitor *mon, const CommandArgs *args)
{
    const char *path = arg_given(args, "path") ? arg_str(args, "path") : "/machine";
    Object *obj = object_resolve_path(path);

    if (obj) {
        object_print_tree(obj, &mon->out);
    } else {
        monitor_printf(mon, "Error: there is no object at '%s', or more than one\n", path);
    }
}
COMMAND(info_qom_tree, "info qom-tree", "path:p?", "the composition tree, below an object",
        info_qom_tree);

VIEW(types, "all types of objects and their parents", object_print_types);
VIEW(irq, "the lines that were raised at least once", device_print_irqs);

static void print_page_size(Str *out)
{
    str_printf(out, "guest %" PRIu64 ", host %" PRIu64 "\n", MEM_PAGE_SIZE, host_page_size());
}
VIEW(pagesize, "the sizes of pages that the guest's and our memory are counted in",
     print_page_size);

static void print_kvm(Str *out)
{
    str_printf(out, "kvm support: %s\n",
               !strcmp(cpus_accel->name, "kvm") ? "enabled" : "not compiled");
}
VIEW(kvm, "is KVM used", print_kvm);

static void print_ram_block(RAMBlock *b, void *opaque)
{
    str_printf(opaque, "%-28s %016" PRIx64 " %016" PRIx64 " %p%s%s\n", b->name, b->offset, b->size,
               (void *)b->host, b->shared ? " shared" : "", b->fd >= 0 ? " file" : "");
}

static void print_ram_blocks(Str *out)
{
    str_printf(out, "%-28s %-16s %-16s %s\n", "block", "offset", "size", "in our memory at");
    ram_block_foreach(print_ram_block, out);
}
VIEW(ramblock, "the pieces of host memory that are RAM, ROM and flash", print_ram_blocks);

static void print_version(Str *out)
{
    str_append(out, TEEMU_VERSION "\n");
}
VIEW(version, "the version of the emulator", print_version);
