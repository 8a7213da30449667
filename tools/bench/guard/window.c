// SPDX-License-Identifier: GPL-2.0-only
/*
 * In place of what the drivers' fakes have of the domain API: memory is the window's, and
 * what is said or died of ends on stderr. Memory is taken once and never given back.
 */
#include <stdio.h>
#include <redleaf/domain.h>
#include <redleaf/heap.h>
#include <redleaf/log.h>
#include <redleaf/pci.h>
#include "bench.h"

void *rl_alloc(size_t size)
{
	return window_take(size);
}

void rl_free(void *p)
{
	(void)p;
}

void *rl_dma_alloc(size_t size, u64 *dma)
{
	void *p = window_take(size);

	*dma = (uintptr_t)p;
	return p;
}

void *rl_dma_alloc_noinit(size_t size, u64 *dma)
{
	return rl_dma_alloc(size, dma);
}

void rl_dma_free(void *p)
{
	(void)p;
}

void rl_die_now(const char *why)
{
	die(why);
}

bool rl_log_wanted(u32 level)
{
	return level <= RL_LOG_WARN;
}

void rl_log_write(u32 level, const char *buf, u32 len)
{
	if (level <= RL_LOG_WARN)
		fprintf(stderr, "%.*s\n", len, buf);
}
