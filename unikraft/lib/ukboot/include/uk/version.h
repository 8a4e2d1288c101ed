/* SPDX-License-Identifier: BSD-3-Clause */
/* The version of the core */

#ifndef __UK_VERSION_H__
#define __UK_VERSION_H__

#ifdef __cplusplus
extern "C" {
#endif

/* Prints one line with code name and version to stdout. */
void uk_version(void);

#ifdef __cplusplus
}
#endif

#endif /* __UK_VERSION_H__ */
