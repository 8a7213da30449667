// SPDX-License-Identifier: GPL-2.0-only
/*
 * Emits how a call passes references, in proxies and in entries of host interfaces
 * alike. Every reference of a call, parameter or result, is one struct rl_pass of the
 * array "pass", in order of declaration.
 *
 * look: what the caller passes is one it has, and there is room for everything, on
 * either side; nothing has changed yet. give: the callee's references are made, and
 * their numbers take the place of the caller's. accept: what the callee answers is
 * looked at. end: the caller's references are made; or, when the call failed, all is
 * undone.
 */
#include "emit.h"

void put_caps_local(struct emit *e, const struct method *m)
{
	if (method_caps(m))
		put(e, "\tstruct rl_pass pass[%u] = {};\n", method_caps(m));
}

const char *caps_undo(struct emit *e, const struct method *m, const char *indent)
{
	return method_caps(m) ? TEXT("%srl_pass_undo(pass, ARRAY_SIZE(pass));\n", indent) : "";
}

void put_caps_look(struct emit *e, const struct method *m, const char *caller, const char *to,
		   const char *undo)
{
	const struct param *p;
	unsigned int i = 0;

	if (!method_caps(m))
		return;
	list_for_each(p, m->params) {
		if (!is_cap(p))
			continue;
		put(e, i ? "\tif (!err)\n\t\terr = " : "\terr = ");
		if (p->dir == DIR_OUT)
			put(e, "rl_pass_room(&pass[%u], %s);\n", i, caller);
		else
			put(e, "rl_pass_in(&pass[%u], %s, %s, &%s_iface_desc, %s);\n", i, caller,
			    p->name.s, p->type.decl->name.s, to);
		i++;
	}
	put(e, "\tif (unlikely(err)) {\n%s%s\t\treturn rl_refused(err);\n\t}\n",
	    caps_undo(e, m, "\t\t"), undo);
}

void put_caps_give(struct emit *e, const struct method *m)
{
	const struct param *p;
	unsigned int i = 0;

	list_for_each(p, m->params) {
		if (!is_cap(p))
			continue;
		if (p->dir != DIR_OUT)
			put(e, "\t%s = rl_pass_commit(&pass[%u]);\n", p->name.s, i);
		i++;
	}
}

/* A domain that answers what it has not dies of it. */
void put_caps_accept(struct emit *e, const struct method *m)
{
	const struct param *p;
	unsigned int i = 0;

	list_for_each(p, m->params) {
		if (!is_cap(p))
			continue;
		if (p->dir == DIR_OUT) {
			put_wrapped(e, "\tif (!err && unlikely(rl_pass_out(",
				    TEXT("&pass[%u], frame.gate, scratch->%s, &%s_iface_desc", i,
					 p->name.s, p->type.decl->name.s), "))) {\n");
			put(e, "\t\trl_gate_violation(frame.gate,\n"
			       "\t\t\t\t  \"%s: %s is no reference it has\");\n"
			       "\t\tgoto crashed;\n\t}\n", m->cname, p->name.s);
		}
		i++;
	}
}

/* The trusted side does not. */
void put_caps_accept_host(struct emit *e, const struct method *m)
{
	const struct param *p;
	unsigned int i = 0;

	list_for_each(p, m->params) {
		if (!is_cap(p))
			continue;
		if (p->dir == DIR_OUT) {
			put_wrapped(e, "\tif (!err && WARN_ON_ONCE(rl_pass_out(",
				    TEXT("&pass[%u], NULL, copy_%s, &%s_iface_desc", i,
					 p->name.s, p->type.decl->name.s), ")))\n");
			put(e, "\t\terr = -EIO;\n");
		}
		i++;
	}
}

/* @to is what stands before the name of where a result goes. */
void put_caps_end(struct emit *e, const struct method *m, const char *to)
{
	const struct param *p;
	unsigned int i = 0, outs = 0;

	list_for_each(p, m->params)
		outs += is_cap(p) && p->dir == DIR_OUT;
	if (!method_caps(m))
		return;
	put(e, "\tif (unlikely(err))%s\n%s", outs > 1 ? " {" : "", caps_undo(e, m, "\t\t"));
	if (!outs)
		return;
	put(e, outs > 1 ? "\t} else {\n" : "\telse\n");
	list_for_each(p, m->params) {
		if (!is_cap(p))
			continue;
		if (p->dir == DIR_OUT)
			put(e, "\t\t%s%s = rl_pass_commit(&pass[%u]);\n", to, p->name.s, i);
		i++;
	}
	put(e, outs > 1 ? "\t}\n" : "");
}
