/* SPDX-License-Identifier: MIT */
/* Chapter 4: types, classes, casts and hooks, through qom/object.h, qom/property.h and
 * qom/type_int.h.
 *
 * The zoo of zoo.h is registered beside the types of teemu.  What must end in abort is done in a
 * process of its own, whose last words are read. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/alloc.h"
#include "lab.h"
#include "qom/device.h"
#include "qom/module.h"
#include "qom/type_int.h"
#include "zoo.h"

static void register_all(const TypeInfo *infos, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        type_register_static(&infos[i]);
    }
}

static void begin(void)
{
    module_call_init(MODULE_INIT_QOM);
    register_all(zoo, ARRAY_SIZE(zoo));
}

static ObjectClass *class_of(const char *name)
{
    ObjectClass *class = object_class_by_name(name);

    expect_true(class != NULL, "the type '%s' was registered, but it has no class", name);
    return class;
}

#define ANIMAL(name) ((AnimalClass *)class_of(name))

/* ---- last words ---- */

static char words[1024];

/* Run @fn in a child, which must die by type_bug, and name @a, and @b if that is not NULL. */
static void expect_bug(void (*fn)(void), const char *what, const char *a, const char *b)
{
    int fds[2], status;
    size_t have = 0;
    ssize_t n;
    pid_t pid;

    assert_int_equal(pipe(fds), 0);
    pid = fork();
    if (pid == 0) {
        signal(SIGABRT, SIG_DFL);
        signal(SIGSEGV, SIG_DFL);
        alarm(3);
        dup2(fds[1], 2);
        fn();
        _exit(0);
    }
    close(fds[1]);
    while ((n = read(fds[0], words + have, sizeof(words) - 1 - have)) > 0) {
        have += n;
    }
    close(fds[0]);
    words[have] = 0;
    waitpid(pid, &status, 0);
    expect_true(!WIFEXITED(status), "%s: expected a call of type_bug; found: nobody minded", what);
    expect_true(WTERMSIG(status) == SIGABRT && strstr(words, "teemu: bug: "),
                "%s: expected a call of type_bug; found: %s %s", what,
                strsignal(WTERMSIG(status)), words);
    expect_true(strstr(words, a), "%s: expected a sentence with '%s'; found: %s", what, a, words);
    expect_true(!b || strstr(words, b), "%s: expected a sentence with '%s' and '%s'; found: %s",
                what, a, b, words);
}

/* ---- registration ---- */

static void test_registering_a_type_runs_nothing(void **state)
{
    begin();
    expect_diary("");
    class_of("lab-dog");
    expect_diary("class:animal ");
    expect_true(!object_class_by_name("lab-fish"), "the unknown type 'lab-fish' has a class");
    expect_true(!type_get("lab-fish"), "type_get finds an unknown type");
}

static void test_types_are_found_in_whatever_order_they_were_registered(void **state)
{
    char name[] = "lab-bird"; /* not where the info has it */

    begin();
    class_of(name);
    for (size_t i = 0; i < ARRAY_SIZE(zoo); i++) {
        ObjectClass *class = class_of(zoo[i].name);

        expect_true(class->type == type_get(zoo[i].name), "the class of '%s' does not lead back "
                    "to its type", zoo[i].name);
        expect_true(!strcmp(object_class_get_name(class), zoo[i].name), "the class of '%s' is "
                    "that of '%s'", zoo[i].name, object_class_get_name(class));
    }
}

static void register_twice(void)
{
    type_register_static(&zoo[3]);
}

static void test_a_name_can_be_registered_once(void **state)
{
    begin();
    expect_bug(register_twice, "registering lab-bird twice", "lab-bird", NULL);
}

/* ---- classes ---- */

static void test_a_class_is_made_once_and_after_its_parents(void **state)
{
    ObjectClass *duck;

    begin();
    duck = class_of("lab-duck");
    expect_diary("class:animal class:bird class:duck yellow ");
    class_of("lab-teal"); /* has no class_init, and must not run its parent's */
    class_of("lab-grebe");
    expect_diary("");
    expect_true(class_of("lab-duck") == duck, "'lab-duck' has two classes");
    expect_true(object_class_get_parent(class_of("lab-teal")) == duck,
                "the parent of the class of 'lab-teal' is not the class of 'lab-duck'");
    expect_true(!object_class_get_parent(class_of(TYPE_OBJECT)), "'object' has a parent");
}

static void test_a_class_begins_as_a_copy_of_its_parents(void **state)
{
    begin();
    expect_equal(ANIMAL("lab-duck")->legs, 2, "legs of a duck, which its class_init left alone");
    expect_equal(ANIMAL("lab-teal")->wings, 2, "wings of a teal");
    expect_true(!strcmp(ANIMAL("lab-teal")->sound(), "quack"), "a teal does not quack");
    expect_equal(((DuckClass *)class_of("lab-teal"))->feathers[7], 12000,
                 "feathers of a teal, at the end of the class struct");
    expect_equal(((DuckClass *)class_of("lab-duck"))->feathers[0], 0,
                 "what nobody has set in the class struct");
}

static void test_a_class_leaves_its_relatives_alone(void **state)
{
    begin();
    class_of("lab-duck");
    expect_equal(ANIMAL("lab-animal")->legs, 4, "legs of an animal, after those of a duck");
    expect_equal(ANIMAL("lab-dog")->legs, 4, "legs of a dog, after those of a duck");
    expect_true(!strcmp(ANIMAL("lab-bird")->sound(), "..."), "a bird quacks, because a duck does");
    expect_true(ANIMAL("lab-bird")->parent.type == type_get("lab-bird"),
                "the class of 'lab-bird' leads to another type");
}

static void test_rows_and_user_name_are_not_copied(void **state)
{
    begin();
    expect_true(class_of("lab-animal")->props != NULL, "the properties of 'lab-animal' are lost");
    expect_true(!class_of("lab-bird")->props, "'lab-bird' lists properties of its parent as its "
                "own");
    expect_true(!class_of("lab-bird")->user_name, "users would call a 'lab-bird' %s",
                class_of("lab-bird")->user_name);
}

static void test_sizes_are_those_of_the_nearest_level_that_says_one(void **state)
{
    begin();
    class_of("lab-teal");
    expect_equal(type_get("lab-teal")->instance_size, sizeof(Duck), "instance_size of a teal");
    expect_equal(type_get("lab-teal")->class_size, sizeof(DuckClass), "class_size of a teal");
    expect_equal(type_get("lab-bird")->instance_size, sizeof(Animal), "instance_size of a bird");
    expect_equal(type_get(TYPE_OBJECT)->instance_size, sizeof(Object), "instance_size of object");
    expect_equal(type_get(TYPE_OBJECT)->class_size, sizeof(ObjectClass), "class_size of object");
    expect_equal(type_get("lab-diver")->class_size, sizeof(DiverClass), "class_size of a diver");
}

static void use(const TypeInfo *info)
{
    type_register_static(info);
    object_class_by_name(info->name);
}

static void make_small_object(void)
{
    static const TypeInfo info = {
        .name = "lab-ant", .parent = "lab-duck", .instance_size = sizeof(Animal)};

    use(&info);
}

static void make_small_class(void)
{
    static const TypeInfo info = {
        .name = "lab-ant", .parent = "lab-duck", .class_size = sizeof(AnimalClass)};

    use(&info);
}

static void test_a_struct_smaller_than_the_parents_is_refused(void **state)
{
    begin();
    expect_bug(make_small_object, "an instance smaller than the parent's", "lab-ant", "instance");
    expect_bug(make_small_class, "a class smaller than the parent's", "lab-ant", "class");
}

static void make_orphan(void)
{
    static const TypeInfo info = {.name = "lab-cub", .parent = "lab-bear"};

    use(&info);
}

static void test_a_parent_that_does_not_exist_is_named(void **state)
{
    begin();
    expect_bug(make_orphan, "using a type whose parent is not registered", "lab-cub", "lab-bear");
}

static void register_an_orphan(void)
{
    static const TypeInfo cub = {.name = "lab-cub", .parent = "lab-bear"};
    static const TypeInfo bear = {.name = "lab-bear", .parent = "lab-animal"};

    type_register_static(&cub);
    type_register_static(&bear);
    if (object_class_by_name("lab-cub")) {
        note("cub");
    }
}

static void test_a_parent_may_be_registered_later(void **state)
{
    begin();
    register_an_orphan();
    expect_diary("class:animal cub ");
}

static void make_own_parent(void)
{
    static const TypeInfo info = {.name = "lab-worm", .parent = "lab-worm"};

    use(&info);
}

static void make_circle(void)
{
    static const TypeInfo egg = {.name = "lab-egg", .parent = "lab-hen"};
    static const TypeInfo chick = {.name = "lab-chick", .parent = "lab-egg"};
    static const TypeInfo hen = {.name = "lab-hen", .parent = "lab-chick"};

    type_register_static(&egg);
    type_register_static(&chick);
    use(&hen);
}

static void test_a_circle_of_parents_is_refused(void **state)
{
    begin();
    expect_bug(make_own_parent, "a type that is its own parent", "lab-worm", NULL);
    expect_bug(make_circle, "egg, chick and hen, each a child of the last", "lab-", NULL);
    expect_true(strstr(words, "lab-egg") || strstr(words, "lab-hen") ||
                strstr(words, "lab-chick"), "the sentence names none of the three: %s", words);
}

/* ---- casts ---- */

static void test_an_object_is_what_its_parents_are(void **state)
{
    char bird[] = "lab-bird"; /* not where the info has it */
    Object *duck, *dog;

    begin();
    duck = object_new("lab-duck");
    dog = object_new("lab-dog");
    expect_true(object_dynamic_cast(duck, "lab-duck") == duck, "a duck is not a duck");
    expect_true(object_dynamic_cast(duck, "lab-animal") == duck, "a duck is not an animal");
    expect_true(object_dynamic_cast(duck, bird) == duck, "a duck is not a bird, when another "
                "string says 'lab-bird'");
    expect_true(object_dynamic_cast(duck, TYPE_OBJECT) == duck, "a duck is not an object");
    expect_true(!object_dynamic_cast(duck, "lab-teal"), "a duck is a teal, but only the reverse "
                "is true");
    expect_true(!object_dynamic_cast(dog, "lab-bird"), "a dog is a bird");
    expect_true(!object_dynamic_cast(duck, "lab-du"), "a duck is a lab-du, which nobody knows");
    expect_true(!object_dynamic_cast(NULL, "lab-dog"), "nothing is a dog");
    expect_true(object_class_dynamic_cast(duck->class, "lab-bird") == duck->class,
                "the class of ducks, cast to 'lab-bird': expected itself, the same pointer; "
                "found: another class");
    expect_true(!object_class_dynamic_cast(NULL, "lab-dog"), "no class is a class of dogs");
    expect_true(object_check_cast(dog, "lab-animal", "zoo.c", 1) == dog, "a checked cast of a dog");
    expect_true(!object_check_cast(NULL, "lab-animal", "zoo.c", 1), "a checked cast of NULL");
    expect_true(!object_class_check_cast(NULL, "lab-animal", "zoo.c", 1), "no class, checked");
}

static void cast_dog(void)
{
    object_check_cast(object_new("lab-dog"), "lab-duck", "zoo.c", 4711);
}

static void cast_dog_class(void)
{
    object_class_check_cast(class_of("lab-dog"), "lab-swimmer", "zoo.c", 4712);
}

static void test_a_wrong_cast_names_both_types_and_the_place(void **state)
{
    begin();
    expect_bug(cast_dog, "casting a dog to lab-duck", "lab-dog", "lab-duck");
    expect_true(strstr(words, "zoo.c:4711") != NULL, "it does not say where (zoo.c:4711): %s",
                words);
    expect_bug(cast_dog_class, "casting the class of dogs", "lab-dog", "lab-swimmer");
    expect_true(strstr(words, "zoo.c:4712") != NULL, "it does not say where (zoo.c:4712): %s",
                words);
}

/* ---- interfaces ---- */

static SwimmerClass *swimmer_of(const char *name, const char *interface)
{
    SwimmerClass *swimmer = (SwimmerClass *)object_class_dynamic_cast(class_of(name), interface);

    expect_true(swimmer != NULL, "the class of '%s' cannot be cast to '%s'", name, interface);
    return swimmer;
}

static void test_a_class_fills_its_own_copy_of_an_interface(void **state)
{
    SwimmerClass *duck, *plain;
    Object *obj;

    begin();
    plain = (SwimmerClass *)class_of("lab-swimmer");
    duck = swimmer_of("lab-duck", "lab-swimmer");
    expect_true(duck != plain, "ducks share the interface's own class");
    expect_equal(duck->depth, 1, "how deep a duck swims, which is copied from the interface");
    expect_true(duck->swim == paddle, "the duck's own function is not in its interface class");
    expect_true(plain->swim == drift, "the interface's own class was changed by the ducks");
    expect_true(duck->parent.concrete == class_of("lab-duck"), "concrete is not the class that "
                "implements the interface");
    expect_true(duck->parent.parent.type == type_get("lab-swimmer"), "the type of an interface "
                "class is not the interface");
    obj = object_new("lab-duck");
    expect_true(object_dynamic_cast(obj, "lab-swimmer") == obj, "a duck, cast to lab-swimmer, is "
                "not itself");
    expect_true(object_class_check_cast(class_of("lab-duck"), "lab-swimmer", "zoo.c", 1) ==
                &duck->parent.parent, "a checked cast of a class to an interface: expected what "
                "object_class_dynamic_cast finds; found: another class");
    expect_true(!object_class_dynamic_cast(class_of("lab-dog"), "lab-swimmer"), "a dog swims");
    expect_true(!object_class_dynamic_cast(class_of("lab-bird"), "lab-swimmer"), "each bird swims, "
                "because ducks do");
}

static void test_a_child_inherits_interfaces_as_its_parent_filled_them(void **state)
{
    SwimmerClass *duck, *teal;

    begin();
    teal = swimmer_of("lab-teal", "lab-swimmer");
    duck = swimmer_of("lab-duck", "lab-swimmer");
    expect_true(teal != duck, "teals and ducks share one interface class: who changes one of "
                "them changes both");
    expect_true(teal->swim == paddle, "a teal does not swim as a duck does");
    expect_true(teal->parent.concrete == class_of("lab-teal"), "concrete is not the teal's class");
    expect_true(duck->parent.concrete == class_of("lab-duck"), "concrete of the parent was "
                "changed by its child");
}

static void test_an_interface_may_have_a_parent(void **state)
{
    static const char *const both[] = {"lab-diver", "lab-swimmer", "lab-diver", NULL};
    static const TypeInfo penguin = {
        .name = "lab-penguin", .parent = "lab-grebe", .interfaces = both};
    InterfaceClass *ic;
    size_t n = 0;

    begin();
    type_register_static(&penguin);
    expect_equal(swimmer_of("lab-grebe", "lab-diver")->depth, 9, "how deep a grebe dives");
    expect_true(swimmer_of("lab-grebe", "lab-swimmer") == swimmer_of("lab-grebe", "lab-diver"),
                "a diver is a swimmer, so both casts lead to the same interface class");
    expect_true(!object_class_dynamic_cast(class_of("lab-duck"), "lab-diver"), "a duck dives");
    LIST_FOREACH(ic, &class_of("lab-penguin")->interfaces, link) {
        n++;
    }
    expect_equal(n, 1, "interface classes of a penguin, which names again what it inherits");
}

static void implement_a_bird(void)
{
    static const char *const birds[] = {"lab-bird", NULL};
    static const TypeInfo info = {
        .name = "lab-bat", .parent = "lab-animal", .interfaces = birds};

    use(&info);
}

static void implement_a_duck(void)
{
    static const char *const ducks[] = {"lab-duck", NULL};
    static const TypeInfo info = {
        .name = "lab-bat", .parent = "lab-animal", .interfaces = ducks};

    use(&info);
}

static void implement_nothing(void)
{
    static const char *const flies[] = {"lab-flier", NULL};
    static const TypeInfo info = {
        .name = "lab-bat", .parent = "lab-animal", .interfaces = flies};

    use(&info);
}

static void test_what_is_no_interface_cannot_be_implemented(void **state)
{
    begin();
    expect_bug(implement_a_bird, "implementing a class", "lab-bat", "lab-bird");
    expect_bug(implement_a_duck, "implementing a class that implements an interface", "lab-bat",
               "lab-duck");
    expect_bug(implement_nothing, "implementing a type that is not registered", "lab-bat",
               "lab-flier");
}

/* ---- objects ---- */

static void test_an_object_is_made_from_its_root_to_its_own_level(void **state)
{
    begin();
    class_of("lab-teal");
    diary[0] = 0;
    object_new("lab-teal");
    diary[strlen("init:animal init:bird init:duck ")] = 0;
    expect_diary("init:animal init:bird init:duck ");
}

static void test_the_last_touch_and_the_end_begin_with_the_child(void **state)
{
    Object *teal;

    begin();
    class_of("lab-teal");
    diary[0] = 0;
    teal = object_new("lab-teal");
    expect_diary("init:animal init:bird init:duck post:duck post:animal ");
    object_unref(teal);
    expect_diary("end:duck end:bird end:animal ");
}

static void make_abstract(void)
{
    object_new("lab-animal");
}

static void make_unknown(void)
{
    object_new("lab-fish");
}

static void test_only_concrete_types_have_objects(void **state)
{
    begin();
    expect_true(object_class_is_abstract(class_of("lab-animal")), "'lab-animal' is not abstract");
    expect_true(!object_class_is_abstract(class_of("lab-dog")), "'lab-dog' is abstract as is its "
                "parent");
    expect_bug(make_abstract, "an object of an abstract type", "lab-animal", "abstract");
    expect_bug(make_unknown, "an object of an unknown type", "lab-fish", "unknown");
}

/* ---- properties and lists ---- */

static void test_the_property_of_the_nearest_level_counts(void **state)
{
    const Property *p;
    Object *teal;

    begin();
    p = object_class_property_find(class_of("lab-teal"), "age");
    expect_true(p && p->def == 2, "'age' of a teal is not the row that ducks have");
    p = object_class_property_find(class_of("lab-dog"), "age");
    expect_true(p && p->def == 1, "'age' of a dog is not the row that animals have");
    p = object_class_property_find(class_of("lab-duck"), "weight");
    expect_true(p && p->def == 70, "a duck has not inherited 'weight'");
    expect_true(!object_class_property_find(class_of("lab-duck"), "horns"), "a duck has horns");
    teal = object_new("lab-teal");
    expect_equal(object_property_get_uint(teal, "age", NULL), 2, "the age of a new teal");
    expect_equal(object_property_get_uint(teal, "weight", NULL), 70, "the weight of a new teal");
}

static void note_property(ObjectClass *class, const Property *p, void *opaque)
{
    *(unsigned *)opaque += 1;
    note(object_class_get_name(class));
    note(p->name);
}

static void test_properties_are_listed_from_the_root_down(void **state)
{
    unsigned n = 0;

    begin();
    class_of("lab-teal");
    diary[0] = 0;
    object_class_property_foreach(class_of("lab-teal"), note_property, &n);
    expect_diary("lab-animal age lab-animal weight lab-duck age ");
    expect_equal(n, 3, "calls with the pointer that was given");
}

static void note_class(ObjectClass *class, void *opaque)
{
    (*(unsigned *)opaque)++;
    if (!strncmp(object_class_get_name(class), "lab-", 4)) {
        note(object_class_get_name(class));
    }
}

static void test_classes_are_listed_by_name_and_kind(void **state)
{
    unsigned n = 0;

    begin();
    class_of("lab-teal");
    class_of("lab-swimmer");
    diary[0] = 0;
    object_class_foreach(note_class, "lab-animal", false, &n);
    expect_diary("lab-bird lab-dog lab-duck lab-grebe lab-teal ");
    object_class_foreach(note_class, "lab-swimmer", true, &n);
    expect_diary("lab-diver lab-duck lab-grebe lab-swimmer lab-teal ");
    expect_equal(n, 10, "calls with the pointer that was given");
    object_class_foreach(note_class, NULL, true, &n);
    expect_diary("lab-animal lab-bird lab-diver lab-dog lab-duck lab-grebe lab-swimmer lab-teal ");
    expect_true(n > 10 + ARRAY_SIZE(zoo), "only the zoo was listed, not the types of teemu");
}

static void test_listing_makes_the_classes_that_it_lists(void **state)
{
    unsigned n = 0;

    begin();
    object_class_foreach(note_class, "lab-duck", false, &n);
    expect_diary("class:animal class:bird class:duck yellow lab-duck lab-teal ");
}

/* ---- random zoos, and what a walk over the infos says ---- */

enum { KINDS = 48, INTERFACES = 12 }; /* the first of the kinds are the interfaces */

typedef struct RandomClass {
    InterfaceClass parent; /* for plain classes it is too much, and does no harm */
    uint64_t makers; /* a bit for each level that has set it */
} RandomClass;

static TypeInfo random_infos[KINDS];
static char random_names[KINDS][16];
static const char *random_interfaces[KINDS][3];
static uint64_t seed = 88172645463325252u;

static unsigned below(unsigned n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed % n;
}

static int index_of(const char *name)
{
    return strncmp(name, "lab-r", 5) ? -1 : atoi(name + 5);
}

/* Is kind @i a @j?  From the infos alone. */
static bool oracle_is(int i, int j)
{
    for (; i >= 0; i = index_of(random_infos[i].parent)) {
        if (i == j) {
            return true;
        }
        for (const char *const *name = random_infos[i].interfaces; name && *name; name++) {
            if (oracle_is(index_of(*name), j)) {
                return true;
            }
        }
    }
    return false;
}

/* The levels of @i, as a mask; only those that are a @j, unless that is -1. */
static uint64_t oracle_levels(int i, int j)
{
    uint64_t levels = 0;

    for (; i >= 0; i = index_of(random_infos[i].parent)) {
        levels |= j < 0 || oracle_is(i, j) ? UINT64_C(1) << i : 0;
    }
    return levels;
}

static void random_class(ObjectClass *class, const void *data)
{
    int i = index_of(data);

    ((RandomClass *)class)->makers |= UINT64_C(1) << i;
    for (int j = 0; i >= INTERFACES && j < INTERFACES; j++) {
        RandomClass *ic = (RandomClass *)object_class_dynamic_cast(class, random_names[j]);

        if (ic) {
            ic->makers |= UINT64_C(1) << i;
        }
    }
}

static void make_random_zoo(void)
{
    unsigned order[KINDS];

    for (unsigned i = 0; i < KINDS; i++) {
        unsigned first = i < INTERFACES ? 0 : INTERFACES, pick = first + below(i - first + 1);
        bool root = pick == i || below(8) == 0;

        snprintf(random_names[i], sizeof(random_names[i]), "lab-r%u", i);
        for (unsigned k = 0; i >= INTERFACES && k < below(3); k++) {
            random_interfaces[i][k] = random_names[below(INTERFACES)];
        }
        random_infos[i] = (TypeInfo){
            .name = random_names[i],
            .parent = !root ? random_names[pick] : i < INTERFACES ? TYPE_INTERFACE : TYPE_OBJECT,
            .class_size = root ? sizeof(RandomClass) : 0,
            .class_init = random_class,
            .class_data = random_names[i],
            .abstract = below(4) == 0,
            .interfaces = random_interfaces[i]};
        order[i] = i;
    }
    for (unsigned i = KINDS; i > 0; i--) {
        unsigned other = below(i), last = order[i - 1];

        order[i - 1] = order[other];
        order[other] = last;
        type_register_static(&random_infos[order[i - 1]]);
    }
}

static void check_pair(int i, int j)
{
    ObjectClass *class = class_of(random_names[i]);
    RandomClass *cast = (RandomClass *)object_class_dynamic_cast(class, random_names[j]);

    expect_equal(cast != NULL, oracle_is(i, j), "is a 'lab-r%d' a 'lab-r%d' (1: yes)", i, j);
    if (i == j) {
        expect_equal(cast->makers, oracle_levels(i, -1), "which class_init have changed the "
                     "class of 'lab-r%d', a bit for each kind", i);
    } else if (cast && i >= INTERFACES && j < INTERFACES) {
        expect_equal(cast->makers >> INTERFACES, oracle_levels(i, j) >> INTERFACES, "which "
                     "class_init have changed the interface 'lab-r%d' of 'lab-r%d', a bit for each "
                     "kind", j, i);
        expect_true(cast->parent.concrete == class, "concrete of the interface 'lab-r%d' of "
                    "'lab-r%d' is another class", j, i);
    }
}

static void count_class(ObjectClass *class, void *opaque)
{
    (*(unsigned *)opaque)++;
}

static void test_random_zoos_are_what_a_walk_over_their_infos_says(void **state)
{
    begin();
    make_random_zoo();
    for (int i = 0; i < KINDS; i++) {
        for (int j = 0; j < KINDS; j++) {
            check_pair(i, j);
        }
    }
    for (int j = 0; j < KINDS; j++) {
        unsigned found = 0, expected = 0;

        for (int i = 0; i < KINDS; i++) {
            expected += !random_infos[i].abstract && oracle_is(i, j);
        }
        object_class_foreach(count_class, random_names[j], false, &found);
        expect_equal(found, expected, "how many concrete classes are a 'lab-r%d'", j);
    }
}

/* ---- teemu's own types ---- */

LINKSET_DECLARE(devices);

static void test_each_device_of_teemu_has_the_class_of_its_row(void **state)
{
    unsigned listed = 0, rows = 0;

    begin();
    LINKSET_FOREACH(r, devices) {
        const DeviceInfo *row = r->row;
        ObjectClass *class = class_of(row->name), *up = object_class_get_parent(class);

        expect_true(object_class_dynamic_cast(class, TYPE_DEVICE) == class, "'%s' is no device",
                    row->name);
        expect_true(up == class_of(row->parent ? row->parent : TYPE_DEVICE), "the parent of '%s' "
                    "is '%s'", row->name, object_class_get_name(up));
        expect_true(((DeviceClass *)class)->info == row, "'%s' has the row of another device",
                    row->name);
        for (const Property *p = row->props; p && p->name; p++) {
            const Property *found = object_class_property_find(class, p->name);

            expect_true(found && found->kind == p->kind && found->def == p->def,
                        "'%s' does not find its property '%s'", row->name, p->name);
        }
        rows += !row->abstract;
    }
    object_class_foreach(count_class, TYPE_DEVICE, false, &listed);
    expect_equal(listed, rows, "how many concrete classes of devices are listed");
}

/* README.md tells the sum after each exercise. */
const LabTest lab_tests[] = {
    LAB_TEST(test_registering_a_type_runs_nothing, 3,
             "type_register_static notes the info; who calls class_init, and when? And what is the "
             "class of an unknown name?"),
    LAB_TEST(test_types_are_found_in_whatever_order_they_were_registered, 3,
             "type_get: by name, among all; class->type is the way back"),
    LAB_TEST(test_a_name_can_be_registered_once, 3,
             "type_register_static: what does the place where the name belongs say?"),
    LAB_TEST(test_a_class_is_made_once_and_after_its_parents, 5,
             "type_initialize: what does it do first, and how does it notice its second call?"),
    LAB_TEST(test_a_class_begins_as_a_copy_of_its_parents, 4,
             "type_initialize: how many bytes are copied from where, and when?"),
    LAB_TEST(test_a_class_leaves_its_relatives_alone, 4,
             "each type has a class of its own; does yours share something?"),
    LAB_TEST(test_rows_and_user_name_are_not_copied, 4,
             "ObjectClass: which members say \"of this level only\"?"),
    LAB_TEST(test_sizes_are_those_of_the_nearest_level_that_says_one, 4,
             "grown(): what is the least size of a root, and of a child?"),
    LAB_TEST(test_a_struct_smaller_than_the_parents_is_refused, 3,
             "grown() is for both sizes"),
    LAB_TEST(test_a_parent_that_does_not_exist_is_named, 4,
             "type_get returns NULL for an unknown type; who has to say so?"),
    LAB_TEST(test_a_parent_may_be_registered_later, 1,
             "type_register_static may not ask for the parent"),
    LAB_TEST(test_a_circle_of_parents_is_refused, 4,
             "Type.begun: what does it mean if it is set and there is no class?"),
    LAB_TEST(test_an_object_is_what_its_parents_are, 4,
             "from the object's class to its type, and up: where does it end, and what if there is "
             "no object, or no class?"),
    LAB_TEST(test_a_wrong_cast_names_both_types_and_the_place, 4,
             "object_check_cast: what was it, what should it have been, who asked?"),
    LAB_TEST(test_a_class_fills_its_own_copy_of_an_interface, 5,
             "The idea, \"Interfaces\": what is copied for each class, before its class_init?"),
    LAB_TEST(test_a_child_inherits_interfaces_as_its_parent_filled_them, 4,
             "a list cannot be copied by memcpy: whose links would they be?"),
    LAB_TEST(test_an_interface_may_have_a_parent, 4,
             "is the interface that you look for among the parents of one that you have?"),
    LAB_TEST(test_what_is_no_interface_cannot_be_implemented, 3,
             "an interface has TYPE_INTERFACE among its parents; whoever implements one has not"),
    LAB_TEST(test_an_object_is_made_from_its_root_to_its_own_level, 3,
             "type_init_instance: the parents' hook first, by a function that calls itself"),
    LAB_TEST(test_the_last_touch_and_the_end_begin_with_the_child, 3,
             "type_init_instance and type_finalize_instance: on the way up; any hook may be NULL"),
    LAB_TEST(test_only_concrete_types_have_objects, 2,
             "abstract is said by each info for itself"),
    LAB_TEST(test_the_property_of_the_nearest_level_counts, 3,
             "object_class_property_find: where does the search begin? Most levels have no props"),
    LAB_TEST(test_properties_are_listed_from_the_root_down, 2,
             "object_class_property_foreach: parents first; fn gets the class that has the row"),
    LAB_TEST(test_classes_are_listed_by_name_and_kind, 3,
             "object_class_foreach: all types, by name: type_register_static may keep them so"),
    LAB_TEST(test_listing_makes_the_classes_that_it_lists, 1,
             "object_class_foreach: nobody may have asked for the class before"),
    LAB_TEST(test_random_zoos_are_what_a_walk_over_their_infos_says, 5,
             "type_initialize: is the order right? The parent's class, the copy, its interfaces, "
             "my interfaces, class_init"),
    LAB_TEST(test_each_device_of_teemu_has_the_class_of_its_row, 2,
             "the same for the types of the machine: compare `info types` with ours"),
    LAB_TESTS_END
};
