/* SPDX-License-Identifier: MIT */
/* The decision tree: from an instruction word to its row.
 *
 * A node of the tree looks at one run of neighbouring bits that all rows below it fix, and has a
 * child for each value of them:
 *
 *     bits 6..0 --0110011--> bits 14..12 --000--> bits 31..25 --0000000--> add
 *              \             \                               \-0100000--> sub
 *               \--0110111--> lui
 *
 * A leaf holds the rows that no common bit tells apart, most fixed bits first; at most a few.
 * Decoding is three or four steps down, a comparison, and gathering the fields. */
#include "target/riscv/decode.h"

#include <pthread.h>
#include "base/alloc.h"

bool insn_match(const Insn *insn, uint32_t word, InsnArgs *a)
{
    if ((word & insn->mask) != insn->match) {
        return false;
    }
    *a = (InsnArgs){.word = word};
    for (unsigned i = 0; i < insn->npieces; i++) {
        uint32_t bits = word >> insn->pieces[i].from & ((1u << insn->pieces[i].width) - 1);

        a->field[insn->pieces[i].field] |= (bits | insn->pieces[i].plus) << insn->pieces[i].to;
    }
    if (insn->imm_bits) {
        a->imm = sextract64(a->imm, 0, insn->imm_bits);
    }
    for (unsigned i = 0; i < insn->nlimits; i++) {
        uint32_t value = a->field[insn->limits[i].field];

        if (value < 32 && insn->limits[i].refused >> value & 1) {
            return false;
        }
    }
    return true;
}

/* ---- the tree ---- */

enum { NODE_BITS = 7 }; /* at most; all of an opcode in one step */

typedef struct Node {
    uint8_t shift, bits;     /* bits 0: a leaf */
    const Insn *const *rows; /* leaf: ended by NULL */
    struct Node *child;      /* else 1 << bits of them */
} Node;

struct Decoder {
    Insn *insns;
    unsigned count;
    Node root[2]; /* for 2-byte and for 4-byte instructions */
};

/* Rows with more fixed bits first; names make the order the same in each build. */
static int compare_insns(const void *a, const void *b)
{
    const Insn *x = *(const Insn *const *)a, *y = *(const Insn *const *)b;
    int more = __builtin_popcount(y->mask) - __builtin_popcount(x->mask);

    return more ? more : strcmp(x->row->name, y->row->name);
}

static void make_leaf(Node *node, const Insn **rows, unsigned n)
{
    const Insn **copy = xnew_n(const Insn *, n + 1);

    memcpy(copy, rows, n * sizeof(*rows));
    qsort(copy, n, sizeof(*copy), compare_insns);
    node->rows = copy;
}

/* Build @node over @n @rows, all equal in the @tested bits. */
static void make_node(Node *node, const Insn **rows, unsigned n, uint32_t tested)
{
    uint32_t common = ~tested;
    const Insn **subset;

    for (unsigned i = 0; i < n; i++) {
        common &= rows[i]->mask;
    }
    if (n <= 1 || !common) {
        make_leaf(node, rows, n);
        return;
    }
    node->shift = __builtin_ctz(common);
    while (node->bits < NODE_BITS && node->shift + node->bits < 32 &&
           common >> (node->shift + node->bits) & 1) {
        node->bits++;
    }
    node->child = xnew_n(Node, 1u << node->bits);
    subset = xnew_n(const Insn *, n);
    for (uint32_t v = 0; v < 1u << node->bits; v++) {
        uint32_t mask = ((1u << node->bits) - 1) << node->shift;
        unsigned m = 0;

        for (unsigned i = 0; i < n; i++) {
            if ((rows[i]->match & mask) == v << node->shift) {
                subset[m++] = rows[i];
            }
        }
        make_node(&node->child[v], subset, m, tested | mask);
    }
    free(subset);
}

Decoder *decoder_new(const LinkRow *start, const LinkRow *stop)
{
    Decoder *d = xnew(Decoder);
    const Insn **rows = xnew_n(const Insn *, stop - start + 1);

    d->insns = xnew_n(Insn, stop - start + 1);
    for (const LinkRow *l = start; l < stop; l++) {
        Error *err = NULL;

        if (!insn_parse(l->row, &d->insns[d->count++], &err)) {
            fprintf(stderr, "%s:%d: %s\n", l->file, l->line, err_msg(err));
            abort();
        }
    }
    for (unsigned size = 0; size < 2; size++) {
        unsigned n = 0;

        for (unsigned i = 0; i < d->count; i++) {
            if (d->insns[i].bytes == (size ? 4 : 2)) {
                rows[n++] = &d->insns[i];
            }
        }
        make_node(&d->root[size], rows, n, 0);
    }
    free(rows);
    return d;
}

const Insn *decoder_find(const Decoder *d, uint32_t word, uint32_t have, InsnArgs *a)
{
    const Node *node = &d->root[insn_bytes(word) == 4];

    while (node->bits) {
        node = &node->child[word >> node->shift & ((1u << node->bits) - 1)];
    }
    for (const Insn *const *i = node->rows; *i; i++) {
        if (!((*i)->need & ~have) && insn_match(*i, word, a)) {
            return *i;
        }
    }
    return NULL;
}

const Insn *decoder_row(const Decoder *d, unsigned n)
{
    return n < d->count ? &d->insns[n] : NULL;
}

LINKSET_DECLARE(riscv_insns);

static Decoder *all_insns;

static void make_decoder(void)
{
    all_insns = decoder_new(__start_set_riscv_insns, __stop_set_riscv_insns);
}

const Decoder *riscv_decoder(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, make_decoder);
    return all_insns;
}
