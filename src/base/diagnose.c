/* SPDX-License-Identifier: MIT */
#include "base/diagnose.h"

#include "base/alloc.h"
#include "base/log.h"

bool diagnose_on = true;
void (*diagnose_console_hook)(const uint8_t *buf, size_t n);

void diagnose(const Str *text)
{
    char *copy = xstrdup(str_get(text)), *rest = copy, *line;

    log_lock();
    while (diagnose_on && (line = strsep(&rest, "\n"))) {
        if (*line) {
            log_printf("diagnosis: %s\n", line);
        }
    }
    log_unlock();
    free(copy);
}
