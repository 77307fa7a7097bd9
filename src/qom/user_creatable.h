/* SPDX-License-Identifier: MIT */
/* Objects that users make: "-object TYPE,id=ID,prop=value", found at /objects/ID.  A type can be
 * made so if it implements this interface.  Big lock. */
#ifndef QOM_USER_CREATABLE_H
#define QOM_USER_CREATABLE_H

#include "base/keyval.h"
#include "qom/object.h"

#define TYPE_USER_CREATABLE "user-creatable"

typedef struct UserCreatableClass {
    InterfaceClass parent;
    /* All properties are set: make it work.  On failure it leaves nothing behind.  May be NULL. */
    bool (*complete)(Object *obj, Error **errp);
    /* May it be deleted now?  NULL: always. */
    bool (*can_be_deleted)(Object *obj, Error **errp);
} UserCreatableClass;

/* Make what @opts (with the implied key "qom-type") says.  Borrowed. */
Object *user_creatable_add(KeyVals *opts, Error **errp);
/* The object with that id, or NULL.  Borrowed. */
Object *user_creatable_find(const char *id);
bool user_creatable_del(const char *id, Error **errp);
/* All of them, newest first: for the orderly exit. */
void user_creatable_cleanup(void);
void user_creatable_help(FILE *out);                                       /* "-object help" */
bool user_creatable_help_props(const char *type, FILE *out, Error **errp); /* "-object X,help" */

#endif
