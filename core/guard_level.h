/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How far a domain is guarded, weakest first: the core, the glue of domains and
 * tools/rlverify speak of the same levels. Seals carry the number, so it never
 * changes its meaning.
 */
#ifndef RL_GUARD_LEVEL_H
#define RL_GUARD_LEVEL_H

enum rl_guard_level { RL_GUARD_none, RL_GUARD_stores, RL_GUARD_full, RL_GUARD_LEVELS };

#define RL_GUARD_LEVEL_NAMES {		\
	[RL_GUARD_none] = "none",	\
	[RL_GUARD_stores] = "stores",	\
	[RL_GUARD_full] = "full",	\
}

#endif
