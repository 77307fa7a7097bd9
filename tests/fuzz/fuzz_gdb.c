/* SPDX-License-Identifier: MIT */
/* Whatever a client of the gdb server sends, the emulator survives it: clients that read slowly and
 * vanish in the middle of a packet, too.
 *
 * An input is cut into packets at each line end, with the sums made right more often than not. */
#include "fuzz/fuzz.h"

#include "backend/char/char_int.h"
#include "base/str.h"
#include "inspect/gdbstub_packet.h"
#include "loop/main_loop.h"
#include "loop/runstate.h"
#include "main/init.h"

enum { PATIENCE = 200 /* turns of the main loop for an answer to be taken */, CTRL_C = 3 };

/* The host's side: takes a little of what we say, or all. */
static bool slow;

static bool fuzz_chr_open(Chardev *chr, KeyVals *opts, Error **errp)
{
    return true;
}

static size_t fuzz_chr_write(Chardev *chr, const uint8_t *buf, size_t n)
{
    return slow ? MIN(n, fuzz_below(2000)) : n;
}

CHARDEV(fuzz, .name = "fuzz", .size = sizeof(Chardev), .open = fuzz_chr_open,
        .write = fuzz_chr_write);

static const char start_seed[] =
    "qSupported:multiprocess+;swbreak+;hwbreak+;qRelocInsn+;vContSupported+\n"
    "vMustReplyEmpty\nQStartNoAckMode\nHgp0.0\nqXfer:features:read:target.xml:0,ffb\n"
    "qXfer:features:read:riscv-64bit-cpu.xml:0,4ff\n?\nqC\nqfThreadInfo\nqsThreadInfo\n"
    "qThreadExtraInfo,1\nqAttached:1\nqOffsets\nqSymbol::\nHc-1\nT1\n";
static const char memory_seed[] =
    "?\ng\nG0000000000000000efbeadde00000000\np0\np20\np21\np1043\nP1=efbeadde00000000\n"
    "m80000000,40\nm0,8\nmffffffffffffffff,2\nM80000100,4:deadbeef\nX80000100,4:ab}\x03zz\n"
    "qqemu.PhyMemMode\nQqemu.PhyMemMode:1\nm80000000,4\nm10000000,100\nQqemu.PhyMemMode:0\n"
    "qqemu.sstepbits\nqqemu.sstep\nQqemu.sstep=0\nqXfer:memory-map:read::0,1000\n";
static const char run_seed[] =
    "Z0,80000000,4\nZ1,80000004,2\nZ2,80000100,8\nZ3,80000100,8\nZ4,80000100,8\ns\n"
    "vCont?\nvCont;s:p1.1\nvCont;c\n\x03\nvCont;r80000000,80000010:1\nc80000000\n\x03\ns80000004\n"
    "C05\n\x03\nS05;80000000\nz0,80000000,4\nz1,80000004,2\nz2,80000100,8\nz3,80000100,8\n"
    "qRcmd,696e666f20726567697374657273\nqRcmd,68656c70\nD;1\n!\nvAttach;1\n";
#define SEED(text) {text, sizeof(text) - 1}
static const FuzzSeed seeds[] = {SEED(start_seed), SEED(memory_seed), SEED(run_seed)};

static Chardev *setup(void)
{
    static char *argv[] = {"teemu", "-M", "virt", "-m", "4M", "-smp", "2", "-S", "-bios", "none",
                           "-display", "none", "-nodefaults", "-D", "/dev/null",
                           "-accel", "tcg,thread=single,tb-size=1",
                           "-chardev", "fuzz,id=g", "-gdb", "chardev:g", NULL};
    static bool done;
    Error *err = NULL;

    if (!done && !init(ARRAY_SIZE(argv) - 1, argv, &err)) {
        err_report(err);
        exit(3);
    }
    done = true;
    return chardev_find("g");
}

static void turn(Chardev *chr)
{
    int status;

    chr_be_writable(chr);
    main_loop_wait(true);
    main_loop_should_exit(&status); /* "k" is a request */
}

static void feed(Chardev *chr, const char *data, size_t n)
{
    for (unsigned idle = 0; n && idle < PATIENCE;) {
        size_t part = MIN(MIN(n, chr_be_can_read(chr)), 1 + fuzz_below(300));

        if (part) {
            chr_be_read(chr, (const uint8_t *)data, part);
            data += part;
            n -= part;
        } else {
            idle++;
        }
        turn(chr);
    }
}

static void feed_packets(Chardev *chr, const char *data, size_t n)
{
    while (n) {
        const char *end = memchr(data, '\n', n);
        size_t len = end ? (size_t)(end - data) : n;
        Str packet = {0};

        if (fuzz_below(16) && !(len == 1 && *data == CTRL_C)) {
            gdb_append_packet(&packet, data, len);
        } else {
            str_append_n(&packet, data, len);
        }
        feed(chr, str_get(&packet), packet.len);
        str_free(&packet);
        len += end ? 1 : 0;
        data += len;
        n -= len;
    }
}

static void fuzz_one(const uint8_t *data, size_t n)
{
    Chardev *chr = setup();

    slow = !fuzz_below(4);
    chr_be_event(chr, CHR_EVENT_OPENED);
    feed_packets(chr, (const char *)data, n);
    slow = false;
    chr_be_event(chr, CHR_EVENT_CLOSED);
    vm_stop(RUN_STATE_PAUSED);
    turn(chr);
}

FUZZ_MAIN(seeds)
