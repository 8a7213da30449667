// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stands in for the assembler: gcc finds it through -B as "as", with the
 * assembler's command line. It guards the input and gives the result to the real
 * one, which is the next "as" on PATH. Called as rlguard it only translates. The
 * level is an option of its own, which gcc passes on from -Wa.
 *
 * Each object gets a section .comment.rlguard, which no kernel loads: the mark that it was
 * guarded, and what the stack of each function is made of.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "guard.h"

struct input {
	struct stmt *s;
	int n;
	bool in_text;
	FILE *out;
	char *note;
	size_t note_size;
	FILE *note_file;
};

static const char *function_of(const struct stmt *s)
{
	static char name[256];

	if (s->kind != S_OTHER || strcmp(s->name, ".type") ||
	    sscanf(s->text, " .type %255[^, \t] , @function", name) != 1 ||
	    !strstr(s->text, "@function"))
		return NULL;
	return name;
}

static bool ends(const struct stmt *s, const char *name)
{
	char of[256];

	return s->kind == S_OTHER && sscanf(s->text, " .size %255[^, \t]", of) == 1 &&
	       !strcmp(of, name);
}

/* [endbr64] call rl_prologue, which checks the stack */
static void check_head(const struct func *f)
{
	int i;

	for (i = 0; i < f->n; i++) {
		const struct stmt *s = &f->s[i];

		if (s->kind != S_INSN || !strcmp(s->name, "endbr64"))
			continue;
		if (s->what != CALL || !s->nr_ops || strcmp(s->op[0].text, "rl_prologue"))
			break;
		return;
	}
	fail(&f->s[i < f->n ? i : 0],
	     "%s does not begin with a check of the stack (compile with -pg -mfentry -mfentry-name=rl_prologue)",
	     f->name);
}

static void guard_func(struct input *in, struct func *f)
{
	check_head(f);
	find_flow(f);
	name_addresses(f);
	move_locals(f);
	place_checks(f);
	emit_func(f, in->out);
	note_stack(f, in->note_file);
}

/* From the label at @at to before the function's .size; its length. */
static int take_func(struct input *in, int at, const char *name)
{
	struct func f = { .name = print("%s", name), .s = &in->s[at] };
	int i;

	while (at + f.n < in->n && !ends(&in->s[at + f.n], f.name))
		f.n++;
	if (at + f.n == in->n)
		fail(f.s, "%s has no .size", f.name);
	check_name(f.s, f.name);
	for (i = 1; i < f.n; i++)
		check_inside(&in->in_text, &f.s[i]);
	guard_func(in, &f);
	return f.n;
}

/* Functions that data points to can be called indirectly. */
static void note_data(struct input *in, const struct stmt *s)
{
	char symbol[256];

	if (s->kind == S_OTHER && sscanf(s->text, " .quad %255[a-zA-Z0-9_.$]", symbol) == 1 &&
	    symbol[0] != '.' && (symbol[0] < '0' || symbol[0] > '9'))
		fprintf(in->note_file, "A %s\n", symbol);
}

static void guard_stmt(struct input *in, struct stmt *s)
{
	/* nops in front of a function are room for the kernel's patches */
	if (s->kind == S_INSN && (s->what != NONE || strcmp(s->name, "nop")))
		fail(s, "an instruction outside of any function");
	if (s->kind == S_LABEL)
		check_name(s, s->name);
	if (s->kind == S_OTHER && !s->drop)
		check_directive(&in->in_text, s);
	note_data(in, s);
	if (!s->drop)
		fprintf(in->out, "%s\n", s->text);
}

static bool is_function(const struct input *in, const struct stmt *label)
{
	const char *name;
	int i;

	for (i = 0; i < in->n; i++) {
		name = function_of(&in->s[i]);
		if (name && !strcmp(name, label->name))
			return true;
	}
	return false;
}

static void write_note(struct input *in)
{
	char *line, *save = NULL;

	fflush(in->note_file);
	fprintf(in->out, "\t.section\t.comment.rlguard,\"\",@progbits\n\t.ascii\t\"L %s\\n\"\n",
		guard_loads ? "full" : "stores");
	for (line = strtok_r(in->note, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		fprintf(in->out, "\t.ascii\t\"%s\\n\"\n", line);
}

static void translate(FILE *from, const char *name, FILE *to)
{
	struct input in = { .out = to };
	int i;

	in.s = read_text(from, name, &in.n);
	in.note_file = open_memstream(&in.note, &in.note_size);
	in.in_text = true;
	for (i = 0; i < in.n; i++) {
		struct stmt *s = &in.s[i];

		if (s->kind == S_LABEL && in.in_text && is_function(&in, s))
			i += take_func(&in, i, s->name) - 1;
		else
			guard_stmt(&in, s);
	}
	write_note(&in);
}

static void translate_file(const char *from, const char *to)
{
	FILE *in = fopen(from, "r"), *out;

	if (!in) {
		fprintf(stderr, "rlguard: %s: %s\n", from, strerror(errno));
		exit(2);
	}
	out = fopen(to, "w");
	if (!out) {
		fprintf(stderr, "rlguard: %s: %s\n", to, strerror(errno));
		exit(2);
	}
	translate(in, from, out);
	if (fclose(out)) {
		fprintf(stderr, "rlguard: %s: %s\n", to, strerror(errno));
		exit(2);
	}
}

static bool is_source(const char *arg)
{
	size_t n = strlen(arg);

	return n > 2 && arg[0] != '-' && !strcmp(arg + n - 2, ".s");
}

static int run(char **argv)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		execvp("as", argv);
		fprintf(stderr, "rlguard: as: %s\n", strerror(errno));
		_exit(2);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return 2;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 2;
}

/* As gcc calls the assembler: the one input is replaced by what it becomes. */
static int assemble(int argc, char **argv)
{
	char temp[] = "/tmp/rlguardXXXXXX.s";
	int i, source = 0, status;

	for (i = 1; i < argc; i++)
		if (is_source(argv[i]) && strcmp(argv[i - 1], "-o"))
			source = i;
	if (!source) {
		fputs("rlguard: no input file: -pipe, -c of an .S file and clang's own assembler cannot be guarded\n",
		      stderr);
		return 1;
	}
	if (mkstemps(temp, 2) < 0) {
		perror("rlguard: /tmp");
		return 2;
	}
	translate_file(argv[source], temp);
	argv[source] = temp;
	status = run(argv);
	unlink(temp);
	return status;
}

static const char help[] =
	"usage: rlguard [--level=LEVEL] INPUT.s OUTPUT.s\n"
	"Guards stores and indirect calls of domain code, and its loads at LEVEL full (default:\n"
	"stores): Documentation/guard.rst.\n"
	"Called as \"as\" (gcc -B) it takes the assembler's options and runs it.\n"
	"Exit status: 0 done, 1 the input cannot be guarded, 2 trouble.\n";

/* Takes the level out of the arguments; the number of those that are left. */
static int take_level(int argc, char **argv)
{
	int i, n = 1;

	for (i = 1; i < argc; i++) {
		if (strncmp(argv[i], "--level=", 8)) {
			argv[n++] = argv[i];
			continue;
		}
		guard_loads = !strcmp(argv[i] + 8, "full");
		if (guard_loads || !strcmp(argv[i] + 8, "stores"))
			continue;
		fprintf(stderr, "rlguard: no guard level %s; there are: stores, full\n",
			argv[i] + 8);
		exit(2);
	}
	argv[n] = NULL;
	return n;
}

int main(int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/');

	argc = take_level(argc, argv);

	if (!strcmp(slash ? slash + 1 : argv[0], "as"))
		return assemble(argc, argv);
	if (argc == 2 && !strcmp(argv[1], "--help")) {
		fputs(help, stdout);
		return 0;
	}
	if (argc != 3) {
		fputs(help, stderr);
		return 2;
	}
	translate_file(argv[1], argv[2]);
	return 0;
}
