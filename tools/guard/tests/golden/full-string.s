	.file	"case.c"
	.text
	.file 1 "case.c"
	.globl	f
	.type	f, @function
f:
	call	rl_prologue
	.loc 1 7 3
	movq	%rdi, %r11
	subq	64(%r15), %r11
	cmpq	72(%r15), %r11
	jae	.Lrlslow0
	cmpq	72(%r15), %rcx
	ja	.Lrlslow0
	leaq	(%r11,%rcx,1), %r11
	cmpq	72(%r15), %r11
	ja	.Lrlslow0
.Lrlback0:
	movq	%rsi, %r11
	subq	64(%r15), %r11
	cmpq	72(%r15), %r11
	jae	.Lrlslow1
	cmpq	72(%r15), %rcx
	ja	.Lrlslow1
	leaq	(%r11,%rcx,1), %r11
	cmpq	72(%r15), %r11
	ja	.Lrlslow1
.Lrlback1:
	rep movsb
	movq	%rdi, %r11
	subq	64(%r15), %r11
	cmpq	72(%r15), %r11
	jae	.Lrlslow2
	cmpq	72(%r15), %rcx
	ja	.Lrlslow2
	leaq	(%r11,%rcx,8), %r11
	cmpq	72(%r15), %r11
	ja	.Lrlslow2
.Lrlback2:
	rep stosq
	cmpl	$1, %eax
	pushfq
	movq	%rdi, %r11
	subq	64(%r15), %r11
	cmpq	72(%r15), %r11
	jae	.Lrlslow3
	cmpq	72(%r15), %rcx
	ja	.Lrlslow3
	leaq	(%r11,%rcx,8), %r11
	cmpq	72(%r15), %r11
	ja	.Lrlslow3
.Lrlback3:
	popfq
	pushfq
	movq	%rsi, %r11
	subq	64(%r15), %r11
	cmpq	72(%r15), %r11
	jae	.Lrlslow4
	cmpq	72(%r15), %rcx
	ja	.Lrlslow4
	leaq	(%r11,%rcx,8), %r11
	cmpq	72(%r15), %r11
	ja	.Lrlslow4
.Lrlback4:
	popfq
	rep movsq
	je	.L3
.L3:
	nop
	ret
.Lrlslow0:
	movl	$1, %r11d
	call	rl_guard_string
	jmp	.Lrlback0
.Lrlslow1:
	movl	$1, %r11d
	call	rl_guard_source
	jmp	.Lrlback1
.Lrlslow2:
	movl	$8, %r11d
	call	rl_guard_string
	jmp	.Lrlback2
.Lrlslow3:
	movl	$8, %r11d
	call	rl_guard_string
	jmp	.Lrlback3
.Lrlslow4:
	movl	$8, %r11d
	call	rl_guard_source
	jmp	.Lrlback4
	.size	f, .-f
	.section	.comment.rlguard,"",@progbits
	.ascii	"L full\n"
	.ascii	"F f 0\n"
	.ascii	"C rl_prologue 0\n"
