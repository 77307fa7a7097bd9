/* SPDX-License-Identifier: MIT */
/* Random qtest scripts: the whole board "virt" with a disk, and no CPU.  Whatever is read, written,
 * pulled and waited for, the emulator stands, and answers each line. */
#include "fuzz/fuzz.h"

#include "accel/qtest/qtest.h"
#include "loop/main_loop.h"
#include "loop/runstate.h"
#include "main/init.h"

static QTest *q;
static uint64_t answers;

static void count_answers(void *opaque, const char *text, size_t n)
{
    answers += n && strncmp(text, "IRQ ", 4) != 0;
}

static const char registers[] =
    "readl 0x10001000\nwritel 0x10001070 3\nwriteb 0x10000001 0xf\nreadb 0x10000002\nreadq "
    "0x200bff8\nwriteq 0x2004000 1000\nclock_step 100000\nclock_step\nclock_set 0x100000000\n"
    "irq_intercept_in /machine/soc0/harts[0]\nset_irq_in /machine/soc0/harts[1] unnamed-gpio-in "
    "7 1\nirq_intercept_out /machine/unattached/device[2]\nset_irq_in /machine/unattached/"
    "device[2] unnamed-gpio-in 10 1\nwritel 0xc000028 7\nwritel 0xc002000 0x400\nreadl 0xc200004\n"
    "writel 0x101010 1\nwritel 0x101008 5\nreadl 0x101000\nwritew 0x10100008 0x1900\nreadb "
    "0x10100000\nwritel 0x22000000 0x200020\nwritel 0x22000000 0xd000d0\nwritel 0x22000004 "
    "0x400040\nwritel 0x22000004 1\nwritel 0x22000000 0xe800e8\nwritel 0x100000 0x7777\n";
static const char bytes[] =
    "write 0x80000000 8 0x0102030405060708\nread 0x80000000 20\nb64read 0x80000000 7\nb64write "
    "0x80000010 4 AQIDBA==\nmemset 0x80000000 0x1000 0xff\nendianness\ninb 0x70\noutl 0x80 5\n"
    "read 0x7ffffff0 32\nread 0 1048577\nwrite 0x87fffff8 16 0xff\nfoo\nreadl\nreadl zz\n";
/* A request to the disk: the ring at 0x80001000, the request at 0x80004000. */
static const char disk[] =
    "writel 0x10008070 0\nwritel 0x10008070 3\nwritel 0x10008028 4096\nwritel 0x10008030 0\nwritel "
    "0x10008038 8\nwritel 0x1000803c 4096\nwritel 0x10008040 0x80001\nwritel 0x10008070 7\nmemset "
    "0x80001000 0x2000 0\nwrite 0x80001000 16 0x00400080000000001000000001000100\nwrite "
    "0x80001010 16 0x00500080000000000002000003000200\nwrite 0x80001020 16 "
    "0x00700080000000000100000002000000\nwriteq 0x80004000 0\nwriteq 0x80004008 1\n"
    "writew 0x80001082 "
    "1\nwritel 0x10008050 0\nreadl 0x10008060\nreadb 0x80007000\n";

static const FuzzSeed seeds[] = {
    {registers, sizeof(registers) - 1}, {bytes, sizeof(bytes) - 1}, {disk, sizeof(disk) - 1}};

static void fuzz_one(const uint8_t *data, size_t len)
{
    uint64_t lines = 0;
    int status;

    answers = 0;
    qtest_opened(q);
    for (size_t at = 0; at < len;) {
        size_t n = MIN(len - at, 1 + fuzz_below(100));

        for (size_t i = at; i < at + n; i++) {
            lines += data[i] == '\n';
        }
        qtest_feed(q, data + at, n);
        at += n;
        main_loop_should_exit(&status); /* resets are requests like others; so is the end */
        main_loop_wait(true);
    }
    if (answers != lines) {
        fprintf(stdout, "%" PRIu64 " lines, %" PRIu64 " answers\n", lines, answers);
        abort();
    }
    qtest_closed(q);
    if (!runstate_is_running()) { /* it was powered off */
        system_reset(SHUTDOWN_CAUSE_NONE);
        vm_start();
    }
}

int main(int argc, char **argv)
{
    char path[] = "/tmp/teemu-fuzz-qtest-XXXXXX", drive[100];
    char *args[] = {"teemu",    "-M",   "virt", "-bios",   "none",
                    "-smp",     "2",    "-m",   "128M",    "-display",
                    "none",     "-serial", "null", "-accel",  "qtest",
                    "-device",  "virtio-rng-device", "-drive", drive, "-no-shutdown"};
    Error *err = NULL;
    int status, fd = mkstemp(path);

    if (fd < 0 || ftruncate(fd, 1 << 20) < 0) {
        perror("fuzz_qtest");
        return 1;
    }
    snprintf(drive, sizeof(drive), "if=virtio,format=raw,file=%s", path);
    if (!__sanitizer_set_death_callback && !freopen("/dev/null", "w", stderr)) {
        return 1;
    }
    if (!init(ARRAY_SIZE(args), args, &err)) {
        printf("not ok start: %s\n", err_msg(err));
        return 1;
    }
    q = qtest_new(count_answers, NULL, NULL);
    status = fuzz_run(argc, argv, seeds, ARRAY_SIZE(seeds), fuzz_one);
    qtest_free(q);
    cleanup(0);
    unlink(path);
    return status;
}
