// SPDX-License-Identifier: GPL-2.0-only
/*
 * What /sys/block/<disk>/ says beyond the block layer's own files:
 *
 *	serial, model	identity, as the first generation told it
 *	rl/requests	submissions to the domain, re-issues included
 *	rl/requeued	requests that died with a generation and were kept
 *	rl/refused	completions the adapter did not believe (whole device)
 *	rl/health	the device's health log, asked anew at each read
 *
 * Readers hold the disk through sysfs: device_del() waits for them. Reading
 * rl/health sleeps across a restart; it ends at once when the domain is dead.
 */
#include <linux/string.h>
#include <linux/sysfs.h>
#include "blk.h"

static struct rl_blk_disk *rl_blk_of(struct device *dev)
{
	return dev_to_disk(dev)->private_data;
}

/* Fixed-size, space padded text without its padding. */
static ssize_t rl_blk_show_text(char *buf, const u8 *text, int size)
{
	while (size && text[size - 1] == ' ')
		size--;
	return sysfs_emit(buf, "%.*s\n", size, text);
}

static ssize_t serial_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return rl_blk_show_text(buf, rl_blk_of(dev)->blk->info.serial, BDEV_SERIAL_LEN);
}
static DEVICE_ATTR_RO(serial);

static ssize_t model_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return rl_blk_show_text(buf, rl_blk_of(dev)->blk->info.model, BDEV_MODEL_LEN);
}
static DEVICE_ATTR_RO(model);

static ssize_t requests_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct rl_blk_disk *disk = rl_blk_of(dev);
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(*per_cpu_ptr(disk->requests, cpu));
	return sysfs_emit(buf, "%llu\n", sum);
}
static DEVICE_ATTR_RO(requests);

static ssize_t requeued_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", READ_ONCE(rl_blk_of(dev)->requeued));
}
static DEVICE_ATTR_RO(requeued);

static ssize_t refused_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%ld\n", atomic_long_read(&rl_blk_of(dev)->blk->refused));
}
static DEVICE_ATTR_RO(refused);

static ssize_t health_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct bdev_health h;
	struct rl_ret ret;

	ret = bdev_health_shadow(&rl_blk_of(dev)->blk->dom->provided, &h);
	if (ret.rpc)
		return ret.rpc == RL_RPC_DEAD ? -ENODEV : -EIO;
	if (ret.err)
		return ret.err;
	return sysfs_emit(buf,
			  "{\n"
			  "  \"critical_warning\": %u,\n"
			  "  \"temperature_kelvin\": %u,\n"
			  "  \"spare_percent\": %u,\n"
			  "  \"used_percent\": %u,\n"
			  "  \"data_read_bytes\": %llu,\n"
			  "  \"data_written_bytes\": %llu,\n"
			  "  \"power_on_hours\": %llu,\n"
			  "  \"unsafe_shutdowns\": %llu,\n"
			  "  \"media_errors\": %llu\n"
			  "}\n",
			  h.critical_warning, h.temperature_k, h.spare_percent, h.used_percent,
			  h.data_read, h.data_written, h.power_on_hours, h.unsafe_shutdowns,
			  h.media_errors);
}
static DEVICE_ATTR_RO(health);

static struct attribute *rl_blk_disk_attrs[] = {
	&dev_attr_serial.attr,
	&dev_attr_model.attr,
	NULL
};

static const struct attribute_group rl_blk_disk_group = {
	.attrs = rl_blk_disk_attrs,
};

static struct attribute *rl_blk_rl_attrs[] = {
	&dev_attr_requests.attr,
	&dev_attr_requeued.attr,
	&dev_attr_refused.attr,
	&dev_attr_health.attr,
	NULL
};

static const struct attribute_group rl_blk_rl_group = {
	.name = "rl",
	.attrs = rl_blk_rl_attrs,
};

const struct attribute_group *rl_blk_groups[] = {
	&rl_blk_disk_group,
	&rl_blk_rl_group,
	NULL
};
