/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of core/ offer each other and nobody else. */
#ifndef RL_CORE_INTERNAL_H
#define RL_CORE_INTERNAL_H

#include <linux/types.h>
#include "limits.h"

struct pt_regs;
struct rl_crash;
struct rl_domain;
struct rl_frame;
struct rl_gate;
struct task_struct;
struct work_struct;

/* gate.c */
#define RL_CTX_MASK (NMI_MASK | HARDIRQ_MASK | SOFTIRQ_OFFSET)

/*
 * Innermost live frame of the running thread at or above @sp, or NULL. Any
 * context, NMI included.
 */
struct rl_frame *rl_frame_find(unsigned long sp);
struct rl_frame *rl_frame_named(unsigned long r15, unsigned long sp);
struct rl_frame *rl_frame_running(const struct pt_regs *regs);
/* @f is a live frame above @sp on the current stack (@task's if given). */
bool rl_frame_valid(const struct rl_frame *f, unsigned long sp, const struct task_struct *task);
/* Makes @regs return to @f's landing label. */
void rl_frame_redirect(struct rl_frame *f, struct pt_regs *regs, s32 err);
void rl_gate_jump(struct rl_frame *f, long err, unsigned long flags);	/* does not return */
int rl_gate_wait(struct rl_frame *f, struct rl_gate *g, unsigned int timeout_ms);
void rl_prologue(void);
void rl_stack_overflow(unsigned long r15);	/* jumped to */
void rl_just_return(void);
/* Learns where this CPU's interrupt stack ends; from an interrupt handler. */
void rl_gate_learn_stack(void);
bool rl_gate_stack_learnt(void);
/* [*lo, *hi): what is left of the interrupt stack above @sp; false: not on it. */
bool rl_gate_irq_stack(unsigned long sp, unsigned long *lo, unsigned long *hi);
/* where the task's own stack goes on meanwhile; on the interrupt stack only */
unsigned long rl_gate_task_sp(void);

/* domain.c: gates by owner id; entries appear and vanish under rl_domains_lock,
 * the objects live until no CPU can be looking (RCU).
 */
extern struct rl_gate *rl_gates[RL_MAX_DOMAINS];
extern unsigned int rl_gates_end;	/* no gate from here on: the watchdog looks often */
bool rl_gate_known(const struct rl_gate *g);
int rl_domains_init(void);
void rl_domains_exit(void);

/* Lowest usable address of the running thread's or CPU's stack @a is on, or 0. */
unsigned long rl_gate_stack_base(unsigned long a);

/* fault.c */
int rl_fault_arm(void);
void rl_fault_disarm(void);

/* quiesce.c */
int rl_quiesce_init(void);
void rl_quiesce_exit(void);
/* Bring every thread out of @d, whose gate is closed. 0 or -ETIMEDOUT. */
int rl_quiesce(struct rl_domain *d);
long rl_inflight(const struct rl_gate *g);
/*
 * Redirect every interrupted domain frame between @lo and @hi whose domain's
 * gate is closed; returns how many.
 */
int rl_scan_redirect(unsigned long lo, unsigned long hi, const struct task_struct *task);
int rl_scan_current(void);

/* watchdog.c */
int rl_watchdog_init(void);
void rl_watchdog_exit(void);
void rl_watchdog_start(void);	/* first domain runs */
void rl_watchdog_stop(void);	/* last one is gone */
void rl_nmi_kick(int cpu);
bool rl_hung_since(u64 begun);

/* restart.c */
int rl_reaper_init(void);
void rl_reaper_exit(void);
void rl_reaper_wake(void);	/* any context, NMI included */
bool rl_on_reaper(void);	/* is this its thread */
int rl_domain_start(struct rl_domain *d);	/* first generation; d->lock held */
void rl_domain_stop(struct rl_domain *d, bool orderly);	/* to DEAD; d->lock held */

/* loader.c: unload and load the .ko of a domain that is down; d->lock held */
int rl_domain_reload(struct rl_domain *d);

/* symbols.c: 0, or -EPERM with the offending symbol named in the log */
struct module;
int rl_symbols_check(struct module *mod);

/* descriptor.c */
struct rl_domain_desc;
int rl_desc_check(const struct rl_domain_desc *d, struct module *mod);
int rl_desc_read(struct rl_domain_desc *copy, const struct rl_domain_desc *desc,
		 struct module *mod);

/* iface.c: registered interfaces; rl_ifaces_lock is taken inside */
struct rl_iface;
struct rl_iface *rl_iface_find(const char *name, bool host);
void rl_iface_put(struct rl_iface *i);

/* inject.c */
int rl_inject_write(struct rl_domain *d, const char *text);

/* control.c: sysfs */
int rl_control_init(void);
void rl_control_exit(void);
int rl_control_add(struct rl_domain *d);
void rl_control_del(struct rl_domain *d);

/* crashdump.c */
const char *rl_reason_name(unsigned int reason);
void rl_crash_regs(struct rl_crash *c, const struct pt_regs *regs);
void rl_crash_line(const struct rl_domain *d, const struct rl_crash *c);
/* Copy the crash aside; then have it reported by a work item. d->lock held. */
void rl_crash_keep(struct rl_domain *d);
void rl_crash_report(struct rl_domain *d);
void rl_crash_report_fn(struct work_struct *work);
void rl_crash_end(struct rl_domain *d);	/* before the object goes; sleeps */

#endif
