/* SPDX-License-Identifier: MIT */
/* Pointer chasing: inserts into and looks up in a binary search tree with random keys. @set integer
 * */
#include "bench.h"

#define NODES 200000

typedef struct Node {
    struct Node *child[2];
    uint64_t key, value;
} Node;

static Node nodes[NODES];

static Node *insert(Node *root, Node *n)
{
    Node **at = &root;

    while (*at) {
        at = &(*at)->child[n->key > (*at)->key];
    }
    *at = n;
    return root;
}

static Node *find(Node *n, uint64_t key)
{
    while (n && n->key != key) {
        n = n->child[key > n->key];
    }
    return n;
}

uint64_t bench(void)
{
    uint64_t seed = 42, sum = 0;
    Node *root = NULL;

    for (unsigned i = 0; i < NODES; i++) {
        nodes[i].key = next_random(&seed) >> 20;
        nodes[i].value = i;
        root = insert(root, &nodes[i]);
    }
    seed = 42;
    for (unsigned i = 0; i < 16 * NODES; i++) {
        uint64_t key = next_random(&seed) >> 20;
        Node *n;

        if (i % NODES == NODES - 1) {
            seed = 42;
        }
        n = find(root, key + (i & 1));
        sum = mix(sum, n ? n->value : 1);
    }
    return sum;
}
