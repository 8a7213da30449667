// SPDX-License-Identifier: GPL-2.0-only
/*
 * The source line of a place, from the module's debug information if it has any. Asked
 * only for what is refused: a verdict never depends on debug information.
 */
#include <elfutils/libdwfl.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#include "verify.h"

static const Dwfl_Callbacks callbacks = {
	.find_elf = dwfl_linux_proc_find_elf,
	.find_debuginfo = dwfl_standard_find_debuginfo,
	.section_address = dwfl_offline_section_address,
};

static Dwfl *dwfl;
static Dwfl_Module *module;

/* libdw relocates what it reads: it gets a copy of its own. */
static void open_once(const struct image *img)
{
	static bool tried;
	int fd;

	if (tried)
		return;
	tried = true;
	fd = memfd_create("module", 0);
	if (fd < 0)
		return;
	if (write(fd, img->file, img->file_size) == (ssize_t)img->file_size)
		dwfl = dwfl_begin(&callbacks);
	if (dwfl)
		module = dwfl_report_offline(dwfl, "module", "module", fd);
	if (!module)
		close(fd);
	if (dwfl)
		dwfl_report_end(dwfl, NULL, NULL);
}

void source_line(const struct image *img, const struct section *s, u64 off, char *buf,
		 size_t size)
{
	const char *file;
	Dwarf_Addr bias;
	Dwfl_Line *line;
	GElf_Shdr h;
	int nr;

	*buf = 0;
	open_once(img);
	if (!module || !(s->flags & SHF_EXECINSTR) || !dwfl_module_getelf(module, &bias) ||
	    !gelf_getshdr(elf_getscn(dwfl_module_getelf(module, &bias), s - img->sec), &h))
		return;
	line = dwfl_module_getsrc(module, h.sh_addr + bias + off);
	file = line ? dwfl_lineinfo(line, NULL, &nr, NULL, NULL, NULL) : NULL;
	if (file)
		snprintf(buf, size, "%s:%d", file, nr);
}
