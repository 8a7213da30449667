/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files that play a device have of build: the driver three times, and its fake. */
#ifndef BENCH_GUARD_DEVICE_H
#define BENCH_GUARD_DEVICE_H

#include <redleaf/domain.h>
#include "bench.h"

extern const struct rl_domain_desc guarded_rl_this_domain, full_rl_this_domain;

static const struct rl_domain_desc *const drivers[NR_VARIANTS] = {
	&rl_this_domain, &guarded_rl_this_domain, &full_rl_this_domain,
};

/* The fake's own; rl_write32() is of who includes this. */
void fake_rl_write32(u32 bar, u32 off, u32 val);

#endif
