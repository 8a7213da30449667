// SPDX-License-Identifier: GPL-2.0-only
/*
 * One instruction: the decoder library's answer, held against the list of what
 * domains may use and turned into a struct insn. The only file that knows the
 * library.
 *
 * Zydis, because it says for every operand, the implicit ones too, whether it is
 * read or written, which the whole proof rests on; capstone 4 gives that for
 * a part of the instructions only.
 */
#include <stdio.h>
#include <string.h>
#include <Zydis/Zydis.h>
#include "verify.h"

#define MN(name) ZYDIS_MNEMONIC_##name

static const struct {
	u16 mnemonic;
	enum op op;
} list[] = {
	{ MN(MOV), OP_MOV }, { MN(LEA), OP_LEA }, { MN(ADD), OP_ADD }, { MN(SUB), OP_SUB },
	{ MN(CMP), OP_CMP }, { MN(PUSH), OP_PUSH }, { MN(POP), OP_POP },
	{ MN(PUSHFQ), OP_PUSHF }, { MN(POPFQ), OP_POPF }, { MN(CALL), OP_CALL },
	{ MN(JMP), OP_JMP }, { MN(RET), OP_RET }, { MN(JNB), OP_JAE }, { MN(JNBE), OP_JA },
	{ MN(UD2), OP_UD2 }, { MN(INT3), OP_INT3 }, { MN(NOP), OP_NOP },
	{ MN(ENDBR64), OP_ENDBR }, { MN(MOVSB), OP_MOVS }, { MN(MOVSW), OP_MOVS },
	{ MN(MOVSD), OP_MOVS }, { MN(MOVSQ), OP_MOVS }, { MN(STOSB), OP_STOS },
	{ MN(STOSW), OP_STOS }, { MN(STOSD), OP_STOS }, { MN(STOSQ), OP_STOS },
	{ MN(JB), OP_JCC }, { MN(JBE), OP_JCC }, { MN(JL), OP_JCC }, { MN(JLE), OP_JCC },
	{ MN(JNL), OP_JCC }, { MN(JNLE), OP_JCC }, { MN(JNO), OP_JCC }, { MN(JNP), OP_JCC },
	{ MN(JNS), OP_JCC }, { MN(JNZ), OP_JCC }, { MN(JO), OP_JCC }, { MN(JP), OP_JCC },
	{ MN(JS), OP_JCC }, { MN(JZ), OP_JCC },
};

static const u16 others[] = {
	MN(MOVZX), MN(MOVSX), MN(MOVSXD), MN(MOVNTI), MN(MOVBE), MN(ADC), MN(SBB), MN(TEST),
	MN(AND), MN(OR), MN(XOR), MN(NOT), MN(NEG), MN(INC), MN(DEC), MN(MUL), MN(IMUL),
	MN(DIV), MN(IDIV), MN(SHL), MN(SHR), MN(SAR), MN(ROL), MN(ROR), MN(RCL), MN(RCR),
	MN(SHLD), MN(SHRD), MN(BT), MN(BTS), MN(BTR), MN(BTC), MN(BSF), MN(BSR), MN(TZCNT),
	MN(LZCNT), MN(POPCNT), MN(BSWAP), MN(XCHG), MN(CMPXCHG), MN(CMPXCHG8B), MN(CMPXCHG16B),
	MN(XADD), MN(CDQE), MN(CQO), MN(CDQ), MN(CWDE), MN(CWD), MN(CBW), MN(PAUSE), MN(LFENCE),
	MN(MFENCE), MN(SFENCE), MN(CMOVB), MN(CMOVBE), MN(CMOVL), MN(CMOVLE), MN(CMOVNB),
	MN(CMOVNBE), MN(CMOVNL), MN(CMOVNLE), MN(CMOVNO), MN(CMOVNP), MN(CMOVNS), MN(CMOVNZ),
	MN(CMOVO), MN(CMOVP), MN(CMOVS), MN(CMOVZ), MN(SETB), MN(SETBE), MN(SETL), MN(SETLE),
	MN(SETNB), MN(SETNBE), MN(SETNL), MN(SETNLE), MN(SETNO), MN(SETNP), MN(SETNS),
	MN(SETNZ), MN(SETO), MN(SETP), MN(SETS), MN(SETZ),
};

static ZydisDecoder decoder;
static ZydisFormatter formatter;

static void init_once(void)
{
	static bool done;

	if (done)
		return;
	done = true;
	ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
	ZydisFormatterInit(&formatter, ZYDIS_FORMATTER_STYLE_ATT);
}

static bool lookup(u16 mnemonic, enum op *op)
{
	size_t n;

	for (n = 0; n < ARRAY_SIZE(list); n++)
		if (list[n].mnemonic == mnemonic) {
			*op = list[n].op;
			return true;
		}
	*op = OP_OTHER;
	for (n = 0; n < ARRAY_SIZE(others); n++)
		if (others[n] == mnemonic)
			return true;
	return false;
}

/* The number of a general register of any width, or NO_REG. */
static int gpr(ZydisRegister r)
{
	ZydisRegister big = ZydisRegisterGetLargestEnclosing(ZYDIS_MACHINE_MODE_LONG_64, r);

	if (big < ZYDIS_REGISTER_RAX || big > ZYDIS_REGISTER_R15)
		return NO_REG;
	return big - ZYDIS_REGISTER_RAX;
}

/*
 * Prefixes that mean something and are part of the opcode or an operand size are
 * fine, and lock; of the rest only rep before string instructions. Nops may have
 * any: they are how assemblers make long ones.
 */
static bool prefixes_ok(const ZydisDecodedInstruction *d, enum op op)
{
	size_t n;

	if (op == OP_NOP)
		return !(d->attributes & ZYDIS_ATTRIB_HAS_LOCK);
	for (n = 0; n < d->raw.prefix_count; n++) {
		u8 v = d->raw.prefixes[n].value;

		if (d->raw.prefixes[n].type == ZYDIS_PREFIX_TYPE_MANDATORY)
			continue;
		if (d->raw.prefixes[n].type == ZYDIS_PREFIX_TYPE_IGNORED)
			return false;
		if ((v & 0xf0) == 0x40 ||
		    (v == 0x66 && op != OP_CALL && op != OP_JMP && op != OP_RET) ||
		    (v == 0xf0 && d->attributes & ZYDIS_ATTRIB_HAS_LOCK) ||
		    (v == 0xf3 && (op == OP_MOVS || op == OP_STOS)))
			continue;
		return false;
	}
	return true;
}

static bool is_flags(ZydisRegister r)
{
	return ZydisRegisterGetClass(r) == ZYDIS_REGCLASS_FLAGS;
}

/* Only general registers, flags and, implicitly, %rip: no segment, control, vector ... */
static bool register_ok(const ZydisDecodedOperand *o)
{
	ZydisRegister r = o->reg.value;

	if (gpr(r) != NO_REG)
		return true;
	return o->visibility == ZYDIS_OPERAND_VISIBILITY_HIDDEN &&
	       (is_flags(r) || ZydisRegisterGetClass(r) == ZYDIS_REGCLASS_IP);
}

static int take_memory(struct insn *in, const ZydisDecodedInstruction *d,
		       const ZydisDecodedOperand *o)
{
	struct mem *m = &in->mem;

	m->rip = o->mem.base == ZYDIS_REGISTER_RIP || o->mem.base == ZYDIS_REGISTER_EIP;
	m->base = m->rip ? NO_REG : gpr(o->mem.base);
	m->index = gpr(o->mem.index);
	m->scale = m->index == NO_REG ? 0 : o->mem.scale;
	m->disp = (s32)o->mem.disp.value;
	m->plain = d->address_width == 64 && (s64)m->disp == o->mem.disp.value;
	if (o->actions & ZYDIS_OPERAND_ACTION_MASK_WRITE &&
	    o->mem.type == ZYDIS_MEMOP_TYPE_MEM)
		in->store = o->size / 8;
	if (o->actions & ZYDIS_OPERAND_ACTION_MASK_READ &&
	    o->mem.type == ZYDIS_MEMOP_TYPE_MEM)
		in->load = o->size / 8;
	return o->mem.type == ZYDIS_MEMOP_TYPE_MEM || o->mem.type == ZYDIS_MEMOP_TYPE_AGEN ? 0 : -1;
}

static int take_operand(struct insn *in, const ZydisDecodedInstruction *d,
			const ZydisDecodedOperand *o, size_t n)
{
	bool visible = n < d->operand_count_visible;
	enum kind kind = K_NONE;

	switch (o->type) {
	case ZYDIS_OPERAND_TYPE_REGISTER:
		if (!register_ok(o))
			return -1;
		if (o->actions & ZYDIS_OPERAND_ACTION_MASK_WRITE) {
			if (is_flags(o->reg.value))
				in->flags = true;
			else if (gpr(o->reg.value) != NO_REG)
				in->writes |= 1u << gpr(o->reg.value);
		}
		kind = K_REG;
		break;
	case ZYDIS_OPERAND_TYPE_MEMORY:
		if (visible && take_memory(in, d, o))
			return -1;
		kind = K_MEM;
		break;
	case ZYDIS_OPERAND_TYPE_IMMEDIATE:
		in->imm = o->imm.value.s;
		kind = K_IMM;
		break;
	default:
		return -1;
	}
	if (!visible || n >= 2)
		return 0;
	in->kind[n] = kind;
	in->reg[n] = kind == K_REG ? gpr(o->reg.value) : NO_REG;
	in->reg_size[n] = o->size / 8;
	return 0;
}

static void take_fields(struct insn *in, const ZydisDecodedInstruction *d)
{
	in->disp_at = d->raw.disp.offset;
	in->disp_len = d->raw.disp.size / 8;
	in->imm_at = d->raw.imm[0].offset;
	in->imm_len = d->raw.imm[0].size / 8;
}

/* The library counts a bit string's operand as one word; a register bit number reaches further. */
static bool bit_string(const ZydisDecodedInstruction *d, const ZydisDecodedOperand *o)
{
	return (d->mnemonic == MN(BT) || d->mnemonic == MN(BTS) || d->mnemonic == MN(BTR) ||
		d->mnemonic == MN(BTC)) &&
	       o[0].type == ZYDIS_OPERAND_TYPE_MEMORY && o[1].type == ZYDIS_OPERAND_TYPE_REGISTER;
}

static int take_all(struct insn *in, const ZydisDecodedInstruction *d,
		    const ZydisDecodedOperand *o, const struct section *text)
{
	size_t n;

	in->width = d->operand_width / 8;
	in->reg[0] = NO_REG;
	in->reg[1] = NO_REG;
	in->mem.base = NO_REG;
	in->mem.index = NO_REG;
	take_fields(in, d);
	/* a nop does nothing with its operands; %rsp and memory of pushes are flow.c's */
	for (n = 0; in->op != OP_NOP && n < d->operand_count; n++)
		if (take_operand(in, d, &o[n], n)) {
			refuse(R_OPERAND, text, in->off, "operand %zu", n + 1);
			return -1;
		}
	in->far = bit_string(d, o);
	if (in->far && in->store) {
		refuse(R_OPERAND, text, in->off, "a bit number in a register reaches any address");
		return -1;
	}
	return 0;
}

/* Branches have one encoding each, which no processor reads in another way. */
static bool branch_ok(const struct insn *in, const ZydisDecodedInstruction *d)
{
	if (in->op == OP_CALL || in->op == OP_JMP || in->op == OP_JCC || in->op == OP_JAE ||
	    in->op == OP_JA)
		return in->kind[0] != K_IMM || (d->raw.prefix_count == 0 && in->imm_len &&
						(in->imm_len == 1 || in->imm_len == 4));
	return in->op != OP_RET || (in->len == 1 && d->opcode == 0xc3);
}

/**
 * decode() - the instruction at @off
 * @text: section
 * @off: where it starts
 * @end: where the function ends
 * @in: answer
 *
 * Return: 0, or -1 after refuse() when it is none or none a domain may use.
 */
int decode(const struct section *text, u64 off, u64 end, struct insn *in)
{
	ZydisDecodedOperand ops[ZYDIS_MAX_OPERAND_COUNT];
	ZydisDecodedInstruction d;

	init_once();
	memset(in, 0, sizeof(*in));
	in->off = off;
	if (ZYAN_FAILED(ZydisDecoderDecodeFull(&decoder, text->data + off, end - off, &d, ops))) {
		refuse(R_DECODE, text, off, "no instruction");
		return -1;
	}
	in->len = d.length;
	if (!lookup(d.mnemonic, &in->op)) {
		refuse(R_INSN, text, off, "%s", ZydisMnemonicGetString(d.mnemonic));
		return -1;
	}
	if (!prefixes_ok(&d, in->op)) {
		refuse(R_PREFIX, text, off, "%s", ZydisMnemonicGetString(d.mnemonic));
		return -1;
	}
	if ((in->op == OP_MOVS || in->op == OP_STOS) && !(d.attributes & ZYDIS_ATTRIB_HAS_REP)) {
		refuse(R_INSN, text, off, "a string instruction without rep");
		return -1;
	}
	if (take_all(in, &d, ops, text))
		return -1;
	if (!branch_ok(in, &d)) {
		refuse(R_OPERAND, text, off, "an unusual form of a branch");
		return -1;
	}
	return 0;
}

/* "LENGTH text" of whatever is at @bytes. */
void decode_text(const u8 *bytes, size_t len, u64 off, char *buf, size_t size)
{
	ZydisDecodedOperand ops[ZYDIS_MAX_OPERAND_COUNT];
	ZydisDecodedInstruction d;
	char text[100];

	init_once();
	snprintf(buf, size, "1 (bad)");
	if (ZYAN_FAILED(ZydisDecoderDecodeFull(&decoder, bytes, len, &d, ops)) ||
	    ZYAN_FAILED(ZydisFormatterFormatInstruction(&formatter, &d, ops,
							d.operand_count_visible, text,
							sizeof(text), off, NULL)))
		return;
	snprintf(buf, size, "%u %s", d.length, text);
}
