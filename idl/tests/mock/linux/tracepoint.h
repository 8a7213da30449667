/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stands in for the kernel's tracepoints: an event is assigned and printed where
 * it is called; the text is appended to @trace_text.
 */
#ifndef MOCK_TRACEPOINT_H
#define MOCK_TRACEPOINT_H

#include <core/proxy.h>

static char trace_text[4096];

struct mock_symbol {
	long long value;
	const char *name;
};

static inline const char *mock_symbolic(long long v, const struct mock_symbol *s, size_t n)
{
	static char number[8][24];
	static int next;

	for (size_t i = 0; i < n; i++) {
		if (s[i].value == v)
			return s[i].name;
	}
	next = (next + 1) % 8;
	snprintf(number[next], sizeof(number[0]), "0x%llx", v);
	return number[next];
}

static inline const char *mock_hex(const u8 *p, size_t n)
{
	static char text[8][256];
	static int next;
	size_t len = 0;

	next = (next + 1) % 8;
	text[next][0] = '\0';
	for (size_t i = 0; i < n; i++)
		len += snprintf(text[next] + len, 4, "%s%02x", i ? " " : "", p[i]);
	return text[next];
}

#define __print_symbolic(v, ...) ({						\
	static const struct mock_symbol symbols[] = { __VA_ARGS__ };		\
	mock_symbolic(v, symbols, ARRAY_SIZE(symbols)); })
#define __print_hex(p, n) mock_hex(p, n)
#define __field(type, name) type name;
#define __array(type, name, n) type name[n];
#define TP_PROTO(...) __VA_ARGS__
#define TP_ARGS(...)
#define TP_STRUCT__entry(...) __VA_ARGS__
#define TP_fast_assign(...) __VA_ARGS__
#define TP_printk(...) __VA_ARGS__
#define TRACE_EVENT_FN(name, proto, args, entry, assign, print, on, off)		\
static inline void trace_##name(proto)						\
{										\
	struct { entry } e_, *__entry = &e_;					\
	size_t len_ = strlen(trace_text);					\
										\
	assign									\
	len_ += snprintf(trace_text + len_, sizeof(trace_text) - len_, #name ": ");	\
	snprintf(trace_text + len_, sizeof(trace_text) - len_, print);		\
	strcat(trace_text, "\n");						\
}

#endif
