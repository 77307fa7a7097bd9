/* SPDX-License-Identifier: MIT */
/* "driver,key=value,flag": how every structured option value on the command line is written.
 *
 * A comma inside a value is doubled (",,").  A word without '=' is the implied key when it stands
 * first and the caller names one, otherwise a switch: "readonly" means readonly=on, "noreadonly"
 * is not understood.  Each consumer takes the keys that it knows; keyval_check_used then reports
 * what nobody took. */
#ifndef BASE_KEYVAL_H
#define BASE_KEYVAL_H

#include "base/error.h"
#include "base/list.h"
#include "base/str.h"

typedef struct KeyVal {
    List link;
    char *key, *value;
    bool used; /* somebody asked for it */
} KeyVal;

typedef struct KeyVals {
    List list; /* of KeyVal, in the order written */
    char *what; /* "-drive file=...", for messages */
    char **known; /* all keys that somebody has asked for, there or not */
    size_t known_count;
} KeyVals;

/* Parse @text.  @option ("-drive") is for messages; @implied_key may be NULL.  Free with
 * keyval_free. */
KeyVals *keyval_parse(const char *option, const char *text, const char *implied_key, Error **errp);
void keyval_free(KeyVals *kv);

/* The last value given for @key, or NULL; marks it as used. */
const char *keyval_get(KeyVals *kv, const char *key);

/* As keyval_get, converted.  True with *value untouched when the key is absent; false only for a
 * bad value. */
bool keyval_get_u64(KeyVals *kv, const char *key, uint64_t *value, Error **errp);
bool keyval_get_size(KeyVals *kv, const char *key, uint64_t unit, uint64_t *value, Error **errp);
bool keyval_get_bool(KeyVals *kv, const char *key, bool *value, Error **errp);

/* Set @key from inside the program. */
void keyval_set(KeyVals *kv, const char *key, const char *value);

/* False, naming the first key that nobody used and the nearest one that somebody asked for. */
bool keyval_check_used(const KeyVals *kv, Error **errp);

/* Append @value as keyval_parse reads it: with its commas doubled. */
void keyval_append_value(Str *out, const char *value);

/* Put what @kv is before the sentence of *errp, if it is not there yet. */
void keyval_blame(const KeyVals *kv, Error **errp);

#endif
