	pushq	%rbx
	call	__x86_indirect_thunk_rbx
	cs
	call	__x86_indirect_thunk_r12
	call	*%rax
	call	foo
	popq	%rbx
	jmp	__x86_indirect_thunk_rax
