// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory of the exchange heap: chunks in size classes, and who pays for them.
 *
 * The arena has a lock; the fast path has none. Each CPU keeps a short stack of
 * free chunks for each size class, linked through the metadata of their first
 * units. A stack's head is one word (unit, count, and a number that changes with
 * every operation and is never the same on two CPUs), changed by a cmpxchg that is
 * atomic on its CPU only: an interrupt or a migration in between makes it fail. All
 * stacks together keep no more than an eighth of the heap.
 *
 * A quota is counted the same way: each CPU has some credit for each owner, taken
 * from and given back to a common counter in batches. The limit is exact but for
 * the credit other CPUs have in hand, a sixteenth of it for all of them together (of
 * the quota that the core was loaded with; two pages each at least).
 *
 * A chunk keeps its inner units marked as long as it is one, cached or not, so that
 * an address inside leads to its object; that costs nothing on the fast path.
 *
 * Nothing here can fault. What a thread holds here it holds between two
 * instructions; nobody has to clean up.
 */
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/module.h>
#include "xheap_chunk.h"
#include "xheap_internal.h"

/* Of each owner id: bytes paid for or in credit, calls refused. Atomic. */
static struct {
	atomic_long_t bytes;
	atomic_long_t refused;
} ____cacheline_aligned_in_smp accounts[256];

u32 rl_xstack_full[RL_XCLASSES + 1] __read_mostly;

static unsigned int xheap_quota_kib = RL_XHEAP_QUOTA / SZ_1K;
module_param(xheap_quota_kib, uint, 0644);
MODULE_PARM_DESC(xheap_quota_kib, "exchange heap one domain may hold of its own making (default 8192)");

u32 rl_xchunk_size(u64 bytes, u32 align)
{
	u64 chunk = round_up(bytes, RL_GRANULE) + RL_GRANULE;

	chunk = max_t(u64, chunk, align);
	return chunk > PAGE_SIZE / 2 ? PAGE_ALIGN(chunk) : roundup_pow_of_two(chunk);
}
EXPORT_SYMBOL_NS_GPL(rl_xchunk_size, RL_TEST);

u8 rl_xchunk_class(u32 chunk)
{
	if (chunk < PAGE_SIZE)
		return ilog2(chunk) - RL_XUNIT_SHIFT;
	return chunk <= RL_XRUNS * PAGE_SIZE ? RL_XSMALL - 1 + chunk / PAGE_SIZE : RL_XCLASSES;
}

static u32 class_chunk(u32 class)
{
	return class < RL_XSMALL ? RL_XUNIT << class : (class - RL_XSMALL + 1) * PAGE_SIZE;
}

static void stacks_init(void)
{
	size_t share = rl_xheap.size / 8 / RL_XCLASSES / num_possible_cpus();
	unsigned int cpu;
	u32 i;

	for (i = 0; i < RL_XCLASSES; i++)
		rl_xstack_full[i] = min_t(size_t, share / class_chunk(i), 64) * RL_XSTACK_ONE;
	for_each_possible_cpu(cpu)
		for (i = 0; i <= RL_XCLASSES; i++)
			per_cpu_ptr(rl_xheap.cpu, cpu)->stack[i] = (u64)cpu << RL_XSTACK_CHANGE;
}

int rl_xchunk_init(void)
{
	size_t quota;

	rl_xheap.cpu = alloc_percpu(struct rl_xcpu);
	if (!rl_xheap.cpu)
		return -ENOMEM;
	stacks_init();
	rl_xheap.change = ((u64)roundup_pow_of_two(nr_cpu_ids) << RL_XSTACK_CHANGE) +
			  RL_XSTACK_ONE;
	quota = min_t(size_t, (size_t)xheap_quota_kib * SZ_1K, RL_XHEAP_QUOTA);
	rl_xheap.credit_max = max_t(int, quota / 16 / num_possible_cpus(), 2 * PAGE_SIZE);
	return 0;
}

void rl_xchunk_exit(void)
{
	free_percpu(rl_xheap.cpu);
	memset(accounts, 0, sizeof(accounts));
}

/* The credit was not enough, and is below 0 by now. */
static bool charge_slow(u32 owner, u32 bytes)
{
	long quota = (long)READ_ONCE(xheap_quota_kib) * SZ_1K;
	atomic_long_t *a = &accounts[owner].bytes;
	int short_of = -this_cpu_read(rl_xheap.cpu->credit[owner]);
	int want[] = { bytes + rl_xheap.credit_max / 2, clamp_t(int, short_of, 0, bytes) };
	int i;

	for (i = 0; i < ARRAY_SIZE(want); i++) {
		if (atomic_long_add_return(want[i], a) <= quota) {
			this_cpu_add(rl_xheap.cpu->credit[owner], want[i]);
			return true;
		}
		atomic_long_sub(want[i], a);
	}
	this_cpu_add(rl_xheap.cpu->credit[owner], bytes);
	atomic_long_inc(&accounts[owner].refused);
	return false;
}

noinline void rl_xuncharge_slow(u32 owner, int credit)
{
	int less = credit - rl_xheap.credit_max / 2;

	this_cpu_sub(rl_xheap.cpu->credit[owner], less);
	atomic_long_sub(less, &accounts[owner].bytes);
}

size_t rl_xheap_paid(u32 owner)
{
	long bytes = atomic_long_read(&accounts[owner].bytes);
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		bytes -= READ_ONCE(per_cpu_ptr(rl_xheap.cpu, cpu)->credit[owner]);
	return max(bytes, 0L);
}
EXPORT_SYMBOL_NS_GPL(rl_xheap_paid, RL_TEST);

unsigned long rl_xheap_refused(u32 owner)
{
	return atomic_long_read(&accounts[owner].refused);
}
EXPORT_SYMBOL_NS_GPL(rl_xheap_refused, RL_TEST);

/* Mark all but the first unit as inside of it, or as nothing again. */
static void mark(u32 unit, u32 chunk, u32 owner)
{
	struct rl_xmeta *m = &rl_xheap.meta[unit], *end = m + (chunk >> RL_XUNIT_SHIFT);

	m->site = 0;		/* no longer known to be poisoned */
	while (++m < end) {
		m->site = 0;
		m->parent = unit;
		WRITE_ONCE(m->word, (m->word & ~0xffffULL) | owner);
	}
}

static void to_arena(u32 unit, u32 chunk)
{
	mark(unit, chunk, RL_OWNER_FREE);
	rl_arena_free(rl_xheap.arena, rl_xmemory(&rl_xheap.meta[unit]));
}

noinline void rl_xchunk_put_slow(u32 unit, u32 chunk, u32 class, u32 payer)
{
	bool kept;

	do {
		kept = rl_xchunk_push(class, &rl_xheap.meta[unit], unit);
	} while (!kept && (u32)this_cpu_read(rl_xheap.cpu->stack[class]) < rl_xstack_full[class]);
	if (!kept)
		to_arena(unit, chunk);
	rl_xuncharge(payer, chunk);
}

/* A kept chunk, whoever comes between; 0: there is none. */
static u32 pop(u32 class)
{
	u32 unit;

	do {
		unit = rl_xchunk_pop(class);
	} while (!unit && this_cpu_read(rl_xheap.cpu->stack[class]) & RL_XSTACK_UNIT);
	return unit;
}

/* Give all that this CPU keeps back to the arena. */
static void drain(void)
{
	u32 class, unit;

	for (class = 0; class < RL_XCLASSES; class++)
		while ((unit = pop(class)))
			to_arena(unit, class_chunk(class));
}

/* A chunk's first unit, or 0. */
static u32 from_arena(u32 chunk)
{
	void *p = rl_arena_alloc(rl_xheap.arena, chunk);
	u32 unit;

	if (!p) {
		drain();
		p = rl_arena_alloc(rl_xheap.arena, chunk);
	}
	if (!p)
		return 0;
	unit = ((unsigned long)p - rl_xheap.base) >> RL_XUNIT_SHIFT;
	mark(unit, chunk, RL_XOWNER_INNER);
	return unit;
}

noinline u32 rl_xchunk_get_slow(u32 got, u32 chunk, u32 class, u32 payer)
{
	u32 unit;

	if (rl_xchunk_got(got))
		return got;
	if (got && !charge_slow(payer, chunk))
		return -EDQUOT;
	unit = pop(class) ?: from_arena(chunk);
	if (unit)
		return unit;
	rl_xuncharge(payer, chunk);
	return -ENOMEM;
}
