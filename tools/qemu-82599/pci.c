// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The PCI function (9): configuration space, BARs, capabilities at the card's own
 * offsets, function level reset; and the QEMU device around it with its properties.
 */
#include "model.h"
#include "qapi/error.h"
#include "hw/pci/msi.h"
#include "hw/pci/msix.h"
#include "hw/pci/pcie.h"
#include "hw/pci/pcie_aer.h"
#include "hw/qdev-properties.h"
#include "hw/qdev-properties-system.h"
#include "migration/vmstate.h"
#include "plugin.h"

#define VENDOR_INTEL	0x8086
#define DEVICE_82599	0x10FB
#define BAR_CSR_SIZE	(512 * 1024)
#define BAR_MSIX_SIZE	(16 * 1024)
#define BAR_IO_SIZE	32
#define BAR_64		(PCI_BASE_ADDRESS_MEM_TYPE_64 | PCI_BASE_ADDRESS_MEM_PREFETCH)
#define CAP_PM		0x40
#define CAP_MSI		0x50
#define CAP_MSIX	0x70
#define CAP_PCIE	0xA0
#define CAP_AER		0x100
#define CAP_SERIAL	0x140
#define LINK_MASK	0x3FFu
#define LINK_5GT_X8	0x82u

static u32 config_read(PCIDevice *pci, u32 addr, int len)
{
	if (to_nic(pci)->faults.removed)
		return REG_ALL;
	return pci_default_read_config(pci, addr, len);
}

/* Switching bus mastering on lets go what was held back. */
static void config_write(PCIDevice *pci, u32 addr, u32 value, int len)
{
	struct nic *s = to_nic(pci);
	bool was = bus_master(s);

	if (s->faults.removed)
		return;
	pci_default_write_config(pci, addr, value, len);
	pcie_cap_flr_write_config(pci, addr, value, len);
	if (!was && bus_master(s))
		kick_all(s);
}

static void add_bars(struct nic *s)
{
	memory_region_init_io(&s->bar_csr, OBJECT(s), &csr_ops, s, "82599-csr", BAR_CSR_SIZE);
	memory_region_init_io(&s->bar_io, OBJECT(s), &csr_io_ops, s, "82599-io", BAR_IO_SIZE);
	memory_region_init(&s->bar_msix, OBJECT(s), "82599-msix", BAR_MSIX_SIZE);
	pci_register_bar(&s->pci, 0, BAR_64, &s->bar_csr);
	pci_register_bar(&s->pci, 2, PCI_BASE_ADDRESS_SPACE_IO, &s->bar_io);
	pci_register_bar(&s->pci, 4, BAR_64, &s->bar_msix);
}

static void set_link_field(u8 *field)
{
	pci_set_word(field, (pci_get_word(field) & ~LINK_MASK) | LINK_5GT_X8);
}

static bool add_capabilities(struct nic *s, Error **errp)
{
	PCIDevice *pci = &s->pci;
	u8 *config = pci->config;

	if (pci_add_capability(pci, PCI_CAP_ID_PM, CAP_PM, PCI_PM_SIZEOF, errp) < 0)
		return false;
	pci_set_word(config + CAP_PM + PCI_PM_PMC, 3 | PCI_PM_CAP_DSI);
	pci_set_word(pci->wmask + CAP_PM + PCI_PM_CTRL, PCI_PM_CTRL_STATE_MASK);
	s->has_msi = msi_init(pci, CAP_MSI, 1, true, true, NULL) == 0;
	s->has_msix = msix_init(pci, VECTORS, &s->bar_msix, 4, 0, &s->bar_msix, 4, 0x2000,
				CAP_MSIX, NULL) == 0;
	if (pcie_endpoint_cap_init(pci, CAP_PCIE) < 0) {
		error_setg(errp, "82599: the bus is not PCI Express; use a pcie-root-port");
		return false;
	}
	set_link_field(config + CAP_PCIE + PCI_EXP_LNKCAP);
	set_link_field(config + CAP_PCIE + PCI_EXP_LNKSTA);
	pcie_cap_deverr_init(pci);
	pcie_cap_flr_init(pci);
	if (pcie_aer_init(pci, PCI_ERR_VER, CAP_AER, PCI_ERR_SIZEOF, errp) < 0)
		return false;
	pcie_dev_ser_num_init(pci, CAP_SERIAL, 0x000000FFFF000000ull |
			      get_le32(s->conf.macaddr.a));
	return true;
}

static void make_port(struct nic *s)
{
	s->port = qemu_new_nic(&mac_client, &s->conf, TYPE_NIC, DEVICE(s)->id,
			       &DEVICE(s)->mem_reentrancy_guard, s);
	qemu_format_nic_info_str(qemu_get_queue(s->port), s->conf.macaddr.a);
}

static void realize(PCIDevice *pci, Error **errp)
{
	struct nic *s = to_nic(pci);

	if (!s->sfp)
		s->sfp = g_strdup("da");
	if (!sfp_init(s)) {
		error_setg(errp, "82599: sfp=%s: must be one of da, sr, lr, none", s->sfp);
		return;
	}
	pci->config_read = config_read;
	pci->config_write = config_write;
	pci_set_word(pci->config + PCI_SUBSYSTEM_VENDOR_ID, VENDOR_INTEL);
	pci_set_word(pci->config + PCI_SUBSYSTEM_ID, 3);
	pci->config[PCI_CACHE_LINE_SIZE] = 0x10;
	pci->config[PCI_INTERRUPT_PIN] = 1;
	qemu_macaddr_default_if_unset(&s->conf.macaddr);
	add_bars(s);
	if (!add_capabilities(s, errp))
		return;
	eeprom_init(s);
	irq_init(s);
	rx_init(s);
	flow_init(s);
	mac_init(s);
	link_init(s);
	tx_init(s);
	inject_init(s);
	make_port(s);
}

static void unrealize(PCIDevice *pci)
{
	struct nic *s = to_nic(pci);

	inject_exit(s);
	irq_exit(s);
	link_exit(s);
	flow_exit(s);
	mac_exit(s);
	tx_exit(s);
	qemu_del_nic(s->port);
	s->port = NULL;
	rx_reset(s);
	pcie_aer_exit(pci);
	pcie_cap_exit(pci);
	if (s->has_msix) {
		msix_unuse_all_vectors(pci);
		msix_uninit(pci, &s->bar_msix, &s->bar_msix);
	}
	if (s->has_msi)
		msi_uninit(pci);
}

static void device_reset(DeviceState *dev)
{
	struct nic *s = to_nic(dev);
	unsigned int v;

	for (v = 0; s->has_msix && v < VECTORS; v++)
		msix_vector_use(&s->pci, v);
	nic_reset(s, RESET_DEVICE);
}

static const VMStateDescription vmstate = {
	.name = TYPE_NIC,
	.unmigratable = 1,
};

static Property properties[] = {
	DEFINE_NIC_PROPERTIES(struct nic, conf),
	DEFINE_PROP_STRING("sfp", struct nic, sfp),
	DEFINE_PROP_UINT32("link-delay-ms", struct nic, link_delay_ms, 20),
	DEFINE_PROP_UINT32("enable-delay-us", struct nic, enable_delay_us, 10),
	DEFINE_PROP_UINT8("lan-id", struct nic, lan_id, 0),
	DEFINE_PROP_BOOL("rx-drop", struct nic, rx_drop, false),
	DEFINE_PROP_BOOL("tx-sync", struct nic, tx_sync, false),
	DEFINE_PROP_BOOL("erratum-udp0", struct nic, erratum_udp0, true),
	DEFINE_PROP_END_OF_LIST(),
};

static void class_init(ObjectClass *class, void *data)
{
	DeviceClass *device = DEVICE_CLASS(class);
	PCIDeviceClass *pci = PCI_DEVICE_CLASS(class);

	plugin_check_layout();
	csr_init();
	pci->realize = realize;
	pci->exit = unrealize;
	pci->vendor_id = VENDOR_INTEL;
	pci->device_id = DEVICE_82599;
	pci->revision = 1;
	pci->class_id = PCI_CLASS_NETWORK_ETHERNET;
	device->desc = "Intel 82599ES 10GbE controller";
	device->reset = device_reset;
	device->vmsd = &vmstate;
	device_class_set_props(device, properties);
	set_bit(DEVICE_CATEGORY_NETWORK, device->categories);
}

static InterfaceInfo interfaces[] = { { INTERFACE_PCIE_DEVICE }, { } };

const TypeInfo nic_type = {
	.name = TYPE_NIC,
	.parent = TYPE_PCI_DEVICE,
	.instance_size = sizeof(struct nic),
	.instance_init = inject_add_properties,
	.class_init = class_init,
	.interfaces = interfaces,
};
