// SPDX-License-Identifier: GPL-2.0-only
/*
 * rlidl: compiles one interface description to C and reST.
 *
 * All outputs are made in memory first; a file with errors leaves the output
 * folder as it was. Exit status: 0 done, 1 errors in the input, 2 usage or I/O.
 * The input text and the arena live until the end of compile(), which frees
 * both.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "emit.h"

#define VERSION_TEXT "rlidl 1"
#define INPUT_MAX (4u << 20)

static const char usage_text[] =
	"usage: rlidl [-o DIR] X.idl\n"
	"Writes below DIR (default: the current folder):\n"
	"  redleaf/gen/X.h   types and operation tables, for both sides\n"
	"  X_proxy.h         declarations for the trusted side\n"
	"  X_proxy.c         proxies and shadows\n"
	"  X_entry.c         what domains call\n"
	"  X.rst             reference\n"
	"Options:\n"
	"  -o, --out DIR     output folder; it is made if needed\n"
	"  -h, --help        this text\n"
	"  -V, --version     version of the compiler\n"
	"Exit status: 0 done, 1 errors in the input, 2 usage or I/O error.\n";

static const struct {
	const char *pattern;
	void (*emit)(struct emit *e);
} outputs[] = {
	{ "%s/redleaf/gen/%s.h", emit_header },
	{ "%s/%s_proxy.h", emit_proxy_header },
	{ "%s/%s_proxy.c", emit_proxy },
	{ "%s/%s_entry.c", emit_entry },
	{ "%s/%s.rst", emit_rst },
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

static char *read_input(const char *path, size_t *size)
{
	char *text = malloc(INPUT_MAX);
	FILE *f = text ? fopen(path, "r") : NULL;

	if (!f) {
		free(text);
		return NULL;
	}
	errno = 0;
	*size = fread(text, 1, INPUT_MAX, f);
	if (*size == INPUT_MAX)
		errno = EFBIG;
	fclose(f);
	if (!errno)
		return text;
	free(text);
	return NULL;
}

/* "idl/bdev.idl" -> "bdev"; NULL when the name does not end in .idl. */
static const char *base_name(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	size_t len = strlen(name);

	if (len <= 4 || strcmp(name + len - 4, ".idl"))
		return NULL;
	return arena_strndup(a, name, len - 4);
}

static int run_passes(struct idl *idl, const char *dir)
{
	if (idl_parse(idl))
		return io_error(idl->diag->path);
	if (!idl->diag->errors)
		check_idl(idl);
	if (!idl->diag->errors)
		cnames_idl(idl);
	if (!idl->diag->errors)
		hash_idl(idl);
	return idl->diag->errors ? 1 : generate(idl, dir);
}

static int compile(const char *path, const char *dir)
{
	struct diag diag = { .path = path };
	struct idl idl = { .diag = &diag };
	int status = 2;
	char *text;

	idl.base = base_name(&idl.arena, path);
	if (!idl.base) {
		fprintf(stderr, "rlidl: %s: the name does not end in .idl\n", path);
		return 2;
	}
	text = read_input(path, &diag.size);
	diag.text = text;
	if (text)
		status = run_passes(&idl, dir);
	else
		io_error(path);
	arena_free(&idl.arena);
	free(text);
	return status;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "out", required_argument, NULL, 'o' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	const char *dir = ".";
	int c;

	while ((c = getopt_long(argc, argv, "o:hV", options, NULL)) != -1) {
		switch (c) {
		case 'o':
			dir = optarg;
			break;
		case 'h':
			fputs(usage_text, stdout);
			return 0;
		case 'V':
			puts(VERSION_TEXT);
			return 0;
		default:
			fputs(usage_text, stderr);
			return 2;
		}
	}
	if (optind + 1 != argc) {
		fputs(usage_text, stderr);
		return 2;
	}
	return compile(argv[optind], dir);
}
