// SPDX-License-Identifier: GPL-2.0-only
/*
 * The serial number (VIRTIO 1.2, 5.2.6: VIRTIO_BLK_T_GET_ID), which tells the adapter
 * that a new generation has the disk of the last one.
 *
 * It is asked for once a generation, on queue 0, before anybody else uses it. Interrupts
 * are on already, so the answer may be read by the handler instead of here. A device may
 * not know the command; then the serial number is blank.
 */
#include "vblk.h"
#include <redleaf/log.h>
#include <redleaf/time.h>

#define ID_TAG	0

/* At most 20 bytes; a NUL ends it (5.2.6). The interface pads with blanks. */
static void ident_copy(u8 *serial, const u8 *id)
{
	u32 i;
	u8 c = ' ';

	for (i = 0; i < VBLK_ID_BYTES; i++) {
		if (c)
			c = READ_ONCE(id[i]);
		serial[i] = c ? c : ' ';
	}
}

static_assert(VBLK_ID_BYTES == BDEV_SERIAL_LEN);

/* The command is at the device; true when it was answered in time. */
static bool ident_wait(struct vblk *v, struct vblk_queue *q)
{
	u64 until = rl_now_ns() + v->dev.init_ms * 1000000ull;
	u32 us = VIRTIO_STEP_US;

	for (;;) {
		bool late = rl_now_ns() > until;	/* before the look, not after */

		vblk_io_reap(q);
		if (!READ_ONCE(q->slots[ID_TAG].busy))
			return true;
		if (late)
			return false;
		us = virtio_wait(us);
	}
}

/**
 * vblk_ident_read() - ask for the serial number
 * @v: device, started; sets serial
 *
 * Process context, may sleep. Returns 0 or -ETIMEDOUT, with a line in the log.
 */
s32 vblk_ident_read(struct vblk *v)
{
	struct vblk_queue *q = v->queues[0];
	struct vblk_cmd *cmd = &q->cmds[ID_TAG];
	static const u8 none[VBLK_ID_BYTES];

	vblk_chain_get_id(q, ID_TAG);
	WRITE_ONCE(q->slots[ID_TAG].busy, true);
	vblk_queue_push(q, ID_TAG);
	virtio_queue_ring(&q->ring);
	if (!ident_wait(v, q)) {
		rl_err("device does not answer its first request");
		return -ETIMEDOUT;
	}
	ident_copy(v->serial, READ_ONCE(cmd->status) == VBLK_S_OK ? cmd->id : none);
	return 0;
}
