// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Transmit queues (7.2.3, 8.2.3.9): descriptor rings, gathering of packets, reports.
 *
 * A bottom half serves the queues in turn, in parallel with the vCPUs; tx-sync=on
 * sends inside the tail write. Packets are taken whole: a tail inside one is an
 * error of the guest, and the packet waits for its rest. Reports (write-back of
 * descriptors or of the head) follow 7.2.3.5: at RS with WTHRESH 0, else in bulk.
 */
#include "model.h"

#define BUDGET		256	/* packets a run */
#define TURN		64	/* packets of one queue before the next */
#define PACKET_MIN	17	/* 7.2.3.2.2 */
#define SILENT_MAX	40	/* descriptors without RS that the chip can count (8.2.3.9.10) */

struct tx_ring {
	struct tx_queue *queue;
	unsigned int q, size, head;
	u64 base;
	u32 regs;
};

static u32 queue_addr(unsigned int q)
{
	return R_TXQ + q * Q_STRIDE;
}

static unsigned int addr_queue(u32 addr)
{
	return (addr - R_TXQ) / Q_STRIDE;
}

/* What TXDCTL.ENABLE reads: on some time after the write, off at once. */
static bool queue_enabled(struct nic *s, unsigned int q)
{
	return (REG(s, queue_addr(q) + Q_DCTL) & DCTL_ENABLE) && now_ns() >= s->tx[q].ready_ns;
}

static unsigned int threshold(struct nic *s, unsigned int q)
{
	return TXDCTL_WTHRESH(REG(s, queue_addr(q) + Q_DCTL));
}

static bool is_context(const struct desc *d)
{
	return (d->q1 & TXD_DEXT) && TXD_TYPE(d->q1) == TXD_CONTEXT;
}

/* Done: in legacy format the rest of the descriptor stays as it is (7.2.3.2). */
static void put_done(struct nic *s, const struct tx_ring *r, unsigned int at,
		     const struct desc *d)
{
	u64 addr = r->base + at * 16ull;

	if (d->q1 & TXD_DEXT)
		dma_put_desc(s, addr, 0, TXD_DD);
	else
		dma_put_desc(s, addr, d->q0, d->q1 | TXD_DD);
}

/* 7.2.3.5.2: only 16-byte aligned addresses work. */
static void put_head(struct nic *s, const struct tx_ring *r)
{
	u32 low = REG(s, r->regs + Q_WBAL), head = cpu_to_le32(r->head);
	u64 q0 = 0, q1 = 0;

	if (low & 0xC)
		guest_error(s, "tx queue %u: head write-back address 0x%08x is not aligned to 16",
			    r->q, low);
	else if (inject_completion(s, &q0, &q1))
		dma_put(s, (u64)REG(s, r->regs + Q_WBAH) << 32 | (low & ~0xFu), &head, 4);
}

/* Writes back what WTHRESH has accumulated: the descriptors before the head. */
static bool flush_reports(struct nic *s, struct tx_ring *r)
{
	unsigned int n = r->queue->unreported, at = (r->head + r->size - n) % r->size;
	struct desc d;

	if (!n)
		return false;
	r->queue->unreported = 0;
	for (; n; n--, at = (at + 1) % r->size) {
		if (!dma_get(s, r->base + at * 16ull, &d, 16))
			return false;
		d.q0 = le64_to_cpu(d.q0);
		d.q1 = le64_to_cpu(d.q1);
		put_done(s, r, at, &d);
	}
	return true;
}

/* n descriptors from r->head on are done; true when something was reported. */
static bool report(struct nic *s, struct tx_ring *r, const struct desc *d, unsigned int n)
{
	unsigned int last = (r->head + n - 1) % r->size, wthresh = threshold(s, r->q);
	bool rs = d[n - 1].q1 & TXD_RS;

	r->queue->silent = rs ? 0 : r->queue->silent + n;
	if (r->queue->silent >= SILENT_MAX && r->queue->silent - n < SILENT_MAX)
		guest_error(s, "tx queue %u: no RS in %u descriptors", r->q, SILENT_MAX);
	r->head = (r->head + n) % r->size;
	REG(s, r->regs + Q_HEAD) = r->head;
	if (REG(s, r->regs + Q_WBAL) & TDWBAL_EN) {
		if (rs)
			put_head(s, r);
		return rs;
	}
	if (wthresh) {
		if (rs && !r->queue->advised)
			advise(s, "tx queue %u: RS with WTHRESH %u", r->q, wthresh);
		r->queue->advised |= rs;
		r->queue->unreported += n;
		return r->queue->unreported >= wthresh && flush_reports(s, r);
	}
	if (rs && (is_context(&d[n - 1]) || TXD_LEN(d[n - 1].q1)))
		put_done(s, r, last, &d[n - 1]);
	return rs;
}

/* Reads the data of a packet's n descriptors; its length, or -1: not to be sent. */
static ssize_t gather(struct nic *s, const struct tx_ring *r, const struct desc *d, unsigned int n)
{
	size_t len = 0, limit = d->q1 & TXD_TSE ? TX_PACKET_MAX : FRAME_MAX;
	unsigned int i, part;

	for (i = 0; i < n; i++) {
		part = TXD_LEN(d[i].q1);
		if ((d[i].q1 & TXD_DEXT) && TXD_TYPE(d[i].q1) != TXD_DATA) {
			guest_error(s, "tx queue %u: DTYP %u in a packet", r->q,
				    TXD_TYPE(d[i].q1));
			return -1;
		}
		if ((d[i].q1 & TXD_RS) && i < n - 1)
			guest_error(s, "tx queue %u: RS before the end of a packet", r->q);
		if (len + part > limit) {
			guest_error(s, "tx queue %u: packet of more than %zu bytes", r->q, limit);
			return -1;
		}
		if (part && !dma_get(s, d[i].q0, s->tx_packet + len, part)) {
			r->queue->stopped = true;
			return -1;
		}
		len += part;
	}
	if (len < PACKET_MIN) {
		guest_error(s, "tx queue %u: packet of %zu bytes", r->q, len);
		return -1;
	}
	return len;
}

/* Number of descriptors of the packet or context at the cache's position, or 0. */
static unsigned int whole(const struct desc_cache *cache)
{
	unsigned int i;

	if (cache->pos < cache->n && is_context(&cache->d[cache->pos]))
		return 1;
	for (i = cache->pos; i < cache->n; i++) {
		if (cache->d[i].q1 & TXD_EOP)
			return i - cache->pos + 1;
	}
	return 0;
}

/* Next packet or context of the ring into the cache; its size, 0: nothing whole. */
static unsigned int next(struct nic *s, struct tx_ring *r)
{
	struct desc_cache *cache = &r->queue->cache;
	unsigned int n = whole(cache);
	unsigned int left = (r->queue->tail + r->size - r->head) % r->size;

	if (n)
		return n;
	if (!dma_fetch(s, r->base, r->size, r->head, cache, MIN(left, TX_FETCH))) {
		r->queue->stopped = true;
		return 0;
	}
	n = whole(cache);
	if (!n && left >= TX_FETCH) {
		guest_error(s, "tx queue %u: no EOP in %u descriptors", r->q, TX_FETCH);
		r->queue->stopped = true;
	} else if (!n) {
		guest_error(s, "tx queue %u: tail inside a packet", r->q);
		cache->n = 0;
	} else if (n == left && is_context(cache->d)) {
		guest_error(s, "tx queue %u: a context is the last descriptor", r->q);
	}
	return n;
}

/* One packet or context; true when it was a packet. */
static bool process(struct nic *s, struct tx_ring *r, const struct desc *d, unsigned int n)
{
	ssize_t len;

	if (is_context(d)) {
		u64 *context = r->queue->context[(d->q1 >> 36) & 1];

		context[0] = d->q0;
		context[1] = d->q1;
		return false;
	}
	len = gather(s, r, d, n);
	if (len > 0)
		tx_packet(s, r->q, d, n, len);
	return true;
}

static bool open_ring(struct nic *s, unsigned int q, struct tx_ring *r)
{
	r->queue = &s->tx[q];
	r->q = q;
	r->regs = queue_addr(q);
	r->size = REG(s, r->regs + Q_LEN) / 16;
	r->head = REG(s, r->regs + Q_HEAD);
	r->base = (u64)REG(s, r->regs + Q_BAH) << 32 | REG(s, r->regs + Q_BAL);
	if (!queue_enabled(s, q) || r->queue->stopped || inject_hangs(s->faults.hang_tx, q))
		return false;
	if (!r->size || r->head >= r->size || r->queue->tail >= r->size) {
		guest_error(s, "tx queue %u: bad ring (length %u head %u tail %u)", q, r->size,
			    r->head, r->queue->tail);
		return false;
	}
	return true;
}

/* Sends up to TURN packets; true if the queue may have more. */
static bool serve(struct nic *s, unsigned int q, unsigned int *budget)
{
	struct tx_ring r;
	unsigned int n, turn = TURN;
	bool reported = false;

	if (!open_ring(s, q, &r))
		return false;
	while (r.head != r.queue->tail && turn && *budget && !s->tx_blocked) {
		struct desc *d;

		n = next(s, &r);
		if (!n)
			break;
		d = &r.queue->cache.d[r.queue->cache.pos];
		if (process(s, &r, d, n)) {
			turn--;
			(*budget)--;
		}
		if (r.queue->stopped)
			break;
		r.queue->cache.pos += n;
		reported |= report(s, &r, d, n);
	}
	if (r.queue->unreported && !irq_interval_open(s, q))
		reported |= flush_reports(s, &r);
	if (reported)
		irq_queue(s, q, true);
	return r.head != r.queue->tail && (!turn || !*budget || s->tx_blocked);
}

/* The interval of a vector is over: queues report what they held back. */
void tx_flush_reports(struct nic *s)
{
	struct tx_ring r;
	unsigned int q;

	for (q = 0; q < QUEUES; q++) {
		if (!s->tx[q].unreported || irq_interval_open(s, q) || !open_ring(s, q, &r))
			continue;
		if (flush_reports(s, &r))
			irq_queue(s, q, true);
	}
}

static bool transmitting(struct nic *s)
{
	if (!(REG(s, R_DMATXCTL) & DMATXCTL_TE) || (REG(s, R_RTTDCS) & RTTDCS_ARBDIS) ||
	    (REG(s, R_SECTXCTRL) & SEC_PATH_DIS) || !dma_allowed(s))
		return false;
	if (REG(s, R_HLREG0) & HLREG0_LPBK)
		return true;
	return s->link_up && !s->tx_blocked && !flow_tx_paused(s);
}

static void run(void *opaque)
{
	struct nic *s = opaque;
	unsigned int budget = BUDGET, word, bit;
	bool again = false;
	u64 todo;

	if (!transmitting(s))
		return;
	for (word = 0; word < QUEUES / 64; word++) {
		for (todo = s->tx_todo[word]; todo; todo &= todo - 1) {
			bit = ctz64(todo);
			if (serve(s, word * 64 + bit, &budget))
				again = true;
			else
				s->tx_todo[word] &= ~(1ull << bit);
		}
	}
	if (again && !s->tx_blocked)
		qemu_bh_schedule(s->tx_bh);
}

static void kick(struct nic *s, unsigned int q)
{
	s->tx_todo[q / 64] |= 1ull << (q % 64);
	if (s->tx_sync)
		run(s);
	else
		qemu_bh_schedule(s->tx_bh);
}

void tx_kick_all(struct nic *s)
{
	unsigned int q;

	for (q = 0; q < QUEUES; q++) {
		if (queue_enabled(s, q) && REG(s, queue_addr(q) + Q_HEAD) != s->tx[q].tail)
			kick(s, q);
	}
}

void tx_reset(struct nic *s)
{
	memset(s->tx, 0, sizeof(s->tx));
	memset(s->tx_todo, 0, sizeof(s->tx_todo));
	timer_del(&s->tx_patience);
	s->tx_blocked = false;
	s->tx_lossy = false;
	if (s->port)
		qemu_purge_queued_packets(qemu_get_queue(s->port));
}

/* 8.2.3.9.5 to .8: not while the queue is enabled. */
static void ring_write(struct nic *s, u32 addr, u32 value, u32 old)
{
	unsigned int q = addr_queue(addr);

	if ((REG(s, queue_addr(q) + Q_DCTL) & DCTL_ENABLE) && REG(s, addr) != old) {
		guest_error(s, "tx queue %u: register 0x%05x written while enabled", q, addr);
		if ((addr & 0x3F) == Q_HEAD)
			REG(s, addr) = old;
	}
	s->tx[q].cache.n = 0;
	s->tx[q].cache.pos = 0;
}

static void tail_write(struct nic *s, u32 addr, u32 value, u32 old)
{
	unsigned int q = addr_queue(addr);

	if (!queue_enabled(s, q)) {
		if (value)
			guest_error(s, "tx queue %u: tail %u before ENABLE reads 1", q, value);
		if (!(REG(s, queue_addr(q) + Q_DCTL) & DCTL_ENABLE))
			REG(s, addr) = old;
		return;
	}
	if (value * 16 >= REG(s, queue_addr(q) + Q_LEN))
		guest_error(s, "tx queue %u: tail %u beyond the ring", q, value);
	s->tx[q].tail = REG(s, addr);
	kick(s, q);
}

/* What must be right before a queue starts (4.6.8, 7.2.3.4.1, 7.2.3.5). */
static void check_queue(struct nic *s, unsigned int q, u32 dctl)
{
	u32 regs = queue_addr(q);
	bool head_back = REG(s, regs + Q_WBAL) & TDWBAL_EN;

	if (!(REG(s, R_DMATXCTL) & DMATXCTL_TE))
		guest_error(s, "tx queue %u: enabled before DMATXCTL.TE", q);
	if (REG(s, regs + Q_LEN) > RING_BYTES_MAX)
		guest_error(s, "tx queue %u: ring of more than 128 KB", q);
	if (head_back && TXDCTL_WTHRESH(dctl))
		guest_error(s, "tx queue %u: head write-back with WTHRESH %u", q,
			    TXDCTL_WTHRESH(dctl));
	if (head_back && (REG(s, regs + Q_DCA) & DCA_TX_RO_WB))
		advise(s, "tx queue %u: head write-back with DCA_TXCTRL bit 11 set", q);
	if (TXDCTL_PTHRESH(dctl) && !TXDCTL_HTHRESH(dctl))
		advise(s, "tx queue %u: PTHRESH without HTHRESH", q);
	if (TXDCTL_PTHRESH(dctl) + TXDCTL_WTHRESH(dctl) > 40)
		advise(s, "tx queue %u: PTHRESH + WTHRESH above 40", q);
}

static void start_queue(struct nic *s, unsigned int q)
{
	struct tx_queue *queue = &s->tx[q];

	memset(queue, 0, sizeof(*queue));
	queue->tail = REG(s, queue_addr(q) + Q_HEAD);
	queue->ready_ns = now_ns() + s->enable_delay_us * 1000ll;
}

static u32 dctl_read(struct nic *s, u32 addr)
{
	u32 value = REG(s, addr) & ~DCTL_ENABLE;

	return queue_enabled(s, addr_queue(addr)) ? value | DCTL_ENABLE : value;
}

static void dctl_write(struct nic *s, u32 addr, u32 value, u32 old)
{
	unsigned int q = addr_queue(addr);
	struct tx_ring r;

	REG(s, addr) &= ~DCTL_SWFLSH;
	if ((value & DCTL_SWFLSH) && open_ring(s, q, &r) && flush_reports(s, &r))
		irq_queue(s, q, true);
	if (!(old & DCTL_ENABLE) && (value & DCTL_ENABLE)) {
		check_queue(s, q, value);
		start_queue(s, q);
	} else if (!(value & DCTL_ENABLE)) {
		memset(&s->tx[q], 0, sizeof(s->tx[q]));
	}
}

/* What the datasheet wants of the transmitter's setup (4.6.11.3.4). */
static void advise_setup(struct nic *s)
{
	unsigned int i;

	for (i = 1; i < 8; i++) {
		if (REG(s, R_TXPBSIZE + 4 * i)) {
			advise(s, "TE with TXPBSIZE[%u] not 0", i);
			break;
		}
	}
	if (REG(s, R_DTXMXSZRQ) != 0xFFF)
		advise(s, "TE with DTXMXSZRQ 0x%x, 0xFFF is wanted", REG(s, R_DTXMXSZRQ));
}

/* 8.2.3.9.2; setting TE enables queue 0 as well (8.2.3.9.10) */
static void dmatxctl_write(struct nic *s, u32 addr, u32 value, u32 old)
{
	if (!(old & DMATXCTL_TE) && (value & DMATXCTL_TE)) {
		advise_setup(s);
		if (!(REG(s, R_TXQ + Q_DCTL) & DCTL_ENABLE)) {
			REG(s, R_TXQ + Q_DCTL) |= DCTL_ENABLE;
			start_queue(s, 0);
		}
	}
	tx_kick_all(s);
}

static void kick_write(struct nic *s, u32 addr, u32 value, u32 old)
{
	tx_kick_all(s);
}

/* 8.2.3.9.15, 7.2.1.2.1 */
static void mtqc_write(struct nic *s, u32 addr, u32 value, u32 old)
{
	if (!(REG(s, R_RTTDCS) & RTTDCS_ARBDIS) && REG(s, addr) != old)
		guest_error(s, "MTQC written while RTTDCS.ARBDIS is clear");
}

/* 4.6.11.3.4: under RTTDCS.ARBDIS */
static void arbiter_write(struct nic *s, u32 addr, u32 value, u32 old)
{
	if (!(REG(s, R_RTTDCS) & RTTDCS_ARBDIS) && REG(s, addr) != old)
		advise(s, "register 0x%05x written while RTTDCS.ARBDIS is clear", addr);
}

static u32 sectxstat_read(struct nic *s, u32 addr)
{
	return REG(s, R_SECTXCTRL) & SEC_PATH_DIS ? SECSTAT_RDY : 0;
}

const struct reg_group tx_regs[] = {
	/* 8.2.3.9.5 to .12, 8.2.3.11.2 */
	{ R_TXQ + Q_BAL, QUEUES, Q_STRIDE, 0xFFFFFF80, .write = ring_write },
	{ R_TXQ + Q_BAH, QUEUES, Q_STRIDE, REG_ALL, .write = ring_write },
	{ R_TXQ + Q_LEN, QUEUES, Q_STRIDE, 0x000FFF80, .write = ring_write },
	{ R_TXQ + Q_DCA, QUEUES, Q_STRIDE, 0xFF003EE0, 0x2A00 },
	{ R_TXQ + Q_HEAD, QUEUES, Q_STRIDE, 0xFFFF, .write = ring_write },
	{ R_TXQ + Q_TAIL, QUEUES, Q_STRIDE, 0xFFFF, .write = tail_write },
	{ R_TXQ + Q_DCTL, QUEUES, Q_STRIDE, 0x067F7F7F, .read = dctl_read, .write = dctl_write },
	{ R_TXQ + Q_WBAL, QUEUES, Q_STRIDE, REG_ALL },
	{ R_TXQ + Q_WBAH, QUEUES, Q_STRIDE, REG_ALL },
	/* 8.2.3.9.1 to .4, 8.2.3.9.13 to .16 */
	{ R_DTXMXSZRQ, 1, 4, 0xFFF, 0x10, .write = arbiter_write },
	{ R_DMATXCTL, 1, 4, 0xFFFF006B, 0x81000000 | DMATXCTL_ONE, .write = dmatxctl_write },
	{ R_DTXTCPFLGL, 1, 4, 0x0FFF0FFF, 0x0FF60FF6 },
	{ R_DTXTCPFLGH, 1, 4, 0x0FFF, 0x0F7F },
	{ R_TXPBSIZE, 8, 4, 0x000FFC00 },
	{ R_MTQC, 1, 4, 0xF, .write = mtqc_write },
	{ R_TXPBTHRESH, 8, 4, 0x3FF, .write = arbiter_write },
	/* 8.2.3.10.2: BDPM and BPBFSM are set */
	{ R_RTTDCS, 1, 4, REG_ALL, 0x00C00000, .write = kick_write },
	/* 8.2.3.12.1, .2 */
	{ R_SECTXCTRL, 1, 4, 7, 1, .write = kick_write },
	{ R_SECTXSTAT, 1, 4, .read = sectxstat_read },
	/* 8.2.3.23: queues to statistics sets */
	{ R_TQSM, 32, 4, 0x0F0F0F0F },
	{ }
};

void tx_init(struct nic *s)
{
	s->tx_bh = qemu_bh_new_guarded(run, s, &DEVICE(s)->mem_reentrancy_guard);
}

void tx_exit(struct nic *s)
{
	qemu_bh_delete(s->tx_bh);
}
