// SPDX-License-Identifier: GPL-2.0-only
/*
 * Health of the device: the SMART log (NVMe 1.4, 5.14.1.2) in the interface's
 * units. The log has 128-bit counters; what does not fit 64 bits is answered as
 * the largest value.
 */
#include "nvme.h"

#define NVME_SMART_UNIT	512000ull	/* bytes of a data unit */

static u64 nvme_smart_count(const u64 *v, u64 unit)
{
	u64 low = READ_ONCE(v[0]);

	return READ_ONCE(v[1]) || low > ~0ull / unit ? ~0ull : low * unit;
}

/**
 * nvme_smart_convert() - from the log page to the interface
 * @s: page, DMA memory
 * @log: answer
 *
 * Any context.
 */
void nvme_smart_convert(const struct nvme_smart *s, struct bdev_health *log)
{
	log->data_read = nvme_smart_count(s->units_read, NVME_SMART_UNIT);
	log->data_written = nvme_smart_count(s->units_written, NVME_SMART_UNIT);
	log->power_on_hours = nvme_smart_count(s->power_on_hours, 1);
	log->unsafe_shutdowns = nvme_smart_count(s->unsafe_shutdowns, 1);
	log->media_errors = nvme_smart_count(s->media_errors, 1);
	log->temperature_k = READ_ONCE(s->temperature[0]) | READ_ONCE(s->temperature[1]) << 8;
	log->critical_warning = READ_ONCE(s->critical_warning);
	log->spare_percent = READ_ONCE(s->avail_spare);
	log->used_percent = READ_ONCE(s->percent_used);
	log->pad = 0;
}

/**
 * nvme_health() - bdev.health
 * @n: controller
 * @log: answer
 *
 * Process context, may sleep. Returns 0 or -Exxx. A controller that does not
 * answer an admin command is reset.
 */
s32 nvme_health(struct nvme *n, struct bdev_health *log)
{
	s32 err = nvme_admin_lock(n);

	if (err)
		return err;
	nvme_post_smart(n);
	err = nvme_admin_run_one(n);
	if (err < 0 && !rl_pci_gone())
		rl_die("admin command timeout, controller reset");
	if (!err)
		nvme_smart_convert(nvme_admin_page(n, NVME_PAGE_ANY), log);
	nvme_admin_unlock(n);
	return err > 0 ? nvme_status_errno(err) : err;
}
