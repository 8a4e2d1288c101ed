/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Shows what a platform gives, for somebody outside who knows what it should
 * be. Exits with 2 for an unknown request, and with 1 when something failed.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uk/essentials.h>
#include <uk/plat/irq.h>
#include <uk/plat/lcpu.h>
#include <uk/plat/memory.h>
#include <uk/plat/time.h>

/* All arguments, and the variables that are asked for */
static int show_arguments(int argc, char *argv[])
{
	for (int i = 2; i < argc; i++)
		printf("argument %d: <%s>\n", i, argv[i]);
	return argv[argc] != NULL;
}

static int show_environment(int argc, char *argv[])
{
	for (int i = 2; i < argc; i++) {
		const char *value = getenv(argv[i]);

		if (value)
			printf("%s is <%s>\n", argv[i], value);
		else
			printf("%s is not set\n", argv[i]);
	}
	return 0;
}

/* Everything that comes, until no more will come */
static int echo(int argc __unused, char *argv[] __unused)
{
	static char buf[4096];
	unsigned long total = 0;
	ssize_t n;

	while ((n = read(STDIN_FILENO, buf, sizeof(buf))) > 0) {
		for (ssize_t done = 0, more; done < n; done += more) {
			more = write(STDOUT_FILENO, buf + done,
				     (size_t)(n - done));
			if (more <= 0)
				return 1;
		}
		total += (unsigned long)n;
	}
	printf("\nend after %lu bytes\n", total);
	return n < 0;
}

/* A second of sleep in ten parts, seen by both clocks */
static int sleep_a_second(int argc __unused, char *argv[] __unused)
{
	__nsec wall = ukplat_wall_clock();
	__nsec begin = ukplat_monotonic_clock();
	unsigned long flags;

	/* For a stopwatch outside */
	printf("sleeping\n");
	for (unsigned int i = 1; i <= 10; i++) {
		__nsec until = begin + i * (UKARCH_NSEC_PER_SEC / 10);

		flags = ukplat_lcpu_save_irqf();
		while (ukplat_monotonic_clock() < until)
			ukplat_lcpu_halt_to(until);
		ukplat_lcpu_restore_irqf(flags);
	}
	printf("awake\n");
	printf("monotonic clock: %lu us\n", (unsigned long)
	       ukarch_time_nsec_to_usec(ukplat_monotonic_clock() - begin));
	printf("wall clock: %lu us\n", (unsigned long)
	       ukarch_time_nsec_to_usec(ukplat_wall_clock() - wall));
	printf("seconds since 1970: %lu\n", (unsigned long)
	       ukarch_time_nsec_to_sec(ukplat_wall_clock()));
	return 0;
}

static volatile unsigned long interrupts;

static int on_timer(void *arg __unused)
{
	interrupts++;
	return 1;
}

static int count_interrupts(int argc, char *argv[])
{
	unsigned long wanted = argc > 2 ? strtoul(argv[2], NULL, 0) : 0;
	unsigned long flags = ukplat_lcpu_save_irqf();

	if (ukplat_irq_register(ukplat_time_get_irq(), on_timer, NULL))
		return 1;
	while (interrupts < wanted)
		ukplat_lcpu_halt_to(ukplat_monotonic_clock() + 20000);
	ukplat_lcpu_restore_irqf(flags);
	printf("%lu interrupts\n", interrupts);
	return 0;
}

static int show_memory(int argc __unused, char *argv[] __unused)
{
	struct ukplat_memregion_desc region;
	__sz free = 0, initrd = 0;

	ukplat_memregion_foreach(&region, UKPLAT_MEMRF_ALLOCATABLE)
		free += region.len;
	printf("memory for heaps: %lu MiB\n", (unsigned long)(free >> 20));
	ukplat_memregion_foreach(&region, UKPLAT_MEMRF_INITRD) {
		initrd = region.len;
		printf("initial RAM disk: <%.*s>\n", (int)initrd,
		       (const char *)region.base);
	}
	return 0;
}

/* Writes to all of the memory that it can get at once */
static int use_memory(int argc __unused, char *argv[] __unused)
{
	__sz len = (__sz)1 << 40;
	char *mem = NULL;

	while (len && !(mem = malloc(len)))
		len /= 2;
	if (!mem)
		return 1;
	memset(mem, 0x5a, len);
	for (__sz i = 0; i < len; i += 4096)
		if (mem[i] != 0x5a)
			return 1;
	printf("used %lu MiB\n", (unsigned long)(len >> 20));
	free(mem);
	return 0;
}

static int show_place(int argc __unused, char *argv[] __unused)
{
	static int variable;

	printf("code %p, data %p\n", (void *)show_place, (void *)&variable);
	return 0;
}

static const struct {
	const char *name;
	int (*run)(int argc, char *argv[]);
} requests[] = {
	{ "arguments", show_arguments },
	{ "environment", show_environment },
	{ "echo", echo },
	{ "sleep", sleep_a_second },
	{ "interrupts", count_interrupts },
	{ "memory", show_memory },
	{ "use-memory", use_memory },
	{ "place", show_place },
};

int main(int argc, char *argv[])
{
	for (size_t i = 0; argc > 1 && i < ARRAY_SIZE(requests); i++)
		if (!strcmp(argv[1], requests[i].name))
			return requests[i].run(argc, argv);
	printf("requests:\n");
	for (size_t i = 0; i < ARRAY_SIZE(requests); i++)
		printf("  %s\n", requests[i].name);
	return 2;
}
