/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The console: the PL011 that the tree names as standard output, or the first
 * one. Output is polled. Until the tree has been read it is the one of QEMU's
 * `virt`.
 */
#include <kvm/arm/cpu.h>
#include <kvm/boot.h>
#include <kvm/input.h>
#include <uart/pl011.h>
#include <uk/essentials.h>
#include <uk/init.h>
#include <uk/plat/common/device.h>
#include <uk/plat/common/tree.h>
#include <uk/plat/console.h>

static const char *const models[] = { "arm,pl011", __NULL };

static volatile void *uart = (volatile void *)KVM_EARLY_CONSOLE;
static int node = UK_FDT_NONE;

static int get(void)
{
	return pl011_get(uart);
}

static void receive(int on)
{
	pl011_receive(uart, on);
}

static const struct kvm_input_port input = { get, receive };

static int chosen_uart(void)
{
	static const char path[] = "/chosen";
	struct uk_fdt_prop prop;
	const char *name;
	int at;

	at = uk_fdt_path(&kvm_tree, path, sizeof(path));
	if (at < 0 || uk_fdt_prop(&kvm_tree, at, "stdout-path", &prop))
		return -1;
	name = uk_fdt_string(&prop, 0);
	if (!name)
		return -1;
	at = uk_fdt_path(&kvm_tree, name, prop.len);
	return at >= 0 && uk_fdt_compatible(&kvm_tree, at, models[0])
		? at : -1;
}

void kvm_console_init(void)
{
	__u64 address, len;

	node = chosen_uart();
	if (node < 0)
		node = uk_fdt_find(&kvm_tree, UK_FDT_NONE, models, __NULL);
	/*
	 * A machine without a console runs, and says nothing. So does one whose
	 * console is where memory may be: the tree is not to be trusted.
	 */
	uart = __NULL;
	if (node < 0 || uk_fdt_reg(&kvm_tree, node, 0, &address, &len)
	    || len < PL011_REGISTERS
	    || address > KVM_RAM_BASE - PL011_REGISTERS)
		return;
	uart = (volatile void *)address;
	pl011_init(uart);
}

void kvm_console_map(void)
{
	if (uart && !plat_device_map((__paddr_t)uart, PL011_REGISTERS))
		uart = __NULL;
}

/* Until then, and where the interrupt cannot be had, input is polled */
static int receive_by_interrupt(void)
{
	struct uk_fdt_irq irq;
	int number;

	if (!uart || uk_fdt_irq(&kvm_tree, node, 0, &irq))
		return 0;
	number = plat_tree_irq(&irq);
	if (number >= 0)
		kvm_input_init(&input, (unsigned long)number);
	return 0;
}
uk_early_initcall(receive_by_interrupt);

void kvm_console_flush(void)
{
	if (uart)
		pl011_flush(uart);
}

int ukplat_coutk(const char *buf, unsigned int len)
{
	unsigned int i;

	if (!len)
		while (buf[len])
			len++;
	for (i = 0; uart && i < len; i++)
		pl011_put(uart, buf[i]);
	return (int)len;
}

int ukplat_coutd(const char *buf, unsigned int len)
{
	return ukplat_coutk(buf, len);
}

int ukplat_cink(char *buf, unsigned int maxlen)
{
	return uart ? kvm_input_take(&input, buf, maxlen) : 0;
}
