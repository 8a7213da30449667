// SPDX-License-Identifier: GPL-2.0-only
/* The device of fake.h, and the functions a domain imports. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "fake.h"
#include <redleaf/log.h>
#include <redleaf/heap.h>
#include <redleaf/time.h>

struct fake fake;
struct vblk *vblk;

/* The driver did what the specification forbids. */
static void wrong(const char *what)
{
	fprintf(stderr, "driver: %s\n", what);
	abort();
}

static void *fake_ptr(u64 dma)
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
		fake.handler[v](vblk, fake.handler_arg[v]);
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

	used->ring[used->idx % q->size] = (struct vring_used_elem){ .id = id, .len = len };
	barrier();
	WRITE_ONCE(used->idx, (u16)(used->idx + 1 + ahead));
	fake_interrupt(q->vector);
}

/* 2.7.5: follows a chain that begins at @at of @table. */
static void fake_follow(const struct vring_desc *table, u32 size, u16 at)
{
	struct fake_chain *c = &fake.chain;
	struct vring_desc d = table[at];
	bool writes = false;

	if (d.len != sizeof(c->header) || d.flags != VDESC_NEXT)
		wrong("no header");
	memcpy(&c->header, fake_ptr(d.addr), sizeof(c->header));
	for (c->nr = 0; d.flags & VDESC_NEXT; c->nr++) {
		if (d.next >= size || c->nr == FAKE_DESCS || c->nr + 2 > size)
			wrong("a chain that is too long");
		d = table[d.next];
		if (writes && !(d.flags & VDESC_WRITE))
			wrong("a descriptor to read behind one to write");
		writes = d.flags & VDESC_WRITE;
		c->data[c->nr] = d;
	}
	c->nr--;
	if (d.flags != VDESC_WRITE || d.len != 1)
		wrong("no status byte");
	c->status = fake_ptr(d.addr);
}

static u32 fake_room(void)
{
	u32 i, room = 0;

	for (i = 0; i < fake.chain.nr; i++)
		room += fake.chain.data[i].flags & VDESC_WRITE ? fake.chain.data[i].len : 0;
	return room;
}

static void fake_answer(void)
{
	struct fake_chain *c = &fake.chain;
	u32 len = fake_room() + 1;
	u8 status = fake.answer;

	if (c->header.type == VBLK_T_GET_ID) {
		status = fake.no_id ? VBLK_S_UNSUPP : VBLK_S_OK;
		if (!fake.no_id)
			strncpy(fake_ptr(c->data[0].addr), fake.id, c->data[0].len);
	}
	if (status != VBLK_S_NONE)
		*c->status = status;
	fake_used(c->queue, c->head, len + fake.len_more - fake.len_less, 0);
}

static void fake_take(u16 queue)
{
	struct fake_queue *q = &fake.q[queue];
	const struct vring_avail *avail = fake_ptr(q->driver);
	const struct vring_desc *desc = fake_ptr(q->desc);
	struct vring_desc d;

	while (q->seen != READ_ONCE(avail->idx)) {
		fake.chain.head = avail->ring[q->seen++ % q->size];
		fake.chain.queue = queue;
		d = desc[fake.chain.head];
		fake.chain.indirect = d.flags & VDESC_INDIRECT;
		if (fake.chain.indirect && !(fake.accepted & VF_INDIRECT_DESC))
			wrong("indirect descriptors");
		if (fake.chain.indirect)
			fake_follow(fake_ptr(d.addr), d.len / sizeof(d), 0);
		else
			fake_follow(desc, q->size, fake.chain.head);
		fake.nr_chains++;
		if (!fake.hold)
			fake_answer();
	}
}

static void fake_notify(u32 off, u16 queue)
{
	if (queue >= FAKE_QUEUES || off != FAKE_NOTIFY + 4u * fake.q[queue].notify_off)
		wrong("a notification of another queue");
	if (!(fake.status & VSTATUS_DRIVER_OK) || !fake.master || !fake.q[queue].enable)
		wrong("a notification before its time");
	fake.notified++;
	if (!fake.mute)
		fake_take(queue);
}

static void fake_set_status(u8 status)
{
	u32 i;

	if (status) {
		if (fake.status & ~status)
			wrong("a status bit taken back");
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
	for (i = 0; i < FAKE_QUEUES; i++) {
		fake.q[i].enable = 0;
		fake.q[i].seen = 0;
	}
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
		wrong("another BAR");
	if (fake.gone)
		return 0xff;
	if (off == VCOM_DEVICE_STATUS)
		return fake.status;
	if (off == VCOM_CONFIG_GENERATION)
		return fake.unsettled ? fake.generation++ : fake.generation;
	if (off - FAKE_CONFIG >= sizeof(fake.config))
		wrong("a byte register that there is not");
	return fake.config[off - FAKE_CONFIG];
}

u16 rl_read16(u32 bar, u32 off)
{
	const struct fake_queue *q = fake_selected();

	if (bar != FAKE_BAR)
		wrong("another BAR");
	if (fake.gone)
		return 0xffff;
	switch (off) {
	case VCOM_NUM_QUEUES:
		return fake.vqs;
	case VCOM_CONFIG_MSIX_VECTOR:
		return fake.config_vector;
	case VCOM_QUEUE_SIZE:
		return q->size;
	case VCOM_QUEUE_MSIX_VECTOR:
		return fake.no_vector ? VCOM_NO_VECTOR : q->vector;
	case VCOM_QUEUE_NOTIFY_OFF:
		return q->notify_off;
	case FAKE_CONFIG + VCFG_NUM_QUEUES:
		return fake.config[VCFG_NUM_QUEUES] | fake.config[VCFG_NUM_QUEUES + 1] << 8;
	}
	wrong("a 16 bit register that there is not");
	return 0;
}

u32 rl_read32(u32 bar, u32 off)
{
	u32 val;

	if (bar != FAKE_BAR)
		wrong("another BAR");
	if (fake.gone)
		return ~0u;
	if (off == VCOM_DEVICE_FEATURE)
		return fake.feature_select ? fake.features >> 32 : fake.features;
	if (off - FAKE_CONFIG > sizeof(fake.config) - 4)
		wrong("a 32 bit register that there is not");
	memcpy(&val, &fake.config[off - FAKE_CONFIG], sizeof(val));
	return val;
}

void rl_write8(u32 bar, u32 off, u8 val)
{
	if (bar != FAKE_BAR || off != VCOM_DEVICE_STATUS)
		wrong("a byte written elsewhere");
	if (!fake.gone)
		fake_set_status(val);
}

void rl_write16(u32 bar, u32 off, u16 val)
{
	struct fake_queue *q = fake_selected();

	if (bar != FAKE_BAR)
		wrong("another BAR");
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
			wrong("a queue size that the device cannot have");
		q->size = val;
		return;
	case VCOM_QUEUE_MSIX_VECTOR:
		q->vector = val;
		return;
	case VCOM_QUEUE_ENABLE:
		if (!(fake.status & VSTATUS_FEATURES_OK) || fake.status & VSTATUS_DRIVER_OK)
			wrong("a queue enabled at another time");
		q->enable = val;
		((struct vring_used *)fake_ptr(q->device))->flags =
			fake.no_notify ? VUSED_NO_NOTIFY : 0;
		return;
	}
	wrong("a 16 bit register written that there is not");
}

static void half(u64 *val, u32 off, u32 bits)
{
	*val = off & 4 ? (u32)*val | (u64)bits << 32 : (*val & ~0xffffffffull) | bits;
}

void rl_write32(u32 bar, u32 off, u32 val)
{
	struct fake_queue *q = fake_selected();

	if (bar != FAKE_BAR)
		wrong("another BAR");
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
		wrong("a 32 bit register written that there is not");
}

u32 rl_pci_config(u32 off)
{
	if (off & 3 || off >= sizeof(fake.pci))
		wrong("outside configuration space");
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
	fake.mem[fake.nr_mem++] = p;
	return p;
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

struct rl_ret rlc_bdev_host_complete(rl_cap_t cap, struct bdev_request *req, s32 status)
{
	if (cap != 77)
		abort();
	fake.done[fake.nr_done % FAKE_DONE] = req;
	fake.done_status[fake.nr_done++ % FAKE_DONE] = status;
	return (struct rl_ret){ 0 };
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
	fake.features = VF_SEG_MAX | VF_BLK_SIZE | VF_FLUSH | VF_MQ | VF_DISCARD |
			VF_WRITE_ZEROES | VF_INDIRECT_DESC | VF_VERSION_1 | BIT(34);
	fake.vqs = 2;
	for (i = 0; i < FAKE_QUEUES; i++)
		fake.q[i] = (struct fake_queue){ .size = 256, .notify_off = i };
	fake_config32(VCFG_CAPACITY, 100000);
	fake_config32(VCFG_SEG_MAX, 254);
	fake_config32(VCFG_BLK_SIZE, 512);
	fake.config[VCFG_NUM_QUEUES] = 2;
	fake_config32(VCFG_MAX_DISCARD, 8192);
	fake_config32(VCFG_MAX_DISCARD_SEG, 1);
	fake_config32(VCFG_DISCARD_ALIGN, 8);
	fake_config32(VCFG_MAX_ZEROES, 4096);
	fake_config32(VCFG_MAX_ZEROES_SEG, 1);
	fake.config[VCFG_ZEROES_MAY_UNMAP] = 1;
	fake.id = "serial";
	fake.cpus = 2;
	fake.vectors = 3;
	for (i = 0; i < rl_this_domain.nr_params; i++)
		fake.params[i] = rl_this_domain.params[i].def;
}

void fake_reset(void)
{
	u32 i;

	for (i = 0; i < fake.nr_mem; i++)
		free(fake.mem[i]);
	free(vblk);
	memset(&fake, 0, sizeof(fake));
	fake_defaults();
	vblk = calloc(1, sizeof(*vblk));
}

s32 fake_init(void)
{
	s32 err = -1000;

	return DIES(err = rl_this_domain.init(vblk)) ? -1000 : err;
}
