/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Steps of the boot, private to libukboot.
 */

#ifndef UKBOOT_BOOT_H
#define UKBOOT_BOOT_H

#include <uk/arch/types.h>

/*
 * Thread-local storage for the boot code, in so many bytes on its stack, for as
 * long as there is no heap
 */
__sz boot_early_tls_room(void);
void boot_early_tls(void *room);

/*
 * Makes the heap from the memory regions of the platform, and the thread
 * storage of the boot CPU from the heap. Crashes where that is impossible.
 */
void boot_memory(void);

/*
 * Starts the scheduler that is configured, so that what calls goes on as a
 * thread. Crashes where that is impossible.
 */
void boot_sched(void);

/* Prints the banner that is configured. */
void boot_banner(void);

#endif /* UKBOOT_BOOT_H */
