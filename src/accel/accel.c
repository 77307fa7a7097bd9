/* SPDX-License-Identifier: MIT */
#include "accel/accel.h"
#include "base/alloc.h"
#include "base/phase.h"
#include "base/str.h"

LINKSET_DECLARE(accels);

static const Accel *current;

const Accel *current_accel(void)
{
    return current;
}

void accel_help(FILE *out)
{
    fprintf(out, "Accelerators supported in this binary:\n");
    LINKSET_FOREACH(r, accels) {
        const Accel *a = r->row;

        fprintf(out, "%-8s %s\n", a->name, a->summary);
    }
}

static const Accel *find(const char *name, Error **errp)
{
    Nearest near;

    nearest_init(&near, name);
    LINKSET_FOREACH(r, accels) {
        const Accel *a = r->row;

        if (!strcmp(a->name, name)) {
            return a;
        }
        nearest_offer(&near, a->name);
    }
    if (nearest_get(&near)) {
        err_set(errp, "-accel %s: no such accelerator; did you mean '%s'?", name,
                nearest_get(&near));
    } else {
        err_set(errp, "-accel %s: no such accelerator; '-accel help' lists them", name);
    }
    return NULL;
}

/* Name @name with the properties of @opts. */
static bool do_configure_accelerator(const char *name, KeyVals *opts, Error **errp)
{
    INIT_STEP();
    const Accel *a = find(name, errp);

    if (!a || !a->init(opts, errp) || !keyval_check_used(opts, errp)) {
        return false;
    }
    current = a;
    return true;
}

static void passed_over(Error *why)
{
    warn_report("%s; trying the next accelerator", err_msg(why));
    err_free(why);
}

/* One "-accel" value, whose name may be a list "kvm:tcg". */
static bool configure_value(const char *value, Error **errp)
{
    KeyVals *opts = keyval_parse("-accel", value, "accel", errp);
    char *names, *rest, *name;
    bool ok = false;

    if (!opts) {
        return false;
    }
    rest = names = xstrdup(keyval_get(opts, "accel") ? keyval_get(opts, "accel") : "tcg");
    while (!ok && (name = strsep(&rest, ":"))) {
        Error *why = NULL;

        ok = do_configure_accelerator(name, opts, rest ? &why : errp);
        if (!ok && rest) {
            passed_over(why);
        }
    }
    free(names);
    keyval_free(opts);
    return ok;
}

void accel_init_interfaces(void)
{
    INIT_STEP();
    current->ops_init();
}

bool configure_accelerators(const char *const *values, size_t count, Error **errp)
{
    INIT_STEP();
    if (!count) {
        return configure_value("tcg", errp);
    }
    for (size_t i = 0; i < count; i++) {
        Error *why = NULL;
        bool last = i + 1 == count;

        if (configure_value(values[i], last ? errp : &why)) {
            return true;
        }
        if (!last) {
            passed_over(why);
        }
    }
    return false;
}
