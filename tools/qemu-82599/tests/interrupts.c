// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Causes, masks and messages (8.2.3.5, 7.3): what EIAC, EIAM, EICS, EITR and IVAR do,
 * with MSI-X and with a wire.
 */
#include "device.h"
#include "point.h"

#define LSC	EICR_LSC
#define VECTOR(n)	(IVAR_VALID | (n))

/* Queue 0's receive cause on vector 3, other causes on vector 5. */
static struct nic *with_messages(void)
{
	struct nic *s = device_new();

	messages_on = true;
	memset(messages, 0, sizeof(messages));
	wr(s, R_GPIE, GPIE_MULTI_MSIX | GPIE_EIAME);
	wr(s, R_IVAR, VECTOR(3));
	wr(s, R_IVAR_MISC, VECTOR(5) << 8);
	return s;
}

static void vectors(void)
{
	struct nic *s = with_messages();

	irq_queue(s, 0, false);
	point(messages[3] == 0 && rd(s, R_EICS) == 1 << 3, "a masked cause is kept");
	wr(s, R_EIMS, 1 << 3);
	point(messages[3] == 1, "unmasking sends it");
	wr(s, R_EICR, 1 << 3);
	point(rd(s, R_EICS) == 0, "a write to EICR clears it");
	irq_raise(s, 0, LSC);
	wr(s, R_EIMS, LSC);
	point(messages[5] == 1, "other causes go where IVAR_MISC says");
	wr(s, R_EIMC, LSC | 1 << 3);
	irq_queue(s, 0, false);
	irq_raise(s, 0, LSC);
	point(messages[3] == 1 && messages[5] == 1 && rd(s, R_EIMS) == 0, "EIMC masks");
	irq_queue(s, 1, false);
	point(messages[0] == 0, "a queue without a valid IVAR entry stays silent");
}

static void automatic(void)
{
	struct nic *s = with_messages();

	wr(s, R_EIAC, 1 << 3);
	wr(s, R_EIAM, 1 << 3);
	wr(s, R_EIMS, 1 << 3);
	irq_queue(s, 0, false);
	point(messages[3] == 1 && rd(s, R_EICS) == 0, "EIAC clears when the message leaves");
	point(!(rd(s, R_EIMS) & 1 << 3), "EIAM masks then, with EIAME");
	wr(s, R_EICS, 1 << 3);
	point(messages[3] == 2, "EICS sets the mask of EIAM's bits and raises");
	wr(s, R_EIAC, 0);
	wr(s, R_EIAM, LSC | 1 << 3);
	wr(s, R_EIMS, LSC | 1 << 3);
	wr(s, R_EICR, LSC);
	point(rd(s, R_EIMS) == 1 << 3, "a write to EICR masks EIAM's bits that it names");
	wr(s, R_EIMS, LSC | 1 << 3);
	rd(s, R_EICR);
	point(rd(s, R_EIMS) == 0, "a read masks all of them, even when it returns 0");
	wr(s, R_GPIE, GPIE_MULTI_MSIX | GPIE_EIAME | GPIE_OCD);
	wr(s, R_EIMS, LSC | 1 << 3);
	rd(s, R_EICR);
	point(rd(s, R_EIMS) == 1 << 3, "with OCD it leaves those of queues");
}

/* 100 us in units of 2.048 us, bits 11:3. */
static void throttling(void)
{
	struct nic *s = with_messages();

	wr(s, R_EIAC, 1 << 3);
	wr(s, R_EIMS, 1 << 3);
	wr(s, R_EITR_LO + 4 * 3, 49 << 3);
	pass_time(200000);
	irq_queue(s, 0, false);
	irq_queue(s, 0, false);
	point(messages[3] == 1, "a second event waits for the interval's end");
	pass_time(50000);
	point(messages[3] == 1, "it still does");
	pass_time(60000);
	point(messages[3] == 2, "and is sent then");
	wr(s, R_GPIE, GPIE_MULTI_MSIX | GPIE_EIMEN);
	wr(s, R_EICS, 1 << 3);
	point(messages[3] == 3, "EIMEN lets EICS go at once");
}

static void extended(void)
{
	struct nic *s = with_messages();

	wr(s, R_IVAR + 4, VECTOR(40));	/* receive queue 2 */
	wr(s, R_EIMS_EX + 4, 1 << 8);
	irq_queue(s, 2, false);
	point(messages[40] == 1, "vectors above 31 have EIMS_EX(2)");
	point(rd(s, R_EICS_EX + 4) == 0, "those above 15 clear by themselves");
	point(rd(s, R_EIMS_EX + 4) == 1 << 8 && rd(s, R_EIMS_EX) == 0, "EIMS_EX is in two words");
}

static void no_master(void)
{
	struct nic *s = with_messages();

	wr(s, R_EIMS, 1 << 3);
	pci_set_word(s->pci.config + PCI_COMMAND, 0);
	irq_queue(s, 0, false);
	point(messages[3] == 0, "without bus mastering no message leaves");
	pci_set_word(s->pci.config + PCI_COMMAND, PCI_COMMAND_MASTER);
	irq_retry(s);
	point(messages[3] == 1, "it is held, not lost");
}

static void one_wire(void)
{
	struct nic *s = device_new();

	messages_on = false;
	wr(s, R_IVAR, VECTOR(0));
	irq_queue(s, 0, false);
	point(!wire, "a masked cause leaves the wire low");
	wr(s, R_EIMS, 1 | LSC);
	point(wire, "unmasked it rises");
	irq_raise(s, 0, LSC);
	point(rd(s, R_EICR) == (1 | LSC) && !wire, "reading EICR tells all and lowers it");
}

void test_interrupts(void)
{
	vectors();
	automatic();
	throttling();
	extended();
	no_master();
	one_wire();
}
