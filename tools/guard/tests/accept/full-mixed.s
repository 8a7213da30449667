	movq	8(%rdi), %rax
	addq	$1, %rax
	movq	%rax, 8(%rdi)
	movq	(%rsi), %rcx
	movq	%rcx, 32(%rdi)
	addl	$1, 40(%rdi)
	movq	(%rax), %rax
	movq	(%rax), %rax
