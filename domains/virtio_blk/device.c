// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device as a whole: reset, status, features (VIRTIO 1.2, 2.1, 2.2, 3.1).
 *
 * The status byte only grows between two resets, and each step is read back where the
 * specification lets the device object. Every wait has a bound.
 */
#include "vblk.h"
#include <redleaf/log.h>
#include <redleaf/time.h>

/* What this driver knows how to use. */
#define WANTED	(VF_SIZE_MAX | VF_SEG_MAX | VF_RO | VF_BLK_SIZE | VF_FLUSH | VF_MQ | VF_DISCARD | \
		 VF_WRITE_ZEROES | VF_INDIRECT_DESC | VF_VERSION_1 | VF_ACCESS_PLATFORM | \
		 VF_ORDER_PLATFORM)

/**
 * vblk_wait() - wait one step
 * @us: step; VBLK_STEP_US at first
 *
 * Process context, may sleep. Returns the next step.
 */
u32 vblk_wait(u32 us)
{
	rl_sleep_us(us);
	return min(2 * us, VBLK_STEP_MAX_US);
}

/* The status byte (2.1). Any context. */
u8 vblk_status(const struct vblk *v)
{
	return rl_read8(v->common.bar, v->common.off + VCOM_DEVICE_STATUS);
}

static void device_set_status(const struct vblk *v, u8 status)
{
	rl_write8(v->common.bar, v->common.off + VCOM_DEVICE_STATUS, status);
}

/**
 * vblk_device_reset() - back to the beginning (2.4, 4.1.4.3.2)
 * @v: device, its registers mapped
 *
 * Process context, may sleep. Returns 0, -ENODEV, -ETIMEDOUT.
 */
s32 vblk_device_reset(const struct vblk *v)
{
	u64 until = rl_now_ns() + v->init_ms * 1000000ull;
	u32 us = VBLK_STEP_US;

	device_set_status(v, 0);
	for (;;) {
		bool late = rl_now_ns() > until;	/* before the look, not after */
		u8 status = vblk_status(v);

		if (status == VSTATUS_GONE)
			return -ENODEV;
		if (!status)
			return 0;
		if (late)
			return -ETIMEDOUT;
		us = vblk_wait(us);
	}
}

static u64 device_offers(const struct vblk *v)
{
	u32 at = v->common.off + VCOM_DEVICE_FEATURE;
	u64 low;

	vblk_common32_set(v, VCOM_DEVICE_FEATURE_SELECT, 0);
	low = rl_read32(v->common.bar, at);
	vblk_common32_set(v, VCOM_DEVICE_FEATURE_SELECT, 1);
	return low | (u64)rl_read32(v->common.bar, at) << 32;
}

static void device_accept(const struct vblk *v, u64 features)
{
	vblk_common32_set(v, VCOM_DRIVER_FEATURE_SELECT, 0);
	vblk_common32_set(v, VCOM_DRIVER_FEATURE, features);
	vblk_common32_set(v, VCOM_DRIVER_FEATURE_SELECT, 1);
	vblk_common32_set(v, VCOM_DRIVER_FEATURE, features >> 32);
}

/*
 * Without VIRTIO_F_ACCESS_PLATFORM the device takes bus addresses for physical ones (6.1):
 * behind an IOMMU that translates it would read and write somebody else's memory.
 */
static const char *device_unfit(const struct vblk *v, u64 offered)
{
	if (offered == ~0ull)
		return "features read all ones";
	if (!(offered & VF_VERSION_1))
		return "VIRTIO_F_VERSION_1 is not offered (a legacy device)";
	if (v->info.translated && !(offered & VF_ACCESS_PLATFORM))
		return "VIRTIO_F_ACCESS_PLATFORM is not offered (QEMU: iommu_platform=on)";
	return NULL;
}

/**
 * vblk_device_negotiate() - steps 2 to 6 of 3.1.1
 * @v: device, reset; sets features
 *
 * Process context. Returns 0 or -ENODEV, with a line in the log.
 */
s32 vblk_device_negotiate(struct vblk *v)
{
	const u8 status = VSTATUS_ACKNOWLEDGE | VSTATUS_DRIVER | VSTATUS_FEATURES_OK;
	const char *reason;
	u64 offered;

	device_set_status(v, VSTATUS_ACKNOWLEDGE);
	device_set_status(v, VSTATUS_ACKNOWLEDGE | VSTATUS_DRIVER);
	offered = device_offers(v);
	reason = device_unfit(v, offered);
	if (!reason) {
		v->features = offered & WANTED;
		device_accept(v, v->features);
		device_set_status(v, status);
		if (vblk_status(v) != status)
			reason = "it does not accept a subset of its features";
	}
	if (!reason)
		return 0;
	rl_err("device refused: %s (features %llx)", reason, offered);
	return -ENODEV;
}

/**
 * vblk_device_start() - step 8 of 3.1.1: the device is live
 * @v: device, its queues set up
 *
 * Process context. Returns 0 or -EIO, with a line in the log.
 */
s32 vblk_device_start(const struct vblk *v)
{
	const u8 status = VSTATUS_ACKNOWLEDGE | VSTATUS_DRIVER | VSTATUS_FEATURES_OK |
			  VSTATUS_DRIVER_OK;

	device_set_status(v, status);
	if (vblk_status(v) == status)
		return 0;
	rl_err("device does not start: status %x", vblk_status(v));
	return -EIO;
}

/* 3.1.1: tell the device that it was given up. Process context. */
void vblk_device_fail(const struct vblk *v)
{
	if (v->common.len && !rl_pci_gone())
		device_set_status(v, vblk_status(v) | VSTATUS_FAILED);
}

/* Changes whenever the configuration does (2.5.1). Any context. */
u8 vblk_device_generation(const struct vblk *v)
{
	return rl_read8(v->common.bar, v->common.off + VCOM_CONFIG_GENERATION);
}

/**
 * vblk_device_changed() - the configuration's interrupt (4.1.5.4), or one that it shares
 * @v: device
 *
 * Any context but NMI. Does not return when the device wants a reset (2.1.2).
 */
void vblk_device_changed(struct vblk *v)
{
	u8 status = vblk_status(v), generation = vblk_device_generation(v);

	if (status == VSTATUS_GONE)
		return;
	if (status & VSTATUS_NEEDS_RESET)
		rl_die("device needs a reset");
	if (generation != v->generation)
		rl_info("configuration changed: a new size shows after a restart");
	v->generation = generation;
}
