/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A generator on ChaCha20. It makes some blocks at a time: their first words
 * become the next key at once, so that the state never tells what was drawn
 * before; the others are handed out, and erased.
 */

#include "chacha.h"
#include "swrand.h"

/* Blocks at a time */
#define BLOCKS		4
#define WORDS		(BLOCKS * CHACHA_WORDS)

struct uk_swrand {
	__u32 key[CHACHA_KEY_WORDS];
	unsigned int left;	/* words not drawn yet, at the end of `words` */
	__u32 words[WORDS];
};

struct uk_swrand uk_swrand_def;

static inline __u32 rotl(__u32 v, int by)
{
	return v << by | v >> (32 - by);
}

static inline void quarter(__u32 *a, __u32 *b, __u32 *c, __u32 *d)
{
	*a += *b;
	*d = rotl(*d ^ *a, 16);
	*c += *d;
	*b = rotl(*b ^ *c, 12);
	*a += *b;
	*d = rotl(*d ^ *a, 8);
	*c += *d;
	*b = rotl(*b ^ *c, 7);
}

void chacha_block(const __u32 key[CHACHA_KEY_WORDS], const __u32 counter[4],
		  __u32 out[CHACHA_WORDS])
{
	__u32 in[CHACHA_WORDS] = {
		0x61707865, 0x3320646e, 0x79622d32, 0x6b206574,
		key[0], key[1], key[2], key[3],
		key[4], key[5], key[6], key[7],
		counter[0], counter[1], counter[2], counter[3],
	};
	int i;

	for (i = 0; i < CHACHA_WORDS; i++)
		out[i] = in[i];
	for (i = 0; i < 10; i++) {
		quarter(&out[0], &out[4], &out[8], &out[12]);
		quarter(&out[1], &out[5], &out[9], &out[13]);
		quarter(&out[2], &out[6], &out[10], &out[14]);
		quarter(&out[3], &out[7], &out[11], &out[15]);
		quarter(&out[0], &out[5], &out[10], &out[15]);
		quarter(&out[1], &out[6], &out[11], &out[12]);
		quarter(&out[2], &out[7], &out[8], &out[13]);
		quarter(&out[3], &out[4], &out[9], &out[14]);
	}
	for (i = 0; i < CHACHA_WORDS; i++)
		out[i] += in[i];
}

static void refill(struct uk_swrand *r)
{
	__u32 counter[4] = { 0, 0, 0, 0 };
	int i;

	for (; counter[0] < BLOCKS; counter[0]++)
		chacha_block(r->key, counter,
			     r->words + counter[0] * CHACHA_WORDS);
	for (i = 0; i < CHACHA_KEY_WORDS; i++) {
		r->key[i] = r->words[i];
		r->words[i] = 0;
	}
	r->left = WORDS - CHACHA_KEY_WORDS;
}

/* As many words as a key has at a time, each time under another key */
void swrand_stir(struct uk_swrand *r, unsigned int seedc,
		 const __u32 seedv[])
{
	unsigned int i;

	do {
		for (i = 0; i < CHACHA_KEY_WORDS && seedc; i++, seedc--)
			r->key[i] ^= *seedv++;
		refill(r);
	} while (seedc);
}

void swrand_forget(struct uk_swrand *r)
{
	unsigned int i;

	for (i = 0; i < CHACHA_KEY_WORDS; i++)
		r->key[i] = 0;
}

__u32 uk_swrand_randr_r(struct uk_swrand *r)
{
	__u32 *at, word;

	if (unlikely(!r->left)) {
		swrand_dry(r);
		refill(r);
	}
	at = &r->words[WORDS - r->left--];
	word = *at;
	*at = 0;
	return word;
}
