/* SPDX-License-Identifier: GPL-2.0-only */
/* Between guard_asm.S and guard_entry.c. */
#ifndef RL_GUARD_ENTRY_H
#define RL_GUARD_ENTRY_H

#include <linux/types.h>

/* Called by guarded code, in guard_asm.S; arguments are not C's. */
void rl_guard_store(void);
void rl_guard_string(void);
void rl_guard_load(void);
void rl_guard_source(void);
void rl_guard_locals(void);
void rl_guard_unlocals(void);
void rl_icall_rax(void);
void rl_icall_rbx(void);
void rl_icall_rcx(void);
void rl_icall_rdx(void);
void rl_icall_rsi(void);
void rl_icall_rdi(void);
void rl_icall_rbp(void);
void rl_icall_r8(void);
void rl_icall_r9(void);
void rl_icall_r12(void);
void rl_icall_r13(void);
void rl_icall_r14(void);

/* Called by those, in guard_entry.c; @ip: behind the domain's call. */
void rl_guard_slow_store(unsigned long addr, unsigned long ip);
void rl_guard_slow_string(unsigned long addr, unsigned long count, u32 size, unsigned long ip);
void rl_guard_slow_load(unsigned long addr, unsigned long ip);
void rl_guard_slow_source(unsigned long addr, unsigned long count, u32 size, unsigned long ip);
void rl_guard_bad_call(unsigned long target, unsigned long ip);
void *rl_guard_get_locals(u32 size, unsigned long ip);
void rl_guard_put_locals(void *p);

#endif
