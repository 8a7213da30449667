/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rlguard: guards stores, calls and, at level full, loads of domain code in the
 * compiler's output.
 *
 *   main.c    stands in for the assembler
 *   text.c    assembler text into statements
 *   directive.c  what stands between instructions
 *   insn.c    what an instruction does
 *   flow.c    jumps, heights of the stack, live flags
 *   locals.c  locals whose address escapes move into the window
 *   check.c   which stores and loads need a check, and where
 *   emit.c    the sequences of Documentation/guard.rst
 *
 * One run guards one file. Nothing is freed: the process ends soon. What is not
 * understood is an error that names source file and line, never let through.
 */
#ifndef RLGUARD_H
#define RLGUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* struct rl_frame as guarded code reads it; core/gate_asm.h has the same. */
#define FRAME_WINDOW	64
#define FRAME_SPAN	72
#define COVER		64	/* bytes that one check permits */
#define FRAME_MAX	576	/* stack of one function */
#define ARGS_MAX	64	/* arguments above its return address that it may read */
#define MAX_OPS		4

enum { RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8, R9, R10 = 10, R11, R15 = 15, NOREG = -1 };
#define REG(r) (1u << (r))

enum stmt_kind { S_OTHER, S_LABEL, S_INSN };
enum op_kind { OP_IMM, OP_REG, OP_MEM, OP_SYM };
enum insn_kind {
	MOV, MOVSX, LEA, RMW, READ, BITS, MUL, BOTH, CMPXCHG, CMPXCHG8, CMPXCHG16,
	PUSH, POP, CALL, JMP, JCC, RET, SETCC, CMOV, NONE, END, STRING,
	K_RAX, K_RDX,
};

enum flag_use { K, P, R, N };

struct operand {
	enum op_kind kind;
	char *text;		/* as written; without '*' of an indirect branch */
	bool indirect;
	int reg, size;		/* OP_REG: number and bytes */
	int base, index, scale;	/* OP_MEM */
	long disp;		/* OP_MEM, OP_IMM */
	bool symbolic;		/* displacement or value is not a number */
	bool rip;
};

/* What goes before a statement, in this order. */
struct pre {
	struct pre *next;
	char *text;
};

struct stmt {
	enum stmt_kind kind;
	char *text;		/* as read, for what is let through unchanged */
	char *name;		/* label, mnemonic or directive */
	bool lock, rep, drop;
	struct operand op[MAX_OPS];
	int nr_ops;
	enum insn_kind what;
	enum flag_use flags;
	int size;		/* bytes of the store or guarded load, if it is one */
	int file, line;		/* source position */
	int height;		/* bytes below the return address; -1: not reached */
	bool target;		/* label: something jumps here */
	struct pre *pre, *pre_end;
};

struct func {
	const char *name;
	struct stmt *s;		/* from the label to before .size */
	int n;
	struct pre *stubs, *stubs_end;
	int frame;		/* deepest height */
};

/* text.c */
struct stmt *read_text(FILE *in, const char *name, int *nr);
struct operand parse_operand(char *text);
char *print(const char *format, ...) __attribute__((format(printf, 1, 2)));
void add_pre(struct stmt *s, char *text);
void add_stub(struct func *f, char *text);
_Noreturn void fail(const struct stmt *s, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
extern bool guard_loads;	/* level full */
extern const char *source_name;	/* for messages without a position */
void *alloc(size_t size);

/* directive.c; @in_text: the current section is .text */
void check_directive(bool *in_text, const struct stmt *s);
void check_name(const struct stmt *s, const char *name);
void check_inside(bool *in_text, const struct stmt *s);

/* insn.c */
void decode(struct stmt *s);
struct operand *stored(struct stmt *s);
struct operand *loaded(struct stmt *s);
struct operand *guarded(struct stmt *s);
unsigned int written_regs(const struct stmt *s);
struct operand *memory(struct stmt *s);
const struct operand *last_op(const struct stmt *s);
bool to_rsp(const struct stmt *s);
const char *thunk_reg(const char *symbol);

/* flow.c */
void find_flow(struct func *f);
int find_label(const struct func *f, const char *name);
bool flags_live(const struct func *f, int at);

/* locals.c, check.c, emit.c */
const char *register_name(int reg);
void name_addresses(struct func *f);
void move_locals(struct func *f);
void place_checks(struct func *f);
void emit_check(struct func *f, int at, const struct operand *m, long disp, bool store,
		bool save_flags);
void emit_string(struct func *f, int at, bool save_flags);
void emit_func(const struct func *f, FILE *out);
void note_stack(const struct func *f, FILE *note);

#endif
