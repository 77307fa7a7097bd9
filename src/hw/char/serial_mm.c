/* SPDX-License-Identifier: MIT */
/* A 16550A UART on a board: what surrounds the chip of serial.c.
 *
 * Here it gets its place in memory and in the device tree, its properties, the back end that it
 * talks to, and a clock.  A byte is sent as soon as the back end takes it: no baud rate is
 * simulated, but for the time after which a few bytes in the receiver are worth an interrupt. */
#include "backend/char/char.h"
#include "base/diagnose.h"
#include "base/serial_walk.h"
#include "base/trace.h"
#include "hw/char/serial.h"
#include "loop/timer.h"

TRACE_EVENT(serial_receive, "a byte comes into the receiver of a UART");
TRACE_EVENT(serial_transmit, "a byte leaves the transmitter of a UART");

enum { BITS_PER_CHAR = 10, TIMEOUT_CHARS = 4, CLOCKS_PER_BIT = 16 };

typedef struct SerialMm {
    union {
        Device dev;
        Serial chip;
    };
    char *chardev;
    uint32_t clock;
    CharFrontend chr;
    Timer timeout;
    Timer later; /* due at once, but no timer of the virtual clock runs in a stopped machine */
} SerialMm;

static SerialMm *board_of(Serial *chip)
{
    return (SerialMm *)chip;
}

/* ---- the host ---- */

size_t serial_send(Serial *chip, const uint8_t *bytes, size_t n)
{
    SerialMm *s = board_of(chip);
    size_t taken = chr_fe_write(&s->chr, bytes, n);

    for (size_t i = 0; i < taken; i++) {
        if (trace_on(serial_transmit)) {
            trace(serial_transmit, device_name(&s->dev), "%#x", bytes[i]);
        }
        if (serial_walk_on()) {
            serial_walk(WALK_ECHO, device_name(&s->dev), "the guest sends %#x", bytes[i]);
        }
    }
    diagnose_console(bytes, taken);
    return taken;
}

void serial_accept_input(Serial *chip)
{
    chr_fe_accept_input(&board_of(chip)->chr);
}

static size_t chr_can_read(void *opaque)
{
    return serial_room(opaque);
}

/* Tell of @c, which comes in next. */
static void tell(const Serial *chip, uint8_t c)
{
    unsigned n = chip->rx->count + 1;

    if (trace_on(serial_receive)) {
        trace(serial_receive, device_name(&chip->dev), "%#x, %u in the FIFO", c, n);
    }
    if (serial_walk_on()) {
        serial_walk(WALK_FIFO, device_name(&chip->dev), "%#x is byte %u of the receiver's", c, n);
    }
}

static void chr_read(void *opaque, const uint8_t *buf, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        tell(opaque, buf[i]);
        serial_receive(opaque, buf[i]);
    }
}

static void chr_event(void *opaque, ChrEvent event)
{
    if (event == CHR_EVENT_BREAK) {
        serial_break(opaque);
    }
}

static void chr_writable(void *opaque)
{
    Serial *chip = opaque;

    if (chip->tx->count) {
        serial_transmit(chip);
    }
}

void serial_send_later(Serial *chip)
{
    if (chip->dev.realized) {
        timer_mod_ns(&board_of(chip)->later, clock_get_ns(VM_CLOCK_VIRTUAL));
    }
}

static const CharHandlers handlers = {chr_can_read, chr_read, chr_event, chr_writable};

/* ---- the clock ---- */

static void on_timeout(void *opaque)
{
    serial_timed_out(opaque);
}

void serial_start_timeout(Serial *chip)
{
    SerialMm *s = board_of(chip);
    uint64_t baud = MAX(s->clock / CLOCKS_PER_BIT / MAX(chip->divisor, 1), 1ULL);

    if (chip->dev.realized) {
        timer_mod_ns(&s->timeout, clock_get_ns(VM_CLOCK_VIRTUAL) + NANOSECONDS_PER_SECOND *
                                                                   BITS_PER_CHAR * TIMEOUT_CHARS /
                                                                   baud);
    }
}

void serial_stop_timeout(Serial *chip)
{
    timer_del(&board_of(chip)->timeout);
}

/* ---- life ---- */

static bool serial_mm_realize(Device *dev, Error **errp)
{
    SerialMm *s = (SerialMm *)dev;
    Chardev *chr = s->chardev ? chardev_find(s->chardev) : NULL;

    if (s->chardev && !chr) {
        return err_set(errp, "there is no character device '%s'", s->chardev);
    }
    timer_init_ns(&s->timeout, VM_CLOCK_VIRTUAL, on_timeout, s);
    timer_init_ns(&s->later, VM_CLOCK_VIRTUAL, chr_writable, s);
    return chr_fe_init(&s->chr, chr, &handlers, s, errp);
}

static void serial_mm_unrealize(Device *dev)
{
    SerialMm *s = (SerialMm *)dev;

    timer_del(&s->timeout);
    timer_del(&s->later);
    chr_fe_deinit(&s->chr);
}

DEVICE(SerialMm, .name = "serial-mm", .parent = TYPE_SERIAL, .summary = "16550A serial port",
       .bus = TYPE_SYSBUS, .fdt = "ns16550a", .irq = offsetof(SerialMm, chip.irq), .irq_count = 1,
       .mmio = {serial_read, serial_write, .size = 8, .name = "serial", .min = 1, .max = 8},
       .props = PROPS(PROP_CHR(SerialMm, chardev, "chardev", "where it leads to"),
                      PROP_U32(SerialMm, clock, "clock-frequency", 3686400,
                               "Hz, of the baud rate")),
       .realize = serial_mm_realize, .unrealize = serial_mm_unrealize);
