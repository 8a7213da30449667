// SPDX-License-Identifier: GPL-2.0-only
/*
 * The inner loops that a guard costs most in, as drivers have them: a receive ring
 * of a network card, submission and completion of NVMe, and a copy of a page.
 * build compiles this file plain and guarded, with the flags of a domain.
 */
#include <redleaf/string.h>
#include <redleaf/sync.h>
#include "loops.h"

/* What a card has written back: the packet goes up, its buffer back into the ring. */
u64 loop_nic(struct bench_state *s, u32 n)
{
	struct nic_ring *r = &s->nic;
	u32 i = r->next;

	while (n--) {
		struct nic_desc *d = &r->desc[i];
		struct nic_packet *p = &r->packet[i];

		p->len = READ_ONCE(d->len);
		p->status = d->status;
		p->next = r->done;
		r->done = p;
		r->bytes += p->len;
		r->packets++;
		d->addr = p->bus;
		d->len = 64;
		d->status = 0;
		i = (i + 1) & (NIC_RING - 1);
		if (!(i & 31)) {
			WRITE_ONCE(r->tail, i);
			r->done = NULL;
		}
	}
	r->next = i;
	return r->bytes;
}

static void submit(struct nvme_ring *q, const struct nvme_io *io)
{
	u32 *sqe = q->sq[q->sq_tail];
	struct nvme_slot *slot = &q->slot[io->tag];

	rl_spin_lock(&q->lock);
	slot->io = io;
	slot->generation++;
	slot->deadline = io->lba;
	sqe[0] = io->op | (u32)io->tag << 16;
	sqe[1] = io->ns;
	sqe[2] = 0;
	sqe[3] = 0;
	*(u64 *)&sqe[4] = 0;
	*(u64 *)&sqe[6] = io->bus[0];
	*(u64 *)&sqe[8] = io->bus[1];
	*(u64 *)&sqe[10] = io->lba;
	sqe[12] = io->blocks - 1;
	sqe[13] = 0;
	sqe[14] = 0;
	sqe[15] = 0;
	if (++q->sq_tail == NVME_RING)
		q->sq_tail = 0;
	WRITE_ONCE(q->doorbell, q->sq_tail);
	rl_spin_unlock(&q->lock);
}

static void complete(struct nvme_ring *q)
{
	u16 tag = READ_ONCE(q->cq[q->cq_head].tag);
	struct nvme_slot *slot = &q->slot[tag & (NVME_RING - 1)];

	q->finished += slot->io->blocks;
	slot->io = NULL;
	q->inflight--;
	if (++q->cq_head == NVME_RING) {
		q->cq_head = 0;
		q->phase ^= 1;
	}
}

u64 loop_nvme(struct bench_state *s, u32 n)
{
	struct nvme_ring *q = &s->nvme;

	while (n--) {
		u32 tag = n & (NVME_RING - 1);

		q->inflight++;
		submit(q, &q->io[tag]);
		q->cq[q->cq_head].tag = tag;	/* the controller's part */
		complete(q);
	}
	return q->finished;
}

u64 loop_copy4k(struct bench_state *s, u32 n)
{
	while (n--)
		memcpy(s->page[n & 1], s->page[2 + (n & 1)], 4096);
	return s->page[0][0];
}
