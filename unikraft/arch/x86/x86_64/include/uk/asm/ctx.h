/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * x86_64: stacks of contexts. See uk/arch/ctx.h.
 */
#ifndef __UKARCH_CTX_H__
#error Do not include this header directly
#endif

/* What functions may count on, less the return address */
#define UKARCH_SP_ALIGN		16
#define UKARCH_SP_ALIGN_MASK	(UKARCH_SP_ALIGN - 1)

#ifndef __ASSEMBLY__

/* Writes `value` below `sp`; the new stack pointer */
#define ukarch_rstack_push(sp, value)					\
	({								\
		__typeof__(value) __value = (value);			\
		__uptr __sp = (__uptr)(sp) - sizeof(value);		\
									\
		__builtin_memcpy((void *)__sp, &__value,		\
				 sizeof(__value));			\
		__sp;							\
	})

/* The stack pointer of an empty stack: `len` bytes from `base` on */
#define ukarch_gen_sp(base, len)					\
	(((__uptr)(base) + (__uptr)(len))				\
	 & ~(__uptr)UKARCH_SP_ALIGN_MASK)

#endif /* !__ASSEMBLY__ */
