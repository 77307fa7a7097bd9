# SPDX-License-Identifier: MIT
"""Inside gdb: goes from step to step and prints what tests/stepping/run looks at."""
import json
import os
import signal

import gdb

LOOKS = {"virt_init": ["teemu where", "teemu mtree", "teemu qtree"],
         "memory_region_add_subregion": ["print *mr", "print *parent"],
         "riscv_aclint_mtimer_create": ["teemu mtree"],
         "sysbus_realize_and_unref": ["print *dev", "print dev->obj"],
         "create_cli_devices": ["teemu qtree", "print address_space_memory", "print *address_space_memory.view",
                                "print address_space_memory.view->ranges[0]"],
         "tcg_cpus_exec": ["print cpu->dev", "print cpu->dev.inputs[7]"],
         "main_loop": ["teemu handlers", "teemu where"],
         "main_loop_wait": ["print *iohandler_context", "print *main_context", "print main_context->bh_stub",
                            "print *(AioHandler *)((char *)iohandler_context->handlers.next - "
                            "(long)&((AioHandler *)0)->link)", "print *main_context->timers->heap[0].t[0]"],
         "tcg_gen_code": ["teemu tb", "print ir"],
         "jit_exec": ["teemu tb code", "print *(TranslationBlock *)code"]}

LOOKS["interp_exec"] = LOOKS["jit_exec"]
printed = set()  # types that a pretty-printer has shown


def noting(name, show):
    def shown(value):
        text = show(value)
        printed.add(name)
        return text
    return shown


for name, show in PRINTERS.items():  # of labs/gdb/teemu.py, in the same name space
    PRINTERS[name] = noting(name, show)


def look(command):
    try:
        return gdb.execute(command, to_string=True)
    except gdb.error as e:
        return f"error: {e}"


def stop():
    frame = gdb.selected_frame()
    thread = gdb.selected_thread()
    print("STOP " + json.dumps({
        "function": frame.name(), "main": thread.num == 1,
        "args": look("info args"), "looks": {c: look(c) for c in LOOKS.get(frame.name(), [])}}))


gdb.execute("run")
left = {b.location for b in gdb.breakpoints() if b.temporary}
while gdb.selected_inferior().pid and left:
    left.discard(gdb.selected_frame().name())
    stop()
    if left == {"pause_all_vcpus", "cleanup"}:
        os.kill(gdb.selected_inferior().pid, signal.SIGTERM)
    if left:
        gdb.execute("continue")
print("UNSEEN " + json.dumps([name for name in PRINTERS if name not in printed]))
print("LEFT " + json.dumps(sorted(left)))
gdb.execute("kill")
