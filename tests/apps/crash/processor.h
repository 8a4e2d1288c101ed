/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Wrong things that only one kind of processor knows. Beside main.c lies a
 * file with these for each.
 */
#ifndef __CRASH_PROCESSOR_H__
#define __CRASH_PROCESSOR_H__

struct request {
	const char *name;
	void (*run)(void);
};

/* Ends with a request without a name */
extern const struct request processor_requests[];

#endif /* __CRASH_PROCESSOR_H__ */
