// SPDX-License-Identifier: GPL-2.0-only
/*
 * rl_bdev.ko: the block adapter's life, driven by the domain's.
 *
 *	attach	an adapter without disks
 *	up	ask, check, open, issue again what is held; the first time make tags
 *		and have disks added
 *	down	close, hold what is inside
 *	dead	fail what waits and what comes
 *	gone	disks leave the device tree with the device
 *	detach	disks, tags and the adapter go
 *
 * All of it runs on the thread that restarts the domain, with d->lock held, so
 * nothing here may wait for I/O. The exceptions are gone() and detach(): by then
 * every request fails at once, whatever the device does.
 *
 * Disks appear some time after up() returns: adding one reads its partition
 * table through the domain, on the worker (blk_disk.c).
 *
 * While no generation runs, requests wait in blk-mq and no user of a disk sees
 * more than a longer I/O. After the last generation they fail; dirty data not
 * written by then is lost, so an orderly stop is preceded by unmounting.
 */
#include <linux/module.h>
#include <linux/slab.h>
#include "blk.h"

/* Re-issue what was requeued and run every queue; does not wait. */
static void rl_blk_kick_disks(struct rl_blk *b)
{
	u32 i;

	mutex_lock(&b->lock);
	for (i = 0; i < BDEV_MAX_NS; i++)
		if (b->disks[i])
			blk_mq_kick_requeue_list(b->disks[i]->disk->queue);
	mutex_unlock(&b->lock);
}

static int rl_blk_attach(struct rl_domain *d, void **priv)
{
	struct rl_blk *b = kzalloc(sizeof(*b), GFP_KERNEL);

	if (!b)
		return -ENOMEM;
	b->dom = d;
	mutex_init(&b->lock);
	INIT_WORK(&b->work, rl_blk_worker);
	rl_blk_name(b);
	*priv = b;
	return 0;
}

static int rl_blk_up(struct rl_domain *d, void *priv)
{
	struct rl_blk *b = priv;
	int err;

	if (b->dead)
		return -ENODEV;
	err = rl_blk_read_info(b);
	if (err)
		return err;
	WRITE_ONCE(b->first_io, true);
	/* What read_info() set up is seen by who sees it open. */
	smp_store_release(&b->open, true);
	rl_blk_reissue(b);
	rl_blk_kick_disks(b);
	queue_work(system_unbound_wq, &b->work);
	return 0;
}

/*
 * The gate is closed and drained, so the next rl_blk_hold() that succeeds is one
 * of the next generation, which opens its gate after this store.
 */
static void rl_blk_down(struct rl_domain *d, void *priv)
{
	struct rl_blk *b = priv;

	WRITE_ONCE(b->open, false);
	rl_blk_reclaim(b);
	/* no tags could be made for them: the next generation starts anew */
	if (!b->set.ops && !d->lost)
		rl_blk_free_slots(b);
}

/* Requests reach their end through queue_rq, which now fails them. */
static void rl_blk_dead(struct rl_domain *d, void *priv)
{
	struct rl_blk *b = priv;

	WRITE_ONCE(b->dead, true);
	rl_blk_down(d, b);
	rl_blk_give_up(b);
	rl_blk_kick_disks(b);
	queue_work(system_unbound_wq, &b->work);
}

/* Disks hang below the device; users of an open one get errors from now on. */
static void rl_blk_gone(struct rl_domain *d, void *priv)
{
	struct rl_blk *b = priv;

	flush_work(&b->work);
	rl_blk_delete_disks(b);
}

static void rl_blk_detach(struct rl_domain *d, void *priv)
{
	struct rl_blk *b = priv;

	rl_blk_dead(d, b);
	flush_work(&b->work);
	rl_blk_remove_disks(b);
	rl_blk_unname(b);
	rl_blk_free_slots(b);
	mutex_destroy(&b->lock);
	kfree(b);
}

static const struct rl_iface_ops rl_blk_iface_ops = {
	.attach = rl_blk_attach,
	.up = rl_blk_up,
	.down = rl_blk_down,
	.irq_end = rl_blk_end_irq,
	.dead = rl_blk_dead,
	.gone = rl_blk_gone,
	.detach = rl_blk_detach,
};

static struct rl_iface rl_blk_iface = {
	.owner = THIS_MODULE,
	.desc = &bdev_iface_desc,
	.ops = &rl_blk_iface_ops,
};

/* Its context is the calling domain's adapter: only a bdev may require it. */
static struct rl_iface rl_blk_host_iface = {
	.owner = THIS_MODULE,
	.desc = &bdev_host_iface_desc,
	.host_ops = &rl_blk_host_ops,
};

static int __init rl_blk_init(void)
{
	int err = rl_iface_register(&rl_blk_iface);

	if (err)
		return err;
	err = rl_iface_register(&rl_blk_host_iface);
	if (err)
		rl_iface_unregister(&rl_blk_iface);
	return err;
}

static void __exit rl_blk_exit(void)
{
	rl_iface_unregister(&rl_blk_host_iface);
	rl_iface_unregister(&rl_blk_iface);
}

module_init(rl_blk_init);
module_exit(rl_blk_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Block devices served by RedLeaf domains");
