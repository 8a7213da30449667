// SPDX-License-Identifier: GPL-2.0-only
/*
 * The thread that looks after the device once a second, or when the link interrupt wakes
 * it: link changes, counters before they stick, a transmitter that hangs.
 *
 * A queue hangs when it has frames that the device does not finish for IX_HANG_LOOKS
 * looks, while the link is up and the partner does not hold us back by pause frames; or
 * when it has filled a buffer and does not say so. The device is then reset and goes on;
 * when that fails the generation ends.
 */
#include "ixgbe.h"
#include <redleaf/log.h>

#define IX_HANG_LOOKS	3u

static bool ix_service_tx_waits(const struct ix_queue *q, bool excused)
{
	return !excused && !ix_tx_idle(q) && !ix_tx_pending(q) && q->tx.done == q->seen_done;
}

static bool ix_service_rx_waits(const struct ix_queue *q)
{
	return q->rx.head == q->seen_head && ix_rx_lost(q);
}

/* One look at a queue; true: it has been standing still for long. */
static bool ix_service_stuck(struct ix_queue *q, bool excused)
{
	u64 token = rl_lock_irq(&q->lock);
	bool waits = q->running && (ix_service_tx_waits(q, excused) || ix_service_rx_waits(q));

	q->seen_done = q->tx.done;
	q->seen_head = q->rx.head;
	q->stuck = waits ? q->stuck + 1 : 0;
	rl_unlock_irq(&q->lock, token);
	return q->stuck >= IX_HANG_LOOKS;
}

static void ix_service_hangs(struct ix *n)
{
	bool excused = !ix_link_is_up() || n->stats[IX_S_XOFF_RX] != n->seen_xoff;
	bool stuck = false;
	u32 i;

	n->seen_xoff = n->stats[IX_S_XOFF_RX];
	for (i = 0; i < n->nr_queues; i++) {
		if (!ix_service_stuck(n->queues[i], excused))
			continue;
		rl_err("queue %u hangs: tx head %u tail %u, rx head %u: reset", i,
		       ix_rd(IX_TDH(i)), ix_rd(IX_TDT(i)), ix_rd(IX_RDH(i)));
		stuck = true;
	}
	if (!stuck)
		return;
	n->stats[IX_S_HANGS]++;
	if (ix_device_restart(n))
		rl_die("device does not come back after a hang");
}

/* True: somebody has to be told. */
static bool ix_service_link(struct ix *n)
{
	bool up = ix_link_is_up();

	if (up == n->link_up)
		return false;
	n->link_up = up;
	return true;
}

/* One look; true: the link changed. -ECANCELED counts as nothing to tell. */
static bool ix_service_look(struct ix *n)
{
	bool changed;

	if (ix_lock(n))
		return false;
	changed = ix_service_link(n);
	if (n->open) {
		ix_stats_collect(n);
		ix_service_hangs(n);
	}
	ix_unlock(n);
	return changed;
}

/* Once in a generation, and not on the way to its first frame: it takes long. */
static void ix_service_eeprom(struct ix *n)
{
	s32 err;

	if (n->eeprom_looked || ix_lock(n))
		return;
	n->eeprom_looked = true;
	err = ix_eeprom_check(n);
	ix_unlock(n);
	if (err)
		rl_err("EEPROM checksum: %d", err);
}

/**
 * ix_service() - the thread
 * @self: port
 * @arg: unused
 *
 * Process context, may sleep.
 */
s32 ix_service(void *self, u64 arg)
{
	struct ix *n = self;
	s32 err;

	while (!rl_thread_should_stop() && !rl_pci_gone()) {
		if (ix_service_look(n))
			rlc_net_host_link_changed(n->host);
		err = rl_event_wait(n->wake, IX_SERVICE_NS);
		if (err == -ECANCELED)
			break;
		if (err == -ETIMEDOUT)
			ix_service_eeprom(n);
	}
	return 0;
}
