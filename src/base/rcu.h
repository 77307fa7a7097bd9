/* SPDX-License-Identifier: MIT */
/* Read-copy-update, small: readers of a published pointer take no lock, and what a writer has
 * unpublished is freed only when nobody can be reading it any more.
 *
 *     reader                                  writer (serialised by a lock of its own)
 *     rcu_read_lock();                        old = atomic_exchange(&shared, new);
 *     p = atomic_load(&shared); ... use p     rcu_defer(free_it, old);
 *     rcu_read_unlock();
 *
 * Nobody ever waits: rcu_defer puts the object on a list, and each later rcu_defer or rcu_reclaim
 * frees those whose readers have gone.  So a reader may take the big lock, and a writer may itself
 * be a reader. Read sections nest; only the outermost one costs anything (one locked store). */
#ifndef BASE_RCU_H
#define BASE_RCU_H

#include "base/types.h"

void rcu_read_lock(void);
void rcu_read_unlock(void);

/* Call fn(arg) when every read section that is open now has ended: at once, if there is none.  Runs
 * in the thread of some later rcu_defer or rcu_reclaim. */
void rcu_defer(void (*fn)(void *arg), void *arg);

/* Free what can be freed.  Returns how many calls are still pending. */
size_t rcu_reclaim(void);

#endif
