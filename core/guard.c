// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where the functions of a domain begin.
 *
 * Taken from the symbol table of its .ko at load, when that is still whole. The
 * functions of the trusted glue are left out by name: a domain that gives one of its
 * own such a name can merely not call it through a pointer. Nothing here can fault.
 */
#include <linux/elf.h>
#include <linux/export.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "compat/module.h"
#include "domain.h"
#include "gate_asm.h"
#include "guard.h"

static_assert(offsetof(struct rl_frame, gate) == RL_FRAME_GATE);
static_assert(offsetof(struct rl_frame, window) == RL_FRAME_WINDOW);
static_assert(offsetof(struct rl_frame, span) == RL_FRAME_SPAN);
static_assert(offsetof(struct rl_gate, code) == RL_GATE_CODE);
static_assert(offsetof(struct rl_code, text) == RL_CODE_TEXT);
static_assert(offsetof(struct rl_code, size) == RL_CODE_SIZE);
static_assert(offsetof(struct rl_code, entry) == RL_CODE_ENTRY);

static bool is_glue(const char *name)
{
	return !strcmp(name, "init_module") || !strcmp(name, "cleanup_module") ||
	       !strcmp(name, "__stack_chk_fail") || str_has_prefix(name, "rl_glue_");
}

static bool is_entry(const struct rl_code *c, const Elf_Sym *s, const char *name)
{
	return ELF_ST_TYPE(s->st_info) == STT_FUNC && s->st_shndx != SHN_UNDEF &&
	       s->st_value - c->text < c->size &&
	       IS_ALIGNED(s->st_value, 1UL << RL_CODE_SHIFT) && !is_glue(name);
}

/**
 * rl_code_make() - find the functions of a module
 * @mod: module that is not going away
 *
 * Context: process, sleeps.
 * Return: to be freed with kfree(); NULL without memory.
 */
struct rl_code *rl_code_make(const struct module *mod)
{
	/* the module's init runs, or it is the caller's: nobody replaces the table */
	const struct mod_kallsyms *ks = rcu_dereference_raw(mod->kallsyms);
	unsigned long text, size;
	struct rl_code *c;
	unsigned int i;

	rl_compat_text((struct module *)mod, &text, &size);
	c = kzalloc(rl_code_cost(size), GFP_KERNEL);
	if (!c)
		return NULL;
	c->text = text;
	c->size = size;
	for (i = 1; i < ks->num_symtab; i++) {
		const Elf_Sym *s = &ks->symtab[i];

		if (is_entry(c, s, ks->strtab + s->st_name))
			c->entry[(s->st_value - text) >> RL_CODE_SHIFT] = 1;
	}
	return c;
}
EXPORT_SYMBOL_NS_GPL(rl_code_make, RL_TEST);
