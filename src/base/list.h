/* SPDX-License-Identifier: MIT */
/* Intrusive doubly linked list: the links live inside the element, so nothing is allocated, an
 * element can leave in O(1), and one element can be on several lists.  A List is both the head
 * and the link; an empty or unlinked List points at itself.
 *
 *     head <-> a.link <-> b.link <-> head
 */
#ifndef BASE_LIST_H
#define BASE_LIST_H

#include "base/types.h"

typedef struct List {
    struct List *next, *prev;
} List;

#define LIST_INIT(head) {&(head), &(head)}

static inline void list_init(List *l)
{
    l->next = l->prev = l;
}

static inline bool list_empty(const List *l)
{
    return l->next == l;
}

/* Insert @l before @pos: at the end, when @pos is the head. */
static inline void list_insert_before(List *pos, List *l)
{
    l->next = pos;
    l->prev = pos->prev;
    pos->prev->next = l;
    pos->prev = l;
}

static inline void list_push_back(List *head, List *l)
{
    list_insert_before(head, l);
}

static inline void list_push_front(List *head, List *l)
{
    list_insert_before(head->next, l);
}

/* Take @l off its list; @l is left unlinked, so removing twice is harmless. */
static inline void list_remove(List *l)
{
    l->prev->next = l->next;
    l->next->prev = l->prev;
    list_init(l);
}

#define list_entry(link, type, member) container_of(link, type, member)

/* The body may not remove elements other than through the _safe form, which allows removing @var
 * itself. */
#define LIST_FOREACH(var, head, member)                                                           \
    for (var = container_of((head)->next, __typeof__(*var), member); &var->member != (head);      \
         var = container_of(var->member.next, __typeof__(*var), member))

#define LIST_FOREACH_SAFE(var, tmp, head, member)                                                 \
    for (var = container_of((head)->next, __typeof__(*var), member),                              \
        tmp = container_of(var->member.next, __typeof__(*var), member);                           \
         &var->member != (head);                                                                  \
         var = tmp, tmp = container_of(tmp->member.next, __typeof__(*tmp), member))

#endif
