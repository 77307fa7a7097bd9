/* SPDX-License-Identifier: MIT */
/* Guest code as the translator reads it, under tb_lock.  Two things must hold:
 *
 * No page walk under the lock.  A walk may read a table that is in a device, which takes the big
 * lock, whose owner may be waiting for tb_lock to drop blocks.  So the caller brings the first
 * page, and a block that reaches into a second one is begun again when that was looked up.
 *
 * No byte is read before every store to its page is seen (tb_page_watched), or a block could be
 * made from old bytes with nobody to drop it.  Taking the page's write tags is not enough:
 *
 *      another vCPU                       we
 *      compare address and write tag
 *                                         mark the page, take the tag, read the old bytes
 *      store
 *
 * So when a tag was taken from somebody else, all vCPUs leave translated code once: then no store
 * is on its way any more. */
#include "accel/tcg/fetch.h"
#include "accel/tcg/exclusive.h"
#include "accel/tcg/tcg_cpu.h"

void fetch_begin(Fetch *f, CPUState *cpu, uint64_t pc, uint64_t ram, const uint8_t *host)
{
    *f = (Fetch){.cpu = cpu};
    f->page[0].va = pc & TCG_PAGE_MASK;
    f->page[0].ram = ram & TCG_PAGE_MASK;
    f->page[0].host = host - (pc & ~TCG_PAGE_MASK);
}

static void look_up_second(Fetch *f)
{
    const uint8_t *host = NULL;
    uint64_t ram = tcg_code_address(f->cpu, f->page[1].va, &host);

    if (ram == TB_NO_PAGE) {
        f->cpu->exception_index = EXCP_NONE; /* nothing was executed yet: the block will raise it */
        host = NULL;
    }
    f->page[1].ram = ram;
    f->page[1].host = host;
    f->second_known = true;
}

static void watch_alone(void *opaque)
{
    const uint64_t *ram = opaque;

    tb_lock();
    memory_page_set_code(*ram);
    tcg_tlb_protect(*ram);
    tcg_tlb_no_late_stores();
    tb_page_set_watched(*ram);
    tb_unlock();
}

/* True: stores to the page at @ram are seen from now on.  False: the lock was dropped, so look
 * again. */
static bool watch(CPUState *cpu, uint64_t ram)
{
    if (tb_page_watched(ram)) {
        return true;
    }
    memory_page_set_code(ram);
    if (!tcg_tlb_protect(ram)) {
        tb_page_set_watched(ram);
        return true;
    }
    tb_unlock();
    cpu_exec_alone(cpu, watch_alone, &ram);
    tb_lock();
    return false;
}

void fetch_prepare(Fetch *f)
{
    if (f->incomplete) {
        tb_unlock();
        look_up_second(f);
        tb_lock();
        f->incomplete = false;
    }
    while (!watch(f->cpu, f->page[0].ram) ||
           (f->page[1].host && !watch(f->cpu, f->page[1].ram))) {
    }
}

/* The host address of the byte at @pc, or NULL. */
static const uint8_t *host_of(Fetch *f, uint64_t pc)
{
    FetchPage *p = &f->page[(pc & TCG_PAGE_MASK) != f->page[0].va];

    if (p == &f->page[1] && !f->second_known) {
        p->va = pc & TCG_PAGE_MASK;
        f->incomplete = true;
        return NULL;
    }
    assert(p->va == (pc & TCG_PAGE_MASK)); /* no block reaches into a third page */
    return p->host ? p->host + (pc & ~TCG_PAGE_MASK) : NULL;
}

/* Another hart may be writing: an aligned halfword, which is what instructions are made of, is read
 * in one piece, old or new. */
bool fetch_code(TbRequest *r, uint64_t pc, void *buf, unsigned len)
{
    for (unsigned n = 0, step; n < len; n += step) {
        const uint8_t *host = host_of(r->opaque, pc + n);

        if (!host) {
            return false;
        }
        step = len - n >= 2 && !((pc + n) & 1) ? 2 : 1;
        if (step == 2) {
            uint16_t v = __atomic_load_n((const uint16_t *)host, __ATOMIC_RELAXED);

            memcpy((uint8_t *)buf + n, &v, 2);
        } else {
            ((uint8_t *)buf)[n] = __atomic_load_n(host, __ATOMIC_RELAXED);
        }
    }
    return true;
}
