// SPDX-License-Identifier: GPL-2.0-only
/* The driver against the device of fake.c: good days and bad ones. */
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
	return ops()->submit(vblk(), queue, r, true);
}

static void start(void)
{
	fake_reset();
	CHECK_EQ(fake_init(), 0);
}

/* A device that is wrong in a way that @spoil makes is refused with @err. */
#define REFUSED(err, spoil) do {	\
	fake_reset();			\
	spoil;				\
	CHECK_EQ(fake_init(), err);	\
} while (0)

static void init_good(void)
{
	static struct bdev_dev_info info;
	static struct bdev_ns_info ns;

	start();
	CHECK_EQ(fake.status, 15);
	CHECK_EQ(fake.accepted, fake.features & ~(BIT(34)));
	CHECK_EQ(fake.config_vector, 0);
	CHECK_EQ(fake.q[0].vector, 1);
	CHECK_EQ(fake.q[1].vector, 2);
	CHECK_EQ(ops()->dev_info(vblk(), &info), 0);
	CHECK_EQ(info.nr_queues, 2);
	CHECK_EQ(info.queue_depth, 127);
	CHECK_EQ(info.max_segs, 128);
	CHECK_EQ(info.max_bytes, 524288);
	CHECK(info.volatile_cache && info.no_fua);
	CHECK(!memcmp(info.serial, "serial              ", 20));
	CHECK_EQ(ops()->ns_info(vblk(), 0, &ns), 0);
	CHECK_EQ(ns.blocks, 100000);
	CHECK_EQ(ns.max_discard_blocks, 8192);
	CHECK_EQ(ns.discard_granularity, 4096);
	CHECK_EQ(ns.max_zeroes_blocks, 4096);
	CHECK(!ns.read_only);
	CHECK_EQ(ops()->ns_info(vblk(), 1, &ns), -EINVAL);
	rl_this_domain.exit(vblk());
	CHECK_EQ(fake.status, 0);
}

/* The last generation's state, whatever it is, does not matter. */
static void init_again(void)
{
	start();
	CHECK_EQ(submit(0, request(3, BDEV_OP_READ, 0, 8)), 0);
	fake_again();
	CHECK_EQ(fake_init(), 0);
	CHECK_EQ(submit(0, request(3, BDEV_OP_READ, 0, 8)), 0);
	CHECK_EQ(disk.nr_done, 2);
}

static void init_caps(void)
{
	REFUSED(-ENODEV, fake.pci[PCI_COMMAND_STATUS / 4] = 0);
	REFUSED(-ENODEV, fake_cap(1, 9, FAKE_BAR, 0, VCOM_BYTES));
	REFUSED(-ENODEV, fake_cap(1, VPCI_COMMON, 6, 0, VCOM_BYTES));
	REFUSED(-ENODEV, fake_cap(1, VPCI_COMMON, 0, 0, VCOM_BYTES));
	REFUSED(-ENODEV, fake_cap(1, VPCI_COMMON, FAKE_BAR, 2, VCOM_BYTES));
	REFUSED(-ENODEV, fake_cap(1, VPCI_COMMON, FAKE_BAR, 0, VCOM_BYTES - 1));
	REFUSED(-ENODEV, fake_cap(1, VPCI_COMMON, FAKE_BAR, FAKE_BAR_SIZE - 4, VCOM_BYTES));
	REFUSED(-ENODEV, fake_cap(1, VPCI_COMMON, FAKE_BAR, ~0u & ~3, VCOM_BYTES));
	REFUSED(-ENODEV, fake_cap(2, VPCI_NOTIFY, FAKE_BAR, FAKE_NOTIFY, 1));
	REFUSED(-ENODEV, fake_cap(3, VPCI_DEVICE, FAKE_BAR, FAKE_CONFIG, 4));
	/* shorter than the fields of its features */
	REFUSED(-ENODEV, fake_cap(3, VPCI_DEVICE, FAKE_BAR, FAKE_CONFIG, 0x38));
	/* a circle */
	REFUSED(-ENODEV, fake.pci[PCI_CAP_FIRST / 4] = PCI_CAP_VENDOR | PCI_CAP_FIRST << 8);
	/* of two, the first that can be used */
	fake_reset();
	fake_cap(0, VPCI_COMMON, 7, 0, VCOM_BYTES);
	CHECK_EQ(fake_init(), 0);
	/* notifications outside their structure */
	REFUSED(-EIO, fake.q[1].notify_off = 0x400);
	REFUSED(-EIO, fake.pci[(PCI_CAP_FIRST + 2 * 0x18) / 4 + 4] = 5);
}

static void init_features(void)
{
	static struct bdev_dev_info info;
	static struct bdev_ns_info ns;

	REFUSED(-ENODEV, fake.features &= ~VF_VERSION_1);
	REFUSED(-ENODEV, fake.features = ~0ull);
	REFUSED(-ENODEV, fake.picky = true);
	CHECK(fake.status & VSTATUS_FAILED);
	REFUSED(-ENODEV, fake.translated = true);
	fake_reset();
	fake.translated = true;
	fake.features |= VF_ACCESS_PLATFORM;
	CHECK_EQ(fake_init(), 0);
	CHECK(fake.accepted & VF_ACCESS_PLATFORM);
	/* nothing but what must be */
	fake_reset();
	fake.features = VF_VERSION_1;
	CHECK_EQ(fake_init(), 0);
	ops()->dev_info(vblk(), &info);
	ops()->ns_info(vblk(), 0, &ns);
	CHECK_EQ(info.nr_queues, 1);
	CHECK_EQ(info.max_segs, 1);
	CHECK(!info.volatile_cache && !ns.max_discard_blocks && !ns.max_zeroes_blocks);
	CHECK_EQ(submit(0, request(0, BDEV_OP_FLUSH, 0, 0)), -EOPNOTSUPP);
	CHECK_EQ(submit(0, request(0, BDEV_OP_DISCARD, 0, 8)), -EOPNOTSUPP);
	CHECK_EQ(submit(0, request(0, BDEV_OP_WRITE_ZEROES, 0, 8)), -EOPNOTSUPP);
	CHECK_EQ(submit(0, request(0, BDEV_OP_READ, 0, 8)), 0);
	CHECK_EQ(disk.nr_done, 1);
}

static void init_never(void)
{
	fake_reset();
	fake.status = 15;
	fake.never_reset = true;
	CHECK_EQ(fake_init(), -ETIMEDOUT);
	CHECK(fake.now >= 5000000000ull && fake.now < 5100000000ull);
	REFUSED(-ENODEV, fake.gone = true);
	REFUSED(-EIO, fake.no_start = true);
	REFUSED(-ENODEV, fake.unsettled = true);
	REFUSED(-EIO, fake.no_vector = true);
	/* The first request of all is never answered. */
	REFUSED(-ETIMEDOUT, fake.mute = true);
	CHECK(fake.status & VSTATUS_FAILED);
	/* or answered with nonsense */
	REFUSED(-1000, disk.len_more = 1);
	fake_reset();
	disk.no_id = true;
	CHECK_EQ(fake_init(), 0);
	CHECK(!memcmp(vblk()->serial, "                    ", 20));
	fake_reset();
	disk.id = "twenty-one characters";
	CHECK_EQ(fake_init(), 0);
	CHECK(!memcmp(vblk()->serial, "twenty-one character", 20));
}

static void init_queues(void)
{
	u32 size;

	REFUSED(-ENODEV, fake.config[VCFG_NUM_QUEUES] = 0);
	REFUSED(-ENODEV, fake.vqs = 0);
	for (size = 0; size < 4; size++)
		REFUSED(-ENODEV, fake.q[0].size = size);
	REFUSED(-ENODEV, fake.q[1].size = 100);
	REFUSED(-ENODEV, fake.q[1].size = 65535);
	/* more queues than the transport has, or CPUs */
	fake_reset();
	fake.config[VCFG_NUM_QUEUES] = 200;
	CHECK_EQ(fake_init(), 0);
	CHECK_EQ(vblk()->nr_queues, 2);
	fake_reset();
	fake.q[0].size = 32768;
	fake.q[1].size = 64;
	CHECK_EQ(fake_init(), 0);
	CHECK_EQ(fake.q[0].entries, 64);
	CHECK_EQ(vblk()->depth, 64);
	CHECK_EQ(vblk_max_segs(&vblk()->lim), 62);
}

static void init_vectors(void)
{
	u32 vectors, q;

	for (vectors = 1; vectors <= 5; vectors++) {
		fake_reset();
		fake.cpus = 4;
		fake.vqs = 4;
		fake.config[VCFG_NUM_QUEUES] = 4;
		fake.vectors = vectors;
		CHECK_EQ(fake_init(), 0);
		CHECK_EQ(vblk()->nr_queues, 4);
		CHECK_EQ(vblk()->dev.nr_vectors, vectors);
		fake.logged = 0;
		for (q = 0; q < 4; q++)
			CHECK_EQ(submit(q, request(q, BDEV_OP_READ, 0, 8)), 0);
		CHECK_EQ(disk.nr_done, 4);
		CHECK_EQ(fake.logged, 0);
	}
}

static void init_memory(void)
{
	s32 err = -1;
	u32 n;

	for (n = 1; n < 100 && err; n++) {
		fake_reset();
		fake.fail_alloc = n;
		err = fake_init();
		CHECK(!err || err == -ENOMEM);
	}
	CHECK(n > 10 && n < 100);
	/* Many queues fit, less deep. */
	fake_reset();
	fake.params[VIRTIO_BLK_PARAM_DEPTH] = 1023;
	fake.q[0].size = 1024;
	fake.q[1].size = 1024;
	CHECK_EQ(fake_init(), 0);
	CHECK_EQ(vblk()->nr_queues, 2);
	CHECK(vblk()->depth > 300 && vblk()->depth < 500);
}

static void io_commands(void)
{
	const struct disk_chain *c = &disk.chain;
	const struct vblk_range *range;

	start();
	CHECK_EQ(submit(1, request(7, BDEV_OP_READ, 0x12, 16)), 0);
	CHECK(c->indirect);
	CHECK_EQ(c->queue, 1);
	CHECK_EQ(c->head, 7);
	CHECK_EQ(c->header.type, 0);
	CHECK_EQ(c->header.sector, 0x12);
	CHECK_EQ(c->nr, 1);
	CHECK_EQ(c->data[0].addr, 0x1000000);
	CHECK_EQ(c->data[0].len, 8192);
	CHECK(c->data[0].flags & VDESC_WRITE);
	CHECK_EQ(submit(0, request(8, BDEV_OP_WRITE, 99992, 8)), 0);
	CHECK_EQ(c->header.type, 1);
	CHECK(!(c->data[0].flags & VDESC_WRITE));
	CHECK_EQ(submit(0, request(9, BDEV_OP_FLUSH, 0, 0)), 0);
	CHECK_EQ(c->header.type, 4);
	CHECK_EQ(c->nr, 0);
	CHECK_EQ(submit(0, request(10, BDEV_OP_DISCARD, 64, 4096)), 0);
	CHECK_EQ(c->header.type, 11);
	CHECK_EQ(c->data[0].len, 16);
	range = (const struct vblk_range *)(uintptr_t)c->data[0].addr;
	CHECK_EQ(range->sector, 64);
	CHECK_EQ(range->sectors, 4096);
	CHECK_EQ(range->flags, 0);
	CHECK_EQ(submit(0, request(11, BDEV_OP_WRITE_ZEROES, 1, 2)), 0);
	CHECK_EQ(c->header.type, 13);
	range = (const struct vblk_range *)(uintptr_t)c->data[0].addr;
	CHECK_EQ(range->flags, 1);
	request(11, BDEV_OP_WRITE_ZEROES, 1, 2)->flags = BDEV_FLAG_NOUNMAP;
	CHECK_EQ(submit(0, &reqs[11]), 0);
	CHECK_EQ(range->flags, 0);
	CHECK_EQ(disk.nr_done, 6);
	CHECK(disk.done[5] == &reqs[11] && !disk.done_status[5]);
}

static void io_segments(void)
{
	struct bdev_request *r;
	u32 i;

	start();
	r = request(0, BDEV_OP_WRITE, 0, 1024);
	r->nr_segs = 128;
	for (i = 0; i < 128; i++)
		r->segs[i] = (struct bdev_seg){ .addr = i << 20, .len = 4096 };
	CHECK_EQ(submit(0, r), 0);
	CHECK_EQ(disk.chain.nr, 128);
	CHECK_EQ(disk.chain.data[127].addr, 127 << 20);
	/* Blocks of 4 KiB and pieces of 8 KiB. */
	fake_reset();
	fake.features |= VF_SIZE_MAX;
	fake_config32(VCFG_SIZE_MAX, 8192);
	fake_config32(VCFG_BLK_SIZE, 4096);
	CHECK_EQ(fake_init(), 0);
	r = request(0, BDEV_OP_READ, 5, 5);
	r->bytes = 20480;
	r->segs[0].len = 20480;
	CHECK_EQ(submit(0, r), 0);
	CHECK_EQ(disk.chain.nr, 3);
	CHECK_EQ(disk.chain.data[1].addr, 0x1002000);
	CHECK_EQ(disk.chain.data[2].len, 4096);
	CHECK_EQ(disk.chain.header.sector, 40);
	/* More pieces than the device takes, or than there is room for. */
	fake_reset();
	fake.features |= VF_SIZE_MAX;
	fake_config32(VCFG_SIZE_MAX, 4096);
	fake_config32(VCFG_SEG_MAX, 4);
	CHECK_EQ(fake_init(), 0);
	CHECK_EQ(submit(0, request(0, BDEV_OP_READ, 0, 32)), 0);
	CHECK_EQ(submit(0, request(0, BDEV_OP_READ, 0, 33)), -EINVAL);
}

/* Without indirect descriptors the ring has the chains. */
static void io_plain(void)
{
	struct bdev_request *r;
	u32 n, tag, i;

	fake_reset();
	fake.features &= ~VF_INDIRECT_DESC;
	fake.q[0].size = 64;
	fake.q[1].size = 64;
	CHECK_EQ(fake_init(), 0);
	CHECK_EQ(vblk()->depth, 4);
	CHECK_EQ(vblk_max_segs(&vblk()->lim), 14);
	for (n = 0; n < 50; n++)
		for (tag = 0; tag < 4; tag++) {
			r = request(tag, BDEV_OP_READ, n, 14);
			r->nr_segs = 14;
			for (i = 0; i < 14; i++)
				r->segs[i] = (struct bdev_seg){ .addr = i << 20, .len = 512 };
			CHECK_EQ(ops()->submit(vblk(), 0, r, tag == 3), 0);
		}
	CHECK(!disk.chain.indirect);
	CHECK_EQ(disk.chain.head, 48);
	CHECK_EQ(disk.chain.nr, 14);
	CHECK_EQ(disk.nr_done, 200);
}

static void io_refused(void)
{
	u32 i;

	start();
	CHECK_EQ(submit(2, request(0, BDEV_OP_READ, 0, 8)), -EINVAL);
	CHECK_EQ(submit(0, request(127, BDEV_OP_READ, 0, 8)), -EINVAL);
	CHECK_EQ(submit(0, request(0, BDEV_OP_READ, 0, 0)), -EINVAL);
	CHECK_EQ(submit(0, request(0, BDEV_OP_READ, 99993, 8)), -EINVAL);
	CHECK_EQ(submit(0, request(0, BDEV_OP_READ, ~0ull, 8)), -EINVAL);
	CHECK_EQ(submit(0, request(0, BDEV_OP_READ, 0, 1025)), -EINVAL);
	CHECK_EQ(submit(0, request(0, BDEV_OP_DISCARD, 0, 8193)), -EINVAL);
	CHECK_EQ(submit(0, request(0, BDEV_OP_WRITE_ZEROES, 0, 4097)), -EINVAL);
	CHECK_EQ(submit(0, request(0, 99, 0, 8)), -EOPNOTSUPP);
	request(0, BDEV_OP_READ, 0, 8)->ns = 1;
	CHECK_EQ(submit(0, &reqs[0]), -EINVAL);
	request(0, BDEV_OP_READ, 0, 8)->bytes = 512;
	CHECK_EQ(submit(0, &reqs[0]), -EINVAL);
	request(0, BDEV_OP_READ, 0, 8)->nr_segs = 0;
	CHECK_EQ(submit(0, &reqs[0]), -EINVAL);
	request(0, BDEV_OP_READ, 0, 129)->nr_segs = 129;
	for (i = 0; i < 128; i++)
		reqs[0].segs[i] = (struct bdev_seg){ .addr = i << 20, .len = 512 };
	CHECK_EQ(submit(0, &reqs[0]), -EINVAL);
	request(0, BDEV_OP_READ, 0, 8)->segs[0].len = 8192;
	CHECK_EQ(submit(0, &reqs[0]), -EINVAL);
	request(0, BDEV_OP_READ, 0, 8)->segs[0].addr = ~0ull;
	CHECK_EQ(submit(0, &reqs[0]), -EINVAL);
	request(0, BDEV_OP_WRITE, 0, 8)->flags = BDEV_FLAG_FUA;
	CHECK_EQ(submit(0, &reqs[0]), -EOPNOTSUPP);
	CHECK_EQ(disk.nr_done, 0);
	fake_reset();
	fake.features |= VF_RO;
	CHECK_EQ(fake_init(), 0);
	CHECK_EQ(submit(0, request(0, BDEV_OP_WRITE, 0, 8)), -EROFS);
	CHECK_EQ(submit(0, request(0, BDEV_OP_DISCARD, 0, 8)), -EROFS);
	CHECK_EQ(submit(0, request(0, BDEV_OP_READ, 0, 8)), 0);
	disk.hold = true;
	CHECK_EQ(submit(0, request(0, BDEV_OP_READ, 0, 8)), 0);
	CHECK_EQ(submit(0, request(0, BDEV_OP_READ, 0, 8)), -EBUSY);
	CHECK_EQ(disk.nr_done, 1);
}

/* One notification a batch; none for a device that polls; round and round. */
static void io_batch(void)
{
	u32 before, n, tag;

	start();
	for (n = 0; n < 600; n++) {
		before = fake.notified;
		for (tag = 0; tag < 127; tag++)
			ops()->submit(vblk(), 0, request(tag, BDEV_OP_READ, n, 8), false);
		CHECK_EQ(fake.notified, before);
		CHECK_EQ(ops()->kick(vblk(), 0), 0);
		CHECK_EQ(ops()->kick(vblk(), 0), 0);
		CHECK_EQ(fake.notified, before + 1);
		CHECK_EQ(disk.nr_done, (n + 1) * 127);
	}
	CHECK_EQ(ops()->kick(vblk(), 2), -EINVAL);
	fake_reset();
	disk.hold = true;
	fake.no_notify = true;
	CHECK_EQ(fake_init(), -ETIMEDOUT);
	CHECK_EQ(fake.notified, 0);
}

static void io_poll(void)
{
	start();
	fake.no_irq = true;
	CHECK_EQ(submit(0, request(0, BDEV_OP_READ, 0, 8)), 0);
	CHECK_EQ(disk.nr_done, 0);
	CHECK_EQ(ops()->poll(vblk(), 1), 0);
	CHECK_EQ(disk.nr_done, 0);
	CHECK_EQ(ops()->poll(vblk(), 0), 0);
	CHECK_EQ(disk.nr_done, 1);
	CHECK_EQ(ops()->poll(vblk(), 0), 0);
	CHECK_EQ(disk.nr_done, 1);
	CHECK_EQ(ops()->poll(vblk(), 2), -EINVAL);
}

static void io_errors(void)
{
	start();
	disk.answer = VBLK_S_IOERR;
	CHECK_EQ(submit(0, request(0, BDEV_OP_READ, 0, 8)), 0);
	CHECK_EQ(disk.done_status[0], -EIO);
	disk.answer = VBLK_S_UNSUPP;
	CHECK_EQ(submit(0, request(0, BDEV_OP_FLUSH, 0, 0)), 0);
	CHECK_EQ(disk.done_status[1], -EOPNOTSUPP);
	disk.answer = VBLK_S_OK;
	/* a read that the device says it did not finish */
	disk.len_less = 513;
	CHECK_EQ(submit(0, request(0, BDEV_OP_READ, 0, 8)), 0);
	CHECK_EQ(disk.done_status[2], -EIO);
	/* the status byte is not counted by all */
	disk.len_less = 1;
	CHECK_EQ(submit(0, request(0, BDEV_OP_READ, 0, 8)), 0);
	CHECK_EQ(disk.done_status[3], 0);
	CHECK_EQ(submit(0, request(0, BDEV_OP_WRITE, 0, 8)), 0);
	CHECK_EQ(disk.done_status[4], 0);
}

static void timeouts(void)
{
	start();
	fake.no_irq = true;
	CHECK_EQ(submit(0, request(0, BDEV_OP_READ, 0, 8)), 0);
	CHECK_EQ(ops()->timeout(vblk(), 0, 0), 0);
	CHECK_EQ(disk.nr_done, 1);
	CHECK_EQ(ops()->timeout(vblk(), 0, 0), 0);
	CHECK_EQ(ops()->timeout(vblk(), 0, 127), -EINVAL);
	CHECK_EQ(ops()->timeout(vblk(), 9, 0), -EINVAL);
	/* nobody notified the device */
	CHECK_EQ(ops()->submit(vblk(), 0, request(0, BDEV_OP_READ, 0, 8), false), 0);
	CHECK_EQ(ops()->timeout(vblk(), 0, 0), 0);
	CHECK_EQ(disk.nr_done, 2);
	start();
	disk.hold = true;
	CHECK_EQ(submit(0, request(5, BDEV_OP_READ, 0, 8)), 0);
	CHECK(DIES(ops()->timeout(vblk(), 0, 5)));
	CHECK(!strcmp(fake.died, "I/O timeout, device reset"));
	start();
	disk.hold = true;
	CHECK_EQ(submit(0, request(5, BDEV_OP_READ, 0, 8)), 0);
	fake.gone = true;
	CHECK_EQ(ops()->timeout(vblk(), 0, 5), -ENODEV);
	rl_this_domain.exit(vblk());
}

#define UNKNOWN	"device names a chain it does not have"
#define TOO_FAR	"device uses chains it was never given"
#define TOO_LONG "device wrote more than it was given room for"

/* Tag 5 is at the device, which says something else; the generation ends with @why. */
static void bogus(u32 id, u32 len, u16 ahead, const char *why)
{
	start();
	disk.hold = true;
	CHECK_EQ(submit(0, request(5, BDEV_OP_READ, 0, 8)), 0);
	disk.chain.status[0] = VBLK_S_OK;
	CHECK(DIES(fake_used(0, id, len, ahead)));
	CHECK(fake.died && !strcmp(fake.died, why));
	CHECK_EQ(disk.nr_done, 0);
}

static void bogus_used(void)
{
	bogus(4, 4097, 0, UNKNOWN);
	bogus(127, 4097, 0, UNKNOWN);
	bogus(65536 + 5, 4097, 0, UNKNOWN);
	bogus(~0u, 4097, 0, UNKNOWN);
	bogus(5, 4098, 0, TOO_LONG);
	bogus(5, ~0u, 0, TOO_LONG);
	bogus(5, 4097, 1, TOO_FAR);
	bogus(5, 4097, 30000, TOO_FAR);
	bogus(5, 4097, 0xfffe, TOO_FAR);
	/* twice the same */
	start();
	disk.hold = true;
	CHECK_EQ(submit(0, request(5, BDEV_OP_READ, 0, 8)), 0);
	CHECK_EQ(submit(0, request(6, BDEV_OP_READ, 0, 8)), 0);
	disk.chain.status[0] = VBLK_S_OK;
	CHECK(!DIES(fake_used(0, 6, 4097, 0)));
	CHECK(DIES(fake_used(0, 6, 4097, 0)));
	CHECK_EQ(disk.nr_done, 1);
	/* nothing is at the device */
	start();
	CHECK(DIES(fake_used(0, 0, 0, 0)));
	/* the middle of a chain */
	fake_reset();
	fake.features &= ~VF_INDIRECT_DESC;
	CHECK_EQ(fake_init(), 0);
	disk.hold = true;
	CHECK_EQ(submit(0, request(1, BDEV_OP_READ, 0, 8)), 0);
	disk.chain.status[0] = VBLK_S_OK;
	CHECK(DIES(fake_used(0, 17, 4097, 0)));
	CHECK_EQ(disk.nr_done, 0);
}

static void bogus_status(void)
{
	start();
	disk.answer = VBLK_S_NONE;
	CHECK(DIES(submit(0, request(0, BDEV_OP_WRITE, 0, 8))));
	start();
	disk.answer = 3;
	CHECK(DIES(submit(0, request(0, BDEV_OP_WRITE, 0, 8))));
	start();
	fake.logged = 0;
	fake.generation++;
	CHECK(!DIES(fake_interrupt(0)));
	CHECK_EQ(fake.logged, 1);
	CHECK(!DIES(fake_interrupt(0)));
	CHECK_EQ(fake.logged, 1);
	fake.status |= VSTATUS_NEEDS_RESET;
	CHECK(DIES(fake_interrupt(0)));
	fake.gone = true;
	CHECK(!DIES(fake_interrupt(0)));
}

const struct tap_case driver_cases[] = {
	{ "init: a good device", init_good },
	{ "init: again", init_again },
	{ "init: capabilities", init_caps },
	{ "init: features", init_features },
	{ "init: a device that never does", init_never },
	{ "init: queues", init_queues },
	{ "init: few vectors", init_vectors },
	{ "init: memory", init_memory },
	{ "io: commands", io_commands },
	{ "io: segments", io_segments },
	{ "io: plain descriptors", io_plain },
	{ "io: refused", io_refused },
	{ "io: one notification a batch", io_batch },
	{ "io: poll", io_poll },
	{ "io: errors", io_errors },
	{ "timeouts", timeouts },
	{ "bogus: used elements", bogus_used },
	{ "bogus: status", bogus_status },
	{ NULL, NULL },
};
