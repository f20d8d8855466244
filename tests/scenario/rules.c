/* rules.c - see rules.h. */
#include "rules.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { EPS = 2 };                     /* usec */
#define RELEASE_MAX (120 * MONO_MSEC) /* 20 of them for an answer to who has the addresses */
#define LONG_AGO ((mono_t){ -1000 * MONO_SEC })

static bool is_running(const struct sim_node *n)
{
	return n->is_on && !n->is_paused;
}

static bool is_master(const struct sim_node *n)
{
	return is_running(n) && n->vr.state == VRRP_MASTER;
}

static bool is_candidate(const struct sim_node *n)
{
	return is_running(n) && !n->is_stopping && n->vr.state != VRRP_FAULT && n->vr.state != VRRP_INIT;
}

static int64_t interval_of(const struct sim_node *n)
{
	return n->conf.interval_cs * INT64_C(10000);
}

/* RFC 9568 6.1, RFC 3768 6.1; in microseconds, cut off. */
static int64_t skew_of(const struct sim_node *n, int64_t interval)
{
	return (256 - n->vr.priority) * (n->conf.version == VRRP_V2 ? MONO_SEC : interval) / 256;
}

static int64_t down_of(const struct sim_node *n, int64_t interval)
{
	return n->conf.down_timer_adverts * interval + skew_of(n, interval);
}

static bool beats(const struct sim_node *a, const struct sim_node *b)
{
	return a->vr.priority != b->vr.priority ? a->vr.priority > b->vr.priority : a->addr > b->addr;
}

static int64_t way_max(const struct sim *s)
{
	return s->delay + s->jitter;
}

void rules_init(struct rules *r, const struct sim *s, bool is_gentle)
{
	unsigned i;

	memset(r, 0, sizeof(*r));
	r->is_gentle = is_gentle;
	for (i = 0; i < s->n; i++) {
		if (interval_of(&s->node[i]) > r->interval_max)
			r->interval_max = interval_of(&s->node[i]);
		r->last_answer[i] = LONG_AGO;
	}
}

int64_t rules_none_max(const struct rules *r, const struct sim *s)
{
	int64_t adverts = 0,
		skew = r->interval_max > MONO_SEC || s->node[0].conf.version != VRRP_V2 ? r->interval_max : MONO_SEC;
	unsigned i;

	for (i = 0; i < s->n; i++)
		if (s->node[i].conf.down_timer_adverts > adverts)
			adverts = s->node[i].conf.down_timer_adverts;
	return adverts * r->interval_max + skew + way_max(s) + EPS;
}

static void span(struct sim *s, struct rule_span *sp, bool is_on)
{
	if (is_on && !sp->is_on)
		sp->since = s->now;
	sp->is_on = is_on;
}

static bool lasted(const struct sim *s, const struct rule_span *sp, int64_t usec)
{
	return sp->is_on && mono_diff(s->now, sp->since) > usec;
}

/* How long two may hold the addresses; of three, two may let go one after the other. */
static int64_t release_max(const struct rules *r, const struct sim *s)
{
	const int64_t one = r->interval_max + r->hook_max + 2 * way_max(s) + RELEASE_MAX + EPS;

	return s->n > 2 ? 2 * one : one;
}

static void check_spans(struct rules *r, struct sim *s)
{
	unsigned a, b;

	if (r->is_calm && mono_before(r->none.since, r->calm_at))
		r->none.since = r->calm_at;
	if ((r->is_calm || r->is_gentle) && lasted(s, &r->none, rules_none_max(r, s)))
		sim_fail(s, "S1: no MASTER for %" PRId64 " us", mono_diff(s->now, r->none.since));
	if (r->is_calm && mono_before(r->unheld.since, r->calm_at))
		r->unheld.since = r->calm_at;
	if (r->is_calm && lasted(s, &r->unheld, rules_none_max(r, s) + r->hook_max))
		sim_fail(s, "S1: nobody holds the addresses for %" PRId64 " us", mono_diff(s->now, r->unheld.since));
	if (lasted(s, &r->nobody_holds, 0))
		sim_fail(s, "make before break: nobody held the addresses for %" PRId64 " us",
			mono_diff(s->now, r->nobody_holds.since));
	if (lasted(s, &r->astray, 0))
		sim_fail(s,
			"make before break: a client sent to %d, which did not hold the addresses, for %" PRId64 " us",
			s->client, mono_diff(s->now, r->astray.since));
	if (lasted(s, &r->two_hold, release_max(r, s)))
		sim_fail(s, "two hold the addresses for %" PRId64 " us", mono_diff(s->now, r->two_hold.since));
	for (a = 0; r->has_rivals && a < s->n; a++)
		for (b = 0; b < s->n; b++)
			if (lasted(s, &r->rivals[a][b], interval_of(&s->node[a]) + way_max(s) + EPS) &&
				mono_diff(s->now, mono_max(r->clean_at[a][b], r->configured_at[a])) >
					interval_of(&s->node[a]) + way_max(s) + EPS)
				sim_fail(s, "S3: %u does not yield to %u which it hears", b, a);
	for (a = 0; a < s->n; a++)
		if (is_master(&s->node[a]) &&
			mono_diff(s->now, mono_max(r->last_advert[a], r->configured_at[a])) >
				interval_of(&s->node[a]) + EPS)
			sim_fail(s, "TM-11: MASTER %u is silent for more than its interval", a);
}

static void update_rivals(struct rules *r, struct sim *s)
{
	unsigned a, b;

	r->has_rivals = false;
	for (a = 0; a < s->n; a++)
		for (b = 0; b < s->n; b++) {
			span(s, &r->rivals[a][b],
				a != b && is_master(&s->node[a]) && is_master(&s->node[b]) &&
					beats(&s->node[a], &s->node[b]) && !s->link[a][b].is_cut &&
					!s->link[a][b].is_deaf && !s->node[a].is_mute);
			r->has_rivals = r->has_rivals || r->rivals[a][b].is_on;
		}
}

static void update_spans(struct rules *r, struct sim *s)
{
	unsigned a, holders = 0, serving = 0, candidates = 0, masters = 0;

	for (a = 0; a < s->n; a++) {
		holders += s->node[a].holds;
		serving += is_running(&s->node[a]) &&
			(s->node[a].vr.state == VRRP_MASTER || s->node[a].vr.state == VRRP_LEAVING);
		candidates += is_candidate(&s->node[a]);
		masters += is_master(&s->node[a]);
	}
	r->is_served = r->is_served || (serving && holders);
	span(s, &r->none, !serving && candidates);
	span(s, &r->unheld, !holders && candidates);
	span(s, &r->nobody_holds, r->is_gentle && r->is_served && !holders && candidates);
	span(s, &r->astray, r->is_gentle && s->client >= 0 && !s->node[s->client].holds && candidates);
	span(s, &r->two_hold, r->is_gentle && holders > 1);
	if (masters > 1 || r->has_rivals)
		update_rivals(r, s);
}

void rules_look(struct rules *r, struct sim *s)
{
	check_spans(r, s);
	update_spans(r, s);
}

/* Bounds that count intervals begin anew. */
void rules_configured(struct rules *r, const struct sim *s, unsigned node)
{
	r->configured_at[node] = s->now;
	r->last_answer[node] = LONG_AGO;
}

void rules_loss(struct rules *r, struct sim *s, unsigned from, unsigned to)
{
	const mono_t clean = mono_add(s->now, s->link[from][to].extra);

	if (mono_before(r->clean_at[from][to], clean))
		r->clean_at[from][to] = clean;
}

/* S7: the armed timer is the next deadline, finite while it runs, and a timer that came does not come again at once. */
static void check_timer(struct rules *r, struct sim *s, unsigned node, const struct vrrp_event *ev)
{
	const struct sim_node *n = &s->node[node];
	const bool is_idle = n->vr.state == VRRP_INIT || n->vr.state == VRRP_FAULT;
	const int64_t in = mono_diff(n->timer, s->now);

	if (is_idle != (n->timer.usec == MONO_NEVER.usec))
		sim_fail(s, "S7: timer of %u in %s", node, vrrp_state_str(n->vr.state));
	if (is_idle)
		return;
	if (n->timer.usec != deadline_next(&n->vr).usec)
		sim_fail(s, "S7: %u has armed another time than its next deadline", node);
	if (in > rules_none_max(r, s) + MONO_SEC)
		sim_fail(s, "S7: %u waits for %" PRId64 " us", node, in);
	if (in <= 0 && ev->type == VRRP_EV_TIMER)
		sim_fail(s, "S7: %u armed the past", node);
}

/* S9: the reported transitions are a chain that ends in the state. */
static void check_transitions(struct sim *s, unsigned node, enum vrrp_state before, const struct vrrp_actions *out)
{
	enum vrrp_state at = before;
	unsigned i;

	for (i = 0; i < out->n; i++) {
		if (out->item[i].type != VRRP_ACT_STATE)
			continue;
		if (out->item[i].from != at || out->item[i].to == at)
			sim_fail(s, "S9: %u reports a transition from %s in %s", node,
				vrrp_state_str(out->item[i].from), vrrp_state_str(at));
		if (out->item[i].to == VRRP_MASTER && out->item[i].reason == VRRP_WHY_PREEMPT &&
			mono_before(s->now, s->node[node].warm_until))
			sim_fail(s, "W1: %u preempts before it can know the connections in use", node);
		if (out->item[i].to == VRRP_MASTER) /* it serves: nothing to wait for */
			s->node[node].warm_until = (mono_t){ 0 };
		at = out->item[i].to;
	}
	if (at != s->node[node].vr.state)
		sim_fail(s, "S9: %u is in a state that it did not report", node);
}

static enum vrrp_state state_before(const struct sim_node *n, const struct vrrp_actions *out)
{
	unsigned i;

	for (i = 0; i < out->n; i++)
		if (out->item[i].type == VRRP_ACT_STATE)
			return out->item[i].from;
	return n->vr.state;
}

/* SM-20: how often rivals and goodbyes are answered. */
static void check_answer(struct rules *r, struct sim *s, unsigned node)
{
	const int64_t since = mono_diff(s->now, r->last_answer[node]);

	if (since > 0 && since < interval_of(&s->node[node]) / 4)
		sim_fail(s, "SM-20: %u answers too often", node);
	r->last_answer[node] = s->now;
}

/* TX-27: who may speak. */
static void check_advert(struct rules *r, struct sim *s, unsigned node, const struct vrrp_event *ev, uint8_t priority,
	enum vrrp_state before)
{
	struct sim_node *n = &s->node[node];
	const bool was_master = before == VRRP_MASTER || before == VRRP_LEAVING;

	r->last_advert[node] = s->now;
	if (priority == 0 && (!was_master || n->vr.state == VRRP_MASTER))
		sim_fail(s, "TX-13: %u says priority 0 in %s", node, vrrp_state_str(n->vr.state));
	if (priority != 0 &&
		(priority != n->vr.priority || (n->vr.state != VRRP_MASTER && !n->conf.higher_prio_send_advert)))
		sim_fail(s, "TX-27: %u advertises in %s", node, vrrp_state_str(n->vr.state));
	if (ev->type == VRRP_EV_ADVERT && n->vr.state == VRRP_MASTER && before == VRRP_MASTER)
		check_answer(r, s, node);
}

static void check_holding(struct sim *s, unsigned node)
{
	const struct sim_node *n = &s->node[node];

	if (n->holds != n->vr.is_holding)
		sim_fail(s, "S8: %u thinks that it holds the addresses: %d", node, n->vr.is_holding);
	if (n->watches != (n->holds && n->vr.state != VRRP_MASTER))
		sim_fail(s, "%u watches for announcements: %d", node, n->watches);
	if (n->is_stopping && n->vr.state != VRRP_LEAVING && n->vr.state != VRRP_INIT &&
		!(n->vr.state == VRRP_MASTER && n->conf.hooks->pre_release))
		sim_fail(s, "%u was stopped and is %s", node, vrrp_state_str(n->vr.state));
	if (n->vr.priority == 0)
		sim_fail(s, "S10: priority of %u", node);
}

/* S5, S6: `first` is MASTER now; that is the moment of the formula, and no other router's moment was earlier. */
static void check_takeover(struct rules *r, struct sim *s, unsigned first)
{
	const int64_t interval = interval_of(&s->node[r->gone]);
	int64_t earliest = INT64_MAX;
	unsigned i;

	for (i = 0; i < s->n; i++) {
		struct sim_node before = s->node[i], *n = &before; /* an owner that had stepped down is one again */
		int64_t at;

		if (i == first)
			before.vr.priority = r->priority[i];
		at = n->heard_at[r->gone].usec + (r->is_resigned ? skew_of(n, interval) : down_of(n, interval));

		if (r->is_resigned && n->heard_priority[r->gone] != 0)
			continue;                  /* still on its way */
		if (at < r->configured_at[i].usec) /* it would have been due before it had this priority */
			at = r->configured_at[i].usec;
		if (i != r->gone && is_candidate(n) && at < earliest)
			earliest = at;
	}
	if (llabs(s->now.usec - earliest) > EPS)
		sim_fail(s, "S5, S6: %u took over from %u at %" PRId64 " instead of %" PRId64, first, r->gone,
			s->now.usec, earliest);
	r->is_watching = false;
}

void rules_step(struct rules *r, struct sim *s, unsigned node, const struct vrrp_event *ev,
	const struct vrrp_actions *out)
{
	const struct sim_node *n = &s->node[node];
	const enum vrrp_state before = state_before(n, out);
	unsigned i;

	if (before != VRRP_MASTER)
		r->last_answer[node] = LONG_AGO;
	for (i = 0; i < out->n; i++)
		if (out->item[i].type == VRRP_ACT_ADVERT)
			check_advert(r, s, node, ev, out->item[i].priority, before);
	for (i = 0; i < out->n; i++)
		if (out->item[i].type == VRRP_ACT_REANNOUNCE)
			check_answer(r, s, node);
	check_transitions(s, node, before, out);
	check_timer(r, s, node, ev);
	check_holding(s, node);
	if (ev->type == VRRP_EV_START && n->conf.priority == VRRP_PRIORITY_OWNER && n->vr.state != VRRP_MASTER)
		sim_fail(s, "SM-02: owner %u waits", node);
	if (r->is_watching && n->vr.state == VRRP_MASTER && before == VRRP_BACKUP)
		check_takeover(r, s, node);
	r->priority[node] = n->vr.priority;
}

int rules_settled(struct rules *r, struct sim *s)
{
	int master = -1;
	unsigned i;

	(void)r;
	for (i = 0; i < s->n; i++) {
		if (s->node[i].holds != is_master(&s->node[i]))
			sim_fail(s, "calm: %u holds the addresses: %d", i, s->node[i].holds);
		if (!is_master(&s->node[i]))
			continue;
		if (master >= 0)
			sim_fail(s, "calm: both %d and %u are MASTER", master, i);
		master = (int)i;
	}
	for (i = 0; master >= 0 && i < s->n; i++) {
		const struct sim_node *n = &s->node[i];

		if (is_candidate(n) && n->vr.priority > s->node[master].vr.priority &&
			mono_before(n->vr.hold_until, s->now) &&
			(!n->conf.nopreempt || n->vr.priority == VRRP_PRIORITY_OWNER))
			sim_fail(s, "S2: %u should have preempted %d", i, master);
	}
	if (master < 0)
		sim_fail(s, "calm: no MASTER");
	return s->failure[0] ? -1 : master;
}

void rules_watch(struct rules *r, unsigned gone, bool is_resigned)
{
	r->is_watching = true;
	r->is_resigned = is_resigned;
	r->gone = gone;
}

void rules_watched(struct rules *r, struct sim *s)
{
	if (r->is_watching)
		sim_fail(s, "S5: nobody took over from %u", r->gone);
}
