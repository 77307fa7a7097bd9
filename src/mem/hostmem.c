/* SPDX-License-Identifier: MIT */
/* Host memory back ends, as objects. */
#include "mem/hostmem.h"

#include "base/alloc.h"
#include "qom/module.h"
#include "qom/property.h"
#include "qom/user_creatable.h"

struct HostMemoryBackend {
    Object obj;
    uint64_t size;
    char *mem_path; /* of a file */
    bool share;
    bool mapped;
    bool complete; /* mr is there */
    MemoryRegion mr;
};

static bool backend_complete(Object *obj, Error **errp)
{
    HostMemoryBackend *b = (HostMemoryBackend *)obj;
    const char *id = object_get_name(obj);

    if (!b->size) {
        return err_set(errp, "memory backend %s: give it a size=, such as size=512M", id);
    }
    if (!object_dynamic_cast(obj, TYPE_MEMORY_BACKEND_FILE)) {
        b->complete = memory_region_init_ram(&b->mr, b, id, b->size, errp);
    } else if (!b->mem_path) {
        return err_set(errp, "memory backend %s: give it a file with mem-path=", id);
    } else {
        b->complete =
            memory_region_init_ram_from_file(&b->mr, b, id, b->size, b->mem_path, b->share, errp);
    }
    return b->complete;
}

static bool backend_can_be_deleted(Object *obj, Error **errp)
{
    return !((HostMemoryBackend *)obj)->mapped ||
           err_set(errp, "memory backend %s is in use", object_get_name(obj));
}

static void backend_finalize(Object *obj)
{
    HostMemoryBackend *b = (HostMemoryBackend *)obj;

    if (b->complete) {
        memory_region_finalize(&b->mr);
    }
}

HostMemoryBackend *host_memory_backend_find(const char *id, Error **errp)
{
    Object *obj = user_creatable_find(id);

    if (!obj || !object_dynamic_cast(obj, TYPE_MEMORY_BACKEND)) {
        err_set(errp,
                "there is no memory backend with id '%s': make one with -object "
                "memory-backend-ram,id=%s,size=...",
                id, id);
        return NULL;
    }
    return (HostMemoryBackend *)obj;
}

MemoryRegion *host_memory_backend_get_memory(HostMemoryBackend *b)
{
    return b->complete ? &b->mr : NULL;
}

uint64_t host_memory_backend_size(const HostMemoryBackend *b)
{
    return b->size;
}

bool host_memory_backend_set_mapped(HostMemoryBackend *b, bool mapped, Error **errp)
{
    if (mapped && b->mapped) {
        return err_set(errp, "memory backend %s is in use already; each can be used once",
                       object_get_name(&b->obj));
    }
    b->mapped = mapped;
    return true;
}

/* ---- types ---- */

static const Property backend_props[] = {
    PROP_SIZE(HostMemoryBackend, size, "size", 0, "how much"),
    PROP_BOOL(HostMemoryBackend, share, "share", false, "writes go to the file, for others to see"),
    {.name = NULL},
};

static const Property file_props[] = {
    PROP_STR(HostMemoryBackend, mem_path, "mem-path", "the file behind it, made if need be"),
    {.name = NULL},
};

static void backend_class_init(ObjectClass *class, const void *data)
{
    UserCreatableClass *uc =
        (UserCreatableClass *)object_class_dynamic_cast(class, TYPE_USER_CREATABLE);

    object_class_add_properties(class, backend_props);
    uc->complete = backend_complete;
    uc->can_be_deleted = backend_can_be_deleted;
}

static void file_class_init(ObjectClass *class, const void *data)
{
    object_class_add_properties(class, file_props);
}

static const char *const interfaces[] = {TYPE_USER_CREATABLE, NULL};

static const TypeInfo types[] = {
    {
        .name = TYPE_MEMORY_BACKEND,
        .parent = TYPE_OBJECT,
        .abstract = true,
        .instance_size = sizeof(HostMemoryBackend),
        .instance_finalize = backend_finalize,
        .class_init = backend_class_init,
        .interfaces = interfaces,
    },
    {.name = TYPE_MEMORY_BACKEND_RAM, .parent = TYPE_MEMORY_BACKEND},
    {.name = TYPE_MEMORY_BACKEND_FILE,
     .parent = TYPE_MEMORY_BACKEND,
     .class_init = file_class_init},
};

static void register_types(void)
{
    for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
        type_register_static(&types[i]);
    }
}
type_init(register_types);
