// SPDX-License-Identifier: GPL-2.0-only
/*
 * libFuzzer on the compiler itself: an input is a file, or an old and a new one with a
 * line of BETWEEN in between. Each goes through all passes and, when it is right,
 * through every emitter; then it is compared with itself, and each with the
 * other. Imports find the accepted test inputs. Messages go nowhere. Everything is freed
 * each time, so that leaks are seen.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "emit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define BETWEEN "\n====\n"

static char folder[] = "/tmp/fuzz_rlidl.XXXXXX";

static void leave(void)
{
	rmdir(folder);
}

static void begin(void)
{
	if (stderr && folder[sizeof(folder) - 2] != 'X')
		return;
	if (!mkdtemp(folder))
		abort();
	atexit(leave);
	stderr = fopen("/dev/null", "w");
}

/* The file is named after its module, or it would not get far. */
static void name_of(const uint8_t *data, size_t size, char *name, size_t room)
{
	static const char word[] = "module ";
	const char *p = memmem(data, size, word, sizeof(word) - 1);
	size_t n = 0;

	strcpy(name, "x");
	for (p = p ? p + sizeof(word) - 1 : NULL; p && p + n < (const char *)data + size; n++) {
		if (n == room - 1 || (!isalnum((unsigned char)p[n]) && p[n] != '_'))
			break;
		name[n] = p[n];
		name[n + 1] = '\0';
	}
}

static struct idl *load(struct modules *mods, const uint8_t *data, size_t size)
{
	char name[41], path[128];
	struct idl *idl;
	FILE *f;

	name_of(data, size, name, sizeof(name));
	snprintf(path, sizeof(path), "%s/%s.idl", folder, name);
	f = fopen(path, "w");
	if (!f || fwrite(data, 1, size, f) != size || fclose(f))
		abort();
	idl = module_load(mods, path, 0);
	unlink(path);
	return idl && !idl->broken ? idl : NULL;
}

static void emit_all(struct idl *idl)
{
	static void (*const emitters[])(struct emit *e) = {
		emit_header, emit_proxy_header, emit_proxy, emit_entry, emit_trace, emit_rst,
		emit_man, emit_json, emit_fuzz, emit_test, emit_start,
	};

	for (size_t i = 0; i < sizeof(emitters) / sizeof(emitters[0]); i++) {
		struct emit e = { .idl = idl };
		char *text;
		size_t len;

		e.o = text_open(&text, &len);
		emitters[i](&e);
		fclose(e.o);
		free(text);
	}
}

static const char *const dirs[] = { ACCEPTED };

/* One file: what it becomes, and is it compatible with itself? NULL: it is wrong. */
static struct idl *try_file(struct modules *mods, const uint8_t *data, size_t size)
{
	struct modules again = { .dirs = dirs, .n_dirs = 1 };
	struct idl *idl, *same;

	*mods = again;
	idl = load(mods, data, size);
	if (idl) {
		emit_all(idl);
		same = load(&again, data, size);
		if (!same || !compat_check(idl, same))
			abort();
	}
	modules_free(&again);
	return idl;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *at = memmem(data, size, BETWEEN, sizeof(BETWEEN) - 1);
	const uint8_t *rest = at ? at + sizeof(BETWEEN) - 1 : data + size;
	struct modules before, after;
	struct idl *old, *new;

	begin();
	old = try_file(&before, data, at ? (size_t)(at - data) : size);
	new = try_file(&after, rest, data + size - rest);
	if (old && new) {
		compat_check(old, new);
		compat_check(new, old);
	}
	modules_free(&before);
	modules_free(&after);
	return 0;
}
