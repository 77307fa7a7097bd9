/* SPDX-License-Identifier: MIT */
#include "qom/module.h"

/* Constructors run in no promised order, before anything of ours is initialised: so the lists are
 * plain static memory that needs no set-up.  The order within a kind is that of the calls. */
static struct {
    const char *name;
    ModuleEntry *first, *last;
    bool called;
} kinds[MODULE_INIT_MAX] = {
    [MODULE_INIT_BLOCK] = {.name = "block"},
    [MODULE_INIT_OPTS] = {.name = "opts"},
    [MODULE_INIT_QOM] = {.name = "qom"},
    [MODULE_INIT_TRACE] = {.name = "trace"},
};

void (*module_trace)(ModuleInitType type, const ModuleEntry *entry);

void register_module_init(ModuleEntry *entry, ModuleInitType type)
{
    assert(type < MODULE_INIT_MAX && !kinds[type].called);
    if (kinds[type].last) {
        kinds[type].last->next = entry;
    } else {
        kinds[type].first = entry;
    }
    kinds[type].last = entry;
}

void module_call_init(ModuleInitType type)
{
    assert(type < MODULE_INIT_MAX);
    if (kinds[type].called) {
        return;
    }
    kinds[type].called = true;
    for (const ModuleEntry *e = kinds[type].first; e; e = e->next) {
        if (module_trace) {
            module_trace(type, e);
        }
        e->init();
    }
}

const ModuleEntry *module_first(ModuleInitType type)
{
    assert(type < MODULE_INIT_MAX);
    return kinds[type].first;
}

const char *module_type_name(ModuleInitType type)
{
    assert(type < MODULE_INIT_MAX);
    return kinds[type].name;
}
