/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The image of linuxu: a static ELF executable for any address. Constants are
 * writable until pointers in them are relocated (relocate.c).
 */

/*
 * Segments follow each other in the file without gaps: the page in which one
 * ends and the next begins is mapped for both, at different addresses.
 */
#define UK_NEXT_SEGMENT							\
	. = ALIGN(__PAGE_SIZE) + (. & (__PAGE_SIZE - 1));

#include <uk/plat/common/common.lds.h>

#define RELOCATION_SECTIONS						\
	.rela.dyn :							\
	{								\
		linuxu_linked_text = .;					\
		QUAD(_text);						\
		linuxu_rela_start = .;					\
		*(.rela .rela.*)					\
		linuxu_rela_end = .;					\
	} :rodata							\
	.relr.dyn :							\
	{								\
		linuxu_relr_start = .;					\
		*(.relr.dyn)						\
		linuxu_relr_end = .;					\
	}								\
	.dynsym : { *(.dynsym) }					\
	.dynstr : { *(.dynstr) }					\
	.hash : { *(.hash .gnu.hash) }					\
	.dynamic : { *(.dynamic) }					\
	.got : { *(.got .got.plt) }

ENTRY(_liblinuxuplat_start)
PHDRS
{
	headers PT_LOAD FILEHDR PHDRS FLAGS(4);
	text PT_LOAD FLAGS(5);
	rodata PT_LOAD FLAGS(6);
	data PT_LOAD FLAGS(6);
	tls PT_TLS FLAGS(4);
	stack PT_GNU_STACK FLAGS(6);
}
SECTIONS
{
	/*
	 * Linkers take only what begins at 0 for movable: the headers do. Code
	 * begins above, for debug information has what was left out of the
	 * image at 0, too.
	 */
	. = 0x10000 + SIZEOF_HEADERS;
	. = ALIGN(64);
	UK_TEXT_SECTION()
	UK_RODATA_SECTIONS(RELOCATION_SECTIONS)
	UK_DATA_SECTIONS
	UK_DEBUG_SECTIONS
}
