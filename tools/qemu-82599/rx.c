// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Receive queues (7.1.9, 8.2.3.8): the packet buffer, and from there into the
 * descriptor rings.
 *
 * A frame that finds no descriptors stays at the head of the packet buffer and holds
 * up all queues, unless its queue is set to drop. When the buffer is full, what
 * comes is lost (rx-drop=on, as in the hardware) or waits at the sender (off).
 * The doorbell is kept beside the tail register: a tail written before the queue is
 * ready shows in the register and gives the device nothing.
 */
#include "model.h"

struct fifo_frame {
	struct frame_info info;
	size_t len;
	bool loop;
	u8 data[];
};

/* The ring a frame goes to and what was found out about it on the way. */
struct rx_target {
	struct rx_queue *queue;
	unsigned int q, ring, head, free, buffer;
	u64 base;
	bool legacy;
};

static u32 queue_addr(unsigned int q)
{
	return q < 64 ? R_RXQ_LO + q * Q_STRIDE : R_RXQ_HI + (q - 64) * Q_STRIDE;
}

static unsigned int addr_queue(u32 addr)
{
	return addr < R_RXQ_HI ? (addr - R_RXQ_LO) / Q_STRIDE : 64 + (addr - R_RXQ_HI) / Q_STRIDE;
}

/*
 * What RXDCTL.ENABLE reads: the written bit, some time later. After a disable,
 * transfers go on until then (4.6.7.1.2).
 */
static bool queue_enabled(struct nic *s, unsigned int q)
{
	bool wanted = REG(s, queue_addr(q) + Q_DCTL) & DCTL_ENABLE;

	return wanted == (now_ns() >= s->rx[q].ready_ns);
}

/* False: the ring is not fit to take anything. */
static bool find_ring(struct nic *s, struct rx_target *t)
{
	u32 regs = queue_addr(t->q), srrctl = REG(s, regs + Q_SRRCTL);

	t->queue = &s->rx[t->q];
	t->ring = REG(s, regs + Q_LEN) / 16;
	t->head = REG(s, regs + Q_HEAD);
	t->base = (u64)REG(s, regs + Q_BAH) << 32 | REG(s, regs + Q_BAL);
	t->buffer = SRRCTL_SIZE(srrctl);
	t->legacy = !SRRCTL_TYPE(srrctl);
	if (!t->ring || t->head >= t->ring || t->queue->tail >= t->ring || !t->buffer) {
		guest_error(s, "rx queue %u: bad ring (length %u head %u tail %u buffer %u)",
			    t->q, t->ring, t->head, t->queue->tail, t->buffer);
		return false;
	}
	t->free = (t->queue->tail + t->ring - t->head) % t->ring;
	return true;
}

/* What the last descriptor of a frame says of it (7.1.6.2). */
static u32 frame_status(struct nic *s, const u8 *f, const struct frame_info *info, bool loop)
{
	u32 status = RXD_EOP;

	if (info->type & PTYPE_IPV4)
		status |= RXD_IPCS | (info->ip_ok ? 0 : RXD_IPE);
	if (info->l4_checked)
		status |= RXD_L4CS | (info->l4_ok ? 0 : RXD_L4E);
	if (info->l4_checked && (info->type & PTYPE_UDP))
		status |= RXD_UDPCS;
	if (info->udp_no_sum && s->erratum_udp0)
		status |= RXD_L4CS | RXD_L4E;
	if (info->vlan)
		status |= RXD_VP;
	if (is_multicast(f))
		status |= RXD_PIF;
	if (loop)
		status |= RXD_LB;
	return status;
}

static void put_legacy(struct nic *s, const struct rx_target *t, const struct desc *d,
		       size_t part, u32 status, u16 tag)
{
	u8 low = status & 0xEF, errors = 0;

	if (status & RXD_IPE)
		errors |= 0x80;
	if (status & RXD_L4E)
		errors |= 0x40;
	dma_put_desc(s, t->base + t->head * 16ull, d->q0,
		     part | (u64)low << 32 | (u64)errors << 40 | (u64)tag << 48);
}

static void put_advanced(struct nic *s, const struct rx_target *t,
			 const struct rx_choice *choice, u16 type, size_t part, u32 status, u16 tag)
{
	u32 low = choice->rss_type, hash = 0;

	if (choice->etype_filter)
		low |= RXT_ETQF | (choice->etype_filter - 1) << 4;
	else
		low |= type;
	if (choice->fdir_match) {
		status |= RXD_FLM;
		hash = choice->fdir_hash | (u32)choice->fdir_id << 16;
	} else if (REG(s, R_RXCSUM) & RXCSUM_PCSD) {
		hash = choice->hash;
	}
	dma_put_desc(s, t->base + t->head * 16ull, low | (u64)hash << 32,
		     status | (u64)part << 32 | (u64)tag << 48);
}

static bool next_desc(struct nic *s, struct rx_target *t, struct desc *d)
{
	struct desc_cache *cache = &t->queue->cache;

	if (cache->pos == cache->n &&
	    !dma_fetch(s, t->base, t->ring, t->head, cache, MIN(t->free, RX_FETCH))) {
		t->queue->stopped = true;
		return false;
	}
	*d = cache->d[cache->pos++];
	return true;
}

/* Fills one buffer after the other; false: the queue has stopped. */
static bool store(struct nic *s, struct rx_target *t, const u8 *data, size_t len,
		  const struct rx_choice *choice, u16 type, u32 status, u16 tag)
{
	size_t done, part;
	struct desc d;
	bool last;

	for (done = 0; done < len; done += part) {
		part = MIN(len - done, t->buffer);
		last = done + part == len;
		if (!next_desc(s, t, &d))
			return false;
		dma_put(s, t->legacy ? d.q0 : d.q0 & ~1ull, data + done, part);
		if (t->legacy)
			put_legacy(s, t, &d, part, RXD_DD | (last ? status : 0), last ? tag : 0);
		else
			put_advanced(s, t, choice, type, part, RXD_DD | (last ? status : 0),
				     last ? tag : 0);
		t->free--;
		t->head = t->head + 1 == t->ring ? 0 : t->head + 1;
		REG(s, queue_addr(t->q) + Q_HEAD) = t->head;
	}
	return true;
}

/* Takes the tag out, or leaves the FCS in; the frame itself when neither is asked. */
static const u8 *trim(struct nic *s, const u8 *f, size_t *len, bool strip)
{
	bool keep_fcs = !(REG(s, R_HLREG0) & HLREG0_RXCRC);
	size_t cut = strip ? VLAN_LEN : 0, size = *len;

	if (!strip && !keep_fcs)
		return f;
	memcpy(s->rx_frame, f, 12);
	memcpy(s->rx_frame + 12, f + 12 + cut, size - 12 - cut);
	*len = size - cut;
	if (keep_fcs) {
		put_le32(s->rx_frame + *len, crc_fcs(f, size));
		*len += FCS_LEN;
	}
	return s->rx_frame;
}

/* Lost at its queue. */
static bool lose(struct nic *s, unsigned int q, size_t len)
{
	stat_rx_queue_drop(s, q);
	stat_rx_total(s, len + FCS_LEN);
	return true;
}

/* False: it has to wait. */
static bool deliver(struct nic *s, const u8 *f, size_t len, const struct frame_info *info,
		    bool loop)
{
	struct rx_choice choice;
	struct rx_target t = { 0 };
	u32 regs;
	size_t out = len;
	const u8 *data;
	bool strip;

	if ((REG(s, R_SECRXCTRL) & SEC_PATH_DIS) || !dma_allowed(s))
		return false;
	filter_choose(s, f, info, &choice);
	t.q = choice.queue;
	regs = queue_addr(t.q);
	if (choice.drop || !queue_enabled(s, t.q) || s->rx[t.q].stopped ||
	    inject_hangs(s->faults.hang_rx, t.q) || !find_ring(s, &t))
		return lose(s, t.q, len);
	strip = info->vlan && (REG(s, regs + Q_DCTL) & RXDCTL_VME);
	data = trim(s, f, &out, strip);
	if (DIV_ROUND_UP(out, t.buffer) > t.free) {
		s->count.rx_no_descriptor++;
		if ((REG(s, regs + Q_SRRCTL) & SRRCTL_DROP_EN) || t.queue->drop)
			return lose(s, t.q, len);
		return false;
	}
	if (!store(s, &t, data, out, &choice, info->type, frame_status(s, f, info, loop),
		   strip ? info->tci : 0))
		return lose(s, t.q, len);
	s->count.rx_frames++;
	stat_rx(s, t.q, f, len + FCS_LEN);
	irq_queue(s, t.q, false);
	return true;
}

bool rx_has_room(struct nic *s)
{
	return s->rx_drop || s->rx_fifo_bytes + FRAME_MAX <= REG(s, R_RXPBSIZE);
}

/* A frame from the MAC that passed the filters. */
void rx_accept(struct nic *s, const u8 *f, size_t len, const struct frame_info *info, bool loop)
{
	struct fifo_frame *held;

	if (g_queue_is_empty(&s->rx_fifo) && deliver(s, f, len, info, loop))
		return;
	if (s->rx_fifo_bytes + len > REG(s, R_RXPBSIZE)) {
		stat_count(s, R_RXMPC);
		stat_rx_total(s, len + FCS_LEN);
		irq_raise(s, 0, EICR_RX_MISS);
		return;
	}
	held = g_malloc(sizeof(*held) + len);
	held->info = *info;
	held->len = len;
	held->loop = loop;
	memcpy(held->data, f, len);
	g_queue_push_tail(&s->rx_fifo, held);
	s->rx_fifo_bytes += len;
	flow_level(s);
}

/* Something changed that frames in the packet buffer may have waited for. */
void rx_kick(struct nic *s)
{
	struct fifo_frame *held;

	if (g_queue_is_empty(&s->rx_fifo))
		return;
	while ((held = g_queue_peek_head(&s->rx_fifo))) {
		if (!deliver(s, held->data, held->len, &held->info, held->loop))
			break;
		g_queue_pop_head(&s->rx_fifo);
		s->rx_fifo_bytes -= held->len;
		g_free(held);
	}
	flow_level(s);
	if (rx_has_room(s))
		mac_flush(s);
}

static void free_held(void *held, void *unused)
{
	g_free(held);
}

void rx_reset(struct nic *s)
{
	g_queue_foreach(&s->rx_fifo, free_held, NULL);
	g_queue_clear(&s->rx_fifo);
	s->rx_fifo_bytes = 0;
	memset(s->rx, 0, sizeof(s->rx));
}

/* 8.2.3.8.1 to .4: not while the queue is enabled. */
static void ring_write(struct nic *s, u32 addr, u32 value, u32 old)
{
	unsigned int q = addr_queue(addr);

	if (queue_enabled(s, q) && REG(s, addr) != old) {
		guest_error(s, "rx queue %u: register 0x%05x written while enabled", q, addr);
		if ((addr & 0x3F) == Q_HEAD)
			REG(s, addr) = old;
	}
	s->rx[q].cache.n = 0;
	s->rx[q].cache.pos = 0;
	s->rx[q].ended = false;
}

/*
 * 4.6.7, 4.6.7.1: not before ENABLE reads 1, and ignored until then. The in-tree driver
 * takes an interface down under load with its poll routine still running, which gives
 * buffers to queues that have just been disabled.
 */
static void early_tail(struct nic *s, unsigned int q, u32 value)
{
	if (s->rx[q].ended)
		advise(s, "rx queue %u: tail %u of a disabled queue", q, value);
	else
		guest_error(s, "rx queue %u: tail %u before ENABLE reads 1", q, value);
}

static void tail_write(struct nic *s, u32 addr, u32 value, u32 old)
{
	unsigned int q = addr_queue(addr);
	u32 regs = queue_addr(q);

	if (!queue_enabled(s, q)) {
		if (value)
			early_tail(s, q, value);
		if (!(REG(s, regs + Q_DCTL) & DCTL_ENABLE))
			REG(s, addr) = old;
		return;
	}
	if (value * 16 >= REG(s, regs + Q_LEN))
		guest_error(s, "rx queue %u: tail %u beyond the ring", q, value);
	s->rx[q].tail = REG(s, addr);
	rx_kick(s);
}

/* What must be right before a queue starts (4.6.7, 7.1.10, 8.2.3.11.1). */
static void check_queue(struct nic *s, unsigned int q)
{
	u32 regs = queue_addr(q), type = SRRCTL_TYPE(REG(s, regs + Q_SRRCTL));

	if (REG(s, regs + Q_LEN) > RING_BYTES_MAX)
		guest_error(s, "rx queue %u: ring of more than 128 KB", q);
	if (type > 1)
		guest_error(s, "rx queue %u: header split (DESCTYPE %u)", q, type);
	if (SRRCTL_SIZE(REG(s, regs + Q_SRRCTL)) == 0)
		guest_error(s, "rx queue %u: buffers of no size", q);
	if (REG(s, regs + Q_DCA) & DCA_RX_BIT12)
		advise(s, "rx queue %u: DCA_RXCTRL bit 12 is set", q);
}

static u32 dctl_read(struct nic *s, u32 addr)
{
	u32 value = REG(s, addr) & ~DCTL_ENABLE;

	return queue_enabled(s, addr_queue(addr)) ? value | DCTL_ENABLE : value;
}

static void dctl_write(struct nic *s, u32 addr, u32 value, u32 old)
{
	unsigned int q = addr_queue(addr);
	struct rx_queue *queue = &s->rx[q];
	bool drop = queue->drop;

	REG(s, addr) &= ~DCTL_SWFLSH;
	if (!((old ^ value) & DCTL_ENABLE))
		return;
	if (value & DCTL_ENABLE) {
		memset(queue, 0, sizeof(*queue));
		queue->drop = drop;
		check_queue(s, q);
	} else {
		queue->ended = true;
	}
	queue->ready_ns = now_ns() + s->enable_delay_us * 1000ll;
}

/* 8.2.3.27.9 */
static void pfqde_write(struct nic *s, u32 addr, u32 value, u32 old)
{
	if (value & PFQDE_WE)
		s->rx[PFQDE_QUEUE(value)].drop = value & PFQDE_QDE;
	REG(s, addr) &= ~PFQDE_WE;
	rx_kick(s);
}

static u32 rdrxctl_read(struct nic *s, u32 addr)
{
	bool done = now_ns() >= s->reset_ns + 200 * 1000;

	return REG(s, addr) | (done ? RDRXCTL_DONE : 0);
}

static void check_crc_strip(struct nic *s)
{
	bool dma = REG(s, R_RDRXCTL) & RDRXCTL_CRC, mac = REG(s, R_HLREG0) & HLREG0_RXCRC;

	if ((REG(s, R_RXCTRL) & RXCTRL_RXEN) && dma != mac)
		guest_error(s, "RDRXCTL.CRCStrip and HLREG0.RXCRCSTRP differ");
}

/* What the datasheet wants of the receiver's setup and not all drivers do (4.6.7). */
static void advise_setup(struct nic *s)
{
	u32 rdrxctl = REG(s, R_RDRXCTL);
	unsigned int i;

	if (!(REG(s, R_CTRL_EXT) & CTRL_EXT_NS_DIS))
		advise(s, "RXEN without CTRL_EXT.NS_DIS");
	if ((rdrxctl & RDRXCTL_FRST) || !(rdrxctl & RDRXCTL_ACKC) || !(rdrxctl & RDRXCTL_FCOE))
		advise(s, "RXEN with RDRXCTL 0x%08x: RSCFRSTSIZE 0, RSCACKC 1, FCOE_WRFIX 1",
		       rdrxctl);
	if (!(REG(s, R_FCRTH) & FC_THRESHOLD))
		advise(s, "RXEN with FCRTH[0].RTH 0");
	for (i = 1; i < 8; i++) {
		if (REG(s, R_RXPBSIZE + 4 * i)) {
			advise(s, "RXEN with RXPBSIZE[%u] not 0", i);
			break;
		}
	}
}

/* 8.2.3.8.10; with the data path open the DMA unit may hang (4.6.7) */
static void rxctrl_write(struct nic *s, u32 addr, u32 value, u32 old)
{
	if (!(old & RXCTRL_RXEN) && (value & RXCTRL_RXEN)) {
		if (!(REG(s, R_SECRXCTRL) & SEC_PATH_DIS))
			guest_error(s, "RXEN set while SECRXCTRL.RX_DIS is clear");
		check_crc_strip(s);
		advise_setup(s);
	}
	rx_kick(s);
}

static void rdrxctl_write(struct nic *s, u32 addr, u32 value, u32 old)
{
	if ((REG(s, addr) ^ old) & RDRXCTL_CRC)
		check_crc_strip(s);
}

static void kick_write(struct nic *s, u32 addr, u32 value, u32 old)
{
	rx_kick(s);
}

/* 8.2.3.12.6: the path is reported empty once it is closed */
static u32 secrxstat_read(struct nic *s, u32 addr)
{
	return REG(s, R_SECRXCTRL) & SEC_PATH_DIS ? SECSTAT_RDY : 0;
}

/* 8.2.3.7.5 */
static void rxcsum_write(struct nic *s, u32 addr, u32 value, u32 old)
{
	if ((REG(s, R_RXCTRL) & RXCTRL_RXEN) && REG(s, addr) != old)
		advise(s, "RXCSUM written while RXEN is set");
}

const struct reg_group rx_regs[] = {
	/* 8.2.3.8.1 to .7, 8.2.3.8.13, 8.2.3.11.1 */
	{ R_RXQ_LO + Q_BAL, 64, Q_STRIDE, 0xFFFFFF80, .write = ring_write },
	{ R_RXQ_LO + Q_BAH, 64, Q_STRIDE, REG_ALL, .write = ring_write },
	{ R_RXQ_LO + Q_LEN, 64, Q_STRIDE, 0x000FFF80, .write = ring_write },
	{ R_RXQ_LO + Q_DCA, 64, Q_STRIDE, 0xFF00F7E0, 0xB200 },
	{ R_RXQ_LO + Q_HEAD, 64, Q_STRIDE, 0xFFFF, .write = ring_write },
	{ R_RXQ_LO + Q_SRRCTL, 64, Q_STRIDE, 0x1FC03F1F, 0x0402 },
	{ R_RXQ_LO + Q_TAIL, 64, Q_STRIDE, 0xFFFF, .write = tail_write },
	{ R_RXQ_LO + Q_DCTL, 64, Q_STRIDE, 0x4600FFFF, .read = dctl_read, .write = dctl_write },
	{ R_RXQ_LO + Q_RSCCTL, 64, Q_STRIDE, 0xF },
	{ R_RXQ_HI + Q_BAL, 64, Q_STRIDE, 0xFFFFFF80, .write = ring_write },
	{ R_RXQ_HI + Q_BAH, 64, Q_STRIDE, REG_ALL, .write = ring_write },
	{ R_RXQ_HI + Q_LEN, 64, Q_STRIDE, 0x000FFF80, .write = ring_write },
	{ R_RXQ_HI + Q_DCA, 64, Q_STRIDE, 0xFF00F7E0, 0xB200 },
	{ R_RXQ_HI + Q_HEAD, 64, Q_STRIDE, 0xFFFF, .write = ring_write },
	{ R_RXQ_HI + Q_SRRCTL, 64, Q_STRIDE, 0x1FC03F1F, 0x0402 },
	{ R_RXQ_HI + Q_TAIL, 64, Q_STRIDE, 0xFFFF, .write = tail_write },
	{ R_RXQ_HI + Q_DCTL, 64, Q_STRIDE, 0x4600FFFF, .read = dctl_read, .write = dctl_write },
	{ R_RXQ_HI + Q_RSCCTL, 64, Q_STRIDE, 0xF },
	/* 8.2.3.8.8 to .11 */
	{ R_RDRXCTL, 1, 4, 0x0E3E0003, 0x00108800, .read = rdrxctl_read, .write = rdrxctl_write },
	{ R_RXPBSIZE, 8, 4, 0x000FFC00, 0x80000 },
	{ R_RXCTRL, 1, 4, RXCTRL_RXEN, .write = rxctrl_write },
	{ R_RXMEMWRAP, 1, 4, 0, 0x88888888 },
	/* 8.2.3.7.5 */
	{ R_RXCSUM, 1, 4, 0x3F00, .write = rxcsum_write },
	/* 8.2.3.12.5, 8.2.3.12.6 */
	{ R_SECRXCTRL, 1, 4, 3, 1, .write = kick_write },
	{ R_SECRXSTAT, 1, 4, .read = secrxstat_read },
	/* 8.2.3.23.71, 8.2.3.27.9 */
	{ R_RQSMR, 32, 4, 0x0F0F0F0F },
	{ R_PFQDE, 1, 4, REG_ALL, .write = pfqde_write },
	{ }
};

void rx_init(struct nic *s)
{
	g_queue_init(&s->rx_fifo);
}
