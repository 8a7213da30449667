// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files: the one on the command line, and what it imports.
 *
 * A module is loaded once a run. All passes are through with it before the file
 * that imports it goes on, so whatever an importer finds has its layout, its C
 * names and its ids. A module that is imported while its own passes are under
 * way imports itself through others, which is refused; depth is bounded, since
 * each import is a recursion of the parser.
 *
 * Owns the text of every file and its arena; modules_free() frees both.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "ast.h"

#define INPUT_MAX (4u << 20)
#define MAX_IMPORT_DEPTH 16

static int io_error(const char *path)
{
	fprintf(stderr, "rlidl: %s: %s\n", path, strerror(errno));
	return 2;
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

static struct idl *new_idl(struct modules *mods, const char *path)
{
	struct arena a = { 0 };
	struct idl *idl = arena_alloc(&a, sizeof(*idl));

	idl->modules = mods;
	idl->diag = arena_alloc(&a, sizeof(*idl->diag));
	idl->diag->path = arena_strndup(&a, path, strlen(path));
	idl->base = base_name(&a, path);
	idl->arena = a;
	list_add(&mods->all, idl);
	return idl;
}

/* A tree with errors, or on one, goes no further. */
static void run_passes(struct idl *idl)
{
	void (*const passes[])(struct idl *idl) = { check_idl, cnames_idl, hash_idl };
	unsigned int before = idl->diag->errors;

	idl->loading = true;
	idl->modules->depth++;
	if (idl_parse(idl)) {
		io_error(idl->diag->path);
		idl->diag->errors++;
	}
	for (size_t i = 0; i < sizeof(passes) / sizeof(passes[0]); i++) {
		idl->broken |= idl->diag->errors != before;
		if (!idl->broken)
			passes[i](idl);
	}
	idl->broken |= idl->diag->errors != before;
	idl->modules->depth--;
	idl->loading = false;
}

struct idl *module_load(struct modules *mods, const char *path, unsigned int errors)
{
	struct idl *idl = new_idl(mods, path);

	idl->diag->errors = errors;
	if (!idl->base) {
		fprintf(stderr, "rlidl: %s: the name does not end in .idl\n", path);
		return NULL;
	}
	idl->diag->text = read_input(path, &idl->diag->size);
	if (!idl->diag->text) {
		io_error(path);
		return NULL;
	}
	run_passes(idl);
	return idl;
}

static struct idl *find_loaded(struct modules *mods, const char *name)
{
	struct idl *i;

	list_for_each(i, &mods->all) {
		if (i->base && !strcmp(i->base, name))
			return i;
	}
	return NULL;
}

/* The importing file's own folder first, then those of -I, in their order. */
static const char *find_file(struct idl *idl, const char *name)
{
	const char *path = idl->diag->path, *slash = strrchr(path, '/');
	struct stat st;

	path = arena_printf(&idl->arena, "%.*s%s.idl", slash ? (int)(slash + 1 - path) : 0, path,
			    name);
	if (!stat(path, &st))
		return path;
	for (unsigned int i = 0; i < idl->modules->n_dirs; i++) {
		path = arena_printf(&idl->arena, "%s/%s.idl", idl->modules->dirs[i], name);
		if (!stat(path, &st))
			return path;
	}
	return NULL;
}

/* "a -> b -> a", of the modules under way since @from. */
static const char *cycle_text(struct idl *idl, const struct idl *from)
{
	const char *s = from->base;
	struct idl *i = (void *)from->link.next;

	for (; i; i = (void *)i->link.next) {
		if (i->loading)
			s = arena_printf(&idl->arena, "%s -> %s", s, i->base);
	}
	return arena_printf(&idl->arena, "%s -> %s", s, from->base);
}

static bool refuse_import(struct idl *idl, struct ident name, const struct idl *found)
{
	const struct import *i;

	list_for_each(i, &idl->imports) {
		if (strcmp(i->name.s, name.s))
			continue;
		diag_error(idl->diag, name.loc, "module '%s' is imported twice", name.s);
		diag_hint(idl->diag, "the first import is in line %d", i->name.loc.line);
		return true;
	}
	if (found && found->loading) {
		diag_error(idl->diag, name.loc, "modules import each other: %s",
			   cycle_text(idl, found));
		diag_hint(idl->diag, "put what both need into a module that imports neither");
		return true;
	}
	if (idl->modules->depth >= MAX_IMPORT_DEPTH) {
		diag_error(idl->diag, name.loc, "imports nest more than %d deep",
			   MAX_IMPORT_DEPTH);
		diag_hint(idl->diag, "import what is needed directly");
		return true;
	}
	return false;
}

void module_import(struct idl *idl, struct ident name)
{
	struct idl *found = find_loaded(idl->modules, name.s);
	struct import *import;
	const char *path;

	if (refuse_import(idl, name, found))
		return;
	if (!found) {
		path = find_file(idl, name.s);
		if (!path) {
			diag_error(idl->diag, name.loc, "there is no module '%s'", name.s);
			diag_hint(idl->diag, "%s.idl is in none of the folders searched; add one with -I DIR",
				  name.s);
			return;
		}
		found = module_load(idl->modules, path, idl->diag->errors);
		idl->diag->errors = found ? found->diag->errors : idl->diag->errors + 1;
		if (!found)
			return;
	}
	idl->broken |= found->broken;
	import = arena_alloc(&idl->arena, sizeof(*import));
	import->name = name;
	import->idl = found;
	list_add(&idl->imports, import);
}

void modules_free(struct modules *mods)
{
	struct idl *i = (void *)mods->all.first;

	while (i) {
		struct idl *next = (void *)i->link.next;
		struct arena a = i->arena;	/* @i lies in it */

		free((void *)i->diag->text);
		arena_free(&a);
		i = next;
	}
}
