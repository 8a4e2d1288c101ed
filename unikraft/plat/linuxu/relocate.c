/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The image adds the address it was loaded at to the pointers stored in it:
 * no dynamic linker does that for a static executable.
 */
#include <linuxu/setup.h>
#include <linuxu/syscall.h>
#include <uk/arch/limits.h>
#include <uk/essentials.h>
#include <uk/plat/bootstrap.h>
#include <uk/plat/common/crash.h>

/* The only kind that an image without shared libraries needs */
#if CONFIG_ARCH_X86_64
#define R_RELATIVE	8	/* R_X86_64_RELATIVE */
#else
#define R_RELATIVE	1027	/* R_AARCH64_RELATIVE */
#endif

struct rela {
	__u64 offset;
	__u32 type;
	__u32 symbol;
	__u64 addend;
};

/* From the linker script. Tables of pointers are not valid yet */
extern const struct rela linuxu_rela_start[] __hidden;
extern const struct rela linuxu_rela_end[] __hidden;
extern char _text[] __hidden, _rodata[] __hidden, _data[] __hidden;
extern const __u64 linuxu_linked_text __hidden;	/* where _text is linked to */

extern const __u64 linuxu_relr_start[] __hidden, linuxu_relr_end[] __hidden;

/*
 * The short form: an even word is the address of a pointer; the bits of an odd
 * word, but for the lowest, say which of the next 63 words are pointers.
 */
static void relocate_packed(__uptr base)
{
	const __u64 *entry;
	__u64 *next = __NULL, bits;
	unsigned int i;

	for (entry = linuxu_relr_start; entry < linuxu_relr_end; entry++) {
		if (!(*entry & 1)) {
			next = (__u64 *)(base + *entry);
			*next++ += base;
			continue;
		}
		for (i = 0, bits = *entry >> 1; bits; i++, bits >>= 1)
			if (bits & 1)
				next[i] += base;
		next += 63;
	}
}

static void relocate(__uptr base)
{
	const struct rela *rela;

	for (rela = linuxu_rela_start; rela < linuxu_rela_end; rela++) {
		if (rela->type != R_RELATIVE) {
			plat_print("Unknown relocation in the image\n");
			ukplat_exit(UKPLAT_CRASH_STATUS);
		}
		*(__u64 *)(base + rela->offset) = base + rela->addend;
	}
}

void linuxu_relocate(void)
{
	__uptr base = (__uptr)_text - linuxu_linked_text;
	__uptr first, end;

	relocate(base);
	relocate_packed(base);
	plat_load_offset = base;
	/* No page has both constants and variables (link64.lds.S) */
	first = ALIGN_DOWN((__uptr)_rodata, __PAGE_SIZE);
	end = ALIGN_DOWN((__uptr)_data, __PAGE_SIZE);
	if (sys_mprotect((void *)first, end - first, LINUX_PROT_READ) < 0) {
		plat_print("Linux does not protect the constants\n");
		ukplat_exit(UKPLAT_CRASH_STATUS);
	}
}
