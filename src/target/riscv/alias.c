/* SPDX-License-Identifier: MIT */
/* Names that an assembly programmer uses for special cases of the instructions (unpriv table 25.2),
 * and the full instructions that compressed ones are short for. */
#include "target/riscv/cpu.h"
#include "target/riscv/decode.h"

/* ---- special cases of the base instructions ---- */

INSN_ALIAS(nop, "nop", "000000000000 00000 000 00000 0010011", "");
INSN_ALIAS(li, "li", "imm[11:0] 00000 000 rd 0010011", "rd, imm");
INSN_ALIAS(mv, "mv", "000000000000 rs1!=0 000 rd 0010011", "rd, rs1");
INSN_ALIAS(not, "not", "111111111111 rs1 100 rd 0010011", "rd, rs1");
INSN_ALIAS(zext_b, "zext.b", "000011111111 rs1 111 rd 0010011", "rd, rs1");
INSN_ALIAS(neg, "neg", "0100000 rs2 00000 000 rd 0110011", "rd, rs2");
INSN_ALIAS(negw, "negw", "0100000 rs2 00000 000 rd 0111011", "rd, rs2");
INSN_ALIAS(sext_w, "sext.w", "000000000000 rs1 000 rd 0011011", "rd, rs1");
INSN_ALIAS(zext_w, "zext.w", "0000100 00000 rs1 000 rd 0111011", "rd, rs1");
INSN_ALIAS(seqz, "seqz", "000000000001 rs1 011 rd 0010011", "rd, rs1");
INSN_ALIAS(snez, "snez", "0000000 rs2 00000 011 rd 0110011", "rd, rs2");
INSN_ALIAS(sltz, "sltz", "0000000 00000 rs1 010 rd 0110011", "rd, rs1");
INSN_ALIAS(sgtz, "sgtz", "0000000 rs2 00000 010 rd 0110011", "rd, rs2");

INSN_ALIAS(beqz, "beqz", "imm[12|10:5] 00000 rs1 000 imm[4:1|11] 1100011", "rs1, imm");
INSN_ALIAS(bnez, "bnez", "imm[12|10:5] 00000 rs1 001 imm[4:1|11] 1100011", "rs1, imm");
INSN_ALIAS(bltz, "bltz", "imm[12|10:5] 00000 rs1 100 imm[4:1|11] 1100011", "rs1, imm");
INSN_ALIAS(bgez, "bgez", "imm[12|10:5] 00000 rs1!=0 101 imm[4:1|11] 1100011", "rs1, imm");
INSN_ALIAS(bgtz, "bgtz", "imm[12|10:5] rs2!=0 00000 100 imm[4:1|11] 1100011", "rs2, imm");
INSN_ALIAS(blez, "blez", "imm[12|10:5] rs2 00000 101 imm[4:1|11] 1100011", "rs2, imm");
INSN_ALIAS(j, "j", "imm[20|10:1|11|19:12] 00000 1101111", "imm");
INSN_ALIAS(jal, "jal", "imm[20|10:1|11|19:12] 00001 1101111", "imm");
INSN_ALIAS(jr, "jr", "000000000000 rs1!=1 000 00000 1100111", "rs1");
INSN_ALIAS(jr_imm, "jr", "imm[11:0] rs1 000 00000 1100111", "imm(rs1)");
INSN_ALIAS(ret, "ret", "000000000000 00001 000 00000 1100111", "");
INSN_ALIAS(jalr, "jalr", "000000000000 rs1 000 00001 1100111", "rs1");
INSN_ALIAS(jalr_imm, "jalr", "imm[11:0] rs1 000 00001 1100111", "imm(rs1)");

INSN_ALIAS(fence, "fence", "0000 1111 1111 00000 000 00000 0001111", "");
INSN_ALIAS(fence_tso, "fence.tso", "1000 0011 0011 00000 000 00000 0001111", "");
INSN_ALIAS(pause, "pause", "0000 0001 0000 00000 000 00000 0001111", "");
INSN_ALIAS(sfence_vma, "sfence.vma", "0001001 00000 00000 000 00000 1110011", "");
INSN_ALIAS(sfence_vma_va, "sfence.vma", "0001001 00000 rs1!=0 000 00000 1110011", "rs1");

/* ---- CSRs ---- */

INSN_ALIAS(unimp, "unimp", "110000000000 00000 001 00000 1110011", "");
INSN_ALIAS(csrr, "csrr", "csr 00000 010 rd 1110011", "rd, csr");
INSN_ALIAS(csrw, "csrw", "csr rs1 001 00000 1110011", "csr, rs1");
INSN_ALIAS(csrs, "csrs", "csr rs1 010 00000 1110011", "csr, rs1");
INSN_ALIAS(csrc, "csrc", "csr rs1 011 00000 1110011", "csr, rs1");
INSN_ALIAS(csrwi, "csrwi", "csr uimm[4:0] 101 00000 1110011", "csr, uimm");
INSN_ALIAS(csrsi, "csrsi", "csr uimm[4:0] 110 00000 1110011", "csr, uimm");
INSN_ALIAS(csrci, "csrci", "csr uimm[4:0] 111 00000 1110011", "csr, uimm");
INSN_ALIAS(rdcycle, "rdcycle", "110000000000 00000 010 rd 1110011", "rd");
INSN_ALIAS(rdtime, "rdtime", "110000000001 00000 010 rd 1110011", "rd");
INSN_ALIAS(rdinstret, "rdinstret", "110000000010 00000 010 rd 1110011", "rd");
INSN_ALIAS(rdcycleh, "rdcycleh", "110010000000 00000 010 rd 1110011", "rd", .ext = EXT_rv32);
INSN_ALIAS(rdtimeh, "rdtimeh", "110010000001 00000 010 rd 1110011", "rd", .ext = EXT_rv32);
INSN_ALIAS(rdinstreth, "rdinstreth", "110010000010 00000 010 rd 1110011", "rd", .ext = EXT_rv32);
INSN_ALIAS(frflags, "frflags", "000000000001 00000 010 rd 1110011", "rd");
INSN_ALIAS(frrm, "frrm", "000000000010 00000 010 rd 1110011", "rd");
INSN_ALIAS(frcsr, "frcsr", "000000000011 00000 010 rd 1110011", "rd");
INSN_ALIAS(fsflags, "fsflags", "000000000001 rs1 001 00000 1110011", "rs1");
INSN_ALIAS(fsrm, "fsrm", "000000000010 rs1 001 00000 1110011", "rs1");
INSN_ALIAS(fscsr, "fscsr", "000000000011 rs1 001 00000 1110011", "rs1");
INSN_ALIAS(fsflags_rd, "fsflags", "000000000001 rs1 001 rd 1110011", "rd, rs1");
INSN_ALIAS(fsrm_rd, "fsrm", "000000000010 rs1 001 rd 1110011", "rd, rs1");
INSN_ALIAS(fscsr_rd, "fscsr", "000000000011 rs1 001 rd 1110011", "rd, rs1");
INSN_ALIAS(fsflagsi, "fsflagsi", "000000000001 uimm[4:0] 101 00000 1110011", "uimm");
INSN_ALIAS(fsrmi, "fsrmi", "000000000010 uimm[4:0] 101 00000 1110011", "uimm");
INSN_ALIAS(fsflagsi_rd, "fsflagsi", "000000000001 uimm[4:0] 101 rd 1110011", "rd, uimm");
INSN_ALIAS(fsrmi_rd, "fsrmi", "000000000010 uimm[4:0] 101 rd 1110011", "rd, uimm");

/* ---- floating point ---- */

INSN_ALIAS(fmv_s, "fmv.s", "0010000 rs2 rs1 000 rd 1010011", "frd, frs1", .same = true);
INSN_ALIAS(fneg_s, "fneg.s", "0010000 rs2 rs1 001 rd 1010011", "frd, frs1", .same = true);
INSN_ALIAS(fabs_s, "fabs.s", "0010000 rs2 rs1 010 rd 1010011", "frd, frs1", .same = true);
INSN_ALIAS(fmv_d, "fmv.d", "0010001 rs2 rs1 000 rd 1010011", "frd, frs1", .same = true);
INSN_ALIAS(fneg_d, "fneg.d", "0010001 rs2 rs1 001 rd 1010011", "frd, frs1", .same = true);
INSN_ALIAS(fabs_d, "fabs.d", "0010001 rs2 rs1 010 rd 1010011", "frd, frs1", .same = true);

/* ---- compressed ---- */

INSN_ALIAS(c_addi4spn, "addi", "000 nzuimm[5:4|9:6|2|3] rd' 00", "rd, sp, imm");
INSN_ALIAS(c_fld, "fld", "001 uimm[5:3] rs1' uimm[7:6] rd' 00", "frd, imm(rs1)");
INSN_ALIAS(c_lw, "lw", "010 uimm[5:3] rs1' uimm[2|6] rd' 00", "rd, imm(rs1)");
INSN_ALIAS(c_flw, "flw", "011 uimm[5:3] rs1' uimm[2|6] rd' 00", "frd, imm(rs1)", .ext = EXT_rv32);
INSN_ALIAS(c_ld, "ld", "011 uimm[5:3] rs1' uimm[7:6] rd' 00", "rd, imm(rs1)", .ext = EXT_rv64);
INSN_ALIAS(c_fsd, "fsd", "101 uimm[5:3] rs1' uimm[7:6] rs2' 00", "frs2, imm(rs1)");
INSN_ALIAS(c_sw, "sw", "110 uimm[5:3] rs1' uimm[2|6] rs2' 00", "rs2, imm(rs1)");
INSN_ALIAS(c_fsw, "fsw", "111 uimm[5:3] rs1' uimm[2|6] rs2' 00", "frs2, imm(rs1)", .ext = EXT_rv32);
INSN_ALIAS(c_sd, "sd", "111 uimm[5:3] rs1' uimm[7:6] rs2' 00", "rs2, imm(rs1)", .ext = EXT_rv64);
INSN_ALIAS(c_nop, "nop", "000 0 00000 00000 01", "");
INSN_ALIAS(c_addi, "addi", "000 imm[5] rd/rs1!=0 imm[4:0] 01", "rd, rs1, imm");
INSN_ALIAS(c_jal, "jal", "001 imm[11|4|9:8|10|6|7|3:1|5] 01", "imm", .ext = EXT_rv32);
INSN_ALIAS(c_addiw, "addiw", "001 imm[5] rd/rs1!=0 imm[4:0] 01", "rd, rs1, imm", .ext = EXT_rv64);
INSN_ALIAS(c_sext_w, "sext.w", "001 0 rd/rs1!=0 00000 01", "rd, rs1", .ext = EXT_rv64);
INSN_ALIAS(c_li, "li", "010 imm[5] rd!=0 imm[4:0] 01", "rd, imm");
INSN_ALIAS(c_addi16sp, "addi", "011 nzimm[9] 00010 nzimm[4|6|8:7|5] 01", "sp, sp, imm");
INSN_ALIAS(c_lui, "lui", "011 nzimm[17] rd!=0,2 nzimm[16:12] 01", "rd, imm");
INSN_ALIAS(c_srli, "srli", "100 shamt[5] 00 rd'/rs1' shamt[4:0] 01", "rd, rs1, shamt");
INSN_ALIAS(c_srai, "srai", "100 shamt[5] 01 rd'/rs1' shamt[4:0] 01", "rd, rs1, shamt");
INSN_ALIAS(c_andi, "andi", "100 imm[5] 10 rd'/rs1' imm[4:0] 01", "rd, rs1, imm");
INSN_ALIAS(c_sub, "sub", "100 0 11 rd'/rs1' 00 rs2' 01", "rd, rs1, rs2");
INSN_ALIAS(c_xor, "xor", "100 0 11 rd'/rs1' 01 rs2' 01", "rd, rs1, rs2");
INSN_ALIAS(c_or, "or", "100 0 11 rd'/rs1' 10 rs2' 01", "rd, rs1, rs2");
INSN_ALIAS(c_and, "and", "100 0 11 rd'/rs1' 11 rs2' 01", "rd, rs1, rs2");
INSN_ALIAS(c_subw, "subw", "100 1 11 rd'/rs1' 00 rs2' 01", "rd, rs1, rs2");
INSN_ALIAS(c_addw, "addw", "100 1 11 rd'/rs1' 01 rs2' 01", "rd, rs1, rs2");
INSN_ALIAS(c_j, "j", "101 imm[11|4|9:8|10|6|7|3:1|5] 01", "imm");
INSN_ALIAS(c_beqz, "beqz", "110 imm[8|4:3] rs1' imm[7:6|2:1|5] 01", "rs1, imm");
INSN_ALIAS(c_bnez, "bnez", "111 imm[8|4:3] rs1' imm[7:6|2:1|5] 01", "rs1, imm");
INSN_ALIAS(c_slli, "slli", "000 shamt[5] rd/rs1!=0 shamt[4:0] 10", "rd, rs1, shamt");
INSN_ALIAS(c_fldsp, "fld", "001 uimm[5] rd uimm[4:3|8:6] 10", "frd, imm(sp)");
INSN_ALIAS(c_lwsp, "lw", "010 uimm[5] rd!=0 uimm[4:2|7:6] 10", "rd, imm(sp)");
INSN_ALIAS(c_flwsp, "flw", "011 uimm[5] rd uimm[4:2|7:6] 10", "frd, imm(sp)", .ext = EXT_rv32);
INSN_ALIAS(c_ldsp, "ld", "011 uimm[5] rd!=0 uimm[4:3|8:6] 10", "rd, imm(sp)", .ext = EXT_rv64);
INSN_ALIAS(c_jr, "jr", "100 0 rs1!=0,1 00000 10", "rs1");
INSN_ALIAS(c_ret, "ret", "100 0 00001 00000 10", "");
INSN_ALIAS(c_mv, "mv", "100 0 rd!=0 rs2!=0 10", "rd, rs2");
INSN_ALIAS(c_ebreak, "ebreak", "100 1 00000 00000 10", "");
INSN_ALIAS(c_jalr, "jalr", "100 1 rs1!=0 00000 10", "rs1");
INSN_ALIAS(c_add, "add", "100 1 rd/rs1!=0 rs2!=0 10", "rd, rs1, rs2");
INSN_ALIAS(c_fsdsp, "fsd", "101 uimm[5:3|8:6] rs2 10", "frs2, imm(sp)");
INSN_ALIAS(c_swsp, "sw", "110 uimm[5:2|7:6] rs2 10", "rs2, imm(sp)");
INSN_ALIAS(c_fswsp, "fsw", "111 uimm[5:2|7:6] rs2 10", "frs2, imm(sp)", .ext = EXT_rv32);
INSN_ALIAS(c_sdsp, "sd", "111 uimm[5:3|8:6] rs2 10", "rs2, imm(sp)", .ext = EXT_rv64);
