/* SPDX-License-Identifier: MIT */
/* One QMP command, from its object to the answer's.  Knows no connection. */
#ifndef INSPECT_QMP_CALL_H
#define INSPECT_QMP_CALL_H

#include "inspect/qmp.h"

/* What clients are told of the version, as JSON. */
#define QMP_VERSION                                                                                \
    "{\"qemu\": {\"micro\": 0, \"minor\": 1, \"major\": 0}, "                                    \
    "\"package\": \"teemu " TEEMU_VERSION "\"}"

/* Do the command in the JSON @text, and append the line that answers it to @out.  @negotiated:
 * whether qmp_capabilities has come, which a client must say first. */
void qmp_execute(const char *text, size_t len, bool *negotiated, Str *out);

/* Append the error line for what is no command at all. */
void qmp_write_error(Str *out, const char *error_class, const char *text, const Json *id);

#endif
