/* SPDX-License-Identifier: MIT */
/* Options that say what the machine is and what it boots. */
#include "accel/accel.h"
#include "base/alloc.h"
#include "main/config.h"
#include "main/options.h"
#include "target/debug.h"

/* Take the pairs of @text into *all; later ones win. */
static bool merge(KeyVals **all, const char *option, const char *text, const char *implied,
                  Error **errp)
{
    KeyVals *kv = keyval_parse(option, text, implied, errp);
    KeyVal *e;

    if (!kv || !*all) {
        *all = kv ? kv : *all;
        return kv != NULL;
    }
    LIST_FOREACH(e, &kv->list, link) {
        keyval_set(*all, e->key, e->value);
    }
    keyval_free(kv);
    return true;
}

static void set_machine(const char *key, const char *value)
{
    if (!config.machine) {
        config.machine = keyval_parse("-machine", "", NULL, NULL);
    }
    keyval_set(config.machine, key, value);
}

static bool opt_machine(const char *arg, Error **errp)
{
    return merge(&config.machine, "-machine", arg, "type", errp);
}
OPTION(M, "M", "NAME[,PROP=V...]", OPT_STANDARD,
       "the board ('-M help' lists them, '-M NAME,help' what can be set)", opt_machine);
OPTION_GROUP(machine, "machine", "NAME[,PROP=V...]", OPT_STANDARD, "the same as -M", opt_machine,
             "machine");

static bool opt_cpu(const char *arg, Error **errp)
{
    config_set(&config.cpu, arg);
    return true;
}
OPTION(cpu, "cpu", "MODEL[,PROP=V...]", OPT_STANDARD, "the CPU model ('-cpu help' lists them)",
       opt_cpu);

static bool opt_smp(const char *arg, Error **errp)
{
    return merge(&config.smp, "-smp", arg, "cpus", errp);
}
OPTION_GROUP(smp, "smp", "N[,cores=N...]", OPT_STANDARD,
             "how many CPUs: cpus= maxcpus= sockets= cores= threads=", opt_smp, "smp-opts");

static bool opt_memory(const char *arg, Error **errp)
{
    return merge(&config.memory, "-m", arg, "size", errp);
}
OPTION_GROUP(m, "m", "SIZE", OPT_STANDARD, "how much memory: 512M, 2G; MiB without a unit",
             opt_memory, "memory");

static bool opt_accel(const char *arg, Error **errp)
{
    if (asks_for_help(arg)) {
        accel_help(stdout);
        exit(0);
    }
    values_add(&config.accels, arg);
    return true;
}
OPTION_GROUP(accel, "accel", "NAME[,PROP=V...]", OPT_STANDARD,
             "what runs the CPUs ('-accel help' lists it)", opt_accel,
             "accel");

static bool opt_icount(const char *arg, Error **errp)
{
    config_set(&config.icount, arg);
    return true;
}
OPTION(icount, "icount", "[shift=]N|auto", OPT_RUN,
       "virtual time counts instructions: 2^N ns for each", opt_icount);

static bool opt_singlestep(const char *arg, Error **errp)
{
    singlestep = true;
    return true;
}
OPTION(singlestep, "singlestep", NULL, OPT_DEBUG,
       "translate each instruction by itself, for -d exec,nochain and the like", opt_singlestep);

/* ---- what it boots: each is a property of the machine, too ---- */

static bool opt_bios(const char *arg, Error **errp)
{
    set_machine("firmware", arg);
    return true;
}
OPTION(bios, "bios", "FILE|default|none", OPT_BOOT,
       "the firmware; default is OpenSBI where it is installed", opt_bios);

static bool opt_kernel(const char *arg, Error **errp)
{
    set_machine("kernel", arg);
    return true;
}
OPTION(kernel, "kernel", "FILE", OPT_BOOT,
       "the kernel: an ELF file, a Linux Image, or raw; gzip'ed or not", opt_kernel);

static bool opt_initrd(const char *arg, Error **errp)
{
    set_machine("initrd", arg);
    return true;
}
OPTION(initrd, "initrd", "FILE", OPT_BOOT, "the initial RAM disk of the kernel", opt_initrd);

static bool opt_append(const char *arg, Error **errp)
{
    set_machine("append", arg);
    return true;
}
OPTION(append, "append", "TEXT", OPT_BOOT, "the command line of the kernel", opt_append);

static bool opt_dtb(const char *arg, Error **errp)
{
    set_machine("dtb", arg);
    return true;
}
OPTION(dtb, "dtb", "FILE", OPT_BOOT, "a device tree instead of the board's own", opt_dtb);
