// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Statistics (8.2.3.23): cleared by a read, and they stick at their largest value.
 * Byte counters are pairs of 36 bits: software reads the low word first, reading the
 * high one clears both. Queues count in the 16 sets that RQSMR and TQSM assign.
 */
#include "model.h"

#define MAX36	0xFFFFFFFFFull

void stat_count(struct nic *s, u32 addr)
{
	if (REG(s, addr) != REG_ALL)
		REG(s, addr)++;
}

static void count_bytes(struct nic *s, u32 low, size_t n)
{
	u64 v = ((u64)(REG(s, low + 4) & 0xF) << 32 | REG(s, low)) + n;

	v = MIN(v, MAX36);
	REG(s, low) = v;
	REG(s, low + 4) = v >> 32;
}

static unsigned int size_class(size_t wire)
{
	static const u16 below[] = { 65, 128, 256, 512, 1024 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(below); i++) {
		if (wire < below[i])
			break;
	}
	return i;
}

static unsigned int set_of(struct nic *s, u32 map, unsigned int queue)
{
	return REG(s, map + (queue & ~3u)) >> (queue & 3) * 8 & 0xF;
}

void stat_rx_total(struct nic *s, size_t wire)
{
	stat_count(s, R_TPR);
	count_bytes(s, R_TORL, wire);
}

void stat_rx_queue_drop(struct nic *s, unsigned int queue)
{
	stat_count(s, R_QPRDC + Q_STRIDE * set_of(s, R_RQSMR, queue));
}

void stat_rx(struct nic *s, unsigned int queue, const u8 *f, size_t wire)
{
	unsigned int set = set_of(s, R_RQSMR, queue);

	stat_rx_total(s, wire);
	stat_count(s, R_GPRC);
	stat_count(s, R_RXDGPC);
	count_bytes(s, R_GORCL, wire);
	count_bytes(s, R_RXDGBCL, wire);
	stat_count(s, R_PRC64 + 4 * size_class(wire));
	if (is_multicast(f))
		stat_count(s, is_broadcast(f) ? R_BPRC : R_MPRC);
	stat_count(s, R_QPRC + Q_STRIDE * set);
	count_bytes(s, R_QBRC_L + Q_STRIDE * set, wire);
}

void stat_tx(struct nic *s, unsigned int queue, const u8 *f, size_t wire)
{
	unsigned int set = set_of(s, R_TQSM, queue);

	stat_count(s, R_GPTC);
	stat_count(s, R_TPT);
	stat_count(s, R_TXDGPC);
	count_bytes(s, R_GOTCL, wire);
	count_bytes(s, R_TXDGBCL, wire);
	stat_count(s, R_PTC64 + 4 * size_class(wire));
	if (is_multicast(f))
		stat_count(s, is_broadcast(f) ? R_BPTC : R_MPTC);
	stat_count(s, R_QPTC + 4 * set);
	count_bytes(s, R_QBTC_L + 8 * set, wire);
}

static u32 high_read(struct nic *s, u32 addr)
{
	u32 value = REG(s, addr);

	REG(s, addr) = 0;
	REG(s, addr - 4) = 0;
	return value;
}

#define STAT(addr, count, stride)	{ addr, count, stride, .flags = REG_RC }
const struct reg_group stats_regs[] = {
	/* errors: CRCERRS ILLERRC ERRBC, MSPDC, MLFC MRFC, RLEC */
	STAT(R_CRCERRS, 3, 4), STAT(0x04010, 1, 4), STAT(0x04034, 2, 4), STAT(R_RLEC, 1, 4),
	/* flow control, link and priority */
	STAT(R_LXONTXC, 1, 4), STAT(R_LXOFFTXC, 1, 4), STAT(R_LXONRXC, 2, 4),
	STAT(0x0CF60, 3, 4), STAT(0x04140, 16, 4), STAT(0x03240, 8, 4), STAT(0x03F00, 16, 4),
	STAT(0x0CF00, 16, 4),
	/* receive */
	STAT(R_PRC64, 6, 4), STAT(R_GPRC, 3, 4),
	STAT(R_RUC, 4, 4), STAT(0x040B4, 2, 4), STAT(0x0CF90, 1, 4),
	STAT(R_TPR, 1, 4), STAT(R_RXMPC, 8, 4), STAT(0x03FC0, 8, 4), STAT(0x04120, 1, 4),
	STAT(0x041C0, 2, 4), STAT(0x02F5C, 12, 4), STAT(0x02F90, 1, 4),
	STAT(R_RXDGPC, 1, 4),
	/* transmit */
	STAT(R_GPTC, 1, 4), STAT(R_TPT, 1, 4), STAT(R_PTC64, 6, 4),
	STAT(R_MPTC, 2, 4), STAT(0x08780, 3, 4), STAT(0x087B0, 1, 4),
	STAT(R_TXDGPC, 1, 4),
	/* queues: 8.2.3.23.71 and following */
	STAT(R_QPRC, 16, Q_STRIDE), STAT(R_QPRDC, 16, Q_STRIDE), STAT(R_QPTC, 16, 4),
	/* byte counters: a low word is only stored, reading the high one clears both */
	{ R_GORCL, 1, 4 }, { R_GORCL + 4, 1, 4, .read = high_read },
	{ R_TORL, 1, 4 }, { R_TORL + 4, 1, 4, .read = high_read },
	{ R_RXDGBCL, 1, 4 }, { R_RXDGBCL + 4, 1, 4, .read = high_read },
	{ R_GOTCL, 1, 4 }, { R_GOTCL + 4, 1, 4, .read = high_read },
	{ R_TXDGBCL, 1, 4 }, { R_TXDGBCL + 4, 1, 4, .read = high_read },
	{ R_QBRC_L, 16, Q_STRIDE }, { R_QBRC_L + 4, 16, Q_STRIDE, .read = high_read },
	{ R_QBTC_L, 16, 8 }, { R_QBTC_L + 4, 16, 8, .read = high_read },
	{ }
};
