/* SPDX-License-Identifier: MIT */
/* Three types in sixty lines. */
#include <stdio.h>
#include <string.h>

typedef struct Class { /* one for each type: what all objects of it share */
    const struct Type *type;
    const char *(*sound)(void);
    int legs;
} Class;

typedef struct Type {
    const char *name;
    struct Type *parent;
    void (*class_init)(Class *class);
    Class class;
    int made;
} Type;

static const char *silence(void) { return "..."; }
static const char *quack(void) { return "quack"; }
static void animal_class(Class *c) { c->legs = 4, c->sound = silence; }
static void bird_class(Class *c) { c->legs = 2; }
static void duck_class(Class *c) { c->sound = quack; }

static Type animal = {"animal", NULL, animal_class};
static Type bird = {"bird", &animal, bird_class};
static Type duck = {"duck", &bird, duck_class};

static Class *class_of(Type *t)
{
    if (!t->made) {
        if (t->parent) {
            t->class = *class_of(t->parent); /* the parent's class first, then a copy of it */
        }
        t->class.type = t, t->made = 1;
        t->class_init(&t->class);
        printf("made %-6s  legs %d, says %s\n", t->name, t->class.legs, t->class.sound());
    }
    return &t->class;
}

static int is_a(const Class *class, const char *name)
{
    const Type *t = class->type;

    while (t && strcmp(t->name, name)) {
        t = t->parent;
    }
    return t != NULL;
}

int main(void)
{
    struct Object { Class *class; } donald = {class_of(&duck)};

    printf("donald says %s; a bird? %d  a dog? %d\n", donald.class->sound(),
           is_a(donald.class, "bird"), is_a(donald.class, "dog"));
    return 0;
}
