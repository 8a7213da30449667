/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Registers and descriptors of the Intel 82599: addresses and bits that the model
 * acts upon. Numbers in parentheses are sections of the "Intel 82599 10 GbE
 * Controller Datasheet" (331520); names are its names.
 */
#ifndef REGS_H
#define REGS_H

#define BIT32(n)	(1u << (n))
#define REG_ALL		0xFFFFFFFFu
#define REG_SPACE	0x20000u
#define REG_COUNT	(REG_SPACE / 4)

/* General control (8.2.3.1) */
#define R_CTRL		0x00000
#define R_CTRL_ALIAS	0x00004
#define R_STATUS	0x00008
#define R_CTRL_EXT	0x00018
#define R_ESDP		0x00020
#define R_I2CCTL	0x00028
#define R_FRTIMER	0x00048
#define R_TCPTIMER	0x0004C
#define R_LEDCTL	0x00200
#define R_CORESPARE	0x00600
#define R_EXVET		0x05078

#define CTRL_GIO_DIS	BIT32(2)
#define CTRL_LRST	BIT32(3)
#define CTRL_RST	BIT32(26)
#define CTRL_EXT_NS_DIS	BIT32(16)
#define STATUS_LAN_ID	2		/* shift */
#define STATUS_LINK_UP	BIT32(7)
#define STATUS_GIO	BIT32(19)
#define ESDP_SDP2	BIT32(2)	/* SFP cage occupied */
#define ESDP_SDP3	BIT32(3)	/* laser off */
#define I2C_CLK_IN	BIT32(0)
#define I2C_CLK_OUT	BIT32(1)
#define I2C_DATA_IN	BIT32(2)
#define I2C_DATA_OUT	BIT32(3)

/* EEPROM, semaphores, management (8.2.3.2, 8.2.3.4) */
#define R_EEC		0x10010
#define R_EERD		0x10014
#define R_EEWR		0x10018
#define R_FLA		0x1001C
#define R_EEMNGCTL	0x10110
#define R_EEMNGDATA	0x10114
#define R_FLMNGCTL	0x10118
#define R_FLOP		0x1013C
#define R_SWSM		0x10140
#define R_FWSM		0x10148
#define R_FACTPS	0x10150
#define R_SW_FW_SYNC	0x10160
#define R_GRC		0x10200

#define EEC_SK		BIT32(0)
#define EEC_CS		BIT32(1)
#define EEC_DI		BIT32(2)
#define EEC_DO		BIT32(3)
#define EEC_REQ		BIT32(6)
#define EEC_GNT		BIT32(7)
#define EEC_PRES	BIT32(8)
#define EEC_AUTO_RD	BIT32(9)
#define EEC_ADDR_16	BIT32(10)
#define EEC_SIZE	11		/* shift; log2 of the size in units of 128 bytes */
#define EE_START	BIT32(0)
#define EE_DONE		BIT32(1)
#define EEMNG_DONE0	BIT32(18)
#define SWSM_SMBI	BIT32(0)
#define SWSM_SWESMBI	BIT32(1)
#define SYNC_PHY0	BIT32(1)
#define SYNC_CSR	BIT32(3)	/* SW_MAC_CSR_SM: AUTOC and its friends */

/* PCIe (8.2.3.4) */
#define R_GCR		0x11000
#define R_GTV		0x11004
#define R_FUNCTAG	0x11008
#define R_GSCL_1	0x11010
#define R_PCIEANACTL	0x11040
#define R_GCR_EXT	0x11050
#define R_MREVID	0x11064
#define R_PBACLR	0x11068
#define R_DCA_ID	0x11070
#define R_DCA_CTRL	0x11074
#define R_CIAA		0x11088
#define R_CIAD		0x1108C
#define R_PCIE_DIAG	0x11090
#define R_PICAUSE	0x110B0
#define R_PIENA		0x110B8
#define R_PBACL		0x110C0
#define PICAUSE_CA	BIT32(0)	/* completer abort */

/* Interrupts (8.2.3.5) */
#define R_EICR		0x00800
#define R_EICS		0x00808
#define R_EIAC		0x00810
#define R_EITR_LO	0x00820		/* 0..23 */
#define R_EIMS		0x00880
#define R_EIMC		0x00888
#define R_EIAM		0x00890
#define R_EITRSEL	0x00894
#define R_GPIE		0x00898
#define R_IVAR		0x00900		/* 64, four entries each */
#define R_IVAR_MISC	0x00A00
#define R_EICS_EX	0x00A90
#define R_EIMS_EX	0x00AA0
#define R_EIMC_EX	0x00AB0
#define R_EIAM_EX	0x00AD0
#define R_EITR_HI	0x12300		/* 24..127 */

#define EICR_QUEUES	0x0000FFFFu
#define EICR_OTHERS	0x7FFF0000u
#define EICR_FLOW_DIR	BIT32(16)
#define EICR_RX_MISS	BIT32(17)
#define EICR_PCI_EXC	BIT32(18)
#define EICR_LSC	BIT32(20)
#define EIAC_BITS	0x4000FFFFu
#define GPIE_MULTI_MSIX	BIT32(4)
#define GPIE_OCD	BIT32(5)
#define GPIE_EIMEN	BIT32(6)
#define GPIE_EIAME	BIT32(30)
#define IVAR_VALID	0x80
#define EITR_CNT_WDIS	BIT32(31)

/* Flow control (8.2.3.3) */
#define R_PFCTOP	0x03008
#define R_FCTTV		0x03200
#define R_FCRTL		0x03220
#define R_FCRTH		0x03260
#define R_FCRTV		0x032A0
#define R_FCCFG		0x03D00
#define R_TFCS		0x0CE00
#define FCRTL_XONE	BIT32(31)
#define FCRTH_FCEN	BIT32(31)
#define FC_THRESHOLD	0x0007FFE0u
#define FCCFG_TFCE	0x18u
#define FCCFG_LINK	0x08u
#define TFCS_XON	BIT32(0)

/* Receive: one block of 0x40 for each queue (8.2.3.8) */
#define R_RXQ_LO	0x01000		/* queues 0..63 */
#define R_RXQ_HI	0x0D000		/* queues 64..127 */
#define R_TXQ		0x06000		/* 128 queues */
#define Q_STRIDE	0x40
#define Q_BAL		0x00
#define Q_BAH		0x04
#define Q_LEN		0x08
#define Q_DCA		0x0C
#define Q_HEAD		0x10
#define Q_SRRCTL	0x14		/* receive only */
#define Q_TAIL		0x18
#define Q_DCTL		0x28
#define Q_RSCCTL	0x2C		/* receive only */
#define Q_WBAL		0x38		/* transmit only */
#define Q_WBAH		0x3C		/* transmit only */

#define DCTL_ENABLE	BIT32(25)
#define DCTL_SWFLSH	BIT32(26)
#define RXDCTL_VME	BIT32(30)
#define SRRCTL_DROP_EN	BIT32(28)
#define SRRCTL_SIZE(v)	(((v) & 0x1F) * 1024)
#define SRRCTL_TYPE(v)	(((v) >> 25) & 7)
#define DCA_RX_BIT12	BIT32(12)
#define DCA_TX_RO_WB	BIT32(11)
#define TDWBAL_EN	BIT32(0)
#define TXDCTL_PTHRESH(v)	((v) & 0x7F)
#define TXDCTL_HTHRESH(v)	((v) >> 8 & 0x7F)
#define TXDCTL_WTHRESH(v)	((v) >> 16 & 0x7F)
#define RING_BYTES_MAX	0x20000u	/* validated size (8.2.3.8.3, 8.2.3.9.7) */

/* Receive: DMA, filters, queue assignment (8.2.3.7, 8.2.3.8) */
#define R_SRRCTL_ALIAS	0x02100		/* 0..15 */
#define R_DCA_RX_ALIAS	0x02200		/* 0..15 */
#define R_RQSMR		0x02300
#define R_RDRXCTL	0x02F00
#define R_PFQDE		0x02F04
#define R_RXCTRL	0x03000
#define R_RXMEMWRAP	0x03190
#define R_RXPBSIZE	0x03C00
#define R_RXCSUM	0x05000
#define R_RFCTL		0x05008
#define R_FCTRL		0x05080
#define R_VLNCTRL	0x05088
#define R_MCSTCTRL	0x05090
#define R_ETQF		0x05128
#define R_VT_CTL	0x051B0
#define R_MTA		0x05200
#define R_RAL_ALIAS	0x05400		/* 0..15 */
#define R_PSRTYPE_ALIAS	0x05480		/* 0..15 */
#define R_MRQC_ALIAS	0x05818
#define R_RETA_ALIAS	0x05C00
#define R_RSSRK_ALIAS	0x05C80
#define R_VFTA		0x0A000
#define R_RAL		0x0A200		/* 128 pairs RAL, RAH */
#define R_MPSAR		0x0A600
#define R_PSRTYPE	0x0EA00
#define R_RETA		0x0EB00
#define R_RSSRK		0x0EB80
#define R_ETQS		0x0EC00
#define R_MRQC		0x0EC80

#define RXCTRL_RXEN	BIT32(0)
#define RDRXCTL_CRC	BIT32(1)
#define RDRXCTL_DONE	BIT32(3)
#define RDRXCTL_FRST	0x003E0000u	/* RSCFRSTSIZE, 0 is wanted */
#define RDRXCTL_ACKC	BIT32(25)
#define RDRXCTL_FCOE	BIT32(26)
#define PFQDE_QDE	BIT32(0)
#define PFQDE_QUEUE(v)	((v) >> 8 & 0x7F)
#define PFQDE_WE	BIT32(16)
#define FCTRL_MPE	BIT32(8)
#define FCTRL_UPE	BIT32(9)
#define FCTRL_BAM	BIT32(10)
#define VLNCTRL_CFI	BIT32(28)
#define VLNCTRL_CFIEN	BIT32(29)
#define VLNCTRL_VFE	BIT32(30)
#define MCSTCTRL_MFE	BIT32(2)
#define RAH_AV		BIT32(31)
#define RXCSUM_PCSD	BIT32(13)
#define ETQF_ENABLE	BIT32(31)
#define ETQS_ENABLE	BIT32(31)
#define MRQC_MODE	0xFu
#define MRQC_RSS	1u
#define MRQC_TCP4	BIT32(16)
#define MRQC_IP4	BIT32(17)
#define MRQC_IP6	BIT32(20)
#define MRQC_TCP6	BIT32(21)
#define MRQC_UDP4	BIT32(22)
#define MRQC_UDP6	BIT32(23)

/* Transmit (8.2.3.9), DCB arbiters (8.2.3.10) */
#define R_RTTDCS	0x04900
#define R_TXPBTHRESH	0x04950
#define R_DMATXCTL	0x04A80
#define R_DTXTCPFLGL	0x04A88
#define R_DTXTCPFLGH	0x04A8C
#define R_DTXMXSZRQ	0x08100
#define R_MTQC		0x08120
#define R_TQSM		0x08600
#define R_TXPBSIZE	0x0CC00
#define R_RTTPCS	0x0CD00
#define DMATXCTL_TE	BIT32(0)
#define DMATXCTL_ONE	BIT32(2)	/* reserved, reads 1 */
#define DMATXCTL_VT(v)	((v) >> 16)
#define RTTDCS_ARBDIS	BIT32(6)

/* Security blocks (8.2.3.12): present, but without keys */
#define R_SECTXCTRL	0x08800
#define R_SECTXSTAT	0x08804
#define R_SECRXCTRL	0x08D00
#define R_SECRXSTAT	0x08D04
#define SEC_PATH_DIS	BIT32(1)
#define SECSTAT_RDY	BIT32(0)

/* MAC and link (8.2.3.22) */
#define R_HLREG0	0x04240
#define R_MSCA		0x0425C
#define R_MSRWD		0x04260
#define R_MAXFRS	0x04268
#define R_MFLCN		0x04294
#define R_AUTOC		0x042A0
#define R_LINKS		0x042A4
#define R_AUTOC2	0x042A8
#define R_ANLP1		0x042B0
#define R_LINKS2	0x04324
#define R_CORECTL	0x14F00
#define HLREG0_TXCRC	BIT32(0)
#define HLREG0_RXCRC	BIT32(1)
#define HLREG0_JUMBO	BIT32(2)
#define HLREG0_TXPAD	BIT32(10)
#define HLREG0_LPBK	BIT32(15)
#define MSCA_COMMAND	BIT32(30)
#define MSCA_READ	BIT32(27)
#define AUTOC_FLU	BIT32(0)
#define AUTOC_RESTART	BIT32(12)
#define AUTOC_LMS	13		/* shift, three bits */
#define AUTOC2_OFF	0x70000000u
#define LINKS_UP	BIT32(30)
#define LINKS_10G	0x30000000u
#define LINKS_1G	0x20000000u
#define MFLCN_PMCF	BIT32(0)
#define MFLCN_DPF	BIT32(1)
#define MFLCN_RFCE	BIT32(3)

/* Flow director (8.2.3.21) */
#define R_FDIRCTRL	0x0EE00
#define R_FDIRSIP6	0x0EE0C
#define R_FDIRIPSA	0x0EE18
#define R_FDIRIPDA	0x0EE1C
#define R_FDIRPORT	0x0EE20
#define R_FDIRVLAN	0x0EE24
#define R_FDIRHASH	0x0EE28
#define R_FDIRCMD	0x0EE2C
#define R_FDIRFREE	0x0EE38
#define R_FDIRDIP4M	0x0EE3C
#define R_FDIRSIP4M	0x0EE40
#define R_FDIRTCPM	0x0EE44
#define R_FDIRUDPM	0x0EE48
#define R_FDIRLEN	0x0EE4C
#define R_FDIRUSTAT	0x0EE50
#define R_FDIRFSTAT	0x0EE54
#define R_FDIRMATCH	0x0EE58
#define R_FDIRMISS	0x0EE5C
#define R_FDIRHKEY	0x0EE68
#define R_FDIRSKEY	0x0EE6C
#define R_FDIRM		0x0EE70
#define FDIRCTRL_PBALLOC	3u
#define FDIRCTRL_DONE	BIT32(3)
#define FDIRCTRL_PERFECT	BIT32(4)
#define FDIRCTRL_REPORT	BIT32(5)
#define FDIRCTRL_FLEX(v)	(((v) >> 16 & 0x1F) * 2)
#define FDIRCMD_CMD(v)	((v) & 3)
#define FDIRCMD_ADD	1u
#define FDIRCMD_REMOVE	2u
#define FDIRCMD_QUERY	3u
#define FDIRCMD_VALID	BIT32(2)
#define FDIRCMD_TYPE(v)	((v) >> 5 & 3)
#define FDIRCMD_IPV6	BIT32(7)
#define FDIRCMD_CLEARHT	BIT32(8)
#define FDIRCMD_DROP	BIT32(9)
#define FDIRCMD_QUEUE(v)	((v) >> 16 & 0x7F)
#define FDIRM_VLANID	BIT32(0)
#define FDIRM_VLANP	BIT32(1)
#define FDIRM_L4P	BIT32(3)
#define FDIRM_FLEX	BIT32(4)

/* IEEE 1588 (8.2.3.26) */
#define R_SYSTIML	0x08C0C
#define R_SYSTIMH	0x08C10
#define R_TIMINCA	0x08C14

/* Statistics (8.2.3.23), all cleared by a read */
#define R_RXMPC		0x03FA0
#define R_LXONTXC	0x03F60
#define R_LXOFFTXC	0x03F68
#define R_CRCERRS	0x04000
#define R_RLEC		0x04040
#define R_PRC64		0x0405C		/* six size classes */
#define R_GPRC		0x04074
#define R_BPRC		0x04078
#define R_MPRC		0x0407C
#define R_GPTC		0x04080
#define R_GORCL		0x04088
#define R_GOTCL		0x04090
#define R_RUC		0x040A4
#define R_ROC		0x040AC
#define R_TORL		0x040C0
#define R_TPR		0x040D0
#define R_TPT		0x040D4
#define R_PTC64		0x040D8		/* six size classes */
#define R_MPTC		0x040F0
#define R_BPTC		0x040F4
#define R_LXONRXC	0x041A4
#define R_LXOFFRXC	0x041A8
#define R_QPRC		0x01030		/* 16, stride 0x40 */
#define R_QBRC_L	0x01034
#define R_QPRDC		0x01430
#define R_QPTC		0x08680		/* 16, stride 4 */
#define R_QPTC_ALIAS	0x06030		/* 16, stride 0x40 */
#define R_QBTC_L	0x08700		/* 16, stride 8 */
#define R_RXDGPC	0x02F50
#define R_RXDGBCL	0x02F54
#define R_TXDGPC	0x087A0
#define R_TXDGBCL	0x087A4

/* Transmit descriptors (7.2.3.2), second quadword */
#define TXD_LEN(q)	((u32)(q) & 0xFFFF)
#define TXD_TYPE(q)	((u32)(q) >> 20 & 0xF)
#define TXD_CONTEXT	2
#define TXD_DATA	3
#define TXD_EOP		BIT32(24)
#define TXD_IFCS	BIT32(25)
#define TXD_IC		BIT32(26)	/* legacy: insert checksum */
#define TXD_RS		BIT32(27)
#define TXD_DEXT	BIT32(29)
#define TXD_VLE		BIT32(30)
#define TXD_TSE		BIT32(31)
#define TXD_CMD		0xFF000000u
#define TXD_DD		((u64)1 << 32)
#define OLI_IDX(v)	((v) >> 4 & 1)
#define OLI_IXSM	BIT32(8)
#define OLI_TXSM	BIT32(9)
#define OLI_PAYLEN(v)	((v) >> 14)
#define L4T_UDP		0
#define L4T_TCP		1
#define L4T_SCTP	2

/* Receive descriptors, write-back (7.1.5, 7.1.6.2): status and error */
#define RXD_DD		BIT32(0)
#define RXD_EOP		BIT32(1)
#define RXD_FLM		BIT32(2)
#define RXD_VP		BIT32(3)
#define RXD_UDPCS	BIT32(4)
#define RXD_L4CS	BIT32(5)
#define RXD_IPCS	BIT32(6)
#define RXD_PIF		BIT32(7)
#define RXD_LB		BIT32(18)
#define RXD_L4E		BIT32(30)
#define RXD_IPE		BIT32(31)
#define RXT_ETQF	0x8000u

#endif
