// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables of instructions that the kernel patches when it loads a module (thunks of
 * returns, indirect and direct calls, endbr64). Each entry must point at such an
 * instruction; another one would be overwritten after it was proved.
 */
#include <string.h>
#include "verify.h"

static const u8 endbr[4] = { 0xf3, 0x0f, 0x1e, 0xfa };

static bool right_kind(const struct code *c, const char *table, const struct section *s,
		       u64 at)
{
	const u8 *p = s->data + at;
	const struct reloc *r = reloc_at(s, at + 1, 1);
	const char *name = r ? c->img->sym[r->sym].name : "";

	if (!strcmp(table, ".ibt_endbr_seal"))
		return s->size - at >= 4 && !memcmp(p, endbr, 4);
	if (s->size - at < 5)
		return false;
	if (!strcmp(table, ".return_sites"))
		return *p == 0xe9 && !strcmp(name, "__x86_return_thunk");
	if (!strcmp(table, ".retpoline_sites"))
		return !strncmp(name, "__x86_indirect_thunk_", 21);
	return *p == 0xe8;
}

static void check_entry(const struct code *c, const struct section *t, const struct reloc *r)
{
	const struct symbol *sym = &c->img->sym[r->sym];
	const struct section *s = symbol_section(c->img, sym);
	u64 at = sym->value + r->addend;

	if (!s || !s->data || at >= s->size) {
		refuse(R_SITE, t, r->off, "%s leads nowhere", t->name);
		return;
	}
	if (!right_kind(c, t->name, s, at) || (s == c->text && c->at[at] < 0))
		refuse(R_SITE, s, at, "an entry of %s", t->name);
}

void check_sites(const struct code *c)
{
	static const char *const tables[] = {
		".return_sites", ".retpoline_sites", ".call_sites", ".ibt_endbr_seal",
	};
	size_t n, k;

	for (n = 0; n < ARRAY_SIZE(tables); n++) {
		const struct section *t = image_section(c->img, tables[n]);

		if (!t)
			continue;
		if (t->size != 4 * t->nr_rel)
			refuse(R_SITE, t, 0, "%s has entries without relocation", t->name);
		for (k = 0; k < t->nr_rel; k++)
			check_entry(c, t, &t->rel[k]);
	}
}
