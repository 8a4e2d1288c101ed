/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory on the stack of the caller */

#ifndef __NOLIBC_ALLOCA_H__
#define __NOLIBC_ALLOCA_H__

#define alloca(size)	__builtin_alloca(size)

#endif /* __NOLIBC_ALLOCA_H__ */
