/* SPDX-License-Identifier: MIT */
/* A character back end that a test reads and feeds: -chardev test,id=ID. */
#ifndef CHR_TEST_H
#define CHR_TEST_H

#include "backend/char/char_int.h"
#include "unit/unit.h"

typedef struct TestChr {
    Chardev chr;
    Str out;
    size_t room; /* bytes that it still takes */
} TestChr;

static bool test_chr_open(Chardev *chr, KeyVals *opts, Error **errp)
{
    ((TestChr *)chr)->room = SIZE_MAX;
    return true;
}

static size_t test_chr_write(Chardev *chr, const uint8_t *buf, size_t n)
{
    TestChr *t = (TestChr *)chr;

    n = MIN(n, t->room);
    t->room -= n;
    str_append_n(&t->out, (const char *)buf, n);
    return n;
}

static void test_chr_close(Chardev *chr)
{
    str_free(&((TestChr *)chr)->out);
}

CHARDEV(test, .name = "test", .size = sizeof(TestChr), .open = test_chr_open,
        .write = test_chr_write, .close = test_chr_close);

static inline TestChr *test_chr_new(const char *id)
{
    KeyVals *kv = keyval_parse("-chardev", "test", "backend", NULL);
    Chardev *chr;

    keyval_set(kv, "id", id);
    chr = chardev_new_from_opts(kv, NULL);
    keyval_free(kv);
    assert_non_null(chr);
    return (TestChr *)chr;
}

static inline const char *chr_out(TestChr *t)
{
    return str_get(&t->out);
}

/* What the host types; returns how much was taken. */
static inline size_t chr_type(TestChr *t, const char *text)
{
    size_t n = MIN(strlen(text), chr_be_can_read(&t->chr));

    if (n) {
        chr_be_read(&t->chr, (const uint8_t *)text, n);
    }
    return n;
}

#endif
