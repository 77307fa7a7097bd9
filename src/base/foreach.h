/* SPDX-License-Identifier: MIT */
/* FOR_EACH(M, x, a, b, c) is M(x, a) M(x, b) M(x, c), for 1 to 40 names.  Written out, not
 * recursive: the compiler's messages about a wrong name stay short. */
#ifndef BASE_FOREACH_H
#define BASE_FOREACH_H

#define FOR_EACH(M, x, ...) \
    FOR_EACH_COUNT_(__VA_ARGS__, 40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 29, 28, 27, 26, \
    25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, \
    1)(M, x, __VA_ARGS__)
#define FOR_EACH_COUNT_( \
    a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, \
    a20, a21, a22, a23, a24, a25, a26, a27, a28, a29, a30, a31, a32, a33, a34, a35, a36, \
    a37, a38, a39, a40, n, ...) FOR_EACH_##n

#define FOR_EACH_1(M, x, a) M(x, a)
#define FOR_EACH_2(M, x, a, ...) M(x, a) FOR_EACH_1(M, x, __VA_ARGS__)
#define FOR_EACH_3(M, x, a, ...) M(x, a) FOR_EACH_2(M, x, __VA_ARGS__)
#define FOR_EACH_4(M, x, a, ...) M(x, a) FOR_EACH_3(M, x, __VA_ARGS__)
#define FOR_EACH_5(M, x, a, ...) M(x, a) FOR_EACH_4(M, x, __VA_ARGS__)
#define FOR_EACH_6(M, x, a, ...) M(x, a) FOR_EACH_5(M, x, __VA_ARGS__)
#define FOR_EACH_7(M, x, a, ...) M(x, a) FOR_EACH_6(M, x, __VA_ARGS__)
#define FOR_EACH_8(M, x, a, ...) M(x, a) FOR_EACH_7(M, x, __VA_ARGS__)
#define FOR_EACH_9(M, x, a, ...) M(x, a) FOR_EACH_8(M, x, __VA_ARGS__)
#define FOR_EACH_10(M, x, a, ...) M(x, a) FOR_EACH_9(M, x, __VA_ARGS__)
#define FOR_EACH_11(M, x, a, ...) M(x, a) FOR_EACH_10(M, x, __VA_ARGS__)
#define FOR_EACH_12(M, x, a, ...) M(x, a) FOR_EACH_11(M, x, __VA_ARGS__)
#define FOR_EACH_13(M, x, a, ...) M(x, a) FOR_EACH_12(M, x, __VA_ARGS__)
#define FOR_EACH_14(M, x, a, ...) M(x, a) FOR_EACH_13(M, x, __VA_ARGS__)
#define FOR_EACH_15(M, x, a, ...) M(x, a) FOR_EACH_14(M, x, __VA_ARGS__)
#define FOR_EACH_16(M, x, a, ...) M(x, a) FOR_EACH_15(M, x, __VA_ARGS__)
#define FOR_EACH_17(M, x, a, ...) M(x, a) FOR_EACH_16(M, x, __VA_ARGS__)
#define FOR_EACH_18(M, x, a, ...) M(x, a) FOR_EACH_17(M, x, __VA_ARGS__)
#define FOR_EACH_19(M, x, a, ...) M(x, a) FOR_EACH_18(M, x, __VA_ARGS__)
#define FOR_EACH_20(M, x, a, ...) M(x, a) FOR_EACH_19(M, x, __VA_ARGS__)
#define FOR_EACH_21(M, x, a, ...) M(x, a) FOR_EACH_20(M, x, __VA_ARGS__)
#define FOR_EACH_22(M, x, a, ...) M(x, a) FOR_EACH_21(M, x, __VA_ARGS__)
#define FOR_EACH_23(M, x, a, ...) M(x, a) FOR_EACH_22(M, x, __VA_ARGS__)
#define FOR_EACH_24(M, x, a, ...) M(x, a) FOR_EACH_23(M, x, __VA_ARGS__)
#define FOR_EACH_25(M, x, a, ...) M(x, a) FOR_EACH_24(M, x, __VA_ARGS__)
#define FOR_EACH_26(M, x, a, ...) M(x, a) FOR_EACH_25(M, x, __VA_ARGS__)
#define FOR_EACH_27(M, x, a, ...) M(x, a) FOR_EACH_26(M, x, __VA_ARGS__)
#define FOR_EACH_28(M, x, a, ...) M(x, a) FOR_EACH_27(M, x, __VA_ARGS__)
#define FOR_EACH_29(M, x, a, ...) M(x, a) FOR_EACH_28(M, x, __VA_ARGS__)
#define FOR_EACH_30(M, x, a, ...) M(x, a) FOR_EACH_29(M, x, __VA_ARGS__)
#define FOR_EACH_31(M, x, a, ...) M(x, a) FOR_EACH_30(M, x, __VA_ARGS__)
#define FOR_EACH_32(M, x, a, ...) M(x, a) FOR_EACH_31(M, x, __VA_ARGS__)
#define FOR_EACH_33(M, x, a, ...) M(x, a) FOR_EACH_32(M, x, __VA_ARGS__)
#define FOR_EACH_34(M, x, a, ...) M(x, a) FOR_EACH_33(M, x, __VA_ARGS__)
#define FOR_EACH_35(M, x, a, ...) M(x, a) FOR_EACH_34(M, x, __VA_ARGS__)
#define FOR_EACH_36(M, x, a, ...) M(x, a) FOR_EACH_35(M, x, __VA_ARGS__)
#define FOR_EACH_37(M, x, a, ...) M(x, a) FOR_EACH_36(M, x, __VA_ARGS__)
#define FOR_EACH_38(M, x, a, ...) M(x, a) FOR_EACH_37(M, x, __VA_ARGS__)
#define FOR_EACH_39(M, x, a, ...) M(x, a) FOR_EACH_38(M, x, __VA_ARGS__)
#define FOR_EACH_40(M, x, a, ...) M(x, a) FOR_EACH_39(M, x, __VA_ARGS__)

#endif
