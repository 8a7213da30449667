// SPDX-License-Identifier: GPL-2.0-only
/*
 * The symbol table: what the module imports is on the allow-list, and it defines
 * nothing that the loader or the core would take for something else.
 */
#include <string.h>
#include "verify.h"

#define RL_ALLOW(name) #name,
static const char *const allowed[] = {
#include "../../core/allowlist.h"
};

#undef RL_ALLOW

/* Of the glue object; domain code may not call them. */
static const char *const of_glue[] = {
	"rl_domain_load", "rl_domain_unload", "param_ops_charp", "param_ops_uint",
};

static bool listed(const char *const *list, size_t n, const char *name)
{
	while (n--)
		if (!strcmp(list[n], name))
			return true;
	return false;
}

bool import_allowed(const char *name)
{
	return !strncmp(name, "rlc_", 4) || listed(allowed, ARRAY_SIZE(allowed), name);
}

static void check_undefined(const struct symbol *s)
{
	if (s->bind == STB_WEAK)
		refuse(R_SYMBOL, NULL, 0, "%s is weak and undefined", s->name);
	else if (!import_allowed(s->name) && !listed(of_glue, ARRAY_SIZE(of_glue), s->name))
		refuse(R_IMPORT, NULL, 0, "%s", s->name);
}

static void check_defined(const struct image *img, const struct symbol *s)
{
	const struct section *sec = symbol_section(img, s);

	if (s->type > STT_FILE)
		refuse(R_SYMBOL, sec, s->value, "%s has type %u", s->name, s->type);
	else if (!sec && s->type != STT_FILE)
		refuse(R_SYMBOL, NULL, 0, "%s is absolute or common", s->name);
	else if (s->type == STT_FUNC && !(sec->flags & SHF_EXECINSTR))
		refuse(R_SYMBOL, sec, s->value, "%s is a function outside code", s->name);
}

void check_symbols(const struct image *img)
{
	size_t n;

	for (n = 1; n < img->nr_sym; n++) {
		if (img->sym[n].shndx == SHN_UNDEF)
			check_undefined(&img->sym[n]);
		else
			check_defined(img, &img->sym[n]);
	}
}
