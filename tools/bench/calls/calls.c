// SPDX-License-Identifier: GPL-2.0-only
/*
 * rl_bench.ko: instructions per call, direct and proxied, with nothing, with one
 * object, with a deque of 32, through a shadow, and through 16 domains; per pair of
 * allocation and release of 64 bytes, by a domain in the exchange heap and by the kernel;
 * and for 32 objects that a domain moves into a deque and out, one by one and at once.
 *
 * Meant for a guest under -icount, where the TSC advances by one per instruction
 * and most windows have no interrupt in them: two of n and 2n calls differ by exactly
 * n times the same number. Loading the module measures and prints one line,
 *
 *	rl_bench: empty=3 direct=8 null=95 object=135 deque=140 ...
 *
 * or refuses to load (-ERANGE) when a difference is no multiple of n, which means
 * that the machine does not count instructions. The domain is bench_dom, which
 * keeps what it is given; it is taken back between windows, and a call that did
 * not move its object is an error. The shadow is dom_c's, the row is of dom_d. A load
 * that fails leaves nothing behind.
 */
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <asm/msr.h>
#include "dom_proxy.h"
#include "rltest.h"

#define CALLS	100		/* the larger window makes twice as many */
#define DEQUES	10
#define CASCADES	10
#define WINDOWS		8

static struct rl_domain *domain;
static struct rltest_item __rref *objects[2 * CALLS];
static struct rltest_item_deque32 __rref *deques[2 * DEQUES];

static noinline s32 direct_null(void *self)
{
	barrier();	/* or the compiler would not call it at all */
	return 0;
}

static u64 answer(struct rl_ret r)
{
	return r.rpc | r.err;
}

#define LOOP(name, call)						\
static noinline u64 loop_##name(u32 n)					\
{									\
	struct rl_iref *ref = &domain->provided;			\
	u64 sum = 0;							\
	u32 i;								\
									\
	for (i = 0; i < n; i++) {					\
		sum += (call);						\
		OPTIMIZER_HIDE_VAR(ref);				\
	}								\
	return sum;							\
}

LOOP(empty, 0)
LOOP(direct, direct_null(ref->self))
LOOP(null, answer(rltest_null(ref)))
LOOP(object, answer(rltest_one_object(ref, objects[i])))
LOOP(deque, answer(rltest_deque32(ref, deques[i])))
LOOP(shadow, answer(dom_c_no_arg_retry_shadow(&rltest_dom_c->provided)))
LOOP(cascade, answer(dom_d_cascade(&rltest_dom_d[rltest_nr_dom_d - 1]->provided,
				   rltest_nr_dom_d)))
LOOP(kmalloc, ({ void *p = kmalloc(64, GFP_ATOMIC); kfree(p); !p; }))

/* One call, in which the domain allocates and frees @n times. */
static noinline u64 loop_xalloc(u32 n)
{
	return answer(rltest_one_arg(&domain->provided, n));
}

/* One call, in which the domain moves 32 objects into a deque and out, @n times. */
static noinline u64 loop_xdeque(u32 n)
{
	return answer(rltest_set(&domain->provided, 0, n));
}

/* The same with one call of the core for all 32. */
static noinline u64 loop_xbatch(u32 n)
{
	return answer(rltest_set(&domain->provided, 1, n));
}

/* Take @n objects or deques back; false: one was not moved by its call. */
static bool back_nothing(u32 n)
{
	return true;
}

static bool back_objects(u32 n)
{
	u32 id = domain->gate.id;
	bool ok = true;

	while (n--)
		ok &= rl_xheap_move(objects[n], RLTEST_ITEM_TYPE, id, RL_OWNER_HOST);
	return ok;
}

static bool back_deques(u32 n)
{
	u32 id = domain->gate.id;
	bool ok = true;

	while (n--)
		ok &= rl_xheap_move(deques[n], RLTEST_ITEM_DEQUE32_TYPE, id, RL_OWNER_HOST);
	return ok;
}

/* Ticks of one window, or 0 when a call of it failed. */
static u64 window(u64 (*run)(u32 n), bool (*back)(u32 n), u32 n)
{
	u64 begun, ended, bad;

	begun = rdtsc_ordered();
	bad = run(n);
	ended = rdtsc_ordered();
	return back(n) && !bad ? ended - begun : 0;
}

/*
 * The least of several: interrupts and preemption stay on, as the methods ask for it,
 * and a window with one in it is longer.
 */
static u64 least(u64 (*run)(u32 n), bool (*back)(u32 n), u32 n)
{
	u64 best = U64_MAX;
	u32 i;

	for (i = 0; i < WINDOWS; i++)
		best = min(best, window(run, back, n));
	return best;
}

static int measure(const char *name, u64 (*run)(u32 n), bool (*back)(u32 n), u32 n)
{
	u64 once, twice;

	window(run, back, 2 * n);	/* patched, mapped, cached: as it stays */
	once = least(run, back, n);
	twice = least(run, back, 2 * n);
	if (!once || !twice) {
		pr_err("rl_bench: %s: a call failed\n", name);
		return -EIO;
	}
	if ((twice - once) % n) {
		pr_err("rl_bench: %s: %llu and %llu ticks: not a machine that counts instructions\n",
		       name, once, twice);
		return -ERANGE;
	}
	return (twice - once) / n;
}

static const struct figure {
	const char *name;
	u64 (*run)(u32 n);
	bool (*back)(u32 n);
	u32 n;
} figures[] = {
	{ "empty", loop_empty, back_nothing, CALLS },
	{ "direct", loop_direct, back_nothing, CALLS },
	{ "null", loop_null, back_nothing, CALLS },
	{ "object", loop_object, back_objects, CALLS },
	{ "deque", loop_deque, back_deques, DEQUES },
	{ "shadow", loop_shadow, back_nothing, CALLS },
	{ "cascade", loop_cascade, back_nothing, CASCADES },
	{ "xalloc", loop_xalloc, back_nothing, CALLS },
	{ "xdeque", loop_xdeque, back_nothing, DEQUES },
	{ "xbatch", loop_xbatch, back_nothing, DEQUES },
	{ "kmalloc", loop_kmalloc, back_nothing, CALLS },
};

static int measure_all(void)
{
	char line[256] = "";
	int i, count, len = 0;

	for (i = 0; i < ARRAY_SIZE(figures); i++) {
		const struct figure *f = &figures[i];

		count = measure(f->name, f->run, f->back, f->n);
		if (count < 0)
			return count;
		len += scnprintf(line + len, sizeof(line) - len, " %s=%d", f->name, count);
	}
	pr_info("rl_bench:%s\n", line);
	return 0;
}

static void free_objects(void)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(objects); i++)
		rl_xheap_free(objects[i], RL_OWNER_HOST);
	for (i = 0; i < ARRAY_SIZE(deques); i++)
		rl_xheap_free(deques[i], RL_OWNER_HOST);
}

static int fill(struct rltest_item_deque32 __rref *dq)
{
	struct rltest_item __rref *it;
	u32 n;

	for (n = 0; n < 32; n++) {
		it = rl_xheap_alloc(RLTEST_ITEM_TYPE, RL_OWNER_HOST);
		if (!it || rl_xheap_push(dq, it, RL_OWNER_HOST, false))
			return -ENOMEM;
	}
	return 0;
}

static int make_objects(void)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(objects); i++) {
		objects[i] = rl_xheap_alloc(RLTEST_ITEM_TYPE, RL_OWNER_HOST);
		if (!objects[i])
			return -ENOMEM;
	}
	for (i = 0; i < ARRAY_SIZE(deques); i++) {
		deques[i] = rl_xheap_alloc(RLTEST_ITEM_DEQUE32_TYPE, RL_OWNER_HOST);
		if (!deques[i] || fill(deques[i]))
			return -ENOMEM;
	}
	return 0;
}

static int __init bench_init(void)
{
	int err;

	if (!rltest_nr) {
		pr_err("rl_bench: no domain that provides rltest: load bench_dom.ko first\n");
		return -ENODEV;
	}
	if (!rltest_dom_c || rltest_nr_dom_d != RL_MAX_CALL_DEPTH) {
		pr_err("rl_bench: no domains for shadow and cascade: load dom_c.ko, and dom_d.ko with instances=%u first\n",
		       RL_MAX_CALL_DEPTH);
		return -ENODEV;
	}
	domain = rltest_domains[0];
	err = make_objects();
	if (!err)
		err = measure_all();
	free_objects();
	return err;
}

static void __exit bench_exit(void)
{
}

module_init(bench_init);
module_exit(bench_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("RedLeaf: instructions per call");
MODULE_IMPORT_NS(RL_TEST);
