/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An allocator of page frames with buddies: blocks of 2^n frames, at multiples
 * of their size.
 */
#ifndef __UK_FALLOCBUDDY_H__
#define __UK_FALLOCBUDDY_H__

#include <uk/falloc.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Makes an empty allocator of memory of uk_fallocbuddy_size() bytes */
int uk_fallocbuddy_init(struct uk_falloc *fa);
__sz uk_fallocbuddy_size(void);

/* What addmem() needs as metadata for so many frames, in bytes */
__sz uk_fallocbuddy_metadata_size(unsigned long frames);

#ifdef __cplusplus
}
#endif

#endif /* __UK_FALLOCBUDDY_H__ */
