/* SPDX-License-Identifier: MIT */
/* backend/char: back ends, flow control, the mux and the options. */
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>
#include "backend/char/char.h"
#include "base/types.h"
#include "loop/main_loop.h"
#include "loop/runstate.h"
#include "unit/unit.h"

/* A front end that takes `room` bytes and remembers what it got. */
typedef struct Guest {
    CharFrontend fe;
    size_t room;
    char got[256];
    size_t n;
    char events[64];
    unsigned writables;
} Guest;

static size_t guest_can_read(void *opaque)
{
    return ((Guest *)opaque)->room;
}

static void guest_read(void *opaque, const uint8_t *buf, size_t n)
{
    Guest *g = opaque;

    assert_true(n <= g->room);
    g->room -= n;
    assert_true(g->n + n < sizeof(g->got));
    memcpy(g->got + g->n, buf, n);
    g->n += n;
}

static void guest_event(void *opaque, ChrEvent event)
{
    static const char letters[] = "OCBIo"; /* opened, closed, break, mux in, mux out */
    Guest *g = opaque;

    g->events[strlen(g->events)] = letters[event];
}

static void guest_writable(void *opaque)
{
    ((Guest *)opaque)->writables++;
}

static const CharHandlers guest_handlers = {guest_can_read, guest_read, guest_event,
                                            guest_writable};

static void attach(Guest *g, Chardev *chr)
{
    *g = (Guest){.room = 100};
    assert_true(chr_fe_init(&g->fe, chr, &guest_handlers, g, NULL));
}

static char said[512];

static Chardev *make(const char *text)
{
    KeyVals *kv = keyval_parse("-chardev", text, "backend", NULL);
    Error *err = NULL;
    Chardev *chr = chardev_new_from_opts(kv, &err);

    snprintf(said, sizeof(said), "%s", err ? err_msg(err) : "");
    assert_true((chr == NULL) == (err != NULL));
    err_free(err);
    keyval_free(kv);
    return chr;
}

static Chardev *makef(const char *fmt, const char *arg)
{
    char text[256];

    snprintf(text, sizeof(text), fmt, arg);
    return make(text);
}

static char dir[64], path[96];

static int setup(void **state)
{
    strcpy(dir, "/tmp/teemu-test-chr-XXXXXX");
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof(path), "%s/f", dir);
    return 0;
}

static int teardown(void **state)
{
    chardev_cleanup();
    unlink(path);
    return rmdir(dir);
}

/* Turns until @g has got @n bytes. */
static void until_got(Guest *g, size_t n)
{
    while (g->n < n) {
        main_loop_wait(false);
    }
}

static void until_event(Guest *g, char letter)
{
    while (!strchr(g->events, letter)) {
        main_loop_wait(false);
    }
}

static const char *file_text(const char *name)
{
    static char text[1024];
    FILE *f = fopen(name, "r");
    size_t n = f ? fread(text, 1, sizeof(text) - 1, f) : 0;

    text[n] = 0;
    if (f) {
        fclose(f);
    }
    return text;
}

/* ---- simple back ends ---- */

static void test_an_unconnected_front_end_swallows_output(void **state)
{
    Guest g;

    attach(&g, NULL);
    assert_int_equal(chr_fe_write(&g.fe, "abc", 3), 3);
    assert_false(chr_fe_is_open(&g.fe));
    chr_fe_accept_input(&g.fe);
    chr_fe_deinit(&g.fe);
    attach(&g, make("null,id=n"));
    assert_int_equal(chr_fe_write(&g.fe, "abc", 3), 3);
    assert_true(chr_fe_is_open(&g.fe));
}

static void test_a_file_is_truncated_or_appended_to(void **state)
{
    Guest g;

    attach(&g, makef("file,id=a,path=%s", path));
    chr_fe_printf(&g.fe, "one %d\n", 1);
    chardev_cleanup();
    attach(&g, makef("file,id=a,append=on,path=%s", path));
    chr_fe_printf(&g.fe, "two\n");
    assert_string_equal(file_text(path), "one 1\ntwo\n");
    chardev_cleanup();
    attach(&g, makef("file,id=a,path=%s", path));
    assert_string_equal(file_text(path), "");
}

static void test_a_logfile_gets_a_copy_of_the_output(void **state)
{
    Guest g;

    attach(&g, makef("null,id=a,logfile=%s", path));
    chr_fe_printf(&g.fe, "logged");
    assert_string_equal(file_text(path), "logged");
}

static void test_a_ringbuf_keeps_the_last_bytes(void **state)
{
    Chardev *chr = make("ringbuf,id=r,size=4");
    char got[8] = "";
    Error *err = NULL;
    size_t n;
    Guest g;

    attach(&g, chr);
    chr_fe_write(&g.fe, "abcdef", 6);
    assert_true(chr_ringbuf_read(chr, got, sizeof(got), &n, NULL));
    assert_int_equal(n, 4);
    assert_memory_equal(got, "cdef", 4);
    assert_true(chr_ringbuf_read(chr, got, sizeof(got), &n, NULL));
    assert_int_equal(n, 0);
    assert_null(make("ringbuf,id=s,size=5"));
    assert_false(chr_ringbuf_read(make("null,id=n"), got, 1, &n, &err));
    err_free(err);
}

static void test_a_back_end_takes_one_front_end(void **state)
{
    Chardev *chr = make("null,id=n");
    Error *err = NULL;
    Guest a, b;

    attach(&a, chr);
    assert_false(chr_fe_init(&b.fe, chr, &guest_handlers, &b, &err));
    assert_non_null(strstr(err_msg(err), "mux=on"));
    err_free(err);
    assert_false(chardev_delete(chr, NULL));
    chr_fe_deinit(&a.fe);
    attach(&b, chr);
    chr_fe_deinit(&b.fe);
    assert_true(chardev_delete(chr, NULL));
    assert_null(chardev_find("n"));
}

/* ---- sockets ---- */

static int connect_to(const char *name)
{
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    strcpy(addr.sun_path, name);
    assert_int_equal(connect(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
    return fd;
}

static void test_a_unix_server_echoes_with_one_client_after_the_other(void **state)
{
    char got[16] = "";
    Guest g;

    attach(&g, makef("socket,id=s,path=%s,server=on,wait=off", path));
    assert_int_equal(chr_fe_write(&g.fe, "lost", 4), 4); /* nobody listens */
    for (int i = 0; i < 2; i++) {
        int fd = connect_to(path);

        g.n = 0;
        memset(g.events, 0, sizeof(g.events));
        until_event(&g, 'O');
        assert_int_equal(write(fd, "ping", 4), 4);
        until_got(&g, 4);
        assert_memory_equal(g.got, "ping", 4);
        chr_fe_write(&g.fe, "pong", 4);
        assert_int_equal(read(fd, got, sizeof(got)), 4);
        assert_memory_equal(got, "pong", 4);
        close(fd);
        until_event(&g, 'C');
        assert_false(chr_fe_is_open(&g.fe));
    }
    chardev_cleanup();
    assert_int_equal(access(path, F_OK), -1); /* unlinked */
}

static void test_a_client_and_a_server_talk_over_tcp(void **state)
{
    Guest server, client;
    Chardev *chr;

    /* A port of our own: the first free one of a few. */
    for (int port = 20000 + getpid() % 20000, i = 0;; i++) {
        char text[96];

        assert_true(i < 20);
        snprintf(text, sizeof(text), "socket,id=s,host=127.0.0.1,port=%d,server,nowait", port + i);
        chr = make(text);
        if (chr) {
            attach(&server, chr);
            snprintf(text, sizeof(text), "tcp:127.0.0.1:%d", port + i);
            assert_true(chardev_new_legacy("c", text, &chr, NULL));
            break;
        }
    }
    attach(&client, chr);
    chr_fe_write(&client.fe, "hello", 5);
    until_got(&server, 5);
    chr_fe_write(&server.fe, "you", 3);
    until_got(&client, 3);
    assert_memory_equal(client.got, "you", 3);
}

static void test_a_telnet_is_greeted_and_its_commands_are_no_data(void **state)
{
    /* DO ECHO; a window size with a doubled 255 in it; return; a byte 255; a break. */
    static const char sent[] = "a\xff\xfd\x01" "b\xff\xfa\x1f\xff\xff\xff\xf0"
                               "c\r\0d\xff\xff\xff\xf3" "e";
    char got[16] = "";
    Guest g;
    int fd;

    attach(&g, makef("socket,id=s,path=%s,server=on,wait=off,telnet=on", path));
    fd = connect_to(path);
    until_event(&g, 'O');
    assert_int_equal(read(fd, got, 12), 12);
    assert_memory_equal(got, "\xff\xfb\x01", 3); /* WILL ECHO */
    for (size_t i = 0; i < sizeof(sent) - 1; i++) {
        assert_int_equal(write(fd, &sent[i], 1), 1);
        main_loop_wait(true);
    }
    until_got(&g, 7);
    assert_memory_equal(g.got, "abc\rd\xff" "e", 7);
    until_event(&g, 'B');
    assert_int_equal(chr_fe_write(&g.fe, "x\xff\xff", 3), 3);
    assert_int_equal(read(fd, got, sizeof(got)), 5);
    assert_memory_equal(got, "x\xff\xff\xff\xff", 5);
    close(fd);
}

static void test_no_byte_is_read_before_the_guest_has_room(void **state)
{
    Guest g;
    int fd;

    attach(&g, makef("socket,id=s,path=%s,server=on,wait=off", path));
    g.room = 0;
    fd = connect_to(path);
    assert_int_equal(write(fd, "abc", 3), 3);
    for (int i = 0; i < 5; i++) {
        main_loop_wait(true);
    }
    assert_int_equal(g.n, 0);
    g.room = 2;
    chr_fe_accept_input(&g.fe);
    until_got(&g, 2);
    main_loop_wait(true);
    assert_int_equal(g.n, 2);
    g.room = 5;
    chr_fe_accept_input(&g.fe);
    until_got(&g, 3);
    assert_memory_equal(g.got, "abc", 3);
    close(fd);
}

static void test_a_slow_reader_holds_the_guest_back_and_loses_nothing(void **state)
{
    static char out[65536], in[65536];
    size_t sent = 0, received = 0, total = 40 * sizeof(out), taken;
    Guest g;
    int fd;

    attach(&g, makef("socket,id=s,path=%s,server=on,wait=off", path));
    fd = connect_to(path);
    until_event(&g, 'O');
    fcntl(fd, F_SETFL, O_NONBLOCK);
    for (size_t i = 0; i < sizeof(out); i++) {
        out[i] = i * 31 >> 3;
    }
    while ((taken = chr_fe_write(&g.fe, out + sent % sizeof(out),
                                 sizeof(out) - sent % sizeof(out)))) {
        sent += taken;
        assert_true(sent < total);
    }
    assert_int_equal(g.writables, 0);
    while (received < total) {
        ssize_t n = read(fd, in, 1000);

        for (ssize_t i = 0; i < n; i++) {
            assert_int_equal(in[i], out[(received + i) % sizeof(out)]);
        }
        received += MAX(n, 0);
        main_loop_wait(true);
        if (g.writables && sent < total) {
            g.writables = 0;
            do { /* until it takes less: only then writable is called again */
                taken = chr_fe_write(&g.fe, out + sent % sizeof(out),
                                     MIN(sizeof(out) - sent % sizeof(out), total - sent));
                sent += taken;
            } while (taken && sent < total);
        }
    }
    close(fd);
}

/* ---- pty ---- */

static char pty_name[64];

static void find_pty(Chardev *chr, const char *id, const char *description, bool open,
                     void *opaque)
{
    sscanf(description, "pty:%63s", pty_name);
}

static void test_a_pty_connects_when_opened_and_disconnects_when_closed(void **state)
{
    int null = open("/dev/null", O_WRONLY), saved = dup(2), fd;
    char got[8] = "";
    Guest g;

    dup2(null, 2); /* it prints its name */
    attach(&g, make("pty,id=p"));
    dup2(saved, 2);
    close(saved);
    close(null);
    chardev_foreach(find_pty, NULL);
    assert_int_equal(chr_fe_write(&g.fe, "lost", 4), 4);
    fd = open(pty_name, O_RDWR | O_NOCTTY);
    assert_true(fd >= 0);
    assert_int_equal(chr_fe_write(&g.fe, "seen", 4), 4); /* a write looks who is there */
    assert_true(chr_fe_is_open(&g.fe));
    assert_int_equal(read(fd, got, sizeof(got)), 4);
    assert_memory_equal(got, "seen", 4);
    assert_int_equal(write(fd, "k\r", 2), 2);
    until_got(&g, 2);
    assert_memory_equal(g.got, "k\r", 2); /* raw: not turned into a line feed */
    close(fd);
    until_event(&g, 'C');
    assert_false(chr_fe_is_open(&g.fe));
}

/* ---- the terminal and the mux ---- */

/* Standard input is a pty of our own while a test runs. */
static int master, saved_in, saved_out;

/* All that was written to the terminal since wipe(). */
static char shown[8192];

static void wipe(void)
{
    shown[0] = 0;
}

static void become_terminal(void)
{
    struct termios tio;
    int slave;

    master = posix_openpt(O_RDWR | O_NOCTTY);
    grantpt(master);
    unlockpt(master);
    slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    saved_in = dup(0);
    saved_out = dup(1);
    fflush(stdout);
    wipe();
    dup2(slave, 0);
    dup2(slave, 1);
    close(slave);
    fcntl(master, F_SETFL, O_NONBLOCK);
    tcgetattr(0, &tio);
    assert_true(tio.c_lflag & ECHO);
}

static void leave_terminal(void)
{
    dup2(saved_in, 0);
    dup2(saved_out, 1);
    close(saved_in);
    close(saved_out);
    close(master);
}

static bool terminal_has(tcflag_t lflag)
{
    struct termios tio;

    tcgetattr(0, &tio);
    return tio.c_lflag & lflag;
}

/* Turns until @cond; the kernel hands keys from one side of a pty to the other in its own time. */
#define UNTIL(cond)                                                                               \
    do {                                                                                          \
        main_loop_wait(true);                                                                     \
    } while (!(cond))

static void keys(const char *text)
{
    size_t n = strlen(text);

    while (n) {
        ssize_t done = write(master, text, n);

        if (done > 0) {
            text += done;
            n -= done;
        }
        main_loop_wait(true);
    }
}

static const char *screen(void)
{
    size_t len = strlen(shown);
    ssize_t n = read(master, shown + len, sizeof(shown) - 1 - len);

    shown[len + MAX(n, 0)] = 0;
    return shown;
}

static void test_the_terminal_is_raw_while_in_use_and_restored_after(void **state)
{
    Chardev *chr;

    become_terminal();
    make("stdio,id=t");
    assert_false(terminal_has(ECHO));
    assert_false(terminal_has(ICANON));
    assert_true(terminal_has(ISIG)); /* Ctrl-C ends us */
    assert_null(make("stdio,id=u"));
    assert_non_null(strstr(said, "in use"));
    chardev_cleanup();
    assert_true(terminal_has(ECHO));
    assert_true(chardev_new_legacy("s", "mon:stdio", &chr, NULL));
    assert_true(chardev_wants_monitor(chr));
    assert_false(terminal_has(ISIG)); /* Ctrl-C is the guest's */
    chardev_cleanup();
    assert_true(terminal_has(ECHO));
    leave_terminal();
}

static void test_keys_reach_the_guest_and_output_the_terminal(void **state)
{
    Guest g;

    become_terminal();
    attach(&g, make("stdio,id=t,signal=off"));
    keys("ls\r\3");
    UNTIL(g.n == 4);
    assert_memory_equal(g.got, "ls\r\3", 4);
    chr_fe_write(&g.fe, "out", 3);
    UNTIL(!strcmp(screen(), "out"));
    chardev_cleanup();
    leave_terminal();
}

static void test_the_mux_obeys_its_escapes(void **state)
{
    Chardev *chr;
    Guest console, monitor;
    int status = -1;

    become_terminal();
    assert_true(chardev_new_legacy("s", "mon:stdio", &chr, NULL));
    attach(&monitor, chr);
    attach(&console, chr); /* the newest has the keyboard */
    assert_string_equal(monitor.events, "Oo");
    assert_string_equal(console.events, "IO");
    keys("a\1\1b");
    UNTIL(console.n == 3);
    assert_memory_equal(console.got, "a\1b", 3);
    keys("\1c");
    keys("info");
    UNTIL(monitor.n == 4);
    assert_int_equal(console.n, 3);
    assert_string_equal(monitor.events, "OoI");
    keys("\1c\1b");
    UNTIL(strchr(console.events, 'B'));
    assert_string_equal(console.events, "IOoIB");
    keys("\1h");
    UNTIL(strstr(screen(), "C-a x    end the emulator"));
    keys("\1x");
    UNTIL(main_loop_should_exit(&status));
    assert_int_equal(status, 0);
    UNTIL(strstr(screen(), "terminated"));
    chr_fe_deinit(&console.fe);
    keys("m"); /* the one that is left has the keyboard */
    UNTIL(monitor.n == 5);
    chardev_cleanup();
    leave_terminal();
}

static void test_the_mux_hears_its_escape_though_the_guest_reads_nothing(void **state)
{
    static char many[1001];
    int status = -1;
    Guest g;

    become_terminal();
    memset(many, 'x', sizeof(many) - 1);
    attach(&g, make("stdio,id=t,mux=on,signal=off"));
    g.room = 0;
    for (int i = 0; i < 70; i++) { /* more than the mux keeps */
        keys(many);
    }
    keys("\1x");
    UNTIL(main_loop_should_exit(&status));
    assert_int_equal(g.n, 0);
    g.room = 50; /* what was typed is not lost */
    chr_fe_accept_input(&g.fe);
    assert_int_equal(g.n, 50);
    chardev_cleanup();
    leave_terminal();
}

static void test_the_mux_stamps_each_line_on_demand(void **state)
{
    Guest g;

    become_terminal();
    attach(&g, make("stdio,id=t,mux=on"));
    chr_fe_printf(&g.fe, "a\n");
    UNTIL(!strcmp(screen(), "a\r\n"));
    keys("\1tk");
    UNTIL(g.n == 1); /* so the escape has been seen too */
    chr_fe_printf(&g.fe, "b\nc\n");
    wipe();
    UNTIL(strstr(screen(), "] c\r\n"));
    assert_memory_equal(screen(), "[00:00:0", 8);
    assert_non_null(strstr(screen(), "] b\r\n["));
    keys("\1tk");
    UNTIL(g.n == 2);
    wipe();
    chr_fe_printf(&g.fe, "d\n");
    UNTIL(!strcmp(screen(), "d\r\n"));
    chardev_cleanup();
    leave_terminal();
}

static void test_the_mux_is_full_after_four(void **state)
{
    Chardev *chr = make("null,id=n,mux=on");
    Error *err = NULL;
    Guest g[5];

    for (int i = 0; i < 4; i++) {
        attach(&g[i], chr);
    }
    assert_false(chr_fe_init(&g[4].fe, chr, &guest_handlers, &g[4], &err));
    assert_null(g[4].fe.chr);
    err_free(err);
}

/* ---- options ---- */

static bool short_form(const char *text, Chardev **chr)
{
    Error *err = NULL;
    bool ok = chardev_new_legacy("x", text, chr, &err);

    snprintf(said, sizeof(said), "%s", err ? err_msg(err) : "");
    assert_true(ok == (err == NULL));
    err_free(err);
    return ok;
}

static void test_the_short_syntax_makes_what_it_names(void **state)
{
    char text[256];
    Chardev *chr, *named = make("null,id=named");

    assert_true(short_form("none", &chr));
    assert_null(chr);
    assert_true(short_form("chardev:named", &chr));
    assert_ptr_equal(chr, named);
    snprintf(text, sizeof(text), "file:%s", path);
    assert_true(short_form(text, &chr));
    assert_ptr_equal(chardev_find("x"), chr);
    assert_int_equal(access(path, F_OK), 0);
    assert_true(chardev_delete(chr, NULL));
    snprintf(text, sizeof(text), "unix:%s,server,nowait", path);
    assert_false(short_form(text, &chr)); /* the file is not there to be deleted */
    assert_non_null(strstr(said, "is a file already"));
    assert_int_equal(unlink(path), 0);
    assert_true(short_form(text, &chr));
    assert_true(chardev_delete(chr, NULL));
    assert_true(short_form("null", &chr));
    assert_false(chardev_wants_monitor(chr));
}

static void test_wrong_options_are_explained(void **state)
{
    static const struct {
        const char *text, *says;
    } full[] = {
        {"stdoi,id=a", "did you mean 'stdio'"},
        {"null", "id=ID"},
        {"id=a", "which kind"},
        {"file,id=a", "path=FILE"},
        {"file,id=a,path=/nonexistent/x", "No such file"},
        {"null,id=a,paht=1", "paht"},
        {"null,id=a,mux=perhaps", "mux"},
        {"socket,id=a", "path=SOCKET"},
        {"socket,id=a,path=/nonexistent/x", "/nonexistent/x"},
        {"socket,id=a,host=127.0.0.1,port=1", "refused"},
        {"mux,id=a,chardev=nobody", "chardev=ID"},
    };
    static const char *const brief[][2] = {
        {"stdoi", "did you mean 'stdio'"}, {"file:", "file:PATH"},  {"tcp:nowhere", "HOST:PORT"},
        {"chardev:nobody", "'nobody'"},    {"null:x", "mon:stdio"}, {"mon:", "stdio"},
        {"", "stdio"},
    };
    Chardev *chr;

    for (size_t i = 0; i < ARRAY_SIZE(full); i++) {
        assert_null(make(full[i].text));
        if (!strstr(said, full[i].says)) {
            fail_msg("%s: %s", full[i].text, said);
        }
    }
    for (size_t i = 0; i < ARRAY_SIZE(brief); i++) {
        assert_false(short_form(brief[i][0], &chr));
        if (!strstr(said, brief[i][1])) {
            fail_msg("%s: %s", brief[i][0], said);
        }
    }
    assert_null(chardev_find("a"));
}

static void test_serial_ports_are_numbered_and_none_leaves_a_gap(void **state)
{
    unsigned first = serial_hd_count();

    assert_true(serial_hd_add("null", NULL));
    assert_true(serial_hd_add("none", NULL));
    assert_true(serial_hd_add("null", NULL));
    assert_int_equal(serial_hd_count(), first + 3);
    assert_string_equal(chardev_id(serial_hd(0)), "serial0");
    assert_null(serial_hd(1));
    assert_non_null(serial_hd(2));
    assert_null(serial_hd(99));
}

static int group_setup(void **state)
{
    return !init_main_loop(NULL);
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(test_an_unconnected_front_end_swallows_output),
        T(test_a_file_is_truncated_or_appended_to),
        T(test_a_logfile_gets_a_copy_of_the_output),
        T(test_a_ringbuf_keeps_the_last_bytes),
        T(test_a_back_end_takes_one_front_end),
        T(test_a_unix_server_echoes_with_one_client_after_the_other),
        T(test_a_client_and_a_server_talk_over_tcp),
        T(test_a_telnet_is_greeted_and_its_commands_are_no_data),
        T(test_no_byte_is_read_before_the_guest_has_room),
        T(test_a_slow_reader_holds_the_guest_back_and_loses_nothing),
        T(test_a_pty_connects_when_opened_and_disconnects_when_closed),
        T(test_the_terminal_is_raw_while_in_use_and_restored_after),
        T(test_keys_reach_the_guest_and_output_the_terminal),
        T(test_the_mux_obeys_its_escapes),
        T(test_the_mux_hears_its_escape_though_the_guest_reads_nothing),
        T(test_the_mux_stamps_each_line_on_demand),
        T(test_the_mux_is_full_after_four),
        T(test_the_short_syntax_makes_what_it_names),
        T(test_wrong_options_are_explained),
        T(test_serial_ports_are_numbered_and_none_leaves_a_gap),
    };

    return cmocka_run_group_tests(tests, group_setup, NULL);
}
