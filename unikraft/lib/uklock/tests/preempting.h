/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef PREEMPTING_H
#define PREEMPTING_H

#include <uk/thread.h>

/* Who is to lose the processor at the timer's next interrupt, or null */
extern struct uk_thread *volatile preempting;

/* A handler of that interrupt */
int preempting_handler(void *arg);

#endif /* PREEMPTING_H */
