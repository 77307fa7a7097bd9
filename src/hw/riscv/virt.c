/* SPDX-License-Identifier: MIT */
/* The board "virt": a RISC-V machine that never was, made of what guests can do most with.
 *
 *     0x00001000  reset vector (ROM)        0x10001000  eight virtio slots, interrupts 1-8
 *     0x00100000  test finisher             0x10100000  fw_cfg
 *     0x00101000  real-time clock, 11       0x20000000  two banks of flash
 *     0x02000000  CLINT                     0x80000000  RAM
 *     0x0c000000  PLIC
 *     0x10000000  serial port, 10
 *
 * The device tree tells it all to the guest, so addresses and numbers stand here only. */
#include "backend/block/block.h"
#include "backend/char/char.h"
#include "base/alloc.h"
#include "base/phase.h"
#include "hw/core/board_table.h"
#include "hw/core/sysbus.h"
#include "hw/nvram/fw_cfg.h"
#include "hw/riscv/boot.h"
#include "hw/riscv/harts.h"
#include "loop/random.h"
#include "qom/property.h"
#include "target/riscv/cpu.h"

#define MROM_BASE   0x1000u
#define MROM_SIZE   0xf000u
#define CLINT_BASE  0x2000000u
#define SSWI_BASE   0x2f00000u
#define PLIC_BASE   0xc000000u
#define PLIC_SIZE   0x600000u
#define PLIC_NODE   "/soc/plic@c000000"
#define FW_CFG_BASE 0x10100000u
#define FLASH_BASE  0x20000000u
#define FLASH_SIZE  0x2000000u /* of one bank */
#define DRAM_BASE   0x80000000u

enum { VIRT_IRQCHIP_NUM_SOURCES = 96, UART_CLOCK = 3686400 };

typedef struct VirtMachine {
    Machine machine;
    MemoryRegion mrom;
    Device *plic, *fw_cfg;
    Fdt *fdt;
    bool aclint; /* software interrupts for S mode, too, and each device has its node */
    bool fdt_is_given; /* by -dtb: only what -kernel and friends say is added */
} VirtMachine;

/* ---- the table, and what its rows add ---- */

static bool serial_setup(Device *dev, Error **errp)
{
    Chardev *chr = serial_hd(0);

    return !chr || object_property_set_str(&dev->obj, "chardev", chardev_id(chr), errp);
}

static void serial_describe(Fdt *fdt, const char *path)
{
    dt_set_cell(fdt, path, "clock-frequency", UART_CLOCK);
    dt_set_string(fdt, "/chosen", "stdout-path", path);
}

/* Powering off and rebooting are writes of a number to the test finisher. */
static void test_describe(Fdt *fdt, const char *path)
{
    static const struct {
        const char *node, *compatible;
        uint32_t value;
    } actions[] = {{"/poweroff", "syscon-poweroff", 0x5555}, {"/reboot", "syscon-reboot", 0x7777}};

    for (size_t i = 0; i < ARRAY_SIZE(actions); i++) {
        dt_add_node(fdt, actions[i].node);
        dt_set_string(fdt, actions[i].node, "compatible", actions[i].compatible);
        dt_set_cell(fdt, actions[i].node, "regmap", dt_phandle(fdt, path));
        dt_set_cell(fdt, actions[i].node, "offset", 0);
        dt_set_cell(fdt, actions[i].node, "value", actions[i].value);
    }
}

#define VIRTIO_SLOT(n)                                                                             \
    {                                                                                              \
        "virtio-mmio", 0x10001000 + 0x1000 * (n), 0x1000, 1 + (n), "virtio_mmio", NULL, NULL       \
    }

static const BoardDevice virt_devices[] = {
    {"riscv.sifive.test", 0x100000, 0x1000, 0, "test", NULL, test_describe},
    VIRTIO_SLOT(0),
    VIRTIO_SLOT(1),
    VIRTIO_SLOT(2),
    VIRTIO_SLOT(3),
    VIRTIO_SLOT(4),
    VIRTIO_SLOT(5),
    VIRTIO_SLOT(6),
    VIRTIO_SLOT(7),
    {"serial-mm", 0x10000000, 0x100, 10, "serial", serial_setup, serial_describe},
    {"goldfish_rtc", 0x101000, 0x1000, 11, "rtc", NULL, NULL},
};

/* ---- what the table cannot say ---- */

/* The tree to fill in, or NULL when -dtb brought a finished one. */
static Fdt *own_fdt(const VirtMachine *s)
{
    return s->fdt_is_given ? NULL : s->fdt;
}

static bool create_fdt(VirtMachine *s, Error **errp)
{
    INIT_STEP();
    Machine *m = &s->machine;
    char *memory;

    s->fdt_is_given = m->dtb != NULL;
    s->fdt = m->dtb ? dt_load(m->dtb, errp) : dt_new();
    if (!s->fdt || s->fdt_is_given) {
        return s->fdt;
    }
    dt_set_cell(s->fdt, "/", "#address-cells", 2);
    dt_set_cell(s->fdt, "/", "#size-cells", 2);
    dt_set_string(s->fdt, "/", "compatible", "riscv-virtio");
    dt_set_string(s->fdt, "/", "model", "riscv-virtio,qemu");
    dt_add_node(s->fdt, "/chosen");
    memory = xasprintf("/memory@%x", DRAM_BASE);
    dt_add_node(s->fdt, memory);
    dt_set_string(s->fdt, memory, "device_type", "memory");
    dt_set_reg(s->fdt, memory, DRAM_BASE, m->ram_size);
    free(memory);
    dt_add_node(s->fdt, "/soc");
    dt_set_cell(s->fdt, "/soc", "#address-cells", 2);
    dt_set_cell(s->fdt, "/soc", "#size-cells", 2);
    dt_set_string(s->fdt, "/soc", "compatible", "simple-bus");
    dt_set_empty(s->fdt, "/soc", "ranges");
    return true;
}

static bool create_memory(VirtMachine *s, Error **errp)
{
    INIT_STEP();
    MemoryRegion *system = get_system_memory();

    if (!memory_region_init_rom(&s->mrom, s, "riscv_virt_board.mrom", MROM_SIZE, errp)) {
        return false;
    }
    memory_region_add_subregion(system, DRAM_BASE, s->machine.ram);
    memory_region_add_subregion(system, MROM_BASE, &s->mrom);
    return true;
}

static bool create_timers(VirtMachine *s, Error **errp)
{
    return s->aclint
               ? riscv_create_aclint(&s->machine, CLINT_BASE, SSWI_BASE, own_fdt(s), errp)
               : riscv_create_clint(&s->machine, CLINT_BASE, own_fdt(s), errp);
}

static void plic_describe(Fdt *fdt)
{
    static const uint32_t irqs[] = {IRQ_MEI, IRQ_SEI};

    dt_add_node(fdt, PLIC_NODE);
    dt_set_strings(fdt, PLIC_NODE, "compatible", "sifive,plic-1.0.0", "riscv,plic0", NULL);
    dt_set_reg(fdt, PLIC_NODE, PLIC_BASE, PLIC_SIZE);
    dt_set_empty(fdt, PLIC_NODE, "interrupt-controller");
    dt_set_cell(fdt, PLIC_NODE, "#interrupt-cells", 1);
    dt_set_cell(fdt, PLIC_NODE, "#address-cells", 0);
    dt_set_cell(fdt, PLIC_NODE, "riscv,ndev", VIRT_IRQCHIP_NUM_SOURCES);
    riscv_fdt_interrupts_extended(fdt, PLIC_NODE, irqs, ARRAY_SIZE(irqs));
}

/* Each hart has two contexts, for M and for S. */
static bool create_plic(VirtMachine *s, Error **errp)
{
    INIT_STEP();
    Device *plic = device_new("riscv.sifive.plic", errp);
    Str config = {0};
    CPUState *cpu;
    bool ok;

    if (!plic) {
        return false;
    }
    CPU_FOREACH(cpu)
    {
        str_append(&config, cpu->index ? ",MS" : "MS");
    }
    ok = object_property_set_str(&plic->obj, "hart-config", str_get(&config), errp) &&
         object_property_set_uint(&plic->obj, "num-sources", VIRT_IRQCHIP_NUM_SOURCES, errp) &&
         sysbus_realize_and_unref(plic, errp);
    str_free(&config);
    if (!ok) {
        return false;
    }
    sysbus_mmio_map(plic, PLIC_BASE);
    CPU_FOREACH(cpu)
    {
        device_connect_irq(plic, 2 * cpu->index, device_irq_input(&cpu->dev, IRQ_MEI));
        device_connect_irq(plic, 2 * cpu->index + 1, device_irq_input(&cpu->dev, IRQ_SEI));
    }
    if (own_fdt(s)) {
        plic_describe(s->fdt);
    }
    s->plic = plic;
    return true;
}

static bool create_fw_cfg(VirtMachine *s, Error **errp)
{
    INIT_STEP();
    Device *dev = device_new(TYPE_FW_CFG_MEM, errp);
    const char *path = "/fw-cfg@10100000";

    if (!dev) {
        return false;
    }
    object_property_add_child(&s->machine.obj, "fw_cfg", dev);
    if (!sysbus_realize_and_unref(dev, errp)) {
        return false;
    }
    s->fw_cfg = dev;
    sysbus_mmio_map(dev, FW_CFG_BASE);
    fw_cfg_add_u16(dev, FW_CFG_NB_CPUS, s->machine.smp.cpus);
    if (own_fdt(s)) {
        dt_add_node(s->fdt, path);
        dt_set_string(s->fdt, path, "compatible", "qemu,fw-cfg-mmio");
        dt_set_reg(s->fdt, path, FW_CFG_BASE, 0x18);
        dt_set_empty(s->fdt, path, "dma-coherent");
    }
    return true;
}

static bool create_flash_bank(VirtMachine *s, unsigned n, Error **errp)
{
    BlockBackend *blk = blk_by_interface("pflash", n);
    Device *dev = device_new("cfi.pflash01", errp);
    char *name = xasprintf("virt.flash%u", n);
    bool ok = dev && device_set_prop(dev, "name", name, errp) &&
              (!blk || device_set_prop(dev, "drive", blk_name(blk), errp));

    if (ok) {
        object_property_add_child(&s->machine.obj, name, dev);
        ok = device_realize(dev, system_bus(), errp);
    }
    if (ok) {
        sysbus_mmio_map(dev, FLASH_BASE + n * FLASH_SIZE);
    }
    object_unref(dev); /* the bus holds a live one */
    free(name);
    return ok;
}

/* Two banks, side by side, in one node. */
static bool create_flash(VirtMachine *s, Error **errp)
{
    INIT_STEP();
    const char *path = "/flash@20000000";

    if (!create_flash_bank(s, 0, errp) || !create_flash_bank(s, 1, errp)) {
        return false;
    }
    if (own_fdt(s)) {
        dt_add_node(s->fdt, path);
        dt_set_string(s->fdt, path, "compatible", "cfi-flash");
        dt_set_cells(s->fdt, path, "reg", 8, 0, FLASH_BASE, 0, FLASH_SIZE, 0,
                     FLASH_BASE + FLASH_SIZE, 0, FLASH_SIZE);
        dt_set_cell(s->fdt, path, "bank-width", 4);
    }
    return true;
}

static bool create_table(VirtMachine *s, Error **errp)
{
    INIT_STEP();
    BoardWiring w = {&s->machine, s->plic, own_fdt(s), "/soc", PLIC_NODE};

    return board_create_devices(&w, virt_devices, ARRAY_SIZE(virt_devices), errp);
}

static bool virt_init(Machine *m, Error **errp)
{
    INIT_STEP();
    VirtMachine *s = (VirtMachine *)m;

    return create_fdt(s, errp) && create_memory(s, errp) &&
           riscv_create_harts(m, MROM_BASE, own_fdt(s), errp) &&
           create_timers(s, errp) && create_plic(s, errp) &&
           create_table(s, errp) && create_flash(s, errp) && create_fw_cfg(s, errp);
}

/* Randomness for the guest's first moments. */
static void add_rng_seed(Fdt *fdt)
{
    uint8_t seed[32];

    random_bytes(seed, sizeof(seed));
    dt_set_bytes(fdt, "/chosen", "rng-seed", seed, sizeof(seed));
}

static bool virt_complete(Machine *m, Error **errp)
{
    INIT_STEP();
    VirtMachine *s = (VirtMachine *)m;
    RiscvBoot b = {
        .is_32bit = riscv_env(cpu_by_index(0))->xlen == 32,
        .ram_base = DRAM_BASE,
        .ram_size = m->ram_size,
        .bios = m->firmware,
        .kernel = m->kernel,
        .initrd = m->initrd,
        .append = m->append,
        .flash = blk_by_interface("pflash", 0) ? FLASH_BASE : 0,
        .next_flash = blk_by_interface("pflash", 1) ? FLASH_BASE + FLASH_SIZE : 0,
        .fw_cfg = s->fw_cfg,
    };

    dt_add_node(s->fdt, "/chosen");
    if (own_fdt(s)) {
        add_rng_seed(s->fdt);
    }
    if (!riscv_boot_load(&b, errp)) {
        return false;
    }
    riscv_boot_fill_fdt(&b, s->fdt);
    if (!riscv_finish_fdt(m, s->fdt, errp) || !riscv_place_fdt(&b, s->fdt, errp)) {
        return false;
    }
    riscv_setup_rom_reset_vec(&b, MROM_BASE, MROM_SIZE);
    return true;
}

static void virt_finalize(Machine *m)
{
    VirtMachine *s = (VirtMachine *)m;

    memory_region_remove(&s->mrom);
    if (s->fdt) {
        dt_free(s->fdt);
    }
}

BOARD(VirtMachine, .name = "virt", .summary = "RISC-V VirtIO board", .cpu_base = "riscv-cpu",
      .default_cpu = "rv64", .cpu_32bit = "rv32", .max_cpus = RISCV_HARTS_MAX,
      .ram_id = "riscv_virt_board.ram",
      .props = PROPS(PROP_BOOL(VirtMachine, aclint, "aclint", false,
                               "on: the devices of an ACLINT, for S mode too, instead of a CLINT")),
      .init = virt_init, .complete = virt_complete, .finalize = virt_finalize);
