/* SPDX-License-Identifier: MIT */
/* fuzz_guest, with engine=interp and -cpu max. */
#define FUZZ_ENGINE "interp"
#define FUZZ_CPU "max"
#include "fuzz/fuzz_guest.c"
