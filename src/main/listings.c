/* SPDX-License-Identifier: MIT */
/* -list: tables whose own files lie above base/listing.h's users, or belong to start-up. */
#include "accel/accel.h"
#include "base/feature.h"
#include "base/listing.h"
#include "base/log.h"
#include "hw/core/board.h"
#include "main/options.h"
#include "qom/device.h"

LINKSET_DECLARE(devices);
LINKSET_DECLARE(boards);
LINKSET_DECLARE(options);
LINKSET_DECLARE(log_items);
LINKSET_DECLARE(accels);
LINKSET_DECLARE(features);

static void list_devices(FILE *out)
{
    LINKSET_FOREACH(r, devices) {
        const DeviceInfo *d = r->row;

        listing_line(out, r, d->name, d->summary);
    }
}
LISTING(devices, "devices of boards and of -device", list_devices);

static void list_boards(FILE *out)
{
    LINKSET_FOREACH(r, boards) {
        const Board *b = r->row;

        listing_line(out, r, b->name, b->summary);
    }
}
LISTING(boards, "boards", list_boards);

static void list_options(FILE *out)
{
    LINKSET_FOREACH(r, options) {
        const Option *o = r->row;

        listing_line(out, r, o->name, o->help);
    }
}
LISTING(options, "options of the command line", list_options);

static void list_logs(FILE *out)
{
    LINKSET_FOREACH(r, log_items) {
        const LogItem *i = r->row;

        listing_line(out, r, i->name, i->help);
    }
}
LISTING(logs, "items of -d", list_logs);

static void list_accels(FILE *out)
{
    LINKSET_FOREACH(r, accels) {
        const Accel *a = r->row;

        listing_line(out, r, a->name, a->summary);
    }
}
LISTING(accels, "accelerators", list_accels);

static void list_features(FILE *out)
{
    LINKSET_FOREACH(r, features) {
        const Feature *f = r->row;

        listing_line(out, r, f->name, f->what);
    }
}
LISTING(features, "optional parts of this build", list_features);
