/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Between an algorithm (chacha.c or mwc.c), the seeds and the functions for
 * everybody. Whoever calls has interrupts off where it is the default
 * generator.
 */
#ifndef SWRAND_H
#define SWRAND_H

#include <uk/swrand.h>

/* Words that a seed has */
#define SEED_WORDS	16

/* From the algorithm: takes up more, without forgetting what it knows */
void swrand_stir(struct uk_swrand *r, unsigned int seedc,
		 const __u32 seedv[]);
/* From the algorithm: back to the same state each time; then it is stirred */
void swrand_forget(struct uk_swrand *r);
/* For the algorithm: called when it has run dry, before it goes on */
void swrand_dry(struct uk_swrand *r);

/* From the seeds: all words are written */
void swrand_seed(__u32 seedv[SEED_WORDS]);

#endif /* SWRAND_H */
