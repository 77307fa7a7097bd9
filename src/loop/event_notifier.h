/* SPDX-License-Identifier: MIT */
/* An event that one side sets and the other side waits for with ppoll: an eventfd. Setting it
 * twice before the other side looks is the same as once. */
#ifndef LOOP_EVENT_NOTIFIER_H
#define LOOP_EVENT_NOTIFIER_H

#include "base/error.h"

typedef struct EventNotifier {
    int fd; /* -1 when closed */
    void (*handler)(struct EventNotifier *e); /* set by aio_set_event_notifier */
} EventNotifier;

typedef void EventNotifierHandler(EventNotifier *e);

/* Open @e, set already if @active. */
bool event_notifier_init(EventNotifier *e, bool active, Error **errp);
void event_notifier_cleanup(EventNotifier *e);

/* Any thread, and from a signal handler too; errno survives. */
void event_notifier_set(EventNotifier *e);

/* Clear @e; true if it was set. */
bool event_notifier_test_and_clear(EventNotifier *e);

static inline int event_notifier_get_fd(const EventNotifier *e)
{
    return e->fd;
}

#endif
