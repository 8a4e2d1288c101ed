/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * qsort(): a heap sort. It needs no memory and has no slow inputs.
 */

#include <stdlib.h>

static void swap(char *a, char *b, size_t size)
{
	while (size--) {
		char c = *a;

		*a++ = *b;
		*b++ = c;
	}
}

/* Lets the item at `pos` sink until no child is greater. */
static void sift(char *base, size_t count, size_t size, size_t pos,
		 int (*compare)(const void *, const void *))
{
	/* pos has a child when 2 * pos + 1 < count */
	while (pos < count / 2) {
		size_t child = 2 * pos + 1;

		if (child + 1 < count &&
		    compare(base + child * size, base + (child + 1) * size) < 0)
			child++;
		if (compare(base + pos * size, base + child * size) >= 0)
			return;
		swap(base + pos * size, base + child * size, size);
		pos = child;
	}
}

void qsort(void *base, size_t count, size_t size,
	   int (*compare)(const void *, const void *))
{
	size_t i;

	for (i = count / 2; i > 0; i--)
		sift(base, count, size, i - 1, compare);
	for (i = count; i > 1; i--) {
		swap(base, (char *)base + (i - 1) * size, size);
		sift(base, i - 1, size, 0, compare);
	}
}
