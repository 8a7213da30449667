/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What generated fuzzers (X_fuzz.c) share: reading the input, the objects and
 * their owners, and the promises checked after each call. The gate and the heap
 * are those of mock/; a promise that is broken ends the program.
 */
#ifndef FUZZ_H
#define FUZZ_H

#define FUZZ_CALLEE 7u
#define FUZZ_CALLER 9u
#define FUZZ_CALLS 16		/* of one input */

struct fuzz {
	const u8 *at, *end;
};

struct fuzz_target {
	void (*call)(struct fuzz *z);
	const void *ops;
};

static struct fuzz *fuzz_now;	/* for callees */
static struct rl_gate fuzz_gate, fuzz_caller_gate;
static struct rl_iref fuzz_ref;
static u32 fuzz_caller;
static bool fuzz_kept;		/* the callee passed on something it was given */

#define FUZZ_CHECK(c) do {							\
	if (!(c)) {								\
		fprintf(stderr, "%s:%d: broken promise: %s\ntrace: %s\n", __FILE__,	\
			__LINE__, #c, trace);					\
		abort();							\
	} } while (0)

static inline void fuzz_bytes(struct fuzz *z, void *p, size_t size)
{
	size_t n = z->end - z->at;

	n = n < size ? n : size;
	memset(p, 0, size);
	memcpy(p, z->at, n);
	z->at += n;
}

static inline u64 fuzz_u64(struct fuzz *z)
{
	static const u64 edges[] = { 0, 1, 2, 3, 127, 255, 65535, 1ULL << 31, ~0ULL, MOCK_CAP };
	u64 v;
	u8 how;

	fuzz_bytes(z, &how, 1);
	if (how < ARRAY_SIZE(edges))
		return edges[how];
	fuzz_bytes(z, &v, sizeof(v));
	return v;
}

static inline bool fuzz_bit(struct fuzz *z)
{
	u8 b;

	fuzz_bytes(z, &b, 1);
	return b & 7;
}

static inline bool fuzz_bool(const bool *b)
{
	u8 raw;

	memcpy(&raw, b, 1);
	return raw <= 1;
}

/* The first bytes from the input; most objects are the caller's. */
static inline void fuzz_objects(struct fuzz *z, void *pool, size_t size, unsigned int n)
{
	u8 owner;

	for (unsigned int i = 0; i < n; i++) {
		void *obj = (u8 *)pool + i * size;
		int slot;

		for (slot = 0; owners[slot].obj && owners[slot].obj != obj; slot++)
			FUZZ_CHECK(slot + 1 < (int)ARRAY_SIZE(owners));
		fuzz_bytes(z, obj, size < 8 ? size : 8);
		fuzz_bytes(z, &owner, 1);
		owners[slot].obj = obj;
		owners[slot].borrows = 0;
		owners[slot].owner = owner & 3 ? fuzz_caller :
				     owner & 4 ? FUZZ_CALLEE : RL_OWNER_HOST;
	}
}

/* One of the type's, or something that is no object. */
static inline void *fuzz_object(struct fuzz *z, void *pool, size_t size, unsigned int n)
{
	u8 i;

	fuzz_bytes(z, &i, 1);
	if (i < 250)
		return (u8 *)pool + i % n * size;
	return i == 250 ? NULL : (u8 *)pool + 1;
}

/* Does @obj belong to the one who is looking at it? */
static inline bool fuzz_has(const void *obj, u32 owner, bool borrowed)
{
	int i = mock_find(obj);

	return i >= 0 && (borrowed ? owners[i].borrows > 0 : owners[i].owner == owner);
}

static inline bool fuzz_trusted(void)
{
	return fuzz_caller == RL_OWNER_HOST;
}

/* Is @cap a reference that was made for @holder, not what somebody else passed? */
static inline bool fuzz_given(rl_cap_t cap, const struct rl_gate *holder)
{
	return cap != MOCK_CAP && mock_has(cap, holder);
}

/* The callee may pass on what it was given, and spoil it. */
static inline void fuzz_keep(void *obj)
{
	u8 how;

	fuzz_bytes(fuzz_now, &how, 1);
	if (how < 240)
		return;
	if (how < 248) {
		*mock_owner(obj) = 33;
		fuzz_kept = true;
	} else {
		memset(obj, how, 8);
	}
}

static inline s32 fuzz_answer(void)
{
	u8 how;

	fuzz_bytes(fuzz_now, &how, 1);
	mock_crash = how == 1;
	mock_preempt += how == 2;
	return how < 128 ? 0 : (s32)fuzz_u64(fuzz_now);
}

/* The trusted side keeps the rules: what it was given is still its own. */
static inline s32 fuzz_host_answer(void)
{
	u8 how;

	fuzz_bytes(fuzz_now, &how, 1);
	mock_move_fails = 0;
	return how < 200 ? 0 : -EIO;
}

static inline void fuzz_begin(struct fuzz *z, u32 caller)
{
	u8 how;

	fuzz_bytes(z, &how, 1);
	fuzz_now = z;
	if (fuzz_caller != caller)
		for (size_t i = 0; i < ARRAY_SIZE(owners); i++)
			owners[i].owner = owners[i].owner == fuzz_caller ? caller : owners[i].owner;
	fuzz_caller = caller;
	fuzz_kept = false;
	mock_crash = false;
	mock_atomic = how == 1;
	mock_no_scratch = how == 2;
	mock_move_fails = how >= 3 && how < 8 ? how - 2 : 0;
	mock_no_room = how >= 12 && how < 17 ? how - 11 : 0;
	mock_shadowed = how >= 17 && how < 96;
	mock_restarts = how >= 17 && how < 32;
	if (mock_shadowed)
		memset(&mock_log, 0, sizeof(mock_log));
	memset(mock_caps, 0, sizeof(mock_caps));
	fuzz_gate.rpc = how >= 8 && how < 12 ? how - 7 : 0;
	trace[0] = '\0';
}

/* After a call that moved @obj: whose it is follows from the result. */
static inline void fuzz_moved(const void *obj, u32 caller, struct rl_ret ret)
{
	int i = mock_find(obj);

	if (i < 0) {
		FUZZ_CHECK(ret.rpc);
		return;
	}
	FUZZ_CHECK(!(owners[i].owner & MOCK_CLAIMED));
	if (ret.rpc == RL_RPC_OK && ret.err && !fuzz_kept)
		FUZZ_CHECK(owners[i].owner == caller);
	if (ret.rpc == RL_RPC_OK && !ret.err && !fuzz_kept)
		FUZZ_CHECK(owners[i].owner != caller);
}

/* After a call that lent @obj: it is the caller's again unless the call met a crash. */
static inline void fuzz_lent(const void *obj, u32 caller, struct rl_ret ret)
{
	int i = mock_find(obj);

	FUZZ_CHECK(i < 0 ? ret.rpc : !(owners[i].owner & MOCK_CLAIMED));
	if (i >= 0 && ret.rpc == RL_RPC_OK)
		FUZZ_CHECK(owners[i].owner == caller);
}

static inline unsigned int fuzz_count(const char *event)
{
	unsigned int n = 0;
	size_t len = strlen(event);

	for (const char *p = trace; (p = strstr(p, event)); p += len)
		n += (p == trace || p[-1] == ' ') && (!p[len] || p[len] == ' ');
	return n;
}

/* Nothing is left half-way. */
static inline void fuzz_settled(struct rl_ret ret)
{
	FUZZ_CHECK(ret.rpc >= RL_RPC_OK && ret.rpc <= RL_RPC_REVOKED);
	FUZZ_CHECK(ret.err <= 0 && ret.err >= -MAX_ERRNO);
	for (size_t i = 0; i < ARRAY_SIZE(owners); i++)
		FUZZ_CHECK(!owners[i].borrows && !(owners[i].owner & MOCK_CLAIMED));
	FUZZ_CHECK(!fuzz_count("bad") && !mock_reserved && !mock_log.turn);
	for (size_t i = 0; ret.rpc && i < MOCK_CAPS; i++)
		FUZZ_CHECK(!mock_caps[i].used);
	FUZZ_CHECK(fuzz_count("begin") == fuzz_count("end"));
	FUZZ_CHECK(fuzz_count("call") <= fuzz_count("enter"));
	FUZZ_CHECK(fuzz_count("exit") <= fuzz_count("enter"));
	FUZZ_CHECK(fuzz_gate.rpc || fuzz_count("enter") == fuzz_count("exit"));
}

static inline int fuzz_run(const u8 *data, size_t size, const struct fuzz_target *targets,
			   void (*fill)(struct fuzz *z))
{
	struct fuzz z = { data, data + size };
	size_t n = 0;
	u8 which;

	while (targets[n].call)
		n++;
	memset(owners, 0, sizeof(owners));
	fuzz_gate.id = FUZZ_CALLEE;
	fuzz_caller_gate.id = FUZZ_CALLER;
	fuzz_caller = FUZZ_CALLER;
	mock_caller.gate = &fuzz_caller_gate;
	mock_iface = &fuzz_ref;
	for (int i = 0; n && i < FUZZ_CALLS && z.at < z.end; i++) {
		fuzz_bytes(&z, &which, 1);
		fuzz_ref = (struct rl_iref){ .gate = &fuzz_gate, .ops = targets[which % n].ops };
		mock_host = (struct rl_host_iref){ .ops = targets[which % n].ops };
		fill(&z);
		targets[which % n].call(&z);
	}
	free(mock_scratch);
	mock_scratch = NULL;
	return 0;
}

#endif
