// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtio network devices over PCI as a domain: life cycle, and the net interface. What it
 * needs and may use is declared in idl/virtio_net.idl.
 *
 * init takes the device from whatever state the last generation left it in to a quiet one
 * whose features are negotiated; what the trusted side had configured is replayed to it,
 * set_open last.
 *
 * Interrupts: a pair's two virtqueues share a vector, vector 0 is the configuration's.
 * With fewer vectors pairs take turns, with a single one everything shares it. The device
 * is asked to be silent until the trusted side arms a pair; whoever then finds something
 * exchanges @armed and calls host.work: exactly one does.
 */
#define VIRTIO_NET_MAIN
#include "vnet.h"
#include "config.h"
#include <redleaf/heap.h>
#include <redleaf/log.h>
#include <redleaf/string.h>

/* MSI-X handler; @arg is the vector. Hardirq context. */
static void vnet_irq(void *self, u64 arg)
{
	struct vnet *n = self;
	u32 stride = virtio_vector_stride(&n->dev);
	u32 vector = arg, i = vector ? vector - 1 : 0;

	n->interrupts++;
	if (!vector) {
		if (virtio_changed(&n->dev))
			rlc_net_host_link_changed(n->host);
		if (n->dev.nr_vectors > 1)
			return;
	}
	for (; i < n->nr_pairs; i += stride)
		vnet_ring_work(n->queues[i]);
}

/* A pair for each CPU, unless the device or the parameter say less. */
static s32 vnet_init_queues(struct vnet *n)
{
	u32 want = rl_param(VIRTIO_NET_PARAM_QUEUES), i;

	if (!want)
		want = max(n->dev.info.nr_cpus, 1u);
	want = min(min(want, n->lim.pairs), VIRTIO_NET_MAX_PAIRS);
	for (i = 0; i < want; i++) {
		n->queues[i] = rl_alloc(sizeof(*n->queues[i]));
		if (!n->queues[i]) {
			rl_err("no memory for queue %u", i);
			return -ENOMEM;
		}
		n->queues[i]->index = i;
		n->queues[i]->n = n;
	}
	n->nr_pairs = want;
	return 0;
}

/* One limit for all: that of the shortest. */
static s32 vnet_init_ring_max(struct vnet *n)
{
	u32 i, size;

	n->ring_max = VNET_RING_MAX;
	for (i = 0; i < 2 * n->nr_pairs; i++) {
		size = virtio_queue_size(&n->dev, i, VNET_RING_MIN, VNET_RING_MAX);
		if (!size)
			return -ENODEV;
		n->ring_max = min(n->ring_max, size);
	}
	return 0;
}

static u32 vnet_ring_default(const struct vnet *n)
{
	return min(n->ring_max, VNET_RING_DEFAULT);
}

static void vnet_init_settings(struct vnet *n)
{
	struct vnet_settings *s = &n->set;

	s->mac = n->lim.mac;
	s->mtu = min(n->lim.mtu, 1500u);
	s->rings.rx_queues = n->nr_pairs;
	s->rings.tx_queues = n->nr_pairs;
	s->rings.rx_ring = vnet_ring_default(n);
	s->rings.tx_ring = vnet_ring_default(n);
	s->rx_mode.flags = NET_RX_BROADCAST;
}

static s32 vnet_init_device(struct vnet *n)
{
	s32 err;

	n->set.features = NET_F_VLAN_FILTER;	/* what a device can do shows with all of it */
	err = vnet_device_ready(n);
	if (!err)
		err = vnet_limits_read(n);
	if (!err)
		err = vnet_init_queues(n);
	if (!err)
		err = vnet_init_ring_max(n);
	if (!err)
		err = virtio_irq_setup(&n->dev, n->nr_pairs + 1, vnet_irq);
	if (err)
		return err;
	err = rl_pci_set_master(true);
	if (err)
		rl_err("no bus mastering: %d", err);
	return err;
}

static s32 vnet_init(void *self)
{
	struct vnet *n = self;
	s32 err = rl_pci_info(&n->dev.info), config = rl_event_create();

	n->host = rl_iface(VIRTIO_NET_REQ_NET_HOST);
	n->dev.init_ms = rl_param(VIRTIO_NET_PARAM_INIT_TIMEOUT_MS);
	if (!err && config < 0)
		err = config;
	if (!err)
		err = virtio_caps_find(&n->dev, VCFG_MAC + 6);
	if (err)
		return err;
	n->config = config;
	err = vnet_init_device(n);
	if (err) {
		virtio_fail(&n->dev);
		return err;
	}
	vnet_init_settings(n);
	vnet_unlock(n);
	rl_info("%u queue pairs of %u, rings up to %u, MTU up to %u, %u vectors", n->nr_pairs,
		n->lim.pairs, n->ring_max, n->lim.mtu, n->dev.nr_vectors);
	return 0;
}

/* The core's reset follows; frames that are inside are its to drop. */
static void vnet_exit(void *self)
{
	struct vnet *n = self;

	if (rl_pci_gone() || vnet_lock(n))
		return;
	if (n->open)
		vnet_device_stop(n);
	virtio_reset(&n->dev);
	vnet_unlock(n);
}

static s32 vnet_info(void *self, struct net_info *info)
{
	static const u8 model[] = "virtio network device";
	const struct vnet *n = self;

	memset(info, 0, sizeof(*info));
	info->permanent = n->lim.mac;
	info->features = vnet_abilities(n);
	info->rx_queues = n->nr_pairs;
	info->tx_queues = n->nr_pairs;
	info->ring_min = VNET_RING_MIN;
	info->ring_max = n->ring_max;
	info->ring_default = vnet_ring_default(n);
	info->ring_multiple = 1;
	info->mtu_min = VMTU_MIN;
	info->mtu_max = n->lim.mtu;
	info->max_frags = NET_MAX_FRAGS;
	info->nr_stats = VNET_NR_STATS;
	info->coalesce_max_us = info->features & NET_C_COALESCE ? 65535 : 0;
	memcpy(info->model, model, sizeof(model) - 1);
	return 0;
}

static s32 vnet_submit_and_poll(void *self, u16 queue, struct net_packet_deque32 __rref *tx,
				struct net_packet_deque32 __rref *rx)
{
	struct vnet *n = self;
	struct vnet_queue *q;
	s32 err = -EAGAIN;

	if (unlikely(queue >= n->nr_pairs))
		return -EINVAL;
	q = n->queues[queue];
	rl_spin_lock(&q->lock);
	if (likely(q->running)) {
		/* who is not armed is polled; arm() turns them on under the same lock */
		if (!READ_ONCE(q->armed)) {
			virtio_queue_interrupts(&q->rx.ring, false);
			virtio_queue_interrupts(&q->tx.ring, false);
		}
		vnet_tx_run(q, tx);
		vnet_rx_run(q, rx);
		err = 0;
	}
	rl_spin_unlock(&q->lock);
	return err;
}

/* A pair that does not run stays armed; what opens it polls it. */
static s32 vnet_arm(void *self, u16 queue)
{
	struct vnet *n = self;
	struct vnet_queue *q;
	bool now = false;
	u64 token;

	if (queue >= n->nr_pairs)
		return -EINVAL;
	q = n->queues[queue];
	WRITE_ONCE(q->armed, 1);
	token = rl_lock_irq(&q->lock);
	if (q->running) {
		virtio_queue_interrupts(&q->rx.ring, true);
		virtio_queue_interrupts(&q->tx.ring, true);
		now = virtio_queue_pending(&q->rx.ring) || vnet_tx_pending(q);
	}
	rl_unlock_irq(&q->lock, token);
	if (now)
		vnet_ring_work(q);
	return 0;
}

static s32 vnet_tx_timeout(void *self, u16 queue)
{
	struct vnet *n = self;
	s32 err = -EINVAL;

	if (vnet_lock(n))
		return -ECANCELED;
	if (n->open && queue < n->nr_queues)
		err = vnet_device_unstick(n, n->queues[queue]);
	vnet_unlock(n);
	return err;
}

static s32 vnet_link(void *self, struct net_link *link)
{
	struct vnet *n = self;

	if (vnet_lock(n))
		return -ECANCELED;
	vnet_limits_link(n, link);
	vnet_unlock(n);
	return 0;
}

static s32 vnet_stats(void *self, struct net_stats *stats)
{
	vnet_stats_report(self, stats);
	return 0;
}

static s32 vnet_own_stats(void *self, u32 step, struct net_own_stats *stats)
{
	return vnet_stats_own(self, step, stats);
}

static s32 vnet_stat_name(void *self, u32 index, struct net_text *name)
{
	return vnet_stats_name(index, name);
}

static s32 vnet_reset(void *self)
{
	struct vnet *n = self;
	s32 err = 0;

	if (vnet_lock(n))
		return -ECANCELED;
	if (n->open)
		vnet_device_restart(n);
	else
		err = vnet_device_ready(n);
	vnet_unlock(n);
	return err;
}

/* What a device of this kind does not have. */
static s32 vnet_renegotiate(void *self)
{
	return -EOPNOTSUPP;
}

static s32 vnet_read_words(void *self, u32 first, struct net_words *words)
{
	return -EOPNOTSUPP;
}

static s32 vnet_self_test(void *self, u32 index, bool offline)
{
	return -EOPNOTSUPP;
}

static s32 vnet_test_name(void *self, u32 index, struct net_text *name)
{
	return -EOPNOTSUPP;
}

static s32 vnet_identify(void *self, bool on)
{
	return -EOPNOTSUPP;
}

static const struct net_ops vnet_ops = {
	.info = vnet_info,
	.set_mac = vnet_set_mac,
	.set_mtu = vnet_set_mtu,
	.set_rings = vnet_set_rings,
	.set_features = vnet_set_features,
	.set_rx_mode = vnet_set_rx_mode,
	.set_vlans = vnet_set_vlans,
	.set_coalesce = vnet_set_coalesce,
	.set_pause = vnet_set_pause,
	.set_rss = vnet_set_rss,
	.set_open = vnet_set_open,
	.submit_and_poll = vnet_submit_and_poll,
	.arm = vnet_arm,
	.tx_timeout = vnet_tx_timeout,
	.link = vnet_link,
	.renegotiate = vnet_renegotiate,
	.stats = vnet_stats,
	.own_stats = vnet_own_stats,
	.stat_name = vnet_stat_name,
	.read_regs = vnet_read_words,
	.read_eeprom = vnet_read_words,
	.self_test = vnet_self_test,
	.test_name = vnet_test_name,
	.identify = vnet_identify,
	.reset = vnet_reset,
};

VIRTIO_NET_DOMAIN(struct vnet, &vnet_ops, vnet_init, .exit = vnet_exit);
