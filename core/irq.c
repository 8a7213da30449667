// SPDX-License-Identifier: GPL-2.0-only
/*
 * MSI-X vectors of a domain's device.
 *
 * They are allocated and requested once per claim and start out masked. A
 * generation unmasks a vector by binding a handler to it; death masks them all.
 * So a micro-reboot neither allocates nor frees an interrupt.
 *
 * An interrupt that finds the gate closed is counted as pending and masks its
 * vector, hence a device that keeps interrupting for a dead domain does so once
 * per vector. One that comes while its vector is masked is remembered by the
 * kernel's interrupt core, which replays it at the unmask.
 *
 * @fn, @arg and @pending of a vector need no lock: the handler reads them only
 * while the vector is on, they are written only while it is off, and turning it
 * off waits for the handler.
 */
#include <linux/cpu.h>
#include <linux/interrupt.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/sysfs.h>
#include "caps.h"
#include "pci.h"

DEFINE_PER_CPU(struct rl_domain *, rl_irq_domain);
EXPORT_PER_CPU_SYMBOL_GPL(rl_irq_domain);

/* Hardirq context, or interrupts off. False: the domain is down. */
static bool deliver(struct rl_vec *v)
{
	struct rl_domain *d = v->dom;
	s32 rpc;

	this_cpu_write(rl_irq_domain, d);
	rpc = rl_domain_call(d, v->fn, v->arg, 0).rpc;
	this_cpu_write(rl_irq_domain, NULL);
	if (d->iface && d->iface->ops->irq_end)
		d->iface->ops->irq_end(d, d->iface_priv);
	return !rpc;
}

/* Of every vector. Hot: one call, straight into the domain. */
irqreturn_t rl_irq_handler(int irq, void *vec)
{
	struct rl_vec *v = vec;

	v->count++;
	if (likely(deliver(v)))
		return IRQ_HANDLED;
	v->pending++;
	if (!test_and_set_bit(0, &v->off))
		disable_irq_nosync(irq);
	return IRQ_HANDLED;
}
EXPORT_SYMBOL_NS_GPL(rl_irq_handler, RL_TEST);

/* One for the admin queue, one per CPU. */
static int alloc_vectors(struct rl_pci *p)
{
	struct irq_affinity aff = { .pre_vectors = 1 };
	int table = pci_msix_vec_count(p->pdev);

	if (table <= 0)
		return -EOPNOTSUPP;
	return pci_alloc_irq_vectors_affinity(p->pdev, 1,
					      min_t(int, table, num_present_cpus() + 1),
					      PCI_IRQ_MSIX | PCI_IRQ_AFFINITY, &aff);
}

static int request_vector(struct rl_pci *p, u32 i)
{
	const struct cpumask *mask = pci_irq_get_affinity(p->pdev, i);
	struct rl_vec *v = &p->vec[i];

	v->dom = p->dom;
	v->irq = pci_irq_vector(p->pdev, i);
	v->off = 1;
	v->cpu = mask ? cpumask_first(mask) : 0;
	snprintf(v->name, sizeof(v->name), "rl:%s:%u", p->dom->name, i);
	return request_irq(v->irq, rl_irq_handler, IRQF_NO_AUTOEN, v->name, v);
}

static void free_vectors(struct rl_pci *p, u32 n)
{
	while (n--)
		free_irq(p->vec[n].irq, &p->vec[n]);
	pci_free_irq_vectors(p->pdev);
}

/**
 * rl_irq_alloc() - allocate and request the device's vectors, masked
 * @p: claim
 *
 * Context: probe(), sleeps. Return: 0, -EOPNOTSUPP (no MSI-X), -Exxx.
 */
int rl_irq_alloc(struct rl_pci *p)
{
	int n = alloc_vectors(p), err = 0;
	u32 i;

	if (n < 0) {
		pr_err("redleaf: %s: device %s has no usable MSI-X vectors (%d)\n", p->dom->name,
		       pci_name(p->pdev), n);
		return n;
	}
	p->vec = kcalloc(n, sizeof(*p->vec), GFP_KERNEL);
	if (!p->vec) {
		pci_free_irq_vectors(p->pdev);
		return -ENOMEM;
	}
	for (i = 0; i < n && !err; i++)
		err = request_vector(p, i);
	if (err) {
		free_vectors(p, i - 1);
		kfree(p->vec);
		p->vec = NULL;
		return err;
	}
	p->nr_vecs = n;
	return 0;
}

/* The counters stay readable until the claim ends. */
void rl_irq_free(struct rl_pci *p)
{
	free_vectors(p, p->nr_vecs);
}

/* Mask every vector and wait for handlers. Context: the reaper, sleeps. */
void rl_irq_mask_all(struct rl_pci *p)
{
	u32 i;

	for (i = 0; i < p->nr_vecs; i++) {
		struct rl_vec *v = &p->vec[i];

		if (test_and_set_bit(0, &v->off))
			synchronize_irq(v->irq);
		else
			disable_irq(v->irq);
	}
}
EXPORT_SYMBOL_NS_GPL(rl_irq_mask_all, RL_TEST);

/**
 * rl_irq_grant() - say how many vectors this generation uses
 * @d: domain
 * @want: at most
 *
 * Context: process, may sleep. Return: vectors granted, -ENODEV, -EINVAL
 * (@want is 0), -EBUSY (granted before).
 */
s32 rl_irq_grant(struct rl_domain *d, u32 want)
{
	struct rl_pci *p = d->pci;
	s32 ret;

	if (!p || READ_ONCE(p->gone))
		return -ENODEV;
	if (!want)
		return -EINVAL;
	mutex_lock(&p->lock);
	if (p->granted) {
		ret = -EBUSY;
	} else {
		p->granted = min(want, rl_domain_limit(d, irqs, p->nr_vecs));
		ret = p->granted;
	}
	mutex_unlock(&p->lock);
	return ret;
}
EXPORT_SYMBOL_NS_GPL(rl_irq_grant, RL_TEST);

static void replay(void *data)
{
	struct rl_vec *v = data;

	/* killed again: the next generation's turn */
	if (!deliver(v))
		v->pending++;
}

/* What came in while the domain was down, once, where it would have come in. */
static void deliver_pending(struct rl_vec *v)
{
	unsigned long flags;

	if (!v->pending)
		return;
	v->pending = 0;
	if (!smp_call_function_single(v->cpu, replay, v, true))
		return;
	/* that CPU is offline */
	local_irq_save(flags);
	replay(v);
	local_irq_restore(flags);
}

static s32 attach(struct rl_pci *p, u32 vec, const void *fn, u64 arg)
{
	struct rl_vec *v = &p->vec[vec];

	if (vec >= p->granted)
		return -EINVAL;
	if (!test_bit(0, &v->off))
		return -EBUSY;
	v->fn = fn;
	v->arg = arg;
	deliver_pending(v);
	clear_bit(0, &v->off);
	enable_irq(v->irq);
	return 0;
}

/**
 * rl_irq_attach() - give a vector its handler and unmask it
 * @d: domain
 * @vec: below what rl_irq_grant() answered
 * @fn: the domain's function, run in hardirq context
 * @arg: for @fn
 *
 * Context: process, may sleep. Return: 0, -ENODEV, -EINVAL, -EBUSY (has one).
 */
s32 rl_irq_attach(struct rl_domain *d, u32 vec, const void *fn, u64 arg)
{
	struct rl_pci *p = d->pci;
	s32 ret;

	if (!p || READ_ONCE(p->gone) || !rl_text_ok(d, fn))
		return -ENODEV;
	mutex_lock(&p->lock);
	ret = attach(p, vec, fn, arg);
	mutex_unlock(&p->lock);
	return ret;
}
EXPORT_SYMBOL_NS_GPL(rl_irq_attach, RL_TEST);

/**
 * rl_irq_show() - counters of a domain's vectors, for sysfs
 * @d: domain
 * @buf: page: a line for each vector, of its number, the interrupts that came, and how
 *	many of them wait for the next generation
 *
 * Context: any in which the domain cannot be unloaded. Return: bytes.
 */
ssize_t rl_irq_show(const struct rl_domain *d, char *buf)
{
	const struct rl_pci *p = d->pci;
	ssize_t n = 0;
	u32 i;

	for (i = 0; p && i < p->nr_vecs; i++)
		n += sysfs_emit_at(buf, n, "%u %llu %llu\n", i, READ_ONCE(p->vec[i].count),
				   READ_ONCE(p->vec[i].pending));
	return n;
}
EXPORT_SYMBOL_NS_GPL(rl_irq_show, RL_TEST);
