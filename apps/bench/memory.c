/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * malloc() and free() by patterns of sizes, and realloc().
 */
#include <stdlib.h>
#include <uk/assert.h>
#include "bench.h"

#define BLOCKS	256U
#define ROUNDS	20U

static void *blocks[BLOCKS];

/* The same numbers each time */
static unsigned int random_number(unsigned int *state)
{
	*state = *state * 1664525U + 1013904223U;
	return *state >> 8;
}

static void *get(unsigned long size)
{
	void *block = malloc(size);

	if (!block)
		UK_CRASH("No memory for %lu bytes\n", size);
	return block;
}

/* All are taken, and then given back in the same order */
static void batch(const char *name, unsigned long size)
{
	__u64 since = bench_now();
	unsigned int i, round;

	for (round = 0; round < ROUNDS; round++) {
		for (i = 0; i < BLOCKS; i++)
			blocks[i] = get(size);
		for (i = 0; i < BLOCKS; i++)
			free(blocks[i]);
	}
	bench_tell(name, since, ROUNDS * BLOCKS);
}

static void pairs(void)
{
	__u64 since = bench_now();
	unsigned int i;

	for (i = 0; i < ROUNDS * BLOCKS; i++)
		free(get(100));
	bench_tell("malloc 100, free at once", since, ROUNDS * BLOCKS);
}

/* Blocks of 16 bytes to 4 KiB live for a while, more of the small ones */
static void mixture(void)
{
	unsigned int state = 1, i, at, size;
	__u64 since;

	for (at = 0; at < BLOCKS; at++)
		blocks[at] = NULL;
	since = bench_now();
	for (i = 0; i < ROUNDS * BLOCKS; i++) {
		at = random_number(&state) % BLOCKS;
		size = 16U << random_number(&state) % 9;
		free(blocks[at]);
		blocks[at] = get(size - random_number(&state) % (size / 2));
	}
	bench_tell("malloc 8 to 4096, mixed", since, ROUNDS * BLOCKS);
	for (at = 0; at < BLOCKS; at++)
		free(blocks[at]);
}

static void growth(void)
{
	unsigned long size, count = 0;
	__u64 since = bench_now();
	unsigned int round;
	char *block;

	for (round = 0; round < ROUNDS; round++) {
		block = NULL;
		for (size = 16; size <= 16384; size += size / 2) {
			block = realloc(block, size);
			if (!block)
				UK_CRASH("No memory for %lu bytes\n", size);
			block[size - 1] = 1;
			count++;
		}
		free(block);
	}
	bench_tell("realloc, by half, to 16 KiB", since, count);
}

void bench_memory(void)
{
	batch("malloc 16", 16);
	batch("malloc 64", 64);
	batch("malloc 256", 256);
	batch("malloc 1024", 1024);
	batch("malloc 4096", 4096);
	batch("malloc 20000", 20000);
	pairs();
	mixture();
	growth();
}
