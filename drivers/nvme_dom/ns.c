// SPDX-License-Identifier: GPL-2.0-only
/*
 * Namespaces: which ids are active, and what each of them is (NVMe 1.4, 5.15.2.1
 * and 5.15.2.3).
 *
 * Ids may be sparse; the interface numbers the usable ones from 0 in ascending
 * order of id. A namespace this driver cannot serve is left out with a line in
 * the log; only a controller without a usable one is refused. However many
 * namespaces a device claims, the number of commands spent on them is bounded.
 */
#include "nvme.h"
#include <redleaf/log.h>

/* Adds namespace @nsid if it can be served. 0 or -Exxx of a dead controller. */
static s32 nvme_ns_add(struct nvme *n, u32 nsid)
{
	struct nvme_ns *ns = &n->ns[n->nr_ns];
	const char *reason = "identify failed";
	u32 page = NVME_PAGE_NS1;
	s32 err = 0;

	if (nsid != 1 || !n->ns1_valid) {
		page = NVME_PAGE_ANY;
		nvme_post_identify(n, NVME_CNS_NS, nsid, page);
		err = nvme_admin_run_one(n);
	}
	if (err < 0)
		return err;
	if (!err)
		reason = nvme_ident_ns(nvme_admin_page(n, page), &n->lim, ns);
	if (reason) {
		rl_log(RL_LOG_WARN, "namespace %u left out: %s", nsid, reason);
		return 0;
	}
	ns->nsid = nsid;
	n->nr_ns++;
	return 0;
}

/* Controllers before 1.1, and some after, have no list: ids are 1 to NN. */
static s32 nvme_ns_scan_all(struct nvme *n)
{
	u32 last = min(n->lim.nn, NVME_NS_TRIES);
	u32 nsid;
	s32 err = 0;

	for (nsid = 1; nsid <= last && n->nr_ns < BDEV_MAX_NS && !err; nsid++)
		err = nvme_ns_add(n, nsid);
	return err;
}

static s32 nvme_ns_scan_list(struct nvme *n)
{
	const u32 *list = nvme_admin_page(n, NVME_PAGE_LIST);
	u32 i, nsid, before = 0;
	s32 err = 0;

	for (i = 0; i < NVME_NS_TRIES && !err; i++) {
		nsid = READ_ONCE(list[i]);
		if (!nsid)
			break;
		if (n->nr_ns == BDEV_MAX_NS) {
			rl_log(RL_LOG_WARN, "namespaces from %u on left out: too many", nsid);
			break;
		}
		if (nsid <= before || nsid > n->lim.nn) {
			rl_err("namespace list is absurd: %u after %u of %u", nsid, before,
			       n->lim.nn);
			return -EIO;
		}
		before = nsid;
		err = nvme_ns_add(n, nsid);
	}
	return err;
}

/**
 * nvme_ns_scan() - find the namespaces to serve
 * @n: controller, identified; sets ns, nr_ns
 *
 * Process context, may sleep. Returns 0 or -Exxx, with a line in the log.
 */
s32 nvme_ns_scan(struct nvme *n)
{
	s32 err = n->list_valid ? nvme_ns_scan_list(n) : nvme_ns_scan_all(n);

	if (err)
		return err;
	if (n->nr_ns)
		return 0;
	rl_err("no usable namespace");
	return -ENODEV;
}
