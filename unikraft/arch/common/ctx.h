/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where contexts begin that were never left, private to libcontext. From the
 * processor's ctx.S; each takes what it needs from the stack.
 */
#ifndef __CONTEXT_CTX_H__
#define __CONTEXT_CTX_H__

/*
 * In pairs, which clear registers or do not: continue at the word on the
 * stack; call the function there with 0, 1, 2 arguments.
 */
extern const char context_start[], context_start_keep[];
extern const char context_call0[], context_call0_keep[];
extern const char context_call1[], context_call1_keep[];
extern const char context_call2[], context_call2_keep[];

/* Enables interrupts, then continues at the word on the stack; no register lost */
extern const char context_enable_irqs[];

/* Where entry functions return to */
extern const char context_returned[];
/* The rest of it: ends the run with a report */
void context_entry_returned(void) __attribute__((noreturn));

#endif /* __CONTEXT_CTX_H__ */
