// SPDX-License-Identifier: GPL-2.0-only
/*
 * A domain between a caller and the null network that passes each batch on: what a
 * shadow costs that is a domain of its own, as RedLeaf's are. Compiled for the native
 * benchmark only.
 */
#include <redleaf/domain.h>
#include <redleaf/gen/net.h>

static s32 pass_on(void *self, u16 queue, struct net_packet_deque32 __rref *tx,
		   struct net_packet_deque32 __rref *rx)
{
	struct rl_ret ret = rlc_net_submit_and_poll(0, queue, tx, rx);

	return likely(!ret.rpc) ? ret.err : -EIO;
}

static const struct net_ops ops = {
	.submit_and_poll = pass_on,
};

static const struct rl_require requires[] = {
	{ .iface = "net", .fingerprint = NET_FINGERPRINT },
};

RL_DOMAIN = {
	.magic = RL_DOMAIN_MAGIC,
	.abi = RL_ABI_VERSION,
	.name = "forward",
	.ops = &ops,
	.nr_ops = NET_NR_OPS,
	.requires = requires,
	.nr_requires = 1,
};
