	movq	%rax, (%rbx)
	call	foo
	movq	%rax, (%rbx)
	addq	$8, %rbx
	movq	%rax, (%rbx)
	movb	$1, %bl
	movq	%rax, (%rbx)
	testq	%rax, %rax
	je	.L2
	movq	%rax, 8(%rbx)
.L2:
	movq	%rax, (%rbx)
