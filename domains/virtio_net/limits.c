// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the device says of itself (VIRTIO 1.2, 5.1.4), believed only where it is possible.
 *
 * Fields are read under an unchanged generation (2.5.1), and only those whose feature was
 * negotiated: the others may not be there. vnet_limits_judge() is pure code; tests run it
 * on the host.
 */
#include "vnet.h"
#include <redleaf/log.h>
#include <redleaf/string.h>

/* Where the fields of a feature end; in ascending order, as in the structure. */
static const struct {
	u64 feature;
	u32 end;
} limits_ends[] = {
	{ VF_MAC, VCFG_MAC + 6 },
	{ VF_STATUS, VCFG_STATUS + 2 },
	{ VF_MQ, VCFG_MAX_PAIRS + 2 },
	{ VF_MTU, VCFG_MTU + 2 },
	{ VF_SPEED_DUPLEX, VCFG_DUPLEX + 1 },
};

static u32 limits_bytes(u64 features)
{
	u32 i, bytes = 0;

	for (i = 0; i < ARRAY_SIZE(limits_ends); i++)
		if (features & limits_ends[i].feature)
			bytes = limits_ends[i].end;
	return bytes;
}

static u16 limits_field(const struct vnet *n, u64 feature, u32 field)
{
	return vnet_has(n, feature) ? virtio_config16(&n->dev, field) : 0;
}

/* 4.1.3.1: bytes one by one. */
static void limits_fields(struct vnet *n)
{
	struct vnet_config *c = &n->raw;
	u32 i;

	for (i = 0; i < sizeof(c->mac.addr); i++)
		c->mac.addr[i] = vnet_has(n, VF_MAC) ? virtio_config8(&n->dev, VCFG_MAC + i) : 0;
	c->status = limits_field(n, VF_STATUS, VCFG_STATUS);
	c->max_pairs = limits_field(n, VF_MQ, VCFG_MAX_PAIRS);
	c->mtu = limits_field(n, VF_MTU, VCFG_MTU);
	c->vqs = virtio_common16(&n->dev, VCOM_NUM_QUEUES);
}

static bool limits_settled(struct vnet *n)
{
	u32 i;

	for (i = 0; i < VIRTIO_CONFIG_TRIES; i++) {
		virtio_config_begin(&n->dev);
		limits_fields(n);
		if (virtio_config_same(&n->dev))
			return true;
	}
	return false;
}

/*
 * Without mergeable buffers a frame has to fit into one packet (5.1.6.3.1: the driver
 * gives buffers as large as the largest frame).
 */
static const char *limits_judge_mtu(const struct vnet_config *c, u64 features,
				    struct vnet_limits *lim)
{
	lim->mtu = features & VF_MRG_RXBUF ? VNET_MTU_MAX : NET_RX_BYTES - VNET_HEADER - VNET_L2;
	if (!(features & VF_MTU))
		return NULL;
	if (c->mtu < VMTU_MIN)
		return "its MTU is absurd";
	if (c->mtu > lim->mtu)
		return "its MTU needs mergeable buffers";
	lim->mtu = c->mtu;
	return NULL;
}

/**
 * vnet_limits_judge() - limits of a device
 * @c: its configuration
 * @features: negotiated
 * @lim: the answer; without MAC its address is left alone
 *
 * Any context. Returns NULL or a reason.
 */
const char *vnet_limits_judge(const struct vnet_config *c, u64 features, struct vnet_limits *lim)
{
	const u8 *a = c->mac.addr;

	if (features & VF_MAC) {
		if (a[0] & 1 || !(a[0] | a[1] | a[2] | a[3] | a[4] | a[5]))
			return "its address is none";
		lim->mac = c->mac;
	}
	lim->pairs = features & VF_MQ ? c->max_pairs : 1;
	if (!lim->pairs || lim->pairs > VPAIRS_MAX)
		return "its number of queue pairs is absurd";
	if (c->vqs < 2 * lim->pairs + !!(features & VF_CTRL_VQ))
		return "it has fewer virtqueues than it needs";
	return limits_judge_mtu(c, features, lim);
}

/* 5.1.4: a device without an address gets one: local, and the same in each generation. */
static void limits_own_mac(struct vnet *n)
{
	const struct rl_pci_info *info = &n->dev.info;
	u8 *a = n->lim.mac.addr;

	a[0] = 0x02;
	a[1] = 'v';
	a[2] = 'n';
	a[3] = info->domain;
	a[4] = info->bus;
	a[5] = info->devfn;
}

/**
 * vnet_limits_read() - read and check the configuration
 * @n: device, features negotiated; sets lim
 *
 * Process context. Returns 0 or -ENODEV, with a line in the log.
 */
s32 vnet_limits_read(struct vnet *n)
{
	const char *reason = NULL;

	if (n->dev.config.len < limits_bytes(n->dev.features))
		reason = "its configuration is shorter than its features say";
	else if (!limits_settled(n))
		reason = "its configuration does not settle";
	limits_own_mac(n);
	if (!reason)
		reason = vnet_limits_judge(&n->raw, n->dev.features, &n->lim);
	if (!reason)
		return 0;
	rl_err("device refused: %s", reason);
	return -ENODEV;
}

/**
 * vnet_limits_link() - net.link
 * @n: device, features negotiated
 * @link: answer
 *
 * Without STATUS the link is up (5.1.4.2). Process context.
 */
void vnet_limits_link(const struct vnet *n, struct net_link *link)
{
	u32 speed;

	memset(link, 0, sizeof(*link));
	link->up = !vnet_has(n, VF_STATUS) ||
		   virtio_config16(&n->dev, VCFG_STATUS) & VSTATUS_LINK_UP;
	if (!vnet_has(n, VF_SPEED_DUPLEX))
		return;
	speed = virtio_config32(&n->dev, VCFG_SPEED);
	link->speed = speed <= VSPEED_MAX ? speed : 0;
	switch (virtio_config8(&n->dev, VCFG_DUPLEX)) {
	case VDUPLEX_HALF:
		link->duplex = NET_DUPLEX_HALF;
		break;
	case VDUPLEX_FULL:
		link->duplex = NET_DUPLEX_FULL;
		break;
	}
}
