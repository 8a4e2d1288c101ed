/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * I/O APICs, through their window of registers.
 */
#include <irq/ioapic.h>
#include <uk/essentials.h>

#define SELECT			(0x00 / 4)
#define WINDOW			(0x10 / 4)

#define REG_VERSION		0x01
#define REG_PIN(pin)		(0x10 + 2 * (pin))

/* Lower half of a pin's entry */
#define PIN_LOW			(1U << 13)
#define PIN_LEVEL		(1U << 15)
#define PIN_MASKED		(1U << 16)

/* Filled at boot, with interrupts off; then only read */
static struct {
	volatile __u32 *regs;
	__u32 gsi;
	unsigned int pins;
} ioapics[IOAPIC_MAX];

static unsigned int nr_ioapics;

static __u32 read_reg(volatile __u32 *regs, unsigned int reg)
{
	regs[SELECT] = reg;
	return regs[WINDOW];
}

static void write_reg(volatile __u32 *regs, unsigned int reg, __u32 value)
{
	regs[SELECT] = reg;
	regs[WINDOW] = value;
}

unsigned int ioapic_add(volatile void *registers, __u32 gsi)
{
	volatile __u32 *regs = registers;
	__u32 version = read_reg(regs, REG_VERSION);
	unsigned int pin, pins = (version >> 16 & 0xff) + 1;

	if (nr_ioapics == IOAPIC_MAX || version == 0 || version == ~0U)
		return 0;
	for (pin = 0; pin < pins; pin++)
		write_reg(regs, REG_PIN(pin), PIN_MASKED);
	ioapics[nr_ioapics].regs = regs;
	ioapics[nr_ioapics].gsi = gsi;
	ioapics[nr_ioapics].pins = pins;
	nr_ioapics++;
	return pins;
}

/* The registers of the one that has the pin, and the pin's number there */
static volatile __u32 *find(__u32 gsi, unsigned int *pin)
{
	unsigned int i;

	for (i = 0; i < nr_ioapics; i++) {
		*pin = gsi - ioapics[i].gsi;
		if (gsi >= ioapics[i].gsi && *pin < ioapics[i].pins)
			return ioapics[i].regs;
	}
	return __NULL;
}

int ioapic_has(__u32 gsi)
{
	unsigned int pin;

	return !!find(gsi, &pin);
}

static __u32 with_trigger(__u32 entry, enum uk_irq_trigger trigger)
{
	if (trigger == UK_IRQ_TRIGGER_NONE)
		return entry;
	entry &= ~PIN_LEVEL;
	return trigger == UK_IRQ_TRIGGER_LEVEL ? entry | PIN_LEVEL : entry;
}

static __u32 with_polarity(__u32 entry, enum uk_irq_polarity polarity)
{
	if (polarity == UK_IRQ_POLARITY_NONE)
		return entry;
	entry &= ~PIN_LOW;
	return polarity == UK_IRQ_POLARITY_LOW ? entry | PIN_LOW : entry;
}

void ioapic_configure(__u32 gsi, enum uk_irq_trigger trigger,
		      enum uk_irq_polarity polarity)
{
	unsigned int pin;
	volatile __u32 *regs = find(gsi, &pin);
	__u32 entry;

	if (!regs)
		return;
	entry = read_reg(regs, REG_PIN(pin));
	write_reg(regs, REG_PIN(pin),
		  with_polarity(with_trigger(entry, trigger), polarity));
}

void ioapic_route(__u32 gsi, __u8 vector, __u8 lapic,
		  enum uk_irq_trigger trigger, enum uk_irq_polarity polarity)
{
	unsigned int pin;
	volatile __u32 *regs = find(gsi, &pin);

	if (!regs)
		return;
	write_reg(regs, REG_PIN(pin), vector | PIN_MASKED);
	write_reg(regs, REG_PIN(pin) + 1, (__u32)lapic << 24);
	ioapic_configure(gsi, trigger, polarity);
}

void ioapic_mask(__u32 gsi, int masked)
{
	unsigned int pin;
	volatile __u32 *regs = find(gsi, &pin);
	__u32 entry;

	if (!regs)
		return;
	entry = read_reg(regs, REG_PIN(pin)) & ~PIN_MASKED;
	if (masked)
		entry |= PIN_MASKED;
	write_reg(regs, REG_PIN(pin), entry);
}
