/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Between what signals do and who waits for them (LIBUKSCHED).
 */
#ifndef __SIGNALS_H__
#define __SIGNALS_H__

#include <signal.h>
#include <uk/config.h>

#define BIT(sig)	((sigset_t)1 << ((sig) - 1))

/* How many handlers have been called so far */
extern volatile unsigned long signals_handled;

/* What the current thread has blocked */
extern __thread sigset_t signals_blocked;

/* Whether there is something that it has to handle */
int signals_are_due(void);

/* Handles all that are pending and not blocked, the lowest number first */
void signals_deliver(void);

/* Replaces the mask; returns the one before */
sigset_t signals_set_mask(sigset_t mask);

/* Takes the first of `set` that is pending; returns 0 if there is none */
int signals_take(sigset_t set, siginfo_t *info);

/* Something is pending, or was handled. From threads */
#if CONFIG_LIBUKSCHED
void signals_wake(void);
#else
static inline void signals_wake(void)
{
}
#endif

#endif /* __SIGNALS_H__ */
