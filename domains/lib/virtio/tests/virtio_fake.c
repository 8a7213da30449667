// SPDX-License-Identifier: GPL-2.0-only
/* The transport of virtio_fake.h, and the functions a domain imports. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "virtio_fake.h"
#include <redleaf/log.h>
#include <redleaf/heap.h>
#include <redleaf/sync.h>
#include <redleaf/time.h>

struct fake fake;
void *fake_self;

/* The driver did what the specification forbids. */
void fake_wrong(const char *what)
{
	fprintf(stderr, "driver: %s\n", what);
	abort();
}

void *fake_ptr(u64 dma)
{
	return (void *)(uintptr_t)dma;
}

static void fake_deliver(void)
{
	u32 v;

	while (fake.pending && !fake.irq_off && !fake.in_irq) {
		v = __builtin_ctz(fake.pending);
		fake.pending &= ~BIT(v);
		if (!fake.handler[v] || fake.no_irq)
			continue;
		fake.in_irq = true;
		fake.handler[v](fake_self, fake.handler_arg[v]);
		fake.in_irq = false;
	}
}

void fake_interrupt(u32 vector)
{
	fake.pending |= BIT(vector);
	fake_deliver();
}

/* A used element; the index goes @ahead further than it should. */
void fake_used(u16 queue, u32 id, u32 len, u16 ahead)
{
	struct fake_queue *q = &fake.q[queue];
	struct vring_used *used = fake_ptr(q->device);
	const struct vring_avail *avail = fake_ptr(q->driver);

	used->ring[used->idx % q->entries] = (struct vring_used_elem){ .id = id, .len = len };
	barrier();
	WRITE_ONCE(used->idx, (u16)(used->idx + 1 + ahead));
	if (!(READ_ONCE(avail->flags) & VAVAIL_NO_INTERRUPT) && q->vector != VCOM_NO_VECTOR)
		fake_interrupt(q->vector);
}

/* The next available chain; false: there is none. */
bool fake_next(u16 queue, u16 *first)
{
	struct fake_queue *q = &fake.q[queue];
	const struct vring_avail *avail = fake_ptr(q->driver);

	if (q->seen == READ_ONCE(avail->idx))
		return false;
	if ((u16)(READ_ONCE(avail->idx) - q->seen) > q->entries)
		fake_wrong("more chains than the queue has entries");
	*first = avail->ring[q->seen++ % q->entries];
	return true;
}

/* 2.7.5: follows the chain that begins at @first. Returns its descriptors. */
u32 fake_chain(u16 queue, u16 first, struct vring_desc *out)
{
	struct fake_queue *q = &fake.q[queue];
	const struct vring_desc *table = fake_ptr(q->desc);
	u32 size = q->entries, nr = 0;
	u16 at = first;

	if (first >= size)
		fake_wrong("a chain that begins outside the table");
	if (table[first].flags & VDESC_INDIRECT) {
		if (!(fake.accepted & VF_INDIRECT_DESC))
			fake_wrong("indirect descriptors");
		size = table[first].len / sizeof(*table);
		table = fake_ptr(table[first].addr);
		at = 0;
	}
	for (;; at = out[nr++].next) {
		if (at >= size || nr == FAKE_DESCS || nr == size)
			fake_wrong("a chain that is too long");
		out[nr] = table[at];
		if (nr && out[nr - 1].flags & VDESC_WRITE && !(out[nr].flags & VDESC_WRITE))
			fake_wrong("a descriptor to read behind one to write");
		if (!(out[nr].flags & VDESC_NEXT))
			return nr + 1;
	}
}

static void fake_notify(u32 off, u16 queue)
{
	if (queue >= FAKE_QUEUES || off != FAKE_NOTIFY + 4u * fake.q[queue].notify_off)
		fake_wrong("a notification of another queue");
	if (!(fake.status & VSTATUS_DRIVER_OK) || !fake.master || !fake.q[queue].enable)
		fake_wrong("a notification before its time");
	fake.notified++;
	if (!fake.mute && queue < fake.mute_queue)
		fake_device_take(queue);
}

static void fake_set_status(u8 status)
{
	u32 i;

	if (status) {
		if (fake.status & ~status)
			fake_wrong("a status bit taken back");
		fake.status = status;
		if (fake.picky)
			fake.status &= ~VSTATUS_FEATURES_OK;
		if (fake.no_start && status & VSTATUS_DRIVER_OK)
			fake.status |= VSTATUS_NEEDS_RESET;
		return;
	}
	if (fake.never_reset)
		return;
	fake.status = 0;
	fake.accepted = 0;
	fake.config_vector = VCOM_NO_VECTOR;
	fake.resets++;
	for (i = 0; i < FAKE_QUEUES; i++) {
		fake.q[i].enable = 0;
		fake.q[i].seen = 0;
		fake.q[i].entries = 0;
		fake.q[i].vector = VCOM_NO_VECTOR;
	}
	fake_device_reset();
}

/* Structures lie where they are by default; capabilities may say otherwise. */
static struct fake_queue *fake_selected(void)
{
	static struct fake_queue none;

	memset(&none, 0, sizeof(none));
	return fake.select < FAKE_QUEUES && fake.select < fake.vqs ? &fake.q[fake.select] : &none;
}

u8 rl_read8(u32 bar, u32 off)
{
	if (bar != FAKE_BAR)
		fake_wrong("another BAR");
	if (fake.gone)
		return 0xff;
	if (off == VCOM_DEVICE_STATUS)
		return fake.status;
	if (off == VCOM_CONFIG_GENERATION)
		return fake.unsettled ? fake.generation++ : fake.generation;
	if (off - FAKE_CONFIG >= sizeof(fake.config))
		fake_wrong("a byte register that there is not");
	return fake.config[off - FAKE_CONFIG];
}

u16 rl_read16(u32 bar, u32 off)
{
	const struct fake_queue *q = fake_selected();
	u16 val;

	if (bar != FAKE_BAR)
		fake_wrong("another BAR");
	if (fake.gone)
		return 0xffff;
	switch (off) {
	case VCOM_NUM_QUEUES:
		return fake.vqs;
	case VCOM_CONFIG_MSIX_VECTOR:
		return fake.config_vector;
	case VCOM_QUEUE_SIZE:
		return q->entries ? q->entries : q->size;
	case VCOM_QUEUE_MSIX_VECTOR:
		return fake.no_vector ? VCOM_NO_VECTOR : q->vector;
	case VCOM_QUEUE_NOTIFY_OFF:
		return q->notify_off;
	}
	if (off & 1 || off - FAKE_CONFIG > sizeof(fake.config) - 2)
		fake_wrong("a 16 bit register that there is not");
	memcpy(&val, &fake.config[off - FAKE_CONFIG], sizeof(val));
	return val;
}

u32 rl_read32(u32 bar, u32 off)
{
	u32 val;

	if (bar != FAKE_BAR)
		fake_wrong("another BAR");
	if (fake.gone)
		return ~0u;
	if (off == VCOM_DEVICE_FEATURE)
		return fake.feature_select ? fake.features >> 32 : fake.features;
	if (off - FAKE_CONFIG > sizeof(fake.config) - 4)
		fake_wrong("a 32 bit register that there is not");
	memcpy(&val, &fake.config[off - FAKE_CONFIG], sizeof(val));
	return val;
}

void rl_write8(u32 bar, u32 off, u8 val)
{
	if (bar != FAKE_BAR || off != VCOM_DEVICE_STATUS)
		fake_wrong("a byte written elsewhere");
	if (!fake.gone)
		fake_set_status(val);
}

void rl_write16(u32 bar, u32 off, u16 val)
{
	struct fake_queue *q = fake_selected();

	if (bar != FAKE_BAR)
		fake_wrong("another BAR");
	if (off >= FAKE_NOTIFY && off < FAKE_CONFIG) {
		fake_notify(off, val);
		return;
	}
	switch (off) {
	case VCOM_QUEUE_SELECT:
		fake.select = val;
		return;
	case VCOM_CONFIG_MSIX_VECTOR:
		fake.config_vector = val;
		return;
	case VCOM_QUEUE_SIZE:
		if (val > q->size || val & (val - 1))
			fake_wrong("a queue size that the device cannot have");
		q->entries = val;
		return;
	case VCOM_QUEUE_MSIX_VECTOR:
		q->vector = val;
		return;
	case VCOM_QUEUE_ENABLE:
		if (!(fake.status & VSTATUS_FEATURES_OK) || fake.status & VSTATUS_DRIVER_OK)
			fake_wrong("a queue enabled at another time");
		if (val != 1 || !q->entries)
			fake_wrong("a queue enabled without a size");
		q->enable = val;
		((struct vring_used *)fake_ptr(q->device))->flags =
			fake.no_notify ? VUSED_NO_NOTIFY : 0;
		return;
	}
	fake_wrong("a 16 bit register written that there is not");
}

static void half(u64 *val, u32 off, u32 bits)
{
	*val = off & 4 ? (u32)*val | (u64)bits << 32 : (*val & ~0xffffffffull) | bits;
}

void rl_write32(u32 bar, u32 off, u32 val)
{
	struct fake_queue *q = fake_selected();

	if (bar != FAKE_BAR)
		fake_wrong("another BAR");
	if (off == VCOM_DEVICE_FEATURE_SELECT)
		fake.feature_select = val;
	else if (off == VCOM_DRIVER_FEATURE_SELECT)
		fake.driver_select = val;
	else if (off == VCOM_DRIVER_FEATURE)
		half(&fake.accepted, 4 * fake.driver_select, val);
	else if (off - VCOM_QUEUE_DESC < 8)
		half(&q->desc, off - VCOM_QUEUE_DESC, val);
	else if (off - VCOM_QUEUE_DRIVER < 8)
		half(&q->driver, off - VCOM_QUEUE_DRIVER, val);
	else if (off - VCOM_QUEUE_DEVICE < 8)
		half(&q->device, off - VCOM_QUEUE_DEVICE, val);
	else
		fake_wrong("a 32 bit register written that there is not");
}

u32 rl_pci_config(u32 off)
{
	if (off & 3 || off >= sizeof(fake.pci))
		fake_wrong("outside configuration space");
	return fake.pci[off / 4];
}

s32 rl_pci_info(struct rl_pci_info *out)
{
	memset(out, 0, sizeof(*out));
	memcpy(out->bar_size, fake.bar_size, sizeof(out->bar_size));
	out->translated = fake.translated;
	out->nr_cpus = fake.cpus;
	out->max_vectors = fake.vectors;
	return 0;
}

s32 rl_bar_map(u32 bar)
{
	return bar == FAKE_BAR ? 0 : -ENXIO;
}

s32 rl_pci_set_master(bool on)
{
	fake.master = on;
	return 0;
}

bool rl_pci_gone(void)
{
	return fake.gone;
}

s32 rl_irq_setup(u32 want)
{
	return min(want, min(fake.vectors, fake.cpus + 1));
}

s32 rl_irq_bind(u32 vec, void (*fn)(void *self, u64 arg), u64 arg)
{
	fake.handler[vec] = fn;
	fake.handler_arg[vec] = arg;
	return 0;
}

/* One malloc each, so that ASan sees every overrun; freed by fake_reset(). */
void *rl_alloc(size_t size)
{
	void *p;

	if (fake.fail_alloc && !--fake.fail_alloc)
		return NULL;
	if (posix_memalign(&p, 4096, size))
		abort();
	memset(p, 0, size);
	if (fake.nr_mem == FAKE_MEM)
		abort();
	fake.mem[fake.nr_mem++] = p;
	return p;
}

void rl_free(void *p)
{
	u32 i;

	for (i = 0; p && i < fake.nr_mem; i++) {
		if (fake.mem[i] != p)
			continue;
		fake.mem[i] = fake.mem[--fake.nr_mem];
		free(p);
		return;
	}
	if (p)
		abort();
}

void rl_dma_free(void *p)
{
	rl_free(p);
}

void *rl_dma_alloc(size_t size, u64 *dma)
{
	void *p = rl_alloc(size);

	*dma = (uintptr_t)p;
	return p;
}

void *rl_dma_alloc_noinit(size_t size, u64 *dma)
{
	void *p = rl_dma_alloc(size, dma);

	return p ? memset(p, 0xa5, size) : NULL;
}

/* A lock taken twice is a deadlock. */
void rl_lock(struct rl_lock *l)
{
	if (l->word)
		abort();
	l->word = 1;
}

void rl_unlock(struct rl_lock *l)
{
	if (!l->word)
		abort();
	l->word = 0;
}

u64 rl_lock_irq(struct rl_lock *l)
{
	rl_lock(l);
	return fake.irq_off++;
}

void rl_unlock_irq(struct rl_lock *l, u64 token)
{
	rl_unlock(l);
	fake.irq_off = token;
	fake_deliver();
}

void rl_lock_wait(struct rl_lock *l)
{
	abort();
}

s32 rl_event_create(void)
{
	return fake.nr_events++;
}

/* Who has to wait here waits for ever. */
s32 rl_event_wait(u32 event, u64 timeout_ns)
{
	(void)timeout_ns;
	if (!fake.events[event])
		abort();
	fake.events[event]--;
	return 0;
}

s32 rl_event_signal(u32 event)
{
	fake.events[event]++;
	return 0;
}

u64 rl_now_ns(void)
{
	return fake.now;
}

void rl_sleep_us(u32 us)
{
	fake.now += us * 1000ull;
}

u64 rl_param(u32 idx)
{
	return fake.params[idx];
}

u32 rl_iface(u32 idx)
{
	return idx + 77;
}

void rl_die_now(const char *why)
{
	fake.died = why;
	longjmp(fake.die, 1);
}

void rl_log(u32 level, const char *fmt, ...)
{
	va_list ap;

	(void)level;
	fake.logged++;
	va_start(ap, fmt);
	printf("#   log: ");
	vprintf(fmt, ap);
	printf("\n");
	va_end(ap);
}

/* Vendor capability @n of four, each with room for a multiplier. */
void fake_cap(u32 n, u32 type, u32 bar, u32 off, u32 len)
{
	u32 at = (PCI_CAP_FIRST + n * 0x18) / 4;
	u32 next = n == 3 ? 0 : PCI_CAP_FIRST + (n + 1) * 0x18;

	fake.pci[at] = PCI_CAP_VENDOR | next << 8 | 20u << 16 | type << 24;
	fake.pci[at + 1] = bar;
	fake.pci[at + 2] = off;
	fake.pci[at + 3] = len;
	fake.pci[at + 4] = 4;
}

void fake_config16(u32 field, u16 val)
{
	memcpy(&fake.config[field], &val, sizeof(val));
}

void fake_config32(u32 field, u32 val)
{
	memcpy(&fake.config[field], &val, sizeof(val));
}

static void fake_defaults(void)
{
	u32 i;

	fake.pci[PCI_COMMAND_STATUS / 4] = PCI_HAS_CAPS;
	fake.pci[PCI_CAP_POINTER / 4] = PCI_CAP_FIRST;
	fake_cap(0, 3, FAKE_BAR, 0x800, 4);	/* ISR: not used */
	fake_cap(1, VPCI_COMMON, FAKE_BAR, 0, VCOM_BYTES);
	fake_cap(2, VPCI_NOTIFY, FAKE_BAR, FAKE_NOTIFY, 0x1000);
	fake_cap(3, VPCI_DEVICE, FAKE_BAR, FAKE_CONFIG, sizeof(fake.config));
	fake.bar_size[FAKE_BAR] = FAKE_BAR_SIZE;
	for (i = 0; i < FAKE_QUEUES; i++)
		fake.q[i] = (struct fake_queue){ .size = 256, .notify_off = i };
	fake.mute_queue = FAKE_QUEUES;
	fake.cpus = 2;
	fake.vectors = 3;
	for (i = 0; i < rl_this_domain.nr_params; i++)
		fake.params[i] = rl_this_domain.params[i].def;
	fake_device_defaults();
}

/* The domain's memory goes; the device stays in whatever state it is. */
void fake_again(void)
{
	while (fake.nr_mem)
		free(fake.mem[--fake.nr_mem]);
	free(fake_self);
	fake_self = calloc(1, rl_this_domain.state_size);
	memset(fake.events, 0, sizeof(fake.events));
	fake.nr_events = 0;
}

void fake_reset(void)
{
	fake_again();
	memset(&fake, 0, sizeof(fake));
	fake_defaults();
}

s32 fake_init(void)
{
	s32 err = -1000;

	return DIES(err = rl_this_domain.init(fake_self)) ? -1000 : err;
}
