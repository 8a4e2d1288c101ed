/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Crash reports, and how a run ends. Knows neither the processor's registers
 * (x86/trap.c) nor the way out of the machine (ukplat_exit()).
 */
#include <uk/plat/backtrace.h>
#include <uk/plat/bootstrap.h>
#include <uk/plat/common/crash.h>
#include <uk/plat/console.h>
#include <uk/plat/stack.h>

/* Of a long backtrace, both ends are shown: recursion fills the middle */
#define MAX_FRAMES	512
#define INNER_FRAMES	16
#define OUTER_FRAMES	8
/* Code, interrupted by a handler, in which there was a trap, and one in that */
#define MAX_STACKS	4

/* Bytes of the stack that a report shows, and how many on a line */
#define SHOWN_STACK	1024
#define SHOWN_LINE	32

void plat_print(const char *text)
{
	unsigned int len = 0;

	while (text[len])
		len++;
	if (len)
		ukplat_coutk(text, len);
}

void plat_print_hex(unsigned long value, unsigned int digits)
{
	char text[16];
	unsigned int i;

	for (i = digits; i > 0; i--, value >>= 4)
		text[i - 1] = "0123456789abcdef"[value & 15];
	ukplat_coutk(text, digits);
}

void plat_print_dec(unsigned long value)
{
	char text[20];
	unsigned int at = sizeof(text);

	do {
		text[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	ukplat_coutk(text + at, sizeof(text) - at);
}

__uptr plat_load_offset;

/* From whoever makes stacks beside the platform's; may be null */
static const struct ukplat_stacks *stacks_of_library;

void ukplat_stacks_set(const struct ukplat_stacks *stacks)
{
	stacks_of_library = stacks;
}

static int find_stack(__uptr address, struct ukarch_stack *memory)
{
	struct ukplat_stack stack;

	if (plat_stack_find(address, memory))
		return 1;
	if (!stacks_of_library
	    || stacks_of_library->find(address, &stack) != UKPLAT_STACK_INSIDE)
		return 0;
	*memory = stack.memory;
	return 1;
}

int plat_print_overflow(__uptr address)
{
	struct ukplat_stack stack;

	if (plat_stack_guards(address)) {
		plat_print(": stack overflow\n");
		return 1;
	}
	if (!stacks_of_library
	    || stacks_of_library->find(address, &stack) != UKPLAT_STACK_GUARD)
		return 0;
	plat_print(": stack overflow of thread ");
	plat_print(stack.owner);
	plat_print("\n");
	return 1;
}

static void print_current(void)
{
	const char *name = __NULL;

	if (stacks_of_library)
		name = stacks_of_library->current();
	if (!name)
		return;
	plat_print("Thread: ");
	plat_print(name);
	plat_print("\n");
}

static void print_frame(__uptr pc)
{
	plat_print("  0x");
	plat_print_hex(pc, 16);
	plat_print("\n");
}

/*
 * The return addresses of the frame at `fp` and its callers. Where a handler
 * interrupted something, these go on on another stack; one that a second trap
 * has begun anew leads back to itself.
 */
static unsigned int walk_stacks(__uptr fp, __uptr *pcs, unsigned int max)
{
	struct ukarch_stack stacks[MAX_STACKS];
	unsigned int at, i, n = 0, more;

	for (at = 0; at < MAX_STACKS; at++) {
		if (!find_stack(fp, &stacks[at]))
			break;
		for (i = 0; i < at && stacks[i].base != stacks[at].base; i++)
			;
		if (i < at)
			break;
		more = ukarch_stack_walk(&stacks[at], fp, pcs + n, max - n);
		if (!more)
			break;
		/* A frame begins with the address of the next one */
		for (i = 0; i < more; i++)
			fp = *(const __uptr *)fp;
		n += more;
	}
	return n;
}

static void print_heading(void)
{
	plat_print("Backtrace");
	if (plat_load_offset) {
		plat_print(" (image at 0x");
		plat_print_hex(plat_load_offset, 16);
		plat_print(")");
	}
	plat_print(":\n");
}

unsigned int ukplat_backtrace(__uptr *pcs, unsigned int max)
{
	return walk_stacks((__uptr)__frame_addr(0), pcs, max);
}

void ukplat_backtrace_print(const __uptr *pcs, unsigned int count)
{
	unsigned int i;

	print_heading();
	/* The first address of a report is taken for where something is. */
	for (i = 0; i < count; i++)
		print_frame(i ? pcs[i] : pcs[i] - 1);
}

void plat_print_backtrace(__uptr pc, __uptr fp)
{
	static __uptr pcs[MAX_FRAMES];
	unsigned int i, n = walk_stacks(fp, pcs, MAX_FRAMES);

	print_current();
	print_heading();
	print_frame(pc);
	for (i = 0; i < n; i++) {
		if (i == INNER_FRAMES && n > INNER_FRAMES + OUTER_FRAMES) {
			plat_print("  ...\n");
			i = n - OUTER_FRAMES;
		}
		print_frame(pcs[i]);
	}
}

void plat_print_stack(__uptr sp)
{
	const unsigned long *word = (const unsigned long *)sp;
	struct ukarch_stack stack;
	__sz shown, i;

	if (sp % sizeof(*word) || !find_stack(sp, &stack))
		return;
	shown = MIN(stack.base + stack.len - sp, (__sz)SHOWN_STACK);

	plat_print("Stack:");
	for (i = 0; i + sizeof(*word) <= shown; i += sizeof(*word)) {
		plat_print(i % SHOWN_LINE ? " " : "\n  ");
		plat_print_hex(*word++, 16);
	}
	plat_print("\n");
}

void plat_crash_begin(void)
{
	static int begun;

	switch (__atomic_fetch_add(&begun, 1, __ATOMIC_SEQ_CST)) {
	case 0:
		return;
	case 1:
		plat_print("\nCrash: a second one, while the first was reported\n");
		break;
	default:
		break;
	}
	ukplat_exit(UKPLAT_CRASH_STATUS);
}

void ukplat_terminate(enum ukplat_gstate request)
{
	switch (request) {
	case UKPLAT_CRASH:
		plat_crash_begin();
		/* Inside the call: the end of it may be another function's */
		plat_print_backtrace(__return_addr(0) - 1,
				     *(const __uptr *)__frame_addr(0));
		ukplat_exit(UKPLAT_CRASH_STATUS);
	case UKPLAT_RESTART:
		plat_restart();
		break;
	default:
		break;
	}
	ukplat_exit(0);
}
