/* SPDX-License-Identifier: MIT */
#include "main/config.h"

#include "base/alloc.h"

Config config;

void values_add(Values *values, const char *text)
{
    values->v = xrealloc(values->v, (values->count + 1) * sizeof(char *));
    values->v[values->count++] = xstrdup(text);
}

void config_set(char **field, const char *value)
{
    char *copy = xstrdup(value);

    free(*field);
    *field = copy;
}

static void values_free(Values *values)
{
    while (values->count) {
        free(values->v[--values->count]);
    }
    free(values->v);
}

void config_free(void)
{
    Values *const all[] = {&config.fw_cfg, &config.accels, &config.objects, &config.chardevs,
                           &config.drives, &config.devices, &config.serials,
                           &config.monitors, &config.traces};
    char *const strings[] = {config.cpu,        config.icount, config.log_items, config.log_file,
                             config.log_filter, config.name,   config.pidfile,
                             config.gdb,        config.symbols,
                             config.trace_json};

    for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
        values_free(all[i]);
    }
    for (size_t i = 0; i < ARRAY_SIZE(strings); i++) {
        free(strings[i]);
    }
    keyval_free(config.machine);
    keyval_free(config.smp);
    keyval_free(config.memory);
    config = (Config){0};
}
