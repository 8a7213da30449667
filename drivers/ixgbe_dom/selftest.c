// SPDX-License-Identifier: GPL-2.0-only
/*
 * Self-tests. Those that disturb the device run while the port is closed, and leave it
 * reset; they need no memory of the device's.
 */
#include "ixgbe.h"
#include <redleaf/string.h>
#include <redleaf/time.h>

#define IX_IRQ_TEST_US	50000u

enum { IX_TEST_LINK, IX_TEST_EEPROM, IX_TEST_REGISTERS, IX_TEST_INTERRUPT };

static const char ix_tests[IX_NR_TESTS][NET_NAME_LEN] = {
	[IX_TEST_LINK] = "link",
	[IX_TEST_EEPROM] = "eeprom",
	[IX_TEST_REGISTERS] = "registers (offline)",
	[IX_TEST_INTERRUPT] = "interrupt (offline)",
};

/* Registers that keep what is written, and which bits they have. */
static const struct {
	u32 reg, mask;
} ix_writable[] = {
	{ IX_FCRTL(0), 0x8007ffe0 }, { IX_FCRTH(0), 0x8007ffe0 }, { IX_FCTTV(0), IX_ALL_ONES },
	{ IX_RDBAL(0), 0xffffff80 }, { IX_RDBAH(0), IX_ALL_ONES }, { IX_RDLEN(0), 0x000fff80 },
	{ IX_TDBAL(0), 0xffffff80 }, { IX_TDBAH(0), IX_ALL_ONES }, { IX_TDLEN(0), 0x000fff80 },
	{ IX_MTA(0), IX_ALL_ONES }, { IX_MTA(127), IX_ALL_ONES }, { IX_VFTA(0), IX_ALL_ONES },
	{ IX_RAL(1), IX_ALL_ONES }, { IX_RSSRK(0), IX_ALL_ONES }, { IX_RETA(0), 0x0f0f0f0f },
};

static const u32 ix_patterns[] = { 0x5a5a5a5a, 0xa5a5a5a5, 0x00000000, 0xffffffff };

static s32 ix_test_register(u32 reg, u32 mask)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(ix_patterns); i++) {
		ix_wr(reg, ix_patterns[i] & mask);
		if ((ix_rd(reg) & mask) != (ix_patterns[i] & mask))
			return -EIO;
	}
	return 0;
}

static s32 ix_test_registers(struct ix *n)
{
	s32 err = 0, reset;
	u32 i;

	for (i = 0; !err && i < ARRAY_SIZE(ix_writable); i++)
		err = ix_test_register(ix_writable[i].reg, ix_writable[i].mask);
	reset = ix_reset(n);
	return err ? err : reset;
}

/* A cause that is forced (8.2.3.5.2) comes in through vector 0, once. */
static s32 ix_test_interrupt(struct ix *n)
{
	u32 before = READ_ONCE(n->others), us;
	s32 reset;
	bool came;

	ix_irq_program(n);
	reset = rl_pci_set_master(true);
	ix_irq_on(n);
	ix_wr(IX_EICS, IX_EI_LSC);
	for (us = 0; READ_ONCE(n->others) == before && us < IX_IRQ_TEST_US; us += 1000)
		rl_sleep_us(1000);
	came = READ_ONCE(n->others) != before;
	if (!reset)
		reset = ix_reset(n);
	rl_pci_set_master(false);
	return came ? reset : -EIO;
}

/**
 * ix_selftest() - net.self_test
 * @n: port
 * @index: below IX_NR_TESTS
 * @offline: the caller has closed the port for this
 *
 * Process context, may sleep. Returns 0: passed; -Exxx: it did not; -EBUSY: the port is
 * open; -ERANGE: no such test.
 */
s32 ix_selftest(struct ix *n, u32 index, bool offline)
{
	switch (index) {
	case IX_TEST_LINK:
		return ix_link_is_up() ? 0 : -ENOLINK;
	case IX_TEST_EEPROM:
		return ix_eeprom_check(n);
	case IX_TEST_REGISTERS:
	case IX_TEST_INTERRUPT:
		break;
	default:
		return -ERANGE;
	}
	if (!offline || n->open)
		return -EBUSY;
	return index == IX_TEST_REGISTERS ? ix_test_registers(n) : ix_test_interrupt(n);
}

/* ix_selftest_name() - net.test_name. Returns 0, -ERANGE. Any context. */
s32 ix_selftest_name(u32 index, struct net_text *name)
{
	if (index >= IX_NR_TESTS)
		return -ERANGE;
	memcpy(name->s, ix_tests[index], sizeof(name->s));
	return 0;
}
