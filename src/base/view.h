/* SPDX-License-Identifier: MIT */
/* Views: what a part of the emulator shows of itself.  A row beside that part is a command
 * "info NAME" of the monitor, where '_' in NAME is written '-':
 *
 *     VIEW(roms, "what is loaded into memory at each reset", rom_print);
 *
 * Views that need more than a name (flags, a CPU) are commands of inspect/. */
#ifndef BASE_VIEW_H
#define BASE_VIEW_H

#include "base/linkset.h"
#include "base/str.h"

typedef struct View {
    const char *name, *summary;
    /* Append text, and change nothing.  Main thread, big lock; the guest may be running. */
    void (*print)(Str *out);
} View;

#define VIEW(name_, summary_, print_)                                                              \
    static const View view_##name_ = {#name_, summary_, print_};                                   \
    LINKSET_ADD(views, view_##name_)

#endif
