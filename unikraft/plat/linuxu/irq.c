/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Interrupts: signals, whose numbers are those of the lines.
 *
 * Switching interrupts off and on costs no system call: a signal that comes
 * while they are off is only noted, and sent again when they are on.
 */
#include <linuxu/irq.h>
#include <linuxu/signal.h>
#include <linuxu/syscall.h>
#include <uk/arch/lcpu.h>
#include <uk/essentials.h>
#include <uk/plat/common/irq.h>

/* Written by the thread, and by handlers, which leave it as they found it */
static volatile int enabled;
static volatile __u64 masked = ~0UL;	/* a bit a signal */
/* Came and not handled */
static __u64 noted;

static __u64 ready(void)
{
	return __atomic_load_n(&noted, __ATOMIC_RELAXED) & ~masked;
}

/* What the handler of LINUX_SIGRESUME is to load */
static const struct __regs *to_resume;

static void on_resume(int signo __unused, struct linux_siginfo *info __unused,
		      void *context)
{
	linuxu_regs_set(context, to_resume);
	enabled = 1;
	/* They come when the handler has returned */
	linuxu_irqs_replay();
}

/*
 * Nothing but a signal handler's return loads all registers at once: so a
 * signal is what it takes to go on.
 */
struct interrupted {
	plat_irq_then_t then;
	struct __regs regs;
};

static void __noreturn call_then(void *arg)
{
	struct interrupted *interrupted = arg;

	interrupted->then();
	enabled = 0;
	barrier();
	to_resume = &interrupted->regs;
	for (;;)
		sys_raise(LINUX_SIGRESUME);
}

/* What was interrupted goes on by calling `then`, with interrupts off */
static void divert(void *context, plat_irq_then_t then)
{
	struct interrupted *interrupted;
	struct __regs regs;

	linuxu_regs_get(context, &regs);
	interrupted = (struct interrupted *)
		ALIGN_DOWN(linuxu_regs_sp(&regs) - sizeof(*interrupted), 16UL);
	interrupted->then = then;
	interrupted->regs = regs;
	linuxu_regs_call(&regs, (__uptr)interrupted, call_then, interrupted);
	linuxu_regs_set(context, &regs);
}

static void on_interrupt(int signo, struct linux_siginfo *info __unused,
			 void *context)
{
	__u64 bit = LINUX_SIGBIT(signo);
	plat_irq_then_t then;

	if (!enabled || (masked & bit)) {
		__atomic_fetch_or(&noted, bit, __ATOMIC_RELAXED);
		return;
	}
	enabled = 0;
	__atomic_fetch_and(&noted, ~bit, __ATOMIC_RELAXED);
	_ukplat_irq_handle((unsigned long)signo);
	then = plat_irq_then();
	if (then)
		divert(context, then);
	else
		enabled = 1;
}

/*
 * Each once: where signals are blocked they come later. They stay noted until
 * then, so that another thread sends them if this one is taken off the
 * processor before it does.
 */
void linuxu_irqs_replay(void)
{
	__u64 signals, sent = 0;
	int signo;

	while (enabled && (signals = ready() & ~sent)) {
		signo = __builtin_ctzl(signals) + 1;
		sent |= LINUX_SIGBIT(signo);
		sys_raise(signo);
	}
}

int linuxu_irqs_set(int on)
{
	int before = enabled;

	barrier();
	enabled = on;
	barrier();
	if (on && ready())
		linuxu_irqs_replay();
	return before;
}

int linuxu_irqs_enabled(void)
{
	return enabled;
}

/*
 * Between looking for what was noted and sleeping, nothing may come: signals
 * are blocked in earnest until the system call that sleeps lets them in.
 */
void linuxu_irqs_wait(void)
{
	const __u64 all = ~LINUX_SIGNALS_TRAP;
	__u64 before = 0;

	sys_sigprocmask(LINUX_SIG_BLOCK, &all, &before);
	enabled = 1;
	if (ready())
		linuxu_irqs_replay();
	else
		sys_ppoll(__NULL, 0, __NULL, &before);
	sys_sigprocmask(LINUX_SIG_SETMASK, &before, __NULL);
	linuxu_irqs_set(0);
}

static int line_exists(unsigned int irq)
{
	return irq >= 1 && irq <= LINUX_NSIG
		&& irq != LINUX_SIGKILL && irq != LINUX_SIGSTOP
		&& irq != LINUX_SIGRESUME
		&& !(LINUX_SIGNALS_TRAP & LINUX_SIGBIT(irq));
}

static void mask_line(unsigned int irq)
{
	masked |= LINUX_SIGBIT(irq);
}

static void unmask_line(unsigned int irq)
{
	linuxu_signal_handle((int)irq, on_interrupt);
	masked &= ~LINUX_SIGBIT(irq);
	linuxu_irqs_replay();
}

static void ack_line(unsigned int irq __unused)
{
}

static const struct plat_intctrl controller = {
	.name = "signals",
	.nr_irqs = LINUX_NSIG + 1,
	.exists = line_exists,
	.mask = mask_line,
	.unmask = unmask_line,
	.ack = ack_line,
};

void linuxu_irqs_init(void)
{
	plat_irq_set_controller(&controller);
	linuxu_signal_handle(LINUX_SIGRESUME, on_resume);
}
