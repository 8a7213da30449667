// SPDX-License-Identifier: GPL-2.0-only
/*
 * Physical region pages (NVMe 1.4, 4.3): from the segments of a request to the
 * two data pointers of a command.
 *
 * PRP 1 points anywhere (dword aligned) into the first page; every further
 * entry is a whole page, so segments after the first start, and segments before
 * the last end, on a page boundary. The list never needs a chain: one list holds
 * as many entries as the largest request has pages after its first, and lists
 * are powers of two in size, so none crosses a page.
 *
 * Pure code: no device, no state; drivers/nvme_dom/tests runs it on the host.
 */
#include "nvme.h"

/* Appends pages of [addr, addr+len) to the list; returns its new length, or -EINVAL. */
static s32 nvme_prp_pages(u64 *list, u32 used, u32 list_len, u64 addr, u32 len)
{
	for (;;) {
		if (used == list_len)
			return -EINVAL;
		list[used++] = addr;
		if (len <= NVME_PAGE)
			return used;
		addr += NVME_PAGE;
		len -= NVME_PAGE;
	}
}

/**
 * nvme_prp_build() - data pointers for @bytes of data in @segs
 * @out: the answer
 * @list: room for @list_len entries, at bus address @list_dma
 * @list_dma: bus address of @list
 * @list_len: entries @list has room for
 * @segs: segments, at most BDEV_MAX_SEGS
 * @nr: how many
 * @bytes: what they must add up to
 *
 * Any context. Returns 0, or -EINVAL when the segments do not fit a PRP list or
 * do not add up; @list may then have been written to, @out not.
 */
s32 nvme_prp_build(struct nvme_prp *out, u64 *list, u64 list_dma, u32 list_len,
		   const struct bdev_seg *segs, u32 nr, u32 bytes)
{
	u32 left = bytes;
	u64 first = 0;
	s32 used = 0;
	u32 i;

	if (!nr || nr > BDEV_MAX_SEGS)
		return -EINVAL;
	for (i = 0; i < nr; i++) {
		u64 addr = segs[i].addr;
		u32 len = segs[i].len;
		u32 head = 0;

		if (!len || len > left || addr + len < addr)
			return -EINVAL;
		left -= len;
		if (left && ((addr + len) & NVME_PAGE_MASK))
			return -EINVAL;
		if (!i) {
			if (addr & 3)
				return -EINVAL;
			first = addr;
			head = NVME_PAGE - (addr & NVME_PAGE_MASK);
			if (len <= head)
				continue;
		} else if (addr & NVME_PAGE_MASK) {
			return -EINVAL;
		}
		used = nvme_prp_pages(list, used, list_len, addr + head, len - head);
		if (used < 0)
			return used;
	}
	if (left)
		return -EINVAL;
	out->prp1 = first;
	if (!used)
		out->prp2 = 0;
	else
		out->prp2 = used == 1 ? list[0] : list_dma;
	return 0;
}
