// SPDX-License-Identifier: GPL-2.0-only
/*
 * The reaper: ends generations and makes new ones.
 *
 * Order of a death, always: the gate is closed (whoever killed did that); every
 * thread is brought out; the ledger's entries are made quiet (interrupts masked,
 * bus mastering off, device reset); the adapter learns that nothing will be
 * answered any more; only then is memory the device could write to released,
 * and the exchange objects the domain owned are dropped.
 *
 * A restart is a micro-reboot: the private window is emptied and init runs
 * again. There is nothing else to restore, since domains have no writable
 * globals. After reload_after failed ones in a row the .ko is unloaded and
 * loaded by user mode helpers; when more than max_restarts happened within
 * window_ms the domain is DEAD.
 *
 * A start, with all that domains and the adapter ask of the new generation, and an orderly stop
 * have start_ms each. They may sleep, so the watchdog does not see them: a domain that
 * sleeps for ever would keep the reaper, and all other domains, waiting.
 *
 * One FIFO thread serves all domains. It is the only one that ends a running
 * generation; load and unload run the same steps under the same d->lock.
 *
 * Of several domains that wait for that thread it takes providers first: the init of
 * one that is bound to another may call it. When the provider dies later, of that very
 * init perhaps, the start fails, and is put aside until the provider has come back or
 * is DEAD.
 */
#include <linux/delay.h>
#include <linux/irq_work.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/swait.h>
#include "caps.h"
#include "core.h"
#include "domain.h"
#include "domains.h"
#include "heap.h"
#include "pci.h"
#include "trace.h"

/* NVMe controllers may ask for up to 127 s, and rarely take one. */
static unsigned int start_ms = 60000;
module_param(start_ms, uint, 0644);
MODULE_PARM_DESC(start_ms, "longest time a domain's start may take, and its stop, ms (default 60000)");

static struct task_struct *reaper;
static DECLARE_SWAIT_QUEUE_HEAD(reap_wq);
static unsigned long reap_wanted;

static void wake_work(struct irq_work *w)
{
	swake_up_one(&reap_wq);
}

static DEFINE_IRQ_WORK(reap_work, wake_work);

void rl_reaper_wake(void)
{
	set_bit(0, &reap_wanted);
	/* waking takes locks, if only raw ones; who runs in domain code holds none of them */
	if (in_nmi())
		irq_work_queue(&reap_work);
	else
		swake_up_one(&reap_wq);
}
EXPORT_SYMBOL_NS_GPL(rl_reaper_wake, RL_TEST);

bool rl_on_reaper(void)
{
	return current == reaper;
}

static u64 since_fault(struct rl_domain *d, u64 *phase, const char *name)
{
	*phase = ktime_get_mono_fast_ns();
	trace_rl_restart(d, name, *phase - d->phases.fault);
	return *phase;
}

/* Newest first; entries stay in the ledger while quiet() runs. */
static void ledger_quiet(struct rl_domain *d)
{
	struct rl_res *r;

	list_for_each_entry(r, &d->ledger, node)
		if (r->ops->quiet)
			r->ops->quiet(r);
}

static void ledger_release(struct rl_domain *d)
{
	d->held = 0;
	while (!list_empty(&d->ledger)) {
		struct rl_res *r = list_first_entry(&d->ledger, struct rl_res, node);

		rl_ledger_del(r);
		r->ops->release(r);
		d->held++;
	}
}

/*
 * End a generation whose gate is closed. Return: 0, or -ETIMEDOUT when a thread
 * would not leave; the generation's memory is then never freed.
 */
static int end_generation(struct rl_domain *d)
{
	int err;

	WRITE_ONCE(d->gate.alive, RL_GATE_CLOSED);
	err = rl_quiesce(d);
	since_fault(d, &d->phases.drained, "drained");
	if (err) {
		pr_err("redleaf: %s: %ld threads could not be brought out: domain is lost, its memory kept\n",
		       d->name, rl_inflight(&d->gate));
		rl_pci_stop(d);
		d->lost = true;
		__module_get(d->mod);	/* threads run its code: it is never unloaded */
		return err;
	}
	ledger_quiet(d);
	since_fault(d, &d->phases.quiet, "quiet");
	if (d->iface && d->iface->ops->down)
		d->iface->ops->down(d, d->iface_priv);
	ledger_release(d);
	d->dropped = rl_xheap_drop_owner(d->gate.id);
	since_fault(d, &d->phases.released, "released");
	return 0;
}

/*
 * Let init in. A kill that came since dying was cleared found the gate closed and
 * closed nothing: it is seen here. One that comes later closes the gate itself.
 */
static int gate_init(struct rl_domain *d)
{
	/* who may enter finds the generation made */
	smp_store_release(&d->gate.alive, RL_GATE_INIT);
	smp_mb();	/* pairs with test_and_set_bit() in rl_domain_kill() */
	return test_bit(0, &d->dying) ? -ECANCELED : 0;
}

/* A kill that came while the gate was being opened must not be overwritten. */
static int gate_open(struct rl_domain *d)
{
	u32 was = cmpxchg(&d->gate.alive, RL_GATE_INIT, RL_GATE_OPEN);

	return was == RL_GATE_INIT ? 0 : -ECANCELED;
}

void rl_domain_overdue(struct work_struct *w)
{
	struct rl_domain *d = container_of(to_delayed_work(w), struct rl_domain, overdue);

	rl_domain_kill_why(d, RL_R_HANG, "start or stop takes too long");
	wake_up_all(&d->kill_wq);
}

/* Ends what follows when it takes too long; until has_ended(). */
static void must_end(struct rl_domain *d)
{
	schedule_delayed_work(&d->overdue, msecs_to_jiffies(READ_ONCE(start_ms)));
}

static void has_ended(struct rl_domain *d)
{
	cancel_delayed_work_sync(&d->overdue);
}

/* What insmod gets for a domain that was killed in its start. */
static const int start_errno[RL_R_MAX] = {
	[RL_R_PAGE_FAULT] = -EFAULT,
	[RL_R_TRAP] = -EFAULT,
	[RL_R_STACK] = -EOVERFLOW,
	[RL_R_HANG] = -ETIMEDOUT,
	[RL_R_DIE] = -ENOTRECOVERABLE,
	[RL_R_VIOLATION] = -EPROTO,
	[RL_R_DEVICE] = -ENODEV,
	[RL_R_ADMIN] = -ECANCELED,
	[RL_R_DMA] = -EFAULT,
};

static int run_init(struct rl_domain *d)
{
	struct rl_ret r = rl_domain_call(d, d->desc.init, 0, 0);

	if (r.rpc)
		return -ECANCELED;
	if (r.err < -MAX_ERRNO || r.err > 0)
		return -EPROTO;
	return r.err;
}

/* One attempt at a running generation. On failure its gate is closed. */
static int try_generation(struct rl_domain *d)
{
	int err;

	WRITE_ONCE(d->crash_valid, false);
	clear_bit(0, &d->dying);
	d->gate.gen++;
	err = d->mod ? 0 : -ENOEXEC;	/* a reload that failed half-way */
	if (err)
		goto failed;
	err = d->heap ? rl_window_reset(d) : rl_window_create(d);
	if (err)
		goto failed;
	memcpy(d->ops_copy, d->desc.ops, d->desc.nr_ops * sizeof(void *));
	d->provided.self = d->self;
	err = gate_init(d);
	must_end(d);
	if (!err)
		err = rl_pci_grant(d);
	if (!err)
		err = run_init(d);
	since_fault(d, &d->phases.inited, "inited");
	if (!err)
		err = rl_shadow_replay(d);
	if (!err)
		err = gate_open(d);
	d->first_io = true;
	if (!err && d->iface && d->iface->ops->up)
		err = d->iface->ops->up(d, d->iface_priv);
	has_ended(d);
failed:
	if (err)
		rl_domain_kill_why(d, RL_R_INIT, "start failed");
	return err;
}

/*
 * Start limit: more than max_restarts within window_ms. The ring has every restart,
 * whatever the limit was then: it may change at any time.
 */
static bool limit_reached(struct rl_domain *d)
{
	u32 n = READ_ONCE(d->policy.max_restarts), slots = ARRAY_SIZE(d->restart_times);
	u64 now = ktime_get_ns();

	if (n && n <= slots && d->restarts >= n &&
	    now - d->restart_times[(d->restarts - n) % slots] <
	    d->policy.window_ms * NSEC_PER_MSEC)
		return true;
	d->restart_times[d->restarts % slots] = now;
	return false;
}

static void go_dead(struct rl_domain *d)
{
	rl_domain_set_state(d, RL_DEAD);
	wake_up_all(&d->kill_wq);
	if (d->iface && d->iface->ops->dead)
		d->iface->ops->dead(d, d->iface_priv);
}

static void account_crash(struct rl_domain *d)
{
	smp_cond_load_acquire(&d->crash_valid, VAL);	/* another CPU may still write it */
	d->crash.gen = d->gate.gen;
	d->crashes++;
	d->by_reason[min_t(u32, d->crash.reason, RL_R_MAX - 1)]++;
	d->phases = (struct rl_phases){ .fault = d->crash.at_ns };
	trace_rl_fault(d);
}

static void back_off(struct rl_domain *d)
{
	msleep(d->policy.backoff_ms << min_t(u32, d->failed_in_a_row - 1, 6));
}

/* Does it wait for the reaper? Any context. */
static bool waits(const struct rl_domain *d)
{
	if (READ_ONCE(d->put_aside))
		return true;
	/* from here on its record is whole: rl_domain_kill() */
	return smp_load_acquire(&d->crash_valid) && READ_ONCE(d->state) == RL_RUNNING;
}

/* One that waits among those @d is bound to, or NULL. With d->lock held, or RCU. */
static struct rl_domain *waiting_provider(const struct rl_domain *d)
{
	u32 n;

	for (n = 0; n < RL_MAX_REQUIRES; n++) {
		const struct rl_iref *ref = READ_ONCE(d->caps[n]);

		if (ref && waits(rl_gate_domain(ref->gate)))
			return rl_gate_domain(ref->gate);
	}
	return NULL;
}

/* The reaper cannot bring the provider back while it tries again here. */
static bool put_aside(struct rl_domain *d)
{
	if (!rl_on_reaper() || !waiting_provider(d))
		return false;
	WRITE_ONCE(d->put_aside, true);
	return true;
}

/*
 * From RESTARTING (or LOADED) to RUNNING or DEAD, unless it is put aside. Return: 0
 * when it runs, else what was wrong with the last attempt: its crash, or the error that
 * was answered.
 */
static int bring_up(struct rl_domain *d)
{
	int err;

	for (;;) {
		rl_domain_set_state(d, RL_RESTARTING);
		err = try_generation(d);
		if (!err)
			break;
		d->failed_in_a_row++;
		account_crash(d);
		err = start_errno[d->crash.reason] ?: err;
		rl_crash_line(d, &d->crash);
		pr_err("redleaf: %s: generation %u did not start (%d)\n",
		       d->name, d->gate.gen, err);
		if (end_generation(d) || d->crash.reason == RL_R_DEVICE ||
		    d->failed_in_a_row >= d->policy.max_failed || limit_reached(d)) {
			go_dead(d);
			return err;
		}
		if (d->failed_in_a_row == d->policy.reload_after)
			rl_domain_reload(d);
		d->restarts++;
		if (put_aside(d))
			return err;
		back_off(d);
	}
	d->failed_in_a_row = 0;
	rl_domain_set_state(d, RL_RUNNING);
	since_fault(d, &d->phases.up, "up");
	return 0;
}

int rl_domain_start(struct rl_domain *d)
{
	int err;

	lockdep_assert_held(&d->lock);
	d->phases.fault = ktime_get_mono_fast_ns();
	err = bring_up(d);
	rl_reaper_wake();	/* a kill since the gate opened found it not yet running */
	return err;
}
EXPORT_SYMBOL_NS_GPL(rl_domain_start, RL_TEST);

/* A running generation was killed. */
static void reap(struct rl_domain *d)
{
	bool stay_down;

	rl_domain_set_state(d, RL_DYING);
	account_crash(d);
	rl_crash_keep(d);
	stay_down = end_generation(d) || d->crash.reason == RL_R_DEVICE || limit_reached(d);
	if (stay_down) {
		go_dead(d);
	} else {
		d->restarts++;
		bring_up(d);
	}
	rl_crash_report(d);
}

void rl_domain_stop(struct rl_domain *d, bool orderly)
{
	lockdep_assert_held(&d->lock);
	if (d->state == RL_DEAD)
		return;
	if (d->put_aside) {
		WRITE_ONCE(d->put_aside, false);	/* its last generation has ended */
		go_dead(d);
		return;
	}
	rl_domain_set_state(d, RL_DYING);	/* the domain's threads look at it */
	if (orderly && d->desc.exit && READ_ONCE(d->gate.alive)) {
		must_end(d);
		rl_domain_call(d, d->desc.exit, 0, 0);
		has_ended(d);
	}
	rl_domain_kill_why(d, RL_R_ADMIN, "stopped");
	end_generation(d);
	go_dead(d);
}
EXPORT_SYMBOL_NS_GPL(rl_domain_stop, RL_TEST);

void rl_domain_device_gone(struct rl_domain *d)
{
	rl_domain_kill_why(d, RL_R_DEVICE, "device removed");
	rl_reaper_wake();
	wait_event(d->state_wq, READ_ONCE(d->state) == RL_DEAD);
	mutex_lock(&d->lock);
	if (d->iface && d->iface->ops->gone)
		d->iface->ops->gone(d, d->iface_priv);
	mutex_unlock(&d->lock);
}
EXPORT_SYMBOL_GPL(rl_domain_device_gone);

/*
 * @d, or the provider it should wait for. Domains are bound to older ones, at load, so
 * there are no circles; in one, any member is as good as the next.
 */
static struct rl_domain *provider_first(struct rl_domain *d)
{
	struct rl_domain *p;
	u32 n;

	for (n = 0; n < RL_MAX_DOMAINS && (p = waiting_provider(d)); n++)
		d = p;
	return d;
}

static struct rl_domain *next_waiting(void)
{
	struct rl_domain *d, *found = NULL;
	unsigned int i;

	rcu_read_lock();
	for (i = 0; i < READ_ONCE(rl_gates_end) && !found; i++) {
		struct rl_gate *g = READ_ONCE(rl_gates[i]);

		if (!g)
			continue;
		d = rl_gate_domain(g);
		if (!waits(d))
			continue;
		d = provider_first(d);
		if (kref_get_unless_zero(&d->ref))
			found = d;
	}
	rcu_read_unlock();
	return found;
}

static void serve(struct rl_domain *d)
{
	mutex_lock(&d->lock);
	if (d->put_aside) {
		WRITE_ONCE(d->put_aside, false);
		bring_up(d);
	} else if (waits(d)) {
		reap(d);
	}
	mutex_unlock(&d->lock);
}

static int reaper_fn(void *unused)
{
	struct rl_domain *d;

	while (!kthread_should_stop()) {
		/* idle: a reaper without work is no hung task, and no load */
		swait_event_idle_exclusive(reap_wq, test_and_clear_bit(0, &reap_wanted) ||
					   kthread_should_stop());
		while ((d = next_waiting())) {
			serve(d);
			rl_domain_put(d);
		}
	}
	return 0;
}

int rl_reaper_init(void)
{
	reaper = kthread_run(reaper_fn, NULL, "rl_reaper");
	if (IS_ERR(reaper)) {
		pr_err("redleaf: no reaper thread (%ld)\n", PTR_ERR(reaper));
		return PTR_ERR(reaper);
	}
	sched_set_fifo(reaper);
	return 0;
}

void rl_reaper_exit(void)
{
	kthread_stop(reaper);
	irq_work_sync(&reap_work);
}
