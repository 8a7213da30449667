// SPDX-License-Identifier: GPL-2.0-only
/*
 * The sequences of Documentation/guard.rst, and the function around them.
 */
#include <string.h>
#include "guard.h"

static int serial;

const char *register_name(int reg)
{
	static const char *const names[] = {
		"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi",
		"r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
	};

	return names[reg];
}

static char *address(const struct operand *m, long disp)
{
	if (m->index == NOREG)
		return print("%ld(%%%s)", disp, register_name(m->base));
	return print("%ld(%%%s,%%%s,%d)", disp, register_name(m->base),
		     register_name(m->index), m->scale);
}

void emit_check(struct func *f, int at, const struct operand *m, long disp, bool store,
		bool save_flags)
{
	struct stmt *s = &f->s[at];
	char *a = address(m, disp);
	int n = serial++;

	if (save_flags)
		add_pre(s, print("\tpushfq"));
	add_pre(s, print("\tleaq\t%s, %%r11\n"
			 "\tsubq\t%d(%%r15), %%r11\n"
			 "\tcmpq\t%d(%%r15), %%r11\n"
			 "\tjae\t.Lrlslow%d\n"
			 ".Lrlback%d:", a, FRAME_WINDOW, FRAME_SPAN, n, n));
	if (save_flags)
		add_pre(s, print("\tpopfq"));
	add_stub(f, print(".Lrlslow%d:\n"
			  "\tleaq\t%s, %%r11\n"
			  "\tcall\trl_guard_%s\n"
			  "\tjmp\t.Lrlback%d", n, a, store ? "store" : "load", n));
}

static int element(const struct stmt *s)
{
	switch (s->name[strlen(s->name) - 1]) {
	case 'b':
		return 1;
	case 'w':
		return 2;
	case 'l':
		return 4;
	default:
		return 8;
	}
}

/* All that a string instruction does from @reg on; @callee has the last word. */
static void emit_range(struct func *f, int at, const char *reg, const char *callee,
		       bool save_flags)
{
	struct stmt *s = &f->s[at];
	int n = serial++, size = element(s);

	if (save_flags)
		add_pre(s, print("\tpushfq"));
	add_pre(s, print("\tmovq\t%%%s, %%r11\n"
			 "\tsubq\t%d(%%r15), %%r11\n"
			 "\tcmpq\t%d(%%r15), %%r11\n"
			 "\tjae\t.Lrlslow%d\n"
			 "\tcmpq\t%d(%%r15), %%rcx\n"
			 "\tja\t.Lrlslow%d\n"
			 "\tleaq\t(%%r11,%%rcx,%d), %%r11\n"
			 "\tcmpq\t%d(%%r15), %%r11\n"
			 "\tja\t.Lrlslow%d\n"
			 ".Lrlback%d:", reg, FRAME_WINDOW, FRAME_SPAN, n, FRAME_SPAN, n, size,
			 FRAME_SPAN, n, n));
	if (save_flags)
		add_pre(s, print("\tpopfq"));
	add_stub(f, print(".Lrlslow%d:\n"
			  "\tmovl\t$%d, %%r11d\n"
			  "\tcall\t%s\n"
			  "\tjmp\t.Lrlback%d", n, size, callee, n));
}

void emit_string(struct func *f, int at, bool save_flags)
{
	emit_range(f, at, "rdi", "rl_guard_string", save_flags);
	if (guard_loads && !strncmp(f->s[at].name, "movs", 4))
		emit_range(f, at, "rsi", "rl_guard_source", save_flags);
}

static const char *target_reg(const struct stmt *s)
{
	const struct operand *o = &s->op[0];

	if (s->kind != S_INSN || (s->what != CALL && s->what != JMP) || !s->nr_ops)
		return NULL;
	if (!o->indirect)
		return o->kind == OP_SYM ? thunk_reg(o->text) : NULL;
	if (o->kind != OP_REG || o->size != 8)
		fail(s, "an indirect branch through memory (compile with -mindirect-branch-register)");
	return register_name(o->reg);
}

static void emit_stmt(const struct stmt *s, FILE *out)
{
	const char *reg = target_reg(s);

	if (reg)
		fprintf(out, "\t%s\trl_icall_%s\n", s->what == CALL ? "call" : "jmp", reg);
	else
		fprintf(out, "%s\n", s->text);
}

static void emit_list(const struct pre *p, FILE *out)
{
	for (; p; p = p->next)
		fprintf(out, "%s\n", p->text);
}

/* Stubs belong to the function, so they come before the end of its frame. */
static int end_of_code(const struct func *f)
{
	int i;

	for (i = 0; i < f->n; i++)
		if (f->s[i].kind == S_OTHER && !strcmp(f->s[i].name, ".cfi_endproc"))
			return i;
	return f->n;
}

void emit_func(const struct func *f, FILE *out)
{
	int i, end = end_of_code(f);

	for (i = 0; i < f->n; i++) {
		if (i == end)
			emit_list(f->stubs, out);
		emit_list(f->s[i].pre, out);
		if (!f->s[i].drop)
			emit_stmt(&f->s[i], out);
	}
	if (end == f->n)
		emit_list(f->stubs, out);
}

static void note_symbol(const struct operand *o, FILE *note)
{
	const char *name = o->text + (*o->text == '$');

	if (o->symbolic && *name != '.')
		fprintf(note, "A %.*s\n", (int)strcspn(name, "(+-"), name);
}

/*
 * What tools/guard/stack.awk adds up: "F name frame", "C callee height" or "I height"
 * of its calls, "A name" for what is mentioned without being called.
 */
void note_stack(const struct func *f, FILE *note)
{
	int i, j;

	fprintf(note, "F %s %d\n", f->name, f->frame);
	for (i = 0; i < f->n; i++) {
		const struct stmt *s = &f->s[i];

		if (s->kind != S_INSN || s->height < 0)
			continue;
		if (s->what != CALL && s->what != JMP && s->what != JCC) {
			for (j = 0; j < s->nr_ops; j++)
				note_symbol(&s->op[j], note);
			continue;
		}
		if (!s->nr_ops)
			continue;
		if (target_reg(s))
			fprintf(note, "I %d\n", s->height);
		else if (s->what == CALL || find_label(f, s->op[0].text) < 0)
			fprintf(note, "C %s %d\n", s->op[0].text, s->height);
	}
}
