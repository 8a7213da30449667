// SPDX-License-Identifier: GPL-2.0-only
/*
 * Crashes of the driver as a devlink health reporter of its device: `devlink health`.
 *
 * Reporter "domain" counts an error for each generation that ended by force, and a
 * recovery, since nobody has to do anything: its successor runs, or is about to. It stays
 * in error when the domain is DEAD. `test` ends the generation as an operator may.
 *
 * An adapter whose domain has no device has no reporter: devlink speaks of devices.
 *
 * What may crash here: nothing of the domain's making; its state is the core's. All but
 * devlink's callbacks runs in workers or when the worker is no more: reports take
 * devlink's lock, which callbacks hold.
 */
#include <linux/sched.h>
#include <net/devlink.h>
#include "../core.h"
#include "net.h"

static int rl_net_health_recover(struct devlink_health_reporter *r, void *report,
				 struct netlink_ext_ack *ack)
{
	const struct rl_net *n = devlink_health_reporter_priv(r);

	if (!READ_ONCE(n->dead))
		return 0;
	NL_SET_ERR_MSG(ack, "the domain is dead: unload its module and load it again");
	return -ENODEV;
}

/* Numbers and names that do not fit into memory are left out. */
static int rl_net_health_diagnose(struct devlink_health_reporter *r, struct devlink_fmsg *m,
				  struct netlink_ext_ack *ack)
{
	const struct rl_net *n = devlink_health_reporter_priv(r);
	const struct rl_domain *d = n->dom;

	devlink_fmsg_string_pair_put(m, "domain", d->name);
	devlink_fmsg_string_pair_put(m, "state", rl_state_name(READ_ONCE(d->state)));
	devlink_fmsg_u32_pair_put(m, "generation", READ_ONCE(d->gate.gen));
	devlink_fmsg_u64_pair_put(m, "crashes", READ_ONCE(d->crashes));
	devlink_fmsg_u64_pair_put(m, "restarts", READ_ONCE(d->restarts));
	devlink_fmsg_string_pair_put(m, "last_reason",
				     rl_reason_name(READ_ONCE(d->crash.reason)));
	return 0;
}

static int rl_net_health_test(struct devlink_health_reporter *r, struct netlink_ext_ack *ack)
{
	const struct rl_net *n = devlink_health_reporter_priv(r);

	if (READ_ONCE(n->dead)) {
		NL_SET_ERR_MSG(ack, "the domain is dead");
		return -ENODEV;
	}
	rl_domain_kill_why(n->dom, RL_R_ADMIN, "devlink health test");
	return 0;
}

static const struct devlink_health_reporter_ops rl_net_health_ops = {
	.name = "domain",
	.recover = rl_net_health_recover,
	.diagnose = rl_net_health_diagnose,
	.test = rl_net_health_test,
};

static const struct devlink_ops rl_net_devlink_ops;

/**
 * rl_net_health_begin() - the reporter of an adapter with a device
 * @n: adapter, its net_device registered; without memory it has none
 *
 * Context: n->setup_work.
 */
void rl_net_health_begin(struct rl_net *n)
{
	struct device *dev = rl_domain_dma_device(n->dom);
	struct devlink_health_reporter *r;

	n->devlink = dev ? devlink_alloc(&rl_net_devlink_ops, 0, dev) : NULL;
	if (!n->devlink)
		return;
	r = devlink_health_reporter_create(n->devlink, &rl_net_health_ops, 0, n);
	if (IS_ERR(r)) {
		pr_warn("rl_net: %s: no health reporter: %ld\n", n->dom->name, PTR_ERR(r));
		devlink_free(n->devlink);
		n->devlink = NULL;
		return;
	}
	devlink_register(n->devlink);
	/* pairs with rl_net_health_work() */
	smp_store_release(&n->health, r);
	queue_work(system_unbound_wq, &n->health_work);
}

/**
 * rl_net_health_work() - report the crashes that were not reported yet
 * @work: n->health_work
 *
 * Context: workqueue.
 */
void rl_net_health_work(struct work_struct *work)
{
	struct rl_net *n = container_of(work, struct rl_net, health_work);
	/* pairs with rl_net_health_begin() */
	struct devlink_health_reporter *r = smp_load_acquire(&n->health);
	u64 crashes = READ_ONCE(n->dom->crashes);

	for (; r && n->reported != crashes; n->reported++)
		devlink_health_report(r, rl_reason_name(READ_ONCE(n->dom->crash.reason)), n);
}

/**
 * rl_net_health_end() - take the reporter away from its users
 * @n: adapter whose setup_work will not run any more; a second time is fine
 *
 * Context: process, d->lock held; takes devlink's lock.
 */
void rl_net_health_end(struct rl_net *n)
{
	cancel_work_sync(&n->health_work);
	if (!n->devlink)
		return;
	devlink_unregister(n->devlink);
	devlink_health_reporter_destroy(n->health);
	devlink_free(n->devlink);
	n->health = NULL;
	n->devlink = NULL;
}
