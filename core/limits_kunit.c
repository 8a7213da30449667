// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a domain declares binds it: timers, threads, vectors, DMA memory, and the time a
 * method may take
 *
 * The domain is of this file (fake_kunit.h); its interface is rltest, with a
 * table of deadlines in the place of the generated one, which has none. It gets a
 * device for the cases that need one: nothing but vectors that nobody requests, and
 * the addresses of the DMA API.
 */
#include <linux/dma-mapping.h>
#include <linux/module.h>
#include "caps.h"
#include "fake_kunit.h"
#include "heap_internal.h"
#include "pci.h"
#include "proxy.h"
#include "rltest_proxy.h"

#define LONG_MS	30000

static struct rl_domain *dom;
static bool loops;
static u32 ticks;		/* the newest do_loop() saw */

static s32 init(void *self)
{
	return 0;
}

static void callback(void *self, u64 arg)
{
}

/* Until it is taken out; %r15 is its frame, in which the watchdog counts ticks. */
static s32 do_loop(void *self, u32 kind, u64 arg)
{
	const struct rl_frame *f;

	asm volatile("movq %%r15, %0" : "=r" (f));
	while (READ_ONCE(loops))
		WRITE_ONCE(ticks, READ_ONCE(f->ticks));
	return 0;
}

static const struct rltest_ops ops = { .crash_sleep = do_loop };
static const u16 deadlines[RLTEST_NR_OPS] = { [RLTEST_M_CRASH_SLEEP] = 20 };
static struct rl_iface_desc desc;
static const struct rl_iface_ops no_ops;
static const struct rl_iface iface = { .desc = &desc, .ops = &no_ops };
static struct rl_domain_limits limits;

static int limits_init(struct kunit *test)
{
	dom = fake_make("ktlimits", init, 64);
	if (!dom)
		return -ENOMEM;
	desc = rltest_iface_desc;
	limits = (struct rl_domain_limits){
		.timers = 3, .threads = 2, .irqs = 2, .dma = 2 * PAGE_SIZE,
	};
	loops = false;
	dom->iface = &iface;
	dom->provided.desc = &desc;
	dom->desc.ops = &ops;
	dom->desc.nr_ops = RLTEST_NR_OPS;
	dom->desc.limits = &limits;
	mutex_lock(&rl_domains_lock);
	rl_watchdog_start();
	mutex_unlock(&rl_domains_lock);
	mutex_lock(&dom->lock);
	KUNIT_EXPECT_EQ(test, rl_domain_start(dom), 0);
	mutex_unlock(&dom->lock);
	return 0;
}

static void limits_exit(struct kunit *test)
{
	if (!dom)
		return;
	fake_drop(dom);
	mutex_lock(&rl_domains_lock);
	rl_watchdog_stop();
	mutex_unlock(&rl_domains_lock);
}

static void timers(struct kunit *test)
{
	int i;

	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, rl_timer_new(dom, callback, 0), i);
	KUNIT_EXPECT_EQ(test, rl_timer_new(dom, callback, 0), -ENOSPC);
	dom->desc.limits = NULL;	/* the core's bound alone */
	KUNIT_EXPECT_EQ(test, rl_timer_new(dom, callback, 0), 3);
	KUNIT_EXPECT_EQ(test, dom->dying, 0);
}

static void threads(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, rl_thread_new(dom, callback, 0, "a"), 0);
	KUNIT_EXPECT_EQ(test, rl_thread_new(dom, callback, 0, "b"), 0);
	KUNIT_EXPECT_EQ(test, rl_thread_new(dom, callback, 0, "c"), -ENOSPC);
	dom->desc.limits = NULL;
	KUNIT_EXPECT_EQ(test, rl_thread_new(dom, callback, 0, "d"), 0);
}

static struct rl_pci *give_device(struct kunit *test)
{
	struct rl_pci *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);
	struct pci_dev *dev = kunit_kzalloc(test, sizeof(*dev), GFP_KERNEL);

	KUNIT_ASSERT_TRUE(test, p && dev);
	mutex_init(&p->lock);
	p->nr_vecs = 8;
	p->pdev = dev;
	dev->dma_mask = DMA_BIT_MASK(64);
	dev->dev.dma_mask = &dev->dma_mask;
	dom->pci = p;
	return p;
}

static void irqs(struct kunit *test)
{
	struct rl_pci *p = give_device(test);

	KUNIT_EXPECT_EQ(test, rl_irq_grant(dom, 5), 2);
	KUNIT_EXPECT_EQ(test, rl_irq_grant(dom, 1), -EBUSY);
	p->granted = 0;			/* the next generation */
	KUNIT_EXPECT_EQ(test, rl_irq_grant(dom, 1), 1);
	p->granted = 0;
	dom->desc.limits = NULL;	/* those of the device */
	KUNIT_EXPECT_EQ(test, rl_irq_grant(dom, ~0u), 8);
	dom->pci = NULL;
}

/* @size bytes are too many, and nothing is used up by the attempt. */
static void no_dma(struct kunit *test, size_t size)
{
	size_t used = rl_arena_used(dom->heap);
	u64 addr = 1;

	KUNIT_EXPECT_NULL(test, rl_dma_get(dom, size, &addr, true));
	KUNIT_EXPECT_EQ(test, rl_arena_used(dom->heap), used);
}

static void dma(struct kunit *test)
{
	void *one, *two;
	u64 addr;

	give_device(test);
	no_dma(test, 2 * PAGE_SIZE + 1);
	one = rl_dma_get(dom, PAGE_SIZE, &addr, true);
	KUNIT_EXPECT_NOT_NULL(test, one);
	no_dma(test, PAGE_SIZE + 1);
	two = rl_dma_get(dom, 1, &addr, true);
	KUNIT_EXPECT_NOT_NULL(test, two);
	no_dma(test, 1);
	rl_dma_put(dom, one);		/* it counts what there is at a time */
	one = rl_dma_get(dom, PAGE_SIZE, &addr, true);
	KUNIT_EXPECT_NOT_NULL(test, one);
	rl_dma_put(dom, two);
	rl_dma_put(dom, one);
	dom->desc.limits = NULL;	/* what the window has room for */
	one = rl_dma_get(dom, 3 * PAGE_SIZE, &addr, true);
	KUNIT_EXPECT_NOT_NULL(test, one);
	rl_dma_put(dom, one);
	KUNIT_EXPECT_EQ(test, dom->dying, 0);
	dom->pci = NULL;
}

/* The ticks after which the loop is ended. */
static u32 ticks_to_end(struct kunit *test)
{
	u64 hangs = dom->by_reason[RL_R_HANG];
	struct rl_ret r;

	WRITE_ONCE(loops, true);
	r = rltest_crash_sleep(&dom->provided, 0, 0);
	WRITE_ONCE(loops, false);
	KUNIT_EXPECT_EQ(test, r.rpc, RL_RPC_CRASHED);
	KUNIT_EXPECT_EQ(test, rl_gate_wait_running(&dom->gate, LONG_MS), 0);
	mutex_lock(&dom->lock);
	mutex_unlock(&dom->lock);
	KUNIT_EXPECT_EQ(test, dom->by_reason[RL_R_HANG], hangs + 1);
	return READ_ONCE(ticks);
}

/*
 * Sleeping is allowed, so the watchdog's own limit is a second: 200 ticks. Of these
 * the loop may miss some, when the machine has several come at once.
 */
static void method_deadline(struct kunit *test)
{
	KUNIT_EXPECT_GT(test, ticks_to_end(test), 20 / 5 + 1);
	desc.deadline_ms = deadlines;
	KUNIT_EXPECT_LE(test, ticks_to_end(test), 20 / 5 + 1);
}

static struct kunit_case limits_cases[] = {
	KUNIT_CASE(timers),
	KUNIT_CASE(threads),
	KUNIT_CASE(irqs),
	KUNIT_CASE(dma),
	KUNIT_CASE(method_deadline),
	{}
};

static struct kunit_suite limits_suite = {
	.name = "rl_limits",
	.init = limits_init,
	.exit = limits_exit,
	.test_cases = limits_cases,
};

rl_kunit_test_suite(limits_suite);

MODULE_DESCRIPTION("RedLeaf: declared limits KUnit suite");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(RL_TEST);
