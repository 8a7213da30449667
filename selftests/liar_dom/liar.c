// SPDX-License-Identifier: GPL-2.0-only
/*
 * A block driver without a device that lies when it asks for data, or is silent.
 *
 * The disk reads as LIAR_BYTE everywhere and forgets what is written. Requests
 * from LIAR_LBA on are answered with the lie that the parameter names; those before
 * honestly, so that the disk can be looked at for partitions. A lie that ends the
 * generation is told again by the next one, until the domain has no restarts left.
 *
 * bad_pointer and bad_target name memory of the host to copy from and to; the
 * generated entry must refuse them. All others name requests and offsets.
 */
#define LIAR_MAIN
#include <redleaf/domain.h>
#include <redleaf/string.h>
#include <redleaf/time.h>
#include <redleaf/gen/liar.h>

#define LIAR_BLOCKS	1024
#define LIAR_LBA	512
#define LIAR_BYTE	0x5a
#define DOZE_US		600000	/* longer than any deadline of the interface's */

enum lie {
	HONEST,
	NO_QUEUE,	/* a queue that is not there */
	NO_TAG,		/* a tag that is not there */
	IDLE_TAG,	/* one that carries no request */
	ANSWERED,	/* data of a request that was completed */
	PAST_END,	/* the block behind the last */
	STRADDLING,	/* all but the first byte of the last, and one more */
	WRONG_WAY,	/* data of a read fetched, of a write stored */
	BAD_POINTER,	/* store from memory of the host */
	BAD_TARGET,	/* fetch to memory of the host */
	NO_ERRNO,	/* answer the submission with what is no errno */
	UNWILLING,	/* answer it with an error */
	SILENT,		/* take the request and never answer */
	SILENT_LATER,	/* the same, but for the first one of a generation */
	SILENT_DEATH,	/* the same, and die when asked about it, as if to reset a device */
	FULL,		/* never have room for it */
	LOOPING,	/* loop when asked for the health */
	DOZING,		/* sleep for long when asked for it */
};

/* Constant after init, but for what says otherwise. */
struct liar {
	struct bdev_block block;	/* full of LIAR_BYTE */
	struct bdev_block unused;	/* what was written; any call's to write */
	u32 asked;			/* requests from LIAR_LBA on; submit()'s, one at a time */
	rl_cap_t host;
};

static struct rl_ret put(struct liar *l, const struct bdev_request *r, u32 offset)
{
	return rlc_bdev_host_store(l->host, r->queue, r->tag, offset, &l->block);
}

static struct rl_ret get(struct liar *l, const struct bdev_request *r, u32 offset)
{
	return rlc_bdev_host_fetch(l->host, r->queue, r->tag, offset, &l->unused);
}

static s32 status_of(struct rl_ret ret)
{
	return ret.rpc || ret.err ? -EIO : 0;
}

static s32 honest(struct liar *l, const struct bdev_request *r)
{
	u32 i;

	for (i = 0; r->op == BDEV_OP_READ && i < r->blocks; i++)
		if (status_of(put(l, r, i * BDEV_COPY_BYTES)))
			return -EIO;
	return 0;
}

static s32 lie(struct liar *l, const struct bdev_request *r)
{
	struct bdev_block *kernel = (struct bdev_block *)&rlc_bdev_host_complete;
	u32 end = r->blocks * BDEV_COPY_BYTES;
	bool read = r->op == BDEV_OP_READ;

	switch (rl_param(LIAR_PARAM_LIE)) {
	case NO_QUEUE:
		return status_of(rlc_bdev_host_store(l->host, 0xffff, r->tag, 0, &l->block));
	case NO_TAG:
		return status_of(rlc_bdev_host_store(l->host, r->queue, 0xffff, 0, &l->block));
	case IDLE_TAG:
		return status_of(rlc_bdev_host_store(l->host, r->queue, r->tag ^ 8, 0, &l->block));
	case PAST_END:
		return status_of(read ? put(l, r, end) : get(l, r, end));
	case STRADDLING:
		end -= BDEV_COPY_BYTES - 1;
		return status_of(read ? put(l, r, end) : get(l, r, end));
	case WRONG_WAY:
		return status_of(read ? get(l, r, 0) : put(l, r, 0));
	case BAD_POINTER:
		return status_of(rlc_bdev_host_store(l->host, r->queue, r->tag, 0, kernel));
	case BAD_TARGET:
		return status_of(rlc_bdev_host_fetch(l->host, r->queue, r->tag, 0, kernel));
	default:
		return honest(l, r);
	}
}

static bool silent(struct liar *l)
{
	u64 how = rl_param(LIAR_PARAM_LIE);

	return how == SILENT || how == SILENT_DEATH || (how == SILENT_LATER && l->asked++);
}

static s32 liar_submit(void *self, u16 queue, struct bdev_request __rref *req, bool last)
{
	struct liar *l = self;
	const struct bdev_request *r = rl_deref(req);
	u16 tag = r->tag;

	if (r->lba >= LIAR_LBA && rl_param(LIAR_PARAM_LIE) == NO_ERRNO)
		return 77;
	if (r->lba >= LIAR_LBA && rl_param(LIAR_PARAM_LIE) == UNWILLING)
		return -EIO;
	if (r->lba >= LIAR_LBA && rl_param(LIAR_PARAM_LIE) == FULL)
		return -EBUSY;
	if (r->lba >= LIAR_LBA && silent(l))
		return 0;
	if (r->lba < LIAR_LBA) {
		rlc_bdev_host_complete(l->host, req, honest(l, r));
	} else if (rl_param(LIAR_PARAM_LIE) == ANSWERED) {
		rlc_bdev_host_complete(l->host, req, honest(l, r));
		rlc_bdev_host_store(l->host, queue, tag, 0, &l->block);
	} else {
		rlc_bdev_host_complete(l->host, req, lie(l, r));
	}
	return 0;
}

static s32 liar_kick(void *self, u16 queue)
{
	return 0;
}

static s32 liar_timeout(void *self, u16 queue, u16 tag)
{
	if (rl_param(LIAR_PARAM_LIE) == SILENT_DEATH)
		rl_die("no answer, reset");
	return 0;
}

static s32 liar_dev_info(void *self, struct bdev_dev_info *info)
{
	memset(info, 0, sizeof(*info));
	memset(info->serial, ' ', sizeof(info->serial));
	memset(info->model, ' ', sizeof(info->model));
	info->nr_queues = 1;
	info->queue_depth = 16;
	info->nr_ns = 1;
	info->max_bytes = 64 << 10;
	info->max_segs = BDEV_MAX_SEGS;
	return 0;
}

static s32 liar_ns_info(void *self, u32 index, struct bdev_ns_info *info)
{
	if (index)
		return -ENOENT;
	memset(info, 0, sizeof(*info));
	info->blocks = LIAR_BLOCKS;
	info->block_size = BDEV_COPY_BYTES;
	info->nsid = 1;
	return 0;
}

static s32 liar_health(void *self, struct bdev_health *log)
{
	if (rl_param(LIAR_PARAM_LIE) == LOOPING)
		for (;;)
			barrier();
	if (rl_param(LIAR_PARAM_LIE) == DOZING)
		rl_sleep_us(DOZE_US);
	memset(log, 0, sizeof(*log));
	return 0;
}

static s32 liar_init(void *self)
{
	struct liar *l = self;

	memset(&l->block, LIAR_BYTE, sizeof(l->block));
	l->host = rl_iface(LIAR_REQ_BDEV_HOST);
	return 0;
}

static const struct bdev_ops liar_ops = {
	.dev_info = liar_dev_info,
	.ns_info = liar_ns_info,
	.submit = liar_submit,
	.kick = liar_kick,
	.poll = liar_kick,
	.timeout = liar_timeout,
	.health = liar_health,
};

LIAR_DOMAIN(struct liar, &liar_ops, liar_init);
