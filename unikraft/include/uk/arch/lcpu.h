/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The processor that runs this code: registers, barriers, branch hints.
 */
#ifndef __UKARCH_LCPU_H__
#define __UKARCH_LCPU_H__

#ifndef __ASSEMBLY__
#include <uk/arch/types.h>
#endif

/* struct __regs, mb(), rmb(), wmb(), nop(), ukarch_read_sp(), ... */
#include <uk/asm/lcpu.h>

#ifndef __ASSEMBLY__

#ifndef likely
#define likely(x)	__builtin_expect(!!(x), 1)
#endif
#ifndef unlikely
#define unlikely(x)	__builtin_expect(!!(x), 0)
#endif

/* Keeps the compiler, but not the processor, from moving accesses across */
#ifndef barrier
#define barrier()	__asm__ __volatile__("" : : : "memory")
#endif

#endif /* !__ASSEMBLY__ */

#endif /* __UKARCH_LCPU_H__ */
