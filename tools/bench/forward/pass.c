// SPDX-License-Identifier: GPL-2.0-only
/*
 * A domain between a caller and a network driver that passes every call on: what a
 * shadow costs that is a domain of its own, as RedLeaf's are. In the native benchmark it
 * stands before the null network, in a guest before the driver loaded last.
 *
 * It has no state: a crash of its own loses nothing, and one of the driver is an error
 * to its caller.
 */
#define FORWARD_MAIN
#include <redleaf/domain.h>
#include <redleaf/gen/forward.h>

/* Constant after init. */
struct forward {
	u32 driver;	/* capability */
};

static rl_cap_t driver(const void *self)
{
	return ((const struct forward *)self)->driver;
}

static s32 answer(struct rl_ret ret)
{
	return likely(!ret.rpc) ? ret.err : -EIO;
}

static s32 pass_info(void *self, struct net_info *info)
{
	return answer(rlc_net_info(driver(self), info));
}

static s32 pass_set_mac(void *self, const struct net_mac *mac)
{
	return answer(rlc_net_set_mac(driver(self), mac));
}

static s32 pass_set_mtu(void *self, u32 mtu)
{
	return answer(rlc_net_set_mtu(driver(self), mtu));
}

static s32 pass_set_rings(void *self, const struct net_rings *rings)
{
	return answer(rlc_net_set_rings(driver(self), rings));
}

static s32 pass_set_features(void *self, u32 features)
{
	return answer(rlc_net_set_features(driver(self), features));
}

static s32 pass_set_rx_mode(void *self, const struct net_rx_mode *mode)
{
	return answer(rlc_net_set_rx_mode(driver(self), mode));
}

static s32 pass_set_vlans(void *self, const struct net_vlans *vlans)
{
	return answer(rlc_net_set_vlans(driver(self), vlans));
}

static s32 pass_set_coalesce(void *self, const struct net_coalesce *coalesce)
{
	return answer(rlc_net_set_coalesce(driver(self), coalesce));
}

static s32 pass_set_pause(void *self, const struct net_pause *pause)
{
	return answer(rlc_net_set_pause(driver(self), pause));
}

static s32 pass_set_rss(void *self, const struct net_rss *rss)
{
	return answer(rlc_net_set_rss(driver(self), rss));
}

static s32 pass_set_open(void *self, bool open)
{
	return answer(rlc_net_set_open(driver(self), open));
}

static s32 pass_submit_and_poll(void *self, u16 queue, struct net_packet_deque32 __rref *tx,
				struct net_packet_deque32 __rref *rx)
{
	return answer(rlc_net_submit_and_poll(driver(self), queue, tx, rx));
}

static s32 pass_arm(void *self, u16 queue)
{
	return answer(rlc_net_arm(driver(self), queue));
}

static s32 pass_tx_timeout(void *self, u16 queue)
{
	return answer(rlc_net_tx_timeout(driver(self), queue));
}

static s32 pass_link(void *self, struct net_link *link)
{
	return answer(rlc_net_link(driver(self), link));
}

static s32 pass_renegotiate(void *self)
{
	return answer(rlc_net_renegotiate(driver(self)));
}

static s32 pass_stats(void *self, struct net_stats *stats)
{
	return answer(rlc_net_stats(driver(self), stats));
}

static s32 pass_own_stats(void *self, u32 step, struct net_own_stats *stats)
{
	return answer(rlc_net_own_stats(driver(self), step, stats));
}

static s32 pass_stat_name(void *self, u32 index, struct net_text *name)
{
	return answer(rlc_net_stat_name(driver(self), index, name));
}

static s32 pass_read_regs(void *self, u32 first, struct net_words *words)
{
	return answer(rlc_net_read_regs(driver(self), first, words));
}

static s32 pass_read_eeprom(void *self, u32 first, struct net_words *words)
{
	return answer(rlc_net_read_eeprom(driver(self), first, words));
}

static s32 pass_self_test(void *self, u32 index, bool offline)
{
	return answer(rlc_net_self_test(driver(self), index, offline));
}

static s32 pass_test_name(void *self, u32 index, struct net_text *name)
{
	return answer(rlc_net_test_name(driver(self), index, name));
}

static s32 pass_identify(void *self, bool on)
{
	return answer(rlc_net_identify(driver(self), on));
}

static s32 pass_reset(void *self)
{
	return answer(rlc_net_reset(driver(self)));
}

static const struct net_ops ops = {
	.info = pass_info,
	.set_mac = pass_set_mac,
	.set_mtu = pass_set_mtu,
	.set_rings = pass_set_rings,
	.set_features = pass_set_features,
	.set_rx_mode = pass_set_rx_mode,
	.set_vlans = pass_set_vlans,
	.set_coalesce = pass_set_coalesce,
	.set_pause = pass_set_pause,
	.set_rss = pass_set_rss,
	.set_open = pass_set_open,
	.submit_and_poll = pass_submit_and_poll,
	.arm = pass_arm,
	.tx_timeout = pass_tx_timeout,
	.link = pass_link,
	.renegotiate = pass_renegotiate,
	.stats = pass_stats,
	.own_stats = pass_own_stats,
	.stat_name = pass_stat_name,
	.read_regs = pass_read_regs,
	.read_eeprom = pass_read_eeprom,
	.self_test = pass_self_test,
	.test_name = pass_test_name,
	.identify = pass_identify,
	.reset = pass_reset,
};

static s32 init(void *self)
{
	struct forward *f = self;

	f->driver = rl_iface(FORWARD_REQ_NET);
	return 0;
}

FORWARD_DOMAIN(struct forward, &ops, init);
