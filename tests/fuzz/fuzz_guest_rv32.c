/* SPDX-License-Identifier: MIT */
/* fuzz_guest, with engine=jit and -cpu rv32. */
#define FUZZ_ENGINE "jit"
#define FUZZ_CPU "rv32"
#include "fuzz/fuzz_guest.c"
