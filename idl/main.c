// SPDX-License-Identifier: GPL-2.0-only
/*
 * rlidl: compiles one interface description to C and its documentation, or
 * compares two versions of one.
 *
 * All outputs are made in memory first; a file with errors leaves the output
 * folder as it was. Exit status: 0 done, 1 errors in the input, 2 usage or I/O,
 * 3 not compatible.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "emit.h"

#define VERSION_TEXT "rlidl 2\n"
#define MAX_DIRS 16

static const char usage_text[] =
	"usage: rlidl [-I DIR]... [-o DIR] X.idl\n"
	"       rlidl [-I DIR]... --check-compat OLD/X.idl NEW/X.idl\n"
	"Writes below DIR (default: the current folder):\n"
	"  redleaf/gen/X.h   types and operation tables, for both sides\n"
	"  X_proxy.h         declarations for the trusted side\n"
	"  X_proxy.c         proxies and shadows\n"
	"  X_entry.c         what domains call\n"
	"  X_trace.h         tracepoints\n"
	"  X.rst, X.9        reference, as text and as manual page\n"
	"  X.json            everything, for other programs\n"
	"  X_fuzz.c          fuzzer of the generated code\n"
	"  X_test.c          test skeleton\n"
	"  X_start.c         where the domain's main file begins\n"
	"Options:\n"
	"  -o, --out DIR     output folder; it is made if needed\n"
	"  -I, --include DIR where to look for imported modules, after the importing\n"
	"                    file's own folder\n"
	"      --check-compat  can users of the old file go on with the new one?\n"
	"  -h, --help        this text\n"
	"  -V, --version     version of the compiler\n"
	"Exit status: 0 done (or compatible), 1 errors in the input, 2 usage or I/O\n"
	"error, 3 not compatible.\n";

static const struct {
	const char *pattern;
	void (*emit)(struct emit *e);
} outputs[] = {
	{ "%s/redleaf/gen/%s.h", emit_header },
	{ "%s/%s_proxy.h", emit_proxy_header },
	{ "%s/%s_proxy.c", emit_proxy },
	{ "%s/%s_entry.c", emit_entry },
	{ "%s/%s_trace.h", emit_trace },
	{ "%s/%s.rst", emit_rst },
	{ "%s/%s.9", emit_man },
	{ "%s/%s.json", emit_json },
	{ "%s/%s_fuzz.c", emit_fuzz },
	{ "%s/%s_test.c", emit_test },
	{ "%s/%s_start.c", emit_start },
};

static int io_error(const char *path)
{
	fprintf(stderr, "rlidl: %s: %s\n", path, strerror(errno));
	return 2;
}

static int make_folders(struct arena *a, const char *dir)
{
	char *path = arena_printf(a, "%s/redleaf/gen", dir);

	for (char *p = path + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		if (mkdir(path, 0777) && errno != EEXIST)
			return io_error(path);
		*p = '/';
	}
	return mkdir(path, 0777) && errno != EEXIST ? io_error(path) : 0;
}

static int write_file(const char *path, const char *text, size_t len)
{
	FILE *f = fopen(path, "w");
	size_t done;

	if (!f)
		return io_error(path);
	done = fwrite(text, 1, len, f);
	if (fclose(f) || done != len) {
		io_error(path);
		remove(path);
		return 2;
	}
	return 0;
}

static int generate(struct idl *idl, const char *dir)
{
	int status = make_folders(&idl->arena, dir);

	for (size_t i = 0; !status && i < sizeof(outputs) / sizeof(outputs[0]); i++) {
		struct emit e = { .idl = idl };
		char *text;
		size_t len;

		e.o = text_open(&text, &len);
		outputs[i].emit(&e);
		fclose(e.o);
		status = write_file(arena_printf(&idl->arena, outputs[i].pattern, dir,
						 idl->base), text, len);
		free(text);
	}
	return status;
}

static int compile(struct modules *mods, const char *path, const char *dir)
{
	struct idl *idl = module_load(mods, path, 0);

	if (!idl)
		return 2;
	return idl->broken ? 1 : generate(idl, dir);
}

/* Each side with imports of its own: @mods belongs to the new one. */
static int compare(struct modules *mods, const char *old_path, const char *new_path)
{
	struct modules before = { .dirs = mods->dirs, .n_dirs = mods->n_dirs };
	struct idl *old = module_load(&before, old_path, 0);
	struct idl *new = module_load(mods, new_path, old ? old->diag->errors : 0);
	int status = 2;

	if (old && new)
		status = old->broken || new->broken ? 1 : compat_check(old, new) ? 0 : 3;
	modules_free(&before);
	return status;
}

static int usage(void)
{
	fputs(usage_text, stderr);
	return 2;
}

static int print(const char *text)
{
	fputs(text, stdout);
	return 0;
}

enum { OPT_COMPAT = 256 };

static int run(int argc, char **argv, struct modules *mods)
{
	static const struct option options[] = {
		{ "out", required_argument, NULL, 'o' },
		{ "include", required_argument, NULL, 'I' },
		{ "check-compat", no_argument, NULL, OPT_COMPAT },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	static const char *dirs[MAX_DIRS];
	const char *dir = ".";
	bool compat = false;
	int c;

	mods->dirs = dirs;
	while ((c = getopt_long(argc, argv, "o:I:hV", options, NULL)) != -1) {
		if (c == 'h')
			return print(usage_text);
		if (c == 'V')
			return print(VERSION_TEXT);
		if (c == 'o')
			dir = optarg;
		else if (c == OPT_COMPAT)
			compat = true;
		else if (c == 'I' && mods->n_dirs < MAX_DIRS)
			dirs[mods->n_dirs++] = optarg;
		else
			return usage();
	}
	if (argc - optind != (compat ? 2 : 1))
		return usage();
	return compat ? compare(mods, argv[optind], argv[optind + 1]) :
	       compile(mods, argv[optind], dir);
}

int main(int argc, char **argv)
{
	struct modules mods = { 0 };
	int status = run(argc, argv, &mods);

	modules_free(&mods);
	return status;
}
