/* SPDX-License-Identifier: MIT */
/* Between the virtio serial device and the ports that plug into it. */
#ifndef HW_CHAR_VIRTIO_SERIAL_H
#define HW_CHAR_VIRTIO_SERIAL_H

#include "backend/char/char.h"
#include "hw/virtio/virtio.h"

#define TYPE_VIRTIO_SERIAL_BUS "virtio-serial-bus"

enum { VIRTIO_SERIAL_PORTS_MAX = 31 };

/* Control events, virtio 1.1 section 5.3.6.2. */
enum {
    PORT_DEVICE_READY = 0,
    PORT_ADD = 1,
    PORT_REMOVE = 2,
    PORT_READY = 3,
    PORT_CONSOLE = 4,
    PORT_RESIZE = 5,
    PORT_OPEN = 6,
    PORT_NAME = 7,
};

typedef struct VirtioSerial VirtioSerial;

/* A port: row "virtserialport", and with console set "virtconsole". */
typedef struct VirtioSerialPort {
    Device dev;
    VirtioSerial *serial; /* while plugged */
    VirtQueue *rx, *tx;
    CharFrontend chr;
    char *chardev, *name;
    uint32_t nr; /* UINT32_MAX: to be chosen */
    bool console;
    bool guest_open; /* a program in the guest has it open */
    uint64_t tx_off; /* bytes of the next element that are out already */
} VirtioSerialPort;

/* Give @port a number and its queues, and take it from them.  False: no number is free. */
bool virtio_serial_add_port(VirtioSerial *s, VirtioSerialPort *port, Error **errp);
void virtio_serial_remove_port(VirtioSerial *s, VirtioSerialPort *port);

/* The port that @vq belongs to, or NULL. */
VirtioSerialPort *virtio_serial_queue_port(VirtioDevice *vdev, const VirtQueue *vq);

/* Tell the guest; @name goes with PORT_NAME only. */
void virtio_serial_event(VirtioSerial *s, uint32_t nr, uint16_t event, uint16_t value,
                         const char *name);

/* Does the driver know of more than one port?  Otherwise ports are open by nature. */
bool virtio_serial_multiport(const VirtioSerial *s);

/* What the device asks of a port. */
void virtio_serial_port_kick_rx(VirtioSerialPort *port); /* there is room for input */
void virtio_serial_port_kick_tx(VirtioSerialPort *port); /* there is output */
void virtio_serial_port_ready(VirtioSerialPort *port);   /* the driver has set it up */
void virtio_serial_port_reset(VirtioSerialPort *port);

#endif
