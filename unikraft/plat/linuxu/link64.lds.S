/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The image of linuxu: a static ELF executable at a fixed address.
 */
#include <uk/plat/common/common.lds.h>

ENTRY(_liblinuxuplat_start)
UK_PHDRS()
SECTIONS
{
	. = 0x400000;
	UK_TEXT_SECTION()
	UK_RODATA_SECTIONS()
	UK_DATA_SECTIONS
	UK_DEBUG_SECTIONS
}
