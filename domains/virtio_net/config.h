/* SPDX-License-Identifier: GPL-2.0-only */
/* Methods of net that set something; kernel-doc is in the interface's reference. */
#ifndef VNET_METHODS_H
#define VNET_METHODS_H

#include <redleaf/gen/net.h>

s32 vnet_set_mac(void *self, const struct net_mac *mac);
s32 vnet_set_mtu(void *self, u32 mtu);
s32 vnet_set_rings(void *self, const struct net_rings *rings);
s32 vnet_set_features(void *self, u32 features);
s32 vnet_set_rx_mode(void *self, const struct net_rx_mode *mode);
s32 vnet_set_vlans(void *self, const struct net_vlans *vlans);
s32 vnet_set_coalesce(void *self, const struct net_coalesce *coalesce);
s32 vnet_set_pause(void *self, const struct net_pause *pause);
s32 vnet_set_rss(void *self, const struct net_rss *rss);
s32 vnet_set_open(void *self, bool open);

/* The F_ and C_ of the device; any context. */
u32 vnet_abilities(const struct vnet *n);

#endif
