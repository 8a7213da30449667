// SPDX-License-Identifier: GPL-2.0-only
/*
 * nvme_dom's submit for each request that a queue has room for, one doorbell each, and its
 * interrupt handler for all completions. One request of eight is of 32 KiB and needs a list
 * of pages, the others are of one page.
 *
 * The driver is started on the controller of its host tests (drivers/nvme_dom/tests), by
 * each variant in turn, since its handlers are known from there alone; their state is the
 * same. During a call a doorbell is a word of memory; what was rung is told to the
 * controller between calls, which then completes everything. Requests are objects of the
 * core's exchange heap. That a request is completed is counted, as in the tests.
 */
#include <stdlib.h>
#include <string.h>
#include "fake.h"
#include "device.h"

#define ROUNDS	16	/* in a turn */
#define PAGE	4096u

static void (*handlers[NR_VARIANTS])(void *self, u64 arg);
static struct bdev_request *requests[FAKE_LOG];
static u32 rung[2];	/* the doorbells of I/O queue 1: submission, completion */
static bool running;

void rl_write32(u32 bar, u32 off, u32 val)
{
	if (likely(running))
		rung[off / 4 % 2] = val;
	else
		fake_rl_write32(bar, off, val);
}

static struct bdev_request *new_request(u16 tag)
{
	struct bdev_request *r = rl_xalloc(BDEV_REQUEST_TYPE);
	u32 i;

	check(r, "no requests");
	r->op = tag & 1 ? BDEV_OP_WRITE : BDEV_OP_READ;
	r->tag = tag;
	r->nr_segs = tag % 8 ? 1 : 8;
	r->bytes = r->nr_segs * PAGE;
	r->blocks = r->bytes / 512;
	r->lba = tag * 64;
	for (i = 0; i < r->nr_segs; i++) {
		r->segs[i].addr = 0x1000000 + (tag * 8 + i) * 2 * PAGE;
		r->segs[i].len = PAGE;
	}
	return r;
}

static void set_up(void)
{
	u32 i;

	for (i = 0; i < NR_VARIANTS; i++) {
		fake_reset();
		free(nvme);
		nvme = window_take(sizeof(*nvme));
		fake.cpus = 1;
		check(!drivers[i]->init(nvme), "nvme_dom does not start");
		handlers[i] = fake.handler[1];
		if (i + 1 < NR_VARIANTS)
			nvme = NULL;	/* the window's, not free()'s */
	}
	check(nvme->depth <= ARRAY_SIZE(requests) && !nvme->queues[1]->sq_shadow, "another queue");
	for (i = 0; i < nvme->depth; i++)
		requests[i] = new_request(i);
	fake.no_irq = true;
	running = true;
}

static void submit(enum variant variant)
{
	const struct bdev_ops *ops = drivers[variant]->ops;
	u32 i;

	for (i = 0; i < nvme->depth; i++)
		check(!ops->submit(nvme, 0, requests[i], true), "nvme_dom refuses a request");
}

/* All that a round should have done was done. */
static void look(u32 commands, u32 done)
{
	u32 i;

	check(fake.nr_io - commands == nvme->depth, "a command is missing");
	check(fake.nr_done - done == nvme->depth, "a request was not completed");
	for (i = done; i != fake.nr_done; i++)
		check(!fake.status[i % FAKE_DONE], "a request has failed");
	check(fake.io[(commands + 1) % FAKE_LOG].prp1 == requests[1]->segs[0].addr &&
	      *(u64 *)fake.io[commands % FAKE_LOG].prp2 == requests[0]->segs[1].addr,
	      "a command has other pages than its request");
}

static u64 turn(enum variant variant)
{
	struct nvme_queue *q = nvme->queues[1];
	u64 took = 0, begun;
	u32 i;

	for (i = 0; i < ROUNDS; i++) {
		u32 commands = fake.nr_io, done = fake.nr_done;

		begun = now();
		submit(variant);
		took += now() - begun;
		fake_rl_write32(NVME_BAR, q->sq_db, rung[0]);
		begun = now();
		handlers[variant](nvme, 1);
		took += now() - begun;
		fake_rl_write32(NVME_BAR, q->cq_db, rung[1]);
		look(commands, done);
	}
	return took * 100 / (ROUNDS * nvme->depth);
}

const struct subject nvme_io = {
	.set_up = set_up,
	.turn = turn,
};
