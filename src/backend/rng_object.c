/* SPDX-License-Identifier: MIT */
/* "-object rng-random,id=rng0" and "-object rng-builtin,id=rng0": where a virtio-rng-device is told
 * to get its bytes.  All are the host's own random bytes (loop/random.h), so that a recording can
 * keep them; only the file's name is checked. */
#include "base/alloc.h"
#include "qom/module.h"
#include "qom/property.h"
#include "qom/user_creatable.h"

#define TYPE_RNG_BACKEND "rng-backend"

typedef struct RngBackend {
    Object obj;
    char *filename;
} RngBackend;

static bool rng_random_complete(Object *obj, Error **errp)
{
    const char *name = ((RngBackend *)obj)->filename;

    return !name || strcmp(name, "/dev/urandom") == 0 || strcmp(name, "/dev/random") == 0 ||
           err_set(errp, "filename=%s: random bytes come from the host's kernel: leave it out, or "
                         "write /dev/urandom", name);
}

static void rng_random_class_init(ObjectClass *class, const void *data)
{
    static const Property props[] = {
        PROP_STR(RngBackend, filename, "filename", "/dev/urandom or /dev/random"),
        {.name = NULL},
    };
    UserCreatableClass *uc =
        (UserCreatableClass *)object_class_dynamic_cast(class, TYPE_USER_CREATABLE);

    object_class_add_properties(class, props);
    uc->complete = rng_random_complete;
}

static const char *const interfaces[] = {TYPE_USER_CREATABLE, NULL};

static const TypeInfo infos[] = {
    {.name = TYPE_RNG_BACKEND,
     .parent = TYPE_OBJECT,
     .instance_size = sizeof(RngBackend),
     .abstract = true,
     .interfaces = interfaces},
    {.name = "rng-random", .parent = TYPE_RNG_BACKEND, .class_init = rng_random_class_init},
    {.name = "rng-builtin", .parent = TYPE_RNG_BACKEND},
};

static void register_types(void)
{
    for (size_t i = 0; i < ARRAY_SIZE(infos); i++) {
        type_register_static(&infos[i]);
    }
}
type_init(register_types);
