// SPDX-License-Identifier: GPL-2.0-only
/* The port of fake.h, and the functions a domain imports. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "fake.h"
#include <redleaf/heap.h>
#include <redleaf/log.h>
#include <redleaf/time.h>

#define REG(off)	fake.regs[(off) / 4]
#define WINDOW_NS	1000000ull
#define EEPROM_SUM	0xbaba

struct fake fake;
struct ix *ix;

static void rule(bool broken, const char *what, u32 off)
{
	if (!broken)
		return;
	printf("# forbidden: %s (%05x)\n", what, off);
	fake.broken_rules++;
}

static void *ptr(u64 dma)
{
	return (void *)(uintptr_t)dma;
}

/* Registers after a reset, as far as the driver depends on them. */
static void chip_reset(void)
{
	u32 swsm = REG(IX_SWSM), sync = REG(IX_SW_FW_SYNC), i;

	memset(fake.regs, 0, sizeof(fake.regs));
	REG(IX_SWSM) = swsm;
	REG(IX_SW_FW_SYNC) = sync;
	REG(IX_RAL(0)) = 0x12005452;
	REG(IX_RAH(0)) = 0x0156 | IX_RAH_AV;
	REG(IX_HLREG0) = 0x08012c0b;
	REG(IX_AUTOC) = 0xc09c6004;
	REG(IX_RDRXCTL) = 0x00108800;
	REG(IX_LINKS) = IX_LINKS_UP | IX_LINKS_10G << 28;
	for (i = 0; i < IX_MAX_QUEUES; i++)
		REG(IX_DCA_RXCTRL(i)) = 0xb200;
	fake.resets++;
	fake.reset_at = fake.now;
	fake.in_reset = true;
}

static void touch(u32 off, bool write)
{
	if (fake.in_reset && fake.now >= fake.reset_at + WINDOW_NS)
		fake.in_reset = false;
	rule(fake.in_reset && off != IX_CTRL && off != IX_STATUS,
	     write ? "written within 1 ms of a reset" : "read within 1 ms of a reset", off);
}

static bool is_stat(u32 off)
{
	return (off >= IX_CRCERRS && off <= IX_BPTC && off != IX_HLREG0) ||
	       (off >= IX_QPRDC(0) && off < IX_QPRDC(16) && !((off - IX_QPRDC(0)) & 0x3f));
}

static u32 read_status(void)
{
	bool master = !(REG(IX_CTRL) & IX_CTRL_GIO_DIS) || fake.master_stuck;

	return REG(IX_STATUS) | (master ? IX_STATUS_GIO : 0);
}

static u32 read_clear(u32 off)
{
	u32 v = REG(off);

	REG(off) = 0;
	return v;
}

u32 rl_read32(u32 bar, u32 off)
{
	touch(off, false);
	if (fake.gone)
		return IX_ALL_ONES;
	switch (off) {
	case IX_CTRL:
		return REG(off) | (fake.never_resets ? IX_CTRL_RST : 0);
	case IX_STATUS:
		return read_status();
	case IX_EEC:
		return REG(off) | IX_EEC_AUTO_RD;
	case IX_EEMNGCTL:
		return IX_EEMNGCTL_DONE(0) | IX_EEMNGCTL_DONE(1);
	case IX_RDRXCTL:
		return REG(off) | IX_RDRXCTL_DMAIDONE;
	case IX_SECRXSTAT:
		return REG(IX_SECRXCTRL) & IX_SECRXCTRL_RX_DIS ? IX_SECRXSTAT_RDY : 0;
	case IX_EICS:
		return REG(IX_EICR);
	case IX_EICR:
		rule(true, "EICR read with MSI-X", off);
		return 0;
	case IX_SWSM:
		REG(off) |= IX_SWSM_SMBI;
		return fake.sem_stale ? REG(off) : REG(off) & ~IX_SWSM_SMBI;
	}
	return is_stat(off) ? read_clear(off) : REG(off);
}

/* Gathers the frame that ends at descriptor @at; false: not in this ring. */
static void send_frame(struct ix_desc *d, u32 first, u32 last, u32 size, u32 q)
{
	struct fake_frame *f = &fake.frames[fake.nr_frames++ % FAKE_FRAMES];
	u32 at = first;

	memset(f, 0, sizeof(*f));
	f->data = d[first].q1;
	memcpy(f->context, fake.context[q], sizeof(f->context));
	for (;; at = (at + 1) % size) {
		u32 len = d[at].q1 & 0xffff;

		if (f->len + len <= sizeof(f->bytes))
			memcpy(f->bytes + f->len, ptr(d[at].q0), len);
		f->len += len;
		f->descs++;
		if (at == last)
			break;
	}
	if (d[last].q1 & IX_TXD_RS) {
		d[last].q0 = 0;
		d[last].q1 = IX_TXD_DD;
	}
	if (fake.loop)
		fake_rx(q, f->bytes, f->len, 0, 0);
}

static void transmit(u32 q)
{
	struct ix_desc *d = ptr(REG(IX_TDBAL(q)) | (u64)REG(IX_TDBAH(q)) << 32);
	u32 size = REG(IX_TDLEN(q)) / 16, tail = REG(IX_TDT(q)), at = REG(IX_TDH(q)), first = at;

	for (; at != tail && !fake.hang_tx; at = (at + 1) % size) {
		if ((d[at].q1 >> 20 & 0xf) == 2) {
			fake.context[q][0] = d[at].q0;
			fake.context[q][1] = d[at].q1;
			first = (at + 1) % size;
			rule(first == tail, "a context is the last descriptor", IX_TDT(q));
		} else if (d[at].q1 & IX_TXD_EOP) {
			rule((at + 1) % size == tail && !(d[at].q1 & IX_TXD_RS),
			     "no report is asked for", IX_TDT(q));
			send_frame(d, first, at, size, q);
			first = (at + 1) % size;
		}
		REG(IX_TDH(q)) = (at + 1) % size;
	}
	rule(first != at && !fake.hang_tx, "tail inside a packet", IX_TDT(q));
}

static void put_rx(struct ix_desc *d, const u8 *bytes, u32 part, u32 status, u32 low, bool last)
{
	memcpy(ptr(d->q0), bytes, part);
	d->q0 = low | 0x12345678ull << 32;
	d->q1 = (u64)(fake.rx_len ? fake.rx_len : part) << 32 | IX_RXD_DD |
		(last && !fake.rx_no_eop ? IX_RXD_EOP | status : 0) | (last ? 0x123ull << 48 : 0);
}

/* A frame comes in; without room it is lost. */
void fake_rx(u32 q, const void *bytes, u32 len, u32 status, u32 low)
{
	struct ix_desc *d = ptr(REG(IX_RDBAL(q)) | (u64)REG(IX_RDBAH(q)) << 32);
	u32 size = REG(IX_RDLEN(q)) / 16, buffer = (REG(IX_SRRCTL(q)) & 0x1f) * 1024, done, part;

	if (!(REG(IX_RXCTRL) & IX_RXCTRL_RXEN) || REG(IX_SECRXCTRL) & IX_SECRXCTRL_RX_DIS)
		return;
	for (done = 0; done < len; done += part) {
		if (REG(IX_RDH(q)) == REG(IX_RDT(q)))
			return;
		part = min(len - done, buffer);
		put_rx(&d[REG(IX_RDH(q))], (const u8 *)bytes + done, part, status, low,
		       done + part == len);
		REG(IX_RDH(q)) = (REG(IX_RDH(q)) + 1) % size;
	}
	REG(IX_GPRC)++;
}

static void write_ctrl(u32 val)
{
	if (val & IX_CTRL_RST) {
		bool was_stuck = fake.master_stuck;

		chip_reset();
		fake.master_stuck = was_stuck && fake.resets % 2;
		return;
	}
	REG(IX_CTRL) = val;
}

static void check_queue_write(u32 off)
{
	u32 q = (off & 0xfff) / 0x40, in = off & 0x3f;
	bool tx = off >= IX_TXQ(0);
	u32 dctl = tx ? IX_TXDCTL(q) : IX_RXDCTL(q);

	if (q >= IX_MAX_QUEUES || in == 0x28 || in == 0x0c || in == 0x14)
		return;
	if (in == 0x18)
		rule(REG(off) && !(REG(dctl) & IX_DCTL_ENABLE), "tail before ENABLE", off);
	else
		rule(REG(dctl) & IX_DCTL_ENABLE, "ring written while enabled", off);
}

static void check_write(u32 off, u32 old, u32 val)
{
	if (off == IX_RXCTRL && val & ~old & IX_RXCTRL_RXEN) {
		rule(!(REG(IX_SECRXCTRL) & IX_SECRXCTRL_RX_DIS), "RXEN with the path open", off);
		rule(!(REG(IX_CTRL_EXT) & IX_CTRL_EXT_NS_DIS), "NS_DIS", off);
		rule(!(REG(IX_FCRTH(0)) & 0x7ffe0), "FCRTH.RTH", off);
		rule(REG(IX_DCA_RXCTRL(0)) & IX_DCA_RX_BIT12, "DCA_RXCTRL bit 12", off);
	}
	if (off == IX_FCTRL)
		rule(REG(IX_RXCTRL) & IX_RXCTRL_RXEN && old != val, "FCTRL while RXEN", off);
	if (off == IX_AUTOC)
		rule(!(REG(IX_SW_FW_SYNC) & IX_SYNC_MAC_CSR), "AUTOC without semaphore", off);
	if (off == IX_SW_FW_SYNC)
		rule(!(REG(IX_SWSM) & IX_SWSM_SWESMBI), "SW_FW_SYNC without SWSM", off);
	if (off >= IX_TXPBTHRESH(0) && off <= IX_TXPBTHRESH(7))
		rule(!(REG(IX_RTTDCS) & IX_RTTDCS_ARBDIS), "arbiters run", off);
	if ((off >= IX_RXQ(0) && off < IX_RXQ(IX_MAX_QUEUES)) ||
	    (off >= IX_TXQ(0) && off < IX_TXQ(IX_MAX_QUEUES)))
		check_queue_write(off);
}

static void write_dctl(u32 off, u32 val)
{
	if (fake.never_enables)
		REG(off) = val & ~IX_DCTL_ENABLE;
	rule(off >= IX_TXQ(0) && val & IX_DCTL_ENABLE && !(REG(IX_DMATXCTL) & IX_DMATXCTL_TE),
	     "TXDCTL.ENABLE before TE", off);
}

static void write_special(u32 off, u32 old, u32 val)
{
	u32 q;

	switch (off) {
	case IX_EERD:
		REG(off) = (val & 0xfffc) | IX_EERD_DONE |
			   (u32)fake.eeprom[(val >> 2) % IX_EEPROM_WORDS] << 16;
		break;
	case IX_EICR:
		REG(off) = old & ~val;
		break;
	case IX_EICS:
		REG(IX_EICR) |= val;
		if (REG(IX_EIMS) & val & IX_EI_OTHERS)
			fake_irq(0);
		break;
	case IX_EIMS:
		REG(off) = old | val;
		break;
	case IX_EIMC:
		REG(IX_EIMS) &= ~val;
		break;
	case IX_SWSM:
		if (!(val & IX_SWSM_SMBI))
			fake.sem_stale = false;
		break;
	}
	for (q = 0; q < IX_MAX_QUEUES; q++) {
		if (off == IX_TDT(q) && REG(IX_TXDCTL(q)) & IX_DCTL_ENABLE)
			transmit(q);
		if (off == IX_TXDCTL(q) || off == IX_RXDCTL(q))
			write_dctl(off, val);
	}
}

void rl_write32(u32 bar, u32 off, u32 val)
{
	u32 old = REG(off);

	fake.trace[fake.nr_trace++ % FAKE_TRACE] = off;
	touch(off, true);
	if (fake.gone || fake.in_reset)
		return;
	if (off == IX_CTRL) {
		write_ctrl(val);
		return;
	}
	REG(off) = val;
	check_write(off, old, val);
	write_special(off, old, val);
}

void fake_irq(u32 vector)
{
	if (fake.handler[vector])
		fake.handler[vector](ix, fake.handler_arg[vector]);
}

s32 rl_pci_info(struct rl_pci_info *out)
{
	memset(out, 0, sizeof(*out));
	out->vendor = 0x8086;
	out->device = 0x10fb;
	out->bar_size[IX_BAR] = 0x80000;
	out->nr_cpus = fake.cpus;
	out->max_vectors = 64;
	out->reset_ns = fake.core_reset_ns;
	return 0;
}

s32 rl_bar_map(u32 bar)
{
	return 0;
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
	return min(want, fake.vectors);
}

s32 rl_irq_bind(u32 vec, void (*fn)(void *self, u64 arg), u64 arg)
{
	fake.handler[vec] = fn;
	fake.handler_arg[vec] = arg;
	return 0;
}

static bool alloc_fails(void)
{
	return fake.fail_alloc && !--fake.fail_alloc;
}

void *rl_alloc(size_t size)
{
	void *p;

	if (alloc_fails())
		return NULL;
	p = calloc(1, size);
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

void *rl_dma_alloc(size_t size, u64 *dma)
{
	void *p = rl_alloc(size);

	*dma = (uintptr_t)p;
	return p;
}

void rl_dma_free(void *p)
{
	rl_free(p);
}

u64 rl_lock_irq(struct rl_lock *l)
{
	if (l->word++)
		abort();
	return 0;
}

void rl_unlock_irq(struct rl_lock *l, u64 token)
{
	l->word--;
}

void rl_lock_wait(struct rl_lock *l)
{
	abort();
}

s32 rl_event_create(void)
{
	return fake.nr_events++;
}

s32 rl_event_wait(u32 event, u64 timeout_ns)
{
	if (fake.events[event]) {
		fake.events[event]--;
		return 0;
	}
	if (timeout_ns == ~0ull)
		abort();	/* for ever, in a single thread */
	if (fake.thread_looks)
		fake.thread_looks--;
	return fake.thread_looks ? -ETIMEDOUT : -ECANCELED;
}

s32 rl_event_signal(u32 event)
{
	fake.events[event]++;
	return 0;
}

s32 rl_thread_create(s32 (*fn)(void *self, u64 arg), u64 arg, const char *name)
{
	fake.thread = fn;
	return 0;
}

bool rl_thread_should_stop(void)
{
	return false;
}

void fake_look(void)
{
	fake.thread_looks = 1;
	fake.events[ix->wake] = 0;
	fake.thread(ix, 0);
}

u64 rl_now_ns(void)
{
	return fake.now += 100;
}

void rl_udelay(u32 us)
{
	fake.now += us * 1000ull;
}

void rl_sleep_us(u32 us)
{
	fake.now += us * 1000ull;
}

u64 rl_param(u32 idx)
{
	return 0;
}

u32 rl_iface(u32 idx)
{
	return 7;
}

void rl_die_now(const char *why)
{
	fake.died = why;
	longjmp(fake.die, 1);
}

void rl_log(u32 level, const char *fmt, ...)
{
}

struct rl_ret rlc_net_host_work(rl_cap_t cap, u16 queue)
{
	fake.work[queue]++;
	return (struct rl_ret){ 0 };
}

struct rl_ret rlc_net_host_link_changed(rl_cap_t cap)
{
	fake.link_changes++;
	return (struct rl_ret){ 0 };
}

/* Words 0 to 3Eh, a section of two words, and the sum that makes it right. */
static void fill_eeprom(void)
{
	u16 sum = 0;
	u32 i;

	for (i = 0; i < 0x3f; i++)
		fake.eeprom[i] = i < 3 || i > 14 ? i * 257 : 0xffff;
	fake.eeprom[3] = 0x100;
	fake.eeprom[0x100] = 2;
	fake.eeprom[0x101] = 0x1234;
	fake.eeprom[0x102] = 0x4321;
	for (i = 0; i < 0x3f; i++)
		sum += fake.eeprom[i];
	fake.eeprom[0x3f] = EEPROM_SUM - (u16)(sum + 0x1234 + 0x4321);
}

void fake_reset(void)
{
	while (fake.nr_mem)
		free(fake.mem[--fake.nr_mem]);
	packets_reset();
	free(ix);
	memset(&fake, 0, sizeof(fake));
	fake.cpus = 2;
	fake.vectors = 3;
	fake.now = 1000000000;
	fill_eeprom();
	chip_reset();
	fake.resets = 0;
	fake.now += WINDOW_NS;
	fake.core_reset_ns = fake.now;
	ix = calloc(1, rl_this_domain.state_size);
}

s32 fake_init(void)
{
	fake.died = NULL;
	if (setjmp(fake.die))
		return -1000;
	return rl_this_domain.init(ix);
}
