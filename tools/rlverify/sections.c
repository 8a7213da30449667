// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sections that are loaded: each must be one that a domain has, with the flags it
 * must have, and with relocations that lead only where they may. What the
 * kernel would act upon (constructors, alternatives, jump labels, static calls,
 * exception tables, ftrace's call sites) is on no list and so is refused.
 */
#include <stdio.h>
#include <string.h>
#include "verify.h"

#define NAME_OFFSET 24		/* of the name in struct module: state, then list */
#define NAME_BYTES 56
#define GLUE_DATA 64		/* the glue's parameters, with room for alignment */

/* Where relocations of a section may lead. */
enum to { TO_NOWHERE, TO_CODE, TO_CONST, TO_PARAM, TO_ANY, TO_OTHERS /* checked elsewhere */ };

static const struct kind_of_section {
	const char *name;
	bool prefix;
	u64 flags;
	u32 type;
	u32 reloc;
	enum to to;
} kinds[] = {
	{ ".text", false, SHF_EXECINSTR, SHT_PROGBITS, 0, TO_OTHERS },
	{ ".init.text", false, SHF_EXECINSTR, SHT_PROGBITS, 0, TO_OTHERS },
	{ ".exit.text", false, SHF_EXECINSTR, SHT_PROGBITS, 0, TO_OTHERS },
	{ ".rodata", false, 0, SHT_PROGBITS, R_X86_64_64, TO_CONST },
	{ ".rodata.", true, 0, SHT_PROGBITS, R_X86_64_64, TO_CONST },
	{ ".modinfo", false, 0, SHT_PROGBITS, 0, TO_NOWHERE },
	{ "__versions", false, 0, SHT_PROGBITS, 0, TO_NOWHERE },
	{ "__param", false, 0, SHT_PROGBITS, R_X86_64_64, TO_PARAM },
	{ ".note.", true, 0, SHT_NOTE, 0, TO_NOWHERE },
	{ ".orc_header", false, 0, SHT_PROGBITS, 0, TO_NOWHERE },
	{ ".orc_unwind", false, 0, SHT_PROGBITS, 0, TO_NOWHERE },
	{ ".orc_unwind_ip", false, 0, SHT_PROGBITS, R_X86_64_PC32, TO_CODE },
	{ ".return_sites", false, 0, SHT_PROGBITS, R_X86_64_PC32, TO_CODE },
	{ ".retpoline_sites", false, 0, SHT_PROGBITS, R_X86_64_PC32, TO_CODE },
	{ ".call_sites", false, 0, SHT_PROGBITS, R_X86_64_PC32, TO_CODE },
	{ ".ibt_endbr_seal", false, 0, SHT_PROGBITS, R_X86_64_PC32, TO_CODE },
	{ "__patchable_function_entries", false, SHF_WRITE, SHT_PROGBITS, R_X86_64_64, TO_CODE },
	{ ".data", false, SHF_WRITE, SHT_PROGBITS, R_X86_64_64, TO_ANY },
	{ ".init.data", false, SHF_WRITE, SHT_PROGBITS, R_X86_64_64, TO_CODE },
	{ ".exit.data", false, SHF_WRITE, SHT_PROGBITS, R_X86_64_64, TO_CODE },
	{ ".gnu.linkonce.this_module", false, SHF_WRITE, SHT_PROGBITS, R_X86_64_64, TO_CODE },
	{ ".bss", false, SHF_WRITE, SHT_NOBITS, 0, TO_NOWHERE },
};

static const struct kind_of_section *kind_of(const struct section *s)
{
	size_t n;

	for (n = 0; n < ARRAY_SIZE(kinds); n++)
		if (kinds[n].prefix ? !strncmp(s->name, kinds[n].name, strlen(kinds[n].name)) :
				      !strcmp(s->name, kinds[n].name))
			return &kinds[n];
	return NULL;
}

static bool leads_well(const struct image *img, const struct symbol *sym, enum to to)
{
	const struct section *t = symbol_section(img, sym);

	switch (to) {
	case TO_CODE:
		return t && t->flags & SHF_EXECINSTR;
	case TO_CONST:
		return t ? !(t->flags & SHF_WRITE) : sym->shndx == SHN_UNDEF;
	case TO_PARAM:
		return t ? !(t->flags & SHF_EXECINSTR) : !strncmp(sym->name, "param_ops_", 10);
	case TO_ANY:
		return t;
	default:
		return false;
	}
}

static void check_relocs(const struct image *img, const struct section *s,
			 const struct kind_of_section *k)
{
	u64 width = k->reloc == R_X86_64_64 ? 8 : 4;
	size_t n;

	if (k->to == TO_OTHERS)
		return;
	for (n = 0; n < s->nr_rel; n++) {
		const struct reloc *r = &s->rel[n];
		const struct symbol *sym = &img->sym[r->sym];

		if (r->type != k->reloc || r->off % width || s->size - r->off < width ||
		    (n && r->off == r[-1].off) || !leads_well(img, sym, k->to))
			refuse(R_RELOC, s, r->off, "type %u to %s", r->type, sym->name);
	}
}

/* The next string of .modinfo at or behind *@at. */
static const char *next_info(const struct section *s, u64 *at)
{
	const char *p;

	while (*at < s->size && !s->data[*at])
		++*at;
	if (*at >= s->size)
		return NULL;
	p = (const char *)s->data + *at;
	*at += strnlen(p, s->size - *at);
	return *at < s->size ? p : NULL;
}

/* The value of the only string KEY=value in .modinfo; NULL without any. */
const char *info_value(const struct image *img, const char *key)
{
	const struct section *s = image_section(img, ".modinfo");
	size_t len = strlen(key);
	const char *p, *found = NULL;
	u64 at = 0;

	if (!s || !s->data)
		return NULL;
	while ((p = next_info(s, &at))) {
		if (strncmp(p, key, len) || p[len] != '=')
			continue;
		if (found)
			refuse(R_METADATA, s, 0, "%s twice", key);
		found = p + len + 1;
	}
	return found;
}

static void check_info(const struct section *s)
{
	static const char *const keys[] = {
		"license=", "description=", "author=", "version=", "srcversion=", "parm=",
		"parmtype=", "depends=", "retpoline=", "name=", "vermagic=", "rl_guard=",
	};
	const char *p;
	u64 at = 0;
	size_t n;

	while ((p = next_info(s, &at))) {
		for (n = 0; n < ARRAY_SIZE(keys); n++)
			if (!strncmp(p, keys[n], strlen(keys[n])))
				break;
		if (n == ARRAY_SIZE(keys))
			refuse(R_METADATA, s, at, "%.60s", p);
	}
	if (s->size && s->data[s->size - 1])
		refuse(R_METADATA, s, s->size - 1, "not terminated");
}

/* struct module holds its name; init and exit come by relocation; the rest is zero. */
static void check_this_module(const struct image *img, const struct section *s)
{
	u64 n, end;
	size_t k;

	if (!s->data || s->size < NAME_OFFSET + NAME_BYTES) {
		refuse(R_METADATA, s, 0, "too small");
		return;
	}
	end = NAME_OFFSET + strnlen((const char *)s->data + NAME_OFFSET, NAME_BYTES);
	for (n = 0; n < s->size; n++)
		if (s->data[n] && (n < NAME_OFFSET || n >= end)) {
			refuse(R_METADATA, s, n, "not zero");
			break;
		}
	for (k = 0; k < s->nr_rel; k++) {
		const struct symbol *sym = &img->sym[s->rel[k].sym];

		if ((strcmp(sym->name, "init_module") && strcmp(sym->name, "cleanup_module")) ||
		    s->rel[k].addend)
			refuse(R_METADATA, s, s->rel[k].off, "init or exit is %s", sym->name);
	}
}

static void check_data(const struct image *img, const struct section *s)
{
	size_t n;

	if (s->size > GLUE_DATA)
		refuse(R_DATA, s, 0, "%llu bytes", (unsigned long long)s->size);
	for (n = 1; n < img->nr_sym; n++) {
		const struct symbol *sym = &img->sym[n];

		if (symbol_section(img, sym) != s || sym->type != STT_OBJECT)
			continue;
		if (strncmp(sym->name, "rl_glue_", 8) && !strstr(sym->name, "___addressable_"))
			refuse(R_DATA, s, sym->value, "%s", sym->name);
	}
}

static void check_content(const struct image *img, const struct section *s)
{
	if (!strcmp(s->name, ".modinfo") && s->data)
		check_info(s);
	else if (!strcmp(s->name, ".gnu.linkonce.this_module"))
		check_this_module(img, s);
	else if (!strcmp(s->name, ".data") || !strcmp(s->name, ".init.data") ||
		 !strcmp(s->name, ".exit.data"))
		check_data(img, s);
	else if (!strcmp(s->name, ".bss") && s->size)
		refuse(R_DATA, s, 0, "%llu bytes", (unsigned long long)s->size);
}

static void check_section(const struct image *img, const struct section *s)
{
	const u64 harmless = SHF_ALLOC | SHF_MERGE | SHF_STRINGS | SHF_INFO_LINK |
				  SHF_LINK_ORDER;
	const struct kind_of_section *k = kind_of(s);

	if (!k) {
		refuse(R_SECTION, s, 0, "%s", s->name);
		return;
	}
	if (s->type != k->type || (s->flags & ~harmless) != k->flags) {
		refuse(R_SECTION_FLAGS, s, 0, "%s: type %u, flags %#llx", s->name, s->type,
		       (unsigned long long)s->flags);
		return;
	}
	if (s->align & (s->align - 1) || s->align > 4096)
		refuse(R_SECTION_FLAGS, s, 0, "%s: alignment", s->name);
	if (image_section(img, s->name) != s)
		refuse(R_SECTION_TWICE, s, 0, "%s", s->name);
	check_relocs(img, s, k);
	check_content(img, s);
}

void check_sections(const struct image *img)
{
	size_t n;

	for (n = 1; n < img->nr_sec; n++) {
		const struct section *s = &img->sec[n];

		if (s->flags & SHF_ALLOC)
			check_section(img, s);
		else if (s->type == SHT_GROUP || s->flags & (SHF_EXECINSTR | SHF_WRITE))
			refuse(R_SECTION_FLAGS, s, 0, "%s is not loaded", s->name);
	}
}
