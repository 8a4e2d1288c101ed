/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Misuses the heap, on request: none of it may go unnoticed. Without a request,
 * allocates in many ways and takes it well when that fails. Exits with 0 when
 * it got to the end, with 1 when memory was not as it has to be, and with 2 for
 * an unknown request.
 */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uk/alloc.h>
#include <uk/alloc_debug.h>
#include <uk/essentials.h>
#if CONFIG_LIBUKSCHED
#include <uk/sched.h>
#endif

/* Hides from the compiler where a pointer points to. */
static void *hidden(void *ptr)
{
	__asm__ volatile("" : "+r"(ptr) : : "memory");
	return ptr;
}

static void free_twice(void)
{
	char *ptr = malloc(100);

	free(ptr);
	free(hidden(ptr));
}

/* The same with other allocations in between, that may get the memory */
static void free_twice_later(void)
{
	char *ptr = malloc(100);

	free(ptr);
	for (int i = 0; i < 10; i++)
		free(malloc(100));
	free(hidden(ptr));
}

static void free_large_twice(void)
{
	char *ptr = malloc(100000);

	free(ptr);
	free(hidden(ptr));
}

static void free_variable(void)
{
	static long variable[1024];

	free(hidden(&variable[512]));
}

#if CONFIG_LIBUKALLOC_DEBUG
static void free_inner(void)
{
	char *ptr = malloc(100);

	free(hidden(ptr + 16));
}

static void resize_freed(void)
{
	char *ptr = malloc(100);

	free(ptr);
	if (!realloc(hidden(ptr), 200))
		printf("refused\n");
}

static void write_behind(void)
{
	char *ptr = malloc(100);

	((char *)hidden(ptr))[100] = 1;
	free(ptr);
}

static void write_before(void)
{
	char *ptr = malloc(100);

	((char *)hidden(ptr))[-1] = 1;
	free(ptr);
}

static void write_freed(void)
{
	char *ptr = malloc(100);

	free(ptr);
	((char *)hidden(ptr))[50] = 1;
	uk_alloc_debug_check();
}
#endif

static void free_pages_twice(void)
{
	struct uk_alloc *a = uk_alloc_get_default();
	void *pages = uk_palloc(a, 3);

	uk_pfree(a, pages, 3);
	uk_pfree(a, hidden(pages), 3);
}

static const struct {
	const char *name;
	void (*function)(void);
} requests[] = {
	{ "free_twice", free_twice },
	{ "free_twice_later", free_twice_later },
	{ "free_large_twice", free_large_twice },
	{ "free_variable", free_variable },
	{ "free_pages_twice", free_pages_twice },
#if CONFIG_LIBUKALLOC_DEBUG
	{ "free_inner", free_inner },
	{ "resize_freed", resize_freed },
	{ "write_behind", write_behind },
	{ "write_before", write_before },
	{ "write_freed", write_freed },
#endif
};

static int is_filled(const unsigned char *ptr, size_t size, int with)
{
	while (size--) {
		if (*ptr++ != with)
			return 0;
	}
	return 1;
}

/* Whatever fails, the rest has to be as it was. */
static int allocate_all_ways(void)
{
	unsigned char *kept[16] = { NULL };
	int wrong = 0;

	for (int i = 0; i < 16; i++) {
		size_t size = 100 << i % 8;
		unsigned char *more;

		kept[i] = i % 2 ? malloc(size) : calloc(1, size);
		if (!kept[i])
			continue;
		if (i % 2 == 0)
			wrong += !is_filled(kept[i], size, 0);
		memset(kept[i], i, size);
		more = realloc(kept[i], size * 3);
		if (more)
			kept[i] = more;
	}
	for (int i = 0; i < 16; i++) {
		if (kept[i])
			wrong += !is_filled(kept[i], 100 << i % 8, i);
		free(kept[i]);
	}
	return wrong;
}

#if CONFIG_LIBUKSCHED
static volatile int ended;

static void __noreturn run(void *argp)
{
	free(malloc((size_t)(uintptr_t)argp));
	ended++;
	uk_sched_thread_exit();
}

/* Threads that there is no memory for are none; the others run and end. */
static void create_threads(void)
{
	int created = 0;

	for (size_t i = 1; i <= 3; i++)
		created += !!uk_sched_thread_create(uk_sched_current(), run,
						    i * 100, "short");
	while (ended < created)
		uk_sched_yield();
}
#else
static void create_threads(void)
{
}
#endif

int main(int argc, char *argv[])
{
	for (size_t i = 0; argc > 1 && i < ARRAY_SIZE(requests); i++) {
		if (strcmp(argv[1], requests[i].name))
			continue;
		printf("about to: %s\n", requests[i].name);
		requests[i].function();
		printf("survived\n");
		return 0;
	}
	if (argc > 1) {
		for (size_t i = 0; i < ARRAY_SIZE(requests); i++)
			printf("  %s\n", requests[i].name);
		return 2;
	}
	if (allocate_all_ways())
		return 1;
	create_threads();
#if CONFIG_LIBUKALLOC_DEBUG
	uk_alloc_debug_check();
#endif
	printf("done\n");
	return 0;
}
