/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the model gets into a stock QEMU (plugin.c) and what it adds (pci.c). */
#ifndef PLUGIN_H
#define PLUGIN_H

#include "qom/object.h"

extern const TypeInfo nic_type;

void plugin_check_layout(void);

#endif
