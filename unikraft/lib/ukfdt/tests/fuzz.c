/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Fuzzes the reader as a program of the host: device trees, mutated, opened
 * where exactly their bytes are readable, and asked for everything.
 *
 *	fuzz COUNT [SEED [FILE...]]
 *
 * Mutates the trees of build.c, and those in the files. The same arguments
 * give the same inputs. Ends with 0 when nothing went wrong; the sanitizers,
 * a broken promise of uk/fdt.h, or an input that takes too long end it
 * otherwise, and then leave the input in ./fuzz-finding.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uk/fdt.h>
#include "build.h"

#define MAX_SEEDS	16
#define MAX_INPUT	(1 << 20)
#define SECONDS		20	/* for one input; it needs a millisecond */

struct input {
	uint8_t *bytes;
	uint32_t size;
};

static struct input seeds[MAX_SEEDS];
static unsigned int nr_seeds;
static struct input now;
static unsigned long opened, answers;

/* ---- Randomness ---- */

static uint64_t random_state;

static uint32_t any(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (uint32_t)(random_state >> 16);
}

static uint32_t below(uint32_t limit)
{
	return limit ? any() % limit : 0;
}

/* ---- Findings ---- */

static void keep_input(void)
{
	FILE *file = fopen("fuzz-finding", "wb");

	if (!file)
		return;
	fwrite(now.bytes, 1, now.size, file);
	fclose(file);
}

static void on_abort(int signal_nr)
{
	keep_input();
	signal(signal_nr, SIG_DFL);
	raise(signal_nr);
}

#define PROMISED(condition)						\
	do {								\
		if (!(condition)) {					\
			fprintf(stderr, "line %d: not so: %s\n",	\
				__LINE__, #condition);			\
			abort();					\
		}							\
	} while (0)

/* ---- Asking ---- */

/* A result is what was asked for, or one of three errors */
static int answer(int rc)
{
	PROMISED(rc >= 0 || rc == -ENOENT || rc == -EINVAL || rc == -ERANGE);
	answers += rc >= 0;
	return rc;
}

static void ask_props(const struct uk_fdt *fdt, int node)
{
	struct uk_fdt_prop prop;
	uint64_t number;
	uint32_t i, nr = 0, sum = 0;
	int rc;

	for (rc = uk_fdt_first_prop(fdt, node, &prop); !rc;
	     rc = uk_fdt_next_prop(fdt, &prop)) {
		PROMISED(++nr <= fdt->size / 4);
		PROMISED(prop.value >= fdt->blob);
		PROMISED(prop.value + prop.len <= fdt->blob + fdt->size);
		sum += (uint32_t)strlen(prop.name);
		for (i = 0; i < prop.len; i++)
			sum += prop.value[i];
		for (i = 0; i < 4; i++) {
			const char *text = uk_fdt_string(&prop, i);

			sum += text ? (uint32_t)strlen(text) : 0;
			answer(uk_fdt_cells(&prop, any() % 8, i, &number));
		}
		answer(uk_fdt_cells(&prop, any(), any(), &number));
		uk_fdt_string(&prop, any());
	}
	answer(rc);
	/* Uses the sum, so that the reads above are made */
	PROMISED(sum != 0x12345678 || nr);
}

static void ask_buses(const struct uk_fdt *fdt, int node)
{
	struct uk_fdt_range range;
	struct uk_fdt_irq irq;
	uint64_t address, size;
	uint32_t i, unit[UK_FDT_MAX_CELLS];

	answer(uk_fdt_address_cells(fdt, node));
	answer(uk_fdt_size_cells(fdt, node));
	for (i = 0; i < 3; i++) {
		if (!answer(uk_fdt_reg(fdt, node, i, &address, &size)))
			PROMISED(!size || size - 1 <= UINT64_MAX - address);
		answer(uk_fdt_range(fdt, node, i, &range));
		if (answer(uk_fdt_irq(fdt, node, i, &irq)))
			continue;
		PROMISED(irq.controller >= 0);
		PROMISED(irq.nr_cells && irq.nr_cells <= UK_FDT_MAX_CELLS);
	}
	answer(uk_fdt_reg(fdt, node, any(), &address, NULL));
	answer(uk_fdt_irq(fdt, node, any(), &irq));
	answer(uk_fdt_range(fdt, node, any(), &range));

	for (i = 0; i < UK_FDT_MAX_CELLS; i++) {
		unit[i] = any() & 0x1800;
		irq.cells[i] = any() & 7;
	}
	irq.nr_cells = below(UK_FDT_MAX_CELLS + 2);
	answer(uk_fdt_route(fdt, node, unit, &irq));
}

static void ask_node(const struct uk_fdt *fdt, int node)
{
	static const char *const numbers[] = {
		"phandle", "linux,initrd-start", "reg", "no-such-property",
	};
	const char *name = uk_fdt_name(fdt, node);
	uint64_t number;
	uint32_t i, cell;

	if (name)
		answer(uk_fdt_path(fdt, name, strlen(name)));
	for (i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		answer(uk_fdt_number(fdt, node, numbers[i], &number));
		answer(uk_fdt_u32(fdt, node, numbers[i], &cell));
	}
	uk_fdt_compatible(fdt, node, "arm,pl011");
	uk_fdt_enabled(fdt, node);
	answer(uk_fdt_child(fdt, node));
	answer(uk_fdt_sibling(fdt, node));
	ask_props(fdt, node);
	ask_buses(fdt, node);
}

static void ask_finders(const struct uk_fdt *fdt)
{
	static const char *const paths[] = {
		"/", "", "serial0", "serial0:9600", "self", "/soc/inner/device",
		"/soc//inner@4000/device@10/", "/chosen", "aliases",
	};
	static const char *const models[] = {
		"arm,cortex-a15-gic", "maker,old", "arm,pl011", NULL
	};
	uint32_t i, nr;
	int node;

	for (i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		answer(uk_fdt_path(fdt, paths[i], strlen(paths[i])));
	for (i = 0; i < 4; i++)
		answer(uk_fdt_by_phandle(fdt, i));
	answer(uk_fdt_by_phandle(fdt, any()));
	for (node = UK_FDT_NONE, nr = 0;
	     (node = uk_fdt_find(fdt, node, models, &i)) >= 0; nr++)
		PROMISED(i < 3 && nr < fdt->size);
	for (node = UK_FDT_NONE, nr = 0;
	     (node = uk_fdt_find_type(fdt, node, "memory")) >= 0; nr++)
		PROMISED(nr < fdt->size);
}

static void ask(const struct uk_fdt *fdt)
{
	uint64_t address, size;
	uint32_t i, nr = 0;
	int node, depth = 0, above;

	PROMISED(uk_fdt_root(fdt) == 0);
	for (i = 0; !uk_fdt_reserved(fdt, i, &address, &size); i++)
		PROMISED(i < fdt->size / 16);
	for (node = 0; node >= 0; node = uk_fdt_next(fdt, node, &depth)) {
		PROMISED(++nr <= fdt->size / 8);
		PROMISED(depth >= 0 && depth <= UK_FDT_MAX_DEPTH);
		PROMISED(uk_fdt_name(fdt, node));
		/* A few nodes of each input: most inputs are like others */
		if (below(1 + nr))
			continue;
		ask_node(fdt, node);
		for (i = 0, above = node;
		     (above = uk_fdt_parent(fdt, above)) >= 0; i++)
			PROMISED(i < (uint32_t)depth);
		PROMISED(i == (uint32_t)depth);
	}
	answer(node);
	ask_finders(fdt);
	/* No nodes at all, most of the time */
	for (i = 0; i < 2; i++) {
		node = (int)(i & 1 ? below(fdt->nodes_size) : any());
		answer(uk_fdt_parent(fdt, node));
		answer(uk_fdt_next(fdt, node, NULL));
		ask_node(fdt, node);
	}
}

/* ---- Inputs ---- */

static uint32_t load(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16
		| (uint32_t)at[2] << 8 | at[3];
}

static void store(uint8_t *at, uint32_t word)
{
	at[0] = (uint8_t)(word >> 24);
	at[1] = (uint8_t)(word >> 16);
	at[2] = (uint8_t)(word >> 8);
	at[3] = (uint8_t)word;
}

static uint32_t telling_word(uint32_t size)
{
	static const uint32_t words[] = {
		0, 1, 2, 3, 4, 9, 5, 8, 12, 16, 17, 32, 40, 0xff, 0x1000,
		0x7fffffff, 0x80000000, 0xfffffff0, 0xfffffffc, 0xffffffff,
		0x40000000, 0xd00dfeed,
	};
	uint32_t pick = below(sizeof(words) / sizeof(*words) + 4);

	if (pick < sizeof(words) / sizeof(*words))
		return words[pick];
	return pick & 1 ? below(size + 8) : any();
}

/* The buffer has room for MAX_INPUT bytes */
static void mutate(struct input *in)
{
	uint32_t at, from, len;

	at = below(in->size) & ~3U;
	switch (below(in->size < 8 ? 1 : 11)) {
	case 0:			/* truncated, or with more behind */
		len = below(in->size + 16);
		if (len > in->size && len <= MAX_INPUT)
			memset(in->bytes + in->size, 0, len - in->size);
		in->size = len < MAX_INPUT ? len : MAX_INPUT;
		/* Most often one that says so */
		if (in->size >= 8 && below(4))
			store(in->bytes + 4, in->size);
		break;
	case 1:
		in->bytes[below(in->size)] ^= (uint8_t)(1 << below(8));
		break;
	case 2:
		in->bytes[below(in->size)] = (uint8_t)any();
		break;
	case 3:			/* the header has much to say */
		at = below(10) * 4;
		if (at + 4 <= in->size)
			store(in->bytes + at, telling_word(in->size));
		break;
	case 4:			/* one a little larger or smaller */
		if (at + 4 <= in->size)
			store(in->bytes + at, load(in->bytes + at)
			      + below(9) - 4);
		break;
	case 5:
	case 6:			/* something from elsewhere in it */
		from = below(in->size) & ~3U;
		len = 4 + below(64);
		if (from + len <= in->size && at + len <= in->size)
			memmove(in->bytes + at, in->bytes + from, len);
		break;
	case 7:			/* something doubled or dropped */
		len = 4 * (1 + below(16));
		if (at + len > in->size || in->size + len > MAX_INPUT)
			break;
		memmove(in->bytes + at + len, in->bytes + at, in->size - at);
		in->size += len;
		store(in->bytes + 4, in->size);
		break;
	default:
		if (at + 4 <= in->size)
			store(in->bytes + at, telling_word(in->size));
	}
}

/* A tree of random shape and names, most of it well-formed */
static void random_tree(struct build *b)
{
	static const char *const names[] = {
		"reg", "ranges", "interrupts", "interrupt-map", "phandle",
		"interrupt-parent", "#address-cells", "#size-cells",
		"#interrupt-cells", "interrupts-extended", "compatible",
		"interrupt-map-mask", "status", "device_type",
	};
	static const char *const nodes[] = {
		"soc", "memory@0", "chosen", "aliases", "a", "b@1", "b@2",
	};
	uint32_t cells[24], steps = 4 + below(40), i, n, depth = 1;

	memset(b, 0, sizeof(*b));
	build_node(b, "");
	while (steps--) {
		switch (below(8)) {
		case 0:
		case 1:
			build_node(b, nodes[below(7)]);
			depth++;
			break;
		case 2:
			if (depth < 2)
				break;
			build_end(b);
			build_node(b, nodes[below(7)]);
			break;
		default:
			n = below(4) ? 1 + below(2) : below(24);
			for (i = 0; i < n; i++)
				cells[i] = below(3) ? below(5)
					: telling_word(256);
			build_cells(b, names[below(14)], cells, n);
		}
	}
	while (depth--)
		build_end(b);
	build_finish(b);
}

static void fill_input(uint8_t *room)
{
	static struct build built;
	const struct input *seed;
	uint32_t pick = below(nr_seeds + 1);

	now.bytes = room;
	if (pick == nr_seeds) {
		random_tree(&built);
		now.size = built.size;
		memcpy(room, built.blob, built.size);
	} else {
		seed = &seeds[pick];
		now.size = seed->size;
		memcpy(room, seed->bytes, seed->size);
	}
	for (pick = below(6); pick; pick--)
		mutate(&now);
}

static void one(void)
{
	/* Of just that size: a byte too far is one that is not there */
	uint8_t *exact = malloc(now.size ? now.size : 1);
	struct uk_fdt fdt;

	PROMISED(exact);
	memcpy(exact, now.bytes, now.size);
	if (now.size >= 8)
		uk_fdt_size(exact);
	if (!uk_fdt_open(&fdt, exact, now.size)) {
		opened++;
		ask(&fdt);
	}
	free(exact);
}

static void add_seed(const uint8_t *bytes, uint32_t size)
{
	if (nr_seeds == MAX_SEEDS || size > MAX_INPUT / 2)
		return;
	seeds[nr_seeds].bytes = malloc(size + 1);
	PROMISED(seeds[nr_seeds].bytes);
	memcpy(seeds[nr_seeds].bytes, bytes, size);
	seeds[nr_seeds++].size = size;
}

/* What tools write is padded to a mebibyte; that says nothing new */
static void add_file(const char *path, uint8_t *room)
{
	FILE *file = fopen(path, "rb");
	uint32_t size, end;

	if (!file) {
		perror(path);
		exit(2);
	}
	size = (uint32_t)fread(room, 1, MAX_INPUT, file);
	fclose(file);
	if (size < 40) {
		fprintf(stderr, "%s: too short\n", path);
		exit(2);
	}
	end = load(room + 12) + load(room + 32);
	if (load(room + 8) + load(room + 36) > end)
		end = load(room + 8) + load(room + 36);
	if (end < size) {
		size = end;
		store(room + 4, size);
	}
	add_seed(room, size);
}

int main(int argc, char *argv[])
{
	static uint8_t room[MAX_INPUT];
	static struct build machine;
	unsigned long count, i;
	int nr;

	if (argc < 2) {
		fprintf(stderr, "usage: %s COUNT [SEED [FILE...]]\n", argv[0]);
		return 2;
	}
	count = strtoul(argv[1], NULL, 0);
	random_state = 0x9e3779b97f4a7c15UL
		^ (argc > 2 ? strtoul(argv[2], NULL, 0) : 1);
	signal(SIGABRT, on_abort);
	signal(SIGALRM, on_abort);
	build_machine(&machine);
	add_seed(machine.blob, machine.size);
	for (nr = 3; nr < argc; nr++)
		add_file(argv[nr], room);

	for (i = 0; i < count; i++) {
		fill_input(room);
		alarm(SECONDS);
		one();
	}
	printf("%lu inputs, %lu of them opened, %lu answers\n", count, opened,
	       answers);
	/* Neither all nor none: else nothing would have been tried */
	return count >= 1000 && (opened < count / 50
				 || opened > count - count / 50);
}
