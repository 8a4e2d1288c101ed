/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Events: one library names an event and raises it, others register handlers
 * for it, and the linker brings them together. Nobody allocates anything.
 *
 *	UK_EVENT(disk_full);				one definition
 *	UK_EVENT_HANDLER(disk_full, drop_caches);	any number
 *	uk_raise_event(disk_full, &info);		calls them by priority
 *
 * A library that hides its symbols exports `uk_event_NAME` when others raise
 * its event. Handlers may run wherever the event is raised, traps included.
 */
#ifndef __UK_EVENT_H__
#define __UK_EVENT_H__

#include <uk/config.h>
#include <uk/essentials.h>
#include <uk/prio.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Gets what the event was raised with. Returns one of the three values below,
 * or a negative error code.
 */
typedef int (*uk_event_handler_t)(void *data);

#define UK_EVENT_NOT_HANDLED	0	/* not mine: ask the next one */
#define UK_EVENT_HANDLED	1	/* done: ask nobody else */
#define UK_EVENT_HANDLED_CONT	2	/* done, but let others see it too */

struct uk_event {
	/* One after the last handler; the first one follows this structure */
	const uk_event_handler_t *hlist_end;
};

/*
 * Sections sort by name into header, handlers, end label: '~' sorts after
 * every character of a C name, so events whose names begin alike stay apart.
 */
#define _UK_EVT_EVENT(event)		uk_event_ ## event
#define _UK_EVT_HLIST_END(event)	_uk_event_ ## event ## _end

#define UK_EVENT(event)							\
	extern const uk_event_handler_t _UK_EVT_HLIST_END(event)[];	\
	struct uk_event							\
	__used __section(".uk_event_" #event "~")			\
	_UK_EVT_EVENT(event) = { _UK_EVT_HLIST_END(event) };		\
	_UK_EVT_END_LABEL(#event, _uk_event_ ## event ## _end)

#define _UK_EVT_END_LABEL(event, label)					\
	__asm__(".pushsection \".uk_event_" event "~~\", \"aw\"\n"	\
		#label ":\n"						\
		".popsection\n")

/* `prio` as in uk/ctors.h; handlers of one priority run in any order */
#define UK_EVENT_HANDLER_PRIO(event, fn, prio)				\
	_UK_EVENT_HANDLER_PRIO(event, fn, prio)
#define _UK_EVENT_HANDLER_PRIO(event, fn, prio)				\
	__UK_EVENT_HANDLER_PRIO(event, fn, prio)
#define __UK_EVENT_HANDLER_PRIO(event, fn, prio)			\
	static uk_event_handler_t					\
	__used __section(".uk_event_" #event "~" #prio)			\
	_uk_event_ ## event ## _ ## prio ## _ ## fn = (fn)

#define UK_EVENT_HANDLER(event, fn)					\
	UK_EVENT_HANDLER_PRIO(event, fn, UK_PRIO_LATEST)

#define UK_EVENT_PTR(name)		(&_UK_EVT_EVENT(name))

#define uk_event_handler_foreach(itr, e_ptr)				\
	for ((itr) = (const uk_event_handler_t *)((e_ptr) + 1);		\
	     (itr) < (e_ptr)->hlist_end;				\
	     (itr)++)

/*
 * Calls the handlers of `e` in order until one has handled it or failed.
 * Returns that one's answer; UK_EVENT_HANDLED_CONT when only such answered;
 * UK_EVENT_NOT_HANDLED when nobody did.
 */
static inline int uk_raise_event_ptr(struct uk_event *e, void *data)
{
	const uk_event_handler_t *handler;
	int seen = UK_EVENT_NOT_HANDLED;
	int answer;

	uk_event_handler_foreach(handler, e) {
		answer = (*handler)(data);
		if (answer == UK_EVENT_HANDLED || answer < 0)
			return answer;
		if (answer == UK_EVENT_HANDLED_CONT)
			seen = answer;
	}
	return seen;
}

#define uk_raise_event(event, data)					\
	({								\
		extern struct uk_event _UK_EVT_EVENT(event);		\
									\
		uk_raise_event_ptr(UK_EVENT_PTR(event), (data));	\
	})

#ifdef __cplusplus
}
#endif

#endif /* __UK_EVENT_H__ */
