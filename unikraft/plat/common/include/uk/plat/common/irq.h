/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Between interrupt controllers and those who handle interrupts.
 *
 * A controller has lines with numbers, which are the interrupt numbers of
 * uk/plat/irq.h. It hands what comes to _ukplat_irq_handle(); the generic code
 * (plat/common/irq.c) knows the handlers, counts, and tells the controller
 * which lines to let through. There is one controller: one that is made of
 * several chips (a chip per processor and one for devices) gives them one
 * space of numbers.
 */
#ifndef __PLAT_CMN_IRQ_H__
#define __PLAT_CMN_IRQ_H__

#include <uk/arch/lcpu.h>
#include <uk/essentials.h>
#include <uk/plat/irq.h>

enum uk_irq_trigger {
	UK_IRQ_TRIGGER_NONE,		/* as it is */
	UK_IRQ_TRIGGER_EDGE,
	UK_IRQ_TRIGGER_LEVEL,
	UK_IRQ_TRIGGER_MAX
};

enum uk_irq_polarity {
	UK_IRQ_POLARITY_NONE,		/* as it is */
	UK_IRQ_POLARITY_HIGH,
	UK_IRQ_POLARITY_LOW,
	UK_IRQ_POLARITY_MAX
};

/*
 * All functions are called with interrupts off, with numbers below nr_irqs
 * that exist, and must not block or use vector registers.
 */
struct plat_intctrl {
	const char *name;		/* for people */
	unsigned int nr_irqs;
	/* Whether a device can be behind that line; null: all of them */
	int (*exists)(unsigned int irq);
	/* Stops a line, or lets it through. All are stopped at first */
	void (*mask)(unsigned int irq);
	void (*unmask)(unsigned int irq);
	/* The handlers of the interrupt in service have run */
	void (*ack)(unsigned int irq);
	/* How the line works. 0 or -errno; may be null */
	int (*configure)(unsigned int irq, enum uk_irq_trigger trigger,
			 enum uk_irq_polarity polarity);
};

/*
 * Names the controller, once, before anybody registers handlers. It is set up,
 * all of its lines are masked, and it stays valid.
 */
void plat_irq_set_controller(const struct plat_intctrl *ctrl);
const struct plat_intctrl *plat_irq_controller(void);

/*
 * For the platform's interrupt entry code: interrupts are off, the stack is
 * that for interrupts. Calls all handlers of the line, and acknowledges. A line that nobody handles again and
 * again is masked, with a message.
 */
void _ukplat_irq_handle(unsigned long irq);

/*
 * For entry code, when it is done with handlers: what it has to call in place
 * of what was interrupted (ukplat_irq_then()), or null. To be asked once.
 */
typedef void (*plat_irq_then_t)(void);
plat_irq_then_t plat_irq_then(void);

/* For controllers: an interrupt that had gone when it was asked for */
void plat_irq_spurious(void);
/* For entry code: something that no line belongs to. Counted and told */
void plat_irq_unknown(unsigned int vector);

/* Stops or opens a line that has handlers. 0, or -EINVAL if there is none */
int plat_irq_mask(unsigned long irq);
int plat_irq_unmask(unsigned long irq);
int plat_irq_configure(unsigned long irq, enum uk_irq_trigger trigger,
		       enum uk_irq_polarity polarity);

/* Since boot */
struct plat_irq_counts {
	unsigned long handled;		/* some handler said it was its */
	unsigned long unhandled;	/* no handler did */
	unsigned long spurious;
	unsigned long unknown;
};

void plat_irq_count(struct plat_irq_counts *counts);

/* Whether a handler runs; written by the handling of interrupts alone */
extern int plat_irq_handling __hidden;

/* Ends the run with a report that names `what` */
void plat_irq_broken(const char *what);

/*
 * Handlers may call what is marked as callable from handlers; what must not be
 * called from them calls this.
 */
static inline void plat_irq_forbidden(const char *what)
{
	if (unlikely(plat_irq_handling))
		plat_irq_broken(what);
}

#endif /* __PLAT_CMN_IRQ_H__ */
