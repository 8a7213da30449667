// SPDX-License-Identifier: GPL-2.0-only
/*
 * The watcher of the hostile domain: hands it a target, starts an attack, and then
 * looks whether everything outside of that domain is what it was, byte by byte, and
 * whether the domain died of what it should have or harmed nobody.
 */
#include <linux/math.h>
#include <linux/module.h>
#include <linux/string.h>
#include <asm/io.h>
#include "core.h"
#include "rltest.h"
#include "rltest_watch.h"
#include "hostile/arguments.h"
#include "hostile/attacks.h"
#include "hostile/device.h"
#include "reader/reads.h"

enum target { NOTHING, KERNEL, STACK, WINDOW, OBJECT, GATE, HINTS, PGD, CODE, KTEXT, END, NOTED };
enum way { ATOMIC, PROCESS, LENT, PLAIN };
enum values { NUMBER, ABSENT, LENGTH, OFFSET, EDGE, WITHIN };

struct kind {
	const char *name, *reason;
	enum target target;
	enum way way;
};

static const struct kind attacks[] = {
#define ATTACK(name, target, way, reason) { #name, reason, target, way },
	HOSTILE_ATTACKS(ATTACK)
}, reads[] = {
	READER_READS(ATTACK)
};

struct row {
	const char *name, *at_zero, *otherwise;
	enum values values;
};

static const struct row rows[] = {
#define ROW(function, argument, values, at_zero, otherwise, call)	\
	{ #function "(" #argument ")", at_zero, otherwise, values },
	HOSTILE_ARGUMENTS(ROW)
}, device_rows[] = {
	HOSTILE_DEVICE_ARGUMENTS(ROW)
};

static struct rltest_bait bait;
static struct hostile_hints hints;	/* for the attack that runs */
static unsigned int storm_limit;	/* of restarts; for the command that runs */
static struct rltest_view seen;		/* by "watch begin", for "watch end" */
static bool code_ran;

/* What no domain may call. */
static noinline long forbidden(void)
{
	WRITE_ONCE(code_ran, true);
	return 0;
}

static struct rl_domain *find(const char *name)
{
	int i;

	for (i = 0; i < rltest_nr; i++)
		if (str_has_prefix(rltest_domains[i]->name, name))
			return rltest_domains[i];
	return NULL;
}

static unsigned long aim(enum target t, struct rl_domain *d, struct rl_domain *rival,
			 const void *stack)
{
	switch (t) {
	case KERNEL:
		return (unsigned long)bait.canary + PAGE_SIZE / 2;
	case STACK:
		return (unsigned long)stack;
	case WINDOW:
		return (unsigned long)rival->gate.window + rival->window_size / 2;
	case OBJECT:
		return (unsigned long __force)bait.host;
	case GATE:
		return (unsigned long)d->name;
	case HINTS:
		hints = (struct hostile_hints){
			(unsigned long)stack, (unsigned long)forbidden, (unsigned long)&rival->gate,
		};
		return (unsigned long)&hints;
	case PGD:
		return (unsigned long)phys_to_virt(read_cr3_pa()) + PAGE_SIZE - 16;
	case CODE:
		return (unsigned long)forbidden;
	case KTEXT:
		return (unsigned long)int_sqrt;	/* any that does no harm when it runs */
	case END:
		return (unsigned long)d->gate.window + d->window_size;
	case NOTED:
		return rltest_last_note;
	default:
		return 0;
	}
}

/* One attack: its call and what came of it. */
struct attempt {
	struct rl_domain *d;
	u32 nr;
	u64 arg;
	enum way way;
	const char *reason;	/* expected */
	struct rl_ret ret;
};

static void call(void *arg)
{
	struct attempt *a = arg;

	switch (a->way) {
	case ATOMIC:
		a->ret = rltest_crash(&a->d->provided, a->nr, a->arg);
		break;
	case PROCESS:
		a->ret = rltest_crash_sleep(&a->d->provided, a->nr, a->arg);
		break;
	case LENT:
		a->ret = rltest_lent(&a->d->provided, a->nr, bait.host);
		break;
	case PLAIN:
		a->ret = rltest_one_arg(&a->d->provided, a->arg);
	}
}

static const char *judge(const struct attempt *a, u64 crashes)
{
	bool lives = !strcmp(a->reason, "none");
	struct rl_domain *d = a->d;

	if (!rltest_wait_running(d))
		return "it does not run again";
	if (d->crashes != crashes + !lives)
		return lives ? "it died" : "it did not die";
	if (lives && (a->ret.rpc || a->ret.err))
		return "it did not return as it should";
	if (!lives && a->ret.rpc != RL_RPC_CRASHED)
		return "the caller was not told";
	if (!lives && strcmp(rl_reason_name(d->crash.reason), a->reason))
		return "it died of something else";
	return NULL;
}

/* What was wrong with it, or NULL. */
static const char *attempt(struct attempt *a, struct rl_domain *rival)
{
	struct rltest_view was = rltest_look(&bait, a->d, rival), is;
	u64 crashes = a->d->crashes;
	const char *wrong;
	int leaks = 0;

	code_ran = false;
	rltest_in_context(a->way == PROCESS ? "proc" : "fpu", call, a, &leaks);
	wrong = judge(a, crashes);
	if (wrong)
		return wrong;
	is = rltest_look(&bait, a->d, rival);
	wrong = rltest_changed(&was, &is) ?: rltest_rival_fails(rival);
	if (wrong)
		return wrong;
	if (leaks)
		return "the caller's context has changed";
	return code_ran ? "code of the kernel ran" : NULL;
}

static void try_kind(struct rl_domain *d, struct rl_domain *rival, const struct kind *k, u32 nr)
{
	volatile u64 stack[4] = { 1, 2, 3, 4 };
	struct attempt a = {
		.d = d, .nr = nr, .way = k->way, .reason = k->reason,
		.arg = aim(k->target, d, rival, (void *)&stack[1]),
	};
	const char *wrong = attempt(&a, rival);

	if (!wrong && (stack[0] != 1 || stack[1] != 2 || stack[2] != 3 || stack[3] != 4))
		wrong = "the caller's stack has changed";
	if (wrong)
		rltest_say("not ok - %s: %s; %s (rpc %d err %d, last death: %s %s)\n",
			   k->name, a.reason, wrong, a.ret.rpc, a.ret.err,
			   rl_reason_name(d->crash.reason), d->crash.text);
	else
		rltest_say("ok - %s: %s\n", k->name, a.reason);
}

static void attack(struct rl_domain *d, struct rl_domain *rival, u32 i)
{
	try_kind(d, rival, &attacks[i], i);
}

static void try_read(struct rl_domain *d, struct rl_domain *rival, u32 i)
{
	try_kind(d, rival, &reads[i], i);
}

/* The Nth absurd value of that kind, 0 first; false: there are no more. */
static bool value(enum values kind, u32 n, const struct rl_domain *d,
		  const struct rl_domain *rival, u64 *v)
{
	const u64 numbers[] = {
		0, 8, 64, 256, 0x7fffffff, 0x80000000, 0xffffffff, BIT_ULL(63) | 256, ~0ULL,
	};
	const u64 lengths[] = {
		0, d->window_size + 1, 0x7fffffff, 0x80000000, 0xffffffff, BIT_ULL(32),
		BIT_ULL(63), ~0ULL >> 1, ~0ULL - 63, ~0ULL,
	};
	/* a device's BAR is smaller than the second one */
	const u64 offsets[] = { 0, SZ_16M, 0x7fffffff, 0x80000000, 0xfffffffc, 0xffffffff };
	const u64 addresses[] = {
		0, 1, 8, rltest_user_page, BIT_ULL(63), BIT_ULL(63) - 8, ~0ULL, ~0ULL - 7,
		(u64)bait.canary, (u64)bait.canary + 1, (u64 __force)bait.host,
		(u64 __force)bait.rival, (u64 __force)bait.host + 8, (u64)rival->gate.window + 64,
		(u64)rival->self, (u64)forbidden, (u64)d, (u64)d->gate.window - 4,
		(u64)d->gate.window + d->window_size,
		(u64)d->gate.window + d->window_size - 1,
		(u64)d->self + 1,	/* WITHIN only */
	};
	const u32 limits[] = {
		[NUMBER] = ARRAY_SIZE(numbers), [ABSENT] = ARRAY_SIZE(numbers),
		[LENGTH] = ARRAY_SIZE(lengths), [OFFSET] = ARRAY_SIZE(offsets),
		[EDGE] = ARRAY_SIZE(addresses) - 1, [WITHIN] = ARRAY_SIZE(addresses),
	};

	if (n >= limits[kind])
		return false;
	*v = kind <= ABSENT ? numbers[n] : kind == LENGTH ? lengths[n] :
	     kind == OFFSET ? offsets[n] : addresses[n];
	return true;
}

/* All values of one row, which is attack @nr: one line. */
static void try_values(struct rl_domain *d, struct rl_domain *rival, const struct row *row, u32 nr)
{
	struct attempt a = { .d = d, .nr = nr, .way = PROCESS };
	u32 n = row->values == ABSENT;
	const char *wrong = NULL;

	for (; !wrong && value(row->values, n, d, rival, &a.arg); n++) {
		a.reason = a.arg ? row->otherwise : row->at_zero;
		wrong = attempt(&a, rival);
	}
	if (wrong)
		rltest_say("not ok - %s: %#llx: %s; %s (rpc %d err %d, last death: %s %s)\n",
			   row->name, a.arg, a.reason, wrong, a.ret.rpc, a.ret.err,
			   rl_reason_name(d->crash.reason), d->crash.text);
	else
		rltest_say("ok - %s: %u values\n", row->name, n);
}

static void try_row(struct rl_domain *d, struct rl_domain *rival, u32 i)
{
	try_values(d, rival, &rows[i], HOSTILE_ROWS + i);
}

static void try_device(struct rl_domain *d, struct rl_domain *rival, u32 i)
{
	try_values(d, rival, &device_rows[i], i);
}

/*
 * Attack @i again and again, at once when it runs again, until the domain is DEAD: after
 * storm_limit restarts. Only others are looked at: it is left as it died.
 */
static void try_storm(struct rl_domain *d, struct rl_domain *rival, u32 i)
{
	struct rltest_view was = rltest_look(&bait, d, rival), is;
	struct attempt a = { .d = d, .nr = i, .way = attacks[i].way };
	u64 crashes = d->crashes;
	const char *wrong;
	u32 n = 0;

	a.arg = aim(attacks[i].target, d, rival, &a);
	do {
		call(&a);
		n++;
	} while (a.ret.rpc != RL_RPC_DEAD && rltest_wait_running(d));
	if (a.ret.rpc != RL_RPC_DEAD)
		call(&a);
	is = rltest_look(&bait, d, rival);
	is.ledger = was.ledger;
	is.used = was.used;
	wrong = rltest_changed(&was, &is) ?: rltest_rival_fails(rival);
	if (!wrong && (a.ret.rpc != RL_RPC_DEAD || d->crashes != crashes + storm_limit + 1))
		wrong = "it did not die as often as it may";
	rltest_say("%sok - storm of %s: dead after %llu crashes, %u calls%s%s\n", wrong ? "not " : "",
		   attacks[i].name, d->crashes - crashes, n, wrong ? "; " : "", wrong ?: "");
}

/* Each attack, or row of arguments, whose name begins with @name ("all": every one). */
static void run(const char *who, const char *name,
		void (*one)(struct rl_domain *d, struct rl_domain *rival, u32 i),
		const char *(*name_of)(u32 i), u32 nr)
{
	struct rl_domain *d = find(who), *rival = find("crash.");
	u32 i;

	if (!d || !rival) {
		rltest_say("not ok - hostile: %s and crash.0 have to be there\n", who);
		return;
	}
	if (!rltest_watch_begin(&bait, rival))
		rltest_say("not ok - hostile: no memory\n");
	else
		for (i = 0; i < nr; i++)
			if (!strcmp(name, "all") || str_has_prefix(name_of(i), name))
				one(d, rival, i);
	rltest_watch_end(&bait, rival);
}

static const char *attack_name(u32 i)
{
	return attacks[i].name;
}

static const char *read_name(u32 i)
{
	return reads[i].name;
}

static const char *row_name(u32 i)
{
	return rows[i].name;
}

static const char *device_row_name(u32 i)
{
	return device_rows[i].name;
}

void rltest_hostile(const char *name)
{
	BUILD_BUG_ON(ARRAY_SIZE(attacks) != HOSTILE_NR);
	run("hostile.", name, attack, attack_name, HOSTILE_NR);
}

void rltest_reader(const char *name)
{
	BUILD_BUG_ON(ARRAY_SIZE(reads) != READER_NR);
	run("reader.", name, try_read, read_name, READER_NR);
}

void rltest_arguments(const char *name)
{
	run("hostile.", name, try_row, row_name, ARRAY_SIZE(rows));
}

void rltest_device(const char *name)
{
	run("hostile_pci.", name, try_device, device_row_name, ARRAY_SIZE(device_rows));
}

void rltest_storm(const char *name, unsigned int limit)
{
	storm_limit = limit;
	run("hostile.", name, try_storm, attack_name, HOSTILE_NR);
}

static const char *watch_begin(struct rl_domain *rival)
{
	if (bait.canary)
		return "somebody has begun";
	if (!rltest_watch_begin(&bait, rival)) {
		rltest_watch_end(&bait, rival);
		return "no memory";
	}
	seen = rltest_look(&bait, NULL, rival);
	return NULL;
}

static const char *watch_end(struct rl_domain *rival)
{
	struct rltest_view is;
	const char *wrong;

	if (!bait.canary)
		return "nobody has begun";
	is = rltest_look(&bait, NULL, rival);
	wrong = rltest_changed(&seen, &is) ?: rltest_rival_fails(rival);
	rltest_watch_end(&bait, rival);
	return wrong;
}

/*
 * "begin" and "end" of what a test does by itself, with domains that start and stop; @who
 * has no part in it. No other command of this file may come between the two.
 */
void rltest_watch(const char *when, const char *who)
{
	struct rl_domain *rival = find(who);
	const char *wrong = "it is not there";

	if (rival)
		wrong = strcmp(when, "end") ? watch_begin(rival) : watch_end(rival);
	rltest_say("%sok - watch %s: around %s%s%s\n", wrong ? "not " : "", when, who,
		   wrong ? ": " : "", wrong ?: "");
}
