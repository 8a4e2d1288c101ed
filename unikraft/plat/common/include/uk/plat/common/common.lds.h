/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the linker scripts of all platforms have in common: which input goes
 * where, in three segments of which none is both writable and executable.
 *
 * A platform's script gives the start address and the entry point, puts its
 * boot code first, and uses these in order. Libraries add output sections of
 * their own with `INSERT AFTER .rodata` (read-only) or `INSERT AFTER .data`.
 */
#ifndef __UK_COMMON_LDS_H
#define __UK_COMMON_LDS_H

#include <uk/arch/limits.h>

/* `more`: segments of the platform's own */
#define UK_PHDRS(more)							\
	PHDRS								\
	{								\
		text PT_LOAD FLAGS(5);					\
		rodata PT_LOAD FLAGS(4);				\
		data PT_LOAD FLAGS(6);					\
		tls PT_TLS FLAGS(4);					\
		stack PT_GNU_STACK FLAGS(6);				\
		more							\
	}

/* `boot`: input that comes first */
#define UK_TEXT_SECTION(boot)						\
	_text = .;							\
	.text :								\
	{								\
		boot							\
		*(.text .text.* .gnu.linkonce.t.*)			\
	} :text								\
	_etext = .;

/* Where a segment begins. A script that has more to say defines it before */
#ifndef UK_NEXT_SEGMENT
#define UK_NEXT_SEGMENT		. = ALIGN(__PAGE_SIZE);
#endif

/* `notes`: output sections of the platform's own */
#define UK_RODATA_SECTIONS(notes)					\
	UK_NEXT_SEGMENT							\
	_rodata = .;							\
	notes								\
	.rodata :							\
	{								\
		*(.rodata .rodata.* .gnu.linkonce.r.*)			\
		*(.data.rel.ro .data.rel.ro.*)				\
		. = ALIGN(8);						\
		_tls_align = .;						\
		QUAD(MAX(ALIGNOF(.tdata), ALIGNOF(.tbss)))		\
	} :rodata							\
	.eh_frame :							\
	{								\
		__eh_frame_start = .;					\
		*(.eh_frame .eh_frame.*)				\
		__eh_frame_end = .;					\
	} :rodata							\
	.gcc_except_table : { *(.gcc_except_table .gcc_except_table.*) }\
	. = ALIGN(8);							\
	_ctors = .;							\
	.preinit_array :						\
	{								\
		__preinit_array_start = .;				\
		KEEP(*(.preinit_array))					\
		__preinit_array_end = .;				\
	}								\
	.init_array :							\
	{								\
		__init_array_start = .;					\
		KEEP(*(SORT_BY_INIT_PRIORITY(.init_array.*)		\
		       SORT_BY_INIT_PRIORITY(.ctors.*)))		\
		KEEP(*(.init_array .ctors))				\
		__init_array_end = .;					\
	}								\
	_ectors = .;							\
	.uk_ctortab :							\
	{								\
		uk_ctortab_start = .;					\
		KEEP(*(SORT_BY_NAME(.uk_ctortab[0-9])))			\
		uk_ctortab_end = .;					\
	}								\
	.uk_inittab :							\
	{								\
		uk_inittab_start = .;					\
		KEEP(*(SORT_BY_NAME(.uk_inittab[1-6][0-9])))		\
		uk_inittab_end = .;					\
	}								\
	.uk_eventtab : ALIGN(8)						\
	{								\
		KEEP(*(SORT_BY_NAME(.uk_event_*)))			\
	}								\
	.tdata :							\
	{								\
		_tls_start = .;						\
		*(.tdata .tdata.* .gnu.linkonce.td.*)			\
		_etdata = .;						\
	} :rodata :tls							\
	.tbss :								\
	{								\
		*(.tbss .tbss.* .gnu.linkonce.tb.* .tcommon)		\
	} :rodata :tls							\
	_tls_end = ADDR(.tbss) + SIZEOF(.tbss);				\
	_erodata = .;

#define UK_DATA_SECTIONS						\
	UK_NEXT_SEGMENT							\
	_data = .;							\
	.data :								\
	{								\
		*(.data .data.* .gnu.linkonce.d.*)			\
	} :data								\
	_edata = .;							\
	. = ALIGN(__PAGE_SIZE);						\
	__bss_start = .;						\
	.bss :								\
	{								\
		*(.bss .bss.* .gnu.linkonce.b.* COMMON)			\
		. = ALIGN(__PAGE_SIZE);					\
	} :data								\
	_end = .;

/* Not loaded. Libraries put what only tools read AFTER .comment */
#define UK_DEBUG_SECTIONS						\
	.comment 0 : { *(.comment) } :NONE				\
	.debug_aranges 0 : { *(.debug_aranges) }			\
	.debug_info 0 : { *(.debug_info) }				\
	.debug_abbrev 0 : { *(.debug_abbrev) }				\
	.debug_line 0 : { *(.debug_line .debug_line.*) }		\
	.debug_line_str 0 : { *(.debug_line_str) }			\
	.debug_frame 0 : { *(.debug_frame) }				\
	.debug_str 0 : { *(.debug_str) }				\
	.debug_str_offsets 0 : { *(.debug_str_offsets) }		\
	.debug_addr 0 : { *(.debug_addr) }				\
	.debug_loc 0 : { *(.debug_loc) }				\
	.debug_loclists 0 : { *(.debug_loclists) }			\
	.debug_ranges 0 : { *(.debug_ranges) }				\
	.debug_rnglists 0 : { *(.debug_rnglists) }			\
	.debug_macro 0 : { *(.debug_macro) }				\
	/DISCARD/ : { *(.note.gnu.* .note.GNU-stack) }

#endif /* __UK_COMMON_LDS_H */
