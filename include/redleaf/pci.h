/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The PCI device capability: one function, claimed by the core through
 * driver_override before the domain exists. All of it is revoked at death, in
 * this order: vectors masked, bus mastering off, function reset by its class's
 * method (NVMe: CC.EN=0, wait CSTS.RDY=0; 82599: CTRL.RST; virtio: device_status=0, wait
 * until it reads 0) or FLR, and only then DMA memory.
 */
#ifndef REDLEAF_PCI_H
#define REDLEAF_PCI_H

#include <redleaf/types.h>

struct rl_pci_info {
	u16 vendor, device, subvendor, subdevice;
	u32 class;		/* 24 bits */
	u8 revision;
	u8 translated;		/* 1: bus addresses go through an IOMMU */
	u8 pad[2];
	u32 domain;		/* PCI segment */
	u8 bus, devfn;
	u16 numa_node;
	u64 bar_size[6];	/* 0: absent or I/O space */
	u32 nr_cpus;		/* CPUs that may submit */
	u32 max_vectors;	/* MSI-X table size */
	u64 reset_ns;		/* when the core had reset it for this generation: rl_now_ns() */
};

static_assert(sizeof(struct rl_pci_info) == 88);

/* Fill *@out (private memory). 0, -ENODEV. Any context. */
s32 rl_pci_info(struct rl_pci_info *out);

/* Map memory BAR @bar for this generation. 0 or -Exxx. May sleep. */
s32 rl_bar_map(u32 bar);

/*
 * Accessors: naturally aligned, inside the mapped BAR; a violation ends the
 * generation. After surprise removal reads answer all ones and writes go
 * nowhere. Any context.
 */
u8 rl_read8(u32 bar, u32 off);
u16 rl_read16(u32 bar, u32 off);
u32 rl_read32(u32 bar, u32 off);
u64 rl_read64(u32 bar, u32 off);
void rl_write8(u32 bar, u32 off, u8 val);
void rl_write16(u32 bar, u32 off, u16 val);
void rl_write32(u32 bar, u32 off, u32 val);
void rl_write64(u32 bar, u32 off, u64 val);

/*
 * rl_pci_config() - the dword at @off of the function's configuration space, for
 * capabilities that say where registers are. Aligned, and inside (256 bytes, or 4096 of
 * PCI Express); a violation ends the generation. All ones after surprise removal. What
 * is there to be written is the core's. Any context but NMI.
 */
u32 rl_pci_config(u32 off);

/* Bus mastering; off at the start of every generation. 0, -ENODEV. May sleep. */
s32 rl_pci_set_master(bool on);

/* True once the device is gone (surprise removal). Any context. */
bool rl_pci_gone(void);

/*
 * MSI-X. rl_irq_setup() grants min(@want, table, CPUs+1, limit) vectors (>= 1)
 * or -Exxx; vector v >= 1 is affine to CPU v-1. @fn runs in hardirq context. An
 * interrupt that comes in while the domain restarts is counted as pending and
 * delivered once after rl_irq_bind(). May sleep.
 */
s32 rl_irq_setup(u32 want);
s32 rl_irq_bind(u32 vec, void (*fn)(void *self, u64 arg), u64 arg);

/*
 * DMA memory inside the private window: coherent, page aligned, zeroed;
 * *@dma (private memory) gets the bus address. NULL when full. May sleep. _noinit
 * does not zero: for large memory that is written before it is read, since the
 * time counts at every restart.
 */
void *rl_dma_alloc(size_t size, u64 *dma);
void *rl_dma_alloc_noinit(size_t size, u64 *dma);
void rl_dma_free(void *p);

/*
 * rl_xdma() - the bus address of an exchange object this domain owns, of a type that
 * says @dma: the object itself is what the device reads and writes. Valid as long as
 * the generation, for every object that lies there; the device keeps access to the page
 * until then. RL_DMA_NONE: not such an object, or no bus address left. Any context but
 * NMI.
 */
#define RL_DMA_NONE (~0ull)
u64 rl_xdma(const void __rref *obj);

#endif
