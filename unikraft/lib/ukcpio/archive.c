/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The format: a header of numbers in eight hexadecimal digits each, the name
 * with its zero byte, the data; name and data are filled up to four bytes. The
 * last member has a name of its own.
 */

#include <string.h>
#include <uk/assert.h>
#include <uk/cpio.h>
#include <uk/essentials.h>
#include <uk/print.h>

#define MAGIC_NEWC	"070701"
#define MAGIC_CRC	"070702"
#define MAGIC_LEN	6
#define DIGITS		8
#define LAST_NAME	"TRAILER!!!"

enum field {
	INODE, MODE, UID, GID, NLINK, MTIME, DATA_LEN, MAJOR, MINOR,
	RMAJOR, RMINOR, NAME_LEN, CHECKSUM, FIELDS
};

#define HEADER_LEN	(MAGIC_LEN + FIELDS * DIGITS)

/* What is left of an archive; `at` counts from its begin */
struct archive {
	const char *buf;
	size_t at;
	size_t len;
};

/* The next `len` bytes and what fills them up, or NULL */
static const char *take(struct archive *ar, size_t len)
{
	const char *here = ar->buf + ar->at;

	if (len > ar->len - ar->at)
		return NULL;
	/* The very last bytes need no filling */
	ar->at = MIN(ALIGN_UP(ar->at + len, (size_t)4), ar->len);
	return here;
}

static int read_number(const char *digits, __u32 *number)
{
	*number = 0;
	for (int i = 0; i < DIGITS; i++) {
		char c = digits[i];
		int digit;

		if (c >= '0' && c <= '9')
			digit = c - '0';
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			digit = (c | 0x20) - 'a' + 10;
		else
			return -UKCPIO_INVALID_HEADER;
		*number = *number << 4 | (__u32)digit;
	}
	return 0;
}

static int read_header(struct archive *ar, int *checked, __u32 *fields)
{
	const char *header;
	int rc = 0;

	if (ar->len - ar->at < HEADER_LEN)
		return -UKCPIO_MALFORMED_INPUT;
	header = ar->buf + ar->at;
	/* The name follows at once: both together are filled up */
	ar->at += HEADER_LEN;
	*checked = !memcmp(header, MAGIC_CRC, MAGIC_LEN);
	if (!*checked && memcmp(header, MAGIC_NEWC, MAGIC_LEN))
		return -UKCPIO_INVALID_HEADER;
	header += MAGIC_LEN;
	for (int i = 0; i < FIELDS && !rc; i++, header += DIGITS)
		rc = read_number(header, &fields[i]);
	return rc;
}

static __u32 sum_of(const unsigned char *data, size_t len)
{
	__u32 sum = 0;

	while (len--)
		sum += *data++;
	return sum;
}

static int read_entry(struct archive *ar, struct ukcpio_entry *entry)
{
	__u32 fields[FIELDS];
	int rc, checked;

	rc = read_header(ar, &checked, fields);
	if (rc)
		return rc;
	entry->name = take(ar, fields[NAME_LEN]);
	if (!entry->name || !fields[NAME_LEN] ||
	    entry->name[fields[NAME_LEN] - 1] != '\0')
		return -UKCPIO_MALFORMED_INPUT;
	entry->mode = fields[MODE];
	entry->uid = fields[UID];
	entry->gid = fields[GID];
	entry->mtime = fields[MTIME];
	entry->len = fields[DATA_LEN];
	entry->data = take(ar, entry->len);
	if (!entry->data)
		return -UKCPIO_MALFORMED_INPUT;
	if (checked && UKCPIO_TYPE(entry->mode) == UKCPIO_FILE &&
	    sum_of(entry->data, entry->len) != fields[CHECKSUM])
		return -UKCPIO_MALFORMED_INPUT;
	return 0;
}

int ukcpio_foreach(const void *buf, size_t buflen, ukcpio_entry_func_t func,
		   void *arg)
{
	struct archive ar = { buf, 0, buflen };
	struct ukcpio_entry entry;
	size_t begin;
	int rc;

	UK_ASSERT(buf || !buflen);
	UK_ASSERT(func);
	do {
		begin = ar.at;
		rc = read_entry(&ar, &entry);
		if (rc) {
			uk_pr_info("The archive is broken at byte %lu\n",
				  (unsigned long)begin);
			return rc;
		}
		if (!strcmp(entry.name, LAST_NAME))
			return 0;
		rc = func(&entry, arg);
	} while (!rc);
	return rc;
}
