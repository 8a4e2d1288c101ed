/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * QEMU's educational device.
 */
#ifndef __APPPCI_EDU_H__
#define __APPPCI_EDU_H__

/* How many interrupts came, and all of their causes together */
extern volatile unsigned long edu_interrupts;
extern volatile unsigned int edu_causes;

/* Asks for an interrupt with bits as its cause. Returns 0 without device */
int edu_raise(unsigned int cause);

#endif /* __APPPCI_EDU_H__ */
