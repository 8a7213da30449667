// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading a module: bytes to a struct image whose indices can be followed.
 *
 * libelf finds headers, sections and strings and checks that they lie within the
 * file; what the kernel's loader would read in another way than libelf does
 * (more than one symbol table, extended indices, REL) makes the file unusable. The
 * file is read into memory whole: nobody can change it while it is looked at.
 */
#include <errno.h>
#include <gelf.h>
#include <libelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "verify.h"

#define FILE_MAX (64u << 20)

static const char *current;

static int unusable(const char *why)
{
	fprintf(stderr, "rlverify: %s: %s\n", current, why);
	return -1;
}

static int read_file(struct image *img, const char *path)
{
	FILE *f = fopen(path, "rb");
	u8 *p = NULL;
	long size;

	if (!f)
		return unusable(strerror(errno));
	size = fseek(f, 0, SEEK_END) ? -1 : ftell(f);
	if (size < 0 || size > (long)FILE_MAX) {
		fclose(f);
		return unusable("not a file of reasonable size");
	}
	rewind(f);
	p = malloc(size ? size : 1);
	if (!p || fread(p, 1, size, f) != (size_t)size) {
		fclose(f);
		free(p);
		return unusable("cannot be read");
	}
	fclose(f);
	img->file = p;
	img->file_size = size;
	return 0;
}

static int check_header(struct image *img)
{
	Elf64_Ehdr h;

	if (img->file_size < sizeof(h) || memcmp(img->file, ELFMAG, SELFMAG))
		return unusable("not an ELF file");
	memcpy(&h, img->file, sizeof(h));
	if (h.e_ident[EI_CLASS] != ELFCLASS64 || h.e_ident[EI_DATA] != ELFDATA2LSB ||
	    h.e_machine != EM_X86_64 || h.e_type != ET_REL)
		return unusable("not a relocatable x86-64 object");
	if (h.e_shentsize != sizeof(Elf64_Shdr) || !h.e_shnum || h.e_shnum >= SHN_LORESERVE ||
	    h.e_shstrndx >= h.e_shnum || h.e_shoff > img->file_size ||
	    (img->file_size - h.e_shoff) / sizeof(Elf64_Shdr) < h.e_shnum)
		return unusable("its section headers lie outside the file");
	img->nr_sec = h.e_shnum;
	return 0;
}

static int read_section(struct image *img, size_t n, size_t names)
{
	struct section *s = &img->sec[n];
	Elf_Scn *scn = elf_getscn(img->elf, n);
	GElf_Shdr h;

	if (!scn || !gelf_getshdr(scn, &h))
		return unusable("a section header cannot be read");
	s->name = n ? elf_strptr(img->elf, names, h.sh_name) : "";
	if (!s->name)
		return unusable("a section without a name");
	s->size = h.sh_size;
	s->flags = h.sh_flags;
	s->align = h.sh_addralign;
	s->type = h.sh_type;
	s->link = h.sh_link;
	s->info = h.sh_info;
	if (s->type == SHT_NOBITS || s->type == SHT_NULL || !s->size)
		return 0;
	if (h.sh_offset > img->file_size || h.sh_size > img->file_size - h.sh_offset)
		return unusable("a section lies outside the file");
	s->data = img->file + h.sh_offset;
	return 0;
}

static int read_sections(struct image *img)
{
	size_t names, n;

	if (elf_getshdrstrndx(img->elf, &names))
		return unusable("no section names");
	img->sec = calloc(img->nr_sec, sizeof(*img->sec));
	if (!img->sec)
		return unusable("no memory");
	for (n = 0; n < img->nr_sec; n++)
		if (read_section(img, n, names))
			return -1;
	return 0;
}

static int read_symbol(struct image *img, const struct section *tab, size_t n)
{
	struct symbol *s = &img->sym[n];
	Elf64_Sym e;

	memcpy(&e, tab->data + n * sizeof(e), sizeof(e));
	s->name = elf_strptr(img->elf, tab->link, e.st_name);
	if (!s->name)
		return unusable("a symbol without a name");
	s->value = e.st_value;
	s->size = e.st_size;
	s->shndx = e.st_shndx;
	s->type = ELF64_ST_TYPE(e.st_info);
	s->bind = ELF64_ST_BIND(e.st_info);
	if (s->shndx == SHN_ABS || s->shndx == SHN_COMMON)
		return 0;
	if (s->shndx >= img->nr_sec)
		return unusable("a symbol names a section that is not there");
	if (s->shndx && s->value > img->sec[s->shndx].size)
		return unusable("a symbol lies outside its section");
	if (s->type == STT_SECTION && !*s->name)
		s->name = img->sec[s->shndx].name;
	return 0;
}

static int read_symbols(struct image *img)
{
	const struct section *tab = NULL;
	size_t n;

	for (n = 1; n < img->nr_sec; n++) {
		if (img->sec[n].type == SHT_SYMTAB_SHNDX)
			return unusable("extended section indices");
		if (img->sec[n].type != SHT_SYMTAB)
			continue;
		if (tab)
			return unusable("two symbol tables");
		tab = &img->sec[n];
	}
	if (!tab || tab->size < sizeof(Elf64_Sym) || tab->size % sizeof(Elf64_Sym) ||
	    tab->link >= img->nr_sec)
		return unusable("no symbol table");
	img->nr_sym = tab->size / sizeof(Elf64_Sym);
	img->sym = calloc(img->nr_sym, sizeof(*img->sym));
	if (!img->sym)
		return unusable("no memory");
	for (n = 0; n < img->nr_sym; n++)
		if (read_symbol(img, tab, n))
			return -1;
	return 0;
}

static int by_offset(const void *a, const void *b)
{
	const struct reloc *x = a, *y = b;

	return x->off < y->off ? -1 : x->off > y->off;
}

static int read_relocs(struct image *img, const struct section *tab)
{
	struct section *s;
	size_t n;

	if (!tab->info || tab->info >= img->nr_sec)
		return unusable("relocations of a section that is not there");
	s = &img->sec[tab->info];
	if (!(s->flags & SHF_ALLOC))
		return 0;
	if (s->rel || tab->link >= img->nr_sec || img->sec[tab->link].type != SHT_SYMTAB ||
	    tab->size % sizeof(Elf64_Rela))
		return unusable("relocations that cannot be followed");
	s->nr_rel = tab->size / sizeof(Elf64_Rela);
	s->rel = calloc(s->nr_rel + 1, sizeof(*s->rel));
	if (!s->rel)
		return unusable("no memory");
	for (n = 0; n < s->nr_rel; n++) {
		Elf64_Rela e;

		memcpy(&e, tab->data + n * sizeof(e), sizeof(e));
		s->rel[n].off = e.r_offset;
		s->rel[n].type = ELF64_R_TYPE(e.r_info);
		s->rel[n].sym = ELF64_R_SYM(e.r_info);
		s->rel[n].addend = e.r_addend;
		if (s->rel[n].sym >= img->nr_sym || e.r_offset >= s->size)
			return unusable("a relocation lies outside its section");
	}
	qsort(s->rel, s->nr_rel, sizeof(*s->rel), by_offset);
	return 0;
}

static int read_all_relocs(struct image *img)
{
	size_t n;

	for (n = 1; n < img->nr_sec; n++) {
		if (img->sec[n].type == SHT_REL)
			return unusable("relocations without addends");
		if (img->sec[n].type == SHT_RELA && read_relocs(img, &img->sec[n]))
			return -1;
	}
	return 0;
}

int image_read(struct image *img, const char *path)
{
	memset(img, 0, sizeof(*img));
	current = path;
	elf_version(EV_CURRENT);
	if (read_file(img, path) || check_header(img))
		return -1;
	img->elf = elf_memory((char *)img->file, img->file_size);
	if (!img->elf || elf_kind(img->elf) != ELF_K_ELF)
		return unusable("not an ELF file");
	if (read_sections(img) || read_symbols(img) || read_all_relocs(img))
		return -1;
	return 0;
}

void image_free(struct image *img)
{
	size_t n;

	for (n = 0; img->sec && n < img->nr_sec; n++)
		free(img->sec[n].rel);
	free(img->sec);
	free(img->sym);
	elf_end(img->elf);
	free((void *)img->file);
	memset(img, 0, sizeof(*img));
}

const struct section *image_section(const struct image *img, const char *name)
{
	size_t n;

	for (n = 1; n < img->nr_sec; n++)
		if ((img->sec[n].flags & SHF_ALLOC) && !strcmp(img->sec[n].name, name))
			return &img->sec[n];
	return NULL;
}

/* Where a symbol is defined, or NULL. */
const struct section *symbol_section(const struct image *img, const struct symbol *s)
{
	return s->shndx && s->shndx < img->nr_sec ? &img->sec[s->shndx] : NULL;
}

/* The first relocation in [@from, @from + @len), or NULL. */
const struct reloc *reloc_at(const struct section *s, u64 from, u64 len)
{
	size_t lo = 0, hi = s->nr_rel;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (s->rel[mid].off < from)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < s->nr_rel && s->rel[lo].off - from < len ? &s->rel[lo] : NULL;
}
