/* SPDX-License-Identifier: MIT */
/* accel/sigbus.h: guest memory that the host takes away. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include "accel/sigbus.h"
#include "base/bql.h"
#include "loop/signal.h"
#include "mem/address_space.h"
#include "mem/memory.h"
#include "unit/unit.h"

enum { RAM_SIZE = 1 << 20 };

/* In a child: map guest RAM onto a file, make the file shorter, touch the RAM. */
static void lose_memory(const char *path, bool mapped)
{
    static MemoryRegion ram;
    Error *err = NULL;

    bql_lock();
    io_mem_init();
    memory_map_init();
    if (!memory_region_init_ram_from_file(&ram, NULL, "virt.ram", RAM_SIZE, path, true, &err)) {
        err_exit(err);
    }
    if (mapped) {
        memory_region_add_subregion(get_system_memory(), 0x80000000, &ram);
    }
    init_sigbus();
    if (truncate(path, 0) == 0) {
        *(volatile uint8_t *)((uint8_t *)memory_region_get_ram_ptr(&ram) + 0x2345) = 1;
    }
    _exit(0);
}

static const char *last_words(bool mapped)
{
    static char said[512];
    char path[] = "/tmp/teemu-test-sigbus-XXXXXX";
    int fd = mkstemp(path), err[2], status;
    ssize_t n;
    pid_t pid;

    assert_int_equal(ftruncate(fd, RAM_SIZE), 0);
    close(fd);
    assert_int_equal(pipe(err), 0);
    pid = fork();
    if (pid == 0) {
        dup2(err[1], 2);
        signal(SIGBUS, SIG_DFL); /* not the sanitizer's: we want to see what is left after us */
        lose_memory(path, mapped);
    }
    close(err[1]);
    waitpid(pid, &status, 0);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGBUS);
    n = read(err[0], said, sizeof(said) - 1);
    said[n > 0 ? n : 0] = 0;
    close(err[0]);
    unlink(path);
    return said;
}

static void test_lost_memory_is_reported_with_the_guests_address(void **state)
{
    assert_string_equal(last_words(true),
                        "teemu: the host lost the memory of guest address 0x80002345 "
                        "(virt.ram + 0x2345); was the file behind it made shorter?\n");
}

static void test_lost_memory_that_no_guest_sees_is_reported_by_name(void **state)
{
    assert_string_equal(last_words(false), "teemu: the host lost the memory of virt.ram + 0x2345; "
                                           "was the file behind it made shorter?\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lost_memory_is_reported_with_the_guests_address),
        cmocka_unit_test(test_lost_memory_that_no_guest_sees_is_reported_by_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
