// SPDX-License-Identifier: GPL-2.0-only
/*
 * The control virtqueue (VIRTIO 1.2, 5.1.6.5): one command at a time, waited for.
 *
 * A command is what the device reads, class, command and data, and one byte that it
 * writes. A command that is not answered in time ends the generation: nobody can tell what
 * the device made of it. The queue has no interrupt.
 */
#include "vnet.h"
#include <redleaf/heap.h>
#include <redleaf/log.h>
#include <redleaf/time.h>

#define CONTROL_ENTRIES	4u
#define CONTROL_DESCS	2u
#define CONTROL_NONE	0xff	/* as the answer is before there is one */

/**
 * vnet_control_alloc() - memory of the queue
 * @n: device; has the feature, and none yet
 *
 * Process context, may sleep. Returns 0 or -Exxx; vnet_control_free() is for both.
 */
s32 vnet_control_alloc(struct vnet *n)
{
	struct vnet_control *c = &n->control;
	u32 index = 2 * n->lim.pairs;
	u32 entries = virtio_queue_size(&n->dev, index, CONTROL_DESCS, CONTROL_ENTRIES);

	if (!entries)
		return -ENODEV;
	c->cmd = rl_dma_alloc(sizeof(*c->cmd), &c->dma);
	if (!c->cmd)
		return -ENOMEM;
	return virtio_queue_alloc(&n->dev, &c->ring, index, entries);
}

/* The device does not have it. Process context, may sleep. */
void vnet_control_free(struct vnet *n)
{
	virtio_queue_free(&n->control.ring);
	rl_dma_free(n->control.cmd);
	n->control.cmd = NULL;
}

static void control_submit(struct vnet_control *c, u32 len)
{
	struct vring_desc *desc = c->ring.desc;

	c->cmd->ack = CONTROL_NONE;
	virtio_desc_set(&desc[0], c->dma, offsetof(struct vnet_command, data) + len, VDESC_NEXT, 1);
	virtio_desc_set(&desc[1], c->dma + offsetof(struct vnet_command, ack), 1, VDESC_WRITE, 0);
	virtio_queue_push(&c->ring, 0);
	virtio_queue_ring(&c->ring);
	c->sent++;
}

/* The command is at the device; true when it was answered in time. */
static bool control_wait(const struct vnet *n)
{
	u64 until = rl_now_ns() + n->dev.init_ms * 1000000ull;
	u32 us = VIRTIO_STEP_US;

	for (;;) {
		bool late = rl_now_ns() > until;	/* before the look, not after */

		if (virtio_queue_used(&n->control.ring))
			return true;
		if (late)
			return false;
		us = virtio_wait(us);
	}
}

/**
 * vnet_control_send() - have the device do something
 * @n: device that runs and has the queue, under config
 * @class: VCTL_
 * @command: VCTL_, of the class
 * @len: bytes in control.cmd->data
 *
 * Process context, may sleep. Returns 0, -EIO (the device refuses), with a line in the log;
 * -ENODEV when the device is gone. Does not return when it does not answer.
 */
s32 vnet_control_send(struct vnet *n, u8 class, u8 command, u32 len)
{
	struct vnet_control *c = &n->control;
	const struct vring_used_elem *e;
	u8 ack;

	c->cmd->class = class;
	c->cmd->command = command;
	control_submit(c, len);
	if (!control_wait(n)) {
		if (rl_pci_gone())
			return -ENODEV;
		rl_die("device does not answer a command");
	}
	e = virtio_queue_first(&c->ring);
	if (READ_ONCE(e->id) || READ_ONCE(e->len) > 1)
		rl_die("device answers a command that it does not have");
	c->ring.head++;
	ack = READ_ONCE(c->cmd->ack);
	if (ack == VCTL_OK)
		return 0;
	rl_err("device refuses command %u of class %u: %u", command, class, ack);
	return -EIO;
}
