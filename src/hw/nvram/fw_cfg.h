/* SPDX-License-Identifier: MIT */
/* fw_cfg: how the board hands facts and files (kernel, tables, -fw_cfg) to the firmware. */
#ifndef HW_NVRAM_FW_CFG_H
#define HW_NVRAM_FW_CFG_H

#include "qom/device.h"

#define TYPE_FW_CFG_MEM "fw_cfg_mem"

/* Keys that every firmware knows. */
enum {
    FW_CFG_SIGNATURE = 0x00,
    FW_CFG_ID = 0x01,
    FW_CFG_UUID = 0x02,
    FW_CFG_RAM_SIZE = 0x03,
    FW_CFG_NB_CPUS = 0x05,
    FW_CFG_KERNEL_ADDR = 0x07,
    FW_CFG_KERNEL_SIZE = 0x08,
    FW_CFG_INITRD_ADDR = 0x0a,
    FW_CFG_INITRD_SIZE = 0x0b,
    FW_CFG_MAX_CPUS = 0x0f,
    FW_CFG_KERNEL_DATA = 0x11,
    FW_CFG_INITRD_DATA = 0x12,
    FW_CFG_CMDLINE_SIZE = 0x14,
    FW_CFG_CMDLINE_DATA = 0x15,
    FW_CFG_FILE_DIR = 0x19,
    FW_CFG_FILE_FIRST = 0x20,
    FW_CFG_FILES_MAX = 32,
};

/* Give an item its contents, which are copied; a second call for the same key replaces them.
 * Numbers are little endian.  @dev is a TYPE_FW_CFG_MEM.  Before the guest runs, big lock. */
void fw_cfg_add_bytes(Device *dev, uint16_t key, const void *data, size_t len);
void fw_cfg_add_string(Device *dev, uint16_t key, const char *value); /* its NUL included */
void fw_cfg_add_u16(Device *dev, uint16_t key, uint16_t value);
void fw_cfg_add_u32(Device *dev, uint16_t key, uint32_t value);

/* Add the file @name ("opt/org.example/x"), or replace it.  False when there are too many or the
 * name is too long. */
bool fw_cfg_add_file(Device *dev, const char *name, const void *data, size_t len, Error **errp);

#endif
