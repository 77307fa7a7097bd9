/* SPDX-License-Identifier: MIT */
#include "base/keyval.h"
#include "base/alloc.h"

/* Copy up to the next single comma into a new string, undoubling commas; *text moves behind the
 * comma. */
static char *next_word(const char **text)
{
    Str word = {0};
    const char *p = *text;

    for (; *p; p++) {
        if (*p == ',') {
            if (p[1] != ',') {
                p++;
                break;
            }
            p++;
        }
        str_append_n(&word, p, 1);
    }
    *text = p;
    return word.s ? word.s : xstrdup("");
}

void keyval_set(KeyVals *kv, const char *key, const char *value)
{
    KeyVal *e = xnew(KeyVal);

    e->key = xstrdup(key);
    e->value = xstrdup(value);
    list_push_back(&kv->list, &e->link);
}

KeyVals *keyval_parse(const char *option, const char *text, const char *implied_key, Error **errp)
{
    KeyVals *kv = xnew(KeyVals);
    bool first = true, ok = true;

    list_init(&kv->list);
    kv->what = xasprintf("%s %s", option, text);
    while (ok && *text) {
        char *word = next_word(&text), *eq = strchr(word, '=');

        if (eq == word) {
            ok = err_set(errp, "%s: a '=' needs a name before it", kv->what);
        } else if (eq) {
            *eq = 0;
            keyval_set(kv, word, eq + 1);
        } else if (first && implied_key) {
            keyval_set(kv, implied_key, word);
        } else if (*word) {
            keyval_set(kv, word, "on");
        }
        first = false;
        free(word);
    }
    if (!ok) {
        keyval_free(kv);
        return NULL;
    }
    return kv;
}

void keyval_free(KeyVals *kv)
{
    KeyVal *e, *next;

    if (!kv) {
        return;
    }
    LIST_FOREACH_SAFE(e, next, &kv->list, link) {
        free(e->key);
        free(e->value);
        free(e);
    }
    while (kv->known_count) {
        free(kv->known[--kv->known_count]);
    }
    free(kv->known);
    free(kv->what);
    free(kv);
}

static void remember(KeyVals *kv, const char *key)
{
    for (size_t i = 0; i < kv->known_count; i++) {
        if (!strcmp(kv->known[i], key)) {
            return;
        }
    }
    kv->known = xrealloc(kv->known, (kv->known_count + 1) * sizeof(char *));
    kv->known[kv->known_count++] = xstrdup(key);
}

const char *keyval_get(KeyVals *kv, const char *key)
{
    const char *value = NULL;
    KeyVal *e;

    remember(kv, key);
    LIST_FOREACH(e, &kv->list, link) {
        if (!strcmp(e->key, key)) {
            e->used = true;
            value = e->value;
        }
    }
    return value;
}

bool keyval_get_u64(KeyVals *kv, const char *key, uint64_t *value, Error **errp)
{
    const char *text = keyval_get(kv, key);

    if (text && !parse_u64(text, value, errp)) {
        err_prepend(errp, "%s: %s: ", kv->what, key);
        return false;
    }
    return true;
}

bool keyval_get_size(KeyVals *kv, const char *key, uint64_t unit, uint64_t *value, Error **errp)
{
    const char *text = keyval_get(kv, key);

    if (text && !parse_size(text, unit, value, errp)) {
        err_prepend(errp, "%s: %s: ", kv->what, key);
        return false;
    }
    return true;
}

bool keyval_get_bool(KeyVals *kv, const char *key, bool *value, Error **errp)
{
    const char *text = keyval_get(kv, key);

    if (text && !parse_bool(text, value, errp)) {
        err_prepend(errp, "%s: %s: ", kv->what, key);
        return false;
    }
    return true;
}

/* Say that nobody knows @key, and what would be known. */
static bool unknown_key(const KeyVals *kv, const char *key, Error **errp)
{
    Nearest near;
    Str all = {0};

    nearest_init(&near, key);
    for (size_t i = 0; i < kv->known_count; i++) {
        nearest_offer(&near, kv->known[i]);
        str_printf(&all, "%s%s=", i ? " " : "", kv->known[i]);
    }
    if (nearest_get(&near)) {
        err_set(errp, "%s: there is no '%s' here; did you mean '%s'?", kv->what, key,
                nearest_get(&near));
    } else if (kv->known_count) {
        err_set(errp, "%s: there is no '%s' here; known are %s", kv->what, key, str_get(&all));
    } else {
        err_set(errp, "%s: there is no '%s' here, nor any other property", kv->what, key);
    }
    str_free(&all);
    return false;
}

bool keyval_check_used(const KeyVals *kv, Error **errp)
{
    KeyVal *e;

    LIST_FOREACH(e, &kv->list, link) {
        if (!e->used) {
            return unknown_key(kv, e->key, errp);
        }
    }
    return true;
}

void keyval_append_value(Str *out, const char *value)
{
    for (; *value; value++) {
        str_append_n(out, value, 1);
        if (*value == ',') {
            str_append(out, ",");
        }
    }
}

void keyval_blame(const KeyVals *kv, Error **errp)
{
    if (errp && *errp && *kv->what && !str_starts(err_msg(*errp), kv->what)) {
        err_prepend(errp, "%s: ", kv->what);
    }
}
