/* SPDX-License-Identifier: MIT */
/* JSON (RFC 8259), as much as QMP needs: from text to a tree, and strings as text.  Input is
 * untrusted: depth and size are bounded. */
#ifndef INSPECT_JSON_H
#define INSPECT_JSON_H

#include "base/error.h"
#include "base/str.h"

typedef enum JsonType {
    JSON_NULL,
    JSON_BOOL,
    JSON_INT,    /* a whole number that fits 64 bits */
    JSON_DOUBLE, /* any other */
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT,
} JsonType;

typedef struct Json Json;
struct Json {
    JsonType type;
    bool b;
    uint64_t u; /* of an int, in two's complement */
    double d;
    char *s;
    size_t count; /* of members: arrays and objects */
    Json **item;
    char **key; /* of objects */
};

/* The value that @text (of @len bytes) consists of; also with 'single quotes', as QMP has it.
 * Free it with json_free. */
Json *json_parse(const char *text, size_t len, Error **errp);
void json_free(Json *j);

/* The member @key of an object (of equal ones the last), or NULL.  Borrowed. */
const Json *json_get(const Json *object, const char *key);

/* Append @s as a JSON string, quotes included; NULL as "".  What is no UTF-8 becomes U+FFFD. */
void json_write_string(Str *out, const char *s);
/* Append @j. */
void json_write(Str *out, const Json *j);

/* ---- where does a value end? ---- */

enum { JSON_MAX_TEXT = 1 << 20, JSON_MAX_DEPTH = 128, JSON_MAX_MEMBERS = 1024 };

/* Cuts a stream of bytes into texts of one value each; zero is a valid state. */
typedef struct JsonSplitter {
    Str text; /* of the value that has begun */
    unsigned depth;
    char quote; /* of the string we are in, or 0 */
    bool escaped;
    bool too_long; /* dropped until the end of the line */
} JsonSplitter;

typedef enum JsonSplit {
    JSON_MORE,     /* the value goes on */
    JSON_COMPLETE, /* s->text is one; reset before the next byte */
    JSON_TOO_LONG,
} JsonSplit;

JsonSplit json_split(JsonSplitter *s, uint8_t c);
void json_split_reset(JsonSplitter *s);

#endif
