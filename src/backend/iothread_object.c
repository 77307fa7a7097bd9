/* SPDX-License-Identifier: MIT */
/* "-object iothread,id=io0": an iothread as an object, which devices name by its id. */
#include "loop/iothread.h"
#include "qom/module.h"
#include "qom/property.h"
#include "qom/user_creatable.h"

typedef struct IOThreadObject {
    Object obj;
    IOThread *thread;
} IOThreadObject;

static bool iothread_complete(Object *obj, Error **errp)
{
    IOThreadObject *o = (IOThreadObject *)obj;

    o->thread = iothread_new(object_get_name(obj), errp);
    return o->thread != NULL;
}

static void iothread_finalize(Object *obj)
{
    IOThreadObject *o = (IOThreadObject *)obj;

    if (o->thread) {
        iothread_free(o->thread);
    }
}

static void iothread_class_init(ObjectClass *class, const void *data)
{
    UserCreatableClass *uc =
        (UserCreatableClass *)object_class_dynamic_cast(class, TYPE_USER_CREATABLE);

    uc->complete = iothread_complete;
}

static const char *const interfaces[] = {TYPE_USER_CREATABLE, NULL};

static const TypeInfo iothread_info = {
    .name = "iothread",
    .parent = TYPE_OBJECT,
    .instance_size = sizeof(IOThreadObject),
    .instance_finalize = iothread_finalize,
    .class_init = iothread_class_init,
    .interfaces = interfaces,
};

static void register_types(void)
{
    type_register_static(&iothread_info);
}
type_init(register_types);
