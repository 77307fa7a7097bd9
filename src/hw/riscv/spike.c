/* SPDX-License-Identifier: MIT */
/* The board "spike": harts, memory, a CLINT, and the two words through which a program talks to its
 * host (HTIF: console output and input, and the exit code).
 *
 *     0x00001000  reset vector (ROM)        0x02000000  CLINT
 *     0x01000000  HTIF, unless the program  0x80000000  RAM
 *                 has symbols tohost and fromhost: then it is there
 */
#include "backend/char/char.h"
#include "hw/char/riscv_htif.h"
#include "hw/core/board.h"
#include "hw/riscv/boot.h"
#include "hw/riscv/harts.h"
#include "base/alloc.h"
#include "base/symbols.h"
#include "target/riscv/cpu.h"

#define MROM_BASE  0x1000u
#define MROM_SIZE  0xf000u
#define HTIF_BASE  0x1000000u
#define CLINT_BASE 0x2000000u
#define DRAM_BASE  0x80000000u

typedef struct SpikeMachine {
    Machine machine;
    MemoryRegion mrom;
    Fdt *fdt;
} SpikeMachine;

static void create_fdt(SpikeMachine *s)
{
    char *memory = xasprintf("/memory@%x", DRAM_BASE);

    s->fdt = dt_new();
    dt_set_cell(s->fdt, "/", "#address-cells", 2);
    dt_set_cell(s->fdt, "/", "#size-cells", 2);
    dt_set_string(s->fdt, "/", "compatible", "ucbbar,spike-bare-dev");
    dt_set_string(s->fdt, "/", "model", "ucbbar,spike-bare,qemu");
    dt_add_node(s->fdt, "/htif");
    dt_set_string(s->fdt, "/htif", "compatible", "ucb,htif0");
    dt_add_node(s->fdt, "/chosen");
    dt_set_string(s->fdt, "/chosen", "stdout-path", "/htif");
    dt_add_node(s->fdt, memory);
    dt_set_string(s->fdt, memory, "device_type", "memory");
    dt_set_reg(s->fdt, memory, DRAM_BASE, s->machine.ram_size);
    dt_add_node(s->fdt, "/soc");
    dt_set_cell(s->fdt, "/soc", "#address-cells", 2);
    dt_set_cell(s->fdt, "/soc", "#size-cells", 2);
    dt_set_string(s->fdt, "/soc", "compatible", "simple-bus");
    dt_set_empty(s->fdt, "/soc", "ranges");
    free(memory);
}

static bool spike_init(Machine *m, Error **errp)
{
    SpikeMachine *s = (SpikeMachine *)m;
    MemoryRegion *system = get_system_memory();

    create_fdt(s);
    if (!memory_region_init_rom(&s->mrom, s, "riscv.spike.mrom", MROM_SIZE, errp)) {
        return false;
    }
    memory_region_add_subregion(system, DRAM_BASE, m->ram);
    memory_region_add_subregion(system, MROM_BASE, &s->mrom);
    return riscv_create_harts(m, MROM_BASE, s->fdt, errp) &&
           riscv_create_clint(m, CLINT_BASE, s->fdt, errp);
}

/* Where the program wants to talk, now that it is loaded. */
static bool create_htif(SpikeMachine *s, Error **errp)
{
    uint64_t tohost, fromhost;
    Chardev *chr = serial_hd(0);

    if (!symbols_address("tohost", &tohost) || !symbols_address("fromhost", &fromhost)) {
        fromhost = HTIF_BASE; /* in this order: OpenSBI goes by it */
        tohost = HTIF_BASE + 8;
        dt_set_reg(s->fdt, "/htif", HTIF_BASE, 0x1000);
    }
    return htif_create(tohost, fromhost, chr ? chardev_id(chr) : NULL, errp);
}

static bool spike_complete(Machine *m, Error **errp)
{
    SpikeMachine *s = (SpikeMachine *)m;
    RiscvBoot b = {
        .is_32bit = riscv_env(cpu_by_index(0))->xlen == 32,
        .ram_base = DRAM_BASE,
        .ram_size = m->ram_size,
        .bios = m->firmware,
        .kernel = m->kernel,
        .initrd = m->initrd,
        .append = m->append,
    };

    if (!riscv_boot_load(&b, errp) || !create_htif(s, errp)) {
        return false;
    }
    riscv_boot_fill_fdt(&b, s->fdt);
    if (!riscv_finish_fdt(m, s->fdt, errp) || !riscv_place_fdt(&b, s->fdt, errp)) {
        return false;
    }
    riscv_setup_rom_reset_vec(&b, MROM_BASE, MROM_SIZE);
    return true;
}

static void spike_finalize(Machine *m)
{
    SpikeMachine *s = (SpikeMachine *)m;

    memory_region_remove(&s->mrom);
    if (s->fdt) {
        dt_free(s->fdt);
    }
}

BOARD(SpikeMachine, .name = "spike", .summary = "RISC-V Spike board", .is_default = true,
      .cpu_base = "riscv-cpu", .default_cpu = "rv64", .cpu_32bit = "rv32",
      .max_cpus = RISCV_HARTS_MAX, .ram_id = "riscv.spike.ram",
      .init = spike_init, .complete = spike_complete,
      .finalize = spike_finalize);
