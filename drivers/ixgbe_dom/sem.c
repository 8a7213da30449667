// SPDX-License-Identifier: GPL-2.0-only
/*
 * Resources shared with the firmware and the other port (10.5.4).
 *
 * SW_FW_SYNC has a bit for each resource and each side; it may be touched only while
 * SWSM.SWESMBI is held, and that only while SWSM.SMBI is, which reading takes. An owner
 * that died, this driver's last generation among them, leaves all three behind: after
 * the time that the datasheet gives to any owner they are taken away from it.
 */
#include "ixgbe.h"
#include <redleaf/log.h>
#include <redleaf/time.h>

#define IX_SEM_US	10000u		/* any owner holds SWSM far shorter */
#define IX_SYNC_TRIES	200u		/* 1 s, for a resource */
#define IX_SYNC_STEP_US	5000u

static void ix_swsm_give(void)
{
	ix_clear(IX_SWSM, IX_SWSM_SMBI | IX_SWSM_SWESMBI);
}

/* Both of SWSM; whoever holds them too long is dead (10.5.4). */
static s32 ix_swsm_take(void)
{
	u32 tries;

	for (tries = 0; tries < 2; tries++) {
		if (!ix_wait(IX_SWSM, IX_SWSM_SMBI, 0, IX_SEM_US)) {
			ix_set(IX_SWSM, IX_SWSM_SWESMBI);
			if (ix_rd(IX_SWSM) & IX_SWSM_SWESMBI)
				return 0;
		}
		if (rl_pci_gone())
			return -ENODEV;
		ix_swsm_give();
	}
	return -EBUSY;
}

static bool ix_sync_try(u32 bits)
{
	u32 sync = ix_rd(IX_SW_FW_SYNC);

	if (sync & (bits | bits << IX_SYNC_FW_SHIFT))
		return false;
	ix_wr(IX_SW_FW_SYNC, sync | bits);
	return true;
}

/**
 * ix_sem_take() - own resources of SW_FW_SYNC
 * @bits: IX_SYNC_*
 *
 * Process context, may sleep. Returns 0, -EBUSY when the firmware does not let go,
 * -ENODEV.
 */
s32 ix_sem_take(u32 bits)
{
	u32 tries;
	bool mine;
	s32 err;

	for (tries = 0; tries <= IX_SYNC_TRIES; tries++) {
		err = ix_swsm_take();
		if (err)
			return err;
		mine = ix_sync_try(bits);
		if (!mine && tries == IX_SYNC_TRIES - 1)
			ix_clear(IX_SW_FW_SYNC, bits);	/* the software's part is stale */
		ix_swsm_give();
		if (mine)
			return 0;
		rl_sleep_us(IX_SYNC_STEP_US);
	}
	rl_err("SW_FW_SYNC %x: not given up", ix_rd(IX_SW_FW_SYNC));
	return -EBUSY;
}

/**
 * ix_sem_give() - give them back
 * @bits: as taken
 *
 * Process context, may sleep.
 */
void ix_sem_give(u32 bits)
{
	if (ix_swsm_take())
		return;
	ix_clear(IX_SW_FW_SYNC, bits);
	ix_swsm_give();
}
