/* SPDX-License-Identifier: BSD-3-Clause */
#include <rtc/pl031.h>
#include <uk/arch/lcpu.h>

#define DATA	0x00

__u32 pl031_seconds(volatile void *registers)
{
	return ioreg_read32((volatile __u32 *)((volatile char *)registers
					       + DATA));
}
