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
	bool flag;
}

%token MODULE "'module'" VERSION "'version'" CONST "'const'" ENUM "'enum'"
%token STRUCT "'struct'" EXCHANGE "'exchange'" INTERFACE "'interface'"
%token HOST "'host'" MOVE "'move'" IN "'in'" OUT "'out'" DEQUE "'deque'"
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
%type <flag> exchange host
%type <value> expr
%type <list> enumerators enumerator_list fields methods attrs params param_list
%type <decl> decl
%type <enumerator> enumerator
%type <field> field
%type <method> method
%type <param> param
%type <attr> attr

%%

file
	: doc MODULE NAME VERSION NUMBER ';' decls
		{ idl->doc = $1; idl->module = $3; idl->version = $5; }
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
					  .base.name = $4, .items = $6 };

			$$ = NEW(d);
		}
	| exchange STRUCT NAME '{' fields '}'
		{
			struct decl d = { .kind = D_STRUCT, .name = $3,
					  .exchange = $1, .items = $5 };

			$$ = NEW(d);
		}
	| host INTERFACE NAME '{' methods '}'
		{
			struct decl d = { .kind = D_IFACE, .name = $3,
					  .host = $1, .items = $5 };

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
	: doc NAME NAME ';'
		{
			struct field f = { .name = $3, .doc = $1, .type.name = $2,
					   .count.v = 1 };

			$$ = NEW(f);
		}
	| doc NAME NAME '[' expr ']' ';'
		{
			struct field f = { .name = $3, .doc = $1, .type.name = $2,
					   .array = true, .count = $5 };

			$$ = NEW(f);
		}
	| error ';'	{ $$ = NULL; }
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
	| '@' NAME '(' NAME ')'
		{
			struct attr a = { .name = $2, .arg = $4 };

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
	: NAME NAME
		{
			struct param p = { .dir = DIR_VALUE, .type.name = $1, .name = $2 };

			$$ = NEW(p);
		}
	| IN NAME NAME
		{
			struct param p = { .dir = DIR_IN, .type.name = $2, .name = $3 };

			$$ = NEW(p);
		}
	| OUT NAME NAME
		{
			struct param p = { .dir = DIR_OUT, .type.name = $2, .name = $3 };

			$$ = NEW(p);
		}
	| MOVE NAME NAME
		{
			struct param p = { .dir = DIR_MOVE, .type.name = $2, .name = $3 };

			$$ = NEW(p);
		}
	| MOVE DEQUE '<' NAME ',' expr '>' NAME
		{
			struct param p = { .dir = DIR_MOVE, .type.name = $4, .name = $8,
					   .deque = true, .count = $6 };

			$$ = NEW(p);
		}
	;

expr
	: NUMBER
	| NAME			{ $$ = value_name(idl, $1); }
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

static const char *syntax_hint(yysymbol_kind_t got, const yysymbol_kind_t *set, int n)
{
	if (got == YYSYMBOL_DOC)
		return "a doc comment stands on its own before what it describes; use // here";
	if (got == YYSYMBOL_YYEOF)
		return "the file ends too early; is a ';' or '}' missing?";
	if (expected(set, n, SEMICOLON))
		return "is the ';' before it missing?";
	if (got == SEMICOLON && n == 0)
		return "no ';' follows a '}'";
	if (got == YYSYMBOL_DEQUE)
		return "a deque can be moved and nothing else";
	if (got >= YYSYMBOL_MODULE && got <= YYSYMBOL_DEQUE && expected(set, n, YYSYMBOL_NAME))
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
	diag_hint(idl->diag, "%s", syntax_hint(got, set, n));
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
