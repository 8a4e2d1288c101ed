/* SPDX-License-Identifier: BSD-3-Clause */
/* Historical limits */

#ifndef __NOLIBC_SYS_PARAM_H__
#define __NOLIBC_SYS_PARAM_H__

#include <limits.h>

#ifndef MIN
#define MIN(a, b)	((a) < (b) ? (a) : (b))
#endif
#ifndef MAX
#define MAX(a, b)	((a) > (b) ? (a) : (b))
#endif
#define MAXPATHLEN	PATH_MAX

#endif /* __NOLIBC_SYS_PARAM_H__ */
