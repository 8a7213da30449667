// SPDX-License-Identifier: GPL-2.0-only
/*
 * The flow through a function: where jumps go, how high the stack is at each
 * instruction, and whether somebody still wants the flags.
 */
#include <stdlib.h>
#include <string.h>
#include "guard.h"

int find_label(const struct func *f, const char *name)
{
	int i;

	for (i = 0; i < f->n; i++)
		if (f->s[i].kind == S_LABEL && !strcmp(f->s[i].name, name))
			return i;
	return -1;
}

/* "1f" and "1b" of inline assembly */
static int find_local(const struct func *f, int at, const char *name)
{
	size_t n = strspn(name, "0123456789");
	int step = name[n] == 'f' ? 1 : -1, i;

	if (!n || !name[n] || name[n + 1] || !strchr("fb", name[n]))
		return -1;
	for (i = at; i >= 0 && i < f->n; i += step)
		if (f->s[i].kind == S_LABEL && strlen(f->s[i].name) == n &&
		    !strncmp(f->s[i].name, name, n))
			return i;
	return -1;
}

/* Where the jump at @at goes: a statement of the function, or -1. */
static int goes_to(const struct func *f, int at)
{
	const struct operand *o = &f->s[at].op[0];
	int i;

	if (o->kind != OP_SYM)
		return -1;
	i = find_label(f, o->text);
	return i >= 0 ? i : find_local(f, at, o->text);
}

static bool is_jump(const struct stmt *s)
{
	return s->kind == S_INSN && (s->what == JMP || s->what == JCC);
}

static bool goes_on(const struct stmt *s)
{
	return s->kind != S_INSN || (s->what != JMP && s->what != RET && s->what != END);
}

static int lea_delta(const struct stmt *s)
{
	const struct operand *o = &s->op[0];

	if (o->base != RSP || o->index != NOREG || o->symbolic || s->op[1].size != 8)
		fail(s, "the height of the stack is not known after this");
	return -o->disp;
}

/* By how much the stack grows; the height must stay known. */
static int stack_delta(const struct stmt *s)
{
	if (s->what == PUSH)
		return 8;
	if (s->what == POP && !to_rsp(s))
		return -8;
	if (s->what == CALL || !(written_regs(s) & REG(RSP)))
		return 0;
	if (s->what == LEA)
		return lea_delta(s);
	if (s->what != RMW || s->nr_ops != 2 || s->op[0].kind != OP_IMM || s->op[0].symbolic ||
	    last_op(s)->size != 8)
		fail(s, "the height of the stack is not known after this");
	if (!strncmp(s->name, "sub", 3))
		return s->op[0].disp;
	if (!strncmp(s->name, "add", 3))
		return -s->op[0].disp;
	fail(s, "the height of the stack is not known after this");
}

static void check_exit(const struct stmt *s, int height)
{
	if (height)
		fail(s, "leaves the function with %d bytes on its stack", height);
}

struct walk {
	struct func *f;
	int *todo, n;
};

/* Calls, and jumps that leave: to a function, by its name. */
static void check_callee(const struct func *f, const struct stmt *s)
{
	const char *name = s->op[0].text;

	if (s->op[0].indirect)
		return;
	if (*name == '.' || strspn(name, "0123456789") || name[strcspn(name, "+-*@()<>&|! ")])
		fail(s, "%s leaves for what is no function", f->name);
}

static void visit(struct walk *w, int to, int height, const struct stmt *from)
{
	if (to >= w->f->n)
		fail(from, "%s: flow runs off the end", w->f->name);
	if (w->f->s[to].height >= 0) {
		if (w->f->s[to].height != height)
			fail(from, "two heights of the stack meet: %d and %d", height,
			     w->f->s[to].height);
		return;
	}
	w->f->s[to].height = height;
	w->todo[w->n++] = to;
}

static void jump(struct walk *w, int at, int height)
{
	struct stmt *s = &w->f->s[at];
	int to = goes_to(w->f, at);

	if (to >= 0) {
		w->f->s[to].target = true;
		visit(w, to, height, s);
		return;
	}
	check_callee(w->f, s);
	check_exit(s, height);
}

static void step(struct walk *w, int at)
{
	struct stmt *s = &w->f->s[at];
	int height = s->height;

	if (s->kind == S_INSN) {
		height += stack_delta(s);
		if (height < 0 || height > FRAME_MAX)
			fail(s, "the stack of %s would be %d bytes; 0 to %d are possible",
			     w->f->name, height, FRAME_MAX);
		if (height > w->f->frame)
			w->f->frame = height;
		if (s->what == RET)
			check_exit(s, height);
		if (is_jump(s))
			jump(w, at, height);
		if (s->what == CALL)
			check_callee(w->f, s);
	}
	if (goes_on(s))
		visit(w, at + 1, height, s);
}

/* Heights and jump targets, from the function's label on. */
void find_flow(struct func *f)
{
	struct walk w = { .f = f, .todo = alloc((f->n + 1) * sizeof(int)) };

	visit(&w, 0, 0, f->s);
	while (w.n)
		step(&w, w.todo[--w.n]);
}

static bool live(const struct func *f, int at, bool *seen)
{
	const struct stmt *s;

	for (; at < f->n && !seen[at]; at++) {
		s = &f->s[at];
		seen[at] = true;
		if (s->kind != S_INSN)
			continue;
		if (s->flags == R)
			return true;
		if (s->flags == K || s->what == CALL || s->what == RET || s->what == END)
			return false;
		if (is_jump(s)) {
			int to = goes_to(f, at);

			return to >= 0 && live(f, to, seen);
		}
	}
	return false;
}

/* Does anything read the flags that are valid in front of statement @at? */
bool flags_live(const struct func *f, int at)
{
	bool *seen = alloc(f->n), is = live(f, at, seen);

	free(seen);
	return is;
}
