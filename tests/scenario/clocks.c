/* clocks.c - see clocks.h. */
#include "clocks.h"

#include <inttypes.h>
#include <stdlib.h>

#define EPOCH (INT64_C(1800000000) * MONO_SEC)
#define HOUR (3600 * MONO_SEC)

static int64_t utc_of(const struct clocks *c, const struct sim *s, unsigned node)
{
	return EPOCH + s->now.usec + c->offset[node];
}

void clocks_init(struct clocks *c, struct sim *s, bool is_on)
{
	static const int64_t windows[] = { 0, 20 * MONO_SEC, 60 * MONO_SEC };
	const uint64_t mark = hmac_next(0, EPOCH - MONO_SEC);
	unsigned a, b;

	c->is_on = is_on;
	if (!is_on)
		return;
	c->window = windows[sim_random(s, 3)];
	c->wrong = (unsigned)sim_random(s, s->n / s->members);
	for (a = 0; a < s->n; a++)
		c->sent[a] = mark;
	for (a = 0; a < s->n; a++)
		for (b = 0; b < s->n; b++)
			c->past[a][b] = (struct hmac_past){ true, mark, c->window };
	if (hmac_skew(mark, EPOCH) != MONO_SEC || hmac_skew(mark, EPOCH - HOUR) != MONO_SEC - HOUR)
		sim_fail(s, "S12: a second is not a second");
}

void clocks_step(struct clocks *c, const struct sim *s, unsigned value)
{
	static const int64_t places[] = { 0, -MONO_MSEC, -MONO_SEC, -HOUR, -24 * HOUR, HOUR, 24 * HOUR,
		700 * 24 * HOUR };
	/* Without a window, who was in the future and forgot it cannot be told from one who replays. */
	const int64_t place = c->window || places[value % 8] < 0 ? places[value % 8] : 0;
	unsigned m, node;

	for (m = 0; c->is_on && m < s->members; m++) {
		node = c->wrong * s->members + m;
		if (!c->sent[node]) /* who never sent, cannot be known as older */
			continue;
		c->offset[node] = place;
		c->was_wrong[node] = c->was_ever_wrong[node] = true;
	}
}

void clocks_boot(struct clocks *c, unsigned node)
{
	c->offset[node] = 0;
	c->sent[node] = 0;
	c->was_wrong[node] = false;
}

void clocks_replay(struct clocks *c, struct sim *s, unsigned from)
{
	unsigned to;

	if (!c->is_on || !c->recorded[from].number)
		return;
	/* Whose clock was ahead, is believed by the receiver's clock again: what is as fresh cannot be told from it. */
	if (c->was_ever_wrong[from] && hmac_skew(c->recorded[from].sequence, EPOCH + s->now.usec) <= c->window)
		return;
	for (to = from % s->members; to < s->n; to += s->members)
		if (to != from &&
			c->seen[to][from] >= c->recorded[from].number) /* what is new to it, may as well be late */
			sim_post(s,
				(struct sim_event){ .at = mono_add(s->now, s->delay),
					.kind = SIM_PACKET,
					.node = to,
					.packet = c->recorded[from] });
}

void clocks_sign(struct clocks *c, struct sim *s, struct sim_packet *p)
{
	if (!c->is_on)
		return;
	c->sent[p->from] = hmac_next(c->sent[p->from], utc_of(c, s, p->from));
	p->sequence = c->sent[p->from];
	p->number = ++c->n_sent[p->from];
	p->is_odd = c->was_wrong[p->from];
	/*
	 * The first of each, and some later ones; never one of a clock that was ahead: who was told of the future may be told
	 * again.
	 */
	if ((p->number == 1 || p->number % 16 == 0) && hmac_skew(p->sequence, EPOCH + s->now.usec) >= 0)
		c->recorded[p->from] = *p;
}

/* What must come out of it: valid, valid with a wrong clock, or neither. One that waited for a pause's end is `age` usec old. */
static bool is_right(const struct clocks *c, unsigned node, const struct sim_packet *p, enum hmac_result r, int64_t age)
{
	if (p->number <= c->seen[node][p->from])
		return r == HMAC_REPLAYED;
	if (!c->window || (!c->was_wrong[node] && !p->is_odd && age <= c->window))
		return r == HMAC_OK;
	if (!p->is_odd && llabs(c->offset[node]) >= HOUR)
		return r == HMAC_WRONG_CLOCK;
	return r == HMAC_OK || r == HMAC_WRONG_CLOCK;
}

bool clocks_judge(struct clocks *c, struct sim *s, unsigned node, const struct sim_packet *p)
{
	struct hmac_past *past = &c->past[node][p->from];
	const enum hmac_result r = c->is_on ? hmac_judge(past, p->sequence, utc_of(c, s, node)) : HMAC_OK;

	if (!c->is_on)
		return true;
	if (!is_right(c, node, p, r, hmac_skew(p->sequence, EPOCH + s->now.usec)))
		sim_fail(s, "S12: %u calls advert %" PRIu64 " of %u %s, after %" PRIu64, node, p->number, p->from,
			hmac_result_str(r), c->seen[node][p->from]);
	if (p->number <= c->seen[node][p->from])
		return false;
	past->mark = p->sequence;
	c->seen[node][p->from] = p->number;
	return true;
}
