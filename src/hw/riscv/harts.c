/* SPDX-License-Identifier: MIT */
#include "hw/riscv/harts.h"
#include "base/alloc.h"
#include "base/phase.h"
#include "hw/intc/riscv_aclint.h"
#include "mem/address_space.h"
#include "target/riscv/cpu.h"

/* Device tree path of a hart's own interrupt controller; yours to free. */
static char *intc_path(const CPUState *cpu)
{
    return xasprintf("/cpus/cpu@%x/interrupt-controller", cpu->index);
}

static void describe_hart(Fdt *fdt, CPUState *cpu)
{
    char *path = xasprintf("/cpus/cpu@%x", cpu->index);
    char *intc = intc_path(cpu);
    char *isa = riscv_isa_string(cpu);

    dt_add_node(fdt, path);
    dt_set_string(fdt, path, "device_type", "cpu");
    dt_set_cell(fdt, path, "reg", cpu->index);
    dt_set_string(fdt, path, "status", "okay");
    dt_set_string(fdt, path, "compatible", "riscv");
    dt_set_string(fdt, path, "riscv,isa", isa);
    dt_set_string(fdt, path, "mmu-type", riscv_mmu_type(cpu));
    if (riscv_cpu(cpu)->cfg.zicbom) {
        dt_set_cell(fdt, path, "riscv,cbom-block-size", RISCV_CBO_BLOCK);
    }
    if (riscv_cpu(cpu)->cfg.zicboz) {
        dt_set_cell(fdt, path, "riscv,cboz-block-size", RISCV_CBO_BLOCK);
    }
    dt_add_node(fdt, intc);
    dt_set_cell(fdt, intc, "#address-cells", 0);
    dt_set_cell(fdt, intc, "#interrupt-cells", 1);
    dt_set_empty(fdt, intc, "interrupt-controller");
    dt_set_string(fdt, intc, "compatible", "riscv,cpu-intc");
    free(isa);
    free(intc);
    free(path);
}

static void describe_cpu_map(Fdt *fdt)
{
    CPUState *cpu;

    CPU_FOREACH(cpu)
    {
        char *core = xasprintf("/cpus/cpu-map/cluster0/core%d", cpu->index);
        char *path = xasprintf("/cpus/cpu@%x", cpu->index);

        dt_add_node(fdt, core);
        dt_set_cell(fdt, core, "cpu", dt_phandle(fdt, path));
        free(path);
        free(core);
    }
}

static bool create_hart(Machine *m, unsigned n, hwaddr resetvec, Error **errp)
{
    Device *dev = cpu_new_from_text(m->board->cpu_base, m->cpu_model, errp);
    CPUState *cpu = (CPUState *)dev;
    char *name;

    if (!dev) {
        return false;
    }
    cpu->as = &address_space_memory;
    riscv_env(cpu)->mhartid = n;
    riscv_env(cpu)->resetvec = resetvec;
    name = xasprintf("harts[%u]", n);
    object_property_add_child(container_get("/machine/soc0"), name, dev);
    free(name);
    if (!device_realize_and_unref(dev, NULL, errp)) {
        err_prepend(errp, "-cpu %s: ", m->cpu_model);
        return false;
    }
    return true;
}

bool riscv_create_harts(Machine *m, hwaddr resetvec, Fdt *fdt, Error **errp)
{
    INIT_STEP();
    CPUState *cpu;

    for (unsigned n = 0; n < m->smp.cpus; n++) {
        if (!create_hart(m, n, resetvec, errp)) {
            return false;
        }
    }
    if (!fdt) {
        return true;
    }
    dt_add_node(fdt, "/cpus");
    dt_set_cell(fdt, "/cpus", "#address-cells", 1);
    dt_set_cell(fdt, "/cpus", "#size-cells", 0);
    dt_set_cell(fdt, "/cpus", "timebase-frequency", ACLINT_TIMEBASE_FREQ);
    CPU_FOREACH(cpu)
    {
        describe_hart(fdt, cpu);
    }
    describe_cpu_map(fdt);
    return true;
}

void riscv_fdt_interrupts_extended(Fdt *fdt, const char *path, const uint32_t *irqs, unsigned count)
{
    uint32_t cells[RISCV_HARTS_MAX * 8];
    size_t n = 0;
    CPUState *cpu;

    CPU_FOREACH(cpu)
    {
        char *intc = intc_path(cpu);

        for (unsigned i = 0; i < count; i++) {
            cells[n++] = dt_phandle(fdt, intc);
            cells[n++] = irqs[i];
        }
        free(intc);
    }
    dt_set_cell_array(fdt, path, "interrupts-extended", cells, n);
}

/* The two devices of a CLINT, side by side: software interrupts and the timer of M mode. */
static bool create_clint_devices(Machine *m, hwaddr base, Error **errp)
{
    Device *swi = riscv_aclint_swi_create(base, 0, m->smp.cpus, false, errp);
    Device *timer = swi ? riscv_aclint_mtimer_create(base + ACLINT_SWI_SIZE, 0, m->smp.cpus,
                                                     ACLINT_TIMEBASE_FREQ, errp)
                        : NULL;
    CPUState *cpu;

    if (!timer) {
        return false;
    }
    CPU_FOREACH(cpu)
    {
        device_connect_irq(swi, cpu->index, device_irq_input(&cpu->dev, IRQ_MSI));
        device_connect_irq(timer, cpu->index, device_irq_input(&cpu->dev, IRQ_MTI));
        riscv_cpu_set_rdtime(cpu, riscv_aclint_mtimer_time, timer, ACLINT_TIMEBASE_FREQ);
    }
    return true;
}

bool riscv_create_clint(Machine *m, hwaddr base, Fdt *fdt, Error **errp)
{
    INIT_STEP();
    static const uint32_t irqs[] = {IRQ_MSI, IRQ_MTI};
    char *path;

    if (!create_clint_devices(m, base, errp)) {
        return false;
    }
    if (fdt) {
        path = xasprintf("/soc/clint@%" PRIx64, base);
        dt_add_node(fdt, path);
        dt_set_strings(fdt, path, "compatible", "sifive,clint0", "riscv,clint0", NULL);
        dt_set_reg(fdt, path, base, 0x10000);
        riscv_fdt_interrupts_extended(fdt, path, irqs, ARRAY_SIZE(irqs));
        free(path);
    }
    return true;
}

/* A node for the device at @addr that raises @irq of each hart; its path is yours to free. */
static char *describe_aclint(Fdt *fdt, const char *kind, hwaddr addr, uint32_t irq)
{
    char *path = xasprintf("/soc/%s@%" PRIx64, kind, addr);
    char *compatible = xasprintf("riscv,aclint-%s", kind);

    dt_add_node(fdt, path);
    dt_set_string(fdt, path, "compatible", compatible);
    riscv_fdt_interrupts_extended(fdt, path, &irq, 1);
    free(compatible);
    return path;
}

static void describe_swi(Fdt *fdt, const char *kind, hwaddr addr, uint32_t irq)
{
    char *path = describe_aclint(fdt, kind, addr, irq);

    dt_set_reg(fdt, path, addr, ACLINT_SWI_SIZE);
    dt_set_empty(fdt, path, "interrupt-controller");
    dt_set_cell(fdt, path, "#address-cells", 0);
    dt_set_cell(fdt, path, "#interrupt-cells", 0);
    free(path);
}

/* "reg" of a timer has two parts: where mtime is, and the comparands. */
static void describe_mtimer(Fdt *fdt, hwaddr addr)
{
    char *path = describe_aclint(fdt, "mtimer", addr, IRQ_MTI);
    uint32_t end = addr + ACLINT_MTIMER_SIZE, time = addr + ACLINT_MTIMER_TIME;

    dt_set_cells(fdt, path, "reg", 8, 0, time, 0, end - time, 0, (uint32_t)addr, 0, time - addr);
    free(path);
}

bool riscv_create_aclint(Machine *m, hwaddr base, hwaddr sswi_base, Fdt *fdt, Error **errp)
{
    INIT_STEP();
    Device *sswi;
    CPUState *cpu;

    if (!create_clint_devices(m, base, errp)) {
        return false;
    }
    sswi = riscv_aclint_swi_create(sswi_base, 0, m->smp.cpus, true, errp);
    if (!sswi) {
        return false;
    }
    CPU_FOREACH(cpu)
    {
        device_connect_irq(sswi, cpu->index, device_irq_input(&cpu->dev, IRQ_SSI));
    }
    if (fdt) {
        describe_swi(fdt, "mswi", base, IRQ_MSI);
        describe_mtimer(fdt, base + ACLINT_SWI_SIZE);
        describe_swi(fdt, "sswi", sswi_base, IRQ_SSI);
    }
    return true;
}

bool riscv_finish_fdt(Machine *m, Fdt *fdt, Error **errp)
{
    m->fdt = fdt;
    return dt_finish(fdt, errp);
}
