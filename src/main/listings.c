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

static void print_device(FILE *out, const LinkRow *r)
{
    const DeviceInfo *d = r->row;

    listing_line(out, r, d->name, d->summary);
}

static void list_devices(FILE *out)
{
    LISTING_FOREACH(out, devices, print_device);
}
LISTING(devices, "devices of boards and of -device", list_devices);

static void print_board(FILE *out, const LinkRow *r)
{
    const Board *b = r->row;

    listing_line(out, r, b->name, b->summary);
}

static void list_boards(FILE *out)
{
    LISTING_FOREACH(out, boards, print_board);
}
LISTING(boards, "boards", list_boards);

static void print_option(FILE *out, const LinkRow *r)
{
    const Option *o = r->row;

    listing_line(out, r, o->name, o->help);
}

static void list_options(FILE *out)
{
    LISTING_FOREACH(out, options, print_option);
}
LISTING(options, "options of the command line", list_options);

static void print_log_item(FILE *out, const LinkRow *r)
{
    const LogItem *i = r->row;

    listing_line(out, r, i->name, i->help);
}

static void list_logs(FILE *out)
{
    LISTING_FOREACH(out, log_items, print_log_item);
}
LISTING(logs, "items of -d", list_logs);

static void print_accel(FILE *out, const LinkRow *r)
{
    const Accel *a = r->row;

    listing_line(out, r, a->name, a->summary);
}

static void list_accels(FILE *out)
{
    LISTING_FOREACH(out, accels, print_accel);
}
LISTING(accels, "accelerators", list_accels);

static void print_feature(FILE *out, const LinkRow *r)
{
    const Feature *f = r->row;

    listing_line(out, r, f->name, f->what);
}

static void list_features(FILE *out)
{
    LISTING_FOREACH(out, features, print_feature);
}
LISTING(features, "optional parts of this build", list_features);

/* Operations of the IR are a table of macros (tcg/ops.h), here with their meaning as text. */
typedef struct OpText {
    const char *name, *meaning;
} OpText;

static void list_ops(FILE *out)
{
#define OP1(name, f)      {&(OpText){#name, "d = " #f}, __FILE__, __LINE__},
#define OP2               OP1
#define OP3               OP1
#define FP1(name, f, g)   {&(OpText){#name, "d = " #f}, __FILE__, __LINE__},
#define FP2               FP1
#define FP3               FP1
#define OPX(name, ops, f) {&(OpText){#name, "operands: " ops}, __FILE__, __LINE__},
    const LinkRow rows[] = {
#include "tcg/ops.h"
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        const OpText *op = rows[i].row;

        listing_line(out, &rows[i], op->name, op->meaning);
    }
}
LISTING(ops, "operations of the IR and their meaning", list_ops);
