/*
 * groups.c - directors with a sync group each, on networks that fail one by one: `groups [--seeds N] [--from K] [--verbose]`. A
 * seed chooses directors, members, networks and faults; after the faults comes calm, in which one director must serve all
 * networks; then its director goes, in one of three ways. A third of the seeds know one fault alone: a member that is cut off,
 * in one direction or both, while the others are not; it must move nothing. A failing seed is run again with fewer and fewer
 * faults, and shown with those that it needs.
 */
#include "sim.h"
#include "trace.h"

#include <stdlib.h>

enum { MEMBERS = 3, ORDERS = 40, EPS = 2 };

enum verb { STOP, DRILL, CRASH, KILL, PAUSE, CUT, LOSS, DOUBLE, FAULT, RELOAD, JOIN, FAULTS };

static const char *const verbs[] = { "stop", "drill", "crash", "kill", "pause", "cut", "loss", "double", "fault",
	"reload", "join" };

/* One fault of one director or, CUT to DOUBLE and FAULT, of one of its members. */
struct order {
	enum verb verb;
	unsigned director, other, member, value;
	int64_t from, to;
	bool is_left_out; /* while a failure is made smaller */
};

struct trial {
	struct sim sim;
	struct order order[ORDERS];
	unsigned n_orders, directors;
	bool is_verbose, is_calm, is_single, is_bad[SIM_NODES];
	int64_t interval_max, base[SIM_NODES];
	mono_t none_since[MEMBERS], joined_at[SIM_NODES];
	uint64_t hash; /* of all that happened */
};

static struct sim_node *node(struct trial *t, unsigned d, unsigned m)
{
	return &t->sim.node[d * t->sim.members + m];
}

static void boot(struct trial *t, unsigned d, bool is_resume)
{
	unsigned m, first = d * t->sim.members;

	for (m = 0; m < t->sim.members; m++)
		sim_power(&t->sim, first + m, is_resume);
	for (m = 0; m < t->sim.members; m++)
		sim_tell(&t->sim, first + m, (struct vrrp_event){ .type = VRRP_EV_START, .is_resume = is_resume });
}

static void each(struct trial *t, unsigned d, struct vrrp_event ev)
{
	unsigned m;

	for (m = 0; m < t->sim.members; m++)
		sim_tell(&t->sim, d * t->sim.members + m, ev);
}

/* A fault of one member is one of all. */
static void look(struct trial *t, unsigned d)
{
	bool is_bad = false;
	unsigned m;

	for (m = 0; m < t->sim.members; m++)
		is_bad = is_bad || t->is_bad[d * t->sim.members + m];
	each(t, d, (struct vrrp_event){ .type = is_bad ? VRRP_EV_FAULT : VRRP_EV_RECOVER });
}

static void reload(struct trial *t, unsigned d, unsigned priority)
{
	unsigned m;

	for (m = 0; m < t->sim.members; m++)
		node(t, d, m)->conf.priority = priority;
	each(t, d, (struct vrrp_event){ .type = VRRP_EV_CONFIG, .priority = (uint8_t)priority });
}

static void resume(struct trial *t, unsigned d)
{
	unsigned m, first = d * t->sim.members;

	for (m = first; m < first + t->sim.members && !t->sim.node[m].is_paused; m++)
		;
	if (m == first + t->sim.members)
		return;
	for (m = first; m < first + t->sim.members; m++)
		t->sim.node[m].is_paused = false;
	for (m = first; m < first + t->sim.members; m++)
		sim_resume_lease(&t->sim, m);
	for (m = first; m < first + t->sim.members; m++)
		sim_resume_mail(&t->sim, m);
	for (m = first; m < first + t->sim.members; m++)
		sim_resume_timer(&t->sim, m);
}

static bool was_master(struct trial *t, unsigned d)
{
	unsigned m;

	for (m = 0; m < t->sim.members; m++)
		if (!node(t, d, m)->holds || node(t, d, m)->vr.state != VRRP_MASTER)
			return false;
	return true;
}

static bool is_on(struct trial *t, unsigned d)
{
	unsigned m;

	for (m = 0; m < t->sim.members; m++)
		if (node(t, d, m)->is_on)
			return true;
	return false;
}

/* A member comes to those that are there; it may be BACKUP alone until it has listened for long enough. */
static void join(struct trial *t, unsigned d, unsigned m)
{
	unsigned i;

	for (i = 0; i < t->sim.members; i++)
		if (node(t, d, i)->is_paused || node(t, d, i)->is_stopping)
			return;
	if (!is_on(t, d) || node(t, d, m)->is_on)
		return;
	t->joined_at[d] = t->sim.now;
	sim_boot(&t->sim, d * t->sim.members + m, false);
	look(t, d);
}

static void begin(struct trial *t, const struct order *o)
{
	struct sim *s = &t->sim;
	const unsigned a = o->director * s->members + o->member;
	struct sim_link *l = &s->link[a][o->other * s->members + o->member];
	unsigned m;

	switch (o->verb) {
	case STOP:
		for (m = o->director * s->members; m < (o->director + 1) * s->members; m++)
			s->node[m].is_stopping = s->node[m].is_on && !s->node[m].is_paused;
		each(t, o->director, (struct vrrp_event){ .type = VRRP_EV_STOP });
		break;
	case DRILL: /* of one: the others follow */
		sim_tell(s, a,
			(struct vrrp_event){
				.type = VRRP_EV_DRILL, .hold_until = mono_add(s->now, 20 * t->interval_max) });
		break;
	case CRASH:
	case KILL:
	case PAUSE:
		for (m = o->director * s->members; m < (o->director + 1) * s->members; m++)
			(o->verb == CRASH ? sim_crash : o->verb == KILL ? sim_kill : sim_pause)(s, m);
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
		look(t, o->director);
		break;
	case RELOAD:
		reload(t, o->director, 1 + o->value % 254);
		break;
	case JOIN: /* a reload takes a member away, the next one adds it */
		if (!s->node[a].is_paused)
			sim_crash(s, a);
		break;
	case FAULTS:
		break;
	}
}

static void end(struct trial *t, const struct order *o)
{
	struct sim *s = &t->sim;
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
		look(t, o->director);
		break;
	case JOIN:
		join(t, o->director, o->member);
		break;
	case RELOAD:
	case DRILL:
	case FAULTS:
		break;
	}
}

static void run_order(struct sim *s, unsigned i)
{
	struct trial *t = s->ctx;
	const struct order *o = &t->order[i / 2];

	if (o->is_left_out)
		return;
	if (t->is_verbose)
		printf("%12.6f %u -- %s%s of %u, member %u, to %u\n", (double)s->now.usec / 1e6, o->director,
			i % 2 ? "end of " : "", verbs[o->verb], o->director, o->member, o->other);
	(i % 2 ? end : begin)(t, o);
}

/* Rules. */

static bool is_running(struct trial *t, unsigned d)
{
	unsigned m;

	for (m = 0; m < t->sim.members; m++)
		if (!node(t, d, m)->is_on || node(t, d, m)->is_paused || node(t, d, m)->vr.state == VRRP_FAULT)
			return false;
	return true;
}

static unsigned count(struct trial *t, unsigned d, enum vrrp_state state)
{
	unsigned m, n = 0;

	for (m = 0; m < t->sim.members; m++)
		n += node(t, d, m)->is_on && node(t, d, m)->vr.state == state;
	return n;
}

/* Learned intervals are the longest one's at most. */
static int64_t none_max(const struct trial *t)
{
	return 4 * t->interval_max + t->sim.delay + t->sim.jitter + EPS;
}

/* S11: after every event, not only at rest. A process that resumes may find that it cannot, until its first turn. */
static void check_group(struct trial *t, unsigned d)
{
	const unsigned fault = count(t, d, VRRP_FAULT);
	unsigned m, all = 0;

	for (m = 0; m < t->sim.members; m++)
		all += node(t, d, m)->is_on;
	if (t->sim.is_moving || node(t, d, 0)->is_paused)
		return;
	if (fault != 0 && fault + count(t, d, VRRP_INIT) != all)
		sim_fail(&t->sim, "S11: %u of %u members of %u are in FAULT", fault, all, d);
	if (t->joined_at[d].usec && mono_diff(t->sim.now, t->joined_at[d]) <= none_max(t))
		return;
	if (count(t, d, VRRP_MASTER) && count(t, d, VRRP_BACKUP))
		sim_fail(&t->sim, "S11: %u members of %u are MASTER, %u BACKUP", count(t, d, VRRP_MASTER), d,
			count(t, d, VRRP_BACKUP));
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
		t->none_since[m] = t->sim.now;
	if (mono_diff(t->sim.now, t->none_since[m]) > none_max(t))
		sim_fail(&t->sim, "S1: nobody serves network %u for %" PRId64 " us", m,
			mono_diff(t->sim.now, t->none_since[m]));
}

static void check(struct trial *t)
{
	unsigned i;

	for (i = 0; i < t->directors; i++)
		check_group(t, i);
	for (i = 0; i < t->sim.members; i++)
		check_network(t, i);
}

/* The one director that serves all networks; -1 after a failure. */
static int settled(struct trial *t)
{
	int master = -1;
	unsigned d, m;

	for (d = 0; d < t->directors; d++) {
		const unsigned n = count(t, d, VRRP_MASTER);

		if (n != 0 && n != t->sim.members)
			sim_fail(&t->sim, "S11: %u is MASTER of %u networks", d, n);
		for (m = 0; m < t->sim.members; m++)
			if (node(t, d, m)->is_on &&
				(node(t, d, m)->holds != (n != 0) ||
					node(t, d, m)->vr.is_holding != node(t, d, m)->holds))
				sim_fail(&t->sim, "S8: %u holds the addresses of network %u: %d", d, m,
					node(t, d, m)->holds);
		if (n && master >= 0)
			sim_fail(&t->sim, "S1: %d and %u are MASTER", master, d);
		if (n)
			master = (int)d;
	}
	if (master < 0)
		sim_fail(&t->sim, "S1: nobody is MASTER");
	for (d = 0; master >= 0 && d < t->directors; d++)
		if (is_running(t, d) && !node(t, d, 0)->conf.nopreempt &&
			mono_before(node(t, d, 0)->vr.hold_until, t->sim.now) &&
			node(t, d, 0)->vr.priority > node(t, (unsigned)master, 0)->vr.priority)
			sim_fail(&t->sim, "S2: %u should have preempted %d", d, master);
	return t->sim.failure[0] ? -1 : master;
}

static void on_step(struct sim *s, unsigned n, const struct vrrp_event *ev, const struct vrrp_actions *out)
{
	struct trial *t = s->ctx;
	char buf[1024];
	unsigned i;

	for (i = 0; i < out->n; i++)
		t->hash = (t->hash ^ (uint64_t)s->now.usec ^ n << 20 ^ (uint64_t)out->item[i].type << 40) *
			0x100000001b3;
	if (s->node[n].vr.priority == 0)
		sim_fail(s, "S10: priority of %u", n);
	if (!t->is_verbose)
		return;
	printf("%12.6f %u.%u %s ev %d prio %u: %s\n", (double)s->now.usec / 1e6, n / s->members, n % s->members,
		vrrp_state_str(s->node[n].vr.state), (int)ev->type, ev->priority,
		trace_actions(out, ev->now, true, buf, sizeof(buf)));
}

/* A life. */

static void run_until(struct trial *t, int64_t usec)
{
	while (!t->sim.failure[0] && sim_next(&t->sim, (mono_t){ usec }))
		check(t);
	if (!t->sim.failure[0])
		check(t);
}

static void make(struct trial *t)
{
	static const uint16_t intervals[] = { 5, 10, 20, 50, 100 };
	struct sim *s = &t->sim;
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

		for (m = 0; m < s->members; m++) {
			node(t, d, m)->addr = 0xc0000200U + m * 256 + (d * 7 + 3) % 11;
			node(t, d, m)->conf = (struct vrrp_conf){ .version = VRRP_V3,
				.down_timer_adverts = 3,
				.priority = priority,
				.nopreempt = is_calm,
				.interval_cs = is_mixed ? intervals[(cs + m) % 5] : cs };
			if (node(t, d, m)->conf.interval_cs * 10000 > t->interval_max)
				t->interval_max = node(t, d, m)->conf.interval_cs * 10000;
		}
	}
	s->lease = sim_chance(s, 50) ? 2 * t->interval_max : 0;
}

static void plan(struct trial *t, struct order o)
{
	if (t->n_orders == ORDERS)
		return;
	t->order[t->n_orders] = o;
	sim_plan(&t->sim, (mono_t){ o.from }, 2 * t->n_orders);
	sim_plan(&t->sim, (mono_t){ o.to }, 2 * t->n_orders + 1);
	t->n_orders++;
}

static int64_t plan_faults(struct trial *t, int64_t at)
{
	struct sim *s = &t->sim;
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

static unsigned transitions(const struct sim *s)
{
	unsigned i, n = 0;

	for (i = 0; i < s->n; i++)
		n += s->node[i].n_transitions;
	return n;
}

/* One member of the MASTER is not heard any more, by one or by all; K#2169: nothing moves, neither then nor when it is mended. */
static void run_single(struct trial *t, unsigned master)
{
	struct sim *s = &t->sim;
	const unsigned m = (unsigned)sim_random(s, s->members), before = transitions(s);
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
	if (transitions(s) != before)
		sim_fail(s, "K#2169: %u transitions because of network %u", transitions(s) - before, m);
}

/* S5: the director goes; when the next one serves, it serves everywhere, and that is soon enough. */
static void run_takeover(struct trial *t, unsigned master)
{
	struct sim *s = &t->sim;
	const enum verb way = (const enum verb[]){ CRASH, STOP, DRILL }[sim_random(s, 3)];
	const int64_t at = s->now.usec + 1 + (int64_t)sim_random(s, (uint64_t)t->interval_max);
	const int64_t most = (way == CRASH ? 4 : 1) * t->interval_max + s->delay + s->jitter + EPS;
	int next;

	t->n_orders = 0;
	plan(t, (struct order){ .verb = way, .director = master, .from = at, .to = at + 1000 * t->interval_max });
	run_until(t, at + most);
	for (next = (int)t->directors - 1; next >= 0; next--)
		if (next != (int)master && count(t, (unsigned)next, VRRP_MASTER) == s->members)
			break;
	if (next < 0)
		sim_fail(s, "S5: nobody took over from %u in %" PRId64 " us", master, most);
	run_until(t, s->now.usec + 5 * t->interval_max);
	if (!s->failure[0] && settled(t) == (int)master)
		sim_fail(s, "S5: %u is MASTER again", master);
}

static void prepare(struct trial *t, uint64_t seed, bool is_verbose)
{
	memset(t, 0, sizeof(*t));
	sim_init(&t->sim, seed);
	t->sim.ctx = t;
	t->sim.on_plan = run_order;
	t->sim.on_step = on_step;
	t->is_verbose = is_verbose;
	make(t);
}

/* What holds when the last fault is over: everybody runs, nothing is lost, and one has the time to win. */
static void calm(struct trial *t)
{
	unsigned d, m;

	for (d = 0; d < t->directors; d++) {
		bool is_stopping = false;

		resume(t, d);
		for (m = 0; m < t->sim.members; m++) {
			t->is_bad[d * t->sim.members + m] = false;
			is_stopping = is_stopping || node(t, d, m)->is_stopping;
		}
		for (m = 0; is_stopping && m < t->sim.members; m++)
			sim_crash(&t->sim, d * t->sim.members + m);
		if (!is_on(t, d))
			boot(t, d, false);
		for (m = 0; m < t->sim.members; m++)
			join(t, d, m);
		look(t, d);
	}
	memset(t->sim.link, 0, sizeof(t->sim.link));
	t->is_calm = true;
}

/* `skip` has a bit for each order that is left out. */
static bool run(struct trial *t, uint64_t seed, uint64_t skip, bool is_verbose)
{
	int64_t until;
	unsigned d, i;
	int master;

	prepare(t, seed, is_verbose);
	for (d = 0; d < t->directors; d++)
		boot(t, d, false);
	until = plan_faults(t, (int64_t)sim_random(&t->sim, (uint64_t)t->interval_max * 8));
	t->is_single = sim_chance(&t->sim, 33);
	for (i = 0; i < t->n_orders; i++)
		t->order[i].is_left_out = t->is_single || (skip >> i & 1);
	run_until(t, until);
	calm(t);
	run_until(t, t->sim.now.usec + 32 * t->interval_max);
	master = t->sim.failure[0] ? -1 : settled(t);
	i = transitions(&t->sim);
	if (master >= 0)
		run_until(t, t->sim.now.usec + 4 * t->interval_max);
	if (master >= 0 && transitions(&t->sim) != i)
		sim_fail(&t->sim, "S4: a transition in calm");
	if (master >= 0 && t->is_single)
		run_single(t, (unsigned)master);
	if (master >= 0 && !t->sim.failure[0])
		run_takeover(t, (unsigned)master);
	return !t->sim.failure[0];
}

/* Leaves out fault after fault, as long as it fails all the same; then shows what is left. */
static void show_failure(struct trial *t, uint64_t seed)
{
	uint64_t skip = 0;
	unsigned i, n = t->is_single ? 0 : ORDERS;

	for (i = 0; i < n; i++)
		if (!run(t, seed, skip | UINT64_C(1) << i, false))
			skip |= UINT64_C(1) << i;
	run(t, seed, skip, true);
	for (i = 0; i < t->directors; i++)
		printf("director %u priority %u%s, intervals %u %u cs\n", i, node(t, i, 0)->conf.priority,
			node(t, i, 0)->conf.nopreempt ? " nopreempt" : "", node(t, i, 0)->conf.interval_cs,
			node(t, i, 1)->conf.interval_cs);
	printf("seed %" PRIu64 " at %.6f s: %s\n", seed, (double)t->sim.now.usec / 1e6, t->sim.failure);
}

/* S15: the same again gives the same. */
static bool is_same_again(struct trial *t, uint64_t seed)
{
	const uint64_t hash = t->hash;

	if (run(t, seed, 0, false) && t->hash != hash)
		sim_fail(&t->sim, "S15: seed %" PRIu64 " is not what it was", seed);
	return !t->sim.failure[0];
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
	for (seed = from; t && is_good && seed < from + seeds; seed++) {
		is_good = run(t, seed, 0, is_verbose);
		if (is_good && seed % 100 == 0)
			is_good = is_same_again(t, seed);
	}
	if (is_good)
		printf("%" PRIu64 " schedules, from seed %" PRIu64 "\n", seeds, from);
	else
		show_failure(t, seed - 1);
	free(t);
	return is_good ? 0 : 1;
}
