// SPDX-License-Identifier: GPL-2.0-only
/*
 * Intel 82599 10 GbE as a domain: descriptor, life cycle, and the net interface.
 *
 * A generation is one run of the function from reset to reset. init takes it from the core's
 * reset to a quiet function with a link; what the trusted
 * side had configured is replayed to it, set_open last.
 */
#define IXGBE_MAIN
#include "ixgbe.h"
#include "config.h"
#include <redleaf/heap.h>
#include <redleaf/log.h>
#include <redleaf/string.h>

static s32 ix_init_pci(struct ix *n)
{
	s32 err = rl_pci_info(&n->info);

	if (!err && n->info.bar_size[IX_BAR] < IX_BAR_MIN)
		err = -ENODEV;
	if (!err)
		err = rl_bar_map(IX_BAR);
	if (err)
		rl_err("no registers: %d", err);
	return err;
}

static s32 ix_init_sync(struct ix *n)
{
	s32 config = rl_event_create(), wake = rl_event_create();

	if (config < 0 || wake < 0) {
		rl_err("no events");
		return -ENOMEM;
	}
	n->config = config;
	n->wake = wake;
	ix_unlock(n);
	return 0;
}

/* A pair for each CPU, unless vectors, the parameter or the design say less. */
static s32 ix_init_queues(struct ix *n)
{
	u32 want = rl_param(IXGBE_PARAM_QUEUES), i;

	if (!want)
		want = max(n->info.nr_cpus, 1u);
	want = min(want, IX_MAX_QUEUES);
	for (i = 0; i < want; i++) {
		n->queues[i] = rl_alloc(sizeof(*n->queues[i]));
		if (!n->queues[i]) {
			rl_err("no memory for queue %u", i);
			return -ENOMEM;
		}
		n->queues[i]->index = i;
		n->queues[i]->ix = n;
	}
	n->nr_pairs = want;
	return 0;
}

/* 8.2.3.7.8: the EEPROM's address is loaded into the first pair of registers. */
static s32 ix_init_mac(struct ix *n)
{
	u32 low = ix_rd(IX_RAL(0)), high = ix_rd(IX_RAH(0)), i;
	u8 *a = n->permanent.addr;

	for (i = 0; i < 4; i++)
		a[i] = low >> 8 * i;
	a[4] = high;
	a[5] = high >> 8;
	if (!(high & IX_RAH_AV) || a[0] & 1 || !(low | (high & 0xffff))) {
		rl_err("no address in the EEPROM: %x %x", high, low);
		return -ENODEV;
	}
	return 0;
}

static const struct net_coalesce ix_coalesce = {
	.rx_us = IX_COALESCE_US, .tx_us = IX_COALESCE_US,
};

static const struct net_pause ix_pause = { .rx = 1, .tx = 1 };

static void ix_init_settings(struct ix *n)
{
	struct ix_settings *s = &n->set;

	s->mac = n->permanent;
	s->mtu = 1500;
	s->features = IX_FEATURES;
	s->rings.rx_queues = n->nr_pairs;
	s->rings.tx_queues = n->nr_pairs;
	s->rings.rx_ring = IX_RING_DEFAULT;
	s->rings.tx_ring = IX_RING_DEFAULT;
	s->rx_mode.flags = NET_RX_BROADCAST;
	s->coalesce = ix_coalesce;
	s->pause = ix_pause;
	ix_rss_default(n);
}

static s32 ix_init_service(struct ix *n)
{
	s32 err = rl_thread_create(ix_service, 0, "ixgbe");

	if (err)
		rl_err("no service thread: %d", err);
	return err;
}

static s32 ix_init(void *self)
{
	struct ix *n = self;
	s32 err;

	n->host = rl_iface(IXGBE_REQ_NET_HOST);
	err = ix_init_pci(n);
	if (err)
		return err;
	n->lan = IX_STATUS_LAN(ix_rd(IX_STATUS));
	err = ix_init_sync(n);
	if (!err)
		err = ix_reset_done(n);
	if (!err)
		err = ix_init_queues(n);
	if (!err)
		err = ix_irq_setup(n);
	if (!err)
		err = ix_init_mac(n);
	if (!err)
		err = ix_link_setup();
	if (err)
		return err;
	ix_init_settings(n);
	rl_info("%x:%x port %u: %u queue pairs, %u vectors", n->info.vendor, n->info.device,
		n->lan, n->nr_pairs, n->nr_vectors);
	return ix_init_service(n);
}

/* The core's reset follows; here frames get the time to leave, and the thread an end. */
static void ix_exit(void *self)
{
	struct ix *n = self;

	if (rl_pci_gone() || ix_lock(n))
		return;
	if (n->open)
		ix_device_stop(n);
	ix_clear(IX_CTRL_EXT, IX_CTRL_EXT_DRV_LOAD);
	ix_unlock(n);
	rl_event_signal(n->wake);
}

static s32 ix_info(void *self, struct net_info *info)
{
	const struct ix *n = self;

	memset(info, 0, sizeof(*info));
	info->permanent = n->permanent;
	info->features = IX_ABILITIES;
	info->rx_queues = n->nr_pairs;
	info->tx_queues = n->nr_pairs;
	info->ring_min = IX_RING_MIN;
	info->ring_max = IX_RING_MAX;
	info->ring_default = IX_RING_DEFAULT;
	info->ring_multiple = IX_RING_MULTIPLE;
	info->mtu_min = IX_MTU_MIN;
	info->mtu_max = IX_MTU_MAX;
	info->max_frags = NET_MAX_FRAGS;
	info->nr_stats = IX_NR_STATS;
	info->eeprom_bytes = 2 * IX_EEPROM_WORDS;
	info->reg_words = ix_dump_words();
	memcpy(info->model, "Intel 82599", 11);
	info->coalesce_max_us = IX_EITR_MAX_US;
	info->coalesce = ix_coalesce;
	info->pause = ix_pause;
	info->tests = IX_NR_TESTS;
	return 0;
}

static s32 ix_submit_and_poll(void *self, u16 queue, struct net_packet_deque32 __rref *tx,
			      struct net_packet_deque32 __rref *rx)
{
	struct ix *n = self;
	struct ix_queue *q;
	s32 err = -EAGAIN;
	bool reap;

	if (unlikely(queue >= n->nr_pairs))
		return -EINVAL;
	q = n->queues[queue];
	reap = net_packet_deque32_len(rx) || !net_packet_deque32_len(tx);
	rl_spin_lock(&q->lock);
	if (likely(q->running)) {
		ix_tx_run(q, tx, reap);
		ix_rx_run(q, rx);
		err = 0;
	}
	rl_spin_unlock(&q->lock);
	return err;
}

static s32 ix_arm(void *self, u16 queue)
{
	struct ix *n = self;

	if (queue >= n->nr_pairs)
		return -EINVAL;
	ix_irq_arm(n->queues[queue]);
	return 0;
}

static s32 ix_tx_timeout(void *self, u16 queue)
{
	struct ix *n = self;
	s32 err = -EINVAL;

	if (ix_lock(n))
		return -ECANCELED;
	if (n->open && queue < n->nr_queues) {
		rl_err("tx queue %u: timeout: reset", queue);
		n->stats[IX_S_HANGS]++;
		err = ix_device_restart(n);
	}
	ix_unlock(n);
	return err;
}

static s32 ix_op_link(void *self, struct net_link *link)
{
	struct ix *n = self;
	s32 err;

	if (ix_lock(n))
		return -ECANCELED;
	err = ix_link_state(n, link);
	ix_unlock(n);
	return err;
}

static s32 ix_renegotiate(void *self)
{
	struct ix *n = self;
	s32 err;

	if (ix_lock(n))
		return -ECANCELED;
	err = ix_link_restart();
	ix_unlock(n);
	return err;
}

static s32 ix_op_stats(void *self, struct net_stats *stats)
{
	struct ix *n = self;

	if (ix_lock(n))
		return -ECANCELED;
	ix_stats_report(n, stats);
	ix_unlock(n);
	return 0;
}

static s32 ix_op_own_stats(void *self, u32 step, struct net_own_stats *stats)
{
	struct ix *n = self;
	s32 err;

	if (ix_lock(n))
		return -ECANCELED;
	err = ix_stats_own(n, step, stats);
	ix_unlock(n);
	return err;
}

static s32 ix_op_stat_name(void *self, u32 index, struct net_text *name)
{
	return ix_stats_name(index, name);
}

static s32 ix_op_read_regs(void *self, u32 first, struct net_words *words)
{
	struct ix *n = self;
	s32 err;

	if (ix_lock(n))
		return -ECANCELED;
	err = ix_dump(first, words);
	ix_unlock(n);
	return err;
}

static s32 ix_op_read_eeprom(void *self, u32 first, struct net_words *words)
{
	struct ix *n = self;
	s32 err;

	if (ix_lock(n))
		return -ECANCELED;
	err = ix_eeprom_dump(n, first, words);
	ix_unlock(n);
	return err;
}

static s32 ix_op_self_test(void *self, u32 index, bool offline)
{
	struct ix *n = self;
	s32 err;

	if (ix_lock(n))
		return -ECANCELED;
	err = ix_selftest(n, index, offline);
	ix_unlock(n);
	return err;
}

static s32 ix_op_test_name(void *self, u32 index, struct net_text *name)
{
	return ix_selftest_name(index, name);
}

/* 8.2.3.1.6: the link LED, blinking; then as it was. */
static s32 ix_identify(void *self, bool on)
{
	struct ix *n = self;

	if (ix_lock(n))
		return -ECANCELED;
	if (on && !n->blinking)
		n->ledctl = ix_rd(IX_LEDCTL);
	if (on)
		ix_wr(IX_LEDCTL, (n->ledctl & ~IX_LEDCTL_MODE(IX_LED_LINK)) |
				 IX_LEDCTL_ON(IX_LED_LINK) | IX_LEDCTL_BLINK(IX_LED_LINK));
	else if (n->blinking)
		ix_wr(IX_LEDCTL, n->ledctl);
	n->blinking = on;
	ix_unlock(n);
	return 0;
}

static s32 ix_op_reset(void *self)
{
	struct ix *n = self;
	s32 err;

	if (ix_lock(n))
		return -ECANCELED;
	err = n->open ? ix_device_restart(n) : ix_reset(n);
	ix_unlock(n);
	return err;
}

static const struct net_ops ix_ops = {
	.info = ix_info,
	.set_mac = ix_set_mac,
	.set_mtu = ix_set_mtu,
	.set_rings = ix_set_rings,
	.set_features = ix_set_features,
	.set_rx_mode = ix_set_rx_mode,
	.set_vlans = ix_set_vlans,
	.set_coalesce = ix_set_coalesce,
	.set_pause = ix_set_pause,
	.set_rss = ix_set_rss,
	.set_open = ix_set_open,
	.submit_and_poll = ix_submit_and_poll,
	.arm = ix_arm,
	.tx_timeout = ix_tx_timeout,
	.link = ix_op_link,
	.renegotiate = ix_renegotiate,
	.stats = ix_op_stats,
	.own_stats = ix_op_own_stats,
	.stat_name = ix_op_stat_name,
	.read_regs = ix_op_read_regs,
	.read_eeprom = ix_op_read_eeprom,
	.self_test = ix_op_self_test,
	.test_name = ix_op_test_name,
	.identify = ix_identify,
	.reset = ix_op_reset,
};

IXGBE_DOMAIN(struct ix, &ix_ops, ix_init, .exit = ix_exit);
