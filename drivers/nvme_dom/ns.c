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
#include <redleaf/heap.h>
#include <redleaf/log.h>
#include <redleaf/string.h>

/* Adds namespace @nsid if it can be served. 0 or -Exxx of a dead controller. */
static s32 nvme_ns_add(struct nvme *n, u32 nsid)
{
	struct nvme_ns *ns = &n->ns[n->nr_ns];
	const char *reason = "identify failed";
	s32 err = nvme_admin_identify(n, NVME_CNS_NS, nsid);

	if (err < 0)
		return err;
	if (!err)
		reason = nvme_ident_ns(n->admin.page, &n->lim, ns);
	if (reason) {
		rl_log(RL_LOG_WARN, "namespace %u left out: %s", nsid, reason);
		return 0;
	}
	ns->nsid = nsid;
	n->nr_ns++;
	return 0;
}

/* Controllers before 1.1 have no list: ids are 1 to NN. */
static s32 nvme_ns_scan_all(struct nvme *n)
{
	u32 last = min(n->lim.nn, NVME_NS_TRIES);
	u32 nsid;
	s32 err = 0;

	for (nsid = 1; nsid <= last && n->nr_ns < BDEV_MAX_NS && !err; nsid++)
		err = nvme_ns_add(n, nsid);
	return err;
}

/* @list is a copy: the page is needed for the namespaces themselves. */
static s32 nvme_ns_scan_list(struct nvme *n, const u32 *list)
{
	u32 i, before = 0;
	s32 err = 0;

	for (i = 0; i < NVME_NS_TRIES && list[i] && !err; i++) {
		if (n->nr_ns == BDEV_MAX_NS) {
			rl_log(RL_LOG_WARN, "namespaces from %u on left out: too many", list[i]);
			break;
		}
		if (list[i] <= before || list[i] > n->lim.nn) {
			rl_err("namespace list is absurd: %u after %u of %u", list[i], before,
			       n->lim.nn);
			return -EIO;
		}
		before = list[i];
		err = nvme_ns_add(n, before);
	}
	return err;
}

static s32 nvme_ns_scan_ids(struct nvme *n)
{
	u32 *list;
	s32 err;

	if (n->vs < NVME_VS_1_1)
		return nvme_ns_scan_all(n);
	err = nvme_admin_identify(n, NVME_CNS_NS_LIST, 0);
	if (err)
		return err < 0 ? err : nvme_ns_scan_all(n);
	list = rl_alloc(NVME_NS_TRIES * sizeof(*list));
	if (!list) {
		rl_err("no memory for the namespace list");
		return -ENOMEM;
	}
	memcpy(list, n->admin.page, NVME_NS_TRIES * sizeof(*list));
	err = nvme_ns_scan_list(n, list);
	rl_free(list);
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
	s32 err = nvme_ns_scan_ids(n);

	if (err)
		return err;
	if (n->nr_ns)
		return 0;
	rl_err("no usable namespace");
	return -ENODEV;
}
