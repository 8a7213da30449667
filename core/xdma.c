// SPDX-License-Identifier: GPL-2.0-only
/*
 * Exchange objects for a device: from an object to its bus address.
 *
 * An object whose type says @dma lies within one page, and the page is what gets
 * mapped: once for each device and generation, by whoever asks first, for both
 * directions. Objects come and go in that page at the price of a look into a table.
 * As for memory of the private window (dma.c), such a mapping is coherent on this
 * architecture, since devices that would bounce are refused.
 *
 * The mappings end when the generation's grant is released, which is after the
 * device was reset and cannot master the bus, and before the objects of the dead
 * domain are freed. Until then a device behind an IOMMU reaches the whole page of
 * every object it was ever given in this generation, whoever owns it by now; without
 * an IOMMU it reaches all memory anyway.
 *
 * A table's entry is the page's bus address with bit 0 set, or 0. Entries are set by
 * cmpxchg and read without a lock; two threads that map the same page both do it,
 * and the second one takes its mapping back. rl_xdma_unmap() runs when no thread is
 * left inside. Nothing here can fault.
 */
#include <linux/dma-mapping.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <redleaf/pci.h>
#include "rref.h"
#include "xdma.h"

#define LEAF_PAGES	(PAGE_SIZE / sizeof(u64))
#define MAPPED		1ull

/**
 * rl_xdma_init() - prepare for a device; nothing is mapped
 * @x: zeroed
 * @dev: device
 *
 * Context: process, sleeps. Return: 0 or -ENOMEM.
 */
int rl_xdma_init(struct rl_xdma *x, struct device *dev)
{
	x->dev = dev;
	x->nr = DIV_ROUND_UP(rl_xheap.size >> PAGE_SHIFT, LEAF_PAGES);
	x->leaf = kcalloc(x->nr, sizeof(*x->leaf), GFP_KERNEL);
	return x->leaf ? 0 : -ENOMEM;
}
EXPORT_SYMBOL_NS_GPL(rl_xdma_init, RL_TEST);

/**
 * rl_xdma_exit() - the opposite
 * @x: nothing is mapped; zeroed is fine
 *
 * Context: process, sleeps.
 */
void rl_xdma_exit(struct rl_xdma *x)
{
	u32 i;

	for (i = 0; x->leaf && i < x->nr; i++)
		free_page((unsigned long)x->leaf[i]);
	kfree(x->leaf);
	memset(x, 0, sizeof(*x));
}
EXPORT_SYMBOL_NS_GPL(rl_xdma_exit, RL_TEST);

/* The entry of a page of the heap; NULL: no memory for its table. */
static u64 *entry_of(struct rl_xdma *x, size_t page)
{
	u64 **leaf = &x->leaf[page / LEAF_PAGES];
	u64 *table = READ_ONCE(*leaf);

	if (unlikely(!table)) {
		table = (u64 *)get_zeroed_page(GFP_ATOMIC | __GFP_NOWARN);
		if (!table)
			return NULL;
		if (cmpxchg(leaf, NULL, table)) {
			free_page((unsigned long)table);
			table = READ_ONCE(*leaf);
		}
	}
	return &table[page % LEAF_PAGES];
}

static noinline u64 map_page(struct rl_xdma *x, u64 *entry, size_t page)
{
	struct page *pg = vmalloc_to_page((void *)(rl_xheap.base + (page << PAGE_SHIFT)));
	dma_addr_t addr = dma_map_page(x->dev, pg, 0, PAGE_SIZE, DMA_BIDIRECTIONAL);

	if (dma_mapping_error(x->dev, addr))
		return 0;
	if (cmpxchg(entry, 0, addr | MAPPED))
		dma_unmap_page(x->dev, addr, PAGE_SIZE, DMA_BIDIRECTIONAL);
	return READ_ONCE(*entry);
}

/**
 * rl_xdma_map() - where the device finds an object
 * @x: device
 * @obj: anything at all
 * @owner: who asks
 *
 * Context: any but NMI.
 * Return: the bus address, valid until the generation ends; RL_DMA_NONE: not a whole
 * tree of @owner's that nobody borrows, not of a type that says @dma, or out of memory
 * or bus addresses.
 */
u64 rl_xdma_map(struct rl_xdma *x, const void __rref *obj, u32 owner)
{
	const struct rl_xmeta *m = rl_xmeta_at(obj);
	size_t off = (unsigned long __force)obj - rl_xheap.base;
	u64 word = m ? READ_ONCE(m->word) : 0;
	u64 *entry, value;

	if (unlikely((word & 0xffff) != owner || !rl_xtype_of(word)->dma || !x->leaf))
		return RL_DMA_NONE;
	entry = entry_of(x, off >> PAGE_SHIFT);
	if (unlikely(!entry))
		return RL_DMA_NONE;
	value = READ_ONCE(*entry);
	if (unlikely(!value))
		value = map_page(x, entry, off >> PAGE_SHIFT);
	return likely(value) ? (value & ~MAPPED) + offset_in_page(off) : RL_DMA_NONE;
}
EXPORT_SYMBOL_NS_GPL(rl_xdma_map, RL_TEST);

/**
 * rl_xdma_unmap() - the device can no longer use any of it
 * @x: device, quiet; no thread is in rl_xdma_map()
 *
 * Context: the reaper. Return: pages unmapped.
 */
u32 rl_xdma_unmap(struct rl_xdma *x)
{
	u32 i, k, pages = 0;

	for (i = 0; i < x->nr; i++) {
		for (k = 0; x->leaf[i] && k < LEAF_PAGES; k++) {
			if (!x->leaf[i][k])
				continue;
			dma_unmap_page(x->dev, x->leaf[i][k] & ~MAPPED, PAGE_SIZE,
				       DMA_BIDIRECTIONAL);
			x->leaf[i][k] = 0;
			pages++;
		}
	}
	return pages;
}
EXPORT_SYMBOL_NS_GPL(rl_xdma_unmap, RL_TEST);
