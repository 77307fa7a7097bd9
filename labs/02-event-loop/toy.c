/* SPDX-License-Identifier: MIT */
/* One thread that waits for two things at once: a timer, and a pipe.  The timer goes off every 20
 * milliseconds and puts a letter into the pipe; who reads the pipe prints it. */
#include <poll.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static int ends[2]; /* of the pipe: read, write */
static long deadline; /* of the timer, in milliseconds */
static int written, letters_read;

static long now(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void on_timer(void)
{
    char letter = 'a' + written++;

    printf("timer: I write %c\n", letter);
    if (write(ends[1], &letter, 1) == 1) {
        deadline = now() + 20;
    }
}

static void on_readable(void)
{
    char letter;

    if (read(ends[0], &letter, 1) == 1) {
        printf("pipe:  I read %c\n", letter);
        letters_read++;
    }
}

int main(void)
{
    if (pipe(ends)) {
        return 1;
    }
    deadline = now() + 20;
    while (letters_read < 3) {
        struct pollfd set = {.fd = ends[0], .events = POLLIN};
        long timeout = deadline > now() ? deadline - now() : 0; /* prepare */

        poll(&set, 1, timeout);                                 /* query, poll */
        if (set.revents & POLLIN) {                             /* check, dispatch */
            on_readable();
        }
        if (now() >= deadline) {
            on_timer();
        }
    }
    return 0;
}
