/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where the linker script put things. All bounds are page-aligned except
 * _etext, _erodata, _edata and those of the TLS template.
 */
#ifndef __PLAT_CMN_SECTIONS_H__
#define __PLAT_CMN_SECTIONS_H__

#ifndef __ASSEMBLY__

extern char _text[], _etext[];		/* code */
extern char _rodata[], _erodata[];	/* constants and tables */
extern char _ctors[], _ectors[];	/* constructors, in the constants */
extern char _tls_start[], _etdata[];	/* initialised part of the template */
extern char _tls_end[];			/* end of it in memory */
extern char _data[], _edata[];		/* variables with a value */
extern char __bss_start[];		/* variables that start as 0 */
extern char _end[];			/* one after the image in memory */

#define __uk_image_symbol(addr)	((unsigned long)(addr))

#define __TEXT		__uk_image_symbol(_text)
#define __ETEXT		__uk_image_symbol(_etext)
#define __RODATA	__uk_image_symbol(_rodata)
#define __ERODATA	__uk_image_symbol(_erodata)
#define __CTORS		__uk_image_symbol(_ctors)
#define __ECTORS	__uk_image_symbol(_ectors)
#define __DATA		__uk_image_symbol(_data)
#define __EDATA		__uk_image_symbol(_edata)
#define __BSS_START	__uk_image_symbol(__bss_start)
#define __END		__uk_image_symbol(_end)

#endif /* !__ASSEMBLY__ */

#endif /* __PLAT_CMN_SECTIONS_H__ */
