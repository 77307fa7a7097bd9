/* SPDX-License-Identifier: MIT */
/* Signals: the polite ones through a signalfd, the fatal ones through hooks of last resort. */
#include "loop/signal.h"
#include "base/phase.h"

#include <errno.h>
#include <pthread.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include "loop/main_loop.h"
#include "loop/runstate.h"

static int signal_fd = -1;

static void polite_signals(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGHUP);
}

static void signalfd_read(void *opaque)
{
    struct signalfd_siginfo info;

    while (read(signal_fd, &info, sizeof(info)) == sizeof(info)) {
        system_killed(info.ssi_signo, info.ssi_pid);
    }
}

bool signal_init(Error **errp)
{
    INIT_STEP();
    sigset_t set;

    if (signal_fd >= 0) {
        return true;
    }
    polite_signals(&set);
    signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (signal_fd < 0) {
        return err_set(errp, "cannot create a signalfd: %s", strerror(errno));
    }
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN); /* a peer that closes its end is an error of write(), not our death */
    signal(SIGXFSZ, SIG_IGN); /* so is a file over ulimit -f */
    set_fd_handler(signal_fd, signalfd_read, NULL, NULL);
    return true;
}

void signal_cleanup(void)
{
    if (signal_fd >= 0) {
        set_fd_handler(signal_fd, NULL, NULL, NULL);
        close(signal_fd);
        signal_fd = -1;
    }
}

/* ---- fatal signals ---- */

/* Those that end the program by default, less the ones above and SIGKILL. */
static const int fatal[] = {SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV,
                            SIGSYS, SIGXCPU, SIGALRM, SIGVTALRM, SIGPROF, SIGUSR1, SIGUSR2};
static struct sigaction old_action[ARRAY_SIZE(fatal)];

static struct {
    SignalFatalHook *fn;
    void *opaque;
} hooks[SIGNAL_FATAL_HOOKS];
static atomic_uint n_hooks;

/* Run the hooks, then let the signal do what it would have done without us. */
static void fatal_signal(int sig, siginfo_t *info, void *ucontext)
{
    for (unsigned i = 0; i < n_hooks; i++) {
        hooks[i].fn(info, hooks[i].opaque);
    }
    for (size_t i = 0; i < ARRAY_SIZE(fatal); i++) {
        if (fatal[i] == sig) {
            sigaction(sig, &old_action[i], NULL);
        }
    }
    /* Sent by kill() or abort(): send it again; it arrives when we return.  Otherwise returning
     * repeats the instruction that faulted, so that the next handler sees the true address. */
    if (info->si_code <= 0) {
        raise(sig);
    }
}

void signal_add_fatal_hook(SignalFatalHook *fn, void *opaque)
{
    struct sigaction sa = {.sa_sigaction = fatal_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    unsigned n = n_hooks;

    assert(n < SIGNAL_FATAL_HOOKS);
    hooks[n].fn = fn;
    hooks[n].opaque = opaque;
    n_hooks = n + 1;
    if (n == 0) {
        sigemptyset(&sa.sa_mask);
        for (size_t i = 0; i < ARRAY_SIZE(fatal); i++) {
            sigaction(fatal[i], &sa, &old_action[i]);
        }
    }
}
