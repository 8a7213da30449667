/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The few instructions C cannot say: leaving a domain by a jump, checking the
 * stack on entry to a domain function, and a bare return for fault.c.
 */
#include <linux/linkage.h>
#include <linux/objtool.h>
#include <asm/nospec-branch.h>
#include <asm/unwind_hints.h>
#include "gate_asm.h"

	.text

/*
 * void rl_gate_jump(struct rl_frame *f, long err, unsigned long flags)
 * Load what the gate saved and go to the landing label with rflags @flags.
 */
SYM_CODE_START(rl_gate_jump)
	UNWIND_HINT_FUNC
	ENDBR
	movq	%rdi, %r15
	movq	%rsi, %rax
	movq	RL_FRAME_SP(%r15), %rsp
	pushq	%rdx
	popfq
	pushq	RL_FRAME_IP(%r15)
	UNWIND_HINT_FUNC
	RET
SYM_CODE_END(rl_gate_jump)

/*
 * Every function of a domain begins with a call to this (-mfentry): the stack a
 * call may use ends at frame->stack_limit. All registers but flags are kept.
 */
SYM_FUNC_START(rl_prologue)
	cmpq	%rsp, RL_FRAME_LIMIT(%r15)
	ja	1f
	RET
1:	movq	%r15, %rdi
	jmp	rl_stack_overflow
SYM_FUNC_END(rl_prologue)

/* Where fault.c sends page_fault_oops(): straight back to its caller. */
SYM_FUNC_START(rl_just_return)
	RET
SYM_FUNC_END(rl_just_return)
