// SPDX-License-Identifier: GPL-2.0-only
/*
 * RedLeaf's micro-benchmark domains in the process: dom_c, and a row of dom_d, each with
 * the one before it as its next. Their objects are those of the kernel's modules, the
 * entries they call are the core's own. What a domain gets of the heap here is owned by
 * the first of the row, the only one that is asked for objects.
 */
#include <stdio.h>
#include "native.h"
#include "dom_proxy.h"

extern const struct rl_domain_desc rl_dom_c, rl_dom_d;

/* A window each: a guarded domain stores to its state, and to nothing else. */
static char windows[NR_DOMS + 1][PAGE_SIZE] __aligned(PAGE_SIZE);
static struct rl_domain dom_c, dom_d[NR_DOMS];

/* Requirements are numbers of the capability table. */
u32 rl_iface(u32 idx)
{
	return idx;
}

void __rref *rl_xalloc(u64 type)
{
	return rl_xheap_alloc(type, DOMAIN);
}

void rl_xfree(void __rref *obj)
{
	rl_xheap_free(obj, DOMAIN);
}

static void make(struct rl_domain *d, const struct rl_domain_desc *desc,
		 const struct rl_iface_desc *iface, u32 n)
{
	d->gate = (struct rl_gate){
		.alive = RL_GATE_OPEN,
		.stack = RL_STACK_DEFAULT + RL_STACK_RESERVE,
		.cnt = (void *)offsetof(struct bench_cpu, counters),
		.window = windows[n],
		.span = PAGE_SIZE - RL_GRANULE,
		.id = DOMAIN + n,
		.gen = 1,
	};
	memcpy(d->ops_copy, desc->ops, desc->nr_ops * sizeof(void *));
	d->provided = (struct rl_iref){
		.gate = &d->gate, .ops = d->ops_copy, .self = windows[n], .desc = iface,
	};
}

/**
 * make_doms() - dom_c and NR_DOMS of dom_d, ready to be called
 * @b: its references are set
 */
void make_doms(struct bench *b)
{
	u32 i;

	make(&dom_c, &rl_dom_c, &dom_c_iface_desc, NR_DOMS);
	for (i = 0; i < NR_DOMS; i++) {
		make(&dom_d[i], &rl_dom_d, &dom_d_iface_desc, i);
		dom_d[i].caps[0] = &dom_c.provided;
		dom_d[i].caps[1] = i ? &dom_d[i - 1].provided : NULL;
	}
	for (i = 0; i < DOM_NR_TYPES; i++)
		if (rl_xheap_add_type(&dom_types[i]))
			die("a type was refused");
	b->dom_c = &dom_c.provided;
	b->dom_d = &dom_d[0].provided;
	b->outermost = &dom_d[NR_DOMS - 1].provided;
}

/* Their init stores to the state, through the gate as every call. */
void start_doms(void)
{
	u32 i;

	for (i = 0; i < NR_DOMS; i++)
		if (bench_call(&dom_d[i], rl_dom_d.init))
			die("a domain did not start");
}
