	pushq	%rbx
	subq	$16, %rsp
	movq	%rax, (%rsp)
	movl	%eax, 12(%rsp)
	movq	%rax, 16(%rsp)
	leaq	16(%rsp), %rsp
	popq	%rbx
