	.file	"case.c"
	.text
	.file 1 "case.c"
	.globl	f
	.type	f, @function
f:
	call	rl_prologue
	.loc 1 7 3
	pushq	%rbx
	subq	$8, %rsp
	movl	$48, %r11d
	call	rl_guard_locals
	movq	%r11, (%rsp)
	movq	0(%rsp), %r10
	leaq	16(%r10), %rdi
	leaq	48(%r10), %rcx
	leaq	-8(%r10), %rdx
	leaq	24(%rsp), %rdx
	movq	0(%rsp), %rsi
	leaq	8(%r10), %r11
	subq	64(%r15), %r11
	cmpq	72(%r15), %r11
	jae	.Lrlslow0
.Lrlback0:
	movl	$1, 8(%r10)
	leaq	-4(%r10,%rax,4), %r11
	subq	64(%r15), %r11
	cmpq	72(%r15), %r11
	jae	.Lrlslow1
.Lrlback1:
	movl	$2, 40(%r10,%rax,4)
	movl	$2, -4(%r10,%rax,4)
	movl	52(%r10,%rax,4), %ecx
	movq	24(%rsp), %rdx
	pushq	16(%r10)
	call	foo
	addq	$8, %rsp
	movq	0(%rsp), %r10
	movq	16(%r10), %rax
	movq	(%rsp), %r11
	call	rl_guard_unlocals
	addq	$8, %rsp
	popq	%rbx
	ret
.Lrlslow0:
	leaq	8(%r10), %r11
	call	rl_guard_store
	jmp	.Lrlback0
.Lrlslow1:
	leaq	-4(%r10,%rax,4), %r11
	call	rl_guard_store
	jmp	.Lrlback1
	.size	f, .-f
	.section	.comment.rlguard,"",@progbits
	.ascii	"L stores\n"
	.ascii	"F f 24\n"
	.ascii	"C rl_prologue 0\n"
	.ascii	"C foo 24\n"
