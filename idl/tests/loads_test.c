// SPDX-License-Identifier: GPL-2.0-only
/*
 * The core's side of tests/loads.sh, as a process: core/xheap_type.c is told of every
 * type in the generated tables of every module, and the bounds of the core's headers are
 * printed. tables.h has the tables; the kernel's headers are tools/bench/native/shim.h.
 *
 *   limit NAME VALUE		for each bound
 *   type MODULE NAME DEPTH	for each type that the core took
 *   refused MODULE NAME ERROR	for each that it did not
 */
#include <stdio.h>
#include <redleaf/sync.h>
#include <redleaf/time.h>
#include "core/domain.h"
#include "core/xheap_type.c"
#include "tables.h"

struct rl_xheap rl_xheap;

/* Neither objects nor their memory are what is tried here. */
struct rl_xmeta *rl_xchild_at(const struct rl_xmeta *m, const u64 *slot, u64 type)
{
	return NULL;
}

u32 rl_xchunk_size(u64 bytes, u32 align)
{
	return bytes;
}

u8 rl_xchunk_class(u32 chunk)
{
	return 0;
}

#define LIMIT(what) printf("limit " #what " %lu\n", (unsigned long)(what))

static void put_limits(void)
{
	LIMIT(RL_NAME_MAX);
	LIMIT(RL_MAX_MATCHES);
	LIMIT(RL_MAX_OPS);
	LIMIT(RL_MAX_PARAMS);
	LIMIT(RL_MAX_REQUIRES);
	LIMIT(RL_MAX_RESTARTS);
	LIMIT(RL_MAX_THREADS);
	LIMIT(RL_MAX_TIMERS);
	LIMIT(RL_STACK_DEFAULT);
	LIMIT(RL_STACK_MAX);
	LIMIT(RL_WINDOW_MAX);
	LIMIT(RL_WINDOW_MIN);
	LIMIT(RL_XDEPTH);
	LIMIT(RL_XTYPES);
	LIMIT(PAGE_SIZE);
}

int main(void)
{
	const struct table *t;
	const struct rl_type_desc *d;
	int err;

	rl_xheap.size = RL_XHEAP_DEFAULT;
	put_limits();
	for (t = tables; t < tables + ARRAY_SIZE(tables); t++) {
		for (d = t->types; d < t->types + t->n; d++) {
			err = rl_xheap_add_type(d);
			if (err)
				printf("refused %s %s %d\n", t->module, d->name, err);
			else
				printf("type %s %s %u\n", t->module, d->name,
				       rl_xtype_find(d->id)->level);
		}
		rl_xtype_exit();
	}
	return 0;
}
