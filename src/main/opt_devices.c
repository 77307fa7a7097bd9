/* SPDX-License-Identifier: MIT */
/* Options that add devices, and the host's side of them. */
#include "backend/block/block.h"
#include "backend/char/char.h"
#include "base/alloc.h"
#include "base/str.h"
#include "main/config.h"
#include "main/options.h"
#include "qom/device.h"

static bool opt_device(const char *arg, Error **errp)
{
    values_add(&config.devices, arg);
    return true;
}
OPTION_GROUP(device, "device", "TYPE[,PROP=V...]", OPT_DEVICES,
             "add a device ('-device help' lists them, '-device TYPE,help' what can be set)",
             opt_device, "device");

static bool opt_drive(const char *arg, Error **errp)
{
    if (asks_for_help(arg) || strstr(arg, "format=help") || strstr(arg, "driver=help")) {
        blk_help(stdout);
        exit(0);
    }
    values_add(&config.drives, arg);
    return true;
}
OPTION_GROUP(drive, "drive", "file=F[,PROP=V...]", OPT_DEVICES,
             "a disk image; with if=none,id=N a -device TYPE,drive=N uses it", opt_drive, "drive");

/* A -drive with @properties and the file @path, whose commas are its own. */
static bool add_image(const char *properties, const char *path)
{
    Str text = {0};

    str_printf(&text, "%s,file=", properties);
    keyval_append_value(&text, path);
    values_add(&config.drives, str_get(&text));
    str_free(&text);
    return true;
}

static bool opt_pflash(const char *arg, Error **errp)
{
    return add_image("if=pflash", arg);
}
OPTION(pflash, "pflash", "FILE", OPT_DEVICES, "an image of the board's flash memory", opt_pflash);

/* The disks of old, by the letter that they have on a PC; the board decides what they are. */
#define DISK(name, properties, help)                                                               \
    static bool opt_##name(const char *arg, Error **errp)                                          \
    {                                                                                              \
        return add_image(properties, arg);                                                         \
    }                                                                                              \
    OPTION(name, #name, "FILE", OPT_DEVICES, help, opt_##name)

DISK(hda, "index=0,media=disk", "an image of the first disk");
DISK(hdb, "index=1,media=disk", "of the second");
DISK(hdc, "index=2,media=disk", "of the third");
DISK(hdd, "index=3,media=disk", "of the fourth");
DISK(cdrom, "index=2,media=cdrom", "an image that can only be read");

static bool opt_snapshot(const char *arg, Error **errp)
{
    config.snapshot = true;
    return true;
}
OPTION(snapshot, "snapshot", NULL, OPT_DEVICES, "writes to disk images are lost at the end",
       opt_snapshot);

static bool opt_global(const char *arg, Error **errp)
{
    KeyVals *kv;
    const char *driver, *prop, *value;
    bool ok;

    if (!str_starts(arg, "driver=")) {
        return device_parse_global(arg, errp);
    }
    kv = keyval_parse("-global", arg, NULL, errp);
    if (!kv) {
        return false;
    }
    driver = keyval_get(kv, "driver");
    prop = keyval_get(kv, "property");
    value = keyval_get(kv, "value");
    ok =
        (prop && value) || err_set(errp, "-global %s: it needs driver=, property= and value=", arg);
    if (ok) {
        device_add_global(driver, prop, value);
    }
    keyval_free(kv);
    return ok;
}
OPTION_GROUP(global, "global", "TYPE.PROP=V", OPT_DEVICES,
             "set a property of all devices of a type", opt_global, "global");

static bool opt_object(const char *arg, Error **errp)
{
    values_add(&config.objects, arg);
    return true;
}
OPTION_GROUP(object, "object", "TYPE,id=N[,...]", OPT_DEVICES,
             "make an object ('-object help' lists them)", opt_object, "object");

static bool opt_chardev(const char *arg, Error **errp)
{
    if (asks_for_help(arg)) {
        chardev_help(stdout);
        exit(0);
    }
    values_add(&config.chardevs, arg);
    return true;
}
OPTION_GROUP(chardev, "chardev", "BACKEND,id=N[,...]", OPT_DEVICES,
             "a terminal, file, socket... ('-chardev help')", opt_chardev, "chardev");

static bool opt_serial(const char *arg, Error **errp)
{
    values_add(&config.serials, arg);
    return true;
}
OPTION(serial, "serial", "DEV", OPT_DEVICES,
       "the next serial port: mon:stdio, stdio, file:F, pty, null, chardev:N, none", opt_serial);

static bool opt_nographic(const char *arg, Error **errp)
{
    config.nographic = true;
    return true;
}
OPTION(nographic, "nographic", NULL, OPT_DEVICES,
       "no window: the first serial port is this terminal", opt_nographic);

static bool opt_display(const char *arg, Error **errp)
{
    if (strcmp(arg, "help") == 0) {
        printf("Available display backend types:\nnone\n");
        exit(0);
    }
    if (strcmp(arg, "none") != 0) {
        return err_set(errp, "-display %s: there are no windows yet: only -display none", arg);
    }
    config.no_display = true;
    return true;
}
OPTION(display, "display", "none", OPT_DEVICES, "no window", opt_display);

static bool opt_none_only(const char *option, const char *what, const char *arg, Error **errp)
{
    return strcmp(arg, "none") == 0 ||
           err_set(errp, "-%s %s: there is no %s yet: only -%s none", option, arg, what, option);
}

static bool opt_vga(const char *arg, Error **errp)
{
    return opt_none_only("vga", "display", arg, errp);
}
OPTION(vga, "vga", "none", OPT_DEVICES, "no display adapter", opt_vga);

static bool opt_net(const char *arg, Error **errp)
{
    return opt_none_only("net", "network", arg, errp);
}
OPTION(net, "net", "none", OPT_DEVICES, "no network", opt_net);

static bool opt_nic(const char *arg, Error **errp)
{
    return opt_none_only("nic", "network", arg, errp);
}
OPTION(nic, "nic", "none", OPT_DEVICES, "no network", opt_nic);

static bool opt_parallel(const char *arg, Error **errp)
{
    return opt_none_only("parallel", "parallel port", arg, errp);
}
OPTION(parallel, "parallel", "none", OPT_DEVICES, "no parallel port", opt_parallel);

static bool opt_nodefaults(const char *arg, Error **errp)
{
    config.nodefaults = true;
    return true;
}
OPTION(nodefaults, "nodefaults", NULL, OPT_DEVICES, "only what the command line names is connected",
       opt_nodefaults);

static bool opt_echr(const char *arg, Error **errp)
{
    uint64_t c;

    if (!parse_u64(arg, &c, errp)) {
        err_prepend(errp, "-echr: ");
        return false;
    }
    if (c > 255) {
        return err_set(errp, "-echr %s: a character's code is needed; 0x01 is Ctrl-A", arg);
    }
    chr_mux_set_escape(c);
    return true;
}
OPTION(echr, "echr", "CODE", OPT_DEVICES, "the escape character instead of Ctrl-A", opt_echr);
