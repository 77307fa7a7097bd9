/* SPDX-License-Identifier: MIT */
/* CRC-32 bit by bit and by table, on the same data. @set integer */
#include "bench.h"

#define SIZE (1 << 18)

static uint8_t data[SIZE];
static uint32_t table[256];

static uint32_t crc_bits(uint32_t crc, const uint8_t *p, size_t size)
{
    while (size--) {
        crc ^= *p++;
        for (unsigned i = 0; i < 8; i++) {
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
        }
    }
    return crc;
}

static uint32_t crc_table(uint32_t crc, const uint8_t *p, size_t size)
{
    while (size--) {
        crc = table[(crc ^ *p++) & 255] ^ crc >> 8;
    }
    return crc;
}

uint64_t bench(void)
{
    uint64_t seed = 99, sum = 0;

    for (unsigned i = 0; i < 256; i++) {
        uint8_t byte = i;
        table[i] = crc_bits(0, &byte, 1);
    }
    for (unsigned i = 0; i < SIZE; i++) {
        data[i] = next_random(&seed) >> 56;
    }
    for (unsigned round = 0; round < 100; round++) {
        sum = mix(sum, crc_bits(round, data, SIZE));
        for (unsigned again = 0; again < 6; again++) {
            sum = mix(sum, crc_table(round, data, SIZE));
        }
    }
    return sum;
}
