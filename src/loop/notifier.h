/* SPDX-License-Identifier: MIT */
/* A list of people to tell when something happens.  Not thread safe: use it under the big lock. */
#ifndef LOOP_NOTIFIER_H
#define LOOP_NOTIFIER_H

#include "base/list.h"

/* Embed it in what wants to know; container_of in @notify finds that again. */
typedef struct Notifier {
    void (*notify)(struct Notifier *n, void *data);
    List link;
} Notifier;

typedef struct NotifierList {
    List list;
} NotifierList;

#define NOTIFIER_LIST_INIT(l) {LIST_INIT((l).list)}

static inline void notifier_list_add(NotifierList *l, Notifier *n)
{
    list_push_back(&l->list, &n->link);
}

static inline void notifier_remove(Notifier *n)
{
    list_remove(&n->link);
}

/* Call each, in the order of adding.  A notifier may remove itself, but no other one. */
static inline void notifier_list_notify(NotifierList *l, void *data)
{
    Notifier *n, *tmp;

    LIST_FOREACH_SAFE(n, tmp, &l->list, link) {
        n->notify(n, data);
    }
}

#endif
