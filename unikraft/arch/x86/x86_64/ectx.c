/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Extended contexts on x86_64: x87, SSE, AVX and AVX-512, in the format of
 * XSAVE where the processor and its owner allow that, else of FXSAVE.
 */
#include <uk/arch/ctx.h>
#include <uk/arch/lcpu.h>
#include <uk/ctors.h>

/* State components: x87, SSE, AVX, and three of AVX-512 */
#define X87		(1UL << 0)
#define COMPONENTS	0xe7UL
#define LAST_COMPONENT	7

/* Exceptions that the x87 unit remembers, and that it is to raise one */
#define X87_SEEN	0xffU

#define LEGACY_SIZE	512
#define HEADER_SIZE	64
#define ALIGNMENT	64

/* The begin of both formats */
struct ukarch_ectx {
	__u16 control;
	__u16 status;
	__u8 tags;		/* a bit a register in use */
	__u8 reserved0;
	__u16 opcode;
	__u64 instruction;
	__u64 data;
	__u32 mxcsr;
	__u32 mxcsr_mask;
	__u8 registers[LEGACY_SIZE - 32];
	/* Of XSAVE only: which components are not in their initial state */
	__u64 present;
	__u64 reserved1[HEADER_SIZE / 8 - 1];
};

static enum { FXSAVE, XSAVE, XSAVEOPT } method;
static __u32 components;
static __sz size = LEGACY_SIZE;

static __sz end_of_component(__u32 nr)
{
	__u32 len, offset, ecx, edx;

	ukarch_x86_cpuid(0xd, nr, &len, &offset, &ecx, &edx);
	return offset + len;
}

static void find_method(void)
{
	__u32 eax, ebx, ecx, edx, nr;
	__sz end;

	ukarch_x86_cpuid(1, 0, &eax, &ebx, &ecx, &edx);
	if (!(ecx & X86_CPUID1_ECX_OSXSAVE))
		return;
	ukarch_x86_cpuid(0xd, 1, &eax, &ebx, &ecx, &edx);
	method = eax & X86_CPUIDD1_EAX_XSAVEOPT ? XSAVEOPT : XSAVE;

	__asm__("xgetbv" : "=a"(eax), "=d"(edx) : "c"(0));
	components = eax & COMPONENTS;
	size = LEGACY_SIZE + HEADER_SIZE;
	for (nr = 2; nr <= LAST_COMPONENT; nr++) {
		if (!(components & 1UL << nr))
			continue;
		end = end_of_component(nr);
		size = MAX(size, end);
	}
}
UK_CTOR_PRIO(find_method, 0);

__sz ukarch_ectx_size(void)
{
	return size;
}

__sz ukarch_ectx_align(void)
{
	return ALIGNMENT;
}

/* What components are not said to be present is never read */
void ukarch_ectx_init(struct ukarch_ectx *state)
{
	__sz words = (method == FXSAVE ? LEGACY_SIZE
		      : LEGACY_SIZE + HEADER_SIZE) / 8;
	void *at = state;

	UK_ASSERT(state && IS_ALIGNED((__uptr)state, (__uptr)ALIGNMENT));
	__asm__ __volatile__("rep stosq" : "+D"(at), "+c"(words) : "a"(0)
			     : "memory");
	__asm__ __volatile__("fnstcw %0; stmxcsr %1"
			     : "=m"(state->control), "=m"(state->mxcsr));
	/* What has been computed meanwhile does not count */
	state->mxcsr &= ~0x3fU;
	if (method != FXSAVE)
		state->present = X87;
}

void ukarch_ectx_store(struct ukarch_ectx *state)
{
	UK_ASSERT(state && IS_ALIGNED((__uptr)state, (__uptr)ALIGNMENT));
	switch (method) {
	case XSAVEOPT:
		__asm__ __volatile__("xsaveopt64 %0" : "+m"(*state)
				     : "a"(components), "d"(0) : "memory");
		break;
	case XSAVE:
		__asm__ __volatile__("xsave64 %0" : "+m"(*state)
				     : "a"(components), "d"(0) : "memory");
		break;
	default:
		__asm__ __volatile__("fxsave64 %0" : "=m"(*state)
				     : : "memory");
		break;
	}
}

void ukarch_ectx_load(struct ukarch_ectx *state)
{
	UK_ASSERT(state && IS_ALIGNED((__uptr)state, (__uptr)ALIGNMENT));
	if (method == FXSAVE)
		__asm__ __volatile__("fxrstor64 %0" : : "m"(*state)
				     : "memory");
	else
		__asm__ __volatile__("xrstor64 %0" : : "m"(*state),
				     "a"(components), "d"(0) : "memory");
}

/* What environments of the x87 unit look like in memory */
struct x87_environment {
	__u32 control;
	__u32 status;
	__u32 tags;
	__u32 where[4];
};

/* The one way to set what the unit has seen */
static void set_x87(const struct ukarch_ectx *state)
{
	struct x87_environment environment = {
		.control = state->control,
		.status = state->status & X87_SEEN,
		.tags = 0xffff,		/* all registers are free */
	};

	__asm__ __volatile__("fldenv %0" : : "m"(environment));
}

/* Functions keep no register: those of the x87 unit are free in calls */
void ukarch_ectx_switch(struct ukarch_ectx *store, struct ukarch_ectx *load)
{
	UK_ASSERT(store && load);
	__asm__ __volatile__("fnstcw %0; fnstsw %1; stmxcsr %2"
			     : "=m"(store->control), "=m"(store->status),
			       "=m"(store->mxcsr));
	if (unlikely((store->status | load->status) & X87_SEEN
		     || store->control != load->control))
		set_x87(load);
	__asm__ __volatile__("ldmxcsr %0" : : "m"(load->mxcsr));
}
