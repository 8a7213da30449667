// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * EEPROM (6, 8.2.3.2): its contents, made up when the device is realized, the EERD
 * and EEWR ports, the serial port for software that drives the pins itself, and the
 * semaphores between software and firmware (10.5.4).
 */
#include "model.h"

#define AUTO_RD_NS	1000000		/* after a reset */
#define CHECKSUM_WORD	0x3F
#define CHECKSUM	0xBABA

/* Opcodes of the serial EEPROM; a write ends with chip select. */
enum { SPI_WRSR = 1, SPI_WRITE, SPI_READ, SPI_WRDI, SPI_RDSR, SPI_WREN };

static u16 word(struct nic *s, unsigned int at)
{
	return at < EEPROM_WORDS ? s->eeprom[at] : 0xFFFF;
}

/* Sections that the pointer words 3 to Eh name count too (6.3). */
static u16 image_sum(const u16 *e)
{
	u16 sum = 0;
	unsigned int i, k;

	for (i = 0; i < CHECKSUM_WORD; i++)
		sum += e[i];
	for (i = 3; i < 0x0F; i++) {
		if (e[i] == 0 || e[i] == 0xFFFF)
			continue;
		for (k = 1; k <= e[e[i]]; k++)
			sum += e[e[i] + k];
	}
	return sum;
}

static void put_words(u16 *e, const u16 (*list)[2], unsigned int n)
{
	for (; n--; list++)
		e[(*list)[0]] = (*list)[1];
}

/* Init sequences for SFP+ modules: a list of (type, pointer), one CORECTL word each. */
static void put_sfp_list(u16 *e)
{
	unsigned int i;

	e[0x200] = 8;
	for (i = 0; i < 8; i++) {
		e[0x201 + 2 * i] = 3 + (i & 3);
		e[0x202 + 2 * i] = 0x240 + 8 * (i & 3);
	}
	e[0x211] = 0xFFFF;
	for (i = 0; i < 4; i++) {
		e[0x240 + 8 * i] = 1;
		e[0x241 + 8 * i] = 0x1500 + i;
		e[0x242 + 8 * i] = 0xFFFF;
	}
}

void eeprom_init(struct nic *s)
{
	static const u16 words[][2] = {
		{ 0x00, 0x4001 }, { 0x01, 0 }, { 0x02, 0 },
		{ 0x09, 0x0100 }, { 0x0A, 0x0110 },	/* MAC 0 and 1 sections */
		{ 0x0F, 0x0300 },			/* firmware module */
		{ 0x15, 0xFAFA }, { 0x16, 0x0340 },	/* board number as a string */
		{ 0x18, 0 }, { 0x29, 0x2000 },		/* image version */
		{ 0x2B, 0x0200 },			/* SFP+ list */
		{ 0x2C, 0x0001 },			/* any module is allowed */
		{ 0x2D, 0x0001 }, { 0x2E, 0x8000 },
		{ 0x100, 3 }, { 0x110, 3 },
		{ 0x304, 0x0320 }, { 0x327, 0x0009 },	/* firmware version */
		{ 0x340, 6 },
	};
	static const u8 board[] = "MODEL9-001";
	u16 *e = s->eeprom;
	unsigned int i;

	memset(e, 0xFF, sizeof(s->eeprom));
	put_words(e, words, ARRAY_SIZE(words));
	put_sfp_list(e);
	for (i = 0; i < 3; i++) {
		e[0x101 + i] = get_le16(s->conf.macaddr.a + 2 * i);
		e[0x111 + i] = e[0x101 + i];
	}
	for (i = 0; i < 5; i++)
		e[0x341 + i] = get_be16(board + 2 * i);
	e[CHECKSUM_WORD] = CHECKSUM - image_sum(e);
}

/* A bit goes into the serial EEPROM: opcode, 16 address bits, then data. */
static void spi_in(struct nic *s, bool bit)
{
	struct spi *p = &s->spi;
	unsigned int at;

	p->shift = p->shift << 1 | bit;
	if (++p->bits % 8)
		return;
	if (p->bits == 8) {
		p->opcode = p->shift & 7;
		if (p->opcode == SPI_WREN || p->opcode == SPI_WRDI)
			p->write_enabled = p->opcode == SPI_WREN;
		p->out = p->write_enabled ? 2 : 0;	/* status, for RDSR */
	} else if (p->bits <= 24) {
		p->address = p->address << 8 | p->shift;
	} else if (p->opcode == SPI_WRITE && p->write_enabled) {
		at = p->address++ % (EEPROM_WORDS * 2);
		((u8 *)s->eeprom)[at] = p->shift;
	}
}

/* The clock has fallen: at a byte's end the next one is put out. */
static void spi_out(struct nic *s)
{
	struct spi *p = &s->spi;

	if (p->opcode == SPI_READ && p->bits >= 24 && p->bits % 8 == 0)
		p->out = ((u8 *)s->eeprom)[p->address++ % (EEPROM_WORDS * 2)];
}

/* 8.2.3.2.1: data in at the rising clock, out after the falling one. */
static void eec_write(struct nic *s, u32 addr, u32 value, u32 old)
{
	struct spi *p = &s->spi;
	bool clock = value & EEC_SK;

	if (!(value & EEC_REQ))
		return;
	if (value & EEC_CS) {
		if (p->opcode == SPI_WRITE && p->bits > 24)
			p->write_enabled = false;
		p->bits = 0;
		p->opcode = 0;
		p->address = 0;
	} else if (clock && !p->clock) {
		spi_in(s, value & EEC_DI);
	} else if (!clock && p->clock) {
		spi_out(s);
	}
	p->clock = clock;
}

static u32 eec_read(struct nic *s, u32 addr)
{
	u32 value = REG(s, addr) & ~EEC_DO;

	value |= EEC_PRES | EEC_ADDR_16 | 6 << EEC_SIZE;
	if (value & EEC_REQ)
		value |= EEC_GNT;
	if (s->spi.bits > 8 && (s->spi.out >> (7 - (s->spi.bits - 1) % 8) & 1))
		value |= EEC_DO;
	if (now_ns() >= s->reset_ns + AUTO_RD_NS)
		value |= EEC_AUTO_RD;
	return value;
}

/* 8.2.3.2.2 */
static void eerd_write(struct nic *s, u32 addr, u32 value, u32 old)
{
	if (value & EE_START)
		REG(s, addr) = (value & 0xFFFC) | EE_DONE |
			(u32)word(s, value >> 2 & 0x3FFF) << 16;
}

static void eewr_write(struct nic *s, u32 addr, u32 value, u32 old)
{
	unsigned int at = value >> 2 & 0x3FFF;

	if (!(value & EE_START))
		return;
	if (at < EEPROM_WORDS)
		s->eeprom[at] = value >> 16;
	REG(s, addr) = (value & 0xFFFC) | EE_DONE;
}

static u32 eemngctl_read(struct nic *s, u32 addr)
{
	bool done = now_ns() >= s->reset_ns + AUTO_RD_NS;

	return REG(s, addr) | (done ? EEMNG_DONE0 << s->lan_id : 0);
}

/* 8.2.3.4.9: SMBI is taken by reading it */
static u32 swsm_read(struct nic *s, u32 addr)
{
	u32 value = REG(s, addr);

	REG(s, addr) |= SWSM_SMBI;
	return value;
}

/* 8.2.3.4.11 */
static void sync_write(struct nic *s, u32 addr, u32 value, u32 old)
{
	if (!(REG(s, R_SWSM) & SWSM_SWESMBI))
		advise(s, "SW_FW_SYNC written without SWSM.SWESMBI");
}

const struct reg_group eeprom_regs[] = {
	/* 8.2.3.2 */
	{ R_EEC, 1, 4, 0x7F, .read = eec_read, .write = eec_write },
	{ R_EERD, 1, 4, .write = eerd_write },
	{ R_EEWR, 1, 4, .write = eewr_write },
	{ R_FLA, 1, 4, 0x3F },
	{ R_EEMNGCTL, 1, 4, 0x7FFF, .read = eemngctl_read },
	{ R_EEMNGDATA, 1, 4 },
	{ R_FLMNGCTL, 3, 4 },
	{ R_FLOP, 1, 4, REG_ALL, 0x0000D820 },
	{ R_GRC, 3, 4 },
	/* 8.2.3.4.9 to .11 */
	{ R_SWSM, 1, 4, SWSM_SMBI | SWSM_SWESMBI, .read = swsm_read },
	{ R_FWSM, 1, 4, 0, 0x8000 },
	{ R_FACTPS, 1, 4 },
	{ R_SW_FW_SYNC, 1, 4, REG_ALL, .write = sync_write },
	{ }
};
