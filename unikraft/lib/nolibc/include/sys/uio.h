/* SPDX-License-Identifier: BSD-3-Clause */
/* Scattered buffers */

#ifndef __NOLIBC_SYS_UIO_H__
#define __NOLIBC_SYS_UIO_H__

#include <nolibc-internal/shareddefs.h>

#endif /* __NOLIBC_SYS_UIO_H__ */
