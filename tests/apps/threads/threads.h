/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Between main.c and the handler, which is compiled differently.
 */

#ifndef THREADS_H
#define THREADS_H

enum handler_mistake { NONE, YIELD, SLEEP, EXIT, BLOCK };

extern enum handler_mistake handler_mistake;

/* A handler of the timer's interrupt; its argument is a thread */
int handler(void *arg);

#endif /* THREADS_H */
