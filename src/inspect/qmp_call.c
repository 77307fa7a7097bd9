/* SPDX-License-Identifier: MIT */
#include "inspect/qmp_call.h"

#include "base/listing.h"

LINKSET_DECLARE(qmp_commands);

/* ---- arguments ---- */

const char *qmp_str(const QmpCall *call, const char *name)
{
    const Json *j = json_get(call->args, name);

    return j ? j->s : NULL;
}

uint64_t qmp_int(const QmpCall *call, const char *name, uint64_t def)
{
    const Json *j = json_get(call->args, name);

    return j ? j->u : def;
}

bool qmp_bool(const QmpCall *call, const char *name)
{
    const Json *j = json_get(call->args, name);

    return j && j->b;
}

void qmp_item(Str *list)
{
    if (list->len > 1) {
        str_append(list, ", ");
    }
}

typedef struct ArgType {
    char letter;
    JsonType type;
    const char *name;
} ArgType;

static const ArgType *arg_type(char letter)
{
    static const ArgType types[] = {
        {'s', JSON_STRING, "string"}, {'i', JSON_INT, "integer"}, {'b', JSON_BOOL, "boolean"}};

    for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
        if (types[i].letter == letter) {
            return &types[i];
        }
    }
    return NULL;
}

/* One "NAME:TYPE" of a row against what was given. */
static bool check_arg(const char *name, const char *type, const Json *args, Error **errp)
{
    const Json *j = json_get(args, name);
    const ArgType *t = arg_type(type[0]);

    if (!j) {
        return type[1] == '?' || type[0] == '*' ||
               err_set(errp, "Parameter '%s' is missing", name);
    }
    return !t || j->type == t->type ||
           err_set(errp, "Invalid parameter type for '%s', expected: %s", name, t->name);
}

/* The next declaration at *p in @name and *type; false at the end. */
static bool next_arg(const char **p, char *name, size_t size, const char **type)
{
    const char *colon = strchr(*p, ':');

    if (!colon) {
        return false;
    }
    snprintf(name, size, "%.*s", (int)(colon - *p), *p);
    *type = colon + 1;
    *p = strchrnul(colon, ',');
    *p += **p == ',';
    return true;
}

static bool is_declared(const char *args, const char *key)
{
    const char *p = args, *type;
    char name[32];

    while (next_arg(&p, name, sizeof(name), &type)) {
        if (!strcmp(name, key) || type[0] == '*') {
            return true;
        }
    }
    return false;
}

static bool check_args(const QmpCommand *cmd, const Json *args, Error **errp)
{
    const char *p = cmd->args, *type;
    char name[32];

    while (next_arg(&p, name, sizeof(name), &type)) {
        if (!check_arg(name, type, args, errp)) {
            return false;
        }
    }
    for (size_t i = 0; i < args->count; i++) {
        if (!is_declared(cmd->args, args->key[i])) {
            return err_set(errp, "Parameter '%s' is unexpected", args->key[i]);
        }
    }
    return true;
}

/* ---- commands ---- */

static const QmpCommand *find_command(const char *name)
{
    LINKSET_FOREACH(r, qmp_commands) {
        const QmpCommand *cmd = r->row;

        if (!strcmp(cmd->name, name)) {
            return cmd;
        }
    }
    return NULL;
}

static bool not_found(QmpCall *call, Error **errp, const char *fmt, const char *name)
{
    call->error_class = "CommandNotFound";
    return err_set(errp, fmt, name);
}

static bool do_command(QmpCall *call, const char *name, bool *negotiated, Error **errp)
{
    const QmpCommand *cmd = find_command(name);
    bool capabilities = !strcmp(name, "qmp_capabilities");

    if (!*negotiated && !capabilities) {
        return not_found(call, errp, "Expecting capabilities negotiation with '%s'",
                         "qmp_capabilities");
    }
    if (*negotiated && capabilities) {
        return not_found(call, errp, "Capabilities negotiation is already complete, command "
                                     "ignored%s", "");
    }
    if (!cmd) {
        return not_found(call, errp, "The command %s has not been found", name);
    }
    if (!check_args(cmd, call->args, errp) || !cmd->run(call, errp)) {
        return false;
    }
    *negotiated = true;
    return true;
}

static bool nothing(QmpCall *call, Error **errp)
{
    return true;
}
QMP_COMMAND(qmp_capabilities, "qmp_capabilities", "enable:v?", "begin: no capability is needed",
            nothing);

static bool query_commands(QmpCall *call, Error **errp)
{
    str_append(&call->ret, "[");
    LINKSET_FOREACH(r, qmp_commands) {
        qmp_item(&call->ret);
        str_printf(&call->ret, "{\"name\": \"%s\"}", ((const QmpCommand *)r->row)->name);
    }
    str_append(&call->ret, "]");
    return true;
}
QMP_COMMAND(query_commands, "query-commands", "", "the names of all commands", query_commands);

/* ---- the object around it ---- */

static bool check_request(const Json *request, Error **errp)
{
    static const char *const members[] = {"execute", "arguments", "id"};
    const Json *execute, *args;

    if (request->type != JSON_OBJECT) {
        return err_set(errp, "QMP input must be a JSON object");
    }
    for (size_t i = 0; i < request->count; i++) {
        bool known = false;

        for (size_t m = 0; m < ARRAY_SIZE(members); m++) {
            known |= !strcmp(request->key[i], members[m]);
        }
        if (!known) {
            return err_set(errp, "QMP input member '%s' is unexpected", request->key[i]);
        }
    }
    execute = json_get(request, "execute");
    args = json_get(request, "arguments");
    if (!execute) {
        return err_set(errp, "QMP input lacks member 'execute'");
    }
    if (execute->type != JSON_STRING) {
        return err_set(errp, "QMP input member 'execute' must be a string");
    }
    return !args || args->type == JSON_OBJECT ||
           err_set(errp, "QMP input member 'arguments' must be an object");
}

static void write_id(Str *out, const Json *id)
{
    if (id) {
        str_append(out, ", \"id\": ");
        json_write(out, id);
    }
    str_append(out, "}\r\n");
}

void qmp_write_error(Str *out, const char *error_class, const char *text, const Json *id)
{
    str_printf(out, "{\"error\": {\"class\": \"%s\", \"desc\": ", error_class);
    json_write_string(out, text);
    str_append(out, "}");
    write_id(out, id);
}

void qmp_execute(const char *text, size_t len, bool *negotiated, Str *out)
{
    static const Json no_args = {.type = JSON_OBJECT};
    QmpCall call = {.args = &no_args};
    Error *err = NULL;
    Json *request = json_parse(text, len, &err);
    const Json *id = request ? json_get(request, "id") : NULL, *args;
    bool ok = request && check_request(request, &err);

    if (ok) {
        args = json_get(request, "arguments");
        call.args = args ? args : &no_args;
        ok = do_command(&call, json_get(request, "execute")->s, negotiated, &err);
    }
    if (ok) {
        str_printf(out, "{\"return\": %s", call.ret.len ? call.ret.s : "{}");
        write_id(out, id);
    } else {
        qmp_write_error(out, call.error_class ? call.error_class : "GenericError", err_msg(err),
                        id);
        err_free(err);
    }
    str_free(&call.ret);
    json_free(request);
}

/* ---- "-list qmp" ---- */

static void print_row(FILE *out, const LinkRow *r)
{
    const QmpCommand *cmd = r->row;

    listing_line(out, r, cmd->name, cmd->help);
}

static void list_qmp(FILE *out)
{
    LISTING_FOREACH(out, qmp_commands, print_row);
}
LISTING(qmp, "commands of QMP", list_qmp);
