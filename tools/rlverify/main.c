// SPDX-License-Identifier: GPL-2.0-only
/*
 * rlverify: may this module be a domain? See Documentation/rlverify.rst.
 *
 * Reads the linked .ko and nothing else (and the trusted glue object, to compare
 * with). Trusts neither the compiler nor the guard nor debug information.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include "verify.h"

static const char usage[] =
	"usage: rlverify [--level LEVEL] [--glue OBJECT] [--seal KEY] [--json] MODULE\n"
	"\n"
	"Prove that a domain's module keeps the rules of Documentation/guard.rst.\n"
	"\n"
	"  --level LEVEL   guard level it must have: stores (default); full, where loads are\n"
	"                  looked at, too; or none, where no instruction is\n"
	"  --glue OBJECT   the build's rl_glue.o, which .init.text and .exit.text must be\n"
	"  --seal KEY      if it is accepted, append a seal that KEY signs (tools/rlkey path)\n"
	"  --json          print one JSON object instead of text\n"
	"  --help          this\n"
	"\n"
	"Exit: 0 accepted, 1 refused, 2 unusable input or options.\n";

static const char *const levels[] = RL_GUARD_LEVEL_NAMES;

static int find_level(const char *name)
{
	size_t n;

	for (n = 0; n < ARRAY_SIZE(levels); n++)
		if (!strcmp(levels[n], name))
			return n;
	fprintf(stderr, "rlverify: no guard level %s; there are: none, stores, full\n", name);
	return -1;
}

/* A module that says nothing is not guarded. */
static void check_level(const struct image *img, enum rl_guard_level want)
{
	const char *has = info_value(img, "rl_guard");

	if (strcmp(has ? has : "none", levels[want]))
		refuse(R_LEVEL, NULL, 0, "it says %.20s, wanted is %s", has ? has : "nothing",
		       levels[want]);
}

static void verify_code(const struct image *img, bool loads)
{
	struct code c;
	size_t n;

	if (!code_read(&c, img)) {
		c.loads = loads;
		check_sites(&c);
		for (n = 0; n < c.nr_func; n++)
			check_flow(&c, &c.func[n]);
	}
	code_free(&c);
}

static void verify(const struct image *img, const struct image *glue, enum rl_guard_level level)
{
	check_level(img, level);
	check_sections(img);
	check_symbols(img);
	check_glue(img, glue);
	if (level != RL_GUARD_none)
		verify_code(img, level == RL_GUARD_full);
}

struct options {
	const char *module, *glue, *key;
	int level;
	bool json;
};

/* 0; 1: nothing to do; -1: wrong */
static int read_options(struct options *o, int argc, char **argv)
{
	static const struct option known[] = {
		{ "level", required_argument, NULL, 'l' }, { "glue", required_argument, NULL, 'g' },
		{ "seal", required_argument, NULL, 's' }, { "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' }, { 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "h", known, NULL)) != -1) {
		if (c == 'h') {
			fputs(usage, stdout);
			return 1;
		}
		if (c == 'l')
			o->level = find_level(optarg);
		if (c == '?' || o->level < 0)
			return -1;
		if (c == 'g')
			o->glue = optarg;
		if (c == 's')
			o->key = optarg;
		o->json |= c == 'j';
	}
	if (optind + 1 != argc) {
		fputs(usage, stderr);
		return -1;
	}
	o->module = argv[optind];
	return 0;
}

static int work(const struct options *o, struct image *img, struct image *glue)
{
	if (image_read(img, o->module) || (o->glue && image_read(glue, o->glue)))
		return 2;
	verify(img, o->glue ? glue : NULL, o->level);
	report_print(img, o->module, levels[o->level], o->json);
	if (report_count())
		return 1;
	return o->key && seal_file(img, o->module, o->key, o->level) ? 2 : 0;
}

int main(int argc, char **argv)
{
	struct options o = { .level = RL_GUARD_stores };
	struct image img = { 0 }, glue = { 0 };
	int status = read_options(&o, argc, argv);

	if (status)
		return status < 0 ? 2 : 0;
	status = work(&o, &img, &glue);
	image_free(&img);
	image_free(&glue);
	return status;
}
