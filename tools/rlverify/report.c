// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is refused, in the order it was found, which is the same at every run: the
 * rule, where it is, the instruction's bytes and text, the source line, the
 * reason and the remedy. Text for people, JSON for programs, whose rule
 * names do not change.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "verify.h"

#define SHOWN 50

static const struct {
	const char *id, *reason, *remedy;
} rules[R_MAX] = {
	[R_name] = {
		"id", "reason",
		"remedy",
	},
	[R_LEVEL] = {
		"level", "the guard level is not the wanted one",
		"build with tools/domain.mk, or name the level with --level",
	},
	[R_SECTION] = {
		"section", "a section that no domain has",
		"build with tools/domain.mk and without constructors, jump labels or exception tables",
	},
	[R_SECTION_FLAGS] = {
		"section-flags", "the section has other type or flags than it must have",
		"let kbuild link the module",
	},
	[R_SECTION_TWICE] = {
		"section-twice", "two sections of one name",
		"let kbuild link the module",
	},
	[R_GLUE] = {
		"glue", "the code of the glue is not the trusted one",
		"do not define module_init() or code in .init.text or .exit.text",
	},
	[R_METADATA] = {
		"metadata", "module metadata says something no domain may say",
		"leave it to tools/glue.c and modpost",
	},
	[R_DATA] = {
		"data", "writable data that is not the glue's",
		"move it into the domain's state structure",
	},
	[R_SITE] = {
		"site", "the kernel would patch an instruction that is none of this kind",
		"let objtool write the table",
	},
	[R_IMPORT] = {
		"import", "imports what is not on the allow-list (core/allowlist.h)",
		"use the functions of <redleaf/...>",
	},
	[R_SYMBOL] = {
		"symbol", "a symbol of a kind no domain may define",
		"let kbuild link the module",
	},
	[R_RELOC] = {
		"reloc", "a relocation of a kind, place or target no domain may have",
		"compile with tools/domain.mk",
	},
	[R_FUNCTION] = {
		"function", "functions overlap, are empty or not aligned",
		"compile with tools/domain.mk",
	},
	[R_PADDING] = {
		"padding", "bytes between functions that are not nop or int3",
		"keep data out of .text",
	},
	[R_DECODE] = {
		"decode", "no instruction, or one that runs past its function",
		"keep data out of .text",
	},
	[R_INSN] = {
		"insn", "an instruction domains may not use",
		"see Documentation/guard.rst",
	},
	[R_PREFIX] = {
		"prefix", "a prefix domains may not use",
		"see Documentation/guard.rst",
	},
	[R_OPERAND] = {
		"operand", "an operand domains may not use",
		"see Documentation/guard.rst",
	},
	[R_ENDBR] = {
		"endbr", "endbr64 elsewhere than at the start of a function",
		"choose another constant",
	},
	[R_PROLOGUE] = {
		"prologue", "the function does not begin with the stack check",
		"compile with tools/domain.mk",
	},
	[R_TARGET] = {
		"target", "a jump or call to what is not an instruction there",
		"call functions, jump to labels of the same function",
	},
	[R_INDIRECT] = {
		"indirect", "an indirect branch that is not checked",
		"call through rl_icall_*: run the guard",
	},
	[R_FALL_OFF] = {
		"fall-off", "the flow runs off the end of the function",
		"end it with a return, a jump or ud2",
	},
	[R_UNREACHED] = {
		"unreached", "an instruction that no flow reaches",
		"remove it",
	},
	[R_R15] = {
		"r15", "writes %r15",
		"%r15 belongs to the gate: -ffixed-r15",
	},
	[R_RSP] = {
		"rsp", "changes %rsp in a way that cannot be followed",
		"no variable length arrays, alloca() or frame pointers",
	},
	[R_HEIGHT] = {
		"height", "the stack height is out of bounds or differs between ways here",
		"balance push and pop, keep frames below 576 bytes",
	},
	[R_RETURN] = {
		"return", "leaves the function with something on the stack",
		"balance push and pop",
	},
	[R_FLAGS] = {
		"flags", "pushfq or popfq outside the guard's own form",
		"run the guard",
	},
	[R_STACK_STORE] = {
		"stack-store", "stores outside the function's own frame",
		"store within the frame",
	},
	[R_STACK_LOAD] = {
		"stack-load", "loads from the stack outside its own frame and arguments",
		"load within the frame",
	},
	[R_STORE] = {
		"store", "stores without a check that holds here",
		"run the guard",
	},
	[R_LOAD] = {
		"load", "loads without a check that holds here",
		"run the guard with --level=full",
	},
	[R_STRING] = {
		"string", "a string instruction without a check that holds here",
		"run the guard",
	},
};

static struct finding {
	enum rule rule;
	const struct section *sec;
	u64 off;
	char detail[160];
} findings[SHOWN];
static size_t count;

/**
 * refuse() - note a reason not to accept the module
 * @rule: which
 * @s: section it is about, or NULL
 * @off: offset in ss
 * @fmt: what exactly
 */
void refuse(enum rule rule, const struct section *s, u64 off, const char *fmt, ...)
{
	struct finding *f;
	va_list ap;

	if (count++ >= SHOWN)
		return;
	f = &findings[count - 1];
	f->rule = rule;
	f->sec = s;
	f->off = off;
	va_start(ap, fmt);
	vsnprintf(f->detail, sizeof(f->detail), fmt, ap);
	va_end(ap);
}

size_t report_count(void)
{
	return count;
}

struct place {
	char symbol[160], bytes[64], text[160], source[256];
};

static void place_symbol(const struct image *img, const struct finding *f, struct place *p)
{
	const struct symbol *best = NULL;
	size_t n;

	for (n = 1; n < img->nr_sym; n++) {
		const struct symbol *s = &img->sym[n];

		if (s->shndx >= img->nr_sec || &img->sec[s->shndx] != f->sec || s->value > f->off ||
		    (s->type != STT_FUNC && s->type != STT_OBJECT))
			continue;
		if (!best || s->value > best->value)
			best = s;
	}
	if (best)
		snprintf(p->symbol, sizeof(p->symbol), "%.128s+0x%llx", best->name,
			 (unsigned long long)(f->off - best->value));
}

static void place_insn(const struct finding *f, struct place *p)
{
	char text[128];
	size_t len, n;

	if (!(f->sec->flags & SHF_EXECINSTR) || !f->sec->data || f->off >= f->sec->size)
		return;
	len = f->sec->size - f->off;
	decode_text(f->sec->data + f->off, len, f->off, text, sizeof(text));
	snprintf(p->text, sizeof(p->text), "%s", strchr(text, ' ') ? strchr(text, ' ') + 1 : "");
	len = strtoul(text, NULL, 10);
	for (n = 0; n < len && 3 * n + 4 < sizeof(p->bytes); n++)
		sprintf(p->bytes + 3 * n, "%02x%s", f->sec->data[f->off + n],
			n + 1 < len ? " " : "");
}

static void place(const struct image *img, const struct finding *f, struct place *p)
{
	memset(p, 0, sizeof(*p));
	if (!f->sec)
		return;
	place_symbol(img, f, p);
	place_insn(f, p);
	source_line(img, f->sec, f->off, p->source, sizeof(p->source));
}

static void print_text(const struct image *img, const struct finding *f, const char *path)
{
	struct place p;

	place(img, f, &p);
	printf("%s: ", path);
	if (f->sec)
		printf("%s+0x%llx: ", f->sec->name, (unsigned long long)f->off);
	printf("refused (%s): %s", rules[f->rule].id, rules[f->rule].reason);
	printf("%s%s\n", *f->detail ? ": " : "", f->detail);
	if (*p.symbol)
		printf("  in       %s\n", p.symbol);
	if (*p.bytes)
		printf("  insn     %s    %s\n", p.bytes, p.text);
	if (*p.source)
		printf("  source   %s\n", p.source);
	printf("  remedy   %s\n", rules[f->rule].remedy);
}

static void json_string(const char *name, const char *s, const char *after)
{
	printf("\"%s\":\"", name);
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			printf("\\%c", *s);
		else if ((unsigned char)*s < 0x20 || (unsigned char)*s >= 0x7f)
			printf("\\u%04x", (unsigned char)*s);
		else
			putchar(*s);
	}
	printf("\"%s", after);
}

static void print_json(const struct image *img, const struct finding *f)
{
	struct place p;

	place(img, f, &p);
	printf("{");
	json_string("rule", rules[f->rule].id, ",");
	json_string("section", f->sec ? f->sec->name : "", ",");
	printf("\"offset\":%llu,", (unsigned long long)f->off);
	json_string("symbol", p.symbol, ",");
	json_string("bytes", p.bytes, ",");
	json_string("insn", p.text, ",");
	json_string("source", p.source, ",");
	json_string("detail", f->detail, ",");
	json_string("reason", rules[f->rule].reason, ",");
	json_string("remedy", rules[f->rule].remedy, "}");
}

void report_print(const struct image *img, const char *path, const char *level, bool json)
{
	size_t shown = count < SHOWN ? count : SHOWN, n;

	if (json) {
		printf("{");
		json_string("file", path, ",");
		json_string("level", level, ",");
		printf("\"accepted\":%s,\"count\":%zu,\"refused\":[", count ? "false" : "true",
		       count);
		for (n = 0; n < shown; n++) {
			print_json(img, &findings[n]);
			printf("%s", n + 1 < shown ? "," : "");
		}
		printf("]}\n");
		return;
	}
	for (n = 0; n < shown; n++)
		print_text(img, &findings[n], path);
	if (count > shown)
		printf("%s: %zu more\n", path, count - shown);
	if (!count)
		printf("%s: accepted, guard level %s\n", path, level);
}
