/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Who handles which interrupt. Knows neither the controller's registers nor
 * how interrupts enter.
 */
#include <uk/essentials.h>
#include <uk/plat/bootstrap.h>
#include <uk/plat/common/crash.h>
#include <uk/plat/common/irq.h>
#include <uk/plat/lcpu.h>

#define EINVAL		22
#define ENOMEM		12

#define MAX_HANDLERS	64	/* of all lines together */
#define NR_CHAINS	16	/* a power of 2 */

/* As many in a row that nobody wanted mean that nobody ever will */
#define MAX_UNHANDLED	1000

/*
 * Handlers are never taken away. New ones are written whole before they are
 * linked, with interrupts off.
 */
struct handler {
	irq_handler_func_t func;
	void *arg;
	unsigned int irq;
	struct handler *next;
};

static struct handler handlers[MAX_HANDLERS];
static unsigned int nr_handlers;
static struct handler *chains[NR_CHAINS];

static const struct plat_intctrl *controller;

/* Written by the handling of interrupts alone */
static struct plat_irq_counts counts;
static unsigned long unwanted;		/* the line of the last unhandled one */
static unsigned int in_a_row;		/* of that line, none handled between */
int plat_irq_handling;
/* What is to be called instead of going on */
static void (*then)(void);

void plat_irq_set_controller(const struct plat_intctrl *ctrl)
{
	controller = ctrl;
}

const struct plat_intctrl *plat_irq_controller(void)
{
	return controller;
}

static int exists(unsigned long irq)
{
	if (!controller || irq >= controller->nr_irqs)
		return 0;
	return !controller->exists || controller->exists((unsigned int)irq);
}

/* The first handler of the line in a chain, from `h` on */
static struct handler *of_line(struct handler *h, unsigned long irq)
{
	while (h && h->irq != irq)
		h = h->next;
	return h;
}

static struct handler *first_of_line(unsigned long irq)
{
	return of_line(chains[irq % NR_CHAINS], irq);
}

static void tell(const char *what, unsigned long number, const char *more)
{
	plat_print(what);
	plat_print_dec(number);
	plat_print(more);
}

static void count_unhandled(unsigned long irq)
{
	counts.unhandled++;
	if (irq != unwanted)
		in_a_row = 0;
	unwanted = irq;
	if (++in_a_row < MAX_UNHANDLED)
		return;
	in_a_row = 0;
	controller->mask((unsigned int)irq);
	tell("Interrupt ", irq, " is masked: nobody handles it\n");
}

void _ukplat_irq_handle(unsigned long irq)
{
	struct handler *h;
	int wanted = 0;

	plat_irq_handling = 1;
	for (h = first_of_line(irq); h; h = of_line(h->next, irq))
		if (h->func(h->arg))
			wanted = 1;
	if (wanted) {
		counts.handled++;
		if (irq == unwanted)
			in_a_row = 0;
	} else {
		count_unhandled(irq);
	}
	controller->ack((unsigned int)irq);
	plat_irq_handling = 0;
}

void plat_irq_spurious(void)
{
	counts.spurious++;
}

void plat_irq_unknown(unsigned int vector)
{
	counts.unknown++;
	if (counts.unknown <= 8)
		tell("Unknown interrupt: vector ", vector, "\n");
}

void plat_irq_count(struct plat_irq_counts *copy)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	*copy = counts;
	ukplat_lcpu_restore_irqf(flags);
}

int ukplat_irq_in_handler(void)
{
	return plat_irq_handling;
}

void ukplat_irq_then(void (*fn)(void))
{
	then = fn;
}

plat_irq_then_t plat_irq_then(void)
{
	plat_irq_then_t fn = then;

	then = __NULL;
	return fn;
}

void plat_irq_broken(const char *what)
{
	plat_print("\nCrash: ");
	plat_print(what);
	plat_print(" in an interrupt handler\n");
	ukplat_crash();
}

int ukplat_irq_init(struct uk_alloc *a __unused)
{
	return 0;
}

static int add(unsigned long irq, irq_handler_func_t func, void *arg)
{
	struct handler *h, **link;

	if (nr_handlers == MAX_HANDLERS)
		return -ENOMEM;
	h = &handlers[nr_handlers++];
	h->func = func;
	h->arg = arg;
	h->irq = (unsigned int)irq;
	for (link = &chains[irq % NR_CHAINS]; *link; link = &(*link)->next)
		;
	*link = h;
	return 0;
}

int ukplat_irq_register(unsigned long irq, irq_handler_func_t func, void *arg)
{
	unsigned long flags;
	int rc;

	if (!func || !exists(irq))
		return -EINVAL;
	flags = ukplat_lcpu_save_irqf();
	rc = add(irq, func, arg);
	if (!rc)
		controller->unmask((unsigned int)irq);
	ukplat_lcpu_restore_irqf(flags);
	return rc;
}

int plat_irq_mask(unsigned long irq)
{
	unsigned long flags;

	if (!exists(irq) || !first_of_line(irq))
		return -EINVAL;
	flags = ukplat_lcpu_save_irqf();
	controller->mask((unsigned int)irq);
	ukplat_lcpu_restore_irqf(flags);
	return 0;
}

int plat_irq_unmask(unsigned long irq)
{
	unsigned long flags;

	if (!exists(irq) || !first_of_line(irq))
		return -EINVAL;
	flags = ukplat_lcpu_save_irqf();
	controller->unmask((unsigned int)irq);
	ukplat_lcpu_restore_irqf(flags);
	return 0;
}

int plat_irq_configure(unsigned long irq, enum uk_irq_trigger trigger,
		       enum uk_irq_polarity polarity)
{
	unsigned long flags;
	int rc;

	if (!exists(irq) || !controller->configure)
		return -EINVAL;
	flags = ukplat_lcpu_save_irqf();
	rc = controller->configure((unsigned int)irq, trigger, polarity);
	ukplat_lcpu_restore_irqf(flags);
	return rc;
}
