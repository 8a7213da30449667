// SPDX-License-Identifier: GPL-2.0-only
/*
 * A domain's main file as authors write it, with the descriptor from the
 * declaration in accept/domains.idl; then a look at what the descriptor says.
 */
#include <assert.h>
#include <string.h>
#undef NULL
#undef offsetof
#undef static_assert
#define DOMAINS_DISK_MAIN
#define DOMAINS_BARE_MAIN
#include <redleaf/gen/domains.h>

struct disk {
	u64 state[3];
};

static s32 init(void *self)
{
	return self ? 0 : -EINVAL;
}

static void stop(void *self)
{
	(void)self;
}

static s32 read_block(void *self, u64 block)
{
	(void)self;
	(void)block;
	return 0;
}

static const struct domains_ops ops = { .read = read_block };

DOMAINS_DISK_DOMAIN(struct disk, &ops, init, .exit = stop);

int main(void)
{
	const struct rl_domain_desc *d = &rl_this_domain;

	assert(d->magic == RL_DOMAIN_MAGIC && d->abi == RL_ABI_VERSION);
	assert(!strcmp(d->name, "domains_disk") && !strcmp(d->provides, "domains"));
	assert(d->provides_fp == DOMAINS_FINGERPRINT && d->ops == &ops);
	assert(d->nr_ops == DOMAINS_NR_OPS && d->state_size == sizeof(struct disk));
	assert(d->heap_size == 1 << 20 && d->stack_bound == 2048);
	assert(d->init == init && d->exit == stop);
	assert(d->nr_params == 2 && d->params == domains_disk_params);
	assert(!strcmp(d->params[DOMAINS_DISK_PARAM_DEPTH].name, "depth"));
	assert(d->params[DOMAINS_DISK_PARAM_DEPTH].def == 127);
	assert(d->params[DOMAINS_DISK_PARAM_DEPTH].min == 1);
	assert(d->params[DOMAINS_DISK_PARAM_DEPTH].max == 1023);
	assert(!strcmp(d->params[DOMAINS_DISK_PARAM_DEPTH].help, "How \"deep\"."));
	assert(d->nr_requires == 2);
	assert(!strcmp(d->requires[DOMAINS_DISK_REQ_DOMAINS_HOST].iface, "domains_host"));
	assert(d->requires[DOMAINS_DISK_REQ_DOMAINS_HOST].host);
	assert(d->requires[DOMAINS_DISK_REQ_DOMAINS].optional);
	assert(d->requires[DOMAINS_DISK_REQ_DOMAINS].fingerprint == DOMAINS_FINGERPRINT);
	assert(d->limits->restarts == 7 && d->limits->window_ms == 2000);
	assert(d->limits->timers == 3 && d->limits->threads == 1);
	assert(d->limits->irqs == 4 && d->limits->dma == 1 << 20);
	assert(d->pci[0].vendor == 0xffff && d->pci[0].class == 0x010802);
	assert(d->pci[1].vendor == 0x8086 && d->pci[1].device == 0x10fb && !d->pci[2].vendor);
	return 0;
}
