/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How the platform hands over to the boot library, and how a run ends.
 *
 * A run ends with a status from 0 to 255, as a process does: on linuxu it is
 * the exit status of the process, on kvm see plat/kvm/README.md.
 */
#ifndef __UKPLAT_BOOTSTRAP__
#define __UKPLAT_BOOTSTRAP__

#include <uk/arch/types.h>
#include <uk/essentials.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The status of a run that ended in a crash: a trap, a failed assertion */
#define UKPLAT_CRASH_STATUS	254

/*
 * Provided by the boot library, called by the platform once: console and
 * memory regions are usable, interrupts are off. argv[0] names the program;
 * argv[argc] is null; strings and array are writable and stay valid.
 */
void ukplat_entry(int argc, char *argv[]) __noreturn;

/*
 * Provided by the boot library, for platforms that get one string: splits
 * `argb` (at most `argb_len` bytes; it is written to, and may end earlier with
 * a zero byte) into arguments behind `arg0`, and calls ukplat_entry().
 */
void ukplat_entry_argp(char *arg0, char *argb, __sz argb_len) __noreturn;

/* Ends the run with the low 8 bits of `status`. From any context */
void ukplat_exit(int status) __noreturn;

enum ukplat_gstate {
	UKPLAT_HALT,	/* ends the run with status 0 */
	UKPLAT_RESTART,	/* boots again; ends it where there is no such thing */
	UKPLAT_SUSPEND,	/* not a way to end: as UKPLAT_HALT */
	UKPLAT_CRASH,	/* prints where it was called; UKPLAT_CRASH_STATUS */
};

/* Ends the run. From any context */
void ukplat_terminate(enum ukplat_gstate request) __noreturn;

#define ukplat_halt()		ukplat_terminate(UKPLAT_HALT)
#define ukplat_restart()	ukplat_terminate(UKPLAT_RESTART)
#define ukplat_crash()		ukplat_terminate(UKPLAT_CRASH)

/*
 * Stops until the host resumes the run. Returns 0 afterwards, or -EBUSY
 * where the platform cannot do that.
 */
int ukplat_suspend(void);

#ifdef __cplusplus
}
#endif

#endif /* __UKPLAT_BOOTSTRAP__ */
