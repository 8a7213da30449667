// SPDX-License-Identifier: GPL-2.0-only
/*
 * A domain that harms nobody itself: it asks its device to. An NVMe controller is told
 * to write what it knows of itself, 4096 bytes, to whatever bus address the test names
 * (NVM Express 1.4, 5.15 Identify). Where that is not memory of the domain, only an
 * IOMMU can be in the way. For another one of its kind it says where its memory is.
 */
#define DMA_MAIN
#include <redleaf/domain.h>
#include <redleaf/pci.h>
#include <redleaf/time.h>
#include <redleaf/gen/dma.h>
#include "../nothing.h"
#include "dma.h"

/* 3.1 registers */
#define CAP		0x00
#define CAP_DSTRD(cap)	((cap) >> 32 & 0xf)
#define CC		0x14
#define CC_ON		(1u | 6u << 16 | 4u << 20)	/* EN, entries of 64 and 16 bytes */
#define CSTS		0x1c
#define CSTS_RDY	1u
#define AQA		0x24
#define ASQ		0x28
#define ACQ		0x30
#define DOORBELLS	0x1000

#define ENTRIES		16u
#define POLL_US		100u
#define POLLS		20000u
#define IDENTIFY	0x06u
#define CNS_CONTROLLER	1u

struct command {
	u32 opcode;		/* and identifier */
	u32 nsid;
	u64 unused[2];
	u64 prp1;
	u64 prp2;
	u32 cdw[6];
};

struct completion {
	u32 result[2];
	u32 queue;
	u32 status;		/* and phase, and identifier */
};

/* One caller at a time. */
struct dma {
	rl_cap_t host;		/* for rltest_host */
	struct command *commands;
	struct completion *completions;
	u8 *own;		/* where the device may write, at @own_at */
	u64 commands_at;
	u64 completions_at;
	u64 own_at;
	u32 stride;		/* of doorbells */
	u32 next;		/* command and completion */
	u32 phase;		/* of a new completion */
};

static s32 wait_ready(void)
{
	u32 i;

	for (i = 0; i < POLLS; i++) {
		if (rl_read32(0, CSTS) & CSTS_RDY)
			return 0;
		rl_sleep_us(POLL_US);
	}
	return -ETIMEDOUT;
}

/* 4.6: bit 16 of the last dword is the phase, the status is above. */
static s32 wait_done(struct dma *d)
{
	const struct completion *c = &d->completions[d->next];
	u32 i, status;

	for (i = 0; i < POLLS; i++) {
		status = READ_ONCE(c->status);
		if ((status >> 16 & 1) == d->phase)
			return status >> 17 ? -EIO : 0;
		rl_sleep_us(POLL_US);
	}
	return -ETIMEDOUT;
}

static s32 identify(struct dma *d, u64 to)
{
	s32 err;

	d->commands[d->next] = (struct command){
		.opcode = IDENTIFY, .prp1 = to, .cdw = { CNS_CONTROLLER },
	};
	rl_write32(0, DOORBELLS, (d->next + 1) % ENTRIES);
	err = wait_done(d);
	d->next = (d->next + 1) % ENTRIES;
	d->phase ^= !d->next;
	rl_write32(0, DOORBELLS + d->stride, d->next);
	return err;
}

/* Its own memory then says whose device it is. */
static s32 identify_to_own(struct dma *d)
{
	s32 err = identify(d, d->own_at);

	return err || d->own[0] | d->own[1] ? err : -ENODATA;
}

static s32 do_crash_sleep(void *self, u32 kind, u64 arg)
{
	struct dma *d = self;

	switch (kind) {
	case DMA_OWN:
		return identify_to_own(d);
	case DMA_ELSEWHERE:
		return identify(d, arg);
	case DMA_TELL:
		return rlc_rltest_host_note(d->host, (u64)d->own, 0).err;
	default:
		return -EOPNOTSUPP;
	}
}

static const struct rltest_ops ops = {
	RLTEST_NOTHING,
	.crash = nothing_crash,
	.crash_sleep = do_crash_sleep,
	.lent = nothing_lent,
};

static s32 init(void *self)
{
	struct dma *d = self;
	s32 err = rl_bar_map(0);

	*d = (struct dma){ .phase = 1, .host = rl_iface(DMA_REQ_RLTEST_HOST) };
	d->commands = rl_dma_alloc(ENTRIES * sizeof(*d->commands), &d->commands_at);
	d->completions = rl_dma_alloc(ENTRIES * sizeof(*d->completions), &d->completions_at);
	d->own = rl_dma_alloc(4096, &d->own_at);
	if (err || !d->commands || !d->completions || !d->own)
		return err ?: -ENOMEM;
	d->stride = 4u << CAP_DSTRD(rl_read64(0, CAP));
	rl_write32(0, AQA, (ENTRIES - 1) << 16 | (ENTRIES - 1));
	rl_write64(0, ASQ, d->commands_at);
	rl_write64(0, ACQ, d->completions_at);
	err = rl_pci_set_master(true);
	if (err)
		return err;
	rl_write32(0, CC, CC_ON);
	return wait_ready();
}

DMA_DOMAIN(struct dma, &ops, init);
