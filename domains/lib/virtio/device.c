// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device as a whole: reset, status, features (VIRTIO 1.2, 2.1, 2.2, 3.1).
 *
 * The status byte only grows between two resets, and each step is read back where the
 * specification lets the device object. Every wait has a bound.
 */
#include "virtio.h"
#include <redleaf/log.h>
#include <redleaf/time.h>

/**
 * virtio_wait() - wait one step
 * @us: step; VIRTIO_STEP_US at first
 *
 * Process context, may sleep. Returns the next step.
 */
u32 virtio_wait(u32 us)
{
	rl_sleep_us(us);
	return min(2 * us, VIRTIO_STEP_MAX_US);
}

/* The status byte (2.1). Any context. */
u8 virtio_status(const struct virtio *d)
{
	return rl_read8(d->common.bar, d->common.off + VCOM_DEVICE_STATUS);
}

static void device_set_status(const struct virtio *d, u8 status)
{
	rl_write8(d->common.bar, d->common.off + VCOM_DEVICE_STATUS, status);
}

/**
 * virtio_reset() - back to the beginning (2.4, 4.1.4.3.2)
 * @d: device, its registers mapped
 *
 * Process context, may sleep. Returns 0, -ENODEV, -ETIMEDOUT, with a line in the log.
 */
s32 virtio_reset(const struct virtio *d)
{
	u64 until = rl_now_ns() + d->init_ms * 1000000ull;
	u32 us = VIRTIO_STEP_US;

	device_set_status(d, 0);
	for (;;) {
		bool late = rl_now_ns() > until;	/* before the look, not after */
		u8 status = virtio_status(d);

		if (!status)
			return 0;
		if (late || status == VSTATUS_GONE) {
			rl_err("device does not reset: status %x", status);
			return status == VSTATUS_GONE ? -ENODEV : -ETIMEDOUT;
		}
		us = virtio_wait(us);
	}
}

static u64 device_offers(const struct virtio *d)
{
	u32 at = d->common.off + VCOM_DEVICE_FEATURE;
	u64 low;

	virtio_common32_set(d, VCOM_DEVICE_FEATURE_SELECT, 0);
	low = rl_read32(d->common.bar, at);
	virtio_common32_set(d, VCOM_DEVICE_FEATURE_SELECT, 1);
	return low | (u64)rl_read32(d->common.bar, at) << 32;
}

/*
 * Without VIRTIO_F_ACCESS_PLATFORM the device takes bus addresses for physical ones (6.1):
 * behind an IOMMU that translates it would read and write somebody else's memory.
 */
static const char *device_unfit(const struct virtio *d)
{
	if (d->offered == ~0ull)
		return "features read all ones";
	if (!(d->offered & VF_VERSION_1))
		return "VIRTIO_F_VERSION_1 is not offered (a legacy device)";
	if (d->info.translated && !(d->offered & VF_ACCESS_PLATFORM))
		return "VIRTIO_F_ACCESS_PLATFORM is not offered (QEMU: iommu_platform=on)";
	return NULL;
}

static s32 device_refuse(const struct virtio *d, const char *reason)
{
	rl_err("device refused: %s (features %llx)", reason, d->offered);
	return -ENODEV;
}

/**
 * virtio_begin() - steps 2 to 4 of 3.1.1: what does it offer?
 * @d: device, reset; sets offered
 *
 * Process context. Returns 0 or -ENODEV, with a line in the log.
 */
s32 virtio_begin(struct virtio *d)
{
	const char *reason;

	device_set_status(d, VSTATUS_ACKNOWLEDGE);
	device_set_status(d, VSTATUS_ACKNOWLEDGE | VSTATUS_DRIVER);
	d->offered = device_offers(d);
	reason = device_unfit(d);
	return reason ? device_refuse(d, reason) : 0;
}

/**
 * virtio_accept() - steps 4 to 6 of 3.1.1
 * @d: device, begun; sets features
 * @features: of those that are offered
 *
 * Process context. Returns 0 or -ENODEV, with a line in the log.
 */
s32 virtio_accept(struct virtio *d, u64 features)
{
	const u8 status = VSTATUS_ACKNOWLEDGE | VSTATUS_DRIVER | VSTATUS_FEATURES_OK;

	d->features = features;
	virtio_common32_set(d, VCOM_DRIVER_FEATURE_SELECT, 0);
	virtio_common32_set(d, VCOM_DRIVER_FEATURE, features);
	virtio_common32_set(d, VCOM_DRIVER_FEATURE_SELECT, 1);
	virtio_common32_set(d, VCOM_DRIVER_FEATURE, features >> 32);
	device_set_status(d, status);
	if (virtio_status(d) == status)
		return 0;
	return device_refuse(d, "it does not accept a subset of its features");
}

/**
 * virtio_start() - step 8 of 3.1.1: the device is live
 * @d: device, its queues set up
 *
 * Process context. Returns 0 or -EIO, with a line in the log.
 */
s32 virtio_start(const struct virtio *d)
{
	const u8 status = VSTATUS_ACKNOWLEDGE | VSTATUS_DRIVER | VSTATUS_FEATURES_OK |
			  VSTATUS_DRIVER_OK;

	device_set_status(d, status);
	if (virtio_status(d) == status)
		return 0;
	rl_err("device does not start: status %x", virtio_status(d));
	return -EIO;
}

/* 3.1.1: tell the device that it was given up. Process context. */
void virtio_fail(const struct virtio *d)
{
	if (d->common.len && !rl_pci_gone())
		device_set_status(d, virtio_status(d) | VSTATUS_FAILED);
}

/* Changes whenever the configuration does (2.5.1). Any context. */
static u8 device_generation(const struct virtio *d)
{
	return rl_read8(d->common.bar, d->common.off + VCOM_CONFIG_GENERATION);
}

/**
 * virtio_config_begin() - the configuration is read next (2.5.1)
 * @d: device
 *
 * What was read counts when virtio_config_same() says so; else it is read again, at most
 * VIRTIO_CONFIG_TRIES times. Any context.
 */
void virtio_config_begin(struct virtio *d)
{
	d->generation = device_generation(d);
}

/* Is it still the configuration it was at virtio_config_begin()? Any context. */
bool virtio_config_same(const struct virtio *d)
{
	return device_generation(d) == d->generation;
}

/**
 * virtio_changed() - the configuration's interrupt (4.1.5.4), or one that it shares
 * @d: device
 *
 * Any context but NMI. Returns true when the configuration changed. Does not return when
 * the device wants a reset (2.1.2).
 */
bool virtio_changed(struct virtio *d)
{
	u8 status = virtio_status(d), generation = device_generation(d), before = d->generation;

	if (status == VSTATUS_GONE)
		return false;
	if (status & VSTATUS_NEEDS_RESET)
		rl_die("device needs a reset");
	d->generation = generation;
	return generation != before;
}
