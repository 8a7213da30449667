	movq	8(%rdi), %rax
	movl	(%rdi), %ecx
	movzbl	16(%rdi), %edx
	cmpl	$1, 20(%rsi)
	je	.L2
	testb	$1, 3(%rsi)
	cmovne	(%rdi), %eax
	imull	$3, 4(%rdi), %ecx
	pushq	(%r8)
	popq	%r9
	movq	8(%rsp), %rax
	btl	$3, 12(%rdi)
	divl	24(%rdi)
.L2:
	leaq	(%rdi,%rsi), %rax
	nopw	(%rax)
