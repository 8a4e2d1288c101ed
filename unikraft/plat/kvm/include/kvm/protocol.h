/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * By which protocol the image was started: what the entry code tells C.
 */
#ifndef __KVM_PROTOCOL_H__
#define __KVM_PROTOCOL_H__

#define KVM_PROTOCOL_PVH	0
#define KVM_PROTOCOL_MULTIBOOT	1
#define KVM_PROTOCOL_LINUX	2

#endif /* __KVM_PROTOCOL_H__ */
