/* SPDX-License-Identifier: MIT */
/* Accelerators: ways to run a vCPU.  Each is one row; "-accel help" lists them. */
#ifndef ACCEL_ACCEL_H
#define ACCEL_ACCEL_H

#include "base/keyval.h"
#include "base/linkset.h"

typedef struct Accel {
    const char *name, *summary;
    /* Set it up with the properties of "-accel NAME,...".  False with the reason when it cannot be
     * used here. */
    bool (*init)(KeyVals *opts, Error **errp);
    /* Say how vCPUs are made, run and stopped: set cpus_accel. */
    void (*ops_init)(void);
} Accel;

#define ACCEL(row) LINKSET_ADD(accels, row)

/* Use the first of @count "-accel" values ("tcg,thread=single", "kvm:tcg") that works here; with
 * none given, tcg.  Says why one was passed over.  Before any CPU is made; big lock. */
bool configure_accelerators(const char *const *values, size_t count, Error **errp);

/* From now on vCPUs are those of the accelerator in use.  Before the board makes any. */
void accel_init_interfaces(void);

/* The row in use, or NULL. */
const Accel *current_accel(void);

void accel_help(FILE *out);

/* "-icount TEXT".  Before configure_accelerators. */
bool accel_set_icount(const char *text, Error **errp);

#endif
