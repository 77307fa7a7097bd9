/* SPDX-License-Identifier: MIT */
/* The command line: each option is one row, beside the function that takes its value.
 *
 *     OPTION(kernel, "kernel", "FILE", OPT_BOOT, "the kernel: an ELF file, a Linux Image, or raw",
 *            opt_kernel);
 */
#ifndef MAIN_OPTIONS_H
#define MAIN_OPTIONS_H

#include "base/error.h"
#include "base/linkset.h"

typedef enum OptionSection {
    OPT_STANDARD,
    OPT_BOOT,
    OPT_DEVICES,
    OPT_RUN,
    OPT_DEBUG,
    OPT_HELP,
    OPT_MISSING, /* known to users of QEMU, but not here (yet): not in the help */
} OptionSection;

typedef struct Option {
    const char *name; /* without its dash */
    const char *arg;  /* what its value is called; NULL: it takes none */
    OptionSection section;
    const char *help;
    /* NULL: help says what is missing.  @arg is NULL for an option without value. */
    bool (*handle)(const char *arg, Error **errp);
    const char *group; /* its name in -readconfig files; NULL: not there */
} Option;

#define OPTION(symbol, name_, arg_, section_, help_, handle_)                                      \
    OPTION_GROUP(symbol, name_, arg_, section_, help_, handle_, NULL)
#define OPTION_GROUP(symbol, name_, arg_, section_, help_, handle_, group_)                        \
    static const Option option_##symbol = {name_, arg_, section_, help_, handle_, group_};         \
    LINKSET_ADD(options, option_##symbol)

/* Take all of the command line.  False with an error; a help text ends in exit(0). */
bool options_parse(int argc, char **argv, Error **errp);

/* As if "-NAME arg" had been written. */
bool option_apply(const Option *o, const char *arg, Error **errp);

/* The option whose group in configuration files is @group, or NULL. */
const Option *option_by_group(const char *group);

/* "-help". */
void options_help(FILE *out);

/* "-readconfig FILE". */
bool read_config_file(const char *path, Error **errp);

/* Is @text a question: "help" or "?" as a whole, or as one of its words? */
bool asks_for_help(const char *text);

#endif
