// SPDX-License-Identifier: GPL-2.0-only
/*
 * The grammar. Actions build the tree (ast.h) in the arena and evaluate
 * constants; every other meaning is check.c's.
 *
 * After a syntax error the parser skips to the next ';' or '}' and goes on, so
 * one run shows several. A tree from a file with errors is never checked.
 */

%code requires {
#include "ast.h"

typedef void *yyscan_t;
typedef struct loc YYLTYPE;
#define YYLTYPE_IS_DECLARED 1
}

%code {
#include <stdio.h>
#include "parse.h"

/* A construct is where its first token is. */
#define YYLLOC_DEFAULT(cur, rhs, n) \
	((cur) = (n) ? YYRHSLOC(rhs, 1) : YYRHSLOC(rhs, 0))

static void yyerror(YYLTYPE *loc, yyscan_t scanner, struct idl *idl, const char *msg);

#define NEW(init) new_item(idl, &init, sizeof(init))

static void *new_item(struct idl *idl, const void *init, size_t size)
{
	return memcpy(arena_alloc(&idl->arena, size), init, size);
}

static struct list *new_list(struct idl *idl)
{
	return arena_alloc(&idl->arena, sizeof(struct list));
}

static struct list *add(struct list *l, void *item)
{
	if (item)
		list_add(l, item);
	return l;
}

static struct qname bare(struct idl *idl, struct ident name)
{
	(void)idl;
	return (struct qname){ .name = name, .text = name.s };
}

static struct qname qualified(struct idl *idl, struct ident module, struct ident name)
{
	return (struct qname){ .module = module, .name = name,
			       .text = arena_printf(&idl->arena, "%s.%s", module.s, name.s) };
}

static struct type_ref shaped(enum shape shape, struct loc loc, struct qname elem,
			      struct value bound)
{
	return (struct type_ref){ .shape = shape, .name = elem, .bound = bound, .loc = loc };
}

static struct field *new_field(struct idl *idl, const char *doc, enum slot slot,
			       struct type_ref type, struct ident name)
{
	struct field f = { .name = name, .doc = doc, .slot = slot, .type = type,
			   .count.v = 1 };

	return NEW(f);
}

static struct field *make_array(struct field *f, struct value count)
{
	f->array = true;
	f->count = count;
	return f;
}

static struct field *new_text(struct idl *idl, const char *doc, enum shape shape,
			      struct loc loc, struct value bound, struct ident name)
{
	struct type_ref t = { .shape = shape, .bound = bound, .loc = loc };

	return new_field(idl, doc, SLOT_NONE, t, name);
}

static struct param *new_param(struct idl *idl, enum dir dir, struct type_ref type,
			       struct ident name)
{
	struct param p = { .name = name, .dir = dir, .type = type };

	return NEW(p);
}

static struct type_ref cap_type(struct loc loc, struct qname iface)
{
	return (struct type_ref){ .shape = SHAPE_CAP, .name = iface, .loc = loc };
}

/* An interface without a version has the module's, so 0 cannot mean itself. */
static void zero_version(struct idl *idl, struct value v)
{
	if (v.bad || v.v)
		return;
	diag_error(idl->diag, v.loc, "version 0 is out of range");
	diag_hint(idl->diag, "it lies between 1 and 65535");
}
}

%code top {
#include <string.h>
}

%define api.pure full
%define parse.error custom
%locations
%lex-param { yyscan_t scanner }
%parse-param { yyscan_t scanner } { struct idl *idl }
%expect 0

%union {
	struct ident ident;
	struct value value;
	const char *text;
	struct list *list;
	struct decl *decl;
	struct enumerator *enumerator;
	struct field *field;
	struct method *method;
	struct param *param;
	struct attr *attr;
	struct qname qname;
	struct type_ref type;
	struct domain *domain;
	enum dir dir;
	enum slot slot;
	bool flag;
}

%token MODULE "'module'" VERSION "'version'" CONST "'const'" ENUM "'enum'"
%token STRUCT "'struct'" EXCHANGE "'exchange'" INTERFACE "'interface'"
%token IMPORT "'import'" DOMAIN "'domain'" BORROW "'borrow'" OWNED "'owned'"
%token OPTION "'option'" HOST "'host'" LEND "'lend'" MOVE "'move'" IN "'in'" OUT "'out'"
%token DEQUE "'deque'" ARRAY "'array'" VEC "'vec'" BYTES "'bytes'" STRING "'string'"
%token CAP "'cap'"
%token PROVIDES "'provides'" REQUIRES "'requires'" OPTIONAL "'optional'" SHADOW "'shadow'" PARAM "'param'"
%token PCI "'pci'" CLASS "'class'" MASK "'mask'" VENDOR "'vendor'" DEVICE "'device'"
%token SHL "'<<'" SHR "'>>'" END 0 "end of file"
%token <ident> NAME "name"
%token <value> NUMBER "number"
%token <text> DOC "doc comment"

%left '|'
%left '^'
%left '&'
%left SHL SHR
%left '+' '-'
%left '*' '/' '%'
%precedence UNARY

%type <text> doc
%type <flag> exchange host optional shadow
%type <value> expr version
%type <qname> qname
%type <type> type shape param_type
%type <dir> dir
%type <slot> slot
%type <domain> clauses
%type <list> enumerators enumerator_list fields methods attrs params param_list
%type <decl> decl
%type <enumerator> enumerator
%type <field> field
%type <method> method
%type <param> param
%type <attr> attr

%%

file
	: doc header imports decls	{ idl->doc = $1; }
	;

header
	: MODULE NAME VERSION NUMBER ';'
		{ idl->module = $2; idl->version = $4; }
	;

/* An import is loaded here: the next line may use its constants. */
imports
	: %empty
	| imports IMPORT NAME ';'	{ module_import(idl, $3); }
	;

doc
	: %empty	{ $$ = NULL; }
	| DOC
	;

decls
	: %empty
	| decls doc decl
		{
			if ($3) {
				$3->doc = $2;
				idl_add(idl, $3);
			}
		}
	;

decl
	: CONST NAME '=' expr ';'
		{
			struct decl d = { .kind = D_CONST, .name = $2, .value = $4 };

			$$ = NEW(d);
		}
	| ENUM NAME ':' NAME '{' enumerators '}'
		{
			struct decl d = { .kind = D_ENUM, .name = $2,
					  .base.name = bare(idl, $4), .items = $6 };

			$$ = NEW(d);
		}
	| attrs exchange STRUCT NAME '{' fields '}'
		{
			struct decl d = { .kind = D_STRUCT, .name = $4, .attrs = $1,
					  .exchange = $2, .items = $6 };

			$$ = NEW(d);
		}
	| host INTERFACE NAME version '{' methods '}'
		{
			struct decl d = { .kind = D_IFACE, .name = $3, .host = $1,
					  .versioned = $4.v != 0 || $4.bad, .value = $4,
					  .items = $6 };

			$$ = NEW(d);
		}
	| DOMAIN NAME '{' clauses '}'
		{
			struct decl d = { .kind = D_DOMAIN, .name = $2, .domain = $4 };

			$$ = NEW(d);
		}
	| error ';'	{ $$ = NULL; }
	| error '}'	{ $$ = NULL; }
	;

exchange
	: %empty	{ $$ = false; }
	| EXCHANGE	{ $$ = true; }
	;

host
	: %empty	{ $$ = false; }
	| HOST		{ $$ = true; }
	;

version
	: %empty		{ $$ = (struct value){ 0 }; }
	| VERSION NUMBER	{ $$ = $2; $$.bad |= !$2.v; zero_version(idl, $2); }
	;

qname
	: NAME		{ $$ = bare(idl, $1); }
	| NAME '.' NAME	{ $$ = qualified(idl, $1, $3); }
	;

type
	: qname
		{ $$ = (struct type_ref){ .name = $1, .loc = @1 }; }
	;

shape
	: DEQUE '<' qname ',' expr '>'
		{ $$ = shaped(SHAPE_DEQUE, @1, $3, $5); }
	| ARRAY '<' qname ',' expr '>'
		{ $$ = shaped(SHAPE_ARRAY, @1, $3, $5); }
	| VEC '<' qname ',' expr '>'
		{ $$ = shaped(SHAPE_VEC, @1, $3, $5); }
	;

enumerators
	: enumerator_list
	| enumerator_list enumerator	{ $$ = add($1, $2); }
	;

enumerator_list
	: %empty			{ $$ = new_list(idl); }
	| enumerator_list enumerator ','	{ $$ = add($1, $2); }
	| enumerator_list error ','
	;

enumerator
	: doc NAME
		{
			struct enumerator e = { .name = $2, .doc = $1 };

			$$ = NEW(e);
		}
	| doc NAME '=' expr
		{
			struct enumerator e = { .name = $2, .doc = $1,
						.given = true, .value = $4 };

			$$ = NEW(e);
		}
	;

fields
	: %empty		{ $$ = new_list(idl); }
	| fields field		{ $$ = add($1, $2); }
	;

field
	: doc type NAME ';'
		{ $$ = new_field(idl, $1, SLOT_NONE, $2, $3); }
	| doc type NAME '[' expr ']' ';'
		{ $$ = make_array(new_field(idl, $1, SLOT_NONE, $2, $3), $5); }
	| doc slot param_type NAME ';'
		{ $$ = new_field(idl, $1, $2, $3, $4); }
	| doc slot param_type NAME '[' expr ']' ';'
		{ $$ = make_array(new_field(idl, $1, $2, $3, $4), $6); }
	| doc BYTES '<' expr '>' NAME ';'
		{ $$ = new_text(idl, $1, SHAPE_BYTES, @2, $4, $6); }
	| doc STRING '<' expr '>' NAME ';'
		{ $$ = new_text(idl, $1, SHAPE_STRING, @2, $4, $6); }
	| error ';'	{ $$ = NULL; }
	;

slot
	: OWNED		{ $$ = SLOT_OWNED; }
	| OPTION	{ $$ = SLOT_OPTION; }
	;

methods
	: %empty		{ $$ = new_list(idl); }
	| methods method	{ $$ = add($1, $2); }
	;

method
	: doc attrs NAME '(' params ')' ';'
		{
			struct method m = { .name = $3, .doc = $1, .attrs = $2,
					    .params = $5 };

			$$ = NEW(m);
		}
	| error ';'	{ $$ = NULL; }
	;

attrs
	: %empty	{ $$ = new_list(idl); }
	| attrs attr	{ $$ = add($1, $2); }
	;

attr
	: '@' NAME
		{
			struct attr a = { .name = $2 };

			$$ = NEW(a);
		}
	| '@' NAME '(' NUMBER ')'
		{
			struct attr a = { .name = $2, .has_value = true, .value = $4 };

			$$ = NEW(a);
		}
	| '@' NAME '(' NAME ')'
		{
			struct attr a = { .name = $2, .arg = $4 };

			$$ = NEW(a);
		}
	| '@' NAME '(' NAME '(' NAME ',' expr ')' ')'
		{
			struct attr a = { .name = $2, .arg = $4, .param = $6,
					  .has_value = true, .value = $8 };

			$$ = NEW(a);
		}
	;

params
	: %empty	{ $$ = new_list(idl); }
	| param_list
	;

param_list
	: param			{ $$ = add(new_list(idl), $1); }
	| param_list ',' param	{ $$ = add($1, $3); }
	;

param
	: type NAME
		{ $$ = new_param(idl, DIR_VALUE, $1, $2); }
	| dir param_type NAME
		{ $$ = new_param(idl, $1, $2, $3); }
	| CAP '<' qname '>' NAME
		{ $$ = new_param(idl, DIR_VALUE, cap_type(@1, $3), $5); }
	| OUT CAP '<' qname '>' NAME
		{ $$ = new_param(idl, DIR_OUT, cap_type(@2, $4), $6); }
	;

dir
	: IN		{ $$ = DIR_IN; }
	| OUT		{ $$ = DIR_OUT; }
	| MOVE		{ $$ = DIR_MOVE; }
	| LEND		{ $$ = DIR_LEND; }
	| BORROW	{ $$ = DIR_BORROW; }
	;

param_type
	: type
	| shape
	;

clauses
	: %empty	{ $$ = arena_alloc(&idl->arena, sizeof(struct domain)); }
	| clauses doc PROVIDES qname ';'
		{
			struct provide p = { .name = $4 };

			list_add(&$1->provides, NEW(p));
		}
	| clauses doc REQUIRES optional shadow qname ';'
		{
			struct provide p = { .name = $6, .optional = $4, .shadow = $5 };

			list_add(&$1->requires, NEW(p));
		}
	| clauses doc PCI CLASS expr MASK expr ';'
		{
			struct pci p = { .loc = @3, .by_class = true, .a = $5, .b = $7 };

			list_add(&$1->pci, NEW(p));
		}
	| clauses doc PCI VENDOR expr DEVICE expr ';'
		{
			struct pci p = { .loc = @3, .a = $5, .b = $7 };

			list_add(&$1->pci, NEW(p));
		}
	| clauses doc PARAM NAME '=' expr '[' expr ',' expr ']' ';'
		{
			struct dparam p = { .name = $4, .doc = $2, .def = $6, .min = $8,
					    .max = $10 };

			list_add(&$1->params, NEW(p));
		}
	| clauses doc NAME '=' expr ';'
		{
			struct limit l = { .name = $3, .value = $5 };

			list_add(&$1->limits, NEW(l));
		}
	| clauses error ';'
	;

optional
	: %empty	{ $$ = false; }
	| OPTIONAL	{ $$ = true; }
	;

shadow
	: %empty	{ $$ = false; }
	| SHADOW	{ $$ = true; }
	;

expr
	: NUMBER
	| qname			{ $$ = value_name(idl, &$1); }
	| '(' expr ')'		{ $$ = $2; }
	| '-' expr %prec UNARY	{ $$ = value_unary(idl, @1, '-', $2); }
	| '~' expr %prec UNARY	{ $$ = value_unary(idl, @1, '~', $2); }
	| expr '+' expr		{ $$ = value_binary(idl, @1, '+', $1, $3); }
	| expr '-' expr		{ $$ = value_binary(idl, @1, '-', $1, $3); }
	| expr '*' expr		{ $$ = value_binary(idl, @1, '*', $1, $3); }
	| expr '/' expr		{ $$ = value_binary(idl, @1, '/', $1, $3); }
	| expr '%' expr		{ $$ = value_binary(idl, @1, '%', $1, $3); }
	| expr '&' expr		{ $$ = value_binary(idl, @1, '&', $1, $3); }
	| expr '|' expr		{ $$ = value_binary(idl, @1, '|', $1, $3); }
	| expr '^' expr		{ $$ = value_binary(idl, @1, '^', $1, $3); }
	| expr SHL expr		{ $$ = value_binary(idl, @1, VALUE_SHL, $1, $3); }
	| expr SHR expr		{ $$ = value_binary(idl, @1, VALUE_SHR, $1, $3); }
	;

%%

#define MAX_EXPECTED 4
#define SEMICOLON YYTRANSLATE(';')

static bool expected(const yysymbol_kind_t *set, int n, yysymbol_kind_t what)
{
	for (int i = 0; i < n; i++) {
		if (set[i] == what)
			return true;
	}
	return false;
}

/* The source between the error's place and the end of its token. */
static bool word_is(const struct diag *d, struct loc loc, const char *word)
{
	const char *p = diag_source(d, loc);

	return p && (size_t)loc.len == strlen(word) && !strncmp(p, word, loc.len);
}

/* What C has and the language has not. */
static const char *c_hint(yysymbol_kind_t got, const struct diag *d, struct loc loc)
{
	if (got == YYTRANSLATE('*'))
		return "pointers do not cross; move or borrow an exchange struct, or copy a struct";
	if (got == YYTRANSLATE(':'))
		return "bit-fields do not cross; use constants and a whole integer";
	if (got == YYTRANSLATE(']'))
		return "flexible arrays do not cross; give a bound, or use bytes<N> or vec<T, N>";
	if (got == YYTRANSLATE('('))
		return "function pointers do not cross; a callback is a method of an interface";
	if (word_is(d, loc, "union"))
		return "unions do not cross; declare one struct for each case";
	if (word_is(d, loc, "typedef"))
		return "there are no aliases; use the type itself";
	return NULL;
}

static const char *syntax_hint(yysymbol_kind_t got, const yysymbol_kind_t *set, int n,
			       const struct diag *d, struct loc loc)
{
	const char *hint = c_hint(got, d, loc);

	if (hint)
		return hint;
	if (got == YYTRANSLATE('{') && expected(set, n, YYTRANSLATE(':')))
		return "an enum says how it is stored: enum e : u8 { ... }";
	if (got == YYTRANSLATE('{') && expected(set, n, YYSYMBOL_NAME))
		return "types are declared on their own, not inside others; unions do not cross";
	if (expected(set, n, YYSYMBOL_MODULE))
		return "a file begins with: module name version 1;";
	if (expected(set, n, YYSYMBOL_STRUCT))
		return "attributes stand before exchange structs and methods";
	if (got == YYSYMBOL_STRUCT || got == YYSYMBOL_ENUM)
		return "a type is written as its name alone";
	if (got == YYSYMBOL_DOC)
		return "a doc comment stands on its own before what it describes; use // here";
	if (got == YYSYMBOL_YYEOF)
		return "the file ends too early; is a ';' or '}' missing?";
	if (expected(set, n, SEMICOLON))
		return "is the ';' before it missing?";
	if (got == SEMICOLON && n == 0)
		return "no ';' follows a '}'";
	if (got == YYSYMBOL_IMPORT)
		return "imports stand between the module line and the first declaration";
	if (got >= YYSYMBOL_DEQUE && got <= YYSYMBOL_VEC)
		return "a container is an object: move or borrow it, or keep it in an owned or "
		       "option slot";
	if (got == YYSYMBOL_CAP)
		return "a reference is a parameter, 'cap<i> x', or a result, 'out cap<i> x'";
	if (got == YYSYMBOL_BYTES || got == YYSYMBOL_STRING)
		return "bytes and strings are fields of structs; pass a struct";
	if (got >= YYSYMBOL_MODULE && got <= YYSYMBOL_CAP && expected(set, n, YYSYMBOL_NAME))
		return "words of the language cannot be names; choose another one";
	return "the grammar is in Documentation/idl.rst";
}

static int yyreport_syntax_error(const yypcontext_t *ctx, yyscan_t scanner, struct idl *idl)
{
	yysymbol_kind_t got = yypcontext_token(ctx), set[MAX_EXPECTED];
	int n = yypcontext_expected_tokens(ctx, set, MAX_EXPECTED);
	const char *list = "";

	(void)scanner;
	for (int i = 0; i < n; i++)
		list = arena_printf(&idl->arena, "%s%s%s", list, i ? " or " : ", expected ",
				    yysymbol_name(set[i]));
	diag_error(idl->diag, *yypcontext_location(ctx), "unexpected %s%s",
		   yysymbol_name(got), list);
	diag_hint(idl->diag, "%s", syntax_hint(got, set, n, idl->diag, *yypcontext_location(ctx)));
	return 0;
}

/* Only for what the parser cannot report above: its stack is exhausted. */
static void yyerror(YYLTYPE *loc, yyscan_t scanner, struct idl *idl, const char *msg)
{
	(void)scanner;
	diag_error(idl->diag, *loc, "%s", msg);
	diag_hint(idl->diag, "nest less deeply");
}

int idl_parse(struct idl *idl)
{
	struct cursor cur = { .idl = idl, .line = 1, .col = 1 };
	yyscan_t scanner;

	if (scan_begin(&scanner, &cur))
		return -1;
	yyparse(scanner, idl);
	scan_end(scanner);
	return 0;
}
