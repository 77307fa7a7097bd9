/* SPDX-License-Identifier: MIT */
/* main/: the command line as rows, configuration files; base/phase. */
#include "main/options.h"

#include "base/alloc.h"
#include "base/phase.h"
#include "main/config.h"
#include "unit/unit.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

LINKSET_DECLARE(options);

static bool parse(Error **errp, char *words)
{
    char *argv[32] = {"teemu"};
    int argc = 1;

    for (char *w = strtok(words, " "); w; w = strtok(NULL, " ")) {
        argv[argc++] = w;
    }
    return options_parse(argc, argv, errp);
}

#define PARSE(errp, text)                                                                          \
    ({                                                                                             \
        char words[] = text;                                                                       \
        parse(errp, words);                                                                        \
    })

static int teardown(void **state)
{
    config_free();
    return 0;
}

static void assert_says(Error *err, const char *word)
{
    assert_non_null(err);
    if (!strstr(err_msg(err), word)) {
        fail_msg("not said: %s; but: %s", word, err_msg(err));
    }
    err_free(err);
}

static void test_options_fill_in_the_configuration_with_one_dash_or_two(void **state)
{
    assert_true(PARSE(
        NULL, "-M virt --smp 4 -m 512M -nographic -kernel Image -drive file=a,id=x -drive file=b"));
    assert_string_equal(keyval_get(config.machine, "type"), "virt");
    assert_string_equal(keyval_get(config.machine, "kernel"), "Image");
    assert_string_equal(keyval_get(config.smp, "cpus"), "4");
    assert_true(config.nographic);
    assert_int_equal(config.drives.count, 2);
    assert_string_equal(config.drives.v[1], "file=b");
}

static void test_the_last_word_on_a_property_wins(void **state)
{
    assert_true(PARSE(NULL, "-m 128 -M spike,kernel=a -machine virt -kernel b -m 256"));
    assert_string_equal(keyval_get(config.machine, "type"), "virt");
    assert_string_equal(keyval_get(config.machine, "kernel"), "b");
    assert_string_equal(keyval_get(config.memory, "size"), "256");
}

static void test_a_wrong_option_gets_the_sentence_that_helps(void **state)
{
    Error *err = NULL;

    assert_false(PARSE(&err, "-kernl x"));
    assert_says(err, "did you mean '-kernel'");
    err = NULL;
    assert_false(PARSE(&err, "-xyzzyxyzzy"));
    assert_says(err, "-help");
    err = NULL;
    assert_false(PARSE(&err, "-m"));
    assert_says(err, "-m SIZE");
    err = NULL;
    assert_false(PARSE(&err, "disk.img"));
    assert_says(err, "-drive file=disk.img");
    err = NULL;
    assert_false(PARSE(&err, "-netdev user,id=n"));
    assert_says(err, "no network yet");
}

static void test_a_question_is_recognised_wherever_it_stands(void **state)
{
    assert_true(asks_for_help("help"));
    assert_true(asks_for_help("?"));
    assert_true(asks_for_help("virtio-blk-device,help"));
    assert_true(asks_for_help("x,?,y"));
    assert_false(asks_for_help("helper"));
    assert_false(asks_for_help("x,file=help"));
    assert_false(asks_for_help("nohelp,help2"));
}

static bool read_text(const char *text, Error **errp)
{
    char path[] = "/tmp/test_options_XXXXXX";
    int fd = mkstemp(path);
    bool ok;

    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    ok = read_config_file(path, errp);
    unlink(path);
    return ok;
}

static void test_a_configuration_file_equals_the_options(void **state)
{
    assert_true(read_text("# a machine\n"
                          "[machine]\n  type = \"virt\"\n"
                          "[memory]\n  size=\"1G\"\n\n"
                          "[drive \"x0\"]\n  file = \"a,b.img\"\n  if = \"none\"\n",
                          NULL));
    assert_string_equal(keyval_get(config.machine, "type"), "virt");
    assert_string_equal(keyval_get(config.memory, "size"), "1G");
    assert_int_equal(config.drives.count, 1);
    assert_string_equal(config.drives.v[0], "id=x0,file=a,,b.img,if=none");
}

static void test_a_wrong_line_of_a_configuration_file_is_named(void **state)
{
    static const struct {
        const char *text, *says;
    } wrong[] = {
        {"[machine]\ntype = virt\n", "line 2: a value stands in quotes"},
        {"x = \"y\"\n", "line 1"},
        {"[nothing]\n", "no group [nothing]"},
        {"[machine\n", "line 1: a group is written"},
        {"[drive x]\n", "in quotes"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
        Error *err = NULL;

        assert_false(read_text(wrong[i].text, &err));
        assert_says(err, wrong[i].says);
    }
}

static void test_each_option_that_works_has_a_help_text(void **state)
{
    char *text = NULL;
    size_t len;
    FILE *f = open_memstream(&text, &len);

    options_help(f);
    fclose(f);
    assert_non_null(strstr(text, "-kernel FILE"));
    assert_null(strstr(text, "-netdev"));
    assert_null(strstr(text, "(null)"));
    free(text);
}

/* Else it depends on the linker whether the option works or is said to be missing. */
static void test_each_option_is_one_row(void **state)
{
    LINKSET_FOREACH(a, options) {
        LINKSET_FOREACH(b, options) {
            const Option *x = a->row, *y = b->row;

            if (x != y && !strcmp(x->name, y->name)) {
                fail_msg("there are two rows of -%s: %s and %s", x->name, a->file, b->file);
            }
        }
    }
}

/* ---- phases ---- */

static void skip_a_phase(void)
{
    phase_reset();
    phase_advance(PHASE_ACCEL_CREATED);
}

static void call_too_early(void)
{
    phase_reset();
    phase_check(PHASE_MACHINE_CREATED);
}

static void call_too_late(void)
{
    phase_reset();
    phase_advance(PHASE_MACHINE_CREATED);
    phase_check_before(PHASE_MACHINE_CREATED);
}

static bool aborts(void (*fn)(void))
{
    pid_t pid = fork();
    int status;

    if (pid == 0) {
        signal(SIGABRT, SIG_DFL);
        if (!freopen("/dev/null", "w", stderr)) {
            _exit(1);
        }
        fn();
        _exit(0);
    }
    waitpid(pid, &status, 0);
    return !(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void test_a_call_in_the_wrong_phase_is_a_bug(void **state)
{
    assert_true(aborts(skip_a_phase));
    assert_true(aborts(call_too_early));
    assert_true(aborts(call_too_late));
    phase_reset();
    for (Phase p = PHASE_MACHINE_CREATED; p < PHASE_COUNT; p++) {
        phase_advance(p);
        phase_check(p);
        assert_true(phase_reached(PHASE_MACHINE_CREATED));
    }
    phase_reset();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_options_fill_in_the_configuration_with_one_dash_or_two,
                                  teardown),
        cmocka_unit_test_teardown(test_the_last_word_on_a_property_wins, teardown),
        cmocka_unit_test_teardown(test_a_wrong_option_gets_the_sentence_that_helps, teardown),
        cmocka_unit_test_teardown(test_a_question_is_recognised_wherever_it_stands, teardown),
        cmocka_unit_test_teardown(test_a_configuration_file_equals_the_options, teardown),
        cmocka_unit_test_teardown(test_a_wrong_line_of_a_configuration_file_is_named, teardown),
        cmocka_unit_test_teardown(test_each_option_that_works_has_a_help_text, teardown),
        cmocka_unit_test_teardown(test_each_option_is_one_row, teardown),
        cmocka_unit_test_teardown(test_a_call_in_the_wrong_phase_is_a_bug, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
