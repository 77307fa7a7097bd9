/* SPDX-License-Identifier: MIT */
/* What the command line said, in the user's words.  Options only fill this in; start-up acts on it,
 * in its own order. */
#ifndef MAIN_CONFIG_H
#define MAIN_CONFIG_H

#include "base/keyval.h"

/* The values of an option that may be given several times. */
typedef struct Values {
    char **v;
    size_t count;
} Values;

typedef struct Config {
    KeyVals *machine;      /* all -machine, the last word on a key wins */
    KeyVals *smp, *memory; /* all -smp, all -m */
    char *cpu;             /* the last -cpu */
    Values fw_cfg; /* all -fw_cfg */
    Values accels, objects, chardevs, drives, devices, serials;
    Values monitors;       /* "OPTION VALUE": see main/monitors.c */
    char *icount;
    char *log_items, *log_file, *log_filter;
    Values traces;      /* all -trace */
    char *trace_json;   /* the last -trace-json */
    char *symbols;      /* the last -symbols */
    char *name, *pidfile;
    char *gdb;          /* the last of -gdb and -s */
    uint8_t uuid[16];   /* of -uuid, */
    bool has_uuid;      /* if it was given */
    bool nographic;     /* -nographic */
    bool no_display;    /* -display none */
    bool nodefaults;    /* -nodefaults */
    bool snapshot;      /* -snapshot */
    bool start_stopped; /* -S */
} Config;

extern Config config;

void values_add(Values *values, const char *text);

/* *field = a copy of @value, instead of what was there. */
void config_set(char **field, const char *value);

/* Give back all of it. */
void config_free(void);

#endif
