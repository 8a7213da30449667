	movq	table(%rip), %rax
	movl	table+8, %ecx
	movl	table(,%rax,4), %edx
	movzbl	table+2(%rcx), %esi
	movq	table(%rcx,%rax,8), %rdi
	movl	1048576, %eax
	movl	24(,%rcx,8), %eax
