/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HANDLER_H
#define HANDLER_H

#include <uk/mutex.h>
#include <uk/semaphore.h>

/* What the timer's handler waits for when it runs; either may be null */
extern struct uk_mutex *handler_mutex;
extern struct uk_semaphore *handler_semaphore;

int handler(void *arg);

#endif /* HANDLER_H */
