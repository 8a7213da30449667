// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtio block devices over PCI as a domain: life cycle, and the bdev interface. What it
 * needs and may use is declared in idl/virtio_blk.idl.
 *
 * A generation is one run of the device from reset to reset (VIRTIO 1.2, 3.1): init
 * takes it from whatever state the last generation left it in to queues that work. There
 * is no other reset path, and no error handling that tries to save a device in place.
 */
#define VIRTIO_BLK_MAIN
#include "vblk.h"
#include <redleaf/log.h>
#include <redleaf/string.h>

/* What this driver knows how to use. */
#define WANTED	(VF_SIZE_MAX | VF_SEG_MAX | VF_RO | VF_BLK_SIZE | VF_FLUSH | VF_MQ | VF_DISCARD | \
		 VF_WRITE_ZEROES | VF_INDIRECT_DESC | VF_VERSION_1 | VF_ACCESS_PLATFORM | \
		 VF_ORDER_PLATFORM)

static s32 vblk_init_device(struct vblk *v)
{
	s32 err = virtio_reset(&v->dev);

	if (!err)
		err = virtio_begin(&v->dev);
	if (!err)
		err = virtio_accept(&v->dev, v->dev.offered & WANTED);
	if (!err)
		err = vblk_config_read(v);
	if (err)
		return err;
	err = rl_pci_set_master(true);
	if (err)
		rl_err("no bus mastering: %d", err);
	return err;
}

static s32 vblk_init_queues(struct vblk *v)
{
	s32 err = vblk_queues_setup(v);

	if (!err)
		err = virtio_start(&v->dev);
	return err ? err : vblk_ident_read(v);
}

static s32 vblk_init(void *self)
{
	struct vblk *v = self;
	s32 err = rl_pci_info(&v->dev.info);

	v->host = rl_iface(VIRTIO_BLK_REQ_BDEV_HOST);
	v->dev.init_ms = rl_param(VIRTIO_BLK_PARAM_INIT_TIMEOUT_MS);
	if (!err)
		err = virtio_caps_find(&v->dev, VCFG_CAPACITY + 8);
	if (err)
		return err;
	err = vblk_init_device(v);
	if (!err)
		err = vblk_init_queues(v);
	if (err) {
		virtio_fail(&v->dev);
		return err;
	}
	rl_info("%u queues of %u, %u vectors, %u segments%s%s", v->nr_queues, v->depth,
		v->dev.nr_vectors, vblk_max_segs(&v->lim), v->queues[0]->tables ? ", indirect" : "",
		v->lim.read_only ? ", read-only" : "");
	return 0;
}

/* The reset makes the device forget the queues; flushing is the adapter's business. */
static void vblk_exit(void *self)
{
	struct vblk *v = self;

	if (!rl_pci_gone())
		virtio_reset(&v->dev);
}

static s32 vblk_dev_info(void *self, struct bdev_dev_info *info)
{
	static const u8 model[] = "virtio block device";
	const struct vblk *v = self;

	memset(info, 0, sizeof(*info));
	memset(info->model, ' ', sizeof(info->model));
	memcpy(info->model, model, sizeof(model) - 1);
	memcpy(info->serial, v->serial, sizeof(info->serial));
	info->nr_queues = v->nr_queues;
	info->queue_depth = v->depth;
	info->nr_ns = 1;
	info->max_bytes = vblk_max_bytes(&v->lim);
	info->max_segs = vblk_max_segs(&v->lim);
	info->volatile_cache = v->lim.cache;
	info->no_fua = true;
	return 0;
}

static s32 vblk_ns_info(void *self, u32 index, struct bdev_ns_info *info)
{
	const struct vblk *v = self;
	const struct vblk_limits *lim = &v->lim;

	if (index)
		return -EINVAL;
	memset(info, 0, sizeof(*info));
	info->blocks = lim->blocks;
	info->block_size = 1u << lim->shift;
	info->nsid = 1;
	info->max_discard_blocks = lim->max_discard;
	info->max_zeroes_blocks = lim->max_zeroes;
	info->discard_granularity = lim->discard_granularity;
	info->read_only = lim->read_only;
	return 0;
}

static s32 vblk_submit(void *self, u16 queue, struct bdev_request __rref *req, bool last)
{
	return vblk_io_submit(self, queue, req, last);
}

static s32 vblk_kick(void *self, u16 queue)
{
	struct vblk *v = self;

	if (queue >= v->nr_queues)
		return -EINVAL;
	vblk_io_kick(v->queues[queue]);
	return 0;
}

static s32 vblk_poll(void *self, u16 queue)
{
	struct vblk *v = self;

	if (queue >= v->nr_queues)
		return -EINVAL;
	if (virtio_queue_pending(&v->queues[queue]->ring))
		vblk_io_reap(v->queues[queue]);
	return 0;
}

static s32 vblk_timeout(void *self, u16 queue, u16 tag)
{
	struct vblk *v = self;

	if (queue >= v->nr_queues)
		return -EINVAL;
	return vblk_io_timeout(v, v->queues[queue], tag);
}

/* There is nothing to ask for: virtio block devices keep no health log. */
static s32 vblk_health(void *self, struct bdev_health *log)
{
	return -EOPNOTSUPP;
}

static const struct bdev_ops vblk_ops = {
	.dev_info = vblk_dev_info,
	.ns_info = vblk_ns_info,
	.submit = vblk_submit,
	.kick = vblk_kick,
	.poll = vblk_poll,
	.timeout = vblk_timeout,
	.health = vblk_health,
};

VIRTIO_BLK_DOMAIN(struct vblk, &vblk_ops, vblk_init, .exit = vblk_exit);
