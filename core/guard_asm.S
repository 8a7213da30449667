/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What guarded code calls, with registers of its own convention: all are kept but
 * %r11 and flags, and %r10 where the contract says so (Documentation/guard.rst).
 *
 * Nothing is held here, so a thread may be brought out between any two
 * instructions; the C side says itself that it is in the core.
 */
#include <linux/linkage.h>
#include <asm/nospec-branch.h>
#include "gate_asm.h"

	.text

/* Registers C may change. After it 64(%rsp) is the return address. */
.macro SAVE_REGS
	pushq	%rax
	pushq	%rcx
	pushq	%rdx
	pushq	%rsi
	pushq	%rdi
	pushq	%r8
	pushq	%r9
	pushq	%r10
.endm

.macro RESTORE_REGS
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rdi
	popq	%rsi
	popq	%rdx
	popq	%rcx
	popq	%rax
.endm

/* %r11: address that is not in the window. Below 2^63 the CPU faults on the store. */
SYM_FUNC_START(rl_guard_store)
	testq	%r11, %r11
	js	1f
	RET
1:	SAVE_REGS
	movq	%r11, %rdi
	movq	64(%rsp), %rsi
	call	rl_guard_slow_store
	RESTORE_REGS
	RET
SYM_FUNC_END(rl_guard_store)

/* The same of a load. */
SYM_FUNC_START(rl_guard_load)
	testq	%r11, %r11
	js	1f
	RET
1:	SAVE_REGS
	movq	%r11, %rdi
	movq	64(%rsp), %rsi
	call	rl_guard_slow_load
	RESTORE_REGS
	RET
SYM_FUNC_END(rl_guard_load)

/* %rcx elements of %r11 bytes from %rdi on. */
SYM_FUNC_START(rl_guard_string)
	SAVE_REGS
	movq	%rcx, %rsi
	movl	%r11d, %edx
	movq	64(%rsp), %rcx
	call	rl_guard_slow_string
	RESTORE_REGS
	RET
SYM_FUNC_END(rl_guard_string)

/* The same from %rsi on, to be loaded. */
SYM_FUNC_START(rl_guard_source)
	SAVE_REGS
	movq	%rsi, %rdi
	movq	%rcx, %rsi
	movl	%r11d, %edx
	movq	64(%rsp), %rcx
	call	rl_guard_slow_source
	RESTORE_REGS
	RET
SYM_FUNC_END(rl_guard_source)

/* %r11: bytes in, address out. */
SYM_FUNC_START(rl_guard_locals)
	SAVE_REGS
	movl	%r11d, %edi
	movq	64(%rsp), %rsi
	call	rl_guard_get_locals
	movq	%rax, %r11
	RESTORE_REGS
	RET
SYM_FUNC_END(rl_guard_locals)

/* %r11: what rl_guard_locals gave. */
SYM_FUNC_START(rl_guard_unlocals)
	SAVE_REGS
	movq	%r11, %rdi
	call	rl_guard_put_locals
	RESTORE_REGS
	RET
SYM_FUNC_END(rl_guard_unlocals)

/* An indirect call to where no function of the domain begins. */
SYM_FUNC_START_LOCAL(bad_call)
	movq	%r11, %rdi
	movq	(%rsp), %rsi
	call	rl_guard_bad_call
	RET
SYM_FUNC_END(bad_call)

/* Go on to \reg if a function of the calling domain begins there. */
.macro ICALL reg
SYM_FUNC_START(rl_icall_\reg)
	movq	RL_FRAME_GATE(%r15), %r10
	movq	RL_GATE_CODE(%r10), %r10
	movq	%\reg, %r11
	subq	RL_CODE_TEXT(%r10), %r11
	cmpq	RL_CODE_SIZE(%r10), %r11
	jae	1f
	rorq	$4, %r11
	/* what is not a multiple of 16 is far beyond the size now */
	cmpq	RL_CODE_SIZE(%r10), %r11
	jae	1f
	cmpb	$0, RL_CODE_ENTRY(%r10,%r11)
	je	1f
	JMP_NOSPEC \reg
1:	movq	%\reg, %r11
	jmp	bad_call
SYM_FUNC_END(rl_icall_\reg)
.endm

.irp reg, rax, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r12, r13, r14
	ICALL \reg
.endr
