/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TLS areas on arm64 (variant I of the ELF TLS specification).
 *
 *	area                       thread pointer
 *	| up to alignment | TCB ...  16 bytes of it | up to alignment | block |
 *
 * The last 16 bytes of the TCB are those that the ABI reserves behind the
 * thread pointer. Does not know how a platform loads that.
 */
#include <uk/arch/tls.h>
#include <uk/essentials.h>

#define RESERVED	16

/* Without a library that wants more, the TCB is what the ABI reserves */
#ifndef TCB_SIZE
#define TCB_SIZE	RESERVED
#endif
UK_CTASSERT(TCB_SIZE >= RESERVED);

/* From the linker script: the template, and the alignment it asks for */
extern const char _tls_start[], _etdata[], _tls_end[];
extern const __u64 _tls_align;

/* Where the block begins, seen from the thread pointer */
static __sz block_offset(void)
{
	return MAX((__sz)RESERVED, ukarch_tls_area_align());
}

/* Where the thread pointer points to, seen from the area's begin */
static __sz pointer_offset(void)
{
	return ALIGN_UP((__sz)TCB_SIZE - RESERVED, ukarch_tls_area_align());
}

__sz ukarch_tls_area_align(void)
{
	return MAX((__sz)_tls_align, (__sz)RESERVED);
}

__sz ukarch_tls_area_size(void)
{
	return pointer_offset() + block_offset()
		+ ((__uptr)_tls_end - (__uptr)_tls_start);
}

__sz ukarch_tls_tcb_size(void)
{
	return TCB_SIZE;
}

__uptr ukarch_tls_tlsp(void *tls_area)
{
	return (__uptr)tls_area + pointer_offset();
}

void *ukarch_tls_area_get(__uptr tlsp)
{
	return (void *)(tlsp - pointer_offset());
}

void *ukarch_tls_tcb_get(__uptr tlsp)
{
	return (void *)(tlsp + RESERVED - TCB_SIZE);
}

void ukarch_tls_area_init(void *tls_area)
{
	__sz data_len = (__uptr)_etdata - (__uptr)_tls_start;
	__uptr tlsp = ukarch_tls_tlsp(tls_area);

	__builtin_memset(tls_area, 0, ukarch_tls_area_size());
	__builtin_memcpy((char *)tlsp + block_offset(), _tls_start, data_len);
#if CONFIG_UKARCH_TLS_HAVE_TCB
	ukarch_tls_tcb_init(ukarch_tls_tcb_get(tlsp));
#endif
}
