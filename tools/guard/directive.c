// SPDX-License-Identifier: GPL-2.0-only
/*
 * Directives: what else may stand between instructions. What could put bytes into
 * code that were never looked at, or code anywhere but into .text, is refused.
 */
#include <stdio.h>
#include <string.h>
#include "guard.h"

static const char *const harmless[] = {
	".file", ".loc", ".p2align", ".align", ".balign", ".globl", ".global", ".local",
	".weak", ".hidden", ".type", ".size", ".text", ".section", ".ident", ".set",
	".cfi_startproc", ".cfi_endproc", ".cfi_def_cfa_offset", ".cfi_def_cfa",
	".cfi_def_cfa_register", ".cfi_offset", ".cfi_restore", ".cfi_remember_state",
	".cfi_restore_state", ".cfi_sections", ".cfi_undefined",
};

static const char *const data[] = {
	".byte", ".value", ".short", ".word", ".long", ".int", ".quad", ".octa", ".ascii",
	".asciz", ".string", ".zero", ".skip", ".space", ".uleb128", ".sleb128",
	".comm",
};

static const char *const sections[] = { ".data", ".bss" };

static bool among(const char *name, const char *const *list, size_t n)
{
	while (n--)
		if (!strcmp(name, list[n]))
			return true;
	return false;
}

#define AMONG(name, list) among(name, list, sizeof(list) / sizeof((list)[0]))

static void enter_section(bool *in_text, const struct stmt *s)
{
	char name[128] = "", flags[32] = "";

	sscanf(s->text, " .section %127[^, \t] , \"%31[a-zA-Z]\"", name, flags);
	*in_text = !strcmp(s->text, "\t.text") || !strcmp(name, ".text");
	if (!strcmp(s->name, ".text") && !*in_text)
		fail(s, "a subsection:%s", s->text);
	if (*in_text)
		return;
	if (strchr(flags, 'x') || !strncmp(name, ".text", 5) || !strncmp(name, ".init", 5))
		fail(s, "code in section %s; domain code lies in .text alone", name);
}

/* Fill bytes would be instructions. */
static void check_align(const struct stmt *s)
{
	const char *comma = strchr(s->text, ',');

	if (comma && comma[1 + strspn(comma + 1, " \t")] != ',')
		fail(s, "an alignment that says what to fill with:%s", s->text);
}

/* What guarded code calls is the core's: the domain may not have its own. */
void check_name(const struct stmt *s, const char *name)
{
	if (!strncmp(name, "rl_guard_", 9) || !strncmp(name, "rl_icall_", 9) ||
	    !strncmp(name, "__x86_", 6) || !strcmp(name, "rl_prologue"))
		fail(s, "%s is a name of the core's", name);
}

/* A second name for a function, not for a place inside one. */
static void check_set(const struct stmt *s)
{
	char name[256], value[256];

	if (sscanf(s->text, " .set %255[^, \t] , %255s", name, value) != 2 || *value == '.' ||
	    value[strcspn(value, "+-*/()<>&|!~@%\"")])
		fail(s, "a symbol that is no second name of another:%s", s->text);
	check_name(s, name);
}

void check_directive(bool *in_text, const struct stmt *s)
{
	if (!strcmp(s->name, ".section") || !strcmp(s->name, ".text")) {
		enter_section(in_text, s);
	} else if (!strcmp(s->name, ".ident")) {
		if (!strstr(s->text, "\"GCC: ("))
			fail(s, "compiled by something else than gcc:%s", s->text);
	} else if (strstr(s->name, "align")) {
		check_align(s);
	} else if (!strcmp(s->name, ".set")) {
		check_set(s);
	} else if (AMONG(s->name, sections)) {
		*in_text = false;
	} else if (AMONG(s->name, data)) {
		if (*in_text)
			fail(s, "data between instructions: %s", s->name);
	} else if (!AMONG(s->name, harmless)) {
		fail(s, "directive %s is not among those that can be guarded", s->name);
	}
}

/* Inside a function only its own labels and no other section. */
void check_inside(bool *in_text, const struct stmt *s)
{
	if (s->kind == S_LABEL && strncmp(s->name, ".L", 2) && !strspn(s->name, "0123456789"))
		fail(s, "%s: a label inside a function that others could jump to", s->name);
	if (s->kind != S_OTHER || s->drop)
		return;
	if (!strcmp(s->name, ".section") || !strcmp(s->name, ".text") || AMONG(s->name, sections))
		fail(s, "another section inside a function:%s", s->text);
	check_directive(in_text, s);
}
