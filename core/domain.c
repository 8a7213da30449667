// SPDX-License-Identifier: GPL-2.0-only
/*
 * Domain objects: making and unmaking them, the table of gates, the ledger, and
 * the one way to kill a domain from any context.
 *
 * A domain object is kept by: its place in the list (until unload), every
 * adapter that called rl_domain_get(), and the reaper while it works on it. Its
 * memory is freed after an RCU grace period, because fault handlers and the
 * watchdog look gates up in rl_gates[] without a lock.
 */
#include <linux/irq_work.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include "core.h"
#include "domain.h"
#include "domains.h"
#include "heap.h"
#include "hold.h"
#include "trace.h"

int rl_domains_init(void)
{
	rl_holds_init();
	return 0;
}

/* Objects may be on their way out. */
void rl_domains_exit(void)
{
	rcu_barrier();
}

struct rl_gate *rl_gates[RL_MAX_DOMAINS];	/* rl_domains_lock to write */
unsigned int rl_gates_end;			/* likewise; only ever grows */

bool rl_gate_known(const struct rl_gate *g)
{
	unsigned int i;

	for (i = 0; i < READ_ONCE(rl_gates_end); i++)
		if (READ_ONCE(rl_gates[i]) == g)
			return g;
	return false;
}

bool rl_domain_text(const struct rl_domain *d, unsigned long p)
{
	return p - d->text < d->text_size;
}
EXPORT_SYMBOL_GPL(rl_domain_text);

static const char *const state_names[] = {
	[RL_LOADED] = "loaded",
	[RL_RUNNING] = "running",
	[RL_DYING] = "dying",
	[RL_RESTARTING] = "restarting",
	[RL_DEAD] = "dead",
};

const char *rl_state_name(enum rl_state s)
{
	return s < ARRAY_SIZE(state_names) ? state_names[s] : "?";
}
EXPORT_SYMBOL_GPL(rl_state_name);

void rl_domain_set_state(struct rl_domain *d, enum rl_state s)
{
	lockdep_assert_held(&d->lock);
	trace_rl_state(d, s);
	WRITE_ONCE(d->state, s);
	wake_up_all(&d->state_wq);
}

/* Claim a slot of the gate table; its index makes the owner id. */
static int gate_publish(struct rl_domain *d)
{
	int i;

	for (i = 0; i < RL_MAX_DOMAINS; i++) {
		if (rl_gates[i])
			continue;
		d->gate.id = RL_OWNER_FIRST + i;
		WRITE_ONCE(rl_gates[i], &d->gate);
		if (i >= rl_gates_end)
			WRITE_ONCE(rl_gates_end, i + 1);
		return 0;
	}
	pr_err("redleaf: %s: %d domains are loaded, no more fit\n", d->name, RL_MAX_DOMAINS);
	return -ENOSPC;
}

static void gate_withdraw(struct rl_domain *d)
{
	if (d->gate.id)
		WRITE_ONCE(rl_gates[d->gate.id - RL_OWNER_FIRST], NULL);
}

static void domain_init(struct rl_domain *d)
{
	kref_init(&d->ref);
	INIT_LIST_HEAD(&d->node);
	mutex_init(&d->lock);
	init_waitqueue_head(&d->state_wq);
	init_waitqueue_head(&d->kill_wq);
	spin_lock_init(&d->ledger_lock);
	spin_lock_init(&d->pin_lock);
	INIT_LIST_HEAD(&d->ledger);
	INIT_WORK(&d->report_work, rl_crash_report_fn);
	INIT_DELAYED_WORK(&d->overdue, rl_domain_overdue);
	d->provided.gate = &d->gate;
	d->provided.ops = d->ops_copy;
	INIT_LIST_HEAD(&d->provided.logs);
	d->state = RL_LOADED;
}

static void domain_free(struct rl_domain *d)
{
	rl_holds_destroy(d->holds);
	free_percpu(d->gate.cnt);
	kfree(d->gate.code);
	kfree(d);
}

/**
 * rl_domain_create() - a domain object, LOADED, in the gate table
 * @name: instance name
 *
 * Context: process, rl_domains_lock held. Return: the object with one
 * reference, or ERR_PTR.
 */
struct rl_domain *rl_domain_create(const char *name)
{
	struct rl_domain *d = kzalloc(sizeof(*d), GFP_KERNEL);
	int err;

	if (!d)
		return ERR_PTR(-ENOMEM);
	domain_init(d);
	strscpy(d->name, name, sizeof(d->name));
	d->gate.cnt = alloc_percpu(struct rl_inflight);
	d->holds = rl_holds_create(d);
	err = d->gate.cnt && d->holds ? gate_publish(d) : -ENOMEM;
	if (err) {
		domain_free(d);
		return ERR_PTR(err);
	}
	return d;
}
EXPORT_SYMBOL_NS_GPL(rl_domain_create, RL_TEST);

static void domain_free_rcu(struct rcu_head *rcu)
{
	domain_free(container_of(rcu, struct rl_domain, rcu));
}

/* The last reference may be a capability's, which ends in any context. */
static void domain_end(struct kref *ref)
{
	call_rcu(&container_of(ref, struct rl_domain, ref)->rcu, domain_free_rcu);
}

/* Out of the table: no handler finds it any more. Its id is free again. */
void rl_domain_retire(struct rl_domain *d)
{
	gate_withdraw(d);
	rl_domain_put(d);
}
EXPORT_SYMBOL_NS_GPL(rl_domain_retire, RL_TEST);

void rl_domain_get(struct rl_domain *d)
{
	kref_get(&d->ref);
}
EXPORT_SYMBOL_GPL(rl_domain_get);

void rl_domain_put(struct rl_domain *d)
{
	kref_put(&d->ref, domain_end);
}
EXPORT_SYMBOL_GPL(rl_domain_put);

void *rl_domain_priv(struct rl_domain *d)
{
	return d->iface_priv;
}
EXPORT_SYMBOL_GPL(rl_domain_priv);

void rl_ledger_add(struct rl_domain *d, struct rl_res *r, const struct rl_res_ops *ops)
{
	unsigned long flags;

	r->dom = d;
	r->ops = ops;
	spin_lock_irqsave(&d->ledger_lock, flags);
	list_add(&r->node, &d->ledger);
	spin_unlock_irqrestore(&d->ledger_lock, flags);
}
EXPORT_SYMBOL_NS_GPL(rl_ledger_add, RL_TEST);

void rl_ledger_del(struct rl_res *r)
{
	struct rl_domain *d = r->dom;
	unsigned long flags;

	spin_lock_irqsave(&d->ledger_lock, flags);
	list_del_init(&r->node);
	spin_unlock_irqrestore(&d->ledger_lock, flags);
}
EXPORT_SYMBOL_NS_GPL(rl_ledger_del, RL_TEST);

/*
 * Written by the first cause of a generation only (bit 0 of dying), read by the
 * reaper once crash_valid says that it is whole.
 */
void rl_domain_kill(struct rl_domain *d, const struct rl_crash *c)
{
	/* the reaper may be spinning for crash_valid, and may run before this thread */
	preempt_disable_notrace();
	if (test_and_set_bit(0, &d->dying))
		goto out;
	d->crash = *c;
	d->crash.at_ns = ktime_get_mono_fast_ns();
	d->crash.cpu = raw_smp_processor_id();
	d->crash.pid = current->pid;
	memcpy(d->crash.comm, current->comm, sizeof(d->crash.comm));
	WRITE_ONCE(d->gate.alive, RL_GATE_CLOSED);
	/* the record is whole for whoever sees it, next_waiting() above all */
	smp_store_release(&d->crash_valid, true);
	rl_reaper_wake();
out:
	preempt_enable_notrace();
}
EXPORT_SYMBOL_NS_GPL(rl_domain_kill, RL_TEST);

void rl_domain_kill_why(struct rl_domain *d, enum rl_reason r, const char *text)
{
	struct rl_crash c = { .reason = r, .trap = -1, .method = ~0u };

	strscpy(c.text, text, sizeof(c.text));
	rl_domain_kill(d, &c);
}
EXPORT_SYMBOL_GPL(rl_domain_kill_why);

void rl_domain_first_io(struct rl_domain *d)
{
	if (!xchg(&d->first_io, false))
		return;
	d->phases.first_io = ktime_get_mono_fast_ns();
	trace_rl_restart(d, "first_io", d->phases.first_io - d->phases.fault);
}
EXPORT_SYMBOL_GPL(rl_domain_first_io);
