	.file	"case.c"
	.text
	.file 1 "case.c"
	.globl	f
	.type	f, @function
f:
	call	rl_prologue
	.loc 1 7 3
	leaq	0(%rbx), %r11
	subq	64(%r15), %r11
	cmpq	72(%r15), %r11
	jae	.Lrlslow0
.Lrlback0:
	movq	%rax, (%rbx)
	call	foo
	leaq	0(%rbx), %r11
	subq	64(%r15), %r11
	cmpq	72(%r15), %r11
	jae	.Lrlslow1
.Lrlback1:
	movq	%rax, (%rbx)
	addq	$8, %rbx
	leaq	0(%rbx), %r11
	subq	64(%r15), %r11
	cmpq	72(%r15), %r11
	jae	.Lrlslow2
.Lrlback2:
	movq	%rax, (%rbx)
	movb	$1, %bl
	leaq	0(%rbx), %r11
	subq	64(%r15), %r11
	cmpq	72(%r15), %r11
	jae	.Lrlslow3
.Lrlback3:
	movq	%rax, (%rbx)
	testq	%rax, %rax
	je	.L2
	movq	%rax, 8(%rbx)
.L2:
	leaq	0(%rbx), %r11
	subq	64(%r15), %r11
	cmpq	72(%r15), %r11
	jae	.Lrlslow4
.Lrlback4:
	movq	%rax, (%rbx)
	ret
.Lrlslow0:
	leaq	0(%rbx), %r11
	call	rl_guard_store
	jmp	.Lrlback0
.Lrlslow1:
	leaq	0(%rbx), %r11
	call	rl_guard_store
	jmp	.Lrlback1
.Lrlslow2:
	leaq	0(%rbx), %r11
	call	rl_guard_store
	jmp	.Lrlback2
.Lrlslow3:
	leaq	0(%rbx), %r11
	call	rl_guard_store
	jmp	.Lrlback3
.Lrlslow4:
	leaq	0(%rbx), %r11
	call	rl_guard_store
	jmp	.Lrlback4
	.size	f, .-f
	.section	.comment.rlguard,"",@progbits
	.ascii	"L stores\n"
	.ascii	"F f 0\n"
	.ascii	"C rl_prologue 0\n"
	.ascii	"C foo 0\n"
