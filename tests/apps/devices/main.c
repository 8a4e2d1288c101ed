/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Lists what the device tree says is there: a line per device of the platform
 * bus, and one per virtio device that is plugged in.
 */

#include <inttypes.h>
#include <platform_bus.h>
#include <stdio.h>
#include <uk/plat/common/tree.h>
#include <virtio/virtio.h>

int main(void)
{
	struct virtio_device *virtio;
	struct pf_device *dev;

	uk_list_for_each_entry(dev, &pf_device_list, list) {
		printf("device %s: %" PRIu64 " bytes at 0x%" PRIx64,
		       uk_fdt_name(plat_tree(), dev->fdt_offset), dev->size,
		       dev->base);
		if (dev->irq != PF_NO_IRQ)
			printf(", interrupt %lu", dev->irq);
		printf("%s\n", dev->drv ? ", driven" : "");
	}
	uk_list_for_each_entry(virtio, &virtio_device_list, list)
		printf("virtio device %u%s, interrupt %lu\n",
		       (unsigned int)virtio->type,
		       virtio->legacy ? " (legacy)" : "", virtio->irq);
	printf("end of list\n");
	return 0;
}
