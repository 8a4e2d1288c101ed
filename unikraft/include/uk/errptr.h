/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Pointers that carry an error: the values 0 down to -MAXERRNO.
 */
#ifndef __UK_ERRPTR_H__
#define __UK_ERRPTR_H__

#include <uk/arch/types.h>

#ifndef MAXERRNO
#define MAXERRNO	512
#endif

/* Whether `ptr` is no address: null, or a negative error code */
#ifndef PTRISERR
#define PTRISERR(ptr)							\
	((__sptr)(ptr) <= 0 && (__sptr)(ptr) >= -(__sptr)(MAXERRNO))
#endif

/* The code of a pointer for which PTRISERR holds: 0 or negative */
#ifndef PTR2ERR
#define PTR2ERR(ptr)	((int)(__sptr)(ptr))
#endif

/* The pointer that carries `err`, which is 0 or a negative error code */
#ifndef ERR2PTR
#define ERR2PTR(err)	((void *)(__sptr)(err))
#endif

#endif /* __UK_ERRPTR_H__ */
