// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The model's registers, driven as a driver would: reset values, rules of the setup,
 * statistics, EEPROM and semaphores here; interrupts.c and filters.c have the rest.
 */
#include "device.h"
#include "qemu/log.h"
#include "point.h"

unsigned int points, failed_points;

struct nic *device_new(void)
{
	static bool once;
	struct nic *s = g_new0(struct nic, 1);

	if (!once)
		csr_init();
	once = true;
	s->pci.config = g_malloc0(4096);
	pci_set_word(s->pci.config + PCI_COMMAND, PCI_COMMAND_MASTER);
	s->has_msix = true;
	s->enable_delay_us = 10;
	memcpy(s->conf.macaddr.a, "\x52\x54\x00\x82\x59\x01", 6);
	s->sfp = g_strdup("da");
	sfp_init(s);
	eeprom_init(s);
	link_init(s);
	irq_init(s);
	rx_init(s);
	flow_init(s);
	nic_reset(s, RESET_DEVICE);
	pass_time(2000000);
	return s;
}

u32 rd(struct nic *s, u32 addr)
{
	return csr_ops.read(s, addr, 4);
}

void wr(struct nic *s, u32 addr, u32 value)
{
	csr_ops.write(s, addr, value, 4);
}

/* Facts of the datasheet that no stock driver looks at. */
static void reset_values(void)
{
	static const struct {
		const char *name;
		u32 addr, value;
	} want[] = {
		{ "HLREG0", 0x4240, 0x08012C0B }, { "DCA_RXCTRL[0]", 0x100C, 0xB200 },
		{ "DCA_RXCTRL[127]", 0xDFCC, 0xB200 }, { "DCA_TXCTRL[0]", 0x600C, 0x2A00 },
		{ "SRRCTL[0]", 0x1014, 0x402 }, { "RTTDCS", 0x4900, 0x00C00000 },
		{ "RTTPCS", 0xCD00, 0x89000000 }, { "TXPBTHRESH[0]", 0x4950, 0x96 },
		{ "MFLCN", 0x4294, 0 }, { "RXMEMWRAP", 0x3190, 0x88888888 },
		{ "RXPBSIZE[0]", 0x3C00, 0x80000 }, { "RXPBSIZE[1]", 0x3C04, 0x80000 },
		{ "TXPBSIZE[0]", 0xCC00, 0x28000 }, { "DTXMXSZRQ", 0x8100, 0x10 },
		{ "SECRXCTRL", 0x8D00, 1 }, { "SECRXSTAT", 0x8D04, 0 },
		{ "MAXFRS", 0x4268, 0x05EE0000 }, { "VLNCTRL", 0x5088, 0x8100 },
	};
	struct nic *s = device_new();
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(want); i++)
		point(rd(s, want[i].addr) == want[i].value, "reset value of %s", want[i].name);
	point((rd(s, R_RDRXCTL) & ~RDRXCTL_DONE) == 0x00108800, "reset value of RDRXCTL");
	point(rd(s, R_DMATXCTL) & DMATXCTL_ONE, "reserved bit of DMATXCTL reads 1");
	point(rd(s, R_STATUS) & STATUS_GIO, "STATUS: master enabled");
}

/* complains(): counts, and names what it is about. */
static bool complains(struct nic *s, u64 before, const char *about)
{
	return s->count.guest_errors > before && strstr(last_complaint, about);
}

static void resets(void)
{
	struct nic *s = device_new();
	u64 before = s->count.guest_errors;

	wr(s, R_FCTRL, 0x700);
	wr(s, R_CTRL, CTRL_RST);
	point(rd(s, R_CTRL) & CTRL_RST, "RST reads 1 for a moment");
	rd(s, R_STATUS);
	point(s->count.guest_errors == before, "STATUS may be read at once");
	wr(s, R_FCTRL, 0x100);
	point(complains(s, before, "within 1 ms of a reset"), "nothing else may be touched");
	pass_time(1000000);
	point(!(rd(s, R_CTRL) & CTRL_RST) && rd(s, R_FCTRL) == 0,
	      "the early write is lost, the old value too");
	wr(s, R_FCTRL, 0x100);
	point(rd(s, R_FCTRL) == 0x100, "a later write is not");
}

/* Queue 0 runs, with its ring set. */
static void receive_queue_ends(struct nic *s)
{
	u64 before = s->count.guest_errors, advice = s->count.advice;

	wr(s, R_RXQ_LO + Q_DCTL, 0);
	pass_time(20000);
	wr(s, R_RXQ_LO + Q_TAIL, 7);
	point(s->count.guest_errors == before && s->count.advice == advice + 1 &&
	      rd(s, R_RXQ_LO + Q_TAIL) == 0,
	      "a tail after the end of a queue is ignored, with advice");
	wr(s, R_RXQ_LO + Q_LEN, 0x80);
	wr(s, R_RXQ_LO + Q_TAIL, 5);
	point(complains(s, before, "before ENABLE"), "it is refused when the ring is set up again");
}

static void receive_rules(void)
{
	struct nic *s = device_new();
	u64 before = s->count.guest_errors;

	wr(s, R_RXQ_LO + Q_LEN, 0x20080);
	wr(s, R_RXQ_LO + Q_TAIL, 5);
	point(complains(s, before, "before ENABLE") && rd(s, R_RXQ_LO + Q_TAIL) == 0,
	      "a tail before ENABLE is refused");
	before = s->count.guest_errors;
	wr(s, R_RXQ_LO + Q_DCTL, DCTL_ENABLE);
	point(complains(s, before, "128 KB"), "a ring above 128 KB");
	point(!(rd(s, R_RXQ_LO + Q_DCTL) & DCTL_ENABLE), "ENABLE takes its time");
	pass_time(20000);
	point(rd(s, R_RXQ_LO + Q_DCTL) & DCTL_ENABLE, "and then reads 1");
	before = s->count.guest_errors;
	wr(s, R_RXQ_LO + Q_HEAD, 3);
	point(complains(s, before, "while enabled") && rd(s, R_RXQ_LO + Q_HEAD) == 0,
	      "the head of a running queue stays");
	receive_queue_ends(s);
	before = s->count.guest_errors;
	wr(s, R_RXQ_LO + Q_STRIDE + Q_SRRCTL, 2 << 25 | 2);
	wr(s, R_RXQ_LO + Q_STRIDE + Q_DCTL, DCTL_ENABLE);
	point(complains(s, before, "header split"), "header split");
	before = s->count.guest_errors;
	wr(s, R_SECRXCTRL, 0);
	wr(s, R_RXCTRL, RXCTRL_RXEN);
	point(s->count.guest_errors > before, "RXEN with the data path open");
}

static void transmit_rules(void)
{
	struct nic *s = device_new();
	u64 before = s->count.guest_errors;

	wr(s, R_TXQ + Q_STRIDE + Q_DCTL, DCTL_ENABLE);
	point(complains(s, before, "before DMATXCTL.TE"), "a queue before TE");
	wr(s, R_DMATXCTL, DMATXCTL_TE);
	pass_time(20000);
	point(rd(s, R_TXQ + Q_DCTL) & DCTL_ENABLE, "TE enables queue 0 as well");
	before = s->count.guest_errors;
	wr(s, R_TXQ + 2 * Q_STRIDE + Q_TAIL, 1);
	point(complains(s, before, "before ENABLE") && rd(s, R_TXQ + 2 * Q_STRIDE + Q_TAIL) == 0,
	      "a tail before ENABLE is refused");
	before = s->count.guest_errors;
	wr(s, R_TXQ + 3 * Q_STRIDE + Q_WBAL, TDWBAL_EN);
	wr(s, R_TXQ + 3 * Q_STRIDE + Q_DCTL, DCTL_ENABLE | 1 << 16);
	point(complains(s, before, "head write-back with WTHRESH"), "head write-back and WTHRESH");
	before = s->count.guest_errors;
	wr(s, R_MTQC, 1);
	point(complains(s, before, "ARBDIS"), "MTQC with the arbiter on");
}

static void statistics(void)
{
	static const u8 broadcast[60] = { 255, 255, 255, 255, 255, 255 }, multicast[60] = { 1 };
	struct nic *s = device_new();
	u8 unicast[60] = { 2 };

	wr(s, R_RQSMR, 0x00000700);	/* queue 1 counts in set 7 */
	stat_rx(s, 1, unicast, 64);
	stat_rx(s, 1, multicast, 65);
	stat_rx(s, 1, broadcast, 1518);
	point(rd(s, R_GPRC) == 3 && rd(s, R_GPRC) == 0, "a read clears");
	point(rd(s, R_QPRC + 7 * Q_STRIDE) == 3 && rd(s, R_QPRC) == 0, "RQSMR assigns the set");
	point(rd(s, R_MPRC) == 1 && rd(s, R_BPRC) == 1, "multicast and broadcast are told apart");
	point(rd(s, R_PRC64) == 1 && rd(s, R_PRC64 + 4) == 1 && rd(s, R_PRC64 + 20) == 1,
	      "sizes are classed with the FCS");
	point(rd(s, R_GORCL) == 64 + 65 + 1518, "bytes: the low word");
	point(rd(s, R_GORCL) != 0 && rd(s, R_GORCL + 4) == 0 && rd(s, R_GORCL) == 0,
	      "bytes: the high word clears both");
	REG(s, R_GPTC) = REG_ALL;
	REG(s, R_GOTCL) = REG_ALL;
	REG(s, R_GOTCL + 4) = 0xF;
	stat_tx(s, 0, unicast, 64);
	point(rd(s, R_GPTC) == REG_ALL, "a counter sticks at its largest value");
	point(rd(s, R_GOTCL) == REG_ALL && rd(s, R_GOTCL + 4) == 0xF, "so do 36 bits");
	REG(s, R_GOTCL) = REG_ALL;
	stat_tx(s, 0, unicast, 64);
	point(rd(s, R_GOTCL) == 63 && rd(s, R_GOTCL + 4) == 1, "the low word carries");
}

static u16 eerd(struct nic *s, unsigned int at)
{
	wr(s, R_EERD, at << 2 | EE_START);
	return rd(s, R_EERD) >> 16;
}

/* The sum that drivers compute: words 0 to 3Eh and the sections of words 3 to Eh. */
static u16 eeprom_sum(struct nic *s)
{
	u16 sum = 0, i, k, at;

	for (i = 0; i < 0x40; i++)
		sum += eerd(s, i);
	for (i = 3; i < 0xF; i++) {
		at = eerd(s, i);
		for (k = 1; at != 0 && at != 0xFFFF && k <= eerd(s, at); k++)
			sum += eerd(s, at + k);
	}
	return sum;
}

static void spi_clock(struct nic *s, bool bit)
{
	u32 pins = EEC_REQ | (bit ? EEC_DI : 0);

	wr(s, R_EEC, pins);
	wr(s, R_EEC, pins | EEC_SK);
	wr(s, R_EEC, pins);
}

/* One word read by hand: opcode 3, byte address, 16 bits. */
static u16 spi_word(struct nic *s, unsigned int at)
{
	u32 out = 3 << 16 | at * 2;
	u16 in = 0;
	int i;

	wr(s, R_EEC, EEC_REQ | EEC_CS);
	wr(s, R_EEC, EEC_REQ);
	for (i = 23; i >= 0; i--)
		spi_clock(s, out >> i & 1);
	for (i = 0; i < 16; i++) {
		wr(s, R_EEC, EEC_REQ | EEC_SK);
		in = in << 1 | !!(rd(s, R_EEC) & EEC_DO);
		wr(s, R_EEC, EEC_REQ);
	}
	wr(s, R_EEC, EEC_REQ | EEC_CS);
	return in << 8 | in >> 8;
}

static void eeprom(void)
{
	struct nic *s = device_new();

	point(eeprom_sum(s) == 0xBABA, "the EEPROM's words add up to BABAh");
	point(eerd(s, 0x101) == 0x5452 && eerd(s, 0x103) == 0x0159, "the address is in it");
	point(spi_word(s, 0x101) == 0x5452 && spi_word(s, 0x3F) == eerd(s, 0x3F),
	      "its serial port says the same");
	wr(s, R_EEWR, 0x1234u << 16 | 0x20 << 2 | EE_START);
	point(eerd(s, 0x20) == 0x1234 && eeprom_sum(s) != 0xBABA, "a word is written");
	point(!(rd(s, R_SWSM) & SWSM_SMBI) && (rd(s, R_SWSM) & SWSM_SMBI),
	      "SMBI is taken by reading it");
	wr(s, R_SWSM, 0);
	point(!(rd(s, R_SWSM) & SWSM_SMBI), "and given back by writing 0");
}

void test_registers(void)
{
	reset_values();
	resets();
	receive_rules();
	transmit_rules();
	statistics();
	eeprom();
}

int main(void)
{
	qemu_loglevel = -1;
	test_registers();
	test_interrupts();
	test_filters();
	return finish();
}
