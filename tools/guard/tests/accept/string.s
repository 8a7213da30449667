	rep stosq
	rep; movsb
	cmpl	$1, %eax
	rep	movsq
	je	.L3
.L3:
	nop
