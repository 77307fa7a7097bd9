/* SPDX-License-Identifier: MIT */
/* Constructors by kind.  type_init(f) makes f run not before main, where nothing is ready yet,
 * but when start-up reaches module_call_init(MODULE_INIT_QOM).  What runs before main only puts f
 * on the list of its kind:
 *
 *     .init_array -> register_module_init -> list of the kind -> module_call_init(kind) -> f()
 *
 * Adding a file with a type_init in it therefore adds a type, and no other file is edited. */
#ifndef QOM_MODULE_H
#define QOM_MODULE_H

#include "base/list.h"

typedef enum ModuleInitType {
    MODULE_INIT_BLOCK, /* block drivers */
    MODULE_INIT_OPTS, /* groups of command line options */
    MODULE_INIT_QOM, /* types */
    MODULE_INIT_TRACE, /* trace back ends */
    MODULE_INIT_MAX
} ModuleInitType;

typedef struct ModuleEntry {
    const char *name; /* of the function */
    const char *file;
    void (*init)(void);
    struct ModuleEntry *next; /* in registration order */
} ModuleEntry;

/* Append @entry, which must live for ever, to the list of @type.  Runs before main: it may rely
 * on nothing. */
void register_module_init(ModuleEntry *entry, ModuleInitType type);

/* Run the functions of @type in registration order.  A second call for the same @type does
 * nothing.  Main thread. */
void module_call_init(ModuleInitType type);

/* The registered functions of @type, for listings: the first one, or NULL; go on through ->next. */
const ModuleEntry *module_first(ModuleInitType type);

/* "qom", "block"... */
const char *module_type_name(ModuleInitType type);

/* Called before each function that module_call_init runs, or NULL: for -trace-init. */
extern void (*module_trace)(ModuleInitType type, const ModuleEntry *entry);

#define module_init(function, type)                                                               \
    static void __attribute__((constructor)) register_##function(void)                            \
    {                                                                                             \
        static ModuleEntry entry = {#function, __FILE__, function, NULL};                         \
        register_module_init(&entry, type);                                                       \
    }                                                                                             \
    _Static_assert(1, "so that a semicolon may follow")

#define block_init(function) module_init(function, MODULE_INIT_BLOCK)
#define opts_init(function)  module_init(function, MODULE_INIT_OPTS)
#define type_init(function)  module_init(function, MODULE_INIT_QOM)
#define trace_init(function) module_init(function, MODULE_INIT_TRACE)

#endif
