// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the core believes of a PCI function: where its reset registers are, and which
 * registers and configuration space a domain may read
 *
 * The function is 256 bytes of configuration space behind a bus of the suite's own, its
 * registers are plain memory, and the domain never runs (fake_kunit.h).
 */
#include <linux/string.h>
#include <linux/virtio_pci.h>
#include "fake_kunit.h"
#include "pci.h"

#define CAP(n)		(0x40 + (n) * 0x14)	/* where capability n is */
#define CAPS		4
#define BAR		4
#define BAR_SIZE	0x4000
#define STATUS		VIRTIO_PCI_COMMON_STATUS
#define NO_REGISTER	"no such register in configuration space"

static struct {
	u8 space[256] __aligned(4);
	u8 regs[BAR_SIZE];
	struct pci_bus bus;
	struct pci_dev dev;
	struct rl_pci p;
	struct rl_domain *d;
} *w;

static int space_read(struct pci_bus *bus, unsigned int devfn, int where, int size, u32 *val)
{
	*val = 0;
	memcpy(val, w->space + where, size);
	return PCIBIOS_SUCCESSFUL;
}

static struct pci_ops space_ops = { .read = space_read };

/* Capability @n of CAPS in a row: what it says of the structure it stands for. */
static void cap(int n, u8 type, u8 bar, u32 off, u32 len)
{
	u8 *at = w->space + CAP(n);

	at[0] = PCI_CAP_ID_VNDR;
	at[1] = n + 1 < CAPS ? CAP(n + 1) : 0;
	at[VIRTIO_PCI_CAP_LEN] = 16;
	at[VIRTIO_PCI_CAP_CFG_TYPE] = type;
	at[VIRTIO_PCI_CAP_BAR] = bar;
	memcpy(at + VIRTIO_PCI_CAP_OFFSET, &off, sizeof(off));
	memcpy(at + VIRTIO_PCI_CAP_LENGTH, &len, sizeof(len));
}

static void region(int bar, unsigned long flags, u64 size)
{
	w->dev.resource[bar] = (struct resource){ .start = 0x100000, .end = 0x100000 + size - 1,
						  .flags = flags };
}

/* A good virtio block device; its structures are in BAR 4, BAR 0 is I/O space. */
static void good(void)
{
	int n;

	memset(w->space, 0, sizeof(w->space));
	w->dev.vendor = PCI_VENDOR_ID_REDHAT_QUMRANET;
	w->dev.device = 0x1042;
	w->dev.class = PCI_CLASS_STORAGE_SCSI << 8;
	w->space[PCI_STATUS] = PCI_STATUS_CAP_LIST;
	w->space[PCI_CAPABILITY_LIST] = CAP(0);
	for (n = 0; n < CAPS; n++)
		cap(n, VIRTIO_PCI_CAP_ISR_CFG, BAR, 0x2000, 4);
	cap(1, VIRTIO_PCI_CAP_COMMON_CFG, BAR, 0x1000, 56);
	region(0, IORESOURCE_IO, 64);
	region(BAR, IORESOURCE_MEM, BAR_SIZE);
}

static int pci_suite_init(struct kunit *test)
{
	w = kzalloc(sizeof(*w), GFP_KERNEL);
	if (!w)
		return -ENOMEM;
	w->bus.ops = &space_ops;
	w->dev.bus = &w->bus;
	w->dev.cfg_size = sizeof(w->space);
	w->d = fake_make("ktpci", NULL, 0);
	w->p.pdev = &w->dev;
	w->p.dom = w->d;
	w->p.bar[BAR].io = (void __iomem __force *)w->regs;
	good();
	if (w->d)
		w->d->pci = &w->p;
	return w->d ? 0 : -ENOMEM;
}

static void pci_suite_exit(struct kunit *test)
{
	if (!w)
		return;
	if (w->d)
		w->d->pci = NULL;
	fake_drop(w->d);
	kfree(w);
	w = NULL;
}

/* Was the domain killed for it? Forgets it. */
static bool killed(const char *why)
{
	bool so = test_and_clear_bit(0, &w->d->dying) && !strcmp(w->d->crash.text, why);

	w->d->crash_valid = false;
	w->d->crash.text[0] = 0;
	return so;
}

static void configuration_space(struct kunit *test)
{
	u32 off;

	for (off = 0; off < 256; off += 4)
		KUNIT_EXPECT_EQ(test, rl_pci_config_read(w->d, off),
				*(const u32 *)(w->space + off));
	KUNIT_EXPECT_FALSE(test, killed(NO_REGISTER));
	for (off = 1; off < 4; off++) {
		KUNIT_EXPECT_EQ(test, rl_pci_config_read(w->d, off), ~0u);
		KUNIT_EXPECT_TRUE(test, killed(NO_REGISTER));
	}
	KUNIT_EXPECT_EQ(test, rl_pci_config_read(w->d, 256), ~0u);
	KUNIT_EXPECT_TRUE(test, killed(NO_REGISTER));
	KUNIT_EXPECT_EQ(test, rl_pci_config_read(w->d, ~3u), ~0u);
	KUNIT_EXPECT_TRUE(test, killed(NO_REGISTER));
	w->p.gone = true;
	KUNIT_EXPECT_EQ(test, rl_pci_config_read(w->d, 0), ~0u);
	KUNIT_EXPECT_FALSE(test, killed(NO_REGISTER));
	w->d->pci = NULL;
	KUNIT_EXPECT_EQ(test, rl_pci_config_read(w->d, 0), ~0u);
	KUNIT_EXPECT_TRUE(test, killed(NO_REGISTER));
}

static u8 *at(u32 bar, u32 off, u32 width)
{
	return (u8 __force *)rl_bar_at(w->d, bar, off, width);
}

/* Registers of every width: aligned, within what is mapped, not in the hole. */
static void registers(struct kunit *test)
{
	static const u32 widths[] = { 1, 2, 4, 8 };
	struct rl_bar *b = &w->p.bar[BAR];
	u32 i, n;

	b->len = 64;
	b->hole = 32;
	b->hole_len = 16;
	for (i = 0; i < ARRAY_SIZE(widths); i++) {
		n = widths[i];
		KUNIT_EXPECT_PTR_EQ(test, at(BAR, 0, n), &w->regs[0]);
		KUNIT_EXPECT_PTR_EQ(test, at(BAR, 64 - n, n), w->regs + 64 - n);
		KUNIT_EXPECT_PTR_EQ(test, at(BAR, 32 - n, n), w->regs + 32 - n);
		KUNIT_EXPECT_NULL(test, at(BAR, 64, n));
		KUNIT_EXPECT_NULL(test, at(BAR, 32, n));
		KUNIT_EXPECT_NULL(test, at(BAR, 48 - n, n));
		KUNIT_EXPECT_PTR_EQ(test, at(BAR, 48, n), w->regs + 48);
		KUNIT_EXPECT_NULL(test, at(BAR, ~(n - 1), n));
		KUNIT_EXPECT_NULL(test, at(RL_PCI_BARS, 0, n));
		KUNIT_EXPECT_NULL(test, at(0, 0, n));
		if (n > 1)
			KUNIT_EXPECT_NULL(test, at(BAR, n / 2, n));
	}
}

static bool found(u32 off)
{
	w->p.reset_bar = 0;
	w->p.reset_off = 0;
	rl_pci_find_reset(&w->p);
	return w->p.reset && w->p.reset_bar == BAR && w->p.reset_off == off;
}

static bool none(void)
{
	rl_pci_find_reset(&w->p);
	return !w->p.reset;
}

/* The status register is where the function's own capability says. */
static void virtio_status(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, found(0x1000));
	cap(0, VIRTIO_PCI_CAP_COMMON_CFG, BAR, 0x3000, 56);
	KUNIT_EXPECT_TRUE(test, found(0x3000));
	/* of several the first that can be */
	cap(0, VIRTIO_PCI_CAP_COMMON_CFG, 0, 0, 56);
	KUNIT_EXPECT_TRUE(test, found(0x1000));
	cap(0, VIRTIO_PCI_CAP_COMMON_CFG, BAR, BAR_SIZE - 55, 56);
	KUNIT_EXPECT_TRUE(test, found(0x1000));
	cap(0, VIRTIO_PCI_CAP_COMMON_CFG, BAR, BAR_SIZE - 56, 56);
	KUNIT_EXPECT_TRUE(test, found(BAR_SIZE - 56));
	w->dev.device = 0x1001;
	KUNIT_EXPECT_TRUE(test, found(BAR_SIZE - 56));
}

static void virtio_absurd(struct kunit *test)
{
	static const struct { u8 type, bar; u32 off, len; } bad[] = {
		{ VIRTIO_PCI_CAP_PCI_CFG, BAR, 0, 56 }, { VIRTIO_PCI_CAP_COMMON_CFG, 0, 0, 56 },
		{ VIRTIO_PCI_CAP_COMMON_CFG, 1, 0, 56 }, { VIRTIO_PCI_CAP_COMMON_CFG, 6, 0, 56 },
		{ VIRTIO_PCI_CAP_COMMON_CFG, 0xff, 0, 56 },
		{ VIRTIO_PCI_CAP_COMMON_CFG, BAR, 0, STATUS },
		{ VIRTIO_PCI_CAP_COMMON_CFG, BAR, BAR_SIZE, 56 },
		{ VIRTIO_PCI_CAP_COMMON_CFG, BAR, ~0u, 56 },
		{ VIRTIO_PCI_CAP_COMMON_CFG, BAR, 56, ~0u },
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		cap(1, bad[i].type, bad[i].bar, bad[i].off, bad[i].len);
		KUNIT_EXPECT_TRUE(test, none());
	}
	cap(3, VIRTIO_PCI_CAP_ISR_CFG, BAR, 0, 4);
	w->space[CAP(3) + 1] = CAP(0);	/* a circle */
	KUNIT_EXPECT_TRUE(test, none());
	good();
	w->space[PCI_STATUS] = 0;
	KUNIT_EXPECT_TRUE(test, none());
}

/* Status becomes 0, and nothing else is touched; when that was is known. */
static void virtio_resets(struct kunit *test)
{
	u64 before = ktime_get_ns();

	memset(w->regs, 0x5a, sizeof(w->regs));
	rl_pci_find_reset(&w->p);
	KUNIT_EXPECT_EQ(test, rl_pci_reset(&w->p), 0);
	KUNIT_EXPECT_GE(test, w->p.reset_ns, before);
	KUNIT_EXPECT_LE(test, w->p.reset_ns, ktime_get_ns());
	KUNIT_EXPECT_EQ(test, w->regs[0x1000 + STATUS], 0);
	w->regs[0x1000 + STATUS] = 0x5a;
	KUNIT_EXPECT_NULL(test, memchr_inv(w->regs, 0x5a, sizeof(w->regs)));
}

/* A method is for its devices only. */
static void methods(struct kunit *test)
{
	w->dev.device = 0x1110;		/* Red Hat's, but not virtio */
	KUNIT_EXPECT_TRUE(test, none());
	w->dev.device = 0x1080;
	KUNIT_EXPECT_TRUE(test, none());
	w->dev.device = 0x1041;
	KUNIT_EXPECT_FALSE(test, none());
	w->dev.vendor = PCI_VENDOR_ID_INTEL;
	KUNIT_EXPECT_TRUE(test, none());
	w->dev.class = PCI_CLASS_STORAGE_EXPRESS;
	KUNIT_EXPECT_TRUE(test, none());	/* BAR 0 is I/O space */
	region(0, IORESOURCE_MEM, SZ_2K);
	KUNIT_EXPECT_TRUE(test, none());
	region(0, IORESOURCE_MEM, SZ_16K);
	KUNIT_EXPECT_FALSE(test, none());
	w->dev.class = PCI_CLASS_NETWORK_ETHERNET << 8;
	w->dev.device = 0x10fb;
	KUNIT_EXPECT_TRUE(test, none());
	region(0, IORESOURCE_MEM, SZ_128K);
	KUNIT_EXPECT_FALSE(test, none());
	w->dev.device = 0x10fc;
	KUNIT_EXPECT_TRUE(test, none());
}

static struct kunit_case pci_cases[] = {
	KUNIT_CASE(configuration_space),
	KUNIT_CASE(registers),
	KUNIT_CASE(virtio_status),
	KUNIT_CASE(virtio_absurd),
	KUNIT_CASE(virtio_resets),
	KUNIT_CASE(methods),
	{}
};

static struct kunit_suite pci_suite = {
	.name = "rl_pci",
	.init = pci_suite_init,
	.exit = pci_suite_exit,
	.test_cases = pci_cases,
};

rl_kunit_test_suite(pci_suite);

MODULE_DESCRIPTION("RedLeaf: KUnit suite for what the core believes of a PCI function");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(RL_TEST);
