// SPDX-License-Identifier: GPL-2.0-only
/* What the host test of the campaign makes its faults in; compiled, never run. */
#define TWICE(x) ((x) + (x))

typedef unsigned int u32;

void *rl_alloc(unsigned long size);
void rl_free(void *p);
void rl_lock(u32 *lock);
void rl_unlock(u32 *lock);
void rl_write32(u32 bar, u32 reg, u32 value);
void *memcpy(void *to, const void *from, unsigned long size);
int rl_campaign_hit(void);

struct ring {
	u32 head, tail;
	u32 lock;
	u32 slots[16];
	char *data;
};

int ring_init(struct ring *r, const char *data, u32 size);

int ring_init(struct ring *r, const char *data, u32 size)
{
	u32 room = TWICE(size);
	u32 i;

	r->data = rl_alloc(room);
	if (!r->data)
		return -1;
	r->head = 1;
	rl_lock(&r->lock);
	for (i = 0; i < 16; i++)
		r->slots[i] = i;
	rl_unlock(&r->lock);
	memcpy(r->data, data, size);
	rl_write32(0, 4, r->tail);
	if (size > 4)
		rl_free(r->data);
	return 0;
}
