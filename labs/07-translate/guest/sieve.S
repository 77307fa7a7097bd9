/* SPDX-License-Identifier: MIT */
/* The program that is measured: how many primes are there below a million?  By the sieve of
 * Eratosthenes: a byte for each number; of each number that nobody has crossed out, all multiples
 * are crossed out.  Nearly all of its time goes to the three instructions of `cross`. */
    .equ UART,   0x10000000
    .equ FINISH, 0x00100000
    .equ LIMIT,  1000000
    .option norvc                       /* four bytes each */

    .globl _start
_start:
    rdtime s0
    li   s1, 0x80800000                 /* byte 0 */
    li   a5, LIMIT
    add  a3, s1, a5                     /* the end */
    li   s2, 0                          /* primes found */
    li   a4, 2                          /* a number */
next:
    add  a0, s1, a4
    lbu  a1, 0(a0)
    bnez a1, crossed
    addi s2, s2, 1
    li   a1, 1
    add  a0, a0, a4
    bgeu a0, a3, crossed
cross:
    sb   a1, 0(a0)
    add  a0, a0, a4
    bltu a0, a3, cross
crossed:
    addi a4, a4, 1
    bltu a4, a5, next

    mv   a0, s2
    jal  print_number
    la   a0, text_primes
    jal  print
    rdtime a0
    sub  a0, a0, s0
    li   t0, 10                         /* the clock ticks ten times in a microsecond */
    divu a0, a0, t0
    jal  print_number
    la   a0, text_time
    jal  print
    li   t0, FINISH
    li   t1, 0x5555
    sw   t1, 0(t0)
1:  j    1b

print_number:
    li   t0, 10
    la   t1, digits_end
1:  remu t2, a0, t0
    divu a0, a0, t0
    addi t2, t2, '0'
    addi t1, t1, -1
    sb   t2, 0(t1)
    bnez a0, 1b
    mv   a0, t1
print:
    li   t0, UART
1:  lbu  t1, 0(a0)
    beqz t1, 2f
    sb   t1, 0(t0)
    addi a0, a0, 1
    j    1b
2:  ret

text_primes: .string " primes below a million\n"
text_time:   .string " microseconds\n"
digits:      .skip 20
digits_end:  .byte 0
