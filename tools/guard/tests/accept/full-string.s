	rep movsb
	rep stosq
	cmpl	$1, %eax
	rep movsq
	je	.L3
.L3:
	nop
