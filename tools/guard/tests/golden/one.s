	.file	"case.c"
	.text
	.file 1 "case.c"
	.globl	f
	.type	f, @function
f:
	call	rl_prologue
	.loc 1 7 3
	leaq	8(%rbx), %r11
	subq	64(%r15), %r11
	cmpq	72(%r15), %r11
	jae	.Lrlslow0
.Lrlback0:
	movq	%rax, 8(%rbx)
	ret
.Lrlslow0:
	leaq	8(%rbx), %r11
	call	rl_guard_store
	jmp	.Lrlback0
	.size	f, .-f
	.section	.comment.rlguard,"",@progbits
	.ascii	"L stores\n"
	.ascii	"F f 0\n"
	.ascii	"C rl_prologue 0\n"
