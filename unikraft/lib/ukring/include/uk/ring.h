/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A ring of pointers, first in, first out, without locks.
 *
 * Any number of producers put in (uk_ring_enqueue). Take out either any number
 * of consumers with uk_ring_dequeue_mc(), or one at a time (by a lock of its
 * own) with the functions that end in _sc and uk_ring_peek(). Interrupt
 * handlers may do both where all others that are on the same side do it with
 * interrupts off: who is interrupted half-way lets nobody pass.
 *
 * Each side has a head, where the next one works, and a tail, up to which all
 * is done: the slots between belong to those who work on them. A ring of N
 * slots holds N - 1 pointers; NULL cannot be told from an empty ring.
 */

#ifndef __UK_RING_H__
#define __UK_RING_H__

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <uk/alloc.h>
#include <uk/arch/atomic.h>
#include <uk/arch/lcpu.h>
#include <uk/assert.h>
#include <uk/config.h>
#include <uk/essentials.h>
#include <uk/preempt.h>

#ifdef __cplusplus
extern "C" {
#endif

struct uk_ring {
	volatile uint32_t br_prod_head;
	volatile uint32_t br_prod_tail;
	int br_prod_size;	/* slots */
	int br_prod_mask;
	uint64_t br_drops;	/* how often it was full */
	volatile uint32_t br_cons_head __align(CACHE_LINE_SIZE);
	volatile uint32_t br_cons_tail;
	int br_cons_size;
	int br_cons_mask;
	void *br_ring[0] __align(CACHE_LINE_SIZE);
};

/*
 * An empty ring of `count` slots, a power of two; NULL without memory. It goes
 * back to the allocator that it came from.
 */
struct uk_ring *uk_ring_alloc(int count, struct uk_alloc *a);
void uk_ring_free(struct uk_ring *br, struct uk_alloc *a);

/* Waits for those who were before us on one side, then says that we are done */
static inline void __uk_ring_done(volatile uint32_t *tail, uint32_t from,
				  uint32_t to)
{
	while (__atomic_load_n(tail, __ATOMIC_ACQUIRE) != from)
		ukarch_spinwait();
	__atomic_store_n(tail, to, __ATOMIC_RELEASE);
}

/* Returns 0, or -ENOBUFS when it is full */
static inline int uk_ring_enqueue(struct uk_ring *br, void *buf)
{
	uint32_t head, next;

	uk_preempt_disable();
	head = __atomic_load_n(&br->br_prod_head, __ATOMIC_RELAXED);
	do {
		next = (head + 1) & (uint32_t)br->br_prod_mask;
		if (next == __atomic_load_n(&br->br_cons_tail,
					    __ATOMIC_ACQUIRE)) {
			uint32_t now = __atomic_load_n(&br->br_prod_head,
						       __ATOMIC_RELAXED);

			if (now != head) {
				head = now;
				continue;
			}
			__atomic_fetch_add(&br->br_drops, 1, __ATOMIC_RELAXED);
			uk_preempt_enable();
			return -ENOBUFS;
		}
		if (__atomic_compare_exchange_n(&br->br_prod_head, &head, next,
						0, __ATOMIC_RELAXED,
						__ATOMIC_RELAXED))
			break;
	} while (1);
	br->br_ring[head] = buf;
	__uk_ring_done(&br->br_prod_tail, head, next);
	uk_preempt_enable();
	return 0;
}

/* Returns NULL when it is empty */
static inline void *uk_ring_dequeue_mc(struct uk_ring *br)
{
	uint32_t head, next;
	void *buf;

	uk_preempt_disable();
	head = __atomic_load_n(&br->br_cons_head, __ATOMIC_RELAXED);
	do {
		if (head == __atomic_load_n(&br->br_prod_tail,
					    __ATOMIC_ACQUIRE)) {
			uk_preempt_enable();
			return NULL;
		}
		next = (head + 1) & (uint32_t)br->br_cons_mask;
	} while (!__atomic_compare_exchange_n(&br->br_cons_head, &head, next,
					      0, __ATOMIC_RELAXED,
					      __ATOMIC_RELAXED));
	buf = br->br_ring[head];
	__uk_ring_done(&br->br_cons_tail, head, next);
	uk_preempt_enable();
	return buf;
}

static inline int uk_ring_empty(struct uk_ring *br)
{
	return br->br_cons_head ==
	       __atomic_load_n(&br->br_prod_tail, __ATOMIC_ACQUIRE);
}

static inline int uk_ring_full(struct uk_ring *br)
{
	return ((br->br_prod_head + 1) & (uint32_t)br->br_prod_mask) ==
	       __atomic_load_n(&br->br_cons_tail, __ATOMIC_ACQUIRE);
}

/* How many there are; with others at work, how many there were */
static inline int uk_ring_count(struct uk_ring *br)
{
	return (int)((br->br_prod_tail - br->br_cons_tail) &
		     (uint32_t)br->br_prod_mask);
}

/* The first one, which stays; NULL when it is empty */
static inline void *uk_ring_peek(struct uk_ring *br)
{
	return uk_ring_empty(br) ? NULL : br->br_ring[br->br_cons_head];
}

/* The same; follow with uk_ring_advance_sc() or uk_ring_putback_sc() */
static inline void *uk_ring_peek_clear_sc(struct uk_ring *br)
{
	return uk_ring_peek(br);
}

/* Drops the first one, if there is one */
static inline void uk_ring_advance_sc(struct uk_ring *br)
{
	uint32_t next;

	if (uk_ring_empty(br))
		return;
	next = (br->br_cons_head + 1) & (uint32_t)br->br_cons_mask;
	br->br_cons_head = next;
	__atomic_store_n(&br->br_cons_tail, next, __ATOMIC_RELEASE);
}

static inline void *uk_ring_dequeue_sc(struct uk_ring *br)
{
	void *buf = uk_ring_peek(br);

	uk_ring_advance_sc(br);
	return buf;
}

/* Replaces the first one, which was peeked at */
static inline void uk_ring_putback_sc(struct uk_ring *br, void *buf)
{
	UK_ASSERT(!uk_ring_empty(br));
	br->br_ring[br->br_cons_head] = buf;
}

#ifdef __cplusplus
}
#endif

#endif /* __UK_RING_H__ */
