/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The processor's tables: segments, the task state that names the trap
 * stacks, and the vectors. Also the thread pointer.
 */
#include <kvm/x86/cpu.h>
#include <kvm/stack.h>
#include <uk/essentials.h>
#include <uk/plat/tls.h>

#define SELECTOR_CODE	0x08
#define SELECTOR_TASK	0x10

/* Gates close to interrupts while their code runs */
#define GATE_INTERRUPT	0x8e

/* Those that may come while another trap is handled, and end the run */
#define LAST_TRAPS		((1UL << 2) | (1UL << 8) | (1UL << 18))

struct task_state {
	__u32 reserved0;
	__u64 rsp[3];
	__u64 reserved1;
	__u64 ist[7];
	__u64 reserved2;
	__u16 reserved3;
	__u16 io_bitmap;
} __packed;

struct gate {
	__u16 offset_low;
	__u16 selector;
	__u8 ist;
	__u8 type;
	__u16 offset_mid;
	__u32 offset_high;
	__u32 reserved;
};

struct table_pointer {
	__u16 limit;
	__u64 base;
} __packed;

static struct task_state task __align16;
static struct gate gates[KVM_VECTORS] __align16;
static __u64 segments[4] __align16;

static void load_segments(void)
{
	const struct table_pointer gdtr = {
		sizeof(segments) - 1, (__u64)segments
	};
	__u64 base = (__u64)&task;

	segments[SELECTOR_CODE / 8] = X86_GDT_CODE64;
	/* An available 64-bit task: limit, base in three parts, type */
	segments[SELECTOR_TASK / 8] = (sizeof(task) - 1)
		| (base & 0xffffff) << 16 | 0x89UL << 40
		| (base >> 24 & 0xff) << 56;
	segments[SELECTOR_TASK / 8 + 1] = base >> 32;

	__asm__ __volatile__("lgdt %0" : : "m"(gdtr) : "memory");
	__asm__ __volatile__("ltr %w0" : : "r"(SELECTOR_TASK));
}

/*
 * Traps run on a stack of their own, so that one on a broken stack can still be
 * reported. One that a trap's handler runs into takes its stack over, for
 * nothing returns from there. Double faults, NMIs and machine checks have the
 * second stack, so that the first trap is still there to be seen.
 */
static void load_vectors(void)
{
	const struct table_pointer idtr = { sizeof(gates) - 1, (__u64)gates };
	unsigned int i;

	for (i = 0; i < KVM_TRAP_STACKS; i++)
		task.ist[i] = (__u64)kvm_trap_stacks[i].memory
			+ sizeof(kvm_trap_stacks[i].memory);
	task.io_bitmap = sizeof(task);

	for (i = 0; i < KVM_VECTORS; i++) {
		__u64 entry = (__u64)kvm_vectors + i * KVM_VECTOR_SIZE;

		gates[i].offset_low = (__u16)entry;
		gates[i].offset_mid = (__u16)(entry >> 16);
		gates[i].offset_high = (__u32)(entry >> 32);
		gates[i].selector = SELECTOR_CODE;
		gates[i].type = GATE_INTERRUPT;
		if (i < KVM_TRAPS)
			gates[i].ist = LAST_TRAPS >> i & 1 ? 2 : 1;
	}
	__asm__ __volatile__("lidt %0" : : "m"(idtr) : "memory");
}

void kvm_cpu_init(void)
{
	load_segments();
	load_vectors();
	kvm_vector_init();
	kvm_features_init();
}

__uptr ukplat_tlsp_get(void)
{
	return rdmsr(X86_MSR_FS_BASE);
}

void ukplat_tlsp_set(__uptr tlsp)
{
	wrmsr(X86_MSR_FS_BASE, tlsp);
}
