/* announce.c - see announce.h. */
#include "vrrp/announce.h"

#include <stddef.h>

void announce_init(struct announcer *a, announce_send_fn *send, void *ctx)
{
	TAILQ_INIT(&a->first);
	TAILQ_INIT(&a->repeat);
	a->send = send;
	a->ctx = ctx;
	a->interval = 0;
	a->next_at = (mono_t){ 0 };
	a->in_turn = 0;
}

static void enqueue(struct announcer *a, struct announce_item *item, enum announce_place place)
{
	if (place == ANNOUNCE_FIRST)
		TAILQ_INSERT_TAIL(&a->first, item, next);
	else
		TAILQ_INSERT_TAIL(&a->repeat, item, next);
	item->place = place;
}

static void dequeue(struct announcer *a, struct announce_item *item)
{
	if (item->place == ANNOUNCE_FIRST)
		TAILQ_REMOVE(&a->first, item, next);
	else if (item->place == ANNOUNCE_REPEAT)
		TAILQ_REMOVE(&a->repeat, item, next);
	item->place = ANNOUNCE_IDLE;
}

void announce_add(struct announcer *a, struct announce_item *item, unsigned count)
{
	dequeue(a, item);
	item->left = count;
	item->round_at = (mono_t){ 0 };
	if (count > 0)
		enqueue(a, item, ANNOUNCE_FIRST);
}

void announce_again(struct announcer *a, struct announce_item *item, unsigned count)
{
	if (item->left < count)
		item->left = count;
	if (item->place != ANNOUNCE_IDLE || item->left == 0)
		return;
	item->round_at = (mono_t){ 0 }; /* its last one was long ago */
	enqueue(a, item, ANNOUNCE_REPEAT);
}

void announce_drop(struct announcer *a, struct announce_item *item)
{
	dequeue(a, item);
	item->left = 0;
}

static void move_list(struct announcer *to, struct announcer *from, struct announce_list *list, const struct port *port)
{
	struct announce_item *next;

	for (struct announce_item *item = TAILQ_FIRST(list); item; item = next) {
		const enum announce_place place = item->place;

		next = TAILQ_NEXT(item, next);
		if (item->port != port)
			continue;
		dequeue(from, item);
		enqueue(to, item, place);
	}
}

void announce_move(struct announcer *to, struct announcer *from, const struct port *port)
{
	move_list(to, from, &from->first, port);
	move_list(to, from, &from->repeat, port);
	to->next_at = mono_max(to->next_at, from->next_at);
}

/* Repeats wait in the order in which they came, which is nearly that in which they are due: the first one tells for all. */
static struct announce_item *head(const struct announcer *a, mono_t *ret_at)
{
	struct announce_item *item = TAILQ_FIRST(&a->first);

	*ret_at = a->next_at;
	if (item)
		return item;
	item = TAILQ_FIRST(&a->repeat);
	if (item && mono_before(*ret_at, item->round_at))
		*ret_at = item->round_at;
	return item;
}

static void send_head(struct announcer *a, struct announce_item *item, mono_t now)
{
	dequeue(a, item);
	item->left--;
	a->send(a->ctx, item);
	item->round_at = mono_add(now, ANNOUNCE_ROUND_USEC);
	if (item->left > 0)
		enqueue(a, item, ANNOUNCE_REPEAT);
}

/* After one was sent at `now`: when the next may go. */
static void charge(struct announcer *a, mono_t now)
{
	if (a->interval > 0) {
		a->next_at = mono_add(now, a->interval);
	} else if (++a->in_turn >= ANNOUNCE_BURST) {
		a->next_at = mono_add(now, ANNOUNCE_TURN_USEC);
		a->in_turn = 0;
	}
}

mono_t announce_run(struct announcer *a, mono_t now)
{
	mono_t at;

	for (struct announce_item *item = head(a, &at); item; item = head(a, &at)) {
		if (mono_before(now, at))
			return at;
		send_head(a, item, now);
		charge(a, now);
	}
	return MONO_NEVER;
}
