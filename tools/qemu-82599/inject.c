// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a test reads and does from the monitor: counters, and faults. Both are QOM
 * properties of the device, for qom-get and qom-set:
 *
 *   inject-drop-completions N      the next N descriptors done are not reported
 *   inject-corrupt-descriptors N   the next N are reported with rubbish
 *   inject-hang-rx, -hang-tx MASK  these queues (0 to 63) stand still
 *   inject-irq-storm US            every vector fires at that interval; 0 ends it
 *   inject-master-stuck BOOL       master disable does not finish by itself
 *   inject-removed BOOL            the slot reads as empty: surprise removal
 */
#include "model.h"
#include "hw/pci/msi.h"
#include "hw/pci/msix.h"
#include "qapi/visitor.h"
#include "sysemu/sysemu.h"

/* False: this completion is not to be written. The rubbish differs each time. */
bool inject_completion(struct nic *s, u64 *q0, u64 *q1)
{
	struct faults *faults = &s->faults;

	if (faults->drop_completions) {
		faults->drop_completions--;
		return false;
	}
	if (faults->corrupt_descriptors) {
		faults->corrupt_descriptors--;
		*q0 = 0x9E3779B97F4A7C15ull * (faults->corrupt_descriptors + 1);
		*q1 = ~*q0 | 0xFFFFull << 32 | RXD_DD | RXD_EOP | TXD_DD;
	}
	return true;
}

static void storm(void *opaque)
{
	struct nic *s = opaque;
	unsigned int v;

	if (!s->faults.storm_us)
		return;
	if (s->has_msix && msix_enabled(&s->pci)) {
		for (v = 0; v < VECTORS; v++)
			msix_notify(&s->pci, v);
	} else if (s->has_msi && msi_enabled(&s->pci)) {
		msi_notify(&s->pci, 0);
	} else {
		pci_set_irq(&s->pci, !s->intx_level);
		pci_set_irq(&s->pci, s->intx_level);
	}
	timer_mod_ns(&s->storm_timer, now_ns() + s->faults.storm_us * 1000ll);
}

static void get_counter(Object *object, Visitor *v, const char *name, void *opaque, Error **errp)
{
	u64 *value = (u64 *)((char *)to_nic(object) + (size_t)opaque);

	visit_type_uint64(v, name, value, errp);
}

static void get_u32(Object *object, Visitor *v, const char *name, void *opaque, Error **errp)
{
	u32 *value = (u32 *)((char *)to_nic(object) + (size_t)opaque);

	visit_type_uint32(v, name, value, errp);
}

/* Setting a fault may also end one: whatever stood still goes on. */
static void set_u32(Object *object, Visitor *v, const char *name, void *opaque, Error **errp)
{
	struct nic *s = to_nic(object);

	if (!visit_type_uint32(v, name, (u32 *)((char *)s + (size_t)opaque), errp))
		return;
	storm(s);
}

static void set_mask(Object *object, Visitor *v, const char *name, void *opaque, Error **errp)
{
	struct nic *s = to_nic(object);

	if (visit_type_uint64(v, name, (u64 *)((char *)s + (size_t)opaque), errp))
		kick_all(s);
}

static bool get_removed(Object *object, Error **errp)
{
	return to_nic(object)->faults.removed;
}

static void set_removed(Object *object, bool value, Error **errp)
{
	to_nic(object)->faults.removed = value;
}

static bool get_stuck(Object *object, Error **errp)
{
	return to_nic(object)->faults.master_stuck;
}

static void set_stuck(Object *object, bool value, Error **errp)
{
	to_nic(object)->faults.master_stuck = value;
}

static const struct property {
	const char *name;
	size_t offset;
} counters[] = {
#define COUNTER(name, field)	{ name, offsetof(struct nic, count.field) }
	COUNTER("guest-errors", guest_errors),
	COUNTER("unknown-accesses", unknown),
	COUNTER("dma-errors", dma_errors),
	COUNTER("advice", advice),
	COUNTER("rx-frames", rx_frames),
	COUNTER("rx-nodesc", rx_no_descriptor),
	COUNTER("rx-filtered", rx_filtered),
	COUNTER("tx-frames", tx_frames),
	COUNTER("tx-lost", tx_lost),
	COUNTER("tso-packets", tso_packets),
	COUNTER("irqs", irqs),
	COUNTER("resets", resets),
};

static const struct property numbers[] = {
	{ "inject-drop-completions", offsetof(struct nic, faults.drop_completions) },
	{ "inject-corrupt-descriptors", offsetof(struct nic, faults.corrupt_descriptors) },
	{ "inject-irq-storm", offsetof(struct nic, faults.storm_us) },
};

static const struct property masks[] = {
	{ "inject-hang-rx", offsetof(struct nic, faults.hang_rx) },
	{ "inject-hang-tx", offsetof(struct nic, faults.hang_tx) },
};

void inject_add_properties(Object *object)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(counters); i++)
		object_property_add(object, counters[i].name, "uint64", get_counter, NULL, NULL,
				    (void *)counters[i].offset);
	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		object_property_add(object, numbers[i].name, "uint32", get_u32, set_u32, NULL,
				    (void *)numbers[i].offset);
	for (i = 0; i < ARRAY_SIZE(masks); i++)
		object_property_add(object, masks[i].name, "uint64", get_counter, set_mask, NULL,
				    (void *)masks[i].offset);
	object_property_add_bool(object, "inject-removed", get_removed, set_removed);
	object_property_add_bool(object, "inject-master-stuck", get_stuck, set_stuck);
}

/* The last word, for logs: a run is clean when the first three are 0. */
static void summary(Notifier *notifier, void *data)
{
	struct nic *s = container_of(notifier, struct nic, exit_notifier);
	unsigned int i;

	fprintf(stderr, "82599[%s]:", DEVICE(s)->id ?: s->pci.name);
	for (i = 0; i < ARRAY_SIZE(counters); i++)
		fprintf(stderr, " %s %" PRIu64, counters[i].name,
			*(u64 *)((char *)s + counters[i].offset));
	fputc('\n', stderr);
}

void inject_init(struct nic *s)
{
	timer_init_ns(&s->storm_timer, QEMU_CLOCK_VIRTUAL, storm, s);
	s->exit_notifier.notify = summary;
	qemu_add_exit_notifier(&s->exit_notifier);
}

void inject_exit(struct nic *s)
{
	timer_del(&s->storm_timer);
	summary(&s->exit_notifier, NULL);
	qemu_remove_exit_notifier(&s->exit_notifier);
}
