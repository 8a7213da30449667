/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every argument of every function that a domain can call, with absurd values. A row:
 * function; argument; which values; reason it dies of when the argument is 0 and when it
 * is another one, "none": the call returns; what the domain does with value v, 0 if the
 * core answered as it should. selftests/hostile/tests/run compares the rows with
 * Documentation/api-checks.rst.
 *
 * Values: NUMBER (indices, handles, ids), ABSENT (the same but for 0, which there is),
 * LENGTH, EDGE (addresses that are none of the domain's, and one across its window's
 * end), WITHIN (and one inside of its state).
 */
#ifndef HOSTILE_ARGUMENTS_H
#define HOSTILE_ARGUMENTS_H

#define HOSTILE_ROWS	0x1000	/* row r is attack HOSTILE_ROWS + r */

#define HOSTILE_ARGUMENTS(X)							\
	X(rl_param, idx, NUMBER, "none", "none", zero(rl_param(v)))		\
	X(rl_iface, idx, NUMBER, "none", "none", not_called(rl_iface(v)))	\
	X(rl_cap_clone, cap, NUMBER, "none", "none", zero(~rl_cap_clone(v)))	\
	X(rl_cap_release, cap, NUMBER, "none", "none", error(rl_cap_release(v))) \
	X(rl_cap_revoke, cap, ABSENT, "none", "none", error(rl_cap_revoke(v)))	\
	X(rl_die_now, why, EDGE, "die", "die", done(rl_die_now(P)))		\
	X(rl_warn, what, EDGE, "none", "none", done(rl_warn(P)))		\
	X(rl_alloc, size, LENGTH, "none", "none", allocate(v))			\
	X(rl_free, p, WITHIN, "none", "violation", done(rl_free(P)))		\
	X(rl_xalloc, type, NUMBER, "none", "none", null(rl_xalloc(v)))		\
	X(rl_xfree, obj, WITHIN, "none", "violation", done(rl_xfree(R)))	\
	X(rl_xalloc_vec, type, NUMBER, "none", "none", null(rl_xalloc_vec(v, 1))) \
	X(rl_xalloc_vec, cap, LENGTH, "none", "none",				\
	  null(rl_xalloc_vec(RLTEST_U64_VEC512_TYPE, v)))			\
	X(rl_xgrow, vec, WITHIN, "none", "none", null(rl_xgrow(R, 1)))		\
	X(rl_xgrow, cap, LENGTH, "none", "none", null(rl_xgrow(o->vec, v)))	\
	X(rl_xput, parent, WITHIN, "none", "none", error(rl_xput(R, 8, o->item))) \
	X(rl_xput, offset, LENGTH, "none", "none", error(rl_xput(o->shelf, v, o->item))) \
	X(rl_xput, child, WITHIN, "none", "none", error(rl_xput(o->shelf, 8, R))) \
	X(rl_xtake, parent, WITHIN, "none", "none", null(rl_xtake(R, 8)))	\
	X(rl_xtake, offset, LENGTH, "none", "none", null(rl_xtake(o->shelf, v))) \
	X(rl_xpush_back, dq, WITHIN, "none", "none", error(rl_xpush_back(R, o->item))) \
	X(rl_xpush_back, child, WITHIN, "none", "none", error(rl_xpush_back(o->deque, R))) \
	X(rl_xpush_front, dq, WITHIN, "none", "none", error(rl_xpush_front(R, o->item))) \
	X(rl_xpush_front, child, WITHIN, "none", "none", error(rl_xpush_front(o->deque, R))) \
	X(rl_xpop_front, dq, WITHIN, "none", "none", null(rl_xpop_front(R)))	\
	X(rl_xpop_back, dq, WITHIN, "none", "none", null(rl_xpop_back(R)))	\
	X(rl_xpush_many, dq, WITHIN, "none", "none", zero(rl_xpush_many(R, ITEMS, 1, 0))) \
	X(rl_xpush_many, objs, EDGE, "violation", "violation",			\
	  zero(rl_xpush_many(o->deque, P, 8, 0)))				\
	X(rl_xpush_many, n, LENGTH, "none", "violation",			\
	  zero(rl_xpush_many(o->deque, ITEMS, beyond(v), 0)))			\
	X(rl_xpush_many, front, NUMBER, "none", "none", in_and_out(o, v, 0))	\
	X(rl_xpop_many, dq, WITHIN, "none", "none", zero(rl_xpop_many(R, ITEMS, 1, 0))) \
	X(rl_xpop_many, objs, EDGE, "violation", "violation",			\
	  zero(rl_xpop_many(o->deque, P, 8, 0)))				\
	X(rl_xpop_many, n, LENGTH, "none", "violation",				\
	  zero(rl_xpop_many(o->deque, ITEMS, beyond(v), 0)))			\
	X(rl_xpop_many, back, NUMBER, "none", "none", in_and_out(o, 0, v))	\
	X(rl_xhandle, obj, WITHIN, "none", "none", zero(rl_xhandle(R)))		\
	X(rl_xfind, handle, NUMBER, "none", "none", null(rl_xfind(v, RLTEST_ITEM_TYPE))) \
	X(rl_xfind, type, NUMBER, "none", "none", null(rl_xfind(rl_xhandle(o->item), v))) \
	X(rl_log_write, level, NUMBER, "none", "none", done(rl_log_write(v, "level", 5))) \
	X(rl_log_write, buf, EDGE, "violation", "violation", done(rl_log_write(6, P, 64))) \
	X(rl_log_write, len, LENGTH, "none", "none", done(rl_log_write(6, (char *)h, v))) \
	X(rl_log_wanted, level, NUMBER, "none", "none", done((void)rl_log_wanted(v))) \
	X(rl_udelay, us, LENGTH, "none", "none", done(rl_udelay(v)))		\
	X(rl_sleep_us, us, LENGTH, "die", "die", aside(sleep_so_long, v))	\
	X(rl_timer_create, fn, WITHIN, "violation", "violation", left(rl_timer_create(P, 0))) \
	X(rl_timer_create, arg, WITHIN, "die", "die", left(rl_timer_create(expire, v))) \
	X(rl_timer_start, timer, NUMBER, "none", "none", error(rl_timer_start(v, 0))) \
	X(rl_timer_start, delay_ns, LENGTH, "die", "die",			\
	  left(rl_timer_start(rl_timer_create(expire, 0), v)))			\
	X(rl_timer_cancel, timer, NUMBER, "none", "none", error(rl_timer_cancel(v))) \
	X(rl_lock, l, WITHIN, "violation", "violation", done(rl_lock(P); rl_unlock(P))) \
	X(rl_unlock, l, WITHIN, "violation", "violation", locked(h, rl_unlock(P))) \
	X(rl_lock_irq, l, WITHIN, "violation", "violation",			\
	  done(rl_unlock_irq(P, rl_lock_irq(P))))					\
	X(rl_unlock_irq, l, WITHIN, "violation", "violation", locked(h, rl_unlock_irq(P, 0))) \
	X(rl_unlock_irq, token, NUMBER, "none", "none", locked(h, rl_unlock_irq(&h->lock, v))) \
	X(rl_lock_wait, l, WITHIN, "violation", "violation", done(rl_lock_wait(P))) \
	X(rl_event_wait, event, ABSENT, "none", "none", error(rl_event_wait(v, 0))) \
	X(rl_event_wait, timeout_ns, LENGTH, "die", "die", aside(wait_so_long, v)) \
	X(rl_event_signal, event, ABSENT, "none", "none", error(rl_event_signal(v))) \
	X(rl_thread_create, fn, WITHIN, "violation", "violation",		\
	  left(rl_thread_create(P, 0, "x")))					\
	X(rl_thread_create, arg, WITHIN, "die", "die", left(rl_thread_create(run, v, "x"))) \
	X(rl_thread_create, name, WITHIN, "die", "die", left(rl_thread_create(run, 0, P))) \
	X(rl_pci_info, out, WITHIN, "none", "none", error(rl_pci_info(P)))	\
	X(rl_bar_map, bar, NUMBER, "none", "none", error(rl_bar_map(v)))	\
	X(rl_pci_config, off, LENGTH, "violation", "violation", done(rl_pci_config(v))) \
	X(rl_read8, bar, NUMBER, "violation", "violation", done(rl_read8(v, 0))) \
	X(rl_read8, off, LENGTH, "violation", "violation", done(rl_read8(0, v))) \
	X(rl_read16, bar, NUMBER, "violation", "violation", done(rl_read16(v, 0))) \
	X(rl_read16, off, LENGTH, "violation", "violation", done(rl_read16(0, v))) \
	X(rl_read32, bar, NUMBER, "violation", "violation", done(rl_read32(v, 0))) \
	X(rl_read32, off, LENGTH, "violation", "violation", done(rl_read32(0, v))) \
	X(rl_read64, bar, NUMBER, "violation", "violation", done(rl_read64(v, 0))) \
	X(rl_read64, off, LENGTH, "violation", "violation", done(rl_read64(0, v))) \
	X(rl_write8, bar, NUMBER, "violation", "violation", done(rl_write8(v, 0, 0))) \
	X(rl_write8, off, LENGTH, "violation", "violation", done(rl_write8(0, v, 0))) \
	X(rl_write8, val, NUMBER, "violation", "violation", done(rl_write8(0, 0, v))) \
	X(rl_write16, bar, NUMBER, "violation", "violation", done(rl_write16(v, 0, 0))) \
	X(rl_write16, off, LENGTH, "violation", "violation", done(rl_write16(0, v, 0))) \
	X(rl_write16, val, NUMBER, "violation", "violation", done(rl_write16(0, 0, v))) \
	X(rl_write32, bar, NUMBER, "violation", "violation", done(rl_write32(v, 0, 0))) \
	X(rl_write32, off, LENGTH, "violation", "violation", done(rl_write32(0, v, 0))) \
	X(rl_write32, val, NUMBER, "violation", "violation", done(rl_write32(0, 0, v))) \
	X(rl_write64, bar, NUMBER, "violation", "violation", done(rl_write64(v, 0, 0))) \
	X(rl_write64, off, LENGTH, "violation", "violation", done(rl_write64(0, v, 0))) \
	X(rl_write64, val, NUMBER, "violation", "violation", done(rl_write64(0, 0, v))) \
	X(rl_pci_set_master, on, NUMBER, "none", "none", error(rl_pci_set_master(v))) \
	X(rl_irq_setup, want, LENGTH, "none", "none", error(rl_irq_setup(v)))	\
	X(rl_irq_bind, vec, NUMBER, "none", "none", error(rl_irq_bind(v, expire, 0))) \
	X(rl_irq_bind, fn, WITHIN, "none", "none", error(rl_irq_bind(0, P, 0)))	\
	X(rl_irq_bind, arg, WITHIN, "none", "none", error(rl_irq_bind(0, expire, v))) \
	X(rl_dma_alloc, size, LENGTH, "none", "none", null(rl_dma_alloc(v, h->scratch))) \
	X(rl_dma_alloc, dma, WITHIN, "none", "none", null(rl_dma_alloc(64, P))) \
	X(rl_dma_alloc_noinit, size, LENGTH, "none", "none",			\
	  null(rl_dma_alloc_noinit(v, h->scratch)))				\
	X(rl_dma_alloc_noinit, dma, WITHIN, "none", "none", null(rl_dma_alloc_noinit(64, P))) \
	X(rl_xdma, obj, WITHIN, "none", "none", zero(~rl_xdma(R)))		\
	X(rl_dma_free, p, WITHIN, "none", "violation", done(rl_dma_free(P)))

#endif
