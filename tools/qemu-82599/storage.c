// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Registers of units that are not modelled, or that software only sets up: they keep
 * what is written. Drivers initialize them, so they have to be there; nothing acts
 * upon them. Blocks overlap registers that other files describe, which win.
 */
#include "model.h"

const struct reg_group storage_regs[] = {
	/* 8.2.3.1: timers, LEDs; EXVET */
	{ R_TCPTIMER, 1, 4, 0x3F00 },
	{ R_LEDCTL, 1, 4, REG_ALL, 0x07061504 },
	{ R_CORESPARE, 1, 4, REG_ALL },
	{ R_EXVET, 1, 4, REG_ALL, 0x81000000 },
	/* 8.2.3.4: PCIe */
	{ R_GCR, 3, 4, REG_ALL },
	{ 0x1100C, 1, 4 },
	{ R_GSCL_1, 12, 4, REG_ALL },
	{ R_PCIEANACTL, 3, 4, REG_ALL },
	{ R_GCR_EXT, 1, 4, 0x40000003 },
	{ R_MREVID, 1, 4, 0, 1 },
	{ R_PBACLR, 2, 4 },
	{ R_DCA_ID, 1, 4 },
	{ R_DCA_CTRL, 1, 4, 0x1F, 1 },
	{ R_CIAA, 1, 4, REG_ALL },
	{ R_CIAD, 1, 4 },
	{ R_PCIE_DIAG, 8, 4 },
	{ R_PBACL, 8, 4 },
	{ 0x110E0, 1, 4 }, { 0x110F4, 1, 4 },
	{ 0x11100, 2, 4, REG_ALL },
	/* 8.2.3.7, 8.2.3.8: filters and receive DMA */
	{ 0x02F08, 1, 4, REG_ALL }, { 0x02F20, 1, 4 }, { 0x03020, 4, 4, REG_ALL },
	{ 0x03028, 1, 4, REG_ALL }, { 0x03300, 1, 4, REG_ALL }, { 0x03600, 8, 4, REG_ALL },
	{ 0x03700, 20, 4 }, { 0x03210, 2, 4, REG_ALL }, { 0x02FB0, 4, 4, REG_ALL },
	{ 0x02140, 16, 4, REG_ALL }, { 0x02410, 8, 4, REG_ALL }, { 0x02430, 1, 4, REG_ALL },
	{ 0x05010, 16, 4, REG_ALL }, { 0x050A0, 1, 4, REG_ALL }, { 0x050B0, 2, 4, REG_ALL },
	{ 0x05120, 1, 4, REG_ALL }, { 0x05158, 1, 4, REG_ALL }, { 0x05160, 8, 4, REG_ALL },
	{ 0x05180, 8, 4, REG_ALL }, { 0x051A0, 3, 4 }, { 0x0EC30, 1, 4, REG_ALL },
	{ 0x0EC70, 1, 4, REG_ALL }, { 0x0EC90, 1, 4, REG_ALL }, { 0x0EE80, 32, 4, REG_ALL },
	{ 0x0E000, 640, 4, REG_ALL }, { 0x05A80, 17, 4, REG_ALL }, { 0x05820, 2, 4, REG_ALL },
	/* 8.2.3.24: wake up; 8.2.3.25: manageability */
	{ 0x05800, 1, 4, REG_ALL }, { 0x05808, 1, 4, REG_ALL }, { 0x05810, 1, 4 },
	{ 0x0581C, 1, 4, REG_ALL }, { 0x05838, 1, 4, REG_ALL }, { 0x05840, 8, 4, REG_ALL },
	{ 0x05860, 1, 4, REG_ALL }, { 0x05880, 13, 4, REG_ALL }, { 0x05900, 1, 4, REG_ALL },
	{ 0x05910, 8, 4, REG_ALL }, { 0x05A00, 32, 4 }, { 0x09000, 512, 4, REG_ALL },
	{ 0x15800, 448, 4, REG_ALL }, { 0x15014, 1, 4 }, { 0x15F00, 5, 4 }, { 0x15FE8, 1, 4 },
	/* 8.2.3.27: virtualization */
	{ R_VT_CTL, 1, 4, REG_ALL }, { 0x051B8, 1, 4, REG_ALL }, { 0x051E0, 2, 4, REG_ALL },
	{ 0x051E8, 1, 4 }, { 0x051F8, 1, 4, REG_ALL }, { 0x08110, 2, 4, REG_ALL },
	{ 0x08130, 4, 4, REG_ALL }, { 0x08200, 9, 4, REG_ALL }, { 0x0F000, 128, 4, REG_ALL },
	{ 0x0F200, 256, 4, REG_ALL }, { 0x0F600, 12, 4, REG_ALL }, { 0x0F630, 8, 4, REG_ALL },
	{ 0x04B00, 64, 4 }, { 0x00710, 8, 4 }, { 0x13000, 1024, 4, REG_ALL },
	{ 0x08790, 2, 4, REG_ALL }, { 0x08B00, 1, 4, REG_ALL }, { 0x08000, 64, 4, REG_ALL },
	/* 8.2.3.10: DCB; ARBD of RTTPCS is 224h */
	{ 0x04904, 19, 4, REG_ALL }, { 0x04910, 24, 4, REG_ALL }, { 0x04980, 5, 4, REG_ALL },
	{ 0x04A90, 3, 4, REG_ALL }, { 0x082E0, 4, 4, REG_ALL }, { 0x082B0, 12, 4, REG_ALL },
	{ 0x0C800, 1, 4, REG_ALL }, { 0x0CA00, 1, 4, REG_ALL }, { 0x0CB00, 1, 4, REG_ALL },
	{ R_RTTPCS, 1, 4, REG_ALL, 0x89000000 }, { 0x0CD10, 1, 4, REG_ALL },
	{ 0x0CD20, 16, 4, REG_ALL }, { 0x0C300, 1, 4, REG_ALL }, { 0x0C600, 8, 4, REG_ALL },
	{ 0x0C700, 16, 4 }, { 0x07F08, 1, 4, REG_ALL }, { 0x07F10, 5, 4, REG_ALL },
	/* 8.2.3.12: security blocks, present without keys */
	{ 0x08808, 1, 4, 0x3FF, 0x250 }, { 0x08810, 1, 4, REG_ALL, 1 },
	{ 0x08900, 6, 4, REG_ALL }, { 0x08A00, 21, 4, REG_ALL }, { 0x08E00, 13, 4, REG_ALL },
	{ 0x08F00, 33, 4, REG_ALL },
	/* 8.2.3.26: time stamps; FCoE, 8.2.3.28 */
	{ 0x08C00, 1, 4, 0x10 }, { 0x08C04, 2, 4 }, { 0x08C18, 18, 4, REG_ALL },
	{ 0x05100, 7, 4, REG_ALL }, { 0x051D8, 1, 4, REG_ALL }, { 0x0ED00, 12, 4, REG_ALL },
	{ }
};
