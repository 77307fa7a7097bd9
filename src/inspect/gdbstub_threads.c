/* SPDX-License-Identifier: MIT */
/* Threads are vCPUs: thread n is vCPU n - 1.  All belong to process 1. */
#include "inspect/gdbstub_int.h"

enum { PID = 1 };

void gdb_append_thread(GdbServer *s, CPUState *cpu, Str *out)
{
    if (s->multiprocess) {
        str_printf(out, "p%02x.", PID);
    }
    str_printf(out, "%02x", cpu->index + 1);
}

CPUState *gdb_find_thread(GdbServer *s, const GdbThreadId *id)
{
    if (id->pid > 0 && id->pid != PID) {
        return NULL;
    }
    return cpu_by_index(id->tid > 0 ? id->tid - 1 : 0);
}

/* "THREAD" and nothing else. */
static CPUState *parse_thread(GdbServer *s, const char *args)
{
    GdbThreadId id;

    return gdb_parse_thread_id(&args, &id) && !*args ? gdb_find_thread(s, &id) : NULL;
}

static bool select_thread(GdbServer *s, const char *args, size_t n, Str *reply)
{
    CPUState *cpu = *args ? parse_thread(s, args + 1) : NULL;

    if (!cpu || (*args != 'g' && *args != 'c')) {
        return gdb_error(reply, GDB_ERROR_INVALID);
    }
    *(*args == 'g' ? &s->cpu : &s->run_cpu) = cpu;
    return gdb_ok(reply);
}
GDB_PACKET(select_thread, "H", "Hg THREAD, Hc THREAD: what registers and steps are about",
           select_thread);

static bool thread_alive(GdbServer *s, const char *args, size_t n, Str *reply)
{
    return parse_thread(s, args) ? gdb_ok(reply) : gdb_error(reply, GDB_ERROR_INVALID);
}
GDB_PACKET(thread_alive, "T", "T THREAD: does it exist?", thread_alive);

static bool current_thread(GdbServer *s, const char *args, size_t n, Str *reply)
{
    str_append(reply, "QC");
    gdb_append_thread(s, s->cpu, reply);
    return true;
}
GDB_PACKET(current_thread, "qC", "the current thread", current_thread);

static bool first_threads(GdbServer *s, const char *args, size_t n, Str *reply)
{
    CPUState *cpu;
    const char *before = "m";

    CPU_FOREACH(cpu) {
        str_append(reply, before);
        gdb_append_thread(s, cpu, reply);
        before = ",";
    }
    return true;
}
GDB_PACKET(first_threads, "qfThreadInfo", "the threads", first_threads);

static bool more_threads(GdbServer *s, const char *args, size_t n, Str *reply)
{
    str_append(reply, "l"); /* all of them were in the first answer */
    return true;
}
GDB_PACKET(more_threads, "qsThreadInfo", "more of them", more_threads);

static bool thread_info(GdbServer *s, const char *args, size_t n, Str *reply)
{
    CPUState *cpu = gdb_parse_char(&args, ',') ? parse_thread(s, args) : NULL;
    Str text = {0};

    if (!cpu) {
        return gdb_error(reply, GDB_ERROR_INVALID);
    }
    str_printf(&text, "CPU#%d [%s]", cpu->index, cpu->halted ? "halted " : "running");
    if (cpu->ops->describe) {
        str_append(&text, " ");
        cpu->ops->describe(cpu, &text);
    }
    gdb_append_hex(reply, str_get(&text), text.len);
    str_free(&text);
    return true;
}
GDB_PACKET(thread_info, "qThreadExtraInfo", "qThreadExtraInfo,THREAD: one in words", thread_info);

static bool attached(GdbServer *s, const char *args, size_t n, Str *reply)
{
    str_append(reply, "1"); /* we were there before the client: it shall detach, not kill */
    return true;
}
GDB_PACKET(attached, "qAttached", "was the machine there before the client?", attached);
