	movq	%rax, 8(%rbx)
