/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Measures one counter by another. What takes time between two reads (the
 * host may run something else) is seen and taken into account.
 */
#include <uk/essentials.h>
#include <uk/plat/common/time.h>

/* Two results that differ by less than this part of them are the right ones */
#define EXACT		256

#define ATTEMPTS	8

/* As many reads of the same value mean that a counter stands still */
#define PATIENCE	100000UL

/* Both counters at one time, give or take `blur` ticks of the unknown one */
struct sample {
	__u64 known;
	__u64 unknown;
	__u64 blur;
};

static struct sample sample(const struct plat_counter *known,
			    const struct plat_counter *unknown)
{
	struct sample best = { 0, 0, ~0UL };
	__u64 before, after, at;
	int i;

	for (i = 0; i < 4; i++) {
		before = unknown->read();
		at = known->read();
		after = (unknown->read() - before) & unknown->mask;
		if (after < best.blur) {
			best.known = at;
			best.unknown = before + after / 2;
			best.blur = after;
		}
	}
	return best;
}

/* Until so many ticks have passed. 0 when they do not pass */
static int wait(const struct plat_counter *known, __u64 from, __u64 ticks)
{
	__u64 last = from, now;
	unsigned long still = 0;

	while ((((now = known->read()) - from) & known->mask) < ticks) {
		still = now == last ? still + 1 : 0;
		if (still == PATIENCE)
			return 0;
		last = now;
	}
	return 1;
}

static __u64 measure_once(const struct plat_counter *known,
			  const struct plat_counter *unknown, __u64 ticks)
{
	struct sample first = sample(known, unknown), last;
	__u64 passed, counted;

	if (!wait(known, first.known, ticks))
		return 0;
	last = sample(known, unknown);
	passed = (last.known - first.known) & known->mask;
	counted = (last.unknown - first.unknown) & unknown->mask;
	if (!passed)
		return 0;
	/* What is left of a second and of less than 10 GHz fits */
	return counted / passed * known->hz
		+ counted % passed * known->hz / passed;
}

__u64 plat_time_measure(const struct plat_counter *known,
			const struct plat_counter *unknown, __nsec ns)
{
	__u64 ticks = ns * known->hz / UKARCH_NSEC_PER_SEC;
	__u64 hz, before = 0;
	int i;

	for (i = 0; i < ATTEMPTS; i++) {
		hz = measure_once(known, unknown, MAX(ticks, 1UL));
		if (!hz)
			return 0;
		if (MAX(hz, before) - MIN(hz, before) < hz / EXACT)
			break;
		before = hz;
	}
	return hz;
}
