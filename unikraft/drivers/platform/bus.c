/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The devices of the tree as a bus of libukbus.
 */
#include <errno.h>
#include <platform_bus.h>
#include <uk/assert.h>
#include <uk/plat/common/device.h>
#include <uk/plat/common/tree.h>
#include <uk/print.h>

/* More than any machine has; a tree is no reason to use up the heap */
#define MAX_DEVICES	1024

UK_LIST_HEAD(pf_device_list);

static UK_LIST_HEAD(drivers);
static struct uk_alloc *allocator;

void _pf_register_driver(struct pf_driver *drv)
{
	UK_ASSERT(drv && drv->device_ids && drv->match && drv->add_dev);
	uk_list_add_tail(&drv->list, &drivers);
}

static int init_drivers(struct uk_alloc *a)
{
	struct pf_driver *drv, *next;
	int rc;

	if (!a)
		return -ENOMEM;
	allocator = a;
	uk_list_for_each_entry_safe(drv, next, &drivers, list) {
		rc = drv->init ? drv->init(a) : 0;
		if (rc) {
			uk_pr_err("Platform driver %p is left out: %d\n", drv,
				  rc);
			uk_list_del_init(&drv->list);
		}
	}
	return 0;
}

static struct pf_driver *driver_of(const char *model)
{
	struct pf_driver *drv;

	uk_list_for_each_entry(drv, &drivers, list)
		if (drv->match(model) == drv->device_ids->device_id)
			return drv;
	return NULL;
}

static int drive(struct pf_device *dev, struct pf_driver *drv)
{
	int rc;

	dev->drv = drv;
	dev->id = *drv->device_ids;
	dev->state = PF_DEVICE_STATE_RUNNING;
	rc = drv->probe ? drv->probe(dev) : 0;
	if (!rc)
		rc = drv->add_dev(dev);
	if (rc) {
		dev->drv = NULL;
		dev->state = PF_DEVICE_STATE_RESET;
	}
	return rc;
}

/* The first of its models that somebody knows decides */
static void find_driver(struct pf_device *dev)
{
	const char *name = uk_fdt_name(plat_tree(), dev->fdt_offset);
	struct uk_fdt_prop models;
	struct pf_driver *drv;
	const char *model;
	uint32_t i;
	int rc;

	if (uk_fdt_prop(plat_tree(), dev->fdt_offset, "compatible", &models))
		return;
	for (i = 0; (model = uk_fdt_string(&models, i)); i++) {
		drv = driver_of(model);
		if (!drv)
			continue;
		rc = drive(dev, drv);
		/* Nothing plugged in is no failure */
		if (rc && rc != -ENODEV)
			uk_pr_err("%s (%s): the driver cannot use it: %d\n",
				  name, model, rc);
		return;
	}
}

/* The device of a node, or null when it is none or there is no memory */
static struct pf_device *device_of(int node)
{
	const struct uk_fdt *tree = plat_tree();
	struct uk_fdt_prop models;
	struct uk_fdt_irq irq;
	struct pf_device *dev;
	uint64_t base, size;
	int number = -1;

	if (!uk_fdt_enabled(tree, node)
	    || uk_fdt_prop(tree, node, "compatible", &models)
	    || uk_fdt_reg(tree, node, 0, &base, &size))
		return NULL;
	dev = uk_calloc(allocator, 1, sizeof(*dev));
	if (!dev)
		return NULL;
	if (!uk_fdt_irq(tree, node, 0, &irq))
		number = plat_tree_irq(&irq);
	dev->fdt_offset = node;
	dev->base = base;
	dev->size = size;
	dev->irq = number < 0 ? PF_NO_IRQ : (unsigned long)number;
	return dev;
}

static int probe(void)
{
	const struct uk_fdt *tree = plat_tree();
	struct pf_device *dev;
	unsigned int nr = 0;
	int node;

	for (node = uk_fdt_root(tree); node >= 0 && nr < MAX_DEVICES;
	     node = uk_fdt_next(tree, node, NULL)) {
		dev = device_of(node);
		if (!dev)
			continue;
		uk_list_add_tail(&dev->list, &pf_device_list);
		nr++;
	}
	uk_list_for_each_entry(dev, &pf_device_list, list)
		find_driver(dev);
	return 0;
}

volatile void *pf_map(const struct pf_device *dev)
{
	return plat_device_map(dev->base, dev->size);
}

static struct uk_bus pf_bus = { .init = init_drivers, .probe = probe };
UK_BUS_REGISTER_PRIORITY(&pf_bus, 1);
