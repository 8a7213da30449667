/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The call gate: how a thread enters a domain and is certain to come out.
 *
 * A call runs on the caller's stack. The proxy's own stack frame holds a struct
 * rl_frame, and %r15 points at it while domain code runs (domain code is
 * compiled with -ffixed-r15). From %r15 everything is found without a lookup:
 * the fault handlers find the way out, core functions find who calls, guarded code
 * finds the bounds of the window.
 *
 * In-flight calls are counted per CPU with plain, split counters: the killer
 * clears @alive, interrupts every CPU (that IPI is the barrier the fast path
 * does not pay for) and sums @out before @in. The check before counting keeps
 * refused callers from delaying the zero; the check after it is what makes the
 * gate sound. A caller that was preempted between the two counts in on one CPU
 * and out on another, hence the split.
 *
 * Nothing on the way in can fault; whatever happens between RL_GATE_CALL's call
 * and its landing label is brought to that label by fault.c or quiesce.c with
 * %rsp as at entry. rl_gate_landed() then restores what the domain may have
 * disturbed.
 */
#ifndef RL_GATE_H
#define RL_GATE_H

#include <linux/bits.h>
#include <linux/bug.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/objtool.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>
#include <asm/nospec-branch.h>
#include <asm/preempt.h>
#include <redleaf/rpc.h>
#include "limits.h"
#include "trace_call.h"

/* Positive as an s32, so that one sign-extended store covers in_core = 0 too. */
#define RL_FRAME_MAGIC 0x524c4652

/* Split in-flight counters, one pair per CPU; written by that CPU alone. */
struct rl_inflight {
	unsigned long in;
	unsigned long out;
};

/* Values of rl_gate.alive. */
enum rl_gate_state {
	RL_GATE_CLOSED = 0,	/* dying or down: nobody enters, entries do not return */
	RL_GATE_OPEN = 1,
	RL_GATE_INIT = 2,	/* init runs: only the core itself enters */
};

/**
 * struct rl_gate - what the fast path reads of a domain
 * @alive:	enum rl_gate_state. Closed by anybody in any context, set to the
 *		other values by the reaper alone, with release semantics
 * @cnt:	in-flight counters; live as long as the domain object
 * @window:	base of the private window of this generation
 * @span:	its size without the last granule, which is nobody's: a store of a
 *		guarded domain may begin there
 * @code:	functions that indirect calls may reach; written by the loader while
 *		not alive
 * @stack:	stack that must be left to enter: the call's bound + RL_STACK_RESERVE
 * @id:		owner id in the exchange heap
 * @gen:	generation, written by the reaper while not alive
 */
struct rl_gate {
	u32 alive;
	u32 stack;
	struct rl_inflight __percpu *cnt;
	void *window;
	unsigned long span;
	const struct rl_code *code;
	u32 id;
	u32 gen;
};

struct rl_domain;
struct rl_frame;

/*
 * Frame of the call that entered core code last on this CPU; written by that CPU. It
 * may have ended since, or be another thread's: rl_frame_running() looks at it.
 */
DECLARE_PER_CPU(struct rl_frame *, rl_entered);

/**
 * struct rl_frame - the way out of one domain call; lives on the caller's stack
 *
 * Written by the owning thread, except @in_core/@err, which a fault or IPI
 * handler running on top of that thread (or, for a preempted thread, the killer
 * under stop_machine) may write. Live while @magic is RL_FRAME_MAGIC: from the
 * call instruction to the landing label. Guarded code reads @stack_limit, @window
 * and @span (Documentation/guard.rst).
 */
struct rl_frame {
	unsigned long stack_limit;	/* rl_prologue: %rsp must stay above */
	unsigned long sp;		/* %rsp at the landing label */
	unsigned long ip;		/* the landing label */
	u32 magic;
	u32 in_core;			/* >0: thread is in core code, do not redirect */
	struct rl_gate *gate;		/* callee */
	struct rl_frame *prev;		/* caller's frame when the caller is a domain */
	u32 call;			/* the method, RL_FRAME_IRQS_ON, RL_METHOD_SLEEPS */
	int pc;				/* preempt_count at entry */
	u32 ticks;			/* watchdog samples since entry or the last sleep */
	s32 err;			/* non-zero: left through the landing label by force */
	unsigned long window;		/* of the callee, for the guard */
	unsigned long span;
};

static_assert(sizeof(struct rl_frame) == 80);

#define RL_FRAME_IRQS_ON	BIT(31)	/* interrupts were on at entry */
#define RL_METHOD_IRQS_OFF	BIT(31)	/* the trusted side may call it with them off */
#define RL_METHOD_SLEEPS	BIT(30)	/* it may sleep; else it is atomic, whoever calls */
#define RL_METHOD_NONE		(RL_METHOD_SLEEPS - 1)	/* a call of the core's own */

static inline u32 rl_frame_method(const struct rl_frame *f)
{
	return f->call & RL_METHOD_NONE;
}

static inline bool rl_frame_irqs_on(const struct rl_frame *f)
{
	return f->call & RL_FRAME_IRQS_ON;
}

/*
 * May the running thread sleep for the domain in @f: here and now, and by what the method
 * says of itself? An atomic one can call atomic ones only, so what is asked of the
 * innermost frame holds for those it was called from.
 */
static __always_inline bool rl_frame_may_sleep(const struct rl_frame *f)
{
	return f->call & RL_METHOD_SLEEPS && preemptible() && !rcu_preempt_depth();
}

/*
 * State a domain can disturb is saved at entry: preempt count (rl_lock()) and
 * whether interrupts are on (rl_lock_irq()). Everything else of the task (RCU,
 * page fault and migration depth, FPU ownership, task state) is reachable only
 * through core entries, which are never left half-way.
 *
 * To read rflags costs as much as a quarter of the whole call. So the trusted side
 * promises that interrupts are on, unless the interface says @irqs_off. Of calls
 * by domains and by the core nothing is known beforehand.
 */
static __always_inline u32 rl_gate_call_word(const struct rl_frame *caller, u32 method, bool core)
{
	u32 call = method & ~RL_METHOD_IRQS_OFF;

	if (core || caller || method & RL_METHOD_IRQS_OFF)
		return irqs_disabled() ? call : call | RL_FRAME_IRQS_ON;
	lockdep_assert_irqs_enabled();
	return call | RL_FRAME_IRQS_ON;
}

static __always_inline u32 rl_gate_caller_id(const struct rl_frame *caller)
{
	return caller ? caller->gate->id : RL_OWNER_HOST;
}

/* Which RL_RPC_* a closed gate answers. Any context. */
s32 rl_gate_down(struct rl_gate *g);

static __always_inline void rl_gate_count_out(struct rl_gate *g)
{
	barrier();
	this_cpu_inc(g->cnt->out);
}

static_assert(RL_STACK_MAX + RL_STACK_RESERVE <= THREAD_SIZE);

/*
 * What a level of a chain of domains may take (domain, entry and proxy) for the last of
 * RL_MAX_CALL_DEPTH to be entered, with 2 KiB for what lies above the first. Nobody
 * is held to it: a chain that takes more ends earlier, in RL_RPC_NOSTACK.
 */
#define RL_STACK_LEVEL ((THREAD_SIZE - SZ_2K - RL_STACK_DEFAULT - RL_STACK_RESERVE) /	\
			(RL_MAX_CALL_DEPTH - 1))
static_assert(RL_STACK_LEVEL >= 512);

/*
 * Enough stack for the callee's bound and what interrupts it. Only task stacks
 * are checked: chains of domains grow there, and where an interrupt stack ends is
 * not known cheaply.
 */
static __always_inline bool rl_gate_stack_low(const struct rl_frame *f, u32 stack)
{
	/* on another stack @f is THREAD_SIZE above or more, or below and wraps */
	return (unsigned long)f - (unsigned long)task_stack_page(current) < stack;
}

static __always_inline s32 __rl_gate_enter(struct rl_frame *f, struct rl_gate *g,
					   struct rl_frame *caller, u32 method, bool core)
{
	u32 alive = READ_ONCE(g->alive);
	u32 stack = g->stack;

	if (unlikely(core ? alive == RL_GATE_CLOSED : alive != RL_GATE_OPEN))
		return rl_gate_down(g);
	if (unlikely(rl_gate_stack_low(f, stack)))
		return RL_RPC_NOSTACK;
	this_cpu_inc(g->cnt->in);
	barrier();
	alive = READ_ONCE(g->alive);
	if (unlikely(core ? alive == RL_GATE_CLOSED : alive != RL_GATE_OPEN)) {
		rl_gate_count_out(g);
		return rl_gate_down(g);
	}
	f->stack_limit = (unsigned long)f - stack + RL_STACK_RESERVE;
	f->gate = g;
	f->prev = caller;
	f->call = rl_gate_call_word(caller, method, core);
	f->pc = preempt_count();
	f->ticks = 0;
	f->err = 0;
	f->window = (unsigned long)g->window;
	f->span = g->span;
	if (static_branch_unlikely(&rl_trace_calls))
		rl_trace_call_slow(g, rl_frame_method(f), 0, 0);
	return 0;
}

/**
 * rl_gate_enter() - count this thread in and prepare its way out
 * @f:		frame, a local variable of the proxy
 * @g:		callee
 * @caller:	frame of the calling domain, NULL for the trusted side
 * @method:	its number; with RL_METHOD_SLEEPS if it may, and RL_METHOD_IRQS_OFF if it may be
 *		called that way
 *
 * Return: 0, then rl_gate_exit() must follow; or an enum rl_rpc. Any context
 * but NMI.
 */
static __always_inline s32 rl_gate_enter(struct rl_frame *f, struct rl_gate *g,
					 struct rl_frame *caller, u32 method)
{
	return __rl_gate_enter(f, g, caller, method, false);
}

/* An argument the callee does not have: its register keeps what is in it. */
struct rl_gate_unused;
#define RL_GATE_UNUSED ((struct rl_gate_unused *)NULL)
#define RL_GATE_ARG(reg, a) do {					\
	if (__builtin_types_compatible_p(typeof(a), struct rl_gate_unused *)) \
		asm("" : "=r" (reg));					\
	else								\
		(reg) = (unsigned long)(a);				\
} while (0)

/* Slow end of a call: forced out, or it came back with a lock held. */
void rl_gate_landed(struct rl_frame *f);

/*
 * RL_GATE_CALL() - call @fn in the domain with six register arguments. All
 * callee-saved registers are clobbers, so the compiler has them on the stack
 * above the landing label and restores them itself; the label needs %rsp only.
 * One store makes the frame live and clears in_core (they share a word). What
 * the domain disturbed is put right before the macro ends; f->err is final then.
 */
#define RL_GATE_CALL(f, fn, a0, a1, a2, a3, a4, a5) ({			\
	register unsigned long __a0 asm("rdi");				\
	register unsigned long __a1 asm("rsi");				\
	register unsigned long __a2 asm("rdx");				\
	register unsigned long __a3 asm("rcx");				\
	register unsigned long __a4 asm("r8");				\
	register unsigned long __a5 asm("r9");				\
	register struct rl_frame *__f asm("r15") = (f);			\
	unsigned long __ret = (unsigned long)(fn);			\
	RL_GATE_ARG(__a0, a0);						\
	RL_GATE_ARG(__a1, a1);						\
	RL_GATE_ARG(__a2, a2);						\
	RL_GATE_ARG(__a3, a3);						\
	RL_GATE_ARG(__a4, a4);						\
	RL_GATE_ARG(__a5, a5);						\
	asm volatile("leaq 771f(%%rip), %%r10\n\t"			\
		     "movq %%r10, %c[ip](%%r15)\n\t"			\
		     "movq %%rsp, %c[sp](%%r15)\n\t"			\
		     "movq %[live], %c[mg](%%r15)\n\t"			\
		     RL_CALL_RAX					\
		     "771:\n\t"						\
		     ANNOTATE_NOENDBR					\
		     : "+a" (__ret), "+r" (__f), "+r" (__a0), "+r" (__a1), \
		       "+r" (__a2), "+r" (__a3), "+r" (__a4), "+r" (__a5) \
		     : [ip] "i" (offsetof(struct rl_frame, ip)),	\
		       [sp] "i" (offsetof(struct rl_frame, sp)),	\
		       [mg] "i" (offsetof(struct rl_frame, magic)),	\
		       [live] "i" (RL_FRAME_MAGIC)			\
		     : "rbx", "rbp", "r10", "r11", "r12", "r13", "r14",	\
		       "memory", "cc");					\
	WRITE_ONCE((f)->magic, 0);					\
	barrier();							\
	if (unlikely((f)->err | (preempt_count() ^ (f)->pc)))		\
		rl_gate_landed(f);				\
	(long)__ret; })

/* The kernel's own policy for indirect calls, patched per CPU at load. */
#ifndef RL_CALL_RAX
#define RL_CALL_RAX	"call __x86_indirect_thunk_rax\n\t"
#endif

/*
 * Leaves through @f's landing label; @err becomes f->err. Any context but NMI.
 * The out-of-line part is not declared __noreturn: objtool knows only the
 * kernel's own such functions, and wants to see where the flow ends.
 */
void rl_gate_do_unwind(struct rl_frame *f, s32 err);

static __always_inline void __noreturn rl_gate_unwind(struct rl_frame *f, s32 err)
{
	rl_gate_do_unwind(f, err);
	BUG();
}

/**
 * rl_gate_exit() - end what rl_gate_enter() began
 * @f: the frame; f->err non-zero afterwards means the call was ended by force
 */
static __always_inline void rl_gate_exit(struct rl_frame *f)
{
	if (static_branch_unlikely(&rl_trace_calls))
		rl_trace_call_slow(f->gate, rl_frame_method(f), 1, f->err);
	rl_gate_count_out(f->gate);
}

#endif
