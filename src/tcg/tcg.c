/* SPDX-License-Identifier: MIT */
/* Engines by name, and the way from a place in host code to the guest instruction it belongs to. */
#include "tcg/tcg.h"

LINKSET_DECLARE(tcg_engines);

TcgRuntime tcg_runtime;

const TcgEngine *tcg_find_engine(const char *name, Error **errp)
{
    const TcgEngine *best = NULL;
    Nearest near;

    nearest_init(&near, name ? name : "");
    LINKSET_FOREACH(r, tcg_engines) {
        const TcgEngine *e = r->row;

        nearest_offer(&near, e->name);
        if (name ? !strcmp(name, e->name) : !best || e->priority > best->priority) {
            best = e;
        }
    }
    if (!best) {
        err_set(errp, "engine '%s' does not exist; did you mean '%s'?", name,
                nearest_get(&near) ? nearest_get(&near) : "interp");
    }
    return best;
}

const TcgMark *tcg_find_mark(const TcgCode *code, uint32_t offset)
{
    size_t lo = 0, hi = code->nmarks;

    /* The last mark at or below offset. */
    while (lo + 1 < hi) {
        size_t mid = (lo + hi) / 2;

        if (code->marks[mid].host <= offset) {
            lo = mid;
        } else {
            hi = mid;
        }
    }
    return &code->marks[lo];
}
