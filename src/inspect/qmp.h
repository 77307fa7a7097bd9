/* SPDX-License-Identifier: MIT */
/* QMP: the monitor for programs.  JSON objects, one command each, and events.
 *
 *     {"execute": "qom-get", "arguments": {"path": "/machine", "property": "type"}, "id": 7}
 *     {"return": "virt-machine", "id": 7}
 *
 * A command is one row.  Its arguments are listed as NAME:TYPE, where TYPE is s (string),
 * i (integer), b (boolean), v (any value) or * (whatever else is there); a '?' behind it says that
 * the argument may be left out.  They are checked before the function is called.  Main thread, big
 * lock. */
#ifndef INSPECT_QMP_H
#define INSPECT_QMP_H

#include "base/linkset.h"
#include "inspect/json.h"

struct Chardev;

typedef struct QmpCall {
    const Json *args;        /* an object */
    Str ret;                 /* the answer's text; left empty it is {} */
    const char *error_class; /* if it fails; NULL: GenericError */
} QmpCall;

typedef struct QmpCommand {
    const char *name, *args, *help;
    bool (*run)(QmpCall *call, Error **errp);
} QmpCommand;

#define QMP_COMMAND(symbol, name_, args_, help_, run_)                                             \
    static const QmpCommand qmp_command_##symbol = {name_, args_, help_, run_};                    \
    LINKSET_ADD(qmp_commands, qmp_command_##symbol)

/* Arguments of a call; those that were left out are NULL, @def, or false. */
const char *qmp_str(const QmpCall *call, const char *name);
uint64_t qmp_int(const QmpCall *call, const char *name, uint64_t def);
bool qmp_bool(const QmpCall *call, const char *name);

/* The list that a call returns: "[", for each entry qmp_item, "]". */
void qmp_item(Str *list);

/* Attach a QMP monitor to @chr.  It lives until monitor_cleanup. */
bool qmp_new(struct Chardev *chr, Error **errp);

#endif
