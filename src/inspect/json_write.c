/* SPDX-License-Identifier: MIT */
/* JSON the other way: values as text, and the cutting of a stream into values. */
#include "inspect/json.h"

/* The length of the well-formed UTF-8 sequence at @s, or 0. */
static size_t utf8_length(const unsigned char *s)
{
    size_t n = s[0] < 0x80 ? 1 : s[0] >= 0xc2 && s[0] < 0xe0 ? 2 : (s[0] & 0xf0) == 0xe0 ? 3
               : s[0] >= 0xf0 && s[0] < 0xf5 ? 4 : 0;

    for (size_t i = 1; i < n; i++) {
        if ((s[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] >= 0xa0) ||
        (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] >= 0x90)) {
        return 0; /* longer than needed, a surrogate, or beyond Unicode */
    }
    return n;
}

void json_write_string(Str *out, const char *s)
{
    static const char names[] = "bfnrt\"\\", means[] = "\b\f\n\r\t\"\\";

    str_append(out, "\"");
    while (s && *s) {
        const char *escape = strchr(means, *s);
        size_t n = utf8_length((const unsigned char *)s);

        if (escape) {
            str_printf(out, "\\%c", names[escape - means]);
        } else if (!n) {
            str_append(out, "\\ufffd");
        } else if ((unsigned char)*s < ' ' || *s == 0x7f) {
            str_printf(out, "\\u%04x", (unsigned char)*s);
        } else {
            str_append_n(out, s, n);
        }
        s += n ? n : 1;
    }
    str_append(out, "\"");
}

void json_write(Str *out, const Json *j)
{
    switch (j->type) {
    case JSON_NULL:
        str_append(out, "null");
        break;
    case JSON_BOOL:
        str_append(out, j->b ? "true" : "false");
        break;
    case JSON_INT:
        str_printf(out, "%" PRId64, (int64_t)j->u);
        break;
    case JSON_DOUBLE:
        str_printf(out, "%.17g", j->d);
        break;
    case JSON_STRING:
        json_write_string(out, j->s);
        break;
    case JSON_ARRAY:
    case JSON_OBJECT:
        str_append(out, j->type == JSON_ARRAY ? "[" : "{");
        for (size_t i = 0; i < j->count; i++) {
            str_append(out, i ? ", " : "");
            if (j->key) {
                json_write_string(out, j->key[i]);
                str_append(out, ": ");
            }
            json_write(out, j->item[i]);
        }
        str_append(out, j->type == JSON_ARRAY ? "]" : "}");
        break;
    }
}

/* ---- the stream ---- */

void json_split_reset(JsonSplitter *s)
{
    str_free(&s->text);
    *s = (JsonSplitter){0};
}

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Keep track of where in the value we are.  True at its last byte. */
static bool scan(JsonSplitter *s, uint8_t c)
{
    if (s->quote) {
        if (s->escaped) {
            s->escaped = false;
        } else if (c == '\\') {
            s->escaped = true;
        } else if (c == s->quote) {
            s->quote = 0;
            return !s->depth;
        }
    } else if (c == '"' || c == '\'') {
        s->quote = c;
    } else if (c == '{' || c == '[') {
        s->depth++;
    } else if (c == '}' || c == ']') {
        s->depth -= s->depth > 0;
        return !s->depth;
    }
    return false;
}

JsonSplit json_split(JsonSplitter *s, uint8_t c)
{
    if (s->too_long) {
        if (c == '\n') {
            json_split_reset(s);
        }
        return JSON_MORE;
    }
    if (is_blank(c) && !s->depth && !s->quote) { /* between values, or behind a word */
        return s->text.len ? JSON_COMPLETE : JSON_MORE;
    }
    if (s->text.len == JSON_MAX_TEXT) {
        str_free(&s->text);
        s->too_long = true;
        return JSON_TOO_LONG;
    }
    str_append_n(&s->text, (const char *)&c, 1);
    return scan(s, c) ? JSON_COMPLETE : JSON_MORE;
}
