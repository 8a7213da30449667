	.file	"case.c"
	.text
	.file 1 "case.c"
	.globl	f
	.type	f, @function
f:
	call	rl_prologue
	.loc 1 7 3
	pushq	%rbx
	call	rl_icall_rbx
	call	rl_icall_r12
	call	rl_icall_rax
	call	foo
	popq	%rbx
	jmp	rl_icall_rax
	ret
	.size	f, .-f
	.section	.comment.rlguard,"",@progbits
	.ascii	"L stores\n"
	.ascii	"F f 8\n"
	.ascii	"C rl_prologue 0\n"
	.ascii	"I 8\n"
	.ascii	"I 8\n"
	.ascii	"I 8\n"
	.ascii	"C foo 8\n"
	.ascii	"I 0\n"
