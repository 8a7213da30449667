	cmpq	%rax, %rcx
	movq	%rdx, (%rbx)
	je	.L1
	incl	4(%rbx)
.L1:
	movq	%rcx, (%rax)
	testq	%rax, %rax
	movq	(%rdx), %rsi
	movq	%rdx, 8(%rsi)
	jne	.L1
