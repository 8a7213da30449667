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

/* @width is a constant wherever these are inlined. */
static __always_inline u64 load(const void __iomem *at, u32 width)
{
	switch (width) {
	case sizeof(u8):
		return readb(at);
	case sizeof(u16):
		return readw(at);
	case sizeof(u32):
		return readl(at);
	default:
		return readq(at);
	}
}

static __always_inline void store(void __iomem *at, u32 width, u64 val)
{
	switch (width) {
	case sizeof(u8):
		writeb(val, at);
		break;
	case sizeof(u16):
		writew(val, at);
		break;
	case sizeof(u32):
		writel(val, at);
		break;
	default:
		writeq(val, at);
	}
}

static __always_inline u64 bar_read(u32 bar, u32 off, u32 width)
{
	struct rl_frame *f = rl_entry_begin();
	struct rl_domain *d = rl_gate_domain(f->gate);
	void __iomem *at = rl_bar_at(d, bar, off, width);
	const u64 ones = ~0ull >> (64 - 8 * width);
	u64 val = ones;

	if (likely(at))
		val = load(at, width);
	else
		rl_pci_refused(d);
	if (unlikely(val == ones))
		rl_pci_all_ones(d);
	rl_entry_end();
	return val;
}

static __always_inline void bar_write(u32 bar, u32 off, u32 width, u64 val)
{
	struct rl_frame *f = rl_entry_begin();
	struct rl_domain *d = rl_gate_domain(f->gate);
	void __iomem *at = rl_bar_at(d, bar, off, width);

	if (likely(at))
		store(at, width, val);
	else
		rl_pci_refused(d);
	rl_entry_end();
}

u8 rl_read8(u32 bar, u32 off)
{
	return bar_read(bar, off, sizeof(u8));
}
EXPORT_SYMBOL_GPL(rl_read8);

u16 rl_read16(u32 bar, u32 off)
{
	return bar_read(bar, off, sizeof(u16));
}
EXPORT_SYMBOL_GPL(rl_read16);

u32 rl_read32(u32 bar, u32 off)
{
	return bar_read(bar, off, sizeof(u32));
}
EXPORT_SYMBOL_GPL(rl_read32);

u64 rl_read64(u32 bar, u32 off)
{
	return bar_read(bar, off, sizeof(u64));
}
EXPORT_SYMBOL_GPL(rl_read64);

void rl_write8(u32 bar, u32 off, u8 val)
{
	bar_write(bar, off, sizeof(val), val);
}
EXPORT_SYMBOL_GPL(rl_write8);

void rl_write16(u32 bar, u32 off, u16 val)
{
	bar_write(bar, off, sizeof(val), val);
}
EXPORT_SYMBOL_GPL(rl_write16);

void rl_write32(u32 bar, u32 off, u32 val)
{
	bar_write(bar, off, sizeof(val), val);
}
EXPORT_SYMBOL_GPL(rl_write32);

void rl_write64(u32 bar, u32 off, u64 val)
{
	bar_write(bar, off, sizeof(val), val);
}
EXPORT_SYMBOL_GPL(rl_write64);

u32 rl_pci_config(u32 off)
{
	struct rl_frame *f = rl_entry_begin();
	u32 val = rl_pci_config_read(rl_gate_domain(f->gate), off);

	rl_entry_end();
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
	rl_entry_end();
	return ret;
}
EXPORT_SYMBOL_GPL(rl_pci_info);

s32 rl_bar_map(u32 bar)
{
	struct rl_frame *f = rl_entry_begin();
	s32 ret = rl_may_sleep(f) ? rl_pci_map_bar(rl_gate_domain(f->gate), bar) : -EAGAIN;

	rl_entry_end();
	return ret;
}
EXPORT_SYMBOL_GPL(rl_bar_map);

s32 rl_pci_set_master(bool on)
{
	struct rl_frame *f = rl_entry_begin();
	s32 ret = rl_may_sleep(f) ? rl_pci_master(rl_gate_domain(f->gate), on) : -EAGAIN;

	rl_entry_end();
	return ret;
}
EXPORT_SYMBOL_GPL(rl_pci_set_master);

bool rl_pci_gone(void)
{
	struct rl_frame *f = rl_entry_begin();
	const struct rl_pci *p = rl_gate_domain(f->gate)->pci;
	bool gone = !p || READ_ONCE(p->gone);

	rl_entry_end();
	return gone;
}
EXPORT_SYMBOL_GPL(rl_pci_gone);

s32 rl_irq_setup(u32 want)
{
	struct rl_frame *f = rl_entry_begin();
	s32 ret = rl_may_sleep(f) ? rl_irq_grant(rl_gate_domain(f->gate), want) : -EAGAIN;

	rl_entry_end();
	return ret;
}
EXPORT_SYMBOL_GPL(rl_irq_setup);

s32 rl_irq_bind(u32 vec, void (*fn)(void *self, u64 arg), u64 arg)
{
	struct rl_frame *f = rl_entry_begin();
	s32 ret = rl_may_sleep(f) ? rl_irq_attach(rl_gate_domain(f->gate), vec, fn, arg) : -EAGAIN;

	rl_entry_end();
	return ret;
}
EXPORT_SYMBOL_GPL(rl_irq_bind);

static __always_inline void *dma_alloc(size_t size, u64 *dma, bool zero)
{
	struct rl_frame *f = rl_entry_begin();
	u64 addr = 0;
	void *p = rl_may_sleep(f) ? rl_dma_get(rl_gate_domain(f->gate), size, &addr, zero) : NULL;

	if (p && rl_entry_out(f, dma, &addr, sizeof(addr)))
		rl_gate_violation(f->gate, "bus address into other memory");
	rl_entry_end();
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
	rl_entry_end();
}
EXPORT_SYMBOL_GPL(rl_dma_free);

u64 rl_xdma(const void __rref *obj)
{
	struct rl_frame *f = rl_entry_begin();
	struct rl_pci *p = rl_gate_domain(f->gate)->pci;
	u64 addr = likely(p) ? rl_xdma_map(&p->xdma, obj, f->gate->id) : RL_DMA_NONE;

	rl_entry_end();
	return addr;
}
EXPORT_SYMBOL_GPL(rl_xdma);
