/* SPDX-License-Identifier: MIT */
/* From the words of the command line to rows. */
#include "main/options.h"

#include "base/str.h"
#include "main/config.h"

LINKSET_DECLARE(options);

static const char *const sections[] = {
    [OPT_STANDARD] = "The machine",
    [OPT_BOOT] = "What it boots",
    [OPT_DEVICES] = "Devices and what they are connected to",
    [OPT_RUN] = "How it runs",
    [OPT_DEBUG] = "Looking inside",
    [OPT_HELP] = "Help",
};

/* ---- help ---- */

static int compare_options(const void *a, const void *b)
{
    return strcmp((*(const Option *const *)a)->name, (*(const Option *const *)b)->name);
}

static void print_option(FILE *out, const Option *o)
{
    char left[64];

    snprintf(left, sizeof(left), "-%s%s%s", o->name, o->arg ? " " : "", o->arg ? o->arg : "");
    fprintf(out, "%-30s %s\n", left, o->help); /* xv6's Makefile looks for '^-gdb' */
}

void options_help(FILE *out)
{
    const Option *list[256];
    size_t n = 0;

    fprintf(out, "usage: teemu [OPTION...]\n\n"
                 "Emulates a computer.  This boots a Linux kernel, with OpenSBI as firmware:\n\n"
                 "    teemu -M virt -nographic -kernel Image -initrd initrd.gz -append "
                 "console=ttyS0\n\n"
                 "Ctrl-A X ends it; Ctrl-A H shows what else Ctrl-A does.\n");
    LINKSET_FOREACH(r, options) {
        assert(n < ARRAY_SIZE(list));
        list[n++] = r->row;
    }
    qsort(list, n, sizeof(list[0]), compare_options);
    for (size_t s = 0; s < ARRAY_SIZE(sections); s++) {
        fprintf(out, "\n%s:\n", sections[s]);
        for (size_t i = 0; i < n; i++) {
            if (list[i]->section == (OptionSection)s) {
                print_option(out, list[i]);
            }
        }
    }
}

bool asks_for_help(const char *text)
{
    static const char *const questions[] = {"help", "?"};

    for (size_t i = 0; i < ARRAY_SIZE(questions); i++) {
        size_t n = strlen(questions[i]);

        for (const char *p = strstr(text, questions[i]); p; p = strstr(p + 1, questions[i])) {
            if ((p == text || p[-1] == ',') && (!p[n] || p[n] == ',')) {
                return true;
            }
        }
    }
    return false;
}

/* ---- finding ---- */

static const Option *find(const char *name, Error **errp)
{
    Nearest near;

    nearest_init(&near, name);
    LINKSET_FOREACH(r, options) {
        const Option *o = r->row;

        if (strcmp(o->name, name) == 0) {
            return o;
        }
        nearest_offer(&near, o->section == OPT_MISSING ? "" : o->name);
    }
    if (nearest_get(&near)) {
        err_set(errp, "-%s: no such option; did you mean '-%s'?", name, nearest_get(&near));
    } else {
        err_set(errp, "-%s: no such option; 'teemu -help' lists them", name);
    }
    return NULL;
}

const Option *option_by_group(const char *group)
{
    LINKSET_FOREACH(r, options) {
        const Option *o = r->row;

        if (o->group && strcmp(o->group, group) == 0) {
            return o;
        }
    }
    return NULL;
}

bool option_apply(const Option *o, const char *arg, Error **errp)
{
    if (!o->handle) {
        return err_set(errp, "-%s: %s", o->name, o->help);
    }
    return o->handle(arg, errp);
}

bool options_parse(int argc, char **argv, Error **errp)
{
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i], *arg = NULL;
        const Option *o;

        if (word[0] != '-' || !word[1]) {
            return err_set(
                errp,
                "%s: not an option; a disk image is given with -drive file=%s,if=none,id=disk and "
                "-device virtio-blk-device,drive=disk",
                word, word);
        }
        o = find(word + 1 + (word[1] == '-'), errp);
        if (!o) {
            return false;
        }
        if (o->arg) {
            if (i + 1 == argc) {
                return err_set(errp, "-%s needs a value: -%s %s", o->name, o->name, o->arg);
            }
            arg = argv[++i];
        }
        if (!option_apply(o, arg, errp)) {
            return false;
        }
    }
    return true;
}
