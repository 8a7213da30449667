// SPDX-License-Identifier: GPL-2.0-only
/*
 * A call passes references: the part of proxies that is the same for all of them.
 *
 * Like a proxy as a whole, a pass decodes first and commits later. rl_pass_in() looks
 * at what the caller offers and rl_pass_room() sees to it that a result can be
 * received; they reserve what the commit needs, so that it cannot fail, and
 * rl_pass_undo() leaves nothing behind. Receivers never get the giver's reference, but
 * one derived from it, in a table of their own.
 *
 * A proxy's thread is inside both domains meanwhile, so neither table goes away. What
 * can change is the giver's reference: when it was revoked or released between the
 * look and the commit, the receiver gets one that is revoked.
 */
#include <linux/export.h>
#include <linux/slab.h>
#include "core.h"
#include "hold.h"

/* NULL: the trusted side. */
static struct rl_holds *table_of(struct rl_gate *g)
{
	return g ? rl_gate_domain(g)->holds : &rl_host_holds;
}

static struct rl_holds *table_of_caller(const struct rl_frame *caller)
{
	return table_of(caller ? caller->gate : NULL);
}

static s32 reserve(struct rl_pass *p, struct rl_holds *to)
{
	lockdep_assert_held(&rl_hold_lock);
	p->entry = rl_hold_reserve(to);
	return p->entry ? 0 : -ENOSPC;
}

/* Is @cap one that can be given, and is it for an interface @desc? */
static s32 look(struct rl_pass *p, struct rl_holds *from, rl_cap_t cap,
		const struct rl_iface_desc *desc, bool may_be_revoked)
{
	struct rl_hold *e = rl_hold_entry(from, cap);
	const struct rl_iref *ref = e ? rl_hold_ref(e) : NULL;

	if (e && e->revoked && !may_be_revoked)
		return -ENOLINK;
	if (!ref && !(e && e->revoked))
		return -ENOENT;
	if (ref && ref->desc != desc)
		return -EINVAL;
	p->source = e;
	p->serial = e->serial;
	return 0;
}

/**
 * rl_pass_in() - look at a reference a caller passes
 * @p: all zero
 * @caller: frame of the calling domain, NULL: the trusted side
 * @cap: what it passes
 * @desc: interface it has to be of
 * @to: the callee's gate, NULL: the trusted side
 *
 * Context: any but NMI, inside the callee's gate. Return: 0, then rl_pass_commit() or
 * rl_pass_undo() follows. -ENOENT (no such reference), -ENOLINK (revoked), -EINVAL
 * (other interface), -ENOSPC (no room in the callee's table), -ENOMEM.
 */
s32 rl_pass_in(struct rl_pass *p, struct rl_frame *caller, rl_cap_t cap,
	       const struct rl_iface_desc *desc, struct rl_gate *to)
{
	unsigned long flags;
	s32 err;

	p->pin = rl_pin_alloc();
	if (!p->pin)
		return -ENOMEM;
	spin_lock_irqsave(&rl_hold_lock, flags);
	err = look(p, table_of_caller(caller), cap, desc, false);
	if (!err)
		err = reserve(p, table_of(to));
	spin_unlock_irqrestore(&rl_hold_lock, flags);
	return err;
}
EXPORT_SYMBOL_GPL(rl_pass_in);

/**
 * rl_pass_room() - make sure that the caller can be given a result
 * @p: all zero
 * @caller: frame of the calling domain, NULL: the trusted side
 *
 * Context: any but NMI. Return: 0, then rl_pass_out() and rl_pass_commit(), or
 * rl_pass_undo() follow. -ENOSPC, -ENOMEM.
 */
s32 rl_pass_room(struct rl_pass *p, struct rl_frame *caller)
{
	unsigned long flags;
	s32 err;

	p->pin = rl_pin_alloc();
	if (!p->pin)
		return -ENOMEM;
	spin_lock_irqsave(&rl_hold_lock, flags);
	err = reserve(p, table_of_caller(caller));
	spin_unlock_irqrestore(&rl_hold_lock, flags);
	return err;
}
EXPORT_SYMBOL_GPL(rl_pass_room);

/**
 * rl_pass_out() - look at a reference a callee answers with
 * @p: after rl_pass_room()
 * @from: the callee's gate, NULL: the trusted side
 * @cap: what it answers
 * @desc: interface it has to be of
 *
 * That it was revoked is not the callee's fault: the caller is given a revoked one.
 * Context: any but NMI, inside the callee's gate. Return: 0, or what rl_pass_in() says:
 * the callee broke the protocol.
 */
s32 rl_pass_out(struct rl_pass *p, struct rl_gate *from, rl_cap_t cap,
		const struct rl_iface_desc *desc)
{
	unsigned long flags;
	s32 err;

	spin_lock_irqsave(&rl_hold_lock, flags);
	err = look(p, table_of(from), cap, desc, true);
	spin_unlock_irqrestore(&rl_hold_lock, flags);
	return err;
}
EXPORT_SYMBOL_GPL(rl_pass_out);

/**
 * rl_pass_commit() - give the receiver its reference
 * @p: what was looked at and has room
 *
 * Context: any but NMI, inside the callee's gate; cannot fail. Return: the receiver's
 * number for it.
 */
rl_cap_t rl_pass_commit(struct rl_pass *p)
{
	struct rl_hold *source = p->source;
	struct rl_iref *ref = NULL;
	unsigned long flags;

	spin_lock_irqsave(&rl_hold_lock, flags);
	if (source->serial == p->serial)
		ref = rl_hold_ref(source);
	p->given = rl_hold_fill(p->entry, ref ? source : NULL, ref, &p->pin);
	spin_unlock_irqrestore(&rl_hold_lock, flags);
	kfree(p->pin);
	p->pin = NULL;
	return p->given;
}
EXPORT_SYMBOL_GPL(rl_pass_commit);

static void undo(struct rl_pass *p)
{
	struct rl_hold *e;

	lockdep_assert_held(&rl_hold_lock);
	if (!p->given) {
		p->entry->reserved = false;
		return;
	}
	e = rl_hold_entry(p->entry->table, p->given);
	if (!e)
		return;		/* its holder released it meanwhile */
	rl_hold_revoke_below(e);
	rl_hold_drop(e);
}

/**
 * rl_pass_undo() - the call was refused or failed: nothing was passed
 * @p: the passes of the call, each as far as it got
 * @n: how many
 *
 * What was given is taken back, with all that was derived from it. Context: any but
 * NMI, inside the callee's gate if it was entered.
 */
void rl_pass_undo(struct rl_pass *p, u32 n)
{
	unsigned long flags;

	for (; n--; p++) {
		spin_lock_irqsave(&rl_hold_lock, flags);
		if (p->entry)
			undo(p);
		spin_unlock_irqrestore(&rl_hold_lock, flags);
		kfree(p->pin);
	}
}
EXPORT_SYMBOL_GPL(rl_pass_undo);

/**
 * rl_hold_clone() - a second reference, derived from the first
 * @t: table of both
 * @cap: number of the first, or of a bound interface
 *
 * Context: any but NMI. Return: its number, or RL_CAP_NONE.
 */
rl_cap_t rl_hold_clone(struct rl_holds *t, rl_cap_t cap)
{
	struct rl_pin *pin = rl_pin_alloc();
	rl_cap_t copy = RL_CAP_NONE;
	struct rl_hold *source, *e;
	struct rl_iref *ref;
	unsigned long flags;

	if (!pin)
		return copy;
	spin_lock_irqsave(&rl_hold_lock, flags);
	source = rl_hold_entry(t, cap);
	ref = source ? rl_hold_ref(source) : NULL;
	e = ref ? rl_hold_reserve(t) : NULL;
	if (e)
		copy = rl_hold_fill(e, source, ref, &pin);
	spin_unlock_irqrestore(&rl_hold_lock, flags);
	kfree(pin);
	return copy;
}
EXPORT_SYMBOL_NS_GPL(rl_hold_clone, RL_TEST);

/**
 * rl_host_cap() - a capability of the trusted side, to be passed
 * @ref: reference to a domain that stays for the time of this call
 *
 * Context: any but NMI. Return: its number; RL_CAP_NONE: the table is full. To be
 * given up with rl_host_cap_release().
 */
rl_cap_t rl_host_cap(struct rl_iref *ref)
{
	struct rl_pin *none = NULL;
	struct rl_hold *e;
	unsigned long flags;
	rl_cap_t cap;

	spin_lock_irqsave(&rl_hold_lock, flags);
	e = rl_hold_reserve(&rl_host_holds);
	cap = e ? rl_hold_fill(e, NULL, ref, &none) : RL_CAP_NONE;
	spin_unlock_irqrestore(&rl_hold_lock, flags);
	return cap;
}
EXPORT_SYMBOL_GPL(rl_host_cap);

/**
 * rl_host_cap_iref() - where a capability of the trusted side leads
 * @cap: what a call answered, or rl_host_cap()
 *
 * Context: any. Return: the reference, until @cap is released; NULL: it was revoked.
 */
struct rl_iref *rl_host_cap_iref(rl_cap_t cap)
{
	return rl_hold_find(&rl_host_holds, cap);
}
EXPORT_SYMBOL_GPL(rl_host_cap_iref);

/**
 * rl_host_cap_release() - give up a capability of the trusted side
 * @cap: it; nobody calls through it
 *
 * Context: any but NMI. Return: 0, or -ENOENT.
 */
s32 rl_host_cap_release(rl_cap_t cap)
{
	return rl_hold_release(&rl_host_holds, cap);
}
EXPORT_SYMBOL_GPL(rl_host_cap_release);

/**
 * rl_host_cap_revoke() - take back what was derived from a capability of the trusted side
 * @cap: it; stands
 *
 * Context: any but NMI. Return: 0, or -ENOENT.
 */
s32 rl_host_cap_revoke(rl_cap_t cap)
{
	return rl_hold_revoke(&rl_host_holds, cap);
}
EXPORT_SYMBOL_GPL(rl_host_cap_revoke);
