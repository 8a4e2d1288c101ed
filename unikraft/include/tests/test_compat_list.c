/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The lists of BSD: random operations on each against an array of numbers.
 */
#include <uk/list.h>
#include <uk/test.h>

#define ELEMENTS	8
#define ROUNDS		400

struct item {
	int nr;
	UK_SLIST_ENTRY(struct item) single;
	UK_STAILQ_ENTRY(struct item) queue;
	UK_LIST_ENTRY(struct item) twofold;
	UK_TAILQ_ENTRY(struct item) tail;
};

UK_SLIST_HEAD(slist, struct item);
UK_STAILQ_HEAD(stailq, struct item);
UK_COMPAT_LIST_HEAD(list, struct item);
UK_TAILQ_HEAD(tailq, struct item);

static struct slist slist = UK_SLIST_HEAD_INITIALIZER(slist), slist2;
static struct stailq stailq = UK_STAILQ_HEAD_INITIALIZER(stailq), stailq2;
static struct list list = UK_LIST_HEAD_INITIALIZER(list), list2;
static struct tailq tailq = UK_TAILQ_HEAD_INITIALIZER(tailq), tailq2;

static struct item items[ELEMENTS];
/* What is in all of the lists, in order */
static int model[ELEMENTS];
static int len;

static int at_random(int below)
{
	static unsigned int state = 99;

	state = state * 1103515245 + 12345;
	return (int)(state >> 8) % below;
}

static void insert(int at, int nr)
{
	struct item *item = &items[nr];
	struct item *before = at ? &items[model[at - 1]] : NULL;
	struct item *after = at < len ? &items[model[at]] : NULL;
	int i;

	item->nr = nr;
	if (!before) {
		UK_SLIST_INSERT_HEAD(&slist, item, single);
		UK_STAILQ_INSERT_HEAD(&stailq, item, queue);
		UK_LIST_INSERT_HEAD(&list, item, twofold);
		UK_TAILQ_INSERT_HEAD(&tailq, item, tail);
	} else {
		UK_SLIST_INSERT_AFTER(before, item, single);
		if (after) {
			UK_STAILQ_INSERT_AFTER(&stailq, before, item, queue);
			UK_LIST_INSERT_BEFORE(after, item, twofold);
			UK_TAILQ_INSERT_BEFORE(after, item, tail);
		} else {
			UK_STAILQ_INSERT_TAIL(&stailq, item, queue);
			UK_LIST_INSERT_AFTER(before, item, twofold);
			UK_TAILQ_INSERT_TAIL(&tailq, item, tail);
		}
	}
	for (i = len++; i > at; i--)
		model[i] = model[i - 1];
	model[at] = nr;
}

static void remove_at(int at)
{
	struct item *item = &items[model[at]];
	struct item *before = at ? &items[model[at - 1]] : NULL;

	if (!before) {
		UK_SLIST_REMOVE_HEAD(&slist, single);
		UK_STAILQ_REMOVE_HEAD(&stailq, queue);
	} else if (at_random(2)) {
		UK_SLIST_REMOVE_AFTER(before, single);
		UK_STAILQ_REMOVE_AFTER(&stailq, before, queue);
	} else {
		UK_SLIST_REMOVE(&slist, item, struct item, single);
		UK_STAILQ_REMOVE(&stailq, item, struct item, queue);
	}
	UK_LIST_REMOVE(item, twofold);
	UK_TAILQ_REMOVE(&tailq, item, tail);
	for (len--; at < len; at++)
		model[at] = model[at + 1];
}

/* There and back, or together with another list, they stay as they are */
static void move(void)
{
	UK_SLIST_INIT(&slist2);
	UK_STAILQ_INIT(&stailq2);
	UK_LIST_INIT(&list2);
	UK_TAILQ_INIT(&tailq2);
	UK_SLIST_SWAP(&slist, &slist2, struct item);
	UK_STAILQ_SWAP(&stailq, &stailq2, struct item);
	UK_LIST_SWAP(&list, &list2, struct item, twofold);
	UK_TAILQ_SWAP(&tailq, &tailq2, struct item, tail);
	UK_SLIST_CONCAT(&slist, &slist2, struct item, single);
	UK_STAILQ_CONCAT(&stailq, &stailq2);
	UK_LIST_CONCAT(&list, &list2, struct item, twofold);
	UK_TAILQ_CONCAT(&tailq, &tailq2, tail);
}

static int wrong(void)
{
	struct item *item, *next, *last = len ? &items[model[len - 1]] : NULL;
	int i, n = 0;

#define COMPARE(walk)							\
	do {								\
		i = 0;							\
		walk							\
			n += i >= len || item->nr != model[i++];	\
		n += i != len;						\
	} while (0)

	COMPARE(UK_SLIST_FOREACH(item, &slist, single));
	COMPARE(UK_STAILQ_FOREACH_SAFE(item, &stailq, queue, next));
	COMPARE(UK_LIST_FOREACH(item, &list, twofold));
	COMPARE(UK_TAILQ_FOREACH_SAFE(item, &tailq, tail, next));
	i = len;
	UK_TAILQ_FOREACH_REVERSE(item, &tailq, tailq, tail)
		n += !i || item->nr != model[--i];
	n += i != 0;
	n += UK_STAILQ_LAST(&stailq, struct item, queue) != last;
	n += UK_TAILQ_LAST(&tailq, tailq) != last;
	if (last)
		n += UK_LIST_PREV(last, &list, struct item, twofold)
			!= (len > 1 ? &items[model[len - 2]] : NULL);
	return n;
}

static int is_in(int nr)
{
	int i;

	for (i = 0; i < len; i++)
		if (model[i] == nr)
			return 1;
	return 0;
}

UK_TESTCASE(uk_compat_list, agrees_with_an_array)
{
	int round, nr, n = 0;

	for (round = 0; round < ROUNDS; round++) {
		nr = at_random(ELEMENTS);
		if (!is_in(nr))
			insert(at_random(len + 1), nr);
		else if (at_random(3))
			remove_at(at_random(len));
		else
			move();
		n += wrong();
	}
	UK_TEST_EXPECT_ZERO(n);
	while (len)
		remove_at(at_random(len));
	UK_TEST_EXPECT_ZERO(wrong());
	UK_TEST_EXPECT(UK_SLIST_EMPTY(&slist) && UK_STAILQ_EMPTY(&stailq)
		       && UK_LIST_EMPTY(&list) && UK_TAILQ_EMPTY(&tailq));
}

UK_TESTCASE(uk_compat_list, removes_while_it_walks)
{
	struct item *item, *next;
	int n = 0;

	for (n = 0; n < ELEMENTS; n++) {
		items[n].nr = n;
		UK_TAILQ_INSERT_TAIL(&tailq, &items[n], tail);
	}
	UK_TAILQ_FOREACH_SAFE(item, &tailq, tail, next)
		if (item->nr % 2)
			UK_TAILQ_REMOVE(&tailq, item, tail);
	n = 0;
	UK_TAILQ_FOREACH(item, &tailq, tail)
		n += item->nr % 2 ? 100 : 1;
	UK_TEST_EXPECT_SNUM_EQ(n, ELEMENTS / 2);
	item = &items[4];
	n = 0;
	UK_TAILQ_FOREACH_FROM(item, &tailq, tail)
		n++;
	UK_TEST_EXPECT_SNUM_EQ(n, 2);
	UK_TAILQ_INIT(&tailq);
}

uk_testsuite_register(uk_compat_list, NULL);
