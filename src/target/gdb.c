/* SPDX-License-Identifier: MIT */
#include "target/gdb.h"

const GdbFeature *gdb_find_reg(CPUState *cpu, unsigned n, GdbReg *reg)
{
    *reg = (GdbReg){0};
    for (const GdbFeature *f = cpu->ops->gdb ? cpu->ops->gdb->features : NULL; f && f->name; f++) {
        if (n >= f->first && n - f->first < f->count) {
            return f->describe(cpu, n, reg) ? f : NULL;
        }
    }
    return NULL;
}

unsigned gdb_get_reg(CPUState *cpu, unsigned n, uint8_t *value)
{
    GdbReg reg;
    const GdbFeature *f = gdb_find_reg(cpu, n, &reg);

    if (!f) {
        return 0;
    }
    assert(reg.bits / 8 <= GDB_REG_BYTES);
    f->get(cpu, n, value);
    return reg.bits / 8;
}

typedef struct SetWork {
    const GdbFeature *feature;
    unsigned n;
    const uint8_t *value;
    bool done;
} SetWork;

static void set_reg(CPUState *cpu, void *data)
{
    SetWork *w = data;

    w->done = w->feature->set(cpu, w->n, w->value);
}

bool gdb_set_reg(CPUState *cpu, unsigned n, const uint8_t *value)
{
    GdbReg reg;
    SetWork w = {.feature = gdb_find_reg(cpu, n, &reg), .n = n, .value = value};

    if (w.feature) {
        run_on_cpu(cpu, set_reg, &w);
    }
    return w.done;
}

static void describe_feature(CPUState *cpu, const GdbFeature *f, Str *out)
{
    str_printf(out, "  <feature name=\"%s\">\n", f->name);
    if (f->types) {
        str_append(out, f->types(cpu));
    }
    for (unsigned n = f->first; n < f->first + f->count; n++) {
        GdbReg reg = {0};

        if (!f->describe(cpu, n, &reg)) {
            continue;
        }
        str_printf(out, "    <reg name=\"%s\" bitsize=\"%u\" regnum=\"%u\" type=\"%s\"", reg.name,
                   reg.bits, n, reg.type);
        if (reg.group) {
            str_printf(out, " group=\"%s\"", reg.group);
        }
        str_append(out, reg.volatile_ ? " save-restore=\"no\"/>\n" : "/>\n");
    }
    str_append(out, "  </feature>\n");
}

void gdb_describe_target(CPUState *cpu, Str *out)
{
    const GdbTarget *t = cpu->ops->gdb;
    GdbReg reg;

    if (!t) {
        return;
    }
    str_printf(out, "<?xml version=\"1.0\"?>\n<!DOCTYPE target SYSTEM \"gdb-target.dtd\">\n"
                    "<target version=\"1.0\">\n  <architecture>%s</architecture>\n",
               t->architecture(cpu));
    for (const GdbFeature *f = t->features; f->name; f++) {
        bool any = false;

        for (unsigned n = f->first; n < f->first + f->count && !any; n++) {
            any = f->describe(cpu, n, &reg);
        }
        if (any) {
            describe_feature(cpu, f, out);
        }
    }
    str_append(out, "</target>\n");
}
