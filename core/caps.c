// SPDX-License-Identifier: GPL-2.0-only
/*
 * Handles: small integers by which a domain names its timers and events.
 *
 * A slot is written under d->ledger_lock, once when the capability is made and
 * once when the reaper releases it, with no thread inside. In between a thread
 * of the domain reads its slot without a lock. A slot is published before its
 * capability enters the ledger; the thread that does both is in core code, and
 * the reaper waits for it.
 */
#include "caps.h"
#include "domain.h"
#include "guard.h"

/**
 * rl_handle_add() - give @r a slot and enter it in the ledger
 * @d: domain
 * @table: d->timers or d->events
 * @size: slots of @table
 * @r: capability, ready for use
 * @ops: its operations
 *
 * Context: any but NMI. Return: the slot, or -ENOSPC.
 */
int rl_handle_add(struct rl_domain *d, struct rl_res **table, u32 size, struct rl_res *r,
		  const struct rl_res_ops *ops)
{
	unsigned long flags;
	u32 i;

	spin_lock_irqsave(&d->ledger_lock, flags);
	for (i = 0; i < size && table[i]; i++)
		;
	if (i < size)
		/* pairs with rl_handle_find(): the capability is whole */
		smp_store_release(&table[i], r);
	spin_unlock_irqrestore(&d->ledger_lock, flags);
	if (i == size)
		return -ENOSPC;
	rl_ledger_add(d, r, ops);
	return i;
}

/**
 * rl_handle_del() - empty a slot
 * @d: domain
 * @table: d->timers or d->events
 * @slot: what rl_handle_add() returned
 *
 * Context: the reaper, from release().
 */
void rl_handle_del(struct rl_domain *d, struct rl_res **table, u32 slot)
{
	unsigned long flags;

	spin_lock_irqsave(&d->ledger_lock, flags);
	WRITE_ONCE(table[slot], NULL);
	spin_unlock_irqrestore(&d->ledger_lock, flags);
}

/* The capability in @slot, or NULL. Context: any, on a thread of the domain. */
struct rl_res *rl_handle_find(struct rl_res **table, u32 size, u32 slot)
{
	/* pairs with rl_handle_add() */
	return slot < size ? smp_load_acquire(&table[slot]) : NULL;
}

/* A callback must be the domain's own code; anything else is a violation. */
bool rl_text_ok(struct rl_domain *d, const void *fn)
{
	if (rl_code_has(d->gate.code, (unsigned long)fn))
		return true;
	rl_domain_kill_why(d, RL_R_VIOLATION, "callback is not a function of the domain");
	return false;
}

/**
 * rl_copy_text() - copy a string of the domain's
 * @d: domain
 * @dst: gets at most @size - 1 bytes and a NUL
 * @size: of @dst
 * @src: in the domain's window or read-only data; ends where either ends
 *
 * Context: any. Return: length of @dst.
 */
size_t rl_copy_text(struct rl_domain *d, char *dst, size_t size, const char *src)
{
	size_t n;

	for (n = 0; n < size - 1; n++, src++) {
		if (!rl_in_window(d, src, 1) && (unsigned long)src - d->ro >= d->ro_size)
			break;
		dst[n] = READ_ONCE(*src);
		if (!dst[n])
			break;
	}
	dst[n] = 0;
	return n;
}
