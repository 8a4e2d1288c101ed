/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What was read from the firmware's tables at boot. Filled by
 * kvm_firmware_read(), then only read.
 */
#ifndef __KVM_FIRMWARE_H__
#define __KVM_FIRMWARE_H__

#include <firmware/tables.h>

struct kvm_firmware {
	int has_apics;			/* whether the next one is filled */
	struct apic_setup apics;
	struct pci_ecam_window ecam;	/* base 0: none */
};

extern struct kvm_firmware kvm_firmware;

#endif /* __KVM_FIRMWARE_H__ */
