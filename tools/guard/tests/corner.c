// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ordinary C that makes the compiler write memory in every way it has: compiled
 * once as it is and once guarded, both must compute the same. Memory comes from
 * the caller, as a window; corner_run() answers a checksum of all that was done.
 */
typedef unsigned long size_t;
typedef unsigned int u32;
typedef unsigned long long u64;
#define NOINLINE __attribute__((noinline))

void *memcpy(void *d, const void *s, size_t n);
void *memset(void *d, int c, size_t n);
void *memmove(void *d, const void *s, size_t n);
int rl_snprintf(char *buf, size_t size, const char *fmt, ...);

struct big {
	u64 a[6];
	u32 b : 3, c : 13, d : 16;
	char tail[5];
} __attribute__((packed));

struct node {
	struct node *next, *prev;
	u32 key;
	unsigned short half;
	unsigned char byte;
	_Bool flag;
};

static NOINLINE struct big make(u64 n)
{
	struct big b = { .a = { n, n + 1, n + 2 }, .b = n, .c = n * 3, .d = n * 7 };

	b.tail[n % 5] = n;
	return b;
}

static NOINLINE void bits(struct big *b, u32 n)
{
	b->b += n;
	b->c ^= n << 2;
	b->d -= b->b;
	b->a[n % 6] <<= 3;
	b->a[(n + 1) % 6] = ~b->a[n % 6];
	b->a[(n + 2) % 6] = -b->a[(n + 1) % 6];
}

static NOINLINE void list(struct node *pool, u32 n)
{
	struct node *head = &pool[0];
	u32 i;

	head->next = head;
	head->prev = head;
	for (i = 1; i < n; i++) {
		struct node *x = &pool[i];

		x->key = i * 2654435761u;
		x->half = x->key >> 3;
		x->byte++;
		x->flag = x->key > 0x40000000;
		x->next = head->next;
		x->prev = head;
		head->next->prev = x;
		head->next = x;
		if (x->flag && x->next != head) {
			x->next->prev = x->prev;
			x->prev->next = x->next;
		}
	}
}

static NOINLINE u64 atomics(u64 *p)
{
	u64 r = __atomic_fetch_add(p, 5, __ATOMIC_SEQ_CST);

	r += __atomic_exchange_n(p + 1, r, __ATOMIC_ACQ_REL);
	r += __atomic_fetch_or((u32 *)(p + 2), 0x55, __ATOMIC_RELAXED);
	r += __sync_bool_compare_and_swap(p + 3, p[3], r);
	__atomic_store_n((unsigned char *)(p + 4), 3, __ATOMIC_RELEASE);
	__atomic_fetch_sub((unsigned short *)(p + 4) + 1, 9, __ATOMIC_SEQ_CST);
	return r + p[0] + p[1];
}

static NOINLINE void flags(u32 *p, u32 a, u32 b)
{
	u32 sum;

	p[0] = __builtin_add_overflow(a, b, &sum);
	p[1] = sum;
	((unsigned char *)p)[9] = a < b;
	((unsigned char *)p)[10] = (int)a > (int)b;
	p[3] += a > b;
	p[4] -= a != b;
	if (a & 4)
		p[5] |= 1u << (b & 31);
}

static NOINLINE void swap(u64 *a, u64 *b)
{
	u64 t = *a;

	*a = *b;
	*b = t;
}

/* Locals that escape, beside ones that do not, with arguments on the stack. */
static NOINLINE u64 seven(u64 a, u64 b, u64 c, u64 d, u64 e, u64 f, u64 g, u64 *h)
{
	u64 local[7] = { a, b, c, d, e, f, g }, sum = 0, last = g, i;

	swap(&local[a % 7], &local[b % 7]);
	swap(&last, h);
	for (i = 0; i < 7; i++)
		sum = sum * 31 + local[(i * *h) % 7];
	return sum + last;
}

static NOINLINE u64 recursion(u64 n, u64 *out)
{
	u64 here = n;

	if (n > 1)
		here += recursion(n - 1, &here);
	*out ^= here;
	return here;
}

static NOINLINE u64 two_frames(u64 n)
{
	u64 x = n, y = n + 1;

	if (n & 1)
		return n;
	swap(&x, &y);
	if (n & 2)
		return x * 3;
	swap(&y, &x);
	return x + 2 * y;
}

typedef u64 (*fn)(u64);
static NOINLINE u64 twice(u64 a) { return 2 * a; }
static NOINLINE u64 more(u64 a) { return a + 11; }
static const fn table[] = { twice, more, two_frames };

static NOINLINE void packets(struct node *ring, char *data, u32 n)
{
	u32 i;

	for (i = 0; i < n; i++) {
		struct node *d = &ring[i & 15];

		d->key = i;
		d->half = 64;
		d->flag = 1;
		data[(i & 15) * 64] = i;
		data[(i & 15) * 64 + 12] ^= 8;
	}
}

static u64 sum(const unsigned char *p, size_t n)
{
	u64 s = 14695981039346656037ULL;

	while (n--)
		s = (s ^ *p++) * 1099511628211ULL;
	return s;
}

u64 corner_run(char *mem, size_t size);
u64 corner_run(char *mem, size_t size)
{
	struct big *b = (struct big *)mem;
	struct node *pool = (struct node *)(mem + 1024);
	u64 *words = (u64 *)(mem + 4096), r = 0, x = 5, i;

	for (i = 0; i < 20; i++) {
		b[i % 4] = make(i * 77);
		bits(&b[i % 4], i);
		r ^= atomics(words + i);
		flags((u32 *)(words + 40 + i), i * 0x1fffffff, i * 3);
		r += seven(i, 2 * i, 3, 4, 5, i + 6, 7 + i, &x);
		r += recursion(i, words + 80);
		r ^= table[i % 3](i);
	}
	list(pool, 40);
	packets(pool, mem + 6000, 100);
	memmove(mem + 8001, mem + 3, 777);
	memmove(mem + 8010, mem + 8003, 300);
	memset(mem + 9000, 0x5a, 123);
	memcpy(mem + 9300, mem + 8001, 511);
	r += rl_snprintf(mem + 10000, 100, "%d %u %lx %s %c %08x %5d|", -5, 7u, 0xabcdefUL, "text",
			 'c', 0x1234, 42);
	for (i = 0; i < 40; i++) {	/* no addresses in the sum */
		pool[i].next = 0;
		pool[i].prev = 0;
	}
	return r ^ sum((unsigned char *)mem, size);
}
