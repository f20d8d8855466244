/* timer_queue.c - see timer_queue.h. */
#include "io/timer_queue.h"

#include <stdlib.h>

#include "base/alloc.h"

enum { CAP_MIN = 16 };

void timer_queue_done(struct timer_queue *q)
{
	free(q->armed);
	free(q->due);
	*q = (struct timer_queue){ 0 };
}

static void make_room(struct timer_item ***items, unsigned n, unsigned *cap)
{
	if (n < *cap)
		return;
	*cap = *cap ? *cap * 2 : CAP_MIN;
	*items = x_realloc(*items, *cap, sizeof(**items));
}

static void put(struct timer_queue *q, unsigned slot, struct timer_item *t)
{
	q->armed[slot] = t;
	t->slot = slot;
}

/* From `slot` towards the root, until what is above is not later. */
static void rise(struct timer_queue *q, unsigned slot, struct timer_item *t)
{
	while (slot > 0 && mono_before(t->at, q->armed[(slot - 1) / 2]->at)) {
		put(q, slot, q->armed[(slot - 1) / 2]);
		slot = (slot - 1) / 2;
	}
	put(q, slot, t);
}

/* From `slot` away from the root, until what is below is not earlier. */
static void sink(struct timer_queue *q, unsigned slot, struct timer_item *t)
{
	for (unsigned child; (child = 2 * slot + 1) < q->n_armed; slot = child) {
		if (child + 1 < q->n_armed && mono_before(q->armed[child + 1]->at, q->armed[child]->at))
			child++;
		if (!mono_before(q->armed[child]->at, t->at))
			break;
		put(q, slot, q->armed[child]);
	}
	put(q, slot, t);
}

static void settle(struct timer_queue *q, unsigned slot, struct timer_item *t)
{
	if (slot > 0 && mono_before(t->at, q->armed[(slot - 1) / 2]->at))
		rise(q, slot, t);
	else
		sink(q, slot, t);
}

static void disarm(struct timer_queue *q, const struct timer_item *t)
{
	struct timer_item *last = q->armed[--q->n_armed];

	if (last != t)
		settle(q, t->slot, last);
}

void timer_queue_del(struct timer_queue *q, struct timer_item *t)
{
	switch ((enum timer_place)t->place) {
	case TIMER_IDLE:
		return;
	case TIMER_ARMED:
		disarm(q, t);
		break;
	case TIMER_DUE:
		q->due[t->slot] = NULL;
		break;
	}
	t->place = TIMER_IDLE;
}

void timer_queue_add(struct timer_queue *q, struct timer_item *t, mono_t at)
{
	if (t->place == TIMER_ARMED) {
		t->at = at;
		settle(q, t->slot, t);
		return;
	}
	timer_queue_del(q, t);
	make_room(&q->armed, q->n_armed, &q->cap_armed);
	t->at = at;
	t->place = TIMER_ARMED;
	rise(q, q->n_armed++, t);
}

mono_t timer_queue_next(const struct timer_queue *q)
{
	for (unsigned i = q->at_due; i < q->n_due; i++)
		if (q->due[i])
			return q->due[i]->at;
	return q->n_armed ? q->armed[0]->at : MONO_NEVER;
}

void timer_queue_expire(struct timer_queue *q, mono_t now)
{
	while (q->n_armed && !mono_before(now, q->armed[0]->at)) {
		struct timer_item *t = q->armed[0];

		disarm(q, t);
		make_room(&q->due, q->n_due, &q->cap_due);
		t->place = TIMER_DUE;
		t->slot = q->n_due;
		q->due[q->n_due++] = t;
	}
}

struct timer_item *timer_queue_take(struct timer_queue *q)
{
	while (q->at_due < q->n_due) {
		struct timer_item *t = q->due[q->at_due++];

		if (!t)
			continue;
		t->place = TIMER_IDLE;
		return t;
	}
	q->n_due = q->at_due = 0;
	return NULL;
}
