/*
 * timer_queue.h - timers by the time they are due: a binary heap of pointers, so that thousands of them cost a word each, and
 * moving one a few comparisons. What is due is taken out all at once: whoever is armed anew meanwhile waits for the next turn.
 * Pure: no clock.
 */
#ifndef IO_TIMER_QUEUE_H
#define IO_TIMER_QUEUE_H
#include "base/mono.h"

#include <stdbool.h>
#include <stdint.h>

enum timer_place { TIMER_IDLE, TIMER_ARMED, TIMER_DUE };

/* Embedded where the timer lives; zero is idle. Private to timer_queue.c but for `at` of what is not idle. */
struct timer_item {
	mono_t at;
	unsigned slot;         /* in the array of its place */
	uint8_t place;         /* enum timer_place */
	bool in_call, is_dead; /* its owner's, where they cost nothing */
};

/* Zero is an empty one. */
struct timer_queue {
	struct timer_item **armed; /* owned: a heap, the earliest first */
	unsigned n_armed, cap_armed;
	struct timer_item **due; /* owned: in order; NULL: that one was disarmed since */
	unsigned n_due, cap_due, at_due;
};

void timer_queue_done(struct timer_queue *q);
/* Arms it, or moves it. */
void timer_queue_add(struct timer_queue *q, struct timer_item *t, mono_t at);
/* Accepts an idle one. */
void timer_queue_del(struct timer_queue *q, struct timer_item *t);
/* When the first one is due: in the past where some are due and were not taken; MONO_NEVER: none. */
mono_t timer_queue_next(const struct timer_queue *q);
/* All that are due at `now` will be taken, the earliest first. */
void timer_queue_expire(struct timer_queue *q, mono_t now);
/* Takes one of them; it is idle then. NULL: no more. */
struct timer_item *timer_queue_take(struct timer_queue *q);
#endif
