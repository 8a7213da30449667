// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where the device has its registers (VIRTIO 1.2, 4.1.4): vendor capabilities in
 * configuration space name a BAR, an offset and a length for each structure.
 *
 * All of it is the device's word. A region counts when it lies inside a memory BAR,
 * is aligned as its fields need it and is long enough for them; of several that do,
 * the first one (4.1.4.1). The walk is bounded: a list of capabilities may be a circle.
 */
#include "virtio.h"
#include <redleaf/log.h>

#define CAPS_MAX	((PCI_CAP_END - PCI_CAP_FIRST) / 4)

static bool caps_usable(const struct virtio *d, const struct virtio_region *r, u32 align, u32 bytes)
{
	return r->bar < ARRAY_SIZE(d->info.bar_size) && r->len >= bytes &&
	       !(r->off & (align - 1)) &&
	       (u64)r->off + r->len <= d->info.bar_size[r->bar];
}

/* The capability at @at describes a structure; @r is what this driver knows of it. */
static void caps_take(struct virtio *d, u32 at, struct virtio_region *r, u32 align, u32 bytes)
{
	if (r->len)
		return;
	r->bar = rl_pci_config(at + VPCI_CAP_BAR) & 0xff;
	r->off = rl_pci_config(at + VPCI_CAP_OFFSET);
	r->len = rl_pci_config(at + VPCI_CAP_LENGTH);
	if (!caps_usable(d, r, align, bytes))
		r->len = 0;
}

static void caps_look(struct virtio *d, u32 at, u32 head, u32 config_bytes)
{
	u32 room = PCI_CAP_END - at;
	u32 len = min(VPCI_CAP_LEN(head), room);

	if (VPCI_CAP_ID(head) != PCI_CAP_VENDOR || len < VPCI_CAP_BYTES)
		return;
	switch (VPCI_CAP_TYPE(head)) {
	case VPCI_COMMON:
		caps_take(d, at, &d->common, 4, VCOM_BYTES);
		break;
	case VPCI_NOTIFY:
		if (d->notify.len || len < VPCI_CAP_MULTIPLIER + 4)
			return;
		caps_take(d, at, &d->notify, 2, 2);
		d->multiplier = rl_pci_config(at + VPCI_CAP_MULTIPLIER);
		break;
	case VPCI_DEVICE:
		caps_take(d, at, &d->config, 4, config_bytes);
		break;
	}
}

static s32 caps_map(const struct virtio *d)
{
	s32 err = rl_bar_map(d->common.bar);

	if (!err)
		err = rl_bar_map(d->notify.bar);
	if (!err)
		err = rl_bar_map(d->config.bar);
	if (err)
		rl_err("no registers: %d", err);
	return err;
}

/**
 * virtio_caps_find() - find and map the device's registers
 * @d: device; info is there, sets common, notify, config, multiplier
 * @config_bytes: of its configuration, that are always there
 *
 * Process context, may sleep. Returns 0 or -Exxx, with a line in the log.
 */
s32 virtio_caps_find(struct virtio *d, u32 config_bytes)
{
	u32 at, head, n;

	if (!(rl_pci_config(PCI_COMMAND_STATUS) & PCI_HAS_CAPS)) {
		rl_err("device refused: no PCI capabilities, hence no VIRTIO 1.0");
		return -ENODEV;
	}
	at = rl_pci_config(PCI_CAP_POINTER) & 0xfc;
	for (n = 0; n < CAPS_MAX && at >= PCI_CAP_FIRST; n++) {
		head = rl_pci_config(at);
		caps_look(d, at, head, config_bytes);
		at = VPCI_CAP_NEXT(head);
	}
	if (d->common.len && d->notify.len && d->config.len)
		return caps_map(d);
	rl_err("device refused: no usable %s structure (a legacy device?)",
	       !d->common.len ? "common configuration" :
	       !d->notify.len ? "notification" : "device configuration");
	return -ENODEV;
}

/**
 * virtio_caps_notify() - where a queue is notified (4.1.4.4)
 * @d: device
 * @notify_off: what the queue's queue_notify_off says
 *
 * Any context. Returns the offset in the BAR, or VIRTIO_NO_QUEUE: not inside the structure.
 */
u64 virtio_caps_notify(const struct virtio *d, u32 notify_off)
{
	u64 at = (u64)notify_off * d->multiplier;

	if (at & 1 || at + 2 > d->notify.len)
		return VIRTIO_NO_QUEUE;
	return d->notify.off + at;
}
