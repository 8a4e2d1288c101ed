/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The default generator: when it is seeded, and by whom; numbers in bulk.
 */

#include <uk/assert.h>
#include <uk/config.h>
#include "swrand.h"

/* How much is drawn between two seeds, in runs of the algorithm */
#if CONFIG_LIBUKSWRAND_CHACHA
#define RUNS_PER_SEED	4681	/* of 224 bytes: a mebibyte */
#else
#define RUNS_PER_SEED	0	/* a run is a mebibyte */
#endif

/* Guarded by interrupts being off */
static struct uk_swrand_source *sources;
static unsigned int runs_left;
static int by_hand;		/* somebody chose the seed: it stays */

static void reseed(void)
{
	__u32 seedv[SEED_WORDS];
	struct uk_swrand_source *s;
	int i;

	swrand_seed(seedv);
	swrand_stir(&uk_swrand_def, SEED_WORDS, seedv);
	for (s = sources; s; s = s->next) {
		size_t len = s->fill(s->cookie, seedv, sizeof(seedv));

		/* What the last one left there does no harm. */
		if (len)
			swrand_stir(&uk_swrand_def, SEED_WORDS, seedv);
	}
	for (i = 0; i < SEED_WORDS; i++)
		*(volatile __u32 *)&seedv[i] = 0;
	runs_left = RUNS_PER_SEED;
	by_hand = 0;
}

void swrand_dry(struct uk_swrand *r)
{
	if (r == &uk_swrand_def && !by_hand && !runs_left--)
		reseed();
}

void uk_swrand_init_r(struct uk_swrand *r, unsigned int seedc,
		      const __u32 seedv[])
{
	UK_ASSERT(r);
	UK_ASSERT(seedv || !seedc);
	swrand_forget(r);
	swrand_stir(r, seedc, seedv);
	if (r == &uk_swrand_def)
		by_hand = 1;
}

void uk_swrand_reseed(void)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	reseed();
	ukplat_lcpu_restore_irqf(flags);
}

void uk_swrand_add_source(struct uk_swrand_source *source)
{
	unsigned long flags;

	UK_ASSERT(source && source->fill);
	flags = ukplat_lcpu_save_irqf();
	source->next = sources;
	sources = source;
	reseed();
	ukplat_lcpu_restore_irqf(flags);
}

/* Interrupts are let in between pieces of this many bytes. */
#define PIECE	224

ssize_t uk_swrand_fill_buffer(void *buf, size_t buflen)
{
	unsigned char *at = buf;
	size_t left = buflen;

	UK_ASSERT(buf || !buflen);
	while (left) {
		size_t piece = MIN(left, (size_t)PIECE);
		unsigned long flags = ukplat_lcpu_save_irqf();

		left -= piece;
		while (piece) {
			__u32 word = uk_swrand_randr_r(&uk_swrand_def);
			size_t i, len = MIN(piece, sizeof(word));

			for (i = 0; i < len; i++, word >>= 8)
				*at++ = (unsigned char)word;
			piece -= len;
		}
		ukplat_lcpu_restore_irqf(flags);
	}
	return (ssize_t)buflen;
}
