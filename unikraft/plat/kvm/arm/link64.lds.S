/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The image of kvm on arm64. Memory of QEMU's `virt` begins at 1 GiB. There
 * QEMU has its own loader, or the device tree, of 1 MiB; behind that is where
 * the image is linked to, and where a Linux image asks to be put to, so that it
 * is the same as an ELF file and as what objcopy makes of that.
 */
#include <uk/plat/common/common.lds.h>
#include <kvm/arm/cpu.h>

ENTRY(_libkvmplat_entry)
UK_PHDRS()
SECTIONS
{
	. = KVM_IMAGE_BASE;
	UK_TEXT_SECTION(KEEP(*(.text.boot .text.vectors)))
	UK_RODATA_SECTIONS(.got : { *(.got .got.plt) } :rodata)
	UK_DATA_SECTIONS
	_image_size = _end - _text;
	UK_DEBUG_SECTIONS
}
