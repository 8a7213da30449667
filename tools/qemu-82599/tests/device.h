/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A model without a machine: made by device_new(), spoken to through its registers.
 * qemu.c has the world around it.
 */
#ifndef DEVICE_H
#define DEVICE_H

#include "../model.h"

struct nic *device_new(void);
u32 rd(struct nic *s, u32 addr);
void wr(struct nic *s, u32 addr, u32 value);

void pass_time(s64 ns);

extern char last_complaint[];	/* the log's last guest error */
extern bool messages_on;	/* MSI-X is enabled */
extern unsigned int messages[VECTORS];	/* sent so far */
extern bool wire;		/* level of INTx */

void test_registers(void);
void test_interrupts(void);
void test_filters(void);

#endif
