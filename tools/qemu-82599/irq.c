// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Interrupts (7.3, 8.2.3.5): causes, masks, throttling, messages and the wire.
 *
 * Causes and masks are kept once, as 64 queue vectors and the other causes; the
 * registers EICR, EICS, EIMS, EIMC, EIAM and their _EX forms are views of them. In
 * MSI-X mode a vector with an unmasked cause becomes pending and its message leaves
 * as soon as EITR's interval is over and bus mastering is on; else there is one
 * level, wired to INTx, to MSI, or to MSI-X vector 0.
 */
#include "model.h"
#include "hw/pci/msi.h"
#include "hw/pci/msix.h"

#define EITR_UNIT_NS	2048
#define EITR_INTERVAL(v)	((v) >> 3 & 0x1FF)
#define EITR_COUNTER(v)	((v) >> 21 & 0x7F)

static bool msix_mode(struct nic *s)
{
	return s->has_msix && msix_enabled(&s->pci) && (REG(s, R_GPIE) & GPIE_MULTI_MSIX);
}

static u32 eitr_addr(unsigned int v)
{
	return v < 24 ? R_EITR_LO + 4 * v : R_EITR_HI + 4 * (v - 24);
}

/* The vector of the other causes, or -1 (8.2.3.5.17). */
static int misc_vector(struct nic *s)
{
	u8 entry = REG(s, R_IVAR_MISC) >> 8;

	return entry & IVAR_VALID ? entry & 0x3F : -1;
}

/* The vector of a queue, or -1 (8.2.3.5.16). */
static int queue_vector(struct nic *s, unsigned int queue, bool tx)
{
	u8 entry = REG(s, R_IVAR + queue / 2 * 4) >> ((queue & 1) * 16 + tx * 8);

	if (!(entry & IVAR_VALID))
		return -1;
	return msix_mode(s) ? entry & 0x3F : entry & 0xF;
}

static u32 view(const struct causes *c)
{
	return c->others | (u32)(c->queues & EICR_QUEUES);
}

/* Begins an interval: what comes until its end waits (7.3.2.1). */
static void throttle(struct nic *s, unsigned int v)
{
	s64 interval = EITR_INTERVAL(REG(s, eitr_addr(v))) * (s64)EITR_UNIT_NS;

	if (interval)
		s->vector[v].next_ns = now_ns() + interval;
}

static bool may_fire(struct nic *s, unsigned int v)
{
	struct vector *vector = &s->vector[v];

	if (vector->next_ns <= now_ns())
		return true;
	if (!timer_pending(&vector->timer))
		timer_mod_ns(&vector->timer, vector->next_ns);
	return false;
}

/* Is a completion of this queue to wait for the end of an interval? Arms its timer. */
bool irq_interval_open(struct nic *s, unsigned int tx_queue)
{
	int v = queue_vector(s, tx_queue, true);

	return v >= 0 && !may_fire(s, v);
}

/* Automatic clear and mask when a message leaves (8.2.3.5.5, 8.2.3.5.6). */
static void message_effects(struct nic *s, unsigned int v, bool queue, u32 others)
{
	u64 bit = 1ull << v;

	if (queue && (v > 15 || (REG(s, R_EIAC) & bit)))
		s->cause.queues &= ~bit;
	s->cause.others &= ~(others & REG(s, R_EIAC));
	if (REG(s, R_GPIE) & GPIE_EIAME) {
		s->mask.queues &= ~(bit & s->automask.queues);
		s->mask.others &= ~(others & s->automask.others);
	}
}

static void fire_msix(struct nic *s, unsigned int v)
{
	u64 bit = 1ull << v;
	bool queue = s->cause.queues & s->mask.queues & bit;
	u32 others = (int)v == misc_vector(s) ? s->cause.others & s->mask.others : 0;

	if (!queue && !others) {
		s->pending &= ~bit;
		return;
	}
	if (!dma_allowed(s) || !may_fire(s, v))
		return;
	s->pending &= ~bit;
	throttle(s, v);
	message_effects(s, v, queue, others);
	s->count.irqs++;
	msix_notify(&s->pci, v);
}

/* One message for everything; an event during the interval leaves it pending. */
static void fire_single(struct nic *s, bool msix)
{
	if (!dma_allowed(s) || !may_fire(s, 0)) {
		s->pending |= 1;
		return;
	}
	s->pending &= ~1ull;
	throttle(s, 0);
	s->count.irqs++;
	if (msix)
		msix_notify(&s->pci, 0);
	else
		msi_notify(&s->pci, 0);
}

static void set_wire(struct nic *s, bool level)
{
	if (level == s->intx_level || (level && !may_fire(s, 0)))
		return;
	s->intx_level = level;
	if (level) {
		throttle(s, 0);
		s->count.irqs++;
	}
	pci_set_irq(&s->pci, level);
}

/* Without multiple MSI-X vectors: the level of all causes; edge: a new event. */
static void single_update(struct nic *s, bool edge)
{
	bool level = view(&s->cause) & view(&s->mask);

	if (s->has_msi && msi_enabled(&s->pci)) {
		if (level && edge)
			fire_single(s, false);
	} else if (s->has_msix && msix_enabled(&s->pci)) {
		if (level && edge)
			fire_single(s, true);
	} else {
		set_wire(s, level);
	}
}

static void vector_due(struct nic *s, unsigned int v)
{
	if (!msix_mode(s))
		single_update(s, s->pending & 1);
	else if (s->pending & (1ull << v))
		fire_msix(s, v);
}

/* The interval's end also reports what WTHRESH held back (7.2.3.5.1). */
static void vector_timer(void *opaque)
{
	struct vector *vector = opaque;
	struct nic *s = vector->nic;

	tx_flush_reports(s);
	vector_due(s, vector - s->vector);
}

/* Whatever held messages back is gone. */
void irq_retry(struct nic *s)
{
	unsigned int v;

	for (v = 0; v < VECTORS; v++)
		vector_due(s, v);
}

void irq_raise(struct nic *s, u64 queues, u32 others)
{
	s->cause.queues |= queues;
	s->cause.others |= others;
	queues &= s->mask.queues;
	others &= s->mask.others;
	if (!msix_mode(s)) {
		if (others || (queues & EICR_QUEUES))
			single_update(s, true);
		return;
	}
	if (others && misc_vector(s) >= 0)
		queues |= 1ull << misc_vector(s);
	s->pending |= queues;
	for (; queues; queues &= queues - 1)
		fire_msix(s, ctz64(queues));
}

void irq_queue(struct nic *s, unsigned int queue, bool tx)
{
	int v = queue_vector(s, queue, tx);

	if (v >= 0)
		irq_raise(s, 1ull << v, 0);
}

static void unmask(struct nic *s, u64 queues, u32 others)
{
	s->mask.queues |= queues;
	s->mask.others |= others;
	irq_raise(s, s->cause.queues & queues, s->cause.others & others);
	if (!msix_mode(s))
		single_update(s, false);
}

static void mask(struct nic *s, u64 queues, u32 others)
{
	s->mask.queues &= ~queues;
	s->mask.others &= ~others;
	if (!msix_mode(s))
		single_update(s, false);
}

/*
 * Access to EICR: clears causes, and masks those of EIAM that it touched. With
 * GPIE.OCD the queues' part is not touched by either.
 */
static void acknowledge(struct nic *s, u32 clear, u32 touched)
{
	u32 automask = touched & view(&s->automask);

	if (REG(s, R_GPIE) & GPIE_OCD)
		automask &= ~EICR_QUEUES;
	s->cause.others &= ~clear;
	s->cause.queues &= ~(u64)(clear & EICR_QUEUES);
	mask(s, automask & EICR_QUEUES, automask & EICR_OTHERS);
}

/* 8.2.3.5.1; a read applies EIAM even when it returns zero. */
static u32 eicr_read(struct nic *s, u32 addr)
{
	u32 value = view(&s->cause);
	bool others_only = REG(s, R_GPIE) & GPIE_OCD;

	acknowledge(s, others_only ? value & 0x3FFF0000 : value, REG_ALL);
	return value;
}

static void eicr_write(struct nic *s, u32 addr, u32 value, u32 old)
{
	acknowledge(s, value, value);
}

/* 8.2.3.5.2; EIMEN makes it immediate, else it waits for EITR as events do. */
static void force(struct nic *s, u64 queues, u32 others)
{
	u64 now = queues;

	if (REG(s, R_GPIE) & GPIE_EIMEN) {
		if (others && misc_vector(s) >= 0)
			now |= 1ull << misc_vector(s);
		if (!msix_mode(s))
			now = 1;
		for (; now; now &= now - 1)
			s->vector[ctz64(now)].next_ns = 0;
	}
	s->mask.queues |= queues & s->automask.queues;
	s->mask.others |= others & s->automask.others;
	irq_raise(s, queues, others);
}

static u32 eics_read(struct nic *s, u32 addr)
{
	return view(&s->cause);
}

static void eics_write(struct nic *s, u32 addr, u32 value, u32 old)
{
	force(s, value & EICR_QUEUES, value & EICR_OTHERS);
}

static u32 eims_read(struct nic *s, u32 addr)
{
	return view(&s->mask);
}

static void eims_write(struct nic *s, u32 addr, u32 value, u32 old)
{
	unmask(s, value & EICR_QUEUES, value & EICR_OTHERS);
}

static u32 zero_read(struct nic *s, u32 addr)
{
	return 0;
}

static void eimc_write(struct nic *s, u32 addr, u32 value, u32 old)
{
	mask(s, value & EICR_QUEUES, value & EICR_OTHERS);
}

static u32 eiam_read(struct nic *s, u32 addr)
{
	return view(&s->automask);
}

static void eiam_write(struct nic *s, u32 addr, u32 value, u32 old)
{
	s->automask.others = value & EICR_OTHERS;
	s->automask.queues = (s->automask.queues & ~(u64)EICR_QUEUES) | (value & EICR_QUEUES);
	if (value && msix_mode(s) && !(REG(s, R_GPIE) & GPIE_EIAME))
		advise(s, "EIAM set in MSI-X mode without GPIE.EIAME");
}

/* The _EX registers, 8.2.3.5.7 and following: 64 vectors in two words. */
static unsigned int word_shift(u32 addr)
{
	return addr & 4 ? 32 : 0;
}

static u32 eics_ex_read(struct nic *s, u32 addr)
{
	return s->cause.queues >> word_shift(addr);
}

static void eics_ex_write(struct nic *s, u32 addr, u32 value, u32 old)
{
	force(s, (u64)value << word_shift(addr), 0);
}

static u32 eims_ex_read(struct nic *s, u32 addr)
{
	return s->mask.queues >> word_shift(addr);
}

static void eims_ex_write(struct nic *s, u32 addr, u32 value, u32 old)
{
	unmask(s, (u64)value << word_shift(addr), 0);
}

static void eimc_ex_write(struct nic *s, u32 addr, u32 value, u32 old)
{
	mask(s, (u64)value << word_shift(addr), 0);
}

static u32 eiam_ex_read(struct nic *s, u32 addr)
{
	return s->automask.queues >> word_shift(addr);
}

static void eiam_ex_write(struct nic *s, u32 addr, u32 value, u32 old)
{
	u64 keep = (u64)REG_ALL << (32 - word_shift(addr));

	s->automask.queues = (s->automask.queues & keep) | (u64)value << word_shift(addr);
}

/* 8.2.3.5.12; unless CNT_WDIS is set the write also loads the counter. */
static void eitr_write(struct nic *s, u32 addr, u32 value, u32 old)
{
	unsigned int v = addr < R_EITR_HI ? (addr - R_EITR_LO) / 4 : 24 + (addr - R_EITR_HI) / 4;

	if (v >= VECTORS || (value & EITR_CNT_WDIS))
		return;
	s->vector[v].next_ns = now_ns() + EITR_COUNTER(value) * 4ll * EITR_UNIT_NS;
	timer_del(&s->vector[v].timer);
	vector_due(s, v);
}

const struct reg_group irq_regs[] = {
	/* 8.2.3.5.1 to .6 */
	{ R_EICR, 1, 4, .read = eicr_read, .write = eicr_write },
	{ R_EICS, 1, 4, .read = eics_read, .write = eics_write },
	{ R_EIMS, 1, 4, .read = eims_read, .write = eims_write },
	{ R_EIMC, 1, 4, .read = zero_read, .write = eimc_write },
	{ R_EIAC, 1, 4, EIAC_BITS },
	{ R_EIAM, 1, 4, .read = eiam_read, .write = eiam_write },
	/* 8.2.3.5.7 to .10 */
	{ R_EICS_EX, 2, 4, .read = eics_ex_read, .write = eics_ex_write },
	{ R_EIMS_EX, 2, 4, .read = eims_ex_read, .write = eims_ex_write },
	{ R_EIMC_EX, 2, 4, .read = zero_read, .write = eimc_ex_write },
	{ R_EIAM_EX, 2, 4, .read = eiam_ex_read, .write = eiam_ex_write },
	/* 8.2.3.5.12 to .18 */
	{ R_EITR_LO, 24, 4, 0x0FFF8FF8, .write = eitr_write },
	{ R_EITR_HI, 104, 4, 0x0FFF8FF8, .write = eitr_write },
	{ R_EITRSEL, 1, 4, REG_ALL },
	{ R_IVAR, 64, 4, 0xBFBFBFBF },
	{ R_IVAR_MISC, 1, 4, 0x0000BFBF },
	{ R_GPIE, 1, 4, 0xF000FFFF },
	{ }
};

void irq_reset(struct nic *s)
{
	unsigned int v;

	memset(&s->cause, 0, sizeof(s->cause));
	memset(&s->mask, 0, sizeof(s->mask));
	memset(&s->automask, 0, sizeof(s->automask));
	s->pending = 0;
	for (v = 0; v < VECTORS; v++) {
		timer_del(&s->vector[v].timer);
		s->vector[v].next_ns = 0;
	}
	set_wire(s, false);
}

void irq_init(struct nic *s)
{
	unsigned int v;

	for (v = 0; v < VECTORS; v++) {
		s->vector[v].nic = s;
		timer_init_ns(&s->vector[v].timer, QEMU_CLOCK_VIRTUAL, vector_timer,
			      &s->vector[v]);
	}
}

void irq_exit(struct nic *s)
{
	unsigned int v;

	for (v = 0; v < VECTORS; v++)
		timer_del(&s->vector[v].timer);
}
