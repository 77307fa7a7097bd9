/* SPDX-License-Identifier: MIT */
/* From a guest address to a block: the pipeline, driven.
 *
 *     tb_gen_code -> CpuOps.translate (gen_intermediate_code) -> ir_optimise -> ir_liveness ->
 * engine gen (tcg_gen_code)
 */
#include "accel/tcg/exclusive.h"
#include "accel/tcg/tcg_cpu.h"
#include "base/log.h"
#include "base/symbols.h"
#include "target/debug.h"

LOG_ITEM(in_asm, "guest code of each block when it is translated");
LOG_ITEM(op, "IR of each block as the front end made it");
LOG_ITEM(op_opt, "IR of each block after the optimiser");
LOG_ITEM(out_asm, "host code of each block");

const TcgEngine *tcg_engine;

static Ir ir; /* tb_lock: one block is translated at a time */

bool tcg_pipeline_init(const TcgEngine *engine, const CpuOps *ops, uint64_t buffer_size,
                       Error **errp)
{
    tcg_engine = engine;
    tcg_runtime_init();
    return code_buffer_init(buffer_size, errp) &&
           engine->init(ops->globals, ops->nglobals, code_buffer_permanent(), errp);
}

/* ---- fetching guest code ---- */

typedef struct Fetch {
    CPUState *cpu;
    uint64_t page;       /* virtual page of .host, .ram */
    const uint8_t *host; /* of that page */
    uint64_t ram;
    uint64_t second_ram; /* ram page of the second page touched, or TB_NO_PAGE */
    uint64_t first_page;
} Fetch;

/* Make @f point at the page of @pc.  A second page must be watched for writes before its bytes are
 * read. */
static bool fetch_page(Fetch *f, uint64_t pc)
{
    const uint8_t *host;
    uint64_t ram;

    if ((pc & TCG_PAGE_MASK) == f->page) {
        return true;
    }
    ram = tcg_code_address(f->cpu, pc, &host);
    if (ram == TB_NO_PAGE) {
        f->cpu->exception_index = EXCP_NONE; /* nothing was executed yet: the block will raise it */
        return false;
    }
    f->page = pc & TCG_PAGE_MASK;
    f->ram = ram & TCG_PAGE_MASK;
    f->host = host - (pc & ~TCG_PAGE_MASK);
    if (f->page != f->first_page) {
        f->second_ram = f->ram;
    }
    memory_page_set_code(f->ram);
    tcg_tlb_protect(f->ram);
    return true;
}

/* Another hart may be writing: an aligned halfword, which is what instructions are made of, is read
 * in one piece, old or new. */
static bool fetch(TbRequest *r, uint64_t pc, void *buf, unsigned len)
{
    Fetch *f = r->opaque;

    for (unsigned n = 0, step; n < len; n += step) {
        uint64_t at = pc + n;

        if (!fetch_page(f, at)) {
            return false;
        }
        step = len - n >= 2 && !(at & 1) ? 2 : 1;
        if (step == 2) {
            const uint16_t *half = (const uint16_t *)(f->host + (at & ~TCG_PAGE_MASK));
            uint16_t v = __atomic_load_n(half, __ATOMIC_RELAXED);

            memcpy((uint8_t *)buf + n, &v, 2);
        } else {
            ((uint8_t *)buf)[n] =
                __atomic_load_n(f->host + (at & ~TCG_PAGE_MASK), __ATOMIC_RELAXED);
        }
    }
    return true;
}

/* ---- logs ---- */

static void log_guest_code(CPUState *cpu, TbRequest *r)
{
    uint64_t pc = r->key.pc, end = pc + r->nbytes, offset;
    const char *symbol = symbols_find(pc, &offset);
    Str text = {0};

    while (pc < end) {
        uint8_t buf[16] = {0};
        unsigned len = MIN(end - pc, sizeof(buf));

        if (!r->fetch(r, pc, buf, len)) {
            break;
        }
        str_printf(&text, "0x%016" PRIx64 ":  ", pc);
        len = cpu->ops->disassemble(cpu, pc, buf, len, &text);
        str_append(&text, "\n");
        pc += MAX(len, 1u);
    }
    log_printf("----------------\nIN: %s\n%s\n", symbol ? symbol : "", str_get(&text));
    str_free(&text);
}

static void log_ir(const char *title)
{
    Str text = {0};

    ir_dump(&ir, &text);
    log_printf("%s:\n%s\n", title, str_get(&text));
    str_free(&text);
}

static void log_host_code(const TcgCode *code)
{
    Str text = {0};

    for (uint32_t i = 0; i < code->size; i++) {
        if (i % 16 == 0) {
            str_printf(&text, "%s%p: ", i ? "\n" : "", code->entry + i);
        }
        str_printf(&text, " %02x", code->entry[i]);
    }
    log_printf("OUT: [size=%u]\n%s\n\n", code->size, str_get(&text));
    str_free(&text);
}

/* ---- the pipeline ---- */

static void front_end(CPUState *cpu, TbRequest *r)
{
    bool wanted = log_in_filter(r->key.pc);

    ir_reset(&ir, cpu->ops->globals, cpu->ops->nglobals);
    cpu->ops->translate(cpu, &ir, r);
    if (log_on(in_asm) && wanted) {
        log_guest_code(cpu, r);
    }
    if (log_on(op) && wanted) {
        log_ir("OP");
    }
    if (r->counted) {
        icount_charge(&ir, r->ninsns);
    }
    assert(ir_verify(&ir, NULL));
    ir_optimise(&ir);
    ir_liveness(&ir);
    if (log_on(op_opt) && wanted) {
        log_ir("OP after optimization and liveness analysis");
    }
}

/* Room for the block itself and its links in the current region, or NULL. */
static TranslationBlock *alloc_tb(TcgBuffer *b)
{
    uint8_t *p = b->room ? b->meta_alloc(b, sizeof(TranslationBlock) + 64) : NULL;
    TbJump *jumps = p ? b->meta_alloc(b, ir.nexits * sizeof(TbJump)) : NULL;
    TranslationBlock *tb;

    if (!jumps) {
        return NULL;
    }
    tb = (TranslationBlock *)align_up((uintptr_t)p, 64);
    memset(tb, 0, sizeof(*tb));
    tb->jumps = jumps;
    for (unsigned i = 0; i < ir.nexits; i++) {
        jumps[i].from = tb;
        jumps[i].slot = i;
        list_init(&jumps[i].link);
    }
    list_init(&tb->incoming);
    return tb;
}

static TranslationBlock *back_end(const TbRequest *r, uint64_t phys, const Fetch *f)
{
    TcgBuffer *b = code_buffer_current();
    TranslationBlock *tb = alloc_tb(b);

    if (!tb) {
        return NULL;
    }
    tb->code.pc = r->key.pc;
    tb->code.ninsns = r->ninsns;
    if (!tcg_engine->gen(&ir, b, &tb->code)) {
        return NULL;
    }
    tb->flags = r->key.flags;
    tb->phys = phys;
    tb->nbytes = r->nbytes;
    tb->page[0] = phys >> TCG_PAGE_BITS;
    tb->page[1] = f->second_ram == TB_NO_PAGE ? TB_NO_PAGE : f->second_ram >> TCG_PAGE_BITS;
    code_buffer_commit(tb);
    return tb;
}

/* The region is full.  Dropping the next one needs that nobody is inside a block. */
static void make_room(CPUState *cpu)
{
    tb_unlock();
    cpu_exec_end(cpu);
    start_exclusive();
    tb_lock();
    code_buffer_next_region();
    tb_unlock();
    end_exclusive();
    cpu_exec_start(cpu);
    tb_lock();
}

TranslationBlock *tb_gen_code(CPUState *cpu, TbKey key, uint64_t phys, unsigned max_insns)
{
    TranslationBlock *tb = NULL;

    tb_lock();
    while (!tb) {
        Fetch f = {.cpu = cpu,
                   .page = TLB_NO_MATCH,
                   .second_ram = TB_NO_PAGE,
                   .first_page = key.pc & TCG_PAGE_MASK};
        TbRequest r = {.key = key,
                       .max_insns = max_insns,
                       .single_step = key.flags & TB_SINGLE_STEP,
                       .ends_before = debug_breaks ? debug_break_find : NULL,
                       .counted = icount_enabled || cpu->count_insns,
                       .fetch = fetch,
                       .opaque = &f};

        front_end(cpu, &r);
        tb = back_end(&r, phys, &f);
        if (!tb) {
            make_room(cpu);
            continue;
        }
        tb_stats.generated++;
        tb_stats.guest_bytes += r.nbytes;
        tb_stats.host_bytes += tb->code.size;
        if (log_on(out_asm) && log_in_filter(key.pc)) {
            log_host_code(&tb->code);
        }
        if (r.nbytes) {
            tb_insert(tb);
        } else {
            tb->invalid = true; /* raises a fetch fault: for this once only */
        }
    }
    tb_unlock();
    return tb;
}
