/* SPDX-License-Identifier: MIT */
/* Chapter 5: the 16550A, as the guest and the host see it.
 *
 * No CPU is here, and no terminal.  A test is a script, words with a blank between them:
 *
 *     IER=03        the guest writes the register (numbers are hex, 'x' is a letter)
 *     LSR?61        the guest reads it and finds this; LSR?20/20: at least these bits, of these
 *     type:hello    the host has these bytes for the guest, and sends what there is room for
 *     waiting:3     so many bytes of the host have not been taken yet
 *     sent:abc      this came out since we last looked
 *     takes:5       the host takes 5 bytes and no more; takes:all
 *     quiet:5       the same, but it does not call serial_transmit
 *     wire:1        the interrupt line is up
 *     wait:1000     nanoseconds pass; chars:4 character times
 *     break         the line is broken
 *     reset, save   the machine is reset; it is saved, reset, and loaded again */
#include "unit/device_test.h"
#include "backend/char/char_int.h"
#include "hw/char/serial.h"
#include "lab.h"
#include <signal.h>

enum { UART = 0x10000000, UART2 = 0x10000100 };

/* Nanoseconds for a character of 10 bits with the divisor 12 at 3.6864 MHz. */
#define CHAR_NS (10 * NANOSECONDS_PER_SECOND / (3686400 / 16 / 12))

/* ---- a host of our own ---- */

typedef struct Host {
    Chardev chr;
    char out[256];   /* what came out of the chip */
    size_t out_n, room;
    uint8_t in[512]; /* what it has for the chip */
    size_t in_n;
} Host;

static bool host_open(Chardev *chr, KeyVals *opts, Error **errp)
{
    ((Host *)chr)->room = SIZE_MAX;
    return true;
}

static size_t host_write(Chardev *chr, const uint8_t *buf, size_t n)
{
    Host *h = (Host *)chr;

    n = MIN(n, h->room);
    h->room -= n;
    for (size_t i = 0; i < n && h->out_n < sizeof(h->out) - 1; i++) {
        h->out[h->out_n++] = buf[i];
    }
    return n;
}

/* Send what the chip has room for. */
static void host_accept_input(Chardev *chr)
{
    Host *h = (Host *)chr;
    size_t n;

    while ((n = MIN(h->in_n, chr_be_can_read(chr))) > 0) {
        uint8_t part[sizeof(h->in)];

        memcpy(part, h->in, n);
        h->in_n -= n;
        memmove(h->in, h->in + n, h->in_n);
        chr_be_read(chr, part, n);
    }
}

static const ChardevKind host_kind = {.name = "labhost", .help = "", .size = sizeof(Host),
                                      .open = host_open, .write = host_write,
                                      .accept_input = host_accept_input};

static Host *new_host(const char *id)
{
    Host *h = (Host *)chardev_new(&host_kind, id, NULL, NULL);

    assert_non_null(h);
    return h;
}

/* ---- a board ---- */

static Host *host;
static Device *chip;
static Wire wire;
static hwaddr base = UART;

static Device *new_chip(const char *chardev, hwaddr at, Wire *w)
{
    Device *dev = device_new("serial-mm", NULL);

    assert_non_null(dev);
    assert_true(device_set_prop(dev, "chardev", chardev, NULL));
    realize_at(dev, at);
    device_connect_irq(dev, 0, wire_init(w));
    return dev;
}

static void begin(void)
{
    machine_up(NULL);
    host = new_host("host");
    chip = new_chip("host", UART, &wire);
}

/* ---- scripts ---- */

static const char *script_start, *word_end;

static unsigned number(const char *s)
{
    return *s == '\'' ? (uint8_t)s[1] : strtoul(s, NULL, 16);
}

static int offset_of(const char *word)
{
    static const struct {
        char name[4];
        int offset;
    } names[] = {{"RBR", 0}, {"THR", 0}, {"DLL", 0}, {"IER", 1}, {"DLM", 1}, {"IIR", 2},
                 {"FCR", 2}, {"LCR", 3}, {"MCR", 4}, {"LSR", 5}, {"MSR", 6}, {"SCR", 7}};

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        if (!strncmp(word, names[i].name, 3)) {
            return names[i].offset;
        }
    }
    return -1;
}

/* What was done up to now, for messages: the script up to the word that ends at @end. */
#define SO_FAR(end) (int)((end) - script_start), script_start

/* The bits of LSR that are not as expected, by their names. */
static const char *wrong_bits(const char *word, unsigned bits)
{
    static const struct {
        unsigned bit;
        const char *name;
    } names[] = {{LSR_DR, " LSR_DR"}, {LSR_OE, " LSR_OE"}, {LSR_BI, " LSR_BI"},
                 {LSR_THRE, " LSR_THRE"}, {LSR_TEMT, " LSR_TEMT"}};
    static char text[64];

    text[0] = 0;
    if (!strncmp(word, "LSR", 3) && bits) {
        strcpy(text, ", in which this is wrong:");
        for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
            strcat(text, bits & names[i].bit ? names[i].name : "");
        }
    }
    return text;
}

static void check_register(const char *word, const char *end)
{
    unsigned found = mem_read(base + offset_of(word), 1), mask = 0xff;
    const char *slash = memchr(word, '/', end - word);

    if (slash) {
        mask = number(slash + 1);
    }
    expect_equal(found & mask, number(word + 4), "%.*s\nreading %.3s%s", SO_FAR(end), word,
                 wrong_bits(word, (found ^ number(word + 4)) & mask));
}

static void check_sent(const char *text, const char *end)
{
    size_t n = end - text;

    expect_true(host->out_n == n && !memcmp(host->out, text, n),
                "%.*s\nwhat the host received: expected \"%.*s\", found \"%.*s\"", SO_FAR(end),
                (int)n, text, (int)host->out_n, host->out);
    host->out_n = 0;
}

static void save_and_load(const char *end)
{
    Str saved = {0};
    StateReader in;
    Error *err = NULL;
    bool ok;

    state_save(chip, &saved);
    device_reset(chip);
    in = (StateReader){(uint8_t *)saved.s, (uint8_t *)saved.s + saved.len};
    ok = state_load(chip, &in, &err);
    expect_true(ok, "%.*s\na good state is refused: %s", SO_FAR(end), ok ? "" : err_msg(err));
    str_free(&saved);
}

static void set_room(const char *arg, bool quiet)
{
    host->room = *arg == 'a' ? SIZE_MAX : strtoul(arg, NULL, 10);
    if (host->room && !quiet) {
        chr_be_writable(&host->chr);
    }
}

static void type(const char *arg, const char *end)
{
    assert_true(host->in_n + (end - arg) < sizeof(host->in));
    memcpy(host->in + host->in_n, arg, end - arg);
    host->in_n += end - arg;
    host_accept_input(&host->chr);
}

static void do_word(const char *word, const char *end)
{
    const char *colon = memchr(word, ':', end - word), *arg = colon ? colon + 1 : end;
    long n = strtol(arg, NULL, 10);

    if (word[3] == '=') {
        mem_write(base + offset_of(word), number(word + 4), 1);
    } else if (word[3] == '?') {
        check_register(word, end);
    } else if (!strncmp(word, "type", 4)) {
        type(arg, end);
    } else if (!strncmp(word, "waiting", 7)) {
        expect_equal(host->in_n, n, "%.*s\nbytes that the chip has not taken", SO_FAR(end));
    } else if (!strncmp(word, "sent", 4)) {
        check_sent(arg, end);
    } else if (!strncmp(word, "takes", 5)) {
        set_room(arg, false);
    } else if (!strncmp(word, "quiet", 5)) {
        set_room(arg, true);
    } else if (!strncmp(word, "wire", 4)) {
        expect_equal(wire.level, n, "%.*s\nthe interrupt line", SO_FAR(end));
    } else if (!strncmp(word, "wait", 4)) {
        clock_step(n);
    } else if (!strncmp(word, "chars", 5)) {
        clock_step(n * CHAR_NS);
    } else if (!strncmp(word, "break", 5)) {
        chr_be_event(&host->chr, CHR_EVENT_BREAK);
    } else if (!strncmp(word, "reset", 5)) {
        device_reset(chip);
    } else if (!strncmp(word, "save", 4)) {
        save_and_load(end);
    } else {
        fail_msg("no such word: %s", word);
    }
}

/* A word that does not end, or crashes: tell which. */
static struct sigaction before[NSIG];

static void tell_where(int sig)
{
    if (script_start) {
        dprintf(2, "it came as far as: %.*s\n", SO_FAR(word_end));
    } else {
        dprintf(2, "it came as far as: power on\n");
    }
    sigaction(sig, &before[sig], NULL);
    if (sig == SIGALRM) {
        raise(sig);
    } /* any other comes again by itself, from where it came */
}

static void expect_trouble(void)
{
    static const int signals[] = {SIGALRM, SIGSEGV, SIGBUS, SIGFPE};

    for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
        sigaction(signals[i], &(struct sigaction){.sa_handler = tell_where},
                  &before[signals[i]]);
    }
}

/* Each script begins with a new chip, which was just switched on. */
static void script(const char *text)
{
    if (!script_start) {
        expect_trouble();
    }
    if (!chip) {
        begin();
    } else if (script_start) {
        device_unrealize(chip);
        chip = new_chip("host", UART, &wire);
    }
    host->in_n = host->out_n = 0;
    host->room = SIZE_MAX;
    script_start = text;
    while (*text) {
        const char *end = text + strcspn(text, " ");

        word_end = end;
        do_word(text, end);
        text = end + strspn(end, " ");
    }
}

/* ---- 1. registers that remember ---- */

static void test_registers_after_power_on(void **state)
{
    script("IER?00 IIR?01 LCR?00 MCR?08 LSR?60 MSR?b0 SCR?00 wire:0 LCR=80 DLL?0c DLM?00");
}

static void test_reset_undoes_everything(void **state)
{
    script("takes:0 THR='x' type:y IER=0f FCR=c1 MCR=13 SCR=55 LCR=80 DLL=34 DLM=12 reset "
           "IER?00 IIR?01 LCR?00 MCR?08 LSR?60 MSR?b0 SCR?00 wire:0 LCR=80 DLL?0c DLM?00");
    script("FCR=01 IER=01 type:abc reset IER=01 LSR?60 IIR?01 wire:0 chars:9 wire:0");
    script("FCR=01 takes:0 THR='x' THR='y' reset takes:all sent: THR='z' sent:z");
    script("IER=02 wire:1 reset wire:0 IIR?01");
}

static void test_a_register_keeps_the_bits_that_it_has(void **state)
{
    script("SCR=a5 SCR?a5 SCR=5a SCR?5a LCR=1b LCR?1b LCR=ff LCR?ff");
    script("IER=ff IER?0f IER=05 IER?05 MCR=ff MCR?1f MCR=02 MCR?02");
    script("LSR=ff LSR?60 MSR=ff MSR?b0 FCR=c1 IIR?c1 FCR=c0 IIR?01");
}

static void test_dlab_puts_the_divisor_in_front_of_two_registers(void **state)
{
    script("IER=01 LCR=83 DLL=34 DLM=12 DLL?34 DLM?12 DLM=ab DLL?34 DLL=cd DLM?ab DLL?cd "
           "LCR?83 SCR=77 SCR?77 LCR=03 IER?01 LCR=83 DLL?cd DLM?ab");
    script("LCR=80 DLM=02 LCR=00 IER?00 IIR?01 LCR=80 DLM?02 DLL?0c");
}

/* ---- 2. sending ---- */

static void test_a_byte_written_is_a_byte_sent(void **state)
{
    script("THR='h' sent:h LSR?60 THR='i' THR='!' sent:i! LSR?60");
    script("FCR=01 THR='h' THR='i' sent:hi LSR?60 IIR?c1");
}

static void test_a_host_that_is_full_keeps_the_transmitter_busy(void **state)
{
    script("takes:0 THR='a' LSR?00 takes:1 sent:a LSR?60");
    script("FCR=01 takes:1 THR='a' LSR?60 THR='b' LSR?00 THR='c' THR='d' sent:a "
           "takes:2 sent:bc LSR?00 takes:1 sent:d LSR?60 takes:all sent: THR='e' sent:e");
}

static void test_what_the_transmitter_cannot_hold_is_lost(void **state)
{
    script("takes:0 THR='a' THR='b' takes:all sent:a LSR?60");
    script("FCR=01 takes:0 THR='0' THR='1' THR='2' THR='3' THR='4' THR='5' THR='6' THR='7' "
           "THR='8' THR='9' THR='a' THR='b' THR='c' THR='d' THR='e' THR='f' THR='g' THR='h' "
           "takes:all sent:0123456789abcdef LSR?60");
}

/* ---- 3. receiving ---- */

static void test_without_fifo_there_is_room_for_one_byte(void **state)
{
    script("LSR?60 type:abc waiting:2 LSR?61 RBR?'a' waiting:1 LSR?61 RBR?'b' RBR?'c' waiting:0 "
           "LSR?60 RBR?'c' LSR?60");
}

static void test_with_fifo_sixteen_bytes_are_read_in_order(void **state)
{
    script("FCR=01 IIR?c1 type:0123456789abcdefghij waiting:4 LSR?61 RBR?'0' waiting:3 RBR?'1' "
           "RBR?'2' waiting:1 RBR?'3' RBR?'4' RBR?'5' RBR?'6' RBR?'7' RBR?'8' RBR?'9' RBR?'a' "
           "RBR?'b' RBR?'c' RBR?'d' RBR?'e' RBR?'f' RBR?'g' RBR?'h' RBR?'i' LSR?61 RBR?'j' "
           "LSR?60 waiting:0 RBR?'j'");
}

static void test_the_divisor_is_neither_sent_nor_received(void **state)
{
    script("LCR=80 DLL='k' sent: DLL?'k' LCR=00 sent: THR='l' sent:l LCR=80 DLL?'k'");
    script("type:q LCR=80 DLL?0c LSR?61 LCR=00 RBR?'q' LSR?60");
}

static void test_fcr_empties_what_it_is_told_to(void **state)
{
    script("FCR=01 type:abc LSR?61 FCR=03 LSR?60 type:d RBR?'d' LSR?60");
    script("FCR=01 takes:0 THR='a' THR='b' LSR?00 FCR=05 LSR?60 takes:all sent: THR='c' sent:c");
    script("FCR=01 takes:0 THR='a' type:b FCR=03 LSR?00 takes:all sent:a LSR?60");
    script("FCR=01 takes:0 THR='a' type:b FCR=05 LSR?61 RBR?'b'");
    script("FCR=01 takes:0 THR='a' type:b FCR=c1 LSR?01 RBR?'b' takes:all sent:a");
    script("FCR=01 type:0123456789abcdefgh waiting:2 FCR=03 waiting:0 LSR?61 RBR?'g' RBR?'h' "
           "LSR?60");
}

static void test_switching_the_fifos_empties_both(void **state)
{
    script("type:a LSR?61 FCR=01 LSR?60 IIR?c1 type:b RBR?'b'");
    script("FCR=01 takes:0 type:abc THR='x' THR='y' FCR=00 LSR?60 IIR?01 takes:all sent: "
           "type:pq waiting:1 RBR?'p' RBR?'q'");
    script("type:abc waiting:2 FCR=01 waiting:0 LSR?61 RBR?'b' RBR?'c' LSR?60");
}

static void test_a_break_is_an_error_and_a_zero_byte(void **state)
{
    script("break LSR?71 LSR?61 RBR?00 LSR?60");
    script("FCR=01 type:a break type:b LSR?71 RBR?'a' RBR?00 RBR?'b' LSR?60");
}

/* ---- 4. interrupts ---- */

static void test_a_cause_interrupts_only_when_it_is_enabled(void **state)
{
    script("type:a IIR?01 wire:0 IER=01 IIR?04 wire:1 IER=0e wire:1 IIR?02 IIR?01 wire:0 IER=01 "
           "wire:1 RBR?'a' wire:0 IIR?01");
    script("break IIR?01 wire:0 IER=04 IIR?06 wire:1 LSR?71 wire:0 IIR?01 RBR?00");
    script("MCR=18 MSR?83 MCR=08 wire:0 IIR?01 IER=08 wire:1 IIR?00 MSR?b3 wire:0 IIR?01");
}

static void test_the_transmitter_interrupts_when_it_becomes_empty(void **state)
{
    script("IER=02 IIR?02 wire:0 THR='a' wire:1 sent:a IIR?02 wire:0 IIR?01 "
           "takes:0 THR='b' wire:0 IIR?01 takes:all wire:1 sent:b IIR?02 wire:0");
    script("FCR=01 IER=02 IIR?c2 takes:1 THR='a' IIR?c2 THR='b' THR='c' wire:0 takes:1 wire:0 "
           "takes:1 wire:1 IIR?c2 IIR?c1 sent:abc");
    script("FCR=01 IER=02 IIR?c2 takes:0 THR='a' wire:0 FCR=05 wire:1 IIR?c2");
}

static void test_enabling_the_transmitters_interrupt_raises_it(void **state)
{
    script("wire:0 IER=02 wire:1 IIR?02 wire:0 IER=02 wire:0 IER=00 IER=02 wire:1 IER=00 wire:0");
    script("takes:0 THR='a' IER=02 wire:0 IIR?01 takes:all wire:1");
}

static void test_the_most_urgent_cause_is_told_first(void **state)
{
    script("IER=0f MCR=10 MCR=00 type:a break IIR?06 LSR?73 IIR?04 RBR?00 IIR?02 IIR?00 "
           "MSR?b0/f0 IIR?01 wire:0");
    script("FCR=41 IER=0f type:a chars:5 IIR?cc RBR?'a' IIR?c2 IIR?c1");
    script("FCR=41 IER=0f type:abc chars:5 IIR?cc type:d IIR?c4");
}

static void test_reading_iir_acknowledges_the_transmitter_and_nothing_else(void **state)
{
    script("IER=03 type:a IIR?04 IIR?04 wire:1 RBR?'a' IIR?02 IIR?01 wire:0");
    script("IER=06 break IIR?06 IIR?06 LSR?71 IIR?02 IIR?01 wire:0");
    script("IER=08 MCR=10 IIR?00 IIR?00 wire:1 MSR?0b IIR?01 MSR?00 wire:0");
}

static void test_the_trigger_level_decides_when_to_interrupt(void **state)
{
    script("FCR=01 IER=01 type:a wire:1 IIR?c4 RBR?'a' wire:0");
    script("FCR=41 IER=01 type:abc wire:0 IIR?c1 type:d wire:1 IIR?c4 RBR?'a' wire:0 type:e "
           "wire:1");
    script("FCR=81 IER=01 type:1234567 wire:0 type:8 wire:1 IIR?c4 RBR?'1' wire:0 IIR?c1");
    script("FCR=c1 IER=01 type:1234567890abc wire:0 type:d wire:1 type:ef wire:1 IIR?c4 "
           "RBR?'1' RBR?'2' wire:1 RBR?'3' wire:0");
    script("FCR=c1 IER=01 type:ab FCR=01 wire:1 FCR=41 wire:0 FCR=c0 type:c wire:1");
}

/* ---- 5. the time-out ---- */

static void test_a_few_bytes_interrupt_after_four_characters(void **state)
{
    script("FCR=c1 IER=01 type:x wire:0 chars:3 wire:0 wait:520800 wire:0 wait:100 wire:1 "
           "IIR?cc IIR?cc LSR?61 RBR?'x' wire:0 IIR?c1 LSR?60 chars:9 wire:0");
    script("LCR=80 DLL=18 LCR=00 FCR=c1 IER=01 type:x chars:7 wire:0 chars:2 wire:1");
    script("FCR=c1 type:x chars:5 wire:0 IIR?c1 IER=01 wire:1 IIR?cc FCR=c3 wire:0 IIR?c1");
    script("type:x chars:9 IER=01 IIR?04 RBR?'x' IIR?01 wire:0");
}

static void test_each_byte_that_comes_or_goes_starts_the_wait_anew(void **state)
{
    script("FCR=c1 IER=01 type:a chars:3 type:b chars:3 wire:0 chars:2 wire:1 RBR?'a' wire:0 "
           "IIR?c1 chars:3 wire:0 chars:2 wire:1 type:c wire:0 chars:5 IIR?cc");
    script("FCR=41 IER=01 type:abcdef wire:1 chars:3 RBR?'a' RBR?'b' RBR?'c' wire:0 chars:3 "
           "wire:0 chars:2 wire:1 IIR?cc");
    script("FCR=c1 IER=01 type:a chars:2 RBR?'a' chars:9 wire:0 IIR?c1");
    script("type:abc FCR=c1 IER=01 wire:0 chars:5 wire:1 IIR?cc RBR?'b'");
}

/* ---- 6. loop-back ---- */

static void test_loopback_turns_what_is_sent_into_what_is_received(void **state)
{
    script("MCR=10 THR='z' LSR?61 RBR?'z' LSR?60 sent:");
    script("MCR=10 FCR=01 THR='a' THR='b' THR='c' sent: RBR?'a' RBR?'b' RBR?'c' LSR?60");
    script("MCR=10 type:no waiting:2 LSR?60 THR='z' RBR?'z' waiting:2 MCR=00 waiting:1 RBR?'n' "
           "RBR?'o'");
    script("MCR=10 IER=03 IIR?02 THR='z' wire:1 IIR?04 RBR?'z' IIR?02 wire:0");
    script("FCR=01 takes:0 THR='a' MCR=10 THR='b' sent: RBR?'a' RBR?'b' takes:all sent:");
}

static void test_an_overrun_is_told_once(void **state)
{
    script("MCR=10 IER=04 THR='1' wire:0 THR='2' wire:1 IIR?06 LSR?63 LSR?61 wire:0");
    script("MCR=10 THR='1' THR='2' LSR?63 RBR?'2' LSR?60");
    script("MCR=10 FCR=01 THR='0' THR='1' THR='2' THR='3' THR='4' THR='5' THR='6' THR='7' "
           "THR='8' THR='9' THR='a' THR='b' THR='c' THR='d' THR='e' THR='f' LSR?61 THR='g' "
           "LSR?63 LSR?61 RBR?'0' RBR?'1' RBR?'2' RBR?'3' RBR?'4' RBR?'5' RBR?'6' RBR?'7' "
           "RBR?'8' RBR?'9' RBR?'a' RBR?'b' RBR?'c' RBR?'d' RBR?'e' RBR?'f' LSR?60");
}

static void test_loopback_connects_the_modem_lines(void **state)
{
    script("MCR=1f MSR?f0/f0 MCR=1a MSR?96/f6 MSR?90 MCR=15 MSR?6b MSR?60 MCR=00 MSR?b0/f0");
    script("MSR?b0 MCR=10 MSR?0b MSR?00 MCR=12 MSR?11 MCR=11 MSR?23 MCR=00 MSR?b9 MSR?b0");
}

/* ---- 7. the saved state ---- */

static void test_every_register_is_saved(void **state)
{
    script("LCR=80 DLL=34 DLM=12 LCR=1b IER=0d MCR=1a SCR=77 FCR=81 save LCR?1b IER?0d MCR?1a "
           "SCR?77 MSR?92 LSR?60 IIR?c1 LCR=9b DLL?34 DLM?12");
    script("LCR=83 save LCR?83 DLL?0c LCR=03 FCR=81 IER=01 save type:1234567 wire:0 type:8 wire:1");
    script("MCR=10 THR='1' THR='2' save LSR?63 MSR?0b RBR?'2'");
}

static void test_saved_with_bytes_in_the_fifos_it_goes_on_after_loading(void **state)
{
    script("FCR=c1 type:hello save LSR?61 RBR?'h' RBR?'e' save RBR?'l' RBR?'l' RBR?'o' LSR?60");
    script("FCR=01 takes:0 THR='a' THR='b' THR='c' save LSR?00 THR='d' takes:all sent:abcd LSR?60");
    script("FCR=01 IER=02 takes:0 THR='a' THR='b' quiet:all save wire:0 sent: wait:1 sent:ab "
           "wire:1 LSR?60 IIR?c2");
    script("FCR=01 type:0123456789abcdefghi save waiting:3 RBR?'0' waiting:2 RBR?'1' RBR?'2' "
           "RBR?'3' RBR?'4' RBR?'5' RBR?'6' RBR?'7' RBR?'8' RBR?'9' RBR?'a' RBR?'b' RBR?'c' "
           "RBR?'d' RBR?'e' RBR?'f' RBR?'g' RBR?'h' RBR?'i' LSR?60");
}

static void test_what_was_pending_is_pending_after_loading(void **state)
{
    script("IER=02 save IIR?02 IIR?01");
    script("IER=02 IIR?02 save IIR?01");
    script("FCR=c1 IER=01 type:x chars:5 IIR?cc save IIR?cc RBR?'x' IIR?c1 wire:0");
    script("FCR=c1 IER=01 type:x chars:2 save chars:5 wire:1 IIR?cc");
}

/* @change, done to a good state before it is saved; true if it could be loaded again. */
static bool load_changed(void (*change)(Serial *s))
{
    Str saved = {0};
    StateReader in;
    Error *err = NULL;
    bool ok;

    script("FCR=01 type:abc takes:0 THR='x'");
    change((Serial *)chip);
    state_save(chip, &saved);
    device_reset(chip);
    in = (StateReader){(uint8_t *)saved.s, (uint8_t *)saved.s + saved.len};
    ok = state_load(chip, &in, &err);
    expect_true(ok || err, "a state was refused, but no error was set");
    str_free(&saved);
    return ok;
}

static void rx_of_200(Serial *s)
{
    s->rx->count = 200;
}

static void tx_of_17(Serial *s)
{
    s->tx->count = 17;
}

static void three_without_fifo(Serial *s)
{
    s->fcr = 0;
}

static void test_a_state_that_cannot_be_is_refused(void **state)
{
    begin();
    expect_true(!load_changed(rx_of_200), "a state with 200 bytes in the receiver was loaded");
    expect_true(!load_changed(tx_of_17), "a state with 17 bytes in the transmitter was loaded");
    if (load_changed(three_without_fifo)) {
        expect_equal(serial_room((Serial *)chip), 0,
                     "room, after loading 3 bytes in a receiver whose FIFO is off");
    }
}

static void test_two_chips_are_strangers(void **state)
{
    Wire second_wire;

    begin();
    new_host("second");
    new_chip("second", UART2, &second_wire);
    base = UART2;
    mem_write(UART2 + 1, 2, 1);
    mem_write(UART2 + 7, 0x33, 1);
    mem_write(UART2 + 3, 0x80, 1);
    base = UART;
    script("IER?00 SCR?00 LCR?00 wire:0 IIR?01 type:a RBR?'a' THR='b' sent:b");
    expect_equal(second_wire.level, 1, "the line of the second chip, IER=02");
    expect_equal(mem_read(UART2 + 2, 1), 2, "IIR of the second chip, IER=02");
}

const LabTest lab_tests[] = {
    LAB_TEST(test_registers_after_power_on, 2, "serial_reset; an IIR without a cause is not 0"),
    LAB_TEST(test_a_register_keeps_the_bits_that_it_has, 3,
             "serial_read, serial_write: which bits exist? (IER_MASK, MCR_MASK, FCR_STORED)"),
    LAB_TEST(test_dlab_puts_the_divisor_in_front_of_two_registers, 3,
             "exercise 1: LCR_DLAB is asked at each access; the divisor has two halves"),
    LAB_TEST(test_a_byte_written_is_a_byte_sent, 4,
             "exercise 2: serial_send, and LSR after it; IIR and FCR are of exercise 1"),
    LAB_TEST(test_a_host_that_is_full_keeps_the_transmitter_busy, 4,
             "serial_transmit: serial_send says how many it took; the others stay, in order"),
    LAB_TEST(test_what_the_transmitter_cannot_hold_is_lost, 3, "how many bytes fit? (capacity)"),
    LAB_TEST(test_without_fifo_there_is_room_for_one_byte, 4,
             "serial_room, serial_receive; who tells the host that there is room again? And what "
             "does an empty RBR show?"),
    LAB_TEST(test_with_fifo_sixteen_bytes_are_read_in_order, 4,
             "reading RBR takes the oldest byte; LSR_DR stays while there are more; FCR_STORED"),
    LAB_TEST(test_the_divisor_is_neither_sent_nor_received, 1,
             "serial_read, serial_write: what is behind the divisor must not notice"),
    LAB_TEST(test_fcr_empties_what_it_is_told_to, 4,
             "exercise 3: what has to be true of LSR when a FIFO is empty? And what if the host "
             "fills it again at once?"),
    LAB_TEST(test_switching_the_fifos_empties_both, 3,
             "exercise 3: what if FCR_ENABLE changes? When does the host hear of it?"),
    LAB_TEST(test_a_break_is_an_error_and_a_zero_byte, 3, "serial_break; reading LSR"),
    LAB_TEST(test_a_cause_interrupts_only_when_it_is_enabled, 4,
             "cause; and update after whatever may change it"),
    LAB_TEST(test_the_transmitter_interrupts_when_it_becomes_empty, 4,
             "thr_pending: when does it become true, and when false?"),
    LAB_TEST(test_enabling_the_transmitters_interrupt_raises_it, 3,
             "exercise 4: writing IER; is a bit enabled that was already?"),
    LAB_TEST(test_the_most_urgent_cause_is_told_first, 4,
             "cause: the order in the chapter; a byte without room (exercise 3), a break's too"),
    LAB_TEST(test_reading_iir_acknowledges_the_transmitter_and_nothing_else, 4,
             "exercise 4: reading IIR; thr_pending is forgotten only if it was the answer"),
    LAB_TEST(test_the_trigger_level_decides_when_to_interrupt, 3,
             "cause: FCR_TRIGGER; without FIFO one byte is enough; update when one comes or goes"),
    LAB_TEST(test_a_few_bytes_interrupt_after_four_characters, 4,
             "exercise 5: serial_start_timeout, serial_timed_out, timeout_pending"),
    LAB_TEST(test_each_byte_that_comes_or_goes_starts_the_wait_anew, 3,
             "exercise 5: all places in which the receiver's count changes"),
    LAB_TEST(test_loopback_turns_what_is_sent_into_what_is_received, 3,
             "exercise 6: serial_transmit, serial_room, and the end of loop-back"),
    LAB_TEST(test_an_overrun_is_told_once, 3, "serial_receive without room; with and without FIFO"),
    LAB_TEST(test_loopback_connects_the_modem_lines, 2,
             "exercise 1: writing MCR; update_modem_inputs is given"),
    LAB_TEST(test_reset_undoes_everything, 2,
             "serial_reset: FIFOs, what is pending, the wait that has begun, the line"),
    LAB_TEST(test_every_register_is_saved, 2, "STATE in the row: each field by its name"),
    LAB_TEST(test_saved_with_bytes_in_the_fifos_it_goes_on_after_loading, 3,
             "NESTED in the row: both FIFOs, data and count; post_load: serial_send_later"),
    LAB_TEST(test_what_was_pending_is_pending_after_loading, 3,
             "exercise 7: the two flags; and a wait that was on its way: post_load"),
    LAB_TEST(test_a_state_that_cannot_be_is_refused, 2, "exercise 7: post_load, and serial_room"),
    LAB_TEST(test_two_chips_are_strangers, 1, "no static variables: all of it is in the Serial"),
    LAB_TESTS_END
};
