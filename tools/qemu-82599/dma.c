// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * DMA. All of it goes through the function's bus master address space, so that an
 * IOMMU and the Bus Master Enable bit are honoured.
 *
 * PCI Express memory writes are posted: the device never learns that an IOMMU threw
 * one away and goes on. A read that fails is a completer abort: PICAUSE tells, PIENA
 * makes it an interrupt (8.2.3.4.14, 8.2.3.4.15), and the caller stops its queue.
 */
#include "model.h"
#include "qemu/log.h"

bool bus_master(struct nic *s)
{
	return pci_get_word(s->pci.config + PCI_COMMAND) & PCI_COMMAND_MASTER;
}

/* Without bus mastering, or after CTRL.GIO_DIS, requests are held back. */
bool dma_allowed(struct nic *s)
{
	return !(REG(s, R_CTRL) & CTRL_GIO_DIS) && bus_master(s) && !s->faults.removed;
}

bool dma_get(struct nic *s, u64 addr, void *buf, size_t len)
{
	if (pci_dma_read(&s->pci, addr, buf, len) == MEMTX_OK)
		return true;
	s->count.dma_errors++;
	note(s, LOG_GUEST_ERROR, "DMA read of %zu bytes at 0x%" PRIx64 " failed", len, addr);
	REG(s, R_PICAUSE) |= PICAUSE_CA;
	if (REG(s, R_PIENA) & PICAUSE_CA)
		irq_raise(s, 0, EICR_PCI_EXC);
	return false;
}

void dma_put(struct nic *s, u64 addr, const void *buf, size_t len)
{
	if (pci_dma_write(&s->pci, addr, buf, len) == MEMTX_OK)
		return;
	s->count.dma_errors++;
	note(s, LOG_GUEST_ERROR, "DMA write of %zu bytes at 0x%" PRIx64 " lost", len, addr);
}

/* Fill the cache with the n descriptors from head on. */
bool dma_fetch(struct nic *s, u64 ring, unsigned int size, unsigned int head,
	       struct desc_cache *cache, unsigned int n)
{
	unsigned int first = MIN(n, size - head), i;

	cache->pos = 0;
	cache->n = 0;
	if (!dma_get(s, ring + head * 16ull, cache->d, first * 16) ||
	    (n > first && !dma_get(s, ring, cache->d + first, (n - first) * 16)))
		return false;
	for (i = 0; i < n; i++) {
		cache->d[i].q0 = le64_to_cpu(cache->d[i].q0);
		cache->d[i].q1 = le64_to_cpu(cache->d[i].q1);
	}
	cache->n = n;
	return true;
}

/*
 * Two stores, the one with DD last: vCPUs run in parallel and must never see DD
 * before the rest.
 */
void dma_put_desc(struct nic *s, u64 addr, u64 q0, u64 q1)
{
	u64 low, high;

	if (!inject_completion(s, &q0, &q1))
		return;
	low = cpu_to_le64(q0);
	high = cpu_to_le64(q1);
	dma_put(s, addr, &low, 8);
	smp_wmb();
	dma_put(s, addr + 8, &high, 8);
}

static void picause_write(struct nic *s, u32 addr, u32 value, u32 old)
{
	REG(s, addr) &= ~value;
}

const struct reg_group dma_regs[] = {
	/* 8.2.3.4.14, .15 */
	{ R_PICAUSE, 1, 4, .write = picause_write },
	{ R_PIENA, 1, 4, 0x1F },
	{ }
};
