/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Floating point and vector registers: AVX on where there is one, and their
 * state around traps.
 */
#include <kvm/x86/cpu.h>
#include <uk/arch/lcpu.h>

/* State components: x87, SSE, AVX */
#define COMPONENTS	7

/* All exceptions masked, round to nearest */
#define MXCSR_DEFAULT	0x1f80

static int have_avx;

void kvm_vector_init(void)
{
	__u32 eax, ebx, ecx, edx;
	const __u32 mxcsr = MXCSR_DEFAULT;
	__u64 cr4;

	__asm__ __volatile__("fninit; ldmxcsr %0" : : "m"(mxcsr));
	ukarch_x86_cpuid(1, 0, &eax, &ebx, &ecx, &edx);
	if (!(ecx & X86_CPUID1_ECX_XSAVE) || !(ecx & X86_CPUID1_ECX_AVX))
		return;
	__asm__ __volatile__("mov %%cr4, %0" : "=r"(cr4));
	cr4 |= X86_CR4_OSXSAVE;
	__asm__ __volatile__("mov %0, %%cr4" : : "r"(cr4));
	__asm__ __volatile__("xsetbv" : : "c"(0), "a"(COMPONENTS), "d"(0));
	have_avx = 1;
}

void kvm_vector_state_save(struct kvm_vector_state *state)
{
	unsigned int i;

	if (!have_avx) {
		__asm__ __volatile__("fxsave64 %0" : "=m"(*state));
		return;
	}
	/* What XSAVE leaves alone there has to be 0 */
	for (i = 0; i < 8; i++)
		state->header[i] = 0;
	__asm__ __volatile__("xsave64 %0" : "+m"(*state)
			     : "a"(COMPONENTS), "d"(0));
}

void kvm_vector_state_load(const struct kvm_vector_state *state)
{
	if (have_avx)
		__asm__ __volatile__("xrstor64 %0" : : "m"(*state),
				     "a"(COMPONENTS), "d"(0));
	else
		__asm__ __volatile__("fxrstor64 %0" : : "m"(*state));
}
