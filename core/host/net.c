// SPDX-License-Identifier: GPL-2.0-only
/*
 * rl_net.ko: the network adapter's life, driven by the domain's.
 *
 *	attach	an adapter without a net_device
 *	up	ask, check, replay the configuration, let frames in; the first time make
 *		the net_device and have it registered
 *	down	close the queues, keep what was sent and not answered
 *	dead	drop what waits and what comes, carrier off
 *	gone	the net_device leaves the device tree with the device
 *	detach	the net_device and the adapter go
 *
 * All of it runs on the thread that restarts the domain, with d->lock held. Between
 * down and up users see a queue that takes nothing: the carrier stays, addresses and
 * routes stay, and so do connections.
 *
 * gone() and detach() take RTNL under d->lock. The domain is dead by then, so whoever
 * holds RTNL and waits for the domain is about to get an error.
 */
#include <linux/module.h>
#include <linux/slab.h>
#include "net.h"

static int rl_net_attach(struct rl_domain *d, void **priv)
{
	struct rl_net *n = kzalloc(sizeof(*n), GFP_KERNEL);

	if (!n)
		return -ENOMEM;
	n->dom = d;
	mutex_init(&n->lock);
	mutex_init(&n->stats_lock);
	seqcount_mutex_init(&n->stats_seq, &n->stats_lock);
	INIT_WORK(&n->setup_work, rl_net_setup);
	INIT_WORK(&n->mode_work, rl_net_mode_work);
	INIT_WORK(&n->hang_work, rl_net_hang_work);
	INIT_WORK(&n->health_work, rl_net_health_work);
	INIT_DELAYED_WORK(&n->link_work, rl_net_link_work);
	INIT_DELAYED_WORK(&n->stats_work, rl_net_stats_work);
	*priv = n;
	return 0;
}

/* A new generation of an interface that is in use. */
static int rl_net_again(struct rl_net *n)
{
	struct rl_ret ret;
	int err;

	mutex_lock(&n->lock);
	ret = net_replay(rl_net_ref(n), &n->log);
	err = ret.rpc ? -EIO : ret.err;
	if (!err && n->open)
		err = rl_net_queues_up(n);
	if (!err && n->open)
		rl_net_queues_poll(n);
	mutex_unlock(&n->lock);
	if (err)
		pr_err("rl_net: %s: the configuration was not taken: %d\n", n->dom->name, err);
	return err;
}

static int rl_net_up(struct rl_domain *d, void *priv)
{
	struct rl_net *n = priv;
	int err;

	if (n->dead)
		return -ENODEV;
	err = rl_net_read_info(n);
	if (!err && !n->dev)
		err = rl_net_make_dev(n);
	if (err)
		return err;
	WRITE_ONCE(n->first_io, true);
	WRITE_ONCE(n->up_at, jiffies);
	err = rl_net_again(n);
	if (err)
		return err;
	queue_work(system_unbound_wq, &n->setup_work);
	queue_work(system_unbound_wq, &n->health_work);
	mod_delayed_work(system_unbound_wq, &n->link_work, 0);
	return 0;
}

static void rl_net_down(struct rl_domain *d, void *priv)
{
	struct rl_net *n = priv;

	mutex_lock(&n->lock);
	rl_net_queues_down(n);
	mutex_unlock(&n->lock);
	rl_net_stats_end(n);
}

/* Threads of a lost domain may hold the queues' locks for ever. */
static void rl_net_dead(struct rl_domain *d, void *priv)
{
	struct rl_net *n = priv;

	WRITE_ONCE(n->dead, true);
	queue_work(system_unbound_wq, &n->health_work);
	if (!d->lost)
		rl_net_down(d, n);
	mod_delayed_work(system_unbound_wq, &n->link_work, 0);
}

static void rl_net_gone(struct rl_domain *d, void *priv)
{
	rl_net_remove_dev(priv);
}

static void rl_net_detach(struct rl_domain *d, void *priv)
{
	struct rl_net *n = priv;

	rl_net_dead(d, n);
	rl_net_remove_dev(n);
	cancel_delayed_work_sync(&n->link_work);
	cancel_work_sync(&n->health_work);
	if (n->dev)
		free_netdev(n->dev);
	kfree(n->queues);
	mutex_destroy(&n->stats_lock);
	mutex_destroy(&n->lock);
	kfree(n);
}

static s32 rl_net_work(void *ctx, u16 queue)
{
	struct rl_net *n = ctx;

	if (!n->queues || queue >= n->info.rx_queues)
		return -ENOENT;
	napi_schedule(&n->queues[queue].napi);
	return 0;
}

static s32 rl_net_link_changed(void *ctx)
{
	struct rl_net *n = ctx;

	mod_delayed_work(system_unbound_wq, &n->link_work, 0);
	return 0;
}

static const struct net_host_ops rl_net_host_ops = {
	.work = rl_net_work,
	.link_changed = rl_net_link_changed,
};

static const struct rl_iface_ops rl_net_iface_ops = {
	.attach = rl_net_attach,
	.up = rl_net_up,
	.down = rl_net_down,
	.dead = rl_net_dead,
	.gone = rl_net_gone,
	.detach = rl_net_detach,
};

static struct rl_iface rl_net_iface = {
	.owner = THIS_MODULE,
	.desc = &net_iface_desc,
	.ops = &rl_net_iface_ops,
};

/* Its context is the calling domain's adapter: only a net may require it. */
static struct rl_iface rl_net_host_iface = {
	.owner = THIS_MODULE,
	.desc = &net_host_iface_desc,
	.host_ops = &rl_net_host_ops,
};

static int __init rl_net_init(void)
{
	int err = rl_iface_register(&rl_net_iface);

	if (err)
		return err;
	err = rl_iface_register(&rl_net_host_iface);
	if (err)
		rl_iface_unregister(&rl_net_iface);
	return err;
}

static void __exit rl_net_exit(void)
{
	rl_iface_unregister(&rl_net_host_iface);
	rl_iface_unregister(&rl_net_iface);
}

module_init(rl_net_init);
module_exit(rl_net_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Network interfaces served by RedLeaf domains");
