// SPDX-License-Identifier: GPL-2.0-only
/*
 * Offsets and sizes of structs, as the x86-64 ABI lays them out.
 *
 * Every byte of a struct is named: padding the compiler would insert is refused,
 * so that nothing uninitialised crosses and the layout is the same in the eyes
 * of any compiler. The message says which field to add.
 */
#include <stdio.h>
#include <string.h>
#include "ast.h"

#define MAX_STRUCT (1u << 20)

#define SLOT_SIZE 8		/* a pointer into the exchange heap */

static uint64_t gap(uint64_t offset, uint64_t align)
{
	return -offset & (align - 1);
}

static uint64_t field_size(const struct field *f)
{
	const struct type_ref *t = &f->type;

	if (f->slot)
		return SLOT_SIZE;
	if (t->shape == SHAPE_BYTES)
		return 4 + t->bound.v;
	if (t->shape == SHAPE_STRING)
		return t->bound.v;
	return t->scalar ? t->scalar->size : t->decl->size;
}

static uint64_t field_align(const struct field *f)
{
	const struct type_ref *t = &f->type;

	if (f->slot)
		return SLOT_SIZE;
	if (t->shape == SHAPE_BYTES)
		return 4;
	if (t->shape == SHAPE_STRING)
		return 1;
	return t->scalar ? t->scalar->size : t->decl->align;
}

/* As emit_types.c declares them. A vec's size is that of its head. */
void layout_container(struct xtype *x)
{
	x->align = SLOT_SIZE;
	if (x->shape == SHAPE_VEC) {
		x->align = x->elem && x->elem->kind == D_STRUCT ? x->elem->align :
			   x->elem ? x->elem->base.scalar->size : x->scalar->size;
		x->align = x->align < 4 ? 4 : x->align;
		x->size = 8;
	} else {
		x->size = (x->shape == SHAPE_DEQUE ? 8 : 0) + SLOT_SIZE * x->capacity;
	}
}

static bool has_field(const struct decl *d, const char *name)
{
	const struct field *f;

	list_for_each(f, d->items) {
		if (!strcmp(f->name.s, name))
			return true;
	}
	return false;
}

/* "u8 pad[3];" under a name that is free in @d. */
static const char *pad_field(struct idl *idl, const struct decl *d, uint64_t bytes)
{
	const char *name = "pad";

	for (int i = 1; has_field(d, name); i++)
		name = arena_printf(&idl->arena, "pad%d", i);
	if (bytes == 1)
		return arena_printf(&idl->arena, "u8 %s;", name);
	return arena_printf(&idl->arena, "u8 %s[%llu];", name, (unsigned long long)bytes);
}

static uint64_t place(struct idl *idl, const struct decl *d, struct field *f, uint64_t offset)
{
	uint64_t align = field_align(f), hole = gap(offset, align);

	if (hole) {
		diag_error(idl->diag, f->name.loc,
			   "'%s' needs offset %llu but follows at %llu", f->name.s,
			   (unsigned long long)(offset + hole), (unsigned long long)offset);
		diag_hint(idl->diag, "add '%s' before it", pad_field(idl, d, hole));
	}
	f->offset = offset + hole;
	return f->offset + field_size(f) * (uint64_t)f->count.v;
}

static void check_end(struct idl *idl, const struct decl *d, uint64_t end)
{
	uint64_t hole = gap(end, d->align);

	if (end > MAX_STRUCT) {
		diag_error(idl->diag, d->name.loc, "struct '%s' is larger than %u bytes",
			   d->name.s, MAX_STRUCT);
		diag_hint(idl->diag, "split it");
	} else if (hole) {
		diag_error(idl->diag, d->name.loc,
			   "struct '%s' has %llu bytes, not a multiple of its alignment %llu",
			   d->name.s, (unsigned long long)end, (unsigned long long)d->align);
		diag_hint(idl->diag, "add '%s' at its end", pad_field(idl, d, hole));
	}
}

/*
 * Fields are resolved. One array of at most 2^16 elements of at most 2^20 bytes
 * is placed at a time and an oversized struct ends the loop: nothing overflows.
 */
void layout_struct(struct idl *idl, struct decl *d)
{
	uint64_t end = 0;
	struct field *f;

	list_for_each(f, d->items) {
		if (!field_align(f))
			return;		/* a type refused before */
		if (field_align(f) > d->align)
			d->align = field_align(f);
		end = place(idl, d, f, end);
		if (end > MAX_STRUCT)
			break;
	}
	check_end(idl, d, end);
	d->size = end < MAX_STRUCT ? end : MAX_STRUCT;
}
