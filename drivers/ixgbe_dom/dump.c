// SPDX-License-Identifier: GPL-2.0-only
/*
 * Register dump: pairs of address and value, of registers that a read does not change.
 *
 * Left out are the statistics and EICR, which are cleared by reading, SWSM, which is
 * taken by it, and the data ports.
 */
#include "ixgbe.h"
#include <redleaf/string.h>

#define IX_DUMP_QUEUES	2u

static const struct {
	u32 first;
	u16 count;
	u16 stride;
} ix_dump_groups[] = {
	{ IX_CTRL, 1, 0 }, { IX_STATUS, 1, 0 }, { IX_CTRL_EXT, 1, 0 }, { IX_ESDP, 1, 0 },
	{ IX_LEDCTL, 1, 0 }, { IX_EEC, 1, 0 }, { IX_FWSM, 1, 0 }, { IX_SW_FW_SYNC, 1, 0 },
	{ IX_EICS, 1, 0 }, { IX_EIMS, 1, 0 }, { IX_EIAC, 1, 0 }, { IX_EIAM, 1, 0 },
	{ IX_GPIE, 1, 0 }, { IX_EITR(0), 16, 4 }, { IX_IVAR(0), 8, 4 }, { IX_IVAR_MISC, 1, 0 },
	{ IX_FCTTV(0), 1, 0 }, { IX_FCRTL(0), 1, 0 }, { IX_FCRTH(0), 1, 0 }, { IX_FCRTV, 1, 0 },
	{ IX_FCCFG, 1, 0 }, { IX_MFLCN, 1, 0 }, { IX_HLREG0, 1, 0 }, { IX_MAXFRS, 1, 0 },
	{ IX_AUTOC, 1, 0 }, { IX_LINKS, 1, 0 }, { IX_FCTRL, 1, 0 }, { IX_VLNCTRL, 1, 0 },
	{ IX_MCSTCTRL, 1, 0 }, { IX_RXCSUM, 1, 0 }, { IX_RFCTL, 1, 0 }, { IX_MRQC, 1, 0 },
	{ IX_RXCTRL, 1, 0 }, { IX_RDRXCTL, 1, 0 }, { IX_RXPBSIZE(0), 1, 0 },
	{ IX_SECRXCTRL, 1, 0 }, { IX_SECRXSTAT, 1, 0 }, { IX_DMATXCTL, 1, 0 },
	{ IX_DTXMXSZRQ, 1, 0 }, { IX_MTQC, 1, 0 }, { IX_TXPBSIZE(0), 1, 0 },
	{ IX_TXPBTHRESH(0), 1, 0 }, { IX_RTTDCS, 1, 0 }, { IX_RAL(0), 2, 4 },
	{ IX_RETA(0), 4, 4 },
	{ IX_RDBAL(0), IX_DUMP_QUEUES, 0x40 }, { IX_RDBAH(0), IX_DUMP_QUEUES, 0x40 },
	{ IX_RDLEN(0), IX_DUMP_QUEUES, 0x40 }, { IX_DCA_RXCTRL(0), IX_DUMP_QUEUES, 0x40 },
	{ IX_RDH(0), IX_DUMP_QUEUES, 0x40 }, { IX_SRRCTL(0), IX_DUMP_QUEUES, 0x40 },
	{ IX_RDT(0), IX_DUMP_QUEUES, 0x40 }, { IX_RXDCTL(0), IX_DUMP_QUEUES, 0x40 },
	{ IX_TDBAL(0), IX_DUMP_QUEUES, 0x40 }, { IX_TDBAH(0), IX_DUMP_QUEUES, 0x40 },
	{ IX_TDLEN(0), IX_DUMP_QUEUES, 0x40 }, { IX_TDH(0), IX_DUMP_QUEUES, 0x40 },
	{ IX_TDT(0), IX_DUMP_QUEUES, 0x40 }, { IX_TXDCTL(0), IX_DUMP_QUEUES, 0x40 },
};

/* Address of register @index of the dump; IX_BAR_MIN: there are fewer. */
static u32 ix_dump_reg(u32 index)
{
	u32 g;

	for (g = 0; g < ARRAY_SIZE(ix_dump_groups); g++) {
		if (index < ix_dump_groups[g].count)
			return ix_dump_groups[g].first + index * ix_dump_groups[g].stride;
		index -= ix_dump_groups[g].count;
	}
	return IX_BAR_MIN;
}

/* ix_dump_words() - length of the dump. Any context. */
u32 ix_dump_words(void)
{
	u32 g, regs = 0;

	for (g = 0; g < ARRAY_SIZE(ix_dump_groups); g++)
		regs += ix_dump_groups[g].count;
	return 2 * regs;
}

/**
 * ix_dump() - net.read_regs
 * @first: word of the dump
 * @words: gets NET_DUMP_WORDS of them; 0 beyond the end
 *
 * Process context. Returns 0, -ERANGE.
 */
s32 ix_dump(u32 first, struct net_words *words)
{
	u32 nr = ix_dump_words(), i, reg;

	if (first >= nr)
		return -ERANGE;
	memset(words, 0, sizeof(*words));
	for (i = 0; i < NET_DUMP_WORDS && first + i < nr; i++) {
		reg = ix_dump_reg((first + i) / 2);
		words->value[i] = (first + i) & 1 ? ix_rd(reg) : reg;
	}
	return 0;
}
