/* SPDX-License-Identifier: MIT */
/* Where QEMU 7.2 and teemu are known to differ: what a case must avoid or forgive (differences.c
 * says why).  Whatever is not named there must be the same. */
#ifndef DIFFERENCES_H
#define DIFFERENCES_H

#include "experiment.h"

bool csr_untried(unsigned number);
/* Its value depends on when it is read. */
bool csr_is_clock(unsigned number);
/* Bits that are not to be written. */
word csr_skipped_bits(unsigned number);
word agreed_csr_value(unsigned number, word value);
/* It must be written as a whole. */
bool csr_needs_csrrw(unsigned number);

word agreed_cause(word cause, word pc);
bool may_be_failed_amo(word pc);
word agreed_medeleg(word value);
word agreed_mie(word value, word mideleg);
uint32_t agreed_access(uint32_t insn, word mode, bool amo_works);
uint32_t agreed_pmp_access(uint32_t insn, word addr);

#endif
