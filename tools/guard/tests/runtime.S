/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The core's side for guarded code in a test process: as in core/guard_asm.S, but a
 * refusal is counted and the store done all the same, so that results can be compared.
 */
	.text
	.globl rl_prologue, rl_guard_store, rl_guard_string, rl_guard_locals, rl_guard_unlocals
	.globl rl_guard_load, rl_guard_source
	.globl with_frame
rl_prologue:
	cmpq	%rsp, 0(%r15)
	ja	1f
	ret
1:	ud2
rl_guard_store:
rl_guard_string:
	incq	refused(%rip)
	ret
rl_guard_load:
rl_guard_source:
	incq	loads(%rip)
	ret
rl_guard_locals:
	incq	locals(%rip)
	movl	%r11d, %r11d
	addq	$71, %r11
	andq	$-64, %r11
	addq	%r11, top(%rip)
	negq	%r11
	addq	top(%rip), %r11
	addq	88(%r15), %r11
	movq	$0xdead, %r10
	ret
rl_guard_unlocals:
	decq	locals(%rip)
	subq	88(%r15), %r11
	movq	%r11, top(%rip)
	ret
.irp reg, rax, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r12, r13, r14
	.globl rl_icall_\reg
rl_icall_\reg:
	incq	icalls(%rip)
	movq	$0xbeef, %r10
	movq	$0xbeef, %r11
	jmp	*%\reg
.endr

/* u64 with_frame(frame, fn, a, b): call fn(a, b) with %r15 = frame */
with_frame:
	pushq	%r15
	movq	%rdi, %r15
	movq	%rsi, %rax
	movq	%rdx, %rdi
	movq	%rcx, %rsi
	call	*%rax
	popq	%r15
	ret

	.bss
	.globl refused, loads, locals, icalls, top
refused:	.quad 0
loads:		.quad 0
locals:		.quad 0
icalls:		.quad 0
top:		.quad 0
	.section .note.GNU-stack,"",@progbits
