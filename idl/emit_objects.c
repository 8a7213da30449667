// SPDX-License-Identifier: GPL-2.0-only
/*
 * Emits how objects change hands in a call: taken before it, brought back when
 * it fails. Proxies and entries do it alike.
 *
 * One moved object whose content nobody looks at is one call of the core, in
 * line. Everything else goes through two static functions: take() claims each
 * object, so that nobody can use it any more, looks at what a domain may have
 * put into it, and settles all with the new owner or all with the old one; what
 * is borrowed is borrowed first and given back in any case. back() is the same
 * for the moved ones in the other direction. What is lent is moved, and brought
 * back by every answer.
 */
#include "emit.h"

static bool simple(const struct method *m)
{
	const struct param *p;

	if (method_moves(m) != 1 || method_count(m, DIR_BORROW))
		return false;
	list_for_each(p, m->params) {
		if (object_checked(p))
			return false;
	}
	return true;
}

static bool has_objects(const struct method *m)
{
	return method_moves(m) || method_count(m, DIR_BORROW);
}

static const char *object_decls(struct emit *e, const struct method *m, bool moved_only)
{
	const struct param *p;
	const char *s = "";

	list_for_each(p, m->params) {
		if (is_moved(p) || (p->dir == DIR_BORROW && !moved_only))
			s = TEXT("%s%s, ", s, param_decl(e, p));
	}
	return s;
}

static const char *object_names(struct emit *e, const struct method *m, bool moved_only)
{
	const struct param *p;
	const char *s = "";

	list_for_each(p, m->params) {
		if (is_moved(p) || (p->dir == DIR_BORROW && !moved_only))
			s = TEXT("%s%s, ", s, p->name.s);
	}
	return s;
}

static const char *moved_name(const struct method *m, const struct xtype **x)
{
	const struct param *p;

	list_for_each(p, m->params) {
		if (!is_moved(p))
			continue;
		*x = p->xtype;
		return p->name.s;
	}
	return "";
}

/* Undo what was done to the parameters before @until; claims and borrows differ. */
static void put_undo(struct emit *e, const struct method *m, const struct param *until,
		     enum dir dir, const char *indent)
{
	const struct param *p;

	list_for_each(p, m->params) {
		if (p == until)
			return;
		if (dir == DIR_BORROW ? p->dir != DIR_BORROW : !is_moved(p))
			continue;
		if (dir == DIR_BORROW)
			put(e, "%srl_xheap_unborrow(%s);\n", indent, p->name.s);
		else
			put(e, "%srl_xheap_settle(%s, from);\n", indent, p->name.s);
	}
}

static void put_borrows(struct emit *e, const struct method *m)
{
	const struct param *p;
	bool first = true;

	list_for_each(p, m->params) {
		if (p->dir != DIR_BORROW)
			continue;
		put(e, "\terr = rl_xheap_borrow(%s, %s_TYPE, from);\n", p->name.s,
		    p->xtype->upper);
		put(e, "\tif (err)%s\n", first ? "" : " {");
		put_undo(e, m, p, DIR_BORROW, "\t\t");
		put(e, "\t\treturn err;\n%s", first ? "" : "\t}\n");
		first = false;
	}
}

static void put_claims(struct emit *e, const struct method *m)
{
	const struct param *p;

	list_for_each(p, m->params) {
		if (!is_moved(p))
			continue;
		put(e, "\tif (!rl_xheap_claim(%s, %s_TYPE, from)) {\n", p->name.s,
		    p->xtype->upper);
		put(e, "\t\terr = rl_xheap_refusal(%s, %s_TYPE, from);\n", p->name.s,
		    p->xtype->upper);
		put_undo(e, m, p, DIR_MOVE, "\t\t");
		put_undo(e, m, NULL, DIR_BORROW, "\t\t");
		put(e, "\t\treturn err;\n\t}\n");
	}
}

static const char *content_test(struct emit *e, const struct method *m, bool moved_only)
{
	const struct param *p;
	const char *s = NULL;

	list_for_each(p, m->params) {
		if (!object_checked(p) || (moved_only && !is_moved(p)))
			continue;
		s = TEXT("%s%s!%s_valid(rl_deref(%s))", s ? s : "", s ? " || " : "",
			 p->type.decl->cname, p->name.s);
	}
	return s;
}

static void put_settle(struct emit *e, const struct method *m, const char *to)
{
	const struct param *p;

	list_for_each(p, m->params) {
		if (is_moved(p))
			put(e, "\trl_xheap_settle(%s, %s);\n", p->name.s, to);
	}
}

static void put_take(struct emit *e, const struct method *m)
{
	const char *test = content_test(e, m, false);

	put(e, "/* All or none: 0, or the reason, and nothing has changed. */\n");
	put_wrapped(e, TEXT("static s32 %s_take(", m->cname),
		    TEXT("%su32 from%s", object_decls(e, m, false),
			 method_moves(m) ? ", u32 to" : ""), ")\n{\n");
	put(e, "\ts32 err;\n\n");
	put_borrows(e, m);
	put_claims(e, m);
	if (test) {
		put(e, "\tif (from != RL_OWNER_HOST && (%s)) {\n", test);
		put_undo(e, m, NULL, DIR_MOVE, "\t\t");
		put_undo(e, m, NULL, DIR_BORROW, "\t\t");
		put(e, "\t\treturn -ERANGE;\n\t}\n");
	}
	put_settle(e, m, "to");
	put(e, "\treturn 0;\n}\n\n");
}

static void put_back(struct emit *e, const struct method *m)
{
	const char *test = content_test(e, m, true);
	unsigned int claimed = 0;
	const struct param *p;

	put(e, "/* What was moved comes back; false: not all of it was there, or it was spoilt. */\n");
	put_wrapped(e, TEXT("static bool %s_back(", m->cname),
		    TEXT("%su32 from, u32 to", object_decls(e, m, true)), ")\n{\n");
	list_for_each(p, m->params) {
		if (!is_moved(p))
			continue;
		put(e, "\tif (!rl_xheap_claim(%s, %s_TYPE, from))%s\n", p->name.s,
		    p->xtype->upper, claimed ? " {" : "");
		put_undo(e, m, p, DIR_MOVE, "\t\t");
		put(e, "\t\treturn false;\n%s", claimed++ ? "\t}\n" : "");
	}
	if (test) {
		put(e, "\tif (from != RL_OWNER_HOST && (%s)) {\n", test);
		put_undo(e, m, NULL, DIR_MOVE, "\t\t");
		put(e, "\t\treturn false;\n\t}\n");
	}
	put_settle(e, m, "to");
	put(e, "\treturn true;\n}\n\n");
}

void put_object_helpers(struct emit *e, const struct method *m)
{
	if (!has_objects(m) || simple(m))
		return;
	put_take(e, m);
	if (method_moves(m))
		put_back(e, m);
}

/*
 * Takes everything @m takes from "from" to @to. On a refusal @undo is emitted
 * before the return.
 */
void put_objects_take(struct emit *e, const struct method *m, const char *to, const char *undo)
{
	const struct xtype *x = NULL;
	const char *name = moved_name(m, &x);

	if (!has_objects(m))
		return;
	if (simple(m)) {
		put(e, "\tif (unlikely(!rl_xheap_move(%s, %s_TYPE, from, %s)))%s\n", name,
		    x->upper, to, *undo ? " {" : "");
		put(e, "%s\t\treturn rl_refused(rl_xheap_refusal(%s, %s_TYPE, from));\n%s",
		    undo, name, x->upper, *undo ? "\t}\n" : "");
		return;
	}
	put(e, "\terr = %s_take(%sfrom%s%s);\n", m->cname, object_names(e, m, false), x ? ", " : "",
	    x ? to : "");
	put(e, "\tif (unlikely(err))%s\n%s\t\treturn rl_refused(err);\n%s", *undo ? " {" : "",
	    undo, *undo ? "\t}\n" : "");
}

/* The expression that brings back what was moved from @from to @to. */
const char *objects_back(struct emit *e, const struct method *m, const char *from, const char *to)
{
	const struct xtype *x = NULL;
	const char *name = moved_name(m, &x);

	if (simple(m))
		return TEXT("rl_xheap_move(%s, %s_TYPE, %s, %s)", name, x->upper, from, to);
	return TEXT("%s_back(%s%s, %s)", m->cname, object_names(e, m, true), from, to);
}

/* What was borrowed is the owner's alone again, whatever became of the call. */
void put_objects_return(struct emit *e, const struct method *m)
{
	put_undo(e, m, NULL, DIR_BORROW, "\t");
}
