// SPDX-License-Identifier: GPL-2.0-only
/*
 * Deques: a container and its elements cross together, or not at all.
 *
 * Head, length and slots lie inside the shared object, where any thread of its
 * owner can change them at any moment. Each is therefore read once, into a core
 * variable, and what was read is what is tested and used.
 *
 * The move does not build on an earlier check. It claims the container, which
 * also takes it out of the owner map, reads head and length, then claims element
 * by element, testing type and owner in the same cmpxchg; the claimed ones are
 * chained through their metadata, so the undo needs no second look at the slots.
 * An element that is there twice cannot be claimed twice. Only when all are
 * claimed does anything change hands, and that cannot fail.
 *
 * Nothing here can fault: container memory is the trusted window's, elements are
 * not touched. A mover holds its claims for the length of one call and is never
 * taken out of core code, so nobody needs to clean up after it.
 */
#include <linux/module.h>
#include <linux/percpu.h>
#include "xheap_internal.h"

static_assert(sizeof(struct rl_deque_head) == sizeof(u64));

/* Marks of rl_xheap_check_deque(); written by their CPU. */
static DEFINE_PER_CPU(u32, stamps);

/* One reading of a deque. */
struct snapshot {
	u32 head;
	u32 len;
	u32 capacity;
	const unsigned long *slots;	/* pointers, as numbers */
};

/* @m: the metadata of the container, of type @t. */
static s32 snapshot(const struct rl_xmeta *m, const struct rl_type_desc *t, struct snapshot *s)
{
	const void *mem = (const void __force *)rl_xobject(rl_xunit(m));
	union {
		u64 both;
		struct rl_deque_head h;
	} head = { .both = READ_ONCE(*(const u64 *)mem) };

	s->head = head.h.head;
	s->len = head.h.len;
	s->capacity = t->capacity;
	s->slots = mem + sizeof(struct rl_deque_head);
	return s->head < s->capacity && s->len <= s->capacity ? 0 : -ERANGE;
}

/* Element @i, counted from the head. */
static void __rref *element(const struct snapshot *s, u32 i)
{
	u32 slot = s->head + i;

	if (slot >= s->capacity)
		slot -= s->capacity;
	return (void __force __rref *)READ_ONCE(s->slots[slot]);
}

static bool seen_before(const struct snapshot *s, u32 i, const void __rref *obj)
{
	while (i--)
		if (element(s, i) == obj)
			return true;
	return false;
}

/**
 * rl_xheap_check_deque() - would rl_xheap_move_deque() succeed?
 * @dq: anything at all
 * @t: its type
 * @from: owner id
 *
 * Equal stamps only suspect an element of being there twice; a look at the
 * earlier slots decides. A stamp lost to a check on another CPU hides a double
 * element from this check, not from the move.
 *
 * Context: any but NMI. Changes nothing.
 * Return: 0, the error of rl_xheap_check() for container or element, -ERANGE
 * (head or length), -EEXIST (an element twice).
 */
s32 rl_xheap_check_deque(const void __rref *dq, const struct rl_type_desc *t, u32 from)
{
	u32 stamp = this_cpu_inc_return(stamps);
	s32 err = rl_xheap_check(dq, t->id, from);
	struct snapshot s;
	u32 i;

	if (!err)
		err = snapshot(rl_xmeta_at(dq), t, &s);
	for (i = 0; !err && i < s.len; i++) {
		void __rref *obj = element(&s, i);
		struct rl_xmeta *m = rl_xmeta_at(obj);

		err = m ? rl_xword_check(READ_ONCE(m->word), t->child, from) : -EFAULT;
		if (err)
			break;
		if (READ_ONCE(m->stamp) == stamp && seen_before(&s, i, obj))
			return -EEXIST;
		WRITE_ONCE(m->stamp, stamp);
	}
	return err;
}
EXPORT_SYMBOL_GPL(rl_xheap_check_deque);

/* Claim all elements; *@chain is the last one claimed, linked to those before. */
static bool claim_elements(const struct snapshot *s, u64 type, u32 from, u32 *chain)
{
	struct rl_xmeta *m;
	u32 i;

	*chain = 0;
	for (i = 0; i < s->len; i++) {
		m = rl_xclaim_at(element(s, i), type, from);
		if (!m)
			return false;
		WRITE_ONCE(m->next, *chain);
		*chain = rl_xunit(m);
	}
	return true;
}

/* End the claims; the next link is read before the element is anybody's. */
static void settle_elements(u32 chain, u32 owner)
{
	struct rl_xmeta *m;

	while (chain) {
		m = &rl_xheap.meta[chain];
		chain = READ_ONCE(m->next);
		rl_xsettle(m, owner);
	}
}

/**
 * rl_xheap_move_deque() - change the owner of a deque and all its elements
 * @dq: anything at all
 * @t: its type
 * @from: present owner
 * @to: next owner
 *
 * Context: any but NMI.
 * Return: true when all were moved; false: all are as before.
 */
bool rl_xheap_move_deque(void __rref *dq, const struct rl_type_desc *t, u32 from, u32 to)
{
	struct rl_xmeta *m = rl_xclaim_at(dq, t->id, from);
	struct snapshot s;
	u32 chain = 0;
	bool ok;

	if (!m)
		return false;
	rl_xmap(m, RL_OWNER_FREE);
	/* Guarded stores into the slots end before the slots are read. */
	smp_mb();
	ok = !snapshot(m, t, &s) && claim_elements(&s, t->child, from, &chain);
	settle_elements(chain, ok ? to : from);
	rl_xsettle(m, ok ? to : from);
	return ok;
}
EXPORT_SYMBOL_GPL(rl_xheap_move_deque);
