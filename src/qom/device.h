/* SPDX-License-Identifier: MIT */
/* Devices.  A device is one file with one row; nothing else in the tree is edited to add it:
 *
 *     typedef struct Rtc {
 *         Device dev;                      // must be first, and have this name
 *         Irq *irq;
 *         uint64_t alarm;
 *     } Rtc;
 *
 *     DEVICE(Rtc, .name = "goldfish-rtc", .summary = "real-time clock of the virt board",
 *            .bus = TYPE_SYSBUS, .fdt = "google,goldfish-rtc",
 *            .irq = offsetof(Rtc, irq), .irq_count = 1,
 *            .mmio = {rtc_read, rtc_write, .size = 0x1000, .min = 4, .max = 4},
 *            .props = PROPS(PROP_BOOL(Rtc, utc, "utc", true, "clock counts UTC")),
 *            .realize = rtc_realize, .reset = rtc_reset, .state = STATE(Rtc, alarm));
 *
 * Life: device_new (defaults, init, -global) -> properties set -> device_realize (checked and
 * live) -> unrealize -> freed. A row may name a parent row (usually abstract): then init, realize
 * and reset run for the parent first, unrealize and finalize for the child first, and properties
 * and state are those of both.  All under the big lock. */
#ifndef QOM_DEVICE_H
#define QOM_DEVICE_H

#include "base/keyval.h"
#include "base/linkset.h"
#include "qom/irq.h"
#include "qom/object.h"
#include "qom/property.h"
#include "qom/state.h"

typedef struct Device Device;
typedef struct DeviceInfo DeviceInfo;
typedef struct Bus Bus;
struct MemoryRegion; /* mem/memory.h; this folder lies below it */

#define TYPE_DEVICE     "device"
#define TYPE_BUS        "bus"
#define TYPE_SYSBUS     "System" /* the board's own wires: hw/core/sysbus.h */
#define TYPE_VIRTIO_BUS "virtio-bus"

/* How the CPU sees the device.  Only aligned accesses of min..max bytes (0 means 1..4) reach read
 * and write; any other one is a bus error, as is one behind size.  @dev is the state struct. */
typedef struct DeviceMmio {
    uint64_t (*read)(void *dev, uint64_t off, unsigned size);
    void (*write)(void *dev, uint64_t off, uint64_t val, unsigned size);
    uint64_t size; /* bytes of address space */
    const char *name; /* of the region in "info mtree"; NULL: the device's type */
    unsigned min, max; /* access sizes that the device takes */
    bool unaligned; /* takes unaligned ones too */
} DeviceMmio;

/* The row. */
struct DeviceInfo {
    const char *name, *summary;
    const char *user_name; /* what users call it; NULL: name */
    const char *parent; /* a device type; NULL: "device" */
    const char *bus; /* type of the bus that it plugs into; NULL: none */
    const char *category; /* heading in "-device help": "storage", "input"...; NULL: "misc" */
    const char *fdt; /* compatible strings of its device tree node, a space between them */
    size_t instance_size; /* set by DEVICE */
    bool abstract;
    bool internal; /* not for -device: a board makes it.  True for everything on the sysbus. */
    size_t irq; /* offset of its outputs: an Irq *, or an array of them */
    unsigned irq_count;
    DeviceMmio mmio; /* .size 0: none; hw/core makes dev->mmio of it */
    const Property *props; /* PROPS(...) */
    const void *ops; /* a table of functions that the parent row's file defines */
    void (*init)(Device *dev);
    bool (*realize)(Device *dev, Error **errp); /* on failure it leaves nothing behind */
    void (*unrealize)(Device *dev); /* undoes realize */
    /* power-on state; also runs once after realize, before the guest starts */
    void (*reset)(Device *dev);
    void (*finalize)(Device *dev); /* frees what init made */
    const StateField *state; /* STATE(...) */
    const StateNested *nested; /* NESTED(...) */
    uint32_t version; /* of the saved state */
    /* refuse a state that could harm us; rebuild what follows from it */
    bool (*post_load)(Device *dev, Error **errp);
};

struct Device {
    Object obj;
    char *id; /* -device ...,id=; may be NULL */
    bool realized;
    bool hotplugged; /* it came while the machine ran; .realize knows that already */
    Bus *bus; /* that it sits on, or NULL */
    List bus_link; /* on bus->children */
    List buses; /* that it offers: Bus.owner_link */
    Irq *inputs; /* made by device_init_irq_inputs */
    int input_count;
    /* from the row's .mmio; made and freed by hw/core; NULL when not realized */
    struct MemoryRegion *mmio;
    Error *global_error; /* what was wrong with a -global; told by device_realize */
};

typedef struct DeviceClass {
    ObjectClass parent;
    const DeviceInfo *info; /* the row of this level; NULL for "device" itself */
} DeviceClass;

/* The row and its place in the linker set; the type is registered from it at MODULE_INIT_QOM. */
#define DEVICE(T, ...)                                                                            \
    _Static_assert(offsetof(T, dev) == 0, #T ": Device dev must be its first member");            \
    static const DeviceInfo device_row_##T = {.instance_size = sizeof(T), __VA_ARGS__};           \
    LINKSET_ADD(devices, device_row_##T)

/* ---- life ---- */

/* A new device of type @name; one reference, yours.  NULL with an error that names the nearest
 * type. */
Device *device_new(const char *name, Error **errp);

/* Set a property from text; the error names the device and the nearest property. */
bool device_set_prop(Device *dev, const char *name, const char *text, Error **errp);

/* Make @dev live on @bus (NULL if its row names none).  Unwinds completely when it fails; the
 * caller keeps its reference. A device without a place in the composition tree gets
 * /machine/unattached/device[N]. */
bool device_realize(Device *dev, Bus *bus, Error **errp);
/* device_realize, then gives up the caller's reference, in success and in failure. */
bool device_realize_and_unref(Device *dev, Bus *bus, Error **errp);
/* What setting the property "realized" does, and device_realize by it.  A device that is on no bus
 * takes the first free one of the type it needs. */
bool device_set_realized(Device *dev, bool value, Error **errp);
/* Undo device_realize and leave the composition tree: frees @dev unless somebody holds a
 * reference. */
void device_unrealize(Device *dev);

void device_reset(Device *dev); /* this device only */
void device_cold_reset(Device *dev); /* and all below it: those first */

/* "-global DRIVER.PROP=VALUE": set on each new object of type DRIVER or of a subtype. */
void device_add_global(const char *driver, const char *prop, const char *value);
/* Parse "driver.prop=value" and add it. */
bool device_parse_global(const char *text, Error **errp);
void device_warn_unused_globals(void); /* after the board is made */
void device_clear_globals(void); /* for tests */

/* Machine code calls this when the guest starts: devices realized from now on are hot-plugged. */
void device_set_machine_running(bool running);

const DeviceInfo *device_info(const Device *dev); /* its own row */
/* Is it one that every device has ("realized"), not one to set it up with? */
bool device_is_common_prop(const Property *p);
const void *device_ops(const Device *dev); /* .ops of the nearest row that has one */
const char *device_name(const Device *dev); /* id, or else the type: for messages */
Device *device_find(const char *id); /* by id, or NULL; borrowed */

/* -device TYPE,key=value,...: make, set up, find a bus (bus=NAME, or the first free of its type),
 * realize.  Borrowed. */
Device *device_add(KeyVals *opts, Error **errp);
/* Remove what device_add made: refused when its bus has no hot-plug and the machine runs. */
bool device_del(const char *id, Error **errp);
void device_help(FILE *out); /* "-device help" */
bool device_help_props(const char *name, FILE *out, Error **errp); /* "-device X,help" */

/* ---- lines ---- */

/* Give @dev @count input lines.  @handler gets the state struct.  Call it in init or realize,
 * once. */
void device_init_irq_inputs(Device *dev, IrqHandler *handler, int count);
Irq *device_irq_input(Device *dev, int n); /* borrowed; lives as long as the device */
/* Connect output @n; @input NULL disconnects. */
void device_connect_irq(Device *dev, unsigned n, Irq *input);
Irq *device_irq_output(Device *dev, unsigned n); /* what output @n is connected to, or NULL */
/* A line per input of every realized device that has gone up at least once. */
void device_print_irqs(Str *out);

/* ---- buses ---- */

struct Bus {
    Object obj;
    char *name; /* "virtio-mmio-bus.0" */
    Device *owner; /* NULL for the system bus */
    List owner_link; /* on owner->buses */
    List children; /* of Device.bus_link, newest first */
    unsigned child_count, max_children; /* max 0: no limit */
    bool hotplug; /* devices may come and go while the guest runs */
};

typedef struct BusClass {
    ObjectClass parent;
    /* @dev has been realized; failing unwinds that.  May be NULL */
    bool (*plug)(Bus *bus, Device *dev, Error **errp);
    void (*unplug)(Bus *bus, Device *dev); /* before @dev is unrealized; may be NULL */
    unsigned count, next_number; /* of buses; for automatic names.  Private to bus.c */
} BusClass;

/* Make a bus of type @type inside @bus, which @owner embeds and offers until it is finalized.
 * @name NULL: TYPE.N. */
void bus_init(Bus *bus, size_t size, const char *type, Device *owner, const char *name);
/* Take it from its owner: everything on it is unrealized. */
void bus_fini(Bus *bus);
/* The root of the device tree, a TYPE_SYSBUS (registered by hw/core); made at the first call. */
Bus *system_bus(void);
void system_bus_destroy(void); /* and every device on it, and below */

Bus *bus_find(const char *name); /* by name, anywhere below the system bus */
/* The first bus of type @type with room, newest devices searched first as QEMU users expect; NULL
 * if there is none. */
Bus *bus_find_free(const char *type);
void bus_cold_reset(Bus *bus); /* every device on it, and below */
/* Call @fn for every device on @bus and below, children before their parents. */
void bus_walk(Bus *bus, void (*fn)(Device *dev, void *opaque), void *opaque);
/* "info qtree": devices, buses, lines, properties; and what @more (or NULL) adds for each. */
void bus_print_tree(Bus *bus, unsigned indent, Str *out,
                    void (*more)(Device *dev, unsigned indent, Str *out));

#endif
