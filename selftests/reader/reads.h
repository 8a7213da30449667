/* SPDX-License-Identifier: GPL-2.0-only */
/* What the reading domain tries: one list for the domain and for who watches it. */
#ifndef READER_READS_H
#define READER_READS_H

/* As HOSTILE_ATTACKS in ../hostile/attacks.h. */
#define READER_READS(X)								\
	X(load8, KERNEL, ATOMIC, "violation")					\
	X(load1, KERNEL, ATOMIC, "violation")					\
	X(load_sign, KERNEL, ATOMIC, "violation")	/* and extend */	\
	X(load_compare, KERNEL, ATOMIC, "violation")				\
	X(load_add, KERNEL, ATOMIC, "violation")				\
	X(load_cmov, KERNEL, ATOMIC, "violation")				\
	X(load_push, KERNEL, ATOMIC, "violation")				\
	X(load_stack, STACK, ATOMIC, "violation")	/* the caller's stack */ \
	X(load_window, WINDOW, ATOMIC, "violation")	/* another domain's window */ \
	X(load_object, OBJECT, ATOMIC, "violation")	/* another owner's object */ \
	X(load_gate, GATE, ATOMIC, "violation")	/* what the core knows of it */ \
	X(load_pgd, PGD, ATOMIC, "violation")		/* page tables */	\
	X(load_core, CODE, ATOMIC, "violation")	/* text of the kernel's side */ \
	X(load_text, NOTHING, ATOMIC, "violation")	/* its own */		\
	X(load_index, KERNEL, ATOMIC, "violation")	/* a local array, far index */ \
	X(load_table, KERNEL, ATOMIC, "violation")	/* a constant one */	\
	X(load_straddle, END, ATOMIC, "violation")	/* half in the window */ \
	X(load_null, NOTHING, ATOMIC, "page_fault")				\
	X(load_user, NOTHING, ATOMIC, "page_fault")				\
	X(load_freed, NOTHING, ATOMIC, "violation")	/* object */		\
	X(load_given, NOTHING, ATOMIC, "violation")	/* after the move */	\
	X(copy_from, KERNEL, ATOMIC, "violation")				\
	X(copy_end, END, ATOMIC, "violation")		/* begins in the window */ \
	X(copy_wrap, NOTHING, ATOMIC, "violation")	/* absurd length */	\
	X(copy_text, KERNEL, ATOMIC, "violation")	/* %s of rl_snprintf() */ \
	X(copy_nothing, KERNEL, ATOMIC, "none")	/* zero bytes */	\
	X(own_end, END, ATOMIC, "none")		/* its last granule */	\
	X(own_local, NOTHING, ATOMIC, "none")				\
	X(own_object, NOTHING, ATOMIC, "none")				\
	X(own_lent, NOTHING, LENT, "none")		/* while it has it */	\
	X(own_table, NOTHING, ATOMIC, "none")		/* constants by index */ \
	X(own_argument, NOTHING, ATOMIC, "none")	/* on the stack */	\
	X(own_format, NOTHING, ATOMIC, "none")		/* arguments without number */

#define READER_ENUM(name, target, way, reason) READER_##name,
enum reader_read { READER_READS(READER_ENUM) READER_NR };
#undef READER_ENUM

#endif
