// SPDX-License-Identifier: GPL-2.0-only
/*
 * The watcher of dma_dom, whose device writes where it is told: to the domain's own
 * memory, or to a page of the kernel, which an IOMMU has to prevent.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <asm/io.h>
#include "core.h"
#include "rltest.h"

enum { OWN, ELSEWHERE };	/* what dma_dom is asked for */

static struct rl_domain *find(void)
{
	int i;

	for (i = 0; i < rltest_nr; i++)
		if (str_has_prefix(rltest_domains[i]->name, "dma."))
			return rltest_domains[i];
	return NULL;
}

static void to_own_memory(struct rl_domain *d)
{
	struct rl_ret ret = rltest_crash_sleep(&d->provided, OWN, 0);

	rltest_say("%sok - dma: to its own memory (rpc %d, %d)\n", ret.rpc || ret.err ? "not " : "",
		   ret.rpc, ret.err);
}

/* The IOMMU's interrupt may come after the device's answer. */
static bool dies_of_it(const struct rl_domain *d, u64 before)
{
	unsigned long end = jiffies + 5 * HZ;

	while (READ_ONCE(d->by_reason[RL_R_DMA]) == before && time_before(jiffies, end))
		msleep(20);
	return READ_ONCE(d->by_reason[RL_R_DMA]) == before + 1;
}

/* Two pages are compared: the one that is named, and a copy. */
static void to_the_kernels(struct rl_domain *d, u8 *page, const u8 *copy, bool confined)
{
	u64 before = d->by_reason[RL_R_DMA];
	bool same;

	/* what the device answers says nothing: QEMU's takes a write for done */
	rltest_crash_sleep(&d->provided, ELSEWHERE, virt_to_phys(page));
	same = !memcmp(page, copy, PAGE_SIZE);
	rltest_say("%sok - dma: the kernel's page is %s\n", same == confined ? "" : "not ",
		   same ? "what it was" : "overwritten");
	if (!confined)
		return;
	rltest_say("%sok - dma: the fault is its own\n", dies_of_it(d, before) ? "" : "not ");
	rltest_say("%sok - dma: the domain runs again\n", rltest_wait_running(d) ? "" : "not ");
}

/* @how: "own", "confined" (there is an IOMMU) or "direct" (there is none). */
void rltest_dma(const char *how)
{
	struct rl_domain *d = find();
	u8 *page = kmalloc(PAGE_SIZE, GFP_KERNEL), *copy;

	if (page)
		get_random_bytes(page, PAGE_SIZE);
	copy = page ? kmemdup(page, PAGE_SIZE, GFP_KERNEL) : NULL;
	if (!d || !copy)
		rltest_say("not ok - dma: needs dma_dom.ko and memory\n");
	else if (!strcmp(how, "own"))
		to_own_memory(d);
	else
		to_the_kernels(d, page, copy, !strcmp(how, "confined"));
	kfree(copy);
	kfree(page);
}
