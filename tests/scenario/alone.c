/*
 * alone.c - the world of one virtual router on each director. A seed chooses routers, network and faults; after the faults comes
 * calm, in which one MASTER must remain; then that MASTER goes in one of three ways and the takeover is timed. One seed in four is
 * gentle: nothing is lost and nobody dies, but directors are started, drilled, stopped and reloaded one after the other; then
 * somebody must hold the addresses at every moment. What directors watch, and their wall clocks, take part in some.
 */
#include "lives.h"
#include "rules.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { ORDERS = LIFE_ORDERS + 3, PAUSE_MAX = 8, DIRECTORS = 5 };

/* More than make before break waits for announcements and late routers, in usec. */
#define SETTLE (300 * MONO_MSEC)

enum verb {
	BOOT,
	STOP,
	DRILL,
	PRIORITY, /* the gentle ones: to CLOCK */
	INTERVAL,
	PREEMPT,
	TIMING,
	REPLAY,
	CLOCK,
	CRASH,
	KILL,
	PAUSE,
	CUT,
	DEAF,
	LOSS,
	DOUBLE,
	DELAY,
	FAULT,
	MUTE,
	GATEWAY,
	FAULTS,
	RESUME = FAULTS,
	RESTART,
	HEAL,
	RECOVER,
	SPEAK,
	ANSWER,
	CALM
};

static const char *const verbs[] = { "boot", "stop", "drill", "priority", "interval", "preempt", "timing", "replay", "clock",
	"crash", "kill", "pause", "cut", "deaf", "loss", "double", "delay", "fault", "mute", "gateway", "resume", "restart",
	"heal", "recover", "speak", "answer", "calm" };

struct order {
	enum verb verb;
	unsigned node, other, value;
};

struct trial {
	struct life life;
	struct rules rules;
	bool is_gentle, is_mixed, is_bad[SIM_NODES], is_reloaded[SIM_NODES];
	uint32_t version, cs;
	unsigned kinds; /* bit per enum verb: the faults of this seed */
	struct order order[ORDERS];
	unsigned n_orders;
	int64_t interval_max, hold, delay_max;
};

static struct trial *trial_of(struct sim *s)
{
	return s->ctx;
}

static void plan(struct trial *t, int64_t at, struct order o)
{
	if (t->n_orders == ORDERS)
		return;
	if (o.verb == CLOCK || o.verb == REPLAY)
		t->life.idle |= UINT64_C(1) << t->n_orders;
	t->order[t->n_orders] = o;
	sim_plan(&t->life.sim, (mono_t){ at }, t->n_orders++);
}

/* Priority and FAULT by what is watched, as the product's instance_follow() does. */
static void look(struct sim *s, unsigned node)
{
	struct trial *t = trial_of(s);
	struct sim_node *n = &s->node[node];
	struct track track[WATCH_TRACKS];
	struct track_result r;
	unsigned n_tracks = watch_tracks(&t->life.watch, s, node, track);

	if (!n->is_on || n->is_paused)
		return;
	track_sum((uint8_t)n->conf.priority, track, n_tracks, &r);
	watch_check_sum(s, (uint8_t)n->conf.priority, track, n_tracks, &r);
	if (r.priority != n->vr.priority) {
		rules_configured(&t->rules, s, node);
		sim_tell(s, node, (struct vrrp_event){ .type = VRRP_EV_CONFIG, .priority = r.priority });
	}
	if (t->is_bad[node] || r.is_fault || suspects_is_mute(&t->life.suspects, node))
		sim_tell(s, node, (struct vrrp_event){ .type = VRRP_EV_FAULT });
	else
		sim_tell(s, node, (struct vrrp_event){ .type = VRRP_EV_RECOVER });
}

static void boot(struct trial *t, unsigned node, bool is_resume)
{
	struct sim *s = &t->life.sim;

	if (s->node[node].is_on)
		return;
	hooks_boot(&t->life.hooks, node);
	suspects_boot(&t->life.suspects, s, node);
	t->is_reloaded[node] = false;
	sim_boot(s, node, is_resume);
	watch_boot(&t->life.watch, s, node);
	look(s, node);
}

/* A process that was MASTER when it died resumes; otherwise the new one removes what is left. */
static void restart(struct trial *t, unsigned node)
{
	const struct sim_node *n = &t->life.sim.node[node];
	const mono_t hold = n->vr.hold_until;

	if (n->is_on)
		return;
	boot(t, node, n->holds && n->vr.state == VRRP_MASTER);
	if (n->vr.state == VRRP_BACKUP)
		t->life.sim.node[node].vr.hold_until = mono_max(hold, n->warm_until);
}

/* A reload: the new configuration stands, then the step is told; who is paused hears of it when it resumes. */
static void reload(struct sim *s, unsigned node)
{
	struct trial *t = trial_of(s);
	const struct sim_node *n = &s->node[node];
	struct track track[WATCH_TRACKS];
	struct track_result r;

	t->is_reloaded[node] = n->is_paused;
	rules_configured(&t->rules, s, node);
	suspects_conf(&t->life.suspects, s, node);
	track_sum((uint8_t)n->conf.priority, track, watch_tracks(&t->life.watch, s, node, track), &r);
	sim_tell(s, node, (struct vrrp_event){ .type = VRRP_EV_CONFIG, .priority = r.priority });
}

/* As sim_resume(), with what main says: it is read as the packets are. */
static void sim_resume_parts(struct trial *t, unsigned node)
{
	struct sim *s = &t->life.sim;

	if (!s->node[node].is_paused)
		return;
	sim_resume_lease(s, node);
	sim_resume_mail(s, node);
	if (t->life.hooks.is_on)
		hooks_resume(&t->life.hooks, s, node);
	sim_resume_timer(s, node);
}

static void resume(struct sim *s, unsigned node)
{
	struct trial *t = trial_of(s);
	struct sim_node *n = &s->node[node];
	const unsigned before = n->n_adverts;
	const bool was_paused = n->is_paused;
	const bool is_late = was_paused && n->vr.state == VRRP_MASTER &&
		mono_diff(s->now, n->vr.advert_at) > rules_none_max(&t->rules, s);
	const bool is_expired = was_paused && n->vr.is_holding && !mono_before(s->now, n->lease_until);

	sim_resume_parts(t, node);
	if (is_late && (n->n_adverts != before || n->vr.state == VRRP_MASTER))
		sim_fail(s, "TM-14: %u speaks before it listens", node);
	if (is_expired && (n->vr.state == VRRP_MASTER || n->holds || n->n_adverts != before))
		sim_fail(s, "L4: %u goes on after its lease is over", node);
	if (!was_paused)
		return;
	if (t->is_reloaded[node])
		reload(s, node);
	leases_resume(&t->life.leases, s, node);
	suspects_resume(&t->life.suspects, s, node);
	watch_resume(&t->life.watch, s, node);
	look(s, node);
}

static void calm_node(struct trial *t, unsigned node)
{
	struct sim *s = &t->life.sim;
	struct sim_node *n = &s->node[node];
	unsigned i;

	resume(s, node);
	for (i = 0; i < s->n; i++)
		s->link[node][i] = (struct sim_link){ .busy_until = s->link[node][i].busy_until };
	n->is_mute = t->is_bad[node] = t->life.watch.gateway[node].is_cut = false;
	look(s, node);
	if (!n->is_on || (node == 0 && n->is_stopping))
		sim_crash(s, node); /* somebody shall be left */
	if (!n->is_on && (node == 0 || sim_chance(s, 75)))
		boot(t, node, false);
}

/* Another interval, never longer than the longest of the beginning; in version 2 all must have the same. */
static void set_interval(struct trial *t, const struct order *o)
{
	static const unsigned shares[] = { 1, 2, 4, 3 };
	const uint32_t unit = t->version == VRRP_V2 ? 100 : 1;
	const uint32_t cs = (uint32_t)(t->interval_max / 10000) / shares[o->value % 4] / unit * unit;
	const bool is_for_all = t->version == VRRP_V2 || o->value % 3 != 0;
	unsigned i;

	for (i = 0; i < t->life.sim.n; i++) {
		if (i != o->node && !is_for_all)
			continue;
		t->life.sim.node[i].conf.interval_cs = cs ? cs : unit;
		reload(&t->life.sim, i);
	}
}

static void set_preempt(struct trial *t, const struct order *o)
{
	struct vrrp_conf *c = &t->life.sim.node[o->node].conf;

	c->nopreempt = o->value % 2;
	c->preempt_delay = o->value % 4 == 2 ? t->cs * INT64_C(100) * o->value : 0;
	reload(&t->life.sim, o->node);
}

static unsigned others(const struct sim *s, unsigned node)
{
	unsigned i, n = 0;

	for (i = 0; i < s->n; i++)
		n += i != node && s->node[i].is_on && !s->node[i].is_stopping;
	return n;
}

static void stop(struct trial *t, unsigned node)
{
	struct sim *s = &t->life.sim;

	if (t->is_gentle && !others(s, node))
		return;
	s->node[node].is_stopping = s->node[node].is_on && !s->node[node].is_paused;
	sim_tell(s, node, (struct vrrp_event){ .type = VRRP_EV_STOP });
}

/* The end of a fault, and calm. */
static void run_end(struct trial *t, const struct order *o)
{
	struct sim *s = &t->life.sim;
	struct sim_link *l = &s->link[o->node][o->other];
	unsigned k;

	switch ((int)o->verb) {
	case RESUME:
		resume(s, o->node);
		break;
	case RESTART:
		restart(t, o->node);
		break;
	case HEAL:
		*l = (struct sim_link){ .busy_until = l->busy_until };
		break;
	case RECOVER:
	case SPEAK:
	case ANSWER:
		if (o->verb == RECOVER)
			t->is_bad[o->node] = false;
		else if (o->verb == SPEAK)
			s->node[o->node].is_mute = false;
		else
			t->life.watch.gateway[o->node].is_cut = false;
		look(s, o->node);
		break;
	case CALM:
		for (k = 0; k < s->n; k++)
			calm_node(t, k);
		t->rules.calm_at = mono_add(s->now, t->delay_max + watch_settle(&t->life.watch));
		t->rules.is_calm = true;
		break;
	}
}

static void run_fault(struct trial *t, const struct order *o)
{
	struct sim *s = &t->life.sim;
	struct sim_link *l = &s->link[o->node][o->other];

	switch ((int)o->verb) {
	case CRASH:
		sim_crash(s, o->node);
		clocks_boot(&t->life.clocks, o->node);
		break;
	case KILL:
		sim_kill(s, o->node);
		break;
	case PAUSE:
		sim_pause(s, o->node);
		break;
	case CUT:
		l->is_cut = true;
		break;
	case DEAF:
		l->is_deaf = true;
		break;
	case LOSS:
		l->loss_pct = o->value;
		break;
	case DOUBLE:
		l->dup_pct = o->value;
		break;
	case DELAY:
		l->extra = t->delay_max;
		break;
	case FAULT:
		t->is_bad[o->node] = true;
		look(s, o->node);
		break;
	case MUTE:
		s->node[o->node].is_mute = true;
		break;
	case GATEWAY:
		t->life.watch.gateway[o->node].is_cut = true;
		break;
	default:
		run_end(t, o);
	}
}

static void run_order(struct sim *s, unsigned i)
{
	struct trial *t = trial_of(s);
	const struct order *o = &t->order[i];

	if (t->life.skip >> i & 1)
		return;
	if (t->life.is_verbose)
		printf("%12.6f %u -- %s %u %u\n", (double)s->now.usec / 1e6, o->node, verbs[o->verb], o->other,
			o->value);
	switch ((int)o->verb) {
	case BOOT:
		boot(t, o->node, false);
		break;
	case STOP:
		stop(t, o->node);
		break;
	case DRILL:
		sim_tell(s, o->node,
			(struct vrrp_event){ .type = VRRP_EV_DRILL, .hold_until = mono_add(s->now, t->hold) });
		break;
	case PRIORITY:
		s->node[o->node].conf.priority = o->value;
		reload(s, o->node);
		break;
	case INTERVAL:
		set_interval(t, o);
		break;
	case PREEMPT:
		set_preempt(t, o);
		break;
	case TIMING:
		watch_reload(&t->life.watch, s, o->node);
		break;
	case REPLAY:
		clocks_replay(&t->life.clocks, s, o->node);
		break;
	case CLOCK:
		clocks_step(&t->life.clocks, s, o->value);
		break;
	default:
		run_fault(t, o);
	}
}

static void on_step(struct sim *s, unsigned node, const struct vrrp_event *ev, const struct vrrp_actions *out)
{
	struct trial *t = trial_of(s);

	life_step(&t->life, node, ev, out);
	hooks_step(&t->life.hooks, s, node, ev, out);
	rules_step(&t->rules, s, node, ev, out);
}

static void on_loss(struct sim *s, unsigned from, unsigned to)
{
	rules_loss(&trial_of(s)->rules, s, from, to);
}

static void on_other(struct sim *s, const struct sim_event *ev)
{
	struct life *l = &trial_of(s)->life;

	if (ev->kind == SIM_OTHER && ev->plan >= SUSPECTS_EVENTS)
		suspects_event(&l->suspects, s, ev);
	else if (ev->kind == SIM_OTHER && ev->plan >= LEASES_EVENTS)
		leases_event(&l->leases, s, ev);
	else if (ev->kind == SIM_OTHER && ev->plan >= HOOKS_EVENTS)
		hooks_event(&l->hooks, s, ev);
	else
		watch_event(&l->watch, s, ev);
}

static void on_send(struct sim *s, struct sim_packet *p)
{
	clocks_sign(&trial_of(s)->life.clocks, s, p);
}

static bool on_advert(struct sim *s, unsigned node, const struct sim_packet *p)
{
	struct life *l = &trial_of(s)->life;

	if (!clocks_judge(&l->clocks, s, node, p))
		return false;
	suspects_advert(&l->suspects, s, node, p);
	return true;
}

static void on_action(struct sim *s, unsigned node, const struct vrrp_action *a)
{
	struct life *l = &trial_of(s)->life;

	hooks_action(&l->hooks, s, node, a);
	leases_action(&l->leases, s, node, a);
	suspects_action(&l->suspects, s, node, a);
}

static void on_abandon(struct sim *s, unsigned node)
{
	leases_abandon(&trial_of(s)->life.leases, s, node);
}

static void on_claim(struct sim *s, unsigned node, unsigned from)
{
	suspects_claim(&trial_of(s)->life.suspects, s, node, from);
}

static const struct sim_ops ops = { .on_plan = run_order,
	.on_step = on_step,
	.on_loss = on_loss,
	.on_other = on_other,
	.on_send = on_send,
	.on_advert = on_advert,
	.on_action = on_action,
	.on_abandon = on_abandon,
	.on_claim = on_claim };

static void make_router(struct trial *t, unsigned i, uint32_t cs, bool is_equal)
{
	static const uint16_t intervals[] = { 5, 10, 20, 40, 60, 100 };
	struct sim *s = &t->life.sim;
	struct sim_node *n = &s->node[i];
	const bool is_mixed = t->is_mixed;

	n->addr = 0xc0000200U + (i * 7 + 3) % 11;
	n->conf = (struct vrrp_conf){ VRRP_BARE, .version = t->version, .down_timer_adverts = 3 };
	n->conf.interval_cs = is_mixed ? intervals[sim_random(s, 6)] : cs;
	n->conf.priority = is_equal && i > 0 ? s->node[0].conf.priority : 1 + (uint32_t)sim_random(s, 254);
	if (!is_equal && sim_chance(s, 8))
		n->conf.priority = VRRP_PRIORITY_OWNER;
	n->conf.nopreempt = sim_chance(s, 25);
	n->conf.lower_prio_no_advert = sim_chance(s, 10);
	/*
	 * Not with mixed intervals: of three routers one may re-learn the yielding one's short interval from its farewell, and
	 * become MASTER before the slow winner speaks again, for ever. Nor where three shall lose nothing: the farewell makes
	 * another one that is about to yield announce itself once more, after the winner. Both are the keyword's doing.
	 */
	n->conf.higher_prio_send_advert = !is_mixed && !(t->is_gentle && s->n > 2) && sim_chance(s, 10);
	if (sim_chance(s, 20))
		n->conf.preempt_delay = (int64_t)sim_random(s, (uint64_t)cs * 30000);
}

/* Hooks, leases that are refreshed, suspicions, and no preempting after a start; each in some. */
static void make_full(struct trial *t)
{
	struct life *l = &t->life;
	struct sim *s = &l->sim;
	unsigned i;

	for (i = 0; i < s->n && sim_chance(s, 40); i++)
		s->node[i].warm = (int64_t)sim_random(s, (uint64_t)t->interval_max * 6);
	if (sim_chance(s, 50))
		hooks_init(&l->hooks, s, t->interval_max, t->is_gentle);
	if (sim_chance(s, 60))
		suspects_init(&l->suspects, s, t->is_gentle, look);
	if (t->interval_max >= MONO_SEC / 2 && sim_chance(s, 60))
		leases_init(&l->leases, s, (uint32_t)(t->interval_max / 10000));
}

static void make_cluster(struct trial *t)
{
	static const uint16_t intervals[] = { 1, 2, 5, 10, 20, 50, 100 };
	struct sim *s = &t->life.sim;
	const bool is_old = sim_chance(s, 20);
	const uint32_t cs = is_old ? 100 * (1 + (uint32_t)sim_random(s, 3)) : intervals[sim_random(s, 7)];
	const bool is_equal = sim_chance(s, 25);
	unsigned i, most;

	t->cs = cs;
	t->version = is_old ? VRRP_V2 : VRRP_V3;
	t->is_mixed = !is_old && !t->is_gentle && sim_chance(s, 33);
	/* Mostly two or three, as everywhere. */
	most = !t->is_gentle && sim_chance(s, 25) ? DIRECTORS : 3;
	s->n = 1 + (unsigned)(t->is_gentle ? sim_random(s, most) : 1 + sim_random(s, most - 1));
	s->lease = sim_chance(s, 50) ? cs * 10000 * (1 + (int64_t)sim_random(s, 4)) : 0;
	s->delay = 20 + (int64_t)sim_random(s, 400);
	s->jitter = (int64_t)sim_random(s, 300);
	for (i = 0; i < s->n; i++) {
		make_router(t, i, cs, is_equal);
		if (s->node[i].conf.interval_cs * 10000 > t->interval_max)
			t->interval_max = s->node[i].conf.interval_cs * 10000;
	}
	clocks_init(&t->life.clocks, s, sim_chance(s, 40));
	if (!t->is_gentle && s->n > 1 && sim_chance(s, 10))
		watch_init(&t->life.watch, s, look);
	t->hold = 1 + (int64_t)sim_random(s, (uint64_t)t->interval_max * 4);
	if (t->life.is_full)
		make_full(t);
}

static void plan_end(struct trial *t, int64_t at, struct order o, int64_t usec)
{
	static const enum verb ends[FAULTS] = { [STOP] = BOOT, [CRASH] = BOOT, [KILL] = RESTART, [PAUSE] = RESUME, [CUT] = HEAL,
		[LOSS] = HEAL, [DOUBLE] = HEAL, [DELAY] = HEAL, [DEAF] = HEAL, [FAULT] = RECOVER, [MUTE] = SPEAK, [GATEWAY] = ANSWER };
	const enum verb end = ends[o.verb];

	if (end == BOOT && o.verb != STOP && o.verb != CRASH)
		return;
	o.verb = end;
	plan(t, at + usec, o);
}

static struct order any_order(struct trial *t, unsigned first, unsigned last)
{
	struct sim *s = &t->life.sim;
	struct order o = { .node = (unsigned)sim_random(s, s->n), .value = 1 + (unsigned)sim_random(s, 254) };

	do
		o.verb = (enum verb)(first + sim_random(s, last - first));
	while (last > CRASH && !(t->kinds & 1U << o.verb));
	o.other = s->n > 1 ? (o.node + 1 + (unsigned)sim_random(s, s->n - 1)) % s->n : 0;
	if (o.verb == LOSS || o.verb == DOUBLE)
		o.value = 5 + o.value % 60;
	return o;
}

/* Faults at any time, each for a while; returns when it is calm. */
static int64_t plan_faults(struct trial *t)
{
	struct sim *s = &t->life.sim;
	const int64_t end = 12 * t->interval_max;
	unsigned n = 1 + (unsigned)sim_random(s, 8), i;

	t->kinds = (unsigned)sim_random(s, UINT64_C(1) << FAULTS) | 1U << CUT;
	t->delay_max = (int64_t)sim_random(s, (uint64_t)t->interval_max * 2);
	for (i = 0; i < s->n; i++)
		plan(t, (int64_t)sim_random(s, (uint64_t)t->interval_max * 5),
			(struct order){ .verb = BOOT, .node = i });
	while (n--) {
		const int64_t at = (int64_t)sim_random(s, (uint64_t)end);
		const struct order o = any_order(t, STOP, FAULTS);

		plan(t, at, o);
		plan_end(t, at, o, (int64_t)sim_random(s, (uint64_t)t->interval_max * PAUSE_MAX));
	}
	return end + t->interval_max * PAUSE_MAX;
}

/* One maintenance after the other, each finished before the next. */
static int64_t plan_gentle(struct trial *t)
{
	struct sim *s = &t->life.sim;
	const int64_t pause = 5 * t->interval_max + SETTLE + 2 * t->life.hooks.most;
	unsigned n = 1 + (unsigned)sim_random(s, 6), i;
	int64_t at = 0;

	for (i = 0; i < s->n; i++)
		plan(t, (int64_t)sim_random(s, (uint64_t)t->interval_max * 5),
			(struct order){ .verb = BOOT, .node = i });
	at = 5 * t->interval_max + 2 * pause;
	while (n--) {
		const struct order o = any_order(t, STOP, CRASH);

		plan(t, at + (int64_t)sim_random(s, (uint64_t)t->interval_max), o);
		at += t->interval_max + pause;
		plan_end(t, at, o, (int64_t)sim_random(s, (uint64_t)t->interval_max));
		at += t->interval_max + pause;
	}
	return at;
}

static void look_at_all(struct trial *t)
{
	rules_look(&t->rules, &t->life.sim);
	hooks_look(&t->life.hooks, &t->life.sim);
	suspects_look(&t->life.suspects, &t->life.sim);
}

static void run_until(struct trial *t, int64_t usec)
{
	while (!t->life.sim.failure[0] && sim_next(&t->life.sim, (mono_t){ usec }))
		look_at_all(t);
	look_at_all(t);
}

/* S4: nothing moves, and the beat is the MASTER's own. */
static void run_quiet(struct trial *t, unsigned master)
{
	struct sim *s = &t->life.sim;
	const int64_t quiet = 4 * t->interval_max, beat = s->node[master].conf.interval_cs * 10000;
	const unsigned before = life_transitions(&t->life), adverts = s->node[master].n_adverts;
	const unsigned changes = watch_changes(&t->life.watch);
	int64_t beats;

	run_until(t, s->now.usec + quiet);
	watch_check_calm(&t->life.watch, s);
	suspects_check_calm(&t->life.suspects, s);
	if (watch_changes(&t->life.watch) != changes)
		sim_fail(s, "B2: a BFD session moves in calm");
	if (life_transitions(&t->life) != before)
		sim_fail(s, "S4: a transition in calm");
	beats = s->node[master].n_adverts - adverts;
	if (beats < quiet / beat - 1 || beats > quiet / beat + 1)
		sim_fail(s, "TM-08: %u sent %u adverts in calm", master, (unsigned)beats);
}

/* S5, S6: the MASTER dies, stops or is drilled. */
static void run_takeover(struct trial *t, unsigned master)
{
	struct sim *s = &t->life.sim;
	const enum verb way = (const enum verb[]){ CRASH, STOP, DRILL }[sim_random(s, 3)];
	const int64_t at = s->now.usec + (int64_t)sim_random(s, (uint64_t)t->interval_max);
	const int64_t beat = s->node[master].conf.interval_cs * 10000;

	if (!others(s, master))
		return;
	t->hold = 60 * t->interval_max + 10 * MONO_SEC + 2 * watch_settle(&t->life.watch);
	t->rules.is_gentle = t->rules.is_gentle && way != CRASH;
	rules_watch(&t->rules, master, way != CRASH);
	t->n_orders = 0;
	plan(t, at, (struct order){ .verb = way, .node = master });
	if (way == CRASH &&
		sim_chance(s, 30)) /* TM-17: the one who waits gets another priority, after the last packet */
		plan(t, at + s->delay + s->jitter + 1 + (int64_t)sim_random(s, (uint64_t)beat / 2),
			(struct order){ .verb = PRIORITY,
				.node = (master + 1) % s->n,
				.value = 1 + (unsigned)sim_random(s, 254) });
	run_until(t,
		s->now.usec + t->interval_max + 2 * rules_none_max(&t->rules, s) + 2 * SETTLE + 3 * t->life.hooks.most +
			watch_settle(&t->life.watch));
	rules_watched(&t->rules, s);
	/* With mixed intervals it may have learned that of another one than its successor, and be back too early. */
	if (rules_settled(&t->rules, s) == (int)master && !t->is_mixed)
		sim_fail(s, "%u is MASTER again after %s", master, verbs[way]);
}

static void prepare(struct trial *t, uint64_t seed)
{
	struct sim *s = &t->life.sim;
	int64_t calm;

	life_init(&t->life, seed, &ops);
	t->is_gentle = sim_chance(s, 25);
	make_cluster(t);
	rules_init(&t->rules, s, t->is_gentle);
	t->rules.hook_max = t->life.hooks.most;
	calm = t->is_gentle ? plan_gentle(t) : plan_faults(t);
	t->life.suspects.late = t->delay_max;
	if (t->n_orders > LIFE_ORDERS)
		t->n_orders = LIFE_ORDERS;
	t->life.n_orders = t->n_orders;
	plan(t, calm, (struct order){ .verb = CALM });
	run_until(t, calm);
}

static int64_t warm_most(const struct sim *s)
{
	int64_t most = 0;
	unsigned i;

	for (i = 0; i < s->n; i++)
		if (s->node[i].warm > most)
			most = s->node[i].warm;
	return most;
}

static void run(struct life *l, uint64_t seed)
{
	struct trial *t = (struct trial *)l;
	struct sim *s = &l->sim;
	int64_t delay = 0;
	unsigned i;
	int master;

	prepare(t, seed);
	for (i = 0; i < s->n; i++)
		if (s->node[i].conf.preempt_delay > delay)
			delay = s->node[i].conf.preempt_delay;
	delay += t->delay_max + t->hold + 4 * rules_none_max(&t->rules, s) + watch_settle(&l->watch) + SETTLE +
		2 * l->hooks.most + suspects_settle(&l->suspects, s) + warm_most(s);
	run_until(t, s->now.usec + delay);
	master = s->failure[0] ? -1 : rules_settled(&t->rules, s);
	if (master >= 0)
		run_quiet(t, (unsigned)master);
	l->skip = 0;
	if (master >= 0 && !s->failure[0])
		run_takeover(t, (unsigned)master);
}

static void print(struct life *l)
{
	const struct sim *s = &l->sim;
	unsigned i;

	for (i = 0; i < s->n; i++) {
		const struct vrrp_conf *c = &s->node[i].conf;

		printf("router %u 192.0.2.%u version %u priority %u interval %u cs%s%s%s preempt_delay %" PRId64
		       " us\n",
			i, s->node[i].addr & 0xff, c->version, c->priority, c->interval_cs,
			c->nopreempt ? " nopreempt" : "", c->lower_prio_no_advert ? " lower_prio_no_advert" : "",
			c->higher_prio_send_advert ? " higher_prio_send_advert" : "", c->preempt_delay);
	}
}

const struct world world_alone = { "alone", sizeof(struct trial), false, run, print };
const struct world world_alone_full = { "alone_full", sizeof(struct trial), true, run, print };
