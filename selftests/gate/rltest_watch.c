// SPDX-License-Identifier: GPL-2.0-only
/*
 * Everything around the hostile domain that an attack could aim at and that nobody else
 * changes meanwhile: kernel memory, the kernel's half of this process's top page table, code
 * of the core and of who has a part in it, what the core keeps of domains, another domain's
 * window, objects and ledger. And what the hostile domain itself holds, which after an
 * attack is what a new generation holds.
 *
 * The text of the kernel proper is too long to be looked at around each attack: tests do
 * it around all of theirs (selftests/text-sum).
 *
 * The red zones of the exchange heap are watched by the core (xheap_debug=1); the context
 * of the call by rltest_context.c.
 */
#include <linux/crc32.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <asm/io.h>
#include "compat/module.h"
#include "heap.h"
#include "rltest.h"
#include "rltest_watch.h"

bool rltest_watch_begin(struct rltest_bait *b, struct rl_domain *rival)
{
	b->canary = kmalloc(PAGE_SIZE, GFP_KERNEL);
	b->host = rl_xheap_alloc(RLTEST_ITEM_TYPE, RL_OWNER_HOST);
	b->rival = rl_xheap_alloc(RLTEST_ITEM_TYPE, rival->gate.id);
	if (!b->canary || !b->host || !b->rival)
		return false;
	get_random_bytes(b->canary, PAGE_SIZE);
	return true;
}

void rltest_watch_end(struct rltest_bait *b, struct rl_domain *rival)
{
	kfree(b->canary);
	if (b->host)
		rl_xheap_free(b->host, RL_OWNER_HOST);
	if (b->rival)
		rl_xheap_free(b->rival, rival->gate.id);
	*b = (struct rltest_bait){};
}

static u32 sum_text(u32 sum, struct module *mod)
{
	unsigned long text, size;

	rl_compat_text(mod, &text, &size);
	return crc32(sum, (void *)text, size);
}

/* This module's and those that it needs: redleaf.ko. */
static u32 sum_our_text(u32 sum)
{
	const struct module_use *use;

	list_for_each_entry(use, &THIS_MODULE->target_list, target_list)
		sum = sum_text(sum, use->target);
	return sum_text(sum, THIS_MODULE);
}

static u32 sum_memory(const struct rltest_bait *b, const struct rl_domain *d,
		      const struct rl_domain *rival)
{
	u32 sum = crc32(0, b->canary, PAGE_SIZE);

	sum = crc32(sum, (void __force *)b->host, sizeof(*b->host));
	sum = crc32(sum, (void __force *)b->rival, sizeof(*b->rival));
	sum = crc32(sum, rival->gate.window, rival->window_size);
	sum = crc32(sum, &rival->gate, sizeof(rival->gate));
	sum = sum_text(sum_our_text(sum), rival->mod);
	if (d)
		sum = crc32(sum_text(sum, d->mod), d->name, sizeof(d->name));
	return crc32(sum, phys_to_virt(read_cr3_pa()) + PAGE_SIZE / 2, PAGE_SIZE / 2);
}

static u32 ledger_of(struct rl_domain *d)
{
	unsigned long flags;
	struct rl_res *r;
	u32 n = 0;

	spin_lock_irqsave(&d->ledger_lock, flags);
	list_for_each_entry(r, &d->ledger, node)
		n++;
	spin_unlock_irqrestore(&d->ledger_lock, flags);
	return n;
}

struct rltest_view rltest_look(const struct rltest_bait *b, struct rl_domain *d,
			       struct rl_domain *rival)
{
	struct rltest_view v = {
		.memory = sum_memory(b, d, rival),
		.rival_ledger = ledger_of(rival),
		.rival_used = rl_arena_used(rival->heap),
		.rival_objects = rl_xheap_count(rival->gate.id),
		.host_objects = rl_xheap_count(RL_OWNER_HOST),
		.rival_crashes = rival->crashes,
	};

	if (d) {
		v.ledger = ledger_of(d);
		v.used = rl_arena_used(d->heap);
		v.objects = rl_xheap_count(d->gate.id);
	}
	return v;
}

const char *rltest_changed(const struct rltest_view *was, const struct rltest_view *is)
{
	if (was->memory != is->memory)
		return "memory outside has changed";
	if (was->rival_crashes != is->rival_crashes)
		return "another domain died";
	if (was->rival_ledger != is->rival_ledger || was->rival_used != is->rival_used)
		return "another domain holds something else";
	if (was->rival_objects != is->rival_objects || was->host_objects != is->host_objects)
		return "objects of others came or went";
	if (was->ledger != is->ledger || was->used != is->used || was->objects != is->objects)
		return "something of it stayed behind";
	return NULL;
}

const char *rltest_rival_fails(struct rl_domain *rival)
{
	struct rltest_item __rref *it = rl_xheap_alloc(RLTEST_ITEM_TYPE, RL_OWNER_HOST);
	struct rl_ret ret = rltest_null(&rival->provided);

	if (!it)
		return "no objects are left for others";
	if (!ret.rpc && !ret.err)
		ret = rltest_one_object(&rival->provided, it);
	else
		rl_xheap_free(it, RL_OWNER_HOST);
	return ret.rpc || ret.err ? "another domain does not answer" : NULL;
}
