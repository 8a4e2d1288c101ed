/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Two buses: one that works, one that does not.
 */
#include <errno.h>
#include <uk/bus.h>
#include <uk/test.h>

static int steps, good_init_at, good_probe_at, bad_init_at, bad_probes;
static struct uk_alloc *given;

static int good_init(struct uk_alloc *a)
{
	given = a;
	good_init_at = ++steps;
	return 0;
}

static int good_probe(void)
{
	good_probe_at = ++steps;
	return -ENODEV;
}

static int bad_init(struct uk_alloc *a __unused)
{
	bad_init_at = ++steps;
	return -EIO;
}

static int bad_probe(void)
{
	bad_probes++;
	return 0;
}

static struct uk_bus good = { .init = good_init, .probe = good_probe };
static struct uk_bus bad = { .init = bad_init, .probe = bad_probe };
static struct uk_bus late = { .probe = bad_probe };

UK_BUS_REGISTER(&good);
static void register_bad(void)
{
	_uk_bus_register(&bad);
}
UK_CTOR_PRIO(register_bad, 3);

UK_TESTCASE(ukbus, makes_all_ready_before_it_probes)
{
	UK_TEST_EXPECT_SNUM_EQ(good_init_at, 1);
	UK_TEST_EXPECT_SNUM_EQ(bad_init_at, 2);
	UK_TEST_EXPECT_SNUM_EQ(good_probe_at, 3);
	UK_TEST_EXPECT_PTR_EQ(given, uk_alloc_get_default());
}

UK_TESTCASE(ukbus, leaves_out_what_does_not_work)
{
	struct uk_bus *bus;
	int found = 0;

	UK_TEST_EXPECT_ZERO(bad_probes);
	uk_list_for_each_entry(bus, &uk_bus_list, list) {
		UK_TEST_EXPECT(bus != &bad);
		found += bus == &good;
	}
	UK_TEST_EXPECT_SNUM_EQ(found, 1);
}

UK_TESTCASE(ukbus, counts_what_is_registered)
{
	unsigned int before = uk_bus_count();

	_uk_bus_register(&late);
	UK_TEST_EXPECT_SNUM_EQ(uk_bus_count(), before + 1);
	UK_TEST_EXPECT_PTR_EQ(uk_list_last_entry(&uk_bus_list, struct uk_bus,
						 list), &late);
	_uk_bus_unregister(&late);
	UK_TEST_EXPECT_SNUM_EQ(uk_bus_count(), before);
}

uk_testsuite_register(ukbus, NULL);
