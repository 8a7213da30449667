// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the device says of itself, believed only where it is possible.
 *
 * Identify pages lie in DMA memory: the device may change them at any time, so
 * each field is read once. Each check answers NULL, or the reason for which the
 * controller or namespace is refused, for the log.
 *
 * Pure code; tests run it on the host.
 */
#include "nvme.h"

#define NVME_MDTS_MAX		20	/* 4 GiB: beyond it, no limit at all */
#define NVME_LBADS_MIN		9
#define NVME_LBADS_MAX		12
#define NVME_SHUTDOWN_MAX_MS	60000

/**
 * nvme_ident_cap() - can this driver run the controller at all?
 * @cap: the CAP register (3.1.1)
 *
 * Any context. Returns NULL or a reason.
 */
const char *nvme_ident_cap(u64 cap)
{
	if (cap == ~0ull)
		return "registers read all ones";
	if (!NVME_CAP_CSS_NVM(cap))
		return "no NVM command set";
	if (NVME_CAP_MPSMIN(cap))
		return "smallest memory page is larger than the host's";
	if (NVME_CAP_MQES(cap) + 1 < NVME_MIN_ENTRIES)
		return "queues of a single entry";
	return NULL;
}

/* Required size at most, and maximum size at least, 2^n. */
static bool nvme_ident_entry_size(u8 field, u8 n)
{
	return (field & 0xf) <= n && field >> 4 >= n;
}

/**
 * nvme_ident_ctrl() - limits of a controller
 * @id: identify page, DMA memory
 * @lim: the answer
 *
 * Any context. Returns NULL or a reason.
 */
const char *nvme_ident_ctrl(const struct nvme_id_ctrl *id, struct nvme_limits *lim)
{
	u8 type = READ_ONCE(id->cntrltype);
	u8 mdts = READ_ONCE(id->mdts);
	u16 oncs = READ_ONCE(id->oncs);
	u32 rtd3e_ms = READ_ONCE(id->rtd3e) / 1000;

	if (type && type != NVME_CTRL_TYPE_IO)
		return "not an I/O controller";
	if (!nvme_ident_entry_size(READ_ONCE(id->sqes), 6))
		return "no 64 byte submission entries";
	if (!nvme_ident_entry_size(READ_ONCE(id->cqes), 4))
		return "no 16 byte completion entries";
	lim->nn = READ_ONCE(id->nn);
	if (!lim->nn)
		return "no namespaces";

	lim->mdts_bytes = mdts && mdts < NVME_MDTS_MAX ? NVME_PAGE << mdts : ~0u;
	lim->max_bytes = min(lim->mdts_bytes, NVME_MAX_BYTES);
	lim->shutdown_ms = min(rtd3e_ms, NVME_SHUTDOWN_MAX_MS);
	lim->aborts = min(READ_ONCE(id->acl) + 1u, NVME_MAX_ABORTS);
	lim->dbbuf = READ_ONCE(id->oacs) & NVME_OACS_DBBUF;
	lim->discard = oncs & NVME_ONCS_DSM;
	lim->zeroes = oncs & NVME_ONCS_ZEROES;
	lim->cache = READ_ONCE(id->vwc) & NVME_VWC_PRESENT;
	return NULL;
}

/* Discard and write zeroes: what a namespace allows of what the controller can. */
static void nvme_ident_ns_dealloc(const struct nvme_id_ns *id, const struct nvme_limits *lim,
				  struct nvme_ns *ns)
{
	u8 dlfeat = READ_ONCE(id->dlfeat);
	u32 granule = 1;

	if (READ_ONCE(id->nsfeat) & NVME_NSFEAT_OPTPERF)
		granule += READ_ONCE(id->npdg);
	ns->discard_granularity = granule << ns->shift;
	/* 6.7: a range has 32 bits of blocks; below 4 GiB no byte count overflows. */
	ns->max_discard = lim->discard ? ~0u >> ns->shift : 0;
	/* 6.17: 16 bits of blocks; MDTS, since old devices apply it here as well. */
	ns->max_zeroes = lim->zeroes ? min(lim->mdts_bytes >> ns->shift, NVME_NLB_MAX) : 0;
	ns->deac = dlfeat & NVME_DLFEAT_DEAC &&
		   (dlfeat & NVME_DLFEAT_READ_MASK) == NVME_DLFEAT_READ_ZERO;
}

/**
 * nvme_ident_ns() - one namespace
 * @id: identify page, DMA memory
 * @lim: limits of its controller
 * @ns: the answer; nsid is the caller's
 *
 * Any context. Returns NULL or a reason.
 */
const char *nvme_ident_ns(const struct nvme_id_ns *id, const struct nvme_limits *lim,
			  struct nvme_ns *ns)
{
	u8 format = READ_ONCE(id->flbas) & NVME_FLBAS_FORMAT;
	u64 blocks = READ_ONCE(id->nsze);
	u8 lbads;

	if (format > READ_ONCE(id->nlbaf))
		return "format index out of range";
	if (READ_ONCE(id->lbaf[format].ms))
		return "metadata is not supported";
	lbads = READ_ONCE(id->lbaf[format].lbads);
	if (lbads < NVME_LBADS_MIN || lbads > NVME_LBADS_MAX)
		return "block size is not supported";
	if (!blocks)
		return "capacity is 0";
	if (blocks > (~0ull >> 1) >> lbads)
		return "capacity is absurd";

	ns->blocks = blocks;
	ns->shift = lbads;
	ns->read_only = READ_ONCE(id->nsattr) & NVME_NSATTR_WP;
	nvme_ident_ns_dealloc(id, lim, ns);
	return NULL;
}
