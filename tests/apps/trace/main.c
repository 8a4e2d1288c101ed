/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Passes trace points, so that somebody can read what they noted: at
 * finished() all is there.
 */

#define UK_DEBUG_TRACE
#include <stdio.h>
#include <uk/essentials.h>
#include <uk/trace.h>

UK_TRACEPOINT(trace_begin, "%s has %d arguments", const char *, int);
UK_TRACEPOINT(trace_step, "step %u of %ld at %p", unsigned char, long, void *);
UK_TRACEPOINT(trace_all, "%d %i %u %x %s %lu %c", char, short, int, unsigned int,
	      char *, unsigned long, char);

static void __noinline finished(void)
{
	puts("finished");
}

int main(int argc, char *argv[])
{
	static char text[] = "text";

	trace_begin(argv[0], argc);
	for (unsigned char i = 0; i < 3; i++)
		trace_step(i, -3, (void *)0x1234);
	trace_all(-1, -2, 3, 0xabcd, text, ~0UL, 'x');
	finished();
	return 0;
}
