/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What trace points leave in their buffer.
 */
#define UK_DEBUG_TRACE
#include <string.h>
#include <uk/plat/time.h>
#include <uk/test.h>
#include <uk/trace.h>

UK_TRACEPOINT(trace_one, "%u", unsigned int);
UK_TRACEPOINT(trace_texts, "%s and %s", const char *, char *);
UK_TRACEPOINT(trace_seven, "%d %d %d %d %lx %p %s", char, short, int,
	      uint8_t, unsigned long, void *, const char *);

/* Takes bytes from *at and moves it on */
static const void *take(const char **at, size_t len)
{
	const char *taken = *at;

	*at += len;
	return taken;
}

static void check_header(struct uk_testcase *esac, const char **at,
			 size_t size, __nsec since)
{
	struct uk_tracepoint_header header;

	memcpy(&header, take(at, sizeof(header)), sizeof(header));
	UK_TEST_EXPECT_SNUM_EQ(header.magic, UK_TP_HEADER_MAGIC);
	UK_TEST_EXPECT_SNUM_EQ(header.size, size);
	/* Whose magic tells that it is one */
	UK_TEST_EXPECT_SNUM_EQ(*(const uint32_t *)header.cookie,
			       UK_TP_DEF_MAGIC);
	UK_TEST_EXPECT(header.time >= since
		       && header.time <= ukplat_monotonic_clock());
}

UK_TESTCASE(ukdebug_trace, notes_a_number)
{
	const char *at = uk_trace_buffer_writep;
	size_t left = uk_trace_buffer_free;
	__nsec now = ukplat_monotonic_clock();

	trace_one(0x12345678);
	check_header(esac, &at, 4, now);
	UK_TEST_EXPECT_BYTES_EQ(take(&at, 4), "\x78\x56\x34\x12", 4);
	UK_TEST_EXPECT_PTR_EQ(at, uk_trace_buffer_writep);
	UK_TEST_EXPECT_SNUM_EQ(left - uk_trace_buffer_free, 24 + 4);
}

UK_TESTCASE(ukdebug_trace, notes_the_beginning_of_strings)
{
	char text[100];
	const char *at = uk_trace_buffer_writep;

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	trace_texts("abc", text);
	check_header(esac, &at, 1 + 3 + 1 + __UK_TRACE_MAX_STRLEN, 0);
	UK_TEST_EXPECT_BYTES_EQ(take(&at, 4), "\3abc", 4);
	UK_TEST_EXPECT_SNUM_EQ(*(const char *)take(&at, 1),
			       __UK_TRACE_MAX_STRLEN);
	UK_TEST_EXPECT_BYTES_EQ(take(&at, __UK_TRACE_MAX_STRLEN), text,
				__UK_TRACE_MAX_STRLEN);
	UK_TEST_EXPECT_PTR_EQ(at, uk_trace_buffer_writep);
	at = uk_trace_buffer_writep;
	trace_texts("", NULL);
	check_header(esac, &at, 2, 0);
}

UK_TESTCASE(ukdebug_trace, notes_arguments_without_gaps)
{
	const char *at = uk_trace_buffer_writep;

	trace_seven(1, 2, 3, 4, 0x1122334455667788UL, (void *)5, "z");
	check_header(esac, &at, 1 + 2 + 4 + 1 + 8 + 8 + 2, 0);
	UK_TEST_EXPECT_BYTES_EQ(take(&at, 8), "\1\2\0\3\0\0\0\4", 8);
	UK_TEST_EXPECT_BYTES_EQ(take(&at, 8), "\x88\x77\x66\x55\x44\x33\x22\x11",
				8);
	UK_TEST_EXPECT_BYTES_EQ(take(&at, 8), "\5\0\0\0\0\0\0\0", 8);
	UK_TEST_EXPECT_BYTES_EQ(take(&at, 2), "\1z", 2);
}

/* Last: nothing is noted afterwards. What was there is put back */
UK_TESTCASE(ukdebug_trace, stops_when_the_buffer_is_full)
{
	char *writep = uk_trace_buffer_writep;
	size_t left = uk_trace_buffer_free;

	uk_trace_buffer_free = 24 + 3;
	trace_one(1);
	UK_TEST_EXPECT_PTR_EQ(uk_trace_buffer_writep, writep);
	UK_TEST_EXPECT_ZERO(uk_trace_buffer_free);
	trace_one(1);
	UK_TEST_EXPECT_PTR_EQ(uk_trace_buffer_writep, writep);
	uk_trace_buffer_free = left;
}

uk_testsuite_register(ukdebug_trace, NULL);
