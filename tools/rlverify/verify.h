/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rlverify: what the parts share.
 *
 * A module is read into a struct image, whose bytes never change; each part then
 * looks at one aspect and reports what it refuses. Nothing in the image is
 * trusted: every offset and index was checked when the image was made (image.c),
 * and whoever follows a number from within a section checks it again.
 */
#ifndef RL_VERIFY_H
#define RL_VERIFY_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "../../core/guard_level.h"

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef signed char s8;
typedef int s32;
typedef long long s64;

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

enum rule {
	R_name,
	R_LEVEL,
	R_SECTION,
	R_SECTION_FLAGS,
	R_SECTION_TWICE,
	R_GLUE,
	R_METADATA,
	R_DATA,
	R_SITE,
	R_IMPORT,
	R_SYMBOL,
	R_RELOC,
	R_FUNCTION,
	R_PADDING,
	R_DECODE,
	R_INSN,
	R_PREFIX,
	R_OPERAND,
	R_ENDBR,
	R_PROLOGUE,
	R_TARGET,
	R_INDIRECT,
	R_FALL_OFF,
	R_UNREACHED,
	R_R15,
	R_RSP,
	R_HEIGHT,
	R_RETURN,
	R_FLAGS,
	R_STACK_STORE,
	R_STACK_LOAD,
	R_STORE,
	R_LOAD,
	R_STRING,
	R_MAX
};

struct reloc {
	u64 off;
	u32 type;
	u32 sym;		/* index into image.sym, valid */
	s64 addend;
};

struct section {
	const char *name;
	const u8 *data;	/* NULL for SHT_NOBITS and empty ones */
	u64 size;
	u64 flags;
	u64 align;
	u32 type, link, info;
	struct reloc *rel;	/* sorted by offset */
	size_t nr_rel;
};

struct symbol {
	const char *name;
	u64 value, size;
	u16 shndx;		/* a section of the image, or SHN_UNDEF, SHN_ABS, SHN_COMMON */
	u8 type, bind;
};

struct image {
	struct section *sec;	/* [0] is the null section */
	size_t nr_sec;
	struct symbol *sym;	/* [0] is the null symbol */
	size_t nr_sym;
	const u8 *file;
	size_t file_size;
	void *elf;		/* libelf's handle; the strings are its */
};

/* One function of .text, and what of it is code. Aliases are one function. */
struct func {
	u64 start, end;
	const char *name;
	size_t first, nr;	/* its instructions */
	bool padding;		/* nothing but nops: what lies before a function */
};

enum op {
	OP_OTHER, OP_MOV, OP_LEA, OP_ADD, OP_SUB, OP_CMP, OP_PUSH, OP_POP, OP_PUSHF, OP_POPF,
	OP_CALL, OP_JMP, OP_JCC, OP_JAE, OP_JA, OP_RET, OP_UD2, OP_INT3, OP_NOP, OP_ENDBR,
	OP_MOVS, OP_STOS,
};

/* General registers by number, as the encoding counts them. */
enum { RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8, R9, R10, R11, R12, R13, R14, R15, NO_REG = -1 };

struct mem {
	s8 base, index;	/* or NO_REG */
	u8 scale;		/* 0 without index */
	bool rip;
	bool plain;		/* 64-bit addressing, displacement not relocated */
	s32 disp;
};

enum kind { K_NONE, K_REG, K_MEM, K_IMM };

struct insn {
	u64 off;
	u8 len;
	u8 width;		/* operand size, bytes */
	enum op op;
	enum kind kind[2];	/* of the first two visible operands */
	s8 reg[2];
	u8 reg_size[2];	/* bytes */
	s64 imm;
	struct mem mem;
	u8 store;		/* bytes written to mem, 0: none (pushes are not counted) */
	u8 load;		/* bytes read from mem, 0: none (pops are not counted) */
	bool far;		/* a register says how far from mem */
	bool flags;		/* writes flags */
	u16 writes;	/* registers written, any width */
	u8 disp_at, disp_len, imm_at, imm_len;
	const struct reloc *disp_rel, *imm_rel;
	/* direct branches; after code_targets() */
	u64 target;	/* offset in .text, if not import */
	const char *import;
};

struct code {
	const struct image *img;
	const struct section *text;
	struct func *func;
	size_t nr_func;
	struct insn *insn;
	size_t nr_insn;
	s32 *at;		/* by offset in .text: the instruction that starts here, or -1 */
	bool loads;		/* they are guarded, too */
};

/* image.c: 0, or -1 with a message on stderr */
int image_read(struct image *img, const char *path);
void image_free(struct image *img);
const struct section *image_section(const struct image *img, const char *name);
const struct section *symbol_section(const struct image *img, const struct symbol *s);
const struct reloc *reloc_at(const struct section *s, u64 from, u64 len);

/* report.c */
void refuse(enum rule rule, const struct section *s, u64 off, const char *fmt, ...)
	__printf(4, 5);
size_t report_count(void);
void report_print(const struct image *img, const char *path, const char *level, bool json);

/* source.c: "file:line" in @buf, or an empty string */
void source_line(const struct image *img, const struct section *s, u64 off, char *buf,
		 size_t size);

/* symbols.c */
bool import_allowed(const char *name);	/* for domain code */
void check_symbols(const struct image *img);

/* sections.c */
void check_sections(const struct image *img);
const char *info_value(const struct image *img, const char *key);

/* glue.c: @glue may be NULL, then there may be no glue code */
void check_glue(const struct image *img, const struct image *glue);

/* decode.c: 0, or -1 after refuse() */
int decode(const struct section *text, u64 off, u64 end, struct insn *in);
void decode_text(const u8 *bytes, size_t len, u64 off, char *buf, size_t size);

/* code.c: 0, or -1 when there is nothing sound to go on with */
int code_read(struct code *c, const struct image *img);
void code_free(struct code *c);
const struct func *code_func_at(const struct code *c, u64 start);

/* seal.c: append a seal to the file that @img was read from; 0, or -1 with a message */
int seal_file(const struct image *img, const char *path, const char *key_path,
	      enum rl_guard_level level);

/* sites.c */
void check_sites(const struct code *c);

/* flow.c */
void check_flow(const struct code *c, const struct func *f);

#endif
