/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The block function of ChaCha20 (RFC 8439, section 2.3).
 */
#ifndef CHACHA_H
#define CHACHA_H

#include <uk/arch/types.h>

#define CHACHA_WORDS		16
#define CHACHA_KEY_WORDS	8

/* The counter and the nonce are the last four words of the state */
void chacha_block(const __u32 key[CHACHA_KEY_WORDS], const __u32 counter[4],
		  __u32 out[CHACHA_WORDS]);

#endif /* CHACHA_H */
