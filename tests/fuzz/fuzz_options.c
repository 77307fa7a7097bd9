/* SPDX-License-Identifier: MIT */
/* Random command lines: start-up ends in a machine, a help text, or a sentence and exit status 1.
 *
 * Each runs in a child of its own, in an empty directory.  Values have no '/', so nothing outside
 * is touched. */
#include "fuzz/fuzz.h"

#include "hw/core/board.h"
#include "main/init.h"
#include "main/options.h"
#include "mem/memory.h"

#include <fcntl.h>
#include <sys/wait.h>

LINKSET_DECLARE(options);

/* A board that is there whatever else is. */
typedef struct FuzzBoard {
    Machine machine;
    bool extra;
} FuzzBoard;

static bool fuzz_board_init(Machine *m, Error **errp)
{
    memory_region_add_subregion(get_system_memory(), 0x80000000, m->ram);
    return true;
}

BOARD(FuzzBoard, .name = "fuzz", .summary = "for this test", .max_cpus = 4, .ram_id = "ram",
      .init = fuzz_board_init,
      .props = PROPS(PROP_BOOL(FuzzBoard, extra, "extra", false, "something more")));

/* Options with values that mean something; the fuzzer picks, bends and joins them. */
static const char words[] =
    "-m 1.5G\n-m 0.0000001T\n-uuid 12345678-1234-5678-9abc-def012345678\n-uuid 1\n"
    "-boot c\n-boot order=cd,menu=on\n-action reboot=shutdown,panic=none\n-action shutdown=x\n"
    "-fw_cfg name=opt/a,string=b\n-fw_cfg opt/c,file=file\n-object rng-random,id=g0\n"
    "-object rng-random,id=g1,filename=/dev/random\n-device virtio-rng-device,rng=g0\n"
    "-M fuzz\n-M fuzz,extra=on\n-machine fuzz,kernel=file,extra=maybe\n-machine memory-backend=m0\n"
    "-machine dumpdtb=out\n-M fuzz,accel=kvm:tcg\n-M help\n-M fuzz,help\n-M virt,help\n-cpu "
    "rv64\n-cpu help\n"
    "-cpu rv64,zbb=off,sv48=on\n-cpu max\n-smp 4\n-smp 2,maxcpus=4\n-smp "
    "cpus=4,sockets=2,cores=1,threads=2\n-smp 0\n"
    "-m 16M\n-m 128\n-m size=1G\n-m 99999999G\n-m "
    "1K,maxmem=2K,slots=1\n-nographic\n-nodefaults\n-S\n-snapshot\n"
    "-accel tcg\n-accel tcg,thread=single,engine=interp\n-accel tcg,tb-size=1,thread=multi\n-accel "
    "kvm\n-accel help\n"
    "-icount 0\n-icount shift=auto,sleep=off\n-icount 7\n-bios none\n-bios default\n-bios "
    "file\n-kernel file\n"
    "-initrd file\n-append console=ttyS0 root=x\n-dtb file\n-display none\n-vga none\n-monitor "
    "none\n-net none\n"
    "-drive file=file,if=none,format=raw,id=x0\n-drive file=file,if=virtio\n-drive "
    "if=pflash,unit=1,file=file\n"
    "-drive file=file,if=none,id=x1,readonly=on,cache=none,snapshot=on\n-drive "
    "file=nofile,id=x2\n-pflash file\n"
    "-device virtio-blk-device,drive=x0\n-device "
    "virtio-blk-device,drive=x1,bus=virtio-mmio-bus.0,serial=abc\n"
    "-device virtio-rng-device,id=r0\n-device virtio-serial-device,id=s0\n-device "
    "virtconsole,chardev=c0\n"
    "-device virtio-rng-device,help\n-device help\n-device serial-mm\n-device virtio-mmio\n"
    "-global virtio-mmio.force-legacy=false\n-global "
    "driver=virtio-blk-device,property=serial,value=x\n"
    "-object memory-backend-ram,id=m0,size=16M\n-object "
    "memory-backend-file,id=m0,size=16M,mem-path=mem,share=on\n"
    "-object help\n-object memory-backend-ram,help\n-chardev null,id=c0\n-chardev "
    "file,id=c1,path=out\n"
    "-chardev ringbuf,id=c2,size=1K\n-chardev pty,id=c3\n-chardev "
    "stdio,id=c0,mux=on,signal=off\n-chardev help\n"
    "-serial null\n-serial mon:stdio\n-serial stdio\n-serial file:out\n-serial pty\n-serial "
    "chardev:c0\n-serial none\n"
    "-echr 1\n-d in_asm,op*\n-d all\n-d help\n-D out\n-dfilter 0x80000000+0x100,0..5\n-name "
    "x,process=y\n"
    "-rtc base=utc,clock=host\n-pidfile pid\n-readconfig "
    "file\n-no-reboot\n-no-shutdown\n-trace-init\n-list devices\n"
    "-list help\n-help\n-version\n";

static const char config_file[] = "[machine]\n  type = \"fuzz\"\n[memory]\n  size = \"16M\"\n"
                                  "[drive \"x0\"]\n  file = \"file\"\n  if = \"none\"\n# remark\n"
                                  "[device \"d0\"]\n  driver = \"virtio-rng-device\"\n";

static const FuzzSeed seeds[] = {{words, sizeof(words) - 1},
                                 {config_file, sizeof(config_file) - 1}};

/* A line of @data from a random place on, without bytes that an argument cannot or must not hold.
 */
static char *some_line(const uint8_t *data, size_t len)
{
    size_t at = fuzz_below(len), n = 0;
    char *line;

    while (at > 0 && at < len && data[at - 1] != '\n') {
        at--;
    }
    at += at < len && data[at] == '\n';
    while (at + n < len && data[at + n] != '\n' && n < 200) {
        n++;
    }
    line = xcalloc(1, n + 1);
    for (size_t i = 0; i < n; i++) {
        uint8_t c = data[at + i];

        line[i] = c == '/' || !c ? '_' : c;
    }
    return line;
}

static const Option *some_option(void)
{
    size_t count = __stop_set_options - __start_set_options;

    return __start_set_options[fuzz_below(count)].row;
}

enum { ARGS_MAX = 24 };

static int make_args(char **argv, const uint8_t *data, size_t len)
{
    int argc = 0;

    argv[argc++] = xstrdup("teemu");
    if (len && data[0] == '[') { /* a configuration file, together with sound options */
        argv[argc++] = xstrdup("-readconfig");
        argv[argc++] = xstrdup("file");
        data = (const uint8_t *)words;
        len = sizeof(words) - 1;
    }
    if (fuzz_below(4)) {
        argv[argc++] = xstrdup("-M");
        argv[argc++] = xstrdup(fuzz_below(3) ? "fuzz" : "virt");
    }
    while (argc < ARGS_MAX - 2 && fuzz_below(6)) {
        char *line = some_line(data, len), *space = strchr(line, ' ');

        if (fuzz_below(30) == 0) { /* this option with that value */
            argv[argc++] = xasprintf("-%s", some_option()->name);
        } else {
            argv[argc++] = space ? xasprintf("%.*s", (int)(space - line), line) : xstrdup(line);
        }
        if (space) {
            argv[argc++] = xstrdup(space + 1);
        }
        free(line);
    }
    argv[argc] = NULL;
    return argc;
}

static void write_file(const char *path, const void *data, size_t len)
{
    int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);

    if (fd < 0 || write(fd, data, len) != (ssize_t)len) {
        _exit(3);
    }
    close(fd);
}

/* In the child: never returns. */
static NORETURN void start(int argc, char **argv)
{
    Error *err = NULL;
    bool ok;

    if (!freopen("/dev/null", "r", stdin) || !freopen("stdout", "w", stdout) ||
        !freopen("stderr", "w", stderr)) {
        _exit(3);
    }
    alarm(FUZZ_TIMEOUT);
    ok = init(argc, argv, &err);
    if (!ok) {
        err_report(err);
    }
    cleanup(ok ? 0 : 1);
    while (argc--) {
        free(argv[argc]);
    }
    exit(ok ? 0 : 1);
}

/* Did it end as it may?  Prints what it said, if not. */
static bool judge(int status, char **argv)
{
    char said[4096] = ""; /* its last words: the sentence comes behind whatever was logged */
    FILE *f = fopen("stderr", "r");
    size_t n = 0;
    bool ok;

    if (f) {
        if (fseek(f, -(long)(sizeof(said) - 1), SEEK_END) != 0) {
            rewind(f);
        }
        n = fread(said, 1, sizeof(said) - 1, f);
        fclose(f);
    }
    said[n] = 0;
    ok = WIFEXITED(status) &&
         (WEXITSTATUS(status) == 0 || (WEXITSTATUS(status) == 1 && strstr(said, "teemu: ")));
    if (!ok) {
        printf("status %#x:", status);
        for (; *argv; argv++) {
            printf(" '%s'", *argv);
        }
        printf("\n%s\n", said);
        fflush(stdout);
    }
    return ok;
}

static void fuzz_one(const uint8_t *data, size_t len)
{
    static bool ready;
    char *argv[ARGS_MAX];
    int argc, status;
    pid_t pid;

    if (!ready) {
        char dir[] = "/tmp/fuzz_options_XXXXXX";

        if (!mkdtemp(dir) || chdir(dir)) {
            exit(3);
        }
        ready = true;
    }
    argc = make_args(argv, data, len);
    write_file("file", data, len);
    fflush(stdout);
    pid = fork();
    if (pid == 0) {
        start(argc, argv);
    }
    if (waitpid(pid, &status, 0) != pid || !judge(status, argv)) {
        abort();
    }
    while (argc--) {
        free(argv[argc]);
    }
}

int main(int argc, char **argv)
{
    char cwd[4096];
    int status = fuzz_run(argc, argv, seeds, ARRAY_SIZE(seeds), fuzz_one);

    if (getcwd(cwd, sizeof(cwd)) && strstr(cwd, "/tmp/fuzz_options_") == cwd && chdir("/") == 0) {
        char *command = xasprintf("rm -rf %s", cwd);

        status |= system(command);
        free(command);
    }
    return status;
}
