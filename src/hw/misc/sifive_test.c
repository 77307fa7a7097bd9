/* SPDX-License-Identifier: MIT */
/* SiFive's test finisher: a guest ends the machine by writing one word.
 *
 *     31        16 15         0
 *    | exit code  |   status   |    0x5555 pass, 0x3333 fail with the code, 0x7777 reset
 */
#include "base/log.h"
#include "loop/runstate.h"
#include "qom/device.h"

enum { FINISHER_FAIL = 0x3333, FINISHER_PASS = 0x5555, FINISHER_RESET = 0x7777 };

typedef struct SifiveTest {
    Device dev;
} SifiveTest;

static uint64_t test_read(void *dev, uint64_t off, unsigned size)
{
    return 0;
}

static void test_write(void *dev, uint64_t off, uint64_t val, unsigned size)
{
    unsigned status = val & 0xffff, code = val >> 16 & 0xffff;

    if (off == 0 && status == FINISHER_FAIL) {
        system_shutdown_request_with_code(SHUTDOWN_CAUSE_GUEST_PANIC, code);
    } else if (off == 0 && status == FINISHER_PASS) {
        system_shutdown_request_with_code(SHUTDOWN_CAUSE_GUEST_SHUTDOWN, 0);
    } else if (off == 0 && status == FINISHER_RESET) {
        system_reset_request(SHUTDOWN_CAUSE_GUEST_RESET);
    } else {
        log_guest("sifive-test", "write of %#" PRIx64 " to register %#x means nothing", val,
                  (unsigned)off);
    }
}

DEVICE(SifiveTest, .name = "riscv.sifive.test", .summary = "test finisher: power-off and reset",
       .bus = TYPE_SYSBUS, .fdt = "sifive,test1 sifive,test0 syscon",
       .mmio = {test_read, test_write, .size = 0x1000, .min = 2, .max = 4});
