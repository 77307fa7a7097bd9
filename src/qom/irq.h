/* SPDX-License-Identifier: MIT */
/* Interrupt lines (and any other wire).  An Irq is the input end: a function to call with the new
 * level.  The output end is just a pointer to it, NULL when nothing is connected.
 *
 *     uart.irq ----> Irq{plic_input, plic, n = 10} ----> plic_input(plic, 10, level)
 *
 * The handler is called on each irq_set, changed or not: a controller that was reset learns of a
 * level that is still high. All of it happens under the big lock. */
#ifndef QOM_IRQ_H
#define QOM_IRQ_H

#include "base/types.h"

typedef void IrqHandler(void *opaque, int n, int level);

typedef struct Irq {
    IrqHandler *handler;
    void *opaque;
    int n; /* the number of the line, as its receiver counts */
    int level;
    uint64_t count; /* how often it has gone from 0 to another level: "info irq" */
} Irq;

/* Drive the line.  NULL is fine: nothing is connected. */
void irq_set(Irq *irq, int level);

static inline void irq_raise(Irq *irq)
{
    irq_set(irq, 1);
}

static inline void irq_lower(Irq *irq)
{
    irq_set(irq, 0);
}

#endif
