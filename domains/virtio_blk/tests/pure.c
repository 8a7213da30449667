// SPDX-License-Identifier: GPL-2.0-only
/* What is believed of a configuration, and the limits that come out of it. */
#include <string.h>
#include "fake.h"
#include "tap.h"

static struct vblk_limits lim;
static const struct vblk_config good = { .capacity = 4096, .seg_max = 126, .blk_size = 512,
					 .num_queues = 4, .vqs = 4 };

static const char *judge(const struct vblk_config *c, u64 features)
{
	memset(&lim, 0xa5, sizeof(lim));
	return vblk_config_judge(c, features, &lim);
}

static void sizes(void)
{
	struct vblk_config c = good;

	CHECK(!judge(&c, 0));
	CHECK_EQ(lim.blocks, 4096);
	CHECK_EQ(lim.shift, 9);
	c.blk_size = 4096;
	CHECK(!judge(&c, 0));		/* not negotiated: not looked at */
	CHECK_EQ(lim.shift, 9);
	CHECK(!judge(&c, VF_BLK_SIZE));
	CHECK_EQ(lim.shift, 12);
	CHECK_EQ(lim.blocks, 512);
	c.capacity = 4103;		/* half a block is none */
	CHECK(!judge(&c, VF_BLK_SIZE));
	CHECK_EQ(lim.blocks, 512);
	c.capacity = 7;
	CHECK(judge(&c, VF_BLK_SIZE));
	c.capacity = ~0ull;
	CHECK(judge(&c, 0));
	c.capacity = 4096;
	for (c.blk_size = 0; c.blk_size < 512; c.blk_size += 100)
		CHECK(judge(&c, VF_BLK_SIZE));
	c.blk_size = 8192;
	CHECK(judge(&c, VF_BLK_SIZE));
	c.blk_size = 1536;
	CHECK(judge(&c, VF_BLK_SIZE));
}

static void queues(void)
{
	struct vblk_config c = good;

	CHECK(!judge(&c, 0));
	CHECK_EQ(lim.queues, 1);
	CHECK(!judge(&c, VF_MQ));
	CHECK_EQ(lim.queues, 4);
	c.vqs = 3;
	CHECK(!judge(&c, VF_MQ));
	CHECK_EQ(lim.queues, 3);
	c.num_queues = 0;
	CHECK(judge(&c, VF_MQ));
	c.num_queues = 1;
	c.vqs = 0;
	CHECK(judge(&c, VF_MQ));
}

static void segments(void)
{
	struct vblk_config c = good;
	u32 n;

	CHECK(!judge(&c, 0));
	CHECK_EQ(lim.max_descs, 1);
	CHECK_EQ(vblk_max_segs(&lim), 1);
	CHECK_EQ(vblk_max_bytes(&lim), 524288);
	CHECK(!judge(&c, VF_SEG_MAX));
	CHECK_EQ(lim.max_descs, 126);
	c.seg_max = ~0u;
	CHECK(!judge(&c, VF_SEG_MAX));
	CHECK_EQ(lim.max_descs, 128);
	c.seg_max = 0;
	CHECK(judge(&c, VF_SEG_MAX));
	c.size_max = 4095;
	CHECK(judge(&c, VF_SIZE_MAX));
	/* However many cuts there are, the pieces fit. */
	for (n = 1; n < 200; n++) {
		c.seg_max = n;
		c.size_max = 5000;
		CHECK(!judge(&c, VF_SIZE_MAX | VF_SEG_MAX));
		CHECK_EQ(lim.desc_bytes, 4096);
		CHECK(vblk_max_bytes(&lim) >= 4096);
		CHECK(vblk_max_segs(&lim) - 1 + vblk_max_bytes(&lim) / 4096 <= lim.max_descs);
	}
}

static void ranges(void)
{
	struct vblk_config c = good;

	c.max_discard = 800;
	c.max_discard_seg = 1;
	c.discard_align = 16;
	c.max_zeroes = 80;
	c.zeroes_may_unmap = 2;
	c.blk_size = 4096;
	CHECK(!judge(&c, VF_BLK_SIZE));
	CHECK_EQ(lim.max_discard, 100);
	CHECK_EQ(lim.discard_granularity, 8192);
	CHECK_EQ(lim.max_zeroes, 0);
	CHECK(!lim.unmap);
	c.discard_align = 4;
	CHECK(!judge(&c, VF_BLK_SIZE));
	CHECK_EQ(lim.discard_granularity, 4096);
	c.discard_align = 12;
	CHECK(!judge(&c, VF_BLK_SIZE));
	CHECK_EQ(lim.discard_granularity, 4096);
}

const struct tap_case pure_cases[] = {
	{ "config: sizes", sizes },
	{ "config: queues", queues },
	{ "config: segments", segments },
	{ "config: ranges", ranges },
	{ NULL, NULL },
};
