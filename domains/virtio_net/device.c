// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device as a whole: negotiated, started, stopped, started again (VIRTIO 1.2, 3.1).
 *
 * A device that does not reset may still write to the rings, so nothing of them is ever
 * freed then: the generation ends, and the core takes the device away from them.
 */
#include "vnet.h"
#include <redleaf/log.h>
#include <redleaf/string.h>
#include <redleaf/time.h>

/* What this driver knows how to use. */
#define WANTED	(VF_CSUM | VF_GUEST_CSUM | VF_MTU | VF_MAC | VF_HOST_TSO4 | VF_HOST_TSO6 | \
		 VF_MRG_RXBUF | VF_STATUS | VF_CTRL_VQ | VF_CTRL_RX | VF_CTRL_VLAN | \
		 VF_CTRL_RX_EXTRA | VF_MQ | VF_CTRL_MAC_ADDR | VF_NOTF_COAL | VF_SPEED_DUPLEX | \
		 VF_VERSION_1 | VF_ACCESS_PLATFORM | VF_ORDER_PLATFORM)

#define BY_COMMAND	(VF_CTRL_RX | VF_CTRL_VLAN | VF_CTRL_RX_EXTRA | VF_MQ | \
			 VF_CTRL_MAC_ADDR | VF_NOTF_COAL)

#define UNSTICK_MS	100

/**
 * vnet_device_features() - what of an offer is of use
 * @offered: features
 *
 * 5.1.3.1: a feature without one that it requires is not accepted. Any context.
 */
u64 vnet_device_features(u64 offered)
{
	u64 f = offered & WANTED;

	if (!(f & VF_CTRL_VQ))
		f &= ~BY_COMMAND;
	if (!(f & VF_CSUM))
		f &= ~(VF_HOST_TSO4 | VF_HOST_TSO6);
	return f;
}

/*
 * While VLANs are not to be filtered the feature is not negotiated: a device that has it
 * lets in only the VLANs that it was told of.
 */
static u64 device_wish(const struct vnet *n)
{
	return n->set.features & NET_F_VLAN_FILTER ? n->able : n->able & ~VF_CTRL_VLAN;
}

/**
 * vnet_device_ready() - a reset device with its features negotiated
 * @n: device; sets able the first time
 *
 * Process context, may sleep. Returns 0 or -Exxx, with a line in the log.
 */
s32 vnet_device_ready(struct vnet *n)
{
	s32 err = virtio_reset(&n->dev);

	if (!err)
		err = virtio_begin(&n->dev);
	if (err)
		return err;
	if (!n->able)
		n->able = vnet_device_features(n->dev.offered);
	if (vnet_device_features(n->dev.offered) != n->able) {
		rl_err("device offers other features than before: %llx", n->dev.offered);
		return -ENODEV;
	}
	return virtio_accept(&n->dev, device_wish(n));
}

/* All that a reset made it forget. */
static s32 device_configure(struct vnet *n)
{
	s32 err = vnet_filter_pairs(n);

	memset(&n->vlans, 0, sizeof(n->vlans));
	if (!err)
		err = vnet_filter_mac(n);
	if (!err)
		err = vnet_filter_rx_mode(n);
	if (!err)
		err = vnet_filter_vlans(n);
	return err ? err : vnet_filter_coalesce(n);
}

/* From negotiated to running. */
static s32 device_run(struct vnet *n)
{
	s32 err = vnet_ring_program(n);

	if (!err)
		err = virtio_set_vector(&n->dev, VCOM_CONFIG_MSIX_VECTOR, 0);
	if (!err)
		err = virtio_start(&n->dev);
	if (!err)
		err = device_configure(n);
	if (!err)
		vnet_ring_run(n);
	return err;
}

/**
 * vnet_device_stop() - close; also what is left of an open that failed
 * @n: device
 *
 * Process context, may sleep. Does not return when the device does not reset.
 */
void vnet_device_stop(struct vnet *n)
{
	vnet_ring_halt(n);
	n->open = false;
	if (vnet_device_ready(n) && !rl_pci_gone())
		rl_die("device cannot be stopped");
	vnet_ring_free(n);
}

/**
 * vnet_device_start() - open
 * @n: device, negotiated
 *
 * The features may have to be others by now, so it is negotiated anew. Process context,
 * may sleep. Returns 0 or -Exxx, with a line in the log.
 */
s32 vnet_device_start(struct vnet *n)
{
	s32 err = vnet_device_ready(n);

	if (!err)
		err = vnet_ring_alloc(n);
	if (err)
		return err;
	err = device_run(n);
	if (err)
		vnet_device_stop(n);
	else
		n->open = true;
	return err;
}

/**
 * vnet_device_restart() - reset an open device and bring it back
 * @n: device, open
 *
 * Process context, may sleep. Does not return when the device does not come back.
 */
void vnet_device_restart(struct vnet *n)
{
	vnet_ring_halt(n);
	n->resets++;
	if (vnet_device_ready(n) || device_run(n))
		rl_die("device does not come back from a reset");
}

/**
 * vnet_device_unstick() - net.tx_timeout
 * @n: device, open
 * @q: queue
 *
 * A notification or an interrupt may have been lost: the device is notified again, and
 * given some time. Process context, may sleep. Returns 0 when there is something to poll,
 * -ETIMEDOUT.
 */
s32 vnet_device_unstick(struct vnet *n, struct vnet_queue *q)
{
	u64 until = rl_now_ns() + UNSTICK_MS * 1000000ull;
	u32 us = VIRTIO_STEP_US;

	virtio_queue_notify(&q->tx.ring);
	for (;;) {
		bool late = rl_now_ns() > until;	/* before the look, not after */

		if (virtio_queue_pending(&q->tx.ring))
			return 0;
		if (late)
			return -ETIMEDOUT;
		us = virtio_wait(us);
	}
}
