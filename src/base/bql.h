/* SPDX-License-Identifier: MIT */
/* The big lock (BQL).  It guards all device state, the memory tree, the object tree and everything
 * else that has no lock of its own.  The main thread holds it except while it sleeps in poll; a
 * vCPU thread holds it only around device access.  It does not nest: ask bql_locked() where both
 * can be. */
#ifndef BASE_BQL_H
#define BASE_BQL_H

#include "base/types.h"

#include <pthread.h>

void bql_lock(void);
void bql_unlock(void);

/* Does this thread hold it? */
bool bql_locked(void);

/* pthread_cond_wait on the big lock, which the caller holds. */
void bql_cond_wait(pthread_cond_t *cond);

/* Take the lock unless this thread has it; pass the result to bql_unlock_if when done. */
static inline bool bql_lock_if_needed(void)
{
    if (bql_locked()) {
        return false;
    }
    bql_lock();
    return true;
}

static inline void bql_unlock_if(bool taken)
{
    if (taken) {
        bql_unlock();
    }
}

#endif
