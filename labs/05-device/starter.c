/* SPDX-License-Identifier: MIT */
/* The chip of a 16550A serial port: your version of src/hw/char/serial.c.
 *
 * hw/char/serial.h has its registers, its state and what each function must do; the chapter
 * (README.md beside this file) how they play together.  Functions and variables that you add must
 * be static.
 *
 * As it stands LCR and SCR work, because they do nothing but remember: two bytes of memory. */
#include "hw/char/serial.h"

/* ---- given: the FIFOs ---- */

static inline bool fifo_enabled(const Serial *s)
{
    return s->fcr & FCR_ENABLE;
}

static inline unsigned capacity(const Serial *s)
{
    return fifo_enabled(s) ? SERIAL_FIFO_SIZE : 1;
}

/* How many bytes in the receiver are worth an interrupt. */
static inline unsigned trigger_level(const Serial *s)
{
    static const uint8_t levels[] = {1, 4, 8, 14};

    return fifo_enabled(s) ? levels[s->fcr >> FCR_TRIGGER] : 1;
}

/* There must be room.  The caller says so: fifo_push(s->rx, c). */
static inline void fifo_push(SerialFifo *f, uint8_t c)
{
    f->data[f->count++] = c;
}

/* Take away the oldest @n. */
static inline void fifo_drop(SerialFifo *f, unsigned n)
{
    f->count -= n;
    memmove(f->data, f->data + n, f->count);
}

/* ---- interrupts ---- */

/* The identification of the most urgent cause, or IIR_NO_INT. */
static uint8_t cause(const Serial *s)
{
    return IIR_NO_INT; /* exercise 4 */
}

/* Whatever may have made or removed a cause ends with this. */
static void update(Serial *s)
{
    irq_set(s->irq, cause(s) != IIR_NO_INT);
}

void serial_timed_out(Serial *s)
{
    /* exercise 5 */
}

/* ---- receiving ---- */

size_t serial_room(const Serial *s)
{
    return 0; /* exercises 3 and 6 */
}

void serial_receive(Serial *s, uint8_t c)
{
    /* exercise 3 */
}

void serial_break(Serial *s)
{
    /* exercise 3 */
}

static uint8_t read_rbr(Serial *s)
{
    return 0; /* exercise 3 */
}

/* ---- sending ---- */

void serial_transmit(Serial *s)
{
    /* exercises 2 and 6 */
}

static void write_thr(Serial *s, uint8_t c)
{
    /* exercise 2 */
}

/* ---- registers that do something ---- */

static void write_fcr(Serial *s, uint8_t val)
{
    /* exercises 1 (what it keeps), 3 and 4 */
}

/* Given: in loop-back the four modem outputs come back as the four inputs.  Call it when MCR was
 * written; a change sets the delta bit, four places below the input's. */
static inline void update_modem_inputs(Serial *s)
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
    /* exercises 1 and 6 */
}

static void write_ier(Serial *s, uint8_t val)
{
    /* exercises 1 and 4 */
}

static uint8_t read_iir(Serial *s)
{
    return 0; /* exercises 1 and 4 */
}

static uint8_t read_lsr(Serial *s)
{
    return 0; /* exercise 1 */
}

static uint8_t read_msr(Serial *s)
{
    return 0; /* exercise 1 */
}

/* ---- all registers: exercise 1 adds the divisor ---- */

uint64_t serial_read(void *dev, uint64_t off, unsigned size)
{
    Serial *s = dev;

    switch (off) {
    case RBR_THR:
        return read_rbr(s);
    case IER:
        return s->ier;
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
    uint8_t v = val;

    switch (off) {
    case RBR_THR:
        write_thr(s, v);
        break;
    case IER:
        write_ier(s, v);
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

    s->divisor = SERIAL_DIVISOR; /* exercise 1: and all other fields, but for dev and irq */
    update(s);
}

/* exercise 7: more fields, both FIFOs, and post_load */
DEVICE(Serial, .name = TYPE_SERIAL, .summary = "the chip of a 16550A serial port",
       .abstract = true, .reset = serial_reset, .state = STATE(Serial, lcr, scr));
