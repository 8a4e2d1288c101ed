/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Random numbers.
 *
 * The default generator seeds itself the first time that it is used, and again
 * after each mebibyte and with each new source. All functions may be called
 * from any context, from constructors on; those that take a generator leave
 * locking to the caller, the others turn interrupts off for some microseconds
 * at most.
 */

#ifndef __UK_SWRAND__
#define __UK_SWRAND__

#include <sys/types.h>
#include <uk/arch/types.h>
#include <uk/config.h>
#include <uk/essentials.h>
#include <uk/plat/lcpu.h>
#include <uk/plat/time.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Constructors that draw numbers may have any priority */
#define UK_SWRAND_CTOR_PRIO	1

/* A generator. Its size is not public: there is the default one */
struct uk_swrand;

extern struct uk_swrand uk_swrand_def;

/*
 * Makes the numbers that follow depend on these only; seedc may be 0. The
 * default generator then no longer seeds itself, until uk_swrand_reseed() or a
 * new source.
 */
void uk_swrand_init_r(struct uk_swrand *r, unsigned int seedc,
		      const __u32 seedv[]);

/* The next number */
__u32 uk_swrand_randr_r(struct uk_swrand *r);

/* From the default generator */
static inline __u32 uk_swrand_randr(void)
{
	unsigned long iflags = ukplat_lcpu_save_irqf();
	__u32 ret = uk_swrand_randr_r(&uk_swrand_def);

	ukplat_lcpu_restore_irqf(iflags);
	return ret;
}

/* Fills a buffer from the default generator; returns buflen */
ssize_t uk_swrand_fill_buffer(void *buf, size_t buflen);

/* Something to seed a generator with, as the configuration has it */
__u32 uk_swrandr_gen_seed32(void);

/*
 * A device that is a source of random numbers. The default generator takes
 * from it at once, and each time that it reseeds itself; then interrupts are
 * off. `fill` returns how many bytes it had at hand, 0 when none. The structure
 * stays, and belongs to the generator.
 */
struct uk_swrand_source {
	const char *name;	/* for people */
	size_t (*fill)(void *cookie, void *buf, size_t len);
	void *cookie;
	struct uk_swrand_source *next;	/* set by uk_swrand_add_source() */
};

void uk_swrand_add_source(struct uk_swrand_source *source);

/* Mixes what the sources have into the state, which it does not replace */
void uk_swrand_reseed(void);

#ifdef __cplusplus
}
#endif

#endif /* __UK_SWRAND__ */
