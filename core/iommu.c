// SPDX-License-Identifier: GPL-2.0-only
/*
 * What an IOMMU refuses is the fault of the domain whose device asked for it.
 *
 * The DMA API gives every device behind an IOMMU an address space of its own, and what
 * the core maps there for a generation is all that its device can reach. An access to
 * anything else ends in the IOMMU, which records it and interrupts. The kernel prints
 * the record, and tells no driver.
 *
 * So the records are read here too: a hook at the head of dmar_fault(), the interrupt
 * handler of Intel's remapping units, which clears them afterwards. The registers are
 * found in ACPI's DMAR table and mapped once more; nothing is written. Names are those
 * of Intel's VT-d specification.
 *
 * The hook runs in that interrupt, and nothing in it can fault or wait. What a unit
 * records while the kernel is at work on earlier records is missed; a device that goes
 * on is seen the next time. An interrupt that is late by a whole restart would end the
 * next generation, which costs one restart more. Not recognised: a device behind a
 * bridge that answers for it under an id of its own. Not watched: AMD's units, which
 * confine all the same.
 */
#include <linux/acpi.h>
#include <linux/bitfield.h>
#include <linux/ftrace.h>
#include <linux/io.h>
#include <linux/slab.h>
#include "core.h"
#include "hook.h"
#include "pci.h"

/* CAP_REG, FSTS_REG and the records, FRCD_REG */
#define DMAR_CAP		0x08
#define DMAR_CAP_FRO		GENMASK_ULL(33, 24)	/* of the records, 16 bytes each */
#define DMAR_CAP_NFR		GENMASK_ULL(47, 40)	/* how many, less one */
#define DMAR_FSTS		0x34
#define DMAR_FSTS_PPF		BIT(1)			/* a record is pending */
#define DMAR_RECORD		16
#define DMAR_FRCD_LOW		0			/* the page, below its own bits */
#define DMAR_FRCD_SID		8			/* dwords from here on */
#define DMAR_FRCD_WHY		12
#define DMAR_FRCD_F		BIT(31)
#define DMAR_FRCD_READ		BIT(30)
#define DMAR_FRCD_REASON	GENMASK(7, 0)

/* Reasons 20h to 27h are about interrupts: no DMA was refused. */
#define DMAR_REASON_INTR(r)	(((r) & 0xf8) == 0x20)

/**
 * struct unit - a remapping unit
 * @regs:	its registers, read only
 * @records:	offset of the fault records
 * @nr:		of them
 * @segment:	whose devices it serves
 */
struct unit {
	void __iomem *regs;
	u32 records;
	u32 nr;
	u32 segment;
};

/* Written before the hook is installed, freed after it has gone. */
static struct unit *units;
static u32 nr_units;

static void look_at(const struct unit *u, u32 i)
{
	void __iomem *record = u->regs + u->records + i * DMAR_RECORD;
	u32 why = readl(record + DMAR_FRCD_WHY);
	u32 reason = FIELD_GET(DMAR_FRCD_REASON, why);

	if (!(why & DMAR_FRCD_F) || DMAR_REASON_INTR(reason))
		return;
	rl_pci_dma_refused(u->segment, readl(record + DMAR_FRCD_SID),
			   readq(record + DMAR_FRCD_LOW) & PAGE_MASK, why & DMAR_FRCD_READ,
			   reason);
}

/* dmar_fault(irq, unit): which unit it is only the kernel's own structure says. */
static void notrace on_dmar_fault(unsigned long ip, unsigned long parent, struct ftrace_ops *ops,
				  struct ftrace_regs *fregs)
{
	u32 n, i;

	for (n = 0; n < nr_units; n++)
		if (readl(units[n].regs + DMAR_FSTS) & DMAR_FSTS_PPF)
			for (i = 0; i < units[n].nr; i++)
				look_at(&units[n], i);
}

static struct ftrace_ops fault_hook = {
	.func = on_dmar_fault,
	.flags = FTRACE_OPS_FL_RECURSION | FTRACE_OPS_FL_PERMANENT,
};

/* Registers of one unit: the records may lie behind its first page. */
static int map_unit(const struct acpi_dmar_hardware_unit *drhd)
{
	struct unit *u = &units[nr_units];
	void __iomem *first = ioremap(drhd->address, PAGE_SIZE);
	u64 cap;

	if (!first)
		return -ENOMEM;
	cap = readq(first + DMAR_CAP);
	iounmap(first);
	if (cap == ~0ULL)
		return 0;	/* switched off by firmware */
	u->records = FIELD_GET(DMAR_CAP_FRO, cap) * DMAR_RECORD;
	u->nr = FIELD_GET(DMAR_CAP_NFR, cap) + 1;
	u->segment = drhd->segment;
	u->regs = ioremap(drhd->address, PAGE_ALIGN(u->records + u->nr * DMAR_RECORD));
	if (!u->regs)
		return -ENOMEM;
	nr_units++;
	return 0;
}

/* The next entry of the table after @e, or the first; NULL: no more. */
static const struct acpi_dmar_header *next(const struct acpi_table_dmar *dmar,
					   const struct acpi_dmar_header *e)
{
	const char *at = e ? (const char *)e + e->length : (const char *)(dmar + 1);
	const char *end = (const char *)dmar + dmar->header.length;

	if (at >= end || (size_t)(end - at) < sizeof(*e))
		return NULL;
	e = (const struct acpi_dmar_header *)at;
	return e->length >= sizeof(*e) && e->length <= end - at ? e : NULL;
}

static int map_units(const struct acpi_table_dmar *dmar)
{
	const struct acpi_dmar_header *e = NULL;
	u32 most = 0;
	int err = 0;

	while ((e = next(dmar, e)))
		most++;
	units = kcalloc(most, sizeof(*units), GFP_KERNEL);
	if (!units)
		return -ENOMEM;
	while (!err && (e = next(dmar, e)))
		if (e->type == ACPI_DMAR_TYPE_HARDWARE_UNIT &&
		    e->length >= sizeof(struct acpi_dmar_hardware_unit))
			err = map_unit((const struct acpi_dmar_hardware_unit *)e);
	return err;
}

static void unmap_units(void)
{
	while (nr_units)
		iounmap(units[--nr_units].regs);
	kfree(units);
	units = NULL;
}

/**
 * rl_iommu_init() - watch what Intel's remapping units refuse
 *
 * Without such a unit there is nothing to watch.
 *
 * Context: process, sleeps. Return: 0, or -Exxx with the reason in the log.
 */
int rl_iommu_init(void)
{
	struct acpi_table_header *table;
	int err;

	if (ACPI_FAILURE(acpi_get_table(ACPI_SIG_DMAR, 0, &table)))
		return 0;
	err = map_units((const struct acpi_table_dmar *)table);
	acpi_put_table(table);
	if (err)
		pr_err("redleaf: IOMMU: its registers cannot be mapped (%d)\n", err);
	else if (nr_units)
		err = rl_hook_install(&fault_hook, "dmar_fault", "IOMMU");
	if (err)
		unmap_units();
	return err;
}

/* The opposite. No domain is left. Context: process, sleeps. */
void rl_iommu_exit(void)
{
	if (nr_units)
		rl_hook_remove(&fault_hook);
	unmap_units();
}
