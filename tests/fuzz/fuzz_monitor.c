/* SPDX-License-Identifier: MIT */
/* Random keys for the text monitor and random bytes for QMP, by clients that read slowly and vanish
 * in the middle of a line.
 *
 * It all happens in an empty directory; see tame() for why nothing outside is touched. */
#include "fuzz/fuzz.h"

#include "backend/char/char_int.h"
#include "inspect/monitor.h"
#include "loop/main_loop.h"
#include "loop/runstate.h"
#include "main/init.h"

#include <dirent.h>
#include <fcntl.h>

/* The host's side: takes a little, or all. */
typedef struct FuzzChr {
    Chardev chr;
    bool slow;
    uint64_t taken;
} FuzzChr;

static bool fuzz_chr_open(Chardev *chr, KeyVals *opts, Error **errp)
{
    return true;
}

static size_t fuzz_chr_write(Chardev *chr, const uint8_t *buf, size_t n)
{
    FuzzChr *f = (FuzzChr *)chr;

    n = f->slow ? MIN(n, fuzz_below(2000)) : n;
    f->taken += n;
    return n;
}

CHARDEV(fuzz, .name = "fuzz", .size = sizeof(FuzzChr), .open = fuzz_chr_open,
        .write = fuzz_chr_write);

/* ---- what is typed ---- */

static const char hmp_text[] =
    "info registers\ninfo mtree -f\nx/4i $pc\nxp/20xb 0x1000\nx/3s 0x80000000\np/x $a0+(4*3)\n"
    "print ~1 << 3 % 7\n" "cpu 1\nstep 3\ninfo st\t\t\t\nqom-get /machine usb\nqom-list\n"
    "\x1b[A\x1b[B\x1b[C\x1b[D\x1b[3~\x01\x05\x0b\x15\x17\nhelp info\nwalk 0x80000000\ninfo pg\n";
static const char hmp_text2[] =
    "log in_asm,int\nlog none\nlogfile log%d\nmemsave 0x80000000 100 out\n"
    "pmemsave 0x1000 8 \"out\"\n"
    "sum 0x1000 16\ngva2gpa 0x1000\ngpa2hva 0x80000000\ninfo qtree\ninfo qom-tree\ninfo callbacks\n"
    "device_add virtio-rng-device,id=x\ndevice_del x\nqom-set /machine usb on\ninfo state\n"
    "system_reset\nstop\ncont\nstop\nsystem_powerdown\nnmi\ninfo tlb\ninfo jit\ndumpdtb out\n";
static const char qmp_text[] =
    "{\"execute\": \"qmp_capabilities\"}\n{\"execute\": \"query-status\", \"id\": [1, 2.5e3]}\n"
    "{\"execute\": \"qom-list\", \"arguments\": {\"path\": \"machine\"}}{\"execute\":\"stop\"}\n"
    "{\"execute\": \"human-monitor-command\", \"arguments\": {\"command-line\": \"info cpus\"}}\n"
    "{'execute': 'qom-set', 'arguments': {'path': 'machine', 'property': 'usb', 'value': true}}\n";
static const char qmp_text2[] =
    "{\"execute\": \"qmp_capabilities\"}{\"execute\": \"query-cpus-fast\"}[]{}\"x\" foo nul true\n"
    "{\"execute\": \"device_add\", \"arguments\": {\"driver\": \"virtio-rng-device\", \"id\": 3}}\n"
    "{\"execute\": \"memsave\", \"arguments\": {\"val\": 2147483648, \"size\": 9, "
    "\"filename\": \"out\"}}{\"execute\": \"system_reset\"}{\"execute\": \"cont\"}"
    "{\"execute\": \"qom-list-types\", \"arguments\": {\"implements\": \"bus\"}}"
    "{\"execute\": \"device-list-properties\", \"arguments\": {\"typename\": \"serial-mm\"}}"
    "{\"execute\": \"query-machines\"}{\"execute\": \"query-block\"}{\"a\": \"\\ud83d\\ude00\"}\n";

static const FuzzSeed seeds[] = {
    {hmp_text, sizeof(hmp_text) - 1},
    {hmp_text2, sizeof(hmp_text2) - 1},
    {qmp_text, sizeof(qmp_text) - 1},
    {qmp_text2, sizeof(qmp_text2) - 1},
};

/* Names of files keep in our directory: a '/' stays only in "x/" and "p/", which a format follows,
 * and before the names of objects. */
static void tame(uint8_t *data, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        bool format = i && (data[i - 1] == 'x' || data[i - 1] == 'p');
        bool path = i && len - i > 8 && !memcmp(data + i, "/machine", 8);

        if (data[i] == '/' && !format && !path) {
            data[i] = '.';
        }
        if (data[i] == 'u' && i && data[i - 1] == '\\' && len - i > 4 && data[i + 1] == '0') {
            data[i + 1] = '1'; /* no '/' in disguise */
        }
    }
}

/* ---- one client ---- */

static void turns(unsigned n)
{
    int status;

    while (n-- > 0) {
        main_loop_should_exit(&status); /* "quit" is a request like others */
        main_loop_wait(true);
    }
}

static void feed(FuzzChr *f, const uint8_t *data, size_t len)
{
    unsigned idle = 0;

    while (len && idle < 100) {
        size_t room = chr_be_can_read(&f->chr), n = MIN(MIN(len, room), 1 + fuzz_below(300));

        if (n) {
            chr_be_read(&f->chr, data, n);
            data += n;
            len -= n;
        }
        idle = n ? 0 : idle + 1;
        chr_be_writable(&f->chr);
        turns(3);
    }
}

static void fuzz_one(const uint8_t *data, size_t len)
{
    static const char *const ids[] = {"h", "q"};
    FuzzChr *f = (FuzzChr *)chardev_find(ids[fuzz_below(2)]);
    uint8_t *input = xcalloc(1, len + 1);

    memcpy(input, data, len);
    tame(input, len);
    f->slow = !fuzz_below(4);
    chr_be_event(&f->chr, CHR_EVENT_OPENED);
    feed(f, input, len);
    turns(10);
    f->slow = false;
    chr_be_event(&f->chr, CHR_EVENT_CLOSED);
    chr_be_writable(&f->chr);
    vm_stop(RUN_STATE_PAUSED);
    turns(2);
    free(input);
}

static void remove_all(const char *dir)
{
    struct dirent *e;
    DIR *d = opendir(dir);

    while (d && (e = readdir(d))) {
        unlinkat(dirfd(d), e->d_name, 0);
    }
    if (d) {
        closedir(d);
    }
    rmdir(dir);
}

int main(int argc, char **argv)
{
    char *args[] = {"teemu", "-M", "virt", "-bios", "none", "-smp", "2", "-m", "8M", "-S",
                    "-display", "none", "-serial", "null", "-accel", "tcg,tb-size=8",
                    "-chardev", "fuzz,id=h", "-mon", "chardev=h",
                    "-chardev", "fuzz,id=q", "-mon", "chardev=q,mode=control"};
    char dir[] = "/tmp/teemu-fuzz-monitor-XXXXXX";
    Error *err = NULL;
    int status, fd = open("/dev/null", O_WRONLY);

    if (!mkdtemp(dir) || chdir(dir) < 0 || fd < 0) {
        perror("fuzz_monitor");
        return 1;
    }
    if (!__sanitizer_set_death_callback) {
        dup2(fd, STDERR_FILENO); /* what guests are told of is not what we look for */
    }
    if (!init(ARRAY_SIZE(args), args, &err)) {
        printf("not ok start: %s\n", err_msg(err));
        return 1;
    }
    status = fuzz_run(argc, argv, seeds, ARRAY_SIZE(seeds), fuzz_one);
    cleanup(0);
    remove_all(dir);
    return status;
}
