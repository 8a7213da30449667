// SPDX-License-Identifier: GPL-2.0-only
/*
 * Status codes of I/O commands (NVMe 1.4, 4.6.1) as error numbers, and which of
 * them are worth another try. The error numbers are those the block layer tells
 * apart (no space, medium, transport, target, protection, not supported,
 * timeout); everything else, and every code not listed, is -EIO and final.
 *
 * A retry also needs DNR to be clear (4.6.1): the device knows better.
 *
 * Pure code, read-only tables; tests run it on the host.
 */
#include "nvme.h"

#define NVME_GENERIC	0x000	/* 4.6.1.2.1 */
#define NVME_SPECIFIC	0x100	/* 4.6.1.2.2 */
#define NVME_MEDIA	0x200	/* 4.6.1.2.3 */
#define NVME_PATH	0x300	/* 4.6.1.2.4 */

struct nvme_status {
	u16 code;	/* SCT and SC */
	u8 err;		/* positive error number */
	bool retry;
};

static const struct nvme_status nvme_statuses[] = {
	{ NVME_GENERIC | 0x01, EOPNOTSUPP, false },	/* invalid command opcode */
	{ NVME_GENERIC | 0x02, EOPNOTSUPP, false },	/* invalid field in command */
	{ NVME_GENERIC | 0x04, EIO, true },		/* data transfer error */
	{ NVME_GENERIC | 0x05, EIO, true },		/* aborted: power loss */
	{ NVME_GENERIC | 0x06, EIO, true },		/* internal error */
	{ NVME_GENERIC | 0x07, ETIMEDOUT, true },	/* abort requested */
	{ NVME_GENERIC | 0x08, EIO, true },		/* aborted: queue deletion */
	{ NVME_GENERIC | 0x0b, EOPNOTSUPP, false },	/* invalid namespace or format */
	{ NVME_GENERIC | 0x15, EOPNOTSUPP, false },	/* operation denied */
	{ NVME_GENERIC | 0x1d, EREMOTEIO, true },	/* sanitize in progress */
	{ NVME_GENERIC | 0x20, EROFS, false },		/* namespace is write protected */
	{ NVME_GENERIC | 0x21, EREMOTEIO, true },	/* command interrupted */
	{ NVME_GENERIC | 0x22, ENOLINK, true },		/* transient transport error */
	{ NVME_GENERIC | 0x80, EREMOTEIO, false },	/* LBA out of range */
	{ NVME_GENERIC | 0x81, ENOSPC, false },		/* capacity exceeded */
	{ NVME_GENERIC | 0x82, EREMOTEIO, true },	/* namespace not ready */
	{ NVME_GENERIC | 0x83, EACCES, false },		/* reservation conflict */
	{ NVME_GENERIC | 0x84, EREMOTEIO, true },	/* format in progress */
	{ NVME_SPECIFIC | 0x80, EOPNOTSUPP, false },	/* conflicting attributes */
	{ NVME_SPECIFIC | 0x81, EILSEQ, false },	/* invalid protection information */
	{ NVME_SPECIFIC | 0x82, EROFS, false },		/* write to a read-only range */
	{ NVME_MEDIA | 0x80, ENODATA, true },		/* write fault */
	{ NVME_MEDIA | 0x81, ENODATA, true },		/* unrecovered read error */
	{ NVME_MEDIA | 0x82, EILSEQ, false },		/* guard check */
	{ NVME_MEDIA | 0x83, EILSEQ, false },		/* application tag check */
	{ NVME_MEDIA | 0x84, EILSEQ, false },		/* reference tag check */
	{ NVME_MEDIA | 0x85, ENODATA, false },		/* compare failure */
	{ NVME_MEDIA | 0x86, EACCES, false },		/* access denied */
	{ NVME_MEDIA | 0x87, ENODATA, false },		/* deallocated or unwritten block */
	{ NVME_PATH | 0x00, ENOLINK, true },		/* internal path error */
	{ NVME_PATH | 0x01, ENOLINK, false },		/* asymmetric: persistent loss */
	{ NVME_PATH | 0x02, ENOLINK, true },		/* asymmetric: inaccessible */
	{ NVME_PATH | 0x03, ENOLINK, true },		/* asymmetric: transition */
	{ NVME_PATH | 0x60, ENOLINK, true },		/* controller pathing error */
	{ NVME_PATH | 0x70, ENOLINK, true },		/* host pathing error */
	{ NVME_PATH | 0x71, ENOLINK, true },		/* aborted by host */
};

static const struct nvme_status *nvme_status_find(u16 status)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(nvme_statuses); i++)
		if (nvme_statuses[i].code == NVME_ST_CODE(status))
			return &nvme_statuses[i];
	return NULL;
}

/**
 * nvme_status_errno() - error number of a status field
 * @status: CQE status without the phase tag
 *
 * Any context. Returns 0 for success, else -Exxx.
 */
s32 nvme_status_errno(u16 status)
{
	const struct nvme_status *s;

	if (!NVME_ST_CODE(status))
		return 0;
	s = nvme_status_find(status);
	return s ? -s->err : -EIO;
}

/**
 * nvme_status_retry() - whether the same command may succeed later
 * @status: CQE status without the phase tag
 *
 * Any context.
 */
bool nvme_status_retry(u16 status)
{
	const struct nvme_status *s;

	if (status & NVME_ST_DNR)
		return false;
	s = nvme_status_find(status);
	return s && s->retry;
}
