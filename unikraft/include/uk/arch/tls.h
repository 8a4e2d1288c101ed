/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Thread-local storage: the memory behind `__thread` variables.
 *
 * A TLS area is a copy of the image's template plus what the architecture
 * keeps beside it. Whoever starts a thread allocates an area, initialises it
 * and activates its pointer with ukplat_tlsp_set() (uk/plat/tls.h).
 */
#ifndef __UKARCH_TLS_H__
#define __UKARCH_TLS_H__

#include <uk/config.h>
#include <uk/arch/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Alignment and size of an area, in bytes */
__sz ukarch_tls_area_align(void);
__sz ukarch_tls_area_size(void);

/* Fills an area of that size and alignment from the template */
void ukarch_tls_area_init(void *tls_area);

/* Between an area and the value of the thread pointer that activates it */
__uptr ukarch_tls_tlsp(void *tls_area);
void *ukarch_tls_area_get(__uptr tlsp);

/* The thread control block of an area, and its size in bytes */
void *ukarch_tls_tcb_get(__uptr tlsp);
__sz ukarch_tls_tcb_size(void);

#if CONFIG_UKARCH_TLS_HAVE_TCB
/*
 * From the library that reserved room for a thread control block: fills it,
 * except for the pointer to itself that x86 keeps in its first word.
 */
void ukarch_tls_tcb_init(void *tcbp);
#endif

#ifdef __cplusplus
}
#endif

#endif /* __UKARCH_TLS_H__ */
