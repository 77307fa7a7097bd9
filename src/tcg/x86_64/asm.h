/* SPDX-License-Identifier: MIT */
/* Writing x86-64 machine code.
 *
 * An instruction is an opcode constant (X_ADD, X_LZCNT, ...), a register, and an Rm: a register or
 * memory. The constant says everything that the encoding depends on, so that one function writes
 * them all:
 *
 *     legacy:   [66|F2|F3]  REX.WRXB  [0F [38|3A]]  opcode  ModRM [SIB] [disp]  [imm]
 *     VEX:      C4 RXB.map  W.vvvv.0.pp             opcode  ModRM [SIB] [disp]  [imm]
 *
 * Registers are numbered as in regalloc.h: 0-15 rax..r15, 16-31 xmm0..xmm15.  (Intel SDM,
 * volume 2.) */
#ifndef TCG_X86_64_ASM_H
#define TCG_X86_64_ASM_H

#include "base/types.h"

enum {
    RAX,
    RCX,
    RDX,
    RBX,
    RSP,
    RBP,
    RSI,
    RDI,
    R8,
    R9,
    R10,
    R11,
    R12,
    R13,
    R14,
    R15,
    XMM0 = 16,
    XMM14 = 30,
    XMM15 = 31,
};

/* Opcode constants: the opcode byte, and above it how it is reached. */
enum {
    X_MAP = 3 << 8, /* opcode map: */
    X_0F = 1 << 8,
    X_0F38 = 2 << 8,
    X_0F3A = 3 << 8,
    X_PP = 3 << 10, /* mandatory prefix, numbered as in VEX: */
    X_66 = 1 << 10,
    X_F3 = 2 << 10,
    X_F2 = 3 << 10,
    X_W = 1 << 12,    /* 64-bit operands */
    X_BYTE = 1 << 13, /* the register is a byte: spl, bpl, sil, dil need a REX prefix */
    X_16 = 1 << 14,   /* 16-bit operands */
};

/* The eight two-operand operations of the first rows of the opcode map: "op r, r/m" is 8 * n + 3.
 */
typedef enum AluOp { ALU_ADD, ALU_OR, ALU_ADC, ALU_SBB, ALU_AND, ALU_SUB, ALU_XOR, ALU_CMP } AluOp;
#define X_ALU(op)    ((op) << 3 | 3)
#define X_ALU_MR(op) ((op) << 3 | 1)

typedef enum ShiftOp { SHIFT_ROL, SHIFT_ROR, SHIFT_SHL = 4, SHIFT_SHR, SHIFT_SAR = 7 } ShiftOp;

enum {
    X_MOV = 0x8b,
    X_MOV_MR = 0x89,
    X_MOV_MR8 = 0x88 | X_BYTE,
    X_LEA = 0x8d,
    X_TEST = 0x85,
    X_XCHG = 0x87,
    X_MOVSXD = 0x63 | X_W,
    X_MOVZX8 = 0xb6 | X_0F,
    X_MOVZX16 = 0xb7 | X_0F,
    X_MOVSX8 = 0xbe | X_0F,
    X_MOVSX16 = 0xbf | X_0F,
    X_IMUL = 0xaf | X_0F,
    X_CMOV = 0x40 | X_0F, /* + condition */
    X_SETCC = 0x90 | X_0F | X_BYTE,
    X_XADD = 0xc1 | X_0F,
    X_CMPXCHG = 0xb1 | X_0F,
    X_POPCNT = 0xb8 | X_0F | X_F3,
    X_LZCNT = 0xbd | X_0F | X_F3,
    X_TZCNT = 0xbc | X_0F | X_F3,
    X_GROUP3 = 0xf7,         /* test /0, not /2, neg /3, mul /4, imul /5, div /6, idiv /7 */
    X_GROUP5 = 0xff,         /* inc /0, dec /1, call /2, jmp /4, push /6 */
    X_LDMXCSR = 0xae | X_0F, /* /2; stmxcsr is /3 */
    /* VEX only */
    X_ANDN = 0xf2 | X_0F38,
    X_RORX = 0xf0 | X_0F3A | X_F2,
    X_SHLX = 0xf7 | X_0F38 | X_66,
    X_SARX = 0xf7 | X_0F38 | X_F3,
    X_SHRX = 0xf7 | X_0F38 | X_F2,
    /* SSE; scalar double, and X_SS makes it single */
    X_MOVSD = 0x10 | X_0F | X_F2,
    X_MOVSD_MR = 0x11 | X_0F | X_F2,
    X_MOVSS = 0x10 | X_0F | X_F3,
    X_MOVSS_MR = 0x11 | X_0F | X_F3,
    X_MOVAPS = 0x28 | X_0F,
    X_MOVQ = 0x6e | X_0F | X_66 | X_W,    /* xmm <- r64; without W movd */
    X_MOVQ_MR = 0x7e | X_0F | X_66 | X_W, /* r64 <- xmm */
    X_MOVD = 0x6e | X_0F | X_66,
    X_MOVD_MR = 0x7e | X_0F | X_66,
    X_SQRTSD = 0x51 | X_0F | X_F2,
    X_ANDPS = 0x54 | X_0F,
    X_ANDNPS = 0x55 | X_0F,
    X_ORPS = 0x56 | X_0F,
    X_XORPS = 0x57 | X_0F,
    X_ADDSD = 0x58 | X_0F | X_F2,
    X_MULSD = 0x59 | X_0F | X_F2,
    X_CVTSD2SS = 0x5a | X_0F | X_F2, /* with F3 in place of F2: cvtss2sd */
    X_SUBSD = 0x5c | X_0F | X_F2,
    X_MINSD = 0x5d | X_0F | X_F2,
    X_DIVSD = 0x5e | X_0F | X_F2,
    X_MAXSD = 0x5f | X_0F | X_F2,
    X_UCOMISS = 0x2e | X_0F, /* with 66: ucomisd */
    X_COMISS = 0x2f | X_0F,
    X_CVTSI2SD = 0x2a | X_0F | X_F2,
    X_CVTTSD2SI = 0x2c | X_0F | X_F2,
    X_CVTSD2SI = 0x2d | X_0F | X_F2,
    X_CMPSD = 0xc2 | X_0F | X_F2, /* imm8: 0 eq, 1 lt, 2 le */
    X_PTEST = 0x17 | X_0F38 | X_66,
    X_VFMADD213SD = 0xa9 | X_0F38 | X_66 | X_W, /* reg = vvvv * reg + rm; without W single */
    X_VFMADD231SD = 0xb9 | X_0F38 | X_66 | X_W, /* reg = vvvv * rm + reg */
};

/* Condition codes, as in jcc, setcc and cmovcc. */
typedef enum X86Cond {
    CC_O,
    CC_NO,
    CC_B,
    CC_AE,
    CC_E,
    CC_NE,
    CC_BE,
    CC_A,
    CC_S,
    CC_NS,
    CC_P,
    CC_NP,
    CC_L,
    CC_GE,
    CC_LE,
    CC_G,
} X86Cond;

/* A register, [base + index + disp], or a constant at a fixed address in the code buffer. */
typedef struct Rm {
    uint8_t mode;               /* RM_* */
    uint8_t base, index, scale; /* scale: log2 */
    int32_t disp;
    const void *at; /* RM_RIP: executable address */
} Rm;
enum { RM_REG, RM_BASE, RM_INDEX, RM_RIP };

static inline Rm rm_reg(unsigned r)
{
    return (Rm){.mode = RM_REG, .base = r};
}

static inline Rm rm_mem(unsigned base, int32_t disp)
{
    return (Rm){.mode = RM_BASE, .base = base, .disp = disp};
}

static inline Rm rm_index(unsigned base, unsigned index, unsigned scale, int32_t disp)
{
    return (Rm){.mode = RM_INDEX, .base = base, .index = index, .scale = scale, .disp = disp};
}

static inline Rm rm_at(const void *at)
{
    return (Rm){.mode = RM_RIP, .at = at};
}

/* Where code goes. */
typedef struct Asm {
    uint8_t *p;     /* the next byte, in the writable mapping */
    ptrdiff_t exec; /* add it to get the executable address */
} Asm;

static inline void put8(Asm *a, unsigned v)
{
    *a->p++ = v;
}

static inline void put32(Asm *a, uint32_t v)
{
    memcpy(a->p, &v, 4);
    a->p += 4;
}

static inline void put64(Asm *a, uint64_t v)
{
    memcpy(a->p, &v, 8);
    a->p += 8;
}

static inline const uint8_t *asm_here(const Asm *a)
{
    return a->p + a->exec;
}

static inline bool fits_int8(int64_t v)
{
    return v == (int8_t)v;
}

static inline bool fits_int32(int64_t v)
{
    return v == (int32_t)v;
}

/* ModRM, SIB and displacement. */
static inline void asm_modrm(Asm *a, unsigned reg, Rm rm)
{
    unsigned r = (reg & 7) << 3, b = rm.base & 7;
    unsigned mod = rm.disp == 0 && b != RBP ? 0 : fits_int8(rm.disp) ? 0x40 : 0x80;

    if (rm.mode == RM_REG) {
        put8(a, 0xc0 | r | b);
        return;
    }
    if (rm.mode == RM_RIP) {
        put8(a, r | 5);
        put32(a, (const uint8_t *)rm.at - (asm_here(a) + 4));
        return;
    }
    if (rm.mode == RM_INDEX) {
        put8(a, mod | r | 4);
        put8(a, rm.scale << 6 | (rm.index & 7) << 3 | b);
    } else if (b ==
               RSP) { /* as a base, rsp and r12 need a SIB byte; and rbp and r13 a displacement */
        put8(a, mod | r | 4);
        put8(a, 0x24);
    } else {
        put8(a, mod | r | b);
    }
    if (mod == 0x40) {
        put8(a, rm.disp);
    } else if (mod == 0x80) {
        put32(a, rm.disp);
    }
}

/* Any legacy-encoded instruction without its immediate. */
static inline void asm_op(Asm *a, unsigned opc, unsigned reg, Rm rm)
{
    static const uint8_t prefix[] = {0, 0x66, 0xf3, 0xf2};
    unsigned rex = (opc & X_W ? 8 : 0) | (reg & 8) >> 1 |
                   (rm.mode == RM_INDEX ? (rm.index & 8) >> 2 : 0) |
                   (rm.mode != RM_RIP ? (rm.base & 8) >> 3 : 0);
    bool low_byte = (opc & X_BYTE) && (reg & 15) >= RSP;

    if (opc & X_16) {
        put8(a, 0x66);
    }
    if (opc & X_PP) {
        put8(a, prefix[(opc & X_PP) >> 10]);
    }
    /* setcc and byte moves between registers have their byte in rm. */
    low_byte |= (opc & X_BYTE) && rm.mode == RM_REG && rm.base >= RSP;
    if (rex || low_byte) {
        put8(a, 0x40 | rex);
    }
    if (opc & X_MAP) {
        put8(a, 0x0f);
        if ((opc & X_MAP) != X_0F) {
            put8(a, (opc & X_MAP) == X_0F38 ? 0x38 : 0x3a);
        }
    }
    put8(a, opc);
    asm_modrm(a, reg, rm);
}

static inline void asm_rr(Asm *a, unsigned opc, unsigned reg, unsigned rm)
{
    asm_op(a, opc, reg, rm_reg(rm));
}

/* Any VEX-encoded instruction: @v is the extra operand (vvvv), 0 where there is none. */
static inline void asm_vex(Asm *a, unsigned opc, unsigned reg, unsigned v, Rm rm)
{
    unsigned r = reg & 8, x = rm.mode == RM_INDEX ? rm.index & 8 : 0,
             b = rm.mode != RM_RIP ? rm.base & 8 : 0;

    put8(a, 0xc4);
    put8(a, (r ? 0 : 0x80) | (x ? 0 : 0x40) | (b ? 0 : 0x20) | (opc & X_MAP) >> 8);
    put8(a, (opc & X_W ? 0x80 : 0) | (~v & 15) << 3 | (opc & X_PP) >> 10);
    put8(a, opc);
    asm_modrm(a, reg, rm);
}

/* op r/m, imm: the shortest form. */
static inline void asm_alu_imm(Asm *a, AluOp op, unsigned w, Rm rm, int32_t imm)
{
    bool short_form = fits_int8(imm);

    asm_op(a, (short_form ? 0x83 : 0x81) | w, op, rm);
    if (short_form) {
        put8(a, imm);
    } else {
        put32(a, imm);
    }
}

static inline void asm_shift_imm(Asm *a, ShiftOp op, unsigned w, unsigned reg, unsigned n)
{
    asm_op(a, 0xc1 | w, op, rm_reg(reg));
    put8(a, n);
}

/* rdx:rax = rax, sign-extended (cdq, cqo) */
static inline void asm_extend_rax(Asm *a, unsigned w)
{
    if (w) {
        put8(a, 0x48);
    }
    put8(a, 0x99);
}

static inline void asm_bswap(Asm *a, unsigned w, unsigned reg)
{
    if (w || (reg & 8)) {
        put8(a, 0x40 | (w ? 8 : 0) | (reg & 8) >> 3);
    }
    put8(a, 0x0f);
    put8(a, 0xc8 | (reg & 7));
}

/* reg = imm, in the shortest way that leaves the flags alone. */
static inline void asm_mov_imm(Asm *a, unsigned reg, uint64_t imm)
{
    if (imm == (uint32_t)imm) {
        if (reg & 8) {
            put8(a, 0x41);
        }
        put8(a, 0xb8 | (reg & 7));
        put32(a, imm);
    } else if (fits_int32(imm)) {
        asm_op(a, 0xc7 | X_W, 0, rm_reg(reg));
        put32(a, imm);
    } else {
        put8(a, 0x48 | (reg & 8) >> 3);
        put8(a, 0xb8 | (reg & 7));
        put64(a, imm);
    }
}

/* Jumps and calls with a 32-bit displacement; they return where that is, to be filled in by
 * asm_patch. */
static inline uint8_t *asm_jcc(Asm *a, X86Cond cc)
{
    put8(a, 0x0f);
    put8(a, 0x80 | cc);
    put32(a, 0);
    return a->p - 4;
}

static inline uint8_t *asm_jmp(Asm *a)
{
    put8(a, 0xe9);
    put32(a, 0);
    return a->p - 4;
}

/* Let the displacement at @rel lead to @target; both in the writable mapping. */
static inline void asm_patch(uint8_t *rel, const uint8_t *target)
{
    int32_t d = target - (rel + 4);

    memcpy(rel, &d, 4);
}

/* Short forward jump; asm_patch8 makes it end here. */
static inline uint8_t *asm_jcc8(Asm *a, X86Cond cc)
{
    put8(a, 0x70 | cc);
    put8(a, 0);
    return a->p - 1;
}

static inline void asm_patch8(Asm *a, uint8_t *rel)
{
    *rel = a->p - (rel + 1);
}

/* jmp or call an executable address anywhere; a far one goes through rax, unless it is a call
 * within the buffer. */
static inline bool asm_reaches(const Asm *a, const void *target)
{
    return fits_int32((const uint8_t *)target - (asm_here(a) + 5));
}

static inline void asm_jmp_to(Asm *a, const void *target)
{
    put8(a, 0xe9);
    put32(a, (const uint8_t *)target - (asm_here(a) + 4));
}

static inline void asm_call_to(Asm *a, const void *target)
{
    if (asm_reaches(a, target)) {
        put8(a, 0xe8);
        put32(a, (const uint8_t *)target - (asm_here(a) + 4));
    } else {
        asm_mov_imm(a, RAX, (uintptr_t)target);
        asm_op(a, X_GROUP5, 2, rm_reg(RAX));
    }
}

/* Fill up to the next address that is @phase modulo @align, with long no-ops. */
static inline void asm_align(Asm *a, unsigned align, unsigned phase)
{
    static const uint8_t nops[][8] = {
        {0x90},
        {0x66, 0x90},
        {0x0f, 0x1f, 0x00},
        {0x0f, 0x1f, 0x40, 0},
        {0x0f, 0x1f, 0x44, 0, 0},
        {0x66, 0x0f, 0x1f, 0x44, 0, 0},
        {0x0f, 0x1f, 0x80, 0, 0, 0, 0},
    };
    unsigned n = (phase - (uintptr_t)asm_here(a)) & (align - 1);

    while (n) {
        unsigned k = MIN(n, 7u);

        memcpy(a->p, nops[k - 1], k);
        a->p += k;
        n -= k;
    }
}

#endif
