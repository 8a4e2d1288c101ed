/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Steps of the boot, private to libukboot.
 */

#ifndef UKBOOT_BOOT_H
#define UKBOOT_BOOT_H

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
