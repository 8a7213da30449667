// SPDX-License-Identifier: GPL-2.0-only
/*
 * Slow side of the call gate: finding a thread's frame, leaving a domain by
 * force, and putting the thread back into the state it entered with.
 *
 * %r15 of the interrupted registers names a frame when domain code was running, and
 * guarded code cannot change it. When core code was, it is the one that entered last on
 * this CPU (rl_entered), if it is on this stack. Where a domain that is not guarded may
 * have lost %r15 the stack is searched for a live frame; that is a guess, since what a
 * domain keeps on its stack may look like one.
 * Nothing here trusts a frame before rl_frame_valid() has looked at it.
 */
#include <linux/export.h>
#include <linux/mm.h>
#include <linux/sched/task_stack.h>
#include <linux/uaccess.h>
#include <asm/processor.h>
#include "caps.h"
#include "compat/kasan.h"
#include "core.h"
#include "domain.h"
#include "gate_asm.h"

static_assert(offsetof(struct rl_frame, stack_limit) == RL_FRAME_LIMIT);
static_assert(offsetof(struct rl_frame, sp) == RL_FRAME_SP);
static_assert(offsetof(struct rl_frame, ip) == RL_FRAME_IP);
static_assert(offsetof(struct rl_frame, in_core) == offsetof(struct rl_frame, magic) + 4);

DEFINE_PER_CPU(struct rl_frame *, rl_entered);
EXPORT_PER_CPU_SYMBOL_GPL(rl_entered);

/* Where this CPU's interrupt stack ends; learnt by that CPU when it comes online. */
static DEFINE_PER_CPU(unsigned long, irq_stack_top);

static bool on_task_stack(const struct task_struct *t, unsigned long sp)
{
	unsigned long b = (unsigned long)task_stack_page(t);

	return sp >= b && sp < b + THREAD_SIZE;
}

void rl_gate_learn_stack(void)
{
	/* a handler so near the entry has not left the topmost page */
	if (!on_task_stack(current, current_stack_pointer))
		this_cpu_write(irq_stack_top, PAGE_ALIGN(current_stack_pointer));
}

bool rl_gate_stack_learnt(void)
{
	return this_cpu_read(irq_stack_top);
}

bool rl_gate_irq_stack(unsigned long sp, unsigned long *lo, unsigned long *hi)
{
	unsigned long top = this_cpu_read(irq_stack_top);

	if (sp >= top || top - sp > IRQ_STACK_SIZE)
		return false;
	*lo = sp;
	*hi = top;
	return true;
}

/*
 * From where on the running task's stack is in use while this CPU is on its
 * interrupt stack: the switch left the old stack pointer in the topmost word. Below
 * lie the remains of earlier interrupts, registers of the same call among them.
 */
unsigned long rl_gate_task_sp(void)
{
	unsigned long top = this_cpu_read(irq_stack_top);
	unsigned long sp = top ? READ_ONCE(*(unsigned long *)(top - sizeof(long))) : 0;

	if (on_task_stack(current, sp))
		return sp;
	return (unsigned long)task_stack_page(current) + sizeof(long) * 8;
}

unsigned long rl_gate_stack_base(unsigned long a)
{
	unsigned long top = this_cpu_read(irq_stack_top);

	if (on_task_stack(current, a))
		return (unsigned long)task_stack_page(current) + 64;
	return a < top && top - a <= IRQ_STACK_SIZE ? top - IRQ_STACK_SIZE : 0;
}

/* The stack that @sp is on, from @sp up. */
static bool stack_above(unsigned long sp, const struct task_struct *task, unsigned long *hi)
{
	const struct task_struct *t = task ?: current;
	unsigned long lo;

	if (on_task_stack(t, sp)) {
		*hi = (unsigned long)task_stack_page(t) + THREAD_SIZE;
		return true;
	}
	return !task && rl_gate_irq_stack(sp, &lo, hi);
}

/* KASAN: @f may be any part of any function's frame. */
__no_sanitize_address
bool rl_frame_valid(const struct rl_frame *f, unsigned long sp, const struct task_struct *task)
{
	unsigned long a = (unsigned long)f, hi;

	if (a & 7 || a < sp || !stack_above(sp, task, &hi) || a > hi - sizeof(*f))
		return false;
	return READ_ONCE(f->magic) == RL_FRAME_MAGIC && rl_gate_known(READ_ONCE(f->gate)) &&
	       f->sp >= sp && f->sp <= a;
}
EXPORT_SYMBOL_NS_GPL(rl_frame_valid, RL_TEST);

/*
 * Search upwards from @sp. A frame is the innermost one when it is the first:
 * inner calls have lower frames, and ended calls have cleared their magic.
 */
static __no_sanitize_address
struct rl_frame *search(unsigned long sp)
{
	unsigned long a, hi;

	if (!stack_above(sp, NULL, &hi))
		return NULL;
	for (a = ALIGN(sp, 8); a + sizeof(struct rl_frame) <= hi; a += 8) {
		struct rl_frame *f = (struct rl_frame *)a;

		if (READ_ONCE(f->magic) == RL_FRAME_MAGIC && rl_frame_valid(f, sp, NULL))
			return f;
	}
	return NULL;
}

struct rl_frame *rl_frame_find(unsigned long sp)
{
	struct rl_frame *f = search(sp);

	if (f || on_task_stack(current, sp))
		return f;
	/* an interrupt stack with no frame on it: the task below may have one */
	return search(rl_gate_task_sp());
}
EXPORT_SYMBOL_NS_GPL(rl_frame_find, RL_TEST);

/**
 * rl_frame_named() - the innermost frame, of a thread that faulted
 * @r15: its %r15
 * @sp: its stack pointer
 *
 * Context: any, on that thread, NMI included. Return: the frame or NULL.
 */
struct rl_frame *rl_frame_named(unsigned long r15, unsigned long sp)
{
	struct rl_frame *f = (struct rl_frame *)r15;

	return rl_frame_valid(f, sp, NULL) ? f : rl_frame_find(sp);
}

/* Is @ip in the code of any domain? */
static bool any_domain_text(unsigned long ip)
{
	unsigned int i;

	for (i = 0; i < READ_ONCE(rl_gates_end); i++) {
		struct rl_gate *g = READ_ONCE(rl_gates[i]);

		if (g && rl_domain_text(rl_gate_domain(g), ip))
			return true;
	}
	return false;
}

/**
 * rl_frame_running() - the frame of the call that an interrupt came upon
 * @regs: what was interrupted; not user space
 *
 * Interrupts on top of a call run on a stack of their own, where the call's frame is not:
 * their time is not the call's.
 *
 * Context: the interrupt, NMI included. Return: the frame; NULL: none, or not to be told.
 */
struct rl_frame *rl_frame_running(const struct pt_regs *regs)
{
	struct rl_frame *f = (struct rl_frame *)regs->r15, *entered;
	bool named = rl_frame_valid(f, regs->sp, NULL);

	if (named && rl_domain_text(rl_gate_domain(f->gate), regs->ip))
		return f;
	if (any_domain_text(regs->ip))	/* not guarded, or %r15 would have named it */
		return rl_frame_find(regs->sp);
	entered = this_cpu_read(rl_entered);
	if (!rl_frame_valid(entered, regs->sp, NULL))
		return NULL;
	/* a call that it made may be in a thunk or a check, without having entered */
	if (named && f->prev == entered)
		return f;
	/* or the kernel is at work on top of such a call, which nobody names then */
	return READ_ONCE(entered->in_core) ? entered : NULL;
}
EXPORT_SYMBOL_NS_GPL(rl_frame_running, RL_TEST);

/* The interrupt flag as it was at entry; the rest is clean. */
static unsigned long landing_flags(const struct rl_frame *f)
{
	return X86_EFLAGS_FIXED | (rl_frame_irqs_on(f) ? X86_EFLAGS_IF : 0);
}

void rl_frame_redirect(struct rl_frame *f, struct pt_regs *regs, s32 err)
{
	f->err = err;
	f->in_core = 1;
	regs->ip = f->ip;
	regs->sp = f->sp;
	regs->flags = landing_flags(f);
	regs->r15 = (unsigned long)f;
	regs->ax = err;
}
EXPORT_SYMBOL_NS_GPL(rl_frame_redirect, RL_TEST);

void rl_gate_do_unwind(struct rl_frame *f, s32 err)
{
	f->err = err;
	rl_compat_abandon_stack(f->sp);
	/* interrupts that are off go on in rl_gate_landed(), where that is traced */
	rl_gate_jump(f, err, landing_flags(f) & (native_save_fl() | ~X86_EFLAGS_IF));
}

static void restore_preempt(const struct rl_frame *f)
{
	bool softirq = (preempt_count() ^ f->pc) & SOFTIRQ_MASK;

	if (preempt_count() == f->pc)
		return;
	preempt_count_set(f->pc);
	/* what was put off meanwhile is due now, if this context may do it */
	if (!in_interrupt() && !irqs_disabled()) {
		if (softirq) {
			local_bh_disable();
			local_bh_enable();
		}
		preempt_disable();
		preempt_enable();
	}
}

/*
 * rl_gate_landed() - the call was ended by force, or came back with a lock held
 * or interrupts off. Runs on the thread, in the context of the call.
 */
void rl_gate_landed(struct rl_frame *f)
{
	struct rl_domain *d = rl_gate_domain(f->gate);

	if (!f->err) {
		rl_domain_kill_why(d, RL_R_VIOLATION, "returned with a lock held");
		f->err = -EPROTO;
	}
	if (rl_frame_irqs_on(f) && irqs_disabled())
		local_irq_enable();
	restore_preempt(f);
	rl_reaper_wake();
}
EXPORT_SYMBOL_GPL(rl_gate_landed);
EXPORT_SYMBOL_GPL(rl_gate_do_unwind);
EXPORT_SYMBOL_GPL(rl_prologue);

s32 rl_gate_down(struct rl_gate *g)
{
	return READ_ONCE(rl_gate_domain(g)->state) == RL_DEAD ? RL_RPC_DEAD : RL_RPC_RESTARTING;
}
EXPORT_SYMBOL_GPL(rl_gate_down);

void rl_gate_violation(struct rl_gate *g, const char *what)
{
	rl_domain_kill_why(rl_gate_domain(g), RL_R_VIOLATION, what);
}
EXPORT_SYMBOL_GPL(rl_gate_violation);

/* A closed gate is on its way down even before the reaper says so. */
static bool settled(void *arg)
{
	struct rl_domain *d = arg;
	enum rl_state s = READ_ONCE(d->state);

	return s == RL_DEAD || (s == RL_RUNNING && READ_ONCE(d->gate.alive) == RL_GATE_OPEN);
}

/**
 * rl_gate_wait() - wait until a domain runs again
 * @f: innermost frame of this thread, NULL: it is in no domain
 * @g: the domain's gate
 * @timeout_ms: longest time
 *
 * Context: process, sleeps. Return: 0; -ENODEV: it is DEAD; -ETIMEDOUT; -ECANCELED: a
 * domain that this thread is in is being killed.
 */
int rl_gate_wait(struct rl_frame *f, struct rl_gate *g, unsigned int timeout_ms)
{
	struct rl_domain *d = rl_gate_domain(g);
	int err;

	might_sleep();
	err = rl_wait(f, &d->state_wq, settled, d, (u64)timeout_ms * NSEC_PER_MSEC);
	return READ_ONCE(d->state) == RL_DEAD ? -ENODEV : err;
}

int rl_gate_wait_running(struct rl_gate *g, unsigned int timeout_ms)
{
	return rl_gate_wait(NULL, g, timeout_ms);
}
EXPORT_SYMBOL_GPL(rl_gate_wait_running);

struct rl_ret rl_domain_call(struct rl_domain *d, const void *fn, u64 a0, u64 a1)
{
	struct rl_ret ret = { 0 };
	struct rl_frame f __attribute__((uninitialized));

	ret.rpc = __rl_gate_enter(&f, &d->gate, NULL, RL_METHOD_NONE | RL_METHOD_SLEEPS,
				  true);
	if (unlikely(ret.rpc))
		return ret;
	ret.err = RL_GATE_CALL(&f, fn, d->self, a0, a1, RL_GATE_UNUSED, RL_GATE_UNUSED,
			       RL_GATE_UNUSED);
	rl_gate_exit(&f);
	if (unlikely(f.err))
		ret.rpc = RL_RPC_CRASHED;
	return ret;
}
EXPORT_SYMBOL_GPL(rl_domain_call);
