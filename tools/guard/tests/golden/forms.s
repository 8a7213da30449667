	.file	"case.c"
	.text
	.file 1 "case.c"
	.globl	f
	.type	f, @function
f:
	call	rl_prologue
	.loc 1 7 3
	leaq	0(%rax), %r11
	subq	64(%r15), %r11
	cmpq	72(%r15), %r11
	jae	.Lrlslow0
.Lrlback0:
	movb	$1, (%rax)
	leaq	4(%rax,%rcx,1), %r11
	subq	64(%r15), %r11
	cmpq	72(%r15), %r11
	jae	.Lrlslow1
.Lrlback1:
	movw	%cx, 4(%rax,%rcx)
	leaq	-16(%rax,%rcx,4), %r11
	subq	64(%r15), %r11
	cmpq	72(%r15), %r11
	jae	.Lrlslow2
.Lrlback2:
	movl	$5, -16(%rax,%rcx,4)
	movq	$24, %r10
	leaq	0(%r10,%rcx,8), %r11
	subq	64(%r15), %r11
	cmpq	72(%r15), %r11
	jae	.Lrlslow3
.Lrlback3:
	movq	%rdx, 0(%r10,%rcx,8)
	movq	$1048576, %r10
	leaq	0(%r10), %r11
	subq	64(%r15), %r11
	cmpq	72(%r15), %r11
	jae	.Lrlslow4
.Lrlback4:
	movq	%rdx, 0(%r10)
	movslq	8(%rax), %rdx
	leaq	0(%r12), %r11
	subq	64(%r15), %r11
	cmpq	72(%r15), %r11
	jae	.Lrlslow5
.Lrlback5:
	addq	$1, (%r12)
	leaq	8(%r13), %r11
	subq	64(%r15), %r11
	cmpq	72(%r15), %r11
	jae	.Lrlslow6
.Lrlback6:
	lock orl	$1, 8(%r13)
	leaq	0(%r14), %r11
	subq	64(%r15), %r11
	cmpq	72(%r15), %r11
	jae	.Lrlslow7
.Lrlback7:
	lock  incl	(%r14)
	leaq	0(%r8), %r11
	subq	64(%r15), %r11
	cmpq	72(%r15), %r11
	jae	.Lrlslow8
.Lrlback8:
	xchgl	%eax, (%r8)
	leaq	0(%r9), %r11
	subq	64(%r15), %r11
	cmpq	72(%r15), %r11
	jae	.Lrlslow9
.Lrlback9:
	xchgl	(%r9), %eax
	leaq	0(%rbp), %r11
	subq	64(%r15), %r11
	cmpq	72(%r15), %r11
	jae	.Lrlslow10
.Lrlback10:
	lock cmpxchgq	%rcx, (%rbp)
	leaq	0(%rsi), %r11
	subq	64(%r15), %r11
	cmpq	72(%r15), %r11
	jae	.Lrlslow11
.Lrlback11:
	leaq	0(%rdi), %r11
	subq	64(%r15), %r11
	cmpq	72(%r15), %r11
	jae	.Lrlslow12
.Lrlback12:
	lock xaddl	%eax, 4(%rbp)
	cmpxchg16b	(%rsi)
	shlq	%cl, (%rdi)
	sarl	(%rdi)
	pushfq
	leaq	0(%rdx), %r11
	subq	64(%r15), %r11
	cmpq	72(%r15), %r11
	jae	.Lrlslow13
.Lrlback13:
	popfq
	sete	3(%rdx)
	btsl	$3, (%rdx)
	movnti	%rax, (%rdx)
	notl	(%rsi)
	ret
.Lrlslow0:
	leaq	0(%rax), %r11
	call	rl_guard_store
	jmp	.Lrlback0
.Lrlslow1:
	leaq	4(%rax,%rcx,1), %r11
	call	rl_guard_store
	jmp	.Lrlback1
.Lrlslow2:
	leaq	-16(%rax,%rcx,4), %r11
	call	rl_guard_store
	jmp	.Lrlback2
.Lrlslow3:
	leaq	0(%r10,%rcx,8), %r11
	call	rl_guard_store
	jmp	.Lrlback3
.Lrlslow4:
	leaq	0(%r10), %r11
	call	rl_guard_store
	jmp	.Lrlback4
.Lrlslow5:
	leaq	0(%r12), %r11
	call	rl_guard_store
	jmp	.Lrlback5
.Lrlslow6:
	leaq	8(%r13), %r11
	call	rl_guard_store
	jmp	.Lrlback6
.Lrlslow7:
	leaq	0(%r14), %r11
	call	rl_guard_store
	jmp	.Lrlback7
.Lrlslow8:
	leaq	0(%r8), %r11
	call	rl_guard_store
	jmp	.Lrlback8
.Lrlslow9:
	leaq	0(%r9), %r11
	call	rl_guard_store
	jmp	.Lrlback9
.Lrlslow10:
	leaq	0(%rbp), %r11
	call	rl_guard_store
	jmp	.Lrlback10
.Lrlslow11:
	leaq	0(%rsi), %r11
	call	rl_guard_store
	jmp	.Lrlback11
.Lrlslow12:
	leaq	0(%rdi), %r11
	call	rl_guard_store
	jmp	.Lrlback12
.Lrlslow13:
	leaq	0(%rdx), %r11
	call	rl_guard_store
	jmp	.Lrlback13
	.size	f, .-f
	.section	.comment.rlguard,"",@progbits
	.ascii	"L stores\n"
	.ascii	"F f 0\n"
	.ascii	"C rl_prologue 0\n"
