/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A reference model of the exchange heap: random sequences of everything that owners
 * can do, hostile arguments and scribbled slots, heads and lengths included.
 *
 * The model says in the simplest way what must come of each step: its result is
 * compared with the heap's, and now and then so are all owners, counts and bills. It
 * stops at the first difference; the same seed comes to it again. One owner has little
 * left of its quota, so now and then an allocation fails, exactly where it has to.
 *
 * Used by the core's sources as a process (tests/model.c) and by the core in a kernel
 * (xheap_model_kunit.c). One thread on one CPU: what a CPU has of a quota in hand, it
 * can use up.
 */
#ifndef RL_XHEAP_MODEL_KUNIT_H
#define RL_XHEAP_MODEL_KUNIT_H

#include "xheap_internal.h"

#define LIVE	600		/* objects at most: the heap is never full */
#define CAP	4u
#define MANY	(CAP + 2)	/* in one call */
#define GARBAGE	(-2)		/* in a slot: what is no object of the model */
#define NONE	(-1)
#define MARK	12u		/* where it is */
#define AUDIT	4000		/* steps between two audits */

enum { LEAF, DEQUE, NODE, NODES, VEC, TEXT, NR_TYPES, BALLAST = NR_TYPES, ALL_TYPES };

/* Owner ids that no domain has; the first is short of memory, what it pays the last has. */
enum { FIRST = 240, OWNERS = 4, HOLDER = FIRST + OWNERS };

#define ID(t) (0x7e57000000000500 + (t))

static const struct rl_xslot node_slots[] = {
	{ .offset = 0, .count = 1, .type = ID(LEAF) },
	{ .offset = 8, .count = 2, .type = ID(DEQUE), .optional = true },
};

/* Some bytes and how many they are, and a string: what TEXT has, for a device. */
struct text {
	u32 len;
	u8 bytes[24];
	char string[20];
	u64 more[7];
};

static const struct rl_xlen text_lens[] = {
	{ .offset = offsetof(struct text, len), .max = sizeof_field(struct text, bytes) },
	{ .offset = offsetof(struct text, string), .max = sizeof_field(struct text, string),
	  .string = true },
};

static const struct rl_type_desc types[ALL_TYPES] = {
	[LEAF] = { .id = ID(LEAF), .name = "model.leaf", .size = 40 },
	[DEQUE] = { .id = ID(DEQUE), .name = "model.deque", .size = 8 + CAP * 8, .kind = RL_X_DEQUE,
		    .child = ID(LEAF), .capacity = CAP },
	[NODE] = { .id = ID(NODE), .name = "model.node", .size = 200, .slots = node_slots,
		   .nr_slots = 2 },
	[NODES] = { .id = ID(NODES), .name = "model.nodes", .size = CAP * 8, .kind = RL_X_ARRAY,
		    .child = ID(NODE), .capacity = CAP },
	[VEC] = { .id = ID(VEC), .name = "model.vec", .size = 8, .kind = RL_X_VEC, .elem_size = 12,
		  .capacity = 700 },
	[TEXT] = { .id = ID(TEXT), .name = "model.text", .size = sizeof(struct text), .align = 512,
		   .dma = true, .lens = text_lens, .nr_lens = ARRAY_SIZE(text_lens) },
	[BALLAST] = { .id = ID(BALLAST), .name = "model.ballast", .size = 32768 - RL_GRANULE },
};

static struct object {
	void __rref *at;	/* NULL: not live */
	int type;
	int parent;		/* NONE: a root */
	u32 owner;		/* of a root; 0: let go of while borrowed */
	u32 payer;
	u32 borrows;
	u32 cap;
	u64 handle;
	u32 mark;		/* a leaf's, at MARK */
	u32 head, len;		/* deque; vec: the capacity its head says, and the length */
	bool endless;		/* TEXT: the string has no end */
	int slot[CAP];		/* object, NONE or GARBAGE */
} objects[LIVE];

static u64 state;		/* of the random numbers */
static unsigned long step;
static unsigned long done[17], fine[17];	/* steps by kind, and those that succeeded */
static u32 bill[OWNERS];	/* bytes that each has allocated, but the ballast */
static u32 room;		/* the first one's may come to so much */
static size_t ballast;		/* bytes it pays beside */

/* The first difference; @what is NULL as long as there is none. */
static struct {
	const char *what;
	unsigned long step;
	long got, want;
} differs;

static u32 pick(u32 n)
{
	state = state * 6364136223846793005ull + 1442695040888963407ull;
	return (state >> 33) % n;
}

static void same(const char *what, long got, long want)
{
	if (got == want || differs.what)
		return;
	differs.what = what;
	differs.step = step;
	differs.got = got;
	differs.want = want;
}

static void *mem(const void __rref *obj)
{
	return (void __force *)obj;
}

static u64 number(const void __rref *obj)
{
	return (u64 __force)obj;
}

static void __rref *ref(u64 number)
{
	return (void __force __rref *)number;
}

static int find(const void __rref *at)
{
	for (int i = 0; i < LIVE; i++)
		if (at && objects[i].at == at)
			return i;
	return NONE;
}

static int root_of(int i)
{
	while (objects[i].parent != NONE)
		i = objects[i].parent;
	return i;
}

/* Any object, sometimes none, or an address where none begins. */
static int any(void __rref **at)
{
	static void __rref *old;
	int i, tries;

	for (tries = 0; tries < 20; tries++) {
		i = pick(LIVE);
		if (objects[i].at)
			break;
	}
	*at = objects[i].at;
	switch (pick(40)) {
	case 0:
		*at = NULL;
		break;
	case 1:
		*at += 64;
		break;
	case 2:
		*at = old;
		break;
	case 3:
		*at = ref(rl_xheap.base + RL_XUNIT * pick(rl_xheap.size / RL_XUNIT));
		if (rl_xheap_owner_at(*at) == HOLDER)
			*at = NULL;	/* no object of the model's */
		break;
	case 4:
		*at = ref((u64)pick(~0u) << 32 | pick(~0u));
		break;
	default:
		old = *at;
	}
	return find(*at);
}

/* Mostly an object that @owner could put where @type is wanted. */
static int fitting(int type, u32 owner, void __rref **at)
{
	int i, k;

	for (k = 0, i = pick(LIVE); pick(20) && k < LIVE; k++, i = (i + 1) % LIVE) {
		const struct object *o = &objects[i];

		*at = o->at;
		if (o->at && o->type == type && o->parent == NONE &&
		    o->owner == owner && !o->borrows)
			return i;
	}
	return any(at);
}

/* Mostly one of the objects of @type. */
static int one_of(int type, void __rref **at)
{
	int i = NONE, tries;

	for (tries = 0; tries < 40; tries++) {
		i = any(at);
		if (i != NONE && objects[i].type == type && !objects[root_of(i)].borrows)
			break;
	}
	return i;
}

/* Mostly the owner of the object. */
static u32 someone(int i)
{
	u32 owner = i == NONE ? 0 : objects[root_of(i)].owner;

	return owner && pick(8) ? owner : FIRST + pick(OWNERS);
}

static u64 type_of(int i)
{
	return ID(i == NONE || !pick(20) ? pick(NR_TYPES) : objects[i].type);
}

static int child_in(int i, u32 s, int type)
{
	int c = objects[i].slot[s];

	return c >= 0 && objects[c].at && objects[c].parent == i && objects[c].type == type;
}

static s32 sane(const struct object *o)
{
	if ((o->type == DEQUE && (o->head >= CAP || o->len > CAP)) ||
	    (o->type == VEC && (o->head != o->cap || o->len > o->cap)) ||
	    (o->type == TEXT && (o->endless || o->len > sizeof_field(struct text, bytes))))
		return -ERANGE;
	return o->type == NODE && !child_in(o - objects, 0, LEAF) ? -ENODATA : 0;
}

/* Could @owner dispose of the root @i? */
static s32 rights(int i, u32 owner)
{
	const struct object *o = &objects[i];

	if (o->parent != NONE)
		return -ECHILD;
	if (o->owner != owner)
		return -EPERM;
	return o->borrows ? -EBUSY : 0;
}

static s32 checked(int i, u64 type, u32 owner)
{
	s32 err;

	if (i == NONE)
		return -EFAULT;
	if (ID(objects[i].type) != type)
		return -EINVAL;
	err = rights(i, owner);
	return err ? err : sane(&objects[i]);
}

static u32 chunk_of(int type, u32 cap)
{
	return rl_xchunk_size(types[type].size + (type == VEC ? cap * 12 : 0),
			     types[type].align);
}

static bool affords(u32 owner, u32 bytes)
{
	return owner != FIRST || bill[0] + bytes <= room;
}

static void end_tree(int i)
{
	for (int c = 0; c < LIVE; c++)
		if (objects[c].at && objects[c].parent == i)
			end_tree(c);
	objects[i].at = NULL;
	bill[objects[i].payer - FIRST] -= chunk_of(objects[i].type, objects[i].cap);
	/* A number in a slot must not come to mean the next object of that number. */
	for (int p = 0; p < LIVE; p++)
		for (u32 s = 0; s < CAP; s++)
			if (objects[p].slot[s] == i)
				objects[p].slot[s] = GARBAGE;
}

static u64 *slot_words(const struct object *o)
{
	return (u64 *)mem(o->at) + (o->type == DEQUE);
}

/* Object @i is new where another one was, whose address may still be in slots. */
static void meant_by_slots(int i)
{
	const struct object *o = objects;

	for (; o < objects + LIVE; o++)
		for (u32 s = 0; o->at && s < CAP; s++)
			if (o->slot[s] == GARBAGE && slot_words(o)[s] == number(objects[i].at))
				objects[o - objects].slot[s] = i;
}

static void born(int i, void __rref *at, int type, u32 owner, u32 cap)
{
	objects[i] = (struct object){ .at = at, .type = type, .parent = NONE, .owner = owner,
				      .payer = owner, .cap = cap, .head = type == VEC ? cap : 0 };
	for (u32 s = 0; s < CAP; s++)
		objects[i].slot[s] = NONE;
	meant_by_slots(i);
	objects[i].handle = rl_xheap_handle(at, owner);
	same("handle", !!objects[i].handle, 1);
	if (types[type].align)
		same("aligned", number(at) % types[type].align, 0);
	if (types[type].dma)
		same("in one page", number(at) / PAGE_SIZE,
		     (number(at) + types[type].size - 1) / PAGE_SIZE);
	bill[owner - FIRST] += chunk_of(type, cap);
}

static s32 do_alloc(void)
{
	int type = pick(NR_TYPES), i = pick(LIVE);
	u32 owner = FIRST + pick(OWNERS), cap = 1 + pick(700), n;
	void __rref *at;

	if (objects[i].at)
		return -1;
	at = type == VEC ? rl_xheap_alloc_vec(ID(VEC), cap, owner) :
			   rl_xheap_alloc(ID(type), owner);
	same("alloc", !!at, affords(owner, chunk_of(type, cap)));
	if (!at)
		return -EDQUOT;
	for (n = type == VEC ? 8 : 0; n < types[type].size; n += 8)
		same("zeroed", *(u64 *)(mem(at) + n), 0);
	born(i, at, type, owner, cap);
	return 0;
}

static s32 do_free(void)
{
	void __rref *at;
	int i = any(&at);
	u32 owner = someone(i);
	s32 err = i == NONE ? -EFAULT : rights(i, owner);

	same("free", rl_xheap_free(at, owner), err == -EBUSY ? 0 : err);
	if (err == -EBUSY)
		objects[i].owner = 0;
	else if (!err)
		end_tree(i);
	return err;
}

static s32 do_move(void)
{
	void __rref *at;
	int i = any(&at);
	u32 owner = someone(i), to = FIRST + pick(OWNERS);
	u64 type = type_of(i);
	s32 err = checked(i, type, owner);

	same("check", rl_xheap_check(at, type, owner), err);
	same("move", rl_xheap_move(at, type, owner, to), !err);
	if (err)
		same("refusal", rl_xheap_refusal(at, type, owner), err);
	else
		objects[i].owner = to;
	return err;
}

/* Two at once, perhaps the same: both or none. */
static s32 do_claim(void)
{
	void __rref *at[2];
	int i = any(&at[0]), k = pick(10) ? any(&at[1]) : (at[1] = at[0], i);
	u32 owner = someone(i), to = FIRST + pick(OWNERS);
	u64 type[2] = { type_of(i), type_of(k) };
	s32 err = checked(i, type[0], owner), second = i == k ? -EBUSY : checked(k, type[1], owner);

	same("claim", rl_xheap_claim(at[0], type[0], owner), !err);
	if (err)
		return err;
	same("second claim", rl_xheap_claim(at[1], type[1], owner), !second);
	if (second) {
		rl_xheap_settle(at[0], owner);
		return second;
	}
	rl_xheap_settle(at[0], to);
	rl_xheap_settle(at[1], to);
	objects[i].owner = to;
	objects[k].owner = to;
	return 0;
}

/* The type of slot @s at *@offset of @i, or NONE. */
static int slot_type(int i, u32 *s, u32 *offset)
{
	*s = pick(CAP);
	*offset = *s * 8;
	if (!pick(20))
		*offset = pick(2) ? pick(300) | 1 : ~7u;
	if (i == NONE || *offset != *s * 8)
		return NONE;
	if (objects[i].type == NODES)
		return NODE;
	if (objects[i].type != NODE || *s > 2)
		return NONE;
	return *s ? DEQUE : LEAF;
}

static s32 do_put(void)
{
	void __rref *at, *child;
	int i = one_of(pick(2) ? NODE : NODES, &at), c, type;
	u32 s, offset, owner = someone(i);
	s32 err;

	type = slot_type(i, &s, &offset);
	c = fitting(type, owner, &child);
	err = i == NONE ? -EFAULT : rights(root_of(i), owner);
	if (!err && type == NONE)
		err = -EINVAL;
	if (!err && child_in(i, s, type))
		err = -EEXIST;
	if (!err)
		err = checked(c, ID(type), owner);
	same("put", rl_xheap_put(at, offset, child, owner), err);
	if (!err) {
		objects[c].parent = i;
		objects[i].slot[s] = c;
	}
	return err;
}

/* What comes of taking slot @s, which then is empty. */
static s32 taken(int i, u32 s, int type, u32 owner, int *c)
{
	s32 err = child_in(i, s, type) ? 0 : -EFAULT;

	*c = objects[i].slot[s];
	objects[i].slot[s] = NONE;
	if (err)
		return err;
	objects[*c].parent = NONE;
	objects[*c].owner = owner;
	return 0;
}

static s32 do_take(void)
{
	void __rref *at, *got = NULL;
	int i = one_of(pick(2) ? NODE : NODES, &at), c = NONE, type;
	u32 s, offset, owner = someone(i);
	s32 err;

	type = slot_type(i, &s, &offset);
	err = i == NONE ? -EFAULT : rights(root_of(i), owner);
	if (!err && type == NONE)
		err = -EINVAL;
	else if (!err && objects[i].slot[s] == NONE)
		err = -ENOENT;
	else if (!err)
		err = taken(i, s, type, owner, &c);
	same("take", rl_xheap_take(at, offset, owner, &got), err);
	if (!err)
		same("taken", number(got), number(objects[c].at));
	return err;
}

static s32 deque_rights(int i, u32 owner)
{
	s32 err = i == NONE ? -EFAULT : rights(root_of(i), owner);

	if (!err && objects[i].type != DEQUE)
		err = -EINVAL;
	return err ? err : sane(&objects[i]);
}

/* What one pop of deque @i does: the object, and its number. */
static s32 popped(int i, bool back, u32 owner, int *c)
{
	struct object *o = &objects[i];
	s32 err;

	if (!o->len)
		return -ENOENT;
	o->len--;
	err = taken(i, (o->head + (back ? o->len : 0)) % CAP, LEAF, owner, c);
	if (!back)
		o->head = (o->head + 1) % CAP;
	return err;
}

static s32 pushed(int i, bool front, u32 owner, int c)
{
	struct object *o = &objects[i];
	s32 err = o->len == CAP ? -ENOSPC : checked(c, ID(LEAF), owner);

	if (err)
		return err;
	if (front)
		o->head = (o->head + CAP - 1) % CAP;
	o->slot[(o->head + (front ? 0 : o->len)) % CAP] = c;
	o->len++;
	objects[c].parent = i;
	return 0;
}

static s32 do_push(void)
{
	void __rref *at, *child;
	int i = one_of(DEQUE, &at), front = pick(2);
	u32 owner = someone(i);
	int c = fitting(LEAF, owner, &child);
	s32 err = deque_rights(i, owner);

	if (!err)
		err = pushed(i, front, owner, c);
	same("push", rl_xheap_push(at, child, owner, front), err);
	return err;
}

static s32 do_pop(void)
{
	void __rref *at, *got = NULL;
	int i = one_of(DEQUE, &at), c = NONE, back = pick(2);
	u32 owner = someone(i);
	s32 err = deque_rights(i, owner);

	if (!err)
		err = popped(i, back, owner, &c);
	same("pop", rl_xheap_pop(at, owner, back, &got), err);
	if (!err)
		same("popped", number(got), number(objects[c].at));
	return err;
}

/* Several at once are one after the other, until one is refused; perhaps one twice. */
static s32 do_push_many(void)
{
	void __rref *at, *child[MANY];
	int i = one_of(DEQUE, &at), front = pick(2), c[MANY];
	u32 owner = someone(i), n = pick(MANY + 1), done = 0, k;
	s32 err = deque_rights(i, owner);

	for (k = 0; k < n; k++) {
		c[k] = fitting(LEAF, owner, &child[k]);
		if (k && !pick(10)) {
			child[k] = child[k - 1];
			c[k] = c[k - 1];
		}
	}
	while (!err && done < n) {
		k = front ? n - 1 - done : done;
		err = pushed(i, front, owner, c[k]);
		done += !err;
	}
	same("push many", rl_xheap_push_many(at, child, n, owner, front), done ? (s32)done : err);
	return done ? 0 : err;
}

static s32 do_pop_many(void)
{
	void __rref *at, *got[MANY];
	int i = one_of(DEQUE, &at), back = pick(2), c[MANY];
	u32 owner = someone(i), n = pick(MANY + 1), done = 0;
	s32 err = deque_rights(i, owner);

	while (!err && done < n) {
		err = popped(i, back, owner, &c[done]);
		done += !err;
	}
	same("pop many", rl_xheap_pop_many(at, got, n, owner, back), done ? (s32)done : err);
	while (done--)
		same("one of many", number(got[done]), number(objects[c[done]].at));
	return err;
}

/* As pops from the front, until there is one without a mark. */
static s32 do_pop_marked(void)
{
	struct rl_xmarked got[MANY];
	void __rref *at;
	int i = one_of(DEQUE, &at), c[MANY];
	u32 owner = someone(i), n = pick(MANY + 1), mark = 1 + pick(3), done = 0;
	s32 err = deque_rights(i, owner);

	while (!err && done < n) {
		const struct object *o = &objects[i];
		u32 s = o->head % CAP;

		if (o->len && child_in(i, s, LEAF) && !(objects[o->slot[s]].mark & mark))
			err = -ENOENT;
		else
			err = popped(i, false, owner, &c[done]);
		done += !err;
	}
	same("pop marked", rl_xheap_pop_marked(at, got, n, owner, MARK, mark),
	     done ? (s32)done : err);
	while (done--) {
		same("marked", number(got[done].obj), number(objects[c[done]].at));
		same("word", got[done].word, objects[c[done]].mark);
	}
	return err;
}

static s32 do_borrow(void)
{
	void __rref *at;
	int i = any(&at);
	u32 owner = someone(i);
	u64 type = type_of(i);
	s32 err = checked(i, type, owner);

	if (pick(4))
		return -1;
	if (err == -EBUSY)
		err = objects[i].borrows == 255 ? -EUSERS : sane(&objects[i]);
	same("borrow", rl_xheap_borrow(at, type, owner), err);
	if (!err)
		objects[i].borrows++;
	return err;
}

static s32 do_unborrow(void)
{
	void __rref *at;
	int i = any(&at), k;
	s32 err;

	for (k = 0; k < LIVE && pick(10) && (i == NONE || !objects[i].borrows); k++) {
		i = pick(LIVE);
		at = objects[i].at;
		i = at ? i : NONE;
	}
	err = i == NONE || !objects[i].borrows ? -EINVAL : 0;

	same("unborrow", rl_xheap_unborrow(at), err);
	if (!err && !--objects[i].borrows && !objects[i].owner)
		end_tree(i);
	return err;
}

static s32 do_kill(void)
{
	u32 owner = FIRST + pick(OWNERS), before = 0, after = 0;

	if (pick(200))
		return -1;
	for (int i = 0; i < LIVE; i++)
		before += !!objects[i].at;
	for (int i = 0; i < LIVE; i++) {
		if (!objects[i].at || objects[i].parent != NONE || objects[i].owner != owner)
			continue;
		if (objects[i].borrows)
			objects[i].owner = 0;
		else
			end_tree(i);
	}
	for (int i = 0; i < LIVE; i++)
		after += !!objects[i].at;
	same("dropped", rl_xheap_drop_owner(owner), before - after);
	return 0;
}

static s32 do_find(void)
{
	const struct object *o = &objects[pick(LIVE)];
	u64 type = ID(pick(NR_TYPES));
	u32 owner = o->owner && pick(2) ? o->owner : FIRST + pick(OWNERS);
	bool want = o->at && ID(o->type) == type && o->parent == NONE && o->owner == owner;

	same("find", number(rl_xheap_find(o->handle, type, owner)), want ? number(o->at) : 0);
	return want ? 0 : -1;
}

static s32 do_grow(void)
{
	void __rref *at;
	int i = any(&at);
	u32 owner = someone(i), cap = pick(720), len = 0;
	s32 err = i == NONE ? -EFAULT : rights(i, owner);
	void __rref *vec = at;

	if (!err && (objects[i].type != VEC || !cap || cap > 700))
		err = -EINVAL;
	if (!err && !affords(owner, chunk_of(VEC, cap)))
		err = -EDQUOT;
	same("grow", rl_xheap_grow(&vec, cap, owner), err);
	if (!err) {
		len = min3(objects[i].len, objects[i].cap, cap);
		end_tree(i);
		born(i, vec, VEC, owner, cap);
		objects[i].len = len;
		same("head", *(u64 *)mem(vec), (u64)cap << 32 | len);
	}
	return err;
}

static void scribble_leaf(struct object *o)
{
	o->mark = pick(4);
	*(u32 *)(mem(o->at) + MARK) = o->mark;
}

/* A head that makes sense now and then. */
static void scribble_vec(struct object *o)
{
	o->len = pick(4) ? pick(o->cap + 1) : o->cap + 1 + pick(9);
	o->head = pick(3) ? o->cap : pick(720);
	*(u64 *)mem(o->at) = (u64)o->head << 32 | o->len;
}

static void scribble_text(struct object *o)
{
	struct text *t = mem(o->at);

	o->len = pick(sizeof(t->bytes) + 3);
	t->len = o->len;
	o->endless = !pick(3);
	memset(t->string, 'x', sizeof(t->string));
	if (!o->endless)
		t->string[pick(sizeof(t->string))] = 0;
}

/* What a hostile owner can do to its own slots, heads, lengths and marks. */
static s32 do_scribble(void)
{
	int i = pick(LIVE), c = pick(LIVE);
	struct object *o = &objects[i];
	u32 s = pick(CAP);

	if (!o->at || (o->type == NODE && s == 3))
		return -1;
	if (o->type == LEAF || o->type == VEC || o->type == TEXT) {
		(o->type == LEAF ? scribble_leaf : o->type == VEC ? scribble_vec :
		 scribble_text)(o);
		return 0;
	}
	if (o->type == DEQUE && !pick(4)) {
		o->head = pick(CAP + 1);
		o->len = pick(CAP + 2);
		*(u64 *)mem(o->at) = (u64)o->len << 32 | o->head;
		return 0;
	}
	o->slot[s] = objects[c].at ? c : GARBAGE;
	slot_words(o)[s] = objects[c].at ? number(objects[c].at) : 1 + 2ull * pick(~0u);
	return 0;
}

/* Everything, once in a while. */
static void audit(void)
{
	u32 owned[OWNERS] = { 0 }, lost = 0, k;

	for (int i = 0; i < LIVE; i++) {
		const struct object *o = &objects[i];
		u32 owner = o->at ? objects[root_of(i)].owner : 0;

		if (!o->at)
			continue;
		if (owner)
			owned[owner - FIRST]++;
		else
			lost++;
		same("owner", rl_xheap_owner_at(o->at + types[o->type].size - 1),
		     owner ? owner : RL_XOWNER_LOST);
	}
	same("lost", rl_xheap_count(RL_XOWNER_LOST), lost);
	for (k = 0; k < OWNERS; k++) {
		same("count", rl_xheap_count(FIRST + k), owned[k]);
		same("paid", rl_xheap_paid(FIRST + k), bill[k] + (k ? 0 : ballast));
	}
}

static s32 (*const steps[])(void) = {
	do_alloc, do_free, do_move, do_claim, do_put, do_take, do_push, do_pop, do_borrow,
	do_unborrow, do_kill, do_find, do_grow, do_scribble, do_push_many, do_pop_many,
	do_pop_marked,
};

/* All that the first owner may have, but for some; the smallest objects say how much. */
static void fill_quota(void)
{
	u32 large = chunk_of(BALLAST, 0), small = chunk_of(LEAF, 0), left = 0;
	void __rref *at, *last = NULL;

	for (; (at = rl_xheap_alloc(ID(BALLAST), FIRST)); last = at) {
		rl_xheap_move(at, ID(BALLAST), FIRST, HOLDER);
		ballast += large;
	}
	while (rl_xheap_alloc(ID(LEAF), FIRST))
		left += small;
	rl_xheap_drop_owner(FIRST);
	rl_xheap_free(last, HOLDER);
	ballast -= large;
	room = left + large;
}

/* 0 or an error: a type is not taken. */
static int model_begin(u64 seed)
{
	int t, err = 0;

	state = seed;
	for (t = 0; !err && t < ALL_TYPES; t++)
		err = rl_xheap_add_type(&types[t]);
	if (!err)
		fill_quota();
	return err;
}

static void model_run(unsigned long nr)
{
	for (step = 0; step < nr && !differs.what; step++) {
		/* Objects come faster than they go, up to a point. */
		u32 what = pick(6) ? pick(ARRAY_SIZE(steps)) : 0;

		done[what]++;
		fine[what] += !steps[what]();
		if (!(step % AUDIT))
			audit();
		if (!(step % 256))
			cond_resched();
	}
	audit();
}

/* All that there is comes back, and goes. */
static void model_end(void)
{
	int i;

	for (i = 0; i < LIVE; i++)
		while (objects[i].at && objects[i].borrows) {
			same("last unborrow", rl_xheap_unborrow(objects[i].at), 0);
			if (!--objects[i].borrows && !objects[i].owner)
				end_tree(i);
		}
	for (i = FIRST; i <= HOLDER; i++)
		rl_xheap_drop_owner(i);
	memset(objects, 0, sizeof(objects));
	memset(bill, 0, sizeof(bill));
	ballast = 0;
	audit();
	for (i = ALL_TYPES; i--; )
		rl_xheap_del_type(&types[i]);
}

#endif
