// SPDX-License-Identifier: GPL-2.0-only
/*
 * DMA memory of a domain: pages of its private window, mapped for its device in
 * both directions.
 *
 * On this architecture a streaming mapping of ordinary memory is coherent as
 * long as it does not bounce; devices that would bounce are refused when they
 * are claimed (pci.c). A mapping ends in release(), which runs after every
 * quiet(): by then the device is reset and bus mastering is off. The pages
 * themselves go with the window.
 */
#include <linux/dma-mapping.h>
#include <linux/slab.h>
#include "caps.h"
#include "domain.h"
#include "heap.h"

struct rl_dma {
	struct rl_res res;
	void *p;		/* NULL while it is being freed; under ledger_lock */
	size_t size;		/* written at creation, like all below */
	dma_addr_t addr;
	struct device *dev;
};

static void dma_release(struct rl_res *r)
{
	struct rl_dma *m = container_of(r, struct rl_dma, res);

	dma_unmap_single(m->dev, m->addr, m->size, DMA_BIDIRECTIONAL);
	kfree(m);
}

static const struct rl_res_ops dma_ops = {
	.kind = "dma",
	.release = dma_release,
};

/* Pages of the window, or NULL. */
static void *window_pages(struct rl_domain *d, size_t size, bool zero)
{
	void *p = rl_arena_alloc(d->heap, size);

	return p && zero ? rl_arena_zero(p, size) : p;
}

static bool map(struct rl_dma *m)
{
	m->addr = dma_map_single(m->dev, m->p, m->size, DMA_BIDIRECTIONAL);
	return !dma_mapping_error(m->dev, m->addr);
}

static size_t mapped(struct rl_domain *d)
{
	unsigned long flags;
	struct rl_res *r;
	size_t n = 0;

	spin_lock_irqsave(&d->ledger_lock, flags);
	list_for_each_entry(r, &d->ledger, node)
		if (r->ops == &dma_ops)
			n += container_of(r, struct rl_dma, res)->size;
	spin_unlock_irqrestore(&d->ledger_lock, flags);
	return n;
}

/**
 * rl_dma_get() - DMA memory in @d's window
 * @d: domain
 * @size: bytes; rounded up to whole pages
 * @dma: gets the bus address
 * @zero: else it holds what the domain's generations so far left in it
 *
 * Context: process, may sleep. Return: the memory, or NULL: no device, window
 * full, or no bus address left.
 */
void *rl_dma_get(struct rl_domain *d, size_t size, u64 *dma, bool zero)
{
	struct device *dev = rl_domain_dma_device(d);
	struct rl_dma *m;

	if (!dev || !size || size > d->window_size)
		return NULL;
	m = kzalloc(sizeof(*m), GFP_KERNEL);
	if (!m)
		return NULL;
	m->dev = dev;
	m->size = PAGE_ALIGN(size);
	m->p = window_pages(d, m->size, zero);
	if (!m->p)
		goto no_pages;
	if (!map(m))
		goto no_address;
	*dma = m->addr;
	rl_ledger_add(d, &m->res, &dma_ops);
	/* counted with this one in, so that two racing callers cannot both fit */
	if (mapped(d) <= rl_domain_limit(d, dma, U32_MAX))
		return m->p;
	rl_ledger_del(&m->res);
	dma_unmap_single(m->dev, m->addr, m->size, DMA_BIDIRECTIONAL);

no_address:
	rl_arena_free(d->heap, m->p);
no_pages:
	kfree(m);
	return NULL;
}
EXPORT_SYMBOL_NS_GPL(rl_dma_get, RL_TEST);

/* Of two threads that free the same memory one finds it. */
static struct rl_dma *claim_for_free(struct rl_domain *d, void *p)
{
	struct rl_dma *m, *found = NULL;
	unsigned long flags;
	struct rl_res *r;

	spin_lock_irqsave(&d->ledger_lock, flags);
	list_for_each_entry(r, &d->ledger, node) {
		m = container_of(r, struct rl_dma, res);
		if (r->ops != &dma_ops || m->p != p)
			continue;
		m->p = NULL;
		found = m;
		break;
	}
	spin_unlock_irqrestore(&d->ledger_lock, flags);
	return found;
}

/**
 * rl_dma_put() - give DMA memory back
 * @d: domain; dies when rl_dma_get() did not return @p
 * @p: the memory, or NULL
 *
 * That the device no longer uses it is the domain's business: at worst it
 * writes into this domain's own window.
 *
 * Context: any but NMI.
 */
void rl_dma_put(struct rl_domain *d, void *p)
{
	struct rl_dma *m;

	if (!p)
		return;
	m = claim_for_free(d, p);
	if (!m) {
		rl_domain_kill_why(d, RL_R_VIOLATION, "rl_dma_free() of other memory");
		return;
	}
	rl_ledger_del(&m->res);
	dma_release(&m->res);
	rl_arena_free(d->heap, p);
}
EXPORT_SYMBOL_NS_GPL(rl_dma_put, RL_TEST);
