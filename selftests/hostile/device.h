/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The rows of arguments.h that are about a device, of a domain that has one: BAR 0 is
 * mapped, one vector is granted. OFFSET: 0, behind the BAR, not aligned, far away.
 */
#ifndef HOSTILE_DEVICE_H
#define HOSTILE_DEVICE_H

#define HOSTILE_DEVICE_ARGUMENTS(X)						\
	X(rl_pci_info, out, EDGE, "violation", "violation", done(rl_pci_info(P))) \
	X(rl_bar_map, bar, ABSENT, "none", "none", error(rl_bar_map(v)))	\
	X(rl_pci_config, off, OFFSET, "none", "violation", done(rl_pci_config(v))) \
	X(rl_read8, bar, ABSENT, "violation", "violation", done(rl_read8(v, 0))) \
	X(rl_read8, off, OFFSET, "none", "violation", done(rl_read8(0, v)))	\
	X(rl_read16, bar, ABSENT, "violation", "violation", done(rl_read16(v, 0))) \
	X(rl_read16, off, OFFSET, "none", "violation", done(rl_read16(0, v)))	\
	X(rl_read32, bar, ABSENT, "violation", "violation", done(rl_read32(v, 0))) \
	X(rl_read32, off, OFFSET, "none", "violation", done(rl_read32(0, v)))	\
	X(rl_read64, bar, ABSENT, "violation", "violation", done(rl_read64(v, 0))) \
	X(rl_read64, off, OFFSET, "none", "violation", done(rl_read64(0, v)))	\
	X(rl_write8, bar, ABSENT, "violation", "violation", done(rl_write8(v, 0, 0))) \
	X(rl_write8, off, OFFSET, "none", "violation", done(rl_write8(0, v, 0))) \
	X(rl_write8, val, NUMBER, "none", "none", done(rl_write8(0, 0, v)))	\
	X(rl_write16, bar, ABSENT, "violation", "violation", done(rl_write16(v, 0, 0))) \
	X(rl_write16, off, OFFSET, "none", "violation", done(rl_write16(0, v, 0))) \
	X(rl_write16, val, NUMBER, "none", "none", done(rl_write16(0, 0, v)))	\
	X(rl_write32, bar, ABSENT, "violation", "violation", done(rl_write32(v, 0, 0))) \
	X(rl_write32, off, OFFSET, "none", "violation", done(rl_write32(0, v, 0))) \
	X(rl_write32, val, NUMBER, "none", "none", done(rl_write32(0, 0, v)))	\
	X(rl_write64, bar, ABSENT, "violation", "violation", done(rl_write64(v, 0, 0))) \
	X(rl_write64, off, OFFSET, "none", "violation", done(rl_write64(0, v, 0))) \
	X(rl_write64, val, NUMBER, "none", "none", done(rl_write64(0, 0, v)))	\
	X(rl_pci_set_master, on, NUMBER, "none", "none", zero(rl_pci_set_master(v))) \
	X(rl_irq_setup, want, LENGTH, "none", "none", error(rl_irq_setup(v)))	\
	X(rl_irq_bind, vec, ABSENT, "none", "none", error(rl_irq_bind(v, interrupt, 0))) \
	X(rl_irq_bind, fn, WITHIN, "violation", "violation", done(rl_irq_bind(0, P, 0))) \
	X(rl_irq_bind, arg, WITHIN, "die", "die", left(rl_irq_bind(0, interrupt, v))) \
	X(rl_dma_alloc, size, LENGTH, "none", "none", null(rl_dma_alloc(v, &d->dma))) \
	X(rl_dma_alloc, dma, EDGE, "violation", "violation", null(rl_dma_alloc(64, P))) \
	X(rl_dma_alloc_noinit, size, LENGTH, "none", "none",			\
	  null(rl_dma_alloc_noinit(v, &d->dma)))				\
	X(rl_dma_alloc_noinit, dma, EDGE, "violation", "violation",		\
	  null(rl_dma_alloc_noinit(64, P)))					\
	X(rl_xdma, obj, WITHIN, "none", "none", zero(~rl_xdma(R)))		\
	X(rl_dma_free, p, WITHIN, "none", "violation", done(rl_dma_free(P)))

#endif
