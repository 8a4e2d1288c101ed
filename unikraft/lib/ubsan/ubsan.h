/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What was found last: for the tests of this library.
 */
#ifndef UBSAN_H
#define UBSAN_H

#define UBSAN_MESSAGE_MAX	160

extern struct ubsan_findings {
	unsigned long count;
	const char *file;
	unsigned int line;
	char message[UBSAN_MESSAGE_MAX];
	int quiet;		/* do not print: it was on purpose */
} ubsan_findings;

#endif /* UBSAN_H */
