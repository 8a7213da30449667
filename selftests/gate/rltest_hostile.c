// SPDX-License-Identifier: GPL-2.0-only
/*
 * The watcher of the hostile domain: hands it a target, starts an attack, and then
 * looks whether everything outside of that domain is what it was, byte by byte, and
 * whether the domain died of what it should have or harmed nobody.
 */
#include <linux/crc32.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <asm/io.h>
#include "compat/module.h"
#include "core.h"
#include "rltest.h"
#include "hostile/attacks.h"

enum target { NOTHING, KERNEL, STACK, WINDOW, OBJECT, GATE, PGD, CODE, END };

static const struct {
	const char *name, *reason;
	enum target target;
} attacks[] = {
#define ATTACK(name, target, reason) { #name, reason, target },
	HOSTILE_ATTACKS(ATTACK)
};

static u8 *canary;				/* a page of the kernel's own */
static struct rltest_item __rref *object;	/* an object of the host's */
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

static u32 sum_text(struct module *mod)
{
	unsigned long text, size;

	rl_compat_text(mod, &text, &size);
	return crc32(0, (void *)text, size);
}

/* Everything an attack aims at that nobody else changes meanwhile. */
static u32 outside(struct rl_domain *d, const struct rl_domain *other)
{
	u32 sum = crc32(0, canary, PAGE_SIZE);

	sum = crc32(sum, (void __force *)object, sizeof(*object));
	sum = crc32(sum, other->gate.window, other->window_size);
	sum ^= sum_text(THIS_MODULE) ^ sum_text(d->mod);
	sum = crc32(sum, d->name, sizeof(d->name));
	return crc32(sum, phys_to_virt(read_cr3_pa()) + PAGE_SIZE / 2, PAGE_SIZE / 2);
}

static unsigned long aim(enum target t, struct rl_domain *d, struct rl_domain *other,
			 const void *stack)
{
	switch (t) {
	case KERNEL:
		return (unsigned long)canary + PAGE_SIZE / 2;
	case STACK:
		return (unsigned long)stack;
	case WINDOW:
		return (unsigned long)other->gate.window + other->window_size / 2;
	case OBJECT:
		return (unsigned long __force)object;
	case GATE:
		return (unsigned long)d->name;
	case PGD:
		return (unsigned long)phys_to_virt(read_cr3_pa()) + PAGE_SIZE - 16;
	case CODE:
		return (unsigned long)forbidden;
	case END:
		return (unsigned long)d->gate.window + d->window_size;
	default:
		return 0;
	}
}

static const char *judge(struct rl_domain *d, struct rl_ret ret, const char *reason, u64 crashes)
{
	bool lives = !strcmp(reason, "none");

	if (!rltest_wait_running(d))
		return "it does not run again";
	if (d->crashes != crashes + !lives)
		return lives ? "it died" : "it did not die";
	if (lives && (ret.rpc || ret.err))
		return "it did not return as it should";
	if (!lives && ret.rpc != RL_RPC_CRASHED)
		return "the caller was not told";
	if (!lives && strcmp(rl_reason_name(d->crash.reason), reason))
		return "it died of something else";
	return NULL;
}

static void attack(struct rl_domain *d, struct rl_domain *other, int i)
{
	volatile u64 stack[4] = { 1, 2, 3, 4 };
	u64 crashes = d->crashes;
	u32 before = outside(d, other);
	const char *wrong;
	struct rl_ret ret;

	code_ran = false;
	ret = rltest_crash(&d->provided, i, aim(attacks[i].target, d, other, (void *)&stack[1]));
	wrong = judge(d, ret, attacks[i].reason, crashes);
	if (!wrong && outside(d, other) != before)
		wrong = "something outside has changed";
	if (!wrong && (stack[0] != 1 || stack[1] != 2 || stack[2] != 3 || stack[3] != 4))
		wrong = "the caller's stack has changed";
	if (!wrong && code_ran)
		wrong = "code of the kernel ran";
	rltest_say("%sok - %s: %s%s%s\n", wrong ? "not " : "", attacks[i].name, attacks[i].reason,
		   wrong ? "; " : "", wrong ?: "");
}

static bool prepare(void)
{
	canary = kmalloc(PAGE_SIZE, GFP_KERNEL);
	object = rl_xheap_alloc(RLTEST_ITEM_TYPE, RL_OWNER_HOST);
	if (!canary || !object)
		return false;
	get_random_bytes(canary, PAGE_SIZE);
	return true;
}

/* Each attack whose name begins with @name ("all": every one). */
void rltest_hostile(const char *name)
{
	struct rl_domain *d = find("hostile."), *other = find("crash.");
	int i;

	BUILD_BUG_ON(ARRAY_SIZE(attacks) != HOSTILE_NR);
	if (!d || !other || !prepare()) {
		rltest_say("not ok - hostile: needs hostile_dom.ko, crash_dom.ko and memory\n");
	} else {
		for (i = 0; i < HOSTILE_NR; i++)
			if (!strcmp(name, "all") || str_has_prefix(attacks[i].name, name))
				attack(d, other, i);
	}
	kfree(canary);
	if (object)
		rl_xheap_free(object, RL_OWNER_HOST);
}
