// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a domain's .ko imports and defines, read from its own symbol table.
 *
 * Called from the domain's module_init, when mod->kallsyms still is the whole
 * table of the file, undefined symbols included. The rules: undefined symbols
 * are on the allow-list, client stubs (rlc_*), or one of the few the trusted
 * glue object needs; none of those has a definition here; no symbol is exported; no
 * writable data is defined, since a domain's state lives in its window.
 */
#include <linux/elf.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/string.h>
#include "core.h"

static const char *const allowed[] = {
#define RL_ALLOW(name) #name,
#include "allowlist.h"
#undef RL_ALLOW
	/* of the glue object (tools/glue.c), not of domain code */
	"rl_domain_load",
	"rl_domain_unload",
	"param_ops_charp",
	"param_ops_uint",
};

static bool is_core(const char *name)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(allowed); i++)
		if (!strcmp(name, allowed[i]))
			return true;
	return false;
}

static bool may_import(const char *name)
{
	return str_has_prefix(name, "rlc_") || is_core(name);
}

/* Objects the module loader and the glue itself put into writable sections. */
static bool loader_data(const char *name)
{
	return !strcmp(name, "__this_module") || str_has_prefix(name, "rl_glue_") ||
	       strstr(name, "___addressable_");	/* what module_init() leaves behind */
}

static bool writable(const Elf_Sym *s, char type, const char *name)
{
	if (ELF_ST_TYPE(s->st_info) != STT_OBJECT || !s->st_size)
		return false;
	return (type == 'd' || type == 'D' || type == 'b' || type == 'B') && !loader_data(name);
}

static int check_one(const struct module *mod, const Elf_Sym *s, char type, const char *name)
{
	if (s->st_shndx == SHN_UNDEF) {
		if (!*name || may_import(name))
			return 0;
		pr_err("redleaf: %s: refused: imports %s, which is not on the allow-list (core/allowlist.h)\n",
		       mod->name, name);
		return -EPERM;
	}
	/* its own one in its place would be called: no check of a store, say */
	if (is_core(name)) {
		pr_err("redleaf: %s: refused: defines %s, which is the core's (core/allowlist.h)\n",
		       mod->name, name);
		return -EPERM;
	}
	if (!writable(s, type, name))
		return 0;
	pr_err("redleaf: %s: refused: writable global %s; move it into the domain's state structure\n",
	       mod->name, name);
	return -EPERM;
}

int rl_symbols_check(struct module *mod)
{
	/* this module's init runs: nobody replaces the table */
	const struct mod_kallsyms *ks = rcu_dereference_raw(mod->kallsyms);
	unsigned int i;
	int err = 0;

	if (mod->num_syms || mod->num_gpl_syms) {
		pr_err("redleaf: %s: refused: a domain may not export symbols\n", mod->name);
		return -EPERM;
	}
	for (i = 1; i < ks->num_symtab && !err; i++)
		err = check_one(mod, &ks->symtab[i], ks->typetab[i],
				ks->strtab + ks->symtab[i].st_name);
	return err;
}
