// SPDX-License-Identifier: GPL-2.0-only
/*
 * The gate's cost in TSC cycles: real core sources, run as a process.
 *
 * Direct and proxied calls alternate window by window, so that both see the same
 * frequency and the same neighbours. A window is short (some microseconds), so
 * most are not disturbed; the median of many is what is reported. Objects move
 * to the domain and back.
 *
 * Prints "name min median" per line, cycles per call.
 */
#include <stdio.h>
#include <x86intrin.h>
#include <domains/nullnet/null.h>
#include "native.h"

#define ROUNDS		2000

static struct rl_domain domain;
static struct bench bench;
static char self[64];
static char heap_page[PAGE_SIZE];

extern const struct rl_domain_desc rl_this_domain, rl_nullnet, rl_forward, rl_plain;

/* The null network, open, and the domain before it. */
static struct rl_domain net_domain, shadow_domain;
static struct null_queue null_queue;
static struct null null = { .nr_queues = 1, .open = true, .queues = &null_queue };

enum {
	DIRECT, NULL_CALL, BARE, OBJECT, DEQUE, LOCKED, SHADOW, CASCADE, NO_ARG, ONE_ARG, ONE_RREF,
	NR_LOOPS
};

enum { DRIVER1, DRIVER32, DOMAIN1, DOMAIN32, SHADOW1, SHADOW32, NR_CHAINS };

/* Without @fenced: back to back alone. A window of @calls costs @gates crossings. */
static const struct loop {
	const char *name;
	u64 (*run)(struct bench *b, u32 n);
	u64 (*fenced)(struct bench *b, u32 n);
	u32 calls;
	u32 gates;
} loops[NR_LOOPS] = {
	[DIRECT] = { "direct", loop_direct, fenced_direct, WINDOW, 0 },
	[NULL_CALL] = { "null", loop_null, fenced_null, WINDOW, WINDOW },
	/* without what the gate does for the guard */
	[BARE] = { "bare", loop_bare, fenced_bare, WINDOW, WINDOW },
	[OBJECT] = { "object", loop_object, fenced_object, WINDOW, WINDOW },
	[DEQUE] = { "deque", loop_deque, fenced_deque, WINDOW, WINDOW },
	[LOCKED] = { "locked", loop_locked, fenced_locked, WINDOW, WINDOW },
	[SHADOW] = { "shadow", loop_shadow, NULL, WINDOW, WINDOW },
	[CASCADE] = { "cascade", loop_cascade, NULL, WINDOW / NR_DOMS,
		      WINDOW / NR_DOMS * NR_DOMS },
	[NO_ARG] = { "no_arg", loop_no_arg, NULL, WINDOW, WINDOW + 1 },
	[ONE_ARG] = { "one_arg", loop_one_arg, NULL, WINDOW, WINDOW + 1 },
	[ONE_RREF] = { "one_rref", loop_one_rref, NULL, WINDOW, WINDOW + 1 },
};

static const struct chain {
	const char *name;
	u64 (*run)(struct bench *b, u32 n);
	u32 packets;
	u32 crossings;
} chains[NR_CHAINS] = {
	[DRIVER1] = { "driver_b1", loop_driver1, 1, 0 },
	[DRIVER32] = { "driver_b32", loop_driver32, 32, 0 },
	[DOMAIN1] = { "domain_b1", loop_domain1, 1, 1 },
	[DOMAIN32] = { "domain_b32", loop_domain32, 32, 1 },
	[SHADOW1] = { "shadow_b1", loop_shadow1, 1, 2 },
	[SHADOW32] = { "shadow_b32", loop_shadow32, 32, 2 },
};

static double took_packet[NR_CHAINS][ROUNDS];
static double took[2][NR_LOOPS][ROUNDS];

static struct rl_iref make_domain(struct rl_domain *d, u32 id, const struct rl_domain_desc *desc,
				  const struct rl_iface_desc *iface, void *state)
{
	d->gate = (struct rl_gate){
		.alive = RL_GATE_OPEN,
		.stack = RL_STACK_DEFAULT + RL_STACK_RESERVE,
		.cnt = (void *)offsetof(struct bench_cpu, counters),
		.window = heap_page,
		.id = id,
		.gen = 1,
	};
	memcpy(d->ops_copy, desc->ops, desc->nr_ops * sizeof(void *));
	return (struct rl_iref){
		.gate = &d->gate, .ops = d->ops_copy, .self = state, .desc = iface,
	};
}

static void make_domains(void)
{
	bench.ref = make_domain(&domain, DOMAIN, &rl_this_domain, &rltest_iface_desc, self);
	bench.net = make_domain(&net_domain, DOMAIN + NR_DOMS + 1, &rl_nullnet,
				&net_iface_desc, &null);
	bench.shadow = make_domain(&shadow_domain, DOMAIN + NR_DOMS + 2, &rl_forward,
				   &net_iface_desc, self);
	bench.null = ((const struct net_ops *)rl_plain.ops)->submit_and_poll;
	shadow_domain.caps[0] = &bench.net;
	shadow_domain.desc = rl_forward;
}

static struct rltest_item __rref *new_item(void)
{
	void __rref *p = rl_xheap_alloc(RLTEST_ITEM_TYPE, RL_OWNER_HOST);

	if (!p)
		die("exchange heap exhausted");
	return p;
}

static struct net_packet_deque32 __rref *new_batch(u32 n)
{
	struct net_packet_deque32 __rref *dq = rl_xheap_alloc(NET_PACKET_DEQUE32_TYPE,
							      RL_OWNER_HOST);

	for (; dq && n; n--)
		if (rl_xheap_push(dq, rl_xheap_alloc(NET_PACKET_TYPE, RL_OWNER_HOST),
				  RL_OWNER_HOST, false))
			die("a packet was refused");
	if (!dq)
		die("exchange heap exhausted");
	return dq;
}

static void make_objects(void)
{
	u32 i;

	if (rl_xheap_init(RL_XHEAP_DEFAULT))
		die("no memory");
	for (i = 0; i < RLTEST_NR_TYPES; i++)
		if (rl_xheap_add_type(&rltest_types[i]))
			die("a type was refused");
	for (i = 0; i < NET_NR_TYPES; i++)
		if (rl_xheap_add_type(&net_types[i]))
			die("a type was refused");
	bench.one = new_batch(1);
	bench.many = new_batch(32);
	bench.none = new_batch(0);
	bench.object = new_item();
	bench.deque = rl_xheap_alloc(RLTEST_ITEM_DEQUE32_TYPE, RL_OWNER_HOST);
	if (!bench.deque)
		die("exchange heap exhausted");
	for (i = 0; i < 32; i++)
		if (rl_xheap_push(bench.deque, new_item(), RL_OWNER_HOST, false))
			die("an object was refused");
}

/* Cycles of one of @n calls. */
static double timed(u64 (*run)(struct bench *b, u32 n), u32 n)
{
	u64 begun, ended, bad;

	_mm_lfence();
	begun = __rdtsc();
	_mm_lfence();
	bad = run(&bench, n);
	_mm_lfence();
	ended = __rdtsc();
	if (bad)
		die("a call failed");
	return (double)(ended - begun) / n;
}

static void window(bool fenced, u32 loop, u32 round)
{
	const struct loop *l = &loops[loop];

	if (fenced && !l->fenced)
		return;
	took[fenced][loop][round] = timed(fenced ? l->fenced : l->run, l->calls);
}

/* As many packets in a window, whatever the batch. */
static void chain_window(u32 chain, u32 round)
{
	const struct chain *c = &chains[chain];

	took_packet[chain][round] = timed(c->run, WINDOW / c->packets) / c->packets;
}

static void check_counts(void)
{
	u64 calls = NR_DOMS, frames = 0;	/* those of init */
	u32 i;

	for (i = 0; i < NR_LOOPS; i++)
		calls += (loops[i].fenced ? 2ull : 1ull) * ROUNDS * loops[i].gates;
	for (i = 0; i < NR_CHAINS; i++) {
		calls += (u64)ROUNDS * chains[i].crossings * (WINDOW / chains[i].packets);
		frames += (u64)ROUNDS * (WINDOW / chains[i].packets) * chains[i].packets;
	}
	if (bench_cpu.counters[0] != calls || bench_cpu.counters[1] != calls)
		die("the gate's in-flight counters are wrong");
	if (null_queue.frames != frames)
		die("the null network has seen another number of frames");
}

static int ascending(const void *a, const void *b)
{
	double d = *(const double *)a - *(const double *)b;

	return d < 0 ? -1 : d > 0;
}

static void print_sorted(const char *name, double *v)
{
	qsort(v, ROUNDS, sizeof(*v), ascending);
	printf("%s %.3f %.3f\n", name, v[0], v[ROUNDS / 2]);
}

/* What a loop's call costs more than that of @base in the same round. */
static void print_more(const char *what, bool fenced, u32 loop, u32 base)
{
	double extra[ROUNDS];
	char name[32];
	u32 i;

	for (i = 0; i < ROUNDS; i++)
		extra[i] = took[fenced][loop][i] - took[fenced][base][i];
	snprintf(name, sizeof(name), "%s_%s_%s", loops[loop].name,
		 fenced ? "ser" : "b2b", what);
	print_sorted(name, extra);
}

int main(void)
{
	u32 round, loop, fenced;

	make_machine();
	make_domains();
	make_objects();
	make_doms(&bench);
	start_doms();
	for (round = 0; round < ROUNDS; round++) {
		for (fenced = 0; fenced < 2; fenced++)
			for (loop = 0; loop < NR_LOOPS; loop++)
				window(fenced, loop, round);
		for (loop = 0; loop < NR_CHAINS; loop++)
			chain_window(loop, round);
	}
	check_counts();
	for (fenced = 0; fenced < 2; fenced++) {
		for (loop = 1; loop <= DEQUE; loop++)
			print_more("extra", fenced, loop, DIRECT);
		print_more("guard", fenced, NULL_CALL, BARE);
		print_more("delta", fenced, OBJECT, NULL_CALL);
		print_more("delta", fenced, DEQUE, NULL_CALL);
		print_more("delta", fenced, LOCKED, NULL_CALL);
		for (loop = 0; loop < NR_LOOPS; loop++) {
			char name[32];

			if (fenced && !loops[loop].fenced)
				continue;
			snprintf(name, sizeof(name), "%s_%s", loops[loop].name,
				 fenced ? "ser" : "b2b");
			print_sorted(name, took[fenced][loop]);
		}
	}
	for (loop = 0; loop < NR_CHAINS; loop++)
		print_sorted(chains[loop].name, took_packet[loop]);
	printf("scaling_2cpu 0 %.3f\n", scaling());
	return 0;
}
