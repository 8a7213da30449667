// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is in the exchange heap: /sys/kernel/debug/redleaf/objects, and sums in
 * /sys/kernel/redleaf/xheap (control.c)
 *
 * One line for all live objects that have owner, payer, type and place of allocation
 * in common: how many, how many bytes, how old the oldest one is. An object that
 * nobody will ever free shows as a line that grows, or as one of great age. Objects
 * in other objects count for the owner of their root.
 *
 * The picture is taken without stopping anybody, object after object. Memory for it
 * is allocated when the file is read; a kernel without debugfs has no such file.
 */
#include <linux/debugfs.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/sysfs.h>
#include <linux/vmalloc.h>
#include "xheap_internal.h"
#include "xheap_lend.h"

#define GROUPS_MAX	512	/* lines; objects that have none are counted */

struct group {
	const struct rl_xtype *type;
	s32 site;
	u32 owner;
	u32 payer;
	u32 oldest;		/* jiffies */
	unsigned long objects;
	unsigned long bytes;
};

/* A picture of the heap. */
struct report {
	u32 nr;
	unsigned long without;	/* objects there was no group for */
	struct group groups[GROUPS_MAX];
};

static struct dentry *folder;

static struct group *group_of(struct report *r, const struct group *one)
{
	struct group *g;

	for (g = r->groups; g < r->groups + r->nr; g++)
		if (g->type == one->type && g->site == one->site && g->owner == one->owner &&
		    g->payer == one->payer)
			return g;
	if (r->nr == GROUPS_MAX)
		return NULL;
	*g = *one;
	r->nr++;
	return g;
}

static void add(struct report *r, struct rl_xmeta *m)
{
	u64 word = READ_ONCE(m->word);
	struct group one = {
		.type = rl_xtype_of(word), .site = m->site, .payer = rl_xpayer(word),
		.owner = rl_xowner(READ_ONCE(rl_xroot(m)->word)), .oldest = m->born,
	};
	struct group *g = group_of(r, &one);

	if (!g) {
		r->without++;
		return;
	}
	if ((s32)(one.oldest - g->oldest) < 0)
		g->oldest = one.oldest;
	g->objects++;
	g->bytes += rl_xsize(one.type, m->first);
}

static void show_group(struct seq_file *f, const struct group *g)
{
	u32 age = jiffies_to_msecs((u32)jiffies - g->oldest) / MSEC_PER_SEC;

	seq_printf(f, "owner=%u payer=%u type=%s objects=%lu bytes=%lu oldest=%us site=%pS\n",
		   g->owner, g->payer, g->type->name, g->objects, g->bytes, age,
		   (void *)(long)g->site);
}

static int objects_show(struct seq_file *f, void *unused)
{
	struct report *r = vzalloc(sizeof(*r));
	struct rl_xmeta *m = NULL;
	u32 i;

	if (!r)
		return -ENOMEM;
	while ((m = rl_xnext(m))) {
		add(r, m);
		cond_resched();
	}
	for (i = 0; i < r->nr; i++)
		show_group(f, &r->groups[i]);
	if (r->without)
		seq_printf(f, "and %lu objects more\n", r->without);
	vfree(r);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(objects);

/* Nothing is stopped: the sums are of slightly different moments. */
ssize_t rl_xheap_show(char *buf)
{
	return sysfs_emit(buf, "size %zu\nused %zu\nlent %lu\ndamaged %lu\n", rl_xheap.size,
			  rl_arena_used(rl_xheap.arena), rl_xlend_count(), rl_xheap_damaged());
}

void rl_xreport_init(void)
{
	folder = debugfs_create_dir("redleaf", NULL);
	debugfs_create_file("objects", 0400, folder, NULL, &objects_fops);
}

void rl_xreport_exit(void)
{
	debugfs_remove(folder);
}
