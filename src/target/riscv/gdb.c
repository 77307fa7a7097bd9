/* SPDX-License-Identifier: MIT */
/* The registers of a hart as gdb knows them; the numbers are gdb's own for RISC-V:
 *
 *     0-31  x      32  pc      33-64  f      65 + n  CSR n (fflags, frm, fcsr first)
 *     4161  priv: the privilege, as a register that can be looked at and set
 *
 * A debugger sees a CSR when machine mode could read it, whatever mode the hart is in. */
#include "target/gdb.h"
#include "target/riscv/csr.h"

enum {
    REG_PC = 32,
    REG_F0 = 33,
    REG_CSR0 = 65,
    REG_FFLAGS = REG_CSR0 + 1,
    REG_FCSR = REG_CSR0 + 3,
    REG_PRIV = REG_CSR0 + 4096,
};

static const char *architecture(CPUState *cs)
{
    return riscv_env(cs)->xlen == 64 ? "riscv:rv64" : "riscv:rv32";
}

/* Guests are little-endian. */
static void put(uint8_t *value, uint64_t v, unsigned bits)
{
    for (unsigned i = 0; i < bits / 8; i++) {
        value[i] = v >> (8 * i);
    }
}

static uint64_t take(const uint8_t *value, unsigned bits)
{
    uint64_t v = 0;

    for (unsigned i = 0; i < bits / 8; i++) {
        v |= (uint64_t)value[i] << (8 * i);
    }
    return v;
}

/* ---- x and pc ---- */

static bool describe_cpu(CPUState *cs, unsigned n, GdbReg *reg)
{
    static const char *const types[REG_PC + 1] = {
        [1] = "code_ptr", [2] = "data_ptr", [3] = "data_ptr",
        [4] = "data_ptr", [8] = "data_ptr", [REG_PC] = "code_ptr"};

    snprintf(reg->name, sizeof(reg->name), "%s", n == REG_PC ? "pc" : riscv_gpr_names[n]);
    if (n == 8) {
        snprintf(reg->name, sizeof(reg->name), "fp"); /* s0's other name, which gdb shows */
    }
    reg->bits = riscv_env(cs)->xlen;
    reg->type = types[n] ? types[n] : "int";
    return true;
}

static void get_cpu(CPUState *cs, unsigned n, uint8_t *value)
{
    const CPURISCVState *env = riscv_env(cs);

    put(value, n == REG_PC ? env->tcg.pc : env->gpr[n], env->xlen);
}

static bool set_cpu(CPUState *cs, unsigned n, const uint8_t *value)
{
    CPURISCVState *env = riscv_env(cs);
    uint64_t v = take(value, env->xlen);

    if (n == REG_PC) {
        env->tcg.pc = v & ~1ULL;
    } else if (n) { /* x0 stays what it is */
        env->gpr[n] = v;
    }
    return true;
}

/* ---- f, fflags, frm, fcsr ---- */

static const char *fpu_types(CPUState *cs)
{
    return riscv_has(riscv_env(cs), EXT_d)
               ? "    <union id=\"riscv_double\">\n"
                 "      <field name=\"float\" type=\"ieee_single\"/>\n"
                 "      <field name=\"double\" type=\"ieee_double\"/>\n"
                 "    </union>\n"
               : "";
}

static bool describe_fpu(CPUState *cs, unsigned n, GdbReg *reg)
{
    const CPURISCVState *env = riscv_env(cs);
    Str name = {0};

    if (!riscv_has(env, EXT_f) || n == REG_CSR0) {
        return false;
    }
    if (n > REG_CSR0) {
        riscv_csr_name(n - REG_CSR0, &name);
        snprintf(reg->name, sizeof(reg->name), "%s", str_get(&name));
        str_free(&name);
        reg->bits = 32;
        reg->type = "int";
    } else {
        snprintf(reg->name, sizeof(reg->name), "%s", riscv_fpr_names[n - REG_F0]);
        reg->bits = riscv_has(env, EXT_d) ? 64 : 32;
        reg->type = reg->bits == 64 ? "riscv_double" : "ieee_single";
    }
    reg->group = "float";
    return true;
}

static void get_fpu(CPUState *cs, unsigned n, uint8_t *value)
{
    CPURISCVState *env = riscv_env(cs);

    if (n > REG_CSR0) {
        put(value, riscv_csr_get(env, n - REG_CSR0), 32);
    } else {
        put(value, env->fpr[n - REG_F0], riscv_has(env, EXT_d) ? 64 : 32);
    }
}

static bool set_fpu(CPUState *cs, unsigned n, const uint8_t *value)
{
    CPURISCVState *env = riscv_env(cs);

    if (n > REG_CSR0) {
        riscv_csr_set(env, n - REG_CSR0, take(value, 32));
    } else if (riscv_has(env, EXT_d)) {
        env->fpr[n - REG_F0] = take(value, 64);
    } else {
        env->fpr[n - REG_F0] = take(value, 32) | 0xffffffffULL << 32; /* NaN-boxed */
    }
    return true;
}

/* ---- CSRs ---- */

static bool describe_csr(CPUState *cs, unsigned n, GdbReg *reg)
{
    CPURISCVState *env = riscv_env(cs);
    Str name = {0};

    if (!riscv_csr_exists(env, n - REG_CSR0)) {
        return false;
    }
    riscv_csr_name(n - REG_CSR0, &name);
    snprintf(reg->name, sizeof(reg->name), "%s", str_get(&name));
    str_free(&name);
    reg->bits = env->xlen;
    reg->type = "int";
    reg->group = "system";
    reg->volatile_ = true;
    return true;
}

static void get_csr(CPUState *cs, unsigned n, uint8_t *value)
{
    CPURISCVState *env = riscv_env(cs);

    put(value, riscv_csr_get(env, n - REG_CSR0), env->xlen);
}

static bool set_csr(CPUState *cs, unsigned n, const uint8_t *value)
{
    CPURISCVState *env = riscv_env(cs);
    unsigned csr = n - REG_CSR0;

    if ((csr >> 10 & 3) == 3) {
        return false; /* read-only for everybody */
    }
    riscv_csr_set(env, csr, take(value, env->xlen));
    return true;
}

/* ---- the privilege ---- */

static bool describe_virtual(CPUState *cs, unsigned n, GdbReg *reg)
{
    snprintf(reg->name, sizeof(reg->name), "priv");
    reg->bits = riscv_env(cs)->xlen;
    reg->type = "int";
    reg->group = "system";
    reg->volatile_ = true;
    return true;
}

static void get_virtual(CPUState *cs, unsigned n, uint8_t *value)
{
    put(value, riscv_env(cs)->priv, riscv_env(cs)->xlen);
}

static bool set_virtual(CPUState *cs, unsigned n, const uint8_t *value)
{
    CPURISCVState *env = riscv_env(cs);
    uint64_t priv = take(value, env->xlen);

    if (priv != PRV_M && !(priv == PRV_S && riscv_has(env, EXT_s)) &&
        !(priv == PRV_U && riscv_has(env, EXT_u))) {
        return false;
    }
    env->priv = priv;
    return true;
}

static const GdbFeature features[] = {
    {"org.gnu.gdb.riscv.cpu", 0, REG_PC + 1, NULL, describe_cpu, get_cpu, set_cpu},
    {"org.gnu.gdb.riscv.fpu", REG_F0, REG_FCSR + 1 - REG_F0, fpu_types, describe_fpu, get_fpu,
     set_fpu},
    {"org.gnu.gdb.riscv.csr", REG_FCSR + 1, REG_PRIV - REG_FCSR - 1, NULL, describe_csr, get_csr,
     set_csr},
    {"org.gnu.gdb.riscv.virtual", REG_PRIV, 1, NULL, describe_virtual, get_virtual, set_virtual},
    {0},
};

const GdbTarget riscv_gdb = {architecture, REG_PC + 1, features};
