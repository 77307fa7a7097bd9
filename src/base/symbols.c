/* SPDX-License-Identifier: MIT */
/* Symbols: an array, sorted by address when first asked after a change. */
#include "base/symbols.h"

#include "base/alloc.h"

#include <pthread.h>

typedef struct Symbol {
    uint64_t addr, size;
    char *name;
} Symbol;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards all below */
static Symbol *symbols;
static size_t count, capacity;
static bool sorted;

void symbols_add(const char *name, uint64_t addr, uint64_t size)
{
    pthread_mutex_lock(&lock);
    if (count == capacity) {
        capacity = capacity ? 2 * capacity : 256;
        symbols = xrealloc(symbols, capacity * sizeof(Symbol));
    }
    symbols[count] = (Symbol){addr, size, xstrdup(name)};
    __atomic_store_n(&count, count + 1, __ATOMIC_RELAXED);
    sorted = false;
    pthread_mutex_unlock(&lock);
}

/* By address; of several names for one place, the one with a size, then the first in the alphabet.
 */
static int compare(const void *pa, const void *pb)
{
    const Symbol *a = pa, *b = pb;

    if (a->addr != b->addr) {
        return a->addr < b->addr ? -1 : 1;
    }
    if (a->size != b->size) {
        return a->size > b->size ? -1 : 1;
    }
    return strcmp(a->name, b->name);
}

/* Lock held. */
static void sort(void)
{
    if (!sorted && count) {
        qsort(symbols, count, sizeof(Symbol), compare);
    }
    sorted = true;
}

const char *symbols_find(uint64_t addr, uint64_t *offset)
{
    const char *name = NULL;
    size_t low = 0, high;

    pthread_mutex_lock(&lock);
    sort();
    high = count;
    while (low < high) { /* the first symbol beyond addr */
        size_t mid = low + (high - low) / 2;

        if (symbols[mid].addr <= addr) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    if (low) {
        const Symbol *s = &symbols[low - 1];

        while (s > symbols && s[-1].addr == s->addr) {
            s--;
        }
        if (!s->size || addr - s->addr < s->size) {
            name = s->name;
            *offset = addr - s->addr;
        }
    }
    pthread_mutex_unlock(&lock);
    return name;
}

bool symbols_address(const char *name, uint64_t *addr)
{
    bool found = false;

    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < count && !found; i++) {
        if (strcmp(symbols[i].name, name) == 0) {
            *addr = symbols[i].addr;
            found = true;
        }
    }
    pthread_mutex_unlock(&lock);
    return found;
}

bool symbols_known(void)
{
    return __atomic_load_n(&count, __ATOMIC_RELAXED) > 0;
}

uint64_t symbols_size(uint64_t addr)
{
    uint64_t size = 0;

    pthread_mutex_lock(&lock);
    sort();
    for (size_t i = 0; i < count; i++) {
        if (symbols[i].addr == addr && symbols[i].size) {
            size = symbols[i].size;
            break;
        }
        if (symbols[i].addr > addr) {
            size = i && symbols[i - 1].addr == addr ? symbols[i].addr - addr : 0;
            break;
        }
    }
    pthread_mutex_unlock(&lock);
    return size;
}

void symbols_describe(Str *out, uint64_t addr)
{
    uint64_t offset;
    const char *name = symbols_find(addr, &offset);

    if (name) {
        str_printf(out, " (%s+%#" PRIx64 ")", name, offset);
    }
}

void symbols_clear(void)
{
    pthread_mutex_lock(&lock);
    while (count) {
        free(symbols[--count].name);
    }
    free(symbols);
    symbols = NULL;
    capacity = 0;
    pthread_mutex_unlock(&lock);
}
