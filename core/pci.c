// SPDX-License-Identifier: GPL-2.0-only
/*
 * Claiming a PCI device for a domain, granting it to a generation, giving it
 * back.
 *
 * A device is never taken from a driver: it must be free, and is bound to the
 * core's own PCI driver with driver_override, which keeps every other driver
 * away until the domain is unloaded. struct rl_pci lives from rl_pci_claim() to
 * rl_pci_release(); the hardware side of it (regions, mappings, vectors) lives
 * from probe() to remove(), which may come early: by unplugging, or by an
 * administrator who unbinds. remove() ends the domain first and waits until it
 * is DEAD, so that nothing uses the device when it returns.
 *
 * Behind an IOMMU it is groups that have an address space: devices that it cannot tell
 * apart, or that can reach each other without it, share one. Two domains never do.
 *
 * Locks: remove() runs under the device lock and waits for the reaper, so the
 * reaper must never wait for a device lock (pci_reset.c). Claim and release take
 * it without holding any lock of ours.
 */
#include <linux/blkdev.h>
#include <linux/iommu.h>
#include <linux/module.h>
#include <linux/slab.h>
#include "caps.h"
#include "compat/pci.h"
#include "core.h"
#include "pci.h"

#define OUR_NAME	"redleaf"

static LIST_HEAD(claims);		/* struct rl_pci, under claims_lock */
static DEFINE_SPINLOCK(claims_lock);	/* taken in interrupts too */

/* claims_lock held. */
static struct rl_pci *claim_of(const struct pci_dev *pdev)
{
	struct rl_pci *p;

	list_for_each_entry(p, &claims, node)
		if (p->pdev == pdev)
			return p;
	return NULL;
}

/*
 * The grant. While the device is being made quiet no thread is inside, so
 * nobody reads what is taken back here.
 */
static void grant_quiet(struct rl_res *r)
{
	struct rl_pci *p = container_of(r, struct rl_pci, res);

	rl_irq_mask_all(p);
	if (READ_ONCE(p->gone))
		return;
	pci_clear_master(p->pdev);
	if (rl_pci_reset(p) && !READ_ONCE(p->gone)) {
		p->broken = true;
		pr_err("redleaf: %s: device %s could not be reset: it is not used again\n",
		       p->dom->name, pci_name(p->pdev));
	}
}

/**
 * rl_pci_stop() - cut a device off whose domain could not be brought to an end
 * @d: domain with threads inside; its memory is never freed
 *
 * No more interrupts and no more DMA, nothing else. Context: the reaper.
 */
void rl_pci_stop(struct rl_domain *d)
{
	/* no masking: that waits for handlers, and one may be what does not end;
	 * without bus mastering there are no messages either
	 */
	if (d->pci && !READ_ONCE(d->pci->gone))
		pci_clear_master(d->pci->pdev);
}

static void grant_release(struct rl_res *r)
{
	struct rl_pci *p = container_of(r, struct rl_pci, res);
	int i;

	rl_xdma_unmap(&p->xdma);
	mutex_lock(&p->lock);
	for (i = 0; i < RL_PCI_BARS; i++)
		WRITE_ONCE(p->bar[i].len, 0);
	p->granted = 0;
	mutex_unlock(&p->lock);
}

static const struct rl_res_ops grant_ops = {
	.kind = "pci",
	.quiet = grant_quiet,
	.release = grant_release,
};

/**
 * rl_pci_grant() - let a new generation use the domain's device
 * @d: domain
 *
 * First entry of the generation's ledger, hence the last to be made quiet and
 * to be released.
 *
 * Context: the reaper or load, before init, d->lock held. Return: 0, also when
 * the domain has no device; -ENODEV: it is gone; -EIO: it could not be reset.
 */
int rl_pci_grant(struct rl_domain *d)
{
	struct rl_pci *p = d->pci;

	if (!p)
		return 0;
	if (READ_ONCE(p->gone) || READ_ONCE(p->leaving) || !READ_ONCE(p->bound))
		return -ENODEV;
	if (p->broken)
		return -EIO;
	rl_ledger_add(d, &p->res, &grant_ops);
	return 0;
}

/* The device does not answer: no more accesses. Any context but NMI. */
void rl_pci_set_gone(struct rl_pci *p)
{
	int i;

	WRITE_ONCE(p->gone, true);
	for (i = 0; i < RL_PCI_BARS; i++)
		WRITE_ONCE(p->bar[i].len, 0);
}

/**
 * rl_pci_dma_refused() - the IOMMU refused a device something
 * @segment: PCI segment
 * @id: requester id, bus and function
 * @addr: page of the bus address
 * @read: or write
 * @reason: the IOMMU's
 *
 * Ends the generation of the domain that has the device, if one has. Context: hard
 * interrupt.
 */
void rl_pci_dma_refused(u32 segment, u16 id, u64 addr, bool read, u32 reason)
{
	struct rl_crash c = { .reason = RL_R_DMA, .trap = -1, .method = ~0u, .addr = addr };
	struct rl_pci *p;
	unsigned long flags;

	snprintf(c.text, sizeof(c.text), "the IOMMU refused a %s by the device (reason %#x)",
		 read ? "read" : "write", reason);
	spin_lock_irqsave(&claims_lock, flags);
	list_for_each_entry(p, &claims, node)
		if (pci_domain_nr(p->pdev->bus) == segment && pci_dev_id(p->pdev) == id)
			rl_domain_kill(p->dom, &c);
	spin_unlock_irqrestore(&claims_lock, flags);
}

static int rl_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct rl_pci *p;
	int err;

	spin_lock_irq(&claims_lock);
	p = claim_of(pdev);
	spin_unlock_irq(&claims_lock);
	/* bound by hand: it is domains that ask for devices, see rl_pci_claim() */
	if (!p || p->bound || p->vec)
		return -ENODEV;
	err = rl_pci_setup(p);
	if (err)
		return err;
	pci_set_drvdata(pdev, p);
	WRITE_ONCE(p->bound, true);
	return 0;
}

static void rl_remove(struct pci_dev *pdev)
{
	struct rl_pci *p = pci_get_drvdata(pdev);

	if (!pci_device_is_present(pdev))
		rl_pci_set_gone(p);
	WRITE_ONCE(p->leaving, true);
	rl_domain_device_gone(p->dom);
	rl_pci_set_gone(p);
	rl_pci_teardown(p);
	WRITE_ONCE(p->bound, false);
}

/* No id table: devices come by driver_override alone. */
static struct pci_driver rl_pci_driver = {
	.name = OUR_NAME,
	.probe = rl_probe,
	.remove = rl_remove,
};

/* "dddd:bb:dd.f" and nothing else; the device is referenced. */
static struct pci_dev *find_device(const char *who, const char *bdf)
{
	unsigned int seg, bus, slot, fn;
	struct pci_dev *pdev;
	int n = 0;

	if (sscanf(bdf, "%4x:%2x:%2x.%1x%n", &seg, &bus, &slot, &fn, &n) != 4 || n != 12 ||
	    bdf[n] || slot > 31 || fn > 7) {
		pr_err("redleaf: %s: \"%.32s\" is not a PCI address (like 0000:00:04.0)\n",
		       who, bdf);
		return ERR_PTR(-EINVAL);
	}
	pdev = pci_get_domain_bus_and_slot(seg, bus, PCI_DEVFN(slot, fn));
	if (!pdev) {
		pr_err("redleaf: %s: there is no PCI device %s\n", who, bdf);
		return ERR_PTR(-ENODEV);
	}
	return pdev;
}

static bool match_one(const struct rl_pci_match *m, const struct pci_dev *pdev)
{
	return (m->vendor == 0xffff || m->vendor == pdev->vendor) &&
	       (m->device == 0xffff || m->device == pdev->device) &&
	       !((m->class ^ pdev->class) & m->class_mask);
}

/* The table ends with vendor 0, or with the domain's read-only data. */
static bool domain_drives(const struct rl_domain *d, const struct pci_dev *pdev)
{
	const struct rl_pci_match *m = d->desc.pci;
	int n;

	for (n = 0; m && n < RL_MAX_MATCHES; n++, m++) {
		unsigned long at = (unsigned long)m - d->ro;

		if (at >= d->ro_size || d->ro_size - at < sizeof(*m) || !m->vendor)
			return false;
		if (match_one(m, pdev))
			return true;
	}
	return false;
}

/* Name of an open disk below the device: says what would be lost. */
static int find_open_disk(struct device *dev, void *name)
{
	if (dev->class && !strcmp(dev->class->name, "block") && disk_openers(dev_to_disk(dev))) {
		*(const char **)name = dev_name(dev);
		return 1;
	}
	return device_for_each_child(dev, name, find_open_disk);
}

/*
 * Is the device free? It is a diagnosis; binding is what decides. What another
 * domain has is told by enlist().
 */
static int check_free(const char *who, struct pci_dev *pdev)
{
	const char *disk = NULL;
	int err = 0;

	device_lock(&pdev->dev);
	if (pdev->dev.driver && pdev->dev.driver != &rl_pci_driver.driver) {
		device_for_each_child(&pdev->dev, &disk, find_open_disk);
		pr_err("redleaf: %s: device %s is bound to driver %s%s%s%s; unbind it first\n",
		       who, pci_name(pdev), pdev->dev.driver->name, disk ? " and " : "",
		       disk ?: "", disk ? " is in use" : "");
		err = -EBUSY;
	} else if (rl_compat_pci_reserved(pdev, &rl_pci_driver.driver)) {
		pr_err("redleaf: %s: device %s is reserved for another driver by its driver_override\n",
		       who, pci_name(pdev));
		err = -EBUSY;
	}
	device_unlock(&pdev->dev);
	return err;
}

/* Another device of a device's IOMMU group; one of a domain, if there is one. */
struct sharer {
	const struct device *self;
	const struct rl_domain *dom;
	char name[32];
};

/* Bridges ask for nothing by themselves. Nonzero: enough is known. */
static int look_at_sharer(struct device *dev, void *data)
{
	struct sharer *s = data;
	const struct rl_pci *p;

	if (dev == s->self || !dev_is_pci(dev) || pci_is_bridge(to_pci_dev(dev)))
		return 0;
	strscpy(s->name, dev_name(dev), sizeof(s->name));
	spin_lock_irq(&claims_lock);
	p = claim_of(to_pci_dev(dev));
	s->dom = p ? p->dom : NULL;
	spin_unlock_irq(&claims_lock);
	return !!p;
}

/* As for enlist(): no domain comes or goes meanwhile. */
static int check_group(const struct rl_domain *d, struct pci_dev *pdev)
{
	struct iommu_group *group = iommu_group_get(&pdev->dev);
	struct sharer s = { .self = &pdev->dev };

	if (group && rl_pci_translated(pdev))
		iommu_group_for_each_dev(group, &s, look_at_sharer);
	iommu_group_put(group);
	if (s.dom) {
		pr_err("redleaf: %s: device %s is in one IOMMU group with %s of domain %s: each would reach the other's memory\n",
		       d->name, pci_name(pdev), s.name, s.dom->name);
		return -EBUSY;
	}
	if (s.name[0])
		pr_warn("redleaf: %s: device %s is in one IOMMU group with %s: each reaches what is mapped for the other\n",
			d->name, pci_name(pdev), s.name);
	return 0;
}

static int check_claim(struct rl_domain *d, struct pci_dev *pdev)
{
	if (pdev->hdr_type != PCI_HEADER_TYPE_NORMAL || !domain_drives(d, pdev)) {
		pr_err("redleaf: %s: device %s [%04x:%04x] class %06x is not one this domain drives\n",
		       d->name, pci_name(pdev), pdev->vendor, pdev->device, pdev->class);
		return -ENODEV;
	}
	return check_free(d->name, pdev) ?: check_group(d, pdev);
}

/* One claim per device: the list is what decides between two domains. */
static int enlist(struct rl_pci *p)
{
	const char *name = NULL;
	struct rl_pci *other;

	spin_lock_irq(&claims_lock);
	other = claim_of(p->pdev);
	if (other)
		name = other->dom->name;
	else
		list_add(&p->node, &claims);
	spin_unlock_irq(&claims_lock);
	if (!name)
		return 0;
	/* instances are loaded and unloaded one at a time: @name is still there */
	pr_err("redleaf: %s: device %s belongs to domain %s\n", p->dom->name, pci_name(p->pdev),
	       name);
	return -EBUSY;
}

static void delist(struct rl_pci *p)
{
	spin_lock_irq(&claims_lock);
	list_del(&p->node);
	spin_unlock_irq(&claims_lock);
}

static int bind(struct rl_pci *p)
{
	int err = rl_compat_pci_set_override(p->pdev, OUR_NAME);

	if (err)
		return err;
	err = device_driver_attach(&rl_pci_driver.driver, &p->pdev->dev);
	if (err) {
		pr_err("redleaf: %s: device %s could not be bound (%d)\n", p->dom->name,
		       pci_name(p->pdev), err);
		rl_compat_pci_set_override(p->pdev, "");
	}
	return err;
}

static void free_claim(struct rl_pci *p)
{
	mutex_destroy(&p->lock);
	kfree(p->vec);
	kfree(p);
}

static int claim(struct rl_domain *d, struct pci_dev *pdev)
{
	struct rl_pci *p = kzalloc(sizeof(*p), GFP_KERNEL);
	int err;

	if (!p)
		return -ENOMEM;
	mutex_init(&p->lock);
	p->dom = d;
	p->pdev = pdev;
	err = enlist(p);
	if (err)
		goto free;
	err = bind(p);
	if (err)
		goto unlist;
	d->pci = p;
	return 0;

unlist:
	delist(p);
free:
	free_claim(p);
	return err;
}

/**
 * rl_pci_claim() - take a free PCI device for a domain
 * @d: domain; its descriptor says what it drives
 * @bdf: "dddd:bb:dd.f"
 *
 * Binds the device to the core's driver and sets it up: memory decoding on, bus
 * mastering off, 64 bit DMA, MSI-X vectors allocated and masked.
 *
 * Context: load, process, sleeps, no lock of a device or domain held. Return: 0,
 * or an error that has been explained in the log: -EINVAL (@bdf), -ENODEV (none
 * there, or not one the domain drives), -EBUSY (not free, or not apart from another
 * domain's), -EOPNOTSUPP (DMA would bounce, no MSI-X), what the PCI core answers.
 */
int rl_pci_claim(struct rl_domain *d, const char *bdf)
{
	struct pci_dev *pdev = find_device(d->name, bdf);
	int err;

	if (IS_ERR(pdev))
		return PTR_ERR(pdev);
	err = check_claim(d, pdev);
	if (!err)
		err = claim(d, pdev);
	if (err)
		pci_dev_put(pdev);
	return err;
}

/*
 * A domain that never ran is dead now. A remove() that waits for its death holds
 * the lock that unbinding needs.
 */
static void make_dead(struct rl_domain *d)
{
	mutex_lock(&d->lock);
	if (d->state == RL_LOADED)
		rl_domain_set_state(d, RL_DEAD);
	mutex_unlock(&d->lock);
}

/**
 * rl_pci_release() - give the domain's device back
 * @d: domain; DEAD, or never started; may have no device
 *
 * The device is left disabled and without driver_override. The override goes
 * last: until then no other driver can have the device, so that it is ours that
 * is unbound.
 *
 * Context: unload, process, sleeps, d->lock not held.
 */
void rl_pci_release(struct rl_domain *d)
{
	struct rl_pci *p = d->pci;

	if (!p)
		return;
	make_dead(d);
	device_release_driver(&p->pdev->dev);
	rl_compat_pci_set_override(p->pdev, "");
	delist(p);
	d->pci = NULL;
	pci_dev_put(p->pdev);
	free_claim(p);
}

/* The device behind the domain; stays valid until rl_pci_release(). */
struct device *rl_domain_dma_device(struct rl_domain *d)
{
	return d->pci ? &d->pci->pdev->dev : NULL;
}
EXPORT_SYMBOL_GPL(rl_domain_dma_device);

int rl_pci_init(void)
{
	return pci_register_driver(&rl_pci_driver);
}

void rl_pci_exit(void)
{
	pci_unregister_driver(&rl_pci_driver);
}
