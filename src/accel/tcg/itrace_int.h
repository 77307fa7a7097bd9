/* SPDX-License-Identifier: MIT */
/* Between the recorder (itrace.c) and the pass that makes blocks call it (itrace_ir.c). */
#ifndef ACCEL_TCG_ITRACE_INT_H
#define ACCEL_TCG_ITRACE_INT_H

#include "accel/tcg/itrace.h"

enum {
    ITRACE_CODE = 8,     /* bytes of an instruction that are kept */
    ITRACE_WRITES = 4,   /* globals that it writes, */
    ITRACE_STATES = 6,   /* other pieces of state that it changes, */
    ITRACE_ACCESSES = 3, /* and accesses to memory: what is more is not shown */
};

/* What the recorder is told of an instruction besides its pc and its bytes:
 *
 *      63        56 55       48 47       40 39       32 31 12  11    10    9     8   7      0
 *     | written + 1 | written + 1 | ...     | ...       |      | ST  | TO | FROM | STATE | length |
 *
 * Of an access: the length, and STORE. */
enum {
    ITRACE_LEN = 0xff,
    ITRACE_STATE = 1 << 8, /* it may change what is no global */
    ITRACE_FROM = 1 << 9,  /* recording begins here, */
    ITRACE_TO = 1 << 10,   /* or ends */
    ITRACE_STORE = 1 << 11,
    ITRACE_WRITES_SHIFT = 32,
};

/* May the next instruction be one that does not tell when it begins? */
bool itrace_ends_anywhere(void);

/* Is @pc one of the places where recording begins or ends?  ITRACE_FROM and ITRACE_TO. */
unsigned itrace_places(uint64_t pc);

IR_HELPER_EXTERN(itrace_begin);
IR_HELPER_EXTERN(itrace_end);
IR_HELPER_EXTERN(itrace_memory);
IR_HELPER_EXTERN(itrace_rmw);
IR_HELPER_EXTERN(itrace_cmpxchg);

#endif
