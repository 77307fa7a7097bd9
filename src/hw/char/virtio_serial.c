/* SPDX-License-Identifier: MIT */
/* Virtio console device: up to 31 ports, and a control channel that names and opens them.
 *
 *     queue 0, 1      port 0: input, output
 *     queue 2, 3      control: to the driver, from the driver
 *     queue 4, 5 ...  port 1 and on
 *
 * A control message is { port 32, event 16, value 16 }, for PORT_NAME with the name behind it.
 * Virtio 1.1, section 5.3. */
#include "hw/char/virtio_serial.h"
#include "base/alloc.h"
#include "base/log.h"
#include "qom/module.h"

enum { F_MULTIPORT = 1, F_EMERG_WRITE = 2 };

enum {
    QUEUE_SIZE = 128,
    CONFIG_SIZE = 12,
    CONFIG_MAX_PORTS = 4,
    CONFIG_EMERG_WRITE = 8,
    MESSAGE_SIZE = 8,
    MESSAGES_MAX = 256, /* kept for a driver that offers no room; a hostile one loses the rest */
    NAME_MAX_LEN = 63,
};

/* A message that waits for room in the control queue. */
typedef struct Message {
    uint8_t data[MESSAGE_SIZE + NAME_MAX_LEN];
    uint8_t len;
} Message;

struct VirtioSerial {
    union {
        Device dev;
        VirtioDevice vdev;
    };
    Bus bus;
    uint32_t max_ports;
    bool emergency_write;
    VirtioSerialPort *port[VIRTIO_SERIAL_PORTS_MAX];
    VirtQueue *control_rx;
    Message message[MESSAGES_MAX];
    unsigned messages;
};

bool virtio_serial_multiport(const VirtioSerial *s)
{
    return virtio_has_feature(&s->vdev, F_MULTIPORT);
}

/* ---- control ---- */

static void flush_messages(VirtioSerial *s)
{
    unsigned sent = 0;
    VirtqElem *e;

    while (sent < s->messages && (e = virtq_pop(s->control_rx))) {
        const Message *m = &s->message[sent++];
        size_t n = MIN(e->in_len, (uint64_t)m->len);

        virtq_push(e, virtq_write(e, 0, m->data, n) ? n : 0);
    }
    if (sent) {
        s->messages -= sent;
        memmove(s->message, s->message + sent, s->messages * sizeof(s->message[0]));
        virtq_notify(s->control_rx);
    }
}

void virtio_serial_event(VirtioSerial *s, uint32_t nr, uint16_t event, uint16_t value,
                         const char *name)
{
    Message *m = &s->message[s->messages];

    if (!virtio_is_live(&s->vdev) || !virtio_serial_multiport(s) || s->messages == MESSAGES_MAX) {
        return;
    }
    memcpy(m->data, &nr, 4);
    memcpy(m->data + 4, &event, 2);
    memcpy(m->data + 6, &value, 2);
    m->len = MESSAGE_SIZE;
    if (name) {
        size_t n = MIN(strlen(name), (size_t)NAME_MAX_LEN);

        memcpy(m->data + MESSAGE_SIZE, name, n);
        m->len += n;
    }
    s->messages++;
    flush_messages(s);
}

static void control_rx_handler(VirtioDevice *vdev, VirtQueue *vq)
{
    flush_messages((VirtioSerial *)vdev);
}

static void handle_message(VirtioSerial *s, uint32_t nr, uint16_t event, uint16_t value)
{
    VirtioSerialPort *port = nr < s->max_ports ? s->port[nr] : NULL;

    if (event == PORT_DEVICE_READY) {
        for (uint32_t i = 0; value && i < s->max_ports; i++) {
            if (s->port[i]) {
                virtio_serial_event(s, i, PORT_ADD, 1, NULL);
            }
        }
    } else if (!port) {
        log_guest(device_name(&s->dev), "control event %u for port %u, which does not exist", event,
                  nr);
    } else if (event == PORT_READY) {
        if (value) {
            virtio_serial_port_ready(port);
        }
    } else if (event == PORT_OPEN) {
        port->guest_open = value;
        virtio_serial_port_kick_rx(port);
    }
}

static bool control_tx(VirtioDevice *vdev, VirtqElem *e)
{
    uint8_t m[MESSAGE_SIZE];
    VirtQueue *vq = e->vq;
    uint32_t nr;
    uint16_t event, value;

    if (virtq_read(e, 0, m, sizeof(m))) {
        memcpy(&nr, m, 4);
        memcpy(&event, m + 4, 2);
        memcpy(&value, m + 6, 2);
        handle_message((VirtioSerial *)vdev, nr, event, value);
    }
    virtq_push(e, 0);
    virtq_notify(vq);
    return true;
}

static void control_tx_handler(VirtioDevice *vdev, VirtQueue *vq)
{
    virtq_drain(vq, control_tx);
}

/* ---- ports ---- */

static VirtQueue *port_queue(VirtioSerial *s, uint32_t nr)
{
    return &s->vdev.vq[nr ? 2 + 2 * nr : 0];
}

VirtioSerialPort *virtio_serial_queue_port(VirtioDevice *vdev, const VirtQueue *vq)
{
    return ((VirtioSerial *)vdev)->port[vq->index < 2 ? 0 : vq->index / 2 - 1];
}

static void rx_handler(VirtioDevice *vdev, VirtQueue *vq)
{
    VirtioSerialPort *port = virtio_serial_queue_port(vdev, vq);

    if (port) {
        virtio_serial_port_kick_rx(port);
    }
}

static bool discard_output(VirtioDevice *vdev, VirtqElem *e)
{
    VirtQueue *vq = e->vq;

    virtq_push(e, 0);
    virtq_notify(vq);
    return true;
}

static void tx_handler(VirtioDevice *vdev, VirtQueue *vq)
{
    VirtioSerialPort *port = virtio_serial_queue_port(vdev, vq);

    if (port) {
        virtio_serial_port_kick_tx(port);
    } else {
        virtq_drain(vq, discard_output);
    }
}

/* The guest finds ports by their names. */
static bool check_name(const VirtioSerial *s, const VirtioSerialPort *port, Error **errp)
{
    for (uint32_t i = 0; port->name && i < s->max_ports; i++) {
        if (s->port[i] && s->port[i]->name && strcmp(s->port[i]->name, port->name) == 0) {
            return err_set(errp, "port number %u has the name '%s' already", i, port->name);
        }
    }
    return true;
}

/* Port 0 is for a console: a driver without MULTIPORT looks for it there. */
static bool choose_number(VirtioSerial *s, VirtioSerialPort *port, Error **errp)
{
    uint32_t nr = port->console ? 0 : 1;

    if (port->nr == 0 && !port->console) {
        return err_set(errp, "port number 0 is for a virtconsole");
    }
    if (port->nr != UINT32_MAX) {
        if (port->nr >= s->max_ports) {
            return err_set(errp, "port number %u is not below max_ports=%u", port->nr,
                           s->max_ports);
        }
        return !s->port[port->nr] || err_set(errp, "port number %u is taken", port->nr);
    }
    while (nr < s->max_ports && s->port[nr]) {
        nr++;
    }
    if (nr >= s->max_ports) {
        return err_set(errp, "all %u ports are taken; give the device a larger max_ports",
                       s->max_ports);
    }
    port->nr = nr;
    return true;
}

bool virtio_serial_add_port(VirtioSerial *s, VirtioSerialPort *port, Error **errp)
{
    if (!check_name(s, port, errp) || !choose_number(s, port, errp)) {
        return false;
    }
    s->port[port->nr] = port;
    port->serial = s;
    port->rx = port_queue(s, port->nr);
    port->tx = port->rx + 1;
    virtio_serial_event(s, port->nr, PORT_ADD, 1, NULL);
    return true;
}

void virtio_serial_remove_port(VirtioSerial *s, VirtioSerialPort *port)
{
    virtio_serial_event(s, port->nr, PORT_REMOVE, 1, NULL);
    s->port[port->nr] = NULL;
    port->serial = NULL;
    port->rx = port->tx = NULL;
}

/* ---- the device ---- */

static uint64_t serial_get_features(VirtioDevice *vdev, uint64_t common)
{
    VirtioSerial *s = (VirtioSerial *)vdev;

    return common | (s->max_ports > 1 ? BIT(F_MULTIPORT) : 0) |
           (s->emergency_write ? BIT(F_EMERG_WRITE) : 0);
}

static void serial_get_config(VirtioDevice *vdev, uint8_t *config)
{
    memcpy(config + CONFIG_MAX_PORTS, &((VirtioSerial *)vdev)->max_ports, 4);
}

/* A character that a crashing guest gets out with a single store, without queues. */
static void serial_set_config(VirtioDevice *vdev, const uint8_t *config)
{
    VirtioSerial *s = (VirtioSerial *)vdev;

    if (s->emergency_write && config[CONFIG_EMERG_WRITE] && s->port[0]) {
        chr_fe_write(&s->port[0]->chr, config + CONFIG_EMERG_WRITE, 1);
    }
}

static void serial_vreset(VirtioDevice *vdev)
{
    VirtioSerial *s = (VirtioSerial *)vdev;

    s->messages = 0;
    for (int i = 0; i < VIRTIO_SERIAL_PORTS_MAX; i++) {
        if (s->port[i]) {
            virtio_serial_port_reset(s->port[i]);
        }
    }
}

static void serial_init(Device *dev)
{
    VirtioSerial *s = (VirtioSerial *)dev;

    bus_init(&s->bus, sizeof(s->bus), TYPE_VIRTIO_SERIAL_BUS, dev, NULL);
    s->bus.hotplug = true;
}

static bool serial_realize(Device *dev, Error **errp)
{
    VirtioSerial *s = (VirtioSerial *)dev;

    if (s->max_ports == 0 || s->max_ports > VIRTIO_SERIAL_PORTS_MAX) {
        return err_set(errp, "max_ports must be 1 to %d, not %u", VIRTIO_SERIAL_PORTS_MAX,
                       s->max_ports);
    }
    s->bus.max_children = s->max_ports;
    virtio_add_queue(&s->vdev, QUEUE_SIZE, rx_handler);
    virtio_add_queue(&s->vdev, QUEUE_SIZE, tx_handler);
    s->control_rx = virtio_add_queue(&s->vdev, 32, control_rx_handler);
    virtio_add_queue(&s->vdev, 32, control_tx_handler);
    for (uint32_t i = 1; i < s->max_ports; i++) {
        virtio_add_queue(&s->vdev, QUEUE_SIZE, rx_handler);
        virtio_add_queue(&s->vdev, QUEUE_SIZE, tx_handler);
    }
    return true;
}

static void serial_finalize(Device *dev)
{
    bus_fini(&((VirtioSerial *)dev)->bus);
}

static const VirtioOps serial_ops = {
    .device_id = VIRTIO_ID_CONSOLE,
    .config_size = CONFIG_SIZE,
    .get_features = serial_get_features,
    .get_config = serial_get_config,
    .set_config = serial_set_config,
    .reset = serial_vreset,
};

DEVICE(VirtioSerial, .name = "virtio-serial-device", .parent = TYPE_VIRTIO_DEVICE,
       .category = "input", .summary = "serial ports and consoles", .ops = &serial_ops,
       .props = PROPS(PROP_U32(VirtioSerial, max_ports, "max_ports", VIRTIO_SERIAL_PORTS_MAX,
                               "how many ports may plug in"),
                      PROP_BOOL(VirtioSerial, emergency_write, "emergency-write", true,
                                "offer output without queues")),
       .init = serial_init, .realize = serial_realize, .finalize = serial_finalize);

static const TypeInfo serial_bus_type = {.name = TYPE_VIRTIO_SERIAL_BUS, .parent = TYPE_BUS};

static void register_serial_bus(void)
{
    type_register_static(&serial_bus_type);
}
type_init(register_serial_bus);
