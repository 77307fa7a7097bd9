/* SPDX-License-Identifier: MIT */
/* The 16550A UART: its registers, its two FIFOs, when it interrupts, and what of it is saved.
 *
 * A register that is read or written may do more than hold a value: reading LSR forgets the errors,
 * reading IIR acknowledges, writing FCR empties FIFOs.  Whatever changes, update() then tells the
 * interrupt line whether there is a cause left.
 *
 * serial.h has the registers and who calls whom. */
#include "hw/char/serial.h"

static bool fifo_enabled(const Serial *s)
{
    return s->fcr & FCR_ENABLE;
}

static unsigned capacity(const Serial *s)
{
    return fifo_enabled(s) ? SERIAL_FIFO_SIZE : 1;
}

static unsigned trigger_level(const Serial *s)
{
    static const uint8_t levels[] = {1, 4, 8, 14};

    return fifo_enabled(s) ? levels[s->fcr >> FCR_TRIGGER] : 1;
}

static void fifo_push(SerialFifo *f, uint8_t c)
{
    f->data[f->count++] = c;
}

static void fifo_drop(SerialFifo *f, unsigned n)
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

void serial_timed_out(Serial *s)
{
    s->timeout_pending = s->rx->count > 0;
    update(s);
}

/* Bytes came or went: the wait for the next one starts over. */
static void restart_timeout(Serial *s)
{
    s->timeout_pending = false;
    if (fifo_enabled(s) && s->rx->count) {
        serial_start_timeout(s);
    } else {
        serial_stop_timeout(s);
    }
}

/* ---- receiving ---- */

size_t serial_room(const Serial *s)
{
    return s->mcr & MCR_LOOP ? 0 : capacity(s) - MIN(s->rx->count, capacity(s));
}

void serial_receive(Serial *s, uint8_t c)
{
    if (s->rx->count < capacity(s)) {
        fifo_push(s->rx, c);
        s->lsr |= LSR_DR;
        restart_timeout(s);
    } else {
        s->lsr |= LSR_OE;
        if (!fifo_enabled(s)) { /* the one before is destroyed; with FIFO this one is lost */
            s->rx->data[0] = c;
        }
    }
    update(s);
}

void serial_break(Serial *s)
{
    s->lsr |= LSR_BI;
    serial_receive(s, 0);
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
    serial_accept_input(s);
    return c;
}

/* ---- sending ---- */

/* Nothing is left to be sent: a driver that waits for that is told. */
static void transmitter_is_empty(Serial *s)
{
    s->lsr |= LSR_THRE | LSR_TEMT;
    s->thr_pending = true;
}

void serial_transmit(Serial *s)
{
    while (s->mcr & MCR_LOOP && s->tx->count) {
        uint8_t c = s->tx->data[0];

        fifo_drop(s->tx, 1);
        serial_receive(s, c);
    }
    if (s->tx->count) {
        fifo_drop(s->tx, serial_send(s, s->tx->data, s->tx->count));
    }
    if (!s->tx->count) {
        transmitter_is_empty(s);
    }
    update(s);
}

static void write_thr(Serial *s, uint8_t c)
{
    s->thr_pending = false;
    s->lsr &= ~(LSR_THRE | LSR_TEMT);
    if (s->tx->count < capacity(s)) { /* else the driver did not look at THRE: the byte is lost */
        fifo_push(s->tx, c);
    }
    serial_transmit(s);
}

/* ---- registers that do something ---- */

static void clear_rx(Serial *s)
{
    s->rx->count = 0;
    s->lsr &= ~(LSR_DR | LSR_BI);
    restart_timeout(s);
}

static void write_fcr(Serial *s, uint8_t val)
{
    if ((val ^ s->fcr) & FCR_ENABLE) { /* on or off, they begin empty */
        val |= FCR_CLEAR_RX | FCR_CLEAR_TX;
    }
    s->fcr = val & FCR_STORED;
    if (val & FCR_CLEAR_TX) {
        s->tx->count = 0;
        transmitter_is_empty(s);
    }
    if (val & FCR_CLEAR_RX) {
        clear_rx(s);
        serial_accept_input(s);
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
    serial_accept_input(s);
}

static void write_ier(Serial *s, uint8_t val)
{
    /* Enabling the interrupt while THR is empty raises it: drivers start sending that way. */
    if (val & ~s->ier & IER_THRI && s->lsr & LSR_THRE) {
        s->thr_pending = true;
    }
    s->ier = val & IER_MASK;
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

/* ---- all registers ---- */

uint64_t serial_read(void *dev, uint64_t off, unsigned size)
{
    Serial *s = dev;
    bool dlab = s->lcr & LCR_DLAB;

    switch (off) {
    case RBR_THR:
        return dlab ? s->divisor & 0xff : read_rbr(s);
    case IER:
        return dlab ? s->divisor >> 8 : s->ier;
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

void serial_write(void *dev, uint64_t off, uint64_t val, unsigned size)
{
    Serial *s = dev;
    bool dlab = s->lcr & LCR_DLAB;
    uint8_t v = val;

    switch (off) {
    case RBR_THR:
        if (dlab) {
            s->divisor = (s->divisor & 0xff00) | v;
        } else {
            write_thr(s, v);
        }
        break;
    case IER:
        if (dlab) {
            s->divisor = (s->divisor & 0xff) | v << 8;
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

/* ---- the row: reset, and what is saved ---- */

static void serial_reset(Device *dev)
{
    Serial *s = (Serial *)dev;

    s->ier = s->fcr = s->lcr = s->scr = 0;
    s->mcr = MCR_OUT2;
    s->lsr = LSR_THRE | LSR_TEMT;
    s->msr = MSR_DCD | MSR_DSR | MSR_CTS;
    s->divisor = SERIAL_DIVISOR;
    s->tx->count = 0;
    s->thr_pending = false;
    clear_rx(s);
    update(s);
}

/* A saved state may come from anywhere. */
static bool serial_post_load(Device *dev, Error **errp)
{
    Serial *s = (Serial *)dev;

    if (s->rx->count > SERIAL_FIFO_SIZE || s->tx->count > SERIAL_FIFO_SIZE) {
        return err_set(errp, "a FIFO holds more than %d bytes", SERIAL_FIFO_SIZE);
    }
    s->fcr &= FCR_STORED;
    if (!s->timeout_pending) {
        restart_timeout(s);
    }
    if (s->tx->count) {
        serial_send_later(s);
    }
    return true;
}

DEVICE(Serial, .name = TYPE_SERIAL, .summary = "the chip of a 16550A serial port",
       .abstract = true, .reset = serial_reset,
       .post_load = serial_post_load,
       .state = STATE(Serial, divisor, ier, fcr, lcr, mcr, lsr, msr, scr, thr_pending,
                      timeout_pending),
       .nested = NESTED(NEST(Serial, rx, SerialFifo, data, count),
                        NEST(Serial, tx, SerialFifo, data, count)));
