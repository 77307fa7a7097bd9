/* SPDX-License-Identifier: MIT */
/* "-trace-json FILE": the trace events in the JSON that ui.perfetto.dev and chrome://tracing read.
 *
 *     [
 *     {"ph":"M","pid":1,"tid":1,"name":"thread_name","args":{"name":"vcpu0"}},      a track's name
 *     {"ph":"X","pid":1,"tid":1,"name":"riscv_mode","ts":12.3,"dur":4.567,"args":{"text":"S"}},
 *     {"ph":"i",...,"s":"t"},                                                       took no time
 *     {"ph":"s",...,"id":7}, {"ph":"t",...}, {"ph":"f","bp":"e",...}                an arrow
 *     {}]
 *
 * Times are microseconds since start-up.  Arrows join the slices that they stand in, so a step of a
 * flow is a slice of a microsecond.  A file that was not completed can be read, too. */
#include "base/alloc.h"
#include "base/trace_int.h"

#include <errno.h>
#include <pthread.h>

LINKSET_DECLARE(trace_events);

enum { TRACKS_MAX = 512 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards all below */
static FILE *file;
static int64_t began;
static char *tracks[TRACKS_MAX]; /* the number of a track is its place here and 1 */
static unsigned ntracks;

static void write_string(const char *s)
{
    fputc('"', file);
    for (; *s; s++) {
        unsigned char c = *s;

        if (c == '"' || c == '\\') {
            fprintf(file, "\\%c", c);
        } else if (c < 0x20 || c >= 0x7f) {
            fprintf(file, "\\u%04x", c);
        } else {
            fputc(c, file);
        }
    }
    fputc('"', file);
}

static void write_track_name(unsigned number, const char *name)
{
    fprintf(file, "{\"ph\":\"M\",\"pid\":1,\"tid\":%u,\"name\":\"thread_name\",\"args\":{\"name\":",
            number);
    write_string(name);
    fputs("}},\n", file);
}

/* The number of the track @name, which is new in the file when nobody has asked before.  All that
 * are too many share the last one. */
static unsigned track_number(const char *name)
{
    for (unsigned i = 0; i < ntracks; i++) {
        if (strcmp(tracks[i], name) == 0) {
            return i + 1;
        }
    }
    if (ntracks < TRACKS_MAX) {
        tracks[ntracks++] = xstrdup(name);
        write_track_name(ntracks, name);
    }
    return ntracks;
}

static void write_head(const TraceRecord *r, char phase, int64_t at, unsigned track)
{
    int64_t ns = at - began;

    fprintf(file, "{\"ph\":\"%c\",\"pid\":1,\"tid\":%u,\"ts\":%" PRId64 ".%03" PRId64
                  ",\"cat\":\"teemu\",\"name\":",
            phase, track, ns / 1000, ns % 1000);
}

static void write_event(const TraceRecord *r, unsigned track)
{
    int64_t lasted = r->since ? r->now - r->since : 1000;
    int64_t since = r->since ? MAX(r->since, began) : r->now;

    if (!r->since && !r->in_flow) {
        write_head(r, 'i', since, track);
        write_string(r->event->name);
        fputs(",\"s\":\"t\"", file);
    } else {
        write_head(r, 'X', since, track);
        write_string(r->named_by_text ? r->text : r->event->name);
        fprintf(file, ",\"dur\":%" PRId64 ".%03" PRId64, lasted / 1000, lasted % 1000);
    }
    fputs(",\"args\":{\"text\":", file);
    write_string(r->text);
    fputs("}},\n", file);
}

static void write_arrow(const TraceRecord *r, unsigned track)
{
    static const char phases[] = {[FLOW_BEGIN] = 's', [FLOW_STEP] = 't', [FLOW_END] = 'f'};

    write_head(r, phases[r->flow], r->now, track);
    write_string(r->event->name);
    fprintf(file, ",\"id\":%" PRIu64 ",\"bp\":\"e\"},\n", r->flow_id);
}

void trace_json_write(const TraceRecord *r)
{
    unsigned track;

    pthread_mutex_lock(&lock);
    if (file) {
        track = track_number(r->track);
        write_event(r, track);
        if (r->in_flow) {
            write_arrow(r, track);
        }
    }
    pthread_mutex_unlock(&lock);
}

bool trace_json_open(const char *path, Error **errp)
{
    FILE *f = fopen(path, "we");

    if (!f) {
        return err_set(errp, "-trace-json %s: cannot write the trace there: %s", path,
                       strerror(errno));
    }
    trace_json_close();
    pthread_mutex_lock(&lock);
    file = f;
    began = trace_clock_ns();
    fputs("[\n", file);
    pthread_mutex_unlock(&lock);
    LINKSET_FOREACH(r, trace_events) {
        trace_set_sink(r->row, TRACE_JSON, true);
    }
    return true;
}

void trace_json_close(void)
{
    LINKSET_FOREACH(r, trace_events) {
        trace_set_sink(r->row, TRACE_JSON, false);
    }
    pthread_mutex_lock(&lock);
    if (file) {
        fputs("{}]\n", file);
        fclose(file);
        file = NULL;
    }
    while (ntracks) {
        free(tracks[--ntracks]);
    }
    pthread_mutex_unlock(&lock);
}
