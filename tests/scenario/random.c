/*
 * random.c - clusters with a life decided by one number: `random [--seeds N] [--from K] [--verbose]`. A seed chooses routers,
 * network and faults; after the faults comes calm, in which one MASTER must remain; then that MASTER goes in one of three ways and
 * the takeover is timed. One seed in four is gentle: nothing is lost and nobody dies, but directors are started, drilled, stopped
 * and re-weighted one after the other; then somebody must hold the addresses at every moment. The first broken rule stops the run,
 * and the seed is run again with its trace.
 */
#include "rules.h"
#include "sim.h"
#include "trace.h"

#include <stdlib.h>

enum { ORDERS = 64, PAUSE_MAX = 8, DIRECTORS = 5 };

/* More than make before break waits for announcements and late routers, in usec. */
#define SETTLE (300 * MONO_MSEC)

enum verb {
	BOOT,
	STOP,
	DRILL,
	PRIORITY, /* the gentle ones */
	CRASH,
	KILL,
	PAUSE,
	CUT,
	LOSS,
	DOUBLE,
	DELAY,
	FAULT,
	FAULTS,
	RESUME = FAULTS,
	RESTART,
	HEAL,
	RECOVER,
	CALM
};

static const char *const verbs[] = { "boot", "stop", "drill", "priority", "crash", "kill", "pause", "cut", "loss", "double",
	"delay", "fault", "resume", "restart", "heal", "recover", "calm" };

struct order {
	enum verb verb;
	unsigned node, other, value;
};

struct trial {
	struct sim sim;
	struct rules rules;
	bool is_gentle, is_verbose, is_mixed;
	uint32_t version;
	unsigned kinds; /* bit per enum verb: the faults of this seed */
	struct order order[ORDERS];
	unsigned n_orders;
	int64_t interval_max, hold, delay_max;
};

static void plan(struct trial *t, int64_t at, struct order o)
{
	if (t->n_orders == ORDERS)
		return;
	t->order[t->n_orders] = o;
	sim_plan(&t->sim, (mono_t){ at }, t->n_orders++);
}

static void restart(struct sim *s, unsigned node)
{
	/* A process that was MASTER when it died resumes; otherwise the new one removes what is left. */
	sim_boot(s, node, s->node[node].holds && s->node[node].vr.state == VRRP_MASTER);
}

static void resume(struct sim *s, unsigned node)
{
	struct sim_node *n = &s->node[node];
	const unsigned before = n->n_adverts;
	const bool is_late = n->is_paused && n->vr.state == VRRP_MASTER &&
		mono_diff(s->now, n->vr.advert_at) > rules_none_max(&((struct trial *)s->ctx)->rules, s);

	sim_resume(s, node);
	if (is_late && (n->n_adverts != before || n->vr.state == VRRP_MASTER))
		sim_fail(s, "TM-14: %u speaks before it listens", node);
}

static void calm_node(struct trial *t, unsigned node)
{
	struct sim *s = &t->sim;
	struct sim_node *n = &s->node[node];
	unsigned i;

	resume(s, node);
	for (i = 0; i < s->n; i++) {
		s->link[node][i].is_cut = false;
		s->link[node][i].loss_pct = s->link[node][i].dup_pct = 0;
		s->link[node][i].extra = 0;
	}
	sim_tell(s, node, (struct vrrp_event){ .type = VRRP_EV_RECOVER });
	if (!n->is_on || (node == 0 && n->is_stopping))
		sim_crash(s, node); /* somebody shall be left */
	if (!n->is_on && (node == 0 || sim_chance(s, 75)))
		sim_boot(s, node, false);
}

static void set_priority(struct sim *s, unsigned node, unsigned value)
{
	s->node[node].conf.priority = value;
	sim_tell(s, node, (struct vrrp_event){ .type = VRRP_EV_CONFIG, .priority = (uint8_t)value });
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
	if (t->is_gentle && !others(&t->sim, node))
		return;
	t->sim.node[node].is_stopping = t->sim.node[node].is_on && !t->sim.node[node].is_paused;
	sim_tell(&t->sim, node, (struct vrrp_event){ .type = VRRP_EV_STOP });
}

static void run_order(struct sim *s, unsigned i)
{
	struct trial *t = s->ctx;
	const struct order *o = &t->order[i];
	struct sim_link *l = &s->link[o->node][o->other];
	unsigned k;

	if (t->is_verbose)
		printf("%12.6f %u -- %s %u %u\n", (double)s->now.usec / 1e6, o->node, verbs[o->verb], o->other,
			o->value);
	switch (o->verb) {
	case BOOT:
		sim_boot(s, o->node, false);
		break;
	case STOP:
		stop(t, o->node);
		break;
	case DRILL:
		sim_tell(s, o->node,
			(struct vrrp_event){ .type = VRRP_EV_DRILL, .hold_until = mono_add(s->now, t->hold) });
		break;
	case PRIORITY:
		set_priority(s, o->node, o->value);
		break;
	case CRASH:
		sim_crash(s, o->node);
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
		sim_tell(s, o->node, (struct vrrp_event){ .type = VRRP_EV_FAULT });
		break;
	case RESUME:
		resume(s, o->node);
		break;
	case RESTART:
		restart(s, o->node);
		break;
	case HEAL:
		*l = (struct sim_link){ .busy_until = l->busy_until };
		break;
	case RECOVER:
		sim_tell(s, o->node, (struct vrrp_event){ .type = VRRP_EV_RECOVER });
		break;
	case CALM:
		for (k = 0; k < s->n; k++)
			calm_node(t, k);
		t->rules.calm_at = mono_add(s->now, t->delay_max);
		t->rules.is_calm = true;
		break;
	}
}

static void on_step(struct sim *s, unsigned node, const struct vrrp_event *ev, const struct vrrp_actions *out)
{
	struct trial *t = s->ctx;
	char buf[1024];

	if (t->is_verbose) {
		trace_actions(out, ev->now, true, buf, sizeof(buf));
		printf("%12.6f %u %s ev %d prio %u: %s\n", (double)s->now.usec / 1e6, node,
			vrrp_state_str(s->node[node].vr.state), (int)ev->type, ev->priority, buf);
	}
	rules_step(&t->rules, s, node, ev, out);
}

static void on_loss(struct sim *s, unsigned from, unsigned to)
{
	rules_loss(&((struct trial *)s->ctx)->rules, s, from, to);
}

static void make_router(struct trial *t, unsigned i, uint32_t cs, bool is_equal)
{
	static const uint16_t intervals[] = { 5, 10, 20, 40, 60, 100 };
	struct sim *s = &t->sim;
	struct sim_node *n = &s->node[i];
	const bool is_mixed = t->is_mixed;

	n->addr = 0xc0000200U + (i * 7 + 3) % 11;
	n->conf = (struct vrrp_conf){ .version = t->version, .down_timer_adverts = 3 };
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

static void make_cluster(struct trial *t)
{
	static const uint16_t intervals[] = { 1, 2, 5, 10, 20, 50, 100 };
	struct sim *s = &t->sim;
	const bool is_old = sim_chance(s, 20);
	const uint32_t cs = is_old ? 100 * (1 + (uint32_t)sim_random(s, 3)) : intervals[sim_random(s, 7)];
	const bool is_equal = sim_chance(s, 25);
	unsigned i, most;

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
	t->hold = 1 + (int64_t)sim_random(s, (uint64_t)t->interval_max * 4);
}

static void plan_end(struct trial *t, int64_t at, struct order o, int64_t usec)
{
	static const enum verb ends[FAULTS] = { [STOP] = BOOT, [CRASH] = BOOT, [KILL] = RESTART, [PAUSE] = RESUME, [CUT] = HEAL,
		[LOSS] = HEAL, [DOUBLE] = HEAL, [DELAY] = HEAL, [FAULT] = RECOVER };
	const enum verb end = ends[o.verb];

	if (o.verb == DRILL || o.verb == PRIORITY || o.verb == BOOT)
		return;
	o.verb = end;
	plan(t, at + usec, o);
}

static struct order any_order(struct trial *t, unsigned first, unsigned last)
{
	struct sim *s = &t->sim;
	struct order o = { .node = (unsigned)sim_random(s, s->n), .value = 1 + (unsigned)sim_random(s, 254) };

	do
		o.verb = (enum verb)(first + sim_random(s, last - first));
	while (o.verb >= CRASH && !(t->kinds & 1U << o.verb));
	o.other = s->n > 1 ? (o.node + 1 + (unsigned)sim_random(s, s->n - 1)) % s->n : 0;
	if (o.verb == LOSS || o.verb == DOUBLE)
		o.value = 5 + o.value % 60;
	return o;
}

/* Faults at any time, each for a while; returns when it is calm. */
static int64_t plan_faults(struct trial *t)
{
	struct sim *s = &t->sim;
	const int64_t end = 12 * t->interval_max;
	unsigned n = 1 + (unsigned)sim_random(s, 8), i;

	t->kinds = (unsigned)sim_random(s, 1U << FAULTS) | 1U << CUT;
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
	struct sim *s = &t->sim;
	const int64_t pause = 5 * t->interval_max + SETTLE;
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

static void run_until(struct trial *t, int64_t usec)
{
	while (!t->sim.failure[0] && sim_next(&t->sim, (mono_t){ usec }))
		rules_look(&t->rules, &t->sim);
	rules_look(&t->rules, &t->sim);
}

static unsigned transitions(const struct sim *s)
{
	unsigned i, n = 0;

	for (i = 0; i < s->n; i++)
		n += s->node[i].n_transitions;
	return n;
}

/* S4: nothing moves, and the beat is the MASTER's own. */
static void run_quiet(struct trial *t, unsigned master)
{
	struct sim *s = &t->sim;
	const int64_t quiet = 4 * t->interval_max, beat = s->node[master].conf.interval_cs * 10000;
	const unsigned before = transitions(s), adverts = s->node[master].n_adverts;
	int64_t beats;

	run_until(t, s->now.usec + quiet);
	if (transitions(s) != before)
		sim_fail(s, "S4: a transition in calm");
	beats = s->node[master].n_adverts - adverts;
	if (beats < quiet / beat - 1 || beats > quiet / beat + 1)
		sim_fail(s, "TM-08: %u sent %u adverts in calm", master, (unsigned)beats);
}

/* S5, S6: the MASTER dies, stops or is drilled. */
static void run_takeover(struct trial *t, unsigned master)
{
	struct sim *s = &t->sim;
	const enum verb way = (const enum verb[]){ CRASH, STOP, DRILL }[sim_random(s, 3)];
	const int64_t at = s->now.usec + (int64_t)sim_random(s, (uint64_t)t->interval_max);
	const int64_t beat = s->node[master].conf.interval_cs * 10000;

	if (!others(s, master))
		return;
	t->hold = 60 * t->interval_max + 10 * MONO_SEC;
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
	run_until(t, s->now.usec + t->interval_max + 2 * rules_none_max(&t->rules, s) + 2 * SETTLE);
	rules_watched(&t->rules, s);
	/* With mixed intervals it may have learned that of another one than its successor, and be back too early. */
	if (rules_settled(&t->rules, s) == (int)master && !t->is_mixed)
		sim_fail(s, "%u is MASTER again after %s", master, verbs[way]);
}

static bool run(struct trial *t, uint64_t seed, bool is_verbose)
{
	struct sim *s = &t->sim;
	int64_t calm, delay = 0;
	unsigned i;
	int master;

	memset(t, 0, sizeof(*t));
	sim_init(s, seed);
	s->ctx = t;
	s->on_plan = run_order;
	s->on_step = on_step;
	s->on_loss = on_loss;
	t->is_verbose = is_verbose;
	t->is_gentle = sim_chance(s, 25);
	make_cluster(t);
	rules_init(&t->rules, s, t->is_gentle);
	calm = t->is_gentle ? plan_gentle(t) : plan_faults(t);
	t->n_orders -= t->n_orders == ORDERS;
	plan(t, calm, (struct order){ .verb = CALM });
	for (i = 0; i < s->n; i++)
		if (s->node[i].conf.preempt_delay > delay)
			delay = s->node[i].conf.preempt_delay;
	run_until(t, calm + t->delay_max + t->hold + delay + 4 * rules_none_max(&t->rules, s) + SETTLE);
	master = s->failure[0] ? -1 : rules_settled(&t->rules, s);
	if (master >= 0)
		run_quiet(t, (unsigned)master);
	if (master >= 0 && !s->failure[0])
		run_takeover(t, (unsigned)master);
	return !s->failure[0];
}

static void print_cluster(const struct sim *s)
{
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

int main(int argc, char **argv)
{
	uint64_t from = 0, seeds = 1000, seed;
	struct trial *t = malloc(sizeof(*t));
	bool is_verbose = false, is_good = true;
	int i;

	for (i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--verbose"))
			is_verbose = true;
		else if (!strcmp(argv[i], "--seeds") && i + 1 < argc)
			seeds = strtoull(argv[++i], NULL, 10);
		else if (!strcmp(argv[i], "--from") && i + 1 < argc)
			from = strtoull(argv[++i], NULL, 10);
	}
	for (seed = from; t && is_good && seed < from + seeds; seed++)
		is_good = run(t, seed, is_verbose);
	if (!is_good) {
		seed--;
		if (!is_verbose)
			run(t, seed, true);
		print_cluster(&t->sim);
		printf("seed %" PRIu64 " at %.6f s: %s\n", seed, (double)t->sim.now.usec / 1e6, t->sim.failure);
	} else
		printf("%" PRIu64 " schedules, from seed %" PRIu64 "\n", seeds, from);
	free(t);
	return is_good ? 0 : 1;
}
