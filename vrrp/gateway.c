/* gateway.c - see gateway.h. */
#include "vrrp/gateway.h"

/* Whether so long a time has passed since the last change that there may be another. */
static bool may_change(const struct gateway *g, const struct gateway_conf *c, mono_t now)
{
	return g->changed_at.usec == 0 || !mono_before(now, mono_add(g->changed_at, c->hold));
}

static void turn(struct gateway *g, enum track_state to, mono_t now, struct gateway_out *out)
{
	if (g->state != TRACK_UNKNOWN)
		g->changed_at = now;
	g->state = to;
	out->has_changed = true;
}

/* The first answer makes it up, for nothing is known before; later ones need company. */
static void judge(struct gateway *g, const struct gateway_conf *c, mono_t now, struct gateway_out *out)
{
	const bool is_first = g->state == TRACK_UNKNOWN && g->good;
	const bool is_back = g->state == TRACK_DOWN && g->good >= c->rise && may_change(g, c, now);

	if (is_first || is_back)
		turn(g, TRACK_UP, now, out);
	else if (g->state != TRACK_DOWN && g->bad >= c->fall && may_change(g, c, now))
		turn(g, TRACK_DOWN, now, out);
}

static void count(struct gateway *g, bool is_good)
{
	g->deadline = (mono_t){ 0 };
	g->good = is_good ? g->good + 1 : 0;
	g->bad = is_good ? 0 : g->bad + 1;
}

static void on_timer(struct gateway *g, const struct gateway_conf *c, mono_t now, struct gateway_out *out)
{
	if (g->deadline.usec && !mono_before(now, g->deadline)) {
		count(g, false);
		judge(g, c, now, out);
	}
	if (g->deadline.usec || mono_before(now, g->next_at))
		return;
	out->must_ask = true;
	g->asked++;
	g->deadline = mono_add(now, c->timeout < c->interval ? c->timeout : c->interval);
	g->next_at = mono_add(now, c->interval);
}

void gateway_step(struct gateway *g, const struct gateway_conf *c, enum gateway_event_type type, mono_t now,
	struct gateway_out *out)
{
	*out = (struct gateway_out){ 0 };
	switch (type) {
	case GATEWAY_EV_TIMER:
		on_timer(g, c, now, out);
		break;
	case GATEWAY_EV_ANSWER:
		if (!g->deadline.usec)
			break; /* nobody asked: it came too late, or more than once */
		g->answered++;
		count(g, true);
		judge(g, c, now, out);
		break;
	case GATEWAY_EV_UNSENT:
		count(g, false);
		judge(g, c, now, out);
		break;
	}
	out->timer = g->deadline.usec ? mono_min(g->deadline, g->next_at) : g->next_at;
}
