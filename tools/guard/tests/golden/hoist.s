	.file	"case.c"
	.text
	.file 1 "case.c"
	.globl	f
	.type	f, @function
f:
	call	rl_prologue
	.loc 1 7 3
	leaq	0(%rbx), %r11
	subq	64(%r15), %r11
	cmpq	72(%r15), %r11
	jae	.Lrlslow0
.Lrlback0:
	cmpq	%rax, %rcx
	movq	%rdx, (%rbx)
	je	.L1
	incl	4(%rbx)
.L1:
	leaq	0(%rax), %r11
	subq	64(%r15), %r11
	cmpq	72(%r15), %r11
	jae	.Lrlslow1
.Lrlback1:
	movq	%rcx, (%rax)
	testq	%rax, %rax
	movq	(%rdx), %rsi
	pushfq
	leaq	8(%rsi), %r11
	subq	64(%r15), %r11
	cmpq	72(%r15), %r11
	jae	.Lrlslow2
.Lrlback2:
	popfq
	movq	%rdx, 8(%rsi)
	jne	.L1
	ret
.Lrlslow0:
	leaq	0(%rbx), %r11
	call	rl_guard_store
	jmp	.Lrlback0
.Lrlslow1:
	leaq	0(%rax), %r11
	call	rl_guard_store
	jmp	.Lrlback1
.Lrlslow2:
	leaq	8(%rsi), %r11
	call	rl_guard_store
	jmp	.Lrlback2
	.size	f, .-f
	.section	.comment.rlguard,"",@progbits
	.ascii	"L stores\n"
	.ascii	"F f 0\n"
	.ascii	"C rl_prologue 0\n"
