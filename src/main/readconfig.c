/* SPDX-License-Identifier: MIT */
/* -readconfig: options from a file.
 *
 *     [drive "disk0"]              -drive id=disk0,file=root.img,if=none
 *       file = "root.img"
 *       if = "none"
 *
 * A group is turned into the value of its option, with commas doubled, and taken as if it had been
 * written. */
#include "base/alloc.h"
#include "base/keyval.h"
#include "main/options.h"

#include <ctype.h>
#include <errno.h>

enum { LINE_MAX_BYTES = 64 << 10 };

/* The group under way. */
typedef struct Group {
    const Option *option; /* NULL: none yet */
    Str value;
} Group;

static void add_pair(Str *out, const char *key, const char *value)
{
    str_printf(out, "%s%s=", out->len ? "," : "", key);
    keyval_append_value(out, value);
}

static bool finish_group(Group *g, Error **errp)
{
    bool ok = !g->option || option_apply(g->option, str_get(&g->value), errp);

    str_free(&g->value);
    g->option = NULL;
    return ok;
}

static char *trim(char *s)
{
    char *end;

    while (isspace((unsigned char)*s)) {
        s++;
    }
    end = s + strlen(s);
    while (end > s && isspace((unsigned char)end[-1])) {
        *--end = 0;
    }
    return s;
}

/* "text" -> text, in place; NULL if the quotes are missing. */
static char *unquote(char *s)
{
    size_t n = strlen(s);

    if (n < 2 || s[0] != '"' || s[n - 1] != '"') {
        return NULL;
    }
    s[n - 1] = 0;
    return s + 1;
}

/* [group] or [group "id"] */
static bool begin_group(Group *g, char *line, Error **errp)
{
    char *end = strrchr(line, ']'), *space, *id = NULL;

    if (!end || end[1]) {
        return err_set(errp, "a group is written [name] or [name \"id\"]");
    }
    *end = 0;
    line = trim(line + 1);
    space = strchr(line, ' ');
    if (space) {
        *space = 0;
        id = unquote(trim(space + 1));
        if (!id) {
            return err_set(errp, "the id of a group stands in quotes: [%s \"id\"]", line);
        }
    }
    g->option = option_by_group(line);
    if (!g->option) {
        return err_set(errp, "there is no group [%s]", line);
    }
    if (id) {
        add_pair(&g->value, "id", id);
    }
    return true;
}

static bool take_line(Group *g, char *line, Error **errp)
{
    char *eq, *value;

    line = trim(line);
    if (!*line || *line == '#') {
        return true;
    }
    if (*line == '[') {
        return finish_group(g, errp) && begin_group(g, line, errp);
    }
    eq = strchr(line, '=');
    if (!g->option || !eq) {
        return err_set(errp, "expected [group], or key = \"value\" inside a group");
    }
    *eq = 0;
    value = unquote(trim(eq + 1));
    if (!value) {
        return err_set(errp, "a value stands in quotes: %s = \"...\"", trim(line));
    }
    add_pair(&g->value, trim(line), value);
    return true;
}

bool read_config_file(const char *path, Error **errp)
{
    FILE *f = fopen(path, "r");
    char *line = xcalloc(1, LINE_MAX_BYTES);
    Group group = {0};
    unsigned number = 0;
    bool ok = true;

    if (!f) {
        free(line);
        return err_set(errp, "-readconfig %s: %s", path, strerror(errno));
    }
    while (ok && fgets(line, LINE_MAX_BYTES, f)) {
        number++;
        ok = take_line(&group, line, errp);
    }
    ok = ok && finish_group(&group, errp);
    if (!ok) {
        err_prepend(errp, "-readconfig %s: line %u: ", path, number);
    }
    str_free(&group.value);
    fclose(f);
    free(line);
    return ok;
}
