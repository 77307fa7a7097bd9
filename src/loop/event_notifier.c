/* SPDX-License-Identifier: MIT */
#include "loop/event_notifier.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

bool event_notifier_init(EventNotifier *e, bool active, Error **errp)
{
    e->handler = NULL;
    e->fd = eventfd(active, EFD_CLOEXEC | EFD_NONBLOCK);
    if (e->fd < 0) {
        return err_set(errp, "cannot create an eventfd: %s (see ulimit -n)", strerror(errno));
    }
    return true;
}

void event_notifier_cleanup(EventNotifier *e)
{
    if (e->fd >= 0) {
        close(e->fd);
        e->fd = -1;
    }
}

void event_notifier_set(EventNotifier *e)
{
    const uint64_t one = 1;
    int saved = errno; /* a signal handler must not change it */
    ssize_t n;

    do {
        n = write(e->fd, &one, sizeof(one));
    } while (n < 0 && errno == EINTR); /* EAGAIN: the counter is full, so the event is set */
    errno = saved;
}

bool event_notifier_test_and_clear(EventNotifier *e)
{
    uint64_t count;
    ssize_t n;

    do {
        n = read(e->fd, &count, sizeof(count));
    } while (n < 0 && errno == EINTR);
    return n == sizeof(count);
}
