/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hardware contract: registers and descriptors of the Intel 82599 as its datasheet
 * (331520) lays them out. Numbers beside them are its sections, names are its names.
 * All is little endian, as is every machine a domain runs on.
 *
 * What the device writes (descriptors) may change under the reader: read a field once,
 * then check the copy.
 */
#ifndef IXGBE_REGS_H
#define IXGBE_REGS_H

#include <redleaf/types.h>

#define IX_BAR			0
#define IX_BAR_MIN		0x20000u
#define IX_BIT(n)		(1u << (n))
#define IX_ALL_ONES		0xffffffffu	/* a device that is gone reads so */

/* 8.2.3.1 General */
#define IX_CTRL			0x00000		/* .1 */
#define IX_CTRL_GIO_DIS		IX_BIT(2)
#define IX_CTRL_RST		IX_BIT(26)
#define IX_STATUS		0x00008		/* .2 */
#define IX_STATUS_LAN(v)	((v) >> 2 & 1)
#define IX_STATUS_GIO		IX_BIT(19)
#define IX_CTRL_EXT		0x00018		/* .3 */
#define IX_CTRL_EXT_NS_DIS	IX_BIT(16)
#define IX_CTRL_EXT_DRV_LOAD	IX_BIT(28)
#define IX_ESDP			0x00020		/* .4 */
#define IX_ESDP_SDP3		IX_BIT(3)	/* laser off, on fibre */
#define IX_LEDCTL		0x00200		/* .6 */
#define IX_LEDCTL_BLINK(n)	IX_BIT(7 + 8 * (n))
#define IX_LEDCTL_MODE(n)	(0xfu << (8 * (n)))
#define IX_LEDCTL_ON(n)		(0xeu << (8 * (n)))
#define IX_LED_LINK		2

/* 8.2.3.2 EEPROM, 8.2.3.4 PCIe and semaphores */
#define IX_EEC			0x10010		/* .2.1 */
#define IX_EEC_AUTO_RD		IX_BIT(9)
#define IX_EERD			0x10014		/* .2.2 */
#define IX_EERD_START		IX_BIT(0)
#define IX_EERD_DONE		IX_BIT(1)
#define IX_EEMNGCTL		0x10110
#define IX_EEMNGCTL_DONE(lan)	IX_BIT(18 + (lan))
#define IX_SWSM			0x10140		/* .4.9 */
#define IX_SWSM_SMBI		IX_BIT(0)
#define IX_SWSM_SWESMBI		IX_BIT(1)
#define IX_FWSM			0x10148		/* .4.10 */
#define IX_SW_FW_SYNC		0x10160		/* .4.11 */
#define IX_SYNC_MAC_CSR		IX_BIT(3)
#define IX_SYNC_FW_SHIFT	5
#define IX_GCR_EXT		0x11050		/* .4.12 */
#define IX_GCR_EXT_DISCARD	IX_BIT(30)	/* buffers clear function */

/* 8.2.3.5 Interrupts */
#define IX_EICR			0x00800		/* .1 */
#define IX_EICS			0x00808		/* .2 */
#define IX_EIMS			0x00880		/* .3 */
#define IX_EIMC			0x00888		/* .4 */
#define IX_EIAC			0x00810		/* .5 */
#define IX_EIAM			0x00890		/* .6 */
#define IX_EIMC_EX(n)		(0x00ab0 + 4 * (n))	/* .9 */
#define IX_EITR(v)		(0x00820 + 4 * (v))	/* .12, 0 to 23 */
#define IX_EITR_US(us)		(((us) * 500 / 1024 & 0x1ff) << 3)	/* 2.048 us units */
#define IX_EITR_MAX_US		1046u
#define IX_EITR_WDIS		IX_BIT(31)
#define IX_IVAR(n)		(0x00900 + 4 * (n))	/* .16 */
#define IX_IVAR_MISC		0x00a00		/* .17 */
#define IX_IVAR_VALID		0x80u
#define IX_GPIE			0x00898		/* .18 */
#define IX_GPIE_MSIX		IX_BIT(4)
#define IX_GPIE_OCD		IX_BIT(5)
#define IX_GPIE_EIAME		IX_BIT(30)
#define IX_GPIE_PBA		IX_BIT(31)
#define IX_EI_ALL		0x7fffffffu
#define IX_EI_QUEUES		0x0000ffffu
#define IX_EI_PCI		IX_BIT(18)
#define IX_EI_LSC		IX_BIT(20)
#define IX_EI_ECC		IX_BIT(28)
#define IX_EI_OTHERS		(IX_EI_PCI | IX_EI_LSC | IX_EI_ECC)

/* 8.2.3.3 Flow control */
#define IX_FCTTV(n)		(0x03200 + 4 * (n))
#define IX_FCRTL(n)		(0x03220 + 4 * (n))
#define IX_FCRTL_XONE		IX_BIT(31)
#define IX_FCRTH(n)		(0x03260 + 4 * (n))
#define IX_FCRTH_FCEN		IX_BIT(31)
#define IX_FCRTV		0x032a0
#define IX_FCCFG		0x03d00
#define IX_FCCFG_LINK		IX_BIT(3)

/* 8.2.3.7 Receive, 8.2.3.8 Receive DMA */
#define IX_RXQ(q)		(0x01000 + 0x40 * (q))	/* queues 0 to 63 */
#define IX_RDBAL(q)		(IX_RXQ(q) + 0x00)	/* .8.1 */
#define IX_RDBAH(q)		(IX_RXQ(q) + 0x04)	/* .8.2 */
#define IX_RDLEN(q)		(IX_RXQ(q) + 0x08)	/* .8.3 */
#define IX_DCA_RXCTRL(q)	(IX_RXQ(q) + 0x0c)	/* .11.1 */
#define IX_DCA_RX_BIT12		IX_BIT(12)		/* "must be set to 0" */
#define IX_RDH(q)		(IX_RXQ(q) + 0x10)	/* .8.4 */
#define IX_SRRCTL(q)		(IX_RXQ(q) + 0x14)	/* .8.7 */
#define IX_SRRCTL_KB(n)		(n)
#define IX_SRRCTL_ONE_BUFFER	IX_BIT(25)
#define IX_SRRCTL_DROP_EN	IX_BIT(28)
#define IX_RDT(q)		(IX_RXQ(q) + 0x18)	/* .8.5 */
#define IX_RXDCTL(q)		(IX_RXQ(q) + 0x28)	/* .8.6 */
#define IX_DCTL_ENABLE		IX_BIT(25)
#define IX_RXDCTL_VME		IX_BIT(30)
#define IX_RDRXCTL		0x02f00		/* .8.8 */
#define IX_RDRXCTL_CRCSTRIP	IX_BIT(1)
#define IX_RDRXCTL_DMAIDONE	IX_BIT(3)
#define IX_RDRXCTL_FRSTSIZE	0x003e0000u
#define IX_RDRXCTL_RSCACKC	IX_BIT(25)
#define IX_RDRXCTL_FCOE_WRFIX	IX_BIT(26)
#define IX_RXPBSIZE(n)		(0x03c00 + 4 * (n))	/* .8.9 */
#define IX_RXCTRL		0x03000		/* .8.10 */
#define IX_RXCTRL_RXEN		IX_BIT(0)
#define IX_RXCSUM		0x05000		/* .7.5 */
#define IX_RXCSUM_IPPCSE	IX_BIT(12)
#define IX_RXCSUM_PCSD		IX_BIT(13)
#define IX_RFCTL		0x05008		/* .7.6 */
#define IX_RFCTL_RSC_DIS	IX_BIT(5)
#define IX_FCTRL		0x05080		/* .7.1 */
#define IX_FCTRL_MPE		IX_BIT(8)
#define IX_FCTRL_UPE		IX_BIT(9)
#define IX_FCTRL_BAM		IX_BIT(10)
#define IX_VLNCTRL		0x05088		/* .7.2 */
#define IX_VLNCTRL_CFIEN	IX_BIT(29)
#define IX_VLNCTRL_VFE		IX_BIT(30)
#define IX_MCSTCTRL		0x05090		/* .7.3; MO 0: address bits 47:36 */
#define IX_MCSTCTRL_MFE		IX_BIT(2)
#define IX_MTA(n)		(0x05200 + 4 * (n))	/* .7.7 */
#define IX_RAL(n)		(0x0a200 + 8 * (n))	/* .7.8 */
#define IX_RAH(n)		(0x0a204 + 8 * (n))	/* .7.9 */
#define IX_RAH_AV		IX_BIT(31)
#define IX_VFTA(n)		(0x0a000 + 4 * (n))	/* .7.11 */
#define IX_MRQC			0x0ec80		/* .7.12 */
#define IX_MRQC_RSS		1u
#define IX_MRQC_FIELDS		(IX_BIT(16) | IX_BIT(17) | IX_BIT(20) | IX_BIT(21))
#define IX_RSSRK(n)		(0x0eb80 + 4 * (n))	/* .7.14 */
#define IX_RETA(n)		(0x0eb00 + 4 * (n))	/* .7.15 */
#define IX_PFUTA(n)		(0x0f400 + 4 * (n))	/* .27.17 */
#define IX_RQSMR(n)		(0x02300 + 4 * (n))	/* .23.71 */

/* 8.2.3.9 Transmit, 8.2.3.10 DCB, 8.2.3.12 Security */
#define IX_TXQ(q)		(0x06000 + 0x40 * (q))
#define IX_TDBAL(q)		(IX_TXQ(q) + 0x00)	/* .9.5 */
#define IX_TDBAH(q)		(IX_TXQ(q) + 0x04)	/* .9.6 */
#define IX_TDLEN(q)		(IX_TXQ(q) + 0x08)	/* .9.7 */
#define IX_TDH(q)		(IX_TXQ(q) + 0x10)	/* .9.8 */
#define IX_TDT(q)		(IX_TXQ(q) + 0x18)	/* .9.9 */
#define IX_TXDCTL(q)		(IX_TXQ(q) + 0x28)	/* .9.10 */
#define IX_TXDCTL_THRESH	(32u | 1u << 8)		/* PTHRESH, HTHRESH; WTHRESH 0 */
#define IX_DMATXCTL		0x04a80		/* .9.2 */
#define IX_DMATXCTL_TE		IX_BIT(0)
#define IX_DTXMXSZRQ		0x08100		/* .9.1 */
#define IX_DTXMXSZRQ_MAX	0xfffu
#define IX_MTQC			0x08120		/* .9.15 */
#define IX_TQSM(n)		(0x08600 + 4 * (n))
#define IX_TXPBSIZE(n)		(0x0cc00 + 4 * (n))	/* .9.13 */
#define IX_TXPBTHRESH(n)	(0x04950 + 4 * (n))	/* .9.16 */
#define IX_RTTDCS		0x04900		/* .10.2 */
#define IX_RTTDCS_ARBDIS	IX_BIT(6)
#define IX_SECRXCTRL		0x08d00		/* .12.5 */
#define IX_SECRXCTRL_RX_DIS	IX_BIT(1)
#define IX_SECRXSTAT		0x08d04		/* .12.6 */
#define IX_SECRXSTAT_RDY	IX_BIT(0)

/* 8.2.3.22 MAC */
#define IX_HLREG0		0x04240		/* .8 */
#define IX_HLREG0_TXCRC		IX_BIT(0)
#define IX_HLREG0_RXCRCSTRP	IX_BIT(1)
#define IX_HLREG0_JUMBOEN	IX_BIT(2)
#define IX_HLREG0_TXPADEN	IX_BIT(10)
#define IX_HLREG0_LPBK		IX_BIT(15)
#define IX_MAXFRS		0x04268		/* .13; size in 31:16 */
#define IX_MFLCN		0x04294		/* .34 */
#define IX_MFLCN_DPF		IX_BIT(1)
#define IX_MFLCN_RFCE		IX_BIT(3)
#define IX_AUTOC		0x042a0		/* .19 */
#define IX_AUTOC_RESTART	IX_BIT(12)
#define IX_AUTOC_LMS		(7u << 13)
#define IX_AUTOC_LMS_10G	(3u << 13)	/* 10G serial, no negotiation: SFI */
#define IX_LINKS		0x042a4		/* .20 */
#define IX_LINKS_UP		IX_BIT(30)	/* bit 7 is reserved: specification update */
#define IX_LINKS_SPEED(v)	((v) >> 28 & 3)
#define IX_LINKS_10G		3u
#define IX_LINKS_1G		2u
#define IX_LINKS_100M		1u

/* 8.2.3.23 Statistics: cleared by reading, stuck at their largest value */
#define IX_CRCERRS		0x04000
#define IX_ILLERRC		0x04004
#define IX_ERRBC		0x04008
#define IX_RLEC			0x04040
#define IX_LXONTXC		0x03f60
#define IX_LXOFFTXC		0x03f68
#define IX_LXONRXC		0x041a4
#define IX_LXOFFRXC		0x041a8
#define IX_PRC64		0x0405c		/* six size classes */
#define IX_GPRC			0x04074
#define IX_BPRC			0x04078
#define IX_MPRC			0x0407c
#define IX_GPTC			0x04080
#define IX_GORCL		0x04088		/* low, then high, which clears both */
#define IX_GOTCL		0x04090
#define IX_RXMPC(n)		(0x03fa0 + 4 * (n))
#define IX_RUC			0x040a4
#define IX_RFC			0x040a8
#define IX_ROC			0x040ac
#define IX_RJC			0x040b0
#define IX_PTC64		0x040d8		/* six size classes */
#define IX_MPTC			0x040f0
#define IX_BPTC			0x040f4
#define IX_QPRDC(n)		(0x01430 + 0x40 * (n))
#define IX_STAT_SETS		16u

/* Descriptors are two quadwords (7.1.6, 7.2.3.2) */
struct ix_desc {
	u64 q0, q1;
};

static_assert(sizeof(struct ix_desc) == 16);

/* 7.1.6.2 Advanced receive descriptor, write-back */
#define IX_RXD_RSS(q0)		((u32)(q0) & 0xf)
#define IX_RXD_HASH(q0)		((u32)((q0) >> 32))
#define IX_RXD_IPV4		IX_BIT(4)
#define IX_RXD_UDP		IX_BIT(9)
#define IX_RXD_DD		IX_BIT(0)
#define IX_RXD_EOP		IX_BIT(1)
#define IX_RXD_VP		IX_BIT(3)
#define IX_RXD_L4CS		IX_BIT(5)
#define IX_RXD_IPCS		IX_BIT(6)
#define IX_RXD_RXE		IX_BIT(29)
#define IX_RXD_L4E		IX_BIT(30)
#define IX_RXD_IPE		IX_BIT(31)
#define IX_RXD_LEN(q1)		((u32)((q1) >> 32) & 0xffff)
#define IX_RXD_TAG(q1)		((u32)((q1) >> 48))
#define IX_RSS_L4_TYPES		(IX_BIT(1) | IX_BIT(3) | IX_BIT(7) | IX_BIT(8))

/* 7.2.3.2.3 Context, 7.2.3.2.4 data descriptor */
#define IX_TXC_IPLEN(n)		((u64)(n))
#define IX_TXC_MACLEN(n)	((u64)(n) << 9)
#define IX_TXC_VLAN(tci)	((u64)(tci) << 16)
#define IX_TXC_IPV4		BIT(10)
#define IX_TXC_L4T(t)		((u64)(t) << 11)
#define IX_L4T_UDP		0u
#define IX_L4T_TCP		1u
#define IX_L4T_SCTP		2u
#define IX_TXC_L4LEN(n)		((u64)(n) << 40)
#define IX_TXC_MSS(n)		((u64)(n) << 48)
#define IX_TXD_CONTEXT		(2ull << 20)
#define IX_TXD_DATA		(3ull << 20)
#define IX_TXD_EOP		BIT(24)
#define IX_TXD_IFCS		BIT(25)
#define IX_TXD_RS		BIT(27)
#define IX_TXD_DEXT		BIT(29)
#define IX_TXD_VLE		BIT(30)
#define IX_TXD_TSE		BIT(31)
#define IX_TXD_DD		BIT(32)
#define IX_TXD_IXSM		BIT(40)
#define IX_TXD_TXSM		BIT(41)
#define IX_TXD_PAYLEN(n)	((u64)(n) << 46)

/* Bounds (7.2.3.2.2, 7.2.4, 8.2.3.8.3) */
#define IX_TX_MIN		17u		/* bytes of a packet */
#define IX_TX_MAX		15872u		/* 15.5 KB, of a packet that is not cut */
#define IX_TSO_HEADER_MAX	240u
#define IX_TSO_L4LEN_MAX	64u
#define IX_TSO_MAX		((1u << 18) - 1)	/* PAYLEN has 18 bits */
#define IX_RING_MULTIPLE	8u		/* 128 bytes */
#define IX_RING_MAX		4096u

#endif
