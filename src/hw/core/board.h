/* SPDX-License-Identifier: MIT */
/* Boards.  A board is one row; "-M help" lists them.
 *
 *     typedef struct Virt {
 *         Machine machine;                 // must be first, and have this name
 *         bool aclint;
 *     } Virt;
 *
 *     BOARD(Virt, .name = "virt", .summary = "RISC-V VirtIO board", .cpu_base = "riscv-cpu",
 *           .default_cpu = "rv64", .max_cpus = 8, .ram_id = "riscv_virt_board.ram",
 *           .props = PROPS(PROP_BOOL(Virt, aclint, "aclint", false, "...")),
 *           .init = virt_init, .complete = virt_complete);
 *
 * The machine is an object of type "virt-machine" at /machine.  Its properties are what "-machine
 * virt,..." sets; those that every board has are in struct Machine. */
#ifndef HW_CORE_BOARD_H
#define HW_CORE_BOARD_H

#include "hw/core/fdt.h"
#include "mem/memory.h"
#include "qom/device.h"

#define TYPE_MACHINE "machine"

typedef struct Machine Machine;

typedef struct Board {
    const char *name, *alias, *summary;
    bool is_default;      /* without -M */
    size_t instance_size; /* set by BOARD */
    const char *cpu_base; /* type below which -cpu looks: "riscv-cpu"; NULL: the board has no CPU */
    const char *default_cpu; /* the value of -cpu without -cpu */
    const char *cpu_32bit;   /* the same for a 32-bit program; NULL: like any other */
    unsigned max_cpus;       /* of -smp */
    uint64_t default_ram;    /* bytes; 0: 128 MiB */
    const char *ram_id;      /* name of m->ram; NULL: the board has no RAM */
    const Property *props;
    /* Make it all, in the order of the real thing: memory, interrupt controllers, devices, CPUs.
     * m->ram exists, but is nowhere yet. */
    bool (*init)(Machine *m, Error **errp);
    /* All -device are there: load firmware and kernel, write the device tree.  May be NULL. */
    bool (*complete)(Machine *m, Error **errp);
    /* Free what init made that is no object below /machine.  May be NULL. */
    void (*finalize)(Machine *m);
} Board;

#define BOARD(T, ...)                                                                              \
    _Static_assert(offsetof(T, machine) == 0, #T ": Machine machine must be its first member");    \
    static const Board board_row_##T = {.instance_size = sizeof(T), __VA_ARGS__};                  \
    LINKSET_ADD(boards, board_row_##T)

typedef struct SmpTopology {
    unsigned cpus, max_cpus;          /* at start, and with hot-plug */
    unsigned sockets, cores, threads; /* max_cpus is their product */
} SmpTopology;

struct Machine {
    Object obj;
    const Board *board;
    /* set by the command line before init */
    SmpTopology smp;
    uint64_t ram_size;
    char *cpu_model; /* the text of -cpu, or the board's default; NULL for a board without CPU */
    /* properties of -machine; the strings may be NULL */
    char *firmware, *kernel, *initrd, *append, *dtb, *dumpdtb, *memory_backend;
    bool graphics; /* false with -nographic */
    bool dump_guest_core, usb;
    /* made by machine_run_board_init */
    MemoryRegion *ram;
    MemoryRegion ram_region; /* what ram is without -machine memory-backend= */
    bool has_ram_region;
    Fdt *fdt; /* the finished device tree, if the board has one: set by complete, which owns it */
};

/* The board named @name (or by its alias), or NULL with an error that names the nearest. */
const Board *board_find(const char *name, Error **errp);
const Board *board_default(void);
void board_help(FILE *out);                           /* "-M help" */
void board_help_props(const Board *board, FILE *out); /* "-M virt,help" */

/* Make the machine at /machine.  Borrowed; machine_destroy takes it down. */
Machine *machine_new(const Board *board);
/* Unrealize and free all that there is of it, however much its board has made: the system bus with
 * its devices, then what is on no bus (the CPUs, with their threads), then memory.  No vCPU runs,
 * no request of a device is under way.  Harmless without a machine. */
void machine_destroy(void);
Machine *current_machine(void); /* or NULL */

/* RAM, then the board's init. */
bool machine_run_board_init(Machine *m, Error **errp);

/* "-smp 4", "-smp 8,sockets=2,maxcpus=16"; "-m 1G", "-m size=512". */
bool machine_parse_smp(Machine *m, KeyVals *opts, Error **errp);
bool machine_parse_memory(Machine *m, KeyVals *opts, Error **errp);

#endif
