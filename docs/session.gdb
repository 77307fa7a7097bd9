# The session of gdb.md.  SPDX-License-Identifier: MIT
set architecture riscv:rv64
set osabi none
target remote | exec build/teemu -M virt -smp 2 -display none -serial null -S -gdb stdio
x/6i $pc
stepi 5
info registers pc t0 a0 priv
tbreak *0x80000000
continue
awatch *(char *)0x10000000
continue
monitor where
info threads
kill
