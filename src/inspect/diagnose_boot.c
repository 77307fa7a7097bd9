/* SPDX-License-Identifier: MIT */
/* Every byte that the guest writes to a console comes by.  The first one ends the wait for a sign
 * of life; lines that are put together from them are compared with what kernels say when they
 * panic. */
#include "inspect/diagnose_boot.h"

#include "base/log.h"
#include "inspect/cpu_view.h"
#include "loop/runstate.h"
#include "loop/timer.h"
#include "target/diagnose.h"

enum { SILENCE_SECONDS = 10, LINE_MAX_BYTES = 256 };

static Timer silence;
static char line[LINE_MAX_BYTES]; /* what came since the last end of line; big lock */
static size_t line_len;
static bool explained;

/* ---- panics ---- */

typedef struct Panic {
    const char *words, *help;
} Panic;

static const Panic panics[] = {
    {"Unable to mount root fs",
     "the kernel has found no root file system: give it one in memory (-initrd FILE), or a disk "
     "(-drive file=DISK,if=virtio,format=raw) and its name (-append root=/dev/vda)"},
    {"No working init found",
     "the root file system has no program to begin with: /init (of an -initrd), /sbin/init or "
     "/bin/sh, executable and for this CPU; -append init=PATH (rdinit=PATH for an -initrd) names "
     "another one"},
    {"Requested init",
     "-append init=PATH names a program that is not in the root file system, is not executable, or "
     "is for another CPU"},
    {"Attempted to kill init",
     "init, the first program, has ended or crashed, and the kernel cannot go on without it; its "
     "last words stand above"},
};

static void explain_panic(const Panic *p)
{
    Str text = {0};

    explained = true;
    str_append(&text, p->help);
    diagnose(&text);
    str_free(&text);
}

static void look_at_line(void)
{
    if (!explained && strstr(line, "Kernel panic")) {
        for (size_t i = 0; i < ARRAY_SIZE(panics); i++) {
            if (strstr(line, panics[i].words)) {
                explain_panic(&panics[i]);
                return;
            }
        }
    }
}

/* A line that is too long is looked at in pieces. */
static void console_written(const uint8_t *buf, size_t n)
{
    timer_del(&silence);
    for (size_t i = 0; i < n; i++) {
        if (buf[i] == '\n' || line_len == LINE_MAX_BYTES - 1) {
            line[line_len] = 0;
            look_at_line();
            line_len = 0;
        } else if (buf[i]) {
            line[line_len++] = buf[i];
        }
    }
}

/* ---- silence ---- */

static void wait_for_a_sign(void)
{
    timer_mod_ns(&silence,
                 clock_get_ns(VM_CLOCK_REALTIME) + SILENCE_SECONDS * NANOSECONDS_PER_SECOND);
}

static void explain_silence(void *opaque)
{
    CPUState *cpu;
    Str text = {0};

    if (!runstate_is_running()) {
        wait_for_a_sign();
        return;
    }
    str_printf(&text, "the guest has written nothing to any console for %d s; usual reasons: the "
               "kernel was told of another console (-append console=ttyS0), -bios or -kernel is "
               "for another machine, or it waits for something\n", SILENCE_SECONDS);
    CPU_FOREACH(cpu) {
        cpu_print(cpu, cpu_append_situation, &text);
    }
    diagnose(&text);
    str_free(&text);
}

void diagnose_boot_start(void)
{
    /* Where nothing can be said of what was executed, nothing is: -accel qtest. */
    if (diagnose_on && !list_empty(&cpu_list) && cpus_accel->append_history) {
        timer_init_ns(&silence, VM_CLOCK_REALTIME, explain_silence, NULL);
        diagnose_console_hook = console_written;
        wait_for_a_sign();
    }
}
