/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Mailboxes: a ring of slots, and two semaphores that count the free ones and
 * the messages. Compiled for interrupt handlers, but for making and freeing.
 */

#include <uk/assert.h>
#include <uk/isr/mbox.h>
#include <uk/plat/lcpu.h>

struct uk_mbox {
	struct uk_semaphore messages;
	struct uk_semaphore room;
	size_t size;
	/* With interrupts off */
	size_t first, next;
	void *slots[];
};

struct uk_mbox *uk_mbox_create(struct uk_alloc *a, size_t size)
{
	struct uk_mbox *m;
	size_t len;

	UK_ASSERT(a);
	if (!size || __builtin_mul_overflow(size, sizeof(m->slots[0]), &len) ||
	    __builtin_add_overflow(len, sizeof(*m), &len))
		return NULL;
	m = uk_malloc(a, len);
	if (!m)
		return NULL;
	uk_semaphore_init(&m->messages, 0);
	uk_semaphore_init(&m->room, (long)size);
	m->size = size;
	m->first = 0;
	m->next = 0;
	return m;
}

void uk_mbox_free(struct uk_alloc *a, struct uk_mbox *m)
{
	UK_ASSERT(a);
	UK_ASSERT(m);
	uk_semaphore_destroy(&m->messages);
	uk_semaphore_destroy(&m->room);
	if (m->messages.count)
		UK_CRASH("uk_mbox_free: mailbox %p is freed with %ld messages in it\n",
			 m, m->messages.count);
	uk_free(a, m);
}

static size_t after(const struct uk_mbox *m, size_t slot)
{
	return slot + 1 < m->size ? slot + 1 : 0;
}

/* The caller has taken the room for it */
static void put(struct uk_mbox *m, void *msg)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	m->slots[m->next] = msg;
	m->next = after(m, m->next);
	ukplat_lcpu_restore_irqf(flags);
	uk_semaphore_up(&m->messages);
}

/* The caller has taken a message */
static void take(struct uk_mbox *m, void **msg)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	void *taken = m->slots[m->first];

	m->first = after(m, m->first);
	ukplat_lcpu_restore_irqf(flags);
	uk_semaphore_up(&m->room);
	if (msg)
		*msg = taken;
}

void uk_mbox_post(struct uk_mbox *m, void *msg)
{
	UK_ASSERT(m);
	uk_semaphore_down(&m->room);
	put(m, msg);
}

int uk_mbox_post_try(struct uk_mbox *m, void *msg)
{
	UK_ASSERT(m);
	if (!uk_semaphore_down_try(&m->room))
		return -ENOBUFS;
	put(m, msg);
	return 0;
}

int uk_mbox_post_try_isr(struct uk_mbox *m, void *msg)
{
	return uk_mbox_post_try(m, msg);
}

__nsec uk_mbox_post_to(struct uk_mbox *m, void *msg, __nsec timeout)
{
	__nsec took;

	UK_ASSERT(m);
	took = uk_semaphore_down_to(&m->room, timeout);
	if (took != __NSEC_MAX)
		put(m, msg);
	return took;
}

void uk_mbox_recv(struct uk_mbox *m, void **msg)
{
	UK_ASSERT(m);
	uk_semaphore_down(&m->messages);
	take(m, msg);
}

int uk_mbox_recv_try(struct uk_mbox *m, void **msg)
{
	UK_ASSERT(m);
	if (!uk_semaphore_down_try(&m->messages))
		return -ENOMSG;
	take(m, msg);
	return 0;
}

int uk_mbox_recv_try_isr(struct uk_mbox *m, void **msg)
{
	return uk_mbox_recv_try(m, msg);
}

__nsec uk_mbox_recv_to(struct uk_mbox *m, void **msg, __nsec timeout)
{
	__nsec took;

	UK_ASSERT(m);
	took = uk_semaphore_down_to(&m->messages, timeout);
	if (took != __NSEC_MAX)
		take(m, msg);
	else if (msg)
		*msg = NULL;
	return took;
}
