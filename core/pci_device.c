// SPDX-License-Identifier: GPL-2.0-only
/*
 * Setting a claimed PCI device up and taking it down again, and what a domain
 * may ask of it beside register accesses and interrupts.
 *
 * rl_pci_setup() and rl_pci_teardown() run under the device lock, from probe()
 * and remove(). The rest runs on domain threads, which are gone before
 * rl_pci_teardown(); p->lock keeps two of them apart.
 */
#include <linux/dma-mapping.h>
#include <linux/io.h>
#include <linux/iommu.h>
#include <linux/module.h>
#include <linux/swiotlb.h>
#include "caps.h"
#include "pci.h"

/* Memory of a window is used by device and domain at once: no copies between. */
static bool dma_bounces(struct pci_dev *pdev)
{
	return dma_addressing_limited(&pdev->dev) || is_swiotlb_force_bounce(&pdev->dev) ||
	       pdev->untrusted;
}

static int setup_dma(struct rl_pci *p)
{
	int err = dma_set_mask_and_coherent(&p->pdev->dev, DMA_BIT_MASK(64));

	/* a bounce buffer keeps the offset in the page: PRPs depend on it */
	dma_set_min_align_mask(&p->pdev->dev, PAGE_SIZE - 1);
	dma_set_max_seg_size(&p->pdev->dev, UINT_MAX);

	if (!err && dma_bounces(p->pdev))
		err = -EOPNOTSUPP;
	if (err)
		pr_err("redleaf: %s: device %s cannot reach all of memory (%d)\n",
		       p->dom->name, pci_name(p->pdev), err);
	return err;
}

/*
 * The MSI-X table says where the device writes to when it interrupts. It stays
 * out of the domain's reach (PCI Local Bus 3.0, 6.8.2).
 */
static void find_hole(struct rl_pci *p)
{
	struct pci_dev *pdev = p->pdev;
	int vectors = pci_msix_vec_count(pdev);
	u32 table;

	if (vectors <= 0 || pci_read_config_dword(pdev, pdev->msix_cap + PCI_MSIX_TABLE, &table) ||
	    (table & PCI_MSIX_TABLE_BIR) >= RL_PCI_BARS)
		return;
	p->bar[table & PCI_MSIX_TABLE_BIR].hole = table & PCI_MSIX_TABLE_OFFSET;
	p->bar[table & PCI_MSIX_TABLE_BIR].hole_len = vectors * PCI_MSIX_ENTRY_SIZE;
}

/* A memory BAR of a size that offsets can be checked against. */
static bool bar_usable(struct pci_dev *pdev, u32 bar)
{
	return bar < RL_PCI_BARS && pci_resource_flags(pdev, bar) & IORESOURCE_MEM &&
	       pci_resource_len(pdev, bar) >= sizeof(u64);
}

/* p->lock held, or nobody else there yet. */
static int map(struct rl_pci *p, u32 bar)
{
	struct rl_bar *b = &p->bar[bar];

	if (!bar_usable(p->pdev, bar))
		return -ENXIO;
	if (!b->io)
		b->io = pci_iomap(p->pdev, bar, 0);
	return b->io ? 0 : -ENOMEM;
}

static void unmap_all(struct rl_pci *p)
{
	int i;

	for (i = 0; i < RL_PCI_BARS; i++) {
		if (p->bar[i].io)
			pci_iounmap(p->pdev, p->bar[i].io);
		p->bar[i].io = NULL;
	}
}

static int setup_memory(struct rl_pci *p)
{
	int err = pci_request_mem_regions(p->pdev, "redleaf");

	if (err)
		return err;
	find_hole(p);
	rl_pci_find_reset(p);
	if (p->reset)
		err = map(p, p->reset_bar);
	if (err)
		pci_release_mem_regions(p->pdev);
	return err;
}

/*
 * Every generation finds the device reset, the first one too: firmware may have
 * left it running. A device that cannot be reset could not be made quiet later.
 */
static int initial_reset(struct rl_pci *p)
{
	int err = rl_pci_reset(p);

	if (err)
		pr_err("redleaf: %s: device %s cannot be reset (%d)\n", p->dom->name,
		       pci_name(p->pdev), err);
	return err;
}

/**
 * rl_pci_setup() - memory, DMA and vectors of a device that was just bound
 * @p: its claim
 *
 * Context: probe(), device lock held, sleeps. Return: 0 or -Exxx, with nothing
 * left behind.
 */
int rl_pci_setup(struct rl_pci *p)
{
	int err = pci_enable_device_mem(p->pdev);

	if (err)
		return err;
	pci_clear_master(p->pdev);
	err = setup_memory(p);
	if (err)
		goto disable;
	err = setup_dma(p);
	if (!err)
		err = initial_reset(p);
	if (!err)
		err = rl_xdma_init(&p->xdma, &p->pdev->dev);
	if (!err)
		err = rl_irq_alloc(p);
	if (!err)
		return 0;

	rl_xdma_exit(&p->xdma);
	unmap_all(p);
	pci_release_mem_regions(p->pdev);
disable:
	pci_disable_device(p->pdev);
	return err;
}

/* The opposite. The domain is DEAD, or never ran. */
void rl_pci_teardown(struct rl_pci *p)
{
	pci_clear_master(p->pdev);
	rl_irq_free(p);
	rl_xdma_exit(&p->xdma);
	unmap_all(p);
	pci_release_mem_regions(p->pdev);
	pci_disable_device(p->pdev);
}

/* Is there an IOMMU between the device and memory? Context: any. */
bool rl_pci_translated(struct pci_dev *pdev)
{
	const struct iommu_domain *dom = iommu_get_domain_for_dev(&pdev->dev);

	return dom && dom->type != IOMMU_DOMAIN_IDENTITY;
}

/* Context: any. Return: 0, -ENODEV. */
s32 rl_pci_describe(struct rl_domain *d, struct rl_pci_info *info)
{
	struct rl_pci *p = d->pci;
	u32 i;

	if (!p || READ_ONCE(p->gone))
		return -ENODEV;
	*info = (struct rl_pci_info){
		.vendor = p->pdev->vendor,
		.device = p->pdev->device,
		.subvendor = p->pdev->subsystem_vendor,
		.subdevice = p->pdev->subsystem_device,
		.class = p->pdev->class,
		.revision = p->pdev->revision,
		.translated = rl_pci_translated(p->pdev),
		.domain = pci_domain_nr(p->pdev->bus),
		.bus = p->pdev->bus->number,
		.devfn = p->pdev->devfn,
		.numa_node = max(dev_to_node(&p->pdev->dev), 0),
		.nr_cpus = num_present_cpus(),
		.max_vectors = p->nr_vecs,
		.reset_ns = p->reset_ns,
	};
	for (i = 0; i < RL_PCI_BARS; i++)
		if (bar_usable(p->pdev, i))
			info->bar_size[i] = pci_resource_len(p->pdev, i);
	return 0;
}

/**
 * rl_pci_map_bar() - let this generation access a BAR
 * @d: domain
 * @bar: 0..5
 *
 * Context: process, may sleep. Return: 0, -ENODEV, -ENXIO (not a memory BAR),
 * -ENOMEM.
 */
s32 rl_pci_map_bar(struct rl_domain *d, u32 bar)
{
	struct rl_pci *p = d->pci;
	s32 err;

	if (!p || READ_ONCE(p->gone))
		return -ENODEV;
	mutex_lock(&p->lock);
	err = bar < RL_PCI_BARS ? map(p, bar) : -ENXIO;
	if (!err)
		WRITE_ONCE(p->bar[bar].len,
			   min_t(u64, pci_resource_len(p->pdev, bar), round_down(U32_MAX, 8)));
	mutex_unlock(&p->lock);
	return err;
}

/* Context: process, may sleep. Return: 0, -ENODEV. */
s32 rl_pci_master(struct rl_domain *d, bool on)
{
	struct rl_pci *p = d->pci;

	if (!p || READ_ONCE(p->gone))
		return -ENODEV;
	mutex_lock(&p->lock);
	if (on)
		pci_set_master(p->pdev);
	else
		pci_clear_master(p->pdev);
	mutex_unlock(&p->lock);
	return 0;
}

/**
 * rl_pci_config_read() - a dword of the device's configuration space
 * @d: domain; dies when there is none
 * @off: offset
 *
 * Context: any but NMI. Return: what is there; all ones when the device is gone.
 */
u32 rl_pci_config_read(struct rl_domain *d, u32 off)
{
	struct rl_pci *p = d->pci;
	u32 val = ~0u;

	if (p && READ_ONCE(p->gone))
		return val;
	if (!p || off & 3 || off >= p->pdev->cfg_size) {
		rl_domain_kill_why(d, RL_R_VIOLATION, "no such register in configuration space");
		return val;
	}
	pci_read_config_dword(p->pdev, off, &val);
	if (val == ~0u)
		rl_pci_all_ones(d);
	return val;
}
EXPORT_SYMBOL_NS_GPL(rl_pci_config_read, RL_TEST);

/* An access rl_bar_at() refused: nothing to answer if the device is gone. */
void rl_pci_refused(struct rl_domain *d)
{
	if (!d->pci || !READ_ONCE(d->pci->gone))
		rl_domain_kill_why(d, RL_R_VIOLATION, "register access outside the mapped BAR");
}

/*
 * A register read as all ones. Ask configuration space whether the device is
 * still there. Any context but NMI.
 */
void rl_pci_all_ones(struct rl_domain *d)
{
	struct rl_pci *p = d->pci;

	if (!p || READ_ONCE(p->gone) || pci_device_is_present(p->pdev))
		return;
	rl_pci_set_gone(p);
	rl_domain_kill_why(d, RL_R_DEVICE, "device does not answer");
}
