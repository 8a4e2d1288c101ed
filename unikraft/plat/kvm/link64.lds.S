/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The image of kvm: loaded at 1 MiB, where memory begins to be contiguous, and
 * mapped at the same addresses.
 */
#include <uk/plat/common/common.lds.h>

ENTRY(_libkvmplat_entry)
UK_PHDRS(note PT_NOTE FLAGS(4);)
SECTIONS
{
	. = 0x100000;
	UK_TEXT_SECTION(KEEP(*(.text.boot)))
	/* Code that could be moved has a table of addresses: filled by now */
	UK_RODATA_SECTIONS(.note : { KEEP(*(.note.Xen)) } :rodata :note
			   .got : { *(.got .got.plt) } :rodata)
	UK_DATA_SECTIONS
	UK_DEBUG_SECTIONS
}
