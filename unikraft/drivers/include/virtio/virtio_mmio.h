/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * virtio devices by registers in memory (VIRTIO 1.1, section 4.2): finding
 * them. Registers are byte offsets; each is 32 bits.
 */
#ifndef __DRIVERS_VIRTIO_MMIO_H__
#define __DRIVERS_VIRTIO_MMIO_H__

#include <stdint.h>
#include <uk/list.h>

#define VIRTIO_MMIO_MAGIC_VALUE		0x000
#define VIRTIO_MMIO_VERSION		0x004
#define VIRTIO_MMIO_DEVICE_ID		0x008
#define VIRTIO_MMIO_VENDOR_ID		0x00c
#define VIRTIO_MMIO_DEVICE_FEATURES	0x010
#define VIRTIO_MMIO_DEVICE_FEATURES_SEL	0x014
#define VIRTIO_MMIO_DRIVER_FEATURES	0x020
#define VIRTIO_MMIO_DRIVER_FEATURES_SEL	0x024
#define VIRTIO_MMIO_GUEST_PAGE_SIZE	0x028	/* version 1 only */
#define VIRTIO_MMIO_QUEUE_SEL		0x030
#define VIRTIO_MMIO_QUEUE_NUM_MAX	0x034
#define VIRTIO_MMIO_QUEUE_NUM		0x038
#define VIRTIO_MMIO_QUEUE_ALIGN		0x03c	/* version 1 only */
#define VIRTIO_MMIO_QUEUE_PFN		0x040	/* version 1 only */
#define VIRTIO_MMIO_QUEUE_READY		0x044
#define VIRTIO_MMIO_QUEUE_NOTIFY	0x050
#define VIRTIO_MMIO_INTERRUPT_STATUS	0x060
#define VIRTIO_MMIO_INTERRUPT_ACK	0x064
#define VIRTIO_MMIO_STATUS		0x070
#define VIRTIO_MMIO_QUEUE_DESC_LOW	0x080
#define VIRTIO_MMIO_QUEUE_DESC_HIGH	0x084
#define VIRTIO_MMIO_QUEUE_AVAIL_LOW	0x090
#define VIRTIO_MMIO_QUEUE_AVAIL_HIGH	0x094
#define VIRTIO_MMIO_QUEUE_USED_LOW	0x0a0
#define VIRTIO_MMIO_QUEUE_USED_HIGH	0x0a4
#define VIRTIO_MMIO_CONFIG_GENERATION	0x0fc
#define VIRTIO_MMIO_CONFIG		0x100

#define VIRTIO_MMIO_MAGIC		0x74726976	/* "virt" */

/* A slot with something in it, reset */
struct virtio_mmio_device {
	struct uk_list_head list;	/* in virtio_mmio_device_list */
	volatile void *registers;
	unsigned long irq;		/* or PF_NO_IRQ */
	uint32_t version;		/* 1 (legacy) or 2 */
	uint32_t device_id;		/* its kind: 1 network, 2 block */
	uint32_t vendor_id;
};

/* In the order of the tree */
extern struct uk_list_head virtio_mmio_device_list;

#endif /* __DRIVERS_VIRTIO_MMIO_H__ */
