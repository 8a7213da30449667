// SPDX-License-Identifier: GPL-2.0-only
/*
 * Configuration, through the generated shadows.
 *
 * Every setting is recorded in the adapter's log and sent to the driver. A driver that
 * answers an error keeps what it had, and so does the log. One that dies of the call,
 * or is not there just now, gets it from the replay: to the user both look like
 * success. Nothing here remembers settings but to show them again.
 *
 * All of it runs under n->lock, so records are in the order of the calls. The receive
 * filter is the exception that proves it: the stack sets it with a spinlock held, so a
 * work item takes the newest state and sends that.
 */
#include <linux/if_vlan.h>
#include "net.h"

/**
 * rl_net_kept() - what a replayed call means to the user
 * @n: adapter
 * @ret: of a replay shadow
 *
 * Context: any. Return: 0 when it is configured or recorded, else the errno.
 */
int rl_net_kept(const struct rl_net *n, struct rl_ret ret)
{
	if (ret.rpc == RL_RPC_CRASHED || ret.rpc == RL_RPC_RESTARTING)
		return READ_ONCE(n->dead) ? -ENODEV : 0;
	return rl_net_errno(ret);
}

static int rl_net_send_mac(struct rl_net *n, const u8 *addr)
{
	struct net_mac mac = {};

	ether_addr_copy(mac.addr, addr);
	return rl_net_kept(n, net_set_mac_shadow(rl_net_ref(n), &n->log, &mac));
}

/**
 * rl_net_set_mac() - ndo_set_mac_address
 * @dev: net_device
 * @addr: struct sockaddr
 *
 * Context: RTNL. Return: 0 or an error, and nothing changed.
 */
int rl_net_set_mac(struct net_device *dev, void *addr)
{
	struct rl_net *n = rl_net_of(dev);
	int err = eth_prepare_mac_addr_change(dev, addr);

	if (err)
		return err;
	mutex_lock(&n->lock);
	err = rl_net_send_mac(n, ((struct sockaddr *)addr)->sa_data);
	mutex_unlock(&n->lock);
	if (!err)
		eth_commit_mac_addr_change(dev, addr);
	return err;
}

/**
 * rl_net_set_mtu() - ndo_change_mtu
 * @dev: net_device
 * @mtu: within the driver's bounds
 *
 * Context: RTNL. Return: 0 or an error, and nothing changed.
 */
int rl_net_set_mtu(struct net_device *dev, int mtu)
{
	struct rl_net *n = rl_net_of(dev);
	int err;

	mutex_lock(&n->lock);
	err = rl_net_kept(n, net_set_mtu_shadow(rl_net_ref(n), &n->log, mtu));
	mutex_unlock(&n->lock);
	if (!err)
		WRITE_ONCE(dev->mtu, mtu);
	return err;
}

/**
 * rl_net_fix_features() - ndo_fix_features
 * @dev: net_device
 * @features: those that are wanted
 *
 * Context: RTNL. Return: those that go together.
 */
netdev_features_t rl_net_fix_features(struct net_device *dev, netdev_features_t features)
{
	/* a program's frames lie in one page each */
	return rl_net_of(dev)->xdp ? features & ~NETIF_F_LRO : features;
}

/**
 * rl_net_set_features() - ndo_set_features
 * @dev: net_device
 * @features: those that are to be on
 *
 * Context: RTNL. Return: 0 or an error, and nothing changed.
 */
int rl_net_set_features(struct net_device *dev, netdev_features_t features)
{
	struct rl_net *n = rl_net_of(dev);
	u32 f = rl_net_wishes(features) & n->info.features;
	int err;

	mutex_lock(&n->lock);
	err = rl_net_kept(n, net_set_features_shadow(rl_net_ref(n), &n->log, f));
	mutex_unlock(&n->lock);
	return err;
}

static int rl_net_vlan(struct rl_net *n, u16 vid, bool on)
{
	struct net_vlans vlans;
	u64 bit = BIT_ULL(vid % 64);
	int err;

	mutex_lock(&n->lock);
	vlans = n->vlans;
	vlans.bits[vid / 64] = on ? vlans.bits[vid / 64] | bit : vlans.bits[vid / 64] & ~bit;
	err = rl_net_kept(n, net_set_vlans_shadow(rl_net_ref(n), &n->log, &vlans));
	if (!err)
		n->vlans = vlans;
	mutex_unlock(&n->lock);
	return err;
}

/**
 * rl_net_vlan_add() - ndo_vlan_rx_add_vid
 * @dev: net_device
 * @proto: 802.1Q
 * @vid: VLAN
 *
 * Context: RTNL. Return: 0 or an error, and nothing changed.
 */
int rl_net_vlan_add(struct net_device *dev, __be16 proto, u16 vid)
{
	return rl_net_vlan(rl_net_of(dev), vid, true);
}

/**
 * rl_net_vlan_del() - ndo_vlan_rx_kill_vid
 * @dev: net_device
 * @proto: 802.1Q
 * @vid: VLAN
 *
 * Context: RTNL. Return: 0 or an error, and nothing changed.
 */
int rl_net_vlan_del(struct net_device *dev, __be16 proto, u16 vid)
{
	int err = rl_net_vlan(rl_net_of(dev), vid, false);

	/* a driver that is gone for good has no filter to take it out of */
	return err == -ENODEV ? 0 : err;
}

/* More addresses than the interface carries: take all of the kind. */
static void rl_net_collect(struct net_device *dev, struct net_rx_mode *m)
{
	struct netdev_hw_addr *ha;

	m->flags = NET_RX_BROADCAST | (dev->flags & IFF_PROMISC ? NET_RX_PROMISC : 0) |
		   (dev->flags & IFF_ALLMULTI ? NET_RX_ALLMULTI : 0);
	netif_addr_lock_bh(dev);
	netdev_for_each_uc_addr(ha, dev) {
		if (m->nr_unicast == NET_MAX_UNICAST)
			m->flags |= NET_RX_PROMISC;
		else
			ether_addr_copy(m->unicast + ETH_ALEN * m->nr_unicast++, ha->addr);
	}
	netdev_for_each_mc_addr(ha, dev) {
		if (m->nr_multicast == NET_MAX_MULTICAST)
			m->flags |= NET_RX_ALLMULTI;
		else
			ether_addr_copy(m->multicast + ETH_ALEN * m->nr_multicast++, ha->addr);
	}
	netif_addr_unlock_bh(dev);
}

/**
 * rl_net_mode_work() - send the receive filter
 * @work: n->mode_work
 *
 * Context: workqueue.
 */
void rl_net_mode_work(struct work_struct *work)
{
	struct rl_net *n = container_of(work, struct rl_net, mode_work);
	struct net_rx_mode mode = {};
	int err;

	mutex_lock(&n->lock);
	rl_net_collect(n->dev, &mode);
	err = rl_net_kept(n, net_set_rx_mode_shadow(rl_net_ref(n), &n->log, &mode));
	mutex_unlock(&n->lock);
	if (err && err != -ENODEV)
		netdev_warn(n->dev, "the driver refuses the receive filter: %d\n", err);
}

/**
 * rl_net_rx_mode() - ndo_set_rx_mode
 * @dev: net_device
 *
 * Context: a spinlock of the stack's is held.
 */
void rl_net_rx_mode(struct net_device *dev)
{
	queue_work(system_unbound_wq, &rl_net_of(dev)->mode_work);
}

/**
 * rl_net_send_config() - what a device starts with
 * @n: adapter, closed
 *
 * Context: process, n->lock held. Return: 0 or the first error.
 */
int rl_net_send_config(struct rl_net *n)
{
	struct rl_iref *ref = rl_net_ref(n);
	u32 f = rl_net_wishes(n->dev->features) & n->info.features;
	int err = rl_net_send_mac(n, n->dev->dev_addr);

	if (!err)
		err = rl_net_kept(n, net_set_mtu_shadow(ref, &n->log, n->dev->mtu));
	if (!err)
		err = rl_net_kept(n, net_set_rings_shadow(ref, &n->log, &n->rings));
	if (!err)
		err = rl_net_kept(n, net_set_features_shadow(ref, &n->log, f));
	return err;
}
