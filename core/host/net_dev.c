// SPDX-License-Identifier: GPL-2.0-only
/*
 * The net_device: made by the first generation, registered by a worker (which may
 * take RTNL, unlike the callbacks), open and closed by its users, and removed with
 * the domain.
 *
 * The carrier is what the driver last said of the link, but for a while after a
 * restart: a device that was reset negotiates anew, and nobody who was connected has
 * to know. Only when the link is not back after RL_NET_LINK_WAIT does the carrier go.
 *
 * Stuck queues are the watchdog's business. The driver is told, and ended when that
 * does not help.
 */
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include "../compat/net.h"
#include "net.h"

static void rl_net_napi(struct rl_net *n, bool on)
{
	u32 i;

	for (i = 0; i < n->rings.rx_queues; i++) {
		if (on)
			napi_enable(&n->queues[i].napi);
		else
			napi_disable(&n->queues[i].napi);
	}
}

/* The driver's side of opening; n->lock held. */
static int rl_net_start(struct rl_net *n)
{
	int err = rl_net_queues_open(n);

	if (err)
		return err;
	err = rl_net_send_config(n);
	if (!err)
		err = rl_net_kept(n, net_set_open_shadow(rl_net_ref(n), &n->log, true));
	if (!err)
		err = rl_net_queues_up(n);
	if (!err)
		return 0;
	net_set_open_shadow(rl_net_ref(n), &n->log, false);
	rl_net_queues_close(n);
	return err;
}

static int rl_net_open(struct net_device *dev)
{
	struct rl_net *n = rl_net_of(dev);
	int err;

	mutex_lock(&n->lock);
	err = n->dead ? -ENODEV : rl_net_start(n);
	if (!err) {
		rl_net_napi(n, true);
		n->open = true;
		netif_tx_start_all_queues(dev);
		rl_net_queues_poll(n);
	}
	mutex_unlock(&n->lock);
	if (err)
		return err;
	mod_delayed_work(system_unbound_wq, &n->link_work, 0);
	mod_delayed_work(system_unbound_wq, &n->stats_work, RL_NET_REFRESH);
	return 0;
}

/*
 * Close the driver. Frames that it has are mapped for the device and about to be freed, so
 * one that does not say that the device is quiet is ended, and the end waited for: it comes
 * with a reset. The next generation is asked again.
 */
static void rl_net_close(struct rl_net *n)
{
	struct rl_ret ret;
	u32 tries;

	for (tries = 0; tries < 2; tries++) {
		mutex_lock(&n->lock);
		ret = net_set_open_shadow(rl_net_ref(n), &n->log, false);
		mutex_unlock(&n->lock);
		if (!rl_net_errno(ret) || ret.rpc == RL_RPC_DEAD)
			return;
		if (ret.rpc == RL_RPC_OK)
			rl_domain_kill_why(n->dom, RL_R_VIOLATION, "net: does not close");
		rl_gate_wait_running(&n->dom->gate, RL_RETRY_WAIT_MS);
	}
}

static int rl_net_stop(struct net_device *dev)
{
	struct rl_net *n = rl_net_of(dev);

	if (!n->open)	/* it could not be opened again */
		return 0;
	cancel_delayed_work_sync(&n->stats_work);
	rl_net_stats_ask(n);
	netif_tx_disable(dev);
	rl_net_napi(n, false);
	rl_net_close(n);
	mutex_lock(&n->lock);
	n->open = false;
	rl_net_queues_close(n);
	mutex_unlock(&n->lock);
	return 0;
}

/**
 * rl_net_open_again() - after an open interface was closed for a while
 * @n: adapter, its net_device up and itself closed
 *
 * If it cannot be opened the net_device goes down, too.
 *
 * Context: RTNL. Return: 0 or an error.
 */
int rl_net_open_again(struct rl_net *n)
{
	int err = rl_net_open(n->dev);

	if (err) {
		netdev_err(n->dev, "cannot be opened again: %d\n", err);
		dev_close(n->dev);
	}
	return err;
}

static int rl_net_tell_rings(struct rl_net *n, const struct net_rings *rings)
{
	int err;

	mutex_lock(&n->lock);
	err = rl_net_kept(n, net_set_rings_shadow(rl_net_ref(n), &n->log, rings));
	if (!err)
		n->rings = *rings;
	mutex_unlock(&n->lock);
	return err;
}

/* For the driver and for the stack, or for neither. */
static int rl_net_new_rings(struct rl_net *n, const struct net_rings *rings)
{
	const struct net_rings old = n->rings;
	int err = rl_net_tell_rings(n, rings);

	if (err)
		return err;
	err = netif_set_real_num_queues(n->dev, rings->tx_queues, rings->rx_queues);
	if (err)
		rl_net_tell_rings(n, &old);
	return err;
}

/**
 * rl_net_reopen() - other queues or ring sizes
 * @n: adapter
 * @rings: within the driver's bounds
 *
 * An open interface is closed meanwhile: frames in flight are dropped. With an error it has
 * what it had before, and is closed only if there is no memory even for that.
 *
 * Context: RTNL. Return: 0 or an error.
 */
int rl_net_reopen(struct rl_net *n, const struct net_rings *rings)
{
	const struct net_rings old = n->rings;
	bool open = netif_running(n->dev);
	int err;

	if (open)
		rl_net_stop(n->dev);
	err = rl_net_new_rings(n, rings);
	if (!open)
		return err;
	if (!err) {
		err = rl_net_open(n->dev);
		if (!err)
			return 0;
		rl_net_new_rings(n, &old);
	}
	rl_net_open_again(n);
	return err;
}

static void rl_net_tx_timeout(struct net_device *dev, unsigned int queue)
{
	struct rl_net *n = rl_net_of(dev);

	set_bit(queue, &n->hangs);
	queue_work(system_unbound_wq, &n->hang_work);
}

static void rl_net_hang(struct rl_net *n, struct rl_net_queue *q)
{
	struct rl_ret ret;

	netdev_warn(n->dev, "queue %u: nothing was sent for %d s\n", q->index,
		    RL_NET_WATCHDOG / HZ);
	ret = net_tx_timeout(rl_net_ref(n), q->index);
	if (ret.rpc == RL_RPC_OK && (ret.err || ++q->expired >= RL_NET_MAX_EXPIRED))
		rl_domain_kill_why(n->dom, RL_R_HANG, "net: frames are never sent");
	else
		rl_net_queues_poll(n);
}

/**
 * rl_net_hang_work() - see to queues whose frames are stuck
 * @work: n->hang_work
 *
 * Context: workqueue.
 */
void rl_net_hang_work(struct work_struct *work)
{
	struct rl_net *n = container_of(work, struct rl_net, hang_work);
	u32 i;

	for (i = 0; i < n->info.tx_queues; i++)
		if (test_and_clear_bit(i, &n->hangs))
			rl_net_hang(n, &n->queues[i]);
}

/* Down, and still down when a new generation had its time. */
static bool rl_net_link_lost(const struct rl_net *n)
{
	return !netif_carrier_ok(n->dev) ||
	       time_after(jiffies, READ_ONCE(n->up_at) + RL_NET_LINK_WAIT);
}

/**
 * rl_net_link_work() - bring the carrier in line with the link
 * @work: n->link_work
 *
 * Context: workqueue; waits for a restart.
 */
void rl_net_link_work(struct work_struct *work)
{
	struct rl_net *n = container_of(to_delayed_work(work), struct rl_net, link_work);
	struct net_link link = {};

	/* pairs with rl_net_setup(): the net_device is complete */
	if (!smp_load_acquire(&n->registered))
		return;
	if (READ_ONCE(n->dead)) {
		netif_carrier_off(n->dev);
		return;
	}
	if (rl_net_errno(net_link_shadow(rl_net_ref(n), &link)))
		return;
	if (link.up)
		netif_carrier_on(n->dev);
	else if (rl_net_link_lost(n))
		netif_carrier_off(n->dev);
	else
		queue_delayed_work(system_unbound_wq, &n->link_work, HZ / 20);
}

static const struct net_device_ops rl_net_ops = {
	.ndo_open = rl_net_open,
	.ndo_stop = rl_net_stop,
	.ndo_start_xmit = rl_net_xmit,
	.ndo_set_rx_mode = rl_net_rx_mode,
	.ndo_set_mac_address = rl_net_set_mac,
	.ndo_validate_addr = eth_validate_addr,
	.ndo_change_mtu = rl_net_set_mtu,
	.ndo_fix_features = rl_net_fix_features,
	.ndo_set_features = rl_net_set_features,
	.ndo_vlan_rx_add_vid = rl_net_vlan_add,
	.ndo_vlan_rx_kill_vid = rl_net_vlan_del,
	.ndo_tx_timeout = rl_net_tx_timeout,
	.ndo_get_stats64 = rl_net_get_stats64,
	.ndo_bpf = rl_net_bpf,
};

/* Loopback, broken frames and LRO are there to be switched on. */
static void rl_net_set_up_features(struct net_device *dev, const struct net_info *info)
{
	netdev_features_t offered = rl_net_features(info->features);
	netdev_features_t later = NETIF_F_LOOPBACK | NETIF_F_RXALL | NETIF_F_LRO;

	/* what cannot be mapped is copied, so the stack may hand over any frame */
	dev->hw_features = offered | NETIF_F_SG;
	dev->features = (offered & ~later) | NETIF_F_SG | NETIF_F_FRAGLIST | NETIF_F_HIGHDMA;
	dev->vlan_features = offered & (NETIF_F_CSUM_MASK | NETIF_F_TSO | NETIF_F_TSO6);
	dev->vlan_features |= NETIF_F_SG;
	netif_set_tso_max_size(dev, info->max_frags * NET_DATA);
	rl_compat_offer_xdp(dev);
	dev->priv_flags |= IFF_LIVE_ADDR_CHANGE;
	dev->priv_flags |= IFF_UNICAST_FLT;	/* or a second address makes it promiscuous */
	dev->priv_flags |= IFF_DISABLE_NETPOLL;	/* it sends with interrupts off */
	dev->priv_flags &= ~IFF_TX_SKB_SHARING;	/* what is in flight is in a list */
}

static void rl_net_set_up_queues(struct rl_net *n)
{
	struct rl_net_queue *q;
	u32 i;

	for (i = 0; i < n->info.rx_queues; i++) {
		q = &n->queues[i];
		q->net = n;
		q->index = i;
		spin_lock_init(&q->lock);
		u64_stats_init(&q->counts.sync);
		__skb_queue_head_init(&q->inflight);
		__skb_queue_head_init(&q->resend);
		__skb_queue_head_init(&q->answers);
		netif_napi_add(n->dev, &q->napi, rl_net_poll);
	}
}

/**
 * rl_net_make_dev() - the net_device of the first generation, not yet registered
 * @n: adapter with @n->info
 *
 * Context: process, d->lock held. Return: 0 or -ENOMEM.
 */
int rl_net_make_dev(struct rl_net *n)
{
	const struct net_info *info = &n->info;
	u32 queues = min_t(u32, info->rx_queues, num_online_cpus());
	struct net_device *dev;

	n->queues = kcalloc(info->rx_queues, sizeof(*n->queues), GFP_KERNEL);
	dev = alloc_etherdev_mqs(sizeof(struct rl_net_priv), info->tx_queues, info->rx_queues);
	if (!n->queues || !dev || netif_set_real_num_queues(dev, queues, queues)) {
		if (dev)
			free_netdev(dev);
		kfree(n->queues);
		n->queues = NULL;
		return -ENOMEM;
	}
	((struct rl_net_priv *)netdev_priv(dev))->net = n;
	n->rings = (struct net_rings){ queues, queues, info->ring_default, info->ring_default };
	strscpy(dev->name, "rl%d", sizeof(dev->name));
	n->dma = rl_domain_dma_device(n->dom);
	SET_NETDEV_DEV(dev, n->dma);
	eth_hw_addr_set(dev, info->permanent.addr);
	memcpy(dev->perm_addr, info->permanent.addr, ETH_ALEN);
	dev->netdev_ops = &rl_net_ops;
	dev->ethtool_ops = &rl_net_ethtool_ops;
	dev->watchdog_timeo = RL_NET_WATCHDOG;
	dev->min_mtu = info->mtu_min;
	dev->max_mtu = info->mtu_max;
	rl_net_set_up_features(dev, info);
	netif_carrier_off(dev);
	n->dev = dev;
	rl_net_set_up_queues(n);
	return 0;
}

/**
 * rl_net_setup() - register the net_device
 * @work: n->setup_work
 *
 * Context: workqueue; takes RTNL.
 */
void rl_net_setup(struct work_struct *work)
{
	struct rl_net *n = container_of(work, struct rl_net, setup_work);
	int err;

	/* the stack takes a net_device once, also when it fails half-way */
	if (n->dev->reg_state != NETREG_UNINITIALIZED || READ_ONCE(n->dead))
		return;
	rl_net_own_names(n);
	err = register_netdev(n->dev);
	if (err) {
		pr_err("rl_net: %s: no interface: %d\n", n->dom->name, err);
		return;
	}
	/* pairs with rl_net_link_work() */
	smp_store_release(&n->registered, true);
	mod_delayed_work(system_unbound_wq, &n->link_work, 0);
	rl_net_health_begin(n);
}

/**
 * rl_net_remove_dev() - take the net_device away from its users
 * @n: adapter, dead; a second time is fine
 *
 * Context: process, d->lock held; takes RTNL.
 */
void rl_net_remove_dev(struct rl_net *n)
{
	cancel_work_sync(&n->setup_work);
	rl_net_health_end(n);
	if (n->registered)
		unregister_netdev(n->dev);
	n->registered = false;
	cancel_work_sync(&n->mode_work);
	cancel_work_sync(&n->hang_work);
	cancel_delayed_work_sync(&n->stats_work);
}
