/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The linked lists of BSD (queue(3)), with the prefix UK_. What each takes:
 *
 *	SLIST	one pointer per element; to and from the front, after another
 *	STAILQ	the same, and to the end
 *	LIST	two; removes any element, inserts before and after (the head's
 *		type is made by UK_COMPAT_LIST_HEAD, as uk/list.h has the name)
 *	TAILQ	two; all of that, the end, and backwards
 *
 * `head`, `elm` are pointers, `type` is a type, as in `struct thing`; `name` and
 * `headname` are the tag of a head's structure, `field` is the element's
 * UK_xxx_ENTRY. In C++, UK_xxx_CLASS_HEAD and _ENTRY take the name of a class.
 * Walks marked SAFE may remove the element they are at; walks marked FROM begin
 * at `var` unless that is null. Not atomic.
 */
#ifndef __UK_COMPAT_LIST_H__
#define __UK_COMPAT_LIST_H__

#include <stddef.h>

/* Walks: where to begin, and how to go on */
#define __UK_WALK(var, begin, next)					\
	for ((var) = (begin); (var); (var) = (next))
#define __UK_WALK_SAFE(var, begin, next, tmp)				\
	for ((var) = (begin); (var) && ((tmp) = (next), 1); (var) = (tmp))
#define __UK_BEGIN_AT(var, begin)	((var) ? (var) : (begin))

#define __UK_LIST_SWAP(a, b)						\
	do {								\
		__typeof__(a) __swap = (a);				\
									\
		(a) = (b);						\
		(b) = __swap;						\
	} while (0)

/* ---- SLIST ---- */

#define UK_SLIST_HEAD(name, type)					\
	struct name { type *slh_first; }
#define UK_SLIST_HEAD_INITIALIZER(head)	{ NULL }
#define UK_SLIST_ENTRY(type)						\
	struct { type *sle_next; }

#define UK_SLIST_CLASS_HEAD(name, type)	UK_SLIST_HEAD(name, class type)
#define UK_SLIST_CLASS_ENTRY(type)	UK_SLIST_ENTRY(class type)

#define UK_SLIST_FIRST(head)		((head)->slh_first)
#define UK_SLIST_NEXT(elm, field)	((elm)->field.sle_next)
#define UK_SLIST_EMPTY(head)		(!UK_SLIST_FIRST(head))
#define UK_SLIST_INIT(head)						\
	do { UK_SLIST_FIRST(head) = NULL; } while (0)

#define UK_SLIST_FOREACH(var, head, field)				\
	__UK_WALK(var, UK_SLIST_FIRST(head), UK_SLIST_NEXT(var, field))
#define UK_SLIST_FOREACH_FROM(var, head, field)				\
	__UK_WALK(var, __UK_BEGIN_AT(var, UK_SLIST_FIRST(head)),	\
		  UK_SLIST_NEXT(var, field))
#define UK_SLIST_FOREACH_SAFE(var, head, field, tvar)			\
	__UK_WALK_SAFE(var, UK_SLIST_FIRST(head),			\
		       UK_SLIST_NEXT(var, field), tvar)
#define UK_SLIST_FOREACH_FROM_SAFE(var, head, field, tvar)		\
	__UK_WALK_SAFE(var, __UK_BEGIN_AT(var, UK_SLIST_FIRST(head)),	\
		       UK_SLIST_NEXT(var, field), tvar)
/* `varp` points to the pointer that leads to `var` */
#define UK_SLIST_FOREACH_PREVPTR(var, varp, head, field)		\
	for ((varp) = &UK_SLIST_FIRST(head); ((var) = *(varp)) != NULL;	\
	     (varp) = &UK_SLIST_NEXT(var, field))

#define UK_SLIST_INSERT_AFTER(slistelm, elm, field)			\
	do {								\
		UK_SLIST_NEXT(elm, field) = UK_SLIST_NEXT(slistelm, field); \
		UK_SLIST_NEXT(slistelm, field) = (elm);			\
	} while (0)
#define UK_SLIST_INSERT_HEAD(head, elm, field)				\
	do {								\
		UK_SLIST_NEXT(elm, field) = UK_SLIST_FIRST(head);	\
		UK_SLIST_FIRST(head) = (elm);				\
	} while (0)
#define UK_SLIST_REMOVE_PREVPTR(prevp, elm, field)			\
	do { *(prevp) = UK_SLIST_NEXT(elm, field); } while (0)
#define UK_SLIST_REMOVE_HEAD(head, field)				\
	UK_SLIST_REMOVE_PREVPTR(&UK_SLIST_FIRST(head),			\
				UK_SLIST_FIRST(head), field)
#define UK_SLIST_REMOVE_AFTER(elm, field)				\
	UK_SLIST_REMOVE_PREVPTR(&UK_SLIST_NEXT(elm, field),		\
				UK_SLIST_NEXT(elm, field), field)
/* Has to find what leads to it */
#define UK_SLIST_REMOVE(head, elm, type, field)				\
	do {								\
		type **__link = &UK_SLIST_FIRST(head);		\
									\
		while (*__link != (elm))				\
			__link = &UK_SLIST_NEXT(*__link, field);	\
		UK_SLIST_REMOVE_PREVPTR(__link, elm, field);		\
	} while (0)
#define UK_SLIST_CONCAT(head1, head2, type, field)			\
	do {								\
		type **__link = &UK_SLIST_FIRST(head1);		\
									\
		while (*__link)						\
			__link = &UK_SLIST_NEXT(*__link, field);	\
		*__link = UK_SLIST_FIRST(head2);			\
		UK_SLIST_INIT(head2);					\
	} while (0)
#define UK_SLIST_SWAP(head1, head2, type)				\
	__UK_LIST_SWAP(UK_SLIST_FIRST(head1), UK_SLIST_FIRST(head2))

/* ---- STAILQ: stqh_last is the pointer that the next last one goes to ---- */

#define UK_STAILQ_HEAD(name, type)					\
	struct name { type *stqh_first; type **stqh_last; }
#define UK_STAILQ_HEAD_INITIALIZER(head) { NULL, &(head).stqh_first }
#define UK_STAILQ_ENTRY(type)						\
	struct { type *stqe_next; }

#define UK_STAILQ_CLASS_HEAD(name, type)	UK_STAILQ_HEAD(name, class type)
#define UK_STAILQ_CLASS_ENTRY(type)	UK_STAILQ_ENTRY(class type)

#define UK_STAILQ_FIRST(head)		((head)->stqh_first)
#define UK_STAILQ_NEXT(elm, field)	((elm)->field.stqe_next)
#define UK_STAILQ_EMPTY(head)		(!UK_STAILQ_FIRST(head))
#define UK_STAILQ_LAST(head, type, field)				\
	(UK_STAILQ_EMPTY(head) ? NULL					\
	 : (type *)((char *)(head)->stqh_last			\
			   - offsetof(type, field.stqe_next)))
#define UK_STAILQ_INIT(head)						\
	do {								\
		UK_STAILQ_FIRST(head) = NULL;				\
		(head)->stqh_last = &UK_STAILQ_FIRST(head);		\
	} while (0)

#define UK_STAILQ_FOREACH(var, head, field)				\
	__UK_WALK(var, UK_STAILQ_FIRST(head), UK_STAILQ_NEXT(var, field))
#define UK_STAILQ_FOREACH_FROM(var, head, field)			\
	__UK_WALK(var, __UK_BEGIN_AT(var, UK_STAILQ_FIRST(head)),	\
		  UK_STAILQ_NEXT(var, field))
#define UK_STAILQ_FOREACH_SAFE(var, head, field, tvar)			\
	__UK_WALK_SAFE(var, UK_STAILQ_FIRST(head),			\
		       UK_STAILQ_NEXT(var, field), tvar)
#define UK_STAILQ_FOREACH_FROM_SAFE(var, head, field, tvar)		\
	__UK_WALK_SAFE(var, __UK_BEGIN_AT(var, UK_STAILQ_FIRST(head)),	\
		       UK_STAILQ_NEXT(var, field), tvar)

/* Puts in, takes out what *link leads to */
#define __UK_STAILQ_PUT(head, link, elm, field)				\
	do {								\
		if (!(UK_STAILQ_NEXT(elm, field) = *(link)))		\
			(head)->stqh_last = &UK_STAILQ_NEXT(elm, field); \
		*(link) = (elm);					\
	} while (0)
#define __UK_STAILQ_TAKE(head, link, field)				\
	do {								\
		if (!(*(link) = UK_STAILQ_NEXT(*(link), field)))	\
			(head)->stqh_last = (link);			\
	} while (0)

#define UK_STAILQ_INSERT_AFTER(head, tqelm, elm, field)			\
	__UK_STAILQ_PUT(head, &UK_STAILQ_NEXT(tqelm, field), elm, field)
#define UK_STAILQ_INSERT_HEAD(head, elm, field)				\
	__UK_STAILQ_PUT(head, &UK_STAILQ_FIRST(head), elm, field)
#define UK_STAILQ_INSERT_TAIL(head, elm, field)				\
	do {								\
		UK_STAILQ_NEXT(elm, field) = NULL;			\
		*(head)->stqh_last = (elm);				\
		(head)->stqh_last = &UK_STAILQ_NEXT(elm, field);	\
	} while (0)
#define UK_STAILQ_REMOVE_HEAD(head, field)				\
	__UK_STAILQ_TAKE(head, &UK_STAILQ_FIRST(head), field)
#define UK_STAILQ_REMOVE_AFTER(head, elm, field)			\
	__UK_STAILQ_TAKE(head, &UK_STAILQ_NEXT(elm, field), field)
#define UK_STAILQ_REMOVE(head, elm, type, field)			\
	do {								\
		type **__link = &UK_STAILQ_FIRST(head);		\
									\
		while (*__link != (elm))				\
			__link = &UK_STAILQ_NEXT(*__link, field);	\
		__UK_STAILQ_TAKE(head, __link, field);			\
	} while (0)
#define UK_STAILQ_CONCAT(head1, head2)					\
	do {								\
		if (!UK_STAILQ_EMPTY(head2)) {				\
			*(head1)->stqh_last = UK_STAILQ_FIRST(head2);	\
			(head1)->stqh_last = (head2)->stqh_last;	\
			UK_STAILQ_INIT(head2);				\
		}							\
	} while (0)
#define UK_STAILQ_SWAP(head1, head2, type)				\
	do {								\
		__UK_LIST_SWAP(UK_STAILQ_FIRST(head1),			\
			       UK_STAILQ_FIRST(head2));			\
		__UK_LIST_SWAP((head1)->stqh_last, (head2)->stqh_last);	\
		if (UK_STAILQ_EMPTY(head1))				\
			UK_STAILQ_INIT(head1);				\
		if (UK_STAILQ_EMPTY(head2))				\
			UK_STAILQ_INIT(head2);				\
	} while (0)

/* ---- LIST: le_prev is the pointer that leads to the element ---- */

#define UK_COMPAT_LIST_HEAD(name, type)					\
	struct name { type *lh_first; }
#define UK_LIST_HEAD_INITIALIZER(head)	{ NULL }
#define UK_LIST_ENTRY(type)						\
	struct { type *le_next; type **le_prev; }

#define UK_LIST_CLASS_HEAD(name, type)	UK_COMPAT_LIST_HEAD(name, class type)
#define UK_LIST_CLASS_ENTRY(type)	UK_LIST_ENTRY(class type)

#define UK_LIST_FIRST(head)		((head)->lh_first)
#define UK_LIST_NEXT(elm, field)	((elm)->field.le_next)
#define UK_LIST_EMPTY(head)		(!UK_LIST_FIRST(head))
#define UK_LIST_PREV(elm, head, type, field)				\
	((elm)->field.le_prev == &UK_LIST_FIRST(head) ? NULL		\
	 : (type *)((char *)(elm)->field.le_prev			\
			   - offsetof(type, field.le_next)))
#define UK_LIST_INIT(head)						\
	do { UK_LIST_FIRST(head) = NULL; } while (0)

#define UK_LIST_FOREACH(var, head, field)				\
	__UK_WALK(var, UK_LIST_FIRST(head), UK_LIST_NEXT(var, field))
#define UK_LIST_FOREACH_FROM(var, head, field)				\
	__UK_WALK(var, __UK_BEGIN_AT(var, UK_LIST_FIRST(head)),		\
		  UK_LIST_NEXT(var, field))
#define UK_LIST_FOREACH_SAFE(var, head, field, tvar)			\
	__UK_WALK_SAFE(var, UK_LIST_FIRST(head),			\
		       UK_LIST_NEXT(var, field), tvar)
#define UK_LIST_FOREACH_FROM_SAFE(var, head, field, tvar)		\
	__UK_WALK_SAFE(var, __UK_BEGIN_AT(var, UK_LIST_FIRST(head)),	\
		       UK_LIST_NEXT(var, field), tvar)

/* Puts `elm` where *link leads to */
#define __UK_LIST_PUT(link, elm, field)					\
	do {								\
		if ((UK_LIST_NEXT(elm, field) = *(link)))		\
			UK_LIST_NEXT(elm, field)->field.le_prev =	\
				&UK_LIST_NEXT(elm, field);		\
		(elm)->field.le_prev = (link);				\
		*(elm)->field.le_prev = (elm);				\
	} while (0)

#define UK_LIST_INSERT_HEAD(head, elm, field)				\
	__UK_LIST_PUT(&UK_LIST_FIRST(head), elm, field)
#define UK_LIST_INSERT_AFTER(listelm, elm, field)			\
	__UK_LIST_PUT(&UK_LIST_NEXT(listelm, field), elm, field)
#define UK_LIST_INSERT_BEFORE(listelm, elm, field)			\
	do {								\
		(elm)->field.le_prev = (listelm)->field.le_prev;	\
		UK_LIST_NEXT(elm, field) = (listelm);			\
		*(listelm)->field.le_prev = (elm);			\
		(listelm)->field.le_prev = &UK_LIST_NEXT(elm, field);	\
	} while (0)
#define UK_LIST_REMOVE(elm, field)					\
	do {								\
		if (UK_LIST_NEXT(elm, field))				\
			UK_LIST_NEXT(elm, field)->field.le_prev =	\
				(elm)->field.le_prev;			\
		*(elm)->field.le_prev = UK_LIST_NEXT(elm, field);	\
	} while (0)
#define UK_LIST_CONCAT(head1, head2, type, field)			\
	do {								\
		type **__link = &UK_LIST_FIRST(head1);		\
									\
		while (*__link)						\
			__link = &UK_LIST_NEXT(*__link, field);		\
		if ((*__link = UK_LIST_FIRST(head2)))			\
			(*__link)->field.le_prev = __link;		\
		UK_LIST_INIT(head2);					\
	} while (0)
#define UK_LIST_SWAP(head1, head2, type, field)				\
	do {								\
		__UK_LIST_SWAP(UK_LIST_FIRST(head1), UK_LIST_FIRST(head2)); \
		if (UK_LIST_FIRST(head1))				\
			UK_LIST_FIRST(head1)->field.le_prev =		\
				&UK_LIST_FIRST(head1);			\
		if (UK_LIST_FIRST(head2))				\
			UK_LIST_FIRST(head2)->field.le_prev =		\
				&UK_LIST_FIRST(head2);			\
	} while (0)

/* ---- TAILQ: tqe_prev leads to the element; heads begin as entries do ---- */

#define UK_TAILQ_HEAD(name, type)					\
	struct name { type *tqh_first; type **tqh_last; }
#define UK_TAILQ_HEAD_INITIALIZER(head)	{ NULL, &(head).tqh_first }
#define UK_TAILQ_ENTRY(type)						\
	struct { type *tqe_next; type **tqe_prev; }

#define UK_TAILQ_CLASS_HEAD(name, type)	UK_TAILQ_HEAD(name, class type)
#define UK_TAILQ_CLASS_ENTRY(type)	UK_TAILQ_ENTRY(class type)

#define UK_TAILQ_FIRST(head)		((head)->tqh_first)
#define UK_TAILQ_NEXT(elm, field)	((elm)->field.tqe_next)
#define UK_TAILQ_EMPTY(head)		(!UK_TAILQ_FIRST(head))
/* The second word behind what leads to an element leads to the one before */
#define UK_TAILQ_LAST(head, headname)					\
	(*((struct headname *)(void *)(head)->tqh_last)->tqh_last)
#define UK_TAILQ_PREV(elm, headname, field)				\
	(*((struct headname *)(void *)(elm)->field.tqe_prev)->tqh_last)
#define UK_TAILQ_INIT(head)						\
	do {								\
		UK_TAILQ_FIRST(head) = NULL;				\
		(head)->tqh_last = &UK_TAILQ_FIRST(head);		\
	} while (0)

#define UK_TAILQ_FOREACH(var, head, field)				\
	__UK_WALK(var, UK_TAILQ_FIRST(head), UK_TAILQ_NEXT(var, field))
#define UK_TAILQ_FOREACH_FROM(var, head, field)				\
	__UK_WALK(var, __UK_BEGIN_AT(var, UK_TAILQ_FIRST(head)),	\
		  UK_TAILQ_NEXT(var, field))
#define UK_TAILQ_FOREACH_SAFE(var, head, field, tvar)			\
	__UK_WALK_SAFE(var, UK_TAILQ_FIRST(head),			\
		       UK_TAILQ_NEXT(var, field), tvar)
#define UK_TAILQ_FOREACH_FROM_SAFE(var, head, field, tvar)		\
	__UK_WALK_SAFE(var, __UK_BEGIN_AT(var, UK_TAILQ_FIRST(head)),	\
		       UK_TAILQ_NEXT(var, field), tvar)
#define UK_TAILQ_FOREACH_REVERSE(var, head, headname, field)		\
	__UK_WALK(var, UK_TAILQ_LAST(head, headname),			\
		  UK_TAILQ_PREV(var, headname, field))
#define UK_TAILQ_FOREACH_REVERSE_FROM(var, head, headname, field)	\
	__UK_WALK(var, __UK_BEGIN_AT(var, UK_TAILQ_LAST(head, headname)), \
		  UK_TAILQ_PREV(var, headname, field))
#define UK_TAILQ_FOREACH_REVERSE_SAFE(var, head, headname, field, tvar)	\
	__UK_WALK_SAFE(var, UK_TAILQ_LAST(head, headname),		\
		       UK_TAILQ_PREV(var, headname, field), tvar)
#define UK_TAILQ_FOREACH_REVERSE_FROM_SAFE(var, head, headname, field, tvar) \
	__UK_WALK_SAFE(var,						\
		       __UK_BEGIN_AT(var, UK_TAILQ_LAST(head, headname)), \
		       UK_TAILQ_PREV(var, headname, field), tvar)

/* What leads back to the place behind `elm`: the next one's, or the head's */
#define __UK_TAILQ_BACK(head, elm, field)				\
	(*(UK_TAILQ_NEXT(elm, field)					\
	   ? &UK_TAILQ_NEXT(elm, field)->field.tqe_prev			\
	   : &(head)->tqh_last))
#define __UK_TAILQ_PUT(head, link, elm, field)				\
	do {								\
		UK_TAILQ_NEXT(elm, field) = *(link);			\
		__UK_TAILQ_BACK(head, elm, field) =			\
			&UK_TAILQ_NEXT(elm, field);			\
		(elm)->field.tqe_prev = (link);				\
		*(elm)->field.tqe_prev = (elm);				\
	} while (0)

#define UK_TAILQ_INSERT_HEAD(head, elm, field)				\
	__UK_TAILQ_PUT(head, &UK_TAILQ_FIRST(head), elm, field)
#define UK_TAILQ_INSERT_AFTER(head, listelm, elm, field)		\
	__UK_TAILQ_PUT(head, &UK_TAILQ_NEXT(listelm, field), elm, field)
#define UK_TAILQ_INSERT_TAIL(head, elm, field)				\
	do {								\
		UK_TAILQ_NEXT(elm, field) = NULL;			\
		(elm)->field.tqe_prev = (head)->tqh_last;		\
		*(head)->tqh_last = (elm);				\
		(head)->tqh_last = &UK_TAILQ_NEXT(elm, field);		\
	} while (0)
#define UK_TAILQ_INSERT_BEFORE(listelm, elm, field)			\
	do {								\
		(elm)->field.tqe_prev = (listelm)->field.tqe_prev;	\
		UK_TAILQ_NEXT(elm, field) = (listelm);			\
		*(listelm)->field.tqe_prev = (elm);			\
		(listelm)->field.tqe_prev = &UK_TAILQ_NEXT(elm, field);	\
	} while (0)
#define UK_TAILQ_REMOVE(head, elm, field)				\
	do {								\
		__UK_TAILQ_BACK(head, elm, field) = (elm)->field.tqe_prev; \
		*(elm)->field.tqe_prev = UK_TAILQ_NEXT(elm, field);	\
	} while (0)
#define UK_TAILQ_CONCAT(head1, head2, field)				\
	do {								\
		if (!UK_TAILQ_EMPTY(head2)) {				\
			*(head1)->tqh_last = UK_TAILQ_FIRST(head2);	\
			UK_TAILQ_FIRST(head2)->field.tqe_prev =		\
				(head1)->tqh_last;			\
			(head1)->tqh_last = (head2)->tqh_last;		\
			UK_TAILQ_INIT(head2);				\
		}							\
	} while (0)
#define UK_TAILQ_SWAP(head1, head2, type, field)			\
	do {								\
		__UK_LIST_SWAP(UK_TAILQ_FIRST(head1),			\
			       UK_TAILQ_FIRST(head2));			\
		__UK_LIST_SWAP((head1)->tqh_last, (head2)->tqh_last);	\
		__UK_TAILQ_MOVED(head1, field);				\
		__UK_TAILQ_MOVED(head2, field);				\
	} while (0)
#define __UK_TAILQ_MOVED(head, field)					\
	do {								\
		if (UK_TAILQ_EMPTY(head))				\
			UK_TAILQ_INIT(head);				\
		else							\
			UK_TAILQ_FIRST(head)->field.tqe_prev =		\
				&UK_TAILQ_FIRST(head);			\
	} while (0)

#endif /* __UK_COMPAT_LIST_H__ */
