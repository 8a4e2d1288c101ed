/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The list of buses, and their turn at boot. Knows no bus.
 */
#include <uk/assert.h>
#include <uk/bus.h>
#include <uk/init.h>
#include <uk/print.h>

UK_LIST_HEAD(uk_bus_list);

static unsigned int count;

void _uk_bus_register(struct uk_bus *b)
{
	UK_ASSERT(b && b->probe);
	uk_list_add_tail(&b->list, &uk_bus_list);
	count++;
}

void _uk_bus_unregister(struct uk_bus *b)
{
	UK_ASSERT(b && count);
	uk_list_del_init(&b->list);
	count--;
}

unsigned int uk_bus_count(void)
{
	return count;
}

/* All are ready before the first one is probed: a bus may be on another */
static int bring_up(void)
{
	struct uk_alloc *a = uk_alloc_get_default();
	struct uk_bus *bus, *next;
	int rc;

	uk_list_for_each_entry_safe(bus, next, &uk_bus_list, list) {
		rc = bus->init ? bus->init(a) : 0;
		if (rc < 0) {
			uk_pr_err("Bus %p is left out: %d\n", bus, rc);
			_uk_bus_unregister(bus);
		}
	}
	uk_list_for_each_entry(bus, &uk_bus_list, list) {
		rc = bus->probe();
		if (rc < 0)
			uk_pr_err("Bus %p cannot be probed: %d\n", bus, rc);
	}
	return 0;
}
uk_initcall_class_prio(bring_up, UK_BUS_INIT_CLASS, UK_BUS_INIT_PRIO);
