/* SPDX-License-Identifier: MIT */
/* -smp and -m: how many CPUs in which arrangement, and how much memory. */
#include "hw/core/board.h"

enum { SMP_LIMIT = 4096 };

/* What of sockets, cores and threads was not given is chosen so that the product fits: cores take
 * it all. */
static void complete_topology(SmpTopology *t)
{
    unsigned want = t->max_cpus ? t->max_cpus : t->cpus;

    if (!t->cores) {
        unsigned known = (t->sockets ? t->sockets : 1) * (t->threads ? t->threads : 1);

        t->cores = want > known ? want / known : 1;
    }
    if (!t->sockets) {
        unsigned known = t->cores * (t->threads ? t->threads : 1);

        t->sockets = want > known ? want / known : 1;
    }
    if (!t->threads) {
        unsigned known = t->cores * t->sockets;

        t->threads = want > known ? want / known : 1;
    }
    if (!t->max_cpus) {
        t->max_cpus = t->cpus ? t->cpus : t->sockets * t->cores * t->threads;
    }
    t->cpus = t->cpus ? t->cpus : t->max_cpus;
}

static bool check_topology(const Machine *m, const SmpTopology *t, Error **errp)
{
    const Board *b = m->board;
    unsigned limit = b->max_cpus ? b->max_cpus : 1;

    if ((uint64_t)t->sockets * t->cores * t->threads != t->max_cpus) {
        return err_set(
            errp, "-smp: sockets (%u) * cores (%u) * threads (%u) must be the number of CPUs (%u)",
            t->sockets, t->cores, t->threads, t->max_cpus);
    }
    if (t->cpus > t->max_cpus) {
        return err_set(errp, "-smp: %u CPUs are more than maxcpus=%u", t->cpus, t->max_cpus);
    }
    if (t->max_cpus > limit) {
        return err_set(errp, "-smp %u: the board %s takes at most %u CPU%s", t->max_cpus, b->name,
                       limit, limit == 1 ? "" : "s");
    }
    return true;
}

/* A positive number below SMP_LIMIT; absent stays 0. */
static bool get_count(KeyVals *opts, const char *key, unsigned *count, Error **errp)
{
    uint64_t v = 0;

    if (!keyval_get(opts, key)) {
        return true;
    }
    if (!keyval_get_u64(opts, key, &v, errp)) {
        return false;
    }
    if (v == 0 || v > SMP_LIMIT) {
        return err_set(errp, "-smp: %s=%" PRIu64 " is not possible: 1 to %d are", key, v,
                       SMP_LIMIT);
    }
    *count = v;
    return true;
}

bool machine_parse_smp(Machine *m, KeyVals *opts, Error **errp)
{
    SmpTopology t = {0};
    unsigned one = 1;

    if (!get_count(opts, "cpus", &t.cpus, errp) || !get_count(opts, "maxcpus", &t.max_cpus, errp) ||
        !get_count(opts, "sockets", &t.sockets, errp) ||
        !get_count(opts, "cores", &t.cores, errp) ||
        !get_count(opts, "threads", &t.threads, errp) || !get_count(opts, "dies", &one, errp) ||
        !get_count(opts, "clusters", &one, errp) || !keyval_check_used(opts, errp)) {
        return false;
    }
    if (one != 1) {
        return err_set(errp, "-smp: dies= and clusters= can only be 1");
    }
    complete_topology(&t);
    if (!check_topology(m, &t, errp)) {
        return false;
    }
    m->smp = t;
    return true;
}

bool machine_parse_memory(Machine *m, KeyVals *opts, Error **errp)
{
    uint64_t size = m->ram_size, max = 0;

    if (!keyval_get_size(opts, "size", MiB, &size, errp) ||
        !keyval_get_size(opts, "maxmem", MiB, &max, errp)) {
        return false;
    }
    if (keyval_get(opts, "slots")) {
        return err_set(
            errp, "-m: slots= is for memory that is plugged in later, which no board supports");
    }
    if (!keyval_check_used(opts, errp)) {
        return false;
    }
    if (max && max != size) {
        return err_set(
            errp, "-m: maxmem= is for memory that is plugged in later, which no board supports");
    }
    if (!size) {
        return err_set(errp, "-m 0: the machine needs memory; 128M is the default");
    }
    if (size % (8 * KiB)) {
        return err_set(errp, "-m: the size must be a multiple of 8 KiB");
    }
    m->ram_size = size;
    return true;
}
