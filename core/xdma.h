/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Bus addresses of exchange objects, as one device sees them. The essay is in
 * xdma.c.
 */
#ifndef RL_XDMA_H
#define RL_XDMA_H

#include <redleaf/types.h>

struct device;

/**
 * struct rl_xdma - the pages of the exchange heap that a device can reach
 * @dev:	whose addresses they are; written at creation, like @nr
 * @leaf:	@nr tables of one page each, NULL until one is needed; set by cmpxchg
 *		and kept until rl_xdma_exit()
 * @nr:		tables there may be
 */
struct rl_xdma {
	struct device *dev;
	u64 **leaf;
	u32 nr;
};

int rl_xdma_init(struct rl_xdma *x, struct device *dev);
void rl_xdma_exit(struct rl_xdma *x);
u64 rl_xdma_map(struct rl_xdma *x, const void __rref *obj, u32 owner);
u32 rl_xdma_unmap(struct rl_xdma *x);

#endif
