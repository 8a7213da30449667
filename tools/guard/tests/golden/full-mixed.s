	.file	"case.c"
	.text
	.file 1 "case.c"
	.globl	f
	.type	f, @function
f:
	call	rl_prologue
	.loc 1 7 3
	leaq	8(%rdi), %r11
	subq	64(%r15), %r11
	cmpq	72(%r15), %r11
	jae	.Lrlslow0
.Lrlback0:
	movq	8(%rdi), %rax
	addq	$1, %rax
	movq	%rax, 8(%rdi)
	leaq	0(%rsi), %r11
	subq	64(%r15), %r11
	cmpq	72(%r15), %r11
	jae	.Lrlslow1
.Lrlback1:
	movq	(%rsi), %rcx
	movq	%rcx, 32(%rdi)
	addl	$1, 40(%rdi)
	leaq	0(%rax), %r11
	subq	64(%r15), %r11
	cmpq	72(%r15), %r11
	jae	.Lrlslow2
.Lrlback2:
	movq	(%rax), %rax
	leaq	0(%rax), %r11
	subq	64(%r15), %r11
	cmpq	72(%r15), %r11
	jae	.Lrlslow3
.Lrlback3:
	movq	(%rax), %rax
	ret
.Lrlslow0:
	leaq	8(%rdi), %r11
	call	rl_guard_store
	jmp	.Lrlback0
.Lrlslow1:
	leaq	0(%rsi), %r11
	call	rl_guard_load
	jmp	.Lrlback1
.Lrlslow2:
	leaq	0(%rax), %r11
	call	rl_guard_load
	jmp	.Lrlback2
.Lrlslow3:
	leaq	0(%rax), %r11
	call	rl_guard_load
	jmp	.Lrlback3
	.size	f, .-f
	.section	.comment.rlguard,"",@progbits
	.ascii	"L full\n"
	.ascii	"F f 0\n"
	.ascii	"C rl_prologue 0\n"
