# Start-up, one function after the other:
#
#     make DEBUG=1
#     gdb -x labs/gdb/start-up.gdb --args build-debug/teemu -M virt ...
#     (gdb) run
#     (gdb) continue        as often as you like; `backtrace`, `info args`, `teemu where`, `teemu mtree` ...
set pagination off
set max-value-size unlimited
set print thread-events off
set breakpoint pending off
source labs/gdb/teemu.py
teemu steps labs/gdb/virt.steps
