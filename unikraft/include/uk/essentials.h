/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Attributes, arithmetic and compile-time helpers that every library uses.
 *
 * Needs neither a C library nor a platform. Names that a C library may have
 * defined already are left alone.
 */
#ifndef __UK_ESSENTIALS_H__
#define __UK_ESSENTIALS_H__

#include <uk/config.h>

#ifndef __ASSEMBLY__

#include <uk/arch/types.h>
#include <uk/asm/compiler.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Attributes of functions, objects and types */
#ifndef __packed
#define __packed		__attribute__((packed))
#endif
#ifndef __noreturn
#define __noreturn		__attribute__((noreturn))
#endif
#ifndef __weak
#define __weak			__attribute__((weak))
#endif
/*
 * In this image, where compilers address it directly and not through a table of
 * pointers
 */
#ifndef __hidden
#define __hidden		__attribute__((visibility("hidden")))
#endif
#ifndef __used
#define __used			__attribute__((used))
#endif
#ifndef __maybe_unused
#define __maybe_unused		__attribute__((unused))
#endif
#ifndef __unused
#define __unused		__attribute__((unused))
#endif
#ifndef __section
#define __section(s)		__attribute__((section(s)))
#endif
#ifndef __nonnull
#define __nonnull		__attribute__((nonnull))
#endif
#ifndef __printf
#define __printf(fmt, args)	__attribute__((format(printf, (fmt), (args))))
#endif
#ifndef __scanf
#define __scanf(fmt, args)	__attribute__((format(scanf, (fmt), (args))))
#endif
#ifndef __align
#define __align(bytes)		__attribute__((aligned(bytes)))
#endif
#ifndef __unalign
#define __unalign		__align(1)
#endif
#ifndef __always_inline
#define __always_inline		inline __attribute__((always_inline))
#endif
#ifndef __noinline
#define __noinline		__attribute__((noinline))
#endif
#ifndef __check_result
#define __check_result		__attribute__((warn_unused_result))
#endif

/* Declares `new` as a second name of `old`, which this unit defines */
#ifndef __alias
#define __alias(old, new)						\
	extern __typeof(old) new __attribute__((alias(#old)))
#endif
/* The same, but another unit may define `new` and win */
#ifndef __weak_alias
#define __weak_alias(old, new)						\
	extern __typeof(old) new __attribute__((weak, alias(#old)))
#endif

/*
 * Puts a function into the image's .init_array. Priorities start at 101
 * and run in rising order, before constructors without one.
 */
#ifndef __constructor
#define __constructor		__attribute__((constructor))
#endif
#ifndef __constructor_prio
#define __constructor_prio(lvl)	__attribute__((constructor(lvl)))
#endif

/* A variable of which each thread has its own, once there are threads */
#ifdef CONFIG_HAVE_SCHED
#define __uk_tls		__thread
#else
#define __uk_tls
#endif

#define __align4		__align(4)
#define __align8		__align(8)
#define __align16		__align(16)
#define __align32		__align(32)
#define __align64		__align(64)
#define __align4k		__align(4096)
#define __align32b		__align4
#define __align64b		__align8
#define __align128b		__align16
#define __align256b		__align32
#define __align512b		__align64

/* Each argument is evaluated once */
#ifndef MIN
#define MIN(a, b)							\
	({								\
		__typeof__(a) __min_a = (a);				\
		__typeof__(b) __min_b = (b);				\
									\
		__min_a < __min_b ? __min_a : __min_b;			\
	})
#endif
#ifndef MIN3
#define MIN3(a, b, c)		MIN(MIN((a), (b)), (c))
#endif
#ifndef MIN4
#define MIN4(a, b, c, d)	MIN(MIN((a), (b)), MIN((c), (d)))
#endif
#ifndef MAX
#define MAX(a, b)							\
	({								\
		__typeof__(a) __max_a = (a);				\
		__typeof__(b) __max_b = (b);				\
									\
		__max_a > __max_b ? __max_a : __max_b;			\
	})
#endif
#ifndef MAX3
#define MAX3(a, b, c)		MAX(MAX((a), (b)), (c))
#endif
#ifndef MAX4
#define MAX4(a, b, c, d)	MAX(MAX((a), (b)), MAX((c), (d)))
#endif

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(x)		(sizeof(x) / sizeof((x)[0]))
#endif

/* Casts that drop `const` or every qualifier */
#ifndef DECONST
#define DECONST(t, a)		((t)(__uptr)(const void *)(a))
#endif
#ifndef DEQUALIFY
#define DEQUALIFY(t, a)		((t)(__uptr)(const volatile void *)(a))
#endif

#ifndef __GNUC_PREREQ__
#define __GNUC_PREREQ__(ma, mi)						\
	(__GNUC__ > (ma) || (__GNUC__ == (ma) && __GNUC_MINOR__ >= (mi)))
#endif

#ifndef __offsetof
#define __offsetof(t, field)	__builtin_offsetof(t, field)
#endif

/* The structure of type `s` whose member `m` is what `x` points at */
#ifndef __containerof
#define __containerof(x, s, m)						\
	({								\
		const volatile __typeof(((s *)0)->m) *__member = (x);	\
									\
		DEQUALIFY(s *, (const volatile char *)__member		\
			       - __offsetof(s, m));			\
	})
#endif

/* Whether `field` lies within the first `size` bytes of a `t` */
#ifndef __contains
#define __contains(t, field, size)					\
	(__offsetof(t, field) + sizeof(((t *)0)->field) <= (size))
#endif

#ifndef __return_addr
#define __return_addr(lvl)						\
	((__uptr)__builtin_extract_return_addr(__builtin_return_address(lvl)))
#endif
#ifndef __frame_addr
#define __frame_addr(lvl)	((__uptr)__builtin_frame_address(lvl))
#endif

/* Fails to compile when the constant `x` is 0; stands where declarations do */
#ifndef UK_CTASSERT
#define UK_CTASSERT(x)		_UK_CTASSERT(x, __LINE__)
#define _UK_CTASSERT(x, y)	__UK_CTASSERT(x, y)
#define __UK_CTASSERT(x, y)						\
	typedef char __assert_ ## y[(x) ? 1 : -1] __maybe_unused
#endif

/* How many arguments there are: 0 to 7 */
#ifndef UK_NARGS
#define __UK_NARGS_X(a, b, c, d, e, f, g, h, n, ...) n
#define UK_NARGS(...)							\
	__UK_NARGS_X(, ##__VA_ARGS__, 7, 6, 5, 4, 3, 2, 1, 0)
#endif

#ifdef __cplusplus
}
#endif

#endif /* !__ASSEMBLY__ */

#ifndef STRINGIFY
#ifndef __STRINGIFY
#define __STRINGIFY(x)		#x
#endif
#define STRINGIFY(x)		__STRINGIFY(x)
#endif

#ifndef UK_CONCAT
#define __UK_CONCAT_X(a, b)	a##b
#define UK_CONCAT(a, b)		__UK_CONCAT_X(a, b)
#endif

#ifndef POWER_OF_2
#define POWER_OF_2(v)		((v) != 0 && ((v) & ((v) - 1)) == 0)
#endif
#ifndef DIV_ROUND_UP
#define DIV_ROUND_UP(v, d)	(((v) + (d) - 1) / (d))
#endif

/* In these three, `a` is a power of two */
#ifndef ALIGN_UP
#define ALIGN_UP(v, a)		(((v) + (a) - 1) & ~((a) - 1))
#endif
#ifndef ALIGN_DOWN
#define ALIGN_DOWN(v, a)	((v) & ~((a) - 1))
#endif
#ifndef IS_ALIGNED
#define IS_ALIGNED(v, a)	(((v) & ((a) - 1)) == 0)
#endif

/*
 * Ranges are [base, base + len) in unsigned arithmetic; base + len does not
 * wrap.
 */
#define IN_RANGE(val, base, len)					\
	((val) >= (base) && (val) < (base) + (len))
#define RANGE_ISEQUAL(base0, len0, base1, len1)				\
	((base0) == (base1) && (len0) == (len1))
/* Whether the first range holds the second one */
#define RANGE_CONTAIN(base0, len0, base1, len1)				\
	(IN_RANGE((base1), (base0), (len0)) &&				\
	 (base1) + (len1) <= (base0) + (len0))
/* Whether the two have an element in common */
#define RANGE_OVERLAP(base0, len0, base1, len1)				\
	((base0) < (base1) + (len1) && (base1) < (base0) + (len0))

#endif /* __UK_ESSENTIALS_H__ */
