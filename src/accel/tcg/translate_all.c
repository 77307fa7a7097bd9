/* SPDX-License-Identifier: MIT */
/* From a guest address to a block: the pipeline, driven.
 *
 *     tb_gen_code -> gen_intermediate_code: CpuOps.translate, ir_optimise, ir_liveness
 *                 -> tcg_gen_code: TcgEngine.gen */
#include "accel/tcg/exclusive.h"
#include "accel/tcg/fetch.h"
#include "accel/tcg/itrace.h"
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
    if (!code_buffer_init(buffer_size, errp)) {
        return false;
    }
    if (!engine->init(ops->globals, ops->nglobals, code_buffer_permanent(), errp)) {
        code_buffer_destroy();
        return false;
    }
    return true;
}

void tcg_pipeline_destroy(void)
{
    tb_cache_clear();
    code_buffer_destroy();
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

    if (!code->size) {
        log_printf("OUT: no host code: the engine %s executes the IR (see op_opt)\n\n",
                   tcg_engine->name);
        return;
    }
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

static void gen_intermediate_code(CPUState *cpu, TbRequest *r)
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
    if (r->nbytes && itrace_records(r->key.pc)) {
        itrace_instrument(&ir, r);
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

static TranslationBlock *tcg_gen_code(const TbRequest *r, uint64_t phys)
{
    const Fetch *f = r->opaque;
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
    tb->page[1] = phys % TCG_PAGE_SIZE + r->nbytes > TCG_PAGE_SIZE
                      ? f->page[1].ram >> TCG_PAGE_BITS
                      : TB_NO_PAGE;
    code_buffer_commit(tb);
    return tb;
}

/* The region is full.  Dropping the next one needs that nobody is inside a block. */
static void make_room(void *opaque)
{
    tb_lock();
    code_buffer_next_region();
    tb_unlock();
}

/* Where no block may lead through: breakpoints, and what is recorded. */
static bool (*ends_before(void))(uint64_t pc)
{
    return log_on(itrace) ? itrace_or_break_at : debug_breaks ? debug_break_find : NULL;
}

/* One attempt, all under tb_lock.  NULL: what is missing has been noted in @f, or else there is no
 * room. */
static TranslationBlock *make_block(Fetch *f, TbKey key, uint64_t phys, unsigned max_insns)
{
    TbRequest r = {.key = key,
                   .max_insns = itrace_records(key.pc) ? 1 : max_insns,
                   .single_step = key.flags & TB_SINGLE_STEP,
                   .ends_before = ends_before(),
                   .counted = icount_enabled || f->cpu->count_insns,
                   .fetch = fetch_code,
                   .opaque = f};
    TranslationBlock *tb;

    gen_intermediate_code(f->cpu, &r);
    if (f->incomplete) {
        return NULL;
    }
    tb = tcg_gen_code(&r, phys);
    if (!tb) {
        return NULL;
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
    return tb;
}

TranslationBlock *tb_gen_code(CPUState *cpu, TbKey key, uint64_t phys, const uint8_t *host,
                              unsigned max_insns)
{
    TranslationBlock *tb = NULL;
    Fetch f;

    fetch_begin(&f, cpu, key.pc, phys, host);
    tb_lock();
    while (!tb) {
        fetch_prepare(&f);
        tb = make_block(&f, key, phys, max_insns);
        if (!tb && !f.incomplete) {
            tb_unlock();
            cpu_exec_alone(cpu, make_room, NULL);
            tb_lock();
        }
    }
    tb_unlock();
    return tb;
}
