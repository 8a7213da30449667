// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bringing the function to its reset state (4.6.3.2) and out of it, from any state.
 *
 * Order: no interrupts, no reception, no new transactions (master disable, 5.2.5.3.2),
 * software reset, then what the chip does by itself: the EEPROM is read, the
 * configuration is loaded, the receive DMA gets ready. CTRL.RST leaves the link alone,
 * so frames flow again as soon as the rings do.
 *
 * Specification update, clarification 9: a master that does not come to rest, as it may
 * with the link down under flow control, is freed by a loop inside the MAC, the
 * buffers' clear function, and two resets.
 *
 * A new generation needs no reset of its own: the core has just made one, with
 * everything stopped, and frames are lost as long as another takes. It waits for what
 * is left of the 10 ms, and looks whether the master came to rest.
 */
#include "ixgbe.h"
#include <redleaf/log.h>
#include <redleaf/time.h>

#define IX_MASTER_US	80000u		/* 100 us by the text; completion timeouts are longer */
#define IX_RESET_QUIET_US	1100u	/* 8.2.3.1.1: 1 ms without any access */
#define IX_RESET_US	10000u
#define IX_SETTLE_US	10000u		/* 4.6.3.2: 10 ms after the reset */
#define IX_EEPROM_US	100000u
#define IX_DMA_US	100000u
#define IX_SECRX_US	10000u
#define IX_BUFFERS_CLEAR_US	20u

/**
 * ix_rx_pause() - no frame passes from the MAC to the receive DMA (4.6.7)
 *
 * FCTRL may be written, and the receiver be started, only in between. Process context,
 * may sleep.
 */
void ix_rx_pause(void)
{
	ix_set(IX_SECRXCTRL, IX_SECRXCTRL_RX_DIS);
	if (ix_wait(IX_SECRXSTAT, IX_SECRXSTAT_RDY, IX_SECRXSTAT_RDY, IX_SECRX_US))
		rl_log(RL_LOG_WARN, "receive path does not empty");
	ix_clear(IX_RXCTRL, IX_RXCTRL_RXEN);
}

/**
 * ix_rx_resume() - the opposite: RXEN first, then the path (4.6.7, errata)
 *
 * Process context.
 */
void ix_rx_resume(void)
{
	ix_set(IX_RXCTRL, IX_RXCTRL_RXEN);
	ix_clear(IX_SECRXCTRL, IX_SECRXCTRL_RX_DIS);
}

/* False: it is stuck. */
static bool ix_master_disable(void)
{
	ix_set(IX_CTRL, IX_CTRL_GIO_DIS);
	return ix_wait(IX_STATUS, IX_STATUS_GIO, 0, IX_MASTER_US) != -ETIMEDOUT;
}

/* Specification update, clarification 9. */
static void ix_master_flush(void)
{
	rl_log(RL_LOG_WARN, "bus master does not stop: buffers cleared");
	ix_set(IX_HLREG0, IX_HLREG0_LPBK);
	ix_clear(IX_RXCTRL, IX_RXCTRL_RXEN);
	ix_set(IX_GCR_EXT, IX_GCR_EXT_DISCARD);
	rl_udelay(IX_BUFFERS_CLEAR_US);
	ix_clear(IX_HLREG0, IX_HLREG0_LPBK);
	ix_clear(IX_GCR_EXT, IX_GCR_EXT_DISCARD);
}

/* 8.2.3.1.1; GIO_DIS must not survive, or the next generation finds no master. */
static s32 ix_software_reset(void)
{
	u32 ctrl = ix_rd(IX_CTRL) & ~IX_CTRL_GIO_DIS;

	ix_wr(IX_CTRL, ctrl | IX_CTRL_RST);
	rl_sleep_us(IX_RESET_QUIET_US);
	return ix_wait(IX_CTRL, IX_CTRL_RST, 0, IX_RESET_US);
}

/* 4.6.3: what the chip does by itself after a reset, which had ended at @since. */
static s32 ix_settle(struct ix *n, u64 since)
{
	u64 now = rl_now_ns(), until = since + IX_SETTLE_US * 1000ull;
	s32 err;

	if (now < until)
		rl_sleep_us((u32)(until - now) / 1000 + 1);
	ix_irq_off(n);
	err = ix_wait(IX_EEC, IX_EEC_AUTO_RD, IX_EEC_AUTO_RD, IX_EEPROM_US);
	if (!err)
		err = ix_wait(IX_EEMNGCTL, IX_EEMNGCTL_DONE(n->lan), IX_EEMNGCTL_DONE(n->lan),
			      IX_EEPROM_US);
	if (!err)
		err = ix_wait(IX_RDRXCTL, IX_RDRXCTL_DMAIDONE, IX_RDRXCTL_DMAIDONE, IX_DMA_US);
	return err;
}

/**
 * ix_reset() - the function as after power on, but for the link
 * @n: port; the fast path is halted
 *
 * Process context, may sleep. Returns 0 or -Exxx, with a line in the log.
 */
s32 ix_reset(struct ix *n)
{
	bool stuck;
	s32 err;

	ix_irq_off(n);
	ix_rx_pause();
	stuck = !ix_master_disable();
	if (stuck)
		ix_master_flush();
	err = ix_software_reset();
	if (!err && stuck)
		err = ix_software_reset();
	if (!err)
		err = ix_settle(n, rl_now_ns());
	n->stats[IX_S_RESETS]++;
	n->broken = err;
	if (err)
		rl_err("reset does not finish: %d", err);
	return err;
}

/**
 * ix_reset_done() - the same, after the core's reset
 * @n: port, its info known; bus mastering is off
 *
 * Process context, may sleep. Returns 0 or -Exxx, with a line in the log.
 */
s32 ix_reset_done(struct ix *n)
{
	s32 err = ix_wait(IX_CTRL, IX_CTRL_RST, 0, IX_RESET_US);

	if (!err)
		err = ix_settle(n, n->info.reset_ns);
	if (err) {
		rl_err("reset does not finish: %d", err);
		return err;
	}
	if (!ix_master_disable())
		return ix_reset(n);
	ix_clear(IX_CTRL, IX_CTRL_GIO_DIS);
	n->stats[IX_S_RESETS]++;
	return 0;
}
