/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The console: the PL011 that the tree names as standard output, or the first
 * one; polled. Until the tree has been read it is the one of QEMU's `virt`.
 */
#include <kvm/arm/cpu.h>
#include <kvm/boot.h>
#include <uart/pl011.h>
#include <uk/essentials.h>
#include <uk/plat/console.h>

static const char *const models[] = { "arm,pl011", __NULL };

static volatile void *uart = (volatile void *)KVM_EARLY_CONSOLE;

static int chosen_uart(void)
{
	static const char path[] = "/chosen";
	struct uk_fdt_prop prop;
	const char *name;
	int node;

	node = uk_fdt_path(&kvm_tree, path, sizeof(path));
	if (node < 0 || uk_fdt_prop(&kvm_tree, node, "stdout-path", &prop))
		return -1;
	name = uk_fdt_string(&prop, 0);
	if (!name)
		return -1;
	node = uk_fdt_path(&kvm_tree, name, prop.len);
	return node >= 0 && uk_fdt_compatible(&kvm_tree, node, models[0])
		? node : -1;
}

void kvm_console_init(void)
{
	int node = chosen_uart();
	__u64 address, len;

	if (node < 0)
		node = uk_fdt_find(&kvm_tree, UK_FDT_NONE, models, __NULL);
	/* A machine without a console runs, and says nothing */
	uart = __NULL;
	if (node < 0 || uk_fdt_reg(&kvm_tree, node, 0, &address, &len)
	    || len < PL011_REGISTERS)
		return;
	uart = (volatile void *)address;
	pl011_init(uart);
}

void kvm_console_map(void)
{
	if (uart && !kvm_device_map((__paddr_t)uart, PL011_REGISTERS))
		uart = __NULL;
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
	unsigned int n = 0;
	int c;

	while (uart && n < maxlen && (c = pl011_get(uart)) >= 0)
		buf[n++] = (char)c;
	return (int)n;
}
