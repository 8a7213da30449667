/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The PCI device of a domain, as the core sees it.
 *
 * A device is claimed once, when the domain is loaded, and stays set up until
 * the domain is unloaded or the device is gone: vectors, mappings and regions
 * outlive generations. What a generation gets is the grant: a ledger entry that
 * says which mappings and vectors it may use. Taking the grant back therefore
 * costs a few register accesses, not allocations.
 */
#ifndef RL_PCI_INTERNAL_H
#define RL_PCI_INTERNAL_H

#include <linux/cache.h>
#include <linux/pci.h>
#include <redleaf/pci.h>
#include "domain.h"
#include "xdma.h"

#define RL_PCI_BARS	6

/**
 * struct rl_bar - a memory BAR
 * @io:		mapping; made at claim or by the first rl_bar_map(), under
 *		rl_pci.lock, and kept until the device is given up
 * @len:	bytes this generation may access, a multiple of 8; 0: none. Written
 *		under rl_pci.lock, and to 0 by anyone who finds the device gone
 * @hole:	start of what lies in the BAR but is the core's: the MSI-X table
 * @hole_len:	its size; both written at claim
 */
struct rl_bar {
	void __iomem *io;
	u32 len;
	u32 hole;
	u32 hole_len;
};

/**
 * struct rl_vec - an MSI-X vector
 * @dom:	written at claim, like @irq, @cpu and @name
 * @fn:		handler in the domain; written while the vector is off
 * @arg:	for @fn
 * @count:	interrupts that came; written by the handler
 * @pending:	of those, not delivered because the domain was down; written by
 *		the handler, and by rl_irq_attach() while the vector is off
 * @off:	bit 0: masked by us. The handler may set it; cleared by
 *		rl_irq_attach() alone
 * @irq:	Linux interrupt number
 * @cpu:	where it is delivered, as far as known
 * @name:	in /proc/interrupts
 */
struct rl_vec {
	struct rl_domain *dom;
	const void *fn;
	u64 arg;
	u64 count;
	u64 pending;
	unsigned long off;
	int irq;
	u32 cpu;
	char name[RL_NAME_MAX + 32];
} ____cacheline_aligned_in_smp;

/**
 * struct rl_pci - a claimed device
 * @bar:	hot: read by every register access
 * @gone:	the device does not answer any more; set by anyone, never cleared
 * @broken:	it could not be reset: no further grant. Written by the reaper
 * @leaving:	the driver core is taking the device away and holds its lock
 *		until the domain is DEAD; written by remove()
 * @bound:	the driver core has given it to us; under the device lock
 * @granted:	vectors of this generation; under @lock
 * @lock:	mutex of what generations change; taken on domain threads in
 *		core code and by the reaper
 * @res:	the grant, in the ledger of the generation
 * @reset:	how the device is reset; NULL: by function reset alone
 * @reset_bar:	BAR with the registers of @reset
 * @reset_off:	where in it; found at claim, and never by a domain's word
 * @reset_ns:	when the last reset had ended; written by who resets
 * @dom:	whose it is, like all below written at claim
 * @pdev:	referenced until rl_pci_release()
 * @node:	in the list of claims, under claims_lock (pci.c)
 * @nr_vecs:	vectors there are
 * @vec:	freed by rl_pci_release()
 * @xdma:	exchange objects it was given; set up at claim, used by domain threads,
 *		emptied when the grant is released
 */
struct rl_pci {
	struct rl_bar bar[RL_PCI_BARS];
	bool gone;
	bool broken;
	bool leaving;
	bool bound;
	u32 granted;
	struct mutex lock;	/* bar[].len, granted */
	struct rl_res res;
	const struct rl_reset *reset;
	u32 reset_bar;
	u32 reset_off;
	u64 reset_ns;
	struct rl_domain *dom;
	struct pci_dev *pdev;
	struct list_head node;
	u32 nr_vecs;
	struct rl_vec *vec;
	struct rl_xdma xdma;
};

/* pci.c */
int rl_pci_init(void);
void rl_pci_exit(void);
int rl_pci_claim(struct rl_domain *d, const char *bdf);
void rl_pci_release(struct rl_domain *d);
int rl_pci_grant(struct rl_domain *d);
void rl_pci_stop(struct rl_domain *d);
void rl_pci_set_gone(struct rl_pci *p);
void rl_pci_dma_refused(u32 segment, u16 id, u64 addr, bool read, u32 reason);

/* iommu.c */
int rl_iommu_init(void);
void rl_iommu_exit(void);

/* pci_device.c: what claim, grant and the entries do to the hardware */
int rl_pci_setup(struct rl_pci *p);
void rl_pci_teardown(struct rl_pci *p);
bool rl_pci_translated(struct pci_dev *pdev);
s32 rl_pci_describe(struct rl_domain *d, struct rl_pci_info *info);
s32 rl_pci_map_bar(struct rl_domain *d, u32 bar);
s32 rl_pci_master(struct rl_domain *d, bool on);
u32 rl_pci_config_read(struct rl_domain *d, u32 off);
void rl_pci_refused(struct rl_domain *d);
void rl_pci_all_ones(struct rl_domain *d);

/* pci_reset.c */
void rl_pci_find_reset(struct rl_pci *p);
int rl_pci_reset(struct rl_pci *p);

/* irq.c */
int rl_irq_alloc(struct rl_pci *p);
void rl_irq_free(struct rl_pci *p);
irqreturn_t rl_irq_handler(int irq, void *vec);
void rl_irq_mask_all(struct rl_pci *p);
s32 rl_irq_grant(struct rl_domain *d, u32 want);
s32 rl_irq_attach(struct rl_domain *d, u32 vec, const void *fn, u64 arg);
ssize_t rl_irq_show(const struct rl_domain *d, char *buf);

/*
 * Where register @off of BAR @bar is; NULL if this generation may not access
 * it. Sizes of BARs are powers of two, so an aligned offset below the length is
 * all inside.
 */
static __always_inline void __iomem *rl_bar_at(const struct rl_domain *d, u32 bar, u32 off,
					       u32 width)
{
	const struct rl_pci *p = d->pci;
	const struct rl_bar *b;

	if (unlikely(!p || bar >= RL_PCI_BARS))
		return NULL;
	b = &p->bar[bar];
	if (unlikely(off >= READ_ONCE(b->len) || off & (width - 1) ||
		     off - b->hole < b->hole_len))
		return NULL;
	return b->io + off;
}

#endif
