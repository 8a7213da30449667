/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What generated shadows share: waiting for the next generation, and counting.
 * Which methods have a shadow, and what it records, the IDL says.
 */
#ifndef RL_SHADOW_H
#define RL_SHADOW_H

#include <linux/atomic.h>
#include <redleaf/rpc.h>

/**
 * struct rl_shadow_counts - what shadows did for one reference, since load
 * @retried:	calls issued again after a restart
 * @gave_up:	retry calls that ended without an answer of the domain
 * @recorded:	replay calls whose arguments are kept
 * @full:	replay calls refused, since there was no record for their key
 * @replayed:	recorded calls sent again
 *
 * Any context, by whoever calls through the reference; read by anybody.
 */
struct rl_shadow_counts {
	atomic_long_t retried;
	atomic_long_t gave_up;
	atomic_long_t recorded;
	atomic_long_t full;
	atomic_long_t replayed;
};

struct rl_iref;

bool rl_shadow_again(struct rl_iref *ref, struct rl_ret *ret, unsigned int tries);

#endif
