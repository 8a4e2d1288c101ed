/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The interrupt controller that the tree names, and its way of writing
 * interrupts down.
 */
#include <errno.h>
#include <irq/gic.h>
#include <kvm/arm/cpu.h>
#include <kvm/boot.h>
#include <uk/essentials.h>
#include <uk/plat/common/device.h>
#include <uk/plat/common/tree.h>

/* Cells of an interrupt: kind, number, trigger */
#define NR_CELLS		3
#define KIND_SPI		0
#define KIND_PPI		1
#define TRIGGER_MASK		15
#define TRIGGER_RISING		1
#define TRIGGER_HIGH		4

/* Enough for 8 processors, of which one is ours */
#define MAX_REDISTRIBUTORS	0x200000UL

static const char *const models[] = {
	"arm,gic-v3", "arm,gic-400", "arm,cortex-a15-gic", "arm,cortex-a9-gic",
	__NULL
};
#define MODEL_V3		0

static const struct gic *gic;
static int gic_node;

/* Part `index` of the controller's registers, mapped; at most *len of it */
static volatile void *registers(int node, __u32 index, __u64 least,
				__u64 *len)
{
	volatile void *mapped = __NULL;
	__u64 address, size;

	if (!uk_fdt_reg(&kvm_tree, node, index, &address, &size)
	    && size >= least) {
		*len = MIN(*len, size);
		mapped = plat_device_map(address, *len);
	}
	if (!mapped)
		kvm_boot_failed("the interrupt controller is out of reach");
	return mapped;
}

static const struct gic *init_v2(int node)
{
	__u64 len = GICV2_DISTRIBUTOR;
	volatile void *distributor = registers(node, 0, len, &len);

	len = GICV2_PROCESSOR;
	return gicv2_init(distributor, registers(node, 1, len, &len));
}

static const struct gic *init_v3(int node)
{
	__u64 len = GICV3_DISTRIBUTOR;
	volatile void *distributor = registers(node, 0, len, &len);
	volatile void *redistributors;

	len = MAX_REDISTRIBUTORS;
	redistributors = registers(node, 1, GICV3_REDISTRIBUTOR, &len);
	return gicv3_init(distributor, redistributors, len);
}

void kvm_irq_init(void)
{
	unsigned int model;

	gic_node = uk_fdt_find(&kvm_tree, UK_FDT_NONE, models, &model);
	if (gic_node < 0)
		kvm_boot_failed("the tree names no interrupt controller");
	gic = model == MODEL_V3 ? init_v3(gic_node) : init_v2(gic_node);
	if (!gic)
		kvm_boot_failed("the interrupt controller does not answer");
	plat_irq_set_controller(gic->controller);
}

void kvm_irq_handle(void)
{
	unsigned int irq = gic->take();

	if (irq < gic->controller->nr_irqs)
		_ukplat_irq_handle(irq);
	else
		plat_irq_spurious();
}

/* Of cells that say "as it is", or a kind of PPIs that the GIC cannot tell apart */
static enum uk_irq_trigger trigger_of(__u32 cell)
{
	switch (cell & TRIGGER_MASK) {
	case 0:
		return UK_IRQ_TRIGGER_NONE;
	case TRIGGER_RISING:
		return UK_IRQ_TRIGGER_EDGE;
	default:
		return UK_IRQ_TRIGGER_LEVEL;
	}
}

/* Falling edges and low levels do not exist for devices outside of processors */
static int is_possible(const struct uk_fdt_irq *irq)
{
	__u32 trigger = irq->cells[2] & TRIGGER_MASK;

	if (irq->cells[0] == KIND_PPI)
		return irq->cells[1] < GIC_SPI - GIC_PPI;
	return irq->cells[1] < GIC_END - GIC_SPI
		&& (trigger == 0 || trigger == TRIGGER_RISING
		    || trigger == TRIGGER_HIGH);
}

int plat_tree_irq(const struct uk_fdt_irq *irq)
{
	unsigned int number;
	int rc;

	if (irq->controller != gic_node || irq->nr_cells < NR_CELLS)
		return -EINVAL;
	if (irq->cells[0] > KIND_PPI || !is_possible(irq))
		return -EINVAL;
	number = irq->cells[1]
		+ (irq->cells[0] == KIND_PPI ? GIC_PPI : GIC_SPI);
	/* What cannot be changed stays: some are wired */
	rc = plat_irq_configure(number, trigger_of(irq->cells[2]),
				UK_IRQ_POLARITY_NONE);
	if (rc && irq->cells[0] == KIND_SPI)
		return rc;
	return (int)number;
}
