/* SPDX-License-Identifier: MIT */
/* Commands that let virtual time pass. */
#include "accel/qtest/qtest.h"
#include "loop/clock.h"

/* Go to @to and say where we are. */
static void warp(QTest *q, int64_t to)
{
    if (!qtest_enabled()) {
        qtest_fail(q, "time passes by itself here: it is stepped with -accel qtest only");
    } else if (!qtest_clock_warp(to)) {
        qtest_fail(q, "timers go on and on; the clock has come to %" PRId64,
                   clock_get_ns(VM_CLOCK_VIRTUAL));
    } else {
        qtest_ok(q, "%" PRId64, clock_get_ns(VM_CLOCK_VIRTUAL));
    }
}

static void clock_step(QTest *q, const QTestArgs *a)
{
    int64_t now = clock_get_ns(VM_CLOCK_VIRTUAL), deadline = clock_deadline_ns(VM_CLOCK_VIRTUAL);
    uint64_t ns = a->count ? a->num[0] : (uint64_t)MAX(deadline, 0);

    if (ns > (uint64_t)(INT64_MAX - now)) {
        qtest_fail(q, "the clock ends before that");
    } else {
        warp(q, now + ns);
    }
}
QTEST_COMMAND(clock_step, "[NS]", "let that much time pass; without NS, until the next timer fires",
              clock_step);

static void clock_set(QTest *q, const QTestArgs *a)
{
    if (a->num[0] > INT64_MAX) {
        qtest_fail(q, "the clock ends before that");
    } else {
        warp(q, a->num[0]);
    }
}
QTEST_COMMAND(clock_set, "NS", "let time pass until it is NS; it never goes back", clock_set);
