// SPDX-License-Identifier: GPL-2.0-only
/*
 * The glue is the only code of a module that is trusted, not proved. It is trusted
 * for what it is, not for its name: .init.text and .exit.text must be, byte for
 * byte and relocation for relocation, those of the object that the build made of
 * it.
 */
#include <stdio.h>
#include <string.h>
#include "verify.h"

static bool same_relocs(const struct image *img, const struct section *s,
			const struct image *glue, const struct section *g)
{
	size_t n;

	if (s->nr_rel != g->nr_rel)
		return false;
	for (n = 0; n < s->nr_rel; n++) {
		const struct reloc *a = &s->rel[n], *b = &g->rel[n];

		if (a->off != b->off || a->type != b->type || a->addend != b->addend ||
		    strcmp(img->sym[a->sym].name, glue->sym[b->sym].name))
			return false;
	}
	return true;
}

static void check_part(const struct image *img, const struct image *glue, const char *name)
{
	const struct section *s = image_section(img, name), *g;

	if (!s)
		return;
	if (!glue) {
		refuse(R_GLUE, s, 0, "no --glue to compare %s with", name);
		return;
	}
	g = image_section(glue, name);
	if (!g || s->size != g->size || !s->data || !g->data || memcmp(s->data, g->data, s->size) ||
	    !same_relocs(img, s, glue, g))
		refuse(R_GLUE, s, 0, "%s differs from that of the trusted object", name);
}

/* The names by which the loader finds the glue lead into it. */
static void check_name(const struct image *img, const struct image *glue, const char *name,
		       const char *section)
{
	size_t n, k;

	for (n = 1; n < img->nr_sym; n++) {
		if (strcmp(img->sym[n].name, name))
			continue;
		for (k = 1; glue && k < glue->nr_sym && strcmp(glue->sym[k].name, name); k++)
			;
		if (!glue || k == glue->nr_sym || glue->sym[k].value != img->sym[n].value ||
		    symbol_section(img, &img->sym[n]) != image_section(img, section))
			refuse(R_GLUE, symbol_section(img, &img->sym[n]), img->sym[n].value, "%s",
			       name);
	}
}

void check_glue(const struct image *img, const struct image *glue)
{
	check_part(img, glue, ".init.text");
	check_part(img, glue, ".exit.text");
	check_name(img, glue, "init_module", ".init.text");
	check_name(img, glue, "cleanup_module", ".exit.text");
}
