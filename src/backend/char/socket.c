/* SPDX-License-Identifier: MIT */
/* -chardev socket: a unix socket (path=) or a TCP connection (host=,port=), as client or as server.
 * A server talks to one client at a time; when that one leaves, the next is let in.  With telnet=on
 * the client is a telnet. */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include "backend/char/fd_channel.h"
#include "backend/char/telnet.h"
#include "base/alloc.h"
#include "loop/main_loop.h"
#include "loop/runstate.h"

typedef struct SocketChardev {
    Chardev chr;
    char *path; /* unix; NULL: TCP */
    char *host, *port; /* TCP */
    int listener; /* -1: we are a client */
    int fd; /* of the connection, or -1 */
    FdChannel channel;
    bool telnet;
    Telnet input;
    bool owes_iac; /* the first half of a data byte 255 is sent */
} SocketChardev;

static void socket_accept(void *opaque);

/* ---- addresses ---- */

/* Sets up @fd by @how, which is bind or connect. */
typedef int SocketSetup(int fd, const struct sockaddr *addr, socklen_t len);

/* Remove the socket that a run left behind which was killed, and nothing else. */
static bool make_way(const char *path, Error **errp)
{
    struct stat st;

    if (lstat(path, &st) == 0 && !S_ISSOCK(st.st_mode)) {
        return err_set(errp, "%s is a file already: a unix socket needs a name of its own", path);
    }
    unlink(path);
    return true;
}

static int unix_socket(SocketChardev *s, SocketSetup *how, Error **errp)
{
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    int fd;

    if (strlen(s->path) >= sizeof(addr.sun_path)) {
        err_set(errp, "the path %s is longer than the %zu bytes of a unix socket's name", s->path,
                sizeof(addr.sun_path) - 1);
        return -1;
    }
    strcpy(addr.sun_path, s->path);
    if (how == bind && !make_way(s->path, errp)) {
        return -1;
    }
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || how(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0) {
        err_set(errp, "unix socket %s: %s", s->path, strerror(errno));
        if (fd >= 0) {
            close(fd);
        }
        return -1;
    }
    return fd;
}

static int tcp_socket(SocketChardev *s, SocketSetup *how, Error **errp)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list;
    const char *host = s->host && s->host[0] ? s->host : NULL;
    const int one = 1;
    int fd = -1, why = 0, ret;

    if (strtoul(s->port, NULL, 10) > UINT16_MAX) { /* getaddrinfo would cut it */
        err_set(errp, "there is no port %s: they go from 1 to %d", s->port, UINT16_MAX);
        return -1;
    }
    hints.ai_flags = how == bind ? AI_PASSIVE : 0;
    ret = getaddrinfo(host, s->port, &hints, &list);
    if (ret) {
        err_set(errp, "address %s:%s: %s", s->host ?: "", s->port, gai_strerror(ret));
        return -1;
    }
    for (struct addrinfo *a = list; a && fd < 0; a = a->ai_next) {
        fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, a->ai_protocol);
        if (fd < 0) {
            why = errno;
            continue;
        }
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
        if (how(fd, a->ai_addr, a->ai_addrlen) < 0) {
            why = errno;
            close(fd);
            fd = -1;
        }
    }
    freeaddrinfo(list);
    if (fd < 0) {
        err_set(errp, "TCP socket %s:%s: %s", s->host ?: "", s->port, strerror(why));
    }
    return fd;
}

static int make_socket(SocketChardev *s, SocketSetup *how, Error **errp)
{
    return s->path ? unix_socket(s, how, errp) : tcp_socket(s, how, errp);
}

/* ---- the connection ---- */

static void socket_disconnected(Chardev *chr)
{
    SocketChardev *s = container_of(chr, SocketChardev, chr);

    fd_channel_close(&s->channel);
    close(s->fd);
    s->fd = -1;
    if (s->listener >= 0) {
        set_fd_handler(s->listener, socket_accept, NULL, s);
    }
    chr_be_event(chr, CHR_EVENT_CLOSED);
    chr_be_writable(chr); /* what did not fit is dropped from now on */
}

static size_t filter_telnet(Chardev *chr, uint8_t *buf, size_t n)
{
    SocketChardev *s = container_of(chr, SocketChardev, chr);

    n = telnet_receive(&s->input, buf, n);
    if (s->input.got_break) {
        s->input.got_break = false;
        chr_be_event(chr, CHR_EVENT_BREAK);
    }
    return n;
}

static void telnet_connected(SocketChardev *s)
{
    s->input = (Telnet){.state = TELNET_DATA};
    s->owes_iac = false;
    s->channel.filter = filter_telnet;
    if (s->listener >= 0) {
        fd_channel_write(&s->channel, telnet_greeting, sizeof(telnet_greeting));
    }
}

static void socket_connected(SocketChardev *s, int fd)
{
    const int one = 1;

    s->fd = fd;
    if (!s->path) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)); /* keys, one by one */
    }
    fcntl(fd, F_SETFL, O_NONBLOCK);
    s->chr.is_open = true;
    fd_channel_open(&s->channel, &s->chr, fd, fd, false, socket_disconnected);
    if (s->telnet) {
        telnet_connected(s);
    }
    chr_be_event(&s->chr, CHR_EVENT_OPENED);
}

static void socket_accept(void *opaque)
{
    SocketChardev *s = opaque;
    int fd = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC);

    if (fd >= 0) {
        set_fd_handler(s->listener, NULL, NULL, NULL); /* the next one has to wait */
        socket_connected(s, fd);
    }
}

/* ---- options ---- */

/* "HOST:PORT" of the short syntax; "[::1]:80" too. */
static bool split_address(SocketChardev *s, const char *text, Error **errp)
{
    const char *colon = strrchr(text, ':');

    if (!colon) {
        return err_set(errp, "'%s' is not HOST:PORT", text);
    }
    s->port = xstrdup(colon + 1);
    if (text[0] == '[' && colon > text && colon[-1] == ']') {
        s->host = xasprintf("%.*s", (int)(colon - text - 2), text + 1);
    } else {
        s->host = xasprintf("%.*s", (int)(colon - text), text);
    }
    return true;
}

static bool parse_address(SocketChardev *s, KeyVals *opts, Error **errp)
{
    const char *path = keyval_get(opts, "path"), *addr = keyval_get(opts, "addr");
    const char *host = keyval_get(opts, "host"), *port = keyval_get(opts, "port");

    if (path) {
        s->path = xstrdup(path);
        return true;
    }
    if (addr) {
        return split_address(s, addr, errp);
    }
    if (!port) {
        return err_set(errp, "say where: path=SOCKET, or host=HOST,port=PORT");
    }
    s->host = xstrdup(host);
    s->port = xstrdup(port);
    return true;
}

static bool listen_for_client(SocketChardev *s, bool wait, Error **errp)
{
    int fd = make_socket(s, bind, errp);

    if (fd < 0) {
        return false;
    }
    if (listen(fd, 1) < 0) {
        err_set(errp, "cannot listen on %s: %s", s->chr.description, strerror(errno));
        close(fd);
        return false;
    }
    s->listener = fd;
    set_fd_handler(fd, socket_accept, NULL, s);
    if (wait) {
        fprintf(stderr, "teemu: waiting for a connection on %s (wait=off does not)\n",
                s->chr.description);
        while (!s->chr.is_open && !system_shutdown_requested()) {
            aio_poll(iohandler_get_context(), true);
        }
    }
    return true;
}

static void socket_free(SocketChardev *s)
{
    free(s->path);
    free(s->host);
    free(s->port);
}

static bool socket_open(Chardev *chr, KeyVals *opts, Error **errp)
{
    SocketChardev *s = container_of(chr, SocketChardev, chr);
    bool server = false, wait = true, nowait = false, nodelay;
    int fd;

    s->listener = s->fd = -1;
    s->channel.in = s->channel.out = -1;
    if (!keyval_get_bool(opts, "server", &server, errp) ||
        !keyval_get_bool(opts, "wait", &wait, errp) ||
        !keyval_get_bool(opts, "nowait", &nowait, errp) ||
        !keyval_get_bool(opts, "telnet", &s->telnet, errp) ||
        !keyval_get_bool(opts, "nodelay", &nodelay, errp) || !parse_address(s, opts, errp)) {
        socket_free(s);
        return false;
    }
    chr->description = s->path ? xasprintf("unix:%s%s", s->path, server ? ",server=on" : "")
                               : xasprintf("%s:%s:%s%s", s->telnet ? "telnet" : "tcp",
                                           s->host ?: "", s->port, server ? ",server=on" : "");
    if (server) {
        if (listen_for_client(s, wait && !nowait, errp)) {
            return true;
        }
    } else if ((fd = make_socket(s, connect, errp)) >= 0) {
        socket_connected(s, fd);
        return true;
    }
    socket_free(s);
    return false;
}

/* A byte 255 counts as written when both of its halves are. */
static size_t write_telnet(SocketChardev *s, const uint8_t *buf, size_t n)
{
    const uint8_t iac = TELNET_IAC;
    size_t done = 0;

    while (done < n) {
        const uint8_t *stop = memchr(buf + done, TELNET_IAC, n - done);
        size_t run = stop ? (size_t)(stop - (buf + done)) : n - done;
        size_t sent = run ? fd_channel_write(&s->channel, buf + done, run)
                          : fd_channel_write(&s->channel, &iac, 1);

        if (run) {
            done += sent;
        } else if (sent) {
            done += s->owes_iac;
            s->owes_iac = !s->owes_iac;
        }
        if (sent < MAX(run, (size_t)1)) {
            break;
        }
    }
    return done;
}

static size_t socket_write(Chardev *chr, const uint8_t *buf, size_t n)
{
    SocketChardev *s = container_of(chr, SocketChardev, chr);

    return s->telnet ? write_telnet(s, buf, n) : fd_channel_write(&s->channel, buf, n);
}

static void socket_accept_input(Chardev *chr)
{
    fd_channel_update(&container_of(chr, SocketChardev, chr)->channel);
}

static void socket_close(Chardev *chr)
{
    SocketChardev *s = container_of(chr, SocketChardev, chr);

    if (s->fd >= 0) {
        fd_channel_close(&s->channel);
        close(s->fd);
    }
    if (s->listener >= 0) {
        set_fd_handler(s->listener, NULL, NULL, NULL);
        close(s->listener);
        if (s->path) {
            unlink(s->path);
        }
    }
    socket_free(s);
}

CHARDEV(socket, .name = "socket", .size = sizeof(SocketChardev),
        .help = "path=SOCKET or host=HOST,port=PORT; [server=on[,wait=off]][,telnet=on]: a link",
        .legacy = {{"unix", "path"}, {"tcp", "addr"}, {"telnet", "addr", .on = "telnet"}},
        .open = socket_open, .write = socket_write, .accept_input = socket_accept_input,
        .close = socket_close);
