/* suspects.c - see suspects.h. */
#include "suspects.h"

#include <inttypes.h>
#include <string.h>

enum { EPS = 2, GRACE = 250000, WHAT_TIMER, WHAT_TURN, WHAT_ASK, WHAT_ANSWER, WHAT_ALIVE, WHATS };

static bool is_running(const struct sim_node *n)
{
	return n->is_on && !n->is_paused;
}

/* RFC 9568 6.1, in microseconds. */
static int64_t down_of(const struct sim_node *n)
{
	const int64_t interval = n->conf.interval_cs * INT64_C(10000);

	return n->conf.down_timer_adverts * interval +
		(256 - n->vr.priority) * (n->conf.version == VRRP_V2 ? MONO_SEC : interval) / 256;
}

/* Questions follow each other in an interval, in a fifth of a second to a second. */
static int64_t ask_of(const struct sim_node *n)
{
	const int64_t interval = n->conf.interval_cs * INT64_C(10000);

	return interval < MONO_SEC / 5 ? MONO_SEC / 5 : interval > MONO_SEC ? MONO_SEC : interval;
}

static void post(struct sim *s, mono_t at, unsigned node, unsigned what, unsigned other)
{
	if (at.usec != MONO_NEVER.usec)
		sim_post(s,
			(struct sim_event){ .at = at,
				.kind = SIM_OTHER,
				.node = node,
				.plan = SUSPECTS_EVENTS + what * SIM_NODES + other });
}

static bool is_on(const struct suspects *q, unsigned node, enum suspicion what)
{
	return q->one[node].doubts.of[what].is_on;
}

/* Q3. */
static void check_split(struct suspects *q, struct sim *s, unsigned node)
{
	const int64_t way = 2 * (s->delay + s->jitter + q->late) + EPS;
	unsigned i;

	for (i = 0; i < s->n; i++)
		if (i != node && (s->node[i].holds || mono_diff(s->now, q->held_at[i]) <= way))
			return;
	sim_fail(s, "Q3: %u suspects a split where nobody else holds the addresses", node);
}

static unsigned owners(const struct sim *s)
{
	unsigned i, n = 0;

	for (i = 0; i < s->n; i++)
		n += s->node[i].conf.priority == VRRP_PRIORITY_OWNER;
	return n;
}

/*
 * What is true where all is well: two owners fight, who has a short interval does not hear of a slow MASTER in time, and one
 * who yielded and serves as long as its pre_release runs.
 */
static unsigned excused(const struct sim *s)
{
	unsigned i, ret = owners(s) > 1 ? ~0U : 0;

	for (i = 0; i < s->n; i++) {
		if (s->node[i].conf.hooks->pre_release)
			ret |= 1U << SUSPECT_SPLIT | 1U << SUSPECT_DEAF;
		if (s->node[i].conf.interval_cs != s->node[0].conf.interval_cs)
			ret |= 1U << SUSPECT_SPLIT;
	}
	return ret;
}

static void check_raised(struct suspects *q, struct sim *s, unsigned node, const struct suspect_out *out)
{
	const struct suspects_one *x = &q->one[node];

	if (out->raised & 1U << SUSPECT_SPLIT)
		check_split(q, s, node);
	if (out->raised & 1U << SUSPECT_DEAF && x->heard_at.usec && mono_diff(s->now, x->heard_at) < x->down)
		sim_fail(s, "Q4: %u heard an advert %" PRId64 " us ago and calls itself deaf", node,
			mono_diff(s->now, x->heard_at));
	if (out->raised & 1U << SUSPECT_UNHEARD && x->weaker < 3)
		sim_fail(s, "Q4: %u is not heard, after %u adverts of a weaker one", node, x->weaker);
	if (out->raised & 1U << SUSPECT_CANNOT_TRANSMIT && !s->node[node].is_mute)
		sim_fail(s, "Q5: %u cannot transmit", node);
	if (q->is_gentle && out->raised & ~excused(s))
		sim_fail(s, "Q1: %u suspects 0x%x where all is well", node, out->raised);
}

static void check_out(struct suspects *q, struct sim *s, unsigned node, const struct suspect_out *out)
{
	struct suspects_one *x = &q->one[node];
	bool is_any = false;
	unsigned i;

	check_raised(q, s, node, out);
	for (i = 0; i < SUSPICIONS; i++)
		is_any = is_any || x->doubts.of[i].is_on;
	if (is_any && (out->next.usec == MONO_NEVER.usec || mono_diff(out->next, s->now) > 300 * MONO_SEC))
		sim_fail(s, "Q2: what %u suspects never ends", node);
	if (out->next.usec <= s->now.usec)
		sim_fail(s, "Q2: %u looks at what it suspects in %" PRId64 " us", node, mono_diff(out->next, s->now));
	if (out->ask && x->asked_at.usec && mono_diff(s->now, x->asked_at) < GRACE - EPS &&
		mono_before(x->master_at, x->asked_at) && mono_diff(s->now, x->asked_at) < ask_of(&s->node[node]) - EPS)
		sim_fail(s, "Q7: %u asks again after %" PRId64 " us", node, mono_diff(s->now, x->asked_at));
	if (out->defend && mono_before(x->master_at, x->defended_at) && mono_diff(s->now, x->defended_at) < MONO_SEC)
		sim_fail(s, "Q7: %u announces again after %" PRId64 " us", node, mono_diff(s->now, x->defended_at));
	if ((out->ask || out->announce || out->defend) && !x->is_master)
		sim_fail(s, "Q7: %u asks or announces in %s", node, vrrp_state_str(s->node[node].vr.state));
	x->asked_at = out->ask ? s->now : x->asked_at;
	x->defended_at = out->defend ? s->now : x->defended_at;
}

static void check_mute(struct suspects *q, struct sim *s, unsigned node)
{
	struct suspects_one *x = &q->one[node];
	const bool is_mute = x->doubts.is_mute;

	if (is_mute && !x->is_mute &&
		(!x->unsent_from.usec || mono_diff(s->now, x->unsent_from) < x->down ||
			x->suspect.when_mute == SUSPECT_MUTE_NEVER))
		sim_fail(s, "Q5: %u gives up too early", node);
	if (is_mute != x->is_mute)
		post(s, s->now, node, WHAT_TURN, 0);
	x->is_mute = is_mute;
}

static void announce(struct sim *s, unsigned node)
{
	const struct sim_packet p = { .from = node, .cargo = SIM_ANNOUNCEMENT };
	unsigned to;

	if (!s->node[node].holds)
		return;
	for (to = 0; to < s->n; to++)
		if (to != node)
			sim_send(s, &p, to);
}

static void step(struct suspects *q, struct sim *s, unsigned node, struct suspect_event ev);

static void try_to_send(struct suspects *q, struct sim *s, unsigned node)
{
	const bool is_mute = s->node[node].is_mute;

	if (!is_mute)
		q->one[node].unsent_from = (mono_t){ 0 };
	step(q, s, node,
		(struct suspect_event){
			.type = SUSPECT_EV_SENT, .error = is_mute ? 1 : 0, .error_text = "Operation not permitted" });
}

/* A packet of the family that is not filtered gets there. */
static bool is_open(struct sim *s, unsigned from, unsigned to)
{
	const struct sim_link *l = &s->link[from][to];

	return !l->is_cut && !sim_chance(s, l->loss_pct);
}

static int64_t way(struct sim *s, unsigned from, unsigned to)
{
	return s->delay + s->link[from][to].extra + (int64_t)sim_random(s, (uint64_t)s->jitter + 1);
}

/* Who has the address, and does the rival live? Their kernels answer. */
static void ask(struct suspects *q, struct sim *s, unsigned node)
{
	const struct addr *rival = &q->one[node].suspect.rival;
	unsigned i;

	for (i = 0; i < s->n; i++) {
		const struct addr own = addr_from_in((struct in_addr){ htonl(s->node[i].addr) });

		if (i == node || !is_open(s, node, i))
			continue;
		post(s, mono_add(s->now, way(s, node, i)), i, WHAT_ASK, node);
		if (addr_is_set(rival) && addr_equal(rival, &own) && s->node[i].is_on && is_open(s, i, node))
			post(s, mono_add(s->now, way(s, node, i) + way(s, i, node)), node, WHAT_ALIVE, i);
	}
}

static void step(struct suspects *q, struct sim *s, unsigned node, struct suspect_event ev)
{
	struct suspects_one *x = &q->one[node];
	struct suspect_out out;

	ev.now = s->now;
	suspect_step(&x->suspect, &ev, &out);
	check_out(q, s, node, &out);
	check_mute(q, s, node);
	if (out.next.usec != x->timer.usec)
		post(s, out.next, node, WHAT_TIMER, 0);
	x->timer = out.next;
	if (out.ask)
		ask(q, s, node);
	if (out.announce || out.defend)
		announce(s, node);
	if (out.try)
		try_to_send(q, s, node);
}

void suspects_init(struct suspects *q, struct sim *s, bool is_gentle, void (*turned)(struct sim *s, unsigned node))
{
	unsigned i;

	q->is_on = true;
	q->is_gentle = is_gentle;
	q->turned = turned;
	for (i = 0; i < s->n; i++) {
		suspect_init(&q->one[i].suspect, &q->one[i].doubts);
		suspect_when_mute(&q->one[i].suspect, (enum suspect_mute)sim_random(s, 3));
		q->held_at[i] = (mono_t){ -1000 * MONO_SEC };
	}
}

void suspects_conf(struct suspects *q, struct sim *s, unsigned node)
{
	const struct sim_node *n = &s->node[node];

	if (!q->is_on)
		return;
	q->one[node].down = down_of(n);
	q->one[node].asked_at = (mono_t){ 0 }; /* bounds begin anew */
	memset(q->one[node].both_from, 0, sizeof(q->one[node].both_from));
	suspect_conf(&q->one[node].suspect, n->conf.interval_cs * INT64_C(10000), down_of(n));
}

void suspects_boot(struct suspects *q, struct sim *s, unsigned node)
{
	struct suspects_one *x = &q->one[node];
	const enum suspect_mute when = x->suspect.when_mute;

	*x = (struct suspects_one){ .timer = MONO_NEVER };
	if (!q->is_on)
		return;
	suspect_init(&x->suspect, &x->doubts);
	suspect_when_mute(&x->suspect, when);
	suspects_conf(q, s, node);
}

void suspects_action(struct suspects *q, struct sim *s, unsigned node, const struct vrrp_action *a)
{
	struct suspects_one *x = &q->one[node];

	if (!q->is_on)
		return;
	if (a->type == VRRP_ACT_VIPS_ADD || a->type == VRRP_ACT_VIPS_DEL)
		q->held_at[node] = s->now;
	if (a->type == VRRP_ACT_ADVERT) {
		const bool is_mute = s->node[node].is_mute;

		if (!is_mute)
			x->unsent_from = (mono_t){ 0 };
		else if (!x->unsent_from.usec)
			x->unsent_from = s->now;
		try_to_send(q, s, node);
	} else if (a->type == VRRP_ACT_STATE) {
		const bool is_master = a->to == VRRP_MASTER;

		x->is_master = is_master;
		x->master_at = is_master ? s->now : x->master_at;
		if (!is_master && !x->is_mute)
			x->unsent_from = (mono_t){ 0 };
		x->weaker = 0;
		memset(x->both_from, 0, sizeof(x->both_from));
		step(q, s, node, (struct suspect_event){ .type = is_master ? SUSPECT_EV_MASTER : SUSPECT_EV_OTHER });
	}
}

void suspects_advert(struct suspects *q, struct sim *s, unsigned node, const struct sim_packet *p)
{
	const struct sim_node *n = &s->node[node];

	if (!q->is_on)
		return;
	q->one[node].heard_at = s->now;
	if (p->priority && n->vr.state == VRRP_MASTER && p->priority < n->vr.priority)
		q->one[node].weaker++;
	step(q, s, node,
		(struct suspect_event){ .type = SUSPECT_EV_ADVERT,
			.peer = addr_from_in((struct in_addr){ htonl(s->node[p->from].addr) }),
			.priority = p->priority,
			.own_priority = n->vr.priority,
			.list = SUSPECT_LIST_SAME });
}

/* Only a MASTER listens (witness.c). */
void suspects_claim(struct suspects *q, struct sim *s, unsigned node, unsigned from)
{
	if (!q->is_on || s->node[node].vr.state != VRRP_MASTER)
		return;
	step(q, s, node,
		(struct suspect_event){ .type = SUSPECT_EV_ANSWERED,
			.about = addr_from_in((struct in_addr){ htonl(0xc0000264U) }),
			.mac = { 2, 0, 0, 0, 0, (uint8_t)from },
			.who = SUSPECT_HOST_PEER });
}

static void alive(struct suspects *q, struct sim *s, unsigned node, unsigned from)
{
	const struct addr peer = addr_from_in((struct in_addr){ htonl(s->node[from].addr) });

	if (s->node[node].vr.state == VRRP_MASTER)
		step(q, s, node, (struct suspect_event){ .type = SUSPECT_EV_PEER_ALIVE, .peer = peer });
}

void suspects_event(struct suspects *q, struct sim *s, const struct sim_event *ev)
{
	const unsigned what = (ev->plan - SUSPECTS_EVENTS) / SIM_NODES,
		       other = (ev->plan - SUSPECTS_EVENTS) % SIM_NODES;
	const struct sim_node *n = &s->node[ev->node];

	if (what == WHAT_ASK) {
		if (n->holds && is_open(s, ev->node, other))
			post(s, mono_add(s->now, way(s, ev->node, other)), other, WHAT_ANSWER, ev->node);
		return;
	}
	if (!is_running(n))
		return; /* resume looks at the timer; what is claimed meanwhile is lost */
	if (what == WHAT_TIMER && q->one[ev->node].timer.usec == ev->at.usec)
		step(q, s, ev->node, (struct suspect_event){ .type = SUSPECT_EV_TIMER });
	else if (what == WHAT_TURN)
		q->turned(s, ev->node);
	else if (what == WHAT_ANSWER)
		suspects_claim(q, s, ev->node, other);
	else if (what == WHAT_ALIVE)
		alive(q, s, ev->node, other);
}

void suspects_resume(struct suspects *q, struct sim *s, unsigned node)
{
	if (!q->is_on || !is_running(&s->node[node]))
		return;
	if (!mono_before(s->now, q->one[node].timer))
		step(q, s, node, (struct suspect_event){ .type = SUSPECT_EV_TIMER });
	q->turned(s, node);
}

bool suspects_is_mute(const struct suspects *q, unsigned node)
{
	return q->is_on && q->one[node].doubts.is_mute;
}

static bool is_clear(const struct sim_link *l)
{
	return !l->is_cut && !l->loss_pct && !l->extra;
}

/* Q3: two that became MASTER beside each other ask twice, and each is answered. */
static void look_at_both(struct suspects *q, struct sim *s, unsigned a, unsigned b)
{
	const struct sim_node *x = &s->node[a], *y = &s->node[b];
	mono_t *from = &q->one[a].both_from[b];
	const bool is_both = is_running(x) && x->vr.state == VRRP_MASTER && x->holds && y->holds &&
		is_clear(&s->link[a][b]) && is_clear(&s->link[b][a]);

	if (!is_both) /* asks when it becomes MASTER, and where it could not, no more */
		*from = (mono_t){ 0 };
	else if (!from->usec && q->one[a].master_at.usec == s->now.usec)
		*from = s->now;
	q->has_both = q->has_both || from->usec;
	if (from->usec && !is_on(q, a, SUSPECT_SPLIT) &&
		mono_diff(s->now, *from) > GRACE + 3 * (s->delay + s->jitter) + EPS)
		sim_fail(s, "Q3: %u does not see that %u has the addresses too", a, b);
}

void suspects_look(struct suspects *q, struct sim *s)
{
	unsigned a, b, holders = 0;

	for (a = 0; q->is_on && a < s->n; a++) {
		if (s->node[a].holds)
			q->held_at[a] = s->now;
		holders += s->node[a].holds;
	}
	if (holders < 2 && !q->has_both)
		return;
	q->has_both = false;
	for (a = 0; a < s->n; a++)
		for (b = 0; b < s->n; b++)
			if (a != b)
				look_at_both(q, s, a, b);
}

int64_t suspects_settle(const struct suspects *q, const struct sim *s)
{
	int64_t most = 0;
	unsigned i;

	for (i = 0; q->is_on && i < s->n; i++) {
		const struct suspects_one *x = &q->one[i];
		const int64_t mute = x->doubts.is_mute ? mono_diff(x->doubts.mute_until, s->now) : 0;
		int64_t here = 2 * down_of(&s->node[i]) + 3 * ask_of(&s->node[i]) + (mute > 0 ? mute : 0);

		most = here > most ? here : most;
	}
	return most;
}

void suspects_check_calm(struct suspects *q, struct sim *s)
{
	unsigned i, k;

	for (i = 0; q->is_on && i < s->n; i++) {
		if (!is_running(&s->node[i]))
			continue;
		if (suspects_is_mute(q, i))
			sim_fail(s, "Q6: %u gave up and does not come back", i);
		for (k = 0; k < SUSPICIONS; k++)
			if (k != SUSPECT_LATE && !(k == SUSPECT_DUPLICATE_OWNER && owners(s) > 1) &&
				is_on(q, i, (enum suspicion)k))
				sim_fail(s, "Q1: %u suspects %s in calm", i, suspicion_str((enum suspicion)k));
	}
}
