/*
 * groups.c - the world of directors with a sync group each, on networks that fail one by one. A seed chooses directors, members,
 * networks and faults; after the faults comes calm, in which one director must serve all networks; then its director goes, in one
 * of three ways. A third of the seeds know one fault alone: a member that is cut off, in one direction or both, while the others
 * are not; it must move nothing.
 */
#include "lives.h"

#include "vrrp/group.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MEMBERS = 3, ORDERS = 40, EPS = 2 };

enum verb {
	STOP,
	DRILL,
	CRASH,
	KILL,
	PAUSE,
	CUT,
	LOSS,
	DOUBLE,
	FAULT,
	RELOAD,
	JOIN,
	INTERVAL,
	GATEWAY,
	CLOCK,
	REPLAY,
	FAULTS
};

static const char *const verbs[] = { "stop", "drill", "crash", "kill", "pause", "cut", "loss", "double", "fault",
	"reload", "join", "interval", "gateway", "clock", "replay" };

/* One fault of one director or, CUT to DOUBLE and FAULT, of one of its members. */
struct order {
	enum verb verb;
	unsigned director, other, member, value;
	int64_t from, to;
};

struct trial {
	struct life life;
	struct order order[ORDERS];
	unsigned n_orders, directors;
	bool is_calm, is_single, is_bad[SIM_NODES];
	int64_t interval_max, base[SIM_NODES];
	uint32_t priority[SIM_NODES];  /* of each director */
	int32_t own_weight[SIM_NODES]; /* that each member gives to the gateway, besides the group's */
	mono_t none_since[MEMBERS], joined_at[SIM_NODES];
};

static struct trial *trial_of(struct sim *s)
{
	return s->ctx;
}

static struct sim_node *node(struct trial *t, unsigned d, unsigned m)
{
	return &t->life.sim.node[d * t->life.sim.members + m];
}

static void look(struct sim *s, unsigned d);

static void boot(struct trial *t, unsigned d, bool is_resume)
{
	unsigned m, first = d * t->life.sim.members;

	for (m = 0; m < t->life.sim.members; m++) {
		hooks_boot(&t->life.hooks, first + m);
		sim_power(&t->life.sim, first + m, is_resume);
	}
	for (m = 0; m < t->life.sim.members; m++)
		sim_tell(&t->life.sim, first + m, (struct vrrp_event){ .type = VRRP_EV_START, .is_resume = is_resume });
	watch_boot(&t->life.watch, &t->life.sim, d);
	look(&t->life.sim, d);
}

static void each(struct trial *t, unsigned d, struct vrrp_event ev)
{
	unsigned m;

	for (m = 0; m < t->life.sim.members; m++)
		sim_tell(&t->life.sim, d * t->life.sim.members + m, ev);
}

/* What all members track, and each of them once more on its own: of one thing the heaviest counts. */
static unsigned tracks_of(struct trial *t, unsigned d, struct track *ret)
{
	const struct sim *s = &t->life.sim;
	unsigned n = watch_tracks(&t->life.watch, s, d, ret), m;

	for (m = 0; n && t->life.watch.gateway_weight && m < s->members; m++) {
		ret[n] = ret[t->directors - 1]; /* the gateway comes after the sessions */
		ret[n++].weight = t->own_weight[d * s->members + m];
	}
	return n;
}

/* S11: the oracle's sum. Of the gateway's weights the one that counts most; the sessions are one each. */
static void check_sum(struct trial *t, unsigned d, const struct track_result *got)
{
	struct track track[WATCH_TRACKS];
	struct track_result r;
	unsigned n = watch_tracks(&t->life.watch, &t->life.sim, d, track), m;

	for (m = 0; n && t->life.watch.gateway_weight && m < t->life.sim.members; m++) {
		struct track other = track[n - 1];

		other.weight = t->own_weight[d * t->life.sim.members + m];
		if (abs(track_delta(&other)) > abs(track_delta(&track[n - 1])))
			track[n - 1] = other;
	}
	track_sum((uint8_t)t->priority[d], track, n, &r);
	watch_check_sum(&t->life.sim, (uint8_t)t->priority[d], track, n, &r);
	if (r.priority != got->priority || r.is_fault != got->is_fault)
		sim_fail(&t->life.sim, "S11: the group of %u has priority %u instead of %u", d, got->priority,
			r.priority);
}

/* A fault of one member is one of all, and all have the group's priority. */
static void look_again(struct trial *t, unsigned d, bool is_reload)
{
	struct track track[WATCH_TRACKS + MEMBERS];
	struct track_result r;
	bool is_bad = false;
	unsigned m;

	group_sum((uint8_t)t->priority[d], track, tracks_of(t, d, track), &r);
	check_sum(t, d, &r);
	for (m = 0; m < t->life.sim.members; m++) {
		is_bad = is_bad || t->is_bad[d * t->life.sim.members + m];
		if (is_reload || node(t, d, m)->vr.priority != r.priority)
			sim_tell(&t->life.sim, d * t->life.sim.members + m,
				(struct vrrp_event){ .type = VRRP_EV_CONFIG, .priority = r.priority });
	}
	each(t, d, (struct vrrp_event){ .type = is_bad || r.is_fault ? VRRP_EV_FAULT : VRRP_EV_RECOVER });
}

static void look(struct sim *s, unsigned d)
{
	look_again(trial_of(s), d, false);
}

static void reload(struct trial *t, unsigned d, unsigned priority)
{
	unsigned m;

	t->priority[d] = priority;
	for (m = 0; m < t->life.sim.members; m++)
		node(t, d, m)->conf.priority = priority;
	look_again(t, d, true);
}

/* Shorter intervals, or the first ones again. */
static void set_interval(struct trial *t, unsigned d, unsigned value)
{
	const uint32_t share = 1 + value % 3;
	unsigned m;

	for (m = 0; m < t->life.sim.members; m++) {
		const uint32_t cs = (uint32_t)t->base[d * t->life.sim.members + m] / share;

		node(t, d, m)->conf.interval_cs = cs ? cs : 1;
	}
	look_again(t, d, true);
}

static unsigned count(struct trial *t, unsigned d, enum vrrp_state state)
{
	unsigned m, n = 0;

	for (m = 0; m < t->life.sim.members; m++)
		n += node(t, d, m)->is_on && node(t, d, m)->vr.state == state;
	return n;
}

static void resume(struct trial *t, unsigned d)
{
	unsigned m, first = d * t->life.sim.members;

	for (m = first; m < first + t->life.sim.members && !t->life.sim.node[m].is_paused; m++)
		;
	if (m == first + t->life.sim.members)
		return;
	if (t->joined_at[d].usec && count(t, d, VRRP_MASTER) && count(t, d, VRRP_BACKUP))
		t->joined_at[d] = t->life.sim.now; /* who joined had no time meanwhile */
	for (m = first; m < first + t->life.sim.members; m++)
		t->life.sim.node[m].is_paused = false;
	for (m = first; m < first + t->life.sim.members; m++)
		sim_resume_lease(&t->life.sim, m);
	for (m = first; m < first + t->life.sim.members; m++)
		sim_resume_mail(&t->life.sim, m);
	for (m = first; t->life.hooks.is_on && m < first + t->life.sim.members; m++)
		hooks_resume(&t->life.hooks, &t->life.sim, m);
	for (m = first; m < first + t->life.sim.members; m++)
		sim_resume_timer(&t->life.sim, m);
	watch_resume(&t->life.watch, &t->life.sim, d);
	look(&t->life.sim, d);
}

static bool was_master(struct trial *t, unsigned d)
{
	unsigned m;

	for (m = 0; m < t->life.sim.members; m++)
		if (!node(t, d, m)->holds || node(t, d, m)->vr.state != VRRP_MASTER)
			return false;
	return true;
}

static bool is_on(struct trial *t, unsigned d)
{
	unsigned m;

	for (m = 0; m < t->life.sim.members; m++)
		if (node(t, d, m)->is_on)
			return true;
	return false;
}

/* A member comes to those that are there; it may be BACKUP alone until it has listened for long enough. */
static void join(struct trial *t, unsigned d, unsigned m)
{
	unsigned i;

	for (i = 0; i < t->life.sim.members; i++)
		if (node(t, d, i)->is_paused || node(t, d, i)->is_stopping)
			return;
	if (!is_on(t, d) || node(t, d, m)->is_on)
		return;
	t->joined_at[d] = t->life.sim.now;
	hooks_boot(&t->life.hooks, d * t->life.sim.members + m);
	sim_boot(&t->life.sim, d * t->life.sim.members + m, false);
	look(&t->life.sim, d);
}

/* Of one, and the others follow; where they have hooks, of all, as `vipctl drill` does. */
static void drill(struct trial *t, const struct order *o)
{
	struct sim *s = &t->life.sim;
	const int64_t hold = 20 * t->interval_max + (t->is_calm ? 2 * watch_settle(&t->life.watch) : 0);
	const struct vrrp_event ev = { .type = VRRP_EV_DRILL, .hold_until = mono_add(s->now, hold) };

	if (t->life.hooks.is_on)
		each(t, o->director, ev);
	else
		sim_tell(s, o->director * s->members + o->member, ev);
}

static void begin(struct trial *t, const struct order *o)
{
	struct sim *s = &t->life.sim;
	const unsigned a = o->director * s->members + o->member;
	struct sim_link *l = &s->link[a][o->other * s->members + o->member];
	unsigned m;

	switch (o->verb) {
	case STOP:
		for (m = o->director * s->members; m < (o->director + 1) * s->members; m++)
			s->node[m].is_stopping = s->node[m].is_on && !s->node[m].is_paused;
		each(t, o->director, (struct vrrp_event){ .type = VRRP_EV_STOP });
		break;
	case DRILL:
		drill(t, o);
		break;
	case CRASH:
	case KILL:
	case PAUSE:
		for (m = o->director * s->members; m < (o->director + 1) * s->members; m++)
			(o->verb == CRASH ? sim_crash : o->verb == KILL ? sim_kill : sim_pause)(s, m);
		for (m = o->director * s->members; o->verb == CRASH && m < (o->director + 1) * s->members; m++)
			clocks_boot(&t->life.clocks, m);
		break;
	case CUT:
		l->is_cut = true;
		break;
	case LOSS:
		l->loss_pct = o->value % 70;
		break;
	case DOUBLE:
		l->dup_pct = o->value % 70;
		break;
	case FAULT:
		t->is_bad[a] = true;
		look(s, o->director);
		break;
	case RELOAD:
		reload(t, o->director, 1 + o->value % 254);
		break;
	case JOIN: /* a reload takes a member away, the next one adds it */
		if (!s->node[a].is_paused)
			sim_crash(s, a);
		break;
	case INTERVAL:
		set_interval(t, o->director, o->value);
		break;
	case GATEWAY:
		t->life.watch.gateway[o->director].is_cut = true;
		break;
	case CLOCK:
		clocks_step(&t->life.clocks, s, o->value);
		break;
	case REPLAY:
		clocks_replay(&t->life.clocks, s, a);
		break;
	case FAULTS:
		break;
	}
}

static void end(struct trial *t, const struct order *o)
{
	struct sim *s = &t->life.sim;
	const unsigned a = o->director * s->members + o->member;
	struct sim_link *l = &s->link[a][o->other * s->members + o->member];

	switch (o->verb) {
	case STOP:
	case CRASH:
	case KILL: /* the next process resumes when all members were MASTER, or removes what is left */
		if (!is_on(t, o->director))
			boot(t, o->director, o->verb == KILL && was_master(t, o->director));
		break;
	case PAUSE:
		resume(t, o->director);
		break;
	case CUT:
	case LOSS:
	case DOUBLE:
		l->is_cut = false;
		l->loss_pct = l->dup_pct = 0;
		break;
	case FAULT:
		t->is_bad[a] = false;
		look(s, o->director);
		break;
	case JOIN:
		join(t, o->director, o->member);
		break;
	case GATEWAY:
		t->life.watch.gateway[o->director].is_cut = false;
		break;
	case INTERVAL:
		set_interval(t, o->director, 0);
		break;
	case REPLAY:
		clocks_replay(&t->life.clocks, s, a);
		break;
	case RELOAD:
	case DRILL:
	case CLOCK:
	case FAULTS:
		break;
	}
}

static void run_order(struct sim *s, unsigned i)
{
	struct trial *t = trial_of(s);
	const struct order *o = &t->order[i / 2];

	if (t->life.skip >> i / 2 & 1)
		return;
	if (t->life.is_verbose)
		printf("%12.6f %u -- %s%s of %u, member %u, to %u\n", (double)s->now.usec / 1e6, o->director,
			i % 2 ? "end of " : "", verbs[o->verb], o->director, o->member, o->other);
	(i % 2 ? end : begin)(t, o);
}

/* Rules. */

static bool is_running(struct trial *t, unsigned d)
{
	unsigned m;

	for (m = 0; m < t->life.sim.members; m++)
		if (!node(t, d, m)->is_on || node(t, d, m)->is_paused || node(t, d, m)->vr.state == VRRP_FAULT)
			return false;
	return true;
}

/* Learned intervals are the longest one's at most. */
static int64_t none_max(const struct trial *t)
{
	return 4 * t->interval_max + t->life.sim.delay + t->life.sim.jitter + EPS;
}

/* The process does not run; a member that was taken away is not in it. */
static bool is_paused(struct trial *t, unsigned d)
{
	unsigned m;

	for (m = 0; m < t->life.sim.members; m++)
		if (node(t, d, m)->is_paused)
			return true;
	return false;
}

/* S11: after every event, not only at rest. A process that resumes may find that it cannot, until its first turn. */
static void check_group(struct trial *t, unsigned d)
{
	const unsigned fault = count(t, d, VRRP_FAULT);
	unsigned m, all = 0;

	for (m = 0; m < t->life.sim.members; m++)
		all += node(t, d, m)->is_on;
	if (t->life.sim.is_moving || is_paused(t, d))
		return;
	if (fault != 0 && fault + count(t, d, VRRP_INIT) != all)
		sim_fail(&t->life.sim, "S11: %u of %u members of %u are in FAULT", fault, all, d);
	if (t->joined_at[d].usec && mono_diff(t->life.sim.now, t->joined_at[d]) <= none_max(t))
		return;
	if (count(t, d, VRRP_MASTER) && count(t, d, VRRP_BACKUP))
		sim_fail(&t->life.sim, "S11: %u members of %u are MASTER, %u BACKUP", count(t, d, VRRP_MASTER), d,
			count(t, d, VRRP_BACKUP));
}

/* A drill is one of all: they have the same hold, and are MASTER again together when nobody comes. */
static void check_drill(struct trial *t, unsigned d)
{
	const struct vrrp_router *first = NULL;
	unsigned m;

	if (t->life.sim.is_moving || is_paused(t, d))
		return;
	for (m = 0; m < t->life.sim.members; m++) {
		const struct vrrp_router *vr = &node(t, d, m)->vr;

		if (!node(t, d, m)->is_on || vr->state != VRRP_LEAVING || vr->leave_to != VRRP_BACKUP)
			continue;
		if (first && first->hold_until.usec != vr->hold_until.usec)
			sim_fail(&t->life.sim, "S11: a drill of %u holds its members for different times", d);
		if (count(t, d, VRRP_MASTER) && deadline_is_never(vr->release_at))
			sim_fail(&t->life.sim, "S11: a drill of %u goes on in network %u alone", d, m);
		first = vr;
	}
}

static void check_network(struct trial *t, unsigned m)
{
	unsigned d, serving = 0, able = 0;

	for (d = 0; d < t->directors; d++) {
		serving += is_running(t, d) &&
			(node(t, d, m)->vr.state == VRRP_MASTER || node(t, d, m)->vr.state == VRRP_LEAVING);
		able += is_running(t, d);
	}
	if (serving || !able || !t->is_calm)
		t->none_since[m] = t->life.sim.now;
	if (mono_diff(t->life.sim.now, t->none_since[m]) > none_max(t))
		sim_fail(&t->life.sim, "S1: nobody serves network %u for %" PRId64 " us", m,
			mono_diff(t->life.sim.now, t->none_since[m]));
}

static void check(struct trial *t)
{
	unsigned i;

	for (i = 0; i < t->directors; i++) {
		check_group(t, i);
		check_drill(t, i);
	}
	for (i = 0; i < t->life.sim.members; i++)
		check_network(t, i);
	hooks_look(&t->life.hooks, &t->life.sim);
}

/* The one director that serves all networks; -1 after a failure. */
static int settled(struct trial *t)
{
	int master = -1;
	unsigned d, m;

	for (d = 0; d < t->directors; d++) {
		const unsigned n = count(t, d, VRRP_MASTER);

		if (n != 0 && n != t->life.sim.members)
			sim_fail(&t->life.sim, "S11: %u is MASTER of %u networks", d, n);
		for (m = 0; m < t->life.sim.members; m++)
			if (node(t, d, m)->is_on &&
				(node(t, d, m)->holds != (n != 0) ||
					node(t, d, m)->vr.is_holding != node(t, d, m)->holds))
				sim_fail(&t->life.sim, "S8: %u holds the addresses of network %u: %d", d, m,
					node(t, d, m)->holds);
		if (n && master >= 0)
			sim_fail(&t->life.sim, "S1: %d and %u are MASTER", master, d);
		if (n)
			master = (int)d;
	}
	if (master < 0)
		sim_fail(&t->life.sim, "S1: nobody is MASTER");
	for (d = 0; master >= 0 && d < t->directors; d++)
		if (is_running(t, d) && !node(t, d, 0)->conf.nopreempt &&
			mono_before(node(t, d, 0)->vr.hold_until, t->life.sim.now) &&
			node(t, d, 0)->vr.priority > node(t, (unsigned)master, 0)->vr.priority)
			sim_fail(&t->life.sim, "S2: %u should have preempted %d", d, master);
	return t->life.sim.failure[0] ? -1 : master;
}

static void on_step(struct sim *s, unsigned n, const struct vrrp_event *ev, const struct vrrp_actions *out)
{
	life_step(&trial_of(s)->life, n, ev, out);
	hooks_step(&trial_of(s)->life.hooks, s, n, ev, out);
	if (s->node[n].vr.priority == 0)
		sim_fail(s, "S10: priority of %u", n);
}

static void on_other(struct sim *s, const struct sim_event *ev)
{
	struct life *l = &trial_of(s)->life;

	if (ev->kind == SIM_OTHER && ev->plan >= HOOKS_EVENTS)
		hooks_event(&l->hooks, s, ev);
	else
		watch_event(&l->watch, s, ev);
}

static void on_action(struct sim *s, unsigned n, const struct vrrp_action *a)
{
	hooks_action(&trial_of(s)->life.hooks, s, n, a);
}

static void on_send(struct sim *s, struct sim_packet *p)
{
	clocks_sign(&trial_of(s)->life.clocks, s, p);
}

static bool on_advert(struct sim *s, unsigned n, const struct sim_packet *p)
{
	return clocks_judge(&trial_of(s)->life.clocks, s, n, p);
}

static const struct sim_ops ops = {
	.on_plan = run_order,
	.on_step = on_step,
	.on_other = on_other,
	.on_send = on_send,
	.on_advert = on_advert,
	.on_action = on_action,
};

/* A life. */

static void run_until(struct trial *t, int64_t usec)
{
	while (!t->life.sim.failure[0] && sim_next(&t->life.sim, (mono_t){ usec }))
		check(t);
	if (!t->life.sim.failure[0])
		check(t);
}

static void make_full(struct trial *t)
{
	struct sim *s = &t->life.sim;
	unsigned i;

	hooks_init(&t->life.hooks, s, t->interval_max, false);
	for (i = 0; i < s->n && sim_chance(s, 40); i++)
		s->node[i].warm = (int64_t)sim_random(s, (uint64_t)t->interval_max * 6);
}

static void make(struct trial *t)
{
	static const uint16_t intervals[] = { 5, 10, 20, 50, 100 };
	struct sim *s = &t->life.sim;
	const bool is_mixed = sim_chance(s, 30), is_equal = sim_chance(s, 20);
	const uint32_t cs = intervals[sim_random(s, 5)];
	unsigned d, m;

	s->members = 2 + (unsigned)sim_random(s, MEMBERS - 1);
	t->directors = 2 + (unsigned)sim_random(s, 3);
	s->n = t->directors * s->members;
	s->delay = 20 + (int64_t)sim_random(s, 400);
	s->jitter = (int64_t)sim_random(s, 300);
	for (d = 0; d < t->directors; d++) {
		const uint32_t priority = is_equal ? 100 : 1 + (uint32_t)sim_random(s, 254);
		const bool is_calm = sim_chance(s, 25);

		t->priority[d] = priority;

		for (m = 0; m < s->members; m++) {
			node(t, d, m)->addr = 0xc0000200U + m * 256 + (d * 7 + 3) % 11;
			node(t, d, m)->conf = (struct vrrp_conf){ VRRP_BARE, .version = VRRP_V3,
				.down_timer_adverts = 3, .priority = priority, .nopreempt = is_calm,
				.interval_cs = is_mixed ? intervals[(cs + m) % 5] : cs };
			t->base[d * s->members + m] = node(t, d, m)->conf.interval_cs;
			t->own_weight[d * s->members + m] = (int32_t)sim_random(s, 300) - 150;
			if (t->own_weight[d * s->members + m] == 0)
				t->own_weight[d * s->members + m] = 1;
			if (node(t, d, m)->conf.interval_cs * 10000 > t->interval_max)
				t->interval_max = node(t, d, m)->conf.interval_cs * 10000;
		}
	}
	s->lease = sim_chance(s, 50) ? 2 * t->interval_max : 0;
	clocks_init(&t->life.clocks, s, sim_chance(s, 40));
	if (sim_chance(s, 10))
		watch_init(&t->life.watch, s, look);
	if (t->life.is_full)
		make_full(t);
}

static void plan(struct trial *t, struct order o)
{
	if (t->n_orders == ORDERS)
		return;
	if (o.verb == CLOCK || o.verb == REPLAY)
		t->life.idle |= UINT64_C(1) << t->n_orders;
	t->order[t->n_orders] = o;
	sim_plan(&t->life.sim, (mono_t){ o.from }, 2 * t->n_orders);
	sim_plan(&t->life.sim, (mono_t){ o.to }, 2 * t->n_orders + 1);
	t->n_orders++;
}

static int64_t plan_faults(struct trial *t, int64_t at)
{
	struct sim *s = &t->life.sim;
	const int64_t span = 15 * t->interval_max;
	unsigned n = 1 + (unsigned)sim_random(s, 8);

	while (n--) {
		struct order o = { .verb = (enum verb)sim_random(s, FAULTS),
			.director = (unsigned)sim_random(s, t->directors),
			.member = (unsigned)sim_random(s, s->members),
			.value = (unsigned)sim_random(s, 1000),
			.from = at + (int64_t)sim_random(s, (uint64_t)span) };

		o.other = (o.director + 1 + (unsigned)sim_random(s, t->directors - 1)) % t->directors;
		o.to = o.from + (int64_t)sim_random(s, (uint64_t)span);
		plan(t, o);
	}
	return at + 2 * span;
}

/* One member of the MASTER is not heard any more, by one or by all; K#2169: nothing moves, neither then nor when it is mended. */
static void run_single(struct trial *t, unsigned master)
{
	struct sim *s = &t->life.sim;
	/* BFD is on the first network, and has its own opinion. */
	const unsigned least = t->life.watch.is_on ? 1 : 0, m = least + (unsigned)sim_random(s, s->members - least);
	const unsigned before = life_transitions(&t->life);
	const bool is_both = sim_chance(s, 50), is_all = sim_chance(s, 50);
	unsigned d, round;

	for (round = 0; round < 2; round++) {
		for (d = 0; d < t->directors; d++) {
			if (d == master || (!is_all && d != (master + 1) % t->directors))
				continue;
			s->link[master * s->members + m][d * s->members + m].is_cut = round == 0;
			s->link[d * s->members + m][master * s->members + m].is_cut = round == 0 && is_both;
		}
		run_until(t, s->now.usec + 10 * t->interval_max);
	}
	if (life_transitions(&t->life) != before)
		sim_fail(s, "K#2169: %u transitions because of network %u", life_transitions(&t->life) - before, m);
}

/* S5: the director goes; when the next one serves, it serves everywhere, and that is soon enough. */
static void run_takeover(struct trial *t, unsigned master)
{
	struct sim *s = &t->life.sim;
	const enum verb way = (const enum verb[]){ CRASH, STOP, DRILL }[sim_random(s, 3)];
	const int64_t at = s->now.usec + 1 + (int64_t)sim_random(s, (uint64_t)t->interval_max);
	const int64_t most = (way == CRASH ? 4 : 1) * t->interval_max + s->delay + s->jitter + EPS +
		(way == CRASH ? 0 : t->life.hooks.most);
	int next;

	t->n_orders = 0;
	plan(t, (struct order){ .verb = way, .director = master, .from = at, .to = at + 1000 * t->interval_max });
	run_until(t, at + most);
	for (next = (int)t->directors - 1; next >= 0; next--)
		if (next != (int)master && count(t, (unsigned)next, VRRP_MASTER) == s->members)
			break;
	if (next < 0)
		sim_fail(s, "S5: nobody took over from %u in %" PRId64 " us", master, most);
	run_until(t, s->now.usec + 5 * t->interval_max + watch_settle(&t->life.watch) + 2 * t->life.hooks.most);
	if (!s->failure[0] && settled(t) == (int)master)
		sim_fail(s, "S5: %u is MASTER again", master);
}

/* What holds when the last fault is over: everybody runs, nothing is lost, and one has the time to win. */
static void calm(struct trial *t)
{
	unsigned d, m;

	for (d = 0; d < t->directors; d++) {
		bool is_stopping = false;

		resume(t, d);
		for (m = 0; m < t->life.sim.members; m++) {
			t->is_bad[d * t->life.sim.members + m] = false;
			is_stopping = is_stopping || node(t, d, m)->is_stopping;
		}
		for (m = 0; is_stopping && m < t->life.sim.members; m++)
			sim_crash(&t->life.sim, d * t->life.sim.members + m);
		if (!is_on(t, d))
			boot(t, d, false);
		for (m = 0; m < t->life.sim.members; m++)
			join(t, d, m);
		t->life.watch.gateway[d].is_cut = false;
		look(&t->life.sim, d);
	}
	memset(t->life.sim.link, 0, sizeof(t->life.sim.link));
	t->is_calm = true;
}

static void run(struct life *l, uint64_t seed)
{
	struct trial *t = (struct trial *)l;
	struct sim *s = &l->sim;
	int64_t until;
	unsigned d, before;
	int master;

	life_init(l, seed, &ops);
	make(t);
	for (d = 0; d < t->directors; d++)
		boot(t, d, false);
	until = plan_faults(t, (int64_t)sim_random(s, (uint64_t)t->interval_max * 8));
	l->n_orders = t->n_orders;
	t->is_single = sim_chance(s, 33);
	l->skip = t->is_single ? UINT64_MAX : l->skip;
	run_until(t, until);
	calm(t);
	run_until(t, s->now.usec + 32 * t->interval_max + watch_settle(&l->watch) + 2 * l->hooks.most);
	master = s->failure[0] ? -1 : settled(t);
	before = life_transitions(l);
	if (master >= 0)
		run_until(t, s->now.usec + 4 * t->interval_max);
	if (master >= 0 && life_transitions(l) != before)
		sim_fail(s, "S4: a transition in calm");
	if (master >= 0)
		watch_check_calm(&l->watch, s);
	l->skip = 0;
	if (master >= 0 && t->is_single)
		run_single(t, (unsigned)master);
	if (master >= 0 && !s->failure[0])
		run_takeover(t, (unsigned)master);
}

static void print(struct life *l)
{
	struct trial *t = (struct trial *)l;
	unsigned i;

	for (i = 0; i < t->directors; i++)
		printf("director %u priority %u%s, intervals %u %u cs\n", i, node(t, i, 0)->conf.priority,
			node(t, i, 0)->conf.nopreempt ? " nopreempt" : "", node(t, i, 0)->conf.interval_cs,
			node(t, i, 1)->conf.interval_cs);
}

const struct world world_groups = { "groups", sizeof(struct trial), false, run, print };
const struct world world_groups_full = { "groups_full", sizeof(struct trial), true, run, print };
