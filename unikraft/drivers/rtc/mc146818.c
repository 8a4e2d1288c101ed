/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The battery-backed clock of PCs, by its ports. Taken to run in this century.
 */
#include <rtc/mc146818.h>
#include <uk/asm/io.h>
#include <uk/essentials.h>

#define ADDRESS		0x70
#define DATA		0x71

#define STATUS_A	0x0a
#define UPDATING	0x80
#define NOBODY		0xff	/* what a port reads where nothing is */
#define STATUS_B	0x0b
#define HOURS_24	0x02
#define BINARY		0x04
#define PM		0x80

/* An update takes 2 ms, a read about 1 us */
#define PATIENCE	100000

enum { SECOND, MINUTE, HOUR, DAY, MONTH, YEAR, FIELDS };

static __u8 read_register(__u8 reg)
{
	outb(ADDRESS, reg);
	return inb(DATA);
}

static void read_fields(__u8 *fields)
{
	static const __u8 registers[FIELDS] = { 0, 2, 4, 7, 8, 9 };
	unsigned int i;

	for (i = 0; i < PATIENCE && (read_register(STATUS_A) & UPDATING); i++)
		;
	for (i = 0; i < FIELDS; i++)
		fields[i] = read_register(registers[i]);
}

/* Two reads that agree were not torn by an update */
static void read_stable(__u8 *fields)
{
	__u8 again[FIELDS];
	unsigned int i, tries;

	for (tries = 0; tries < 8; tries++) {
		read_fields(fields);
		read_fields(again);
		for (i = 0; i < FIELDS && fields[i] == again[i]; i++)
			;
		if (i == FIELDS)
			break;
	}
}

static unsigned int from_bcd(__u8 value)
{
	return (unsigned int)(value >> 4) * 10 + (value & 15);
}

/* Days from 1970-01-01 to a date of the Gregorian calendar */
static __u64 days_since_1970(unsigned int year, unsigned int month,
			     unsigned int day)
{
	static const __u16 before[12] = {
		0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334
	};
	unsigned int leaps = (year - 1) / 4 - (year - 1) / 100
		+ (year - 1) / 400 - 477;
	int leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return (__u64)(year - 1970) * 365 + leaps + before[(month - 1) % 12]
		+ (unsigned int)(leap && month > 2) + day - 1;
}

__u64 mc146818_seconds(void)
{
	__u8 raw[FIELDS], status = read_register(STATUS_B);
	unsigned int field[FIELDS], i;
	int pm;

	if (status == NOBODY)
		return 0;
	read_stable(raw);
	pm = !(status & HOURS_24) && (raw[HOUR] & PM);
	raw[HOUR] &= (__u8)~PM;
	for (i = 0; i < FIELDS; i++)
		field[i] = status & BINARY ? raw[i] : from_bcd(raw[i]);
	if (!(status & HOURS_24))
		field[HOUR] = field[HOUR] % 12 + (pm ? 12 : 0);
	/* It may never have been set */
	if (field[MONTH] < 1 || field[MONTH] > 12 || field[DAY] < 1
	    || field[DAY] > 31)
		return 0;

	return days_since_1970(2000 + field[YEAR] % 100, field[MONTH],
			       field[DAY]) * 86400
		+ field[HOUR] * 3600 + field[MINUTE] * 60 + field[SECOND];
}
