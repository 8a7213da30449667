// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where domains enter the core for locks, events and threads. A lock call
 * changes the thread's preempt count or interrupt flag on purpose and keeps it
 * changed after rl_entry_end(); what is left of that when the call ends is
 * undone, and punished, by the gate (gate.c).
 */
#include <linux/module.h>
#include <redleaf/sync.h>
#include "caps.h"
#include "domain.h"
#include "entry.h"
#include "lock.h"

void rl_lock(struct rl_lock *l)
{
	struct rl_frame *f = rl_entry_begin();

	if (rl_lock_room(f, l)) {
		preempt_disable();
		rl_lock_spin(f, l);
	}
	rl_entry_end();
}
EXPORT_SYMBOL_GPL(rl_lock);

void rl_unlock(struct rl_lock *l)
{
	struct rl_frame *f = rl_entry_begin();

	if (rl_lock_free(f, l)) {
		preempt_enable();
		/* the gate would not notice: it looks at the preempt count alone */
		if (irqs_disabled() && rl_frame_irqs_on(f) && !rl_lock_depth(f))
			rl_gate_violation(f->gate, "interrupts left off by the last unlock");
	}
	rl_entry_end();
}
EXPORT_SYMBOL_GPL(rl_unlock);

u64 rl_lock_irq(struct rl_lock *l)
{
	struct rl_frame *f = rl_entry_begin();
	unsigned long flags = 0;

	if (rl_lock_room(f, l)) {
		local_irq_save(flags);
		preempt_disable();
		rl_lock_spin(f, l);
	}
	rl_entry_end();
	return flags & X86_EFLAGS_IF;
}
EXPORT_SYMBOL_GPL(rl_lock_irq);

void rl_unlock_irq(struct rl_lock *l, u64 token)
{
	struct rl_frame *f = rl_entry_begin();

	if (rl_lock_free(f, l)) {
		/* the last lock puts back what was at entry, whatever the token says */
		if (rl_frame_irqs_on(f) && (token || rl_lock_depth(f) == 1))
			local_irq_enable();
		preempt_enable();
	}
	rl_entry_end();
}
EXPORT_SYMBOL_GPL(rl_unlock_irq);

void rl_lock_wait(struct rl_lock *l)
{
	struct rl_frame *f = rl_entry_begin();

	if (rl_lock_ok(f, l))
		rl_lock_spin(f, l);
	rl_entry_end();
}
EXPORT_SYMBOL_GPL(rl_lock_wait);

s32 rl_event_create(void)
{
	struct rl_frame *f = rl_entry_begin();
	s32 ret = rl_may_sleep(f) ? rl_event_new(rl_gate_domain(f->gate)) : -EAGAIN;

	rl_entry_end();
	return ret;
}
EXPORT_SYMBOL_GPL(rl_event_create);

s32 rl_event_wait(u32 event, u64 timeout_ns)
{
	struct rl_frame *f = rl_entry_begin();
	s32 ret = rl_event_take(f, event, timeout_ns);

	rl_entry_end();
	return ret;
}
EXPORT_SYMBOL_GPL(rl_event_wait);

s32 rl_event_signal(u32 event)
{
	struct rl_frame *f = rl_entry_begin();
	s32 ret = rl_event_post(rl_gate_domain(f->gate), event);

	rl_entry_end();
	return ret;
}
EXPORT_SYMBOL_GPL(rl_event_signal);

s32 rl_thread_create(s32 (*fn)(void *self, u64 arg), u64 arg, const char *name)
{
	struct rl_frame *f = rl_entry_begin();
	struct rl_domain *d = rl_gate_domain(f->gate);
	char comm[TASK_COMM_LEN];
	s32 ret = -EAGAIN;

	if (rl_may_sleep(f)) {
		rl_copy_text(d, comm, sizeof(comm), name);
		ret = rl_thread_new(d, fn, arg, comm);
	}
	rl_entry_end();
	return ret;
}
EXPORT_SYMBOL_GPL(rl_thread_create);

bool rl_thread_should_stop(void)
{
	struct rl_frame *f = rl_entry_begin();
	bool stop = READ_ONCE(rl_gate_domain(f->gate)->state) == RL_DYING;

	rl_entry_end();
	return stop;
}
EXPORT_SYMBOL_GPL(rl_thread_should_stop);
