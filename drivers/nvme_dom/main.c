// SPDX-License-Identifier: GPL-2.0-only
/*
 * NVMe over PCIe as a domain: life cycle, and the bdev interface. What it needs and
 * may use is declared in idl/nvme.idl.
 *
 * A generation is one run of the controller from reset to reset. init takes it
 * from whatever state the last generation left it in to I/O queues that work,
 * with no more commands than that needs; there is no other reset path, and no
 * error handling that tries to save a controller in place.
 */
#define NVME_MAIN
#include "nvme.h"
#include <redleaf/log.h>
#include <redleaf/string.h>
#include <redleaf/time.h>

static s32 nvme_init_pci(struct nvme *n)
{
	s32 err = rl_pci_info(&n->info);

	if (!err)
		err = rl_bar_map(NVME_BAR);
	if (err)
		rl_err("no registers: %d", err);
	return err;
}

/* From any state to an enabled controller with an admin queue (7.6.1). */
static s32 nvme_init_ctrl(struct nvme *n)
{
	s32 err = nvme_ctrl_probe(n);

	if (!err)
		err = nvme_ctrl_disable(n);
	if (!err)
		err = nvme_admin_init(n);
	if (err)
		return err;
	err = rl_pci_set_master(true);
	if (err) {
		rl_err("no bus mastering: %d", err);
		return err;
	}
	return nvme_ctrl_enable(n);
}

/* Bytes of PRP list for the largest request, 2^n; a discard range needs 16. */
static u32 nvme_list_shift(u32 max_bytes)
{
	u32 shift = 4;

	while (NVME_PAGE << (shift - 3) < max_bytes)
		shift++;
	return shift;
}

static s32 nvme_init_limits(struct nvme *n, u16 status)
{
	const struct nvme_id_ctrl *id = nvme_admin_page(n, NVME_PAGE_ANY);
	const char *reason = "identify failed";

	if (!status)
		reason = nvme_ident_ctrl(id, &n->lim);
	if (reason) {
		rl_err("controller refused: %s", reason);
		return -ENODEV;
	}
	memcpy(n->serial, id->sn, sizeof(n->serial));
	memcpy(n->model, id->mn, sizeof(n->model));
	n->list_shift = nvme_list_shift(n->lim.max_bytes);
	return 0;
}

/*
 * Everything that can be asked before anything is known, in one round trip.
 * Namespace 1 is a guess, and nearly always right.
 */
static void nvme_init_ask(struct nvme *n, u32 want)
{
	nvme_post_identify(n, NVME_CNS_CTRL, 0, NVME_PAGE_ANY);
	nvme_post_num_queues(n, want);
	nvme_post_identify(n, NVME_CNS_NS, 1, NVME_PAGE_NS1);
	if (n->vs >= NVME_VS_1_1)
		nvme_post_identify(n, NVME_CNS_NS_LIST, 0, NVME_PAGE_LIST);
	nvme_admin_send(n);
}

/*
 * The answers. Returns the I/O queue pairs granted (a device may grant more than was
 * asked for), or -Exxx.
 */
static s32 nvme_init_answers(struct nvme *n, u32 want)
{
	u32 granted;
	s32 err;

	err = nvme_admin_run(n);
	if (!err)
		err = nvme_init_limits(n, nvme_admin_status(n, 0));
	if (err)
		return err;
	if (nvme_admin_status(n, 1)) {
		rl_err("no I/O queues granted: status %x", nvme_admin_status(n, 1));
		return -EIO;
	}
	n->ns1_valid = !nvme_admin_status(n, 2);
	n->list_valid = n->vs >= NVME_VS_1_1 && !nvme_admin_status(n, 3);
	granted = n->admin.answers[1].result;
	return min(want, min(granted & 0xffff, granted >> 16) + 1);
}

static s32 nvme_init_timer(struct nvme *n)
{
	s32 timer = rl_timer_create(nvme_io_retry, 0);

	if (timer < 0) {
		rl_err("no timer: %d", timer);
		return timer;
	}
	n->retry_timer = timer;
	return 0;
}

/*
 * What the controller is, what of that is used, and how many I/O queue pairs it grants
 * (or -Exxx). It looks for its answers while what needs none of them is done.
 */
static s32 nvme_init_identify(struct nvme *n)
{
	u32 want = nvme_queues_want(n);
	s32 err, nr;

	nvme_init_ask(n, want);
	err = nvme_init_timer(n);
	if (!err)
		err = nvme_queues_vectors(n, want);
	if (err)
		return err;
	nr = nvme_init_answers(n, want);
	if (nr > 0)
		err = nvme_ns_scan(n);
	return err ? err : nr;
}

static s32 nvme_init(void *self)
{
	struct nvme *n = self;
	s32 err, nr = 0;

	n->host = rl_iface(NVME_REQ_BDEV_HOST);
	n->admin_ms = rl_param(NVME_PARAM_ADMIN_TIMEOUT_MS);
	n->io_ms = rl_param(NVME_PARAM_IO_TIMEOUT_MS);
	err = nvme_init_pci(n);
	if (!err)
		err = nvme_init_ctrl(n);
	if (!err)
		nr = nvme_init_identify(n);
	if (nr < 0)
		err = nr;
	if (!err)
		err = nvme_queues_setup(n, nr);
	if (err)
		return err;
	rl_info("%u queues of %u, %u vectors, %u namespaces%s", n->nr_io, n->depth,
		n->nr_vectors, n->nr_ns, n->queues[1]->sq_shadow ? ", shadow doorbells" : "");
	return 0;
}

static void nvme_exit(void *self)
{
	struct nvme *n = self;

	if (rl_pci_gone() || nvme_admin_lock(n))
		return;
	nvme_queues_delete(n);
	nvme_ctrl_shutdown(n);
	nvme_admin_unlock(n);
}

static s32 nvme_dev_info(void *self, struct bdev_dev_info *info)
{
	const struct nvme *n = self;

	memset(info, 0, sizeof(*info));
	memcpy(info->serial, n->serial, sizeof(info->serial));
	memcpy(info->model, n->model, sizeof(info->model));
	info->nr_queues = n->nr_io;
	info->queue_depth = n->depth;
	info->nr_ns = n->nr_ns;
	info->max_bytes = n->lim.max_bytes;
	info->max_segs = BDEV_MAX_SEGS;
	info->volatile_cache = n->lim.cache;
	return 0;
}

static s32 nvme_ns_info(void *self, u32 index, struct bdev_ns_info *info)
{
	const struct nvme *n = self;
	const struct nvme_ns *ns = &n->ns[index];

	if (index >= n->nr_ns)
		return -EINVAL;
	memset(info, 0, sizeof(*info));
	info->blocks = ns->blocks;
	info->block_size = 1u << ns->shift;
	info->nsid = ns->nsid;
	info->max_discard_blocks = ns->max_discard;
	info->max_zeroes_blocks = ns->max_zeroes;
	info->discard_granularity = ns->discard_granularity;
	info->read_only = ns->read_only;
	return 0;
}

static s32 nvme_op_submit(void *self, u16 queue, struct bdev_request __rref *req, bool last)
{
	return nvme_io_submit(self, queue, req, last);
}

static s32 nvme_op_kick(void *self, u16 queue)
{
	struct nvme *n = self;

	if (queue >= n->nr_io)
		return -EINVAL;
	nvme_io_kick(n->queues[queue + 1]);
	return 0;
}

static s32 nvme_op_poll(void *self, u16 queue)
{
	struct nvme *n = self;

	if (queue >= n->nr_io)
		return -EINVAL;
	if (nvme_io_pending(n->queues[queue + 1]))
		nvme_io_reap(n->queues[queue + 1]);
	return 0;
}

static s32 nvme_op_timeout(void *self, u16 queue, u16 tag)
{
	struct nvme *n = self;

	if (queue >= n->nr_io)
		return -EINVAL;
	return nvme_timeout(n, n->queues[queue + 1], tag);
}

static s32 nvme_op_health(void *self, struct bdev_health *log)
{
	return nvme_health(self, log);
}

static const struct bdev_ops nvme_ops = {
	.dev_info = nvme_dev_info,
	.ns_info = nvme_ns_info,
	.submit = nvme_op_submit,
	.kick = nvme_op_kick,
	.poll = nvme_op_poll,
	.timeout = nvme_op_timeout,
	.health = nvme_op_health,
};

NVME_DOMAIN(struct nvme, &nvme_ops, nvme_init, .exit = nvme_exit);
