// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a driver says of its device, what of that is believed, and the disks
 * made of it.
 *
 * dev_info and ns_info are answers of untrusted code: every number is checked
 * before it reaches the block layer, and an absurd one ends the generation with
 * a line in the log. The first generation's answers fix the tag set and the
 * queue limits. A later one may offer more, but not less: disks are in use, and
 * requests made for the old limits are waiting. It must also be the same device,
 * or requests would be re-issued to a stranger.
 *
 * Disks are added and buried by one worker, never by a callback: adding reads
 * the partition table, burying waits for file systems, and both wait for I/O
 * that only the thread of the callbacks can bring back to life.
 *
 * Nothing here faults. Disks belong to the worker until published in b->disks,
 * then to the adapter; rl_blk_remove_disks() ends all of them.
 */
#include <linux/ctype.h>
#include <linux/dma-mapping.h>
#include <linux/log2.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "../compat/blk.h"
#include "blk.h"

static DEFINE_MUTEX(rl_blk_names);
static LIST_HEAD(rl_blk_list);	/* adapters, under rl_blk_names */

static int rl_blk_absurd(struct rl_blk *b, const char *what, u64 value)
{
	pr_err("rl_bdev: %s: driver reports an impossible %s: %llu\n", b->dom->name, what, value);
	return -EPROTO;
}

static int rl_blk_check_dev(struct rl_blk *b, const struct bdev_dev_info *i)
{
	if (!i->nr_queues || i->nr_queues > RL_BLK_MAX_QUEUES)
		return rl_blk_absurd(b, "number of queues", i->nr_queues);
	if (!i->queue_depth || i->queue_depth > U16_MAX)
		return rl_blk_absurd(b, "queue depth", i->queue_depth);
	if (i->nr_ns > BDEV_MAX_NS)
		return rl_blk_absurd(b, "number of namespaces", i->nr_ns);
	if (i->max_bytes < PAGE_SIZE)
		return rl_blk_absurd(b, "request size", i->max_bytes);
	if (!i->max_segs)
		return rl_blk_absurd(b, "number of segments", i->max_segs);
	return 0;
}

static int rl_blk_check_ns(struct rl_blk *b, const struct bdev_ns_info *n)
{
	if (!is_power_of_2(n->block_size) || n->block_size < SECTOR_SIZE ||
	    n->block_size > PAGE_SIZE)
		return rl_blk_absurd(b, "block size", n->block_size);
	if (n->blocks > (u64)S64_MAX / n->block_size)
		return rl_blk_absurd(b, "capacity in blocks", n->blocks);
	if (n->discard_granularity && !is_power_of_2(n->discard_granularity))
		return rl_blk_absurd(b, "discard granularity", n->discard_granularity);
	return 0;
}

/* A later generation against the one the limits were made from. */
static int rl_blk_check_same(struct rl_blk *b, const struct bdev_dev_info *i)
{
	const struct bdev_dev_info *was = &b->info;

	if (memcmp(i->serial, was->serial, sizeof(i->serial)) ||
	    memcmp(i->model, was->model, sizeof(i->model))) {
		pr_err("rl_bdev: %s: another device came back\n", b->dom->name);
		return -ENXIO;
	}
	if (i->nr_queues >= b->nr_queues && i->queue_depth >= b->depth &&
	    i->max_bytes >= was->max_bytes && i->max_segs >= was->max_segs &&
	    !i->volatile_cache == !was->volatile_cache && !i->no_fua == !was->no_fua)
		return 0;
	pr_err("rl_bdev: %s: the device came back with tighter limits\n", b->dom->name);
	return -EPROTO;
}

static int rl_blk_ask_ns(struct rl_blk *b, u32 index, struct rl_blk_ns *ns)
{
	struct rl_ret ret = bdev_ns_info(&b->dom->provided, index, &ns->info);

	if (ret.rpc || ret.err) {
		pr_err("rl_bdev: %s: namespace %u: no answer (%d/%d)\n", b->dom->name, index,
		       ret.rpc, ret.err);
		return -EIO;
	}
	ns->present = ns->info.blocks;
	return ns->present ? rl_blk_check_ns(b, &ns->info) : 0;
}

static unsigned int io_timeout = 30;

static int rl_blk_set_io_timeout(const char *val, const struct kernel_param *kp)
{
	int err = param_set_uint_minmax(val, kp, 1, 3600);

	if (err)
		pr_err("rl_bdev: io_timeout=%.*s: want seconds, 1 to 3600\n",
		       (int)strcspn(val, "\n"), val);
	return err;
}

static const struct kernel_param_ops rl_blk_io_timeout_ops = {
	.set = rl_blk_set_io_timeout,
	.get = param_get_uint,
};
module_param_cb(io_timeout, &rl_blk_io_timeout_ops, &io_timeout, 0644);
MODULE_PARM_DESC(io_timeout, "seconds a request may take before the driver has to act, 1 to 3600 (default 30)");

/* Tags: what the driver runs, cut to the CPUs and to the adapter's own bounds. */
static int rl_blk_make_set(struct rl_blk *b, const struct bdev_dev_info *info)
{
	u32 queues = min_t(u32, info->nr_queues, nr_cpu_ids);
	u32 share = max_t(u32, RL_BLK_MAX_SLOTS / queues, RL_BLK_MIN_DEPTH);
	u32 depth = min3(info->queue_depth, share, (u32)RL_BLK_MAX_DEPTH);
	struct blk_mq_tag_set *set = &b->set;
	int err;

	err = rl_blk_alloc_slots(b, queues, depth, min_t(u32, info->max_segs, BDEV_MAX_SEGS));
	if (err)
		return err;
	set->ops = &rl_blk_mq_ops;
	set->nr_hw_queues = queues;
	set->queue_depth = depth;
	set->numa_node = b->dma ? dev_to_node(b->dma) : NUMA_NO_NODE;
	set->timeout = READ_ONCE(io_timeout) * HZ;
	set->flags = BLK_MQ_F_SHOULD_MERGE;
	set->driver_data = b;
	err = blk_mq_alloc_tag_set(set);
	if (err)
		set->ops = NULL;
	return err;
}

/* Text of a device: printable, no spaces around. */
static void rl_blk_clean(u8 *text, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		if (!isascii(text[i]) || !isprint(text[i]))
			text[i] = ' ';
}

static void rl_blk_update_disk(struct rl_blk_disk *disk, const struct rl_blk_ns *ns)
{
	if (disk->gone)
		return;
	if (!ns->present || ns->info.block_size != disk->info.block_size ||
	    ns->info.nsid != disk->info.nsid) {
		pr_warn("rl_bdev: %s: namespace is gone\n", disk->disk->disk_name);
		WRITE_ONCE(disk->gone, true);
		return;
	}
	if (ns->info.blocks != disk->info.blocks)
		set_capacity_and_notify(disk->disk,
					ns->info.blocks << (disk->shift - SECTOR_SHIFT));
	disk->info = ns->info;
}

/* @fresh is BDEV_MAX_NS entries: what this generation says. */
static void rl_blk_take_ns(struct rl_blk *b, const struct rl_blk_ns *fresh)
{
	u32 i;

	mutex_lock(&b->lock);
	memcpy(b->ns, fresh, sizeof(b->ns));
	for (i = 0; i < BDEV_MAX_NS; i++)
		if (b->disks[i])
			rl_blk_update_disk(b->disks[i], &b->ns[i]);
	mutex_unlock(&b->lock);
}

static int rl_blk_ask(struct rl_blk *b, struct bdev_dev_info *info, struct rl_blk_ns *ns)
{
	struct rl_ret ret = bdev_dev_info(&b->dom->provided, info);
	int err;
	u32 i;

	if (ret.rpc || ret.err) {
		pr_err("rl_bdev: %s: no device information (%d/%d)\n", b->dom->name, ret.rpc,
		       ret.err);
		return -EIO;
	}
	rl_blk_clean(info->serial, sizeof(info->serial));
	rl_blk_clean(info->model, sizeof(info->model));
	err = rl_blk_check_dev(b, info);
	for (i = 0; !err && i < info->nr_ns; i++)
		err = rl_blk_ask_ns(b, i, &ns[i]);
	return err;
}

/**
 * rl_blk_read_info() - ask a new generation what it drives, and believe it or not
 * @b: adapter
 *
 * The first time this makes the tag set; later it brings the disks in line.
 *
 * Context: process, may sleep; from up().
 * Return: 0, -EPROTO (absurd), -ENXIO (another device), -EIO (no answer), -ENOMEM.
 */
int rl_blk_read_info(struct rl_blk *b)
{
	struct bdev_dev_info info;
	struct rl_blk_ns *ns;
	int err;

	ns = kcalloc(BDEV_MAX_NS, sizeof(*ns), GFP_KERNEL);
	if (!ns)
		return -ENOMEM;
	err = rl_blk_ask(b, &info, ns);
	if (!err && b->set.ops) {
		err = rl_blk_check_same(b, &info);
	} else if (!err) {
		b->dma = rl_domain_dma_device(b->dom);
		b->info = info;
		err = rl_blk_make_set(b, &info);
	}
	if (!err)
		rl_blk_take_ns(b, ns);
	kfree(ns);
	return err;
}

static u32 rl_blk_sectors(u32 blocks, u8 shift)
{
	return min_t(u64, (u64)blocks << (shift - SECTOR_SHIFT), UINT_MAX >> SECTOR_SHIFT);
}

/*
 * Segments obey what NVMe PRP lists need and every other device can use: dword
 * aligned, and without a gap inside a 4 KiB page but at both ends of a request.
 */
static void rl_blk_limits(const struct rl_blk *b, const struct bdev_ns_info *n,
			  struct rl_disk_limits *l)
{
	u8 shift = ilog2(n->block_size);
	size_t bytes = b->info.max_bytes;

	if (b->dma)
		bytes = min(bytes, dma_max_mapping_size(b->dma));
	*l = (struct rl_disk_limits){
		.block_size = n->block_size,
		.max_sectors = bytes >> SECTOR_SHIFT,
		.max_segs = min_t(u32, b->info.max_segs, BDEV_MAX_SEGS),
		.dma_align = 3,
		.virt_boundary = RL_BLK_PAGE - 1,
		.discard_sectors = rl_blk_sectors(n->max_discard_blocks, shift),
		.discard_granularity = max(n->discard_granularity, n->block_size),
		.zeroes_sectors = rl_blk_sectors(n->max_zeroes_blocks, shift),
		.cache = b->info.volatile_cache,
		.fua = b->info.volatile_cache && !b->info.no_fua,
	};
}

/* An open disk keeps the driver's .ko: rmmod says that it is in use. */
static int rl_blk_open(struct gendisk *disk)
{
	struct rl_blk_disk *d = disk->queue->queuedata;

	return rl_domain_pin(d->blk->dom);
}

static void rl_blk_close(struct gendisk *disk)
{
	struct rl_blk_disk *d = disk->queue->queuedata;

	rl_domain_unpin(d->blk->dom);
}

RL_BLK_OPEN_RELEASE(rl_blk_open, rl_blk_close)

static const struct block_device_operations rl_blk_fops = {
	.owner = THIS_MODULE,
	.open = rl_blk_open_op,
	.release = rl_blk_close_op,
};

static void rl_blk_free_disk(struct rl_blk_disk *disk)
{
	if (disk->disk)
		put_disk(disk->disk);
	free_percpu(disk->requests);
	kfree(disk);
}

static int rl_blk_make_gendisk(struct rl_blk_disk *disk)
{
	struct rl_blk *b = disk->blk;
	struct rl_disk_limits limits;
	struct gendisk *gd;

	rl_blk_limits(b, &disk->info, &limits);
	gd = rl_compat_alloc_disk(&b->set, disk, &limits);
	if (IS_ERR(gd))
		return PTR_ERR(gd);
	disk->disk = gd;
	gd->fops = &rl_blk_fops;
	gd->private_data = disk;
	snprintf(gd->disk_name, sizeof(gd->disk_name), "%s%un%u", b->prefix, b->index,
		 disk->ns + 1);
	set_capacity(gd, disk->info.blocks << (disk->shift - SECTOR_SHIFT));
	set_disk_ro(gd, disk->info.read_only);
	return 0;
}

static struct rl_blk_disk *rl_blk_make_disk(struct rl_blk *b, u32 ns,
					    const struct bdev_ns_info *info)
{
	struct rl_blk_disk *disk = kzalloc(sizeof(*disk), GFP_KERNEL);

	if (!disk)
		return NULL;
	disk->blk = b;
	disk->ns = ns;
	disk->info = *info;
	disk->shift = ilog2(info->block_size);
	disk->requests = alloc_percpu(u64);
	if (disk->requests && !rl_blk_make_gendisk(disk))
		return disk;
	rl_blk_free_disk(disk);
	return NULL;
}

/* Allocating waits for the I/O of sibling disks, so it is done without b->lock. */
static struct rl_blk_disk *rl_blk_publish(struct rl_blk *b, u32 i)
{
	struct rl_blk_disk *disk;
	struct rl_blk_ns ns;

	mutex_lock(&b->lock);
	ns = b->ns[i];
	mutex_unlock(&b->lock);
	if (!ns.present || b->disks[i] || READ_ONCE(b->dead))
		return NULL;
	disk = rl_blk_make_disk(b, i, &ns.info);
	if (!disk) {
		pr_err("rl_bdev: %s: no disk for namespace %u\n", b->dom->name, i);
		return NULL;
	}
	mutex_lock(&b->lock);
	b->disks[i] = disk;
	rl_blk_update_disk(disk, &b->ns[i]);	/* a restart may have come between */
	mutex_unlock(&b->lock);
	return disk;
}

static void rl_blk_add_disk(struct rl_blk *b, u32 i)
{
	struct rl_blk_disk *disk = rl_blk_publish(b, i);
	int err;

	if (!disk)
		return;
	err = device_add_disk(b->dma, disk->disk, rl_blk_groups);
	if (!err)
		return;
	pr_err("rl_bdev: %s: cannot be added: %d\n", disk->disk->disk_name, err);
	mutex_lock(&b->lock);
	b->disks[i] = NULL;
	b->ns[i].present = false;
	mutex_unlock(&b->lock);
	rl_blk_free_disk(disk);
}

static void rl_blk_bury(struct rl_blk_disk *disk)
{
	if (disk->buried || !(READ_ONCE(disk->gone) || READ_ONCE(disk->blk->dead)))
		return;
	disk->buried = true;
	blk_mark_disk_dead(disk->disk);
	set_capacity(disk->disk, 0);
}

/**
 * rl_blk_worker() - bring the disks in line with what the driver says
 * @work: b->work
 *
 * Context: workqueue; waits for I/O.
 */
void rl_blk_worker(struct work_struct *work)
{
	struct rl_blk *b = container_of(work, struct rl_blk, work);
	u32 i;

	for (i = 0; i < BDEV_MAX_NS; i++) {
		rl_blk_add_disk(b, i);
		if (b->disks[i])
			rl_blk_bury(b->disks[i]);
	}
}

/**
 * rl_blk_delete_disks() - take every disk of a dead adapter out of the device tree
 * @b: adapter, dead, its worker done
 *
 * Open files keep their gendisk and close it later, so both structures stay; no
 * request reaches the adapter any more.
 *
 * Context: process, d->lock held; waits for requests, all of which fail promptly.
 */
void rl_blk_delete_disks(struct rl_blk *b)
{
	u32 i;

	for (i = 0; i < BDEV_MAX_NS; i++) {
		if (!b->disks[i] || b->disks[i]->deleted)
			continue;
		del_gendisk(b->disks[i]->disk);
		b->disks[i]->deleted = true;
	}
}

/**
 * rl_blk_remove_disks() - end every disk of a dead adapter
 * @b: adapter, dead, its worker done; nobody has a disk open
 *
 * Context: process, d->lock held; waits like rl_blk_delete_disks().
 */
void rl_blk_remove_disks(struct rl_blk *b)
{
	u32 i;

	rl_blk_delete_disks(b);
	for (i = 0; i < BDEV_MAX_NS; i++) {
		if (!b->disks[i])
			continue;
		rl_blk_free_disk(b->disks[i]);
		b->disks[i] = NULL;
	}
	if (b->set.ops)
		blk_mq_free_tag_set(&b->set);
}

static bool rl_blk_index_used(const struct rl_blk *b, u32 index)
{
	const struct rl_blk *other;

	list_for_each_entry(other, &rl_blk_list, node)
		if (other->index == index && !strcmp(other->prefix, b->prefix))
			return true;
	return false;
}

/**
 * rl_blk_name() - choose the prefix and the number of an adapter's disks
 * @b: adapter
 *
 * "nvme_dom" gives rlnvme0n1, "membdev" rlmembdev0n1. The number is the lowest
 * that is free and stays the adapter's until rl_blk_unname().
 *
 * Context: process, may sleep.
 */
void rl_blk_name(struct rl_blk *b)
{
	size_t len = strlen(b->dom->desc_name);

	if (len > 4 && !strcmp(b->dom->desc_name + len - 4, "_dom"))
		len -= 4;
	snprintf(b->prefix, sizeof(b->prefix), "rl%.*s", (int)len, b->dom->desc_name);
	mutex_lock(&rl_blk_names);
	while (rl_blk_index_used(b, b->index))
		b->index++;
	list_add_tail(&b->node, &rl_blk_list);
	mutex_unlock(&rl_blk_names);
}

/**
 * rl_blk_unname() - give the number back
 * @b: adapter without disks
 *
 * Context: process, may sleep.
 */
void rl_blk_unname(struct rl_blk *b)
{
	mutex_lock(&rl_blk_names);
	list_del(&b->node);
	mutex_unlock(&rl_blk_names);
}
