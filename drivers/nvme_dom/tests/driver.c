// SPDX-License-Identifier: GPL-2.0-only
/* The whole driver against the controller of fake.c: good days and bad ones. */
#include <stdlib.h>
#include <string.h>
#include "fake.h"
#include "tap.h"

static struct bdev_request reqs[1024];

static const struct bdev_ops *ops(void)
{
	return rl_this_domain.ops;
}

static struct bdev_request *request(u16 tag, u8 op, u64 lba, u32 blocks)
{
	struct bdev_request *r = &reqs[tag];

	memset(r, 0, sizeof(*r));
	r->op = op;
	r->tag = tag;
	r->lba = lba;
	r->blocks = blocks;
	if (op <= BDEV_OP_WRITE) {
		r->bytes = blocks * 512;
		r->nr_segs = 1;
		r->segs[0].addr = 0x1000000;
		r->segs[0].len = r->bytes;
	}
	return r;
}

static s32 submit(u16 queue, struct bdev_request *r)
{
	return ops()->submit(nvme, queue, r, true);
}

static struct nvme_cmd *last_io(void)
{
	return &fake.io[(fake.nr_io - 1) % FAKE_LOG];
}

static void start(void)
{
	fake_reset();
	CHECK_EQ(fake_init(), 0);
}

static void init_commands(void)
{
	static const u8 want[] = { 0x06, 0x09, 0x06, 0x06, 0x05, 0x05, 0x01, 0x01 };
	static struct bdev_dev_info info;
	static struct bdev_ns_info ns;
	u32 i;

	start();
	CHECK_EQ(fake.nr_admin, ARRAY_SIZE(want));
	for (i = 0; i < ARRAY_SIZE(want); i++)
		CHECK_EQ(fake.admin[i].cdw0 & 0xff, want[i]);
	/* it is busy with the first batch when vectors are asked for; with none when it may
	 * interrupt
	 */
	CHECK_EQ(fake.vectors_at, 4);
	CHECK_EQ(fake.bound_at, ARRAY_SIZE(want));
	CHECK_EQ(fake.cc, 0x460001);
	CHECK_EQ(fake.q[1].vector, 1);
	CHECK_EQ(fake.q[2].vector, 2);
	CHECK_EQ(ops()->dev_info(nvme, &info), 0);
	CHECK_EQ(info.nr_queues, 2);
	CHECK_EQ(info.queue_depth, 127);
	CHECK_EQ(info.max_bytes, 524288);
	CHECK_EQ(info.volatile_cache, 1);
	CHECK_EQ(ops()->ns_info(nvme, 0, &ns), 0);
	CHECK_EQ(ns.blocks, 100000);
	CHECK_EQ(ops()->ns_info(nvme, 1, &ns), -EINVAL);
	CHECK(fake.now < 1000000);
}

static void init_enabled_before(void)
{
	fake_reset();
	fake.cc = 0x460001;
	fake.csts = NVME_CSTS_RDY;
	CHECK_EQ(fake_init(), 0);
	/* Left in the middle of an enable: reset all the same. */
	fake_reset();
	fake.cc = 0x460001;
	CHECK_EQ(fake_init(), 0);
	CHECK(fake.now >= 1000000000ull);
}

static void init_never(void)
{
	fake_reset();
	fake.never_ready = true;
	CHECK_EQ(fake_init(), -ETIMEDOUT);
	CHECK(fake.now >= 1000000000ull && fake.now < 1100000000ull);
	fake_reset();
	fake.cc = NVME_CC_EN;
	fake.csts = NVME_CSTS_RDY;
	fake.never_reset = true;
	CHECK_EQ(fake_init(), -ETIMEDOUT);
	fake_reset();
	fake.fatal = true;
	CHECK_EQ(fake_init(), -EIO);
	fake_reset();
	fake.gone = true;
	CHECK_EQ(fake_init(), -ENODEV);
	fake_reset();
	fake.mute = true;
	CHECK_EQ(fake_init(), -ETIMEDOUT);
	CHECK(fake.now < 10100000000ull);
}

static void init_absurd(void)
{
	fake_reset();
	fake.bar_size = 0x1008;
	CHECK_EQ(fake_init(), -ENODEV);
	fake_reset();
	fake.id.sqes = 0;
	CHECK_EQ(fake_init(), -ENODEV);
	fake_reset();
	fake.ns[0].lbaf[0].lbads = 70;
	CHECK_EQ(fake_init(), -ENODEV);
	fake_reset();
	fake.list[1] = 1;
	CHECK_EQ(fake_init(), -EIO);
	fake_reset();
	fake.list[0] = 0xfffffffe;
	CHECK_EQ(fake_init(), -EIO);
	fake_reset();
	fake.vs = 0x00010000;
	fake.id.nn = ~0u;
	CHECK_EQ(fake_init(), 0);
	CHECK_EQ(nvme->nr_ns, 4);
	CHECK(fake.nr_admin < 100);
}

static void init_memory(void)
{
	u32 n;
	s32 err = -1;

	for (n = 1; n < 100 && err; n++) {
		fake_reset();
		fake.fail_alloc = n;
		err = fake_init();
		CHECK(!err || err == -ENOMEM);
	}
	CHECK(n > 10 && n < 100);
}

static void init_queues(void)
{
	fake_reset();
	fake.granted = 0;
	CHECK_EQ(fake_init(), 0);
	CHECK_EQ(nvme->nr_io, 1);
	fake_reset();
	fake.granted = ~0u - 1;
	CHECK_EQ(fake_init(), 0);
	CHECK_EQ(nvme->nr_io, 2);
	fake_reset();
	fake.fail_create = 2;
	CHECK_EQ(fake_init(), 0);
	CHECK_EQ(nvme->nr_io, 1);
	fake_reset();
	fake.fail_create = 1;
	CHECK_EQ(fake_init(), -EIO);
	fake_reset();
	fake.cap = (fake.cap & ~0xffffull) | 1;
	CHECK_EQ(fake_init(), 0);
	CHECK_EQ(nvme->depth, 1);
	fake_reset();
	fake.cap |= 9ull << 32;
	fake.bar_size = 0x1000 + 3 * (8 << 9);
	CHECK_EQ(fake_init(), 0);
	CHECK_EQ(nvme->nr_io, 2);
}

/* Submission queues that come to the controller before their completion queues. */
static void init_backwards(void)
{
	static const u8 want[] = { 0x06, 0x06, 0x09, 0x06, 0x01, 0x01, 0x05, 0x05, 0x01, 0x01 };
	u32 i;

	fake_reset();
	fake.backwards = true;
	CHECK_EQ(fake_init(), 0);
	CHECK_EQ(nvme->nr_io, 2);
	CHECK_EQ(fake.nr_admin, ARRAY_SIZE(want));
	for (i = 0; i < ARRAY_SIZE(want); i++)
		CHECK_EQ(fake.admin[i].cdw0 & 0xff, want[i]);
	CHECK_EQ(submit(1, request(0, BDEV_OP_READ, 0, 8)), 0);
	CHECK_EQ(fake.nr_done, 1);
	fake_reset();
	fake.backwards = true;
	fake.fail_create = 2;
	CHECK_EQ(fake_init(), 0);
	CHECK_EQ(nvme->nr_io, 1);
	fake_reset();
	fake.backwards = true;
	fake.fail_create = 1;
	CHECK_EQ(fake_init(), -EIO);
}

static void init_vectors(void)
{
	u32 vectors, tag;

	for (vectors = 1; vectors <= 5; vectors++) {
		fake_reset();
		fake.cpus = 4;
		fake.vectors = vectors;
		CHECK_EQ(fake_init(), 0);
		CHECK_EQ(nvme->nr_io, 4);
		CHECK_EQ(nvme->nr_vectors, vectors);
		for (tag = 0; tag < 4; tag++)
			CHECK_EQ(submit(tag, request(tag, BDEV_OP_READ, 0, 8)), 0);
		CHECK_EQ(fake.nr_done, 4);
	}
}

static void ns_sparse(void)
{
	static struct bdev_ns_info info;

	fake_reset();
	fake.list[0] = 2;
	fake.list[1] = 3;
	fake.list[2] = 4;
	fake.ns[2].lbaf[0].ms = 8;
	fake.ns[3].lbaf[0].lbads = 12;
	CHECK_EQ(fake_init(), 0);
	CHECK_EQ(nvme->nr_ns, 2);
	CHECK_EQ(ops()->ns_info(nvme, 1, &info), 0);
	CHECK_EQ(info.nsid, 4);
	CHECK_EQ(info.block_size, 4096);
	reqs[0] = *request(1, BDEV_OP_READ, 5, 1);
	reqs[0].ns = 1;
	reqs[0].bytes = 4096;
	reqs[0].segs[0].len = 4096;
	CHECK_EQ(submit(0, &reqs[0]), 0);
	CHECK_EQ(last_io()->nsid, 4);
}

static void io_commands(void)
{
	start();
	CHECK_EQ(submit(1, request(7, BDEV_OP_READ, 0x12, 16)), 0);
	CHECK_EQ(last_io()->cdw0, 7 << 16 | NVME_CMD_READ);
	CHECK_EQ(last_io()->prp1, 0x1000000);
	CHECK_EQ(last_io()->prp2, 0x1001000);
	CHECK_EQ(last_io()->cdw10_11, 0x12);
	CHECK_EQ(last_io()->cdw12, 15);
	request(8, BDEV_OP_WRITE, 99992, 8)->flags = BDEV_FLAG_FUA;
	CHECK_EQ(submit(0, &reqs[8]), 0);
	CHECK_EQ(last_io()->cdw12, 1u << 30 | 7);
	CHECK_EQ(submit(0, request(9, BDEV_OP_FLUSH, 0, 0)), 0);
	CHECK_EQ(last_io()->cdw0, 9 << 16);
	CHECK_EQ(last_io()->cdw12, 0);
	CHECK_EQ(submit(0, request(10, BDEV_OP_WRITE_ZEROES, 0, 1024)), 0);
	CHECK_EQ(last_io()->cdw12, 1023);
	CHECK_EQ(submit(0, request(11, BDEV_OP_DISCARD, 64, 4096)), 0);
	CHECK_EQ(last_io()->cdw10_11, 4ull << 32);
	CHECK_EQ(((struct nvme_dsm_range *)last_io()->prp1)->blocks, 4096);
	CHECK_EQ(((struct nvme_dsm_range *)last_io()->prp1)->lba, 64);
	CHECK_EQ(fake.nr_done, 5);
	CHECK(fake.done[4] == &reqs[11] && !fake.status[4]);
}

static void io_deallocate(void)
{
	fake_reset();
	fake.ns[0].dlfeat = 0x09;
	CHECK_EQ(fake_init(), 0);
	CHECK_EQ(submit(0, request(0, BDEV_OP_WRITE_ZEROES, 0, 8)), 0);
	CHECK_EQ(last_io()->cdw12, 1u << 25 | 7);
	request(0, BDEV_OP_WRITE_ZEROES, 0, 8)->flags = BDEV_FLAG_NOUNMAP;
	CHECK_EQ(submit(0, &reqs[0]), 0);
	CHECK_EQ(last_io()->cdw12, 7);
}

static void io_refused(void)
{
	start();
	CHECK_EQ(submit(2, request(0, BDEV_OP_READ, 0, 8)), -EINVAL);
	CHECK_EQ(submit(0, request(127, BDEV_OP_READ, 0, 8)), -EINVAL);
	CHECK_EQ(submit(0, request(0, BDEV_OP_READ, 0, 0)), -EINVAL);
	CHECK_EQ(submit(0, request(0, BDEV_OP_READ, 99993, 8)), -EINVAL);
	CHECK_EQ(submit(0, request(0, BDEV_OP_READ, ~0ull, 8)), -EINVAL);
	CHECK_EQ(submit(0, request(0, BDEV_OP_READ, 0, 1025)), -EINVAL);
	CHECK_EQ(submit(0, request(0, BDEV_OP_DISCARD, 1, 100000)), -EINVAL);
	CHECK_EQ(submit(0, request(0, BDEV_OP_WRITE_ZEROES, 0, 1025)), -EINVAL);
	CHECK_EQ(submit(0, request(0, 99, 0, 8)), -EOPNOTSUPP);
	request(0, BDEV_OP_READ, 0, 8)->ns = 1;
	CHECK_EQ(submit(0, &reqs[0]), -EINVAL);
	request(0, BDEV_OP_READ, 0, 8)->bytes = 512;
	CHECK_EQ(submit(0, &reqs[0]), -EINVAL);
	nvme->ns[0].read_only = true;
	CHECK_EQ(submit(0, request(0, BDEV_OP_WRITE, 0, 8)), -EROFS);
	CHECK_EQ(submit(0, request(0, BDEV_OP_READ, 0, 8)), 0);
	fake.hold = true;
	CHECK_EQ(submit(0, request(0, BDEV_OP_READ, 0, 8)), 0);
	CHECK_EQ(submit(0, request(0, BDEV_OP_READ, 0, 8)), -EBUSY);
	CHECK_EQ(fake.nr_done, 1);
}

static void io_batch(void)
{
	u32 before, tag;

	start();
	before = fake.doorbells;
	for (tag = 0; tag < 10; tag++)
		CHECK_EQ(ops()->submit(nvme, 0, request(tag, BDEV_OP_READ, 0, 8), false), 0);
	CHECK_EQ(fake.doorbells, before);
	CHECK_EQ(ops()->kick(nvme, 0), 0);
	CHECK_EQ(ops()->kick(nvme, 0), 0);
	CHECK_EQ(fake.doorbells, before + 1);
	CHECK_EQ(fake.nr_done, 10);
	CHECK_EQ(ops()->kick(nvme, 2), -EINVAL);
}

/* A full queue without a doorbell, round and round. */
static void io_wrap(void)
{
	struct bdev_request *r;
	u32 n, tag;

	fake_reset();
	fake.params[NVME_PARAM_DEPTH] = 7;
	CHECK_EQ(fake_init(), 0);
	for (n = 0; n < 100; n++) {
		for (tag = 0; tag < 7; tag++) {
			r = request(tag, BDEV_OP_READ, n, 8);
			CHECK_EQ(ops()->submit(nvme, 0, r, false), 0);
		}
		ops()->kick(nvme, 0);
		CHECK_EQ(fake.nr_done, (n + 1) * 7);
	}
}

static void io_poll(void)
{
	start();
	fake.no_irq = true;
	CHECK_EQ(submit(0, request(0, BDEV_OP_READ, 0, 8)), 0);
	CHECK_EQ(fake.nr_done, 0);
	CHECK_EQ(ops()->poll(nvme, 1), 0);
	CHECK_EQ(fake.nr_done, 0);
	CHECK_EQ(ops()->poll(nvme, 0), 0);
	CHECK_EQ(fake.nr_done, 1);
	CHECK_EQ(ops()->poll(nvme, 0), 0);
	CHECK_EQ(fake.nr_done, 1);
}

static void shadow(void)
{
	u32 before, i;

	fake_reset();
	fake.id.oacs = NVME_OACS_DBBUF;
	fake.params[NVME_PARAM_DEPTH] = 7;
	CHECK_EQ(fake_init(), 0);
	CHECK(fake.shadow);
	for (i = 0; i < 50; i++) {
		before = fake.doorbells;
		CHECK_EQ(submit(0, request(i % 7, BDEV_OP_READ, 0, 8)), 0);
		CHECK_EQ(fake.doorbells, before + 1);
	}
	fake.lazy_events = true;
	CHECK_EQ(submit(0, request(0, BDEV_OP_READ, 0, 8)), 0);
	before = fake.doorbells;
	for (i = 0; i < 50; i++) {
		CHECK_EQ(submit(0, request(i % 7, BDEV_OP_READ, 0, 8)), 0);
		CHECK_EQ(fake.nr_done, 51 + i);
		fake_run();
		CHECK_EQ(fake.nr_done, 52 + i);
	}
	CHECK_EQ(fake.doorbells, before);
	rl_this_domain.exit(nvme);
	CHECK(fake.csts & NVME_CSTS_SHST_DONE);
}

static void retry(void)
{
	u32 i;

	start();
	fake.io_status = 0x82;
	fake.io_errors = 2;
	CHECK_EQ(submit(0, request(3, BDEV_OP_WRITE, 7, 8)), 0);
	CHECK_EQ(fake.nr_done, 0);
	fake_tick(NVME_RETRY_NS);
	CHECK_EQ(fake.nr_done, 0);
	fake_tick(NVME_RETRY_NS);
	CHECK_EQ(fake.nr_done, 1);
	CHECK_EQ(fake.status[0], 0);
	CHECK_EQ(last_io()->cdw10_11, 7);
	fake.io_errors = 1000;
	CHECK_EQ(submit(0, request(3, BDEV_OP_WRITE, 7, 8)), 0);
	for (i = 0; i < NVME_RETRIES; i++) {
		CHECK_EQ(fake.nr_done, 1);
		fake_tick(NVME_RETRY_NS);
	}
	CHECK_EQ(fake.status[1], -EREMOTEIO);
	fake.io_status = 0x4082;
	CHECK_EQ(submit(0, request(3, BDEV_OP_WRITE, 7, 8)), 0);
	CHECK_EQ(fake.nr_done, 3);
	CHECK_EQ(fake.status[2], -EREMOTEIO);
	fake.io_status = 0x81;
	CHECK_EQ(submit(0, request(3, BDEV_OP_WRITE, 7, 8)), 0);
	CHECK_EQ(fake.status[3], -ENOSPC);
}

static void timeout_lost_irq(void)
{
	start();
	fake.no_irq = true;
	CHECK_EQ(submit(0, request(0, BDEV_OP_READ, 0, 8)), 0);
	CHECK_EQ(ops()->timeout(nvme, 0, 0), 0);
	CHECK_EQ(fake.nr_done, 1);
	CHECK_EQ(ops()->timeout(nvme, 0, 0), 0);
	CHECK_EQ(ops()->timeout(nvme, 0, 127), -EINVAL);
	CHECK_EQ(ops()->timeout(nvme, 9, 0), -EINVAL);
	/* A doorbell nobody rang. */
	CHECK_EQ(ops()->submit(nvme, 0, request(0, BDEV_OP_READ, 0, 8), false), 0);
	CHECK_EQ(ops()->timeout(nvme, 0, 0), 0);
	CHECK_EQ(fake.nr_done, 2);
}

static void timeout_abort(void)
{
	start();
	fake.hold = true;
	fake.abort_ends = true;
	CHECK_EQ(submit(0, request(5, BDEV_OP_READ, 0, 8)), 0);
	fake.hold = false;
	CHECK_EQ(ops()->timeout(nvme, 0, 5), 0);
	CHECK_EQ(fake.admin[fake.nr_admin - 1].cdw0 & 0xff, NVME_ADM_ABORT);
	CHECK_EQ(fake.admin[fake.nr_admin - 1].cdw10_11, 5 << 16 | 1);
	fake_tick(NVME_RETRY_NS);
	CHECK_EQ(fake.nr_done, 1);
	CHECK_EQ(fake.status[0], 0);
	CHECK_EQ(nvme->admin.aborts, 0);
}

static void timeout_reset(void)
{
	start();
	fake.hold = true;
	CHECK_EQ(submit(0, request(5, BDEV_OP_READ, 0, 8)), 0);
	CHECK_EQ(ops()->timeout(nvme, 0, 5), 0);
	CHECK(DIES(ops()->timeout(nvme, 0, 5)));
	CHECK(!strcmp(fake.died, "I/O timeout, controller reset"));
	start();
	nvme->io_ms = 100;
	fake.hold = true;
	CHECK_EQ(submit(0, request(5, BDEV_OP_READ, 0, 8)), 0);
	CHECK_EQ(ops()->timeout(nvme, 0, 5), 0);
	CHECK(!DIES(ops()->timeout(nvme, 0, 5)));
	fake_tick(101000000);
	CHECK(DIES(ops()->timeout(nvme, 0, 5)));
	start();
	fake.hold = true;
	CHECK_EQ(submit(0, request(5, BDEV_OP_READ, 0, 8)), 0);
	fake.csts |= NVME_CSTS_CFS;
	CHECK(DIES(ops()->timeout(nvme, 0, 5)));
	fake.gone = true;
	CHECK_EQ(ops()->timeout(nvme, 0, 5), -ENODEV);
}

static void bogus(u16 cid, u16 sq_head, u16 sq_id)
{
	u32 i;

	start();
	for (i = 0; i < NVME_BAD_CQES; i++)
		CHECK(!DIES(fake_cqe(1, cid, 0, sq_head, sq_id)));
	CHECK(DIES(fake_cqe(1, cid, 0, sq_head, sq_id)));
	CHECK_EQ(fake.nr_done, 0);
}

static void bogus_completions(void)
{
	bogus(0, 0, 1);
	bogus(126, 0, 1);
	bogus(127, 0, 1);
	bogus(0xffff, 0, 1);
	start();
	CHECK(!DIES(fake_cqe(0, 0, 0, 0, 0)));
	CHECK(!DIES(fake_cqe(0, NVME_CID_ABORT, 0, 0, 0)));
	CHECK(!DIES(fake_cqe(0, 0xffff, 0, 0, 0)));
	CHECK_EQ(nvme->bad_cqes, 3);
}

static void bogus_fields(void)
{
	start();
	fake.hold = true;
	CHECK_EQ(submit(0, request(5, BDEV_OP_READ, 0, 8)), 0);
	fake_cqe(1, 5, 0, 128, 2);
	CHECK_EQ(fake.nr_done, 1);
	CHECK_EQ(nvme->bad_cqes, 1);
	/* Twice the same answer. */
	fake_cqe(1, 5, 0, 1, 1);
	CHECK_EQ(fake.nr_done, 1);
	CHECK_EQ(nvme->bad_cqes, 2);
	/* An answer to a request that waits for its retry. */
	CHECK_EQ(submit(0, request(5, BDEV_OP_READ, 0, 8)), 0);
	fake_cqe(1, 5, 0x82, 2, 1);
	fake_cqe(1, 5, 0, 2, 1);
	CHECK_EQ(fake.nr_done, 1);
	CHECK_EQ(nvme->bad_cqes, 3);
	CHECK_EQ(ops()->timeout(nvme, 0, 5), 0);
	fake.hold = false;
	fake_tick(NVME_RETRY_NS);
	CHECK_EQ(fake.nr_done, 2);
}

/* A completion queue that looks new wherever it is read: no endless loop. */
static void bogus_phase(void)
{
	struct nvme_cqe *cq;
	u32 i;

	start();
	cq = fake.q[1].cq;
	for (i = 0; i < fake.q[1].cq_size; i++)
		cq[i] = (struct nvme_cqe){ .cid = 9, .sq_id = 1, .status = 1 };
	CHECK(DIES(ops()->poll(nvme, 0)));
	CHECK_EQ(nvme->bad_cqes, NVME_BAD_CQES + 1);
}

static void health(void)
{
	static struct bdev_health log;

	start();
	CHECK_EQ(ops()->health(nvme, &log), 0);
	CHECK_EQ(log.temperature_k, 0x101);
	CHECK_EQ(fake.admin[fake.nr_admin - 1].cdw10_11, 0x7f0002);
	CHECK_EQ(fake.admin[fake.nr_admin - 1].nsid, ~0u);
	CHECK_EQ(fake.event, 1);
	fake.mute = true;
	CHECK(DIES(ops()->health(nvme, &log)));
}

static void stop(void)
{
	start();
	rl_this_domain.exit(nvme);
	CHECK_EQ(fake.admin[8].cdw0 & 0xff, NVME_ADM_DELETE_SQ);
	CHECK_EQ(fake.admin[9].cdw0 & 0xff, NVME_ADM_DELETE_CQ);
	CHECK_EQ(fake.nr_admin, 12);
	CHECK_EQ(fake.cc & NVME_CC_SHN_MASK, NVME_CC_SHN_NORMAL);
	start();
	fake.mute = true;
	rl_this_domain.exit(nvme);
	CHECK(fake.csts & NVME_CSTS_SHST_DONE);
	start();
	fake.gone = true;
	rl_this_domain.exit(nvme);
}

const struct tap_case driver_cases[] = {
	{ "init: commands", init_commands },
	{ "init: enabled before", init_enabled_before },
	{ "init: a controller that never is", init_never },
	{ "init: absurd answers", init_absurd },
	{ "init: no memory", init_memory },
	{ "init: queues granted", init_queues },
	{ "init: commands in another order", init_backwards },
	{ "init: few vectors", init_vectors },
	{ "ns: sparse ids", ns_sparse },
	{ "io: commands", io_commands },
	{ "io: deallocate", io_deallocate },
	{ "io: refused", io_refused },
	{ "io: one doorbell a batch", io_batch },
	{ "io: wrap", io_wrap },
	{ "io: poll", io_poll },
	{ "shadow doorbells", shadow },
	{ "retry", retry },
	{ "timeout: lost interrupt and doorbell", timeout_lost_irq },
	{ "timeout: abort", timeout_abort },
	{ "timeout: reset", timeout_reset },
	{ "bogus: completions", bogus_completions },
	{ "bogus: fields", bogus_fields },
	{ "bogus: phase", bogus_phase },
	{ "health", health },
	{ "stop", stop },
	{ NULL, NULL },
};
