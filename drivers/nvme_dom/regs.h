/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hardware contract: registers, commands, completions and identify pages
 * exactly as NVM Express 1.4 lays them out. Section and figure numbers are of
 * that revision. All fields are little endian, as is every machine a domain
 * runs on.
 *
 * Everything a device writes (completions, identify pages, logs, EventIdx) may
 * change under the reader: read a field once, then check the copy.
 */
#ifndef NVME_REGS_H
#define NVME_REGS_H

#include <redleaf/types.h>

#define NVME_PAGE		4096u		/* CC.MPS = 0, the host's page size */
#define NVME_PAGE_MASK		(NVME_PAGE - 1)

/* 3.1 Register definition, BAR 0 */
#define NVME_BAR		0
#define NVME_REG_CAP		0x00		/* 3.1.1, 64 bits */
#define NVME_REG_VS		0x08		/* 3.1.2 */
#define NVME_REG_CC		0x14		/* 3.1.5 */
#define NVME_REG_CSTS		0x1c		/* 3.1.6 */
#define NVME_REG_AQA		0x24		/* 3.1.8 */
#define NVME_REG_ASQ		0x28		/* 3.1.9, 64 bits */
#define NVME_REG_ACQ		0x30		/* 3.1.10, 64 bits */
#define NVME_REG_DOORBELLS	0x1000		/* 3.1.24, 3.1.25 */

#define NVME_ALL_ONES		0xffffffffu	/* a device that is gone reads so */

/* 3.1.1 CAP */
#define NVME_CAP_MQES(c)	((u32)((c) & 0xffff))		/* 0's based */
#define NVME_CAP_TO(c)		((u32)((c) >> 24) & 0xff)	/* 500 ms units */
#define NVME_CAP_DSTRD(c)	((u32)((c) >> 32) & 0xf)
#define NVME_CAP_CSS_NVM(c)	(((c) >> 37) & 1)
#define NVME_CAP_MPSMIN(c)	((u32)((c) >> 48) & 0xf)

/* 3.1.2 VS */
#define NVME_VS_1_1		0x00010100u

/* 3.1.5 CC */
#define NVME_CC_EN		0x00000001u
#define NVME_CC_SHN_MASK	0x0000c000u
#define NVME_CC_SHN_NORMAL	0x00004000u
#define NVME_CC_IOSQES		(6u << 16)	/* 64 byte submission entries */
#define NVME_CC_IOCQES		(4u << 20)	/* 16 byte completion entries */

/* 3.1.6 CSTS */
#define NVME_CSTS_RDY		0x00000001u
#define NVME_CSTS_CFS		0x00000002u
#define NVME_CSTS_SHST_MASK	0x0000000cu
#define NVME_CSTS_SHST_DONE	0x00000008u

/* 5 Admin command set */
#define NVME_ADM_DELETE_SQ	0x00		/* 5.6 */
#define NVME_ADM_CREATE_SQ	0x01		/* 5.4 */
#define NVME_ADM_GET_LOG	0x02		/* 5.14 */
#define NVME_ADM_DELETE_CQ	0x04		/* 5.5 */
#define NVME_ADM_CREATE_CQ	0x05		/* 5.3 */
#define NVME_ADM_IDENTIFY	0x06		/* 5.15 */
#define NVME_ADM_ABORT		0x08		/* 5.1 */
#define NVME_ADM_SET_FEATURES	0x09		/* 5.21 */
#define NVME_ADM_DBBUF		0x7c		/* 5.7 */

#define NVME_CNS_NS		0x00		/* 5.15.2.1 */
#define NVME_CNS_CTRL		0x01		/* 5.15.2.2 */
#define NVME_CNS_NS_LIST	0x02		/* 5.15.2.3 */
#define NVME_FEAT_NUM_QUEUES	0x07		/* 5.21.1.7 */
#define NVME_LOG_SMART		0x02		/* 5.14.1.2 */
#define NVME_NSID_ALL		0xffffffffu
#define NVME_QUEUE_PC		0x1u		/* 5.3, 5.4: physically contiguous */
#define NVME_QUEUE_IEN		0x2u		/* 5.3: interrupts enabled */
#define NVME_ABORT_NOT_DONE	0x1u		/* 5.1.1, completion dword 0 */

/* 6 NVM command set */
#define NVME_CMD_FLUSH		0x00		/* 6.8 */
#define NVME_CMD_WRITE		0x01		/* 6.15 */
#define NVME_CMD_READ		0x02		/* 6.9 */
#define NVME_CMD_WRITE_ZEROES	0x08		/* 6.17 */
#define NVME_CMD_DSM		0x09		/* 6.7 */
#define NVME_RW_FUA		((u32)BIT(30))	/* 6.9, 6.15, 6.17: dword 12 */
#define NVME_WZ_DEAC		((u32)BIT(25))	/* 6.17: dword 12 */
#define NVME_DSM_DEALLOCATE	((u32)BIT(2))	/* 6.7: dword 11, AD */
#define NVME_NLB_MAX		65536u		/* number of logical blocks, 0's based u16 */

/* 4.2 Submission queue entry */
struct nvme_cmd {
	u32 cdw0;		/* opcode 7:0, PSDT = 0 (PRPs), command id 31:16 */
	u32 nsid;
	u64 cdw23;
	u64 mptr;
	u64 prp1;
	u64 prp2;
	u64 cdw10_11;
	u32 cdw12;
	u32 cdw13;
	u64 cdw14_15;
};

static_assert(sizeof(struct nvme_cmd) == 64);
static_assert(offsetof(struct nvme_cmd, prp1) == 24);
static_assert(offsetof(struct nvme_cmd, cdw10_11) == 40);
static_assert(offsetof(struct nvme_cmd, cdw12) == 48);

/* 4.6 Completion queue entry */
struct nvme_cqe {
	u32 result;
	u32 rsvd;
	u16 sq_head;
	u16 sq_id;
	u16 cid;
	u16 status;		/* phase tag in bit 0, status field above it */
};

static_assert(sizeof(struct nvme_cqe) == 16);
static_assert(offsetof(struct nvme_cqe, status) == 14);

/* 4.6.1 Status field, without the phase tag */
#define NVME_ST_CODE(s)		((s) & 0x7ff)	/* SCT 10:8, SC 7:0 */
#define NVME_ST_DNR		0x4000u
#define NVME_ST_NO_CQ		0x100	/* completion queue invalid (5.4.1) */

/* 6.7 Dataset management range, figure 370 */
struct nvme_dsm_range {
	u32 attributes;
	u32 blocks;
	u64 lba;
};

static_assert(sizeof(struct nvme_dsm_range) == 16);

/* 5.15.2.2 Identify controller, figure 247 */
struct nvme_id_ctrl {
	u16 vid;
	u16 ssvid;
	u8 sn[20];
	u8 mn[40];
	u8 fr[8];
	u8 rab;
	u8 ieee[3];
	u8 cmic;
	u8 mdts;		/* 2^n units of CAP.MPSMIN; 0: no limit */
	u16 cntlid;
	u32 ver;
	u32 rtd3r;
	u32 rtd3e;		/* microseconds a shutdown may take */
	u32 oaes;
	u32 ctratt;
	u8 rsvd100[11];
	u8 cntrltype;		/* 0: not reported, 1: I/O */
	u8 rsvd112[144];
	u16 oacs;
	u8 acl;			/* outstanding aborts, 0's based */
	u8 aerl;
	u8 rsvd260[252];
	u8 sqes;		/* 3:0 required, 7:4 maximum, 2^n bytes */
	u8 cqes;
	u16 maxcmd;
	u32 nn;
	u16 oncs;
	u16 fuses;
	u8 fna;
	u8 vwc;
	u8 rsvd526[3570];
};

static_assert(sizeof(struct nvme_id_ctrl) == 4096);
static_assert(offsetof(struct nvme_id_ctrl, mdts) == 77);
static_assert(offsetof(struct nvme_id_ctrl, rtd3e) == 88);
static_assert(offsetof(struct nvme_id_ctrl, cntrltype) == 111);
static_assert(offsetof(struct nvme_id_ctrl, oacs) == 256);
static_assert(offsetof(struct nvme_id_ctrl, sqes) == 512);
static_assert(offsetof(struct nvme_id_ctrl, oncs) == 520);
static_assert(offsetof(struct nvme_id_ctrl, vwc) == 525);

#define NVME_CTRL_TYPE_IO	1
#define NVME_OACS_DBBUF		0x0100
#define NVME_ONCS_DSM		0x0004
#define NVME_ONCS_ZEROES	0x0008
#define NVME_VWC_PRESENT	0x01

struct nvme_lbaf {
	u16 ms;			/* metadata bytes per block */
	u8 lbads;		/* block size, 2^n */
	u8 rp;
};

static_assert(sizeof(struct nvme_lbaf) == 4);

/* 5.15.2.1 Identify namespace, figures 245 and 246 */
struct nvme_id_ns {
	u64 nsze;		/* logical blocks */
	u64 ncap;
	u64 nuse;
	u8 nsfeat;
	u8 nlbaf;		/* 0's based */
	u8 flbas;
	u8 mc;
	u8 dpc;
	u8 dps;
	u8 nmic;
	u8 rescap;
	u8 fpi;
	u8 dlfeat;
	u8 rsvd34[34];
	u16 npdg;		/* 0's based */
	u8 rsvd70[29];
	u8 nsattr;
	u8 rsvd100[28];
	struct nvme_lbaf lbaf[16];
	u8 rsvd192[3904];
};

static_assert(sizeof(struct nvme_id_ns) == 4096);
static_assert(offsetof(struct nvme_id_ns, dlfeat) == 33);
static_assert(offsetof(struct nvme_id_ns, npdg) == 68);
static_assert(offsetof(struct nvme_id_ns, nsattr) == 99);
static_assert(offsetof(struct nvme_id_ns, lbaf) == 128);

#define NVME_NSFEAT_OPTPERF	0x10	/* NPDG is valid */
#define NVME_FLBAS_FORMAT	0x0f
#define NVME_DLFEAT_READ_MASK	0x07
#define NVME_DLFEAT_READ_ZERO	0x01
#define NVME_DLFEAT_DEAC	0x08
#define NVME_NSATTR_WP		0x01

/* 5.15.2.3 Active namespace id list */
#define NVME_NS_LIST_LEN	1024

/* 5.14.1.2 SMART / health information, figure 196 */
struct nvme_smart {
	u8 critical_warning;
	u8 temperature[2];	/* kelvin */
	u8 avail_spare;
	u8 spare_threshold;
	u8 percent_used;
	u8 rsvd6[26];
	u64 units_read[2];	/* 128 bits, 1000 x 512 bytes */
	u64 units_written[2];
	u64 host_reads[2];
	u64 host_writes[2];
	u64 busy_time[2];
	u64 power_cycles[2];
	u64 power_on_hours[2];
	u64 unsafe_shutdowns[2];
	u64 media_errors[2];
	u64 error_entries[2];
	u8 rsvd192[320];
};

static_assert(sizeof(struct nvme_smart) == 512);
static_assert(offsetof(struct nvme_smart, units_read) == 32);
static_assert(offsetof(struct nvme_smart, power_on_hours) == 128);
static_assert(offsetof(struct nvme_smart, media_errors) == 160);

#endif
