/* SPDX-License-Identifier: MIT */
/* What RISC-V boards share when they start software: firmware at the start of RAM, a kernel above
 * it, the initial RAM disk, the device tree, and the few instructions of the reset vector. */
#ifndef HW_RISCV_BOOT_H
#define HW_RISCV_BOOT_H

#include "hw/core/fdt.h"
#include "hw/core/loader.h"
#include "qom/device.h"

typedef struct RiscvBoot {
    /* in: the board's facts and the user's options; strings may be NULL */
    bool is_32bit;
    hwaddr ram_base;
    uint64_t ram_size;
    const char *bios, *kernel, *initrd, *append;
    hwaddr flash; /* where an image in flash begins, which then runs first; 0: there is none */
    /* Where firmware for S mode (EDK2, say) lies, which the firmware of M mode starts instead of
     * the kernel: it finds kernel, RAM disk and command line in fw_cfg.  0, NULL: there is none. */
    hwaddr next_flash;
    Device *fw_cfg;
    /* out */
    hwaddr firmware_entry, firmware_end; /* end == ram_base: none was loaded */
    LoadedImage kernel_image;            /* high == 0: none */
    hwaddr initrd_start, initrd_end;     /* end == 0: none */
    hwaddr start;                        /* where the reset vector jumps to */
    hwaddr next;                         /* where the firmware jumps to; 0: nowhere */
    hwaddr fdt_addr;                     /* set by riscv_place_fdt */
} RiscvBoot;

/* Load -bios (default: OpenSBI from the host's packages; "none": nothing), -kernel (ELF, Linux
 * Image, raw; gzip'ed or not) and -initrd.  Errors name the option and the fix. */
bool riscv_boot_load(RiscvBoot *b, Error **errp);

/* Describe what was loaded in /chosen of @dt: bootargs, linux,initrd-start and -end. */
void riscv_boot_fill_fdt(const RiscvBoot *b, Fdt *dt);

/* Choose the place of a finished tree, load it there, and remember b->fdt_addr. */
bool riscv_place_fdt(RiscvBoot *b, const Fdt *dt, Error **errp);

/* Load the reset vector into the board's ROM at @rom_base: a0 = hart id, a1 = fdt_addr,
 * a2 = the structure that OpenSBI's fw_dynamic reads, then jump to b->start. */
void riscv_setup_rom_reset_vec(const RiscvBoot *b, hwaddr rom_base, uint64_t rom_size);

#endif
