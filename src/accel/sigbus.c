/* SPDX-License-Identifier: MIT */
#include "accel/sigbus.h"

#include <unistd.h>
#include "loop/signal.h"
#include "mem/address_space.h"
#include "mem/ram.h"

/* Where @b's byte @offset shows in the guest's memory; false if nowhere. */
static bool guest_address(const RAMBlock *b, uint64_t offset, hwaddr *addr)
{
    const FlatView *view = address_space_memory.view;

    for (size_t i = 0; view && i < view->count; i++) {
        const FlatRange *r = &view->ranges[i];

        if (r->ram == b && offset >= r->offset && offset - r->offset <= r->last - r->first) {
            *addr = r->first + (offset - r->offset);
            return true;
        }
    }
    return false;
}

/* We are dying, and no lock that we need can be waited for: the tables are read as they are. */
static void report_memory_error(const siginfo_t *info, void *opaque)
{
    const RAMBlock *b;
    char text[256];
    hwaddr addr;
    uint64_t offset;
    int n;

    if (info->si_signo != SIGBUS || info->si_code <= 0) {
        return;
    }
    b = ram_block_from_host(info->si_addr);
    if (!b) {
        return;
    }
    offset = (uint8_t *)info->si_addr - b->host;
    if (guest_address(b, offset, &addr)) {
        n = snprintf(text, sizeof(text),
                     "teemu: the host lost the memory of guest address %#" PRIx64
                     " (%s + %#" PRIx64 ")", addr, b->name, offset);
    } else {
        n = snprintf(text, sizeof(text), "teemu: the host lost the memory of %s + %#" PRIx64,
                     b->name, offset);
    }
    n += snprintf(text + n, sizeof(text) - n, "%s\n",
                  b->fd >= 0 ? "; was the file behind it made shorter?" : "");
    if (write(STDERR_FILENO, text, MIN((size_t)n, sizeof(text) - 1)) < 0) {
        return; /* nobody to tell */
    }
}

void init_sigbus(void)
{
    signal_add_fatal_hook(report_memory_error, NULL);
}
