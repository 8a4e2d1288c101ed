/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The buffer of trace points. Knows no trace point.
 */
#include <uk/arch/lcpu.h>
#include <uk/plat/lcpu.h>
#include <uk/plat/time.h>
#include <uk/trace.h>

/* What readers go by: "key = value" */
static const char format_version[] __used
	__section(".uk_trace_keyvals") = "format_version = 1";

char uk_trace_buffer[CONFIG_LIBUKDEBUG_TRACE_BUFFER_SIZE] __align(8);

/* With interrupts off */
char *uk_trace_buffer_writep = uk_trace_buffer;
size_t uk_trace_buffer_free = sizeof(uk_trace_buffer);

/* Entries are not aligned: they begin where the one before ends */
static void put(char *to, const void *bytes, size_t len)
{
	const char *from = bytes;

	while (len--)
		*to++ = *from++;
}

int __uk_trace_begin(struct __uk_trace_entry *entry)
{
	const size_t header = sizeof(struct uk_tracepoint_header);

	entry->irq_flags = ukplat_lcpu_save_irqf();
	if (uk_trace_buffer_free < header) {
		ukplat_lcpu_restore_irqf(entry->irq_flags);
		return 0;
	}
	entry->at = uk_trace_buffer_writep + header;
	entry->left = uk_trace_buffer_free - header;
	entry->whole = 1;
	return 1;
}

void __uk_trace_arg(struct __uk_trace_entry *entry,
		    enum __uk_trace_arg_type type, unsigned int size, long arg)
{
	const char *text = (const char *)arg;
	uint8_t len = 0;

	if (type == __UK_TRACE_ARG_STRING) {
		while (text && len < __UK_TRACE_MAX_STRLEN && text[len])
			len++;
		size = len + 1U;
	}
	if (!entry->whole || entry->left < size) {
		entry->whole = 0;
		return;
	}
	if (type == __UK_TRACE_ARG_STRING) {
		*entry->at = (char)len;
		put(entry->at + 1, text, len);
	} else {
		put(entry->at, &arg, size);
	}
	entry->at += size;
	entry->left -= size;
}

void __uk_trace_end(struct __uk_trace_entry *entry, void *cookie)
{
	char *start = uk_trace_buffer_writep;
	struct uk_tracepoint_header header = {
		.size = (uint32_t)(entry->at - start - sizeof(header)),
		.time = ukplat_monotonic_clock(),
		.cookie = cookie,
	};
	const uint32_t magic = UK_TP_HEADER_MAGIC;

	if (entry->whole) {
		put(start, &header, sizeof(header));
		barrier();
		put(start, &magic, sizeof(magic));
		uk_trace_buffer_writep = entry->at;
		uk_trace_buffer_free = entry->left;
	} else {
		/* What does not fit ends it, lest later ones seem the last */
		uk_trace_buffer_free = 0;
	}
	ukplat_lcpu_restore_irqf(entry->irq_flags);
}
