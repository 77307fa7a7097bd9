/* SPDX-License-Identifier: MIT */
#include "backend/char/term.h"

#include <signal.h>
#include <termios.h>
#include <unistd.h>
#include "loop/signal.h"

static struct termios original, raw;
static volatile sig_atomic_t is_raw;

void term_restore(void)
{
    if (is_raw) {
        is_raw = 0;
        tcsetattr(STDIN_FILENO, TCSANOW, &original);
    }
}

static void restore_before_dying(const siginfo_t *info, void *opaque)
{
    term_restore();
}

/* A shell that continues us after Ctrl-Z has put the terminal into its own mode. */
static void continued(int sig)
{
    if (is_raw) {
        tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    }
}

static void hook_ways_out(void)
{
    static bool done;
    const struct sigaction sa = {.sa_handler = continued, .sa_flags = SA_RESTART};

    if (!done) {
        done = true;
        atexit(term_restore);
        signal_add_fatal_hook(restore_before_dying, NULL);
        sigaction(SIGCONT, &sa, NULL);
    }
}

void term_raw(bool signals)
{
    if (is_raw || tcgetattr(STDIN_FILENO, &original) < 0) {
        return; /* no terminal */
    }
    hook_ways_out();
    raw = original;
    raw.c_iflag &= ~(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
    raw.c_oflag |= OPOST; /* a guest's and our own line feeds still return the carriage */
    raw.c_lflag &= ~(ECHO | ECHONL | ICANON | IEXTEN | (signals ? 0 : ISIG));
    raw.c_cflag = (raw.c_cflag & ~(CSIZE | PARENB)) | CS8;
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    is_raw = 1;
    tcsetattr(STDIN_FILENO, TCSANOW, &raw);
}
