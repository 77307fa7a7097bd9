/* SPDX-License-Identifier: MIT */
/* Whatever comes over the wires that steer the emulator, it survives: packets of gdb, lines of the
 * monitor, QMP's JSON.
 *
 * The machine is a real virt whose wires end here.  The first byte of an input says which one it
 * is for.  gdb's part is cut into packets at each line end, with the sums made right more often
 * than not.  Files are made in a directory of our own: an input that would leave it, or open a
 * port, is changed or left out. */
#include "fuzz/fuzz.h"

#include "backend/char/char_int.h"
#include "base/str.h"
#include "inspect/gdbstub_packet.h"
#include "loop/main_loop.h"
#include "loop/runstate.h"
#include "main/init.h"

#include <sys/resource.h>

enum { WIRE_GDB, WIRE_MONITOR, WIRE_QMP, WIRES };
enum { MAX_FILE = 1 << 22, PATIENCE = 200 /* turns of the main loop for output to be taken */ };

static Chardev *wires[WIRES];

static const char gdb_seed[] =
    "\x30qSupported:multiprocess+;swbreak+;hwbreak+;qRelocInsn+;vContSupported+\n"
    "vMustReplyEmpty\nQStartNoAckMode\nHgp0.0\nqXfer:features:read:target.xml:0,ffb\n"
    "qXfer:features:read:riscv-64bit-cpu.xml:0,4ff\n?\nqC\nqfThreadInfo\nqsThreadInfo\n"
    "qThreadExtraInfo,1\nqAttached:1\nqOffsets\nqSymbol::\nHc-1\nT1\n";
static const char gdb_memory_seed[] =
    "\x30?\ng\nG0000000000000000efbeadde00000000\np0\np20\np21\np1043\nP1=efbeadde00000000\n"
    "m80000000,40\nm0,8\nmffffffffffffffff,2\nM80000100,4:deadbeef\nX80000100,4:ab}\x03zz\n"
    "qqemu.PhyMemMode\nQqemu.PhyMemMode:1\nm80000000,4\nm10000000,100\nQqemu.PhyMemMode:0\n"
    "qqemu.sstepbits\nqqemu.sstep\nQqemu.sstep=0\nqXfer:memory-map:read::0,1000\n";
static const char gdb_run_seed[] =
    "\x30Z0,80000000,4\nZ1,80000004,2\nZ2,80000100,8\nZ3,80000100,8\nZ4,80000100,8\ns\n"
    "vCont?\nvCont;s:p1.1\nvCont;c\n\x03\nvCont;r80000000,80000010:1\nc80000000\n\x03\ns80000004\n"
    "C05\n\x03\nS05;80000000\nz0,80000000,4\nz1,80000004,2\nz2,80000100,8\nz3,80000100,8\n"
    "qRcmd,696e666f20726567697374657273\nqRcmd,68656c70\nD;1\n!\nvAttach;1\n";
static const char monitor_seed[] =
    "1help\ninfo\ninfo registers -a\ninfo cpus\ncpu 0\ninfo mtree -f\ninfo qom-tree /machine\n"
    "x/8xw 0x80000000\nx/4i $pc\nxp/16xb 0x80000000\nxp/3d 0x10000000\np $a0 + 3 * (1 << 4)\n"
    "print/x -1\nsum 0x80000000 4096\ngva2gpa 0x80000000\ngpa2hva 0x80000000\n"
    "memsave 0x80000000 64 file\npmemsave 0x80000000 64 file\ndumpdtb tree\n";
static const char monitor_run_seed[] =
    "1info status\nstep\nstep 20\nc\nstop\nsystem_reset\nwhere -a\ncont\ns\nsystem_powerdown\n"
    "nmi\nlog in_asm,int\nlog none\nlogfile log\ninfo state\ninfo jit\ninfo timers\ninfo block\n"
    "info chardev\ninfo roms\ninfo phases\ninfo qtree\ninfo types\ninfo irq\ninfo callbacks\nq\n";
static const char monitor_object_seed[] =
    "1qom-list /machine\nqom-get /machine type\nqom-set /machine/unattached/device[0] x 1\n"
    "device_add virtio-rng-device,id=r\nqom-list /machine/peripheral/r\ndevice_del r\n"
    "qom-get \"/machine/soc0/harts[0]\" hartid\n\033[A\033[B\x01\x05\x0b\x15\x17\tinf\t \t\x7f\r"
    "info re\t\rlog e\t\rhelp \t\rqom-list /ma\t\r\x12\x04\n";
static const char qmp_seed[] =
    "2{\"execute\": \"qmp_capabilities\"}\n{\"execute\": \"query-status\", \"id\": [1, null]}\n"
    "{\"execute\": \"query-commands\"}\n{\"execute\": \"query-version\"}\n{\"execute\": \"stop\"}\n"
    "{\"execute\": \"cont\"}\n"
    "{\"execute\": \"qom-list\", \"arguments\": {\"path\": \"/machine\"}}\n"
    "{\"execute\": \"human-monitor-command\", \"arguments\": {\"command-line\": \"info mtree\"}}\n"
    "{\"execute\": \"query-cpus-fast\"}\n{\"execute\": \"system_reset\"}\n";
static const char qmp_json_seed[] =
    "2{\"execute\":\"qmp_capabilities\",\"arguments\":{\"enable\":[]}}{\"execute\":\"device_add\","
    "\"arguments\":{\"driver\":\"virtio-rng-device\",\"id\":\"x\"}}{\"execute\":\"qom-get\","
    "\"arguments\":{\"path\":\"/machine\",\"property\":\"type\"},\"id\":{\"a\":[1.5e3,-0,true,"
    "\"\\u00e9\\ud83d\\ude00\\n\"]}} [[[[]]]] {\"execute\":\"device_del\",\"arguments\":{\"id\":"
    "\"x\"}} {\"a\":{\"b\":{\"c\":{\"d\":[1,2,3,[4,[5]]]}}}} 'x' {'execute':'quit'}\n";

#define SEED(text) {text, sizeof(text) - 1}
static const FuzzSeed seeds[] = {
    SEED(gdb_seed),         SEED(gdb_memory_seed),     SEED(gdb_run_seed), SEED(monitor_seed),
    SEED(monitor_run_seed), SEED(monitor_object_seed), SEED(qmp_seed),     SEED(qmp_json_seed),
};

static void setup(void)
{
    static char *argv[] = {"teemu", "-M", "virt", "-m", "4M", "-smp", "2", "-S", "-bios", "none",
                           "-display", "none", "-nodefaults", "-D", "/dev/null",
                           "-accel", "tcg,thread=single,tb-size=1",
                           "-chardev", "null,id=g", "-gdb", "chardev:g",
                           "-chardev", "null,id=m", "-mon", "chardev=m",
                           "-chardev", "null,id=q", "-mon", "chardev=q,mode=control", NULL};
    const struct rlimit limit = {MAX_FILE, MAX_FILE};
    char dir[] = "/tmp/fuzz_wire-XXXXXX";
    Error *err = NULL;

    if (wires[0]) {
        return;
    }
    signal(SIGXFSZ, SIG_IGN);
    if (!mkdtemp(dir) || chdir(dir) || setrlimit(RLIMIT_FSIZE, &limit) ||
        !init(ARRAY_SIZE(argv) - 1, argv, &err)) {
        err_report(err);
        exit(3);
    }
    rmdir(dir); /* it is still there for us, and new files cannot be made in it */
    wires[WIRE_GDB] = chardev_find("g");
    wires[WIRE_MONITOR] = chardev_find("m");
    wires[WIRE_QMP] = chardev_find("q");
}

static void turn(void)
{
    int status;

    main_loop_wait(true);
    main_loop_should_exit(&status);
}

static void send(Chardev *chr, const char *data, size_t n)
{
    for (unsigned idle = 0; n && idle < PATIENCE;) {
        size_t part = MIN(n, chr_be_can_read(chr));

        if (part) {
            chr_be_read(chr, (const uint8_t *)data, part);
            data += part;
            n -= part;
        } else {
            idle++;
        }
        turn();
    }
}

static void send_packets(Chardev *chr, const char *data, size_t n)
{
    while (n) {
        const char *end = memchr(data, '\n', n);
        size_t len = end ? (size_t)(end - data) : n;
        Str packet = {0};

        if (fuzz_below(16) && !(len == 1 && *data == 3)) { /* Ctrl-C is no packet */
            gdb_append_packet(&packet, data, len);
        } else {
            str_append_n(&packet, data, len);
        }
        send(chr, str_get(&packet), packet.len);
        str_free(&packet);
        len += end ? 1 : 0;
        data += len;
        n -= len;
    }
}

/* Paths stay here; only a format ("x/4x") keeps its stroke.  False: better not. */
static bool harmless(char *data, size_t n)
{
    for (size_t i = 1; i + 1 < n; i++) {
        if (data[i] == '.' && data[i + 1] == '.') {
            data[i] = '_';
        }
    }
    return !memmem(data, n, "gdbserver", 9) && !memmem(data, n, "save /", 6) &&
           !memmem(data, n, "file /", 6) && !memmem(data, n, "dtb /", 5) &&
           !memmem(data, n, "file \"", 6) && !memmem(data, n, "dtb \"", 5);
}

static void fuzz_one(const uint8_t *input, size_t n)
{
    char *data = xcalloc(1, n + 1);
    Chardev *chr;
    unsigned wire;

    setup();
    memcpy(data, input, n);
    if (n && harmless(data, n)) {
        wire = (unsigned char)data[0] % WIRES;
        chr = wires[wire];
        chr_be_event(chr, CHR_EVENT_CLOSED);
        chr_be_event(chr, CHR_EVENT_OPENED);
        (wire == WIRE_GDB ? send_packets : send)(chr, data + 1, n - 1);
        send(wires[WIRE_MONITOR], "\x15\n", 2); /* nothing is left on its line */
        vm_stop(RUN_STATE_PAUSED);
        turn();
    }
    free(data);
}

FUZZ_MAIN(seeds)
