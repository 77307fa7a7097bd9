/* SPDX-License-Identifier: MIT */
/* Runs the benchmark that is linked with it once and prints its checksum. */
#include "bench.h"

void test_main(void)
{
    uint64_t sum = bench();

    print("checksum ");
    print_hex(sum);
    print("\n");
}
