/* SPDX-License-Identifier: MIT */
/* From the text behind a command's name to its arguments, as the command's row declares them. */
#include <ctype.h>
#include "base/alloc.h"
#include "inspect/expr.h"
#include "inspect/monitor_int.h"

static const char *skip_blanks(const char *p)
{
    return p + strspn(p, " \t");
}

/* ---- the declaration ---- */

void args_declare(CommandArgs *args, const Command *cmd)
{
    const char *p = cmd->args;

    *args = (CommandArgs){0};
    while (*p) {
        CommandArg *a = &args->arg[args->count++];
        const char *colon = strchr(p, ':');

        assert(args->count <= COMMAND_MAX_ARGS && colon && colon - p < COMMAND_ARG_NAME);
        memcpy(a->name, p, colon - p);
        a->type = colon[1];
        a->optional = colon[2] == '?' || a->type == '-' || a->type == '/';
        p = strchrnul(colon, ',');
        p += *p == ',';
    }
}

void args_describe(const Command *cmd, Str *out)
{
    CommandArgs args;

    args_declare(&args, cmd);
    for (unsigned i = 0; i < args.count; i++) {
        const CommandArg *a = &args.arg[i];
        const char *prefix = a->type == '-' ? " [-" : a->type == '/' ? "[/" : " [";

        if (a->optional) {
            str_printf(out, "%s%s]", prefix, a->name);
        } else {
            str_printf(out, " %s", a->name);
        }
    }
}

/* ---- the values ---- */

static char *take(const char **text, size_t n)
{
    char *word = xasprintf("%.*s", (int)n, *text);

    *text += n;
    return word;
}

/* What is between the quotes at *text; \" and \\ stand for themselves. */
static bool take_quoted(const char **text, char **word, Error **errp)
{
    const char *p = *text + 1;
    Str s = {0};

    for (; *p && *p != '"'; p++) {
        p += *p == '\\' && p[1];
        str_append_n(&s, p, 1);
    }
    if (!*p) {
        str_free(&s);
        return err_set(errp, "the closing '\"' is missing");
    }
    *text = p + 1;
    *word = xstrdup(str_get(&s));
    str_free(&s);
    return true;
}

static bool take_arg(CommandArg *a, Monitor *mon, const char **text, Error **errp)
{
    switch (a->type) {
    case 'e':
        if (!expr_eval(text, cpu_by_index(mon->cpu_index), &a->num, errp)) {
            return false;
        }
        break;
    case 'r':
        a->text = take(text, strlen(*text));
        break;
    default:
        if (**text == '"') {
            if (!take_quoted(text, &a->text, errp)) {
                return false;
            }
        } else {
            a->text = take(text, strcspn(*text, " \t"));
        }
    }
    a->given = true;
    return true;
}

static CommandArg *find_flag(CommandArgs *args, char letter)
{
    for (unsigned i = 0; i < args->count; i++) {
        if (args->arg[i].type == '-' && args->arg[i].name[0] == letter) {
            return &args->arg[i];
        }
    }
    return NULL;
}

/* Flags stand before all else, in any order, also several behind one '-'. */
static bool take_flags(CommandArgs *args, const char **text, Error **errp)
{
    *text = skip_blanks(*text);
    while (**text == '-' && isalpha((unsigned char)(*text)[1])) {
        for (++*text; **text && !strchr(" \t", **text); ++*text) {
            CommandArg *a = find_flag(args, **text);

            if (!a) {
                return err_set(errp, "there is no flag -%c", **text);
            }
            a->given = true;
        }
        *text = skip_blanks(*text);
    }
    return true;
}

static bool has_flags(const CommandArgs *args)
{
    return args->count && args->arg[0].type == '-';
}

static void take_format(CommandArgs *args, const char **text)
{
    if (args->count && args->arg[0].type == '/' && **text == '/') {
        ++*text;
        args->arg[0].text = take(text, strcspn(*text, " \t"));
        args->arg[0].given = true;
    }
}

bool args_parse(CommandArgs *args, const Command *cmd, Monitor *mon, const char *text,
                Error **errp)
{
    args_declare(args, cmd);
    take_format(args, &text);
    if (has_flags(args) && !take_flags(args, &text, errp)) {
        return false;
    }
    for (unsigned i = 0; i < args->count; i++) {
        CommandArg *a = &args->arg[i];

        text = skip_blanks(text);
        if (a->type == '-' || a->type == '/') {
            continue;
        }
        if (!*text) {
            return a->optional || err_set(errp, "the argument '%s' is missing", a->name);
        }
        if (!take_arg(a, mon, &text, errp)) {
            err_prepend(errp, "%s: ", a->name);
            return false;
        }
    }
    text = skip_blanks(text);
    return !*text || err_set(errp, "nothing is expected at '%.32s'", text);
}

void args_free(CommandArgs *args)
{
    for (unsigned i = 0; i < args->count; i++) {
        free(args->arg[i].text);
    }
    args->count = 0;
}

static const CommandArg *find(const CommandArgs *args, const char *name)
{
    for (unsigned i = 0; i < args->count; i++) {
        if (!strcmp(args->arg[i].name, name)) {
            return &args->arg[i];
        }
    }
    assert(!"an argument that the command's row does not declare");
    return NULL;
}

bool arg_given(const CommandArgs *args, const char *name)
{
    return find(args, name)->given;
}

const char *arg_str(const CommandArgs *args, const char *name)
{
    return find(args, name)->text;
}

uint64_t arg_num(const CommandArgs *args, const char *name)
{
    return find(args, name)->num;
}
