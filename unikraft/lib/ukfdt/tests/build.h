/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Makes device trees to be read: for unit tests and for the fuzzer. Also makes
 * such as no tool would write.
 */
#ifndef UKFDT_TESTS_BUILD_H
#define UKFDT_TESTS_BUILD_H

#include <stddef.h>
#include <stdint.h>

#define BUILD_ROOM	8192

/* All zero is an empty one; what does not fit is left out */
struct build {
	uint8_t blob[BUILD_ROOM];	/* after build_finish() */
	uint32_t size;
	uint8_t nodes[BUILD_ROOM / 2];
	uint32_t nodes_size;
	char names[BUILD_ROOM / 4];
	uint32_t names_size;
	uint64_t reserved[16];
	uint32_t nr_reserved;
};

void build_reserve(struct build *b, uint64_t address, uint64_t size);
void build_node(struct build *b, const char *name);
void build_end(struct build *b);
/* Any word between tokens */
void build_word(struct build *b, uint32_t word);
void build_bytes(struct build *b, const char *name, const void *value,
		 uint32_t len);
/* A string, or several with zeroes between: all of a literal */
#define build_strings(b, name, literal)					\
	build_bytes((b), (name), "" literal, sizeof(literal))
void build_string(struct build *b, const char *name, const char *value);
void build_cells(struct build *b, const char *name, const uint32_t *cells,
		 uint32_t nr);
#define BUILD_CELLS(b, name, ...)					\
	build_cells((b), (name), (const uint32_t[]){ __VA_ARGS__ },	\
		    sizeof((const uint32_t[]){ __VA_ARGS__ }) / 4)
void build_finish(struct build *b);

/* Overwrites a word of the finished blob */
void build_poke(struct build *b, uint32_t offset, uint32_t word);

/* A tree with something of everything, alike to QEMU's for `virt` */
void build_machine(struct build *b);

#endif /* UKFDT_TESTS_BUILD_H */
