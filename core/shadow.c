// SPDX-License-Identifier: GPL-2.0-only
/*
 * What generated shadows share: is a result final, or is there another try; and what
 * domains have set, for the next generation of whom they told.
 *
 * A try waits for the restart, so it runs where sleeping is allowed, and never on the
 * reaper, which would wait for itself. Tries and time are bounded: a domain that dies of
 * every call, or whose restarts are used up, gives its caller an error in the end.
 * Nothing is held while waiting but, for a replay method, the place in the log.
 *
 * The trusted side calls shadows by name and has its logs itself. For a domain that
 * requires an interface with a shadow, the entries do it here, in the core: the domain
 * sees that a call took longer. Its thread waits as every sleeper of a domain does
 * (sleep.c), so it comes out at once when the domain ends. Such a log is a resource of
 * the calling generation, which begins anew when it does; the next generation of the
 * called domain is sent it when init has returned, before anybody else is let in.
 *
 * A log has what was answered with 0. That a call met a generation which has ended by
 * the time it is recorded shows in the gate's generation, looked at under log_lock: the
 * reaper, which raises it before it takes that lock for a copy, either finds the record
 * or is found out, and the call is made again. Calls that are recorded take turns, since
 * of two at a time nobody could say which is the newest; nested in itself, one is refused.
 */
#include <linux/export.h>
#include <linux/sched/task_stack.h>
#include <linux/slab.h>
#include "caps.h"
#include "core.h"
#include "domain.h"

/**
 * struct rl_history - what one generation of a domain has set through references to another
 * @res: in the ledger of the generation
 * @node: in @ref's list, under log_lock
 * @use: the list's, and a replay's under way
 * @ref: to whom it was told
 * @turn: thread whose call is under way
 * @wq: others wait here for their turn
 * @asked: generation that was there when it called; its own
 * @sent: newest generation that was sent the log; under log_lock
 * @flags: of log_lock, while @turn writes
 * @args: struct X_log of the interface, written by @turn under log_lock; and behind it
 *	the copy that is sent, of who makes the generation
 */
struct rl_history {
	struct rl_res res;
	struct list_head node;
	struct kref use;
	struct rl_iref *ref;
	struct task_struct *turn;
	wait_queue_head_t wq;
	u32 asked;
	u32 sent;
	unsigned long flags;
	u64 args[];
};

static DEFINE_SPINLOCK(log_lock);	/* of all lists; nothing is taken inside */

/* May a domain's thread wait here? The gate saw to the stack for an entry, not for this. */
static bool may_wait(const struct rl_frame *f)
{
	unsigned long left = current_stack_pointer - (unsigned long)task_stack_page(current);

	return rl_frame_may_sleep(f) && left >= RL_STACK_RESERVE && !rl_on_reaper();
}

/**
 * rl_shadow_again() - wait for the next generation, if that can help
 * @ref: whose method was called
 * @caller: frame of the calling domain, NULL: the trusted side
 * @ret: its result; becomes RL_RPC_DEAD when the domain will not come back
 * @tries: how often the call was issued again
 *
 * Context: process, sleeps up to RL_RETRY_WAIT_MS; any but NMI for a domain, where it
 * does not wait if it may not.
 * Return: true when the call is to be issued again; false: @ret is final.
 */
bool rl_shadow_again(struct rl_iref *ref, struct rl_frame *caller, struct rl_ret *ret,
		     unsigned int tries)
{
	int err = -ELOOP;

	if (likely(ret->rpc != RL_RPC_CRASHED && ret->rpc != RL_RPC_RESTARTING))
		return false;
	if (caller && !may_wait(caller))
		err = -EAGAIN;
	else if (tries < RL_RETRY_MAX)
		err = rl_gate_wait(caller, ref->gate, RL_RETRY_WAIT_MS);
	if (err == -ENODEV)
		ret->rpc = RL_RPC_DEAD;
	atomic_long_inc(err ? &ref->shadow.gave_up : &ref->shadow.retried);
	return !err;
}
EXPORT_SYMBOL_GPL(rl_shadow_again);

/* Does the calling domain require @ref's interface with a shadow? Any context. */
bool rl_shadowed(const struct rl_frame *f, const struct rl_iref *ref)
{
	const struct rl_domain *d = rl_gate_domain(f->gate);
	u32 n;

	for (n = 0; n < d->desc.nr_requires; n++)
		if (d->desc.requires[n].shadow && d->required[n]->desc == ref->desc)
			return true;
	return false;
}
EXPORT_SYMBOL_GPL(rl_shadowed);

/**
 * rl_entry_again() - the same for a domain's call through a capability
 * @f: the domain's frame
 * @cap: what it calls through; has to lead to @ref still
 * @ref: where it led
 * @ret: as above; of a capability that was revoked meanwhile, that
 * @tries: as above
 *
 * Context and return: as above.
 */
bool rl_entry_again(struct rl_frame *f, rl_cap_t cap, struct rl_iref *ref, struct rl_ret *ret,
		    unsigned int tries)
{
	if (!rl_shadowed(f, ref) || !rl_shadow_again(ref, f, ret, tries))
		return false;
	if (rl_entry_iface(f, cap, ref->desc) == ref)
		return true;
	*ret = rl_entry_refusal(f, cap);
	return false;
}
EXPORT_SYMBOL_GPL(rl_entry_again);

static void log_free(struct kref *use)
{
	kfree(container_of(use, struct rl_history, use));
}

static void log_release(struct rl_res *r)
{
	struct rl_history *log = container_of(r, struct rl_history, res);
	unsigned long flags;

	spin_lock_irqsave(&log_lock, flags);
	list_del(&log->node);
	spin_unlock_irqrestore(&log_lock, flags);
	kref_put(&log->use, log_free);
}

static const struct rl_res_ops log_ops = { .kind = "settings", .release = log_release };

static struct rl_history *find(const struct rl_domain *d, const struct rl_iref *ref)
{
	struct rl_history *log;

	lockdep_assert_held(&log_lock);
	list_for_each_entry(log, &ref->logs, node)
		if (log->res.dom == d)
			return log;
	return NULL;
}

static struct rl_history *log_new(struct rl_domain *d, struct rl_iref *ref)
{
	struct rl_history *log;

	log = kzalloc(sizeof(*log) + 2 * ALIGN(ref->desc->log_size, sizeof(u64)),
		      GFP_ATOMIC | __GFP_NOWARN);
	if (!log)
		return NULL;
	kref_init(&log->use);
	init_waitqueue_head(&log->wq);
	log->res.dom = d;
	log->ref = ref;
	return log;
}

/* That of the calling generation; NULL: there is no memory for one. */
static struct rl_history *log_of(struct rl_domain *d, struct rl_iref *ref)
{
	struct rl_history *log, *new;
	unsigned long flags;

	spin_lock_irqsave(&log_lock, flags);
	log = find(d, ref);
	spin_unlock_irqrestore(&log_lock, flags);
	new = log ? NULL : log_new(d, ref);
	if (!new)
		return log;
	spin_lock_irqsave(&log_lock, flags);
	log = find(d, ref);	/* of another thread, that was faster */
	if (!log)
		list_add_tail(&new->node, &ref->logs);
	spin_unlock_irqrestore(&log_lock, flags);
	if (log)
		kfree(new);
	else
		rl_ledger_add(d, &new->res, &log_ops);
	return log ?: new;
}

static bool take_turn(void *log)
{
	/* acquires what the last one wrote */
	return !cmpxchg(&((struct rl_history *)log)->turn, NULL, current);
}

static s32 wait_turn(struct rl_frame *f, struct rl_history *log)
{
	if (take_turn(log))
		return 0;
	if (READ_ONCE(log->turn) == current)
		return -EDEADLK;
	return may_wait(f) ? rl_wait(f, &log->wq, take_turn, log, KTIME_MAX) : -EAGAIN;
}

/**
 * rl_history_begin() - a domain's call of a replay method begins
 * @f: the domain's frame
 * @ref: whom it calls
 * @ret: why not
 *
 * Context: any but NMI; sleeps where it may, until other such calls of the domain are
 * over. Return: its log, then rl_history_end() follows; NULL: @ret says that it was refused.
 */
struct rl_history *rl_history_begin(struct rl_frame *f, struct rl_iref *ref, struct rl_ret *ret)
{
	struct rl_history *log = log_of(rl_gate_domain(f->gate), ref);
	s32 err = log ? wait_turn(f, log) : -ENOMEM;

	if (!err)
		return log;
	*ret = rl_refused(err);
	return NULL;
}
EXPORT_SYMBOL_GPL(rl_history_begin);

/* Its arguments, a struct X_log. Written between rl_history_write() and rl_history_written(). */
void *rl_history_args(struct rl_history *log)
{
	return log->args;
}
EXPORT_SYMBOL_GPL(rl_history_args);

/* Before each try. */
void rl_history_ask(struct rl_history *log)
{
	log->asked = READ_ONCE(log->ref->gate->gen);
}
EXPORT_SYMBOL_GPL(rl_history_ask);

/* The try was answered with 0: its arguments are written now. */
void rl_history_write(struct rl_history *log)
	__acquires(&log_lock)
{
	unsigned long flags;

	spin_lock_irqsave(&log_lock, flags);
	log->flags = flags;
}
EXPORT_SYMBOL_GPL(rl_history_write);

/* Return: 0; RL_RPC_RESTARTING: whoever answered may be gone, and its heir not know. */
s32 rl_history_written(struct rl_history *log)
	__releases(&log_lock)
{
	bool missed = READ_ONCE(log->ref->gate->gen) != log->asked;

	spin_unlock_irqrestore(&log_lock, log->flags);
	if (missed)
		return RL_RPC_RESTARTING;
	atomic_long_inc(&log->ref->shadow.recorded);
	return 0;
}
EXPORT_SYMBOL_GPL(rl_history_written);

/* The turn is the next one's. */
void rl_history_end(struct rl_history *log)
{
	smp_store_release(&log->turn, NULL);	/* pairs with take_turn() */
	wake_up(&log->wq);
}
EXPORT_SYMBOL_GPL(rl_history_end);

/* There is no record for another key: what could not be sent again is not sent. */
struct rl_ret rl_history_full(struct rl_history *log)
{
	atomic_long_inc(&log->ref->shadow.full);
	rl_history_end(log);
	return rl_refused(-ENOSPC);
}
EXPORT_SYMBOL_GPL(rl_history_full);

/* One that this generation was not sent yet, as a copy at *@args; NULL: it has all. */
static struct rl_history *next_log(struct rl_iref *ref, void **args)
{
	size_t size = ALIGN(ref->desc ? ref->desc->log_size : 0, sizeof(u64));
	struct rl_history *log, *found = NULL;
	unsigned long flags;

	spin_lock_irqsave(&log_lock, flags);
	list_for_each_entry(log, &ref->logs, node) {
		if (log->sent == ref->gate->gen)
			continue;
		log->sent = ref->gate->gen;
		kref_get(&log->use);
		*args = (void *)log->args + size;
		memcpy(*args, log->args, size);
		found = log;
		break;
	}
	spin_unlock_irqrestore(&log_lock, flags);
	return found;
}

/**
 * rl_shadow_replay() - send a new generation what domains have set
 * @d: its gate lets the core in, and nobody else
 *
 * Context: process, d->lock held; sleeps if the methods do. Return: 0; an errno: the
 * generation cannot be what the one before it was.
 */
int rl_shadow_replay(struct rl_domain *d)
{
	struct rl_ret ret = {};
	struct rl_history *log;
	void *args;

	lockdep_assert_held(&d->lock);
	while (!ret.rpc && !ret.err && (log = next_log(&d->provided, &args))) {
		ret = d->provided.desc->replay(&d->provided, args);
		kref_put(&log->use, log_free);
	}
	return ret.rpc ? -ECANCELED : ret.err;
}
