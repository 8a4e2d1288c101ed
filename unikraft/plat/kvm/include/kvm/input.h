/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What has come in at the console and nobody has asked for yet.
 */
#ifndef __KVM_INPUT_H__
#define __KVM_INPUT_H__

/* The port that it comes from. With interrupts off */
struct kvm_input_port {
	/* Takes a received byte; -1 for none */
	int (*get)(void);
	/* Whether the port interrupts when it has received something */
	void (*receive)(int on);
};

/*
 * Has what comes in at the port kept, with the help of its interrupt. Returns
 * 0 or -errno: then, as before, the port is asked when input is.
 */
int kvm_input_init(const struct kvm_input_port *port, unsigned long irq);

/*
 * As ukplat_cink(). `port` is that of above. When there is no room for more,
 * input waits in the port.
 */
int kvm_input_take(const struct kvm_input_port *port, char *buf,
		   unsigned int maxlen);

#endif /* __KVM_INPUT_H__ */
