/* SPDX-License-Identifier: MIT */
/* Run control: continue, step, stop, and what the client is told when the machine stops.
 *
 *     c, s, vCont -> holds and steps of the vCPUs -> vm_start
 *     ... a vCPU returns EXCP_DEBUG -> all stop -> gdb_stopped -> "T05thread:02;" */
#include "base/alloc.h"
#include "inspect/gdbstub_int.h"
#include "target/debug.h"

/* ---- what is told ---- */

/* gdb's own numbers of signals, which are those of no host in particular. */
enum {
    GDB_SIGNAL_INT = 2,
    GDB_SIGNAL_QUIT = 3,
    GDB_SIGNAL_TRAP = 5,
    GDB_SIGNAL_ABRT = 6,
    GDB_SIGNAL_ALRM = 14,
    GDB_SIGNAL_IO = 23,
    GDB_SIGNAL_UNKNOWN = 143,
};

static unsigned signal_of(RunState state)
{
    switch (state) {
    case RUN_STATE_DEBUG:
        return GDB_SIGNAL_TRAP;
    case RUN_STATE_PAUSED:
        return GDB_SIGNAL_INT;
    case RUN_STATE_SHUTDOWN:
        return GDB_SIGNAL_QUIT;
    case RUN_STATE_INTERNAL_ERROR:
    case RUN_STATE_GUEST_PANICKED:
        return GDB_SIGNAL_ABRT;
    case RUN_STATE_WATCHDOG:
        return GDB_SIGNAL_ALRM;
    case RUN_STATE_IO_ERROR:
        return GDB_SIGNAL_IO;
    default:
        return GDB_SIGNAL_UNKNOWN;
    }
}

/* "T05thread:01;" of the hart that stopped. */
static void append_stop(GdbServer *s, unsigned signal, CPUState *cpu, Str *out)
{
    str_printf(out, "T%02xthread:", signal);
    gdb_append_thread(s, cpu, out);
    str_append(out, ";");
}

/* The vCPU that stopped of its own accord, the client's current one if it is among them. */
static CPUState *find_event(CPUState *preferred)
{
    CPUState *cpu, *found = NULL;

    CPU_FOREACH(cpu) {
        if (cpu->debug.event.reason != DEBUG_NONE && (!found || cpu == preferred)) {
            found = cpu;
        }
    }
    return found;
}

static void append_watch(const DebugEvent *e, Str *out)
{
    static const char *const names[] = {
        [WATCH_READ] = "rwatch", [WATCH_WRITE] = "watch", [WATCH_READ | WATCH_WRITE] = "awatch"};

    if (e->reason == DEBUG_WATCH) {
        str_printf(out, "%s:%" PRIx64 ";", names[e->watch_kind], e->watch);
    }
}

/* Others may have come to a point at the same time.  They have not gone past it, so they will come
 * to it again. */
static void forget_events(void)
{
    CPUState *cpu;

    CPU_FOREACH(cpu) {
        cpu->debug.event.reason = DEBUG_NONE;
    }
}

static void run_freely(void)
{
    CPUState *cpu;

    CPU_FOREACH(cpu) {
        debug_set_step(cpu, 0, 0, 0);
        cpu->debug.held = false;
    }
}

void gdb_stopped(GdbServer *s, RunState state)
{
    CPUState *cpu = find_event(s->run_cpu);
    Str reply = {0};

    if (state == RUN_STATE_SAVE_VM || state == RUN_STATE_RESTORE_VM) {
        return; /* it goes on in a moment */
    }
    if (!s->awaiting) {
        return;
    }
    run_freely();
    s->awaiting = false;
    if (cpu) {
        s->cpu = s->run_cpu = cpu;
        state = RUN_STATE_DEBUG;
    }
    append_stop(s, signal_of(state), s->run_cpu, &reply);
    if (cpu) {
        append_watch(&cpu->debug.event, &reply);
    }
    forget_events();
    gdb_send(s, str_get(&reply), reply.len);
    str_free(&reply);
}

void gdb_let_go(GdbServer *s)
{
    run_freely();
    debug_remove_points();
    forget_events();
}

/* ---- going on ---- */

/* A machine in one of these states has nowhere to go on to. */
static bool is_over(RunState state)
{
    return state == RUN_STATE_SHUTDOWN || state == RUN_STATE_INTERNAL_ERROR ||
           state == RUN_STATE_GUEST_PANICKED;
}

/* Let all vCPUs that are not held run, as their steps say, until one stops. */
static void resume(GdbServer *s)
{
    CPUState *cpu;
    bool time = true;

    s->awaiting = true;
    if (is_over(runstate_get())) {
        gdb_stopped(s, runstate_get());
        return;
    }
    if (runstate_get() == RUN_STATE_SUSPENDED) {
        return; /* it goes on when it wakes up */
    }
    CPU_FOREACH(cpu) {
        time &= cpu->debug.held || !(cpu->debug.step & SSTEP_NOTIMER);
    }
    if (time) {
        vm_start();
    } else {
        vm_start_frozen();
    }
}

/* "c", "s" with an address to go on at. */
static bool set_pc(GdbServer *s, const char *args)
{
    uint64_t pc;

    if (!*args) {
        return true;
    }
    if (!gdb_parse_number(&args, &pc) || *args) {
        return false;
    }
    s->run_cpu->env->pc = pc & ~1ULL;
    return true;
}

static bool resume_all(GdbServer *s, const char *args, unsigned step, Str *reply)
{
    if (!set_pc(s, args)) {
        return gdb_error(reply, GDB_ERROR_INVALID);
    }
    run_freely();
    if (step) {
        debug_set_step(s->run_cpu, step, 0, 0);
    }
    resume(s);
    return false;
}

static bool do_continue(GdbServer *s, const char *args, size_t n, Str *reply)
{
    return resume_all(s, args, 0, reply);
}
GDB_PACKET(continue, "c", "c [ADDR]: continue", do_continue);

static bool do_step(GdbServer *s, const char *args, size_t n, Str *reply)
{
    return resume_all(s, args, s->sstep, reply);
}
GDB_PACKET(step, "s", "s [ADDR]: the current thread executes one instruction", do_step);

/* A machine has no signals: go on without. */
static bool with_signal(GdbServer *s, const char *args, unsigned step, Str *reply)
{
    uint64_t signal;

    if (!gdb_parse_number(&args, &signal) || (*args && !gdb_parse_char(&args, ';'))) {
        return gdb_error(reply, GDB_ERROR_INVALID);
    }
    return resume_all(s, args, step, reply);
}

static bool continue_with(GdbServer *s, const char *args, size_t n, Str *reply)
{
    return with_signal(s, args, 0, reply);
}
GDB_PACKET(continue_with, "C", "C SIG[;ADDR]: continue; machines have no signals", continue_with);

static bool step_with(GdbServer *s, const char *args, size_t n, Str *reply)
{
    return with_signal(s, args, s->sstep, reply);
}
GDB_PACKET(step_with, "S", "S SIG[;ADDR]: step; machines have no signals", step_with);

/* ---- vCont: for each thread what it shall do ---- */

typedef struct Action {
    char what; /* 0: nothing said so far, it is held */
    uint64_t from, to; /* 'r' */
} Action;

static bool matches(GdbServer *s, const GdbThreadId *id, CPUState *cpu)
{
    if (id->tid > 0) {
        return cpu == gdb_find_thread(s, id);
    }
    return id->tid < 0 || cpu == cpu_by_index(0);
}

/* One of "c", "C05", "s", "S05", "r1000,1010". */
static bool parse_action(const char **text, Action *a)
{
    uint64_t signal;

    *a = (Action){.what = **text};
    if (!a->what) {
        return false;
    }
    ++*text;
    switch (a->what) {
    case 'c':
    case 's':
        return true;
    case 'C':
    case 'S':
        a->what |= 0x20;
        return gdb_parse_number(text, &signal);
    case 'r':
        return gdb_parse_number(text, &a->from) && gdb_parse_char(text, ',') &&
               gdb_parse_number(text, &a->to);
    default:
        return false;
    }
}

/* Take "ACTION[:THREAD]"; the first that fits a thread holds for it. */
static bool take_action(GdbServer *s, const char **text, Action *actions)
{
    GdbThreadId id = {-1, -1};
    CPUState *cpu;
    Action a;

    if (!parse_action(text, &a) ||
        (gdb_parse_char(text, ':') &&
         (!gdb_parse_thread_id(text, &id) || !gdb_find_thread(s, &id)))) {
        return false;
    }
    CPU_FOREACH(cpu) {
        if (!actions[cpu->index].what && matches(s, &id, cpu)) {
            actions[cpu->index] = a;
        }
    }
    return true;
}

static void obey(GdbServer *s, const Action *actions)
{
    CPUState *cpu;

    CPU_FOREACH(cpu) {
        const Action *a = &actions[cpu->index];
        bool steps = a->what == 's' || a->what == 'r';

        cpu->debug.held = !a->what;
        debug_set_step(cpu, steps ? s->sstep : 0, a->from, a->to);
        if (steps) {
            s->cpu = s->run_cpu = cpu;
        }
    }
}

static bool vcont(GdbServer *s, const char *args, size_t n, Str *reply)
{
    CPUState *last = list_entry(cpu_list.prev, CPUState, link);
    Action *actions = xnew_n(Action, last->index + 1);
    bool ok = *args == ';';

    while (ok && gdb_parse_char(&args, ';')) {
        ok = take_action(s, &args, actions);
    }
    ok = ok && !*args;
    if (ok) {
        obey(s, actions);
        resume(s);
    } else {
        gdb_error(reply, GDB_ERROR_INVALID);
    }
    free(actions);
    return !ok;
}
GDB_FEATURE(vcont, "vCont", "vCont;ACTION[:THREAD]...: continue, step, or step in a range", vcont,
            "vContSupported+");

static bool vcont_query(GdbServer *s, const char *args, size_t n, Str *reply)
{
    str_append(reply, "vCont;c;C;s;S;r");
    return true;
}
GDB_PACKET(vcont_query, "vCont?", "which actions vCont knows", vcont_query);

/* ---- the beginning and the end of a debugging session ---- */

static bool why_stopped(GdbServer *s, const char *args, size_t n, Str *reply)
{
    debug_remove_points(); /* a client that asks this knows of none */
    append_stop(s, GDB_SIGNAL_TRAP, s->run_cpu, reply);
    return true;
}
GDB_PACKET(why_stopped, "?", "why is the machine stopped?", why_stopped);

static bool detach(GdbServer *s, const char *args, size_t n, Str *reply)
{
    gdb_let_go(s);
    gdb_send(s, "OK", 2);
    if (!is_over(runstate_get())) {
        vm_start();
    }
    return false;
}
GDB_PACKET(detach, "D", "D[;PID]: run without the debugger", detach);

static bool kill_machine(GdbServer *s, const char *args, size_t n, Str *reply)
{
    system_shutdown_request(SHUTDOWN_CAUSE_HOST_QMP_QUIT);
    return false;
}
GDB_PACKET(kill, "k", "end the emulator", kill_machine);

static bool kill_process(GdbServer *s, const char *args, size_t n, Str *reply)
{
    system_shutdown_request(SHUTDOWN_CAUSE_HOST_QMP_QUIT);
    return gdb_ok(reply);
}
GDB_PACKET(vkill, "vKill", "vKill;PID: end the emulator", kill_process);

static bool attach(GdbServer *s, const char *args, size_t n, Str *reply)
{
    GdbThreadId id = {1, -1};
    uint64_t pid;

    if (!gdb_parse_char(&args, ';') || !gdb_parse_number(&args, &pid) || pid != 1) {
        return gdb_error(reply, GDB_ERROR_INVALID);
    }
    s->cpu = s->run_cpu = gdb_find_thread(s, &id);
    append_stop(s, GDB_SIGNAL_TRAP, s->run_cpu, reply);
    return true;
}
GDB_PACKET(vattach, "vAttach", "vAttach;PID: debug this process; there is only 1", attach);

static bool extended(GdbServer *s, const char *args, size_t n, Str *reply)
{
    return gdb_ok(reply);
}
GDB_PACKET(extended, "!", "extended mode: accepted", extended);
