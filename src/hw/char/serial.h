/* SPDX-License-Identifier: MIT */
/* The 16550A UART: the chip, which is serial.c, and its surroundings, which are serial_mm.c.
 *
 *     guest              serial.c                              serial_mm.c             host
 *
 *     store --> serial_write --> tx FIFO --> serial_send     --> chr_fe_write  --> terminal
 *     load  <-- serial_read  <-- rx FIFO <-- serial_receive  <-- chr_read      <-- keyboard
 *     trap  <-- irq_set     <-- cause()
 *
 * The chip knows no host, no clock and no address; the surroundings know no register.
 *
 * Registers, at offsets 0 to 7.  While LCR.DLAB is set, 0 and 1 are the divisor instead:
 *
 *     0  RBR read, THR write;  DLL      4  MCR  modem control
 *     1  IER  interrupt enable; DLM     5  LSR  line status
 *     2  IIR read, FCR write            6  MSR  modem status
 *     3  LCR  line control              7  SCR  scratch
 *
 * National Semiconductor PC16550D data sheet, table II.  All functions: big lock. */
#ifndef HW_CHAR_SERIAL_H
#define HW_CHAR_SERIAL_H

#include "qom/device.h"

#define TYPE_SERIAL "serial" /* the abstract row of serial.c */

enum { RBR_THR, IER, IIR_FCR, LCR, MCR, LSR, MSR, SCR };

enum { IER_RDI = 0x01, IER_THRI = 0x02, IER_RLSI = 0x04, IER_MSI = 0x08, IER_MASK = 0x0f };

enum {
    IIR_NO_INT = 0x01,
    IIR_MSI = 0x00,  /* modem status */
    IIR_THRI = 0x02, /* transmitter empty */
    IIR_RDI = 0x04,  /* the receiver's trigger level is reached */
    IIR_RLSI = 0x06, /* line status: an error */
    IIR_CTI = 0x0c,  /* character timeout */
    IIR_FIFO = 0xc0, /* added to each of them while the FIFOs are on */
};

enum {
    FCR_ENABLE = 0x01,
    FCR_CLEAR_RX = 0x02,
    FCR_CLEAR_TX = 0x04,
    FCR_TRIGGER = 6, /* shift of two bits: the trigger level is 1, 4, 8 or 14 */
    FCR_STORED = FCR_ENABLE | 3 << FCR_TRIGGER,
};

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
    LSR_DR = 0x01,     /* data ready */
    LSR_OE = 0x02,     /* overrun */
    LSR_BI = 0x10,     /* break */
    LSR_THRE = 0x20,   /* the transmitter takes a byte */
    LSR_TEMT = 0x40,   /* and has nothing left to send */
    LSR_ERRORS = 0x1e, /* gone once they are read */
};

/* The lower four say that the input 16 times as high has changed. */
enum { MSR_DELTAS = 0x0f, MSR_CTS = 0x10, MSR_DSR = 0x20, MSR_RI = 0x40, MSR_DCD = 0x80 };

enum { SERIAL_FIFO_SIZE = 16, SERIAL_DIVISOR = 12 /* at power-on */ };

typedef struct SerialFifo {
    uint8_t data[SERIAL_FIFO_SIZE]; /* the oldest first */
    uint8_t count;                  /* while FCR_ENABLE is not set, at most 1 */
} SerialFifo;

typedef struct Serial {
    Device dev;
    Irq *irq; /* connected by the board */
    /* What the guest can find out about the chip; this is what a saved machine holds. */
    SerialFifo rx[1], tx[1]; /* arrays of one: s->rx is a pointer, and NESTED takes arrays */
    uint16_t divisor;                        /* DLM and DLL */
    uint8_t ier, fcr, lcr, mcr, lsr, msr, scr; /* fcr: FCR_STORED only */
    bool thr_pending;     /* THR became empty, and nobody has looked yet */
    bool timeout_pending; /* bytes have waited for too long */
} Serial;

/* ---- the chip: serial.c; its row adds reset and the saved state ---- */

/* A load or store of the guest at offset @off, 0 to 7.  @dev is the Serial.  @size is of no
 * interest: a register is a byte. */
uint64_t serial_read(void *dev, uint64_t off, unsigned size);
void serial_write(void *dev, uint64_t off, uint64_t val, unsigned size);

/* How many bytes the receiver takes from the host now: none in loopback. */
size_t serial_room(const Serial *s);

/* @c has come in over the line.  Without room for it, it is an overrun. */
void serial_receive(Serial *s, uint8_t c);

/* The line was broken: an error, which comes with a zero byte. */
void serial_break(Serial *s);

/* The host takes bytes again, or it is later: go on sending.  Called only while the transmitter
 * holds some. */
void serial_transmit(Serial *s);

/* The time is up that serial_start_timeout began. */
void serial_timed_out(Serial *s);

/* ---- its surroundings: serial_mm.c ---- */

/* Give the host up to @n bytes, oldest first; returns how many it took.  If not all, it will call
 * serial_transmit. */
size_t serial_send(Serial *s, const uint8_t *bytes, size_t n);

/* Call serial_transmit as soon as the machine runs, if the transmitter then holds something.  For
 * a chip that is being loaded: to send at once could move its line before the interrupt controller
 * is loaded.  Without effect before the device is realized. */
void serial_send_later(Serial *s);

/* serial_room may have grown: let the host send.  It does so at once: serial_receive may have been
 * called when this returns. */
void serial_accept_input(Serial *s);

/* Four characters from now, at the speed that the divisor sets, call serial_timed_out; a call that
 * was to come earlier does not.  Without effect before the device is realized. */
void serial_start_timeout(Serial *s);
void serial_stop_timeout(Serial *s);

#endif
