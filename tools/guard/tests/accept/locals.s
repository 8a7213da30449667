	pushq	%rbx
	subq	$48, %rsp
	leaq	16(%rsp), %rdi
	leaq	48(%rsp), %rcx
	leaq	-8(%rsp), %rdx
	leaq	64(%rsp), %rdx
	movq	%rsp, %rsi
	movl	$1, 8(%rsp)
	movl	$2, 40(%rsp,%rax,4)
	movl	$2, -4(%rsp,%rax,4)
	movl	52(%rsp,%rax,4), %ecx
	movq	64(%rsp), %rdx
	pushq	16(%rsp)
	call	foo
	addq	$8, %rsp
	movq	16(%rsp), %rax
	addq	$48, %rsp
	popq	%rbx
