// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fault containment: a CPU exception raised by domain code ends that call, not
 * the machine.
 *
 * Page faults: an IPMODIFY ftrace hook on page_fault_oops(), the one funnel of
 * every kernel page fault that would oops, so ordinary faults pay nothing.
 * Other traps: a die notifier. #DF (the stack ran out before the prologue check
 * could see it): the notifier must not return, since exc_double_fault() panics
 * whatever it answers.
 *
 * Whose fault is it? The innermost frame of this thread takes it only when the
 * thread was in domain code (in_core == 0), in the same interrupt context the
 * call was made in, and the faulting address is one domain code can fault at:
 * its own text, the kernel's indirect branch thunks, or no kernel text at all
 * (a wild jump). Everything else is somebody else's bug and stays an oops: a
 * fault of the core or of an interrupt on top of a domain call is never
 * swallowed.
 *
 * What may crash here: nothing may. Handlers run with the thread's stack as the
 * domain left it; they touch the frame, the crash record and the registers.
 */
#include <linux/ftrace.h>
#include <linux/kallsyms.h>
#include <linux/kdebug.h>
#include <linux/kprobes.h>
#include <linux/lockdep.h>
#include <linux/magic.h>
#include <linux/sched/task_stack.h>
#include <asm/ftrace.h>
#include <asm/traps.h>
#include <asm/trapnr.h>
#include "compat/cpu.h"
#include "compat/kasan.h"
#include "core.h"
#include "domain.h"
#include "hook.h"

/* Symbols of the kernel that a domain's return or indirect call may fault in. */
static bool is_thunk(const char *sym)
{
	return str_has_prefix(sym, "__x86_") || str_has_prefix(sym, "srso_") ||
	       str_has_prefix(sym, "retbleed_") || str_has_prefix(sym, "zen_untrain_ret");
}

static bool domain_can_fault_at(const struct rl_domain *d, unsigned long ip)
{
	char sym[KSYM_SYMBOL_LEN];

	if (rl_domain_text(d, ip))
		return true;
	sprint_symbol(sym, ip);
	return str_has_prefix(sym, "0x") || is_thunk(sym);
}

/*
 * The frame that answers for @regs, or NULL. @extra is what entering this
 * exception added to the preempt count; @sp_sane says regs->sp can be trusted. If
 * not, %r15 must: a thread that lost both cannot be told from a broken kernel.
 */
static struct rl_frame *frame_of(struct pt_regs *regs, int extra, bool sp_sane)
{
	unsigned long sp = sp_sane ? regs->sp : rl_gate_stack_base(regs->r15);
	struct rl_frame *f;

	if (user_mode(regs) || !sp)
		return NULL;
	f = rl_frame_named(regs->r15, sp);
	if (!f || READ_ONCE(f->in_core))
		return NULL;
	if (((preempt_count() - extra) ^ f->pc) & RL_CTX_MASK)
		return NULL;
	return domain_can_fault_at(rl_gate_domain(f->gate), regs->ip) ? f : NULL;
}

/* The way here: the stack's top words, and which domains called which. */
static __no_sanitize_address
void note_stack(struct rl_crash *c, const struct rl_frame *f, unsigned long sp)
{
	const unsigned long *p = (const unsigned long *)ALIGN(sp, 8);

	for (; c->nr_stack < ARRAY_SIZE(c->stack) && (unsigned long)p < f->sp; p++)
		c->stack[c->nr_stack++] = *p;
	for (; f && c->nr_chain < ARRAY_SIZE(c->chain); f = f->prev)
		c->chain[c->nr_chain++] = f->gate->id;
}

static void report(struct rl_frame *f, struct pt_regs *regs, enum rl_reason why, int trap,
		   unsigned long addr, unsigned long error_code)
{
	struct rl_crash c = {
		.reason = why,
		.trap = trap,
		.ip = regs->ip,
		.addr = addr,
		.error_code = error_code,
		.method = rl_frame_method(f),
	};

	rl_crash_regs(&c, regs);
	if (trap != X86_TRAP_DF)
		note_stack(&c, f, regs->sp);
	rl_domain_kill(rl_gate_domain(f->gate), &c);
}

/* page_fault_oops(regs, error_code, address) */
static void notrace on_page_fault_oops(unsigned long ip, unsigned long parent,
				       struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	struct pt_regs *r = ftrace_get_regs(fregs);
	struct pt_regs *regs = (struct pt_regs *)r->di;
	struct rl_frame *f = frame_of(regs, 0, true);

	if (!f)
		return;
	report(f, regs, RL_R_PAGE_FAULT, X86_TRAP_PF, r->dx, r->si);
	rl_frame_redirect(f, regs, -EFAULT);
	r->ip = (unsigned long)rl_just_return;
}

static struct ftrace_ops oops_hook = {
	.func = on_page_fault_oops,
	.flags = FTRACE_OPS_FL_SAVE_REGS | FTRACE_OPS_FL_IPMODIFY | FTRACE_OPS_FL_PERMANENT,
};

/*
 * Double fault of a domain: leave from here. irqentry_nmi_enter() is undone by
 * hand, and the end-of-stack magic, which the runaway overwrote on its way, is
 * put back or the scheduler would panic over it.
 */
static void on_double_fault(struct pt_regs *regs)
{
	struct rl_frame *f = frame_of(regs, NMI_OFFSET + HARDIRQ_OFFSET, false);

	if (!f)
		return;
	report(f, regs, RL_R_STACK, X86_TRAP_DF, regs->sp, 0);
	f->in_core = 1;
	rl_compat_ct_nmi_leave();
	lockdep_hardirq_exit();
	preempt_count_sub(NMI_OFFSET + HARDIRQ_OFFSET);
	__acquire(RCU);		/* the notifier chain's, which is left here */
	rcu_read_unlock();
	lockdep_on();
	*end_of_stack(current) = STACK_END_MAGIC;
	rl_compat_abandon_stack((unsigned long)regs);	/* of the exception */
	rl_gate_unwind(f, -EOVERFLOW);
}

static int on_die(struct notifier_block *nb, unsigned long val, void *data)
{
	struct die_args *a = data;
	struct rl_frame *f;
	int extra = 0;

	switch (val) {
	case DIE_INT3:
	case DIE_DEBUG:
		extra = NMI_OFFSET + HARDIRQ_OFFSET;
		break;
	case DIE_TRAP:
		if (a->trapnr == X86_TRAP_DF) {
			on_double_fault(a->regs);
			return NOTIFY_DONE;
		}
		break;
	case DIE_GPF:
		break;
	default:
		return NOTIFY_DONE;
	}
	f = frame_of(a->regs, extra, true);
	if (!f)
		return NOTIFY_DONE;
	report(f, a->regs, RL_R_TRAP, a->trapnr, 0, a->err);
	/* the trap's exit looks at regs->flags to re-disable interrupts: be there first */
	local_irq_disable();
	rl_frame_redirect(f, a->regs, -EFAULT);
	return NOTIFY_STOP;
}

NOKPROBE_SYMBOL(on_die);

static struct notifier_block die_nb = {
	.notifier_call = on_die,
	.priority = INT_MAX,
};

/*
 * The stack check of domain functions found %rsp below the frame's limit. Jumped
 * to from rl_prologue(), on the domain's stack, a few hundred bytes from its end
 * at worst (RL_STACK_RESERVE).
 */
void rl_stack_overflow(unsigned long r15)
{
	struct rl_crash c = {
		.reason = RL_R_STACK,
		.trap = -1,
		.ip = (unsigned long)__builtin_return_address(0),
		.addr = current_stack_pointer,
	};
	struct rl_frame *f = rl_frame_named(r15, current_stack_pointer);

	if (WARN_ON_ONCE(!f))
		return;
	f->in_core = 1;
	c.method = rl_frame_method(f);
	rl_domain_kill(rl_gate_domain(f->gate), &c);
	rl_gate_unwind(f, -EOVERFLOW);
}

/**
 * rl_fault_arm() - install the containment mechanisms
 *
 * Each failure is named in the log, since without the mechanism a domain's fault
 * would be the machine's. Process context.
 *
 * Return: 0 or -Exxx with nothing installed.
 */
int rl_fault_arm(void)
{
	int err;

	if (!boot_cpu_has(X86_FEATURE_SMAP)) {
		pr_err("redleaf: this CPU has no SMAP: faults on user addresses cannot be told apart\n");
		return -ENODEV;
	}
#ifdef X86_FEATURE_FRED
	if (boot_cpu_has(X86_FEATURE_FRED)) {
		pr_err("redleaf: FRED entry in use: its exception frames are not supported\n");
		return -ENODEV;
	}
#endif
	err = rl_hook_install(&oops_hook, "page_fault_oops", "page fault hook");
	if (err)
		return err;
	err = register_die_notifier(&die_nb);
	if (err) {
		pr_err("redleaf: trap hook: die notifier refused (%d)\n", err);
		rl_hook_remove(&oops_hook);
	}
	return err;
}

void rl_fault_disarm(void)
{
	unregister_die_notifier(&die_nb);
	rl_hook_remove(&oops_hook);
}
