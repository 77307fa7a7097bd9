/* SPDX-License-Identifier: MIT */
/* A port of the virtio serial device: moves bytes between its two queues and a character device. */
#include "base/alloc.h"
#include "base/diagnose.h"
#include "hw/char/virtio_serial.h"

enum { CHUNK = 4096 };

/* Has the guest opened it?  A driver that knows one port only never says so. */
static bool is_open(const VirtioSerialPort *port)
{
    return port->serial && (port->guest_open || !virtio_serial_multiport(port->serial));
}

/* ---- input ---- */

/* As much as the first waiting buffer takes.  Buffers without room go back at once: one of them
 * would stop the port for ever. */
static size_t port_can_read(void *opaque)
{
    VirtioSerialPort *port = opaque;
    VirtqElem *e;

    for (unsigned left = VIRTQUEUE_MAX_SIZE; left && is_open(port); left--) {
        uint64_t room;

        e = virtq_pop(port->rx);
        if (!e) {
            return 0;
        }
        room = e->in_len;
        if (room) {
            virtq_unpop(e);
            return MIN(room, (uint64_t)CHUNK);
        }
        virtq_push(e, 0);
        virtq_notify(port->rx);
    }
    return 0;
}

static void port_read(void *opaque, const uint8_t *buf, size_t n)
{
    VirtioSerialPort *port = opaque;
    VirtqElem *e = is_open(port) ? virtq_pop(port->rx) : NULL;

    if (e) {
        virtq_push(e, virtq_write(e, 0, buf, n) ? n : 0);
        virtq_notify(port->rx);
    }
}

void virtio_serial_port_kick_rx(VirtioSerialPort *port)
{
    chr_fe_accept_input(&port->chr);
}

/* ---- output ---- */

/* Write what the back end takes; the rest of @e stays in the queue until it takes more. */
static bool send(VirtioDevice *vdev, VirtqElem *e)
{
    VirtQueue *vq = e->vq;
    VirtioSerialPort *port = virtio_serial_queue_port(vdev, vq);
    uint8_t buf[CHUNK];

    while (port->tx_off < e->out_len) {
        size_t n = MIN(e->out_len - port->tx_off, (uint64_t)sizeof(buf)), taken;

        if (!virtq_read(e, port->tx_off, buf, n)) {
            break; /* bad memory: the rest is lost */
        }
        taken = chr_fe_write(&port->chr, buf, n);
        diagnose_console(buf, taken);
        port->tx_off += taken;
        if (taken < n) {
            virtq_unpop(e);
            return false;
        }
    }
    port->tx_off = 0;
    virtq_push(e, 0);
    virtq_notify(vq);
    return true;
}

void virtio_serial_port_kick_tx(VirtioSerialPort *port)
{
    virtq_drain(port->tx, send);
}

static void port_writable(void *opaque)
{
    VirtioSerialPort *port = opaque;

    if (port->serial) {
        virtio_serial_port_kick_tx(port);
    }
}

/* ---- control ---- */

static void port_event(void *opaque, ChrEvent event)
{
    VirtioSerialPort *port = opaque;

    if (port->serial && (event == CHR_EVENT_OPENED || event == CHR_EVENT_CLOSED)) {
        virtio_serial_event(port->serial, port->nr, PORT_OPEN, event == CHR_EVENT_OPENED, NULL);
    }
}

void virtio_serial_port_ready(VirtioSerialPort *port)
{
    if (port->console) {
        virtio_serial_event(port->serial, port->nr, PORT_CONSOLE, 1, NULL);
    }
    if (port->name) {
        virtio_serial_event(port->serial, port->nr, PORT_NAME, 1, port->name);
    }
    if (port->console || chr_fe_is_open(&port->chr)) {
        virtio_serial_event(port->serial, port->nr, PORT_OPEN, 1, NULL);
    }
}

void virtio_serial_port_reset(VirtioSerialPort *port)
{
    port->guest_open = false;
    port->tx_off = 0;
}

/* ---- life ---- */

static const CharHandlers handlers = {port_can_read, port_read, port_event, port_writable};

static bool port_realize(Device *dev, Error **errp)
{
    VirtioSerialPort *port = (VirtioSerialPort *)dev;
    Chardev *chr = port->chardev ? chardev_find(port->chardev) : NULL;

    if (port->chardev && !chr) {
        return err_set(errp, "there is no character device '%s'", port->chardev);
    }
    if (!virtio_serial_add_port((VirtioSerial *)dev->bus->owner, port, errp)) {
        return false;
    }
    if (!chr_fe_init(&port->chr, chr, &handlers, port, errp)) {
        virtio_serial_remove_port(port->serial, port);
        return false;
    }
    return true;
}

static void port_unrealize(Device *dev)
{
    VirtioSerialPort *port = (VirtioSerialPort *)dev;

    chr_fe_deinit(&port->chr);
    virtio_serial_remove_port(port->serial, port);
}

static void console_init(Device *dev)
{
    ((VirtioSerialPort *)dev)->console = true;
}

DEVICE(VirtioSerialPort, .name = "virtserialport", .summary = "port of a virtio-serial-device",
       .bus = TYPE_VIRTIO_SERIAL_BUS, .category = "input",
       .props = PROPS(PROP_CHR(VirtioSerialPort, chardev, "chardev", "where it leads to"),
                      PROP_STR(VirtioSerialPort, name, "name", "/dev/virtio-ports/NAME"),
                      PROP_U32(VirtioSerialPort, nr, "nr", UINT32_MAX, "its number")),
       .realize = port_realize, .unrealize = port_unrealize,
       .state = STATE(VirtioSerialPort, guest_open, tx_off));

typedef VirtioSerialPort VirtioConsole;

DEVICE(VirtioConsole, .name = "virtconsole", .parent = "virtserialport",
       .summary = "console on a virtio-serial-device", .category = "input", .init = console_init);
