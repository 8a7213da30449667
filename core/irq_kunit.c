// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts under test: what comes while the domain is down is counted as pending, once
 * a vector, and delivered to the next generation
 *
 * The vector's interrupt is a number of the kernel's without a device behind it; the
 * suite is the device. The domain is of this file (fake_kunit.h), and its gate is closed
 * and opened by hand, so that nothing is in a hurry.
 */
#include <linux/interrupt.h>
#include <linux/irq.h>
#include "fake_kunit.h"
#include "pci.h"

static struct {
	struct rl_domain *d;
	struct rl_pci p;
	struct rl_vec v;
	int irq;		/* > 0: of the kernel's */
	bool requested;
	u32 calls;		/* that the domain got, with this argument: */
	u64 arg;
} *w;

static s32 init(void *self)
{
	return 0;
}

static void on_irq(void *self, u64 arg)
{
	w->calls++;
	w->arg = arg;
}

/* A number, masked; one that is masked when it comes is not replayed. */
static int make_irq(void)
{
	w->irq = irq_alloc_desc(NUMA_NO_NODE);
	if (w->irq <= 0)
		return -ENOMEM;
	irq_set_chip_and_handler(w->irq, &dummy_irq_chip, handle_simple_irq);
	irq_set_status_flags(w->irq, IRQ_LEVEL);
	w->v = (struct rl_vec){ .dom = w->d, .irq = w->irq, .off = 1 };
	w->requested = !request_irq(w->irq, rl_irq_handler, IRQF_NO_AUTOEN, "ktirq", &w->v);
	return w->requested ? 0 : -ENOMEM;
}

static int irq_suite_init(struct kunit *test)
{
	w = kzalloc(sizeof(*w), GFP_KERNEL);
	if (!w)
		return -ENOMEM;
	w->d = fake_make("ktirq", init, 64);
	if (!w->d || make_irq())
		return -ENOMEM;
	mutex_lock(&w->d->lock);
	KUNIT_EXPECT_EQ(test, rl_domain_start(w->d), 0);
	mutex_unlock(&w->d->lock);
	mutex_init(&w->p.lock);
	w->p.dom = w->d;
	w->p.nr_vecs = 1;
	w->p.granted = 1;
	w->p.vec = &w->v;
	w->d->pci = &w->p;
	return 0;
}

static void irq_suite_exit(struct kunit *test)
{
	if (!w)
		return;
	if (w->requested)
		free_irq(w->irq, &w->v);
	if (w->irq > 0)
		irq_free_desc(w->irq);
	if (w->d)
		w->d->pci = NULL;
	fake_drop(w->d);
	kfree(w);
	w = NULL;
}

static void open_gate(bool open)
{
	WRITE_ONCE(w->d->gate.alive, open ? RL_GATE_OPEN : RL_GATE_CLOSED);
}

static void interrupt(void)
{
	generic_handle_irq_safe(w->irq);
}

/* What sysfs shows of the vector. */
static void shows(struct kunit *test, const char *line)
{
	char *page = (char *)get_zeroed_page(GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, page);
	rl_irq_show(w->d, page);
	KUNIT_EXPECT_STREQ(test, page, line);
	free_page((unsigned long)page);
}

/* As the reaper has it, and then the next generation. */
static void next_generation(struct kunit *test, u64 arg)
{
	rl_irq_mask_all(&w->p);
	KUNIT_EXPECT_EQ(test, rl_irq_attach(w->d, 0, on_irq, arg), 0);
}

static void delivered(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, rl_irq_attach(w->d, 0, on_irq, 7), 0);
	KUNIT_EXPECT_EQ(test, rl_irq_attach(w->d, 0, on_irq, 7), -EBUSY);
	interrupt();
	interrupt();
	KUNIT_EXPECT_EQ(test, w->calls, 2);
	KUNIT_EXPECT_EQ(test, w->arg, 7);
	shows(test, "0 2 0\n");
}

static void pending_while_down(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, rl_irq_attach(w->d, 0, on_irq, 1), 0);
	open_gate(false);
	interrupt();
	shows(test, "0 1 1\n");
	interrupt();		/* the first one has masked it */
	interrupt();
	shows(test, "0 1 1\n");
	KUNIT_EXPECT_EQ(test, w->calls, 0);
	open_gate(true);
	next_generation(test, 2);
	KUNIT_EXPECT_EQ(test, w->calls, 1);
	KUNIT_EXPECT_EQ(test, w->arg, 2);
	shows(test, "0 1 0\n");
	interrupt();
	KUNIT_EXPECT_EQ(test, w->calls, 2);
	shows(test, "0 2 0\n");
}

/* Down again before it was delivered: it waits for the generation after. */
static void pending_for_the_one_after(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, rl_irq_attach(w->d, 0, on_irq, 1), 0);
	open_gate(false);
	interrupt();
	next_generation(test, 2);
	KUNIT_EXPECT_EQ(test, w->calls, 0);
	shows(test, "0 1 1\n");
	open_gate(true);
	next_generation(test, 3);
	KUNIT_EXPECT_EQ(test, w->calls, 1);
	KUNIT_EXPECT_EQ(test, w->arg, 3);
	shows(test, "0 1 0\n");
}

/* The reaper has masked it: nothing comes in, nothing is pending. */
static void masked(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, rl_irq_attach(w->d, 0, on_irq, 1), 0);
	rl_irq_mask_all(&w->p);
	interrupt();
	KUNIT_EXPECT_EQ(test, w->calls, 0);
	shows(test, "0 0 0\n");
}

static struct kunit_case irq_cases[] = {
	KUNIT_CASE(delivered),
	KUNIT_CASE(pending_while_down),
	KUNIT_CASE(pending_for_the_one_after),
	KUNIT_CASE(masked),
	{}
};

static struct kunit_suite irq_suite = {
	.name = "rl_irq",
	.init = irq_suite_init,
	.exit = irq_suite_exit,
	.test_cases = irq_cases,
};

rl_kunit_test_suite(irq_suite);

MODULE_DESCRIPTION("RedLeaf: interrupts KUnit suite");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(RL_TEST);
