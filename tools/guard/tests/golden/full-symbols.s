	.file	"case.c"
	.text
	.file 1 "case.c"
	.globl	f
	.type	f, @function
f:
	call	rl_prologue
	.loc 1 7 3
	movq	table(%rip), %rax
	movl	table+8, %ecx
	movq	$table, %r10
	leaq	0(%r10,%rax,4), %r11
	subq	64(%r15), %r11
	cmpq	72(%r15), %r11
	jae	.Lrlslow0
.Lrlback0:
	movl	0(%r10,%rax,4), %edx
	leaq	table+2(%rcx), %r10
	leaq	0(%r10), %r11
	subq	64(%r15), %r11
	cmpq	72(%r15), %r11
	jae	.Lrlslow1
.Lrlback1:
	movzbl	0(%r10), %esi
	leaq	table(%rcx), %r10
	leaq	0(%r10,%rax,8), %r11
	subq	64(%r15), %r11
	cmpq	72(%r15), %r11
	jae	.Lrlslow2
.Lrlback2:
	movq	0(%r10,%rax,8), %rdi
	movq	$1048576, %r10
	leaq	0(%r10), %r11
	subq	64(%r15), %r11
	cmpq	72(%r15), %r11
	jae	.Lrlslow3
.Lrlback3:
	movl	0(%r10), %eax
	movq	$24, %r10
	leaq	0(%r10,%rcx,8), %r11
	subq	64(%r15), %r11
	cmpq	72(%r15), %r11
	jae	.Lrlslow4
.Lrlback4:
	movl	0(%r10,%rcx,8), %eax
	ret
.Lrlslow0:
	leaq	0(%r10,%rax,4), %r11
	call	rl_guard_load
	jmp	.Lrlback0
.Lrlslow1:
	leaq	0(%r10), %r11
	call	rl_guard_load
	jmp	.Lrlback1
.Lrlslow2:
	leaq	0(%r10,%rax,8), %r11
	call	rl_guard_load
	jmp	.Lrlback2
.Lrlslow3:
	leaq	0(%r10), %r11
	call	rl_guard_load
	jmp	.Lrlback3
.Lrlslow4:
	leaq	0(%r10,%rcx,8), %r11
	call	rl_guard_load
	jmp	.Lrlback4
	.size	f, .-f
	.section	.comment.rlguard,"",@progbits
	.ascii	"L full\n"
	.ascii	"F f 0\n"
	.ascii	"C rl_prologue 0\n"
	.ascii	"A table\n"
	.ascii	"A table\n"
