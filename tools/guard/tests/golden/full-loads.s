	.file	"case.c"
	.text
	.file 1 "case.c"
	.globl	f
	.type	f, @function
f:
	call	rl_prologue
	.loc 1 7 3
	leaq	0(%rdi), %r11
	subq	64(%r15), %r11
	cmpq	72(%r15), %r11
	jae	.Lrlslow0
.Lrlback0:
	movq	8(%rdi), %rax
	movl	(%rdi), %ecx
	movzbl	16(%rdi), %edx
	leaq	20(%rsi), %r11
	subq	64(%r15), %r11
	cmpq	72(%r15), %r11
	jae	.Lrlslow1
.Lrlback1:
	cmpl	$1, 20(%rsi)
	je	.L2
	leaq	3(%rsi), %r11
	subq	64(%r15), %r11
	cmpq	72(%r15), %r11
	jae	.Lrlslow2
.Lrlback2:
	testb	$1, 3(%rsi)
	cmovne	(%rdi), %eax
	imull	$3, 4(%rdi), %ecx
	leaq	0(%r8), %r11
	subq	64(%r15), %r11
	cmpq	72(%r15), %r11
	jae	.Lrlslow3
.Lrlback3:
	pushq	(%r8)
	popq	%r9
	movq	8(%rsp), %rax
	btl	$3, 12(%rdi)
	divl	24(%rdi)
.L2:
	leaq	(%rdi,%rsi), %rax
	nopw	(%rax)
	ret
.Lrlslow0:
	leaq	0(%rdi), %r11
	call	rl_guard_load
	jmp	.Lrlback0
.Lrlslow1:
	leaq	20(%rsi), %r11
	call	rl_guard_load
	jmp	.Lrlback1
.Lrlslow2:
	leaq	3(%rsi), %r11
	call	rl_guard_load
	jmp	.Lrlback2
.Lrlslow3:
	leaq	0(%r8), %r11
	call	rl_guard_load
	jmp	.Lrlback3
	.size	f, .-f
	.section	.comment.rlguard,"",@progbits
	.ascii	"L full\n"
	.ascii	"F f 8\n"
	.ascii	"C rl_prologue 0\n"
