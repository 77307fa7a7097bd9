/* SPDX-License-Identifier: MIT */
/* ACLINT software interrupts: one word per hart.  MSWI keeps bit 0 and drives the hart's line with
 * it; SSWI raises the line on each write of 1, and the hart clears it by itself in sip.
 * RISC-V ACLINT specification 1.0, chapters 3 and 4. */
#include "base/log.h"
#include "base/phase.h"
#include "hw/core/sysbus.h"
#include "hw/intc/riscv_aclint.h"

typedef struct AclintSwi {
    Device dev;
    uint32_t hartid_base, num_harts;
    bool sswi;
    Irq *irq[ACLINT_HARTS_MAX];
    bool msip[ACLINT_HARTS_MAX];
} AclintSwi;

static uint64_t swi_read(void *dev, uint64_t off, unsigned size)
{
    AclintSwi *s = dev;

    return off / 4 < s->num_harts && s->msip[off / 4];
}

static void swi_write(void *dev, uint64_t off, uint64_t val, unsigned size)
{
    AclintSwi *s = dev;
    uint64_t hart = off / 4;

    if (hart >= s->num_harts) {
        log_guest("aclint", "software interrupt for hart %" PRIu64 ", which does not exist", hart);
    } else if (!s->sswi) {
        s->msip[hart] = val & 1;
        irq_set(s->irq[hart], val & 1);
    } else if (val & 1) {
        irq_raise(s->irq[hart]);
    }
}

static bool swi_realize(Device *dev, Error **errp)
{
    uint32_t n = ((AclintSwi *)dev)->num_harts;

    return (n > 0 && n <= ACLINT_HARTS_MAX) ||
           err_set(errp, "num-harts must be 1 to %d, not %u", ACLINT_HARTS_MAX, n);
}

static void swi_reset(Device *dev)
{
    AclintSwi *s = (AclintSwi *)dev;

    for (uint32_t i = 0; i < s->num_harts; i++) {
        s->msip[i] = false;
        irq_lower(s->irq[i]);
    }
}

DEVICE(AclintSwi, .name = "riscv.aclint.swi", .summary = "software interrupts of harts",
       .bus = TYPE_SYSBUS, .fdt = "riscv,aclint-mswi", .irq = offsetof(AclintSwi, irq),
       .irq_count = ACLINT_HARTS_MAX,
       .mmio = {swi_read, swi_write, .size = ACLINT_SWI_SIZE, .min = 4, .max = 4},
       .props = PROPS(PROP_U32(AclintSwi, hartid_base, "hartid-base", 0, "first hart"),
                      PROP_U32(AclintSwi, num_harts, "num-harts", 1, "how many harts"),
                      PROP_BOOL(AclintSwi, sswi, "sswi", false, "for supervisor mode")),
       .realize = swi_realize, .reset = swi_reset, .state = STATE(AclintSwi, msip));

Device *riscv_aclint_swi_create(hwaddr addr, uint32_t hartid_base, uint32_t num_harts, bool sswi,
                                Error **errp)
{
    INIT_STEP();
    Device *dev = device_new("riscv.aclint.swi", errp);

    object_property_set_uint(&dev->obj, "hartid-base", hartid_base, NULL);
    object_property_set_uint(&dev->obj, "num-harts", num_harts, NULL);
    object_property_set_bool(&dev->obj, "sswi", sswi, NULL);
    if (!sysbus_realize_and_unref(dev, errp)) {
        return NULL;
    }
    sysbus_mmio_map(dev, addr);
    return dev;
}
