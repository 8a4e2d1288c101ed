/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TLS areas on x86_64 (variant II of the ELF TLS specification).
 *
 *	area                                  thread pointer
 *	| .tdata | .tbss | up to alignment    | TCB: own address, ...
 *
 * Does not know how a platform loads the thread pointer.
 */
#include <uk/arch/tls.h>
#include <uk/essentials.h>

/* Without a library that wants more, the TCB is the pointer to itself */
#ifndef TCB_SIZE
#define TCB_SIZE	8
#endif
UK_CTASSERT(TCB_SIZE >= 8);

/* From the linker script: the template, and the alignment it asks for */
extern const char _tls_start[], _etdata[], _tls_end[];
extern const __u64 _tls_align;

static __sz block_len(void)
{
	__sz len = (__uptr)_tls_end - (__uptr)_tls_start;

	return ALIGN_UP(len, ukarch_tls_area_align());
}

__sz ukarch_tls_area_align(void)
{
	return MAX((__sz)_tls_align, sizeof(__uptr));
}

__sz ukarch_tls_area_size(void)
{
	return block_len() + TCB_SIZE;
}

__sz ukarch_tls_tcb_size(void)
{
	return TCB_SIZE;
}

__uptr ukarch_tls_tlsp(void *tls_area)
{
	return (__uptr)tls_area + block_len();
}

void *ukarch_tls_area_get(__uptr tlsp)
{
	return (void *)(tlsp - block_len());
}

void *ukarch_tls_tcb_get(__uptr tlsp)
{
	return (void *)tlsp;
}

void ukarch_tls_area_init(void *tls_area)
{
	__sz data_len = (__uptr)_etdata - (__uptr)_tls_start;
	__uptr *tcb = ukarch_tls_tcb_get(ukarch_tls_tlsp(tls_area));

	__builtin_memcpy(tls_area, _tls_start, data_len);
	__builtin_memset((char *)tls_area + data_len, 0,
			 ukarch_tls_area_size() - data_len);
#if CONFIG_UKARCH_TLS_HAVE_TCB
	ukarch_tls_tcb_init(tcb);
#endif
	*tcb = (__uptr)tcb;
}
