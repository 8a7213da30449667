/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an interface says of itself: kernels that have xdp_set_features_flag() have a
 * field for what it can do for XDP programs; for the others it says nothing.
 */
#ifndef RL_COMPAT_NET_H
#define RL_COMPAT_NET_H

#include <linux/netdevice.h>

/* @dev passes, drops, sends back and redirects; it is not registered yet. */
static inline void rl_compat_offer_xdp(struct net_device *dev)
{
#ifdef RL_HAVE_XDP_FEATURES
	dev->xdp_features = NETDEV_XDP_ACT_BASIC | NETDEV_XDP_ACT_REDIRECT;
#endif
}

#endif
