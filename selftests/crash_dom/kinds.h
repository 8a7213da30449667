/* SPDX-License-Identifier: GPL-2.0-only */
/* Ways to die: one list for the domain that does and the test that expects it. */
#ifndef CRASH_KINDS_H
#define CRASH_KINDS_H

/* name, expected reason (text of /sys/kernel/redleaf/<instance>/last_reason) */
#define CRASH_KINDS(X)							\
	X(null_rd, "page_fault")	/* load through NULL */		\
	X(null_wr, "page_fault")					\
	X(kwild_rd, "page_fault")	/* unmapped kernel address */	\
	X(kwild_wr, "page_fault")					\
	X(ro_wr, "page_fault")		/* store to own text */		\
	X(noncanon, "trap")						\
	X(user_rd, "page_fault")	/* a mapped user page: SMAP */	\
	X(user_wr, "page_fault")					\
	X(jmp_null, "page_fault")					\
	X(jmp_nx, "page_fault")		/* jump into its heap */	\
	X(jmp_noncanon, "trap")						\
	X(jmp_user, "page_fault")					\
	X(ud2, "trap")							\
	X(div0, "trap")							\
	X(int3, "trap")							\
	X(ss, "trap")			/* non-canonical through %rsp's segment */ \
	X(memcpy_null, "page_fault")					\
	X(std_fault, "page_fault")	/* with the direction flag set */ \
	X(smash, "trap")		/* return to a non-canonical address */ \
	X(bug, "die")							\
	X(stkprot, "trap")						\
	X(badfree, "violation")						\
	X(mmio, "violation")		/* register access without a device */ \
	X(lock_held, "violation")	/* returns with a lock held */	\
	X(lock_fault, "page_fault")	/* dies with a lock held */	\
	X(irq_fault, "page_fault")	/* dies with interrupts off */	\
	X(recurse, "stack_overflow")					\
	X(loop, "hang")							\
	X(loop_entry, "hang")		/* loop around a core entry */	\
	X(loop_memset, "hang")						\
	X(loop_deep, "hang")		/* after interrupts deeper down the stack */ \
	X(loop_irqoff, "hang")						\
	X(lock_twice, "hang")		/* waits in the core with interrupts off */ \
	X(spin_twice, "hang")		/* the same, by way of the inline lock */ \
	X(stack_df, "stack_overflow")	/* past the prologue check: #DF */ \
	X(wildsp, "stack_overflow")					\
	X(sleep, "admin")		/* waits until it is killed, @arg domains on */ \
	X(spin, "admin")		/* runs until it is killed */	\
	X(trees, "admin")		/* works on objects until it is killed */ \
	X(hoard, "admin")		/* takes objects until it is killed */ \
	X(tell_next, "none")		/* sets a value of the next domain */ \
	X(ask_next, "none")		/* sees that it has it */	\
	X(none, "none")

#define CRASH_ENUM(name, reason) CRASH_##name,
enum crash_kind { CRASH_KINDS(CRASH_ENUM) CRASH_NR };
#undef CRASH_ENUM

/* host.note() code: init asks whether it may succeed */
#define CRASH_NOTE_INIT 0x696e6974

/* host.note() code: answers which CPU it was called on */
#define CRASH_NOTE_CPU 0x637075

#endif
