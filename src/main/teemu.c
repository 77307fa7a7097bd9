/* SPDX-License-Identifier: MIT */
/* The program teemu. */
#include "base/types.h"

int main(void)
{
    return 0;
}
