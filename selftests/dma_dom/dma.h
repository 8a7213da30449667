/* SPDX-License-Identifier: GPL-2.0-only */
/* What dma_dom is asked for: the kinds of its crash_sleep(). */
#ifndef DMA_DOM_H
#define DMA_DOM_H

enum {
	DMA_OWN,	/* let the device write to its own page */
	DMA_ELSEWHERE,	/* let it write to a bus address */
	DMA_TELL,	/* host.note() where its own page is */
};

#endif
