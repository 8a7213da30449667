// SPDX-License-Identifier: GPL-2.0-only
/*
 * Assembler text into statements: labels, instructions, and everything else.
 *
 * AT&T syntax as gcc writes it and inline assembly may: several statements on a
 * line, comments, labels in front of an instruction. Positions come from .loc.
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "guard.h"

#define MAX_FILES 256

const char *source_name = "?";
static const char *files[MAX_FILES];
static int at_file, at_line;

void *alloc(size_t size)
{
	void *p = calloc(1, size);

	if (!p) {
		fputs("rlguard: no memory\n", stderr);
		exit(2);
	}
	return p;
}

char *print(const char *format, ...)
{
	va_list args;
	char *text;
	int n;

	va_start(args, format);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	text = alloc(n + 1);
	va_start(args, format);
	vsnprintf(text, n + 1, format, args);
	va_end(args);
	return text;
}

static struct pre *make_pre(char *text)
{
	struct pre *p = alloc(sizeof(*p));

	p->text = text;
	return p;
}

static void append(struct pre **first, struct pre **last, char *text)
{
	struct pre *p = make_pre(text);

	if (*first)
		(*last)->next = p;
	else
		*first = p;
	*last = p;
}

void add_pre(struct stmt *s, char *text)
{
	append(&s->pre, &s->pre_end, text);
}

void add_stub(struct func *f, char *text)
{
	append(&f->stubs, &f->stubs_end, text);
}

_Noreturn void fail(const struct stmt *s, const char *format, ...)
{
	const char *file = s && s->file < MAX_FILES ? files[s->file] : NULL;
	va_list args;

	if (!file)
		file = source_name;
	fprintf(stderr, "%s:%d: error: rlguard: ", file, s ? s->line : 0);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	if (s && s->kind == S_INSN)
		fprintf(stderr, ":%s", s->text);
	fputc('\n', stderr);
	exit(1);
}

static char *trim(char *s)
{
	char *end;

	while (isspace((unsigned char)*s))
		s++;
	end = s + strlen(s);
	while (end > s && isspace((unsigned char)end[-1]))
		*--end = 0;
	return s;
}

static bool symbol_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '.' || c == '$';
}

static const struct {
	const char *name;
	int reg, size;
} regs[] = {
#define WIDE(q, l, w, b, n) { q, n, 8 }, { l, n, 4 }, { w, n, 2 }, { b, n, 1 }
	WIDE("rax", "eax", "ax", "al", 0), WIDE("rcx", "ecx", "cx", "cl", 1),
	WIDE("rdx", "edx", "dx", "dl", 2), WIDE("rbx", "ebx", "bx", "bl", 3),
	WIDE("rsp", "esp", "sp", "spl", 4), WIDE("rbp", "ebp", "bp", "bpl", 5),
	WIDE("rsi", "esi", "si", "sil", 6), WIDE("rdi", "edi", "di", "dil", 7),
	{ "ah", 0, 1 }, { "ch", 1, 1 }, { "dh", 2, 1 }, { "bh", 3, 1 },
#define EXT(n) WIDE("r" #n, "r" #n "d", "r" #n "w", "r" #n "b", n)
	EXT(8), EXT(9), EXT(10), EXT(11), EXT(12), EXT(13), EXT(14), EXT(15),
};

static bool find_reg(const char *name, int *reg, int *size)
{
	size_t i;

	if (*name++ != '%')
		return false;
	for (i = 0; i < sizeof(regs) / sizeof(regs[0]); i++)
		if (!strcmp(regs[i].name, name)) {
			*reg = regs[i].reg;
			*size = regs[i].size;
			return true;
		}
	return false;
}

static long number(const char *s, bool *symbolic)
{
	char *end;
	long v = strtol(s, &end, 0);

	*symbolic = *s && *end;
	return v;
}

/* base, index and scale between the parentheses */
static bool parse_address(struct operand *o, char *inner)
{
	char *part[3] = { inner, "", "" }, *c;
	int i, size[2] = { 8, 8 };

	for (i = 1; i < 3; i++) {
		c = strchr(part[i - 1], ',');
		if (!c)
			break;
		*c = 0;
		part[i] = c + 1;
	}
	for (i = 0; i < 3; i++)
		part[i] = trim(print("%s", part[i]));
	if (!strcmp(part[0], "%rip")) {
		o->rip = true;
		return !*part[1];
	}
	if (*part[0] && !find_reg(part[0], &o->base, &size[0]))
		return false;
	if (*part[1] && !find_reg(part[1], &o->index, &size[1]))
		return false;
	o->scale = *part[2] ? atoi(part[2]) : 1;
	return size[0] == 8 && size[1] == 8;
}

static bool parse_memory(struct operand *o, const char *text)
{
	char *copy = print("%s", text), *open = strrchr(copy, '(');

	o->base = NOREG;
	o->index = NOREG;
	o->scale = 1;
	if (strchr(copy, ':'))
		return false;
	if (!open) {
		o->disp = number(copy, &o->symbolic);
		o->kind = o->symbolic ? OP_SYM : OP_MEM;
		return *copy;
	}
	o->kind = OP_MEM;
	if (copy[strlen(copy) - 1] != ')')
		return false;
	copy[strlen(copy) - 1] = 0;
	*open = 0;
	o->disp = number(trim(copy), &o->symbolic);
	return parse_address(o, open + 1);
}

/* An operand that makes no sense has no text. */
struct operand parse_operand(char *text)
{
	struct operand o = { .base = NOREG, .index = NOREG, .scale = 1, .reg = NOREG };
	bool ok = true;

	text = trim(text);
	if (*text == '*') {
		o.indirect = true;
		text = trim(text + 1);
	}
	o.text = text;
	if (*text == '$') {
		o.kind = OP_IMM;
		o.disp = number(text + 1, &o.symbolic);
	} else if (*text == '%' && !strchr(text, ':') && !strchr(text, '(')) {
		o.kind = OP_REG;
		ok = find_reg(text, &o.reg, &o.size);
	} else {
		ok = parse_memory(&o, text);
	}
	if (!ok)
		o.text = NULL;
	return o;
}

static void parse_operands(struct stmt *s, char *text)
{
	int depth = 0;
	char *from = text;

	for (;; text++) {
		depth += (*text == '(') - (*text == ')');
		if (*text && (*text != ',' || depth))
			continue;
		if (s->nr_ops == MAX_OPS)
			fail(s, "too many operands");
		s->op[s->nr_ops++] = parse_operand(print("%.*s", (int)(text - from), from));
		if (!s->op[s->nr_ops - 1].text)
			fail(s, "an operand that cannot be guarded");
		if (!*text)
			return;
		from = text + 1;
	}
}

static bool is_prefix(struct stmt *s, const char *word)
{
	if (!strcmp(word, "lock"))
		s->lock = true;
	else if (!strcmp(word, "rep") || !strcmp(word, "repz") || !strcmp(word, "repe"))
		s->rep = true;
	else
		return false;
	return true;
}

static void parse_insn(struct stmt *s, char *text)
{
	char *rest;

	s->kind = S_INSN;
	s->text = print("\t%s", text);
	if (strpbrk(text, "/\\\"`{}"))
		fail(s, "a comment, quote or escape in an instruction");
	for (;;) {
		rest = text + strcspn(text, " \t;");
		s->name = print("%.*s", (int)(rest - text), text);
		rest += strspn(rest, " \t;");
		if (!*rest || !is_prefix(s, s->name))
			break;
		text = rest;
	}
	if (*rest)
		parse_operands(s, rest);
	decode(s);
}

static void parse_loc(char *text)
{
	sscanf(text, ".loc %d %d", &at_file, &at_line);
}

static void parse_file(char *text)
{
	char *first = strchr(text, '"'), *last = strrchr(text, '"'), *from;
	int n;

	if (!first || first == last)
		return;
	*last = 0;
	from = strrchr(first + 1, '"');
	from = from ? from + 1 : first + 1;
	if (sscanf(text, ".file %d", &n) == 1 && n >= 0 && n < MAX_FILES)
		files[n] = print("%s", from);
	else
		source_name = print("%s", from);
}

static void parse_other(struct stmt *s, char *text)
{
	size_t n = strcspn(text, " \t");

	s->kind = S_OTHER;
	s->text = print("\t%s", text);
	s->name = print("%.*s", (int)n, text);
	if (!strcmp(s->name, ".loc"))
		parse_loc(text);
	else if (!strcmp(s->name, ".file"))
		parse_file(print("%s", text));
	s->file = at_file;
	s->line = at_line;
}

struct list {
	struct stmt *s;
	int n, max;
};

static struct stmt *next(struct list *l)
{
	struct stmt *s;

	if (l->n == l->max) {
		l->max = l->max ? 2 * l->max : 1024;
		l->s = realloc(l->s, l->max * sizeof(*l->s));
		if (!l->s)
			alloc(-1);
	}
	s = &l->s[l->n++];
	memset(s, 0, sizeof(*s));
	s->file = at_file;
	s->line = at_line;
	s->height = -1;
	return s;
}

static void parse_statement(struct list *l, char *text)
{
	struct stmt *s;
	size_t n;

	for (text = trim(text); *text; text = trim(text + n + 1)) {
		for (n = 0; symbol_char(text[n]);)
			n++;
		if (!n || text[n] != ':')
			break;
		s = next(l);
		s->kind = S_LABEL;
		s->name = print("%.*s", (int)n, text);
		s->text = print("%s:", s->name);
	}
	if (!*text)
		return;
	s = next(l);
	if (*text == '.' || strchr(text, '='))
		parse_other(s, text);
	else
		parse_insn(s, text);
}

/* "rep; movsb": the prefix belongs to what follows */
static bool prefix_only(const char *s, const char *end)
{
	while (s < end && isspace((unsigned char)*s))
		s++;
	return (end - s == 3 && !strncmp(s, "rep", 3)) || (end - s == 4 && !strncmp(s, "lock", 4));
}

static void parse_line(struct list *l, char *line)
{
	char *from = line, *c;
	bool quoted = false;

	for (c = line;; c++) {
		if (*c == '"' && (c == line || c[-1] != '\\'))
			quoted = !quoted;
		if (*c && (quoted || (*c != ';' && *c != '#')))
			continue;
		if (*c == ';' && prefix_only(from, c)) {
			*c = ' ';
			continue;
		}
		parse_statement(l, print("%.*s", (int)(c - from), from));
		if (*c != ';')
			return;
		from = c + 1;
	}
}

struct stmt *read_text(FILE *in, const char *name, int *nr)
{
	struct list l = { 0 };
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	source_name = name;
	while ((n = getline(&line, &size, in)) >= 0) {
		if (n && line[n - 1] == '\n')
			line[n - 1] = 0;
		parse_line(&l, line);
	}
	free(line);
	*nr = l.n;
	return l.s;
}
