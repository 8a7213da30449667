// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lending: an object's page goes to somebody who knows nothing of the exchange heap,
 * such as the network stack, which holds it by the page's reference count.
 *
 * Who lends gives the object away, into a ring of its own, and gets a page with one
 * reference more. An object leaves the ring when its page has no reference but the
 * heap's: until then it is live, the host's and in no batch, so no domain can store to it,
 * no device is given it, and it is not freed, let alone poisoned or cleared. Nobody says
 * that a page has come back; whoever needs an object looks at the few that are longest in
 * the ring. Those that are still read go behind the others, so that a reader who keeps
 * its pages for ever does not keep those of others.
 *
 * A ring is bounded, and all rings together have a quarter of the heap at most, or a
 * socket that is not read could use up what every domain lives on. Who finds the ring
 * full copies.
 *
 * The end of a ring waits for nobody: what is still read stays in it, part of the bound,
 * and is looked at once a second until all of it is free. Nor does the end of the heap:
 * the pages of a vmalloc area are counted one by one, large or not, and vfree() takes away
 * the heap's reference alone.
 *
 * A page that has references of somebody else's to begin with is not lent: its count
 * would say nothing. A ring is used by one thread at a time, and its lock is the
 * caller's; the list of rings has a mutex. Nothing here can fault.
 */
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>
#include "rref.h"
#include "xheap_lend.h"

#define LOOK	4	/* objects looked at in search of one */

struct rl_xlent {
	void __rref *obj;
	struct page *page;
};

/**
 * struct rl_xlend - a ring of lent objects
 * @node:	in rings; under rings_lock
 * @ending:	nothing is added; under rings_lock, which then protects the others, too
 * @size:	of @ring; written at creation
 * @first:	the one that is longest in it
 * @nr:		in use
 * @ring:	the objects, oldest first from @first on, round its end
 */
struct rl_xlend {
	struct list_head node;
	bool ending;
	u32 size;
	u32 first;
	u32 nr;
	struct rl_xlent ring[];
};

static LIST_HEAD(rings);
static DEFINE_MUTEX(rings_lock);	/* rings, those that are ending */

static void sweep_work(struct work_struct *work);
static DECLARE_DELAYED_WORK(sweep_later, sweep_work);

static void keep(struct rl_xlend *l, struct rl_xlent e)
{
	l->ring[(l->first + l->nr) % l->size] = e;
	WRITE_ONCE(l->nr, l->nr + 1);
}

static struct rl_xlent take(struct rl_xlend *l)
{
	struct rl_xlent e = l->ring[l->first];

	l->first = (l->first + 1) % l->size;
	WRITE_ONCE(l->nr, l->nr - 1);
	return e;
}

static bool is_back(const struct rl_xlent *e)
{
	if (page_ref_count(e->page) != 1)
		return false;
	smp_acquire__after_ctrl_dep();	/* pairs with put_page(): it has been read */
	return true;
}

/* What may still be promised to a new ring; rings_lock held. */
static u32 unpromised(void)
{
	u32 left = rl_xheap.size / 4 >> PAGE_SHIFT;
	struct rl_xlend *l;

	list_for_each_entry(l, &rings, node)
		left -= l->ending ? l->nr : l->size;
	return left;
}

/**
 * rl_xlend_begin() - a ring for objects that are lent
 * @want: how many may be at a time
 *
 * Context: process, sleeps.
 * Return: a ring, perhaps for fewer; NULL: no memory, or too much is lent already. The
 * other functions take that for a ring without room.
 */
struct rl_xlend *rl_xlend_begin(u32 want)
{
	struct rl_xlend *l = NULL;

	mutex_lock(&rings_lock);
	want = min(want, unpromised());
	if (want)
		l = kvzalloc(struct_size(l, ring, want), GFP_KERNEL);
	if (l) {
		l->size = want;
		list_add(&l->node, &rings);
	}
	mutex_unlock(&rings_lock);
	return l;
}
EXPORT_SYMBOL_GPL(rl_xlend_begin);

/**
 * rl_xlend_page() - lend an object
 * @l: ring, or NULL
 * @obj: a whole tree, the host's, within one page
 *
 * Context: any but NMI; nobody else uses @l.
 * Return: the page, with a reference that is the caller's to pass on or drop, and @obj is
 * the ring's now; NULL: it cannot be lent, and nothing has changed.
 */
struct page *rl_xlend_page(struct rl_xlend *l, void __rref *obj)
{
	struct page *page;

	if (!l || l->nr == l->size)
		return NULL;
	page = vmalloc_to_page((const void __force *)obj);
	if (unlikely(page_ref_count(page) != 1))
		return NULL;
	get_page(page);
	keep(l, (struct rl_xlent){ obj, page });
	return page;
}
EXPORT_SYMBOL_GPL(rl_xlend_page);

/**
 * rl_xlend_back() - an object that nobody reads any more
 * @l: ring, or NULL
 *
 * Context: any but NMI; nobody else uses @l.
 * Return: the object, the caller's again, with what it had in it; NULL: none was found.
 */
void __rref *rl_xlend_back(struct rl_xlend *l)
{
	struct rl_xlent e;
	u32 i;

	for (i = 0; l && i < min_t(u32, l->nr, LOOK); i++) {
		e = take(l);
		if (is_back(&e))
			return e.obj;
		keep(l, e);
	}
	return NULL;
}
EXPORT_SYMBOL_GPL(rl_xlend_back);

/* Free what is back. */
static void free_back(struct rl_xlend *l)
{
	struct rl_xlent e;
	u32 n;

	for (n = l->nr; n; n--) {
		e = take(l);
		if (is_back(&e))
			rl_xheap_free(e.obj, RL_OWNER_HOST);
		else
			keep(l, e);
	}
}

/* All rings that are ending, and again while there are any; rings_lock held. */
static void sweep(void)
{
	struct rl_xlend *l, *next;
	bool again = false;

	list_for_each_entry_safe(l, next, &rings, node) {
		if (!l->ending)
			continue;
		free_back(l);
		again |= l->nr;
		if (!l->nr) {
			list_del(&l->node);
			kvfree(l);
		}
	}
	if (again)
		schedule_delayed_work(&sweep_later, HZ);
}

static void sweep_work(struct work_struct *work)
{
	mutex_lock(&rings_lock);
	sweep();
	mutex_unlock(&rings_lock);
}

/**
 * rl_xlend_end() - no more is lent by this ring
 * @l: ring, which is gone for the caller; or NULL
 *
 * What is back is freed now, the rest when it is.
 *
 * Context: process, sleeps.
 */
void rl_xlend_end(struct rl_xlend *l)
{
	mutex_lock(&rings_lock);
	if (l)
		l->ending = true;
	sweep();
	mutex_unlock(&rings_lock);
}
EXPORT_SYMBOL_GPL(rl_xlend_end);

unsigned long rl_xlend_count(void)
{
	unsigned long n = 0;
	struct rl_xlend *l;

	mutex_lock(&rings_lock);
	list_for_each_entry(l, &rings, node)
		n += READ_ONCE(l->nr);
	mutex_unlock(&rings_lock);
	return n;
}
EXPORT_SYMBOL_NS_GPL(rl_xlend_count, RL_TEST);

/* All rings are ending. What is read for longer goes with the heap. */
void rl_xlend_exit(void)
{
	struct rl_xlend *l, *next;

	cancel_delayed_work_sync(&sweep_later);
	mutex_lock(&rings_lock);
	list_for_each_entry_safe(l, next, &rings, node) {
		list_del(&l->node);
		kvfree(l);
	}
	mutex_unlock(&rings_lock);
}
