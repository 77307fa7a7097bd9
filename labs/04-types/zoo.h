/* SPDX-License-Identifier: MIT */
/* The zoo of test.c: a small hierarchy with an interface that has a child, children listed before
 * their parents.  Each hook writes into a diary. */
#ifndef LAB_ZOO_H
#define LAB_ZOO_H

#include "lab.h"
#include "qom/property.h"

static char diary[512];

static void note(const char *words)
{
    if (strlen(diary) + strlen(words) + 2 < sizeof(diary)) {
        strcat(strcat(diary, words), " ");
    }
}

static void expect_diary(const char *expected)
{
    expect_true(!strcmp(diary, expected), "expected these calls, in this order:\n    %s\nfound:\n"
                "    %s", expected, diary);
    diary[0] = 0;
}

/* ---- the zoo ----
 *
 *     object                                 interface
 *       animal (abstract)                      swimmer     "at 1 m"
 *         bird                                   diver     "at 9 m", which is a swimmer
 *           duck, a swimmer
 *             teal
 *           grebe, a diver
 *         dog */

typedef struct AnimalClass {
    ObjectClass parent;
    int legs, wings;
    const char *(*sound)(void);
} AnimalClass;

typedef struct DuckClass {
    AnimalClass parent;
    uint64_t feathers[8];
} DuckClass;

typedef struct Animal {
    Object obj;
    uint8_t age;
    uint32_t weight;
} Animal;

typedef struct Duck {
    Animal animal;
    uint64_t eggs[4];
    uint8_t age;
} Duck;

typedef struct SwimmerClass {
    InterfaceClass parent;
    int depth;
    void (*swim)(void);
} SwimmerClass;

typedef struct DiverClass {
    SwimmerClass parent;
    int minutes;
} DiverClass;

static const char *silence(void)
{
    return "...";
}

static const char *quack(void)
{
    return "quack";
}

static void drift(void)
{
}

static void paddle(void)
{
}

static void animal_class(ObjectClass *class, const void *data)
{
    note("class:animal");
    ((AnimalClass *)class)->legs = 4;
    ((AnimalClass *)class)->sound = silence;
    class->user_name = "beast";
    object_class_add_properties(class, PROPS(PROP_U8(Animal, age, "age", 1, "in years"),
                                             PROP_U32(Animal, weight, "weight", 70, "in kg")));
}

static void bird_class(ObjectClass *class, const void *data)
{
    note("class:bird");
    ((AnimalClass *)class)->legs -= 2; /* of the four that were copied */
    ((AnimalClass *)class)->wings = 2;
}

static void duck_class(ObjectClass *class, const void *data)
{
    SwimmerClass *swimmer = (SwimmerClass *)object_class_dynamic_cast(class, "lab-swimmer");

    note("class:duck");
    note(data);
    ((AnimalClass *)class)->sound = quack;
    ((DuckClass *)class)->feathers[7] = 12000;
    object_class_add_properties(class, PROPS(PROP_U8(Duck, age, "age", 2, "in moultings")));
    if (swimmer) {
        swimmer->swim = paddle;
    }
}

static void swimmer_class(ObjectClass *class, const void *data)
{
    ((SwimmerClass *)class)->depth = 1;
    ((SwimmerClass *)class)->swim = drift;
}

static void diver_class(ObjectClass *class, const void *data)
{
    ((SwimmerClass *)class)->depth = 9;
}

#define HOOK(name, words)         \
    static void name(Object *obj) \
    {                             \
        note(words);              \
    }
HOOK(animal_init, "init:animal")
HOOK(animal_post, "post:animal")
HOOK(animal_end, "end:animal")
HOOK(bird_init, "init:bird")
HOOK(bird_end, "end:bird")
HOOK(duck_init, "init:duck")
HOOK(duck_post, "post:duck")
HOOK(duck_end, "end:duck")

static const char *const swims[] = {"lab-swimmer", NULL};
static const char *const dives[] = {"lab-diver", NULL};

static const TypeInfo zoo[] = {
    {.name = "lab-teal", .parent = "lab-duck"},
    {.name = "lab-duck", .parent = "lab-bird", .instance_size = sizeof(Duck),
     .class_size = sizeof(DuckClass), .class_init = duck_class, .class_data = "yellow",
     .interfaces = swims, .instance_init = duck_init, .instance_post_init = duck_post,
     .instance_finalize = duck_end},
    {.name = "lab-grebe", .parent = "lab-bird", .interfaces = dives},
    {.name = "lab-bird", .parent = "lab-animal", .class_init = bird_class,
     .instance_init = bird_init, .instance_finalize = bird_end},
    {.name = "lab-dog", .parent = "lab-animal"},
    {.name = "lab-animal", .parent = TYPE_OBJECT, .abstract = true,
     .instance_size = sizeof(Animal), .class_size = sizeof(AnimalClass),
     .class_init = animal_class, .instance_init = animal_init,
     .instance_post_init = animal_post, .instance_finalize = animal_end},
    {.name = "lab-diver", .parent = "lab-swimmer", .class_size = sizeof(DiverClass),
     .abstract = true, .class_init = diver_class},
    {.name = "lab-swimmer", .parent = TYPE_INTERFACE, .class_size = sizeof(SwimmerClass),
     .abstract = true, .class_init = swimmer_class},
};

#endif
