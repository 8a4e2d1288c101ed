/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * arm64: fields of registers and of page table entries, as the Arm
 * Architecture Reference Manual numbers them.
 */
#ifndef __UKARCH_ARCH_H__
#define __UKARCH_ARCH_H__

#include <uk/asm.h>

/* PSTATE as DAIF and SPSR_ELx show it: masks of exceptions, flags */
#define PSTATE_N_BIT			(_AC(1, UL) << 31)
#define PSTATE_Z_BIT			(_AC(1, UL) << 30)
#define PSTATE_C_BIT			(_AC(1, UL) << 29)
#define PSTATE_V_BIT			(_AC(1, UL) << 28)
#define PSTATE_D_BIT			(_AC(1, UL) << 9)
#define PSTATE_A_BIT			(_AC(1, UL) << 8)
#define PSTATE_I_BIT			(_AC(1, UL) << 7)
#define PSTATE_F_BIT			(_AC(1, UL) << 6)

/* ESR_EL1: why an exception was taken */
#define ESR_ISS_MASK			_AC(0x0000000001ffffff, UL)
#define ESR_ISS_FROM(x)			((x) & ESR_ISS_MASK)
#define ESR_IL				(1 << 25)
#define ESR_EC_SHIFT			26
#define ESR_EC_MASK			_AC(0x00000000fc000000, UL)
#define ESR_EC_FROM(x)			(((x) & ESR_EC_MASK) >> ESR_EC_SHIFT)

/* Exception classes */
#define ESR_EL1_EC_UNKNOWN		0x00
#define ESR_EL1_EC_WFx			0x01
#define ESR_EL1_EC_SVE_ASIMD_FP_ACC	0x07
#define ESR_EL1_EC_LS64			0x0a
#define ESR_EL1_EC_BTI			0x0d
#define ESR_EL1_EC_ILL			0x0e
#define ESR_EL1_EC_SVC64		0x15
#define ESR_EL1_EC_SYS64		0x18
#define ESR_EL1_EC_SVE_ACC		0x19
#define ESR_EL1_EC_FPAC			0x1c
#define ESR_EL1_EC_MMU_IABRT_EL0	0x20
#define ESR_EL1_EC_MMU_IABRT_EL1	0x21
#define ESR_EL1_EC_PC_ALIGN		0x22
#define ESR_EL1_EC_MMU_DABRT_EL0	0x24
#define ESR_EL1_EC_MMU_DABRT_EL1	0x25
#define ESR_EL1_EC_SP_ALIGN		0x26
#define ESR_EL1_EC_FP32			0x28
#define ESR_EL1_EC_FP64			0x2c
#define ESR_EL1_EC_SERROR		0x2f
#define ESR_EL1_EC_BRK_EL0		0x30
#define ESR_EL1_EC_BRK_EL1		0x31
#define ESR_EL1_EC_STEP_EL0		0x32
#define ESR_EL1_EC_STEP_EL1		0x33
#define ESR_EL1_EC_WATCHP_EL0		0x34
#define ESR_EL1_EC_WATCHP_EL1		0x35
#define ESR_EL1_EC_BRK64		0x3c

/* Instruction specific syndrome of aborts */
#define ESR_ISS_ABRT_WNR		(_AC(1, UL) << 6)	/* a write */
#define ESR_ISS_ABRT_FNV		(_AC(1, UL) << 10)	/* FAR not valid */
#define ESR_ISS_ABRT_FSC_MASK		_AC(0x3f, UL)
#define ESR_ISS_ABRT_FSC_FROM(x)	((x) & ESR_ISS_ABRT_FSC_MASK)

/* Fault status codes; the first four exist per level of the tables, + 0..3 */
#define ESR_ISS_ABRT_FSC_ADDR_L0	0x00
#define ESR_ISS_ABRT_FSC_TRANS_L0	0x04
#define ESR_ISS_ABRT_FSC_ACCF_L0	0x08
#define ESR_ISS_ABRT_FSC_PERM_L0	0x0c
#define ESR_ISS_ABRT_FSC_SYNC		0x10
#define ESR_ISS_ABRT_FSC_TAG		0x11
#define ESR_ISS_ABRT_FSC_ALIGN		0x21

/*
 * Page table entries, 4 KiB granule, 48-bit addresses. Levels in names count
 * from the leaves, as everywhere in the core.
 */
#define PTE_VALID_BIT			1
#define PTE_TYPE_MASK			0x3
#define PTE_TYPE_BLOCK			1
#define PTE_TYPE_PAGE			3
#define PTE_TYPE_TABLE			3

#define PTE_L2_BLOCK_PADDR_MASK		_AC(0x0000ffffc0000000, UL)
#define PTE_L1_BLOCK_PADDR_MASK		_AC(0x0000ffffffe00000, UL)
#define PTE_L0_PAGE_PADDR_MASK		_AC(0x0000fffffffff000, UL)
#define PTE_Lx_TABLE_PADDR_MASK		_AC(0x0000fffffffff000, UL)

#define PTE_ATTR_MASK_H			_AC(0xfff0000000000000, UL)
#define PTE_ATTR_MASK_L			_AC(0x0000000000000fff, UL)
#define PTE_ATTR_UXN			(_AC(1, UL) << 54)
#define PTE_ATTR_PXN			(_AC(1, UL) << 53)
#define PTE_ATTR_XN			(PTE_ATTR_PXN | PTE_ATTR_UXN)
#define PTE_ATTR_CONTIGUOUS		(_AC(1, UL) << 52)
#define PTE_ATTR_DBM			(_AC(1, UL) << 51)
#define PTE_ATTR_GP			(_AC(1, UL) << 50)
#define PTE_ATTR_nG			(1 << 11)
#define PTE_ATTR_AF			(1 << 10)
#define PTE_ATTR_SH(x)			((x) << 8)
#define PTE_ATTR_SH_MASK		PTE_ATTR_SH(3)
#define PTE_ATTR_SH_NS			0
#define PTE_ATTR_SH_OS			2
#define PTE_ATTR_SH_IS			3
#define PTE_ATTR_AP_RW_BIT		(1 << 7)	/* set: read-only */
#define PTE_ATTR_AP(x)			((x) << 6)
#define PTE_ATTR_AP_MASK		PTE_ATTR_AP(3)
#define PTE_ATTR_AP_USER		1
#define PTE_ATTR_NS			(1 << 5)
#define PTE_ATTR_IDX(x)			((x) << 2)	/* into MAIR_EL1 */
#define PTE_ATTR_IDX_MASK		PTE_ATTR_IDX(7)

#endif /* __UKARCH_ARCH_H__ */
