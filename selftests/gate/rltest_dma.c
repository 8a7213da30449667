// SPDX-License-Identifier: GPL-2.0-only
/*
 * The watcher of dma_dom, whose device writes where it is told: to the domain's own
 * memory, or to a page of the kernel or of another dma_dom, which an IOMMU has to
 * prevent. What is around is looked at as for the hostile domain.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/string.h>
#include <asm/io.h>
#include "core.h"
#include "dma_dom/dma.h"
#include "rltest.h"
#include "rltest_watch.h"

static struct rl_domain *find(const char *name)
{
	int i;

	for (i = 0; i < rltest_nr; i++)
		if (!strcmp(rltest_domains[i]->name, name))
			return rltest_domains[i];
	return NULL;
}

static void to_own_memory(struct rl_domain *d)
{
	struct rl_ret ret = rltest_crash_sleep(&d->provided, DMA_OWN, 0);

	rltest_say("%sok - dma: to its own memory (rpc %d, %d)\n", ret.rpc || ret.err ? "not " : "",
		   ret.rpc, ret.err);
}

/* A page that the device of @d may write to; NULL: @d does not say. */
static void *page_of(struct rl_domain *d)
{
	struct rl_ret ret = rltest_crash_sleep(&d->provided, DMA_TELL, 0);
	void *page = (void *)rltest_last_note;

	return ret.rpc || ret.err || !rl_in_window(d, page, PAGE_SIZE) ? NULL : page;
}

/* The IOMMU's interrupt may come after the device's answer. */
static bool dies_of_it(const struct rl_domain *d, u64 before)
{
	unsigned long end = jiffies + 5 * HZ;

	while (READ_ONCE(d->by_reason[RL_R_DMA]) == before && time_before(jiffies, end))
		msleep(20);
	return READ_ONCE(d->by_reason[RL_R_DMA]) == before + 1;
}

static void dies_and_runs(struct rl_domain *d, u64 before)
{
	rltest_say("%sok - dma: the fault is its own\n", dies_of_it(d, before) ? "" : "not ");
	rltest_say("%sok - dma: the domain runs again\n", rltest_wait_running(d) ? "" : "not ");
}

/* What has changed outside of @d, or NULL. */
static const char *to_page(struct rl_domain *d, struct rl_domain *rival,
			   const struct rltest_bait *b, void *page, bool confined)
{
	struct rltest_view was = rltest_look(b, d, rival), is;
	u64 before = d->by_reason[RL_R_DMA];

	/* what the device answers says nothing: QEMU's takes a write for done */
	rltest_crash_sleep(&d->provided, DMA_ELSEWHERE, virt_to_phys(page));
	if (confined)
		dies_and_runs(d, before);
	is = rltest_look(b, d, rival);
	return rltest_changed(&was, &is);
}

/*
 * @how: "own", "confined" (there is an IOMMU) or "direct" (there is none); then @whose
 * memory: "kernel" or "rival". It is dma.0 that does it, dma.1 is the rival. Without an
 * IOMMU something must change: so the test can see it.
 */
void rltest_dma(const char *how, const char *whose)
{
	struct rl_domain *d = find("dma.0"), *rival = find("dma.1");
	bool confined = !strcmp(how, "confined");
	struct rltest_bait bait;
	const char *changed;
	void *page = NULL;

	if (!d || !rival) {
		rltest_say("not ok - dma: needs dma_dom.ko with two devices\n");
		return;
	}
	if (!strcmp(how, "own")) {
		to_own_memory(d);
		return;
	}
	if (rltest_watch_begin(&bait, rival))
		page = !strcmp(whose, "rival") ? page_of(rival) : bait.canary;
	changed = page ? to_page(d, rival, &bait, page, confined) : "no page to write to";
	rltest_say("%sok - dma: to a page of the %s's: %s\n",
		   page && !changed == confined ? "" : "not ", whose,
		   changed ?: "nothing outside has changed");
	rltest_watch_end(&bait, rival);
}
