/* SPDX-License-Identifier: MIT */
/* The 16550A UART, memory-mapped.
 *
 *     0  RBR read, THR write;  DLL      4  MCR  modem control
 *     1  IER  interrupt enable; DLM     5  LSR  line status
 *     2  IIR read, FCR write            6  MSR  modem status
 *     3  LCR  line control              7  SCR  scratch          (DLL, DLM while LCR.DLAB)
 *
 * A byte is sent as soon as the back end takes it: no baud rate is simulated, except that the
 * receive FIFO's "bytes are waiting below the trigger level" interrupt comes after four character
 * times, as on the chip.  National Semiconductor PC16550D data sheet. */
#include "backend/char/char.h"
#include "base/diagnose.h"
#include "base/serial_walk.h"
#include "base/trace.h"
#include "loop/timer.h"
#include "qom/device.h"

TRACE_EVENT(serial_receive, "a byte comes into the receiver of a UART");
TRACE_EVENT(serial_transmit, "the guest writes a byte to a UART's transmitter");

enum { RBR_THR, IER, IIR_FCR, LCR, MCR, LSR, MSR, SCR };

enum { IER_RDI = 0x01, IER_THRI = 0x02, IER_RLSI = 0x04, IER_MSI = 0x08 };

enum {
    IIR_NO_INT = 0x01,
    IIR_MSI = 0x00,
    IIR_THRI = 0x02,
    IIR_RDI = 0x04,
    IIR_RLSI = 0x06,
    IIR_CTI = 0x0c, /* character timeout */
    IIR_FIFO = 0xc0,
};

enum { FCR_ENABLE = 0x01, FCR_CLEAR_RX = 0x02, FCR_CLEAR_TX = 0x04, FCR_TRIGGER = 6 /* shift */ };

enum { LCR_DLAB = 0x80 };

enum {
    MCR_DTR = 0x01,
    MCR_RTS = 0x02,
    MCR_OUT1 = 0x04,
    MCR_OUT2 = 0x08,
    MCR_LOOP = 0x10,
    MCR_MASK = 0x1f,
};

enum {
    LSR_DR = 0x01, /* data ready */
    LSR_OE = 0x02, /* overrun */
    LSR_BI = 0x10, /* break */
    LSR_THRE = 0x20,
    LSR_TEMT = 0x40,
    LSR_ERRORS = 0x1e,
};

enum { MSR_DELTAS = 0x0f, MSR_CTS = 0x10, MSR_DSR = 0x20, MSR_RI = 0x40, MSR_DCD = 0x80 };

enum { FIFO_SIZE = 16, BITS_PER_CHAR = 10, TIMEOUT_CHARS = 4 };

typedef struct Fifo {
    uint8_t data[FIFO_SIZE];
    uint8_t count; /* without FCR_ENABLE at most 1 */
} Fifo;

typedef struct Serial {
    Device dev;
    Irq *irq;
    char *chardev;
    uint32_t clock;
    CharFrontend chr;
    Timer timeout;
    Fifo rx[1], tx[1];
    uint16_t divider;
    uint8_t ier, fcr, lcr, mcr, lsr, msr, scr;
    bool thr_pending;     /* THR became empty, and nobody has looked yet */
    bool timeout_pending; /* bytes have waited for long */
} Serial;

static bool fifo_enabled(const Serial *s)
{
    return s->fcr & FCR_ENABLE;
}

static unsigned capacity(const Serial *s)
{
    return fifo_enabled(s) ? FIFO_SIZE : 1;
}

static unsigned trigger_level(const Serial *s)
{
    static const uint8_t levels[] = {1, 4, 8, 14};

    return fifo_enabled(s) ? levels[s->fcr >> FCR_TRIGGER] : 1;
}

static void fifo_push(Fifo *f, uint8_t c)
{
    f->data[f->count++] = c;
}

static void fifo_drop(Fifo *f, unsigned n)
{
    f->count -= n;
    memmove(f->data, f->data + n, f->count);
}

/* ---- interrupts ---- */

/* The identification of the most urgent cause, or IIR_NO_INT. */
static uint8_t cause(const Serial *s)
{
    if (s->ier & IER_RLSI && s->lsr & LSR_ERRORS) {
        return IIR_RLSI;
    }
    if (s->ier & IER_RDI && s->rx->count >= trigger_level(s)) {
        return IIR_RDI;
    }
    if (s->ier & IER_RDI && s->timeout_pending) {
        return IIR_CTI;
    }
    if (s->ier & IER_THRI && s->thr_pending) {
        return IIR_THRI;
    }
    if (s->ier & IER_MSI && s->msr & MSR_DELTAS) {
        return IIR_MSI;
    }
    return IIR_NO_INT;
}

static void update(Serial *s)
{
    irq_set(s->irq, cause(s) != IIR_NO_INT);
}

static void on_timeout(void *opaque)
{
    Serial *s = opaque;

    s->timeout_pending = s->rx->count > 0;
    update(s);
}

/* Bytes came or went: the wait for the next one starts over. */
static void restart_timeout(Serial *s)
{
    uint64_t baud = s->clock / 16 / MAX(s->divider, 1);

    s->timeout_pending = false;
    if (!fifo_enabled(s) || !s->rx->count) {
        timer_del(&s->timeout);
        return;
    }
    timer_mod_ns(&s->timeout, clock_get_ns(VM_CLOCK_VIRTUAL) + NANOSECONDS_PER_SECOND *
                                                                   BITS_PER_CHAR * TIMEOUT_CHARS /
                                                                   MAX(baud, 1ULL));
}

/* ---- receiving ---- */

static void receive(Serial *s, uint8_t c)
{
    if (s->rx->count >= capacity(s)) {
        s->lsr |= LSR_OE;
        if (!fifo_enabled(s)) {
            s->rx->data[0] = c;
        }
    } else {
        fifo_push(s->rx, c);
        s->lsr |= LSR_DR;
        if (trace_on(serial_receive)) {
            trace(serial_receive, device_name(&s->dev), "%#x, %u in the FIFO", c, s->rx->count);
        }
        if (serial_walk_on()) {
            serial_walk(WALK_FIFO, device_name(&s->dev), "%#x is byte %u of the receiver's", c,
                        s->rx->count);
        }
        restart_timeout(s);
    }
    update(s);
}

static uint8_t read_rbr(Serial *s)
{
    uint8_t c = s->rx->data[0]; /* an empty receiver shows the last byte again */

    if (s->rx->count) {
        fifo_drop(s->rx, 1);
    }
    if (!s->rx->count) {
        s->lsr &= ~LSR_DR;
    }
    restart_timeout(s);
    update(s);
    if (!(s->mcr & MCR_LOOP)) {
        chr_fe_accept_input(&s->chr);
    }
    return c;
}

static size_t chr_can_read(void *opaque)
{
    Serial *s = opaque;

    return s->mcr & MCR_LOOP ? 0 : capacity(s) - MIN(s->rx->count, capacity(s));
}

static void chr_read(void *opaque, const uint8_t *buf, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        receive(opaque, buf[i]);
    }
}

static void chr_event(void *opaque, ChrEvent event)
{
    Serial *s = opaque;

    if (event == CHR_EVENT_BREAK) {
        s->lsr |= LSR_BI;
        receive(s, 0);
    }
}

/* ---- sending ---- */

/* Move what the back end takes out of the transmitter. */
static void transmit(Serial *s)
{
    while (s->mcr & MCR_LOOP && s->tx->count) {
        uint8_t c = s->tx->data[0];

        fifo_drop(s->tx, 1);
        receive(s, c);
    }
    if (s->tx->count) {
        fifo_drop(s->tx, chr_fe_write(&s->chr, s->tx->data, s->tx->count));
    }
    if (!s->tx->count) {
        s->lsr |= LSR_THRE | LSR_TEMT;
        s->thr_pending = true;
    }
    update(s);
}

static void chr_writable(void *opaque)
{
    Serial *s = opaque;

    if (s->tx->count) {
        transmit(s);
    }
}

static void write_thr(Serial *s, uint8_t c)
{
    if (trace_on(serial_transmit)) {
        trace(serial_transmit, device_name(&s->dev), "%#x", c);
    }
    if (serial_walk_on()) {
        serial_walk(WALK_ECHO, device_name(&s->dev), "the guest sends %#x", c);
    }
    s->thr_pending = false;
    s->lsr &= ~(LSR_THRE | LSR_TEMT);
    if (s->tx->count < capacity(s)) { /* the driver did not look at THRE: the byte is lost */
        fifo_push(s->tx, c);
    }
    transmit(s);
    diagnose_console(&c, 1);
}

/* ---- registers ---- */

static void clear_rx(Serial *s)
{
    s->rx->count = 0;
    s->lsr &= ~(LSR_DR | LSR_BI);
    restart_timeout(s);
}

static void write_fcr(Serial *s, uint8_t val)
{
    if ((val ^ s->fcr) & FCR_ENABLE) {
        val |= FCR_CLEAR_RX | FCR_CLEAR_TX;
    }
    s->fcr = val & (FCR_ENABLE | 3 << FCR_TRIGGER);
    if (val & FCR_CLEAR_TX) {
        s->tx->count = 0;
        s->lsr |= LSR_THRE | LSR_TEMT;
        s->thr_pending = true;
    }
    if (val & FCR_CLEAR_RX) {
        clear_rx(s);
        chr_fe_accept_input(&s->chr);
    }
    update(s);
}

/* In loopback the four outputs come back as the four inputs; changes set the delta bits. */
static void update_modem_inputs(Serial *s)
{
    uint8_t now = MSR_DCD | MSR_DSR | MSR_CTS, changed;

    if (s->mcr & MCR_LOOP) {
        now = (s->mcr & MCR_RTS ? MSR_CTS : 0) | (s->mcr & MCR_DTR ? MSR_DSR : 0) |
              (s->mcr & MCR_OUT1 ? MSR_RI : 0) | (s->mcr & MCR_OUT2 ? MSR_DCD : 0);
    }
    changed = (now ^ s->msr) & (MSR_CTS | MSR_DSR | MSR_DCD);
    changed |= s->msr & ~now & MSR_RI; /* the ring indicator counts when it ends */
    s->msr = now | (s->msr & MSR_DELTAS) | changed >> 4;
}

static void write_mcr(Serial *s, uint8_t val)
{
    s->mcr = val & MCR_MASK;
    update_modem_inputs(s);
    update(s);
    if (!(s->mcr & MCR_LOOP)) {
        chr_fe_accept_input(&s->chr);
    }
}

static void write_ier(Serial *s, uint8_t val)
{
    /* Enabling the interrupt while THR is empty raises it: drivers start sending that way. */
    if (val & ~s->ier & IER_THRI && s->lsr & LSR_THRE) {
        s->thr_pending = true;
    }
    s->ier = val & 0x0f;
    update(s);
}

static uint8_t read_iir(Serial *s)
{
    uint8_t v = cause(s);

    if (v == IIR_THRI) {
        s->thr_pending = false;
        update(s);
    }
    return v | (fifo_enabled(s) ? IIR_FIFO : 0);
}

static uint8_t read_lsr(Serial *s)
{
    uint8_t v = s->lsr;

    s->lsr &= ~LSR_ERRORS;
    update(s);
    return v;
}

static uint8_t read_msr(Serial *s)
{
    uint8_t v = s->msr;

    s->msr &= ~MSR_DELTAS;
    update(s);
    return v;
}

static uint64_t serial_read(void *dev, uint64_t off, unsigned size)
{
    Serial *s = dev;
    bool dlab = s->lcr & LCR_DLAB;

    switch (off) {
    case RBR_THR:
        return dlab ? s->divider & 0xff : read_rbr(s);
    case IER:
        return dlab ? s->divider >> 8 : s->ier;
    case IIR_FCR:
        return read_iir(s);
    case LCR:
        return s->lcr;
    case MCR:
        return s->mcr;
    case LSR:
        return read_lsr(s);
    case MSR:
        return read_msr(s);
    default:
        return s->scr;
    }
}

static void serial_write(void *dev, uint64_t off, uint64_t val, unsigned size)
{
    Serial *s = dev;
    bool dlab = s->lcr & LCR_DLAB;
    uint8_t v = val;

    switch (off) {
    case RBR_THR:
        if (dlab) {
            s->divider = (s->divider & 0xff00) | v;
        } else {
            write_thr(s, v);
        }
        break;
    case IER:
        if (dlab) {
            s->divider = (s->divider & 0xff) | v << 8;
        } else {
            write_ier(s, v);
        }
        break;
    case IIR_FCR:
        write_fcr(s, v);
        break;
    case LCR:
        s->lcr = v;
        break;
    case MCR:
        write_mcr(s, v);
        break;
    case SCR:
        s->scr = v;
        break;
    default:
        break; /* LSR and MSR are for reading */
    }
}

/* ---- life ---- */

static const CharHandlers handlers = {chr_can_read, chr_read, chr_event, chr_writable};

static bool serial_realize(Device *dev, Error **errp)
{
    Serial *s = (Serial *)dev;
    Chardev *chr = s->chardev ? chardev_find(s->chardev) : NULL;

    if (s->chardev && !chr) {
        return err_set(errp, "there is no character device '%s'", s->chardev);
    }
    timer_init_ns(&s->timeout, VM_CLOCK_VIRTUAL, on_timeout, s);
    return chr_fe_init(&s->chr, chr, &handlers, s, errp);
}

static void serial_unrealize(Device *dev)
{
    Serial *s = (Serial *)dev;

    timer_del(&s->timeout);
    chr_fe_deinit(&s->chr);
}

static void serial_reset(Device *dev)
{
    Serial *s = (Serial *)dev;

    s->ier = s->fcr = s->lcr = s->scr = 0;
    s->mcr = MCR_OUT2;
    s->lsr = LSR_THRE | LSR_TEMT;
    s->msr = MSR_DCD | MSR_DSR | MSR_CTS;
    s->divider = 12;
    s->tx->count = 0;
    s->thr_pending = false;
    clear_rx(s);
    update(s);
}

static bool serial_post_load(Device *dev, Error **errp)
{
    Serial *s = (Serial *)dev;

    if (s->rx->count > FIFO_SIZE || s->tx->count > FIFO_SIZE) {
        return err_set(errp, "a FIFO holds more than %d bytes", FIFO_SIZE);
    }
    s->fcr &= FCR_ENABLE | 3 << FCR_TRIGGER;
    if (dev->realized && !s->timeout_pending) {
        restart_timeout(s);
    }
    return true;
}

DEVICE(Serial, .name = "serial-mm", .summary = "16550A serial port", .bus = TYPE_SYSBUS,
       .fdt = "ns16550a", .irq = offsetof(Serial, irq), .irq_count = 1,
       .mmio = {serial_read, serial_write, .size = 8, .min = 1, .max = 8},
       .props = PROPS(PROP_CHR(Serial, chardev, "chardev", "where it leads to"),
                      PROP_U32(Serial, clock, "clock-frequency", 3686400, "Hz, of the baud rate")),
       .realize = serial_realize, .unrealize = serial_unrealize, .reset = serial_reset,
       .post_load = serial_post_load,
       .state = STATE(Serial, divider, ier, fcr, lcr, mcr, lsr, msr, scr, thr_pending,
                      timeout_pending),
       .nested = NESTED(NEST(Serial, rx, Fifo, data, count), NEST(Serial, tx, Fifo, data, count)));
