/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory as hexadecimal text. Builds a dump line by line and hands each line
 * to whoever prints it.
 */

#include <string.h>
#include <uk/essentials.h>
#include <uk/hexdump.h>

#define LINE_MAX	512

/* Who gets the lines; returns what it wrote, or a negative value to stop */
struct printer {
	int (*line)(struct printer *p, const char *line, int len);
	/* of uk_hexdumpf() */
	FILE *fp;
	/* of uk_hexdumpsn() */
	char *str;
	size_t room;
	/* of the messages */
	int lvl;
	const char *libname;
	const char *srcname;
	unsigned int srcline;
};

static const char hex[] = "0123456789abcdef";

static unsigned int group_size(int flags)
{
	if (flags & UK_HXDF_GRPQWORD)
		return 8;
	if (flags & UK_HXDF_GRPDWORD)
		return 4;
	return flags & UK_HXDF_GRPWORD ? 2 : 1;
}

static int put_address(char *line, size_t addr)
{
	int digits = 2 * sizeof(addr);
	int i;

	for (i = digits - 1; i >= 0; i--, addr >>= 4)
		line[i] = hex[addr & 15];
	line[digits] = ' ';
	line[digits + 1] = ' ';
	return digits + 2;
}

/* One line of up to `width` bytes, of which there are `len` */
static int make_line(char *line, const char *prefix, const unsigned char *data,
		     size_t len, size_t width, size_t addr, int flags)
{
	unsigned int group = group_size(flags);
	int pos = strlcpy(line, prefix ? prefix : "", LINE_MAX / 4);
	size_t i;

	if (pos >= LINE_MAX / 4)
		pos = LINE_MAX / 4 - 1;
	if (flags & UK_HXDF_ADDR)
		pos += put_address(line + pos, addr);
	for (i = 0; i < width; i++) {
		line[pos++] = i < len ? hex[data[i] >> 4] : ' ';
		line[pos++] = i < len ? hex[data[i] & 15] : ' ';
		if ((i + 1) % group == 0)
			line[pos++] = ' ';
	}
	if (flags & UK_HXDF_ASCIISEC) {
		line[pos++] = '|';
		for (i = 0; i < len; i++)
			line[pos++] = data[i] >= 32 && data[i] < 127 ? data[i]
								     : '.';
		line[pos++] = '|';
	}
	line[pos++] = '\n';
	return pos;
}

static int dump(struct printer *p, const unsigned char *data, size_t len,
		size_t addr0, int flags, unsigned int grps_per_line,
		const char *prefix)
{
	size_t width = (size_t)group_size(flags) * grps_per_line;
	char line[LINE_MAX];
	int starred = 0;
	int total = 0;
	size_t off;

	/* A byte takes three characters and one in the text section. */
	if (!width || width > LINE_MAX / 8)
		width = 16;
	for (off = 0; off < len; off += width) {
		size_t n = MIN(width, len - off);
		int length, rc;

		if (flags & UK_HXDF_COMPRESS && off && n == width &&
		    !memcmp(data + off, data + off - width, width)) {
			if (starred)
				continue;
			starred = 1;
			length = 2;
			memcpy(line, "*\n", 2);
		} else {
			starred = 0;
			length = make_line(line, prefix, data + off, n, width,
					   addr0 + off, flags);
		}
		rc = p->line(p, line, length);
		if (rc < 0)
			return rc;
		total += rc;
	}
	return total;
}

static int line_to_stream(struct printer *p, const char *line, int len)
{
	return fwrite(line, 1, len, p->fp) == (size_t)len ? len : -1;
}

static int line_to_string(struct printer *p, const char *line, int len)
{
	size_t n = MIN((size_t)len, p->room);

	memcpy(p->str, line, n);
	p->str += n;
	p->room -= n;
	return len;
}

static int line_to_debug(struct printer *p, const char *line, int len)
{
	_uk_printd(p->libname, p->srcname, p->srcline, "%.*s", len, line);
	return len;
}

static int line_to_kernel(struct printer *p, const char *line, int len)
{
	_uk_printk(p->lvl, p->libname, p->srcname, p->srcline, "%.*s", len,
		   line);
	return len;
}

int uk_hexdumpsn(char *str, size_t size, const void *data, size_t len,
		 size_t addr0, int flags, unsigned int grps_per_line,
		 const char *line_prefix)
{
	struct printer p = {
		.line = line_to_string, .str = str, .room = size ? size - 1 : 0,
	};
	int total = dump(&p, data, len, addr0, flags, grps_per_line,
			 line_prefix);

	if (size)
		*p.str = '\0';
	return total;
}

int uk_hexdumpf(FILE *fp, const void *data, size_t len, size_t addr0,
		int flags, unsigned int grps_per_line, const char *line_prefix)
{
	struct printer p = { .line = line_to_stream, .fp = fp };

	return dump(&p, data, len, addr0, flags, grps_per_line, line_prefix);
}

void _uk_hexdumpd(const char *libname, const char *srcname,
		  unsigned int srcline, const void *data, size_t len,
		  size_t addr0, int flags, unsigned int grps_per_line,
		  const char *line_prefix)
{
	struct printer p = {
		.line = line_to_debug, .libname = libname,
		.srcname = srcname, .srcline = srcline,
	};

	dump(&p, data, len, addr0, flags, grps_per_line, line_prefix);
}

void _uk_hexdumpk(int lvl, const char *libname, const char *srcname,
		  unsigned int srcline, const void *data, size_t len,
		  size_t addr0, int flags, unsigned int grps_per_line,
		  const char *line_prefix)
{
	struct printer p = {
		.line = line_to_kernel, .lvl = lvl, .libname = libname,
		.srcname = srcname, .srcline = srcline,
	};

	dump(&p, data, len, addr0, flags, grps_per_line, line_prefix);
}
