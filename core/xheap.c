// SPDX-License-Identifier: GPL-2.0-only
/*
 * The exchange heap: objects that cross domain borders, one owner each.
 *
 * One virtually contiguous window of kernel memory, in 2 MiB pages where the
 * machine has them (fewer TLB entries, and physically contiguous inside). An arena
 * cuts it into chunks (xheap_chunk.c); an object takes a chunk with room for one
 * granule more than its size, which nobody owns: a store that a guard checked at
 * its first byte cannot reach the neighbour.
 *
 * What is true of an object is in core memory only: struct rl_xmeta, found from
 * the address. Its word says owner, borrows, type, payer and generation, so that
 * one cmpxchg tests all of them and changes hands: of any number of contenders one
 * succeeds. Work that takes longer (put and take, a move of several objects, the
 * end of a tree) claims the root first: the word says "busy" and keeps everybody
 * else out. Nobody waits for a busy object, it is just refused, so all of this
 * works in hard interrupts. A dead or freed object has no owner and is refused
 * whatever pointer, type or owner id is presented.
 *
 * Objects form trees (xheap_tree.c). The core knows the children of an object from
 * its own links, not from the slots that domains can write, so nothing a domain
 * scribbles makes an object unreachable, or end twice: the end of a tree follows
 * the core's links, without recursion, at most RL_XDEPTH deep.
 *
 * Each domain may pay for xheap_quota_kib. Who allocates pays until the object is
 * freed, wherever it went: a domain can neither fill another one's quota nor shed
 * its own by passing objects on, and a move counts nothing. An owner id that is
 * used again starts with what its predecessor still pays.
 *
 * Nothing here can fault except on the trusted window itself. Objects are freed
 * by their owner or, when it is dead, by rl_xheap_drop_owner().
 *
 * Not promised: a store of the old owner that was on its way when the object was
 * moved on another CPU may still land just after the move.
 */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/vmalloc.h>
#include "domain.h"
#include "trace.h"
#include "xheap_chunk.h"
#include "xheap_internal.h"

struct rl_xheap rl_xheap __read_mostly;
EXPORT_SYMBOL_GPL(rl_xheap);

#define SMALL	512	/* bytes zeroed by plain stores, which start at once */

/**
 * rl_xheap_init() - make the exchange heap
 * @size: bytes, rounded up to pages
 *
 * Context: process, sleeps.
 * Return: 0 or -ENOMEM.
 */
int rl_xheap_init(size_t size)
{
	struct rl_xheap *h = &rl_xheap;

	h->size = PAGE_ALIGN(size);
	h->units = h->size >> RL_XUNIT_SHIFT;
	if (h->units > XUNIT_MAX)
		return -ENOMEM;
	h->base = (unsigned long)vmalloc_huge(h->size, GFP_KERNEL | __GFP_ZERO | __GFP_NOWARN);
	h->meta = vzalloc(h->units * sizeof(h->meta[0]));
	if (h->base)
		h->arena = rl_arena_create((void *)h->base, h->size);
	if (h->arena && h->meta && !rl_xchunk_init()) {
		rl_xdebug_init();
		rl_xreport_init();
		return 0;
	}
	rl_xheap_exit();
	return -ENOMEM;
}

/**
 * rl_xheap_exit() - undo rl_xheap_init() and forget all types
 *
 * Context: process, sleeps; no domain and no interface module is left.
 */
void rl_xheap_exit(void)
{
	struct rl_xheap *h = &rl_xheap;

	rl_xreport_exit();
	rl_xtype_exit();
	rl_xchunk_exit();
	rl_arena_destroy(h->arena);
	vfree(h->meta);
	vfree((void *)h->base);
	memset(h, 0, sizeof(*h));
}

/* @size: not 0 */
static __always_inline void zero(u64 *p, u32 size)
{
	u64 *end = (void *)p + size;

	if (unlikely(size > SMALL)) {
		rl_arena_zero(p, size);
		return;
	}
	do {
		WRITE_ONCE(p[0], 0);
		WRITE_ONCE(p[1], 0);
		WRITE_ONCE(p[2], 0);
		WRITE_ONCE(p[3], 0);
		WRITE_ONCE(p[4], 0);
		WRITE_ONCE(p[5], 0);
		WRITE_ONCE(p[6], 0);
		WRITE_ONCE(p[7], 0);
		p += RL_GRANULE / sizeof(*p);
	} while (p < end);
}

/* Bytes of one object with all that it takes. */
static u32 chunk_of(const struct rl_xtype *t, u32 cap, u8 *class)
{
	u32 chunk;

	if (likely(t->kind != RL_X_VEC)) {
		*class = t->class;
		return t->chunk;
	}
	chunk = rl_xchunk_size(rl_xsize(t, cap), t->align);
	*class = rl_xchunk_class(chunk);
	return chunk;
}

/*
 * The chunk at @unit becomes an object. @state: @owner, or RL_XOWNER_BUSY when there is
 * more to be done.
 */
static __always_inline void *start(const struct rl_xtype *t, u32 unit, u32 size, u32 owner,
				   u32 state, unsigned long site)
{
	struct rl_xmeta *m = &rl_xheap.meta[unit];
	void *memory = rl_xunit_memory(unit);
	u64 word = (m->word | U32_MAX) + 1;	/* the next generation, nothing else */

	zero(memory, size);
	WRITE_ONCE(m->first, 0);
	m->born = jiffies;
	m->site = site;
	word += owner << 24 | state | t->tag;
	/* who sees the owner sees the object as it is made here */
	smp_store_release(&m->word, word);
	return memory;
}

struct rl_xmeta *rl_xnew_vec(struct rl_xtype *t, u32 cap, u32 owner, unsigned long site)
{
	u32 size = rl_xsize(t, cap), chunk, unit;
	struct rl_xmeta *m;
	u8 class;

	chunk = chunk_of(t, cap, &class);
	unit = rl_xchunk_get_slow(rl_xchunk_get(chunk, class, owner), chunk, class, owner);
	if (!rl_xchunk_got(unit))
		return ERR_PTR((s32)unit);
	m = &rl_xheap.meta[unit];
	if (static_branch_unlikely(&rl_xheap_debug))
		rl_xdebug_new(m, size, chunk);
	start(t, unit, size, owner, RL_XOWNER_BUSY, site);
	WRITE_ONCE(m->first, cap);
	trace_rl_xalloc(owner, t->id, rl_xmemory(m));
	return m;
}

/* @d, if any, got no object; it only sees that, the log says why. */
static noinline void __rref *refuse(const struct rl_domain *d, u64 type, s32 err)
{
	if (d)
		rl_xcomplain(d, type, err);
	return NULL;
}

/* Goes on where make() stopped. */
static noinline void __rref *make_slow(const struct rl_xtype *t, const struct rl_domain *d,
				       u32 owner, unsigned long site, u32 got)
{
	u32 unit = rl_xchunk_get_slow(got, t->chunk, t->class, owner);
	struct rl_xmeta *m = &rl_xheap.meta[unit];

	if (!rl_xchunk_got(unit))
		return refuse(d, t->id, unit);
	if (static_branch_unlikely(&rl_xheap_debug))
		rl_xdebug_new(m, t->size, t->chunk);
	start(t, unit, t->size, owner, owner, site);
	trace_rl_xalloc(owner, t->id, rl_xmemory(m));
	return rl_xobject(m);
}

static noinline void __rref *traced(void *memory, u64 type, u32 owner)
{
	trace_rl_xalloc(owner, type, memory);
	return (void __force __rref *)memory;
}

/* Nothing is called here but as the last thing, which saves the registers for it. */
static __always_inline void __rref *make(const struct rl_xtype *t, const struct rl_domain *d,
					 u32 owner, unsigned long site)
{
	u32 unit = rl_xchunk_get(t->chunk, t->class, owner);
	void *memory;

	if (unlikely(!rl_xchunk_got(unit)) || static_branch_unlikely(&rl_xheap_debug))
		return make_slow(t, d, owner, site, unit);
	memory = start(t, unit, t->size, owner, owner, site);
	if (trace_rl_xalloc_enabled())
		return traced(memory, t->id, owner);
	return (void __force __rref *)memory;
}

/* @type is not where its number says, or no objects are made of it. */
static noinline void __rref *alloc_slow(u64 type, const struct rl_domain *d, u32 owner,
					unsigned long site)
{
	const struct rl_xtype *t = rl_xtype_find(type);

	return t && READ_ONCE(t->open) ? make(t, d, owner, site) : refuse(d, type, -EINVAL);
}

/* @d: whom a refusal is told of, if anybody. */
static __always_inline void __rref *alloc(u64 type, const struct rl_domain *d, u32 owner,
					  unsigned long site)
{
	const struct rl_xtype *t = &rl_xtypes[type % RL_XTYPES];

	OPTIMIZER_HIDE_VAR(t);		/* one register, not three for what it is made of */
	/* Pairs with fill(): an id comes with all its fields. */
	if (likely(smp_load_acquire(&t->id) == type && READ_ONCE(t->open)))
		return make(t, d, owner, site);
	return alloc_slow(type, d, owner, site);
}

/**
 * rl_xheap_alloc() - a new zeroed object
 * @type: type id; not of a vec
 * @owner: who owns it and pays for it
 *
 * Context: any but NMI.
 * Return: NULL when the type is unknown, the owner's quota or the heap is used up.
 */
void __rref *rl_xheap_alloc(u64 type, u32 owner)
{
	return alloc(type, NULL, owner, _RET_IP_);
}
EXPORT_SYMBOL_GPL(rl_xheap_alloc);

/* Free one claimed object. */
static void release(struct rl_xmeta *m)
{
	u64 word = m->word;
	const struct rl_xtype *t = rl_xtype_of(word);
	u8 class;
	u32 chunk = chunk_of(t, m->first, &class);

	trace_rl_xfree(rl_xpayer(word), t->id, rl_xmemory(m));
	if (static_branch_unlikely(&rl_xheap_debug))
		rl_xdebug_end(m, rl_xsize(t, m->first), chunk);
	rl_xsettle(m, RL_OWNER_FREE);
	rl_xchunk_put(m, rl_xunit(m), chunk, class, rl_xpayer(word));
}

/* A child that is still in @m, cut off; or NULL. */
static struct rl_xmeta *last_child(struct rl_xmeta *m)
{
	struct rl_xmeta *c = &rl_xheap.meta[m->first];

	if (!m->first || rl_xtype_of(m->word)->kind == RL_X_VEC)
		return NULL;
	m->first = c->next;
	return c;
}

u32 rl_xrelease_tree(struct rl_xmeta *root)
{
	struct rl_xmeta *m = root, *c, *up;
	u32 n = 0;

	for (;;) {
		while ((c = last_child(m)))
			m = c;
		up = m == root ? NULL : &rl_xheap.meta[m->parent];
		release(m);
		n++;
		if (!up)
			return n;
		m = up;
	}
}

/*
 * Free the tree, or leave that to its last borrower.
 * Return: objects freed by now, or an error.
 */
static s32 let_go(struct rl_xmeta *m, u32 owner)
{
	u64 word = READ_ONCE(m->word);
	u32 next;

	do {
		if (!rl_xlive(word))
			return -EFAULT;
		if (rl_xowner(word) != owner)
			return rl_xword_check(word, owner);
		next = rl_xborrows(word) ? RL_XOWNER_LOST : RL_XOWNER_BUSY;
	} while (!try_cmpxchg(&m->word, &word, rl_xset_owner(word, next)));
	return next == RL_XOWNER_BUSY ? rl_xrelease_tree(m) : 0;
}

static noinline s32 free_slow(void __rref *obj, u32 owner)
{
	struct rl_xmeta *m = rl_xmeta_at(obj);

	return m ? min(let_go(m, owner), 0) : -EFAULT;
}

/*
 * The usual end, of an object of its own that nobody borrows. False: nothing has happened.
 * As in make(), nothing is called but as the last thing.
 */
static __always_inline bool free_leaf(void __rref *obj, u32 owner)
{
	u64 unit = rl_xunit_at(obj), word;
	const struct rl_xtype *t;
	struct rl_xmeta *m;

	if (unlikely(unit >= rl_xheap.units))
		return false;
	m = &rl_xheap.meta[unit];
	word = READ_ONCE(m->word);
	if (unlikely(!rl_xclaim(m, word, owner)))
		return false;
	if (unlikely(m->first) || static_branch_unlikely(&rl_xheap_debug) ||
	    trace_rl_xfree_enabled()) {
		rl_xrelease_tree(m);
		return true;
	}
	t = rl_xtype_of(word);		/* no vec: they have a capacity in @first */
	smp_store_release(&m->word, rl_xset_owner(word, RL_OWNER_FREE));
	rl_xchunk_put(m, unit, t->chunk, t->class, rl_xpayer(word));
	return true;
}

/**
 * rl_xheap_free() - free an object and all that is in it
 * @obj: anything at all
 * @owner: who claims to own it
 *
 * While it is borrowed it lives on, nobody's; the last one who returns it frees it.
 *
 * Context: any but NMI. Time: by the number of objects in the tree.
 * Return: 0, -EFAULT, -EPERM, -ECHILD, or -EBUSY when somebody is at work on it.
 */
s32 rl_xheap_free(void __rref *obj, u32 owner)
{
	return likely(rl_xlive(owner) && free_leaf(obj, owner)) ? 0 : free_slow(obj, owner);
}
EXPORT_SYMBOL_GPL(rl_xheap_free);

/**
 * rl_xheap_check() - could @from give this object away?
 * @obj: anything at all
 * @type: type id
 * @from: owner id
 *
 * Context: any but NMI. The answer may be old when it arrives.
 * Return: 0 or one of the errors of rref.h.
 */
s32 rl_xheap_check(const void __rref *obj, u64 type, u32 from)
{
	struct rl_xmeta *m = rl_xmeta_at(obj);
	u64 word = m ? READ_ONCE(m->word) : 0;
	const struct rl_xtype *t = rl_xtype_of(word);
	s32 err;

	if (!rl_xlive(word))
		return -EFAULT;
	if (t->id != type)
		return -EINVAL;
	err = rl_xword_check(word, from);
	return !err && t->checked ? rl_xtype_sane(t, m) : err;
}
EXPORT_SYMBOL_GPL(rl_xheap_check);

/**
 * rl_xheap_refusal() - why rl_xheap_move() or rl_xheap_claim() said no
 * @obj: its arguments
 * @type: the same
 * @from: the same
 *
 * Context: any but NMI.
 * Return: an error, also when the reason has gone away by now.
 */
s32 __cold rl_xheap_refusal(const void __rref *obj, u64 type, u32 from)
{
	return rl_xheap_check(obj, type, from) ?: -EBUSY;
}
EXPORT_SYMBOL_GPL(rl_xheap_refusal);

/* The first live object at or after @unit; NULL: no more. */
static struct rl_xmeta *next_live(u32 unit)
{
	u32 per_page = PAGE_SIZE >> RL_XUNIT_SHIFT;
	u32 end = rl_xheap.size >> RL_XUNIT_SHIFT;
	struct rl_xmeta *m;

	for (; unit < end; unit++) {
		m = &rl_xheap.meta[unit];
		if (rl_xlive(READ_ONCE(m->word)))
			return m;
		/* At the end of a page: skip those the arena has not handed out. */
		if (!((unit + 1) % per_page))
			unit = rl_arena_next_page(rl_xheap.arena, (unit + 1) / per_page) *
				per_page - 1;
	}
	return NULL;
}

struct rl_xmeta *rl_xnext(const struct rl_xmeta *m)
{
	return next_live(m ? rl_xunit(m) + 1 : 1);
}
EXPORT_SYMBOL_NS_GPL(rl_xnext, RL_TEST);

/**
 * rl_xheap_drop_owner() - free what a dead owner left behind
 * @owner: nobody moves objects from or to it meanwhile, and no device writes to them
 *
 * Time: one pass over the pages in use.
 *
 * Context: process, may sleep.
 * Return: the number of objects freed; those still borrowed are freed later.
 */
unsigned long rl_xheap_drop_owner(u32 owner)
{
	struct rl_xmeta *m = NULL;
	unsigned long n = 0;

	while ((m = rl_xnext(m))) {
		n += max(let_go(m, owner), 0);
		cond_resched();
	}
	return n;
}
EXPORT_SYMBOL_NS_GPL(rl_xheap_drop_owner, RL_TEST);

/**
 * rl_xheap_count() - objects of an owner with all that is in them, by counting
 * @owner: owner id
 *
 * Context: process, may sleep. A snapshot of a moving picture.
 */
unsigned long rl_xheap_count(u32 owner)
{
	struct rl_xmeta *m = NULL;
	unsigned long n = 0;

	while ((m = rl_xnext(m))) {
		n += rl_xowner(READ_ONCE(rl_xroot(m)->word)) == owner;
		cond_resched();
	}
	return n;
}
EXPORT_SYMBOL_NS_GPL(rl_xheap_count, RL_TEST);

/**
 * rl_xheap_owner_at() - whose is the memory at an address?
 * @p: any address
 *
 * Context: any but NMI.
 * Return: the owner of the tree whose object is there, or RL_OWNER_FREE: nobody,
 * the granule behind an object included.
 */
u32 rl_xheap_owner_at(const void __rref *p)
{
	struct rl_xmeta *root = rl_xroot_of(p, 1);

	return root ? rl_xowner(READ_ONCE(root->word)) : RL_OWNER_FREE;
}
EXPORT_SYMBOL_NS_GPL(rl_xheap_owner_at, RL_TEST);

/**
 * rl_xheap_readable() - may a domain read all of a range of memory?
 * @p: any address
 * @size: bytes, any number
 * @owner: the domain
 *
 * Who borrows an object is not written down: while it is borrowed, all may read it.
 *
 * Context: any but NMI.
 * Return: whether the range lies in an object that is the domain's, or borrowed.
 */
bool rl_xheap_readable(const void __rref *p, size_t size, u32 owner)
{
	struct rl_xmeta *root = rl_xroot_of(p, size);
	u64 word = root ? READ_ONCE(root->word) : 0;

	return root && (rl_xowner(word) == owner || (rl_xlive(word) && rl_xborrows(word)));
}
EXPORT_SYMBOL_NS_GPL(rl_xheap_readable, RL_TEST);

/* Why a domain got nothing; it only sees that it did. */
void __cold rl_xcomplain(const struct rl_domain *d, u64 type, s32 err)
{
	trace_rl_xrefused(d->gate.id, type, NULL);
	if (err == -EDQUOT)
		pr_warn_ratelimited("redleaf: %s: its quota of the exchange heap is used up by what it allocated (%zu bytes): free objects or raise xheap_quota_kib\n",
				    d->name, rl_xheap_paid(d->gate.id));
	else if (err == -ENOMEM)
		pr_warn_ratelimited("redleaf: %s: the exchange heap is full: raise xheap_mib\n",
				    d->name);
	else
		pr_warn_ratelimited("redleaf: %s: no objects of type %#llx: no interface has it\n",
				    d->name, type);
}

void __rref *rl_do_xalloc(struct rl_domain *d, u64 type, unsigned long site)
{
	return alloc(type, d, d->gate.id, site);
}

static noinline void domain_free_slow(struct rl_domain *d, void __rref *obj)
{
	if (obj && free_slow(obj, d->gate.id))
		rl_domain_kill_why(d, RL_R_VIOLATION, "rl_xfree: not an object of this domain");
}

void rl_do_xfree(struct rl_domain *d, void __rref *obj)
{
	/* a domain has an id that owns something, never one that says nobody does */
	if (unlikely(!free_leaf(obj, d->gate.id)))
		domain_free_slow(d, obj);
}
