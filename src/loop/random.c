/* SPDX-License-Identifier: MIT */
#include "loop/random.h"
#include <errno.h>
#include <sys/random.h>

void random_bytes(void *buf, size_t len)
{
    while (len) {
        ssize_t n = getrandom(buf, MIN(len, (size_t)256), 0); /* up to 256 bytes never fail short */

        assert(n > 0 || errno == EINTR);
        if (n > 0) {
            buf = (char *)buf + n;
            len -= n;
        }
    }
}
