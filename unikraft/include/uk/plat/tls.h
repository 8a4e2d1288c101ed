/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The thread pointer: which TLS area (uk/arch/tls.h) is active.
 */
#ifndef __UKPLAT_TLS_H__
#define __UKPLAT_TLS_H__

#include <uk/arch/lcpu.h>
#include <uk/arch/tls.h>
#include <uk/arch/types.h>
#include <uk/essentials.h>

#ifdef __cplusplus
extern "C" {
#endif

__uptr ukplat_tlsp_get(void);
/*
 * The caller must not touch `__thread` variables in the same function: the
 * compiler may have fetched their addresses already.
 */
void ukplat_tlsp_set(__uptr tlsp);

/* Activates an area instead of a pointer */
static inline void ukplat_tls_set(void *tls_area)
{
	ukplat_tlsp_set(ukarch_tls_tlsp(tls_area));
}

typedef int (*ukplat_tlsp_exec_fn)(void *argp);

/* Calls fn(argp) with `tlsp` active; returns what it returns */
static __noinline __maybe_unused int
ukplat_tlsp_exec(__uptr tlsp, ukplat_tlsp_exec_fn fn, void *argp)
{
	__uptr before = ukplat_tlsp_get();
	int ret;

	barrier();
	ukplat_tlsp_set(tlsp);
	ret = fn(argp);
	ukplat_tlsp_set(before);
	return ret;
}

#ifdef __cplusplus
}
#endif

#endif /* __UKPLAT_TLS_H__ */
