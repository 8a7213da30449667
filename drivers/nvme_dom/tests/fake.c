// SPDX-License-Identifier: GPL-2.0-only
/* The controller of fake.h, and the functions a domain imports. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "fake.h"
#include <redleaf/log.h>
#include <redleaf/heap.h>
#include <redleaf/time.h>

struct fake fake;
struct nvme *nvme;

static void fake_deliver(void)
{
	u32 v;

	while (fake.pending && !fake.irq_off && !fake.in_irq) {
		v = __builtin_ctz(fake.pending);
		fake.pending &= ~BIT(v);
		if (!fake.handler[v] || fake.no_irq)
			continue;
		fake.in_irq = true;
		fake.handler[v](nvme, fake.handler_arg[v]);
		fake.in_irq = false;
	}
}

void fake_cqe(u32 qid, u16 cid, u16 status, u16 sq_head, u16 sq_id)
{
	struct fake_queue *q = &fake.q[qid];
	struct nvme_cqe *cqe = &q->cq[q->cq_tail];

	if ((q->cq_tail + 1) % q->cq_size == q->cq_head) {
		fprintf(stderr, "completion queue %u is full\n", qid);
		abort();
	}
	cqe->cid = cid;
	cqe->sq_head = sq_head;
	cqe->sq_id = sq_id;
	barrier();
	WRITE_ONCE(cqe->status, (u16)(status << 1 | q->phase));
	if (++q->cq_tail == q->cq_size) {
		q->cq_tail = 0;
		q->phase ^= 1;
	}
	fake.pending |= BIT(q->vector);
	fake_deliver();
}

static void fake_complete(u32 qid, u16 cid, u16 status, u32 result)
{
	fake.q[qid].cq[fake.q[qid].cq_tail].result = result;
	fake_cqe(qid, cid, status, fake.q[qid].head, qid);
}

static void *fake_ptr(u64 dma)
{
	return (void *)(uintptr_t)dma;
}

static u16 fake_identify(const struct nvme_cmd *c)
{
	void *page = fake_ptr(c->prp1);

	switch (c->cdw10_11 & 0xff) {
	case NVME_CNS_CTRL:
		memcpy(page, &fake.id, sizeof(fake.id));
		return 0;
	case NVME_CNS_NS_LIST:
		memcpy(page, fake.list, sizeof(fake.list));
		return 0;
	case NVME_CNS_NS:
		if (c->nsid - 1 >= ARRAY_SIZE(fake.ns))
			return 0x400b;
		memcpy(page, &fake.ns[c->nsid - 1], sizeof(fake.ns[0]));
		return 0;
	}
	return 0x4002;
}

static u16 fake_create(const struct nvme_cmd *c, bool cq)
{
	u32 qid = c->cdw10_11 & 0xffff, size = (c->cdw10_11 >> 16 & 0xffff) + 1;
	struct fake_queue *q;

	if (!qid || qid >= FAKE_QUEUES || qid == fake.fail_create)
		return 0x4101;
	q = &fake.q[qid];
	if (!cq && !q->cq)
		return 0x4100;
	if (cq) {
		q->cq = fake_ptr(c->prp1);
		q->cq_size = size;
		q->vector = c->cdw10_11 >> 48;
		q->cq_tail = 0;
		q->phase = 1;
	} else {
		q->sq = fake_ptr(c->prp1);
		q->sq_size = size;
		q->head = 0;
		q->tail = 0;
	}
	return 0;
}

static void fake_abort(u16 cid)
{
	u32 i;

	for (i = 0; i < fake.nr_held && fake.abort_ends; i++)
		if (fake.held[i] == cid) {
			fake.held[i] = fake.held[--fake.nr_held];
			fake_complete(1, cid, 0x07, 0);
			return;
		}
}

static void fake_admin(const struct nvme_cmd *c)
{
	u16 cid = c->cdw0 >> 16, status = 0;
	u32 result = 0;

	fake.admin[fake.nr_admin++ % FAKE_LOG] = *c;
	switch (c->cdw0 & 0xff) {
	case NVME_ADM_IDENTIFY:
		status = fake_identify(c);
		break;
	case NVME_ADM_SET_FEATURES:
		result = fake.granted == ~0u ? c->cdw10_11 >> 32 : fake.granted;
		break;
	case NVME_ADM_CREATE_CQ:
	case NVME_ADM_CREATE_SQ:
		status = fake_create(c, (c->cdw0 & 0xff) == NVME_ADM_CREATE_CQ);
		break;
	case NVME_ADM_DBBUF:
		fake.shadow = fake_ptr(c->prp1);
		fake.events = fake_ptr(c->prp2);
		break;
	case NVME_ADM_GET_LOG:
		memset(fake_ptr(c->prp1), 1, sizeof(struct nvme_smart));
		break;
	case NVME_ADM_ABORT:
		fake_abort(c->cdw10_11 >> 16);
		break;
	}
	fake_complete(0, cid, status, result);
}

static void fake_io(u32 qid, const struct nvme_cmd *c)
{
	u16 cid = c->cdw0 >> 16;

	fake.io[fake.nr_io++ % FAKE_LOG] = *c;
	if (fake.hold) {
		fake.held[fake.nr_held++] = cid;
		return;
	}
	if (fake.io_errors) {
		fake.io_errors--;
		fake_complete(qid, cid, fake.io_status, 0);
		return;
	}
	fake_complete(qid, cid, 0, 0);
}

/* A controller may take commands in any order. */
static void fake_admin_backwards(struct fake_queue *q)
{
	u32 at = q->tail;

	while (at != q->head) {
		struct nvme_cmd c;

		at = at ? at - 1 : q->sq_size - 1;
		c = q->sq[at];
		fake_admin(&c);
	}
	q->head = q->tail;
}

static void fake_fetch(u32 qid)
{
	struct fake_queue *q = &fake.q[qid];

	if (!qid && fake.backwards)
		fake_admin_backwards(q);
	while (q->head != q->tail) {
		struct nvme_cmd c = q->sq[q->head];

		q->head = q->head + 1 == q->sq_size ? 0 : q->head + 1;
		if (qid)
			fake_io(qid, &c);
		else if (!fake.mute)
			fake_admin(&c);
	}
	if (fake.events && qid)
		fake.events[2 * qid] = fake.lazy_events ? (u16)(q->tail - 1) : q->tail;
}

void fake_run(void)
{
	u32 qid;

	for (qid = 1; qid < FAKE_QUEUES && fake.shadow; qid++) {
		fake.q[qid].tail = fake.shadow[2 * qid];
		fake_fetch(qid);
	}
}

void fake_tick(u64 ns)
{
	fake.now += ns;
	if (fake.timer_at && fake.now >= fake.timer_at) {
		fake.timer_at = 0;
		fake.timer(nvme, 0);
	}
}

static void fake_doorbell(u32 off, u32 val)
{
	u32 index = (off - NVME_REG_DOORBELLS) / (4u << NVME_CAP_DSTRD(fake.cap));
	struct fake_queue *q;

	if (index / 2 >= FAKE_QUEUES)
		abort();
	q = &fake.q[index / 2];
	if (index & 1) {
		q->cq_head = val;
		return;
	}
	fake.doorbells += index > 1;
	if (val >= q->sq_size)
		abort();
	q->tail = val;
	fake_fetch(index / 2);
}

static void fake_enable(u32 cc)
{
	u32 size = (fake.aqa & 0xfff) + 1;

	if (!(cc & NVME_CC_EN)) {
		fake.csts &= fake.never_reset ? NVME_CSTS_RDY : 0;
		memset(fake.q, 0, sizeof(fake.q));
		return;
	}
	fake.q[0] = (struct fake_queue){ .sq = fake_ptr(fake.asq), .cq = fake_ptr(fake.acq),
					 .sq_size = size, .cq_size = size, .phase = 1 };
	if (fake.fatal)
		fake.csts |= NVME_CSTS_CFS;
	else if (!fake.never_ready && fake.master)
		fake.csts |= NVME_CSTS_RDY;
	if (cc & NVME_CC_SHN_MASK)
		fake.csts |= NVME_CSTS_SHST_DONE;
}

u32 rl_read32(u32 bar, u32 off)
{
	(void)bar;
	if (fake.gone)
		return ~0u;
	switch (off) {
	case NVME_REG_VS:
		return fake.vs;
	case NVME_REG_CC:
		return fake.cc;
	case NVME_REG_CSTS:
		return fake.csts;
	}
	abort();
}

u64 rl_read64(u32 bar, u32 off)
{
	(void)bar;
	if (off != NVME_REG_CAP)
		abort();
	return fake.gone ? ~0ull : fake.cap;
}

void rl_write32(u32 bar, u32 off, u32 val)
{
	(void)bar;
	if (off + 4 > fake.bar_size)
		abort();
	if (fake.gone)
		return;
	if (off >= NVME_REG_DOORBELLS) {
		fake_doorbell(off, val);
	} else if (off == NVME_REG_AQA) {
		fake.aqa = val;
	} else if (off == NVME_REG_CC) {
		fake.cc = val;
		fake_enable(val);
	} else {
		abort();
	}
}

void rl_write64(u32 bar, u32 off, u64 val)
{
	(void)bar;
	if (off == NVME_REG_ASQ)
		fake.asq = val;
	else if (off == NVME_REG_ACQ)
		fake.acq = val;
	else
		abort();
}

s32 rl_pci_info(struct rl_pci_info *out)
{
	memset(out, 0, sizeof(*out));
	out->class = 0x010802;
	out->bar_size[0] = fake.bar_size;
	out->nr_cpus = fake.cpus;
	out->max_vectors = fake.vectors;
	return 0;
}

s32 rl_bar_map(u32 bar)
{
	return bar ? -EINVAL : 0;
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
	fake.vectors_at = fake.nr_admin;
	return min(want, min(fake.vectors, fake.cpus + 1));
}

s32 rl_irq_bind(u32 vec, void (*fn)(void *self, u64 arg), u64 arg)
{
	fake.bound_at = fake.nr_admin;
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
	p = aligned_alloc(4096, (size + 4095) & ~4095ul);
	memset(p, 0, size);
	fake.mem[fake.nr_mem++] = p;
	return p;
}

void rl_free(void *p)
{
	u32 i;

	for (i = 0; i < fake.nr_mem; i++)
		if (fake.mem[i] == p)
			fake.mem[i] = NULL;
	free(p);
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
	if (l->word)
		abort();
	l->word = 1;
	return fake.irq_off++;
}

void rl_unlock_irq(struct rl_lock *l, u64 token)
{
	if (!l->word)
		abort();
	l->word = 0;
	fake.irq_off = token;
	fake_deliver();
}

void rl_lock_wait(struct rl_lock *l)
{
	abort();
}

s32 rl_event_create(void)
{
	return 0;
}

s32 rl_event_wait(u32 event, u64 timeout_ns)
{
	(void)timeout_ns;
	if (event || !fake.event)
		abort();
	fake.event--;
	return 0;
}

s32 rl_event_signal(u32 event)
{
	(void)event;
	fake.event++;
	return 0;
}

u64 rl_now_ns(void)
{
	return fake.now;
}

void rl_udelay(u32 us)
{
	fake.now += us * 1000ull;
}

void rl_sleep_us(u32 us)
{
	fake.now += us * 1000ull;
}

s32 rl_timer_create(void (*fn)(void *self, u64 arg), u64 arg)
{
	(void)arg;
	fake.timer = fn;
	return 3;
}

s32 rl_timer_start(u32 timer, u64 delay_ns)
{
	if (timer != 3)
		abort();
	fake.timer_at = fake.now + delay_ns;
	return 0;
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
	fake.status[fake.nr_done++ % FAKE_DONE] = status;
	return (struct rl_ret){ 0 };
}

static void fake_defaults(void)
{
	u32 i;

	fake.cap = 0x7ff | 2ull << 24 | 1ull << 37;
	fake.vs = 0x00010400;
	fake.bar_size = 16384;
	fake.cpus = 2;
	fake.vectors = 65;
	fake.granted = ~0u;
	fake.id = (struct nvme_id_ctrl){ .sqes = 0x66, .cqes = 0x44, .nn = 4, .mdts = 7,
					 .oncs = 0xff, .vwc = 1, .acl = 3 };
	memset(fake.id.sn, 's', sizeof(fake.id.sn));
	for (i = 0; i < ARRAY_SIZE(fake.ns); i++) {
		fake.ns[i].nsze = 100000;
		fake.ns[i].lbaf[0].lbads = 9;
	}
	fake.list[0] = 1;
	for (i = 0; i < rl_this_domain.nr_params; i++)
		fake.params[i] = rl_this_domain.params[i].def;
}

void fake_reset(void)
{
	u32 i;

	for (i = 0; i < fake.nr_mem; i++)
		free(fake.mem[i]);
	free(nvme);
	memset(&fake, 0, sizeof(fake));
	fake_defaults();
	nvme = calloc(1, sizeof(*nvme));
}

s32 fake_init(void)
{
	s32 err = -1000;

	return DIES(err = rl_this_domain.init(nvme)) ? -1000 : err;
}
