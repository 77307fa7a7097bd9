/* SPDX-License-Identifier: MIT */
#include "inspect/readline.h"

#include "base/alloc.h"

enum { MAX_OFFERS = 4096, COLUMNS = 80 };

static void print(Readline *rl, const char *text)
{
    rl->ops->print(rl->opaque, text);
}

/* ---- showing ---- */

void readline_prompt(Readline *rl)
{
    Str out = {0};

    str_printf(&out, "\r%s%s\x1b[K", rl->prompt, rl->buf);
    if (rl->cursor < rl->len) {
        str_printf(&out, "\x1b[%zuD", rl->len - rl->cursor);
    }
    print(rl, str_get(&out));
    str_free(&out);
}

static void move(Readline *rl, size_t to)
{
    char text[32];

    if (to != rl->cursor) {
        snprintf(text, sizeof(text), "\x1b[%zu%c", to > rl->cursor ? to - rl->cursor
                                                                   : rl->cursor - to,
                 to > rl->cursor ? 'C' : 'D');
        rl->cursor = to;
        print(rl, text);
    }
}

/* ---- changing the line ---- */

static void set_line(Readline *rl, const char *text)
{
    rl->len = rl->cursor = MIN(strlen(text), (size_t)READLINE_MAX);
    memcpy(rl->buf, text, rl->len);
    rl->buf[rl->len] = 0;
}

void readline_clear(Readline *rl)
{
    set_line(rl, "");
    rl->state = KEY_PLAIN;
    rl->history_at = rl->history_count;
    free(rl->saved);
    rl->saved = NULL;
}

static void erase(Readline *rl, size_t from, size_t to)
{
    if (from == to) {
        return;
    }
    memmove(rl->buf + from, rl->buf + to, rl->len - to + 1);
    rl->len -= to - from;
    rl->cursor = from;
    readline_prompt(rl);
}

static void insert(Readline *rl, const char *text, size_t n)
{
    n = MIN(n, READLINE_MAX - rl->len); /* what is too long is lost, as if it was not typed */
    memmove(rl->buf + rl->cursor + n, rl->buf + rl->cursor, rl->len - rl->cursor + 1);
    memcpy(rl->buf + rl->cursor, text, n);
    rl->len += n;
    rl->cursor += n;
    if (rl->cursor == rl->len) {
        print(rl, rl->buf + rl->len - n);
    } else {
        readline_prompt(rl);
    }
}

static size_t word_start(const Readline *rl, size_t at)
{
    while (at && strchr(" \t", rl->buf[at - 1])) {
        at--;
    }
    while (at && !strchr(" \t", rl->buf[at - 1])) {
        at--;
    }
    return at;
}

/* ---- history ---- */

static void history_add(Readline *rl, const char *line)
{
    if (!*line || (rl->history_count && !strcmp(rl->history[rl->history_count - 1], line))) {
        return;
    }
    if (rl->history_count == READLINE_HISTORY) {
        free(rl->history[0]);
        memmove(rl->history, rl->history + 1, --rl->history_count * sizeof(rl->history[0]));
        rl->history_first++;
    }
    rl->history[rl->history_count++] = xstrdup(line);
}

static void history_show(Readline *rl, size_t at)
{
    if (at > rl->history_count || at == rl->history_at) {
        return;
    }
    if (rl->history_at == rl->history_count) {
        free(rl->saved);
        rl->saved = xstrdup(rl->buf);
    }
    rl->history_at = at;
    set_line(rl, at < rl->history_count ? rl->history[at] : rl->saved);
    readline_prompt(rl);
}

/* ---- completion ---- */

void readline_offer(Readline *rl, const char *word)
{
    size_t n = rl->cursor - rl->offer_from;

    if (rl->offer_count < MAX_OFFERS && !strncmp(word, rl->buf + rl->offer_from, n)) {
        rl->offers = xrealloc(rl->offers, (rl->offer_count + 1) * sizeof(rl->offers[0]));
        rl->offers[rl->offer_count++] = xstrdup(word);
    }
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* How many bytes all offers begin with. */
static size_t common(const Readline *rl)
{
    size_t n = strlen(rl->offers[0]);

    for (size_t i = 1; i < rl->offer_count; i++) {
        size_t same = 0;

        while (same < n && rl->offers[i][same] == rl->offers[0][same]) {
            same++;
        }
        n = same;
    }
    return n;
}

static void show_offers(Readline *rl)
{
    size_t width = 0, columns;
    Str out = {0};

    for (size_t i = 0; i < rl->offer_count; i++) {
        width = MAX(width, strlen(rl->offers[i]) + 2);
    }
    columns = MAX(COLUMNS / width, (size_t)1);
    for (size_t i = 0; i < rl->offer_count; i++) {
        str_printf(&out, "%s%-*s", i % columns ? "" : "\n", (int)width, rl->offers[i]);
    }
    str_append(&out, "\n");
    print(rl, str_get(&out));
    str_free(&out);
    readline_prompt(rl);
}

static void complete(Readline *rl)
{
    size_t typed, n;
    char *text, *word;

    rl->offer_from = rl->cursor;
    while (rl->offer_from && !strchr(" \t", rl->buf[rl->offer_from - 1])) {
        rl->offer_from--;
    }
    typed = rl->cursor - rl->offer_from;
    text = xasprintf("%.*s", (int)rl->cursor, rl->buf);
    word = xstrdup(text + rl->offer_from);
    rl->ops->complete(rl->opaque, text, word, rl);
    if (rl->offer_count) {
        qsort(rl->offers, rl->offer_count, sizeof(rl->offers[0]), by_text);
        n = common(rl);
        if (n > typed) {
            insert(rl, rl->offers[0] + typed, n - typed);
        } else if (rl->offer_count > 1) {
            show_offers(rl);
        }
        if (rl->offer_count == 1 && n && rl->offers[0][n - 1] != '/') {
            insert(rl, " ", 1);
        }
    }
    while (rl->offer_count) {
        free(rl->offers[--rl->offer_count]);
    }
    free(word);
    free(text);
}

/* ---- keys ---- */

static void enter(Readline *rl)
{
    char *line = xstrdup(rl->buf);

    print(rl, "\n");
    history_add(rl, line);
    readline_clear(rl);
    rl->ops->line(rl->opaque, line);
    free(line);
}

enum {
    KEY_CTRL_A = 1, KEY_CTRL_B, KEY_CTRL_D = 4, KEY_CTRL_E, KEY_CTRL_F, KEY_BACKSPACE = 8,
    KEY_TAB, KEY_LF, KEY_CTRL_K, KEY_CTRL_L, KEY_CR, KEY_CTRL_N, KEY_CTRL_P = 16,
    KEY_CTRL_U = 21, KEY_CTRL_W = 23, KEY_ESCAPE = 27, KEY_DELETE = 127,
};

static void edit_key(Readline *rl, uint8_t c)
{
    switch (c) {
    case KEY_CTRL_D:
        erase(rl, rl->cursor, MIN(rl->cursor + 1, rl->len));
        break;
    case KEY_BACKSPACE:
    case KEY_DELETE:
        erase(rl, rl->cursor - (rl->cursor > 0), rl->cursor);
        break;
    case KEY_CTRL_K:
        erase(rl, rl->cursor, rl->len);
        break;
    case KEY_CTRL_U:
        erase(rl, 0, rl->cursor);
        break;
    case KEY_CTRL_W:
        erase(rl, word_start(rl, rl->cursor), rl->cursor);
        break;
    case KEY_CTRL_L:
        print(rl, "\x1b[2J\x1b[H");
        readline_prompt(rl);
        break;
    case KEY_TAB:
        if (rl->ops->complete) {
            complete(rl);
        }
        break;
    }
}

static void plain_key(Readline *rl, uint8_t c)
{
    switch (c) {
    case KEY_CR:
    case KEY_LF:
        enter(rl);
        break;
    case KEY_ESCAPE:
        rl->state = KEY_ESC;
        break;
    case KEY_CTRL_A:
        move(rl, 0);
        break;
    case KEY_CTRL_E:
        move(rl, rl->len);
        break;
    case KEY_CTRL_B:
        move(rl, rl->cursor - (rl->cursor > 0));
        break;
    case KEY_CTRL_F:
        move(rl, MIN(rl->cursor + 1, rl->len));
        break;
    case KEY_CTRL_P:
        history_show(rl, rl->history_at ? rl->history_at - 1 : 0);
        break;
    case KEY_CTRL_N:
        history_show(rl, rl->history_at + 1);
        break;
    default:
        if (c >= ' ' && c < KEY_DELETE) {
            insert(rl, &(char){c}, 1);
        } else {
            edit_key(rl, c);
        }
    }
}

/* The last byte of an escape sequence, and the key that means the same. */
static void escape_key(Readline *rl, uint8_t c)
{
    static const uint8_t letters[128] = {['A'] = KEY_CTRL_P, ['B'] = KEY_CTRL_N,
                                         ['C'] = KEY_CTRL_F, ['D'] = KEY_CTRL_B,
                                         ['H'] = KEY_CTRL_A, ['F'] = KEY_CTRL_E};
    static const uint8_t numbers[] = {[1] = KEY_CTRL_A, [3] = KEY_CTRL_D, [4] = KEY_CTRL_E,
                                      [7] = KEY_CTRL_A, [8] = KEY_CTRL_E};
    uint8_t key = 0;

    if (c == '~') {
        key = rl->csi < ARRAY_SIZE(numbers) ? numbers[rl->csi] : 0;
    } else if (c < 128) {
        key = letters[c];
    }
    if (key) {
        plain_key(rl, key);
    }
}

void readline_byte(Readline *rl, uint8_t c)
{
    bool after_cr = rl->after_cr;

    rl->after_cr = c == KEY_CR;
    switch (rl->state) {
    case KEY_PLAIN:
        if (c != KEY_LF || !after_cr) {
            plain_key(rl, c);
        }
        break;
    case KEY_ESC:
        rl->state = c == '[' ? KEY_CSI : c == 'O' ? KEY_SS3 : KEY_PLAIN;
        rl->csi = 0;
        break;
    case KEY_CSI:
        if (c >= '0' && c <= '9') {
            rl->csi = MIN(rl->csi * 10 + (c - '0'), 1000u);
            break;
        }
        if (c == ';') {
            break;
        }
        /* fall through */
    case KEY_SS3:
        rl->state = KEY_PLAIN;
        escape_key(rl, c);
        break;
    }
}

/* ---- life ---- */

void readline_init(Readline *rl, const char *prompt, const ReadlineOps *ops, void *opaque)
{
    *rl = (Readline){.ops = ops, .opaque = opaque, .prompt = prompt};
}

void readline_free(Readline *rl)
{
    for (size_t i = 0; i < rl->history_count; i++) {
        free(rl->history[i]);
    }
    free(rl->saved);
    free(rl->offers);
}
