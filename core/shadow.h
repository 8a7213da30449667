/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What generated shadows share: waiting for the next generation, logs of what domains
 * have set, and counting. Which methods have a shadow, and what it records, the IDL says.
 */
#ifndef RL_SHADOW_H
#define RL_SHADOW_H

#include <linux/atomic.h>
#include <redleaf/cap.h>
#include <redleaf/rpc.h>

/**
 * struct rl_shadow_counts - what shadows did for one reference, since load
 * @retried:	calls issued again after a restart
 * @gave_up:	calls that ended without an answer of the domain after all
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

struct rl_domain;
struct rl_frame;
struct rl_iref;
struct rl_history;

bool rl_shadow_again(struct rl_iref *ref, struct rl_frame *caller, struct rl_ret *ret,
		     unsigned int tries);

/* For entries: a domain's call. */
bool rl_shadowed(const struct rl_frame *f, const struct rl_iref *ref);
bool rl_entry_again(struct rl_frame *f, rl_cap_t cap, struct rl_iref *ref, struct rl_ret *ret,
		    unsigned int tries);
struct rl_history *rl_history_begin(struct rl_frame *f, struct rl_iref *ref, struct rl_ret *ret);
void *rl_history_args(struct rl_history *log);
void rl_history_ask(struct rl_history *log);
void rl_history_write(struct rl_history *log);
s32 rl_history_written(struct rl_history *log);
void rl_history_end(struct rl_history *log);
struct rl_ret rl_history_full(struct rl_history *log);

/* For restart.c. */
int rl_shadow_replay(struct rl_domain *d);

#endif
