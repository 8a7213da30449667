// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The way into a stock qemu-system-x86_64: LD_PRELOAD. The program exports what its
 * own modules need, which is what a device needs; the constructor here queues the
 * registration of our type with QEMU's own.
 *
 * QEMU keeps no binary interface: the object fits the version it was compiled for,
 * which is asked for at run time, and sizes of the structures used are compared. In
 * processes that are not QEMU (LD_PRELOAD is inherited) the object does nothing:
 * data symbols are weak and functions are bound when first called.
 */
#include "model.h"
#include "qemu/module.h"
#include "qapi/qapi-commands-control.h"
#include <dlfcn.h>
#include "plugin.h"

#pragma weak qdev_prop_macaddr
#pragma weak qdev_prop_netdev
#pragma weak qdev_prop_bool
#pragma weak qdev_prop_string
#pragma weak qdev_prop_uint8
#pragma weak qdev_prop_uint32
#pragma weak qemu_loglevel

/* error_report() is not ready yet. */
static void G_NORETURN refuse(const char *why)
{
	fprintf(stderr, "82599 plug-in: %s\n"
		"82599 plug-in: build it again for this QEMU: tools/qemu-82599/build\n", why);
	exit(1);
}

/* Do the structures that we were compiled with look like the running QEMU's? */
void plugin_check_layout(void)
{
	ObjectClass *e1000e = object_class_by_name("e1000e");

	if (object_type_get_instance_size(TYPE_PCI_DEVICE) != sizeof(PCIDevice) ||
	    object_type_get_instance_size(TYPE_DEVICE) != sizeof(DeviceState) ||
	    object_type_get_instance_size(TYPE_MEMORY_REGION) != sizeof(MemoryRegion) ||
	    (e1000e && PCI_DEVICE_CLASS(e1000e)->device_id != 0x10D3))
		refuse("structures differ from those of the running QEMU");
}

static void add_type(void)
{
	VersionInfo *v = qmp_query_version(NULL);
	char *have = g_strdup_printf("%" PRId64 ".%" PRId64 ".%" PRId64, v->qemu->major,
				     v->qemu->minor, v->qemu->micro);

	if (strcmp(have, BUILT_FOR_QEMU))
		refuse(g_strdup_printf("built for QEMU " BUILT_FOR_QEMU ", this is %s (%s)", have,
				       v->package));
	g_free(have);
	qapi_free_VersionInfo(v);
	type_register(&nic_type);
}

static void __attribute__((constructor)) plugin_load(void)
{
	if (dlsym(RTLD_DEFAULT, "register_module_init") && dlsym(RTLD_DEFAULT, "pci_register_bar"))
		register_module_init(add_type, MODULE_INIT_QOM);
}
