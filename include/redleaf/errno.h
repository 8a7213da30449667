/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Error numbers a domain returns and receives; values are Linux's, so that a
 * host adapter passes them on unchanged.
 */
#ifndef REDLEAF_ERRNO_H
#define REDLEAF_ERRNO_H

#ifndef RL_CORE	/* which has the kernel's: core/base.h */
#define EPERM		1
#define ENOENT		2
#define EINTR		4
#define EIO		5
#define ENXIO		6
#define E2BIG		7
#define EAGAIN		11
#define ENOMEM		12
#define EACCES		13
#define EFAULT		14
#define EBUSY		16
#define EEXIST		17
#define ENODEV		19
#define EINVAL		22
#define ENOSPC		28
#define EROFS		30
#define ERANGE		34
#define ENODATA		61
#define ETIME		62
#define ENOLINK		67
#define EREMOTEIO	121
#define EBADMSG		74
#define EOVERFLOW	75
#define EILSEQ		84
#define EOPNOTSUPP	95
#define ETIMEDOUT	110
#define ECANCELED	125
#define ENOTSUPP	524
#endif

#endif
