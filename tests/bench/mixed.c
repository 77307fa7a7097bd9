/* SPDX-License-Identifier: MIT */
/* A mixture as in small controllers: a linked list that is searched and reversed, a small 16-bit
 * matrix, and a state machine over text. @set integer */
#include "bench.h"

#define ITEMS 64
#define M 12

typedef struct Item {
    struct Item *next;
    int16_t key, data;
} Item;

static Item items[ITEMS];
static int16_t ma[M][M], mb[M][M];
static const char numbers[] = "5012,-17,+3.25,1e5,0x1F,abc,-1.5E-3,77,.5,--3,12e,3.1415926,+,9,";

static Item *reverse(Item *list)
{
    Item *done = NULL;

    while (list) {
        Item *next = list->next;
        list->next = done;
        done = list;
        list = next;
    }
    return done;
}

static unsigned list_work(Item **list, unsigned round)
{
    unsigned sum = 0;
    int16_t wanted = round % (ITEMS + 8);

    *list = reverse(*list);
    for (Item *i = *list; i; i = i->next) {
        if (i->key == wanted) {
            sum += i->data * 3;
            i->data ^= round;
            break;
        }
        sum++;
    }
    return sum;
}

static unsigned matrix_work(int16_t add)
{
    unsigned sum = 0;

    for (unsigned i = 0; i < M; i++) {
        for (unsigned j = 0; j < M; j++) {
            int32_t v = 0;

            for (unsigned k = 0; k < M; k++) {
                v += ma[i][k] * mb[k][j];
            }
            sum += v > add ? v >> 2 & 0xf : v & 7;
        }
        ma[i][(uint16_t)add % M] += add;
    }
    return sum;
}

enum {
    START, SIGN, DIGITS, POINT, FRACTION, EXPONENT, EXPONENT_SIGN, EXPONENT_DIGITS, BAD, STATES
};

static int next_state(int state, char c)
{
    bool digit = c >= '0' && c <= '9', sign = c == '+' || c == '-', e = c == 'e' || c == 'E';

    switch (state) {
    case START: return digit ? DIGITS : sign ? SIGN : c == '.' ? POINT : BAD;
    case SIGN: return digit ? DIGITS : c == '.' ? POINT : BAD;
    case DIGITS: return digit ? DIGITS : c == '.' ? FRACTION : e ? EXPONENT : BAD;
    case POINT: return digit ? FRACTION : BAD;
    case FRACTION: return digit ? FRACTION : e ? EXPONENT : BAD;
    case EXPONENT: return digit ? EXPONENT_DIGITS : sign ? EXPONENT_SIGN : BAD;
    case EXPONENT_SIGN:
    case EXPONENT_DIGITS: return digit ? EXPONENT_DIGITS : BAD;
    default: return BAD;
    }
}

static unsigned state_work(unsigned *counts)
{
    int state = START;

    for (const char *p = numbers; *p; p++) {
        if (*p == ',') {
            counts[state]++;
            state = START;
        } else {
            state = next_state(state, *p);
        }
    }
    return counts[BAD] + counts[DIGITS];
}

uint64_t bench(void)
{
    unsigned counts[STATES] = { 0 };
    uint64_t sum = 0;
    Item *list = NULL;

    for (unsigned i = 0; i < ITEMS; i++) {
        items[i] = (Item){ list, i * 7 % ITEMS, i };
        list = &items[i];
    }
    for (unsigned i = 0; i < M * M; i++) {
        ma[i / M][i % M] = i * 31 % 97;
        mb[i / M][i % M] = i * 17 % 89;
    }
    for (unsigned round = 0; round < 1500000; round++) {
        sum = mix(sum, list_work(&list, round));
        sum += state_work(counts);
        if (round % 4 == 0) {
            sum = mix(sum, matrix_work(round));
        }
    }
    return sum;
}
