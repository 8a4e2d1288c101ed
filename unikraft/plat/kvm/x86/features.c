/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Protections and conveniences of newer processors, turned on where they are
 * there. Nothing here needs what they forbid: there are no pages for user mode.
 */
#include <kvm/x86/cpu.h>
#include <uk/arch/lcpu.h>
#include <uk/essentials.h>

void kvm_features_init(void)
{
	__u32 eax, ebx, ecx, edx, leaves;
	__u64 cr4;

	__asm__ __volatile__("mov %%cr4, %0" : "=r"(cr4));
	ukarch_x86_cpuid(1, 0, &eax, &ebx, &ecx, &edx);
	if (edx & X86_CPUID1_EDX_PGE)
		cr4 |= X86_CR4_PGE;
	ukarch_x86_cpuid(0, 0, &leaves, &ebx, &ecx, &edx);
	if (leaves >= 7) {
		ukarch_x86_cpuid(7, 0, &eax, &ebx, &ecx, &edx);
		if (ebx & X86_CPUID7_EBX_FSGSBASE)
			cr4 |= X86_CR4_FSGSBASE;
		if (ebx & X86_CPUID7_EBX_SMEP)
			cr4 |= X86_CR4_SMEP;
		if (ebx & X86_CPUID7_EBX_SMAP)
			cr4 |= X86_CR4_SMAP;
		if (ecx & X86_CPUID7_ECX_UMIP)
			cr4 |= X86_CR4_UMIP;
	}
	__asm__ __volatile__("mov %0, %%cr4" : : "r"(cr4) : "memory");
}
