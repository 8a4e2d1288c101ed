/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A barrier: as many threads as it was made for wait until all have come, any
 * number of times. Threads are counted as they are made.
 */
#ifndef BARRIER_H
#define BARRIER_H

#include <uk/alloc.h>

struct barrier;

/* Null without memory */
struct barrier *barrier_create(struct uk_alloc *a, unsigned int threads);
void barrier_destroy(struct barrier *b);

/* Returns 1 to one thread of a round, and 0 to the others */
int barrier_wait(struct barrier *b);

/* How often the current thread has waited, at any barrier */
unsigned int barrier_visits(void);
/* How many threads there are that have their own count */
unsigned int barrier_visitors(void);

#endif /* BARRIER_H */
