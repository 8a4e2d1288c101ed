/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where firmware of PCs leaves pointers to its tables. Knows none of them.
 */
#ifndef DRIVERS_FIRMWARE_BIOS_H
#define DRIVERS_FIRMWARE_BIOS_H

#include <firmware/tables.h>

/* Where the first KiB of the extended data area begins, in units of 16 */
#define EBDA_SEGMENT		0x40eUL
#define EBDA_LEN		1024U

/* Read-only memory, where pointers lie, too */
#define BIOS_START		0xe0000UL
#define BIOS_END		0x100000UL

/* The extended data area; 0: there is none */
static inline __paddr_t bios_ebda(firmware_map_t map)
{
	const __u8 *segment = map(EBDA_SEGMENT, 2);

	return segment ? (__paddr_t)(segment[0] | segment[1] << 8) << 4 : 0;
}

static inline int sums_to_zero(const void *bytes, __sz len)
{
	const __u8 *byte = bytes;
	__u8 sum = 0;

	while (len--)
		sum = (__u8)(sum + *byte++);
	return !sum;
}

#endif /* DRIVERS_FIRMWARE_BIOS_H */
