// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The register space: BAR 0 (512 KB, of which the first 128 KB have registers), the
 * same through an address and data pair in the I/O BAR (3.1), and the log.
 *
 * The groups of all files are spread into tables, one entry a register, when the
 * class is made; they never change after. Registers that keep the address they had
 * on the 82598 are aliases and resolved first. What no group describes is counted
 * as unknown, reads as zero and swallows writes.
 */
#include "model.h"
#include "qemu/log.h"

#define BAR_CSR_MASK	(512 * 1024 - 4)

static const struct reg_group *group_of[REG_COUNT];
static u32 canonical[REG_COUNT];

static const struct alias {
	u32 from, to, count, from_stride, to_stride;
} aliases[] = {
	{ R_CTRL_ALIAS, R_CTRL, 1, 4, 4 },
	{ R_SRRCTL_ALIAS, R_RXQ_LO + Q_SRRCTL, 16, 4, Q_STRIDE },
	{ R_DCA_RX_ALIAS, R_RXQ_LO + Q_DCA, 16, 4, Q_STRIDE },
	{ R_RAL_ALIAS, R_RAL, 32, 4, 4 },
	{ R_PSRTYPE_ALIAS, R_PSRTYPE, 16, 4, 4 },
	{ R_MRQC_ALIAS, R_MRQC, 1, 4, 4 },
	{ R_RETA_ALIAS, R_RETA, 32, 4, 4 },
	{ R_RSSRK_ALIAS, R_RSSRK, 10, 4, 4 },
	{ R_QPTC_ALIAS, R_QPTC, 16, Q_STRIDE, 4 },
};

static const struct reg_group * const all_groups[] = {
	storage_regs, reset_regs, irq_regs, rx_regs, filter_regs, fdir_regs, tx_regs,
	stats_regs, link_regs, sfp_regs, eeprom_regs, flow_regs, time_regs, dma_regs,
};

/* A later file's group wins: storage.c, which describes whole blocks, comes first. */
void csr_init(void)
{
	const struct reg_group *group;
	unsigned int i, k;

	for (i = 0; i < REG_COUNT; i++)
		canonical[i] = i * 4;
	for (i = 0; i < ARRAY_SIZE(aliases); i++) {
		const struct alias *a = &aliases[i];

		for (k = 0; k < a->count; k++)
			canonical[(a->from + k * a->from_stride) / 4] = a->to + k * a->to_stride;
	}
	for (i = 0; i < ARRAY_SIZE(all_groups); i++) {
		for (group = all_groups[i]; group->count; group++) {
			for (k = 0; k < group->count; k++)
				group_of[(group->addr + k * group->stride) / 4] = group;
		}
	}
}

void csr_reset(struct nic *s)
{
	unsigned int i;

	for (i = 0; i < REG_COUNT; i++)
		s->regs[i] = group_of[i] ? group_of[i]->reset : 0;
	REG(s, R_RXPBSIZE) = 512 << 10;
	REG(s, R_TXPBSIZE) = 160 << 10;
	REG(s, R_TXPBTHRESH) = 0x96;
}

static void log_line(struct nic *s, int mask, const char *kind, const char *format, va_list ap)
{
	g_autofree char *text = NULL;

	if (!qemu_loglevel_mask(mask))
		return;
	text = g_strdup_vprintf(format, ap);
	qemu_log("82599[%s]: %s%s\n", DEVICE(s)->id ?: s->pci.name, kind, text);
}

/* A rule of the datasheet was broken that the stock drivers keep. */
void guest_error(struct nic *s, const char *format, ...)
{
	va_list ap;

	s->count.guest_errors++;
	va_start(ap, format);
	log_line(s, LOG_GUEST_ERROR, "guest error: ", format, ap);
	va_end(ap);
}

/* A rule that some stock driver breaks too. */
void advise(struct nic *s, const char *format, ...)
{
	va_list ap;

	s->count.advice++;
	va_start(ap, format);
	log_line(s, LOG_GUEST_ERROR, "advice: ", format, ap);
	va_end(ap);
}

void note(struct nic *s, int mask, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	log_line(s, mask, "", format, ap);
	va_end(ap);
}

static const struct reg_group *lookup(struct nic *s, u32 *addr, const char *what)
{
	const struct reg_group *group = NULL;

	if (*addr < REG_SPACE) {
		*addr = canonical[*addr / 4];
		group = group_of[*addr / 4];
	}
	if (!group) {
		s->count.unknown++;
		note(s, LOG_UNIMP, "%s of unknown register 0x%05x", what, *addr);
	}
	return group;
}

static u32 csr_read(struct nic *s, u32 addr)
{
	const struct reg_group *group;
	u32 value;

	if (s->faults.removed)
		return REG_ALL;
	group = lookup(s, &addr, "read");
	if (!group)
		return 0;
	reset_window(s, addr);
	if (group->read)
		return group->read(s, addr);
	value = REG(s, addr);
	if (group->flags & REG_RC)
		REG(s, addr) = 0;
	return value;
}

static void csr_write(struct nic *s, u32 addr, u32 value)
{
	const struct reg_group *group;
	u32 old;

	if (s->faults.removed)
		return;
	group = lookup(s, &addr, "write");
	if (!group || reset_window(s, addr))
		return;
	old = REG(s, addr);
	REG(s, addr) = (old & ~group->writable) | (value & group->writable);
	if (group->write)
		group->write(s, addr, value, old);
}

static u64 bar_read(void *opaque, hwaddr addr, unsigned int size)
{
	return csr_read(opaque, addr);
}

static void bar_write(void *opaque, hwaddr addr, u64 value, unsigned int size)
{
	csr_write(opaque, addr, value);
}

const MemoryRegionOps csr_ops = {
	.read = bar_read,
	.write = bar_write,
	.endianness = DEVICE_LITTLE_ENDIAN,
	.valid = { .min_access_size = 4, .max_access_size = 8 },
	.impl = { .min_access_size = 4, .max_access_size = 4 },
};

/* IOADDR at 0, IODATA at 4. */
static u64 io_read(void *opaque, hwaddr addr, unsigned int size)
{
	struct nic *s = opaque;

	switch (addr) {
	case 0:
		return s->io_address;
	case 4:
		return csr_read(s, s->io_address);
	default:
		return 0;
	}
}

static void io_write(void *opaque, hwaddr addr, u64 value, unsigned int size)
{
	struct nic *s = opaque;

	if (addr == 0)
		s->io_address = value & BAR_CSR_MASK;
	else if (addr == 4)
		csr_write(s, s->io_address, value);
}

const MemoryRegionOps csr_io_ops = {
	.read = io_read,
	.write = io_write,
	.endianness = DEVICE_LITTLE_ENDIAN,
	.valid = { .min_access_size = 4, .max_access_size = 4 },
	.impl = { .min_access_size = 4, .max_access_size = 4 },
};
