// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of the parts that know neither device nor state. */
#include <stdlib.h>
#include <string.h>
#include "../nvme.h"
#include "tap.h"

#define LIST_DMA 0x7000000ull
#define PAGES(n) ((n) * NVME_PAGE)

static struct nvme_prp prp;
static struct bdev_seg segs[BDEV_MAX_SEGS];

/* The list is allocated to the entry, so that ASan sees one too many. */
static u64 *list;

/* What the short way accepts, the long way accepts with the same answer. */
static s32 build_n(u32 nr, u32 bytes, u32 room)
{
	struct nvme_prp one;
	s32 err;

	free(list);
	list = calloc(room ? room : 1, sizeof(*list));
	memset(&prp, 0xa5, sizeof(prp));
	err = nvme_prp_build(&prp, list, LIST_DMA, room, segs, nr, bytes);
	if (nvme_prp_one(&one, segs, nr, bytes)) {
		CHECK_EQ(err, 0);
		CHECK_EQ(one.prp1, prp.prp1);
		CHECK_EQ(one.prp2, prp.prp2);
	}
	return err;
}

static s32 build(u32 nr, u32 bytes)
{
	return build_n(nr, bytes, NVME_MAX_BYTES / NVME_PAGE);
}

static void seg(u32 i, u64 addr, u32 len)
{
	segs[i].addr = addr;
	segs[i].len = len;
}

static void prp_one_page(void)
{
	seg(0, 0x10000, 4096);
	CHECK_EQ(build(1, 4096), 0);
	CHECK_EQ(prp.prp1, 0x10000);
	CHECK_EQ(prp.prp2, 0);
	seg(0, 0x10e00, 512);
	CHECK_EQ(build(1, 512), 0);
	CHECK_EQ(prp.prp1, 0x10e00);
	CHECK_EQ(prp.prp2, 0);
}

static void prp_two_pages(void)
{
	seg(0, 0x10000, 8192);
	CHECK_EQ(build(1, 8192), 0);
	CHECK_EQ(prp.prp2, 0x11000);
	seg(0, 0x10e00, 1024);
	CHECK_EQ(build(1, 1024), 0);
	CHECK_EQ(prp.prp1, 0x10e00);
	CHECK_EQ(prp.prp2, 0x11000);
	seg(0, 0x10e00, 512);
	seg(1, 0x90000, 512);
	CHECK_EQ(build(2, 1024), 0);
	CHECK_EQ(prp.prp2, 0x90000);
}

static void prp_three_pages(void)
{
	seg(0, 0x10004, 12288);
	CHECK_EQ(build(1, 12288), 0);
	CHECK_EQ(prp.prp1, 0x10004);
	CHECK_EQ(prp.prp2, LIST_DMA);
	CHECK_EQ(list[0], 0x11000);
	CHECK_EQ(list[1], 0x12000);
	CHECK_EQ(list[2], 0x13000);
	CHECK_EQ(list[3], 0);
}

static void prp_largest(void)
{
	u32 i;

	seg(0, 0x10ffc, 4);
	for (i = 1; i < BDEV_MAX_SEGS; i++)
		seg(i, 0x100000 + 2 * i * 4096, 4096);
	CHECK_EQ(build(BDEV_MAX_SEGS, 4 + PAGES(127)), 0);
	CHECK_EQ(list[126], 0x100000 + 2 * 127 * 4096);
	/* One segment at an offset touches a page more: the list is just full. */
	seg(0, 0x200ffc, NVME_MAX_BYTES);
	CHECK_EQ(build(1, NVME_MAX_BYTES), 0);
	CHECK_EQ(list[0], 0x201000);
	CHECK_EQ(list[127], 0x201000 + PAGES(127));
}

static void prp_list_full(void)
{
	seg(0, 0x200000, PAGES(4));
	CHECK_EQ(build_n(1, PAGES(4), 3), 0);
	CHECK_EQ(build_n(1, PAGES(4), 2), -EINVAL);
	CHECK_EQ(build_n(1, PAGES(4), 0), -EINVAL);
	CHECK_EQ(prp.prp1, 0xa5a5a5a5a5a5a5a5ull);
}

static void prp_alignment(void)
{
	seg(0, 0x10002, 512);
	CHECK_EQ(build(1, 512), -EINVAL);
	seg(0, 0x10000, 4096);
	seg(1, 0x20200, 512);
	CHECK_EQ(build(2, 4608), -EINVAL);
	seg(0, 0x10000, 512);
	seg(1, 0x20000, 512);
	CHECK_EQ(build(2, 1024), -EINVAL);
	seg(0, 0x10000, 4096);
	seg(1, 0x20000, 2048);
	seg(2, 0x30000, 2048);
	CHECK_EQ(build(3, 8192), -EINVAL);
}

static void prp_lengths(void)
{
	seg(0, 0x10000, 4096);
	CHECK_EQ(build(1, 8192), -EINVAL);
	CHECK_EQ(build(1, 512), -EINVAL);
	CHECK_EQ(build(0, 0), -EINVAL);
	CHECK_EQ(build(BDEV_MAX_SEGS + 1, 4096), -EINVAL);
	seg(1, 0x20000, 0);
	CHECK_EQ(build(2, 4096), -EINVAL);
	seg(0, 0x10000, 0xfffff000);
	seg(1, 0x20000, 0x2000);
	CHECK_EQ(build(2, 4096), -EINVAL);
	seg(0, ~0ull - 4095, 4096 * 2);
	CHECK_EQ(build(1, 8192), -EINVAL);
}

/* Any segments at all: no crash, and what is accepted is made of the segments. */
static void prp_random(void)
{
	u32 n, i, nr, bytes;

	srand(1);
	for (n = 0; n < 200000; n++) {
		nr = rand() % 5;
		bytes = 0;
		for (i = 0; i < nr; i++) {
			seg(i, (u64)(rand() & 0xff) << (rand() % 16), rand() % 20000);
			if (rand() & 1)
				segs[i].addr &= ~(u64)NVME_PAGE_MASK;
			if (rand() & 1)
				segs[i].len &= ~NVME_PAGE_MASK;
			bytes += segs[i].len;
		}
		if (build_n(nr, bytes, rand() % 20))
			continue;
		CHECK_EQ(prp.prp1, segs[0].addr);
		for (i = 1; i < nr; i++)
			CHECK(!(segs[i].addr & NVME_PAGE_MASK));
	}
}

static void status_codes(void)
{
	static const struct { u16 status; s32 err; bool retry; } want[] = {
		{ 0x000, 0, false },
		{ 0x001, -EOPNOTSUPP, false },
		{ 0x007, -ETIMEDOUT, true },
		{ 0x080, -EREMOTEIO, false },
		{ 0x081, -ENOSPC, false },
		{ 0x082, -EREMOTEIO, true },
		{ 0x281, -ENODATA, true },
		{ 0x282, -EILSEQ, false },
		{ 0x370, -ENOLINK, true },
		{ 0x7ff, -EIO, false },
		{ 0x0ff, -EIO, false },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(want); i++) {
		CHECK_EQ(nvme_status_errno(want[i].status), want[i].err);
		CHECK_EQ(nvme_status_retry(want[i].status), want[i].retry);
		CHECK(!nvme_status_retry(want[i].status | NVME_ST_DNR));
		/* More and CRD are no part of the code. */
		CHECK_EQ(nvme_status_errno(want[i].status | 0x3800), want[i].err);
	}
	for (i = 1; i < 0x10000; i++)
		CHECK(nvme_status_errno(i) <= 0 && nvme_status_errno(i) >= -EOPNOTSUPP - 30);
}

static struct nvme_id_ctrl ctrl;
static struct nvme_limits lim;

static const char *ident_ctrl(void)
{
	memset(&lim, 0, sizeof(lim));
	return nvme_ident_ctrl(&ctrl, &lim);
}

static void ctrl_good(void)
{
	memset(&ctrl, 0, sizeof(ctrl));
	ctrl.sqes = 0x66;
	ctrl.cqes = 0x44;
	ctrl.nn = 1;
}

static void ctrl_limits(void)
{
	static const struct { u8 mdts; u32 bytes; } want[] = {
		{ 0, NVME_MAX_BYTES }, { 1, 8192 }, { 5, 131072 }, { 7, NVME_MAX_BYTES },
		{ 8, NVME_MAX_BYTES }, { 19, NVME_MAX_BYTES }, { 20, NVME_MAX_BYTES },
		{ 52, NVME_MAX_BYTES }, { 255, NVME_MAX_BYTES },
	};
	u32 i;

	ctrl_good();
	for (i = 0; i < ARRAY_SIZE(want); i++) {
		ctrl.mdts = want[i].mdts;
		CHECK(!ident_ctrl());
		CHECK_EQ(lim.max_bytes, want[i].bytes);
		CHECK(lim.mdts_bytes >= lim.max_bytes);
	}
	CHECK(!lim.dbbuf && !lim.discard && !lim.zeroes && !lim.cache);
	CHECK_EQ(lim.aborts, 1);
	ctrl.acl = 255;
	ctrl.rtd3e = ~0u;
	ctrl.oacs = NVME_OACS_DBBUF;
	ctrl.oncs = NVME_ONCS_DSM | NVME_ONCS_ZEROES;
	ctrl.vwc = 0xff;
	CHECK(!ident_ctrl());
	CHECK_EQ(lim.aborts, NVME_MAX_ABORTS);
	CHECK_EQ(lim.shutdown_ms, 60000);
	CHECK(lim.dbbuf && lim.discard && lim.zeroes && lim.cache);
}

static void ctrl_refused(void)
{
	ctrl_good();
	ctrl.sqes = 0x67;
	CHECK(!!ident_ctrl());
	ctrl.sqes = 0x55;
	CHECK(!!ident_ctrl());
	ctrl_good();
	ctrl.cqes = 0xff;
	CHECK(!!ident_ctrl());
	ctrl_good();
	ctrl.cntrltype = 2;
	CHECK(!!ident_ctrl());
	ctrl.cntrltype = 1;
	CHECK(!ident_ctrl());
	ctrl.nn = 0;
	CHECK(!!ident_ctrl());
	memset(&ctrl, 0xff, sizeof(ctrl));
	CHECK(!!ident_ctrl());
}

static void cap_checks(void)
{
	u64 good = 1ull << 37 | 0xfull << 24 | 0x7ff;

	CHECK(!nvme_ident_cap(good));
	CHECK(!nvme_ident_cap((good & ~0xffffull) | 1));
	CHECK(!!nvme_ident_cap(good & ~0xffffull));
	CHECK(!!nvme_ident_cap(good | 1ull << 48));
	CHECK(!!nvme_ident_cap(good & ~(1ull << 37)));
	CHECK(!!nvme_ident_cap(~0ull));
	CHECK(!!nvme_ident_cap(0));
}

static struct nvme_id_ns id;
static struct nvme_ns ns;

static const char *ident_ns(void)
{
	memset(&ns, 0, sizeof(ns));
	return nvme_ident_ns(&id, &lim, &ns);
}

static void ns_good(void)
{
	memset(&lim, 0, sizeof(lim));
	lim.mdts_bytes = ~0u;
	memset(&id, 0, sizeof(id));
	id.nsze = 1 << 20;
	id.lbaf[0].lbads = 9;
}

static void ns_formats(void)
{
	u32 lbads;

	ns_good();
	for (lbads = 0; lbads < 256; lbads++) {
		id.lbaf[0].lbads = lbads;
		CHECK_EQ(!ident_ns(), lbads >= 9 && lbads <= 12);
	}
	id.nlbaf = 2;
	id.flbas = 2;
	id.lbaf[2].lbads = 12;
	CHECK(!ident_ns());
	CHECK_EQ(ns.shift, 12);
	id.flbas = 0x12;
	CHECK(!ident_ns());
	id.flbas = 3;
	CHECK(!!ident_ns());
	id.flbas = 2;
	id.lbaf[2].ms = 8;
	CHECK(!!ident_ns());
}

static void ns_capacity(void)
{
	ns_good();
	id.nsze = 0;
	CHECK(!!ident_ns());
	id.nsze = ~0ull;
	CHECK(!!ident_ns());
	id.nsze = (1ull << 54) - 1;
	CHECK(!ident_ns());
	CHECK_EQ(ns.blocks, (1ull << 54) - 1);
	id.nsze++;
	CHECK(!!ident_ns());
	memset(&id, 0xff, sizeof(id));
	CHECK(!!ident_ns());
	memset(&id, 0, sizeof(id));
	CHECK(!!ident_ns());
}

static void ns_features(void)
{
	ns_good();
	CHECK(!ident_ns());
	CHECK(!ns.max_discard && !ns.max_zeroes && !ns.read_only && !ns.deac);
	lim.discard = true;
	lim.zeroes = true;
	lim.mdts_bytes = 65536;
	id.dlfeat = 0x09;
	id.nsattr = 1;
	CHECK(!ident_ns());
	CHECK_EQ(ns.max_discard, 0x7fffff);
	CHECK_EQ(ns.max_zeroes, 128);
	CHECK_EQ(ns.discard_granularity, 512);
	CHECK(ns.read_only && ns.deac);
	lim.mdts_bytes = ~0u;
	id.nsfeat = NVME_NSFEAT_OPTPERF;
	id.npdg = 0xffff;
	id.dlfeat = 0x0a;
	CHECK(!ident_ns());
	CHECK_EQ(ns.max_zeroes, 65536);
	CHECK_EQ(ns.discard_granularity, 512 * 65536);
	CHECK(!ns.deac);
}

static void smart_units(void)
{
	static struct nvme_smart s;
	static struct bdev_health log;

	memset(&s, 0, sizeof(s));
	s.temperature[0] = 0x43;
	s.temperature[1] = 0x01;
	s.units_read[0] = 3;
	s.units_written[0] = ~0ull;
	s.power_on_hours[1] = 1;
	s.media_errors[0] = 7;
	nvme_smart_convert(&s, &log);
	CHECK_EQ(log.temperature_k, 0x143);
	CHECK_EQ(log.data_read, 3 * 512000);
	CHECK_EQ(log.data_written, ~0ull);
	CHECK_EQ(log.power_on_hours, ~0ull);
	CHECK_EQ(log.media_errors, 7);
}

const struct tap_case pure_cases[] = {
	{ "prp: one page", prp_one_page },
	{ "prp: two pages", prp_two_pages },
	{ "prp: three pages", prp_three_pages },
	{ "prp: the largest request", prp_largest },
	{ "prp: list full", prp_list_full },
	{ "prp: alignment", prp_alignment },
	{ "prp: lengths", prp_lengths },
	{ "prp: random segments", prp_random },
	{ "status: errors and retries", status_codes },
	{ "ctrl: limits", ctrl_limits },
	{ "ctrl: refused", ctrl_refused },
	{ "ctrl: CAP", cap_checks },
	{ "ns: formats", ns_formats },
	{ "ns: capacity", ns_capacity },
	{ "ns: features", ns_features },
	{ "smart: units", smart_units },
	{ NULL, NULL },
};
