/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The processor's mode: protections are on, where it has them.
 */
#include <kvm/x86/cpu.h>
#include <uk/arch/lcpu.h>
#include <uk/test.h>

static __u64 cr0(void)
{
	__u64 value;

	__asm__ __volatile__("mov %%cr0, %0" : "=r"(value));
	return value;
}

static __u64 cr4(void)
{
	__u64 value;

	__asm__ __volatile__("mov %%cr4, %0" : "=r"(value));
	return value;
}

UK_TESTCASE(kvm_features, pages_are_protected_from_the_kernel)
{
	UK_TEST_EXPECT(cr0() & X86_CR0_WP);
	UK_TEST_EXPECT(rdmsr(X86_MSR_EFER) & X86_EFER_NXE);
}

UK_TESTCASE(kvm_features, what_is_there_is_on)
{
	__u32 eax, ebx, ecx, edx, leaves;

	ukarch_x86_cpuid(1, 0, &eax, &ebx, &ecx, &edx);
	UK_TEST_EXPECT_SNUM_EQ(!!(cr4() & X86_CR4_PGE),
			       !!(edx & X86_CPUID1_EDX_PGE));
	UK_TEST_EXPECT_SNUM_EQ(!!(cr4() & X86_CR4_OSXSAVE),
			       (ecx & X86_CPUID1_ECX_XSAVE)
			       && (ecx & X86_CPUID1_ECX_AVX));
	ukarch_x86_cpuid(0, 0, &leaves, &ebx, &ecx, &edx);
	if (leaves < 7)
		return;
	ukarch_x86_cpuid(7, 0, &eax, &ebx, &ecx, &edx);
	UK_TEST_EXPECT_SNUM_EQ(!!(cr4() & X86_CR4_SMEP),
			       !!(ebx & X86_CPUID7_EBX_SMEP));
	UK_TEST_EXPECT_SNUM_EQ(!!(cr4() & X86_CR4_SMAP),
			       !!(ebx & X86_CPUID7_EBX_SMAP));
	UK_TEST_EXPECT_SNUM_EQ(!!(cr4() & X86_CR4_FSGSBASE),
			       !!(ebx & X86_CPUID7_EBX_FSGSBASE));
	UK_TEST_EXPECT_SNUM_EQ(!!(cr4() & X86_CR4_UMIP),
			       !!(ecx & X86_CPUID7_ECX_UMIP));
}

uk_testsuite_register(kvm_features, NULL);
