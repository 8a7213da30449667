// SPDX-License-Identifier: GPL-2.0-only
/*
 * libFuzzer on the compiler itself: an input is a file, which goes through all
 * passes and, when it is right, through every emitter; then it is compared with
 * itself. Imports find the accepted test inputs. Messages go nowhere. Everything
 * is freed each time, so that leaks are seen.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "emit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char folder[] = "/tmp/fuzz_rlidl.XXXXXX";
static char path[128];

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
static void write_input(const uint8_t *data, size_t size)
{
	static const char word[] = "module ";
	const char *p = memmem(data, size, word, sizeof(word) - 1);
	char name[41] = "x";
	size_t n = 0;
	FILE *f;

	for (p = p ? p + sizeof(word) - 1 : NULL; p && p + n < (const char *)data + size; n++) {
		if (n == sizeof(name) - 1 || (!isalnum((unsigned char)p[n]) && p[n] != '_'))
			break;
		name[n] = p[n];
		name[n + 1] = '\0';
	}
	snprintf(path, sizeof(path), "%s/%s.idl", folder, name);
	f = fopen(path, "w");
	if (!f || fwrite(data, 1, size, f) != size || fclose(f))
		abort();
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const dirs[] = { ACCEPTED };
	struct modules mods = { .dirs = dirs, .n_dirs = 1 }, again = mods;
	struct idl *idl, *same;

	begin();
	write_input(data, size);
	idl = module_load(&mods, path, 0);
	if (idl && !idl->broken) {
		emit_all(idl);
		same = module_load(&again, path, 0);
		if (!same || !compat_check(idl, same))
			abort();
	}
	modules_free(&mods);
	modules_free(&again);
	unlink(path);
	return 0;
}
