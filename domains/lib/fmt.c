// SPDX-License-Identifier: GPL-2.0-only
/*
 * Formatting for log lines, linked into every domain that logs.
 *
 * It runs as domain code on purpose: a wrong argument faults inside the domain,
 * and the core never interprets a format. Buffers are in the private window,
 * where domain code may write. Nothing here keeps state.
 */
#include <redleaf/heap.h>
#include <redleaf/log.h>
#include <redleaf/string.h>

#define DIGITS	20		/* of the largest u64 in decimal */
#define WIDTH	64		/* widest field */

/* Where the text goes: @at counts what would be written, as snprintf() does. */
struct out {
	char *buf;
	size_t size;
	size_t at;
};

/* One conversion: %[0][width][l|ll|z]c */
struct spec {
	bool zero;
	u32 width;
	u32 longs;
};

static void put(struct out *o, char c)
{
	if (o->at + 1 < o->size)
		o->buf[o->at] = c;
	o->at++;
}

static void pad(struct out *o, char c, u32 width, size_t len)
{
	for (; len < width; len++)
		put(o, c);
}

static void put_str(struct out *o, const struct spec *s, const char *str)
{
	size_t len = 0;

	if (!str)
		str = "(null)";
	while (str[len])
		len++;
	pad(o, ' ', s->width, len);
	for (; *str; str++)
		put(o, *str);
}

static void put_num(struct out *o, const struct spec *s, u64 v, u32 base, bool minus)
{
	char digits[DIGITS];
	size_t n = 0;

	do {
		digits[n++] = "0123456789abcdef"[v % base];
		v /= base;
	} while (v);
	if (!s->zero)
		pad(o, ' ', s->width, n + minus);
	if (minus)
		put(o, '-');
	if (s->zero)
		pad(o, '0', s->width, n + minus);
	while (n)
		put(o, digits[--n]);
}

static const char *parse(const char *fmt, struct spec *s)
{
	*s = (struct spec){ .zero = *fmt == '0' };
	for (; *fmt >= '0' && *fmt <= '9'; fmt++)
		s->width = min(s->width * 10 + (*fmt - '0'), (u32)WIDTH);
	for (; *fmt == 'l' || *fmt == 'z'; fmt++)
		s->longs++;
	return fmt;
}

static void put_signed(struct out *o, const struct spec *s, s64 v)
{
	put_num(o, s, v < 0 ? -(u64)v : (u64)v, 10, v < 0);
}

/* The conversions that take an integer; false: @c is not one of them. */
static bool convert_int(struct out *o, const struct spec *s, char c, __builtin_va_list *args)
{
	switch (c) {
	case 'd':
		put_signed(o, s, s->longs ? __builtin_va_arg(*args, s64) :
			   __builtin_va_arg(*args, s32));
		return true;
	case 'u':
	case 'x':
		put_num(o, s, s->longs ? __builtin_va_arg(*args, u64) :
			__builtin_va_arg(*args, u32), c == 'x' ? 16 : 10, false);
		return true;
	default:
		return false;
	}
}

static void convert(struct out *o, const struct spec *s, char c, __builtin_va_list *args)
{
	if (convert_int(o, s, c, args))
		return;
	if (c == 's')
		put_str(o, s, __builtin_va_arg(*args, const char *));
	else if (c == 'c')
		put(o, (char)__builtin_va_arg(*args, int));
	else
		put(o, c);
}

static size_t format(char *buf, size_t size, const char *fmt, __builtin_va_list *args)
{
	struct out o = { .buf = buf, .size = size };
	struct spec s;

	for (; *fmt; fmt++) {
		if (*fmt != '%') {
			put(&o, *fmt);
			continue;
		}
		fmt = parse(fmt + 1, &s);
		if (!*fmt)
			break;
		convert(&o, &s, *fmt, args);
	}
	if (size)
		buf[min(o.at, size - 1)] = 0;
	return o.at;
}

/**
 * rl_snprintf() - format into @buf
 * @buf: private memory
 * @size: of @buf; the result always ends with NUL unless this is 0
 * @fmt: %d %u %x %s %c %% with 0, width, l, ll, z; an unknown conversion prints
 *       its letter
 *
 * Return: length of the whole text, which may be more than fits.
 */
int rl_snprintf(char *buf, size_t size, const char *fmt, ...)
{
	__builtin_va_list args;
	size_t n;

	__builtin_va_start(args, fmt);
	n = format(buf, size, fmt, &args);
	__builtin_va_end(args);
	return n;
}

/* The window is full: the text of the format says more than nothing. */
static void log_raw(u32 level, const char *fmt)
{
	u32 len = 0;

	while (len < RL_LOG_MAX && fmt[len])
		len++;
	rl_log_write(level, fmt, len);
}

/**
 * rl_log() - one formatted line to the kernel log
 * @level: enum rl_log_level
 * @fmt: see rl_snprintf()
 *
 * Context: any but NMI.
 */
void rl_log(u32 level, const char *fmt, ...)
{
	__builtin_va_list args;
	char *line;
	size_t n;

	if (!rl_log_wanted(level))
		return;
	line = rl_alloc(RL_LOG_MAX + 1);
	if (!line) {
		log_raw(level, fmt);
		return;
	}
	__builtin_va_start(args, fmt);
	n = format(line, RL_LOG_MAX + 1, fmt, &args);
	__builtin_va_end(args);
	rl_log_write(level, line, n < RL_LOG_MAX ? n : RL_LOG_MAX);
	rl_free(line);
}
