// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The SFP+ cage: an I2C device behind two bit-banged wires (3.5, 8.2.3.1.5), with
 * the module's identification (SFF-8472), and the pins that belong to it.
 */
#include "model.h"

bool sfp_present(struct nic *s)
{
	return s->i2c.memory[0][0] == 3;
}

/* SCL has risen: take SDA in. */
static void i2c_sample(struct i2c *b, bool sda)
{
	if (b->state == I2C_READ && b->bit == 8 && sda)
		b->state = I2C_IDLE;	/* not acknowledged: the end */
	else if (b->state != I2C_READ && b->state != I2C_IDLE && b->bit < 8)
		b->shift = b->shift << 1 | sda;
	b->bit++;
}

/* A whole byte came in: acknowledge it? */
static bool i2c_byte(struct nic *s)
{
	struct i2c *b = &s->i2c;

	if (b->state == I2C_OFFSET) {
		b->offset = b->shift;
	} else if (b->state == I2C_ADDRESS) {
		if (!sfp_present(s) || (b->shift & 0xFC) != 0xA0) {
			b->state = I2C_IDLE;
			return false;
		}
		b->device = b->shift >> 1 & 1;
	}
	return true;
}

/* The acknowledge is over: what comes next? */
static void i2c_next(struct i2c *b)
{
	b->drive_low = false;
	b->bit = 0;
	if (b->state == I2C_ADDRESS && (b->shift & 1)) {
		b->state = I2C_READ;
		b->drive_low = !(b->memory[b->device][b->offset] & 0x80);
	} else if (b->state == I2C_ADDRESS) {
		b->state = I2C_OFFSET;
	} else {
		if (b->state == I2C_WRITE)
			b->offset++;
		b->state = I2C_WRITE;
	}
	b->shift = 0;
}

/* SCL has fallen: put SDA out. The module's memory is read only. */
static void i2c_drive(struct nic *s)
{
	struct i2c *b = &s->i2c;

	if (b->state == I2C_READ) {
		if (b->bit == 9) {
			b->bit = 0;
			b->offset++;
		}
		b->drive_low = b->bit < 8 &&
			!(b->memory[b->device][b->offset] >> (7 - b->bit) & 1);
	} else if (b->state != I2C_IDLE && b->bit == 8) {
		b->drive_low = i2c_byte(s);
	} else if (b->state != I2C_IDLE && b->bit == 9) {
		i2c_next(b);
	} else {
		b->drive_low = false;
	}
}

static void i2c_lines(struct nic *s, bool scl, bool sda)
{
	struct i2c *b = &s->i2c;

	if (b->scl && scl && b->sda != sda) {
		b->drive_low = false;
		b->bit = 0;
		b->shift = 0;
		b->state = sda ? I2C_IDLE : I2C_ADDRESS;	/* stop, start */
	} else if (!b->scl && scl) {
		i2c_sample(b, sda);
	} else if (b->scl && !scl) {
		i2c_drive(s);
	}
	b->scl = scl;
	b->sda = sda;
}

static u32 i2cctl_read(struct nic *s, u32 addr)
{
	u32 value = REG(s, addr) & (I2C_CLK_OUT | I2C_DATA_OUT);

	if (s->i2c.scl)
		value |= I2C_CLK_IN;
	if (s->i2c.sda && !s->i2c.drive_low)
		value |= I2C_DATA_IN;
	return value;
}

static void i2cctl_write(struct nic *s, u32 addr, u32 value, u32 old)
{
	i2c_lines(s, value & I2C_CLK_OUT, value & I2C_DATA_OUT);
}

/* Pins 0 to 7 that are inputs (direction in bits 15:8) show the outside. */
static u32 esdp_read(struct nic *s, u32 addr)
{
	u32 value = REG(s, addr), outputs = value >> 8 & 0xFF;

	value &= ~(~outputs & 0xFF);
	if (sfp_present(s) && !(outputs & ESDP_SDP2))
		value |= ESDP_SDP2;
	return value;
}

static void esdp_write(struct nic *s, u32 addr, u32 value, u32 old)
{
	if ((old ^ value) & ESDP_SDP3)
		link_restart(s);
}

const struct reg_group sfp_regs[] = {
	/* 8.2.3.1.4, .5 */
	{ R_ESDP, 1, 4, REG_ALL, 0x00002800, .read = esdp_read, .write = esdp_write },
	{ R_I2CCTL, 1, 4, I2C_CLK_OUT | I2C_DATA_OUT, I2C_CLK_OUT | I2C_DATA_OUT,
	  .read = i2cctl_read, .write = i2cctl_write },
	{ }
};

static u8 byte_sum(const u8 *p, size_t n)
{
	u8 sum = 0;

	while (n--)
		sum += *p++;
	return sum;
}

static void put_text(u8 *field, size_t width, const char *text)
{
	memset(field, ' ', width);
	memcpy(field, text, strlen(text));
}

static const struct sfp_kind {
	const char *name, *part;
	u8 connector, ethernet_10g, ethernet_1g, cable, length_m;
} kinds[] = {
	{ "da", "MODEL-DA", 0x21, 0, 0, 0x04, 1 },	/* passive copper */
	{ "sr", "MODEL-SR", 0x07, 0x10, 0x01, 0, 0 },	/* 10GBASE-SR, 1000BASE-SX */
	{ "lr", "MODEL-LR", 0x07, 0x20, 0x02, 0, 0 },
};

static void identify(u8 *m, const struct sfp_kind *kind)
{
	static const u8 oui[] = { 0x00, 0x1B, 0x21 };

	m[0] = 3;	/* SFP */
	m[1] = 4;
	m[2] = kind->connector;
	m[3] = kind->ethernet_10g;
	m[6] = kind->ethernet_1g;
	m[8] = kind->cable;
	m[12] = 103;	/* 10.3 GBd */
	m[18] = kind->length_m;
	put_text(m + 20, 16, "QEMU MODEL");
	memcpy(m + 37, oui, sizeof(oui));
	put_text(m + 40, 16, kind->part);
	put_text(m + 56, 4, "A");
	m[63] = byte_sum(m, 63);
	put_text(m + 68, 16, "0001");
	put_text(m + 84, 8, "220101");
	m[95] = byte_sum(m + 64, 31);
}

/* False: the sfp property names no kind. */
bool sfp_init(struct nic *s)
{
	unsigned int i;

	if (!strcmp(s->sfp, "none"))
		return true;
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (!strcmp(s->sfp, kinds[i].name)) {
			identify(s->i2c.memory[0], &kinds[i]);
			return true;
		}
	}
	return false;
}

void sfp_reset(struct nic *s)
{
	s->i2c.state = I2C_IDLE;
	s->i2c.scl = true;
	s->i2c.sda = true;
	s->i2c.drive_low = false;
	s->i2c.bit = 0;
}
