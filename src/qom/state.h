/* SPDX-License-Identifier: MIT */
/* Saved state: which fields of a device make up its state, and how they become bytes.
 *
 *     .state = STATE(Rtc, alarm, time_high, enabled)
 *
 * The fields are bare member names.  Their C types choose the format: bool, char, the fixed-width
 * integers, and arrays of them of one dimension.  Anything else does not compile; a pointer in
 * particular would mean nothing to the reader. Arrays of structs are listed with NESTED.  A
 * stream is little-endian and names each field:
 *
 *     device name, levels of its input lines,
 *     per level of its type: type name, version, number of fields,
 *         each: name, element size, count, elements */
#ifndef QOM_STATE_H
#define QOM_STATE_H

#include "base/error.h"
#include "base/foreach.h"
#include "base/str.h"

struct Device;

typedef struct StateField {
    const char *name;
    size_t offset, size; /* of the whole member */
    uint8_t elem; /* bytes of one element */
    bool is_bool; /* any other byte than 0 and 1 is refused */
} StateField;

/* An array of structs inside the device. */
typedef struct StateNested {
    const char *name;
    size_t offset, count, stride;
    const StateField *fields;
} StateNested;

typedef struct StateReader {
    const uint8_t *pos, *end;
} StateReader;

/* Append the state of @dev to @out.  Under the big lock, with the machine stopped. */
void state_save(struct Device *dev, Str *out);

/* Read back what state_save wrote.  Each value is checked against its field before it is stored,
 * then each level's post_load judges the whole.  On failure the state is a mixture of old and
 * new, in which no single value is malformed: reset the device.  @in moves behind what was read. */
bool state_load(struct Device *dev, StateReader *in, Error **errp);

/* ---- the macros behind STATE ---- */
#define STATE_MEMBER_(T, m) (((T *)0)->m)
/* The address of an array is no pointer to a pointer, so this tells `uint8_t *p` from `uint8_t
 * p[8]`. */
#define STATE_IS_POINTER_(T, m)                                                                   \
    _Generic(&STATE_MEMBER_(T, m), bool **: 1, char **: 1, uint8_t **: 1, uint16_t **: 1,         \
             uint32_t **: 1, uint64_t **: 1, int8_t **: 1, int16_t **: 1, int32_t **: 1,          \
             int64_t **: 1, default: 0)
#define STATE_ELEM_(T, m)                                                                         \
    _Generic(STATE_MEMBER_(T, m), bool: 1, char: 1, uint8_t: 1, int8_t: 1, uint16_t: 2,           \
             int16_t: 2, uint32_t: 4, int32_t: 4, uint64_t: 8, int64_t: 8, bool *: 1, char *: 1,  \
             uint8_t *: 1, int8_t *: 1, uint16_t *: 2, int16_t *: 2, uint32_t *: 4, int32_t *: 4, \
             uint64_t *: 8, int64_t *: 8)
/* 0, or a compile error: a struct may hold an assertion, and its size is used for nothing. */
#define STATE_CHECK_(T, m)                                                                        \
    (0 * sizeof(struct {                                                                          \
         int unused;                                                                              \
         _Static_assert(!STATE_IS_POINTER_(T, m), #m " is a pointer: it cannot be saved");        \
     }))
#define STATE_FIELD_(T, m)                                                                        \
    {#m, offsetof(T, m) + STATE_CHECK_(T, m), sizeof(STATE_MEMBER_(T, m)), STATE_ELEM_(T, m),     \
     _Generic(STATE_MEMBER_(T, m), bool: true, bool *: true, default: false)},

#define STATE(T, ...) ((const StateField[]){FOR_EACH(STATE_FIELD_, T, __VA_ARGS__){.name = NULL}})

/* .nested = NESTED(NEST(Plic, ctx, PlicContext, threshold, claimed), ...) */
#define NEST(T, m, Elem, ...)                                                                     \
    {                                                                                             \
        #m, offsetof(T, m), sizeof(STATE_MEMBER_(T, m)) / sizeof(Elem),                           \
            sizeof(Elem), STATE(Elem, __VA_ARGS__)                                                \
    }
#define NESTED(...) ((const StateNested[]){__VA_ARGS__, {.name = NULL}})

#endif
