/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Doubly linked lists whose links live inside the elements.
 *
 * A list is a ring through its head. Nothing here allocates, locks or
 * checks; an element is in at most one list per link.
 */
#ifndef __UK_LIST_H__
#define __UK_LIST_H__

#include <uk/essentials.h>

#ifdef __cplusplus
extern "C" {
#endif

struct uk_list_head {
	struct uk_list_head *next;
	struct uk_list_head *prev;
};

#define UK_LIST_HEAD_INIT(name)	{ &(name), &(name) }
#define UK_LIST_HEAD(name)						\
	struct uk_list_head name = UK_LIST_HEAD_INIT(name)

static inline void UK_INIT_LIST_HEAD(struct uk_list_head *list)
{
	list->next = list;
	list->prev = list;
}

static inline int uk_list_empty(const struct uk_list_head *head)
{
	return head->next == head;
}

static inline int uk_list_is_singular(const struct uk_list_head *head)
{
	return !uk_list_empty(head) && head->next == head->prev;
}

static inline int uk_list_is_last(const struct uk_list_head *entry,
				  const struct uk_list_head *head)
{
	return entry->next == head;
}

static inline void __uk_list_join(struct uk_list_head *before,
				  struct uk_list_head *after)
{
	before->next = after;
	after->prev = before;
}

static inline void uk_list_add(struct uk_list_head *entry,
			       struct uk_list_head *head)
{
	__uk_list_join(entry, head->next);
	__uk_list_join(head, entry);
}

static inline void uk_list_add_tail(struct uk_list_head *entry,
				    struct uk_list_head *head)
{
	uk_list_add(entry, head->prev);
}

/* Takes `entry` out; its own links are stale afterwards */
static inline void uk_list_del(struct uk_list_head *entry)
{
	__uk_list_join(entry->prev, entry->next);
}

static inline void uk_list_del_init(struct uk_list_head *entry)
{
	uk_list_del(entry);
	UK_INIT_LIST_HEAD(entry);
}

/* Puts `entry` where `old` is; the links of `old` are stale afterwards */
static inline void uk_list_replace(struct uk_list_head *old,
				   struct uk_list_head *entry)
{
	__uk_list_join(entry, old->next);
	__uk_list_join(old->prev, entry);
}

static inline void uk_list_replace_init(struct uk_list_head *old,
					struct uk_list_head *entry)
{
	uk_list_replace(old, entry);
	UK_INIT_LIST_HEAD(old);
}

static inline void uk_list_move(struct uk_list_head *entry,
				struct uk_list_head *head)
{
	uk_list_del(entry);
	uk_list_add(entry, head);
}

static inline void uk_list_move_tail(struct uk_list_head *entry,
				     struct uk_list_head *head)
{
	uk_list_del(entry);
	uk_list_add_tail(entry, head);
}

/* Moves all of `list` behind `head`; the head `list` is stale afterwards */
static inline void uk_list_splice(const struct uk_list_head *list,
				  struct uk_list_head *head)
{
	if (uk_list_empty(list))
		return;
	__uk_list_join(list->prev, head->next);
	__uk_list_join(head, list->next);
}

static inline void uk_list_splice_tail(const struct uk_list_head *list,
				       struct uk_list_head *head)
{
	uk_list_splice(list, head->prev);
}

static inline void uk_list_splice_init(struct uk_list_head *list,
				       struct uk_list_head *head)
{
	uk_list_splice(list, head);
	UK_INIT_LIST_HEAD(list);
}

static inline void uk_list_splice_tail_init(struct uk_list_head *list,
					    struct uk_list_head *head)
{
	uk_list_splice_tail(list, head);
	UK_INIT_LIST_HEAD(list);
}

/* From links to the structures of `type` that hold them as `member` */
#define uk_list_entry(ptr, type, member)				\
	__containerof(ptr, type, member)
#define uk_list_first_entry(head, type, member)				\
	uk_list_entry((head)->next, type, member)
#define uk_list_last_entry(head, type, member)				\
	uk_list_entry((head)->prev, type, member)
#define uk_list_first_entry_or_null(head, type, member)			\
	(uk_list_empty(head)						\
	 ? (type *)0 : uk_list_first_entry(head, type, member))
#define uk_list_last_entry_or_null(head, type, member)			\
	(uk_list_empty(head)						\
	 ? (type *)0 : uk_list_last_entry(head, type, member))
#define uk_list_next_entry(pos, member)					\
	uk_list_entry((pos)->member.next, __typeof(*(pos)), member)
#define uk_list_prev_entry(pos, member)					\
	uk_list_entry((pos)->member.prev, __typeof(*(pos)), member)

/* Walks; the _safe ones let the body take the current element out */
#define uk_list_for_each(pos, head)					\
	for ((pos) = (head)->next; (pos) != (head); (pos) = (pos)->next)
#define uk_list_for_each_prev(pos, head)				\
	for ((pos) = (head)->prev; (pos) != (head); (pos) = (pos)->prev)
#define uk_list_for_each_safe(pos, n, head)				\
	for ((pos) = (head)->next, (n) = (pos)->next;			\
	     (pos) != (head);						\
	     (pos) = (n), (n) = (pos)->next)
#define uk_list_for_each_entry_from(pos, head, member)			\
	for (; &(pos)->member != (head);				\
	     (pos) = uk_list_next_entry(pos, member))
#define uk_list_for_each_entry(pos, head, member)			\
	for ((pos) = uk_list_first_entry(head, __typeof(*(pos)), member); \
	     &(pos)->member != (head);					\
	     (pos) = uk_list_next_entry(pos, member))
#define uk_list_for_each_entry_reverse(pos, head, member)		\
	for ((pos) = uk_list_last_entry(head, __typeof(*(pos)), member); \
	     &(pos)->member != (head);					\
	     (pos) = uk_list_prev_entry(pos, member))
#define uk_list_for_each_entry_safe(pos, n, head, member)		\
	for ((pos) = uk_list_first_entry(head, __typeof(*(pos)), member), \
	     (n) = uk_list_next_entry(pos, member);			\
	     &(pos)->member != (head);					\
	     (pos) = (n), (n) = uk_list_next_entry(n, member))

#ifdef __cplusplus
}
#endif

/* The lists of BSD, which come with this header, too */
#include <uk/compat_list.h>

#endif /* __UK_LIST_H__ */
