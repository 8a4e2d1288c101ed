/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Does something wrong, on request: none of it may go unnoticed. Exits with
 * 0 when it did, and with 2 for an unknown request.
 */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uk/arch/traps.h>
#include <uk/assert.h>
#include <uk/essentials.h>
#include "processor.h"

/* Hides from the compiler where a pointer points to. */
static void *hidden(const void *ptr)
{
	__asm__ volatile("" : "+r"(ptr) : : "memory");
	return (void *)(uintptr_t)ptr;
}

static void read_null(void)
{
	*(volatile int *)hidden(NULL);
}

static void write_null(void)
{
	*(volatile int *)hidden(NULL) = 1;
}

/* Calls whatever lies at an address. */
static void execute(const void *code)
{
	void (*function)(void) = (void (*)(void))hidden(code);

	function();
}

static void jump_null(void)
{
	execute(NULL);
}

static void write_text(void)
{
	*(volatile char *)hidden((const void *)write_null) = 0;
}

static const int constant = 1;

static void write_rodata(void)
{
	*(volatile int *)hidden(&constant) = 2;
}

/* A function that returns at once, in machine code */
#if defined __x86_64__
#define CODE_RETURN	{ 0xc3 }
#elif defined __aarch64__
#define CODE_RETURN	{ 0xc0, 0x03, 0x5f, 0xd6 }
#endif

static void execute_data(void)
{
	static unsigned char code[] __align(8) = CODE_RETURN;

	execute(code);
}

static void execute_rodata(void)
{
	static const unsigned char code[] __align(8) = CODE_RETURN;

	execute(code);
}

static void execute_stack(void)
{
	unsigned char code[] __align(8) = CODE_RETURN;

	execute(code);
}

static void execute_heap(void)
{
	static const unsigned char code[] = CODE_RETURN;
	void *copy = malloc(sizeof(code));

	if (!copy)
		abort();
	memcpy(copy, code, sizeof(code));
	execute(copy);
}

static void undefined(void)
{
	__builtin_trap();
}

static int __noinline recurse(volatile char *outer)
{
	volatile char frame[256];

	/* Never true, which only we know */
	if (!hidden((const void *)outer))
		return 0;
	frame[0] = outer[0] + 1;
	/* What follows the call keeps it from becoming a jump. */
	return recurse(frame) + frame[0];
}

static void overflow_stack(void)
{
	volatile char start = 0;

	recurse(&start);
}

static void fail_assertion(void)
{
	volatile int two = 2;

	UK_ASSERT(two == 3);
}

static void crash(void)
{
	UK_CRASH("crash on request\n");
}

static void double_free(void)
{
	void *mem = malloc(100);

	free(mem);
	free(hidden(mem));
}

/* A handler that makes the same mistake as the code it is to repair */
static int fault_again(void *data __unused)
{
	*(volatile int *)hidden((const void *)8);
	return UK_EVENT_HANDLED;
}

static int repair;

static int on_page_fault(void *data)
{
	return repair ? fault_again(data) : UK_EVENT_NOT_HANDLED;
}

UK_EVENT_HANDLER(trap_page_fault, on_page_fault);

static void fault_in_handler(void)
{
	repair = 1;
	read_null();
}

static const struct request requests[] = {
	{ "null-read", read_null },
	{ "null-write", write_null },
	{ "null-jump", jump_null },
	{ "write-text", write_text },
	{ "write-rodata", write_rodata },
	{ "exec-data", execute_data },
	{ "exec-rodata", execute_rodata },
	{ "exec-stack", execute_stack },
	{ "exec-heap", execute_heap },
	{ "undefined", undefined },
	{ "stack-overflow", overflow_stack },
	{ "assert", fail_assertion },
	{ "crash", crash },
	{ "abort", abort },
	{ "double-free", double_free },
	{ "fault-in-handler", fault_in_handler },
	{ NULL, NULL },
};

static const struct request *const all_requests[] = {
	requests, processor_requests,
};

int main(int argc, char *argv[])
{
	const struct request *request;
	size_t i;

	for (i = 0; argc > 1 && i < ARRAY_SIZE(all_requests); i++) {
		for (request = all_requests[i]; request->name; request++) {
			if (strcmp(argv[1], request->name))
				continue;
			printf("about to: %s\n", argv[1]);
			request->run();
			printf("survived: %s\n", argv[1]);
			return 0;
		}
	}
	printf("requests:\n");
	for (i = 0; i < ARRAY_SIZE(all_requests); i++)
		for (request = all_requests[i]; request->name; request++)
			printf("  %s\n", request->name);
	return 2;
}
