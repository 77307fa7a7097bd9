/* SPDX-License-Identifier: MIT */
/* The big lock: a mutex, and a note in each thread whether it has it. */
#include "base/bql.h"

static pthread_mutex_t bql = PTHREAD_MUTEX_INITIALIZER;
static _Thread_local bool held;

void bql_lock(void)
{
    assert(!held);
    pthread_mutex_lock(&bql);
    held = true;
}

void bql_unlock(void)
{
    assert(held);
    held = false;
    pthread_mutex_unlock(&bql);
}

void bql_cond_wait(pthread_cond_t *cond)
{
    assert(held);
    held = false;
    pthread_cond_wait(cond, &bql);
    held = true;
}

bool bql_locked(void)
{
    return held;
}
