// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where domains enter the core for their PCI device. Register accesses are the
 * hot ones: a check of the offset against this generation's mapping, then the
 * access itself. An all-ones answer is looked into, since that is what a device
 * that is gone answers.
 */
#include <linux/io.h>
#include <linux/module.h>
#include <redleaf/pci.h>
#include "caps.h"
#include "entry.h"
#include "pci.h"

#define DEFINE_READ(name, type, readx)					\
type name(u32 bar, u32 off)						\
{									\
	struct rl_frame *f = rl_entry_begin();				\
	struct rl_domain *d = rl_gate_domain(f->gate);			\
	void __iomem *at = rl_bar_at(d, bar, off, sizeof(type));	\
	type val = ~(type)0;						\
									\
	if (likely(at))							\
		val = readx(at);					\
	else								\
		rl_pci_refused(d);					\
	if (unlikely(val == (type)~(type)0))				\
		rl_pci_all_ones(d);					\
	rl_entry_end(f);						\
	return val;							\
}

#define DEFINE_WRITE(name, type, writex)				\
void name(u32 bar, u32 off, type val)					\
{									\
	struct rl_frame *f = rl_entry_begin();				\
	struct rl_domain *d = rl_gate_domain(f->gate);			\
	void __iomem *at = rl_bar_at(d, bar, off, sizeof(type));	\
									\
	if (likely(at))							\
		writex(val, at);					\
	else								\
		rl_pci_refused(d);					\
	rl_entry_end(f);						\
}

DEFINE_READ(rl_read8, u8, readb)
EXPORT_SYMBOL_GPL(rl_read8);
DEFINE_READ(rl_read16, u16, readw)
EXPORT_SYMBOL_GPL(rl_read16);
DEFINE_READ(rl_read32, u32, readl)
EXPORT_SYMBOL_GPL(rl_read32);
DEFINE_READ(rl_read64, u64, readq)
EXPORT_SYMBOL_GPL(rl_read64);

DEFINE_WRITE(rl_write8, u8, writeb)
EXPORT_SYMBOL_GPL(rl_write8);
DEFINE_WRITE(rl_write16, u16, writew)
EXPORT_SYMBOL_GPL(rl_write16);
DEFINE_WRITE(rl_write32, u32, writel)
EXPORT_SYMBOL_GPL(rl_write32);
DEFINE_WRITE(rl_write64, u64, writeq)
EXPORT_SYMBOL_GPL(rl_write64);

u32 rl_pci_config(u32 off)
{
	struct rl_frame *f = rl_entry_begin();
	u32 val = rl_pci_config_read(rl_gate_domain(f->gate), off);

	rl_entry_end(f);
	return val;
}
EXPORT_SYMBOL_GPL(rl_pci_config);

s32 rl_pci_info(struct rl_pci_info *out)
{
	struct rl_frame *f = rl_entry_begin();
	struct rl_pci_info info;
	s32 ret = rl_pci_describe(rl_gate_domain(f->gate), &info);

	if (!ret && rl_entry_out(f, out, &info, sizeof(info)))
		rl_gate_violation(f->gate, "device info into other memory");
	rl_entry_end(f);
	return ret;
}
EXPORT_SYMBOL_GPL(rl_pci_info);

s32 rl_bar_map(u32 bar)
{
	struct rl_frame *f = rl_entry_begin();
	s32 ret = rl_pci_map_bar(rl_gate_domain(f->gate), bar);

	rl_entry_end(f);
	return ret;
}
EXPORT_SYMBOL_GPL(rl_bar_map);

s32 rl_pci_set_master(bool on)
{
	struct rl_frame *f = rl_entry_begin();
	s32 ret = rl_pci_master(rl_gate_domain(f->gate), on);

	rl_entry_end(f);
	return ret;
}
EXPORT_SYMBOL_GPL(rl_pci_set_master);

bool rl_pci_gone(void)
{
	struct rl_frame *f = rl_entry_begin();
	const struct rl_pci *p = rl_gate_domain(f->gate)->pci;
	bool gone = !p || READ_ONCE(p->gone);

	rl_entry_end(f);
	return gone;
}
EXPORT_SYMBOL_GPL(rl_pci_gone);

s32 rl_irq_setup(u32 want)
{
	struct rl_frame *f = rl_entry_begin();
	s32 ret = rl_irq_grant(rl_gate_domain(f->gate), want);

	rl_entry_end(f);
	return ret;
}
EXPORT_SYMBOL_GPL(rl_irq_setup);

s32 rl_irq_bind(u32 vec, void (*fn)(void *self, u64 arg), u64 arg)
{
	struct rl_frame *f = rl_entry_begin();
	s32 ret = rl_irq_attach(rl_gate_domain(f->gate), vec, fn, arg);

	rl_entry_end(f);
	return ret;
}
EXPORT_SYMBOL_GPL(rl_irq_bind);

static __always_inline void *dma_alloc(size_t size, u64 *dma, bool zero)
{
	struct rl_frame *f = rl_entry_begin();
	u64 addr = 0;
	void *p = rl_dma_get(rl_gate_domain(f->gate), size, &addr, zero);

	if (p && rl_entry_out(f, dma, &addr, sizeof(addr)))
		rl_gate_violation(f->gate, "bus address into other memory");
	rl_entry_end(f);
	return p;
}

void *rl_dma_alloc(size_t size, u64 *dma)
{
	return dma_alloc(size, dma, true);
}
EXPORT_SYMBOL_GPL(rl_dma_alloc);

void *rl_dma_alloc_noinit(size_t size, u64 *dma)
{
	return dma_alloc(size, dma, false);
}
EXPORT_SYMBOL_GPL(rl_dma_alloc_noinit);

void rl_dma_free(void *p)
{
	struct rl_frame *f = rl_entry_begin();

	rl_dma_put(rl_gate_domain(f->gate), p);
	rl_entry_end(f);
}
EXPORT_SYMBOL_GPL(rl_dma_free);

u64 rl_xdma(const void __rref *obj)
{
	struct rl_frame *f = rl_entry_begin();
	struct rl_pci *p = rl_gate_domain(f->gate)->pci;
	u64 addr = likely(p) ? rl_xdma_map(&p->xdma, obj, f->gate->id) : RL_DMA_NONE;

	rl_entry_end(f);
	return addr;
}
EXPORT_SYMBOL_GPL(rl_xdma);
