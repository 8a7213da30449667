// SPDX-License-Identifier: GPL-2.0-only
/*
 * Constant expressions, evaluated while the parser reads them: there is no
 * expression tree, hence no depth to run out of.
 *
 * Invariant: a value that is not bad lies in [-2^63, 2^64). One operation on
 * two such values fits the 128 bits it is done in, products apart, which are
 * checked for overflow.
 */
#include <ctype.h>
#include <string.h>
#include "ast.h"

#define VALUE_MIN (-((wide)1 << 63))
#define VALUE_MAX (((wide)1 << 64) - 1)

static struct value bad(struct loc loc)
{
	return (struct value){ .bad = true, .loc = loc };
}

static struct value fit(struct idl *idl, struct loc loc, wide v)
{
	if (v >= VALUE_MIN && v <= VALUE_MAX)
		return (struct value){ .v = v, .loc = loc };
	diag_error(idl->diag, loc, "the value does not fit 64 bits");
	diag_hint(idl->diag, "values lie between -2^63 and 2^64 - 1");
	return bad(loc);
}

static int digit(char c)
{
	if (isdigit((unsigned char)c))
		return c - '0';
	return isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10 : 99;
}

struct value value_number(struct idl *idl, struct loc loc, const char *text)
{
	int base = text[0] == '0' && tolower((unsigned char)text[1]) == 'x' ? 16 : 10;
	const char *p = base == 16 ? text + 2 : text;
	wide v = 0;

	if (base == 10 && text[0] == '0' && text[1]) {
		diag_error(idl->diag, loc, "a number does not begin with 0");
		diag_hint(idl->diag, "there are no octal numbers; write decimal or 0x...");
		return bad(loc);
	}
	do {
		if (digit(*p) >= base) {
			diag_error(idl->diag, loc, "'%s' is not a number", text);
			diag_hint(idl->diag, "write decimal or 0x..., without a suffix");
			return bad(loc);
		}
		if (v <= VALUE_MAX)
			v = v * base + digit(*p);
	} while (*++p);
	return fit(idl, loc, v);
}

struct value value_name(struct idl *idl, const struct qname *name)
{
	struct loc loc = name->module.s ? name->module.loc : name->name.loc;
	const struct decl *d = idl_find(idl, name);
	struct value v;

	if (d && d->kind == D_CONST) {
		v = d->value;
		v.loc = loc;
		return v;
	}
	if (!idl_imports(idl, name))
		return bad(loc);
	diag_error(idl->diag, loc, d ? "'%s' is not a constant" : "unknown constant '%s'",
		   name->text);
	diag_hint(idl->diag, "a constant is declared above its first use: const %s = ...;",
		  name->name.s);
	return bad(loc);
}

struct value value_unary(struct idl *idl, struct loc loc, int op, struct value a)
{
	if (a.bad)
		return bad(loc);
	return fit(idl, loc, op == '-' ? -a.v : ~a.v);
}

static bool refuse_operand(struct idl *idl, int op, struct value b)
{
	if ((op == '/' || op == '%') && !b.v) {
		diag_error(idl->diag, b.loc, "division by zero");
		diag_hint(idl->diag, "the divisor must not be zero");
		return true;
	}
	if ((op == VALUE_SHL || op == VALUE_SHR) && (b.v < 0 || b.v > 63)) {
		diag_error(idl->diag, b.loc, "shift by %s", value_text(idl, b.v));
		diag_hint(idl->diag, "shift by 0 to 63 bits");
		return true;
	}
	return false;
}

static wide product(wide a, wide b)
{
	wide v;

	return __builtin_mul_overflow(a, b, &v) ? VALUE_MAX + 1 : v;
}

static wide apply(int op, wide a, wide b)
{
	switch (op) {
	case '+':
		return a + b;
	case '-':
		return a - b;
	case '*':
		return product(a, b);
	case '/':
		return a / b;
	case '%':
		return a % b;
	case '&':
		return a & b;
	case '|':
		return a | b;
	case '^':
		return a ^ b;
	case VALUE_SHL:
		return product(a, (wide)1 << b);
	default:
		return a >> b;
	}
}

struct value value_binary(struct idl *idl, struct loc loc, int op, struct value a,
			  struct value b)
{
	if (a.bad || b.bad || refuse_operand(idl, op, b))
		return bad(loc);
	return fit(idl, loc, apply(op, a.v, b.v));
}

/* Also of values one beyond the range, which messages show. */
const char *value_text(struct idl *idl, wide v)
{
	char buf[48], *p = buf + sizeof(buf);
	wide mag = v < 0 ? -v : v;

	*--p = '\0';
	do {
		*--p = '0' + (int)(mag % 10);
		mag /= 10;
	} while (mag);
	if (v < 0)
		*--p = '-';
	return arena_strndup(&idl->arena, p, strlen(p));
}

/* The literal has the smallest of int, unsigned int, s64, u64 that holds it. */
const char *value_c(struct idl *idl, wide v)
{
	const char *text = value_text(idl, v);

	if (v == VALUE_MIN)
		return "(-9223372036854775807LL - 1)";
	if (v < 0)
		return arena_printf(&idl->arena, "(%s%s)", text, v < INT32_MIN ? "LL" : "");
	if (v <= INT32_MAX)
		return text;
	return arena_printf(&idl->arena, "%s%s", text, v <= UINT32_MAX ? "U" : "ULL");
}
