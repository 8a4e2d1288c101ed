/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Integer types of fixed size, their printf and scanf conversions, and the
 * integers that hold addresses and sizes.
 */
#ifndef __UKARCH_TYPES_H__
#define __UKARCH_TYPES_H__

#include <uk/asm/types.h>

#ifndef __ASSEMBLY__

#ifndef __LP64__
#error "Only 64-bit targets (LP64) are known here"
#endif

typedef signed char	__s8;
typedef unsigned char	__u8;
typedef signed short	__s16;
typedef unsigned short	__u16;
typedef signed int	__s32;
typedef unsigned int	__u32;
typedef signed long	__s64;
typedef unsigned long	__u64;

#define __PRIs8		"d"
#define __PRIu8		"u"
#define __PRIx8		"x"
#define __PRIs16	"d"
#define __PRIu16	"u"
#define __PRIx16	"x"
#define __PRIs32	"d"
#define __PRIu32	"u"
#define __PRIx32	"x"
#define __PRIs64	"ld"
#define __PRIu64	"lu"
#define __PRIx64	"lx"

#define __SCNs8		"hhd"
#define __SCNu8		"hhu"
#define __SCNx8		"hhx"
#define __SCNs16	"hd"
#define __SCNu16	"hu"
#define __SCNx16	"hx"
#define __SCNs32	"d"
#define __SCNu32	"u"
#define __SCNx32	"x"
#define __SCNs64	"ld"
#define __SCNu64	"lu"
#define __SCNx64	"lx"

typedef __s64	__sptr;		/* as wide as a pointer, signed */
typedef __u64	__uptr;		/* as wide as a pointer */
typedef __uptr	__sz;		/* size of an object, in bytes */
typedef __sptr	__ssz;		/* the same, or a negative error code */
typedef __sptr	__off;		/* offset in a file, in bytes */
typedef __uptr	__vaddr_t;	/* virtual address */
typedef __u64	__paddr_t;	/* physical address */

#define __PRIuptr	__PRIx64
#define __PRIsz		__PRIu64
#define __PRIssz	__PRIs64
#define __PRIoff	__PRIs64
#define __PRIvaddr	__PRIuptr
#define __PRIpaddr	__PRIx64

#ifndef __NULL
#define __NULL		((void *)0)
#endif

/* A counter for the functions of uk/arch/atomic.h */
typedef struct {
	__u32 counter;
} __atomic;

#endif /* !__ASSEMBLY__ */

#endif /* __UKARCH_TYPES_H__ */
