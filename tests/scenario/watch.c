/* watch.c - see watch.h. */
#include "watch.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { EPS = 2, WHAT_BFD, WHAT_ASK, WHAT_ANSWER };

static bool is_running(const struct sim *s, unsigned d)
{
	unsigned m;

	for (m = d * s->members; m < (d + 1) * s->members; m++)
		if (s->node[m].is_on && !s->node[m].is_paused)
			return true;
	return false;
}

static bool is_on(const struct sim *s, unsigned d)
{
	unsigned m;

	for (m = d * s->members; m < (d + 1) * s->members; m++)
		if (s->node[m].is_on)
			return true;
	return false;
}

static uint32_t greater(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

static uint32_t lesser(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static void post(struct sim *s, mono_t at, unsigned d, unsigned what, unsigned other)
{
	if (at.usec != MONO_NEVER.usec)
		sim_post(s,
			(struct sim_event){
				.at = at, .kind = SIM_OTHER, .node = d, .plan = what * WATCH_DIRECTORS + other });
}

/* BFD. */

/* How long silence must last at least, and at most, by what was configured and heard last. */
static int64_t silence(const struct watch_session *x, bool is_most)
{
	const uint32_t rx = is_most ? x->rx_most : x->rx_least;

	return (int64_t)x->heard.multiplier * greater(rx, x->heard.desired_tx);
}

static bool is_same(const struct bfd_packet *a, const struct bfd_packet *b)
{
	return a->diag == b->diag && a->state == b->state && a->multiplier == b->multiplier &&
		a->your_discriminator == b->your_discriminator && a->desired_tx == b->desired_tx &&
		a->required_rx == b->required_rx;
}

static void check_packet(struct watch *w, struct sim *s, unsigned d, unsigned e, const struct bfd_packet *p)
{
	struct watch_session *x = &w->session[d][e];
	const int64_t since = mono_diff(s->now, x->sent_at);
	/* While it polls for a slower pace, the faster one goes on, though a reload may have made it the configured one again. */
	const struct bfd_timing *t = &w->timing[d];
	const uint32_t before = p->poll && p->state == BFD_UP ? lesser(t->desired_tx, t->required_rx) : p->desired_tx;
	const uint32_t tx = lesser(before, p->desired_tx);
	const int64_t pace = greater(tx, x->has_heard ? x->heard.required_rx : 1);

	if (p->poll && p->final)
		sim_fail(s, "B6: %u polls and answers %u in one packet", d, e);
	if (p->my_discriminator != x->bfd.discriminator || p->multiplier != w->timing[d].multiplier)
		sim_fail(s, "B5: %u says to %u what is not configured", d, e);
	if (p->state != BFD_UP && p->desired_tx < MONO_SEC)
		sim_fail(s, "B5: %u is not up and wants to send to %u every %u us", d, e, p->desired_tx);
	if (p->final) {
		x->owes_final = false;
		x->sent = *p;
		x->said = x->n_changes;
		return;
	}
	if (x->has_sent && since * 100 < pace * 75 - 100 && is_same(p, &x->sent) && x->n_changes == x->said &&
		(!w->timing[d].is_passive || p->state == BFD_UP)) /* a passive one that was silent begins at once */
		sim_fail(s, "B5: %u sends to %u after %" PRId64 " us, its state %s, wants %u, may %u", d, e, since,
			bfd_state_str(p->state), p->desired_tx, x->heard.required_rx);
	x->has_sent = true;
	x->said = x->n_changes;
	x->sent = *p;
	x->sent_at = s->now;
}

static void transmit(struct watch *w, struct sim *s, unsigned d, unsigned e, const struct bfd_packet *p)
{
	const struct sim_packet out = { .from = d * s->members, .cargo = SIM_BFD, .bfd = *p };

	check_packet(w, s, d, e, p);
	sim_send(s, &out, e * s->members);
}

static void enter(struct watch *w, struct sim *s, unsigned d, unsigned e, const struct bfd_action *a)
{
	struct watch_session *x = &w->session[d][e];
	const bool was_up = x->is_up;
	const int64_t quiet = mono_diff(s->now, x->heard_at);

	x->n_changes++;
	x->is_up = a->to == BFD_UP;
	x->was_up = (x->was_up || x->is_up) && a->why != BFD_WHY_NEIGHBOR_ADMIN;
	if (a->why == BFD_WHY_EXPIRED && quiet < silence(x, false))
		sim_fail(s, "B4: %u gives up %u after %" PRId64 " us", d, e, quiet);
	if ((a->why == BFD_WHY_NEIGHBOR_DOWN) !=
		(a->from == BFD_UP && a->to == BFD_DOWN && x->heard.state == BFD_DOWN && a->why != BFD_WHY_EXPIRED))
		sim_fail(s, "B4: %u goes Down with %u for another reason than its neighbor's", d, e);
	if (was_up != x->is_up)
		w->changed(s, d);
}

/* What may be in force: while a poll is not over, that of before a reload too. */
static void look_at_timing(const struct watch *w, struct watch_session *x, unsigned d)
{
	const uint32_t rx = w->timing[d].required_rx;

	x->rx_least = x->rx_most = rx;
	if (!x->bfd.is_polling && x->bfd.required_rx == rx)
		x->rx_before = rx;
	x->rx_most = greater(rx, x->rx_before);
	x->rx_least = rx < x->rx_before ? rx : x->rx_before;
}

static void check_session(struct watch *w, struct sim *s, unsigned d, unsigned e)
{
	struct watch_session *x = &w->session[d][e];
	const bool is_heard = x->bfd.state == BFD_UP || x->bfd.state == BFD_INIT;

	look_at_timing(w, x, d);
	if (!bfd_is_sane(&x->bfd))
		sim_fail(s, "B1: session of %u with %u", d, e);
	if (is_heard && x->timer.usec == MONO_NEVER.usec)
		sim_fail(s, "B3: %u does not wait for %u", d, e);
	if (is_heard && mono_diff(x->timer, x->heard_at) > silence(x, true) + EPS)
		sim_fail(s, "B3: %u waits for %u for too long", d, e);
	if (is_heard && mono_diff(s->now, x->heard_at) > silence(x, true) + EPS)
		sim_fail(s, "B3: %u did not hear %u for %" PRId64 " us", d, e, mono_diff(s->now, x->heard_at));
	if (x->owes_final)
		sim_fail(s, "B6: %u does not answer the poll of %u", d, e);
}

static void step(struct watch *w, struct sim *s, unsigned d, unsigned e, struct bfd_event ev)
{
	struct watch_session *x = &w->session[d][e];
	struct bfd_actions out;
	unsigned i, changes = 0, sent = 0;

	ev.now = s->now;
	ev.jitter = (uint16_t)sim_random(s, 65536);
	bfd_step(&x->bfd, &ev, &out);
	for (i = 0; i < out.n; i++) {
		changes += out.item[i].type == BFD_ACT_STATE;
		sent += out.item[i].type == BFD_ACT_SEND;
		if (out.item[i].type == BFD_ACT_SEND) {
			transmit(w, s, d, e, &out.item[i].packet);
		} else if (out.item[i].type == BFD_ACT_STATE) {
			enter(w, s, d, e, &out.item[i]);
		} else if (out.item[i].when.usec != x->timer.usec) {
			x->timer = out.item[i].when;
			post(s, x->timer, d, WHAT_BFD, e);
		}
	}
	if (changes && !sent && !w->timing[d].is_passive)
		sim_fail(s, "B6: %u does not tell %u its new state", d, e);
	check_session(w, s, d, e);
}

/* As the product tells sessions apart, by the discriminator that the packet names (RFC 5880 6.8.6). */
static void hear(struct watch *w, struct sim *s, unsigned d, unsigned e, const struct bfd_packet *p)
{
	struct watch_session *x = &w->session[d][e];

	if (p->your_discriminator ? p->your_discriminator != x->bfd.discriminator : p->state > BFD_DOWN)
		return;
	x->heard = *p;
	x->heard_at = s->now;
	x->has_heard = true;
	x->owes_final = p->poll;
	step(w, s, d, e, (struct bfd_event){ .type = BFD_EV_PACKET, .packet = p });
}

/* Gateways. */

static void gateway_step_of(struct watch *w, struct sim *s, unsigned d, enum gateway_event_type type);

static void check_gateway(struct watch *w, struct sim *s, unsigned d, const struct gateway_out *out)
{
	struct watch_gateway *g = &w->gateway[d];
	const struct gateway_conf *c = &w->gateway_conf;
	const enum track_state now = g->gateway.state;

	if (mono_diff(out->timer, s->now) > c->interval || out->timer.usec <= s->now.usec)
		sim_fail(s, "G1: %u looks at its gateway again in %" PRId64 " us", d, mono_diff(out->timer, s->now));
	if (out->must_ask && g->asked_at.usec && mono_diff(s->now, g->asked_at) < c->interval)
		sim_fail(s, "G1: %u asks its gateway too often", d);
	if (g->asked_at.usec && mono_diff(s->now, g->asked_at) > c->interval && !out->must_ask && !g->n_open)
		sim_fail(s, "G1: %u does not ask its gateway", d);
	if (!out->has_changed && (!g->changed_at.usec || mono_diff(s->now, g->changed_at) >= c->hold) &&
		g->is_counted && (now == TRACK_DOWN ? g->answered >= c->rise : g->silent >= c->fall))
		sim_fail(s, "G2: the gateway of %u stays %d after %u questions and %u answers", d, (int)now, g->silent,
			g->answered);
	if (!out->has_changed)
		return;
	if (now == TRACK_DOWN ? g->silent < c->fall : g->answered < (g->is_known ? c->rise : 1))
		sim_fail(s, "G2: the gateway of %u is %d after %u questions and %u answers", d, (int)now, g->silent,
			g->answered);
	if (g->changed_at.usec && mono_diff(s->now, g->changed_at) < c->hold)
		sim_fail(s, "G2: the gateway of %u is not held", d);
	if (g->is_known)
		g->changed_at = s->now;
	g->is_known = true;
	w->changed(s, d);
}

/* An answer comes soon, sometimes twice, or not at all. */
static void ask(struct watch *w, struct sim *s, unsigned d)
{
	struct watch_gateway *g = &w->gateway[d];

	g->asked_at = s->now;
	g->n_open = 1;
	if (!g->is_cut && s->now.usec % 5 == 0)
		post(s, mono_add(s->now, 2 * s->delay + 1001), d, WHAT_ANSWER, 0);
	if (!g->is_cut)
		post(s, mono_add(s->now, 2 * s->delay + (int64_t)sim_random(s, 1000)), d, WHAT_ANSWER, 0);
}

static void gateway_step_of(struct watch *w, struct sim *s, unsigned d, enum gateway_event_type type)
{
	struct watch_gateway *g = &w->gateway[d];
	const bool is_late = g->n_open && mono_diff(s->now, g->asked_at) >= w->gateway_conf.timeout;
	struct gateway_out out;

	g->is_counted = g->n_open && (type == GATEWAY_EV_ANSWER || is_late);
	if (g->is_counted) {
		g->answered = type == GATEWAY_EV_ANSWER ? g->answered + 1 : 0;
		g->silent = type == GATEWAY_EV_ANSWER ? 0 : g->silent + 1;
		g->n_open = 0;
	}
	gateway_step(&g->gateway, &w->gateway_conf, type, s->now, &out);
	check_gateway(w, s, d, &out);
	if (out.must_ask)
		ask(w, s, d);
	if (out.timer.usec != g->timer.usec)
		post(s, out.timer, d, WHAT_ASK, 0);
	g->timer = out.timer;
}

/* All of them. */

void watch_init(struct watch *w, struct sim *s, void (*changed)(struct sim *s, unsigned director))
{
	static const uint32_t paces[] = { 50, 100, 300 }, multipliers[] = { 1, 2, 3, 5 };
	unsigned d;

	w->is_on = true;
	w->changed = changed;
	w->directors = s->n / s->members;
	w->bfd_weight = (int32_t)sim_random(s, 240) - 120;
	w->bfd_weight += w->bfd_weight == 0; /* a session is not the only thing that decides */
	w->gateway_weight = sim_chance(s, 40) ? 0 : (int32_t)sim_random(s, 400) - 200;
	w->is_reverse = w->gateway_weight != 0 && sim_chance(s, 20);
	w->gateway_conf = (struct gateway_conf){ .interval = 200 * MONO_MSEC,
		.timeout = (20 + (int64_t)sim_random(s, 180)) * MONO_MSEC,
		.hold = (int64_t)sim_random(s, 3) * 400 * MONO_MSEC,
		.fall = 1 + (uint32_t)sim_random(s, 3),
		.rise = 1 + (uint32_t)sim_random(s, 3) };
	for (d = 0; d < w->directors; d++)
		w->timing[d] = (struct bfd_timing){ .desired_tx = paces[sim_random(s, 3)] * 1000,
			.required_rx = paces[sim_random(s, 3)] * 1000,
			.idle_tx = MONO_SEC,
			.multiplier = (uint8_t)multipliers[sim_random(s, 4)],
			.is_passive = d > 0 && sim_chance(s, 20) && !w->timing[0].is_passive };
	for (d = 1; d < w->directors; d++) /* somebody has to begin */
		w->timing[d].is_passive = w->timing[d].is_passive && w->directors == 2;
}

void watch_boot(struct watch *w, struct sim *s, unsigned d)
{
	unsigned e;

	if (!w->is_on)
		return;
	w->gateway[d] = (struct watch_gateway){ .is_cut = w->gateway[d].is_cut, .timer = MONO_NEVER };
	gateway_step_of(w, s, d, GATEWAY_EV_TIMER);
	for (e = 0; e < w->directors; e++) {
		struct watch_session *x = &w->session[d][e];

		if (e == d)
			continue;
		*x = (struct watch_session){ .timer = MONO_NEVER, .rx_before = w->timing[d].required_rx };
		bfd_init(&x->bfd, &w->timing[d], ++w->discriminators);
		step(w, s, d, e, (struct bfd_event){ .type = BFD_EV_START });
	}
}

void watch_resume(struct watch *w, struct sim *s, unsigned d)
{
	unsigned e;

	if (!w->is_on || !is_running(s, d))
		return;
	for (e = 0; e < w->directors; e++) {
		struct watch_session *x = &w->session[d][e];

		if (e == d)
			continue;
		if (x->has_mail)
			hear(w, s, d, e, &x->mail);
		x->has_mail = false;
		if (!mono_before(s->now, x->timer))
			step(w, s, d, e, (struct bfd_event){ .type = BFD_EV_TIMER });
	}
	if (!mono_before(s->now, w->gateway[d].timer))
		gateway_step_of(w, s, d, GATEWAY_EV_TIMER);
}

void watch_reload(struct watch *w, struct sim *s, unsigned d)
{
	const uint32_t swap = w->timing[d].desired_tx;
	unsigned e;

	if (!w->is_on || !is_running(s, d))
		return;
	w->timing[d].desired_tx = w->timing[d].required_rx;
	w->timing[d].required_rx = swap;
	for (e = 0; e < w->directors; e++) {
		struct watch_session *x = &w->session[d][e];

		if (e == d)
			continue;
		x->rx_before = w->timing[d].desired_tx; /* a reload exchanges both */
		step(w, s, d, e, (struct bfd_event){ .type = BFD_EV_CONFIG, .timing = w->timing[d] });
	}
}

static void packet_event(struct watch *w, struct sim *s, const struct sim_event *ev)
{
	const unsigned d = ev->node / s->members, e = ev->packet.from / s->members;
	struct watch_session *x = &w->session[d][e];

	if (is_running(s, d)) {
		hear(w, s, d, e, &ev->packet.bfd);
	} else if (is_on(s, d)) {
		x->has_mail = true;
		x->mail = ev->packet.bfd;
	}
}

void watch_event(struct watch *w, struct sim *s, const struct sim_event *ev)
{
	const unsigned what = ev->plan / WATCH_DIRECTORS, other = ev->plan % WATCH_DIRECTORS;

	if (ev->kind == SIM_PACKET)
		packet_event(w, s, ev);
	else if (!is_running(s, ev->node))
		return;
	else if (what == WHAT_ANSWER)
		gateway_step_of(w, s, ev->node, GATEWAY_EV_ANSWER);
	else if (what == WHAT_ASK && w->gateway[ev->node].timer.usec == ev->at.usec)
		gateway_step_of(w, s, ev->node, GATEWAY_EV_TIMER);
	else if (what == WHAT_BFD && w->session[ev->node][other].timer.usec == ev->at.usec)
		step(w, s, ev->node, other, (struct bfd_event){ .type = BFD_EV_TIMER });
}

unsigned watch_tracks(const struct watch *w, const struct sim *s, unsigned d, struct track ret[WATCH_TRACKS])
{
	static const char *const names[WATCH_DIRECTORS] = { "0", "1", "2", "3", "4", "5" };
	unsigned e, n = 0;

	(void)s;
	for (e = 0; w->is_on && e < w->directors; e++) {
		const struct watch_session *x = &w->session[d][e];

		if (e != d)
			ret[n++] = (struct track){ .kind = TRACK_BFD,
				.name = names[e],
				.weight = w->bfd_weight,
				.state = x->is_up   ? TRACK_UP
					: x->was_up ? TRACK_DOWN
						    : TRACK_UNKNOWN };
	}
	if (w->is_on)
		ret[n++] = (struct track){ .kind = TRACK_GATEWAY,
			.name = "gateway",
			.weight = w->gateway_weight,
			.is_reverse = w->is_reverse,
			.state = w->gateway[d].gateway.state };
	return n;
}

void watch_check_sum(struct sim *s, uint8_t base, const struct track *t, unsigned n, const struct track_result *r)
{
	int sum = base;
	bool is_fault = false;
	unsigned i;

	for (i = 0; i < n; i++) {
		const int sign = t[i].is_reverse ? -1 : 1;

		if (t[i].weight > 0 && t[i].state == TRACK_UP)
			sum += sign * t[i].weight;
		if (t[i].weight < 0 && t[i].state == TRACK_DOWN)
			sum += sign * t[i].weight;
		is_fault = is_fault || (t[i].weight == 0 && t[i].state == TRACK_DOWN);
	}
	sum = base == VRRP_PRIORITY_OWNER ? base : sum < 1 ? 1 : sum > 254 ? 254 : sum;
	if (sum != r->priority || is_fault != r->is_fault || is_fault != (r->culprit != NULL))
		sim_fail(s, "T1: priority %u instead of %d, fault %d", r->priority, sum, r->is_fault);
}

void watch_check_calm(struct watch *w, struct sim *s)
{
	unsigned d, e;

	for (d = 0; w->is_on && d < w->directors; d++) {
		if (!is_running(s, d))
			continue;
		if (w->gateway[d].gateway.state != TRACK_UP)
			sim_fail(s, "G2: the gateway of %u answers", d);
		for (e = 0; e < w->directors; e++) {
			const struct watch_session *x = &w->session[d][e];

			if (e == d || !is_running(s, e))
				continue;
			if (x->bfd.state != BFD_UP || x->bfd.remote.discriminator != w->session[e][d].bfd.discriminator)
				sim_fail(s, "B2: session of %u with %u is %s", d, e, bfd_state_str(x->bfd.state));
			if (x->bfd.is_polling || x->bfd.used_tx != w->timing[d].desired_tx ||
				x->bfd.used_rx != w->timing[d].required_rx)
				sim_fail(s, "B2: timing of %u with %u", d, e);
		}
	}
}

int64_t watch_settle(const struct watch *w)
{
	return w->is_on ? 10 * MONO_SEC : 0; /* slow packets of both, five of which may be waited for */
}

unsigned watch_changes(const struct watch *w)
{
	unsigned d, e, n = 0;

	for (d = 0; d < w->directors; d++)
		for (e = 0; e < w->directors; e++)
			n += w->session[d][e].n_changes;
	return n;
}
