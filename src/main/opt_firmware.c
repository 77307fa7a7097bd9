/* SPDX-License-Identifier: MIT */
/* -fw_cfg, -uuid, -boot: what the firmware is told through the fw_cfg device.
 *
 * Options are taken before there is a board, so they are kept and checked here, and handed over
 * once the device exists. */
#include "base/alloc.h"
#include "hw/core/loader.h"
#include "hw/nvram/fw_cfg.h"
#include "main/config.h"
#include "main/firmware.h"
#include "main/options.h"
#include "qom/property.h"

#include <ctype.h>

enum { UUID_BYTES = 16, FILE_MAX = 64 << 20 };

static bool opt_fw_cfg(const char *arg, Error **errp)
{
    values_add(&config.fw_cfg, arg);
    return true;
}
OPTION_GROUP(fw_cfg, "fw_cfg", "[name=]N,file=F|string=S", OPT_BOOT,
             "a file for the firmware, read through the board's fw_cfg device", opt_fw_cfg,
             "fw_cfg");

/* "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx" to bytes in the order written. */
static bool parse_uuid(const char *text, uint8_t *uuid)
{
    unsigned digits = 0;

    for (const char *p = text; *p; p++) {
        size_t at = p - text;

        if (at == 8 || at == 13 || at == 18 || at == 23) {
            if (*p != '-') {
                return false;
            }
        } else if (!isxdigit((unsigned char)*p) || digits == 2 * UUID_BYTES) {
            return false;
        } else {
            unsigned v = isdigit((unsigned char)*p) ? *p - '0' : (*p | 0x20) - 'a' + 10;

            uuid[digits / 2] = digits % 2 ? uuid[digits / 2] | v : v << 4;
            digits++;
        }
    }
    return digits == 2 * UUID_BYTES;
}

static bool opt_uuid(const char *arg, Error **errp)
{
    if (!parse_uuid(arg, config.uuid)) {
        return err_set(
            errp, "-uuid %s: write 32 hex digits as xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", arg);
    }
    config.has_uuid = true;
    return true;
}
OPTION(uuid, "uuid", "UUID", OPT_BOOT, "what the firmware is told as the machine's own number",
       opt_uuid);

/* These boards run what -bios and -kernel name, whatever the order; as QEMU does, it is taken. */
static bool opt_boot(const char *arg, Error **errp)
{
    KeyVals *kv = keyval_parse("-boot", arg, "order", errp);
    const char *drives[] = {kv ? keyval_get(kv, "order") : NULL,
                            kv ? keyval_get(kv, "once") : NULL};
    bool on, ok = kv != NULL;

    for (size_t i = 0; ok && i < ARRAY_SIZE(drives); i++) {
        size_t n = drives[i] ? strspn(drives[i], "abcdefghijklmnop") : 0;

        if (drives[i] && drives[i][n]) {
            ok = err_set(errp, "-boot %s: there is no drive '%c': letters from a to p are known",
                         arg, drives[i][n]);
        }
    }
    ok = ok && keyval_get_bool(kv, "menu", &on, errp) && keyval_get_bool(kv, "strict", &on, errp) &&
         keyval_check_used(kv, errp);
    keyval_free(kv);
    return ok;
}
OPTION_GROUP(boot, "boot", "[order=]DRIVES,...", OPT_BOOT,
             "taken, but the boards run what -bios and -kernel name", opt_boot, "boot-opts");

/* ---- once the board is there ---- */

static bool find_fw_cfg(Object *child, const char *name, void *opaque)
{
    Object **found = opaque;

    *found = object_dynamic_cast(child, TYPE_FW_CFG_MEM);
    return *found || object_child_foreach(child, find_fw_cfg, found);
}

static bool check_name(const char *name, Error **errp)
{
    if (!name || !*name) {
        return err_set(errp, "give the file a name: name=opt/...");
    }
    if (strncmp(name, "opt/", 4) != 0) {
        warn_report("-fw_cfg %s: names of users' files begin with 'opt/'", name);
    }
    return true;
}

static bool add_file(Device *dev, KeyVals *opts, Error **errp)
{
    const char *name = keyval_get(opts, "name"), *file = keyval_get(opts, "file");
    const char *string = keyval_get(opts, "string");
    uint8_t *data = NULL;
    size_t len = string ? strlen(string) : 0;
    bool ok;

    if (!check_name(name, errp) || !keyval_check_used(opts, errp)) {
        return false;
    }
    if (!file == !string) {
        return err_set(errp, "give it either file=FILE or string=TEXT");
    }
    if (file) {
        data = load_file("file", file, &len, errp);
    }
    ok = !file || data;
    if (ok && len > FILE_MAX) {
        ok = err_set(errp, "%zu bytes are more than %d MiB", len, FILE_MAX >> 20);
    }
    ok = ok && fw_cfg_add_file(dev, name, data ? data : (const uint8_t *)string, len, errp);
    free(data);
    return ok;
}

bool firmware_options_apply(Error **errp)
{
    Object *dev = NULL;
    bool ok = true;

    if (!config.fw_cfg.count && !config.has_uuid) {
        return true;
    }
    object_child_foreach(container_get("/machine"), find_fw_cfg, &dev);
    if (!dev && config.fw_cfg.count) {
        return err_set(errp, "-fw_cfg %s: this board has no fw_cfg device", config.fw_cfg.v[0]);
    }
    if (dev && config.has_uuid) {
        fw_cfg_add_bytes((Device *)dev, FW_CFG_UUID, config.uuid, UUID_BYTES);
    }
    for (size_t i = 0; ok && i < config.fw_cfg.count; i++) {
        KeyVals *kv = keyval_parse("-fw_cfg", config.fw_cfg.v[i], "name", errp);

        ok = kv && add_file((Device *)dev, kv, errp);
        if (kv && !ok) {
            keyval_blame(kv, errp);
        }
        keyval_free(kv);
    }
    return ok;
}
