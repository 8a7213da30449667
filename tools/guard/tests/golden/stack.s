	.file	"case.c"
	.text
	.file 1 "case.c"
	.globl	f
	.type	f, @function
f:
	call	rl_prologue
	.loc 1 7 3
	pushq	%rbx
	subq	$16, %rsp
	movq	%rax, (%rsp)
	movl	%eax, 12(%rsp)
	movq	%rax, 16(%rsp)
	leaq	16(%rsp), %rsp
	popq	%rbx
	ret
	.size	f, .-f
	.section	.comment.rlguard,"",@progbits
	.ascii	"L stores\n"
	.ascii	"F f 24\n"
	.ascii	"C rl_prologue 0\n"
