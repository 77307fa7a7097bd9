/* SPDX-License-Identifier: MIT */
#include "inspect/json.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include "base/alloc.h"

typedef struct Parser {
    const char *p, *end;
    unsigned depth;
    Error **errp;
} Parser;

static Json *parse_value(Parser *ps);

void json_free(Json *j)
{
    if (!j) {
        return;
    }
    for (size_t i = 0; i < j->count; i++) {
        json_free(j->item[i]);
        if (j->key) {
            free(j->key[i]);
        }
    }
    free(j->item);
    free(j->key);
    free(j->s);
    free(j);
}

static Json *new_json(JsonType type)
{
    Json *j = xnew(Json);

    j->type = type;
    return j;
}

static Json *fail(Parser *ps, Json *j, const char *what)
{
    err_set(ps->errp, "JSON parse error, %s", what);
    json_free(j);
    return NULL;
}

static char skip_blanks(Parser *ps)
{
    while (ps->p < ps->end && strchr(" \t\r\n", *ps->p) && *ps->p) {
        ps->p++;
    }
    return ps->p < ps->end ? *ps->p : 0;
}

/* ---- strings ---- */

static void append_utf8(Str *out, unsigned c)
{
    char b[4];

    if (c < 0x80) {
        b[0] = c;
        str_append_n(out, b, 1);
    } else if (c < 0x800) {
        b[0] = 0xc0 | c >> 6;
        b[1] = 0x80 | (c & 0x3f);
        str_append_n(out, b, 2);
    } else if (c < 0x10000) {
        b[0] = 0xe0 | c >> 12;
        b[1] = 0x80 | (c >> 6 & 0x3f);
        b[2] = 0x80 | (c & 0x3f);
        str_append_n(out, b, 3);
    } else {
        b[0] = 0xf0 | c >> 18;
        b[1] = 0x80 | (c >> 12 & 0x3f);
        b[2] = 0x80 | (c >> 6 & 0x3f);
        b[3] = 0x80 | (c & 0x3f);
        str_append_n(out, b, 4);
    }
}

static bool take_hex4(Parser *ps, unsigned *v)
{
    *v = 0;
    for (int i = 0; i < 4; i++) {
        if (ps->p == ps->end || !isxdigit((unsigned char)*ps->p)) {
            return false;
        }
        *v = *v << 4 | (isdigit((unsigned char)*ps->p) ? *ps->p - '0' : (*ps->p | 0x20) - 'a' + 10);
        ps->p++;
    }
    return true;
}

/* Behind a "\u": one character, written as one code or as a pair of surrogates. */
static bool take_unicode(Parser *ps, Str *out)
{
    unsigned c, low;

    if (!take_hex4(ps, &c)) {
        return false;
    }
    if (c >= 0xd800 && c < 0xdc00) {
        if (ps->end - ps->p < 2 || ps->p[0] != '\\' || ps->p[1] != 'u') {
            return false;
        }
        ps->p += 2;
        if (!take_hex4(ps, &low) || low < 0xdc00 || low > 0xdfff) {
            return false;
        }
        c = 0x10000 + ((c - 0xd800) << 10 | (low - 0xdc00));
    } else if (!c || (c >= 0xdc00 && c < 0xe000)) {
        return false; /* our strings end at a NUL */
    }
    append_utf8(out, c);
    return true;
}

static bool take_escape(Parser *ps, Str *out)
{
    static const char names[] = "bfnrt\"\\/'", means[] = "\b\f\n\r\t\"\\/'";
    char c = ps->p < ps->end ? *ps->p++ : 0;
    const char *name = c ? strchr(names, c) : NULL;

    if (c == 'u') {
        return take_unicode(ps, out);
    }
    if (name) {
        str_append_n(out, &means[name - names], 1);
    }
    return name;
}

/* The string whose opening quote is at ps->p, or NULL. */
static char *take_string(Parser *ps)
{
    char quote = *ps->p++;
    Str out = {0};
    bool ok = true;

    while (ok && ps->p < ps->end && *ps->p != quote) {
        if (*ps->p == '\\') {
            ps->p++;
            ok = take_escape(ps, &out);
        } else {
            ok = (unsigned char)*ps->p >= ' ';
            str_append_n(&out, ps->p++, 1);
        }
    }
    if (!ok || ps->p == ps->end) {
        str_free(&out);
        return NULL;
    }
    ps->p++;
    return out.s ? out.s : xstrdup("");
}

/* ---- numbers and words ---- */

static Json *parse_number(Parser *ps)
{
    size_t n = 0;
    char text[64], *end;
    bool whole, overflow;
    Json *j;

    while (ps->p + n < ps->end && n < sizeof(text) - 1 && ps->p[n] &&
           strchr("+-.0123456789eE", ps->p[n])) {
        text[n] = ps->p[n];
        n++;
    }
    text[n] = 0;
    ps->p += n;
    whole = !strpbrk(text, ".eE");
    errno = 0;
    j = new_json(whole ? JSON_INT : JSON_DOUBLE);
    j->u = text[0] == '-' ? (uint64_t)strtoll(text, &end, 10) : strtoull(text, &end, 10);
    overflow = errno == ERANGE;
    if (!whole || overflow) {
        j->type = JSON_DOUBLE;
        j->d = strtod(text, &end);
    }
    if (*end || !isdigit((unsigned char)text[n - 1]) ||
        (j->type == JSON_DOUBLE && !isfinite(j->d))) {
        return fail(ps, j, "a number is malformed");
    }
    return j;
}

static Json *parse_word(Parser *ps)
{
    static const char *const words[] = {"true", "false", "null"};
    size_t n = 0;
    Json *j;

    while (ps->p + n < ps->end && isalpha((unsigned char)ps->p[n])) {
        n++;
    }
    for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
        if (n == strlen(words[i]) && !memcmp(ps->p, words[i], n)) {
            ps->p += n;
            j = new_json(i < 2 ? JSON_BOOL : JSON_NULL);
            j->b = i == 0;
            return j;
        }
    }
    err_set(ps->errp, n ? "JSON parse error, invalid keyword '%.*s'"
                        : "JSON parse error, expecting value%.*s", (int)MIN(n, 40u), ps->p);
    return NULL;
}

/* ---- arrays and objects ---- */

static void add_member(Json *j, char *key, Json *value)
{
    j->item = xrealloc(j->item, (j->count + 1) * sizeof(j->item[0]));
    j->item[j->count] = value;
    if (j->type == JSON_OBJECT) {
        j->key = xrealloc(j->key, (j->count + 1) * sizeof(j->key[0]));
        j->key[j->count] = key;
    }
    j->count++;
}

/* One "key": value, or one value. */
static bool take_member(Parser *ps, Json *j)
{
    char *key = NULL;
    Json *value;
    char c = skip_blanks(ps);

    if (j->type == JSON_OBJECT) {
        key = c == '"' || c == '\'' ? take_string(ps) : NULL;
        if (!key) {
            return fail(ps, NULL, "key is not a string in object");
        }
        if (skip_blanks(ps) != ':') {
            free(key);
            return fail(ps, NULL, "missing : in object pair");
        }
        ps->p++;
    }
    value = parse_value(ps);
    if (value && key && (j->count == JSON_MAX_MEMBERS || json_get(j, key))) {
        value = fail(ps, value, json_get(j, key) ? "duplicate key" : "too many keys");
    }
    if (!value) {
        free(key);
        return false;
    }
    add_member(j, key, value);
    return true;
}

static Json *parse_members(Parser *ps, JsonType type, char close)
{
    Json *j = new_json(type);
    char c;

    ps->p++;
    if (skip_blanks(ps) == close) {
        ps->p++;
        return j;
    }
    for (;;) {
        if (!take_member(ps, j)) {
            json_free(j);
            return NULL;
        }
        c = skip_blanks(ps);
        if (c != ',' && c != close) {
            return fail(ps, j, type == JSON_OBJECT ? "expected separator in dict"
                                                   : "expected separator in list");
        }
        ps->p++;
        if (c == close) {
            return j;
        }
    }
}

static Json *parse_value(Parser *ps)
{
    Json *j = NULL;
    char c = skip_blanks(ps);

    if (++ps->depth > JSON_MAX_DEPTH) {
        return fail(ps, NULL, "too deep nesting");
    }
    if (c == '{') {
        j = parse_members(ps, JSON_OBJECT, '}');
    } else if (c == '[') {
        j = parse_members(ps, JSON_ARRAY, ']');
    } else if (c == '"' || c == '\'') {
        char *s = take_string(ps);

        j = s ? new_json(JSON_STRING) : fail(ps, NULL, "a string is malformed");
        if (j) {
            j->s = s;
        }
    } else if (c == '-' || isdigit((unsigned char)c)) {
        j = parse_number(ps);
    } else {
        j = parse_word(ps);
    }
    ps->depth--;
    return j;
}

Json *json_parse(const char *text, size_t len, Error **errp)
{
    Parser ps = {text, text + len, 0, errp};
    Json *j = parse_value(&ps);

    if (j) {
        skip_blanks(&ps);
        if (ps.p != ps.end) {
            return fail(&ps, j, "something follows the value");
        }
    }
    return j;
}

const Json *json_get(const Json *object, const char *key)
{
    for (size_t i = object->type == JSON_OBJECT ? object->count : 0; i-- > 0;) {
        if (!strcmp(object->key[i], key)) {
            return object->item[i];
        }
    }
    return NULL;
}
