/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Functions of the library, called while vector registers hold known values.
 */
#ifndef CLOBBER_H
#define CLOBBER_H

/* Returns 0 when all of them held these still */
int clobber_check(char *dst, const char *src, unsigned long len);

#endif /* CLOBBER_H */
