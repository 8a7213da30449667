/* SPDX-License-Identifier: GPL-2.0-only */
/* Where a module's parts lie; struct module changed its layout over time. */
#ifndef RL_COMPAT_MODULE_H
#define RL_COMPAT_MODULE_H

#include <linux/module.h>

static inline void rl_compat_text(struct module *m, unsigned long *base, unsigned long *size)
{
#ifdef RL_HAVE_MODULE_MEM
	*base = (unsigned long)m->mem[MOD_TEXT].base;
	*size = m->mem[MOD_TEXT].size;
#else
	*base = (unsigned long)m->core_layout.base;
	*size = m->core_layout.text_size;
#endif
}

/* All that stays in memory once the module's init has run. */
static inline unsigned long rl_compat_module_size(const struct module *m)
{
#ifdef RL_HAVE_MODULE_MEM
	unsigned long size = 0;

	for_class_mod_mem_type(type, core)
		size += m->mem[type].size;
	return size;
#else
	return m->core_layout.size;
#endif
}

static inline void rl_compat_rodata(struct module *m, unsigned long *base, unsigned long *size)
{
#ifdef RL_HAVE_MODULE_MEM
	*base = (unsigned long)m->mem[MOD_RODATA].base;
	*size = m->mem[MOD_RODATA].size;
#else
	*base = (unsigned long)m->core_layout.base + m->core_layout.text_size;
	*size = m->core_layout.ro_size - m->core_layout.text_size;
#endif
}

#endif
