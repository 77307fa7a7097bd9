/* SPDX-License-Identifier: MIT */
/* The Mandelbrot set: compare and branch on doubles, no memory. @set float */
#include "bench.h"

uint64_t bench(void)
{
    uint64_t sum = 0;

    for (int py = -120; py < 120; py++) {
        for (int px = -180; px < 100; px++) {
            double cx = px / 100.0, cy = py / 100.0, x = 0, y = 0;
            unsigned n = 0;

            while (n < 3500) {
                double xx = x * x, yy = y * y;

                if (xx + yy > 4.0) {
                    break;
                }
                y = 2 * x * y + cy;
                x = xx - yy + cx;
                n++;
            }
            sum = mix(sum, n);
        }
    }
    return sum;
}
